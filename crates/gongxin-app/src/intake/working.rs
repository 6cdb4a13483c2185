//! What one transaction knows: looked up in bulk at its start, kept true as its rows are settled.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_intake::draft::Draft;
use gongxin_model::{RecordNo, SubjectNo};
use gongxin_seal::Mac;
use gongxin_store::{CodeRow, NameRow, Reader, RecordRow, SubjectRow};
use gongxin_subject::Figures;

use crate::OfficeError;
use crate::linker;

/// A subject with its names and codes.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) row: SubjectRow,
    pub(crate) names: Vec<NameRow>,
    pub(crate) codes: Vec<CodeRow>,
}

/// What a record is recognised by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Its key, where no part of it is empty.
    pub(crate) key: Option<Mac>,
    /// Its content under its key.
    pub(crate) content: Mac,
    /// Its decision, where it has one.
    pub(crate) decision: Option<Mac>,
}

/// What one transaction knows.
#[derive(Debug, Default)]
pub(crate) struct WorkingSet {
    pub(crate) keys: BTreeMap<Mac, RecordNo>,
    pub(crate) records: BTreeMap<RecordNo, RecordRow>,
    pub(crate) seen: BTreeMap<Mac, RecordNo>,
    /// Of the known records those that were withdrawn: a correction does not bring them back.
    pub(crate) withdrawn: BTreeSet<RecordNo>,
    pub(crate) held: BTreeMap<Mac, (i64, String)>,
    pub(crate) subjects: BTreeMap<SubjectNo, Known>,
    codes: BTreeMap<String, BTreeSet<SubjectNo>>,
    name_keys: BTreeMap<i64, BTreeSet<SubjectNo>>,
}

impl WorkingSet {
    /// Looks up everything that the drafts may need.
    pub(crate) fn load(
        reader: &mut Reader<'_>,
        drafts: &[(&Draft, Marks)],
        figures: &Figures,
    ) -> Result<Self, OfficeError> {
        let mut set = Self::default();
        set.load_records(reader, drafts)?;
        let fresh: Vec<&Draft> = drafts
            .iter()
            .filter(|(draft, marks)| {
                draft.record_id.is_some() || !set.seen.contains_key(&marks.content)
            })
            .map(|(draft, _)| *draft)
            .collect();
        set.load_subjects(reader, &fresh, figures)?;
        Ok(set)
    }

    fn load_records(
        &mut self,
        reader: &mut Reader<'_>,
        drafts: &[(&Draft, Marks)],
    ) -> Result<(), OfficeError> {
        let blobs = |macs: Vec<Mac>| macs.into_iter().map(|mac| mac.to_vec()).collect();
        let keys = drafts.iter().filter_map(|(_, marks)| marks.key).collect();
        let contents: Vec<Mac> = drafts.iter().map(|(_, marks)| marks.content).collect();
        self.keys = reader.records_by_key(blobs(keys))?.into_iter().collect();
        self.seen = reader.seen(blobs(contents.clone()))?.into_iter().collect();
        for (mac, no, state) in reader.held_by_content(blobs(contents))? {
            self.held.insert(mac, (no, state));
        }
        let numbers: BTreeSet<i64> =
            self.keys.values().chain(self.seen.values()).map(|no| no.0).collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        for record in reader.records(numbers.clone())? {
            self.records.insert(record.no, record);
        }
        for standing in reader.standings(numbers)? {
            if standing.publication == "withdrawn" {
                self.withdrawn.insert(standing.record);
            }
        }
        Ok(())
    }

    fn load_subjects(
        &mut self,
        reader: &mut Reader<'_>,
        drafts: &[&Draft],
        figures: &Figures,
    ) -> Result<(), OfficeError> {
        let mut codes = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for draft in drafts {
            codes.extend(linker::codes_to_probe(&draft.claims));
        }
        let found = reader.codes(codes.into_iter().collect())?;
        for row in &found {
            self.codes.entry(row.code.clone()).or_default().insert(row.subject);
        }
        for draft in drafts {
            keys.extend(linker::exact_names(&draft.claims));
        }
        let crowd = count(figures.crowd);
        for (key, subject) in reader.name_keys(keys.into_iter().collect(), crowd)? {
            self.name_keys.entry(key).or_default().insert(subject);
        }
        let numbers: BTreeSet<SubjectNo> =
            self.codes.values().chain(self.name_keys.values()).flatten().copied().collect();
        self.load_known(reader, numbers.into_iter().collect())
    }

    /// Looks up whole subjects by their numbers.
    pub(crate) fn load_known(
        &mut self,
        reader: &mut Reader<'_>,
        numbers: Vec<SubjectNo>,
    ) -> Result<(), OfficeError> {
        let numbers: Vec<i64> = numbers
            .into_iter()
            .filter(|no| !self.subjects.contains_key(no))
            .map(|no| no.0)
            .collect();
        for row in reader.subjects(numbers.clone())? {
            self.subjects.insert(row.no, Known { row, names: Vec::new(), codes: Vec::new() });
        }
        for name in reader.names_of(numbers.clone())? {
            if let Some(known) = self.subjects.get_mut(&name.subject) {
                known.names.push(name);
            }
        }
        for code in reader.codes_of(numbers)? {
            if let Some(known) = self.subjects.get_mut(&code.subject) {
                self.codes.entry(code.code.clone()).or_default().insert(code.subject);
                known.codes.push(code);
            }
        }
        Ok(())
    }

    /// The one subject of a code.
    pub(crate) fn by_code(&self, code: &str) -> Option<SubjectNo> {
        let found = self.codes.get(code)?;
        found.first().copied().filter(|_| found.len() == 1)
    }

    /// The subjects that a draft may be about, by its codes and, failing those, by its name.
    pub(crate) fn candidates(&self, draft: &Draft) -> Vec<&Known> {
        let codes = linker::codes_to_probe(&draft.claims);
        let by_code = codes.iter().filter_map(|code| self.codes.get(code)).flatten();
        let keys = linker::exact_names(&draft.claims);
        let by_name = keys.iter().filter_map(|key| self.name_keys.get(key)).flatten();
        let numbers: BTreeSet<&SubjectNo> = by_code.chain(by_name).collect();
        numbers.into_iter().filter_map(|no| self.subjects.get(no)).collect()
    }

    /// The candidates and, beside them, whomever a held draft may mean.
    pub(crate) fn further_candidates(
        &mut self,
        reader: &mut Reader<'_>,
        draft: &Draft,
        figures: &Figures,
    ) -> Result<Vec<&Known>, OfficeError> {
        let (codes, keys) = linker::further_probes(&draft.claims);
        let by_code = reader.codes(codes)?.into_iter().map(|row| row.subject);
        let mut numbers: BTreeSet<SubjectNo> = by_code.collect();
        for (key, subject) in reader.name_keys(keys.clone(), count(figures.held_crowd))? {
            self.name_keys.entry(key).or_default().insert(subject);
        }
        numbers.extend(self.candidates(draft).iter().map(|known| known.row.no));
        // A key that few share tells more than one that many do.
        let mut crowds: Vec<&BTreeSet<SubjectNo>> =
            keys.iter().filter_map(|key| self.name_keys.get(key)).collect();
        crowds.sort_by_key(|crowd| crowd.len());
        for crowd in crowds {
            if numbers.len() < count(figures.held_candidates) {
                numbers.extend(crowd);
            }
        }
        self.load_known(reader, numbers.iter().copied().collect())?;
        Ok(numbers.iter().filter_map(|no| self.subjects.get(no)).collect())
    }

    /// Keeps a subject that this transaction made or changed.
    pub(crate) fn keep(&mut self, known: Known) {
        let no = known.row.no;
        // A registration keeps its subject several times; what was kept before is found already.
        let before = self.subjects.get(&no);
        let is_new_code = |code: &&CodeRow| before.is_none_or(|old| !old.codes.contains(code));
        let is_new_name = |name: &&NameRow| {
            before.is_none_or(|old| old.names.iter().all(|known| known.name != name.name))
        };
        for code in known.codes.iter().filter(is_new_code) {
            self.codes.entry(code.code.clone()).or_default().insert(no);
        }
        for name in known.names.iter().filter(is_new_name) {
            for key in linker::keys_of_name(&name.name) {
                self.name_keys.entry(key).or_default().insert(no);
            }
        }
        self.subjects.insert(no, known);
    }
}

fn count(figure: u32) -> usize {
    usize::try_from(figure).unwrap_or(usize::MAX)
}

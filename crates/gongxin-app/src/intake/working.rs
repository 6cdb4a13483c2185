//! What the settling of a chunk knows: looked up in bulk at its start, kept true as rows are settled.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use gongxin_model::code::CodeKind;
use gongxin_model::text::normalise_name;
use gongxin_model::{RecordNo, SubjectNo};
use gongxin_pack::Nature;
use gongxin_seal::Mac;
use gongxin_store::{CodeRow, NameRow, Reader, RecordRow, SubjectRow};
use gongxin_subject::{Figures, KnownDecision, exact_key};

use super::hand_in::Terms;
use super::row::Prepared;
use crate::OfficeError;
use crate::bearers::{bearers, readings};
use crate::linker;

/// A subject with its names and codes.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) row: SubjectRow,
    pub(crate) names: Vec<NameRow>,
    pub(crate) codes: Vec<CodeRow>,
    /// False where only the present name and unified code are among them, which is all that most
    /// rows ask for.
    whole: bool,
}

impl Known {
    /// A subject with all its names and codes.
    pub(crate) fn whole(row: SubjectRow, names: Vec<NameRow>, codes: Vec<CodeRow>) -> Self {
        Self { row, names, codes, whole: true }
    }

    /// The names that it no longer bears.
    pub(crate) fn former_names(&self) -> impl Iterator<Item = &NameRow> {
        let present = |name: &NameRow| {
            name.until.is_none()
                && name.name == self.row.name
                && Some(name.from) == self.row.named_from
        };
        self.names.iter().filter(move |name| !present(name))
    }

    /// A subject as far as its own row tells; None where that is too little to judge by.
    fn at_a_glance(row: SubjectRow) -> Option<Self> {
        let code = row.code.clone().filter(|_| !row.provisional)?;
        let names = vec![row.present_name()?];
        let codes = vec![CodeRow { code, kind: CodeKind::Uscc.name().into(), subject: row.no }];
        Some(Self { row, names, codes, whole: false })
    }

    /// True where nothing beside its own row could alter what a draft is judged to be: the draft
    /// has its present name, and no code that is not in its unified one.
    fn tells_all_to(&self, draft: &Prepared) -> bool {
        let name = exact_key(&normalise_name(&self.row.name));
        let code = self.row.code.as_deref().unwrap_or_default();
        draft.probes.names == [name]
            && draft.claims.identifiers.iter().all(|one| match one.kind {
                CodeKind::Uscc | CodeKind::TaxNumber => one.code == code,
                CodeKind::OrganisationCode => code.get(8..17) == Some(one.code.as_str()),
                _ => false,
            })
    }
}

/// Hashes keyed digests by their last half, which is as random as any hash of it.
#[derive(Debug, Default)]
struct MacHasher(u64);

impl Hasher for MacHasher {
    fn write(&mut self, bytes: &[u8]) {
        // The length of the digest comes before it, and says nothing.
        if let (16, Some(half)) = (bytes.len(), bytes.last_chunk()) {
            self.0 = u64::from_be_bytes(*half);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type MacMap<T> = HashMap<Mac, T, BuildHasherDefault<MacHasher>>;

/// What the settling of a chunk knows.
#[derive(Debug, Default)]
pub(crate) struct WorkingSet {
    keys: MacMap<RecordNo>,
    records: BTreeMap<RecordNo, RecordRow>,
    seen: MacMap<RecordNo>,
    /// Of the known records those that were withdrawn: a correction does not bring them back.
    withdrawn: BTreeSet<RecordNo>,
    /// Of the known records those that were erased: of them the digests are left.
    erased: BTreeSet<RecordNo>,
    held: MacMap<(i64, String)>,
    subjects: BTreeMap<SubjectNo, Arc<Known>>,
    codes: HashMap<String, Vec<SubjectNo>>,
    name_keys: HashMap<i64, Vec<SubjectNo>>,
    /// Records that are written, or to be written, and not committed yet, and their decisions.
    written: BTreeSet<RecordNo>,
    decisions: BTreeSet<Mac>,
    /// What is known of the transaction before, which may not be committed yet. It is newer than
    /// what the store says.
    ahead: Option<Arc<Self>>,
}

impl WorkingSet {
    /// Looks up everything that the drafts may need.
    pub(crate) fn load(
        &mut self,
        reader: &mut Reader<'_>,
        drafts: &[&Prepared],
        terms: &Terms,
    ) -> Result<(), OfficeError> {
        self.load_records(reader, drafts)?;
        let fresh: Vec<&Prepared> = drafts
            .iter()
            .filter(|draft| draft.record_id.is_some() || self.seen(draft.marks.content).is_none())
            .copied()
            .collect();
        self.load_subjects(reader, &fresh, terms)
    }

    /// An empty one for the next transaction, which looks into this one. What this one looked into
    /// is committed by then.
    pub(crate) fn committing(self) -> Self {
        Self { ahead: Some(Arc::new(Self { ahead: None, ..self })), ..Self::default() }
    }

    fn load_records(
        &mut self,
        reader: &mut Reader<'_>,
        drafts: &[&Prepared],
    ) -> Result<(), OfficeError> {
        let blobs = |macs: Vec<Mac>| macs.into_iter().map(|mac| mac.to_vec()).collect();
        let keys = drafts.iter().map(|draft| draft.marks.found_by()).collect();
        let keyed = reader.records_by_key(blobs(keys))?;
        let mut found: Vec<RecordNo> = keyed.iter().map(|(_, no)| *no).collect();
        self.keys.extend(keyed);
        // A content was seen under its key, if at all: most keys of most files are new.
        let is_known = |draft: &&&Prepared| self.keyed(draft.marks.found_by()).is_some();
        let contents = drafts.iter().filter(is_known).map(|draft| draft.marks.content).collect();
        let seen = reader.seen(blobs(contents))?;
        found.extend(seen.iter().map(|(_, no)| *no));
        self.seen.extend(seen);
        let contents = drafts.iter().map(|draft| draft.marks.content).collect();
        for (mac, no, state) in reader.held_by_content(blobs(contents))? {
            self.held.insert(mac, (no, state));
        }
        found.retain(|no| self.record(*no).is_none());
        let numbers: Vec<i64> = found.iter().map(|no| no.0).collect();
        for record in reader.records(numbers.clone())? {
            self.seen.insert(record.content_mac, record.no);
            self.keep_found(record);
        }
        self.load_erased(reader, &numbers)?;
        for standing in reader.standings(numbers)? {
            if standing.publication == "withdrawn" {
                self.withdrawn.insert(standing.record);
            }
        }
        Ok(())
    }

    /// Looks which of the known records that are nobody's were erased.
    pub(crate) fn load_erased(
        &mut self,
        reader: &mut Reader<'_>,
        numbers: &[i64],
    ) -> Result<(), OfficeError> {
        let is_nobodys = |no: &RecordNo| self.record(*no).is_some_and(|one| one.subject.is_none());
        let nobodys: Vec<RecordNo> =
            numbers.iter().map(|no| RecordNo(*no)).filter(is_nobodys).collect();
        if !nobodys.is_empty() {
            self.erased.extend(reader.erased(&nobodys)?);
        }
        Ok(())
    }

    fn load_subjects(
        &mut self,
        reader: &mut Reader<'_>,
        drafts: &[&Prepared],
        terms: &Terms,
    ) -> Result<(), OfficeError> {
        let codes = drafts.iter().flat_map(|draft| draft.codes()).map(str::to_owned).collect();
        let keys = drafts.iter().flat_map(|draft| draft.probes.names.iter().copied()).collect();
        // Of whom the set knows already, it knows all that earlier drafts asked for.
        let mut numbers: Vec<SubjectNo> = Vec::new();
        for row in bearers(reader, codes)? {
            numbers.push(row.subject);
            add(self.codes.entry(row.code).or_default(), row.subject);
        }
        let crowd = count(terms.figures.crowd);
        for (key, subject) in reader.name_keys(keys, crowd)? {
            numbers.push(subject);
            add(self.name_keys.entry(key).or_default(), subject);
        }
        numbers.sort_unstable();
        numbers.dedup();
        // A registration says anew who its subject is, and needs all that was said.
        if terms.catalogue.nature != Nature::Registration {
            numbers = self.glance(reader, drafts, numbers)?;
        }
        self.load_known(reader, numbers)
    }

    /// Looks subjects up by their own rows alone; tells which must be known whole.
    fn glance(
        &mut self,
        reader: &mut Reader<'_>,
        drafts: &[&Prepared],
        numbers: Vec<SubjectNo>,
    ) -> Result<Vec<SubjectNo>, OfficeError> {
        let unknown = numbers.iter().filter(|no| self.subject(**no).is_none()).map(|no| no.0);
        for row in reader.subjects(unknown.collect())? {
            let no = row.no;
            let glance = Known::at_a_glance(row).map(|known| (no, Arc::new(known)));
            self.subjects.extend(glance);
        }
        let mut whole: Vec<SubjectNo> =
            numbers.into_iter().filter(|no| self.subject(*no).is_none()).collect();
        for draft in drafts {
            let candidates = self.candidates(draft).into_iter();
            whole.extend(candidates.filter(|one| !one.tells_all_to(draft)).map(|one| one.row.no));
        }
        Ok(whole)
    }

    /// Looks up whole subjects by their numbers.
    pub(crate) fn load_known(
        &mut self,
        reader: &mut Reader<'_>,
        numbers: Vec<SubjectNo>,
    ) -> Result<(), OfficeError> {
        let is_whole = |no: &SubjectNo| self.subject(*no).is_some_and(|known| known.whole);
        let numbers: Vec<i64> =
            numbers.into_iter().filter(|no| !is_whole(no)).map(|no| no.0).collect();
        if numbers.is_empty() {
            return Ok(());
        }
        let mut found: BTreeMap<SubjectNo, Known> = BTreeMap::new();
        for row in reader.subjects(numbers.clone())? {
            found.insert(row.no, Known::whole(row, Vec::new(), Vec::new()));
        }
        for name in reader.former_names_of(numbers.clone())? {
            if let Some(known) = found.get_mut(&name.subject) {
                known.names.push(name);
            }
        }
        for known in found.values_mut() {
            known.names.extend(known.row.present_name());
        }
        for code in reader.codes_of(numbers)? {
            if let Some(known) = found.get_mut(&code.subject) {
                for reading in readings(&code) {
                    add(self.codes.entry(reading.code).or_default(), code.subject);
                }
                known.codes.push(code);
            }
        }
        self.subjects.extend(found.into_iter().map(|(no, known)| (no, Arc::new(known))));
        Ok(())
    }

    /// The record of a key.
    pub(crate) fn keyed(&self, key: Mac) -> Option<RecordNo> {
        self.newest(|set| set.keys.get(&key)).copied()
    }

    /// The record in which a content was seen.
    pub(crate) fn seen(&self, content: Mac) -> Option<RecordNo> {
        self.newest(|set| set.seen.get(&content)).copied()
    }

    /// The held row with a content: its number and state.
    pub(crate) fn held(&self, content: Mac) -> Option<&(i64, String)> {
        self.newest(|set| set.held.get(&content))
    }

    /// A record.
    pub(crate) fn record(&self, no: RecordNo) -> Option<&RecordRow> {
        self.newest(|set| set.records.get(&no))
    }

    /// True for a record that was taken back.
    pub(crate) fn is_withdrawn(&self, no: RecordNo) -> bool {
        self.newest(|set| set.withdrawn.get(&no)).is_some()
    }

    /// True for a record that was erased.
    pub(crate) fn is_erased(&self, no: RecordNo) -> bool {
        self.newest(|set| set.erased.get(&no)).is_some()
    }

    /// A subject.
    pub(crate) fn subject(&self, no: SubjectNo) -> Option<&Arc<Known>> {
        self.newest(|set| set.subjects.get(&no))
    }

    fn newest<'s, T>(&'s self, find: impl Fn(&'s Self) -> Option<&'s T>) -> Option<&'s T> {
        find(self).or_else(|| find(self.ahead.as_deref()?))
    }

    /// True where what is not committed yet has anything to do with the record, or with another of
    /// its decision.
    pub(crate) fn is_ahead(&self, no: RecordNo, decision: Option<Mac>) -> bool {
        self.newest(|set| set.written.get(&no)).is_some()
            || decision.is_some_and(|one| self.newest(|set| set.decisions.get(&one)).is_some())
    }

    /// Keeps that records will be written.
    pub(crate) fn keep_written(&mut self, numbers: impl IntoIterator<Item = RecordNo>) {
        for no in numbers {
            let decision = self.record(no).and_then(|record| record.decision);
            self.decisions.extend(decision);
            self.written.insert(no);
        }
    }

    /// Keeps what became of a record's key and content.
    pub(crate) fn keep_record(&mut self, record: RecordRow, key: Option<Mac>) {
        self.seen.insert(record.content_mac, record.no);
        self.keys.extend(key.map(|key| (key, record.no)));
        self.records.insert(record.no, record);
    }

    /// Keeps a record that was looked up.
    pub(crate) fn keep_found(&mut self, record: RecordRow) {
        self.records.insert(record.no, record);
    }

    /// Keeps that a record was taken back.
    pub(crate) fn keep_withdrawn(&mut self, no: RecordNo) {
        self.withdrawn.insert(no);
    }

    /// Keeps a held row.
    pub(crate) fn keep_held(&mut self, content: Mac, held: (i64, String)) {
        self.held.insert(content, held);
    }

    /// The one subject of a code.
    pub(crate) fn by_code(&self, code: &str) -> Option<SubjectNo> {
        let mut found = self.all(|set| set.codes.get(code));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// Everything that either set finds.
    fn all<'s>(
        &'s self,
        find: impl Fn(&'s Self) -> Option<&'s Vec<SubjectNo>>,
    ) -> impl Iterator<Item = SubjectNo> {
        let ahead = self.ahead.as_deref().and_then(&find);
        find(self).into_iter().chain(ahead).flatten().copied()
    }

    /// The numbers of the subjects that a draft may be about, by its codes and by its name.
    pub(crate) fn candidate_numbers(&self, draft: &Prepared) -> Vec<SubjectNo> {
        let by_code = draft.codes().flat_map(|code| self.all(move |set| set.codes.get(code)));
        let keys = draft.probes.names.iter();
        let by_name = keys.flat_map(|key| self.all(move |set| set.name_keys.get(key)));
        let mut numbers: Vec<SubjectNo> = by_code.chain(by_name).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The subjects that a draft may be about.
    pub(crate) fn candidates(&self, draft: &Prepared) -> Vec<&Known> {
        let numbers = self.candidate_numbers(draft);
        numbers.into_iter().filter_map(|no| self.subject(no)).map(Arc::as_ref).collect()
    }

    /// The candidates and, beside them, whomever a held draft may mean: by its codes and names, and
    /// by decisions that it names. A subject that shares telling keys comes before one that shares a
    /// common one; there are as many as the packs' figures say, and those that tell as much as the
    /// last of them.
    pub(crate) fn further_candidates(
        &mut self,
        reader: &mut Reader<'_>,
        (draft, decisions): (&Prepared, &[KnownDecision]),
        (similar, figures): (&Similar, &Figures),
    ) -> Result<Vec<&Known>, OfficeError> {
        let (codes, keys) = linker::further_probes(&draft.claims);
        let by_code = bearers(reader, codes)?.into_iter().map(|row| row.subject);
        let mut numbers: BTreeSet<SubjectNo> = by_code.collect();
        numbers.extend(decisions.iter().map(|one| one.subject));
        numbers.extend(self.candidates(draft).iter().map(|known| known.row.no));
        numbers.extend(similar.best(&keys, figures));
        self.load_known(reader, numbers.iter().copied().collect())?;
        Ok(numbers.iter().filter_map(|no| self.subject(*no)).map(Arc::as_ref).collect())
    }

    /// Keeps a subject that a row made or changed.
    pub(crate) fn keep(&mut self, known: Known) {
        let no = known.row.no;
        let before = self.subject(no).filter(|before| before.whole).cloned();
        let had = |code: &CodeRow| before.as_ref().is_some_and(|one| one.codes.contains(code));
        for reading in known.codes.iter().filter(|code| !had(code)).flat_map(readings) {
            add(self.codes.entry(reading.code).or_default(), no);
        }
        for name in &known.names {
            add(self.name_keys.entry(exact_key(&normalise_name(&name.name))).or_default(), no);
        }
        self.subjects.insert(no, Arc::new(known));
    }
}

/// The subjects under keys of similar names, looked up for many held rows at once: the keys rest in
/// blocks, and reading one row's takes nearly as long as reading a thousand's.
#[derive(Debug, Default)]
pub(crate) struct Similar {
    subjects: BTreeMap<i64, Vec<SubjectNo>>,
}

impl Similar {
    /// Looks up what drafts may need.
    pub(crate) fn load<'d>(
        reader: &mut Reader<'_>,
        drafts: impl IntoIterator<Item = &'d Prepared>,
        figures: &Figures,
    ) -> Result<Self, OfficeError> {
        let keys: BTreeSet<i64> =
            drafts.into_iter().flat_map(|draft| linker::further_probes(&draft.claims).1).collect();
        let keys: Vec<i64> = keys.into_iter().collect();
        let mut subjects: BTreeMap<i64, Vec<SubjectNo>> = BTreeMap::new();
        for (key, subject) in reader.similar_keys(&keys, count(figures.held_crowd))? {
            subjects.entry(key).or_default().push(subject);
        }
        Ok(Self { subjects })
    }

    /// The subjects that share most with the keys, by how few share each.
    fn best(&self, keys: &[i64], figures: &Figures) -> Vec<SubjectNo> {
        let mut weights: BTreeMap<SubjectNo, usize> = BTreeMap::new();
        for crowd in keys.iter().filter_map(|key| self.subjects.get(key)) {
            for subject in crowd {
                *weights.entry(*subject).or_default() += KEY_WEIGHT / crowd.len().max(1);
            }
        }
        let mut ranked: Vec<(usize, SubjectNo)> =
            weights.into_iter().map(|(subject, weight)| (weight, subject)).collect();
        ranked.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        let most = count(figures.held_candidates);
        let least = ranked.get(most.saturating_sub(1)).map_or(0, |(weight, _)| *weight);
        let enough = ranked.into_iter().take_while(|(weight, _)| *weight >= least);
        enough.take(most + count(figures.held_crowd)).map(|(_, subject)| subject).collect()
    }
}

/// What a key of one subject alone weighs.
const KEY_WEIGHT: usize = 1 << 20;

fn add(numbers: &mut Vec<SubjectNo>, no: SubjectNo) {
    if !numbers.contains(&no) {
        numbers.push(no);
    }
}

fn count(figure: u32) -> usize {
    usize::try_from(figure).unwrap_or(usize::MAX)
}

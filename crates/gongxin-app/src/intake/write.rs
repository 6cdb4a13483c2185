//! What the settling of a chunk wants written, and its writing: entries, subjects, what finds records,
//! standings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gongxin_model::text::normalise_name;
use gongxin_model::{RecordNo, Seq, SubjectNo};
use gongxin_seal::Mac;
use gongxin_standing::Event;
use gongxin_store::{
    Additions, CodeRow, HeldRow, NewEntry, NewRecord, Next, Staged, StandingRow, Store, Writer,
};
use gongxin_subject::{exact_key, similar_keys};

use super::hand_in::Terms;
use super::settle::Settlement;
use super::working::{Known, WorkingSet};
use crate::OfficeError;
use crate::derive::{rederive, standing_row, touched};

/// What the settling of a chunk wants written.
#[derive(Debug)]
pub(crate) struct Writes {
    before: Next,
    after: Next,
    entries: Vec<NewEntry>,
    /// What is added, made ready ahead.
    staged: Option<Staged>,
    made: Vec<Arc<Known>>,
    changed: Vec<Arc<Known>>,
    codes: Vec<CodeRow>,
    /// Names that are new, of subjects that are made, and of others.
    names: [Vec<(SubjectNo, String)>; 2],
    freed: Vec<(Mac, Mac)>,
    records: Vec<NewRecord>,
    contents: BTreeMap<RecordNo, Mac>,
    seen: Vec<(Mac, RecordNo)>,
    held: Vec<HeldRow>,
    standings: Vec<StandingRow>,
    refold: BTreeSet<RecordNo>,
}

impl Settlement<'_, '_> {
    /// The subject of the record that is to be made.
    pub(crate) fn made_for(&self) -> Option<SubjectNo> {
        self.new_records.first().and_then(|record| record.row.subject)
    }

    /// What is to be written, and what the chunk behind this one looks into.
    pub(crate) fn into_writes(mut self) -> (Writes, WorkingSet) {
        let standings = self.fresh_standings();
        self.set.keep_written(self.entries.iter().filter_map(|entry| entry.about.as_record()));
        let known = |numbers: &BTreeSet<SubjectNo>| -> Vec<Arc<Known>> {
            numbers.iter().filter_map(|no| self.set.subject(*no).cloned()).collect()
        };
        let after = Next { seq: self.next_seq().0, ..self.next };
        let made = &self.registry.made;
        let is_made = |name: &(SubjectNo, String)| made.contains(&name.0);
        self.new_seen.retain(|(content, no)| {
            self.set.record(*no).is_none_or(|record| record.content_mac != *content)
        });
        let (of_made, of_others) = self.registry.names.into_iter().partition(is_made);
        let writes = Writes {
            before: self.before,
            after,
            made: known(&self.registry.made),
            changed: known(&self.registry.changed),
            names: [of_made, of_others],
            codes: self.registry.codes,
            entries: self.entries,
            staged: None,
            freed: self.freed,
            records: self.new_records,
            contents: self.new_contents,
            seen: self.new_seen,
            held: self.new_held,
            standings,
            refold: self.refold,
        };
        (writes, self.set)
    }

    /// The standings of new records that nothing else was done to.
    fn fresh_standings(&self) -> Vec<StandingRow> {
        let Next { seq: first, at, .. } = self.before;
        let rulebook = &self.terms.rules.rulebook;
        let mut rows = Vec::with_capacity(self.fresh.len());
        for (no, place) in &self.fresh {
            if self.refold.contains(no) {
                continue;
            }
            let (Some(entry), Some(record)) = (self.entries.get(*place), self.set.record(*no))
            else {
                continue;
            };
            let seq = Seq(first + i64::try_from(*place).unwrap_or(0));
            let event = Event { seq, at, kind: entry.kind, body: Some(&entry.body) };
            rows.extend(standing_row(record, &[event], self.catalogue(), rulebook, at.day()));
        }
        rows
    }
}

impl Writes {
    /// True where the store is as it was taken to be: nobody else wrote meanwhile.
    pub(crate) fn fits(&self, writer: &Writer<'_>) -> bool {
        self.before == writer.next()
    }

    /// The numbers and the time that the chunk behind this one begins with.
    pub(crate) fn after(&self) -> Next {
        self.after
    }

    /// Makes ready ahead what is added.
    pub(super) fn stage(&mut self, store: &Store) {
        // What fails here fails again where it can be told.
        self.staged = store.stage(self.before, &self.additions()).ok().flatten();
    }

    fn additions(&self) -> Additions<'_> {
        let [of_made, of_others] = &self.names;
        let similar = |(no, name): &(SubjectNo, String)| {
            let no = *no;
            similar_keys(name).into_iter().map(move |key| (key, no))
        };
        Additions {
            entries: &self.entries,
            subjects: self.made.iter().map(|known| &known.row).collect(),
            codes: &self.codes,
            former_names: self.made.iter().flat_map(|known| known.former_names()).collect(),
            name_keys: exact_keys(of_made),
            similar_keys: of_made.iter().chain(of_others).flat_map(similar).collect(),
            records: &self.records,
            standings: &self.standings,
        }
    }

    /// Writes everything, then folds again what was touched.
    pub(crate) fn keep(
        mut self,
        writer: &mut Writer<'_>,
        terms: &Terms,
    ) -> Result<(), OfficeError> {
        for (key, content) in &self.freed {
            writer.forget_marks(*key, *content)?;
        }
        match self.staged.take() {
            Some(staged) => writer.add_staged(staged)?,
            None => writer.add(&self.additions())?,
        }
        writer.give(self.after);
        self.keep_changed(writer)?;
        writer.set_record_contents(&self.contents)?;
        self.keep_standings(writer, terms)?;
        writer.insert_seen(self.seen)?;
        Ok(writer.insert_held(&self.held)?)
    }

    /// Writes what is said anew of subjects that exist, and tells of all.
    fn keep_changed(&self, writer: &mut Writer<'_>) -> Result<(), OfficeError> {
        let Self { made, changed, names: [_, of_others], .. } = self;
        let rows: Vec<_> = changed.iter().map(|known| &known.row).collect();
        writer.update_subjects(&rows)?;
        let numbers: Vec<SubjectNo> = changed.iter().map(|known| known.row.no).collect();
        writer.put_former_names(&numbers, changed.iter().flat_map(|known| known.former_names()))?;
        writer.insert_name_keys(&exact_keys(of_others))?;
        let about: Vec<_> =
            made.iter().chain(changed).map(|known| (Some(known.row.no), None)).collect();
        writer.tell("name", &about)?;
        writer.count("subjects", i64::try_from(made.len()).unwrap_or(0));
        Ok(())
    }

    fn keep_standings(&self, writer: &mut Writer<'_>, terms: &Terms) -> Result<(), OfficeError> {
        let records = writer.records(self.refold.iter().map(|no| no.0).collect())?;
        let today = writer.now().day();
        let again = rederive(writer, &terms.rules.rulebook, &records, today)?;
        writer.put_standings(&again)?;
        let about = [touched(&self.standings), touched(&again)].concat();
        writer.tell("standing", &about)?;
        let count = i64::try_from(self.records.len()).unwrap_or(0);
        writer.count("records", count);
        writer.count(&format!("catalogue/{}", terms.catalogue.id), count);
        Ok(())
    }
}

fn exact_keys(names: &[(SubjectNo, String)]) -> Vec<(i64, SubjectNo)> {
    names.iter().map(|(no, name)| (exact_key(&normalise_name(name)), *no)).collect()
}

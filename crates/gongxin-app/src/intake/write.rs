//! What a transaction writes once its rows are settled: entries, what finds records, standings.

use std::collections::BTreeSet;

use gongxin_model::{Seq, SubjectNo};
use gongxin_standing::Event;

use super::chunk::Transaction;
use super::register::name_keys;
use crate::OfficeError;
use crate::derive::{rederive, standing_row, touched};

impl Transaction<'_, '_> {
    /// Writes everything at once, then folds what was touched.
    pub(crate) fn write(&mut self) -> Result<(), OfficeError> {
        let first = self.writer.next_seq();
        self.writer.append(&self.entries)?;
        self.write_subjects()?;
        self.writer.insert_records(&self.new_records)?;
        for (no, content) in &self.new_contents {
            self.writer.set_record_content(*no, *content)?;
        }
        self.writer.insert_seen(std::mem::take(&mut self.new_seen))?;
        self.writer.insert_held(&self.new_held)?;
        self.write_standings(first)
    }

    fn write_subjects(&mut self) -> Result<(), OfficeError> {
        let registry = std::mem::take(&mut self.registry);
        let known = |numbers: &BTreeSet<SubjectNo>| -> Vec<_> {
            numbers.iter().filter_map(|no| self.set.subjects.get(no).cloned()).collect()
        };
        let (made, changed) = (known(&registry.made), known(&registry.changed));
        let rows = |subjects: &[super::working::Known]| -> Vec<_> {
            subjects.iter().map(|known| known.row.clone()).collect()
        };
        self.writer.insert_subjects(&rows(&made))?;
        self.writer.update_subjects(&rows(&changed))?;
        self.writer.insert_codes(&registry.codes)?;
        let names = |subjects: &[super::working::Known]| -> Vec<_> {
            subjects.iter().flat_map(|known| known.names.clone()).collect()
        };
        self.writer.insert_names(&names(&made))?;
        let numbers: Vec<SubjectNo> = changed.iter().map(|known| known.row.no).collect();
        self.writer.put_names(&numbers, &names(&changed))?;
        self.writer.insert_new_name_keys(made.iter().flat_map(name_keys).collect())?;
        let keys: Vec<(i64, SubjectNo)> = changed.iter().flat_map(name_keys).collect();
        self.writer.insert_name_keys(&keys)?;
        let about: Vec<_> =
            made.iter().chain(&changed).map(|known| (Some(known.row.no), None)).collect();
        self.writer.tell("name", &about)?;
        self.writer.count(&[("subjects".into(), i64::try_from(made.len()).unwrap_or(0))])?;
        Ok(())
    }

    fn write_standings(&mut self, first: Seq) -> Result<(), OfficeError> {
        let rulebook = &self.terms.rules.rulebook;
        let today = self.writer.now().day();
        let mut rows = Vec::new();
        for (no, place) in &self.fresh {
            if self.refold.contains(no) {
                continue;
            }
            let (Some(entry), Some(record)) = (self.entries.get(*place), self.set.records.get(no))
            else {
                continue;
            };
            let seq = Seq(first.0 + i64::try_from(*place).unwrap_or(0));
            let event =
                Event { seq, at: self.writer.now(), kind: entry.kind, body: Some(&entry.body) };
            rows.extend(standing_row(record, &[event], &self.terms.catalogue, rulebook, today));
        }
        self.writer.insert_standings(&rows)?;
        let again: Vec<i64> = self.refold.iter().map(|no| no.0).collect();
        let records = self.writer.records(again)?;
        let again = rederive(self.writer, rulebook, &records, today)?;
        self.writer.put_standings(&again)?;
        let about = [touched(&rows), touched(&again)].concat();
        self.writer.tell("standing", &about)?;
        let counts = [
            ("records".to_owned(), i64::try_from(self.new_records.len()).unwrap_or(0)),
            (
                format!("catalogue/{}", self.terms.catalogue.id),
                i64::try_from(self.new_records.len()).unwrap_or(0),
            ),
        ];
        Ok(self.writer.count(&counts)?)
    }
}

//! What is derived from the archive: subjects, records and what finds them, standings.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{RecordNo, SubjectNo};
use gongxin_seal::Mac;

use super::{Result, Writer};
use crate::cell::{Cell, halves};
use crate::rows::{NameRow, StandingRow, SubjectRow};
use crate::stage::{name_cells, name_key_cells, standing_cells, subject_cells};
use crate::{NUMBER_SPAN, StoreError};

impl Writer<'_> {
    /// Replaces what is said of subjects that exist.
    pub fn update_subjects(&mut self, rows: &[&SubjectRow]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = rows.iter().map(|row| row.no.0).collect();
        let found = self.execute("DELETE FROM subject WHERE no MANY($1)", &[numbers.into()])?;
        if found != rows.len() as u64 {
            return Err(StoreError::corrupt("updating subjects that do not exist"));
        }
        self.insert("subject", rows.iter().map(|row| subject_cells(row)).collect())
    }

    /// Replaces the names that subjects no longer bear: what is given is all that each bore.
    pub fn put_former_names<'r>(
        &mut self,
        subjects: &[SubjectNo],
        rows: impl IntoIterator<Item = &'r NameRow>,
    ) -> Result<()> {
        if subjects.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
        self.execute("DELETE FROM subject_name WHERE subject MANY($1)", &[numbers.into()])?;
        self.insert("subject_name", rows.into_iter().map(name_cells).collect())
    }

    /// Adds keys of whole names; those that exist stay.
    pub fn insert_name_keys(&mut self, pairs: &[(i64, SubjectNo)]) -> Result<()> {
        let mut fresh = Vec::new();
        for pair in pairs {
            if !self.has_name_key(*pair)? {
                fresh.push(*pair);
            }
        }
        self.insert("name_key", name_key_cells(fresh))
    }

    /// Notes contents that were in force in records, and are not any more.
    pub fn insert_seen(&mut self, mut pairs: Vec<(Mac, RecordNo)>) -> Result<()> {
        // Random keys go in sorted: neighbours share pages of the tree.
        pairs.sort_unstable();
        let rows: Vec<Vec<Cell>> =
            pairs.into_iter().map(|(mac, no)| vec![mac.into(), no.into()]).collect();
        self.insert("seen", rows)
    }

    /// Links a record to another subject, or to none.
    pub fn set_record_subject(&mut self, no: RecordNo, subject: Option<SubjectNo>) -> Result<()> {
        self.alter("record", &no.into(), vec![("subject", subject.into())])
    }

    /// Notes the contents in force of records; those before stay known as seen.
    pub fn set_record_contents(&mut self, contents: &BTreeMap<RecordNo, Mac>) -> Result<()> {
        if contents.is_empty() {
            return Ok(());
        }
        let before = self.records(contents.keys().map(|no| no.0).collect())?;
        let mut old: Vec<(Mac, RecordNo)> = before
            .iter()
            .map(|row| (row.content_mac, row.no))
            .filter(|(mac, no)| *mac != Mac::default() && contents.get(no) != Some(mac))
            .collect();
        let macs: Vec<Vec<u8>> = old.iter().map(|(mac, _)| mac.to_vec()).collect();
        let sql = "SELECT mac FROM seen WHERE mac MANY_BLOBS($1)";
        let seen = self.reader.connection.query(sql, &[macs.into()])?;
        let seen: Result<BTreeSet<Mac>> = seen.into_iter().map(|mut row| row.fixed()).collect();
        let seen = seen?;
        old.retain(|(mac, _)| !seen.contains(mac));
        let changes = contents.iter().map(|(no, content)| {
            let [high, low] = halves(*content);
            ((*no).into(), vec![high.into(), low.into()])
        });
        self.alter_many("record", &["content_high", "content_low"], &changes.collect())?;
        self.insert_seen(old)
    }

    /// Forgets key and content of a record that a withdrawn judgement had made, so that the row
    /// it came from can be judged again; or frees a key that another record left behind. The
    /// record and its entries stay, and whatever else it said stays known.
    pub fn forget_marks(&mut self, key: Mac, content: Mac) -> Result<()> {
        self.execute("DELETE FROM seen WHERE mac = $1", &[content.into()])?;
        let found = self.records_by_key(vec![key.to_vec()])?;
        for record in self.records(found.into_iter().map(|(_, no)| no.0).collect())? {
            let no = record.no;
            let mut changes = vec![("key_high", Cell::Null), ("key_low", Cell::Null)];
            // What its key told of its document number is still true.
            changes.push(("number", (halves(key)[0] & !NUMBER_SPAN).into()));
            if record.content_mac == content {
                changes.extend([("content_high", Cell::Null), ("content_low", Cell::Null)]);
            } else if record.content_mac != Mac::default()
                && self.seen(vec![record.content_mac.to_vec()])?.is_empty()
            {
                self.insert("seen", vec![vec![record.content_mac.into(), no.into()]])?;
            }
            self.alter("record", &no.into(), changes)?;
        }
        Ok(())
    }

    /// Replaces the standings of records.
    pub fn put_standings(&mut self, rows: &[StandingRow]) -> Result<()> {
        let records: Vec<i64> = rows.iter().map(|row| row.record.0).collect();
        self.remove_standings(records)?;
        let mut sorted: Vec<&StandingRow> = rows.iter().collect();
        sorted.sort_unstable_by_key(|row| row.record);
        let mut word = |text: &str| self.word(text);
        let rows: Result<Vec<Vec<Cell>>> =
            sorted.into_iter().map(|row| standing_cells(row, &mut word)).collect();
        self.insert("standing", rows?)
    }

    /// Removes the standings of records.
    pub fn remove_standings(&mut self, records: Vec<i64>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        self.execute("DELETE FROM standing WHERE record MANY($1)", &[records.into()])?;
        Ok(())
    }
}

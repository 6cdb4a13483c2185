//! What is derived from the archive: subjects, records and what finds them, standings.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{RecordNo, SubjectNo};
use gongxin_seal::Mac;

use super::{Result, Writer};
use crate::cell::{Cell, halves};
use crate::rows::{CodeRow, NameRow, NewRecord, StandingRow, SubjectRow};
use crate::{StoreError, name_block, number_key};

impl Writer<'_> {
    /// Adds subjects.
    pub fn insert_subjects<'r>(
        &mut self,
        rows: impl IntoIterator<Item = &'r SubjectRow>,
    ) -> Result<()> {
        let rows: Vec<Vec<Cell>> = rows.into_iter().map(subject_cells).collect();
        self.insert("subject", rows)
    }

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
        self.insert_subjects(rows.iter().copied())
    }

    /// Adds codes.
    pub fn insert_codes(&mut self, rows: &[CodeRow]) -> Result<()> {
        let rows: Result<Vec<Vec<Cell>>> = rows
            .iter()
            .map(|row| {
                Ok(vec![row.subject.into(), self.word(&row.kind)?, row.code.as_str().into()])
            })
            .collect();
        self.insert("subject_code", rows?)
    }

    /// Replaces all names of subjects: what is given is the whole history of each.
    pub fn put_names<'r>(
        &mut self,
        subjects: &[SubjectNo],
        rows: impl IntoIterator<Item = &'r NameRow>,
    ) -> Result<()> {
        if subjects.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = subjects.iter().map(|subject| subject.0).collect();
        self.execute("DELETE FROM subject_name WHERE subject MANY($1)", &[numbers.into()])?;
        self.insert_names(rows)
    }

    /// Adds names.
    pub fn insert_names<'r>(&mut self, rows: impl IntoIterator<Item = &'r NameRow>) -> Result<()> {
        let rows: Vec<Vec<Cell>> = rows
            .into_iter()
            .map(|row| {
                vec![
                    row.subject.into(),
                    row.from.into(),
                    row.until.into(),
                    row.name.as_str().into(),
                ]
            })
            .collect();
        self.insert("subject_name", rows)
    }

    /// Adds keys of whole names; those that exist stay.
    pub fn insert_name_keys(&mut self, pairs: &[(i64, SubjectNo)]) -> Result<()> {
        let mut fresh = Vec::new();
        for pair in pairs {
            if !self.has_name_key(*pair)? {
                fresh.push(*pair);
            }
        }
        self.insert_new_name_keys(fresh)
    }

    /// Adds keys of whole names of subjects that this transaction made: none of them exists.
    pub fn insert_new_name_keys(&mut self, mut pairs: Vec<(i64, SubjectNo)>) -> Result<()> {
        pairs.sort_unstable();
        pairs.dedup();
        let rows: Vec<Vec<Cell>> =
            pairs.into_iter().map(|(key, subject)| vec![key.into(), subject.into()]).collect();
        self.insert("name_key", rows)
    }

    /// Adds keys of similar names, behind the entries of which they come: once for those.
    pub fn insert_similar_keys(
        &mut self,
        pairs: impl IntoIterator<Item = (i64, SubjectNo)>,
    ) -> Result<()> {
        let seq = self.next_seq();
        let rows: Vec<Vec<Cell>> = name_block::pack(pairs)
            .into_iter()
            .map(|(bucket, body)| vec![seq.into(), bucket.into(), body.into()])
            .collect();
        self.insert("name_block", rows)
    }

    /// Adds records with what finds them.
    pub fn insert_records(&mut self, records: &[NewRecord]) -> Result<()> {
        let mut rows = Vec::with_capacity(records.len());
        for NewRecord { row, key, number } in records {
            let [id_high, id_low] = halves(row.public_id.0);
            let [key_high, key_low] = halves(*key);
            let [content_high, content_low] = halves(row.content_mac);
            let decision = row.decision.map(halves);
            rows.push(vec![
                row.no.into(),
                id_high.into(),
                id_low.into(),
                row.subject.into(),
                decision.map(|[high, _]| high).into(),
                decision.map(|[_, low]| low).into(),
                key_high.into(),
                key_low.into(),
                content_high.into(),
                content_low.into(),
                number.as_deref().map(number_key).into(),
                row.batch.into(),
                self.word(&row.catalogue)?,
                self.word(&row.source)?,
            ]);
        }
        let in_force = records.iter().map(|record| (record.row.no, record.row.content_mac));
        self.in_force.extend(in_force);
        self.insert("record", rows)
    }

    /// Notes contents as seen in records. The content in force is noted with the record already.
    pub fn insert_seen(&mut self, mut pairs: Vec<(Mac, RecordNo)>) -> Result<()> {
        pairs.retain(|(content, no)| self.in_force.get(no) != Some(content));
        // Random keys go in sorted: neighbours share pages of the tree.
        pairs.sort_unstable();
        let rows: Vec<Vec<Cell>> =
            pairs.into_iter().map(|(mac, no)| vec![mac.into(), no.into()]).collect();
        self.insert("seen", rows)
    }

    /// Links a record to another subject, or to none.
    pub fn set_record_subject(&mut self, no: RecordNo, subject: Option<SubjectNo>) -> Result<()> {
        self.alter("record", no.into(), vec![("subject", subject.into())])
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
        self.in_force.extend(contents);
        let changes = contents.iter().map(|(no, content)| {
            let [high, low] = halves(*content);
            ((*no).into(), vec![high.into(), low.into()])
        });
        self.alter_many("record", &["content_high", "content_low"], changes.collect())?;
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
            if record.content_mac == content {
                self.in_force.remove(&no);
                changes.extend([("content_high", Cell::Null), ("content_low", Cell::Null)]);
            } else if record.content_mac != Mac::default()
                && self.seen(vec![record.content_mac.to_vec()])?.is_empty()
            {
                self.insert("seen", vec![vec![record.content_mac.into(), no.into()]])?;
            }
            self.alter("record", no.into(), changes)?;
        }
        Ok(())
    }

    /// Replaces the standings of records.
    pub fn put_standings(&mut self, rows: &[StandingRow]) -> Result<()> {
        let records: Vec<i64> = rows.iter().map(|row| row.record.0).collect();
        self.remove_standings(records)?;
        self.insert_standings(rows)
    }

    /// Removes the standings of records.
    pub fn remove_standings(&mut self, records: Vec<i64>) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        self.execute("DELETE FROM standing WHERE record MANY($1)", &[records.into()])?;
        Ok(())
    }

    /// Adds standings of records that have none yet.
    pub fn insert_standings(&mut self, rows: &[StandingRow]) -> Result<()> {
        let mut sorted: Vec<&StandingRow> = rows.iter().collect();
        sorted.sort_unstable_by_key(|row| row.record);
        let rows: Result<Vec<Vec<Cell>>> =
            sorted.into_iter().map(|row| self.standing_cells(row)).collect();
        self.insert("standing", rows?)
    }

    fn standing_cells(&mut self, row: &StandingRow) -> Result<Vec<Cell>> {
        Ok(vec![
            row.record.into(),
            row.subject.into(),
            row.seq.into(),
            row.ended_at.into(),
            row.decided_on.into(),
            row.shown_from.into(),
            row.shown_until.into(),
            row.next_day.into(),
            self.word(&row.section)?,
            self.word(&row.catalogue)?,
            self.word(&row.publication)?,
            self.word(&row.reason)?,
            row.disputed.into(),
            row.version.into(),
            row.summary.as_str().into(),
        ])
    }
}

fn subject_cells(row: &SubjectRow) -> Vec<Cell> {
    vec![
        row.no.into(),
        row.public_id.into(),
        row.kind.as_str().into(),
        row.name.as_str().into(),
        row.code.clone().into(),
        row.legal_form.as_str().into(),
        row.state.as_str().into(),
        row.region.as_str().into(),
        row.head.into(),
        row.provisional.into(),
        row.masked.into(),
        row.registration.into(),
    ]
}

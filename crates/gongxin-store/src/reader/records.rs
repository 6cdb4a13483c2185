//! Records, what finds them, and their entries.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{BatchNo, Digest, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo};
use gongxin_seal::{Mac, NumberMark, Salt};

use super::{Reader, Result, each};
use crate::cell::{Cell, Row, halves};
use crate::rows::{AboutNo, EntryHead, RecordRow, StoredEntry};
use crate::{NUMBER_SPAN, StoreError, number_low};

const RECORD: &str = "SELECT no, id_high, id_low, catalogue, source, subject, decision_high, \
                      decision_low, batch, content_high, content_low FROM record";
pub(super) const ENTRY: &str = "SELECT e.seq, e.about, e.kind, e.at, e.adoption, e.commitments, a.digest, \
                     e.dictionary, e.salt, e.body FROM entry e \
                     LEFT JOIN adoption a ON a.no = e.adoption";

impl Reader<'_> {
    /// A record by its number.
    pub fn record(&mut self, no: RecordNo) -> Result<Option<RecordRow>> {
        Ok(self.records(vec![no.0])?.into_iter().next())
    }

    /// Many records.
    pub fn records(&mut self, numbers: Vec<i64>) -> Result<Vec<RecordRow>> {
        self.record_rows("WHERE no MANY($1) ORDER BY no", &[numbers.into()])
    }

    fn record_rows(&mut self, condition: &str, cells: &[Cell]) -> Result<Vec<RecordRow>> {
        self.all_worded(&format!("{RECORD} {condition}"), cells, record_row)
    }

    /// The records of keys.
    pub fn records_by_key(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let sql = "SELECT key_high, key_low, no FROM EACH_INT($1) CROSS JOIN record \
                   WHERE key_high = asked.value";
        self.marked(sql, macs)
    }

    /// The records of which contents were in force once. The one in force stands in the record.
    pub fn seen(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let sql = "SELECT mac, record FROM EACH_BLOB($1) CROSS JOIN seen WHERE mac = asked.value";
        let row = |mut row: Row| Ok((row.fixed()?, RecordNo(row.int()?)));
        self.connection.all(sql, &[each(macs).into()], row)
    }

    /// Rows of a digest's halves and a record, where the whole digest is among those asked for.
    fn marked(&mut self, sql: &str, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let asked: BTreeSet<Mac> =
            macs.into_iter().filter_map(|mac| Mac::try_from(mac).ok()).collect();
        let highs = each(asked.iter().map(|mac| halves(*mac)[0]).collect());
        let found = self
            .connection
            .all(sql, &[highs.into()], |mut row| Ok((row.wide()?, RecordNo(row.int()?))))?;
        Ok(found.into_iter().filter(|(mac, _)| asked.contains(mac)).collect())
    }

    /// The records of decisions: of those that begin with the mark of their document number.
    pub fn records_of_decisions(&mut self, decisions: &BTreeSet<Mac>) -> Result<Vec<RecordRow>> {
        let mark = |mac: &Mac| mac.first_chunk().copied().unwrap_or_default();
        let beside = self.beside(decisions.iter().map(|mac| number_low(mark(mac))).collect())?;
        let found = self.records(beside.into_iter().map(|(_, no)| no.0).collect())?;
        let asked = |row: &RecordRow| row.decision.is_some_and(|one| decisions.contains(&one));
        Ok(found.into_iter().filter(asked).collect())
    }

    /// The records of document numbers, by their marks.
    pub fn records_by_number(
        &mut self,
        marks: &BTreeSet<NumberMark>,
    ) -> Result<Vec<(NumberMark, RecordNo)>> {
        let asked: BTreeMap<i64, NumberMark> =
            marks.iter().map(|mark| (number_low(*mark), *mark)).collect();
        let found = self.beside(asked.keys().copied().collect())?;
        Ok(found.into_iter().filter_map(|(low, no)| Some((*asked.get(&low)?, no))).collect())
    }

    /// The records beside document numbers, by the least digest beside each.
    fn beside(&mut self, lows: Vec<i64>) -> Result<BTreeSet<(i64, RecordNo)>> {
        let lows = each(lows);
        let row = |mut row: Row| Ok((row.int()?, RecordNo(row.int()?)));
        let in_key = format!(
            "SELECT asked.value, no FROM EACH_INT($1) CROSS JOIN record \
             WHERE key_high BETWEEN asked.value AND asked.value + {NUMBER_SPAN}"
        );
        let mut found: BTreeSet<_> =
            self.connection.all(&in_key, &[lows.clone().into()], row)?.into_iter().collect();
        let apart =
            "SELECT number, no FROM EACH_INT($1) CROSS JOIN record WHERE number = asked.value";
        found.extend(self.connection.all(apart, &[lows.into()], row)?);
        Ok(found)
    }

    /// A page of all records after a number.
    pub fn records_after(&mut self, after: RecordNo, limit: i64) -> Result<Vec<RecordRow>> {
        self.record_rows("WHERE no > $1 ORDER BY no LIMIT $2", &[after.into(), limit.into()])
    }

    /// The first record that a hand-in created.
    pub fn first_record_of_batch(&mut self, batch: BatchNo) -> Result<Option<RecordNo>> {
        let sql = "SELECT no FROM record WHERE batch = $1 ORDER BY no LIMIT 1";
        self.connection.one(sql, &[batch.into()], |mut row| Ok(RecordNo(row.int()?)))
    }

    /// The records that a hand-in created.
    pub fn records_of_batch(&mut self, batch: BatchNo) -> Result<Vec<RecordNo>> {
        let sql = "SELECT no FROM record WHERE batch = $1 ORDER BY no";
        self.connection.all(sql, &[batch.into()], |mut row| Ok(RecordNo(row.int()?)))
    }

    /// The entries about many things, in the order of the archive.
    pub fn entries_about(&mut self, about: &[AboutNo]) -> Result<Vec<StoredEntry>> {
        let numbers: Vec<i64> = about.iter().map(|about| about.0).collect();
        let sql = format!("{ENTRY} WHERE e.about MANY($1) ORDER BY e.seq");
        self.entries(&sql, &[numbers.into()])
    }

    /// A page of the archive from a place on.
    pub fn entries_from(&mut self, from: Seq, limit: i64) -> Result<Vec<StoredEntry>> {
        let sql = format!("{ENTRY} WHERE e.seq >= $1 ORDER BY e.seq LIMIT $2");
        self.entries(&sql, &[from.into(), limit.into()])
    }

    /// The same without what the entries say: place, matter, kind and time alone.
    pub fn entry_heads(&mut self, from: Seq, limit: i64) -> Result<Vec<EntryHead>> {
        let sql = "SELECT seq, about, kind, at FROM entry WHERE seq >= $1 ORDER BY seq LIMIT $2";
        self.connection.all(sql, &[from.into(), limit.into()], |mut row| {
            let (seq, about) = (Seq(row.int()?), AboutNo(row.int()?));
            let kind = u16::try_from(row.int()?).ok().and_then(Kind::from_number);
            let kind = kind.ok_or_else(|| StoreError::corrupt(format!("kind of entry {seq}")))?;
            Ok(EntryHead { seq, about, kind, at: Instant(row.int()?) })
        })
    }

    pub(super) fn entries(&mut self, sql: &str, cells: &[Cell]) -> Result<Vec<StoredEntry>> {
        let rows = self.connection.query(sql, cells)?;
        rows.into_iter().map(|row| self.stored_entry(row)).collect()
    }

    fn stored_entry(&mut self, mut row: Row) -> Result<StoredEntry> {
        let seq = Seq(row.int()?);
        let about = AboutNo(row.int()?);
        let kind = u16::try_from(row.int()?).ok().and_then(Kind::from_number);
        let kind = kind.ok_or_else(|| StoreError::corrupt(format!("kind of entry {seq}")))?;
        let at = Instant(row.int()?);
        let adoption = row.int()?;
        let commitments = Digest(row.fixed()?);
        let rulebook = match row.blob_or_null()? {
            Some(digest) => <[u8; 32]>::try_from(digest.as_slice())
                .map_err(|_| StoreError::corrupt(format!("rulebook of entry {seq}")))?,
            // What came before the first adoption.
            None => [0; 32],
        };
        let leaf = self.founding.leaf(seq, at, kind, Digest(rulebook), commitments);
        let dictionary = row.int_or_null()?;
        let salt = row.blob_or_null()?;
        let packed = row.blob_or_null()?;
        let mut entry = StoredEntry {
            seq,
            about,
            at,
            kind,
            adoption,
            commitments,
            leaf,
            body: None,
            salt: None,
        };
        if let (Some(dictionary), Some(salt), Some(packed)) = (dictionary, salt, packed) {
            let salt = <[u8; 16]>::try_from(salt.as_slice())
                .map_err(|_| StoreError::corrupt(format!("salt of entry {seq}")))?;
            let body = self.unpacker.unpack(self.connection, dictionary, &packed);
            entry.body =
                Some(body.map_err(|error| {
                    StoreError::corrupt(format!("body of entry {seq}: {error}"))
                })?);
            entry.salt = Some(Salt(salt));
        }
        Ok(entry)
    }
}

fn record_row(reader: &mut Reader<'_>, mut row: Row) -> Result<RecordRow> {
    Ok(RecordRow {
        no: RecordNo(row.int()?),
        public_id: PublicId(row.wide()?),
        catalogue: reader.word(&mut row)?,
        source: reader.word(&mut row)?,
        subject: row.int_or_null()?.map(SubjectNo),
        decision: row.wide_or_null()?,
        batch: BatchNo(row.int()?),
        content_mac: row.wide_or_null()?.unwrap_or_default(),
    })
}

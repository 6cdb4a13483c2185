//! Records, what finds them, and their entries.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{
    BatchNo, DecisionNo, Digest, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo,
};
use gongxin_seal::{Mac, Salt};

use super::{Reader, Result};
use crate::cell::{Cell, Row, halves};
use crate::rows::{AboutNo, RecordRow, StoredEntry};
use crate::{StoreError, number_key};

const RECORD: &str = "SELECT no, id_high, id_low, catalogue, source, subject, decision, batch, content_high, \
     content_low FROM record";
const ENTRY: &str = "SELECT e.seq, e.about, e.kind, e.at, e.adoption, e.commitments, e.leaf, \
                     p.dictionary, p.salt, p.body FROM entry e LEFT JOIN payload p ON p.seq = e.seq";

impl Reader<'_> {
    /// A record by its number.
    pub fn record(&mut self, no: RecordNo) -> Result<Option<RecordRow>> {
        self.one(&format!("{RECORD} WHERE no = $1"), &[no.into()], record_row)
    }

    /// Many records.
    pub fn records(&mut self, numbers: Vec<i64>) -> Result<Vec<RecordRow>> {
        self.all(&format!("{RECORD} WHERE no MANY($1) ORDER BY no"), &[numbers.into()], record_row)
    }

    /// A record by its public id.
    pub fn record_by_public_id(&mut self, id: PublicId) -> Result<Option<RecordRow>> {
        let [high, low] = halves(id.0);
        let sql = format!("{RECORD} WHERE id_high = $1 AND id_low = $2");
        self.one(&sql, &[high.into(), low.into()], record_row)
    }

    /// The records of keys.
    pub fn records_by_key(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let sql = "SELECT key_high, key_low, no FROM record WHERE key_high MANY($1)";
        self.marked(sql, macs)
    }

    /// The records in which contents were seen.
    pub fn seen(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let sql = "SELECT content_high, content_low, no FROM record WHERE content_high MANY($1)";
        let mut found = self.marked(sql, macs.clone())?;
        let sql = "SELECT mac, record FROM seen WHERE mac MANY_BLOBS($1)";
        found.extend(
            self.all(sql, &[macs.into()], |mut row| Ok((row.fixed()?, RecordNo(row.int()?))))?,
        );
        Ok(found)
    }

    /// Rows of a digest's halves and a record, where the whole digest is among those asked for.
    fn marked(&mut self, sql: &str, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, RecordNo)>> {
        let asked: BTreeSet<Mac> =
            macs.into_iter().filter_map(|mac| Mac::try_from(mac).ok()).collect();
        let highs: Vec<i64> = asked.iter().map(|mac| halves(*mac)[0]).collect();
        let found =
            self.all(sql, &[highs.into()], |mut row| Ok((row.wide()?, RecordNo(row.int()?))))?;
        Ok(found.into_iter().filter(|(mac, _)| asked.contains(mac)).collect())
    }

    /// The decisions of keys.
    pub fn decisions(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, DecisionNo)>> {
        let sql = "SELECT mac, no FROM decision WHERE mac MANY_BLOBS($1)";
        self.all(sql, &[macs.into()], |mut row| Ok((row.fixed()?, DecisionNo(row.int()?))))
    }

    /// The records of decisions.
    pub fn records_of_decisions(&mut self, decisions: Vec<i64>) -> Result<Vec<RecordRow>> {
        let sql = format!("{RECORD} WHERE decision MANY($1) ORDER BY no");
        self.all(&sql, &[decisions.into()], record_row)
    }

    /// The records with any of the normalised document numbers.
    pub fn records_by_number(&mut self, numbers: Vec<String>) -> Result<Vec<(String, RecordNo)>> {
        let asked: BTreeMap<i64, String> =
            numbers.into_iter().map(|number| (number_key(&number), number)).collect();
        let keys: Vec<i64> = asked.keys().copied().collect();
        let sql = "SELECT number, record FROM document_number WHERE number MANY($1) \
                   ORDER BY number, record";
        let found =
            self.all(sql, &[keys.into()], |mut row| Ok((row.int()?, RecordNo(row.int()?))))?;
        let named = |(key, record)| Some((asked.get(&key)?.clone(), record));
        Ok(found.into_iter().filter_map(named).collect())
    }

    /// A page of all records after a number.
    pub fn records_after(&mut self, after: RecordNo, limit: i64) -> Result<Vec<RecordRow>> {
        let sql = format!("{RECORD} WHERE no > $1 ORDER BY no LIMIT $2");
        self.all(&sql, &[after.into(), limit.into()], record_row)
    }

    /// A page of a hand-in's records after a number.
    pub fn records_of_batch(&mut self, batch: BatchNo) -> Result<Vec<RecordNo>> {
        let sql = "SELECT no FROM record WHERE batch = $1 ORDER BY no";
        self.all(sql, &[batch.into()], |mut row| Ok(RecordNo(row.int()?)))
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

    fn entries(&mut self, sql: &str, cells: &[Cell]) -> Result<Vec<StoredEntry>> {
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
        let (commitments, leaf) = (Digest(row.fixed()?), Digest(row.fixed()?));
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
            entry.body = Some(body.map_err(|error| {
                StoreError::corrupt(format!("payload of entry {seq}: {error}"))
            })?);
            entry.salt = Some(Salt(salt));
        }
        Ok(entry)
    }
}

fn record_row(mut row: Row) -> Result<RecordRow> {
    Ok(RecordRow {
        no: RecordNo(row.int()?),
        public_id: PublicId(row.wide()?),
        catalogue: row.text()?,
        source: row.text()?,
        subject: row.int_or_null()?.map(SubjectNo),
        decision: row.int_or_null()?.map(DecisionNo),
        batch: BatchNo(row.int()?),
        content_mac: row.wide_or_null()?.unwrap_or_default(),
    })
}

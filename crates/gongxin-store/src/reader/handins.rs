//! Hand-ins, held rows, and what faces follow.

use std::collections::BTreeMap;

use gongxin_model::{BatchNo, Digest, Instant, RecordNo, SubjectNo};
use gongxin_seal::Mac;

use super::{Reader, Result, each};
use crate::cell::Row;
use crate::rows::{BatchRow, Change, HeldAsk, HeldRow};
use crate::{StoreError, row_digest, unpack_text};

pub(super) const BATCH: &str = "SELECT no, source, catalogue, file, file_digest, map_digest, next_row, \
                     state, at, facts FROM batch";
pub(super) const HELD: &str = "SELECT no, batch, row, catalogue, source, content_mac, state, at, body, \
                    digest FROM held";

impl Reader<'_> {
    /// A hand-in.
    pub fn batch(&mut self, no: BatchNo) -> Result<Option<BatchRow>> {
        self.connection.one(&format!("{BATCH} WHERE no = $1"), &[no.into()], batch_row)
    }

    /// The open hand-in of the same file by the same source with the same mapping.
    pub fn open_batch(
        &mut self,
        source: &str,
        catalogue: &str,
        file: &Digest,
        map: &Digest,
    ) -> Result<Option<BatchRow>> {
        let sql = format!(
            "{BATCH} WHERE file_digest = $1 AND source = $2 AND catalogue = $3 \
             AND map_digest = $4 AND state = 'open' ORDER BY no DESC LIMIT 1"
        );
        let cells = [(*file).into(), source.into(), catalogue.into(), (*map).into()];
        self.connection.one(&sql, &cells, batch_row)
    }

    /// The last hand-in of each source: source and time.
    pub fn last_batches(&mut self) -> Result<BTreeMap<String, Instant>> {
        let sql = "SELECT source, MAX(at) FROM batch GROUP BY source";
        let found =
            self.connection.all(sql, &[], |mut row| Ok((row.text()?, Instant(row.int()?))))?;
        Ok(found.into_iter().collect())
    }

    /// The first hand-in of each source.
    pub fn first_batches(&mut self) -> Result<BTreeMap<String, Instant>> {
        let sql = "SELECT source, MIN(at) FROM batch GROUP BY source";
        let found =
            self.connection.all(sql, &[], |mut row| Ok((row.text()?, Instant(row.int()?))))?;
        Ok(found.into_iter().collect())
    }

    /// The last hand-in of each catalogue by a source.
    pub fn last_batches_of(&mut self, source: &str) -> Result<BTreeMap<String, Instant>> {
        let sql = "SELECT catalogue, MAX(at) FROM batch WHERE source = $1 GROUP BY catalogue";
        let row = |mut row: Row| Ok((row.text()?, Instant(row.int()?)));
        Ok(self.connection.all(sql, &[source.into()], row)?.into_iter().collect())
    }

    /// The last hand-ins of some sources, the latest first, at most so many.
    pub fn batches_of(&mut self, sources: Vec<String>, limit: i64) -> Result<Vec<BatchRow>> {
        let sql = format!("{BATCH} WHERE source MANY($1) ORDER BY no DESC LIMIT $2");
        self.connection.all(&sql, &[sources.into(), limit.into()], batch_row)
    }

    /// A page of the hand-ins of some sources below a number, the latest first, at most so many.
    pub fn batches_below(
        &mut self,
        sources: Vec<String>,
        below: i64,
        limit: i64,
    ) -> Result<Vec<BatchRow>> {
        let sql = format!("{BATCH} WHERE source MANY($1) AND no < $2 ORDER BY no DESC LIMIT $3");
        self.connection.all(&sql, &[sources.into(), below.into(), limit.into()], batch_row)
    }

    /// The hand-ins of a file, by its digest, oldest first.
    pub fn batches_of_file(&mut self, file: &Digest) -> Result<Vec<BatchRow>> {
        let sql = format!("{BATCH} WHERE file_digest = $1 ORDER BY no");
        self.connection.all(&sql, &[(*file).into()], batch_row)
    }

    /// The held rows of a hand-in that have these row numbers, in whatever state.
    pub fn held_at(&mut self, batch: BatchNo, rows: Vec<i64>) -> Result<Vec<HeldRow>> {
        let sql = format!("{HELD} WHERE batch = $1 AND row MANY($2) ORDER BY no");
        self.connection.all(&sql, &[batch.into(), rows.into()], held_row)
    }

    /// How many rows of a hand-in wait for a person.
    pub fn held_open_of(&mut self, batch: BatchNo) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM held WHERE batch = $1 AND state = 'open'";
        let found = self.connection.one(sql, &[batch.into()], |mut row| row.int())?;
        Ok(found.unwrap_or(0))
    }

    /// How many rows of each source wait for a person.
    pub fn held_by_source(&mut self) -> Result<BTreeMap<String, i64>> {
        let sql = "SELECT source, COUNT(*) FROM held WHERE state = 'open' GROUP BY source";
        Ok(self
            .connection
            .all(sql, &[], |mut row| Ok((row.text()?, row.int()?)))?
            .into_iter()
            .collect())
    }

    /// The outcomes of a hand-in's rows, block by block, as JSON of the office.
    pub fn row_blocks(&mut self, batch: BatchNo) -> Result<Vec<String>> {
        let sql = "SELECT body, digest FROM row_block WHERE batch = $1 ORDER BY first_row";
        self.connection.all(sql, &[batch.into()], |mut row| {
            let packed = row.blob()?;
            if row_digest(&packed).as_slice() != row.blob()?.as_slice() {
                return Err(StoreError::corrupt(format!("row_block of hand-in {batch}")));
            }
            unpack_text(&packed)
        })
    }

    /// A page of the held rows that are asked for, after a number, oldest first.
    pub fn held(&mut self, ask: HeldAsk<'_>, after: i64, limit: i64) -> Result<Vec<HeldRow>> {
        let sql = format!(
            "{HELD} WHERE state = $1 AND no > $2 AND (batch = $3 OR $3 = 0) \
             AND (catalogue = $4 OR $4 = '') AND (source = $5 OR $5 = '') ORDER BY no LIMIT $6"
        );
        let HeldAsk { state, batch, catalogue, source } = ask;
        let cells = [
            state.into(),
            after.into(),
            batch.map_or(0, |batch| batch.0).into(),
            catalogue.unwrap_or_default().into(),
            source.unwrap_or_default().into(),
            limit.into(),
        ];
        self.connection.all(&sql, &cells, held_row)
    }

    /// The open held rows before and after a number, of one source or of all.
    pub fn held_around(
        &mut self,
        no: i64,
        source: Option<&str>,
    ) -> Result<(Option<i64>, Option<i64>)> {
        let of = "FROM held WHERE state = 'open' AND (source = $2 OR $2 = '')";
        let cells = [no.into(), source.unwrap_or_default().into()];
        let before = format!("SELECT no {of} AND no < $1 ORDER BY no DESC LIMIT 1");
        let after = format!("SELECT no {of} AND no > $1 ORDER BY no LIMIT 1");
        let before = self.connection.one(&before, &cells, |mut row| row.int())?;
        Ok((before, self.connection.one(&after, &cells, |mut row| row.int())?))
    }

    /// A page of the open held rows of catalogues after a number, oldest first.
    pub fn held_of(
        &mut self,
        catalogues: Vec<String>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<HeldRow>> {
        let sql = format!(
            "{HELD} WHERE state = 'open' AND catalogue MANY($1) AND no > $2 ORDER BY no LIMIT $3"
        );
        self.connection.all(&sql, &[catalogues.into(), after.into(), limit.into()], held_row)
    }

    /// A held row.
    pub fn held_one(&mut self, no: i64) -> Result<Option<HeldRow>> {
        self.connection.one(&format!("{HELD} WHERE no = $1"), &[no.into()], held_row)
    }

    /// Contents that are held, in whatever state: digest, number, state.
    pub fn held_by_content(&mut self, macs: Vec<Vec<u8>>) -> Result<Vec<(Mac, i64, String)>> {
        let sql = "SELECT content_mac, no, state FROM EACH_BLOB($1) CROSS JOIN held \
                   WHERE content_mac = asked.value";
        self.connection
            .all(sql, &[each(macs).into()], |mut row| Ok((row.fixed()?, row.int()?, row.text()?)))
    }

    /// Changes after a number.
    pub fn changes_after(&mut self, no: i64, limit: usize) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let mut after = no;
        let sql = "SELECT last, count, what, about FROM change WHERE last > $1 \
                   ORDER BY last LIMIT 1";
        // Row by row: each may hold thousands.
        while changes.len() < limit {
            let Some(mut row) = self.connection.first(sql, &[after.into()])? else {
                break;
            };
            let (last, count) = (row.int()?, row.int()?);
            let what = row.text()?;
            let about: Vec<(Option<i64>, Option<i64>)> =
                serde_json::from_str(&unpack_text(&row.blob()?)?)
                    .map_err(|_| StoreError::corrupt(format!("changes up to {last}")))?;
            let numbers = last - count + 1..;
            let more = numbers.zip(about).filter(|(number, _)| *number > no);
            changes.extend(more.map(|(no, (subject, record))| Change {
                no,
                subject: subject.map(SubjectNo),
                record: record.map(RecordNo),
                what: what.clone(),
            }));
            after = last;
        }
        changes.truncate(limit);
        Ok(changes)
    }

    /// The cursors of all faces: name, instance, cursor.
    pub fn faces(&mut self) -> Result<Vec<(String, String, i64)>> {
        let sql = "SELECT name, instance, cursor FROM face ORDER BY name, instance";
        self.connection.all(sql, &[], |mut row| Ok((row.text()?, row.text()?, row.int()?)))
    }
}

pub(super) fn batch_row(mut row: Row) -> Result<BatchRow> {
    Ok(BatchRow {
        no: BatchNo(row.int()?),
        source: row.text()?,
        catalogue: row.text()?,
        file: row.text()?,
        file_digest: row
            .blob_or_null()?
            .map(|bytes| {
                <[u8; 32]>::try_from(bytes.as_slice())
                    .map(Digest)
                    .map_err(|_| StoreError::corrupt("a file's digest"))
            })
            .transpose()?,
        map_digest: Digest(row.fixed()?),
        next_row: u64::try_from(row.int()?).unwrap_or(0),
        state: row.text()?,
        at: Instant(row.int()?),
        facts: row.text()?,
    })
}

pub(super) fn held_row(mut row: Row) -> Result<HeldRow> {
    let mut held = HeldRow {
        no: row.int()?,
        batch: BatchNo(row.int()?),
        row: u64::try_from(row.int()?).unwrap_or(0),
        catalogue: row.text()?,
        source: row.text()?,
        content_mac: row.fixed()?,
        state: row.text()?,
        at: Instant(row.int()?),
        body: String::new(),
    };
    let packed = row.blob()?;
    if row_digest(&packed).as_slice() != row.blob()?.as_slice() {
        return Err(StoreError::corrupt(format!("held row {}", held.no)));
    }
    held.body = unpack_text(&packed)?;
    Ok(held)
}

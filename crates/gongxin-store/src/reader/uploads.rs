//! What went up to another platform, and what sources state.

use gongxin_model::{BatchNo, Instant, RecordNo, Seq};

use super::{Reader, Result, each};
use crate::cell::Row;
use crate::rows::{AboutNo, BatchRow, DeclarationRow, SentRow, StoredEntry, UploadRow};

const UPLOAD: &str = "SELECT no, catalogue, scope, period, until_seq, at, facts FROM upload";
const SENT: &str = "SELECT no, upload, row, record, seq, fate, state, reason FROM upload_row";

impl Reader<'_> {
    /// All files that went up, the latest first.
    pub fn uploads(&mut self) -> Result<Vec<UploadRow>> {
        self.connection.all(&format!("{UPLOAD} ORDER BY no DESC"), &[], upload_row)
    }

    /// A file that went up.
    pub fn upload(&mut self, no: i64) -> Result<Option<UploadRow>> {
        self.connection.one(&format!("{UPLOAD} WHERE no = $1"), &[no.into()], upload_row)
    }

    /// A page of a file's rows after a number, in the order of the file.
    pub fn sent_rows(&mut self, upload: i64, after: i64, limit: i64) -> Result<Vec<SentRow>> {
        let sql = format!("{SENT} WHERE upload = $1 AND no > $2 ORDER BY no LIMIT $3");
        self.connection.all(&sql, &[upload.into(), after.into(), limit.into()], sent_row)
    }

    /// The rows of a file at some places.
    pub fn sent_at(&mut self, upload: i64, places: Vec<i64>) -> Result<Vec<SentRow>> {
        let sql = format!("{SENT} WHERE upload = $1 AND row MANY($2) ORDER BY no");
        self.connection.all(&sql, &[upload.into(), each(places).into()], sent_row)
    }

    /// The rows of files by which records went up, oldest first.
    pub fn sent_of(&mut self, records: Vec<i64>) -> Result<Vec<SentRow>> {
        let sql = format!("{SENT} WHERE record MANY($1) ORDER BY no");
        self.connection.all(&sql, &[each(records).into()], sent_row)
    }

    /// How many rows of a file there are, by fate and state.
    pub fn sent_counts(&mut self, upload: i64) -> Result<Vec<(i64, i64, i64)>> {
        let sql = "SELECT fate, state, COUNT(*) FROM upload_row WHERE upload = $1 \
                   GROUP BY fate, state ORDER BY fate, state";
        self.connection
            .all(sql, &[upload.into()], |mut row| Ok((row.int()?, row.int()?, row.int()?)))
    }

    /// The last number of a row that went up.
    pub(crate) fn last_sent(&mut self) -> Result<i64> {
        let sql = "SELECT COALESCE(MAX(no), 0) FROM upload_row";
        Ok(self.connection.one(sql, &[], |mut row| row.int())?.unwrap_or(0))
    }

    /// A page of the archive from a place on, received before a time: each entry's place and what
    /// it is about.
    pub fn touched_from(
        &mut self,
        from: Seq,
        before: Instant,
        limit: i64,
    ) -> Result<Vec<(Seq, AboutNo)>> {
        let sql = "SELECT seq, about FROM entry WHERE seq >= $1 AND at < $2 ORDER BY seq LIMIT $3";
        self.connection.all(sql, &[from.into(), before.into(), limit.into()], |mut row| {
            Ok((Seq(row.int()?), AboutNo(row.int()?)))
        })
    }

    /// The entries at some places, in the order of the archive.
    pub fn entries_at(&mut self, places: Vec<i64>) -> Result<Vec<StoredEntry>> {
        let sql = format!("{} WHERE e.seq MANY($1) ORDER BY e.seq", super::records::ENTRY);
        self.entries(&sql, &[each(places).into()])
    }

    /// The hand-ins of a source since a time, oldest first.
    pub fn batches_since(&mut self, source: &str, from: Instant) -> Result<Vec<BatchRow>> {
        let sql = format!("{} WHERE source = $1 AND at >= $2 ORDER BY no", super::handins::BATCH);
        self.connection.all(&sql, &[source.into(), from.into()], super::handins::batch_row)
    }

    /// The records that many hand-ins created.
    pub fn records_of_batches(&mut self, batches: &[BatchNo]) -> Result<Vec<RecordNo>> {
        let numbers: Vec<i64> = batches.iter().map(|batch| batch.0).collect();
        let sql = "SELECT no FROM record WHERE batch MANY($1) ORDER BY no";
        self.connection.all(sql, &[numbers.into()], |mut row| Ok(RecordNo(row.int()?)))
    }

    /// What sources state, oldest first.
    pub fn declarations(&mut self) -> Result<Vec<DeclarationRow>> {
        let sql =
            "SELECT seq, at, source, catalogue, period, decided FROM declaration ORDER BY seq";
        self.connection.all(sql, &[], |mut row| {
            Ok(DeclarationRow {
                seq: Seq(row.int()?),
                at: Instant(row.int()?),
                source: row.text()?,
                catalogue: row.text()?,
                period: row.text()?,
                decided: row.int()?,
            })
        })
    }
}

fn upload_row(mut row: Row) -> Result<UploadRow> {
    Ok(UploadRow {
        no: row.int()?,
        catalogue: row.text()?,
        scope: row.text()?,
        period: row.text()?,
        until: Seq(row.int()?),
        at: Instant(row.int()?),
        facts: row.text()?,
    })
}

fn sent_row(mut row: Row) -> Result<SentRow> {
    Ok(SentRow {
        no: row.int()?,
        upload: row.int()?,
        row: row.int()?,
        record: RecordNo(row.int()?),
        seq: Seq(row.int()?),
        fate: row.int()?,
        state: row.int()?,
        reason: row.text()?,
    })
}

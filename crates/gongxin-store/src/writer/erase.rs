//! What erasure takes away besides bodies and salts: everything that could tell what they said.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{BatchNo, RecordNo, SubjectNo};

use super::{Result, Writer, number};
use crate::cell::Cell;
use crate::connection::Connection;
use crate::rows::{CodeRow, SubjectRow};
use crate::{name_block, pack_text, row_digest};

impl Writer<'_> {
    /// Has the engine overwrite what this transaction frees, where it can. The rest is
    /// [`crate::clean()`]'s.
    pub fn overwrite_what_is_freed(&mut self) -> Result<()> {
        match self.reader.connection {
            Connection::Sqlite(_) => self.reader.connection.batch("PRAGMA secure_delete = ON"),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Leaves of records their keyed digests of key and content alone, by which what is handed in
    /// again is recognised: nobody's, of no decision, without a standing.
    pub fn leave_marks_alone(&mut self, records: &[RecordNo]) -> Result<()> {
        let nothing = |no: &RecordNo| ((*no).into(), vec![Cell::Null, Cell::Null, Cell::Null]);
        let columns = ["subject", "decision_high", "decision_low"];
        self.alter_many("record", &columns, &records.iter().map(nothing).collect())?;
        self.remove_standings(records.iter().map(|no| no.0).collect())
    }

    /// Replaces the outcomes of a block of rows.
    pub fn replace_row_block(&mut self, batch: BatchNo, first: u64, body: &str) -> Result<()> {
        let cells = [batch.into(), number(first).into()];
        self.execute("DELETE FROM row_block WHERE batch = $1 AND first_row = $2", &cells)?;
        let packed = pack_text(body)?;
        let digest = row_digest(&packed);
        let row = vec![batch.into(), number(first).into(), packed.into(), digest.into()];
        self.insert("row_block", vec![row])
    }

    /// Forgets name and digest of the file of a hand-in of which nothing is left: whoever guessed the
    /// file could compare it.
    pub fn forget_file(&mut self, batch: BatchNo) -> Result<()> {
        let changes = vec![("file", "".into()), ("file_digest", Cell::Null)];
        self.alter("batch", &batch.into(), changes)
    }

    /// Forgets what came back of records that went up to another platform.
    pub fn forget_answers(&mut self, records: &[RecordNo]) -> Result<()> {
        let numbers: Vec<i64> = records.iter().map(|no| no.0).collect();
        let sql = "SELECT no FROM upload_row WHERE record MANY($1)";
        let sent = self.reader.connection.all(sql, &[numbers.into()], |mut row| row.int())?;
        let changes: BTreeMap<Cell, Vec<Cell>> =
            sent.into_iter().map(|no| (no.into(), vec!["".into()])).collect();
        self.alter_many("upload_row", &["reason"], &changes)
    }

    /// Replaces what finds a subject: its row, its codes, the keys of names that it no longer has.
    /// `exact` and `similar` are the keys that go.
    pub fn keep_of_subject(
        &mut self,
        row: &SubjectRow,
        codes: &[CodeRow],
        (exact, similar): (&[i64], &[i64]),
    ) -> Result<()> {
        self.update_subjects(&[row])?;
        self.execute("DELETE FROM subject_code WHERE subject = $1", &[row.no.into()])?;
        let mut rows = Vec::with_capacity(codes.len());
        for code in codes {
            rows.push(vec![row.no.into(), self.word(&code.kind)?, code.code.as_str().into()]);
        }
        self.insert("subject_code", rows)?;
        for key in exact {
            let sql = "DELETE FROM name_key WHERE key = $1 AND subject = $2";
            self.execute(sql, &[(*key).into(), row.no.into()])?;
        }
        self.forget_similar(row.no, similar)
    }

    /// Takes keys of similar names of one subject out of the rows that hold them.
    fn forget_similar(&mut self, subject: SubjectNo, keys: &[i64]) -> Result<()> {
        let mut gone: BTreeMap<i64, BTreeSet<u32>> = BTreeMap::new();
        for key in keys {
            gone.entry(name_block::bucket(*key)).or_default().insert(name_block::rest(*key));
        }
        for (bucket, rests) in gone {
            let sql = "SELECT seq, body FROM name_block WHERE bucket = $1 ORDER BY seq";
            let row = |mut row: crate::cell::Row| Ok((row.int()?, row.blob()?));
            for (seq, body) in self.reader.connection.all(sql, &[bucket.into()], row)? {
                let pairs = name_block::unpack(&body).unwrap_or_default();
                let is_kept =
                    |pair: &&(u32, SubjectNo)| pair.1 != subject || !rests.contains(&pair.0);
                let kept: Vec<_> = pairs.iter().filter(is_kept).copied().collect();
                if kept.len() == pairs.len() {
                    continue;
                }
                let cells = [bucket.into(), seq.into()];
                self.execute("DELETE FROM name_block WHERE bucket = $1 AND seq = $2", &cells)?;
                if !kept.is_empty() {
                    let body = name_block::pack_rests(&kept);
                    self.insert("name_block", vec![vec![seq.into(), bucket.into(), body.into()]])?;
                }
            }
        }
        Ok(())
    }
}

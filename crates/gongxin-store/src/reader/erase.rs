//! What erasure asks: which records were erased, and where else something of them rests.

use std::collections::BTreeSet;

use gongxin_model::{BatchNo, Kind, RecordNo};

use super::handins::{BATCH, HELD, batch_row, held_row};
use super::{Reader, Result};
use crate::rows::{AboutNo, BatchRow, HeldRow};
use crate::{StoreError, row_digest, unpack_text};

impl Reader<'_> {
    /// Those of the records whose content was erased.
    pub fn erased(&mut self, records: &[RecordNo]) -> Result<BTreeSet<RecordNo>> {
        let about: Vec<i64> = records.iter().map(|no| AboutNo::record(*no).0).collect();
        let sql = "SELECT about FROM entry WHERE about MANY($1) AND kind = $2";
        let cells = [about.into(), i64::from(Kind::Erased.number()).into()];
        let found = self.connection.all(sql, &cells, |mut row| row.int())?;
        Ok(found.into_iter().filter_map(|about| AboutNo(about).as_record()).collect())
    }

    /// A page of all held rows of a catalogue after a number, in whatever state.
    pub fn held_in(&mut self, catalogue: &str, after: i64, limit: i64) -> Result<Vec<HeldRow>> {
        let sql = format!("{HELD} WHERE catalogue = $1 AND no > $2 ORDER BY no LIMIT $3");
        self.connection.all(&sql, &[catalogue.into(), after.into(), limit.into()], held_row)
    }

    /// The hand-ins of a source in a catalogue.
    pub fn batches_in(&mut self, source: &str, catalogue: &str) -> Result<Vec<BatchRow>> {
        let sql = format!("{BATCH} WHERE source = $1 AND catalogue = $2 ORDER BY no");
        self.connection.all(&sql, &[source.into(), catalogue.into()], batch_row)
    }

    /// The outcomes of a hand-in's rows, each block with its first row.
    pub fn placed_row_blocks(&mut self, batch: BatchNo) -> Result<Vec<(u64, String)>> {
        let sql =
            "SELECT first_row, body, digest FROM row_block WHERE batch = $1 ORDER BY first_row";
        self.connection.all(sql, &[batch.into()], |mut row| {
            let (first, packed) = (row.int()?, row.blob()?);
            if row_digest(&packed).as_slice() != row.blob()?.as_slice() {
                return Err(StoreError::corrupt(format!("row_block of hand-in {batch}")));
            }
            Ok((u64::try_from(first).unwrap_or(0), unpack_text(&packed)?))
        })
    }
}

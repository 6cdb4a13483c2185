//! Records of many subjects in the order of their receipt: what registers list.
//!
//! Records are numbered as they are received, and a standing has the number of its record, so a
//! range of numbers is read by two keys side by side. No index is kept for it.

use gongxin_model::{BatchNo, Day, RecordNo};

use super::{Reader, Result, each};
use crate::cell::Cell;
use crate::rows::{ArrivalAsk, ArrivalRow, BatchRow};

impl Reader<'_> {
    /// Which catalogues and sources the records of a range have, stretch by stretch of `length`
    /// numbers: the place of the stretch, the catalogue, the source.
    pub fn stretches(
        &mut self,
        from: RecordNo,
        before: RecordNo,
        length: i64,
    ) -> Result<Vec<(i64, String, String)>> {
        let sql = "SELECT DISTINCT no / $3, catalogue, source FROM record \
                   WHERE no >= $1 AND no < $2";
        let cells = [from.into(), before.into(), length.into()];
        self.all_worded(sql, &cells, |reader, mut row| {
            Ok((row.int()?, reader.word(&mut row)?, reader.word(&mut row)?))
        })
    }

    /// The records of a range of numbers that are shown on a day, the latest received first.
    pub fn arrivals(
        &mut self,
        today: Day,
        ask: &ArrivalAsk<'_>,
        limit: i64,
    ) -> Result<Vec<ArrivalRow>> {
        let catalogues = self.numbers_of(ask.catalogues)?;
        let mut cells: Vec<Cell> = vec![
            ask.from.into(),
            today.into(),
            ask.before.into(),
            ask.decided_from.unwrap_or(Day::FIRST).into(),
            ask.decided_until.unwrap_or(Day::FOREVER).into(),
            catalogues.into(),
            limit.into(),
        ];
        let mut sources = "";
        if let Some(wanted) = ask.sources {
            cells.push(self.numbers_of(wanted)?.into());
            sources = "AND r.source MANY($8) ";
        }
        // The range is walked from its end; each row of it then leads to its standing.
        let sql = format!(
            "SELECT r.source, r.batch, {} FROM record r CROSS JOIN standing t \
             WHERE r.no >= $1 AND r.no < $3 AND r.catalogue MANY($6) {sources}\
             AND t.record = r.no AND t.decided_on >= $4 AND t.decided_on <= $5 AND {} \
             ORDER BY r.no DESC LIMIT $7",
            super::standings::COLUMNS,
            super::standings::shown()
        );
        self.all_worded(&sql, &cells, |reader, mut row| {
            Ok(ArrivalRow {
                source: reader.word(&mut row)?,
                batch: BatchNo(row.int()?),
                standing: super::standings::standing_row(reader, row)?,
            })
        })
    }

    /// Hand-ins by their numbers.
    pub fn batches(&mut self, numbers: Vec<i64>) -> Result<Vec<BatchRow>> {
        let sql = format!("{} WHERE no MANY($1) ORDER BY no", super::handins::BATCH);
        self.connection.all(&sql, &[each(numbers).into()], super::handins::batch_row)
    }

    /// The numbers of words that the store knows.
    fn numbers_of(&mut self, words: &[String]) -> Result<Vec<i64>> {
        let mut numbers = Vec::with_capacity(words.len());
        for word in words {
            numbers.extend(self.words.find(self.connection, word)?);
        }
        Ok(numbers)
    }
}

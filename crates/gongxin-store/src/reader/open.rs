//! What is shown on a day, for files that are given out whole: which records, and the rows of some.

use gongxin_model::{BatchNo, Day, RecordNo, SubjectNo};

use super::standings::{COLUMNS, shown, standing_row};
use super::{Reader, Result, each};
use crate::rows::{ArrivalRow, ShownMember};

impl Reader<'_> {
    /// The records after one and up to another that are shown on a day, in the order of their
    /// numbers, each with what says into which file it belongs. Reads every standing of the stretch.
    pub fn shown_members(
        &mut self,
        (after, until): (RecordNo, RecordNo),
        today: Day,
    ) -> Result<Vec<ShownMember>> {
        let sql = format!(
            "SELECT t.record, t.subject, t.catalogue, s.region, s.kind, t.decided_on / 10000 \
             FROM standing t JOIN subject s ON s.no = t.subject \
             WHERE t.record > $1 AND t.record <= $3 AND {} ORDER BY t.record",
            shown()
        );
        let cells = [after.into(), today.into(), until.into()];
        self.all_worded(&sql, &cells, |reader, mut row| {
            Ok(ShownMember {
                record: RecordNo(row.int()?),
                subject: SubjectNo(row.int()?),
                catalogue: reader.word(&mut row)?,
                region: row.text()?,
                kind: row.text()?,
                year: row.int()?,
            })
        })
    }

    /// Those of records that are shown on a day, in the order of their numbers.
    pub fn shown_among(&mut self, records: Vec<i64>, today: Day) -> Result<Vec<ArrivalRow>> {
        let sql = format!(
            "SELECT r.source, r.batch, {COLUMNS} FROM standing t JOIN record r ON r.no = t.record \
             WHERE t.record MANY($1) AND {} ORDER BY t.record",
            shown()
        );
        self.all_worded(&sql, &[each(records).into(), today.into()], |reader, mut row| {
            Ok(ArrivalRow {
                source: reader.word(&mut row)?,
                batch: BatchNo(row.int()?),
                standing: standing_row(reader, row)?,
            })
        })
    }
}

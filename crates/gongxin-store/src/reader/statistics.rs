//! What is shown on a day, counted by place, class and month, a stretch of records at a time.

use gongxin_model::{Day, RecordNo};

use super::standings::shown;
use super::{Reader, Result};
use crate::rows::ShownCell;

impl Reader<'_> {
    /// How many records after one and up to another are shown on a day, by the division of their
    /// subject, catalogue and month of decision. For figures that are kept: it reads every standing
    /// of the stretch.
    pub fn shown_cells(
        &mut self,
        (after, until): (RecordNo, RecordNo),
        today: Day,
    ) -> Result<Vec<ShownCell>> {
        let sql = format!(
            "SELECT t.catalogue, s.region, t.decided_on / 100, COUNT(*) \
             FROM standing t JOIN subject s ON s.no = t.subject \
             WHERE t.record > $1 AND t.record <= $3 AND {} \
             GROUP BY t.catalogue, s.region, t.decided_on / 100",
            shown()
        );
        let cells = [after.into(), today.into(), until.into()];
        let mut counted = self.all_worded(&sql, &cells, |reader, mut row| {
            Ok(ShownCell {
                catalogue: reader.word(&mut row)?,
                region: row.text()?,
                month: row.int()?,
                count: row.int()?,
            })
        })?;
        counted.sort_unstable();
        Ok(counted)
    }
}

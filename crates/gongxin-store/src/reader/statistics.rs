//! What is shown on a day, counted by place, class and month, a stretch of records at a time.

use gongxin_model::{Day, RecordNo, SubjectNo};

use super::standings::shown;
use super::{Reader, Result};
use crate::rows::{ShownCell, ShownOfSubject};

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

    /// The organisations after one number and up to another whose describing registration is shown
    /// on a day, each with its record. For figures that are kept.
    pub fn shown_registrations(
        &mut self,
        (after, until): (SubjectNo, SubjectNo),
        today: Day,
        kind: &str,
    ) -> Result<Vec<(SubjectNo, RecordNo)>> {
        let sql = format!(
            "SELECT s.no, t.record FROM subject s JOIN standing t ON t.record = s.registration \
             WHERE s.no > $1 AND s.no <= $3 AND s.registration > 0 AND s.kind = $4 AND {} \
             ORDER BY s.no",
            shown()
        );
        let cells = [after.into(), today.into(), until.into(), kind.to_owned().into()];
        self.connection
            .all(&sql, &cells, |mut row| Ok((SubjectNo(row.int()?), RecordNo(row.int()?))))
    }

    /// How many records after one and up to another are shown on a day, by subject, catalogue and
    /// year of decision. For figures that are kept: it reads every standing of the stretch.
    pub fn shown_by_subject(
        &mut self,
        (after, until): (RecordNo, RecordNo),
        today: Day,
    ) -> Result<Vec<ShownOfSubject>> {
        let sql = format!(
            "SELECT t.catalogue, t.subject, t.decided_on / 10000, COUNT(*) FROM standing t \
             WHERE t.record > $1 AND t.record <= $3 AND {} \
             GROUP BY t.catalogue, t.subject, t.decided_on / 10000",
            shown()
        );
        let cells = [after.into(), today.into(), until.into()];
        self.all_worded(&sql, &cells, |reader, mut row| {
            Ok(ShownOfSubject {
                catalogue: reader.word(&mut row)?,
                subject: SubjectNo(row.int()?),
                year: row.int()?,
                count: row.int()?,
            })
        })
    }
}

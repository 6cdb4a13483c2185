//! What records may do: cached standings, and what of them the public may see.

use std::collections::BTreeSet;

use gongxin_model::{Day, Instant, PublicId, RecordNo, Seq, SubjectNo};

use super::{Reader, Result, each};
use crate::StoreError;
use crate::cell::{Cell, Row};
use crate::rows::{After, ShownFilter, StandingRow};
use crate::word::PUBLISHED;

/// The columns of a standing and of its record, as [`standing_row`] reads them.
pub(super) const COLUMNS: &str = "t.record, r.id_high, r.id_low, t.subject, t.section, \
                        t.decided_on, t.catalogue, t.publication, t.reason, t.shown_from, \
                        t.shown_until, t.next_day, t.ended_at, t.disputed, t.seq, t.version, \
                        t.summary";

/// Reads standings with their records.
pub(super) fn standing() -> String {
    format!("SELECT {COLUMNS} FROM standing t JOIN record r ON r.no = t.record")
}

/// What the public may see on the day that is the second parameter: every query of a public face
/// ends in this.
pub(super) fn shown() -> String {
    format!("t.publication = {PUBLISHED} AND t.shown_from <= $2 AND $2 < t.shown_until")
}

impl Reader<'_> {
    /// The shown records of a subject on a day, newest first inside each section of the report.
    pub fn shown(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<StandingRow>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!("{} WHERE t.subject = $1 AND {}", standing(), shown());
        self.narrow(&mut sql, &mut cells, filter)?;
        if let Some(after) = after {
            let base = cells.len();
            sql += &format!(
                " AND (t.section > ${0} OR (t.section = ${0} AND (t.decided_on < ${1} OR \
                 (t.decided_on = ${1} AND t.record < ${2}))))",
                base + 1,
                base + 2,
                base + 3
            );
            cells.extend([
                self.word_cell(&after.section)?,
                after.decided_on.into(),
                after.record.into(),
            ]);
        }
        cells.push(limit.into());
        sql += &format!(
            " ORDER BY t.section, t.decided_on DESC, t.record DESC LIMIT ${}",
            cells.len()
        );
        self.all_worded(&sql, &cells, standing_row)
    }

    /// How many records of a subject are shown on a day, by section and catalogue.
    pub fn shown_counts(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
    ) -> Result<Vec<(String, String, i64)>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!(
            "SELECT t.section, t.catalogue, COUNT(*) FROM standing t \
             WHERE t.subject = $1 AND {}",
            shown()
        );
        self.narrow(&mut sql, &mut cells, filter)?;
        sql += " GROUP BY t.section, t.catalogue";
        let mut counts = self.all_worded(&sql, &cells, |reader, mut row| {
            Ok((reader.word(&mut row)?, reader.word(&mut row)?, row.int()?))
        })?;
        counts.sort_unstable();
        Ok(counts)
    }

    /// Those of subjects of whom anything is shown on a day.
    pub fn subjects_shown(
        &mut self,
        subjects: Vec<i64>,
        today: Day,
    ) -> Result<BTreeSet<SubjectNo>> {
        let sql = format!(
            "SELECT DISTINCT t.subject FROM EACH_INT($1) CROSS JOIN standing t \
             WHERE t.subject = asked.value AND {}",
            shown()
        );
        let cells = [each(subjects).into(), today.into()];
        let found = self.connection.all(&sql, &cells, |mut row| Ok(SubjectNo(row.int()?)))?;
        Ok(found.into_iter().collect())
    }

    /// How many records are shown on a day, by catalogue. Reads every standing: for figures that
    /// are kept for a while.
    pub fn overview(&mut self, today: Day) -> Result<Vec<(String, i64)>> {
        self.counts_from(RecordNo(0), today)
    }

    /// How many of the records from a number on are shown on a day, by catalogue.
    pub fn counts_from(&mut self, from: RecordNo, today: Day) -> Result<Vec<(String, i64)>> {
        let sql = format!(
            "SELECT t.catalogue, COUNT(*) FROM standing t WHERE t.record >= $1 AND {} \
             GROUP BY t.catalogue",
            shown()
        );
        let mut counts =
            self.all_worded(&sql, &[from.into(), today.into()], |reader, mut row| {
                Ok((reader.word(&mut row)?, row.int()?))
            })?;
        counts.sort_unstable();
        Ok(counts)
    }

    /// The years in which shown records of a subject were decided, the latest first.
    pub fn shown_years(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
    ) -> Result<Vec<(i16, i64)>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!(
            "SELECT t.decided_on / 10000, COUNT(*) FROM standing t \
             WHERE t.subject = $1 AND {}",
            shown()
        );
        self.narrow(&mut sql, &mut cells, filter)?;
        sql += " GROUP BY t.decided_on / 10000 ORDER BY 1 DESC";
        self.connection.all(&sql, &cells, |mut row| {
            let year = i16::try_from(row.int()?).map_err(|_| StoreError::corrupt("a year"))?;
            Ok((year, row.int()?))
        })
    }

    /// Everything of a subject, shown or not: for its own file and the operator.
    pub fn standings_of(&mut self, subject: SubjectNo) -> Result<Vec<StandingRow>> {
        let sql = format!(
            "{} WHERE t.subject = $1 ORDER BY t.section, t.decided_on DESC, t.record",
            standing()
        );
        self.all_worded(&sql, &[subject.into()], standing_row)
    }

    /// The standings of records.
    pub fn standings(&mut self, records: Vec<i64>) -> Result<Vec<StandingRow>> {
        let sql = format!("{} WHERE t.record MANY($1) ORDER BY t.record", standing());
        self.all_worded(&sql, &[records.into()], standing_row)
    }

    /// Standings that alter by themselves on or before a day.
    pub fn due(&mut self, today: Day, limit: i64) -> Result<Vec<RecordNo>> {
        let sql = "SELECT record FROM standing WHERE next_day IS NOT NULL AND next_day <= $1 \
                   ORDER BY next_day, record LIMIT $2";
        self.connection.all(sql, &[today.into(), limit.into()], |mut row| Ok(RecordNo(row.int()?)))
    }

    fn narrow(
        &mut self,
        sql: &mut String,
        cells: &mut Vec<Cell>,
        filter: &ShownFilter,
    ) -> Result<()> {
        if let Some(section) = &filter.section {
            cells.push(self.word_cell(section)?);
            *sql += &format!(" AND t.section = ${}", cells.len());
        }
        if let Some(catalogue) = &filter.catalogue {
            cells.push(self.word_cell(catalogue)?);
            *sql += &format!(" AND t.catalogue = ${}", cells.len());
        }
        if let Some(year) = filter.year {
            cells.push((i64::from(year) * 10_000).into());
            cells.push((i64::from(year) * 10_000 + 9_999).into());
            let last = cells.len();
            *sql += &format!(" AND t.decided_on >= ${} AND t.decided_on <= ${last}", last - 1);
        }
        Ok(())
    }
}

pub(super) fn standing_row(reader: &mut Reader<'_>, mut row: Row) -> Result<StandingRow> {
    Ok(StandingRow {
        record: RecordNo(row.int()?),
        public_id: PublicId(row.wide()?),
        subject: SubjectNo(row.int()?),
        section: reader.word(&mut row)?,
        decided_on: row.day()?,
        catalogue: reader.word(&mut row)?,
        publication: reader.word(&mut row)?,
        reason: reader.word(&mut row)?,
        shown_from: row.day()?,
        shown_until: row.day()?,
        next_day: row.day_or_null()?,
        ended_at: row.int_or_null()?.map(Instant),
        disputed: row.flag()?,
        seq: Seq(row.int()?),
        version: row.int()?,
        summary: row.text()?,
    })
}

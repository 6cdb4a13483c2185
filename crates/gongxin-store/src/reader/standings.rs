//! What records may do: cached standings, and what of them the public may see.

use gongxin_model::{Day, Instant, RecordNo, Seq, SubjectNo};

use super::{Reader, Result};
use crate::StoreError;
use crate::cell::{Cell, Row};
use crate::rows::{After, ShownFilter, StandingRow};

const STANDING: &str = "SELECT subject, section, decided_on, record, catalogue, publication, \
                        reason, shown_from, shown_until, next_day, ended_at, disputed, seq, \
                        version, summary FROM standing";
/// What the public may see today: every query of a public face ends in this.
const SHOWN: &str = "publication = 'published' AND shown_from <= $2 AND $2 < shown_until";

impl Reader<'_> {
    /// The shown records of a subject on a day, newest first inside each section.
    pub fn shown(
        &mut self,
        subject: SubjectNo,
        today: Day,
        filter: &ShownFilter,
        after: Option<&After>,
        limit: i64,
    ) -> Result<Vec<StandingRow>> {
        let mut cells: Vec<Cell> = vec![subject.into(), today.into()];
        let mut sql = format!("{STANDING} WHERE subject = $1 AND {SHOWN}");
        narrow(&mut sql, &mut cells, filter);
        if let Some(after) = after {
            let base = cells.len();
            sql += &format!(
                " AND (section > ${0} OR (section = ${0} AND (decided_on < ${1} OR \
                 (decided_on = ${1} AND record < ${2}))))",
                base + 1,
                base + 2,
                base + 3
            );
            cells.extend([
                after.section.as_str().into(),
                after.decided_on.into(),
                after.record.into(),
            ]);
        }
        cells.push(limit.into());
        sql += &format!(" ORDER BY section, decided_on DESC, record DESC LIMIT ${}", cells.len());
        self.all(&sql, &cells, standing_row)
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
            "SELECT section, catalogue, COUNT(*) FROM standing WHERE subject = $1 AND {SHOWN}"
        );
        narrow(&mut sql, &mut cells, filter);
        sql += " GROUP BY section, catalogue ORDER BY section, catalogue";
        self.all(&sql, &cells, |mut row| Ok((row.text()?, row.text()?, row.int()?)))
    }

    /// How many records are shown on a day, by catalogue, and how many of them since a day. Reads
    /// every standing: for figures that are kept for a while.
    pub fn overview(&mut self, today: Day, since: Day) -> Result<Vec<(String, i64, i64)>> {
        let sql = format!(
            "SELECT catalogue, COUNT(*), COUNT(*) FILTER (WHERE shown_from >= $1) FROM standing \
             WHERE {SHOWN} GROUP BY catalogue ORDER BY catalogue"
        );
        self.all(&sql, &[since.into(), today.into()], |mut row| {
            Ok((row.text()?, row.int()?, row.int()?))
        })
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
            "SELECT substr(decided_on, 1, 4), COUNT(*) FROM standing \
             WHERE subject = $1 AND {SHOWN}"
        );
        narrow(&mut sql, &mut cells, filter);
        sql += " GROUP BY substr(decided_on, 1, 4) ORDER BY 1 DESC";
        self.all(&sql, &cells, |mut row| {
            let year = row.text()?;
            let year = year.parse().map_err(|_| StoreError::corrupt("a year"))?;
            Ok((year, row.int()?))
        })
    }

    /// Everything of a subject, shown or not: for its own file and the operator.
    pub fn standings_of(&mut self, subject: SubjectNo) -> Result<Vec<StandingRow>> {
        let sql =
            format!("{STANDING} WHERE subject = $1 ORDER BY section, decided_on DESC, record");
        self.all(&sql, &[subject.into()], standing_row)
    }

    /// The standings of records.
    pub fn standings(&mut self, records: Vec<i64>) -> Result<Vec<StandingRow>> {
        let sql = format!("{STANDING} WHERE record MANY($1) ORDER BY record");
        self.all(&sql, &[records.into()], standing_row)
    }

    /// Standings that alter by themselves on or before a day.
    pub fn due(&mut self, today: Day, limit: i64) -> Result<Vec<RecordNo>> {
        let sql = "SELECT record FROM standing WHERE next_day IS NOT NULL AND next_day <= $1 \
                   ORDER BY next_day, record LIMIT $2";
        self.all(sql, &[today.into(), limit.into()], |mut row| Ok(RecordNo(row.int()?)))
    }
}

fn narrow(sql: &mut String, cells: &mut Vec<Cell>, filter: &ShownFilter) {
    if let Some(section) = &filter.section {
        cells.push(section.into());
        *sql += &format!(" AND section = ${}", cells.len());
    }
    if let Some(catalogue) = &filter.catalogue {
        cells.push(catalogue.into());
        *sql += &format!(" AND catalogue = ${}", cells.len());
    }
    if let Some(year) = filter.year {
        cells.push(format!("{year:04}-01-01").into());
        cells.push(format!("{year:04}-12-31").into());
        let last = cells.len();
        *sql += &format!(" AND decided_on >= ${} AND decided_on <= ${last}", last - 1);
    }
}

fn standing_row(mut row: Row) -> Result<StandingRow> {
    Ok(StandingRow {
        subject: SubjectNo(row.int()?),
        section: row.text()?,
        decided_on: row.day()?,
        record: RecordNo(row.int()?),
        catalogue: row.text()?,
        publication: row.text()?,
        reason: row.text()?,
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

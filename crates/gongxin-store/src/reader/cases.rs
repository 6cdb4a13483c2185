//! Cases as they stand.

use std::collections::BTreeMap;

use gongxin_model::{CaseNo, Day, Instant, PublicId, RecordNo, Seq, SubjectNo};

use super::{Reader, Result};
use crate::cell::{Cell, Row};
use crate::rows::{CaseAsk, CaseRow};

const CASE: &str = "SELECT no, seq, opened_at, record, subject, public_id, number, procedure, \
                    state, decider, body, due, overdue, closed FROM case_file";

impl Reader<'_> {
    /// A case.
    pub fn case(&mut self, no: CaseNo) -> Result<Option<CaseRow>> {
        self.connection.one(&format!("{CASE} WHERE no = $1"), &[no.0.into()], case_row)
    }

    /// The cases that are asked for, the oldest first, or what is due first.
    pub fn cases(&mut self, ask: &CaseAsk) -> Result<Vec<CaseRow>> {
        let mut sql = format!("{CASE} WHERE no > $1");
        let mut cells: Vec<Cell> = vec![ask.after.map_or(0, |no| no.0).into()];
        let texts = [("procedure", &ask.procedure), ("state", &ask.state)];
        for (column, text) in texts {
            if let Some(text) = text {
                cells.push(text.as_str().into());
                sql.push_str(&format!(" AND {column} = ${}", cells.len()));
            }
        }
        if let Some(deciders) = &ask.deciders {
            cells.push(deciders.clone().into());
            sql.push_str(&format!(" AND decider MANY(${})", cells.len()));
        }
        if let Some(subjects) = &ask.subjects {
            let numbers: Vec<i64> = subjects.iter().map(|no| no.0).collect();
            cells.push(numbers.into());
            sql.push_str(&format!(" AND subject MANY(${})", cells.len()));
        }
        if let Some(closed) = ask.closed {
            sql.push_str(if closed { " AND closed = 1" } else { " AND closed = 0" });
        }
        if ask.overdue {
            sql.push_str(" AND overdue = 1");
        }
        if !ask.erased {
            sql.push_str(" AND state <> 'erased'");
        }
        cells.push(ask.limit.into());
        // Where nobody must act, nothing is due: such cases stand last.
        let order = if ask.by_due { "closed, due IS NULL, due, no" } else { "no" };
        sql.push_str(&format!(" ORDER BY {order} LIMIT ${}", cells.len()));
        self.connection.all(&sql, &cells, case_row)
    }

    /// The cases about a record, the oldest first.
    pub fn cases_of_record(&mut self, record: RecordNo) -> Result<Vec<CaseRow>> {
        let sql = format!("{CASE} WHERE record = $1 ORDER BY no");
        self.connection.all(&sql, &[record.into()], case_row)
    }

    /// Open cases behind a number of which somebody should have acted before a day.
    pub fn cases_due(&mut self, before: Day, after: CaseNo, limit: i64) -> Result<Vec<CaseRow>> {
        let sql = format!(
            "{CASE} WHERE due IS NOT NULL AND due < $1 AND closed = 0 AND no > $2 \
             ORDER BY no LIMIT $3"
        );
        self.connection.all(&sql, &[before.into(), after.0.into(), limit.into()], case_row)
    }

    /// The number of the last case; 0 where there is none.
    pub fn last_case(&mut self) -> Result<CaseNo> {
        let sql = "SELECT COALESCE(MAX(no), 0) FROM case_file";
        Ok(CaseNo(self.connection.one(sql, &[], |mut row| row.int())?.unwrap_or(0)))
    }

    /// How many open cases of some procedures each body lets wait beyond their day.
    pub fn overdue_by_decider(&mut self, procedures: &[String]) -> Result<BTreeMap<String, u64>> {
        let mut counts = BTreeMap::new();
        let sql = "SELECT decider, procedure, COUNT(*) FROM case_file \
                   WHERE overdue = 1 AND closed = 0 AND decider IS NOT NULL \
                   GROUP BY decider, procedure ORDER BY decider, procedure";
        for (decider, procedure, count) in
            self.connection.all(sql, &[], |mut row| Ok((row.text()?, row.text()?, row.int()?)))?
        {
            if procedures.contains(&procedure) {
                *counts.entry(decider).or_default() += u64::try_from(count).unwrap_or(0);
            }
        }
        Ok(counts)
    }
}

fn case_row(mut row: Row) -> Result<CaseRow> {
    Ok(CaseRow {
        no: CaseNo(row.int()?),
        seq: Seq(row.int()?),
        opened_at: Instant(row.int()?),
        record: row.int_or_null()?.map(RecordNo),
        subject: row.int_or_null()?.map(SubjectNo),
        public_id: PublicId(row.fixed()?),
        number: row.text()?,
        procedure: row.text()?,
        state: row.text()?,
        decider: row.text_or_null()?,
        body: row.text()?,
        due: row.day_or_null()?,
        overdue: row.flag()?,
        closed: row.flag()?,
    })
}

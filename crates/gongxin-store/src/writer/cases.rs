//! Cases as they stand.

use gongxin_model::CaseNo;

use super::{Result, Writer};
use crate::rows::CaseRow;

impl Writer<'_> {
    /// A number for a new case: the one after the last, for writers hold the log's head.
    pub fn new_case(&mut self) -> Result<CaseNo> {
        Ok(CaseNo(self.last_case()?.0 + 1))
    }

    /// Keeps where a case stands, in place of where it stood.
    pub fn put_case(&mut self, row: &CaseRow) -> Result<()> {
        self.execute("DELETE FROM case_file WHERE no = $1", &[row.no.0.into()])?;
        self.insert(
            "case_file",
            vec![vec![
                row.no.0.into(),
                row.seq.into(),
                row.opened_at.into(),
                row.record.into(),
                row.subject.into(),
                row.public_id.into(),
                row.number.as_str().into(),
                row.procedure.as_str().into(),
                row.state.as_str().into(),
                row.decider.as_deref().into(),
                row.body.as_str().into(),
                row.due.into(),
                row.overdue.into(),
                row.closed.into(),
            ]],
        )
    }
}

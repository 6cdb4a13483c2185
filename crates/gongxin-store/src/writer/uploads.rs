//! What goes up to another platform, what comes back, and what sources state.

use std::collections::BTreeMap;

use gongxin_model::{RecordNo, Seq};

use super::{Result, Writer};
use crate::cell::Cell;
use crate::rows::{DeclarationRow, UploadRow};

impl Writer<'_> {
    /// Keeps a file that goes up, with its rows: place in its file, record, entry of the content,
    /// fate. Gives the file's number.
    pub fn insert_upload(
        &mut self,
        row: &UploadRow,
        sent: &[(i64, RecordNo, Seq, i64)],
    ) -> Result<i64> {
        let no = self.uploads()?.first().map_or(0, |last| last.no) + 1;
        self.insert(
            "upload",
            vec![vec![
                no.into(),
                row.catalogue.as_str().into(),
                row.scope.as_str().into(),
                row.period.as_str().into(),
                row.until.into(),
                row.at.into(),
                row.facts.as_str().into(),
            ]],
        )?;
        let first = self.last_sent()? + 1;
        let rows = (first..).zip(sent).map(|(number, (place, record, seq, fate))| {
            let cells: Vec<Cell> = vec![
                number.into(),
                no.into(),
                (*place).into(),
                (*record).into(),
                (*seq).into(),
                (*fate).into(),
                0_i64.into(),
                "".into(),
            ];
            cells
        });
        self.insert("upload_row", rows.collect())?;
        Ok(no)
    }

    /// Keeps what came back of rows, by their numbers: state and reason.
    pub fn answer_sent(&mut self, answers: &BTreeMap<i64, (i64, String)>) -> Result<()> {
        let changes: BTreeMap<Cell, Vec<Cell>> = answers
            .iter()
            .map(|(no, (state, reason))| ((*no).into(), vec![(*state).into(), reason.into()]))
            .collect();
        self.alter_many("upload_row", &["state", "reason"], &changes)
    }

    /// Keeps what a source states.
    pub fn insert_declaration(&mut self, row: &DeclarationRow) -> Result<()> {
        self.insert(
            "declaration",
            vec![vec![
                row.seq.into(),
                row.at.into(),
                row.source.as_str().into(),
                row.catalogue.as_str().into(),
                row.period.as_str().into(),
                row.decided.into(),
            ]],
        )
    }
}

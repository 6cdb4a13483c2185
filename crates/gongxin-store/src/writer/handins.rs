//! Hand-ins, held rows, and what faces are told.

use gongxin_model::{BatchNo, RecordNo, SubjectNo};

use super::{Result, Writer, number};
use crate::cell::Cell;
use crate::rows::{BatchRow, HeldRow};
use crate::{StoreError, pack_text, row_digest};

impl Writer<'_> {
    /// Opens a hand-in.
    pub fn insert_batch(&mut self, row: &BatchRow) -> Result<()> {
        self.insert(
            "batch",
            vec![vec![
                row.no.into(),
                row.source.as_str().into(),
                row.catalogue.as_str().into(),
                row.file.as_str().into(),
                row.file_digest.into(),
                row.map_digest.into(),
                number(row.next_row).into(),
                row.state.as_str().into(),
                row.at.into(),
                row.facts.as_str().into(),
            ]],
        )
    }

    /// Moves a hand-in on.
    pub fn update_batch(&mut self, row: &BatchRow) -> Result<()> {
        let changes = vec![
            ("next_row", number(row.next_row).into()),
            ("state", row.state.as_str().into()),
            ("facts", row.facts.as_str().into()),
            ("file_digest", row.file_digest.into()),
        ];
        self.alter("batch", &row.no.into(), changes)
    }

    /// Keeps the outcomes of a block of rows, as JSON of the office.
    pub fn insert_row_block(&mut self, batch: BatchNo, first: u64, body: &str) -> Result<()> {
        let packed = pack_text(body)?;
        let digest = row_digest(&packed);
        self.insert(
            "row_block",
            vec![vec![batch.into(), number(first).into(), packed.into(), digest.into()]],
        )
    }

    /// Keeps held rows.
    pub fn insert_held(&mut self, rows: &[HeldRow]) -> Result<()> {
        let rows: Result<Vec<Vec<Cell>>> = rows
            .iter()
            .map(|row| {
                let packed = pack_text(&row.body)?;
                let digest = row_digest(&packed);
                Ok(vec![
                    row.no.into(),
                    row.batch.into(),
                    number(row.row).into(),
                    row.catalogue.as_str().into(),
                    row.source.as_str().into(),
                    row.content_mac.into(),
                    row.state.as_str().into(),
                    row.at.into(),
                    packed.into(),
                    digest.into(),
                ])
            })
            .collect();
        self.insert("held", rows?)
    }

    /// Changes the state and the body of a held row.
    pub fn update_held(&mut self, no: i64, state: &str, body: &str) -> Result<()> {
        let packed = pack_text(body)?;
        let digest = row_digest(&packed);
        let changes =
            vec![("state", state.into()), ("body", packed.into()), ("digest", digest.into())];
        self.alter("held", &no.into(), changes)
    }

    /// Tells the faces.
    pub fn tell(
        &mut self,
        what: &str,
        about: &[(Option<SubjectNo>, Option<RecordNo>)],
    ) -> Result<()> {
        if about.is_empty() {
            return Ok(());
        }
        let count = i64::try_from(about.len()).unwrap_or(i64::MAX);
        self.head.next_change += count;
        let last = self.head.next_change - 1;
        let pairs: Vec<(Option<i64>, Option<i64>)> = about
            .iter()
            .map(|(subject, record)| (subject.map(|no| no.0), record.map(|no| no.0)))
            .collect();
        let text = serde_json::to_string(&pairs)
            .map_err(|error| StoreError::corrupt(format!("writing changes: {error}")))?;
        let row = vec![last.into(), count.into(), what.into(), pack_text(&text)?.into()];
        self.insert("change", vec![row])
    }

    /// Keeps a face's cursor.
    pub fn set_face(&mut self, name: &str, instance: &str, cursor: i64) -> Result<()> {
        let cells = [name.into(), instance.into()];
        self.execute("DELETE FROM face WHERE name = $1 AND instance = $2", &cells)?;
        self.insert("face", vec![vec![name.into(), instance.into(), cursor.into()]])
    }
}

//! The id of the record that a row corrects, where a corrected workbook carries it.

use std::str::FromStr as _;

use gongxin_model::{Finding, PublicId};
use gongxin_pack::Role;

use crate::draft::Draft;
use crate::plan::Plan;
use crate::row::RawRow;
use crate::rules;
use crate::values::{Notes, clean};

/// So long is an id.
const LENGTH: usize = 26;

impl Plan {
    /// Reads the id. It says which record the row corrects and is no part of what the record says,
    /// so it leaves the fields. A column of the catalogue's own may hold the supplier's numbers
    /// instead; the platform's column holds ids or nothing.
    pub(crate) fn take_record_id(&self, row: &RawRow, draft: &mut Draft, notes: &mut Notes) {
        let Some((column, header)) = &self.record_id else {
            return;
        };
        let cell = clean(row.cell(*column)).to_ascii_lowercase();
        let own = self
            .fields
            .iter()
            .find(|field| field.role == Some(Role::RecordId) && field.columns.contains(column));
        let resembles = cell.len() == LENGTH && cell.bytes().all(|one| one.is_ascii_alphanumeric());
        match PublicId::from_str(&cell) {
            Ok(id) => {
                draft.record_id = Some(id);
                if let Some(field) = own {
                    draft.fields.retain(|one| one.code != field.code);
                }
            }
            Err(_) if cell.is_empty() || (own.is_some() && !resembles) => {}
            Err(_) => {
                let finding = Finding::new(rules::RECORD_ID_UNREADABLE);
                notes.findings.push(finding.in_column(header.clone()));
            }
        }
    }
}

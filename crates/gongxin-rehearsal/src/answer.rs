//! The answer key.

use serde::Serialize;

use crate::dirt::Dirt;

/// What must become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expected {
    /// Accepted and linked to the subject.
    Accepted,
    /// Accepted, the same as before.
    Unchanged,
    /// Accepted, in place of what was said before.
    Corrected,
    /// Held for a person to judge.
    Held,
    /// Held or refused, but never accepted.
    NotAccepted,
    /// Refused.
    Refused,
}

impl Expected {
    /// True if the row must be accepted, in one of the three ways.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::Unchanged | Self::Corrected)
    }
}

/// The answer for one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyRow {
    /// The file's name.
    pub file: String,
    /// The row as the supplier counts: the sheet's row or the file's line, 1 is the first.
    pub row: u64,
    /// What must become of it.
    pub expected: Expected,
    /// The code of the organisation that the row is truly about; absent for a person's row.
    pub subject: Option<String>,
    /// The number of the decision in the row, where the row is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// What was done to the row.
    pub dirt: Dirt,
}

//! What the platform gives out as files: templates, receipts, rows to correct.
//!
//! Every cell of every file goes through [`safe()`]: no spreadsheet takes it for a formula, and
//! intake reads it back as it was.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::float_arithmetic)]

mod book;
mod safe;
mod words;

pub mod correction;
pub mod csv;
pub mod held;
pub mod limits;
pub mod open;
pub mod sheets;
pub mod suppress;
pub mod table;
pub mod template;

pub use correction::{Correction, CorrectionRow, Counts, Fate};
pub use limits::Limits;
pub use open::{OpenCell, OpenColumn, OpenFile, OpenFormat, OpenKind};
pub use safe::safe;
pub use sheets::{Sheet, write_sheets};
pub use table::{Table, Written, write_csv, write_csv_lines};
pub use template::{Column, Form, write_template};

/// A file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The system refused it.
    #[error("writing the file: {0}")]
    Io(#[from] std::io::Error),
    /// A workbook could not be put together.
    #[error("making the workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A Parquet file could not be put together.
    #[error("making the Parquet file: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
}

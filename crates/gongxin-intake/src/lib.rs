//! Bytes to rows, rows to checked rows with findings and a receipt.
//!
//! Read from the top: [`Intake::open`] finds out what a file is and where its header stands,
//! [`Intake::next_chunk`] gives checked rows. Nothing of a file is kept beyond what a row's
//! [`Draft`] holds.

#![cfg_attr(
    not(test),
    warn(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::float_arithmetic)
)]

mod amounts;
mod archive;
mod check;
mod columns;
mod currencies;
mod days;
mod decode;
mod delimited;
mod format;
mod give_out;
mod header;
mod intake;
mod json;
mod markup;
mod numerals;
mod ods;
mod packed;
mod paper;
mod parts;
mod persons;
mod plan;
mod reader;
mod record_id;
mod row;
mod sniff;
mod table;
mod tables;
mod values;
mod workbook;
mod wrapped;
mod xml;

pub mod child;
pub mod draft;
pub mod limits;
pub mod mapping;
pub mod receipt;
pub mod rules;

pub use child::ChildCommand;
pub use decode::Source;
pub use draft::{Category, CheckedRow, Claims, Draft, Identifier, Outcome, Part};
pub use format::Format;
pub use give_out::{OutColumn, correction_columns, field_named, template_columns};
pub use intake::{Chunk, Facts, Intake, Options};
pub use limits::Limits;
pub use mapping::Mapping;
pub use paper::{PaperFormat, PaperText, PaperTrouble, read_paper, serve_paper};
pub use receipt::{FileReceipt, Receipt, ReceiptFinding, RowOutcome};
pub use row::{RawRow, Trouble};
pub use table::{TableRow, read_table};
pub use tables::code_tables;

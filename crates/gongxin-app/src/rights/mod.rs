//! The desk of judgements: held rows and withdrawals. Always a new entry, never an edit.

pub mod cases;
mod docket;
mod held;
mod judge;
mod sheet;
mod withdraw;

pub use docket::{Docket, DocketAsk, DocketLine, DocketOutcome, Undone, Verdict, Wanted};
pub use held::{HeldCounts, HeldFilter, HeldItem, HeldSuggestion};
pub use sheet::HeldForm;
pub use withdraw::Withdrawn;

//! The desk of judgements: held rows and withdrawals. Always a new entry, never an edit.

mod held;
mod withdraw;

pub use held::{HeldItem, HeldSuggestion};
pub use withdraw::Withdrawn;

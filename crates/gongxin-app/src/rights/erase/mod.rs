//! Lawful erasure: at the end of retention or by a court, content goes and one entry stays that says so.
//!
//! Content, salts and everything that could tell what they said go; envelopes, leaves and thereby every
//! older proof stay. What is erased is written into the journal outside the backups first
//! ([`gongxin_store::ErasureJournal`]), so that no older backup brings it back.

mod carry;
mod due;
mod family;
mod journal;
mod order;
mod plan;
mod subjects;

pub use due::DueRecord;
pub use journal::JournalState;
pub use order::{EraseGround, EraseOrder, Erased, Proposal};
pub use plan::EraseCounts;

/// The counter of erasures that a store has done: so many lines of the journal.
pub(crate) const ERASURES: &str = "erasures";
/// The counter of those of them after which the store's files were rewritten.
pub(crate) const CLEANED: &str = "erasures-cleaned";

//! Reads and checks packs, policy as data, and makes the rulebook.

pub mod calendar;
pub mod rulebook;

pub use calendar::{Calendar, Deadline};
pub use rulebook::*;

//! Reads and checks packs, policy as data, and makes the rulebook.

#![warn(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::float_arithmetic
)]

mod calendar;
mod catalogue;
mod codes;
mod ground;
pub mod rulebook;
mod sources;
mod terms;

pub use rulebook::*;

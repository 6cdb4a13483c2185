//! A whole invented region, deterministic from a seed, with its answer key.
//!
//! Row = f(seed, index): any row can be made without those before it, so that a region of any
//! size streams. Nothing in it exists: division 1599xx is nobody's, so that no code here can be
//! a real organisation's; names begin with 演练 (rehearsal), persons' names say that they are made
//! up. Dirt is put in at stated rates ([`Dirt::rate`]), and the answer key notes what was done to a row
//! and what must become of it, as it is done: it never comes from our own checks.

mod act;
mod answer;
mod authority;
mod chance;
mod decision;
mod dirt;
mod file;
mod licence;
mod measured;
mod organisation;
mod penalty;
mod plan;
mod queries;
mod region;
mod script;
mod words;

pub use answer::{Expected, KeyRow};
pub use authority::{COUNTIES, REGION, Sector};
pub use dirt::Dirt;
pub use file::{Format, RehearsalFile};
pub use organisation::{Kind, Organisation};
pub use queries::{Answer, Query, QueryKind};
pub use region::Region;

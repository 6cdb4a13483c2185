//! Reads and checks packs, policy as data, and makes the rulebook.
//!
//! [`read`] is pure: the files of packs in, a [`Rulebook`] or problems out. [`disk`] reads
//! directories for the door; [`builtin`] has the packs that come with the program.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::float_arithmetic)]

mod calendar;
mod cases;
mod catalogue;
mod check;
mod check_catalogue;
mod check_ground;
mod check_procedures;
mod check_publication;
mod check_registers;
mod check_terms;
mod check_uploads;
mod codes;
pub mod disk;
mod explain;
mod field;
mod figures;
mod files;
mod governing;
mod ground;
mod load;
mod name_parts;
mod names;
mod open_data;
mod problem;
mod procedure;
mod publication;
mod purposes;
mod registers;
pub mod rulebook;
pub mod schema;
mod sources;
mod tables;
mod terms;
mod thresholds;
mod uploads;

pub use cases::{
    Case, CaseFile, CaseHappening, HAPPENINGS, Happening, Outcome, ProcedureCase, Uncovered,
    differences,
};
pub use explain::Explanation;
pub use files::{DEFAULT_PACKS, PackFiles, REHEARSAL_PACK, builtin, from_manifest, manifest};
pub use load::{Loaded, load, read, read_adopted};
pub use problem::{Problem, Stage};
pub use rulebook::*;

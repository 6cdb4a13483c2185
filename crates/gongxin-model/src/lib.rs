//! The nouns of Gongxin: values that every room names and none owns.
//!
//! Nothing here reads a clock, draws chance, or touches the outside. What a noun may hold is
//! decided by its constructor, so that a value that exists is a value that holds its promise.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::float_arithmetic)]

pub mod code;
pub mod day;
pub mod entry;
pub mod finding;
pub mod given_out;
pub mod id;
pub mod names;
pub mod openid;
pub mod period;
pub mod text;

pub use compact_str::{CompactString, ToCompactString, format_compact};
pub use day::{Day, Instant, Period};
pub use entry::{About, Body, Envelope, Field, Kind, Value};
pub use finding::{Finding, FindingTexts, Rule, Severity};
pub use id::{BatchNo, CaseNo, Digest, PublicId, RecordNo, Seq, SubjectNo};
pub use period::ReportingPeriod;

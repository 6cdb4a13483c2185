//! Files to checked rows, at the boundary that the office uses.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod archives;
mod cells;
mod hostile;
mod json;
mod laws;
mod ods;
mod papers;
mod persons;
mod rows;
mod sheets;
mod support;
mod workbooks;
mod xml;

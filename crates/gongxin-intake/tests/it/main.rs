//! Files to checked rows, at the boundary that the office uses.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod hostile;
mod laws;
mod persons;
mod rows;
mod support;
mod workbooks;

//! Cases, under the procedures of the built-in packs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod course;
mod laws;
mod table;

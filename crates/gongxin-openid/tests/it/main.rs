//! The tests of this room.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod provider;
mod tokens;

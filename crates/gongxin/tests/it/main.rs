//! The program as a process: what it answers, and how it ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(unix)]

mod accounts;
mod erase;
mod held;
mod house;
mod inbox;
mod intake;
mod log;

//! The store's one suite, run on both engines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod archive;
mod backups;
mod bytes;
mod damage;
mod faults;
mod log;
mod moving;
mod queries;
mod world;

//! The office's one suite, run on both engines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod classes;
mod corrections;
mod crashes;
mod ends;
mod faults;
mod given_out;
mod hand_in;
mod links;
mod packs;
mod past;
mod rows;
mod shields;
mod world;

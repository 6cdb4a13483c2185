//! The fold, case by case, under the rules of the built-in packs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod acts;
mod case;
mod laws;
mod terms;

//! From outside: golden bytes that never change, the laws of entries and of the log, and what others
//! write down of Merkle trees and notes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod golden;
mod laws;
mod notes;
mod tiles;
mod trees;

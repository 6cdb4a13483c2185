//! From outside: golden bytes that never change, the laws of entries and of the log, and what others
//! write down of Merkle trees and notes.

mod golden;
mod laws;
mod notes;
mod tiles;
mod trees;

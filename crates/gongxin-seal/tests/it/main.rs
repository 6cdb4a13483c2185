//! The format of entries, from outside: golden bytes that never change, and its laws.

mod golden;
mod laws;

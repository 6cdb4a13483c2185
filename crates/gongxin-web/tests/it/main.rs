//! The counter, asked from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod addresses;
mod api;
mod client;
mod html;
mod machines;
mod memory;
mod open_data;
mod pages;
mod registers;
mod samples;
mod style;
mod visits;

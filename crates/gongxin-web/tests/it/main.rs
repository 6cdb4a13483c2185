//! The counter, asked from outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod addresses;
mod api;
mod attacks;
mod cases;
mod check;
mod client;
mod desk;
mod desk_pages;
mod endpoints;
mod files;
mod html;
mod machines;
mod memory;
mod notices;
mod open_data;
mod outside;
mod own_cases;
mod pages;
mod proposals;
mod registers;
mod review;
mod samples;
mod staff;
mod steward;
mod style;
mod visits;

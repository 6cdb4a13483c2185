//! The counter, asked from outside.

mod addresses;
mod api;
mod client;
mod html;
mod pages;
mod samples;
mod style;

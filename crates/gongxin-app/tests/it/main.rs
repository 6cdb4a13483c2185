//! The office's one suite, run on both engines.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod articles;
mod calendar;
mod case_histories;
mod cases;
mod channels;
mod classes;
mod closure;
mod corrections;
mod crashes;
mod dockets;
mod ends;
mod erasure;
mod exchange;
mod faces;
mod faults;
mod figures;
mod given_out;
mod hand_in;
mod house;
mod in_step;
mod links;
mod months;
mod mutations;
mod notices;
mod open_data;
mod packs;
mod papers;
mod past;
mod reads;
mod replies;
mod rows;
mod search;
mod shields;
#[path = "../sim/mod.rs"]
mod sim;
mod statistics;
mod world;

//! Samples of everything a page may show, and a desk that hands them out. Every organisation
//! is invented; registrar codes 1599xx belong to nobody.

mod articles;
mod decisions;
mod desk;
mod log;
mod open_data;
mod registers;
mod rules;
mod statistics;
mod values;

pub(crate) use articles::articles;
pub(crate) use decisions::*;
pub(crate) use desk::SampleDesk;
pub(crate) use log::logs;
pub(crate) use open_data::*;
pub(crate) use registers::*;
pub(crate) use rules::{rule_changes, rulebooks, rules};
pub(crate) use statistics::statistics;
pub(crate) use values::*;

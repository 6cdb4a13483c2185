//! Files to checked rows, at the boundary that the office uses.

mod hostile;
mod laws;
mod persons;
mod rows;
mod support;
mod workbooks;

//! The intake desk: a file in, every row with one outcome, the archive grown by what is new.

mod acts;
mod ahead;
mod bind;
mod course;
mod give_out;
mod hand_in;
mod input;
mod register;
mod replace;
mod row;
mod settle;
mod working;
mod write;

pub use give_out::{findings_as_csv, template};
pub use hand_in::{HandIn, Progress};
pub(crate) use hand_in::{HeldBody, Judged, Terms};
pub use input::Input;
pub(crate) use row::{Marks, Prepared, Row};
pub(crate) use settle::{Settlement, Settling, Start};
pub(crate) use working::{Known, Similar, WorkingSet};

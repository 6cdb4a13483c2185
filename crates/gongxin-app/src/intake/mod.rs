//! The intake desk: a file in, every row with one outcome, the archive grown by what is new.

mod acts;
mod ahead;
mod bind;
mod course;
mod echo;
mod give_out;
mod hand_in;
mod input;
mod patch;
mod register;
mod replace;
mod row;
mod settle;
mod working;
mod write;

pub(crate) use course::Block;
pub use give_out::{findings_as_csv, template};
pub use hand_in::{HandIn, Progress};
pub(crate) use hand_in::{HeldBody, Judged, Terms};
pub use input::Input;
pub(crate) use input::{opened, unopened};
pub(crate) use row::{Marks, Prepared, Row, content_mac, record_key};
pub(crate) use settle::{Settlement, Settling, Start};
pub(crate) use working::{Known, Similar, WorkingSet};

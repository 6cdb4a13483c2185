//! The intake desk: a file in, every row with one outcome, the archive grown by what is new.

mod acts;
mod bind;
mod chunk;
mod hand_in;
mod input;
mod register;
mod replace;
mod working;
mod write;

pub(crate) use chunk::{Row, Settling, Transaction};
pub use hand_in::{HandIn, Progress};
pub(crate) use hand_in::{HeldBody, Judged, Terms};
pub use input::Input;
pub(crate) use working::{Known, WorkingSet};

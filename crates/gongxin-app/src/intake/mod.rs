//! The intake desk: a file in, every row with one outcome, the archive grown by what is new.

mod acts;
mod ahead;
mod bind;
mod course;
mod echo;
mod form;
mod give_out;
mod hand_in;
mod input;
mod patch;
mod recognise;
mod register;
mod replace;
mod results;
mod row;
mod settle;
mod spool;
mod working;
mod write;

pub(crate) use course::Block;
pub use form::{EntryField, EntryForm, EntryKind, RowAsk, RowForm, RowResult};
pub use give_out::{findings_as_csv, template};
pub use hand_in::{HandIn, Progress};
pub(crate) use hand_in::{HeldBody, Judged, Terms};
pub use input::Input;
pub(crate) use input::{opened, unopened};
pub use recognise::{Recognised, Suppliable};
pub use results::{
    BatchAlert, BatchAsk, BatchCounts, BatchLine, BatchPage, BatchResult, TakenBack,
};
pub(crate) use row::{Marks, Prepared, Row, content_mac, record_key};
pub(crate) use settle::{Settlement, Settling, Start};
pub use spool::{Parcel, ParcelFault, ParcelItem, ParcelPolicy, ParcelState, Spool};
pub(crate) use working::{Known, Similar, WorkingSet};

//! The office: use cases, one transaction each, between the rooms and the store.
//!
//! Desks: `intake` takes files in, `rights` judges and withdraws, `admin` looks after rules,
//! sources and the archive, `public` shows what may be shown, `accounts` signs in. `gate` says who may.
//! `notices` tells accounts what concerns them, over the sockets of `transport`.

pub mod accounts;
pub mod circumstance;
pub mod gate;
pub mod notices;
pub mod packs;
pub mod public;
pub mod rehearsal;
pub mod transport;

mod acts;
mod admin;
mod bearers;
mod derive;
mod error;
mod exchange;
mod intake;
mod linker;
mod office;
mod rights;
mod rules;
mod texts;
mod words;

pub use admin::*;
pub use error::OfficeError;
pub use exchange::*;
pub use gongxin_store::{ErasureJournal, JournalError};
pub use intake::{
    BatchAlert, BatchAsk, BatchCounts, BatchLine, BatchPage, BatchResult, EntryField, EntryForm,
    EntryKind, HandIn, Input, Parcel, ParcelFault, ParcelItem, ParcelPolicy, ParcelState, Progress,
    Recognised, RowAsk, RowForm, RowResult, Spool, Suppliable, TakenBack, findings_as_csv,
    template,
};
pub use office::{Circumstances, Office};
pub use public::check;
pub use rights::*;
pub use rules::Rules;

pub use gongxin_intake::child::serve as serve_workbook;
pub use gongxin_intake::serve_paper;
pub use gongxin_intake::{ChildCommand, Limits, Receipt, ReceiptFinding};
pub use gongxin_pack::{Explanation, PackFiles, Purpose, Text};
pub use gongxin_report::{Correction, Limits as GivenOutLimits, Sheet, write_sheets};
pub use gongxin_seal::InstanceKey;
pub use gongxin_store::{Contents, Moved, StoreError, StoreUrl};

//! The desk of judgements: held rows, withdrawals, cases. Always a new entry, never an edit. And what of an
//! organisation its own people and authorities may see, with the log of who read it.

pub mod cases;
mod docket;
pub mod erase;
pub mod file;
mod held;
mod judge;
mod review;
mod sheet;
mod withdraw;

pub use gongxin_subject::Aspect;

pub use docket::{Docket, DocketAsk, DocketLine, DocketOutcome, Undone, Verdict, Wanted};
pub use held::{HeldCounts, HeldFilter, HeldItem, HeldPoint, HeldSuggestion};
pub use review::{Ground, JudgedAs, OwnJudgement, QueuePlace, ReviewFault};
pub use sheet::HeldForm;
pub(crate) use withdraw::WITHDRAWN;
pub use withdraw::Withdrawn;

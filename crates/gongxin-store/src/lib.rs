//! All SQL, on SQLite and PostgreSQL: the archive, what is derived from it, hand-ins, changes.
//!
//! Writers hold the log's head, so that numbers are gapless and in commit order and time never
//! decreases. Sealing happens here; salts and identities come from the caller.

mod backup;
mod cell;
mod clean;
mod connection;
mod content;
pub mod desk;
mod error;
mod fsck;
mod journal;
mod log;
mod moving;
mod name_block;
mod payload;
mod reader;
mod rows;
mod schema;
mod stage;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod url;
mod word;
mod writer;

pub use backup::{Progress, backup, restore};
pub use clean::clean;
pub use content::{Contents, TableContents, contents};
pub use error::StoreError;
pub use fsck::{FsckReport, Problem, fsck};
pub use journal::{Erasure, ErasureJournal, ErasureOrder, JournalError};
pub use log::{CheckpointRow, LogKeyRow, Sequenced, integrate};
pub use moving::{Move, Moved, migrate, reopen};
pub use reader::Reader;
pub use rows::*;
pub use stage::{Additions, Staged};
pub use store::{FaultPoint, Faults, Founding, LogHead, Store};
pub use url::StoreUrl;
pub use word::SECTIONS;
pub use writer::Writer;

use gongxin_seal::{HashSuite, NumberMark};

/// The digest beside what no entry covers, so that a changed byte is named.
fn row_digest(packed: &[u8]) -> [u8; 32] {
    HashSuite::Sha256.digest(&[packed]).0
}

/// The least first half that a keyed digest beside a document number can have; the greatest is
/// [`NUMBER_SPAN`] more.
fn number_low([a, b, c, d, e, f]: NumberMark) -> i64 {
    i64::from_be_bytes([a, b, c, d, e, f, 0, 0])
}

/// How far the first halves of digests beside one document number lie apart at most.
const NUMBER_SPAN: i64 = 0xFFFF;

/// JSON of the office as it rests.
fn pack_text(text: &str) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(text.as_bytes(), 3)
        .map_err(|error| StoreError::Engine(format!("compressing: {error}")))
}

fn unpack_text(packed: &[u8]) -> Result<String, StoreError> {
    let bytes = zstd::stream::decode_all(packed)
        .map_err(|error| StoreError::corrupt(format!("a compressed text: {error}")))?;
    String::from_utf8(bytes).map_err(|_| StoreError::corrupt("a compressed text is not UTF-8"))
}

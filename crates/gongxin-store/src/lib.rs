//! All SQL, on SQLite and PostgreSQL: the archive, what is derived from it, hand-ins, changes.
//!
//! Writers hold the log's head, so that numbers are gapless and in commit order and time never
//! decreases. Sealing happens here; salts and identities come from the caller.

mod backup;
mod cell;
mod connection;
mod content;
mod error;
mod fsck;
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
pub use content::{Contents, TableContents, contents};
pub use error::StoreError;
pub use fsck::{FsckReport, Problem, fsck};
pub use moving::{Move, Moved, migrate, reopen};
pub use reader::Reader;
pub use rows::*;
pub use stage::{Additions, Staged};
pub use store::{FaultPoint, Faults, Founding, LogHead, Store};
pub use url::StoreUrl;
pub use word::SECTIONS;
pub use writer::Writer;

use gongxin_model::Digest;
use gongxin_seal::HashSuite;

/// The digest beside what no entry covers, so that a changed byte is named.
fn row_digest(packed: &[u8]) -> [u8; 32] {
    HashSuite::Sha256.digest(&[packed]).0
}

/// The number by which a normalised document number is found: the first 64 bits of its digest. A chance
/// collision among a hundred million stays under one in a thousand, and whoever looks up compares.
fn number_key(number: &str) -> i64 {
    let Digest(digest) = HashSuite::Sha256.digest(&[number.as_bytes()]);
    digest.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}

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

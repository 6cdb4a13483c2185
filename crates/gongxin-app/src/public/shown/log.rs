//! The public log as strangers see it. Nothing here names a subject or shows a field but the id that
//! was asked for.

use gongxin_model::{Instant, PublicId};
use serde::{Deserialize, Serialize};

use crate::public_log::LogProof;

/// The log and its last checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLog {
    /// The name under which it is signed.
    pub origin: String,
    /// The hash suite, `sha256` or `sm3`.
    pub suite: String,
    /// How many entries the last checkpoint covers.
    pub size: u64,
    /// When it was signed.
    pub signed: Instant,
    /// The root over them, base64.
    pub root: String,
    /// The checkpoint as its signed note.
    pub note: String,
    /// The keys that signed, the newest first.
    pub keys: Vec<ShownLogKey>,
    /// For how many seconds a copy of the checkpoint is good.
    pub kept_seconds: u32,
}

/// A key that signs or signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLogKey {
    /// The public key as C2SP signed-note writes it: `NAME+ID+KEY`.
    pub key: String,
    /// Since when it signs.
    pub since: Instant,
    /// True where it signed the last checkpoint.
    pub signs: bool,
}

/// A tile or a bundle of entries, whole. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownTile {
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The proof that the entry of a record is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLogProof {
    /// The record.
    pub record: PublicId,
    /// The proof.
    pub proof: LogProof,
}

//! The proof that an entry is in the log, as a file that is checked without asking anybody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gongxin_model::{Digest, Envelope, Kind, PublicId};
use gongxin_seal::{
    Checkpoint, HashSuite, Note, NoteError, VerifierKey, decode_envelope, envelope_bytes,
    verify_inclusion,
};
use gongxin_store::{AboutNo, Reader};
use serde::{Deserialize, Serialize};

use crate::{Office, OfficeError};

/// The form of proofs that is written and read.
const FORMAT: &str = "gongxin-log-proof/1";
/// No tree has a longer way to its root.
const NODES_MOST: usize = 64;

/// An entry's envelope, the nodes from its leaf to the root, and the signed checkpoint with that root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogProof {
    /// Which form this is: `gongxin-log-proof/1`.
    pub format: String,
    /// The hash suite of the log: `sha256` or `sm3`.
    pub suite: String,
    /// The place of the entry, from 0.
    pub entry: u64,
    /// The envelope, base64. It names no subject and shows no field.
    pub envelope: String,
    /// The nodes, base64, from the leaf's sibling upwards (RFC 6962, section 2.1.1).
    pub path: Vec<String>,
    /// The checkpoint as its signed note.
    pub checkpoint: String,
}

/// What a proof proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedProof {
    /// The envelope that is in the log.
    pub envelope: Envelope,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
    /// The keys among those given that signed the checkpoint.
    pub signers: Vec<VerifierKey>,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// It is of another form, or a part of it cannot be read.
    #[error("the proof cannot be read: {0}")]
    Form(&'static str),
    /// The checkpoint is not signed by a key that is trusted.
    #[error("the checkpoint is not to be believed: {0}")]
    Note(#[from] NoteError),
    /// Another log signed it.
    #[error("the checkpoint is of `{0}`, which is not the name of the key")]
    Origin(String),
    /// The envelope is that of another place.
    #[error("the envelope is that of entry {0}")]
    Place(i64),
    /// The entry is not in the tree.
    #[error("the entry is not in the log: {0}")]
    Tree(#[from] gongxin_seal::ProofError),
}

impl Office {
    /// The proof of an entry under the last checkpoint; None where nothing that was signed covers it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn prove_entry(&self, entry: u64) -> Result<Option<LogProof>, OfficeError> {
        self.store.read(|reader| prove(reader, self.store.founding().suite, entry))
    }

    /// The place of the entry that has the content of a record, be it shown or not.
    ///
    /// # Errors
    /// There is no such record, or the store cannot be read.
    pub fn content_entry(&self, record: PublicId) -> Result<u64, OfficeError> {
        let absent = || OfficeError::Absent(format!("there is no record {record}"));
        self.store.read(|reader| {
            let row = self.record_of(reader, record)?.ok_or_else(absent)?;
            let history = reader.entries_about(&[AboutNo::record(row.no)])?;
            let holds = |kind: Kind| matches!(kind, Kind::Received | Kind::Corrected);
            let last = history.iter().rev().find(|entry| holds(entry.kind)).ok_or_else(absent)?;
            u64::try_from(last.seq.0).map_err(|_| absent())
        })
    }
}

/// The same inside a snapshot.
pub(crate) fn prove(
    reader: &mut Reader<'_>,
    suite: HashSuite,
    entry: u64,
) -> Result<Option<LogProof>, OfficeError> {
    let Some(checkpoint) = reader.checkpoint()? else {
        return Ok(None);
    };
    let size = u64::try_from(checkpoint.size).unwrap_or(0);
    let Some(path) = reader.log_tree(size).inclusion(entry)? else {
        return Ok(None);
    };
    let place = i64::try_from(entry).unwrap_or(i64::MAX);
    let envelopes = reader.envelopes(place, place.saturating_add(1))?;
    let bytes = envelopes.first().map(envelope_bytes).unwrap_or_default();
    Ok(Some(LogProof {
        format: FORMAT.to_owned(),
        suite: suite.to_string(),
        entry,
        envelope: STANDARD.encode(bytes),
        path: path.iter().map(|node| STANDARD.encode(node.0)).collect(),
        checkpoint: checkpoint.note,
    }))
}

/// Checks a proof with keys that are trusted, and nothing else.
///
/// # Errors
/// It proves nothing, and why.
pub fn verify_proof(proof: &LogProof, keys: &[VerifierKey]) -> Result<VerifiedProof, ProofFault> {
    if proof.format != FORMAT {
        return Err(ProofFault::Form("another form than gongxin-log-proof/1"));
    }
    let suite: HashSuite = proof.suite.parse().map_err(|_| ProofFault::Form("the hash suite"))?;
    let note: Note = proof.checkpoint.parse()?;
    let signers: Vec<VerifierKey> = note.signers(keys)?.into_iter().cloned().collect();
    let checkpoint: Checkpoint =
        note.text.parse().map_err(|_| ProofFault::Form("the checkpoint"))?;
    if !signers.iter().any(|key| key.name() == checkpoint.origin) {
        return Err(ProofFault::Origin(checkpoint.origin));
    }
    let bytes = STANDARD.decode(&proof.envelope).map_err(|_| ProofFault::Form("the envelope"))?;
    let envelope = decode_envelope(&bytes).map_err(|_| ProofFault::Form("the envelope"))?;
    if u64::try_from(envelope.seq.0) != Ok(proof.entry) {
        return Err(ProofFault::Place(envelope.seq.0));
    }
    if proof.path.len() > NODES_MOST {
        return Err(ProofFault::Form("the path"));
    }
    let node = |text: &String| {
        let bytes = STANDARD.decode(text).ok()?;
        Some(Digest(bytes.try_into().ok()?))
    };
    let path: Option<Vec<Digest>> = proof.path.iter().map(node).collect();
    let path = path.ok_or(ProofFault::Form("the path"))?;
    let (place, size) = (proof.entry, checkpoint.size);
    verify_inclusion(suite, &suite.leaf(&bytes), (place, size), &path, &checkpoint.root)?;
    Ok(VerifiedProof { envelope, checkpoint, signers })
}

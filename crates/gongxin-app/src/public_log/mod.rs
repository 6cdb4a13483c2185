//! The public log: a Merkle tree over the envelopes of all entries, signed, that anybody can check.
//!
//! Entries are in it from the transaction on that takes them; integration and signatures follow
//! behind, and a hand-in waits for neither.

mod keep;
mod policy;
mod proof;
mod signer;

pub use keep::LogState;
pub use policy::LogPolicy;
pub(crate) use proof::prove;
pub use proof::{LogProof, ProofFault, VerifiedProof, verify_proof};
pub use signer::{LogSigner, SignerError};

pub use gongxin_seal::{
    Checkpoint, KeyError, Note, NoteSignature, SignatureKind, SigningKey, VerifierKey,
};
pub use gongxin_store::{CheckpointRow, LogKeyRow};

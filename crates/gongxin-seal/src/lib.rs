//! What makes the archive checkable: canonical bytes, salted commitments, and the Merkle log's
//! arithmetic. Bytes and commitments are fixed by ADR 0001; golden bytes in the tests never change.
//! Tiles, notes and checkpoints are those of C2SP (ADR 0032).

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation)]

mod bytes;
mod checkpoint;
mod commit;
mod frontier;
mod limits;
mod mac;
mod merkle;
mod note;
mod note_key;
mod public_id;
mod suite;
mod tile;
mod tree;

pub use bytes::{
    DecodeError, EncodedBody, body_bytes, decode_body, decode_envelope, envelope_bytes,
};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use commit::{FieldCommitment, Salt, body_root, commitments, root, tree_hash};
pub use frontier::Frontier;
pub use mac::{InstanceKey, Mac, NumberMark, beside};
pub use merkle::{ProofError, verify_consistency, verify_inclusion};
pub use note::{Note, NoteError, NoteSignature};
pub use note_key::{KeyError, SignatureKind, SigningKey, VerifierKey};
pub use suite::HashSuite;
pub use tile::{
    BundleError, TILE_WIDTH, Tile, TileFile, TilePathError, read_bundle, width_at, write_bundle,
};
pub use tree::TileTree;

//! What makes the archive checkable: canonical bytes, salted commitments, and the Merkle log's
//! arithmetic. Everything here is fixed by ADR 0001; golden bytes in the tests never change.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation)]

mod bytes;
mod commit;
mod frontier;
mod mac;
mod public_id;
mod suite;

pub use bytes::{
    DecodeError, EncodedBody, body_bytes, decode_body, decode_envelope, envelope_bytes,
};
pub use commit::{FieldCommitment, Salt, body_root, commitments, root};
pub use frontier::Frontier;
pub use mac::{InstanceKey, Mac, NumberMark, beside};
pub use suite::HashSuite;

//! The limits of what others may hand us: every one is named here.

/// The bytes of a note that is read. Signatures of other kinds may take 5 KB each.
pub(crate) const NOTE_BYTES: usize = 256 * 1024;
/// The signature lines of a note that is read; the specification asks for at least 16.
pub(crate) const NOTE_SIGNATURES: usize = 64;
/// The bytes of a key's name.
pub(crate) const KEY_NAME_BYTES: usize = 255;
/// The bytes behind the key's id in a signature line.
pub(crate) const SIGNATURE_BYTES: usize = 8 * 1024;
/// The highest level of a tile that a path may name (C2SP tlog-tiles).
pub(crate) const TILE_LEVEL: u8 = 63;
/// The nodes of a proof: no tree of 2^64 leaves needs more.
pub(crate) const PROOF_NODES: usize = 130;

//! Every limit of this room.

/// Of a longer name only so many characters are indexed.
pub(crate) const NAME_CHARACTERS_LIMIT: usize = 400;

/// The memory of the writer between two commits, in bytes.
pub(crate) const WRITER_BYTES: usize = 48 * 1024 * 1024;

//! Every limit of this room.

/// Up to so many subjects the total of a search is exact; beyond, the search stops and says so.
pub const EXACT_TOTAL_LIMIT: usize = 10_000;

/// Of a longer query only so many characters count.
pub const QUERY_CHARACTERS_LIMIT: usize = 100;

/// Of a longer name only so many characters are indexed.
pub(crate) const NAME_CHARACTERS_LIMIT: usize = 400;

/// The memory of the writer between two commits, in bytes.
pub(crate) const WRITER_BYTES: usize = 48 * 1024 * 1024;

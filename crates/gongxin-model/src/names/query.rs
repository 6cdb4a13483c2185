//! What was asked for, in normal form.

use crate::text::normalise_name;

/// Of a longer query only so many characters count.
pub const QUERY_CHARACTERS_LIMIT: usize = 100;

/// A query: the whole of it, and its parts where blanks divide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// All parts joined.
    pub whole: String,
    /// The parts, without empty ones; one for a query without blanks.
    pub parts: Vec<String>,
}

impl Wanted {
    /// Reads a query; `None` if nothing in it can be searched for.
    #[must_use]
    pub fn read(query: &str) -> Option<Self> {
        let short: String = query.chars().take(QUERY_CHARACTERS_LIMIT).collect();
        let parts: Vec<String> =
            short.split_whitespace().map(normalise_name).filter(|part| !part.is_empty()).collect();
        let whole = parts.concat();
        (!whole.is_empty()).then_some(Self { whole, parts })
    }
}

//! What was asked for, in normal form.

use gongxin_model::text::normalise_name;

use crate::limits::QUERY_CHARACTERS_LIMIT;

/// A query: the whole of it, and its parts where blanks divide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// All parts joined.
    pub(crate) whole: String,
    /// The parts, without empty ones; one for a query without blanks.
    pub(crate) parts: Vec<String>,
}

impl Wanted {
    /// Reads a query; `None` if nothing in it can be searched for.
    pub(crate) fn read(query: &str) -> Option<Self> {
        let short: String = query.chars().take(QUERY_CHARACTERS_LIMIT).collect();
        let parts: Vec<String> =
            short.split_whitespace().map(normalise_name).filter(|part| !part.is_empty()).collect();
        let whole = parts.concat();
        (!whole.is_empty()).then_some(Self { whole, parts })
    }
}

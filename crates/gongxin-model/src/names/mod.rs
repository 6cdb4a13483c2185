//! Names that can be searched, what a search gives, and the index that answers one.
//!
//! A name is found by any part of it, however short, in its normal form
//! ([`crate::text::normalise_name`]). An index gives subject numbers in an order; what a page
//! shows of a subject it reads from the store, so that a stale index leaks nothing.

mod hits;
mod query;
mod scan;

pub use hits::{Class, EXACT_TOTAL_LIMIT, Hit, Hits, Rank, Ranking};
pub use query::{QUERY_CHARACTERS_LIMIT, Wanted};
pub use scan::scan;

use crate::SubjectNo;

/// The names of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDocument {
    /// The subject.
    pub subject: SubjectNo,
    /// Its names as written, each with whether it is a present one. None of them can be searched
    /// for where there are none.
    pub names: Vec<(String, bool)>,
}

/// An index of names: one writes to it, many search in it.
pub trait NameIndex: Send + Sync + std::fmt::Debug {
    /// The cursor of the last commit: up to where the changes are in the index. `None` if it
    /// must be filled from the beginning.
    ///
    /// # Errors
    /// The index cannot be read.
    fn cursor(&self) -> Result<Option<i64>, NameIndexError>;

    /// Replaces what the index holds of these subjects; seen by searches after the commit.
    ///
    /// # Errors
    /// The index cannot be written.
    fn apply(&self, documents: &[NameDocument]) -> Result<(), NameIndexError>;

    /// Takes everything out; seen by searches after the commit.
    ///
    /// # Errors
    /// The index cannot be written.
    fn clear(&self) -> Result<(), NameIndexError>;

    /// Makes what was applied and the cursor durable together, and lets searches see it.
    ///
    /// # Errors
    /// The index cannot be written; then the last commit stands.
    fn commit(&self, cursor: i64) -> Result<(), NameIndexError>;

    /// Finds subjects by part of a name, in the order of [`Rank`]: the page from `offset`, at most
    /// `limit` long. An empty query finds nothing.
    ///
    /// # Errors
    /// The index cannot be read.
    fn search(&self, query: &str, limit: usize, offset: usize) -> Result<Hits, NameIndexError>;
}

/// A name index could not do its work. The text is for the log, never for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name index failed: {0}")]
pub struct NameIndexError(pub String);

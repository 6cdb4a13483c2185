//! Names that can be searched, what a search gives, and the index that answers one.
//!
//! A name is found by any part of it, however short, in the form of [`search_form`]; where that finds
//! little, by its sound, by first letters, and with one slip mended ([`Way`]). An index gives subject
//! numbers in an order; what a page shows of a subject it reads from the store, so that a stale index
//! leaks nothing.

mod form;
mod hits;
mod near;
mod query;
mod scan;
mod sound;

pub use form::search_form;
pub use hits::{Class, EXACT_TOTAL_LIMIT, Hit, Hits, Particulars, Rank, Ranking, Way};
pub use near::{Pattern, is_near, may_slip, patterns};
pub use query::{QUERY_CHARACTERS_LIMIT, Wanted};
pub use scan::scan;
pub use sound::{Spelling, Unit, initial, is_spelt_out, sounds, sounds_like, spellings};

use std::collections::BTreeSet;

use crate::SubjectNo;

/// The names of one subject, and what else a search goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameDocument {
    /// The subject.
    pub subject: SubjectNo,
    /// Its names as written, each with whether it is a present one. None of them can be searched
    /// for where there are none.
    pub names: Vec<(String, bool)>,
    /// What narrows a search.
    pub particulars: Particulars,
}

/// What narrows a search. Several values of one filter widen it, filters narrow each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameFilters {
    /// Divisions (GB/T 2260): with their own, those of a province (`150000`) or city (`150100`).
    pub regions: Vec<String>,
    /// Kinds of subject.
    pub kinds: Vec<String>,
    /// Legal forms.
    pub forms: Vec<String>,
    /// Registration states.
    pub states: Vec<String>,
}

impl NameFilters {
    /// True where a subject of such particulars is wanted.
    #[must_use]
    pub fn keep(&self, particulars: &Particulars) -> bool {
        let one_of = |wanted: &[String], value: &str| {
            wanted.is_empty() || wanted.iter().any(|one| one == value)
        };
        let regions = regions_of(&particulars.region);
        (self.regions.is_empty() || regions.iter().any(|region| self.regions.contains(region)))
            && one_of(&self.kinds, &particulars.kind)
            && one_of(&self.forms, &particulars.form)
            && one_of(&self.states, &particulars.state)
    }
}

/// A division and those that it lies in: 150102, 150100, 150000.
#[must_use]
pub fn regions_of(region: &str) -> Vec<String> {
    let mut all = vec![region.to_owned()];
    for length in [4, 2] {
        if let Some(start) = region.get(..length).filter(|_| region.len() == 6) {
            all.push(format!("{start:0<6}"));
        }
    }
    all.dedup();
    all
}

/// What is asked of an index.
#[derive(Debug, Clone, Copy)]
pub struct NameAsk<'a> {
    /// Part of a name. An empty one finds nothing.
    pub query: &'a str,
    /// What narrows it.
    pub filters: &'a NameFilters,
    /// True where only names are wanted that hold what is asked for: no guesses.
    pub is_literal: bool,
}

impl NameAsk<'_> {
    /// The ways that are tried, in their order.
    #[must_use]
    pub fn ways(&self) -> &'static [Way] {
        if self.is_literal { &[Way::Literal] } else { &Way::ALL }
    }
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

    /// Finds subjects by part of a name, in the order of [`Rank`]; the ways are tried in their
    /// order as long as [`Ranking::has_enough`] does not hold. Those `without` are as if the index did
    /// not have them.
    ///
    /// # Errors
    /// The index cannot be read.
    fn search(
        &self,
        ask: &NameAsk<'_>,
        without: &BTreeSet<SubjectNo>,
    ) -> Result<Hits, NameIndexError>;
}

/// A name index could not do its work. The text is for the log, never for a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the name index failed: {0}")]
pub struct NameIndexError(pub String);

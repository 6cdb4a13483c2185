//! What a search gives, and the order of it.

use std::collections::BTreeMap;

use crate::SubjectNo;

/// Up to so many subjects the total of a search is exact; beyond, the search stops and says so.
pub const EXACT_TOTAL_LIMIT: usize = 10_000;

/// One subject found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The subject.
    pub subject: SubjectNo,
    /// Which of its names was found: its place in [`super::NameDocument::names`].
    pub name: usize,
    /// True if that name is one of the present ones.
    pub is_current: bool,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// The page asked for, best first.
    pub subjects: Vec<Hit>,
    /// How many subjects there are; exact unless there is more.
    pub total: usize,
    /// True if there are more than [`EXACT_TOTAL_LIMIT`]; the order is then that of those
    /// found first.
    pub has_more: bool,
}

/// How well a name fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// It is the name.
    Exact,
    /// The name begins with it.
    Prefix,
    /// The name contains it.
    Contains,
    /// The name contains each of its parts.
    Parts,
}

impl Class {
    /// All classes, best first.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Prefix, Self::Contains, Self::Parts];
}

/// The rank of a name found: former names after all present ones, then by class, then the shorter
/// normal form first, in characters. Among equals the smaller subject number is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// True if the subject no longer bears the name.
    pub is_former: bool,
    /// How well it fits.
    pub class: Class,
    /// How long its normal form is.
    pub length: u64,
}

/// Keeps the best name of each subject.
#[derive(Debug, Default)]
pub struct Ranking {
    best: BTreeMap<SubjectNo, (Rank, usize)>,
}

impl Ranking {
    /// Notes a name found and its place among its subject's. A worse or later name of a known
    /// subject changes nothing.
    pub fn note(&mut self, subject: SubjectNo, rank: Rank, name: usize) {
        let found = (rank, name);
        self.best.entry(subject).and_modify(|best| *best = (*best).min(found)).or_insert(found);
    }

    /// True if more subjects were found than are counted exactly.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.best.len() > EXACT_TOTAL_LIMIT
    }

    /// The page from `offset`, at most `limit` long.
    #[must_use]
    pub fn page(self, limit: usize, offset: usize) -> Hits {
        let has_more = self.is_full();
        let total = self.best.len().min(EXACT_TOTAL_LIMIT);
        let mut order: Vec<_> =
            self.best.into_iter().map(|(subject, (rank, name))| (rank, subject, name)).collect();
        order.sort_unstable();
        let subjects = order
            .into_iter()
            .take(EXACT_TOTAL_LIMIT)
            .skip(offset)
            .take(limit)
            .map(|(rank, subject, name)| Hit { subject, name, is_current: !rank.is_former })
            .collect();
        Hits { subjects, total, has_more }
    }
}

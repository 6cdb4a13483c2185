//! What a search gives, and the order of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Wanted;
use crate::{Day, SubjectNo};

/// Up to so many subjects the total of a search is exact; beyond, the search stops and says so.
pub const EXACT_TOTAL_LIMIT: usize = 10_000;
/// Where so many subjects were found, no weaker way is tried.
const ENOUGH: usize = 20;

/// One subject found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The subject.
    pub subject: SubjectNo,
    /// Which of its names was found: its place in [`super::NameDocument::names`].
    pub name: usize,
    /// True if that name is one of the present ones.
    pub is_current: bool,
    /// By which way it was found.
    pub way: Way,
    /// True if it is the name, not only part of it.
    pub is_whole: bool,
    /// What it can be narrowed and put in order by.
    pub particulars: Particulars,
}

/// What of a subject narrows a search and puts its results in order. Facts of its registration, as
/// they were when the index last followed; a page reads its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Particulars {
    /// The division of registration (GB/T 2260); empty where unknown.
    pub region: Arc<str>,
    /// The kind of subject.
    pub kind: Arc<str>,
    /// The legal form, a code; empty where unknown.
    pub form: Arc<str>,
    /// The registration state, a code; empty where unknown.
    pub state: Arc<str>,
    /// The first day of its first name; none where no registration was received.
    pub registered_on: Option<Day>,
    /// True where no registration was received yet.
    pub provisional: bool,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// All subjects up to [`EXACT_TOTAL_LIMIT`], best first.
    pub subjects: Vec<Hit>,
    /// True if there are more; the order is then that of those found first.
    pub has_more: bool,
}

/// By which way a name met the query, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// It holds what was asked for.
    #[default]
    Literal,
    /// It sounds like it: pinyin was asked for, or other characters of the same sound.
    Sound,
    /// First letters of its pinyin were asked for.
    Initials,
    /// One character of what was asked for is replaced, missing, too many, or swapped with its
    /// neighbour.
    Near,
}

impl Way {
    /// All ways, strongest first.
    pub const ALL: [Self; 4] = [Self::Literal, Self::Sound, Self::Initials, Self::Near];
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

    /// The class of a name of which characters side by side were found: all of them, or some.
    #[must_use]
    pub const fn of_lengths(found: usize, name: u64) -> Self {
        if found as u64 == name { Self::Exact } else { Self::Contains }
    }
}

/// The rank of a name found: by the way, then former names after all present ones, then by class,
/// then the shorter form first, in characters. Among equals the smaller subject number is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// By which way it was found.
    pub way: Way,
    /// True if the subject no longer bears the name.
    pub is_former: bool,
    /// How well it fits.
    pub class: Class,
    /// How long the form is in which it is searched.
    pub length: u64,
}

/// Keeps the best name of each subject, and where an index has it.
#[derive(Debug)]
pub struct Ranking<P> {
    best: BTreeMap<SubjectNo, (Rank, usize, P)>,
}

impl<P> Default for Ranking<P> {
    fn default() -> Self {
        Self { best: BTreeMap::new() }
    }
}

impl<P> Ranking<P> {
    /// Notes a name found, its place among its subject's, and where the index has it. A worse or
    /// later name of a known subject changes nothing.
    pub fn note(&mut self, subject: SubjectNo, rank: Rank, name: usize, place: P) {
        let best = self.best.get(&subject);
        if best.is_none_or(|(best, own, _)| (rank, name) < (*best, *own)) {
            self.best.insert(subject, (rank, name, place));
        }
    }

    /// True if more subjects were found than are counted exactly.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.best.len() > EXACT_TOTAL_LIMIT
    }

    /// True if no weaker way than this one is tried. What a query in Latin letters finds literally
    /// may be there by chance; any other query that finds something literally has found it.
    #[must_use]
    pub fn has_enough(&self, wanted: &Wanted, way: Way) -> bool {
        let is_found = way == Way::Literal && !wanted.has_latin() && !self.best.is_empty();
        is_found || self.best.len() >= ENOUGH
    }

    /// Everything found, best first, with the particulars that the index has of each place.
    ///
    /// # Errors
    /// Those of reading the particulars.
    pub fn hits<E>(
        self,
        mut particulars: impl FnMut(P) -> Result<Particulars, E>,
    ) -> Result<Hits, E> {
        let has_more = self.is_full();
        let mut order: Vec<_> = self
            .best
            .into_iter()
            .map(|(subject, (rank, name, place))| (rank, subject, name, place))
            .collect();
        order.sort_unstable_by_key(|(rank, subject, name, _)| (*rank, *subject, *name));
        order.truncate(EXACT_TOTAL_LIMIT);
        let hit = |(rank, subject, name, place): (Rank, SubjectNo, usize, P)| {
            Ok(Hit {
                subject,
                name,
                is_current: !rank.is_former,
                way: rank.way,
                is_whole: rank.class == Class::Exact,
                particulars: particulars(place)?,
            })
        };
        let subjects = order.into_iter().map(hit).collect::<Result<_, E>>()?;
        Ok(Hits { subjects, has_more })
    }
}

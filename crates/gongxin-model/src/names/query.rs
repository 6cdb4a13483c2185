//! What was asked for, in the form in which names are searched.

use super::form::search_form;
use super::hits::Way;
use super::near::{Pattern, patterns};
use super::sound::{Spelling, is_latin, is_spelt_out, spellings};

/// Of a longer query only so many characters count.
pub const QUERY_CHARACTERS_LIMIT: usize = 100;

/// A query: the whole of it, and its parts where blanks divide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// All parts joined.
    pub whole: String,
    /// The parts, without empty ones; one for a query without blanks.
    pub parts: Vec<String>,
    /// The ways to read the whole as sounds.
    spellings: Vec<Spelling>,
    /// The ways to read each part as sounds; empty where one of them cannot be read, and for a
    /// query of one part.
    part_spellings: Vec<Vec<Spelling>>,
}

impl Wanted {
    /// Reads a query; `None` if nothing in it can be searched for.
    #[must_use]
    pub fn read(query: &str) -> Option<Self> {
        let short: String = query.chars().take(QUERY_CHARACTERS_LIMIT).collect();
        let parts: Vec<String> =
            short.split_whitespace().map(search_form).filter(|part| !part.is_empty()).collect();
        let whole = parts.concat();
        if whole.is_empty() {
            return None;
        }
        let each = |part: &String| Some(spellings(std::slice::from_ref(part)));
        let all = (parts.len() > 1).then(|| parts.iter().map(each).collect::<Option<Vec<_>>>());
        let part_spellings = all.flatten().filter(|all| all.iter().all(|ways| !ways.is_empty()));
        Some(Self {
            spellings: spellings(&parts),
            part_spellings: part_spellings.unwrap_or_default(),
            whole,
            parts,
        })
    }

    /// True where it has letters that pinyin is written with.
    #[must_use]
    pub fn has_latin(&self) -> bool {
        self.whole.chars().any(is_latin)
    }

    /// The ways to read the whole that belong to a way of finding.
    pub fn spelt(&self, way: Way) -> impl Iterator<Item = &Spelling> {
        self.spellings.iter().filter(move |one| Self::is_way(one, way))
    }

    /// The ways to read each part that belong to a way of finding; empty where a part has none.
    #[must_use]
    pub fn spelt_parts(&self, way: Way) -> Vec<Vec<&Spelling>> {
        let all: Vec<Vec<&Spelling>> = self
            .part_spellings
            .iter()
            .map(|ways| ways.iter().filter(|one| Self::is_way(one, way)).collect())
            .collect();
        if all.iter().any(Vec::is_empty) { Vec::new() } else { all }
    }

    /// The patterns of the whole with one slip mended; empty where none is looked for.
    #[must_use]
    pub fn patterns(&self) -> Vec<Pattern> {
        patterns(&self.whole)
    }

    fn is_way(spelling: &Spelling, way: Way) -> bool {
        way == if is_spelt_out(spelling) { Way::Sound } else { Way::Initials }
    }
}

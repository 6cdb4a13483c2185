//! The queries over the fields.

use gongxin_model::names::{Class, NameFilters, Pattern, Spelling, Unit, Wanted, Way};
use tantivy::Term;
use tantivy::query::{BooleanQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

use crate::schema::{CLOSING, Fields, OPENING, initials, pair};

/// How the class of a name found is known.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Found {
    /// It is this one.
    As(Class),
    /// So many characters side by side were found.
    Letters(usize),
}

/// A query, what it finds, and the terms without which it finds nothing.
#[derive(Debug)]
pub(crate) struct Sought {
    pub(crate) query: Box<dyn Query>,
    pub(crate) found: Found,
    /// Of a query of which many are asked at once; else empty.
    pub(crate) needed: Vec<Term>,
}

impl Sought {
    fn new(query: Box<dyn Query>, found: Found) -> Self {
        Self { query, found, needed: Vec::new() }
    }
}

impl Fields {
    /// The queries of one way, in the order in which they are asked.
    pub(crate) fn queries(&self, wanted: &Wanted, way: Way) -> Vec<Sought> {
        match way {
            Way::Literal => self.literal(wanted),
            Way::Sound | Way::Initials => self.sounding(wanted, way),
            Way::Near => wanted.patterns().iter().map(|pattern| self.near(pattern)).collect(),
        }
    }

    fn literal(&self, wanted: &Wanted) -> Vec<Sought> {
        let whole = &wanted.whole;
        let exact = self.contains(&format!("{OPENING}{whole}{CLOSING}"));
        let prefix = self.contains(&format!("{OPENING}{whole}"));
        let mut all = vec![
            Sought::new(exact, Found::As(Class::Exact)),
            Sought::new(prefix, Found::As(Class::Prefix)),
            Sought::new(self.contains(whole), Found::As(Class::Contains)),
        ];
        if wanted.parts.len() > 1 {
            let parts = wanted.parts.iter().map(|part| self.contains(part)).collect();
            let query = Box::new(BooleanQuery::intersection(parts));
            all.push(Sought::new(query, Found::As(Class::Parts)));
        }
        all
    }

    fn contains(&self, text: &str) -> Box<dyn Query> {
        let letters: Vec<Option<char>> = text.chars().map(Some).collect();
        phrase(self.letters, letter_terms(&letters))
    }

    fn near(&self, pattern: &Pattern) -> Sought {
        let terms = letter_terms(pattern);
        let needed =
            terms.iter().map(|(_, term)| Term::from_field_text(self.letters, term)).collect();
        let query = phrase(self.letters, terms);
        Sought { query, found: Found::As(Class::Contains), needed }
    }

    fn sounding(&self, wanted: &Wanted, way: Way) -> Vec<Sought> {
        let mut all: Vec<Sought> = wanted
            .spelt(way)
            .map(|one| Sought::new(self.spelt(one), Found::Letters(one.len())))
            .collect();
        let parts = wanted.spelt_parts(way);
        if !parts.is_empty() {
            let any = |ways: &Vec<&Spelling>| -> Box<dyn Query> {
                let ways = ways.iter().map(|one| self.spelt(one)).collect();
                Box::new(BooleanQuery::union(ways))
            };
            let query = Box::new(BooleanQuery::intersection(parts.iter().map(any).collect()));
            all.push(Sought::new(query, Found::As(Class::Parts)));
        }
        all
    }

    /// Syllables are common; the pairs of their first letters, which they imply, are less so, and are
    /// what the search goes along.
    fn spelt(&self, spelling: &Spelling) -> Box<dyn Query> {
        let mut terms: Vec<(usize, String)> = Vec::with_capacity(spelling.len() * 2);
        for (place, unit) in spelling.iter().enumerate() {
            if let Unit::Syllable(syllable) = unit {
                terms.push((place, syllable.clone()));
            }
            if let Some(next) = spelling.get(place + 1) {
                terms.push((place, initials(unit.initial(), next.initial())));
            }
        }
        phrase(self.sounds, terms)
    }

    /// What every name found must be of.
    pub(crate) fn filters(&self, filters: &NameFilters) -> Vec<Box<dyn Query>> {
        [
            (self.within, &filters.regions),
            (self.kind, &filters.kinds),
            (self.form, &filters.forms),
            (self.state, &filters.states),
        ]
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(field, values)| -> Box<dyn Query> {
            let values = values.iter().map(|value| term(field, value)).collect();
            Box::new(BooleanQuery::union(values))
        })
        .collect()
    }
}

/// The terms of letters in their places: pairs, and a single one where it has no neighbour.
fn letter_terms(letters: &[Option<char>]) -> Vec<(usize, String)> {
    let at = |place: usize| letters.get(place).copied().flatten();
    let mut terms = Vec::with_capacity(letters.len());
    for place in 0..letters.len() {
        let before = place.checked_sub(1).and_then(at);
        match (before, at(place), at(place + 1)) {
            (_, Some(own), Some(next)) => terms.push((place, pair(own, next))),
            (None, Some(own), None) => terms.push((place, own.to_string())),
            _ => {}
        }
    }
    terms
}

fn phrase(field: Field, terms: Vec<(usize, String)>) -> Box<dyn Query> {
    if let [(_, one)] = terms.as_slice() {
        return term(field, one);
    }
    let placed = |(place, text): (usize, String)| (place, Term::from_field_text(field, &text));
    Box::new(PhraseQuery::new_with_offset(terms.into_iter().map(placed).collect()))
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

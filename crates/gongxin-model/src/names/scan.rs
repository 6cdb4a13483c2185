//! The search that reads every name: the oracle of every index.

use std::convert::Infallible;

use super::near::{is_near, may_slip};
use super::sound::{sounds, sounds_like};
use super::{Class, Hits, NameAsk, NameDocument, Rank, Ranking, Wanted, Way, search_form};

/// Searches as [`super::NameIndex::search`] does, by reading all names one after the other.
#[must_use]
pub fn scan(documents: &[&NameDocument], ask: &NameAsk<'_>) -> Hits {
    let Some(wanted) = Wanted::read(ask.query) else {
        return Hits::default();
    };
    let kept: Vec<&NameDocument> = documents
        .iter()
        .copied()
        .filter(|document| ask.filters.keep(&document.particulars))
        .collect();
    let mut ranking = Ranking::default();
    for way in ask.ways() {
        for document in &kept {
            for (place, (name, is_current)) in document.names.iter().enumerate() {
                let form = search_form(name);
                if let Some(class) = classify(&form, &wanted, *way) {
                    let length = form.chars().count() as u64;
                    let rank = Rank { way: *way, is_former: !is_current, class, length };
                    ranking.note(document.subject, rank, place, &document.particulars);
                }
            }
        }
        if ranking.has_enough(&wanted, *way) {
            break;
        }
    }
    let hits = ranking.hits(|particulars| Ok::<_, Infallible>(particulars.clone()));
    hits.unwrap_or_default()
}

fn classify(form: &str, wanted: &Wanted, way: Way) -> Option<Class> {
    match way {
        Way::Literal => literally(form, wanted),
        Way::Sound | Way::Initials => by_sound(form, wanted, way),
        Way::Near => {
            let is_found = may_slip(&wanted.whole) && is_near(form, &wanted.whole);
            is_found.then_some(Class::Contains)
        }
    }
}

fn literally(form: &str, wanted: &Wanted) -> Option<Class> {
    if form == wanted.whole {
        Some(Class::Exact)
    } else if form.starts_with(&wanted.whole) {
        Some(Class::Prefix)
    } else if form.contains(&wanted.whole) {
        Some(Class::Contains)
    } else {
        let has_all = wanted.parts.iter().all(|part| form.contains(part.as_str()));
        has_all.then_some(Class::Parts)
    }
}

fn by_sound(form: &str, wanted: &Wanted, way: Way) -> Option<Class> {
    let sounds = sounds(form);
    let whole = wanted
        .spelt(way)
        .filter(|spelling| sounds_like(&sounds, spelling))
        .map(|spelling| Class::of_lengths(spelling.len(), sounds.len() as u64))
        .min();
    let parts = wanted.spelt_parts(way);
    let has_all = !parts.is_empty()
        && parts.iter().all(|ways| ways.iter().any(|spelling| sounds_like(&sounds, spelling)));
    whole.or(has_all.then_some(Class::Parts))
}

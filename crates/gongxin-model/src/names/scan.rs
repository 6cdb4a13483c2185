//! The search that reads every name: the oracle of every index.

use crate::text::normalise_name;

use super::{Class, Hits, NameDocument, Rank, Ranking, Wanted};

/// Searches as [`super::NameIndex::search`] does, by reading all names one after the other.
#[must_use]
pub fn scan<'a>(
    documents: impl IntoIterator<Item = &'a NameDocument>,
    query: &str,
    limit: usize,
    offset: usize,
) -> Hits {
    let Some(wanted) = Wanted::read(query) else {
        return Hits::default();
    };
    let mut ranking = Ranking::default();
    for document in documents {
        for (place, (name, is_current)) in document.names.iter().enumerate() {
            let normal = normalise_name(name);
            if let Some(class) = classify(&normal, &wanted) {
                let length = normal.chars().count() as u64;
                let rank = Rank { is_former: !is_current, class, length };
                ranking.note(document.subject, rank, place);
            }
        }
    }
    ranking.page(limit, offset)
}

fn classify(name: &str, wanted: &Wanted) -> Option<Class> {
    if name == wanted.whole {
        Some(Class::Exact)
    } else if name.starts_with(&wanted.whole) {
        Some(Class::Prefix)
    } else if name.contains(&wanted.whole) {
        Some(Class::Contains)
    } else {
        let has_all = wanted.parts.iter().all(|part| name.contains(part.as_str()));
        has_all.then_some(Class::Parts)
    }
}

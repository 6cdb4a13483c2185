//! The twin of the index that reads every name.

use gongxin_model::text::normalise_name;

use crate::hits::{Class, Hits, Ranking};
use crate::index::NameDocument;
use crate::query::Wanted;

/// Searches by reading all names, one after the other.
#[derive(Debug, Clone, Default)]
pub struct NaiveScan {
    documents: Vec<NameDocument>,
}

impl NaiveScan {
    /// A scan over these documents.
    pub fn new(documents: impl IntoIterator<Item = NameDocument>) -> Self {
        Self { documents: documents.into_iter().collect() }
    }

    /// Searches as [`crate::NameIndex::search`] does.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize, offset: usize) -> Hits {
        let Some(wanted) = Wanted::read(query) else {
            return Hits::default();
        };
        let mut ranking = Ranking::default();
        for document in &self.documents {
            for (place, (name, is_current)) in document.names.iter().enumerate() {
                let normal = normalise_name(name);
                if let Some(class) = classify(&normal, &wanted) {
                    let length = normal.chars().count() as u64;
                    ranking.note(document.subject, (!is_current, class, length), place);
                }
            }
        }
        ranking.page(limit, offset)
    }
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

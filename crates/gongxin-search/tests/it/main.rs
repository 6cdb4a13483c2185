//! The name index against its oracle, and against damage.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod damage;
mod oracle;
mod ranking;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gongxin_model::SubjectNo;
use gongxin_model::names::{
    Hits, NameAsk, NameDocument, NameFilters, NameIndex as _, Particulars, scan,
};
use gongxin_search::TantivyIndex;

/// A document: the first name is the present one.
fn document(subject: i64, names: &[&str]) -> NameDocument {
    NameDocument {
        subject: SubjectNo(subject),
        names: names
            .iter()
            .enumerate()
            .map(|(place, name)| ((*name).to_owned(), place == 0))
            .collect(),
        particulars: Particulars::default(),
    }
}

/// All hits of a query without filters.
fn find(index: &TantivyIndex, query: &str) -> Hits {
    index.search(&ask(query), &BTreeSet::new()).unwrap()
}

fn ask(query: &str) -> NameAsk<'_> {
    static ALL: LazyLock<NameFilters> = LazyLock::new(NameFilters::default);
    NameAsk { query, filters: &ALL, is_literal: false }
}

/// What reading all names finds.
fn read_all(documents: &[NameDocument], query: &str) -> Hits {
    scan(&documents.iter().collect::<Vec<_>>(), &ask(query))
}

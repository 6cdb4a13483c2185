//! The name index against its oracle, and against damage.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod damage;
mod oracle;
mod ranking;

use gongxin_model::SubjectNo;
use gongxin_model::names::NameDocument;

/// A document: the first name is the present one.
fn document(subject: i64, names: &[&str]) -> NameDocument {
    NameDocument {
        subject: SubjectNo(subject),
        names: names
            .iter()
            .enumerate()
            .map(|(place, name)| ((*name).to_owned(), place == 0))
            .collect(),
    }
}

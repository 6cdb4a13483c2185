//! Search results: registration facts only. No record, no count of records, no person.

use gongxin_model::Day;
use serde::{Deserialize, Serialize};

use super::{Coded, Page, Words};

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownResults {
    /// The found subjects, best first.
    pub page: Page<ShownHit>,
    /// The present code of the one subject whose code or older number was asked for exactly; the
    /// face goes straight there.
    pub direct: Option<String>,
    /// How many subjects use or used exactly the name asked for, where it is more than one.
    pub namesakes: Option<u64>,
    /// For a code that fails its check digit: the registered subject one character away.
    pub suggestion: Option<ShownSuggestion>,
    /// What the results can be narrowed by; empty where it makes no difference.
    pub facets: Vec<ShownFacet>,
}

/// One found subject.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownHit {
    /// The present code, which is also the address.
    pub code: String,
    /// The present name.
    pub name: String,
    /// What of the subject met the query.
    pub matched: Matched,
    /// The division of registration, where it is known.
    pub region: Option<Coded>,
    /// The registration state, where a registration was received.
    pub status: Option<Coded>,
    /// True where no registration was received yet.
    pub provisional: bool,
}

/// What of a subject met the query.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Matched {
    /// The present name.
    #[default]
    Name,
    /// A former name.
    FormerName {
        /// The former name.
        name: String,
        /// The first day it was used, where known.
        from: Option<Day>,
        /// The last day it was used, where known.
        until: Option<Day>,
    },
    /// The present code.
    Code,
    /// An older number of the same subject.
    OlderNumber {
        /// The older number.
        number: String,
    },
}

/// A subject whose code is one character away from the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSuggestion {
    /// The place of the doubtful character, counted from 1.
    pub place: u8,
    /// The registered code.
    pub code: String,
    /// The name registered with it.
    pub name: String,
}

/// A way to narrow results.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFacet {
    /// The parameter: `region`, `kind` or `status`.
    pub parameter: String,
    /// The choices.
    pub options: Vec<ShownOption>,
}

/// A choice of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownOption {
    /// The value of the parameter.
    pub value: String,
    /// The words of the choice.
    pub words: Words,
    /// How many of the list it leaves, where that is known. Of subjects in results, never of
    /// their records.
    pub count: Option<u64>,
}

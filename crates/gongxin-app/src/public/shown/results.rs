//! Search results: of subjects registration facts only, no record, no count of records, no person.
//! Records only under the number of their document, and only those that are shown today.

use gongxin_model::Day;
pub use gongxin_model::names::Way;
use serde::{Deserialize, Serialize};

use super::{Coded, Page, ShownLink, ShownRow, Words};

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
    /// For a code that nobody has: the subjects with a code one slip away. Never gone to straight.
    pub suggestions: Vec<ShownSuggestion>,
    /// The records that are shown today under the document number asked for.
    pub documents: Vec<ShownDocument>,
    /// What the results can be narrowed by; empty where it makes no difference.
    pub facets: Vec<ShownFacet>,
    /// True where the results can be put in another order; not where there are too many.
    pub can_sort: bool,
}

/// A record found by the number of its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownDocument {
    /// The subject.
    pub subject: ShownLink,
    /// The record.
    pub record: ShownRow,
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
    /// By which way a name met it.
    pub way: Way,
    /// The division of registration, where it is known.
    pub region: Option<Coded>,
    /// The legal form, where it is known.
    pub form: Option<Coded>,
    /// The registration state, where a registration was received.
    pub status: Option<Coded>,
    /// The day on which it was established, where a registration states it.
    pub established_on: Option<Day>,
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

/// A subject with a code that is one slip away from the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownSuggestion {
    /// The slip.
    pub slip: Slip,
    /// The subject's code or older number that is meant.
    pub number: String,
    /// The subject.
    pub subject: ShownLink,
}

/// A slip of the hand in a code; places are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", content = "place", rename_all = "kebab-case")]
pub enum Slip {
    /// The character at the place is another.
    Replaced(u8),
    /// A character is missing at the place.
    Missing(u8),
    /// The character at the place is too many.
    Extra(u8),
    /// The characters at the place and behind it are swapped.
    Swapped(u8),
}

/// A way to narrow results.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownFacet {
    /// The parameter: `region`, `form` or `status`.
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

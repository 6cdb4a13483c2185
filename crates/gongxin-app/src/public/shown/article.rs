//! Notices and guides as the public sees them.

use gongxin_model::Day;
use serde::{Deserialize, Serialize};

use super::Words;

/// A notice or guide in a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownArticleLine {
    /// Its word in addresses.
    pub slug: String,
    /// Its title.
    pub title: Words,
    /// The body that issued it.
    pub issuer: Option<Words>,
    /// The first day that readers saw it.
    pub published: Option<Day>,
}

/// A notice or guide.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownArticle {
    /// What a list says of it.
    #[serde(flatten)]
    pub line: ShownArticleLine,
    /// Its text in CommonMark with tables; raw HTML in it is text.
    pub text: Words,
    /// The last day that readers see it; absent where it has no end.
    pub through: Option<Day>,
}

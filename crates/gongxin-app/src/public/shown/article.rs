//! Notices and guides as the public sees them.

use gongxin_model::Day;
use serde::{Deserialize, Serialize};

use super::Words;

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArticleKind {
    /// 通知: something new, of a day.
    Notice,
    /// 指南: how something is done, while it is done so.
    Guide,
}

impl ArticleKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Notice, Self::Guide];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Guide => "guide",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

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

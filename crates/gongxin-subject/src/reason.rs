//! Why a subject is linked or suggested, in words of the locale file.

use std::collections::BTreeMap;

use gongxin_model::code::CodeKind;
use gongxin_model::finding::Language;
use serde::{Deserialize, Serialize};

use crate::NamePart;

/// How a part of a name agrees with the registered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// It is the same.
    Same,
    /// It is written shorter or otherwise and means the same.
    Short,
    /// The row lacks it.
    Missing,
    /// Only the row has it.
    Extra,
    /// It is alike.
    Ruined,
    /// It is another.
    Other,
}

/// One reason for, or against, a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// An identifier of the row is the subject's.
    CodeAgrees {
        /// Which.
        code: CodeKind,
    },
    /// An identifier of the row differs from the subject's by a few slips.
    CodeNear {
        /// Which.
        code: CodeKind,
        /// How many characters.
        characters: usize,
    },
    /// An identifier of the row is another than the subject's.
    CodeDiffers {
        /// Which.
        code: CodeKind,
    },
    /// The name is the subject's present one.
    NameAgrees,
    /// The name is a former one of the subject.
    FormerName {
        /// The former name.
        name: String,
    },
    /// The names are alike, per mille.
    NameSimilar {
        /// 0 to 1000.
        per_mille: u32,
    },
    /// Brand and trade are the same; place or legal form differ.
    SameCore,
    /// One name contains the other.
    Contained,
    /// Characters that are taken for each other on paper.
    Confusable {
        /// Pairs as `己已`, joined by a blank.
        pairs: String,
    },
    /// Characters of the subject's name that the row lacks.
    Missing {
        /// The characters.
        characters: String,
    },
    /// Characters of the row that the subject's name lacks.
    Extra {
        /// The characters.
        characters: String,
    },
    /// Neighbouring characters changed places.
    Swapped,
    /// The names have nothing in common.
    NameUnrelated,
    /// A part of the name beside the registered one.
    Part {
        /// Which.
        part: NamePart,
        /// How they agree.
        how: Agreement,
        /// As the row has it.
        written: String,
        /// As it is registered.
        registered: String,
    },
    /// What the row says is a short form of the name.
    Abbreviation,
    /// One is a branch and the other its head, or another branch.
    BranchApart,
    /// A decision with the row's number is the subject's.
    SameDocument {
        /// The number.
        number: String,
    },
}

/// What of a row a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Its identifiers.
    Code,
    /// Its name.
    Name,
    /// The number of its decision.
    Document,
}

impl Reason {
    /// What of the row it is about.
    #[must_use]
    pub const fn aspect(&self) -> Aspect {
        match self {
            Self::CodeAgrees { .. } | Self::CodeNear { .. } | Self::CodeDiffers { .. } => {
                Aspect::Code
            }
            Self::SameDocument { .. } => Aspect::Document,
            Self::NameAgrees
            | Self::FormerName { .. }
            | Self::NameSimilar { .. }
            | Self::SameCore
            | Self::Contained
            | Self::Confusable { .. }
            | Self::Missing { .. }
            | Self::Extra { .. }
            | Self::Swapped
            | Self::NameUnrelated
            | Self::Part { .. }
            | Self::Abbreviation
            | Self::BranchApart => Aspect::Name,
        }
    }

    /// True where it contradicts that the row is about the subject.
    #[must_use]
    pub const fn contradicts(&self) -> bool {
        matches!(
            self,
            Self::CodeDiffers { .. }
                | Self::NameUnrelated
                | Self::BranchApart
                | Self::Part { how: Agreement::Other, .. }
        )
    }

    /// The stable name, also the key of its words.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CodeAgrees { .. } => "code-agrees",
            Self::CodeNear { .. } => "code-near",
            Self::CodeDiffers { .. } => "code-differs",
            Self::NameAgrees => "name-agrees",
            Self::FormerName { .. } => "former-name",
            Self::NameSimilar { .. } => "name-similar",
            Self::SameCore => "same-core",
            Self::Contained => "contained",
            Self::Confusable { .. } => "confusable",
            Self::Missing { .. } => "missing",
            Self::Extra { .. } => "extra",
            Self::Swapped => "swapped",
            Self::NameUnrelated => "name-unrelated",
            Self::Part { how: Agreement::Same, .. } => "part-same",
            Self::Part { how: Agreement::Short, .. } => "part-short",
            Self::Part { how: Agreement::Missing, .. } => "part-missing",
            Self::Part { how: Agreement::Extra, .. } => "part-extra",
            Self::Part { how: Agreement::Ruined, .. } => "part-ruined",
            Self::Part { how: Agreement::Other, .. } => "part-other",
            Self::Abbreviation => "abbreviation",
            Self::BranchApart => "branch-apart",
            Self::SameDocument { .. } => "same-document",
        }
    }

    /// Every name that [`Reason::name`] gives.
    pub const NAMES: [&'static str; 22] = [
        "code-agrees",
        "code-near",
        "code-differs",
        "name-agrees",
        "former-name",
        "name-similar",
        "same-core",
        "contained",
        "confusable",
        "missing",
        "extra",
        "swapped",
        "name-unrelated",
        "part-same",
        "part-short",
        "part-missing",
        "part-extra",
        "part-ruined",
        "part-other",
        "abbreviation",
        "branch-apart",
        "same-document",
    ];

    fn values(&self, texts: &ReasonTexts, language: Language) -> Vec<(&'static str, String)> {
        let kind = |code: &CodeKind| ("code", texts.words(code.name(), language));
        match self {
            Self::CodeAgrees { code } | Self::CodeDiffers { code } => vec![kind(code)],
            Self::CodeNear { code, characters } => {
                vec![kind(code), ("characters", characters.to_string())]
            }
            Self::FormerName { name } => vec![("name", name.clone())],
            Self::NameSimilar { per_mille } => {
                vec![("percent", format!("{}.{}", per_mille / 10, per_mille % 10))]
            }
            Self::Confusable { pairs } => vec![("pairs", pairs.clone())],
            Self::Missing { characters } | Self::Extra { characters } => {
                vec![("characters", characters.clone())]
            }
            Self::NameAgrees
            | Self::SameCore
            | Self::Contained
            | Self::Swapped
            | Self::Abbreviation
            | Self::BranchApart
            | Self::NameUnrelated => Vec::new(),
            Self::Part { part, written, registered, .. } => vec![
                ("part", texts.words(part.name(), language)),
                ("written", written.clone()),
                ("registered", registered.clone()),
            ],
            Self::SameDocument { number } => vec![("number", number.clone())],
        }
    }
}

/// The words of reasons and of the kinds of codes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct ReasonTexts {
    texts: BTreeMap<String, Words>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    zh: String,
    en: String,
}

impl ReasonTexts {
    fn words(&self, name: &str, language: Language) -> String {
        self.texts.get(name).map_or_else(
            || name.to_owned(),
            |words| match language {
                Language::Chinese => words.zh.clone(),
                Language::English => words.en.clone(),
            },
        )
    }

    /// All names with words.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// A reason in words.
    #[must_use]
    pub fn text(&self, reason: &Reason, language: Language) -> String {
        let mut text = self.words(reason.name(), language);
        for (name, value) in reason.values(self, language) {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        text
    }
}

/// The words of this room's reasons. A test holds the built-in file readable and complete.
#[must_use]
pub fn reason_texts() -> ReasonTexts {
    toml::from_str(include_str!("../locales/reasons.toml")).unwrap_or_default()
}

//! What the public may see of a class, and which of its records bear negatively: for all records,
//! or by the value of a field.

use std::collections::BTreeMap;

use gongxin_model::Field as Given;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::ground::Ground;

/// How long a record is shown to the public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Publication {
    /// As long as the record stands, whatever validity it states.
    Open,
    /// As long as the record stands, and at most to the last day of the validity that it states.
    WhileValid,
    /// By the rules of a term table.
    Terms {
        /// The table's id.
        table: String,
    },
    /// By the rule of the list named in the row, and at most as the term table says.
    Lists {
        /// The term table's id.
        table: String,
    },
    /// By the value of a field. What fits no case is for authorities alone.
    When {
        /// The field that decides; its values come from a code list.
        field: String,
        /// The cases; no value stands in two.
        cases: Vec<PublicationCase>,
    },
    /// Never: it acts on others, or is for authorities alone.
    Never,
}

/// The records of a class that the public may see for the value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicationCase {
    /// The values, as codes of the list.
    pub has: Vec<String>,
    /// How long they are shown.
    pub publication: Box<Publication>,
    /// What it stands on that just these are published.
    pub ground: Ground,
}

/// What governs the publication of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Governing<'a> {
    /// How long it is shown; never `when`.
    pub publication: &'a Publication,
    /// The case that gave it, where a value decides.
    pub case: Option<&'a PublicationCase>,
}

impl Publication {
    /// The term tables that it names.
    #[must_use]
    pub fn tables(&self) -> Vec<&str> {
        match self {
            Self::Terms { table } | Self::Lists { table } => vec![table],
            Self::When { cases, .. } => {
                cases.iter().flat_map(|case| case.publication.tables()).collect()
            }
            Self::Open | Self::WhileValid | Self::Never => Vec::new(),
        }
    }

    /// The publications of single records: itself, or those of its cases.
    #[must_use]
    pub fn each(&self) -> Vec<&Self> {
        match self {
            Self::When { cases, .. } => cases.iter().map(|case| &*case.publication).collect(),
            one => vec![one],
        }
    }

    /// True if records may be entries of lists.
    #[must_use]
    pub fn is_by_list(&self) -> bool {
        self.each().into_iter().any(|one| matches!(one, Self::Lists { .. }))
    }

    /// True if the end of a record is computed from the day of its decision.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        !self.tables().is_empty()
    }
}

/// Which records of a class bear negatively on their subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "true, false, or `{ except = { field = \"…\", has = [\"…\"] } }`")]
pub enum Adverse {
    /// All, or none.
    Is(bool),
    /// By the value of a field.
    By(AdverseBy),
}

/// All records of a class but some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdverseBy {
    /// Those that do not bear negatively. What has no value, or another one, does: in doubt it is
    /// handled with the greater care.
    pub except: Condition,
}

/// That a field has one of some values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field; its values come from a code list.
    pub field: String,
    /// The values, as codes of the list.
    pub has: Vec<String>,
}

impl Adverse {
    /// True if records of the class may bear negatively.
    #[must_use]
    pub const fn may_be(&self) -> bool {
        match self {
            Self::Is(adverse) => *adverse,
            Self::By(_) => true,
        }
    }

    /// What spares a record, where a value decides.
    #[must_use]
    pub const fn except(&self) -> Option<&Condition> {
        match self {
            Self::Is(_) => None,
            Self::By(by) => Some(&by.except),
        }
    }

    /// True if a record with the value bears negatively.
    #[must_use]
    pub fn of_value(&self, value: Option<&str>) -> bool {
        match self {
            Self::Is(adverse) => *adverse,
            Self::By(by) => {
                value.is_none_or(|value| by.except.has.iter().all(|spared| spared != value))
            }
        }
    }
}

/// An id that the class, or a part of it, had before. Records handed in under it belong to the
/// class, and whoever names it means the class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// The earlier id.
    pub id: String,
    /// Field code → the value of an empty cell in what is handed in under the earlier id: what the
    /// id itself said.
    #[serde(default)]
    pub fill: BTreeMap<String, String>,
}

impl Catalogue {
    /// What governs the publication of a record with these fields.
    #[must_use]
    pub fn governing(&self, fields: &[Given]) -> Governing<'_> {
        const NEVER: &Publication = &Publication::Never;
        let Publication::When { field, cases } = &self.publication else {
            return Governing { publication: &self.publication, case: None };
        };
        let value = value_of(fields, field);
        let case = cases.iter().find(|case| {
            value.is_some_and(|value| case.has.iter().any(|published| published == value))
        });
        Governing { publication: case.map_or(NEVER, |case| &*case.publication), case }
    }

    /// True if a record with these fields bears negatively on its subject.
    #[must_use]
    pub fn is_adverse(&self, fields: &[Given]) -> bool {
        let value = self.adverse.except().and_then(|spared| value_of(fields, &spared.field));
        self.adverse.of_value(value)
    }

    /// The class as it takes in what is handed in under an id of its own or an earlier one.
    #[must_use]
    pub fn under(&self, id: &str) -> Self {
        let mut catalogue = self.clone();
        if let Some(former) = self.formerly.iter().find(|former| former.id == id) {
            for field in &mut catalogue.fields {
                if let Some(value) = former.fill.get(&field.code) {
                    field.default = Some(value.clone());
                }
            }
        }
        catalogue
    }
}

fn value_of<'a>(fields: &'a [Given], code: &str) -> Option<&'a str> {
    let field = fields.iter().find(|field| field.code.eq_ignore_ascii_case(code))?;
    Some(field.value.first()).filter(|text| !text.is_empty())
}

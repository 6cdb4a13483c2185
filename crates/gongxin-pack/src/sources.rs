//! Who supplies, and to which sector an authority belongs.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::ground::{Ground, Text};

/// Who took over from a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    /// The successor's code.
    pub code: String,
    /// The first day it acts instead.
    #[schemars(with = "String")]
    pub from: Day,
}

/// Who a body is under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// The code of the body above it.
    pub code: String,
    /// The first day it is under that one.
    #[schemars(with = "String")]
    pub from: Day,
    /// The first day it no longer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
}

impl Parent {
    /// True on a day on which it is under that body.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// A supplying body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDeclaration {
    /// Our code for it, for example `150000-market`.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Its unified social credit code, where it is known.
    #[serde(default)]
    pub uscc: Option<String>,
    /// Its division, a code of the list `regions`.
    pub region: String,
    /// Its sector.
    pub sector: String,
    /// The catalogues it may supply.
    pub supplies: Vec<String>,
    /// Its own deadline in working days, where it is not the catalogue's.
    #[serde(default)]
    pub deadline_working_days: Option<u16>,
    /// True for another platform, which hands down what others decided: it corrects nothing that a
    /// body here handed in, and what it repeats of ours is not new.
    #[serde(default)]
    pub peer: bool,
    /// Who took over from it.
    #[serde(default)]
    pub successors: Vec<Successor>,
    /// Whose office it is: who acts for that body may act for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Parent>,
    /// What the declaration stands on.
    pub ground: Ground,
}

impl SourceDeclaration {
    /// True if it may supply the catalogue, by its id or by one that it had.
    #[must_use]
    pub fn may_supply(&self, catalogue: &Catalogue) -> bool {
        let is_it = |id: &String| {
            *id == catalogue.id || catalogue.formerly.iter().any(|former| former.id == *id)
        };
        self.supplies.iter().any(is_it)
    }
}

/// A field of government, by which rules and suppliers are keyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sector {
    /// Its id: `market`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Words in the name of an authority of this sector, predecessors included. The longest word
    /// found in a name decides.
    pub keywords: Vec<String>,
    /// What it stands on.
    pub ground: Ground,
}

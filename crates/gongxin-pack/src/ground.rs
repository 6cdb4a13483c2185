//! What stands behind a value: its dates, its clause, and how sure we are of it.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Words that a person reads, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// 简体中文, the language of record.
    pub zh: String,
    /// English.
    pub en: String,
}

/// How well a value is backed by a source that somebody read.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in a source, or recomputed.
    Verified,
    /// Part of it was read; the `source` says which.
    Partly,
    /// General knowledge, or a choice of the pack. Publishes no adverse record and opens no list
    /// until a named steward adopts it.
    Unverified,
}

/// Who issued a law, rule, standard or notice, and thereby what may stand on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Issuer {
    /// 全国人民代表大会及其常务委员会: laws.
    Congress,
    /// 国务院及其办公厅: administrative regulations, central documents.
    StateCouncil,
    /// 国务院部门: rules and documents of a department.
    Ministry,
    /// 最高人民法院: judicial interpretations.
    Court,
    /// 省级人民代表大会及其常务委员会: local regulations.
    RegionalCongress,
    /// 省级人民政府: local rules and documents.
    RegionalGovernment,
    /// Standards and reports: they say how something is written, never that it is published.
    Standards,
    /// The rehearsal's own: nothing real may stand on it.
    Invented,
}

impl Issuer {
    /// True if what bears negatively may be published, listed or ended on its word.
    #[must_use]
    pub const fn may_burden(self) -> bool {
        !matches!(self, Self::Standards | Self::Invented)
    }

    /// True if a list of seriously untrustworthy entities may stand on its word: laws, regulations
    /// and central documents, rules of departments for the time being, local regulations
    /// (国办发〔2020〕49号).
    #[must_use]
    pub const fn may_found_lists(self) -> bool {
        self.may_burden() && !matches!(self, Self::RegionalGovernment)
    }
}

/// A law, rule, standard or notice that values cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// Its title in both languages.
    pub title: Text,
    /// Who issued it. Rulebooks adopted before this was asked do not say.
    #[serde(default)]
    pub issuer: Option<Issuer>,
    /// The fields of government that it is about; empty is every one.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Its document number.
    #[serde(default)]
    pub number: Option<String>,
    /// The day it was issued.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub issued: Option<Day>,
    /// The first day it is in force.
    #[schemars(with = "String")]
    pub from: Day,
    /// The first day it is no longer in force.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
    /// How well title, number and dates are known.
    pub confidence: Confidence,
    /// Where it was read.
    #[serde(default)]
    pub source: Option<String>,
}

/// One clause: a law of the pack and the place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// The id of the law.
    pub law: String,
    /// The article, section or annex, as it is cited in Chinese: `第九条`.
    #[serde(default)]
    pub article: Option<String>,
}

/// What a value stands on: since when, until when, on which clauses, and how sure we are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// The first day the value holds.
    #[schemars(with = "String")]
    pub from: Day,
    /// The first day it no longer holds.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
    /// The clauses, at least one.
    pub basis: Vec<Cite>,
    /// How well the value itself is known.
    pub confidence: Confidence,
    /// Why the confidence is what it is: what was read, what is recalled or chosen.
    #[serde(default)]
    pub source: Option<String>,
}

impl Ground {
    /// True if the value holds on the day.
    #[must_use]
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// True if there is a day on which both hold.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from < until)
            && other.until.is_none_or(|until| self.from < until)
    }
}

/// A clause with the law it names, as pages and reports show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// The law's id in the rulebook.
    pub law: String,
    /// The title.
    pub title: Text,
    /// The document number.
    pub number: Option<String>,
    /// The article.
    pub article: Option<String>,
    /// The first day the law is in force.
    pub from: Day,
    /// The first day it is no longer in force.
    pub until: Option<Day>,
    /// How well the law itself is known.
    pub confidence: Confidence,
}

//! A record's page: the decision, why it is shown, how its term was computed, where it is from.

use gongxin_model::{Day, Digest, Instant, PublicId};
use serde::{Deserialize, Serialize};

use super::{Coded, Section, ShownFact, ShownFreshness, ShownLink, Words};

/// One decision or fact about one organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRecord {
    /// The record's public id, which is also its address.
    pub id: PublicId,
    /// The organisation.
    pub subject: ShownLink,
    /// The catalogue.
    pub catalogue: Coded,
    /// The section of the subject's page it stands in.
    pub section: Section,
    /// True for what speaks against the subject; such a page asks not to be indexed or kept.
    pub adverse: bool,
    /// The document's number as written, where the catalogue has one.
    pub document_number: Option<String>,
    /// What the record is called, where its class says by what, or it has no number.
    pub title: Option<String>,
    /// The deciding authority, where stated.
    pub authority: Option<String>,
    /// The day of the decision, where stated.
    pub decided_on: Option<Day>,
    /// The last day it is shown; absent where it has no end.
    pub published_until: Option<Day>,
    /// The decision's public fields in the catalogue's order. No person's name is among them.
    pub facts: Vec<ShownFact>,
    /// Why it is shown.
    pub why: ShownWhy,
    /// How its term was computed, step by step.
    pub term: Vec<ShownTermStep>,
    /// True where two sets of rules gave different ends and the earlier one applies.
    pub earlier_of_two: bool,
    /// By when an objection is checked, and repair answered.
    #[serde(default)]
    pub rights: ShownRights,
    /// The objection being checked, if there is one.
    pub dispute: Option<ShownDispute>,
    /// What its subject says beside it.
    #[serde(default)]
    pub reply: Option<ShownReply>,
    /// The days on which it was corrected and the fields concerned; old values are not shown.
    pub corrections: Vec<ShownCorrection>,
    /// Where it comes from, and what proves it.
    pub origin: ShownOrigin,
    /// When it was last received and checked.
    pub freshness: ShownFreshness,
}

/// Why a record is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownWhy {
    /// The clauses it is shown under, as the pack cites them, the first being the chief one.
    pub basis: Vec<String>,
    /// The catalogue entry that names it.
    pub entry: Words,
    /// The body that supplied it.
    pub source: String,
}

/// One step of the computation of a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTermStep {
    /// Which step it is.
    pub part: TermPart,
    /// The day it gives.
    pub day: Option<Day>,
    /// The length it adds, in calendar months.
    pub months: Option<u32>,
    /// What else is to be said, for example the class, or what the term starts from.
    pub words: Option<Words>,
    /// The clause behind it, as the pack cites it.
    pub basis: Option<String>,
}

/// The steps of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermPart {
    /// 适用规则: the rule and its generation.
    Rule,
    /// 起算日: the day it starts from.
    Starts,
    /// 类别: the class of conduct.
    Class,
    /// 最短公示期.
    Minimum,
    /// 可申请修复之日.
    RepairFrom,
    /// 最长公示期.
    Maximum,
    /// 来源单位写明的截止日期: the end that the authority stated.
    StatedEnd,
    /// 停止公示之日: the last day it is shown.
    Ends,
}

/// By when an objection is checked, and repair answered, as the packs say it on the day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownRights {
    /// How long an objection to the content is checked.
    pub objection: Option<ShownLimit>,
    /// How long repair is decided on.
    pub repair: Option<ShownLimit>,
    /// The first day on which repair may be asked for.
    pub repair_from: Option<Day>,
}

/// A time limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownLimit {
    /// So many working days.
    pub working_days: u16,
    /// False where the pack marks it as not verified.
    pub is_verified: bool,
}

/// What a subject says beside a record; nobody vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownReply {
    /// The text, as the subject wrote it.
    pub text: String,
    /// The day on which it was published.
    pub on: Day,
}

/// An objection that is being checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownDispute {
    /// The day it was raised.
    pub on: Day,
    /// Who checks it; empty where the platform does.
    pub authority: String,
    /// The day by which an answer is due, where the pack knows one.
    pub due: Option<Day>,
}

/// A correction: the day and the fields, never the old values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCorrection {
    /// The day the platform received it.
    pub on: Day,
    /// The labels of the corrected fields.
    pub fields: Vec<Words>,
}

/// Where a record comes from, and what proves that the archive holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownOrigin {
    /// The body that supplied it.
    pub source: String,
    /// Its code.
    pub source_code: String,
    /// When the platform received it.
    pub received: Instant,
    /// The place of its entry in the archive.
    pub entry: u64,
    /// The digest of the entry's envelope, which is its leaf in the log.
    pub digest: Digest,
    /// The digest of the rulebook that judged it.
    pub rulebook: Digest,
}

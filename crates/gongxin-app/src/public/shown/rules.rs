//! The adopted rulebook for people: what each value is, since when, on which clause, how sure, and
//! what it does. Everything here is policy; nothing is about an organisation.

use gongxin_model::{Day, Instant};
use serde::Serialize;

pub use gongxin_pack::{
    AppliesTo, Class as ConductClass, Confidence, Effect, Issuer, Nature, Personal, Scope,
    TermStart, Visibility,
};

use super::{Section, View, Words};

/// Which rulebook is asked for, and on which day it is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RulesAsk {
    /// The day on which rules are read, and by when the rulebook had been adopted.
    pub view: View,
    /// One adopted rulebook; absent for the one in force.
    pub book: Option<BookKey>,
}

/// An adopted rulebook as a permanent link names it: the number of its adoption and the first
/// characters of its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookKey {
    /// The number of the adoption, from 1.
    pub no: i64,
    /// At least 16 characters of the digest.
    pub digest: String,
}

impl BookKey {
    /// Characters of a digest that a link holds.
    pub const CHARACTERS: usize = 16;

    /// Reads `3-9f86d081884c7d65`; None for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (no, digest) = text.split_once('-')?;
        let no: i64 = no.parse().ok().filter(|no| *no > 0)?;
        let is_digest = (Self::CHARACTERS..=64).contains(&digest.len())
            && digest.bytes().all(|one| matches!(one, b'0'..=b'9' | b'a'..=b'f'));
        is_digest.then(|| Self { no, digest: digest.to_owned() })
    }
}

/// The families of values that have a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleFamily {
    /// A record class.
    Class,
    /// A rule on how long records are public.
    Term,
    /// A list.
    List,
    /// A law, rule, standard or notice.
    Law,
}

impl RuleFamily {
    /// The word in addresses and in locale keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Term => "term",
            Self::List => "list",
            Self::Law => "law",
        }
    }

    /// The word before an id in the rulebook, as adoption names a value.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Class => "catalogue",
            Self::Term => "term",
            Self::List => "list",
            Self::Law => "law",
        }
    }
}

/// An adopted rulebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownBook {
    /// What a permanent link holds.
    pub key: String,
    /// The number of the adoption.
    pub no: u64,
    /// The digest of the rulebook, in hex.
    pub digest: String,
    /// When it was adopted.
    pub adopted: Instant,
    /// The place of the adoption's entry in the archive.
    pub entry: u64,
    /// True for the one in force.
    pub present: bool,
    /// How many values were adopted without being verified.
    pub unverified: u64,
}

/// Whether a value holds on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// It does.
    Now,
    /// From a later day.
    Later,
    /// Not any more.
    Over,
}

impl Holds {
    /// Whether something from one day until another holds on a third.
    #[must_use]
    pub fn on(day: Day, from: Day, until: Option<Day>) -> Self {
        if until.is_some_and(|until| until <= day) {
            Self::Over
        } else if day < from {
            Self::Later
        } else {
            Self::Now
        }
    }
}

/// How sure a value is, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Surety {
    /// Read in a source.
    Verified,
    /// Partly read.
    Partly,
    /// Not verified, adopted by the steward all the same.
    Adopted,
    /// Not verified and not adopted: it publishes nothing adverse.
    WithoutEffect,
    /// Not verified, and nothing that bears negatively hangs on it.
    Recalled,
}

/// When a value that is not verified was adopted. Who acts is the platform's steward; accounts are
/// named in the entry, never here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ShownAccepted {
    /// The number of the adoption.
    pub no: u64,
    /// The day.
    pub on: Day,
    /// The entry.
    pub entry: u64,
}

/// A clause of a law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownClause {
    /// The law's id.
    pub law: String,
    /// Its title.
    pub title: Words,
    /// Its document number.
    pub number: Option<String>,
    /// The article, as it is cited.
    pub article: Option<String>,
    /// The first day of the law.
    pub from: Day,
    /// The first day it is no longer in force.
    pub until: Option<Day>,
    /// Whether it is in force on the day.
    pub holds: Holds,
}

/// What a value stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownGround {
    /// The first day it holds.
    pub from: Day,
    /// The first day it no longer holds.
    pub until: Option<Day>,
    /// Whether it holds on the day.
    pub holds: Holds,
    /// How sure it is.
    pub surety: Surety,
    /// When it was adopted without being verified.
    pub accepted: Option<ShownAccepted>,
    /// Why it is as sure as it is, in the words of the pack.
    pub why: Option<String>,
    /// The clauses.
    pub clauses: Vec<ShownClause>,
}

/// A value by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownItem {
    /// Its family.
    pub family: RuleFamily,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Words,
}

/// The whole rulebook, an item a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRules {
    /// Which one.
    pub book: ShownBook,
    /// The day on which it is read.
    pub day: Day,
    /// The packs it is made of.
    pub packs: Vec<Words>,
    /// Record classes in the order of the official report.
    pub classes: Vec<ShownClassLine>,
    /// The rules on terms of publication, table by table.
    pub terms: Vec<ShownTermLine>,
    /// Lists.
    pub lists: Vec<ShownListLine>,
    /// Laws, those in force first.
    pub laws: Vec<ShownLawLine>,
    /// Values that are not verified and were not adopted.
    pub waiting: Vec<ShownItem>,
    /// All adoptions, the latest first.
    pub adoptions: Vec<ShownBook>,
}

/// A record class on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownClassLine {
    /// Which.
    pub item: ShownItem,
    /// The section of the official report.
    pub section: Section,
    /// Its widest audience.
    pub visibility: Visibility,
    /// Which records bear negatively.
    pub adverse: AdverseWord,
    /// How long records are shown.
    pub how: How,
    /// How sure it is.
    pub surety: Surety,
    /// Whether it holds.
    pub holds: Holds,
}

/// A term rule on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownTermLine {
    /// Which.
    pub item: ShownItem,
    /// For which authorities, and for decisions of which time.
    pub reach: ShownReach,
    /// The terms.
    pub classes: Vec<ShownConduct>,
    /// How sure it is.
    pub surety: Surety,
}

/// A list on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownListLine {
    /// Which.
    pub item: ShownItem,
    /// Who decides.
    pub authority: Words,
    /// The longest time on it, in months; absent: until the duty is performed.
    pub max_months: Option<u16>,
    /// How sure it is.
    pub surety: Surety,
    /// Whether it holds.
    pub holds: Holds,
}

/// A law on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLawLine {
    /// Which.
    pub item: ShownItem,
    /// Its document number.
    pub number: Option<String>,
    /// Who issued it.
    pub issuer: Option<Issuer>,
    /// The first day it is in force.
    pub from: Day,
    /// The first day it is no longer in force.
    pub until: Option<Day>,
    /// Whether it is in force on the day.
    pub holds: Holds,
}

/// Which records of a class bear negatively.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdverseWord {
    /// Every one.
    All,
    /// Some, by the value of a field.
    Some,
    /// None.
    None,
}

/// How long records are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// As long as the record stands.
    Open,
    /// To the last day of its validity.
    WhileValid,
    /// By term rules.
    Terms,
    /// By the rule of its list.
    Lists,
    /// By the value of a field.
    When,
    /// Not to the public.
    Never,
}

/// That a field has one of some values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownCondition {
    /// The field.
    pub field: Words,
    /// The values.
    pub values: Vec<Words>,
}

/// What the public sees of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownPublication {
    /// For which records; absent: for all.
    pub when: Option<ShownCondition>,
    /// How long.
    pub how: How,
    /// What this stands on where it is not the class's own ground.
    pub ground: Option<ShownGround>,
}

/// A field of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownField {
    /// The code as on the wire.
    pub code: String,
    /// The label.
    pub name: Words,
    /// To whom it may be shown.
    pub visibility: Visibility,
    /// What is done with personal data in it.
    pub personal: Personal,
    /// For whom it must be filled.
    pub required: Vec<Scope>,
    /// The code list of its values.
    pub list: Option<Words>,
}

/// A form in which a class may be handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownEdition {
    /// Its name.
    pub name: Words,
    /// True for a table of natural persons, refused whole.
    pub refuses_persons: bool,
}

/// What an act does to other records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownAct {
    /// The classes on which it may act.
    pub targets: Vec<ShownItem>,
    /// What happens, by the outcome that the row states; none: for every row.
    pub cases: Vec<(Vec<Words>, Effect)>,
}

/// A value with all that is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRule {
    /// In which rulebook.
    pub book: ShownBook,
    /// The day on which it is read.
    pub day: Day,
    /// Which.
    pub item: ShownItem,
    /// What it stands on; absent for a law.
    pub ground: Option<ShownGround>,
    /// What it says.
    pub says: ShownSays,
    /// The value as the pack has it.
    #[serde(skip)]
    pub value: serde_json::Value,
}

/// What a value says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownSays {
    /// A record class.
    Class(Box<ShownClass>),
    /// A rule on terms.
    Term(Box<ShownTerm>),
    /// A list.
    List(Box<ShownList>),
    /// A law.
    Law(Box<ShownLaw>),
}

/// A record class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownClass {
    /// Ids it had before.
    pub formerly: Vec<String>,
    /// The section of the official report.
    pub section: Section,
    /// What a record is.
    pub nature: Nature,
    /// Which records bear negatively.
    pub adverse: AdverseWord,
    /// Those that do not, where a value decides.
    pub spared: Option<ShownCondition>,
    /// Its widest audience.
    pub visibility: Visibility,
    /// Whom it may be about.
    pub scope: Vec<Scope>,
    /// The sectors that may supply it; none: every sector.
    pub suppliers: Vec<Words>,
    /// Working days from the decision within which it is handed in.
    pub deadline_working_days: Option<u16>,
    /// What the public sees, and for how long.
    pub publications: Vec<ShownPublication>,
    /// The term rules that may govern it.
    pub terms: Vec<ShownTermLine>,
    /// What counts where two rules apply, with its ground.
    pub transition: Vec<ShownGround>,
    /// The lists whose entries it holds.
    pub lists: Vec<ShownListLine>,
    /// Years that content is kept after publication ended; absent: for good.
    pub retention_years: Option<u16>,
    /// What the time of keeping stands on.
    pub retention: ShownGround,
    /// Classes whose records of the same decision end with it.
    pub ends: Vec<ShownItem>,
    /// What it does to other records.
    pub act: Option<ShownAct>,
    /// What identifies a record: each part, with its alternatives.
    pub key: Vec<Vec<Words>>,
    /// What identifies the decision that several records share.
    pub decision: Vec<Words>,
    /// Its fields.
    pub fields: Vec<ShownField>,
    /// Forms that may be handed in.
    pub editions: Vec<ShownEdition>,
}

/// Where a term rule reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownReach {
    /// The sectors of authority; none: every sector but those excepted.
    pub sectors: Vec<Words>,
    /// Sectors that have rules of their own.
    pub except: Vec<Words>,
    /// Which day counts.
    pub to: AppliesTo,
    /// The first day.
    pub from: Day,
    /// The first day no longer.
    pub until: Option<Day>,
    /// Only decisions from this day on.
    pub decided_from: Option<Day>,
    /// Only decisions before this day.
    pub decided_before: Option<Day>,
}

/// What a term rule does with a class of conduct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownConduct {
    /// The class.
    pub class: ConductClass,
    /// False: not public.
    pub public: bool,
    /// Months until repair may be applied for.
    pub min_months: u16,
    /// Months of publication at most; absent: as long as the record stands.
    pub max_months: Option<u16>,
    /// What conduct that is.
    pub conduct: Vec<Words>,
    /// True for the class of all conduct that no line takes.
    pub otherwise: bool,
}

/// A rule on terms of publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownTerm {
    /// The table it belongs to.
    pub table: Words,
    /// What counts where several rules of the table apply.
    pub transition: ShownGround,
    /// Where it reaches.
    pub reach: ShownReach,
    /// The day from which terms run.
    pub start: TermStart,
    /// True: the day that the months give is the last public one.
    pub end_inclusive: bool,
    /// The terms.
    pub classes: Vec<ShownConduct>,
    /// The record classes whose terms it may give.
    pub governs: Vec<ShownItem>,
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownList {
    /// Other ways it is written.
    pub spellings: Vec<String>,
    /// Who decides.
    pub authority: Words,
    /// The sectors that may supply entries.
    pub sectors: Vec<Words>,
    /// True where its rule names individual businesses.
    pub names_individual_businesses: bool,
    /// How long an entry stands, conduct by conduct; the last for all other.
    pub times: Vec<ShownListTime>,
    /// The record classes that hold its entries.
    pub classes: Vec<ShownItem>,
}

/// The time on a list for some conduct.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownListTime {
    /// The conduct; absent: all other.
    pub conduct: Option<Words>,
    /// Months from which an early exit may be applied for.
    pub early_exit_months: Option<u16>,
    /// Months at most; absent: until the duty is performed.
    pub max_months: Option<u16>,
    /// Months that the authority may state instead.
    pub stated_months: Option<u16>,
}

/// A law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownLaw {
    /// Its document number.
    pub number: Option<String>,
    /// Who issued it.
    pub issuer: Option<Issuer>,
    /// The day it was issued.
    pub issued: Option<Day>,
    /// The first day it is in force.
    pub from: Day,
    /// The first day it is no longer in force.
    pub until: Option<Day>,
    /// Whether it is in force on the day.
    pub holds: Holds,
    /// How well title, number and dates are known.
    pub confidence: Confidence,
    /// Where it was read.
    pub why: Option<String>,
    /// True where lists may stand on it.
    pub may_found_lists: bool,
    /// What rests on it, with the articles that are cited.
    pub rests: Vec<(ShownItem, Vec<String>)>,
}

/// What became of a value between two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleChange {
    /// It begins to hold.
    Begins,
    /// It ceases to hold.
    Ceases,
    /// The later rulebook has it, the earlier not.
    New,
    /// The earlier rulebook has it, the later not.
    Gone,
    /// Its text was altered.
    Altered,
    /// It is adopted without being verified, and was not before.
    Accepted,
    /// It is not adopted any more.
    Left,
}

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRuleChange {
    /// Which.
    pub item: ShownItem,
    /// What became of it.
    pub change: RuleChange,
    /// The parts of it that were altered, in the pack's own words.
    pub parts: Vec<String>,
}

/// What changed between two days or two adopted rulebooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownRuleChanges {
    /// The earlier rulebook.
    pub before: ShownBook,
    /// The day on which it is read.
    pub before_day: Day,
    /// The later rulebook.
    pub after: ShownBook,
    /// The day on which it is read.
    pub after_day: Day,
    /// What differs, family by family.
    pub lines: Vec<ShownRuleChange>,
    /// All adoptions, the latest first.
    pub adoptions: Vec<ShownBook>,
}

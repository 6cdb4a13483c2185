//! Registers: records of many subjects in the order of their receipt, and how well bodies hand in.

use gongxin_model::{Day, Instant};
use serde::{Deserialize, Serialize};

use super::{Coded, PageAsk, ShownFact, ShownOption, ShownRow, View, Words};

/// Which records of a register are asked for. What is named narrows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterAsk {
    /// Supplied by a body of this division (GB/T 2260) or of one under it.
    pub region: Option<String>,
    /// Supplied by this body, or by one that it took over from.
    pub source: Option<String>,
    /// Of this catalogue.
    pub catalogue: Option<String>,
    /// Decided on this day or later.
    pub from: Option<Day>,
    /// Decided on this day or before.
    pub until: Option<Day>,
    /// The page, the latest received first.
    pub page: PageAsk,
}

impl RegisterAsk {
    /// The first page of the whole register.
    #[must_use]
    pub const fn first(size: u16) -> Self {
        Self {
            region: None,
            source: None,
            catalogue: None,
            from: None,
            until: None,
            page: PageAsk::first(size),
        }
    }
}

/// A page of a register. How many records the whole has is not told: it would be counted on every
/// visit, and the difference of two days would tell of single ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownRegister {
    /// The records, the latest received first.
    pub items: Vec<ShownEntry>,
    /// The key after which the next page begins; absent where the register is read to its end.
    /// Valid still when the record it was made from is no longer shown.
    pub next: Option<String>,
    /// Set where the page is short because one visit reads only so far: what was received since
    /// then was looked through.
    pub reached: Option<Instant>,
}

/// A record of a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownEntry {
    /// The record.
    pub row: ShownRow,
    /// Whom it is about.
    pub subject: ShownParty,
    /// Who supplied it.
    pub source: ShownBody,
    /// When it was handed in.
    pub received: Instant,
    /// What else the register tells of it.
    pub facts: Vec<ShownFact>,
}

/// A subject in a register.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownParty {
    /// The name; masked where it may be a person's.
    pub name: String,
    /// The code, which is also the address. Absent where the name is masked: such a subject is
    /// named as the law publishes it, but is no link and goes out in no file.
    pub code: Option<String>,
}

/// A body that supplies records.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownBody {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Words,
}

/// What a register can be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownNarrowing {
    /// The divisions that have bodies, a city before its counties.
    pub regions: Vec<ShownOption>,
    /// The bodies, within the division asked for.
    pub sources: Vec<ShownOption>,
    /// The catalogues.
    pub catalogues: Vec<ShownOption>,
}

/// `/double-publicity`: licences and penalties as handed in, and who hands in in time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownDoublePublicity {
    /// The records.
    pub page: ShownRegister,
    /// What they can be narrowed to.
    pub narrowing: ShownNarrowing,
    /// The deadline of reporting in working days, where all classes have the same.
    pub deadline: Option<u16>,
    /// How well the bodies of the division asked for handed in; absent until it was measured.
    pub measured: Option<ShownMeasured>,
}

/// `/commitments`: what organisations promised.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownCommitments {
    /// The commitments.
    pub page: ShownRegister,
    /// What they can be narrowed to.
    pub narrowing: ShownNarrowing,
    /// True where the rules let the public see whether a commitment was kept.
    pub tells_fulfilment: bool,
}

/// How well bodies handed in, measured at a fixed rhythm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownMeasured {
    /// The month whose decisions were counted, `2026-10`.
    pub period: String,
    /// As it was known at the end of this day.
    pub as_of: Day,
    /// The least whole that is told.
    pub least: u64,
    /// What each figure says.
    pub definitions: Vec<ShownDefinition>,
    /// The bodies, or the classes of one, by code.
    pub lines: Vec<ShownMeasures>,
}

/// What a figure says, and how well that is backed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownDefinition {
    /// The figure's id, `timeliness`.
    pub id: String,
    /// What it is called.
    pub name: Words,
    /// What it says.
    pub definition: Words,
    /// How well the definition is known: `verified`, `partly`, `unverified`.
    pub confidence: String,
    /// Why that well.
    pub source: Option<String>,
}

/// The figures of one body over its classes, or of one of its classes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownMeasures {
    /// The body, or the class.
    pub of: Coded,
    /// Each figure, in the order of the definitions.
    pub figures: Vec<ShownShare>,
}

/// A share of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ShownShare {
    /// It is not known, or there was nothing to count.
    #[default]
    Unknown,
    /// Too few to be told.
    Few,
    /// So many of so many.
    Of {
        /// The part.
        part: u64,
        /// The whole.
        whole: u64,
        /// The part per mille of the whole, rounded down.
        per_mille: u64,
    },
}

/// Which entries of a list are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAsk {
    /// The list's id.
    pub id: String,
    /// The page, the latest received first.
    pub page: PageAsk,
    /// The day looked at.
    pub view: View,
}

/// A list and its rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownList {
    /// Its id, which is also its address.
    pub list: Coded,
    /// Who decides.
    pub authority: Words,
    /// The clauses in force that it stands on.
    pub basis: Vec<String>,
    /// How well its rule is known: `verified`, `partly`, `unverified`.
    pub confidence: String,
    /// Why that well.
    pub known_from: Option<String>,
    /// How long an entry stands: the rule first, then what differs by conduct.
    pub terms: Vec<ShownListTerm>,
    /// True where its own rule names individual businesses too.
    pub names_individual_businesses: bool,
}

/// How long an entry stands on a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownListTerm {
    /// The conduct; absent for the rule itself.
    pub conduct: Option<Words>,
    /// Months from which leaving early may be applied for; absent where the rule says none.
    pub early_exit_months: Option<u16>,
    /// The longest time in months; absent for as long as the duty is not performed.
    pub max_months: Option<u16>,
    /// The longest time that the authority may state instead, in months.
    pub stated_months: Option<u16>,
}

/// A list with a page of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownListPage {
    /// The list.
    pub list: ShownList,
    /// Its entries.
    pub page: ShownRegister,
}

/// A body that supplies records, in the list of all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSupplier {
    /// The body.
    pub body: ShownBody,
    /// Its division.
    pub region: Option<Coded>,
    /// Its sector.
    pub sector: Coded,
    /// When it last handed in; absent where it never did.
    pub received: Option<Instant>,
    /// So many working days past the deadline of reporting nothing came; 0 where it is in time or
    /// has no deadline.
    pub overdue: u32,
    /// How much it handed in in time; absent until it was measured.
    pub timeliness: Option<ShownShare>,
    /// True for another platform, which hands down what others decided.
    pub peer: bool,
    /// The first day on which another body acts instead, where there is one by today.
    pub replaced: Option<Day>,
}

/// `/sources/CODE`: one body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSupplierPage {
    /// The body as the list of all has it.
    pub supplier: ShownSupplier,
    /// The clauses in force that its declaration stands on.
    pub basis: Vec<String>,
    /// What it may supply.
    pub supplies: Vec<ShownSupply>,
    /// Who acted before, the first day of this body with each.
    pub predecessors: Vec<ShownHandover>,
    /// Who acts after, from which day on.
    pub successors: Vec<ShownHandover>,
    /// Its figures by class; absent until they were measured.
    pub measured: Option<ShownMeasured>,
    /// How many objections it lets wait beyond their day.
    #[serde(default)]
    pub overdue_objections: u64,
}

/// What a body may supply, and on what basis.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownSupply {
    /// The catalogue.
    pub catalogue: Coded,
    /// The clauses in force of the catalogue.
    pub basis: Vec<String>,
    /// The deadline of reporting, in working days from the decision.
    pub deadline: Option<u16>,
    /// When the body last handed in records of it.
    pub received: Option<Instant>,
    /// True where the public sees records of it.
    pub is_public: bool,
}

/// One body in place of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownHandover {
    /// The other body.
    pub body: ShownBody,
    /// The first day of the later one.
    pub from: Day,
}

/// Which two days of a subject are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesAsk {
    /// The subject's code, upper case and half-width.
    pub code: String,
    /// The earlier day.
    pub from: Day,
    /// The later day.
    pub until: Day,
}

/// What is shown of a subject on the later day and was not on the earlier one. What may not be
/// shown today is on neither side, and nothing tells of an end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownChanges {
    /// The subject.
    pub subject: super::ShownLink,
    /// Records that were added.
    pub added: Vec<ShownRow>,
    /// Records that were corrected, with the labels of the fields.
    pub corrected: Vec<ShownCorrected>,
    /// Names taken in between.
    pub renamed: Vec<super::ShownFormerName>,
    /// The fields of the registration that changed in between.
    pub registration: Vec<super::ShownCorrection>,
    /// True where there were too many records to compare them all.
    pub is_cut: bool,
}

/// A corrected record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCorrected {
    /// The record.
    pub row: ShownRow,
    /// Its corrections in between.
    pub corrections: Vec<super::ShownCorrection>,
}

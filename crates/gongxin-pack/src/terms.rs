//! How long an adverse record is public: rules by authority sector and generation.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::{Ground, Text};

/// The class of conduct.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// 轻微.
    Minor,
    /// 一般.
    Ordinary,
    /// 严重.
    Serious,
}

impl Class {
    /// The word in the store and in locale keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Ordinary => "ordinary",
            Self::Serious => "serious",
        }
    }
}

/// The procedure in which a decision was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Procedure {
    /// 简易程序.
    Summary,
    /// 普通程序.
    General,
}

/// Which day of a record places it under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AppliesTo {
    /// Records decided in the period.
    DecidedOn,
    /// Records first published in the period.
    PublishedOn,
    /// All records, whenever decided, seen from a day in the period.
    AllFrom,
}

/// To which records a rule applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// Which day counts.
    pub to: AppliesTo,
    /// The first day.
    #[schemars(with = "String")]
    pub from: Day,
    /// The first day no longer.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub until: Option<Day>,
    /// For `all-from`: only records decided before this day.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub decided_before: Option<Day>,
    /// For `all-from`: only records decided from this day on.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub decided_from: Option<Day>,
}

/// The day from which a term runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TermStart {
    /// The date of the document that establishes the conduct.
    Decision,
    /// The day of first publication.
    Publication,
}

/// How months are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Months {
    /// Calendar months; the last day of the month where it has no such day.
    Calendar,
}

/// The term of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassTerm {
    /// The class.
    pub class: Class,
    /// False: records of the class are not public.
    pub public: bool,
    /// Months after which repair may be applied for.
    pub min_months: u16,
    /// Months after which publication stops by itself. Absent: as long as the record stands, to the
    /// last day of its validity where it states one. No adverse record may be public without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_months: Option<u16>,
}

/// One line of the table that sorts conduct into classes. All conditions given must hold; the
/// first line that fits counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassLine {
    /// The class it gives.
    pub class: Class,
    /// The procedure.
    #[serde(default)]
    pub procedure: Option<Procedure>,
    /// At least one of these kinds of penalty.
    #[serde(default)]
    pub any_kind: Vec<String>,
    /// No kind but these, and at least one.
    #[serde(default)]
    pub only_kinds: Vec<String>,
    /// Fine and confiscated value together, in yuan, at least.
    #[serde(default)]
    pub amount_yuan_from: Option<u64>,
    /// Fine and confiscated value together, in yuan, less than.
    #[serde(default)]
    pub amount_yuan_below: Option<u64>,
    /// The authority's sector is one of these.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// The record is an entry of a list.
    #[serde(default)]
    pub list_entry: Option<bool>,
    /// Why, for the reader of a record page.
    pub text: Text,
}

/// What is known about a record when it is sorted into a class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conduct {
    /// The authority's sector.
    pub sector: String,
    /// Canonical penalty kinds.
    pub kinds: Vec<String>,
    /// The procedure, where it is known.
    pub procedure: Option<Procedure>,
    /// Fine and confiscated value together, in fen.
    pub amount_fen: Option<i64>,
    /// True for an entry of a list.
    pub list_entry: bool,
}

/// A class and the reason for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classified<'a> {
    /// The class.
    pub class: Class,
    /// The words of the line that gave it; None if it is the rule's default.
    pub because: Option<&'a Text>,
}

/// One generation of rules for some sectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermRule {
    /// Its id, unique in the rulebook: `order-36`.
    pub id: String,
    /// Its name, as a record page shows it.
    pub name: Text,
    /// The generation it belongs to: `527`, `58`, `samr-2021`, `samr-2025`, `36`.
    pub generation: String,
    /// To which records it applies.
    pub applies: Applies,
    /// The authority sectors; empty is every sector.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Sectors that have rules of their own instead.
    #[serde(default)]
    pub except_sectors: Vec<String>,
    /// The day from which terms run.
    pub start: TermStart,
    /// How months are added.
    pub months: Months,
    /// True: the day that `start + months` gives is the last public day. False: it is the first
    /// day no longer public.
    pub end_inclusive: bool,
    /// The terms, one for each class.
    pub terms: Vec<ClassTerm>,
    /// The class where no line fits.
    pub default_class: Class,
    /// The lines that sort conduct into classes, in order.
    pub classes: Vec<ClassLine>,
    /// What the rule stands on.
    pub ground: Ground,
}

impl TermRule {
    /// The term of a class.
    #[must_use]
    pub fn term(&self, class: Class) -> Option<&ClassTerm> {
        self.terms.iter().find(|term| term.class == class)
    }

    /// The class of conduct under this rule.
    #[must_use]
    pub fn classify(&self, conduct: &Conduct) -> Classified<'_> {
        self.classes.iter().find(|line| line.fits(conduct)).map_or(
            Classified { class: self.default_class, because: None },
            |line| Classified { class: line.class, because: Some(&line.text) },
        )
    }

    /// True if the rule covers the sector.
    #[must_use]
    pub fn covers(&self, sector: &str) -> bool {
        (self.sectors.is_empty() || self.sectors.iter().any(|one| one == sector))
            && !self.except_sectors.iter().any(|one| one == sector)
    }

    /// The days after the one given on which it begins or ceases to apply by itself.
    #[must_use]
    pub fn turning_days(&self, day: Day) -> Vec<Day> {
        match self.applies.to {
            AppliesTo::AllFrom => [Some(self.applies.from), self.applies.until]
                .into_iter()
                .flatten()
                .filter(|turning| day < *turning)
                .collect(),
            AppliesTo::DecidedOn | AppliesTo::PublishedOn => Vec::new(),
        }
    }

    /// True if it applies to a record decided and first published on the days, seen on `as_of`.
    #[must_use]
    pub fn applies(&self, decided_on: Day, published_on: Option<Day>, as_of: Day) -> bool {
        let applies = &self.applies;
        let inside =
            |day: Day| applies.from <= day && applies.until.is_none_or(|until| day < until);
        match applies.to {
            AppliesTo::DecidedOn => inside(decided_on),
            AppliesTo::PublishedOn => published_on.is_some_and(inside),
            AppliesTo::AllFrom => {
                inside(as_of)
                    && applies.decided_before.is_none_or(|day| decided_on < day)
                    && applies.decided_from.is_none_or(|day| day <= decided_on)
            }
        }
    }

    /// The first day on which a term of so many months from `start` is over.
    #[must_use]
    pub fn first_day_after(&self, start: Day, months: u16) -> Day {
        let Months::Calendar = self.months;
        let day = start.plus_months(i32::from(months));
        if self.end_inclusive { day.plus_days(1) } else { day }
    }
}

impl ClassLine {
    /// True if all its conditions hold.
    #[must_use]
    pub fn fits(&self, conduct: &Conduct) -> bool {
        let has = |kinds: &[String]| conduct.kinds.iter().any(|kind| kinds.contains(kind));
        let only = |kinds: &[String]| {
            !conduct.kinds.is_empty() && conduct.kinds.iter().all(|kind| kinds.contains(kind))
        };
        let amount = conduct.amount_fen.map(|fen| u64::try_from(fen / 100).unwrap_or(0));
        self.procedure.is_none_or(|procedure| conduct.procedure == Some(procedure))
            && (self.any_kind.is_empty() || has(&self.any_kind))
            && (self.only_kinds.is_empty() || only(&self.only_kinds))
            && (self.sectors.is_empty() || self.sectors.contains(&conduct.sector))
            && self.list_entry.is_none_or(|wanted| conduct.list_entry == wanted)
            && self.amount_yuan_from.is_none_or(|from| amount.is_some_and(|yuan| from <= yuan))
            && self.amount_yuan_below.is_none_or(|below| amount.is_some_and(|yuan| yuan < below))
    }
}

/// What counts where several rules apply to one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transition {
    /// The rule that ends publication first.
    EarlierEnd,
}

/// All rules of one kind of publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermTable {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// What counts where several rules apply.
    pub transition: Transition,
    /// What the choice of transition stands on.
    pub ground: Ground,
    /// The rules.
    #[serde(default)]
    pub rules: Vec<TermRule>,
}

/// The rule of one list of seriously untrustworthy entities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRule {
    /// The list's code.
    pub id: String,
    /// Its official name.
    pub name: Text,
    /// Other ways it is written.
    #[serde(default)]
    pub spellings: Vec<String>,
    /// Who decides.
    pub authority: Text,
    /// The sectors that may supply entries; empty is every sector of the catalogue.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// True if its own rule names individual businesses.
    #[serde(default)]
    pub names_individual_businesses: bool,
    /// Months after listing from which an early exit may be applied for.
    #[serde(default)]
    pub early_exit_months: Option<u16>,
    /// The longest time on the list, in months. Absent: as long as the duty is not performed.
    #[serde(default)]
    pub max_months: Option<u16>,
    /// The code list in which entries say the conduct, where the time differs by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conduct: Option<String>,
    /// Other times for some conduct; the first line that fits counts, else the list's own times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<ListLine>,
    /// What it stands on.
    pub ground: Ground,
}

/// The time on a list for some conduct. All conditions given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListLine {
    /// At least one of these.
    #[serde(default)]
    pub any_conduct: Vec<String>,
    /// None but these, and at least one.
    #[serde(default)]
    pub only_conduct: Vec<String>,
    /// At least so many kinds of conduct.
    #[serde(default)]
    pub at_least: Option<u8>,
    /// Months after listing from which an early exit may be applied for.
    #[serde(default)]
    pub early_exit_months: Option<u16>,
    /// The longest time on the list, in months. Absent: as long as the duty is not performed.
    #[serde(default)]
    pub max_months: Option<u16>,
    /// The longest time that the authority may state instead, in months. Absent: `max_months`.
    #[serde(default)]
    pub stated_months: Option<u16>,
    /// Why, for the reader of a record page.
    pub text: Text,
    /// What it stands on; adopted with its list.
    pub ground: Ground,
}

/// How long an entry stands on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListTerm<'a> {
    /// Months from which an early exit may be applied for.
    pub early_exit_months: Option<u16>,
    /// The longest time, in months; None: as long as the duty is not performed.
    pub max_months: Option<u16>,
    /// The longest time that the authority may state, in months, where that is longer.
    pub stated_months: Option<u16>,
    /// The line that gave it; None: the list's own times.
    pub line: Option<&'a ListLine>,
}

impl ListRule {
    /// How long an entry with the conduct stands on the list.
    #[must_use]
    pub fn term(&self, conduct: &[&str]) -> ListTerm<'_> {
        match self.terms.iter().find(|line| line.fits(conduct)) {
            Some(line) => ListTerm {
                early_exit_months: line.early_exit_months,
                max_months: line.max_months,
                stated_months: line.stated_months,
                line: Some(line),
            },
            None => ListTerm {
                early_exit_months: self.early_exit_months,
                max_months: self.max_months,
                stated_months: None,
                line: None,
            },
        }
    }
}

impl ListLine {
    /// True if all its conditions hold.
    #[must_use]
    pub fn fits(&self, conduct: &[&str]) -> bool {
        let among = |of: &[String], one: &str| of.iter().any(|code| code == one);
        (self.any_conduct.is_empty() || conduct.iter().any(|one| among(&self.any_conduct, one)))
            && (self.only_conduct.is_empty()
                || (!conduct.is_empty()
                    && conduct.iter().all(|one| among(&self.only_conduct, one))))
            && self.at_least.is_none_or(|least| conduct.len() >= usize::from(least))
    }
}

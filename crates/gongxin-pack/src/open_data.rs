//! What is given out whole as open data: which classes, how finely divided, how often made anew,
//! and under which licence.

use std::collections::BTreeMap;

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::Visibility;
use crate::check::Checker;
use crate::check_ground::Carries;
use crate::ground::{Ground, Text};
use crate::problem::Stage;
use crate::publication::Publication;
use crate::rulebook::{EffectiveRulebook, Rulebook, item};

/// The longest time between two makings, in days.
const MOST_DAYS: u16 = 31;
/// Divisions nest four deep at most; a ring in a list would not end.
const DEEPEST: usize = 4;

/// Into which divisions the files of a class are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DivisionLevel {
    /// 盟市: the parts of the platform's own region.
    City,
    /// 旗县: the parts of those.
    County,
}

/// What who takes the files may do with them, and must.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// What it is called.
    pub name: Text,
    /// Where its text stands, where it stands elsewhere.
    #[serde(default)]
    pub address: Option<String>,
    /// What it says, in a few sentences.
    pub terms: Text,
    /// Its days and what it stands on.
    pub ground: Ground,
}

/// What holds for all files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenDataRules {
    /// So many days after a making all files are made anew.
    pub rebuild_days: u16,
    /// Into which divisions they are parted.
    pub division: DivisionLevel,
    /// The licence.
    pub licence: Licence,
    /// What the rules stand on.
    pub ground: Ground,
}

/// A class that is given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenOffer {
    /// The class.
    pub catalogue: String,
    /// What its files are for, in a sentence.
    pub about: Text,
    /// Its days and what it stands on.
    pub ground: Ground,
}

/// `open-data.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenDataFile {
    /// What holds for all files; one pack says it.
    #[serde(default)]
    pub rules: Option<OpenDataRules>,
    /// The classes.
    #[serde(default)]
    pub offers: Vec<OpenOffer>,
}

/// The open data of all packs together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenData {
    /// What holds for all files. Absent: nothing is given out.
    pub rules: Option<OpenDataRules>,
    /// The classes, by catalogue.
    pub offers: BTreeMap<String, OpenOffer>,
}

impl EffectiveRulebook {
    /// The rules of open data, where they hold on the day.
    #[must_use]
    pub fn open_rules(&self, day: Day) -> Option<&OpenDataRules> {
        let rules = self.open_data.rules.as_ref()?;
        let has_basis = |ground: &Ground| ground.holds(day) && self.has_basis(ground, day);
        (has_basis(&rules.ground) && has_basis(&rules.licence.ground)).then_some(rules)
    }

    /// The classes that are given out on the day. One that may bear on organisations is so only
    /// where its ground is verified or adopted.
    pub fn open_offers(&self, day: Day) -> impl Iterator<Item = &OpenOffer> {
        let has_rules = self.open_rules(day).is_some();
        self.open_data.offers.values().filter(move |offer| {
            let class = self.catalogues.get(&offer.catalogue);
            has_rules
                && class.is_some_and(|class| {
                    let is_adverse = class.adverse.may_be();
                    let item = item::open_data(&offer.catalogue);
                    class.visibility == Visibility::Public
                        && class.publication != Publication::Never
                        && self.publishes(&item, &offer.ground, is_adverse, day)
                })
        })
    }
}

impl Rulebook {
    /// The division of a level that another one lies in, or is. None for what lies outside of the
    /// platform's region, and where that is not known.
    #[must_use]
    pub fn division_of(&self, code: &str, level: DivisionLevel) -> Option<&str> {
        let own = self.packs.values().rev().find_map(|pack| pack.region.as_deref())?;
        let mut way: Vec<&str> = Vec::new();
        let mut next = self.regions()?.by_code(code)?;
        for _ in 0..DEEPEST {
            way.push(&next.code);
            let parent = next.parent.as_deref()?;
            if parent == own {
                let from_top = match level {
                    DivisionLevel::City => 1,
                    DivisionLevel::County => 2,
                };
                let place = way.len().saturating_sub(from_top);
                return way.get(place).copied();
            }
            next = self.regions()?.by_code(parent)?;
        }
        None
    }
}

impl Checker<'_> {
    pub(crate) fn open_data(&mut self) {
        let book = self.book;
        let OpenData { rules, offers } = &book.open_data;
        self.item = item::OPEN_DATA.to_owned();
        if let Some(rules) = rules {
            self.ground(&rules.ground, "rebuild_days");
            self.ground(&rules.licence.ground, "[rules.licence]");
            if !(1..=MOST_DAYS).contains(&rules.rebuild_days) {
                let what = format!("`rebuild_days` cannot be {}", rules.rebuild_days);
                let why = "files are made anew at least once a month, and at most once a day";
                self.fault(Stage::Meaning, "rebuild_days", what, why, "say 1 to 31");
            }
        }
        for (id, offer) in offers {
            self.item = item::open_data(id);
            if rules.is_none() {
                let what = format!("`{id}` is offered, and no pack has `[rules]` of open data");
                let why = "what is given out has a licence and a rhythm";
                self.fault(Stage::References, id, what, why, "add `[rules]`");
            }
            let Some(class) = book.catalogues.get(id) else {
                self.ground(&offer.ground, id);
                let what = format!("there is no catalogue `{id}`");
                let why = "only a class can be given out";
                self.fault(Stage::References, id, what, why, "correct `catalogue`");
                continue;
            };
            let carries =
                if class.adverse.may_be() { Carries::Burden(&[]) } else { Carries::Words };
            self.carried(&offer.ground, id, carries);
            if class.visibility != Visibility::Public || class.publication == Publication::Never {
                let what = format!("`{id}` is not public");
                let why = "open data is what the public sees one by one, given out together";
                self.fault(Stage::Meaning, id, what, why, "remove it");
            }
        }
    }
}

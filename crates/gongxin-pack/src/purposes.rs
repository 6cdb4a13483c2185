//! For what an authority may read what the public may not: each purpose with what it stands on, what a
//! reader has to state, and how long the organisation is not told where a law lets that be.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::Checker;
use crate::ground::{Confidence, Ground, Text};
use crate::problem::Stage;
use crate::rulebook::{EffectiveRulebook, item};

/// The longest time for which an organisation is not told of a read, in days: what is never told is no
/// delay.
const MOST_DELAY_DAYS: u16 = 731;

/// For what something is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its id, as the access log holds it.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// What the reader states as the basis: the number of which document.
    pub asks: Text,
    /// So many days after the read the organisation is told of it; 0: at once.
    #[serde(default)]
    pub delay_days: u16,
    /// Its days and what it stands on.
    pub ground: Ground,
}

/// `purposes.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurposeFile {
    /// The purposes.
    pub purposes: Vec<Purpose>,
}

impl EffectiveRulebook {
    /// The purposes for which something may be read on a day, in the order of their ids. One of which
    /// the organisation is told later is open only where its ground is verified or adopted.
    pub fn purposes_on(&self, day: Day) -> impl Iterator<Item = &Purpose> {
        self.purposes.values().filter(move |one| {
            let is_told_at_once = one.delay_days == 0;
            let has_basis = one.ground.holds(day) && self.has_basis(&one.ground, day);
            has_basis && (is_told_at_once || self.is_backed(&item::purpose(&one.id), &one.ground))
        })
    }
}

impl Checker<'_> {
    pub(crate) fn purposes(&mut self) {
        let book = self.book;
        for (id, purpose) in &book.purposes {
            self.item = item::purpose(id);
            self.ground(&purpose.ground, id);
            if purpose.delay_days > MOST_DELAY_DAYS {
                let what = format!("`delay_days` cannot be {}", purpose.delay_days);
                let why = "an organisation learns one day who read about it";
                let help = "say at most two years, 731";
                self.fault(Stage::Meaning, "delay_days", what, why, help);
            }
        }
    }
}

impl Purpose {
    /// True where nobody is told later before a steward adopts it.
    pub(crate) fn needs_adoption(&self) -> bool {
        self.delay_days > 0 && self.ground.confidence == Confidence::Unverified
    }
}

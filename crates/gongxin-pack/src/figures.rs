//! How well bodies hand in: which counts are compared, and what the figures are called.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::{Ground, Text};
use crate::rulebook::Rulebook;

/// Which figure. The set is closed; what each compares is the pack's to say.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FigureId {
    /// 上报率: how much of what was decided was handed in.
    Reporting,
    /// 合规率: how much of what was handed in was in order.
    Compliance,
    /// 及时率: how much was handed in in time.
    Timeliness,
}

impl FigureId {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Reporting, Self::Compliance, Self::Timeliness];

    /// The stable name, as packs write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reporting => "reporting",
            Self::Compliance => "compliance",
            Self::Timeliness => "timeliness",
        }
    }
}

/// What is counted, of one source, one class and one period.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// Decisions of the period, as the source stated; unknown where it did not.
    Declared,
    /// Records decided in the period that were accepted and not taken back.
    Received,
    /// Of those, the ones that were handed in within the deadline.
    InTime,
    /// Rows handed in in the period, without those that repeated what was known.
    Rows,
    /// Of those, the ones that were accepted as they came.
    RowsAccepted,
    /// Of those, the ones without any finding.
    RowsClean,
}

/// A figure: one count over another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Which figure.
    pub id: FigureId,
    /// What it is called.
    pub name: Text,
    /// What it says, in a sentence.
    pub definition: Text,
    /// What is counted.
    pub numerator: Quantity,
    /// Among what.
    pub denominator: Quantity,
    /// Its days and what it stands on.
    pub ground: Ground,
}

/// `figures.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FigureFile {
    /// The figures; one may have several definitions, one after the other in time.
    pub figures: Vec<Figure>,
}

impl Rulebook {
    /// The figures that are defined on a day.
    pub fn figures_on(&self, day: Day) -> impl Iterator<Item = &Figure> {
        let holds = move |one: &&Figure| one.ground.holds(day);
        FigureId::ALL
            .into_iter()
            .filter_map(move |id| self.figures.iter().filter(|one| one.id == id).find(holds))
    }
}

//! The region in figures, as they were on the day of their edition.

use gongxin_model::{Day, Instant};
use serde::{Deserialize, Serialize};

use super::{Coded, Words};

/// A count as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownFigure {
    /// So many.
    Count(u64),
    /// Fewer than [`ShownStatistics::least`]; perhaps none.
    Small,
    /// Not told, because a small one would be known by it.
    Withheld,
}

/// A rate as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownRate {
    /// Per mille, rounded down.
    PerMille(u64),
    /// Of fewer than [`ShownStatistics::least`].
    Small,
    /// Not known, or nothing was to be counted.
    Unknown,
}

/// An edition of the figures. There is only the present one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownStatistics {
    /// The day whose publication was counted.
    pub edition: Day,
    /// When it was counted.
    pub counted: Instant,
    /// The least count that is told.
    pub least: u64,
    /// The class that is shown where none is chosen.
    pub leading: Option<String>,
    /// The division whose parts are told.
    pub region: Words,
    /// Its parts, in the order of their codes; the last is what belongs to none.
    pub divisions: Vec<ShownDivision>,
    /// The sections of GB/T 4754; the last takes organisations that state none, and individual
    /// businesses.
    pub industries: Vec<ShownIndustry>,
    /// Registered organisations by section, without individual businesses; empty where a small
    /// count would be told by it.
    pub organisations: Vec<ShownFigure>,
    /// Decisions by year, the latest first; the last takes all earlier ones.
    pub years: Vec<ShownYear>,
    /// The month whose hand-ins were measured.
    pub period: String,
    /// How well bodies handed in in that month.
    pub authorities: Vec<ShownAuthority>,
}

/// A part of the region, and its tile in our drawing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownDivision {
    /// The code; empty for what belongs to none.
    pub code: String,
    /// The name.
    pub words: Words,
    /// The column and row of its tile, from 0; absent for what has none.
    pub tile: Option<(u16, u16)>,
}

/// A section of the industrial classification.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ShownIndustry {
    /// The code, `A` to `T`; empty for what belongs to none.
    pub code: String,
    /// The name.
    pub words: Words,
}

/// The decisions of a year that the public saw on the day of the edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownYear {
    /// The year; absent for all earlier ones.
    pub year: Option<i16>,
    /// Class by class, in the order of the official report.
    pub classes: Vec<ShownClassFigures>,
}

/// One class in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownClassFigures {
    /// The class.
    pub of: Coded,
    /// All of it.
    pub total: ShownFigure,
    /// By division, as [`ShownStatistics::divisions`] are.
    pub divisions: Vec<ShownFigure>,
    /// By month of decision, January first; none for all earlier years.
    pub months: Vec<ShownFigure>,
    /// By section, as [`ShownStatistics::industries`] are; none for registrations.
    pub industries: Vec<ShownFigure>,
}

/// How well a body handed in a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownAuthority {
    /// The body's code.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// The class.
    pub of: Coded,
    /// How much came in time.
    pub timeliness: ShownRate,
    /// How much came as it should.
    pub compliance: ShownRate,
}

/// The tables that the figures are given out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatisticsTable {
    /// By division.
    Divisions,
    /// By month of decision.
    Months,
    /// By class.
    Classes,
    /// By section of the industry.
    Industries,
    /// By supplying body.
    Authorities,
}

impl StatisticsTable {
    /// All tables.
    pub const ALL: [Self; 5] =
        [Self::Divisions, Self::Months, Self::Classes, Self::Industries, Self::Authorities];

    /// The word in addresses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Divisions => "divisions",
            Self::Months => "months",
            Self::Classes => "classes",
            Self::Industries => "industries",
            Self::Authorities => "authorities",
        }
    }
}

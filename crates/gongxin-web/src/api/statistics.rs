//! `GET /api/v1/statistics`: the present edition of the figures.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::statistics::{
    ShownAuthority, ShownClassFigures, ShownDivision, ShownFigure, ShownIndustry, ShownRate,
    ShownStatistics, ShownYear,
};
use gongxin_app::public::shown::{View, Words};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::register_shapes::Body;
use super::shapes::{CodedText, Text};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// A count as it is told.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct Figure {
    /// The count; `null` where it is withheld.
    count: Option<u64>,
    /// True where it is not told.
    withheld: bool,
    /// True where it is withheld because it is under `least_told`, perhaps none; else a withheld one
    /// would tell a small one.
    small: bool,
}

impl From<ShownFigure> for Figure {
    fn from(figure: ShownFigure) -> Self {
        match figure {
            ShownFigure::Count(count) => Self { count: Some(count), withheld: false, small: false },
            ShownFigure::Small => Self { count: None, withheld: true, small: true },
            ShownFigure::Withheld => Self { count: None, withheld: true, small: false },
        }
    }
}

/// A rate as it is told.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
struct Rate {
    /// Per mille, rounded down; `null` where it is withheld or not known.
    per_mille: Option<u64>,
    /// True where it is not told because it is of fewer than `least_told`.
    withheld: bool,
}

impl From<ShownRate> for Rate {
    fn from(rate: ShownRate) -> Self {
        match rate {
            ShownRate::PerMille(rate) => Self { per_mille: Some(rate), withheld: false },
            ShownRate::Small => Self { per_mille: None, withheld: true },
            ShownRate::Unknown => Self { per_mille: None, withheld: false },
        }
    }
}

/// A part by which figures are told.
#[derive(Debug, Serialize, ToSchema)]
struct Part {
    /// Its code; `null` for what belongs to none of the others.
    code: Option<String>,
    /// Its name; `null` for what belongs to none of the others.
    name: Option<Text>,
}

impl Part {
    fn of(code: String, words: Words) -> Self {
        if code.is_empty() {
            return Self { code: None, name: None };
        }
        Self { code: Some(code), name: Some(words.into()) }
    }
}

/// One class in one year. Parts are in the order of the edition's lists.
#[derive(Debug, Serialize, ToSchema)]
struct ClassFigures {
    /// The class.
    class: CodedText,
    /// All of it.
    total: Figure,
    /// By division, as `divisions` lists them.
    divisions: Vec<Figure>,
    /// By month of the decision, January first; empty for earlier years.
    months: Vec<Figure>,
    /// By section of the industry of whom it is about, as `industries` lists them; empty for
    /// registrations, which `organisations` counts.
    industries: Vec<Figure>,
}

impl From<ShownClassFigures> for ClassFigures {
    fn from(class: ShownClassFigures) -> Self {
        Self {
            class: class.of.into(),
            total: class.total.into(),
            divisions: figures(class.divisions),
            months: figures(class.months),
            industries: figures(class.industries),
        }
    }
}

fn figures(told: Vec<ShownFigure>) -> Vec<Figure> {
    told.into_iter().map(Figure::from).collect()
}

/// The decisions of a year.
#[derive(Debug, Serialize, ToSchema)]
struct YearFigures {
    /// The year; `null` for all earlier ones together.
    year: Option<i16>,
    /// Class by class.
    classes: Vec<ClassFigures>,
}

impl From<ShownYear> for YearFigures {
    fn from(year: ShownYear) -> Self {
        let classes = year.classes.into_iter().map(ClassFigures::from).collect();
        Self { year: year.year, classes }
    }
}

/// How well a body handed in a class.
#[derive(Debug, Serialize, ToSchema)]
struct BodyRates {
    /// The body.
    body: Body,
    /// The class.
    class: CodedText,
    /// How much came within its deadline.
    timeliness: Rate,
    /// How much came without a problem.
    compliance: Rate,
}

impl From<ShownAuthority> for BodyRates {
    fn from(one: ShownAuthority) -> Self {
        Self {
            body: Body::new(one.code, one.name),
            class: one.of.into(),
            timeliness: one.timeliness.into(),
            compliance: one.compliance.into(),
        }
    }
}

/// An edition of the figures. There is only the present one; it stands still until the next.
#[derive(Debug, Serialize, ToSchema)]
struct Edition {
    /// The day whose publication was counted.
    #[schema(format = Date)]
    day: String,
    /// When it was counted.
    #[schema(format = DateTime)]
    counted: String,
    /// The least count that is told.
    least_told: u64,
    /// The division whose parts are told.
    region: Text,
    /// Its parts; the last is what belongs to none.
    divisions: Vec<Part>,
    /// Sections of GB/T 4754; the last takes those that state none, and individual businesses.
    industries: Vec<Part>,
    /// Registered organisations by section, without individual businesses; empty where a small
    /// count of registrations could be told by it.
    organisations: Vec<Figure>,
    /// Decisions by year, the latest first.
    years: Vec<YearFigures>,
    /// The month whose hand-ins were measured.
    #[schema(example = "2026-10")]
    period: String,
    /// How well bodies handed in in that month.
    bodies: Vec<BodyRates>,
}

impl From<ShownStatistics> for Edition {
    fn from(shown: ShownStatistics) -> Self {
        let division = |one: ShownDivision| Part::of(one.code, one.words);
        let industry = |one: ShownIndustry| Part::of(one.code, one.words);
        Self {
            day: shown.edition.to_string(),
            counted: shown.counted.to_string(),
            least_told: shown.least,
            region: shown.region.into(),
            divisions: shown.divisions.into_iter().map(division).collect(),
            industries: shown.industries.into_iter().map(industry).collect(),
            organisations: figures(shown.organisations),
            years: shown.years.into_iter().map(YearFigures::from).collect(),
            period: shown.period,
            bodies: shown.authorities.into_iter().map(BodyRates::from).collect(),
        }
    }
}

/// The region in figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statistics {
    /// The present edition; `null` before the first.
    edition: Option<Edition>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// The region in figures, as published on the day of the present edition.
#[utoipa::path(
    get, path = "/api/v1/statistics", tag = "public", operation_id = "statistics",
    responses((status = 200, body = Statistics, description = "The figures."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.statistics()).await?;
    let edition = asked.answer.map(|shown| Edition::from(shown.as_ref().clone()));
    answer::json(&Statistics { edition, rehearsal: asked.platform.rehearsal }, visit.language)
}

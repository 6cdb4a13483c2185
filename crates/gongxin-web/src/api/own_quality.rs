//! `GET /api/v1/own/quality`: how well a body handed in in a month, by key.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gongxin_app::gate::{BodySee, Refused};
use gongxin_app::{LateRecord, Measured, Quality, QualityClass, QualityFinding, QualityRows};
use gongxin_model::{ReportingPeriod, Severity};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::own::{by_key, end, one_body};
use super::problem::NotShown;
use super::shapes::Text;
use crate::counter::Counter;
use crate::visit::Visit;

/// Where it is.
pub(crate) const QUALITY: &str = "/api/v1/own/quality";

/// Which month of which body.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read from the query by hand; here for the document")]
pub(crate) struct QualityQuery {
    /// The month; the present one when left out.
    #[param(example = "2026-10")]
    month: Option<String>,
    /// A body that the key acts for; may be left out where it acts for one alone.
    #[param(example = "150000-market")]
    source: Option<String>,
}

/// How well a body handed in in a month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnQuality {
    /// The body's code.
    source: String,
    /// Its name.
    name: Text,
    /// The month.
    month: String,
    /// As it was known at the end of this day.
    #[schema(format = Date)]
    as_of: String,
    /// True where the body first handed in when the month was over: its timeliness says nothing.
    connected_later: bool,
    /// What became of all its rows.
    rows: OwnRows,
    /// Class by class.
    classes: Vec<OwnClass>,
    /// What was found most often.
    findings: Vec<OwnFound>,
}

/// What became of rows. Of those about persons there is nothing but their number among the refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnRows {
    /// Hand-ins.
    hand_ins: u64,
    /// Of them those of a file that was handed in before.
    same_files: u64,
    /// Of them those that were taken back.
    withdrawn: u64,
    /// All rows.
    rows: u64,
    /// Rows that are records.
    accepted: u64,
    /// Of them corrections.
    corrected: u64,
    /// Of them those that say nothing new.
    unchanged: u64,
    /// Rows that were held.
    held: u64,
    /// Of them those that wait still.
    held_open: u64,
    /// Rows that were not taken.
    refused: u64,
}

/// A class of a body's month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnClass {
    /// Its id.
    catalogue: String,
    /// What it is called.
    name: Text,
    /// Working days after the decision within which it is to be handed in.
    deadline_working_days: Option<u16>,
    /// What became of its rows.
    rows: OwnRows,
    /// The figures of the rulebook.
    figures: Vec<OwnFigure>,
    /// Records that were late.
    late: Vec<OwnLate>,
    /// How full its last records are.
    fullness: Option<OwnFullness>,
}

/// A figure: a fraction, never rounded up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnFigure {
    /// Which.
    id: String,
    /// What it is called.
    name: Text,
    /// What was counted; `null` where it is not known.
    numerator: Option<u64>,
    /// Among what; `null` where it is not known.
    denominator: Option<u64>,
    /// Per mille, rounded down.
    per_mille: Option<u64>,
}

/// A record that was late.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnLate {
    /// Its id.
    record: String,
    /// The day of the decision.
    #[schema(format = Date)]
    decided_on: String,
    /// The last day of the deadline.
    #[schema(format = Date)]
    deadline: String,
    /// The day it was handed in.
    #[schema(format = Date)]
    handed_in: String,
    /// Working days too late.
    working_days_late: u32,
}

/// How full records are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnFullness {
    /// So many records were looked into: the last handed in.
    records: u64,
    /// Fields that the class has.
    fields: u64,
    /// Fields that are filled, of all these records together.
    filled: u64,
    /// Fields that are left blank most often.
    blank: Vec<OwnBlank>,
}

/// A field that is left blank.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnBlank {
    /// The field.
    name: Text,
    /// In how many records.
    records: u64,
}

/// What was found often.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnFound {
    /// The rule.
    rule: String,
    /// `error`: the row was not taken, `doubt`: it was held, `note`: it was taken.
    severity: String,
    /// How often.
    count: u64,
    /// What is wrong.
    what: String,
    /// What to do.
    todo: String,
}

impl From<QualityRows> for OwnRows {
    fn from(rows: QualityRows) -> Self {
        Self {
            hand_ins: rows.hand_ins,
            same_files: rows.same_files,
            withdrawn: rows.withdrawn,
            rows: rows.rows,
            accepted: rows.accepted,
            corrected: rows.corrected,
            unchanged: rows.unchanged,
            held: rows.held,
            held_open: rows.held_open,
            refused: rows.refused,
        }
    }
}

impl From<Measured> for OwnFigure {
    fn from(one: Measured) -> Self {
        Self {
            id: one.id.name().to_owned(),
            name: one.name.into(),
            numerator: one.numerator,
            denominator: one.denominator,
            per_mille: one.per_mille,
        }
    }
}

impl From<LateRecord> for OwnLate {
    fn from(one: LateRecord) -> Self {
        Self {
            record: one.record,
            decided_on: one.decided_on.to_string(),
            deadline: one.deadline.to_string(),
            handed_in: one.handed_in.to_string(),
            working_days_late: one.working_days_late,
        }
    }
}

impl From<QualityClass> for OwnClass {
    fn from(one: QualityClass) -> Self {
        let blank = |(name, records)| OwnBlank { name: Text::from(name), records };
        Self {
            catalogue: one.catalogue,
            name: one.name.into(),
            deadline_working_days: one.deadline,
            rows: one.rows.into(),
            figures: one.figures.into_iter().map(OwnFigure::from).collect(),
            late: one.late.into_iter().map(OwnLate::from).collect(),
            fullness: one.fullness.map(|full| OwnFullness {
                records: full.records,
                fields: full.fields,
                filled: full.filled,
                blank: full.blank.into_iter().map(blank).collect(),
            }),
        }
    }
}

impl From<QualityFinding> for OwnFound {
    fn from(one: QualityFinding) -> Self {
        let severity = match one.severity {
            Severity::Error => "error",
            Severity::Doubt => "doubt",
            Severity::Note => "note",
        };
        Self {
            rule: one.rule,
            severity: severity.to_owned(),
            count: one.count,
            what: one.what,
            todo: one.todo,
        }
    }
}

impl From<Quality> for OwnQuality {
    fn from(one: Quality) -> Self {
        Self {
            source: one.body,
            name: one.name.into(),
            month: one.period.to_string(),
            as_of: one.as_of.to_string(),
            connected_later: one.is_later,
            rows: one.rows.into(),
            classes: one.classes.into_iter().map(OwnClass::from).collect(),
            findings: one.findings.into_iter().map(OwnFound::from).collect(),
        }
    }
}

/// How well a body handed in in a month: what became of its rows, how timely and how full it was, what was found
/// most often. A body of others is not told from one that there is not.
#[utoipa::path(
    get, path = "/api/v1/own/quality", tag = "own", operation_id = "own_quality",
    params(QualityQuery), security(("key" = [])),
    responses(
        (status = 200, body = OwnQuality, description = "The month."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let source = visit.parameters.first("source").map(str::to_owned);
    let asked = visit.parameters.first("month");
    let period = crate::console::month_of(asked, counter.now().day());
    let language = visit.language;
    let given = by_key(&counter, &headers, move |office, who| {
        let period: ReportingPeriod = period.map_err(|_| Refused)?;
        let permit = one_body::<BodySee>(office, who, source)?;
        let body = permit.body().unwrap_or_default().to_owned();
        Ok(OwnQuality::from(office.quality(&permit, (&body, period), language)?))
    });
    end(&counter, &visit, given.await)
}

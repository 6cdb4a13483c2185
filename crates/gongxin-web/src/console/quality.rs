//! `/console/quality`: a body's own figures of a month, what to improve first, and the month as a workbook;
//! for the steward every body's in one table.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{BodySee, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{
    Fullness, Improvement, LateRecord, Measured, Office, OfficeError, Quality, QualityClass,
    QualityFinding, QualityLine, QualityRows,
};
use gongxin_model::{Day, ReportingPeriod, Severity};
use serde::Serialize;

use super::{Answer, BodyChoice, Caller, Desk, body_choices, words};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

#[derive(Serialize)]
struct AllPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    month: Month,
    /// Bodies that handed something in, or have something to say.
    lines: Vec<BodyLine>,
    /// How many others handed in nothing.
    silent: usize,
}

#[derive(Serialize)]
struct BodyPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    month: Month,
    bodies: Vec<BodyChoice>,
    body: String,
    name: Words,
    as_of: Day,
    is_later: bool,
    rows: QualityRows,
    classes: Vec<Class>,
    definitions: Vec<(Words, Words)>,
    findings: Vec<Found>,
    improvements: Vec<Improved>,
    workbook: String,
    /// Where every body's are; none for who sees its own alone.
    all: Option<String>,
}

/// The month, and those beside it.
#[derive(Serialize)]
struct Month {
    text: String,
    first: Day,
    /// True where it is not over yet.
    is_open: bool,
    before: String,
    /// None where the next has not begun.
    after: Option<String>,
}

#[derive(Serialize)]
struct BodyLine {
    name: Words,
    address: String,
    rows: QualityRows,
    /// Per mille; none where that says nothing.
    timely: Option<u64>,
}

#[derive(Serialize)]
struct Class {
    id: String,
    name: Words,
    deadline: Option<u16>,
    rows: QualityRows,
    figures: Vec<Figure>,
    late: Vec<LateRecord>,
    late_count: usize,
    fullness: Option<Full>,
}

#[derive(Serialize)]
struct Figure {
    name: Words,
    numerator: Option<u64>,
    denominator: Option<u64>,
    per_mille: Option<u64>,
}

#[derive(Serialize)]
struct Full {
    records: u64,
    fields: u64,
    /// Tenths of a field that are filled in a record on average.
    tenths: u64,
    blank: Vec<(Words, u64)>,
}

#[derive(Serialize)]
struct Found {
    rule: String,
    /// `error`, `doubt`, `note`.
    severity: &'static str,
    count: u64,
    what: String,
    todo: String,
}

#[derive(Serialize)]
struct Improved {
    /// `late`, `found`, `waiting`, `repeated`.
    kind: &'static str,
    count: u64,
    worst: u32,
    what: String,
    todo: String,
}

pub(super) fn severity(one: Severity) -> &'static str {
    match one {
        Severity::Error => "error",
        Severity::Doubt => "doubt",
        Severity::Note => "note",
    }
}

impl From<QualityFinding> for Found {
    fn from(one: QualityFinding) -> Self {
        let QualityFinding { rule, severity: grave, count, what, todo } = one;
        Self { rule, severity: severity(grave), count, what, todo }
    }
}

impl From<Improvement> for Improved {
    fn from(one: Improvement) -> Self {
        let bare =
            |kind, count| Self { kind, count, worst: 0, what: String::new(), todo: String::new() };
        match one {
            Improvement::Late { count, worst } => Self { worst, ..bare("late", count) },
            Improvement::Waiting(count) => bare("waiting", count),
            Improvement::Repeated(count) => bare("repeated", count),
            Improvement::Found(found) => {
                Self { what: found.what, todo: found.todo, ..bare("found", found.count) }
            }
        }
    }
}

impl From<Fullness> for Full {
    fn from(one: Fullness) -> Self {
        Self {
            records: one.records,
            fields: one.fields,
            tenths: one.filled.saturating_mul(10).checked_div(one.records).unwrap_or(0),
            blank: one.blank.into_iter().map(|(name, count)| (words(name), count)).collect(),
        }
    }
}

impl From<Measured> for Figure {
    fn from(one: Measured) -> Self {
        let Measured { name, numerator, denominator, per_mille, .. } = one;
        Self { name: words(name), numerator, denominator, per_mille }
    }
}

impl From<QualityClass> for Class {
    fn from(one: QualityClass) -> Self {
        let late_count = one.late.len();
        Self {
            id: one.catalogue,
            name: words(one.name),
            deadline: one.deadline,
            rows: one.rows,
            figures: one.figures.into_iter().map(Figure::from).collect(),
            late: one.late.into_iter().take(limits::LATE_ON_PAGE).collect(),
            late_count,
            fullness: one.fullness.map(Full::from),
        }
    }
}

/// The month that an address names: one that has begun.
pub(crate) fn month_of(text: Option<&str>, today: Day) -> Result<ReportingPeriod, Trouble> {
    let present = ReportingPeriod::month_of(today);
    let Some(text) = text else {
        return Ok(present);
    };
    let asked: ReportingPeriod = text.parse().map_err(|_| Trouble::Never)?;
    let is_month = asked == ReportingPeriod::month_of(asked.from());
    if is_month && asked.from() <= present.from() { Ok(asked) } else { Err(Trouble::Never) }
}

fn month(counter: &Caller, period: ReportingPeriod, (body, today): (&str, Day)) -> Month {
    let body = Some(body).filter(|body| !body.is_empty());
    let at = |day: Day| {
        let of = ReportingPeriod::month_of(day);
        counter.at(&format!("/console/quality/{of}{}", query(&[("body", body)])))
    };
    let next = period.until();
    Month {
        text: period.to_string(),
        first: period.from(),
        is_open: today < next,
        before: at(period.from().plus_days(-1)),
        after: (next <= today).then(|| at(next)),
    }
}

/// Whose month is asked for.
pub(super) enum Whose {
    All(Permit<BodySee>),
    Body(Vec<Permit<BodySee>>, Permit<BodySee>, String),
}

pub(super) fn whose(office: &Office, signed: &Signed, body: &str) -> Result<Whose, OfficeError> {
    let platform = office.permit::<BodySee>(signed, Scope::Platform).ok();
    match platform {
        Some(all) if body.is_empty() => Ok(Whose::All(all)),
        Some(all) => Ok(Whose::Body(Vec::new(), all, body.to_owned())),
        None => {
            let permits = office.bodies_of::<BodySee>(signed)?;
            let fits = |one: &&Permit<BodySee>| body.is_empty() || one.body() == Some(body);
            let permit = permits.iter().find(fits).cloned().ok_or(Refused)?;
            let body = permit.body().unwrap_or_default().to_owned();
            Ok(Whose::Body(permits, permit, body))
        }
    }
}

/// The present month.
pub(super) async fn present(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async { page(&counter, &caller, None).await };
    counter.end(&caller.visit, answer.await)
}

/// A month.
pub(super) async fn show(
    State(counter): State<Counter>,
    Path(month): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async { page(&counter, &caller, Some(&month)).await };
    counter.end(&caller.visit, answer.await)
}

/// What the office tells.
enum Told {
    All(Vec<QualityLine>),
    Body(Box<Quality>, Vec<BodyChoice>, bool),
}

async fn page(counter: &Counter, caller: &Caller, text: Option<&str>) -> Answer {
    let signed = counter.whole(caller).await?;
    let desk = counter.desk_of(caller, &signed).await?;
    let body = caller.visit.parameters.first("body").unwrap_or_default().to_owned();
    let today = counter.now().day();
    let period = month_of(text, today)?;
    let (language, asked) = (caller.visit.language, body.clone());
    let told = counter
        .office(move |office| match whose(office, &signed, &asked)? {
            Whose::All(permit) => Ok(Told::All(office.quality_of_all(&permit, period)?)),
            Whose::Body(permits, permit, body) => {
                let quality = office.quality(&permit, (&body, period), language)?;
                let choices = body_choices(office, &permits, &body)?;
                Ok(Told::Body(Box::new(quality), choices, permit.body().is_none()))
            }
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    match told {
        Told::All(lines) => {
            let month = month(caller, period, ("", today));
            let all = lines.len();
            let is_heard = |one: &QualityLine| one.rows.hand_ins > 0 || one.timely.is_some();
            let lines: Vec<BodyLine> = lines
                .into_iter()
                .filter(is_heard)
                .map(|one| line(caller, &month.text, one))
                .collect();
            let silent = all - lines.len();
            let context = AllPage { chrome: &chrome, desk, month, lines, silent };
            Ok(counter.private("console-quality-all.html", &context, &chrome, StatusCode::OK)?)
        }
        Told::Body(quality, bodies, is_all) => {
            let month = month(caller, period, (&body, today));
            let context = body_page(caller, (&chrome, desk), (*quality, bodies, month), is_all);
            Ok(counter.private("console-quality.html", &context, &chrome, StatusCode::OK)?)
        }
    }
}

fn line(caller: &Caller, month: &str, one: QualityLine) -> BodyLine {
    let address = format!("/console/quality/{month}{}", query(&[("body", Some(&one.body))]));
    let per_mille = |(part, whole): (u64, u64)| part.saturating_mul(1_000).checked_div(whole);
    BodyLine {
        name: words(one.name),
        address: caller.at(&address),
        rows: one.rows,
        timely: one.timely.and_then(per_mille),
    }
}

fn body_page<'a>(
    caller: &Caller,
    (chrome, desk): (&'a Chrome, Desk),
    (quality, bodies, month): (Quality, Vec<BodyChoice>, Month),
    is_all: bool,
) -> BodyPage<'a> {
    let named = query(&[("body", Some(&quality.body))]);
    let workbook = caller.at(&format!("/console/quality/{}/workbook{named}", month.text));
    let all = is_all.then(|| caller.at(&format!("/console/quality/{}", month.text)));
    let definitions = quality.definitions.into_iter();
    BodyPage {
        chrome,
        desk,
        month,
        bodies,
        body: quality.body,
        name: words(quality.name),
        as_of: quality.as_of,
        is_later: quality.is_later,
        rows: quality.rows,
        classes: quality.classes.into_iter().map(Class::from).collect(),
        definitions: definitions.map(|one| (words(one.name), words(one.definition))).collect(),
        findings: quality.findings.into_iter().map(Found::from).collect(),
        improvements: quality.improvements.into_iter().map(Improved::from).collect(),
        workbook,
        all,
    }
}

//! `GET /api/v1/subjects/{code}`

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{
    Found, Page, PublicDesk, RecordsAsk, ShownRow, ShownSection, ShownSubject, View,
};
use gongxin_model::{Day, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::shapes::{CodedText, Count, Fact, FormerName, Reference, Row};
use crate::answer;
use crate::counter::{Answered, Counter, Trouble};
use crate::page::subject::code;
use crate::visit::{Visit, cursor};

/// One organisation and its latest records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Subject {
    /// The present code.
    code: String,
    /// The present name.
    name: String,
    /// The division of registration (GB/T 2260).
    #[schema(example = "150102")]
    region: Option<String>,
    /// The registration state's code.
    status: Option<String>,
    /// The registration state.
    status_text: Option<CodedText>,
    /// True where no registration was received yet.
    provisional: bool,
    /// Former names, the latest first.
    former_names: Vec<FormerName>,
    /// The organisation this one is a branch of.
    head: Option<Reference>,
    /// Branches, at most the first twenty.
    branches: Vec<Reference>,
    /// How many branches there are.
    branch_count: u64,
    /// The facts of the registration.
    facts: Vec<Fact>,
    /// The sections of the official report with their counts, in its order.
    sections: Vec<SectionCount>,
    /// The records, latest decision first: the first page of `/api/v1/subjects/{code}/records`.
    records: Vec<Row>,
    /// How many records are shown.
    records_total: Count,
    /// The cursor of the next page of records; `null` where there is none.
    next_cursor: Option<String>,
    /// The day looked at; `null` for today.
    #[schema(format = Date)]
    as_of: Option<String>,
    /// Only what was received by then; `null` for everything.
    #[schema(format = DateTime)]
    known: Option<String>,
    /// When a source last handed in something of what is shown.
    #[schema(format = DateTime)]
    received: Option<String>,
    /// When the platform last checked what is shown.
    #[schema(format = DateTime)]
    checked: Option<String>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// A section and how many records it shows.
#[derive(Debug, Serialize, ToSchema)]
struct SectionCount {
    /// The section's name.
    section: &'static str,
    /// How many records it shows; `null` while it is being updated.
    total: Option<Count>,
}

impl From<&ShownSection> for SectionCount {
    fn from(section: &ShownSection) -> Self {
        let total = (!section.behind).then(|| section.total.into());
        Self { section: section.section.slug(), total }
    }
}

/// The organisation of a code, present or older, with its latest records.
#[utoipa::path(
    get, path = "/api/v1/subjects/{code}", tag = "public", operation_id = "subject",
    params(
        ("code" = String, Path, description = "A unified social credit code, or an older number."),
        ("as_of" = Option<String>, Query, format = Date, description = "The day looked at; never later than today."),
        ("known" = Option<String>, Query, format = DateTime, description = "Only what was received by then."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "Records on the page; 50 unless told."),
    ),
    responses(
        (status = 200, body = Subject, description = "The organisation."),
        (status = 301, description = "The code was replaced; `Location` has the present one."),
        (status = 304, description = "Unchanged since the `ETag` given."),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter cannot be read."),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There never was one, or it was erased."),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "No longer published."),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too much at once; see `Retry-After`."),
    )
)]
pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    path: Result<Path<String>, PathRejection>,
) -> Response {
    let answer = answer(&counter, &visit, path).await;
    counter.settle(&visit, answer)
}

async fn answer(
    counter: &Counter,
    visit: &Visit,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let (code, _) = code(path)?;
    let (page, _) = visit.page(visit.limit()?)?;
    let ask = RecordsAsk { code, section: None, catalogue: None, year: None, page, view };
    let asked = counter.ask(view, move |desk| both(desk, &ask)).await?;
    let Answered { platform, answer } = asked;
    let (subject, records) = match answer {
        Found::Shown(both) => *both,
        Found::MovedTo(present) => return Ok(moved(&present, "", visit)),
        Found::Ended => return Err(Trouble::Ended),
        Found::Never => return Err(Trouble::Never),
    };
    let subject = shape(subject, records, view, platform.rehearsal);
    answer::json(&subject, visit.language)
}

type Both = (ShownSubject, Page<ShownRow>);

fn both(
    desk: &dyn PublicDesk,
    ask: &RecordsAsk,
) -> Result<Found<Both>, gongxin_app::public::shown::DeskError> {
    let subject = match desk.subject(&ask.code, ask.view)? {
        Found::Shown(subject) => *subject,
        Found::MovedTo(present) => return Ok(Found::MovedTo(present)),
        Found::Ended => return Ok(Found::Ended),
        Found::Never => return Ok(Found::Never),
    };
    let page = match desk.records(ask)? {
        Found::Shown(records) => records.page,
        Found::MovedTo(_) | Found::Ended | Found::Never => Page::default(),
    };
    Ok(Found::Shown(Box::new((subject, page))))
}

/// The same operation with the present code.
pub(crate) fn moved(present: &str, tail: &str, visit: &Visit) -> Response {
    let query = if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
    let address = format!("/api/v1/subjects/{present}{tail}{query}");
    answer::redirect(StatusCode::MOVED_PERMANENTLY, &address)
}

fn shape(subject: ShownSubject, page: Page<ShownRow>, view: View, rehearsal: bool) -> Subject {
    let time = |time: Option<Instant>| time.map(|time| time.to_string());
    let place = 1 + u64::try_from(page.items.len()).unwrap_or_default();
    let sections = subject.sections.iter().map(SectionCount::from).collect();
    let facts = subject.sections.into_iter().flat_map(|section| section.facts);
    Subject {
        code: subject.code,
        name: subject.name,
        region: subject.region.map(|region| region.code),
        status: subject.status.as_ref().map(|status| status.code.clone()),
        status_text: subject.status.map(CodedText::from),
        provisional: subject.provisional,
        former_names: subject.former_names.into_iter().map(FormerName::from).collect(),
        head: subject.head.map(Reference::from),
        branches: subject.branches.into_iter().map(Reference::from).collect(),
        branch_count: subject.branch_count,
        facts: facts.map(Fact::from).collect(),
        sections,
        records_total: page.total.into(),
        next_cursor: page.next.as_deref().map(|key| cursor(place, key)),
        records: page.items.into_iter().map(Row::from).collect(),
        as_of: view.as_of.as_ref().map(Day::to_string),
        known: time(view.known),
        received: time(subject.freshness.received),
        checked: time(subject.freshness.checked),
        rehearsal,
    }
}

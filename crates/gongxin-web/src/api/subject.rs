//! `GET /api/v1/subjects/{code}`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{
    DeskError, Found, Page, PublicDesk, RecordsAsk, ShownRow, ShownSection, ShownSubject, View,
};
use gongxin_model::{Day, Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::shapes::{CodedText, Count, Fact, FormerName, Reference, Row};
use crate::answer;
use crate::counter::{Answered, Counter, Trouble};
use crate::lead::{self, Lead};
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
        NotShown,
    )
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let code = lead::code(visit)?;
    let (page, _) = visit.page(visit.limit()?)?;
    let ask =
        RecordsAsk { code: code.clone(), section: None, catalogue: None, year: None, page, view };
    let Answered { platform, answer } = counter.ask(view, move |desk| both(desk, &ask)).await?;
    let (subject, records) = match lead::by_code(visit, &code, answer)? {
        Lead::Here(both) => both,
        Lead::Elsewhere(response) => return Ok(response),
    };
    let subject = shape(subject, records, view, platform.rehearsal);
    answer::kept_json(&subject, visit.language, platform.now)
}

type Both = (ShownSubject, Page<ShownRow>);

fn both(desk: &dyn PublicDesk, ask: &RecordsAsk) -> Result<Found<Both>, DeskError> {
    desk.subject(&ask.code, ask.view)?.try_map(|subject| {
        let page = match desk.records(ask)? {
            Found::Shown(records) => records.page,
            Found::MovedTo(_) | Found::Ended | Found::Never => Page::default(),
        };
        Ok((subject, page))
    })
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

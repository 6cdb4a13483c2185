//! `GET /api/v1/records/{id}`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{ShownRecord, ShownTermStep};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::shapes::{CodedText, Fact, PUBLISHED, Reference, Text};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::Visit;

/// One decision, why it is shown, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Record {
    /// The record's id.
    id: String,
    /// The organisation.
    subject: Reference,
    /// The catalogue.
    catalogue: CodedText,
    /// The section of the report it stands in.
    section: &'static str,
    /// The document's number as written.
    document_number: Option<String>,
    /// What the record is called, where its class says by what, or it has no number.
    title: Option<String>,
    /// The deciding authority.
    authority: Option<String>,
    /// The day of the decision.
    #[schema(format = Date)]
    decided_on: Option<String>,
    /// Always `published`: what is not is not shown.
    #[schema(example = "published")]
    standing: &'static str,
    /// The last day it is shown; `null` where it has no end.
    #[schema(format = Date)]
    published_until: Option<String>,
    /// The public fields in the catalogue's order.
    facts: Vec<Fact>,
    /// The clauses it is shown under.
    basis: Vec<String>,
    /// How its term was computed, step by step.
    term: Vec<TermStep>,
    /// True where two sets of rules gave different ends and the earlier one applies.
    earlier_of_two: bool,
    /// True while an objection against it is being checked.
    disputed: bool,
    /// What its organisation says beside it; `null` where it says nothing.
    reply: Option<Reply>,
    /// The days on which it was corrected.
    corrections: Vec<Correction>,
    /// Where it comes from, and what proves it.
    origin: Origin,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// What an organisation says beside a record. The platform does not vouch for it.
#[derive(Debug, Serialize, ToSchema)]
struct Reply {
    /// The text, as the organisation wrote it.
    text: String,
    /// The day on which it was published.
    #[schema(format = Date)]
    published_on: String,
}

/// One step of the computation of a term.
#[derive(Debug, Serialize, ToSchema)]
struct TermStep {
    /// Which step: `rule`, `starts`, `class`, `minimum`, `repair-from`, `maximum`, `stated-end`
    /// or `ends`.
    #[schema(value_type = String)]
    part: gongxin_app::public::shown::TermPart,
    /// The day it gives.
    #[schema(format = Date)]
    day: Option<String>,
    /// The length it adds, in calendar months.
    months: Option<u32>,
    /// What else is to be said.
    words: Option<Text>,
    /// The clause behind it.
    basis: Option<String>,
}

impl From<ShownTermStep> for TermStep {
    fn from(step: ShownTermStep) -> Self {
        Self {
            part: step.part,
            day: step.day.map(|day| day.to_string()),
            months: step.months,
            words: step.words.map(Text::from),
            basis: step.basis,
        }
    }
}

/// A correction: the day and the fields, never the old values.
#[derive(Debug, Serialize, ToSchema)]
struct Correction {
    /// The day.
    #[schema(format = Date)]
    on: String,
    /// The corrected fields.
    fields: Vec<Text>,
}

/// Where a record comes from, and what proves that the archive holds it.
#[derive(Debug, Serialize, ToSchema)]
struct Origin {
    /// The body that supplied it.
    source: String,
    /// Its code.
    source_code: String,
    /// When the platform received it.
    #[schema(format = DateTime)]
    received: String,
    /// The place of its entry in the archive.
    entry: u64,
    /// The digest of the entry's envelope.
    digest: String,
    /// The digest of the rulebook that judged it.
    rulebook: String,
}

/// One record.
#[utoipa::path(
    get, path = "/api/v1/records/{id}", tag = "public", operation_id = "record",
    params(
        ("id" = String, Path, description = "The record's id: 26 characters."),
        ("as_of" = Option<String>, Query, format = Date, description = "The day looked at; never later than today."),
        ("known" = Option<String>, Query, format = DateTime, description = "Only what was received by then."),
    ),
    responses(
        (status = 200, body = Record, description = "The record."),
        NotShown,
    )
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let id = lead::id(visit)?;
    let view = visit.view()?;
    let asked = counter.ask(view, move |desk| desk.record(id, view)).await?;
    let record = lead::by_id(asked.answer)?;
    let now = asked.platform.now;
    answer::kept_json(&shape(record, asked.platform.rehearsal), visit.language, now)
}

fn shape(record: ShownRecord, rehearsal: bool) -> Record {
    let origin = record.origin;
    let corrections = record.corrections.into_iter().map(|correction| Correction {
        on: correction.on.to_string(),
        fields: correction.fields.into_iter().map(Text::from).collect(),
    });
    Record {
        id: record.id.to_string(),
        subject: record.subject.into(),
        catalogue: record.catalogue.into(),
        section: record.section.slug(),
        document_number: record.document_number,
        title: record.title,
        authority: record.authority,
        decided_on: record.decided_on.map(|day| day.to_string()),
        standing: PUBLISHED,
        published_until: record.published_until.map(|day| day.to_string()),
        facts: record.facts.into_iter().map(Fact::from).collect(),
        basis: record.why.basis,
        term: record.term.into_iter().map(TermStep::from).collect(),
        earlier_of_two: record.earlier_of_two,
        disputed: record.dispute.is_some(),
        reply: record
            .reply
            .map(|reply| Reply { text: reply.text, published_on: reply.on.to_string() }),
        corrections: corrections.collect(),
        origin: Origin {
            source: origin.source,
            source_code: origin.source_code,
            received: origin.received.to_string(),
            entry: origin.entry,
            digest: origin.digest.to_string(),
            rulebook: origin.rulebook.to_string(),
        },
        rehearsal,
    }
}

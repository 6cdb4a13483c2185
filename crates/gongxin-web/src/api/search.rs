//! `GET /api/v1/search`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{
    self, Matched, SearchAsk, ShownDocument, ShownHit, ShownSuggestion, Slip,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::shapes::{CodedText, Count, Reference, Row};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::page::search::{clean, filters, found, sort};
use crate::visit::{Visit, cursor};

/// What a search found. Of organisations registration facts only: no record and no count of records.
/// Records only under the number of their document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Results {
    /// The query as it was searched.
    query: String,
    /// How many were found.
    total: Count,
    /// The found organisations, best first.
    items: Vec<Hit>,
    /// For a code that nobody has: the organisations with a code one slip away.
    suggestions: Vec<Suggestion>,
    /// The records that are shown today under the document number asked for.
    documents: Vec<Document>,
    /// How many organisations use or used exactly the name asked for, where it is more than one.
    namesakes: Option<u64>,
    /// The cursor of the next page; `null` on the last.
    next_cursor: Option<String>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// One found organisation.
#[derive(Debug, Serialize, ToSchema)]
struct Hit {
    /// The present code, for `/api/v1/subjects/{code}`.
    code: String,
    /// The present name.
    name: String,
    /// What met the query: `name`, `former-name`, `code` or `older-number`.
    matched_by: &'static str,
    /// The former name or older number that met it.
    matched_text: Option<String>,
    /// By which way a name met it: `literal`, or a guess: `sound`, `initials`, `near` (one character
    /// is replaced, missing, too many, or swapped).
    way: Way,
    /// The division of registration (GB/T 2260).
    region: Option<String>,
    /// The legal form.
    legal_form: Option<CodedText>,
    /// The registration state.
    status: Option<CodedText>,
    /// The day of establishment, where a registration states it.
    #[schema(format = Date)]
    established_on: Option<String>,
    /// True where no registration was received yet.
    provisional: bool,
}

impl From<ShownHit> for Hit {
    fn from(hit: ShownHit) -> Self {
        let (matched_by, matched_text) = match hit.matched {
            Matched::Name => ("name", None),
            Matched::FormerName { name, .. } => ("former-name", Some(name)),
            Matched::Code => ("code", None),
            Matched::OlderNumber { number } => ("older-number", Some(number)),
        };
        Self {
            code: hit.code,
            name: hit.name,
            matched_by,
            matched_text,
            way: hit.way.into(),
            region: hit.region.map(|region| region.code),
            legal_form: hit.form.map(CodedText::from),
            status: hit.status.map(CodedText::from),
            established_on: hit.established_on.map(|day| day.to_string()),
            provisional: hit.provisional,
        }
    }
}

/// By which way a name met the query.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Way {
    /// It holds what was asked for, or a code was asked for.
    Literal,
    /// It sounds like it.
    Sound,
    /// Its first letters of pinyin are what was asked for.
    Initials,
    /// One character differs.
    Near,
}

impl From<shown::Way> for Way {
    fn from(way: shown::Way) -> Self {
        match way {
            shown::Way::Literal => Self::Literal,
            shown::Way::Sound => Self::Sound,
            shown::Way::Initials => Self::Initials,
            shown::Way::Near => Self::Near,
        }
    }
}

/// An organisation with a code one slip away from the one asked for.
#[derive(Debug, Serialize, ToSchema)]
struct Suggestion {
    /// Its code or older number that may be meant.
    number: String,
    /// The organisation.
    subject: Reference,
    /// The slip: `replaced`, `missing`, `extra`, or `swapped` (with the next one).
    slip: &'static str,
    /// The place of the character, counted from 1.
    place: u8,
}

impl From<ShownSuggestion> for Suggestion {
    fn from(one: ShownSuggestion) -> Self {
        let (slip, place) = match one.slip {
            Slip::Replaced(place) => ("replaced", place),
            Slip::Missing(place) => ("missing", place),
            Slip::Extra(place) => ("extra", place),
            Slip::Swapped(place) => ("swapped", place),
        };
        Self { number: one.number, subject: one.subject.into(), slip, place }
    }
}

/// A record found by the number of its document.
#[derive(Debug, Serialize, ToSchema)]
struct Document {
    /// The organisation.
    subject: Reference,
    /// The record.
    record: Row,
}

impl From<ShownDocument> for Document {
    fn from(one: ShownDocument) -> Self {
        Self { subject: one.subject.into(), record: one.record.into() }
    }
}

/// Finds organisations by part of a present or former name, by its sound (pinyin or first letters),
/// with one slip, or by a code; records by the number of their document.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "public", operation_id = "search",
    params(
        ("q" = String, Query, description = "Part of a name, pinyin, a code, or the number of a document; at most 200 characters."),
        ("region" = Option<Vec<String>>, Query, description = "Divisions of registration (GB/T 2260); those of a province or city with all in them."),
        ("kind" = Option<Vec<String>>, Query, description = "Kinds of organisation: `organisation`, `individual-business`."),
        ("form" = Option<Vec<String>>, Query, description = "Legal forms."),
        ("status" = Option<Vec<String>>, Query, description = "Registration states."),
        ("sort" = Option<String>, Query, description = "`relevance` (the usual order), `name`, or `newest`; without effect where more than 10,000 were found."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "Items on a page; 50 unless told."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, body = Results, description = "What was found; nothing is an empty list."),
        (status = 304, description = "Unchanged since the `ETag` given."),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A parameter cannot be read."),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too much at once; see `Retry-After`."),
    )
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let query = clean(visit.parameters.first("q").unwrap_or_default())?;
    let filters = filters(visit);
    let (page, first) = visit.page(visit.limit()?)?;
    let ask = SearchAsk { query: query.clone(), filters, sort: sort(visit), page };
    let asked = found(counter, Some(ask).filter(|ask| !ask.query.is_empty())).await?;
    let found = asked.answer.unwrap_or_default();
    let page = found.page;
    let place = first + u64::try_from(page.items.len()).unwrap_or_default();
    let results = Results {
        query,
        total: page.total.into(),
        next_cursor: page.next.as_deref().map(|key| cursor(place, key)),
        items: page.items.into_iter().map(Hit::from).collect(),
        suggestions: found.suggestions.into_iter().map(Suggestion::from).collect(),
        documents: found.documents.into_iter().map(Document::from).collect(),
        namesakes: found.namesakes,
        rehearsal: asked.platform.rehearsal,
    };
    answer::kept_json(&results, visit.language, asked.platform.now).map(answer::fleeting)
}

//! `GET /api/v1/search`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{Matched, ShownHit, View};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::shapes::{CodedText, Count};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::page::search::{clean, filters};
use crate::visit::{Visit, cursor};

/// What a search found. Registration facts only: no record and no count of records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Results {
    /// The query as it was searched.
    query: String,
    /// How many were found.
    total: Count,
    /// The found organisations, best first.
    items: Vec<Hit>,
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
    /// The division of registration (GB/T 2260).
    region: Option<String>,
    /// The registration state.
    status: Option<CodedText>,
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
            region: hit.region.map(|region| region.code),
            status: hit.status.map(CodedText::from),
            provisional: hit.provisional,
        }
    }
}

/// Finds organisations by part of a present or former name, or by a code.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "public", operation_id = "search",
    params(
        ("q" = String, Query, description = "Part of a name, or a code; at most 200 characters."),
        ("region" = Option<Vec<String>>, Query, description = "Divisions of registration (GB/T 2260)."),
        ("kind" = Option<Vec<String>>, Query, description = "Kinds of organisation."),
        ("status" = Option<Vec<String>>, Query, description = "Registration states."),
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
    let (ask, first) = visit.page(visit.limit()?)?;
    let text = query.clone();
    let asked = counter
        .ask(View::default(), move |desk| {
            if text.is_empty() {
                return Ok(gongxin_app::public::shown::ShownResults::default());
            }
            desk.search(&text, &filters, &ask)
        })
        .await?;
    let page = asked.answer.page;
    let place = first + u64::try_from(page.items.len()).unwrap_or_default();
    let results = Results {
        query,
        total: page.total.into(),
        next_cursor: page.next.as_deref().map(|key| cursor(place, key)),
        items: page.items.into_iter().map(Hit::from).collect(),
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&results, visit.language)
}

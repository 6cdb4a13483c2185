//! `GET /api/v1/suggest`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{Matched, SearchAsk, ShownHit};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::shapes::Text;
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::search::{clean, found};
use crate::visit::Visit;

/// Organisations that may be meant. Registration facts only.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestions {
    /// The query as it was searched.
    query: String,
    /// The organisations, best first.
    items: Vec<Meant>,
}

/// One organisation that may be meant.
#[derive(Debug, Serialize, ToSchema)]
struct Meant {
    /// The present code, for `/api/v1/subjects/{code}`.
    code: String,
    /// The present name.
    name: String,
    /// The region of registration in words.
    region: Option<Text>,
    /// The former name or older number that met what is typed; `null` where the present name or code did.
    formerly: Option<String>,
    /// The last day the former name was used, where known.
    #[schema(format = Date)]
    until: Option<String>,
}

impl From<ShownHit> for Meant {
    fn from(hit: ShownHit) -> Self {
        let (formerly, until) = match hit.matched {
            Matched::FormerName { name, until, .. } => (Some(name), until),
            Matched::OlderNumber { number } => (Some(number), None),
            Matched::Name | Matched::Code => (None, None),
        };
        Self {
            code: hit.code,
            name: hit.name,
            region: hit.region.map(|region| region.words.into()),
            formerly,
            until: until.map(|day| day.to_string()),
        }
    }
}

/// Names that begin a search, while it is typed.
#[utoipa::path(
    get, path = "/api/v1/suggest", tag = "public", operation_id = "suggest",
    params(
        ("q" = String, Query, description = "What is typed so far: part of a name, pinyin, or a code; at most 200 characters."),
    ),
    responses(
        (status = 200, body = Suggestions, description = "At most eight organisations; nothing is an empty list."),
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
    // One letter begins too many names to tell any of them.
    let is_telling = query.chars().count() >= limits::SUGGESTED_FROM;
    let ask = is_telling.then(|| SearchAsk::first(query.clone(), limits::SUGGESTIONS));
    let asked = found(counter, ask).await?;
    let results = asked.answer.unwrap_or_default();
    let items = results.page.items.into_iter().map(Meant::from).collect();
    let suggestions = Suggestions { query, items };
    answer::kept_json(&suggestions, visit.language, asked.platform.now).map(answer::fleeting)
}

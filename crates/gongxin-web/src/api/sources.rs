//! `GET /api/v1/sources`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::View;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::register_shapes::Source;
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// The bodies that supply records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sources {
    /// The bodies, by division and sector.
    sources: Vec<Source>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// The bodies that supply records, and when they last did.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "public", operation_id = "sources",
    responses((status = 200, body = Sources, description = "The bodies."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.sources()).await?;
    let sources = asked.answer.into_iter().map(Source::from).collect();
    answer::json(&Sources { sources, rehearsal: asked.platform.rehearsal }, visit.language)
}

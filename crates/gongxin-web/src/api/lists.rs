//! `GET /api/v1/lists`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::View;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::register_shapes::List;
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// The lists that stand today.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Lists {
    /// The lists.
    lists: Vec<List>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// The lists with a basis in force today, and their rules.
#[utoipa::path(
    get, path = "/api/v1/lists", tag = "public", operation_id = "lists",
    responses((status = 200, body = Lists, description = "The lists."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.lists()).await?;
    let lists = asked.answer.into_iter().map(List::from).collect();
    answer::json(&Lists { lists, rehearsal: asked.platform.rehearsal }, visit.language)
}

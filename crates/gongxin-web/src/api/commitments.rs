//! `GET /api/v1/commitments`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::View;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::register_shapes::{Entry, RegisterPage};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::page::register;
use crate::visit::Visit;

/// What organisations and public bodies promised.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Commitments {
    /// The records. Individual businesses whose names are withheld are not among them.
    records: Vec<Entry>,
    /// The cursor of the next page; `null` where the register is read to its end.
    next_cursor: Option<String>,
    /// Set where the page is short because one answer reads only so far: everything handed in
    /// since then was looked through.
    #[schema(format = DateTime)]
    reached: Option<String>,
    /// True where the rules let the public see whether a commitment was kept.
    tells_fulfilment: bool,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// Commitments, the latest handed in first, page by page.
#[utoipa::path(
    get, path = "/api/v1/commitments", tag = "public", operation_id = "commitments",
    params(
        ("region" = Option<String>, Query, description = "Of bodies of this division (GB/T 2260) and of those under it."),
        ("source" = Option<String>, Query, description = "By this body, or one that it took over from."),
        ("from" = Option<String>, Query, format = Date, description = "Made on this day or later."),
        ("until" = Option<String>, Query, format = Date, description = "Made on this day or before."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "Records on a page; 50 unless told."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses((status = 200, body = Commitments, description = "A page of commitments."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let (ask, first) = register::ask(visit, visit.limit()?)?;
    let asked = counter.ask(View::default(), move |desk| desk.commitments(&ask)).await?;
    let RegisterPage { records, next_cursor, reached } =
        RegisterPage::new(asked.answer.page, first);
    let shown = Commitments {
        records,
        next_cursor,
        reached,
        tells_fulfilment: asked.answer.tells_fulfilment,
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&shown, visit.language)
}

//! `GET /api/v1/lists/{id}`

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::register_shapes::{Entry, List, RegisterPage};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::page::lists;
use crate::visit::Visit;

/// A list and a page of its entries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListPage {
    /// The list.
    list: List,
    /// The records. Individual businesses whose names are withheld are not among them.
    records: Vec<Entry>,
    /// The cursor of the next page; `null` where the register is read to its end.
    next_cursor: Option<String>,
    /// Set where the page is short because one answer reads only so far: everything handed in
    /// since then was looked through.
    #[schema(format = DateTime)]
    reached: Option<String>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// One list and its entries, the latest handed in first, page by page.
#[utoipa::path(
    get, path = "/api/v1/lists/{id}", tag = "public", operation_id = "list",
    params(
        ("id" = String, Path, description = "The list's id. One without a basis in force today is not offered."),
        ("as_of" = Option<String>, Query, format = Date, description = "The day looked at; never later than today."),
        ("known" = Option<String>, Query, format = DateTime, description = "Only what was received by then."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "Entries on a page; 50 unless told."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses((status = 200, body = ListPage, description = "The list."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let (ask, first) = lists::ask(visit, visit.limit()?, view)?;
    let asked = counter.ask(view, move |desk| desk.list(&ask)).await?;
    let shown = lead::by_id(asked.answer)?;
    let RegisterPage { records, next_cursor, reached } = RegisterPage::new(shown.page, first);
    let page = ListPage {
        list: shown.list.into(),
        records,
        next_cursor,
        reached,
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&page, visit.language)
}

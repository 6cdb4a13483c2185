//! `GET /api/v1/subjects/{code}/records`

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::shapes::{Count, Reference, Row};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead::{self, Lead};
use crate::page::records;
use crate::visit::{Visit, cursor};

/// A page of one organisation's records.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Records {
    /// The organisation.
    subject: Reference,
    /// How many records the whole list shows.
    total: Count,
    /// The records, latest decision first.
    records: Vec<Row>,
    /// The cursor of the next page; `null` on the last.
    next_cursor: Option<String>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// The records of an organisation, latest decision first, page by page.
#[utoipa::path(
    get, path = "/api/v1/subjects/{code}/records", tag = "public", operation_id = "records",
    params(
        ("code" = String, Path, description = "A unified social credit code, or an older number."),
        ("section" = Option<String>, Query, description = "Only this section of the report, for example `administrative`."),
        ("catalogue" = Option<String>, Query, description = "Only this catalogue, for example `penalty`."),
        ("year" = Option<i16>, Query, description = "Only decisions of this year."),
        ("as_of" = Option<String>, Query, format = Date, description = "The day looked at; never later than today."),
        ("known" = Option<String>, Query, format = DateTime, description = "Only what was received by then."),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "Records on a page; 50 unless told."),
        ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before."),
    ),
    responses(
        (status = 200, body = Records, description = "A page of records; nothing is an empty list."),
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
    let (ask, first) = records::ask(visit, code.clone(), visit.limit()?, view)?;
    let asked = counter.ask(view, move |desk| desk.records(&ask)).await?;
    let shown = match lead::by_code(visit, &code, asked.answer)? {
        Lead::Here(records) => records,
        Lead::Elsewhere(response) => return Ok(response),
    };
    let place = first + u64::try_from(shown.page.items.len()).unwrap_or_default();
    let records = Records {
        subject: shown.subject.into(),
        total: shown.page.total.into(),
        next_cursor: shown.page.next.as_deref().map(|key| cursor(place, key)),
        records: shown.page.items.into_iter().map(Row::from).collect(),
        rehearsal: asked.platform.rehearsal,
    };
    answer::kept_json(&records, visit.language, asked.platform.now)
}

//! `GET /api/v1/sources/{code}`

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::View;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::NotShown;
use super::register_shapes::{Figures, Handover, Source, Supply};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::Visit;

/// One body.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourcePage {
    /// The body.
    source: Source,
    /// The clauses in force that its declaration stands on.
    basis: Vec<String>,
    /// What it may supply.
    supplies: Vec<Supply>,
    /// Who acted before.
    predecessors: Vec<Handover>,
    /// Who acts after.
    successors: Vec<Handover>,
    /// Its figures by class; `null` until they were computed.
    figures: Option<Figures>,
    /// True where the store holds rehearsal data.
    rehearsal: bool,
}

/// A body that supplies records: what it may supply, on what basis, and how well it does.
#[utoipa::path(
    get, path = "/api/v1/sources/{code}", tag = "public", operation_id = "source",
    params(("code" = String, Path, description = "The body's code.")),
    responses((status = 200, body = SourcePage, description = "The body."), NotShown)
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let code = visit.given.clone().ok_or(Trouble::Never)?;
    let asked = counter.ask(View::default(), move |desk| desk.source(&code)).await?;
    let shown = lead::by_id(asked.answer)?;
    let page = SourcePage {
        source: shown.supplier.into(),
        basis: shown.basis,
        supplies: shown.supplies.into_iter().map(Supply::from).collect(),
        predecessors: shown.predecessors.into_iter().map(Handover::from).collect(),
        successors: shown.successors.into_iter().map(Handover::from).collect(),
        figures: shown.measured.map(Figures::from),
        rehearsal: asked.platform.rehearsal,
    };
    answer::json(&page, visit.language)
}

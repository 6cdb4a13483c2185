//! `/healthz`: whether the platform answers, and how far its faces follow.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use gongxin_app::public::shown::View;
use serde::Serialize;
use utoipa::ToSchema;

use crate::counter::Counter;
use crate::visit::Visit;

/// Whether the platform answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ok`; `behind` where a face is too far behind or the store does not answer; `moved` where
    /// the store was moved to another place and what it shows grows old.
    status: &'static str,
    /// The storage engine.
    store: String,
    /// The faces and how many changes each has still to follow.
    faces: Vec<Face>,
}

/// A face and its distance from the last change.
#[derive(Debug, Serialize, ToSchema)]
struct Face {
    /// The face's name.
    name: String,
    /// How many changes it has still to follow.
    lag: u64,
}

/// Tells whether the platform answers, and how far its faces follow.
#[utoipa::path(
    get, path = "/healthz", tag = "public", operation_id = "health",
    responses(
        (status = 200, body = Health, description = "It answers."),
        (status = 503, body = Health, description = "A face is too far behind, or the store was moved."),
    )
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let asked = counter.ask(View::default(), |desk| Ok(desk.health())).await;
    let health = match asked {
        Ok(answered) => answered.answer,
        Err(trouble) => return counter.settle(&visit, Err(trouble)),
    };
    let (status, word) = if health.well {
        (StatusCode::OK, "ok")
    } else if health.moved {
        (StatusCode::SERVICE_UNAVAILABLE, "moved")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "behind")
    };
    let faces = health.faces.into_iter().map(|face| Face { name: face.name, lag: face.lag });
    let answer = Health { status: word, store: health.store, faces: faces.collect() };
    let body = serde_json::to_string(&answer).unwrap_or_default();
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

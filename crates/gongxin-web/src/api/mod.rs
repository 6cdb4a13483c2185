//! The API, version 1: one file per operation, with its document.

mod articles;
mod commitments;
mod double_publicity;
pub(crate) mod health;
mod list;
mod lists;
mod log;
pub(crate) mod open_data;
pub(crate) mod openapi;
pub(crate) mod own;
pub(crate) mod own_cases;
pub(crate) mod own_checks;
pub(crate) mod own_file;
pub(crate) mod own_files;
pub(crate) mod own_quality;
pub(crate) mod problem;
mod record;
mod records;
mod register_shapes;
pub(crate) mod rules;
mod search;
mod shapes;
mod source;
mod sources;
mod statistics;
mod subject;
mod suggest;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

pub use openapi::document;

use crate::counter::Counter;
use crate::limits;

/// The operations.
pub(crate) fn routes() -> Router<Counter> {
    Router::new()
        .route("/api/v1/search", get(search::handle))
        .route("/api/v1/suggest", get(suggest::handle))
        .route("/api/v1/subjects/{code}", get(subject::handle))
        .route("/api/v1/subjects/{code}/records", get(records::handle))
        .route("/api/v1/records/{id}", get(record::handle))
        .route("/api/v1/notices", get(articles::notices))
        .route("/api/v1/notices/{slug}", get(articles::notice))
        .route("/api/v1/guides", get(articles::guides))
        .route("/api/v1/guides/{slug}", get(articles::guide))
        .route("/api/v1/double-publicity", get(double_publicity::handle))
        .route("/api/v1/lists", get(lists::handle))
        .route("/api/v1/lists/{id}", get(list::handle))
        .route("/api/v1/sources", get(sources::handle))
        .route("/api/v1/sources/{code}", get(source::handle))
        .route("/api/v1/commitments", get(commitments::handle))
        .route("/api/v1/rules", get(rules::list))
        .route("/api/v1/rules/{id}", get(rules::one))
        .route("/api/v1/statistics", get(statistics::handle))
        .route("/api/v1/open-data", get(open_data::list))
        .route("/api/v1/open-data/changes", get(open_data::changes))
        .route("/api/v1/open-data/{id}", get(open_data::one))
        .route("/api/v1/log", get(log::handle))
        .route("/api/v1/log/records/{id}", get(log::proof))
        .route(own::HAND_INS, get(own::handle).post(own_files::hand_in))
        .route(own_cases::CASES, get(own_cases::list).merge(limited(post(own_cases::open))))
        .route(own_cases::CASE, get(own_cases::one))
        .route(own_cases::STEPS, limited(post(own_cases::step)))
        .route(own_files::BATCH, get(own_files::batch))
        .route(own_files::FINDINGS, get(own_files::findings))
        .route(own_files::PARCEL, get(own_files::parcel))
        .route(own_file::FILES, limited(post(own_file::handle)))
        .route(own_quality::QUALITY, get(own_quality::handle))
        .route(
            own_checks::CHECKS,
            post(own_checks::handle).layer(DefaultBodyLimit::max(limits::CHECK_LIST_BYTES)),
        )
        .route("/api/v1/openapi.json", get(openapi::handle))
}

/// Operations whose bodies are as small as a form.
fn limited(handlers: MethodRouter<Counter>) -> MethodRouter<Counter> {
    handlers.layer(DefaultBodyLimit::max(limits::FORM_BYTES))
}

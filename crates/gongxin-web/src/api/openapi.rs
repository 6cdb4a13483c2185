//! `GET /api/v1/openapi.json`: the document of the API, generated from its operations.

use axum::extract::State;
use axum::response::Response;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use super::{
    articles, commitments, double_publicity, health, list, lists, log, open_data, own, own_cases,
    own_checks, own_file, own_files, own_quality, record, records, rules, search, source, sources,
    statistics, subject, suggest,
};
use crate::answer;
use crate::counter::Counter;
use crate::visit::Visit;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Gongxin",
        description = "Public credit information of organisations. What is no longer published \
            answers 410 and appears in no list or count. Persons cannot be searched."
    ),
    paths(
        search::handle,
        suggest::handle,
        subject::handle,
        records::handle,
        record::handle,
        articles::notices,
        articles::notice,
        articles::guides,
        articles::guide,
        double_publicity::handle,
        lists::handle,
        list::handle,
        sources::handle,
        source::handle,
        commitments::handle,
        rules::list,
        rules::one,
        statistics::handle,
        open_data::list,
        open_data::one,
        open_data::changes,
        log::handle,
        log::proof,
        own::handle,
        own_cases::list,
        own_cases::one,
        own_cases::open,
        own_cases::step,
        own_checks::handle,
        own_file::handle,
        own_files::hand_in,
        own_files::parcel,
        own_files::batch,
        own_files::findings,
        own_quality::handle,
        handle,
        health::handle,
    ),
    tags(
        (name = "public", description = "Open to strangers, without a key."),
        (name = "own", description = "What an account may see, by a key of it.")
    )
)]
struct Document;

/// The document of the API.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    // What cargo knows of the crate is no fact of the API.
    document.info.license = None;
    document.info.contact = None;
    "1".clone_into(&mut document.info.version);
    let key = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().add_security_scheme("key", key);
    document
}

/// The document of this API.
#[utoipa::path(
    get, path = "/api/v1/openapi.json", tag = "public", operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json"))
)]
pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer::json(&document(), visit.language);
    counter.settle(&visit, answer)
}

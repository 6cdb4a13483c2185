//! Problems by RFC 9457.

use std::collections::BTreeMap;

use axum::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, ToSchema};

use crate::answer::{message_headers, tag_of};
use crate::counter::Counter;
use crate::page::message::Message;
use crate::visit::Visit;

/// Why there is no answer (RFC 9457). Its words follow `Accept-Language`: Chinese, or English.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// What kind of problem it is; stable.
    #[schema(example = "urn:gongxin:problem:ended")]
    r#type: String,
    /// The same in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What to do.
    detail: String,
    /// What of a case its procedure refuses: `stale`, `not-now`, `no-paper` and others; stable.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    /// What to quote when reporting a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

/// What every operation about one organisation or one record may answer instead of it, for the
/// document.
pub(crate) struct NotShown;

impl IntoResponses for NotShown {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let problem = |(status, why): (&str, &str)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new()
                .description(why)
                .content("application/problem+json", content.build());
            (status.to_owned(), response.build().into())
        };
        let unchanged = ResponseBuilder::new().description("Unchanged since the `ETag` given.");
        let mut all = BTreeMap::from(
            [
                ("400", "A parameter cannot be read."),
                ("404", "There never was one, or it was erased."),
                ("410", "No longer published; the same answer whatever the reason."),
                ("429", "Too much at once; see `Retry-After`."),
            ]
            .map(problem),
        );
        all.insert("304".to_owned(), unchanged.build().into());
        all
    }
}

pub(crate) fn response(counter: &Counter, visit: &Visit, message: &Message) -> Response {
    let words = |part: &str| counter.words(visit, &format!("problem.{}.{part}", message.name));
    let problem = Problem {
        r#type: format!("urn:gongxin:problem:{}", message.name.replace('_', "-")),
        title: words("title"),
        status: message.status.as_u16(),
        detail: words("detail"),
        fault: message.fault,
        reference: message.reference.clone(),
    };
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let mut response = (
        message.status,
        [(CONTENT_TYPE, "application/problem+json"), (CACHE_CONTROL, "no-store")],
        [(CONTENT_LANGUAGE, tag_of(visit.language)), (VARY, "accept-encoding, accept-language")],
        body,
    )
        .into_response();
    message_headers(&mut response, message);
    response
}

//! `GET /api/v1/own/hand-ins`: what one's bodies handed in, by key.

use axum::extract::State;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use gongxin_app::accounts::{HandInItem, Signed};
use gongxin_app::gate::{Action, BodySee, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{Office, OfficeError};
use gongxin_model::Instant;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::NotShown;
use super::shapes::Text;
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// Where it is.
pub(crate) const HAND_INS: &str = "/api/v1/own/hand-ins";

/// Which bodies.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read from the query by hand; here for the document")]
pub(crate) struct OwnQuery {
    /// A body that the key acts for; all of them when left out.
    #[param(example = "150000-market")]
    source: Option<String>,
}

/// What one's bodies handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnHandIns {
    /// Rows that wait for a person.
    held: i64,
    /// The last hand-ins, the latest first.
    hand_ins: Vec<OwnHandIn>,
}

/// A hand-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnHandIn {
    /// Its number.
    batch: i64,
    /// The body's code.
    source: String,
    /// The record class.
    catalogue: String,
    /// Its name.
    catalogue_name: Text,
    /// The file's name.
    file: String,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    received: Instant,
    /// `open` while rows are read, `done`, `withdrawn`.
    state: String,
    /// Rows that were read so far.
    rows: u64,
}

impl From<HandInItem> for OwnHandIn {
    fn from(item: HandInItem) -> Self {
        let name = item.catalogue_name;
        Self {
            batch: item.no,
            source: item.body,
            catalogue: item.catalogue,
            catalogue_name: Words::new(name.zh, name.en).into(),
            file: item.file,
            received: item.at,
            state: item.state,
            rows: item.rows,
        }
    }
}

/// The last hand-ins of the bodies that a key acts for. A body of others is not told from one that
/// there is not.
#[utoipa::path(
    get, path = "/api/v1/own/hand-ins", tag = "own", operation_id = "own_hand_ins",
    params(OwnQuery), security(("key" = [])),
    responses(
        (status = 200, body = OwnHandIns, description = "The hand-ins."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let source = visit.parameters.first("source").map(str::to_owned);
    let given = by_key(&counter, &headers, move |office, who| {
        let permits = match source {
            Some(source) => vec![office.permit::<BodySee>(who, Scope::Body(source))?],
            None => office.bodies_of(who)?,
        };
        let start = office.start_of(&permits)?;
        let hand_ins = start.hand_ins.into_iter().map(OwnHandIn::from).collect();
        Ok(OwnHandIns { held: start.held, hand_ins })
    });
    end(&counter, &visit, given.await)
}

/// Asks the office as the account of a key; none where there is no such key.
pub(super) async fn by_key<T: Send + 'static>(
    counter: &Counter,
    headers: &HeaderMap,
    question: impl FnOnce(&Office, &Signed) -> Result<T, OfficeError> + Send + 'static,
) -> Result<Option<T>, Trouble> {
    let key = bearer(headers);
    let asked = counter.office(move |office| match office.signed_by_key(&key, "api")? {
        Some(signed) => question(office, &signed).map(Some),
        None => Ok(None),
    });
    asked.await
}

/// The permit for the body that is named; without a name that for the only one.
pub(super) fn one_body<A: Action>(
    office: &Office,
    who: &Signed,
    body: Option<String>,
) -> Result<Permit<A>, OfficeError> {
    if let Some(body) = body {
        return office.permit(who, Scope::Body(body));
    }
    let mut permits = office.bodies_of(who)?;
    match (permits.pop(), permits.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(Refused.into()),
    }
}

/// What was given to the account of a key, or that there is no such key.
pub(super) fn end<T: Serialize>(
    counter: &Counter,
    visit: &Visit,
    answered: Result<Option<T>, Trouble>,
) -> Response {
    let answer = match answered {
        Ok(Some(given)) => answer::json(&given, visit.language),
        Ok(None) => Ok(without_key()),
        Err(trouble) => Err(trouble),
    };
    answer::unkept(counter.settle(visit, answer))
}

/// The key that a request carries; empty where it has none.
pub(super) fn bearer(headers: &HeaderMap) -> String {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    given.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default().to_owned()
}

/// The answer to who has no key.
pub(super) fn without_key() -> Response {
    let mut response = answer::bare(StatusCode::UNAUTHORIZED);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

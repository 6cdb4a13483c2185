//! What an address leads to: the thing itself, another address, or nothing to show.

use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::Found;
use gongxin_model::PublicId;
use gongxin_model::finding::Language;

use crate::answer::redirect;
use crate::counter::Trouble;
use crate::forms::clean_code;
use crate::visit::{Format, Visit};

/// What an address leads to.
pub(crate) enum Lead<T> {
    /// It is shown.
    Here(T),
    /// The same is found under another address.
    Elsewhere(Response),
}

/// The code of a visit's address, cleaned. What can be no code was never a subject.
pub(crate) fn code(visit: &Visit) -> Result<String, Trouble> {
    visit.given.as_deref().and_then(clean_code).ok_or(Trouble::Never)
}

/// The id of a visit's address. What can be no id was never a record.
pub(crate) fn id(visit: &Visit) -> Result<PublicId, Trouble> {
    visit.given.as_deref().and_then(|given| given.parse().ok()).ok_or(Trouble::Never)
}

/// What a visit is led to that asked for the code. A page has one address, so that a code written
/// otherwise leads to the one that all link to; the API answers at once.
pub(crate) fn by_code<T>(visit: &Visit, code: &str, found: Found<T>) -> Result<Lead<T>, Trouble> {
    let is_written_otherwise = visit.given.as_deref() != Some(code);
    match found {
        Found::Shown(_) if visit.format == Format::Html && is_written_otherwise => {
            Ok(Lead::Elsewhere(moved(visit, code)))
        }
        Found::MovedTo(present) => Ok(Lead::Elsewhere(moved(visit, &present))),
        found => by_id(found).map(Lead::Here),
    }
}

/// What is found under an id, which never moves.
pub(crate) fn by_id<T>(found: Found<T>) -> Result<T, Trouble> {
    match found {
        Found::Shown(shown) => Ok(*shown),
        Found::Ended => Err(Trouble::Ended),
        Found::MovedTo(_) | Found::Never => Err(Trouble::Never),
    }
}

/// The same address with the present code.
fn moved(visit: &Visit, present: &str) -> Response {
    let (prefix, before) = match (visit.format, visit.language) {
        (Format::Json, _) => ("", "/api/v1/subjects/"),
        (Format::Html, Language::Chinese) => ("", "/subject/"),
        (Format::Html, Language::English) => ("/en", "/subject/"),
    };
    let rest = visit.path.strip_prefix(before).unwrap_or_default();
    let tail = rest.find('/').and_then(|end| rest.get(end..)).unwrap_or_default();
    let query = if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
    redirect(StatusCode::MOVED_PERMANENTLY, &format!("{prefix}{before}{present}{tail}{query}"))
}

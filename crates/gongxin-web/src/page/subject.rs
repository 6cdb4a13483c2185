//! `/subject/CODE`: one organisation, in the order of the official credit report.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{Found, Section, ShownSubject};
use serde::Serialize;

use super::Chrome;
use crate::answer::{Robots, redirect};
use crate::counter::{Counter, Trouble};
use crate::forms::clean_code;
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct SubjectPage<'a> {
    chrome: &'a Chrome,
    subject: ShownSubject,
    /// Sections whose words must not appear in other people's search results.
    adverse: Vec<Section>,
}

pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    path: Result<Path<String>, PathRejection>,
) -> Response {
    let answer = answer(&counter, &visit, path).await;
    counter.settle(&visit, answer)
}

async fn answer(
    counter: &Counter,
    visit: &Visit,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let (code, given) = code(path)?;
    let asked_code = code.clone();
    let asked = counter.ask(view, move |desk| desk.subject(&asked_code, view)).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, view, Robots::Unkept);
    let mut subject = match asked.answer {
        Found::Shown(_) if given != code => return Ok(moved(&chrome, visit, &given, &code)),
        Found::Shown(subject) => *subject,
        Found::MovedTo(present) => return Ok(moved(&chrome, visit, &given, &present)),
        Found::Ended => return Err(Trouble::Ended),
        Found::Never => return Err(Trouble::Never),
    };
    subject.sources.truncate(limits::SOURCES_NAMED);
    let adverse = vec![
        Section::Administrative,
        Section::SeriousViolations,
        Section::AbnormalOperation,
        Section::Courts,
    ];
    counter.page("subject.html", &SubjectPage { chrome: &chrome, subject, adverse }, &chrome)
}

/// The code of an address, cleaned and as given. What can be no code was never a subject.
pub(crate) fn code(path: Result<Path<String>, PathRejection>) -> Result<(String, String), Trouble> {
    let Ok(Path(given)) = path else {
        return Err(Trouble::Never);
    };
    let code = clean_code(&given).ok_or(Trouble::Never)?;
    Ok((code, given))
}

/// The same address with the present code.
pub(crate) fn moved(chrome: &Chrome, visit: &Visit, given: &str, present: &str) -> Response {
    let tail = if chrome.path.ends_with("/records") && !given.ends_with("/records") {
        "/records"
    } else {
        ""
    };
    let prefix = if chrome.address == chrome.path { "" } else { "/en" };
    let query = if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
    let address = format!("{prefix}/subject/{present}{tail}{query}");
    redirect(StatusCode::MOVED_PERMANENTLY, &address)
}

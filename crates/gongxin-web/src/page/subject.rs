//! `/subject/CODE`: one organisation, in the order of the official credit report.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{Section, ShownSubject};
use minijinja::Value;
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead::{self, Lead};
use crate::visit::Visit;
use crate::{limits, linked};

#[derive(Serialize)]
struct SubjectPage<'a> {
    chrome: &'a Chrome,
    subject: ShownSubject,
    /// The registration in JSON-LD; none of a past day, or of what may be a person.
    linked_data: Option<Value>,
    /// Sections whose words must not appear in other people's search results.
    adverse: Vec<Section>,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let code = lead::code(visit)?;
    let asked_code = code.clone();
    let asked = counter.ask(view, move |desk| desk.subject(&asked_code, view)).await?;
    let mut subject = match lead::by_code(visit, &code, asked.answer)? {
        Lead::Here(subject) => subject,
        Lead::Elsewhere(response) => return Ok(response),
    };
    let chrome = Chrome::new(counter, visit, asked.platform, view, Robots::Unkept);
    subject.sources.truncate(limits::SOURCES_NAMED);
    let adverse = vec![
        Section::Administrative,
        Section::SeriousViolations,
        Section::AbnormalOperation,
        Section::Courts,
    ];
    let is_told = view.is_present();
    let linked_data = is_told.then(|| linked::registration(&subject, &chrome.permanent)).flatten();
    let context = SubjectPage { chrome: &chrome, subject, linked_data, adverse };
    counter.page("subject.html", &context, &chrome)
}

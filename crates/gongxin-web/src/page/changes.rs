//! `/subject/CODE/changes?from=&to=`: what came to be shown between two days.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{ChangesAsk, ShownChanges, View};
use gongxin_model::Day;
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead::{self, Lead};
use crate::visit::Visit;

/// Where no earlier day is named, the one so many months ago.
const MONTHS_BACK: i32 = 3;

#[derive(Serialize)]
struct ChangesPage<'a> {
    chrome: &'a Chrome,
    changes: ShownChanges,
    from: Day,
    until: Day,
    address: String,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let code = lead::code(visit)?;
    let (from, until) = (visit.day("from")?, visit.day("to")?);
    // Both days are days looked at: neither has yet to come.
    let latest = View { as_of: from.max(until), known: None };
    let asked_code = code.clone();
    let asked = counter
        .ask(latest, move |desk| {
            let until = until.map_or_else(|| desk.platform().map(|one| one.today()), Ok)?;
            let from = from.unwrap_or_else(|| until.plus_months(-MONTHS_BACK));
            let (from, until) = (from.min(until), from.max(until));
            let changes = desk.changes(&ChangesAsk { code: asked_code, from, until })?;
            changes.try_map(|changes| Ok((from, until, changes)))
        })
        .await?;
    let (from, until, changes) = match lead::by_code(visit, &code, asked.answer)? {
        Lead::Here(changes) => changes,
        Lead::Elsewhere(response) => return Ok(response),
    };
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let address = chrome.address.clone();
    let context = ChangesPage { chrome: &chrome, changes, from, until, address };
    counter.page("changes.html", &context, &chrome)
}

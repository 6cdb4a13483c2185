//! `/record/ID`: one decision, why it is shown, and until when.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use gongxin_app::public::shown::{Found, ShownRecord};
use gongxin_model::PublicId;
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

#[derive(Serialize)]
struct RecordPage<'a> {
    chrome: &'a Chrome,
    record: ShownRecord,
}

pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    path: Result<Path<String>, PathRejection>,
) -> Response {
    let answer = answer(&counter, &visit, path).await;
    counter.settle(&visit, answer)
}

/// The id of an address. What can be no id was never a record.
pub(crate) fn id(path: Result<Path<String>, PathRejection>) -> Result<PublicId, Trouble> {
    let Ok(Path(given)) = path else {
        return Err(Trouble::Never);
    };
    given.parse().map_err(|_| Trouble::Never)
}

async fn answer(
    counter: &Counter,
    visit: &Visit,
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Trouble> {
    let id = id(path)?;
    let view = visit.view()?;
    let asked = counter.ask(view, move |desk| desk.record(id, view)).await?;
    let record = match asked.answer {
        Found::Shown(record) => *record,
        Found::Ended => return Err(Trouble::Ended),
        Found::MovedTo(_) | Found::Never => return Err(Trouble::Never),
    };
    let robots = if record.adverse { Robots::Hidden } else { Robots::Unkept };
    let chrome = Chrome::new(counter, visit, asked.platform, view, robots);
    counter.page("record.html", &RecordPage { chrome: &chrome, record }, &chrome)
}

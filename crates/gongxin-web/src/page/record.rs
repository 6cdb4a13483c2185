//! `/record/ID`: one decision, why it is shown, and until when.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::ShownRecord;
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::Visit;

#[derive(Serialize)]
struct RecordPage<'a> {
    chrome: &'a Chrome,
    record: ShownRecord,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let id = lead::id(visit)?;
    let view = visit.view()?;
    let asked = counter.ask(view, move |desk| desk.record(id, view)).await?;
    let record = lead::by_id(asked.answer)?;
    let robots = if record.adverse { Robots::Hidden } else { Robots::Unkept };
    let chrome = Chrome::new(counter, visit, asked.platform, view, robots);
    counter.page("record.html", &RecordPage { chrome: &chrome, record }, &chrome)
}

//! `/commitments`: what organisations and public bodies promised.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{ShownEntry, View};
use serde::Serialize;

use super::Chrome;
use super::register::{self, Filters, Stand};
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct CommitmentsPage<'a> {
    chrome: &'a Chrome,
    entries: Vec<ShownEntry>,
    stand: Stand,
    filters: Filters,
    tells_fulfilment: bool,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let (ask, first) = register::ask(visit, limits::ROWS_ON_PAGE)?;
    let asked_ask = ask.clone();
    let asked = counter.ask(View::default(), move |desk| desk.commitments(&asked_ask)).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let (path, pairs) = (chrome.address.as_str(), register::pairs(&ask));
    let context = CommitmentsPage {
        stand: Stand::new(&asked.answer.page, first, path, &pairs),
        entries: asked.answer.page.items,
        filters: Filters::new(asked.answer.narrowing, &ask, path),
        tells_fulfilment: asked.answer.tells_fulfilment,
        chrome: &chrome,
    };
    counter.page("commitments.html", &context, &chrome)
}

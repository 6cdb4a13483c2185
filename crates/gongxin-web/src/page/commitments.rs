//! `/commitments`: what organisations and public bodies promised.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::View;
use serde::Serialize;

use super::Chrome;
use super::register::{self, Register};
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct CommitmentsPage<'a> {
    #[serde(flatten)]
    register: Register<'a>,
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
    let shown = asked.answer;
    let context = CommitmentsPage {
        register: Register::new(&chrome, (&ask, first), (shown.page, shown.narrowing)),
        tells_fulfilment: shown.tells_fulfilment,
    };
    counter.page("commitments.html", &context, &chrome)
}

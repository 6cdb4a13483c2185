//! `/`: the question first.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{PublicDesk, ShownHome, View};
use serde::Serialize;

use super::Chrome;
use super::sources::Days;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct HomePage<'a> {
    chrome: &'a Chrome,
    home: ShownHome,
    days: Days,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk: &dyn PublicDesk| desk.home()).await?;
    let mut home = asked.answer;
    home.sources.truncate(limits::SOURCES_NAMED);
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let context = HomePage { home, days: Days::of(&chrome), chrome: &chrome };
    counter.page("home.html", &context, &chrome)
}

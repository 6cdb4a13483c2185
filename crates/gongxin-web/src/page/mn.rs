//! `/mn/`: one page in traditional Mongolian script, set vertically: a proof that the layout can.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use gongxin_app::public::shown::View;
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

#[derive(Serialize)]
struct MongolianPage<'a> {
    chrome: &'a Chrome,
    /// The sheet that names the font.
    font: Option<&'a str>,
    licence: Option<&'a str>,
}

pub(crate) fn routes() -> Router<Counter> {
    Router::new().route("/mn/", get(handle))
}

async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |_| Ok(())).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let assets = counter.assets();
    let (font, licence) = (assets.mongolian.as_deref(), assets.mongolian_licence.as_deref());
    counter.page("mn.html", &MongolianPage { chrome: &chrome, font, licence }, &chrome)
}

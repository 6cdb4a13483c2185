//! `/log`: what the public log is, its newest checkpoint, and how it is checked; beside it the files
//! of the log as C2SP tlog-tiles says, which are the same in every language.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use gongxin_app::public::shown::{ShownLog, View};
use serde::Serialize;

use super::Chrome;
use crate::answer::{self, Robots};
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// What never changes may be kept for good.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// The page in one language.
pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    Router::new().route(&format!("{prefix}/log"), get(page))
}

/// The files of the log.
pub(crate) fn files() -> Router<Counter> {
    Router::new().route("/log/checkpoint", get(checkpoint)).route("/log/tile/{*path}", get(tile))
}

#[derive(Serialize)]
struct LogPage<'a> {
    chrome: &'a Chrome,
    /// Absent before anything was signed.
    log: Option<&'a ShownLog>,
    /// The key that is to be trusted: that of the log, which signed the last checkpoint longest.
    key: Option<&'a str>,
}

async fn page(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_page(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_page(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.log()).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let log = asked.answer.as_ref();
    let signing = log.and_then(|log| log.keys.iter().rev().find(|key| key.signs));
    let key = signing.map(|key| key.key.as_str());
    let page = counter.page("log.html", &LogPage { chrome: &chrome, log, key }, &chrome)?;
    // A signature alters nothing that answers are remembered by.
    Ok(answer::fleeting(page))
}

async fn checkpoint(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_checkpoint(&counter).await;
    counter.settle(&visit, answer)
}

async fn answer_checkpoint(counter: &Counter) -> Result<Response, Trouble> {
    let log = counter.ask(View::default(), |desk| desk.log()).await?.answer;
    let log = log.ok_or(Trouble::Never)?;
    let kept = format!("public, max-age={}, must-revalidate", log.kept_seconds);
    let kind = (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned());
    Ok(([kind, (CACHE_CONTROL, kept)], log.note).into_response())
}

async fn tile(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_tile(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_tile(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let path = visit.given.clone().ok_or(Trouble::Never)?;
    let found = counter.ask(View::default(), move |desk| desk.log_tile(&path)).await?.answer;
    let tile = found.ok_or(Trouble::Never)?;
    let kind = (CONTENT_TYPE, "application/octet-stream");
    Ok(([kind, (CACHE_CONTROL, IMMUTABLE)], tile.bytes).into_response())
}

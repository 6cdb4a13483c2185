//! `/api-docs`: the document of the API for people, and a form that tries each operation.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use gongxin_app::public::shown::View;
use serde::Serialize;

use super::Chrome;
use crate::answer::{Robots, redirect};
use crate::counter::{Counter, Trouble};
use crate::documentation::Documentation;
use crate::visit::Visit;

#[derive(Serialize)]
struct ApiPage<'a> {
    chrome: &'a Chrome,
    documentation: &'a Documentation,
}

/// The documentation in both languages, and where its forms lead.
pub(crate) fn routes() -> Router<Counter> {
    let mut router = Router::new().route("/api-docs/try", get(lead));
    for prefix in ["", "/en"] {
        router = router.route(&format!("{prefix}/api-docs"), get(handle));
    }
    router
}

async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |_| Ok(())).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let documentation = counter.documentation(chrome.language);
    counter.page("api-docs.html", &ApiPage { chrome: &chrome, documentation }, &chrome)
}

/// A form cannot put what is typed into a path: it comes here and is led on.
async fn lead(State(counter): State<Counter>, visit: Visit) -> Response {
    let given = |name: &str| visit.parameters.first(name).map(str::to_owned);
    let operation = given("operation").unwrap_or_default();
    let address = counter.documentation(visit.language).address(&operation, &given);
    let answer = address.ok_or(Trouble::Never);
    counter.settle(&visit, answer.map(|address| redirect(StatusCode::FOUND, &address)))
}

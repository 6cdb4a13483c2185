//! On a phone: the manifest of the site, and the worker that keeps its shell. No organisation, record
//! or search is ever kept.

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use gongxin_app::public::shown::View;
use gongxin_model::finding::Language;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::page::Chrome;
use crate::page::words::GUIDES;
use crate::visit::Visit;

#[derive(Serialize)]
struct OfflinePage<'a> {
    chrome: &'a Chrome,
}

pub(crate) fn routes() -> Router<Counter> {
    Router::new()
        .route("/manifest.webmanifest", get(manifest))
        .route("/worker.js", get(worker))
        .route("/offline", get(offline))
        .route("/en/offline", get(offline))
}

async fn manifest(State(counter): State<Counter>, visit: Visit) -> Response {
    let asked = counter.ask(View::default(), |_| Ok(())).await;
    let answer = asked.map(|asked| {
        let assets = counter.assets();
        let pictures = assets.icons.iter().map(|(side, address)| {
            json!({ "src": address, "sizes": format!("{side}x{side}"), "type": "image/png" })
        });
        let mark = json!({ "src": assets.mark, "sizes": "any", "type": "image/svg+xml" });
        let body = json!({
            "name": asked.platform.name.zh,
            "short_name": counter.words(&visit, "site.what"),
            "lang": "zh-Hans-CN",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "icons": pictures.chain([mark]).collect::<Vec<_>>(),
        });
        let kind = [(CONTENT_TYPE, "application/manifest+json"), (CACHE_CONTROL, "max-age=3600")];
        (kind, body.to_string()).into_response()
    });
    counter.settle(&visit, answer)
}

/// The worker, with the list of what it keeps before it.
async fn worker(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = counter.assets().worker.as_deref().map(|script| {
        let body = format!("const SHELL = {};\n{script}", shell(&counter, script));
        let kind = [(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
        (kind, body).into_response()
    });
    counter.settle(&visit, answer.ok_or(Trouble::Never))
}

/// What the worker keeps, under a name that changes with it.
fn shell(counter: &Counter, script: &str) -> serde_json::Value {
    let assets = counter.assets();
    let mut pages = Vec::new();
    let mut hasher = Sha256::new();
    hasher.update(script);
    for (prefix, language) in [("", Language::Chinese), ("/en", Language::English)] {
        pages.extend([format!("{prefix}/offline"), format!("{prefix}/help")]);
        pages.extend(GUIDES.iter().map(|guide| format!("{prefix}/help/{guide}")));
        for guide in GUIDES {
            let writing = counter.writings().get(language, &format!("help-{guide}"));
            hasher.update(writing.map(|writing| writing.body.to_string()).unwrap_or_default());
        }
    }
    let kept: Vec<&String> = [Some(&assets.style), Some(&assets.mark), assets.script.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    kept.iter().for_each(|address| hasher.update(address));
    let digest = hasher.finalize();
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    json!({ "name": name, "assets": kept, "pages": pages })
}

async fn offline(State(counter): State<Counter>, visit: Visit) -> Response {
    let asked = counter.ask(View::default(), |_| Ok(())).await;
    let answer = asked.and_then(|asked| {
        let chrome = Chrome::new(&counter, &visit, asked.platform, View::default(), Robots::Hidden);
        counter.page("offline.html", &OfflinePage { chrome: &chrome }, &chrome)
    });
    counter.settle(&visit, answer)
}

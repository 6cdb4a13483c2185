//! The pages that are only words: help, accessibility, privacy; and the two that list what an
//! operator or the site has: contact and site map.

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
use crate::writing::Writing;

/// The guides of the help, in the order of its page.
pub(crate) const GUIDES: [&str; 7] =
    ["find", "read", "object", "repair", "hand-in", "verify", "api"];

#[derive(Serialize)]
struct WordsPage<'a> {
    chrome: &'a Chrome,
    writing: &'a Writing,
    /// True for a page below the help.
    is_guide: bool,
}

#[derive(Serialize)]
struct ListPage<'a> {
    chrome: &'a Chrome,
    guides: Vec<(&'static str, &'a str)>,
}

/// The pages of words in both languages.
pub(crate) fn routes() -> Router<Counter> {
    let mut router = Router::new();
    for prefix in ["", "/en"] {
        for name in ["help", "accessibility", "privacy"] {
            let page = move |State(counter): State<Counter>, visit: Visit| async move {
                let answer = words(&counter, &visit, name).await;
                counter.settle(&visit, answer)
            };
            router = router.route(&format!("{prefix}/{name}"), get(page));
        }
        for name in ["contact", "sitemap"] {
            let page = move |State(counter): State<Counter>, visit: Visit| async move {
                let answer = list(&counter, &visit, name).await;
                counter.settle(&visit, answer)
            };
            router = router.route(&format!("{prefix}/{name}"), get(page));
        }
        router = router.route(&format!("{prefix}/help/{{guide}}"), get(guide));
    }
    router
}

async fn guide(State(counter): State<Counter>, visit: Visit) -> Response {
    let given = visit.given.as_deref();
    let known = GUIDES.into_iter().find(|guide| given == Some(*guide));
    let answer = match known {
        Some(name) => words(&counter, &visit, &format!("help-{name}")).await,
        None => Err(Trouble::Never),
    };
    counter.settle(&visit, answer)
}

async fn chrome(counter: &Counter, visit: &Visit) -> Result<Chrome, Trouble> {
    let asked = counter.ask(View::default(), |_| Ok(())).await?;
    Ok(Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open))
}

async fn words(counter: &Counter, visit: &Visit, name: &str) -> Result<Response, Trouble> {
    let chrome = chrome(counter, visit).await?;
    let writing = counter.writings().get(chrome.language, name).ok_or(Trouble::Never)?;
    let is_guide = name.starts_with("help-");
    counter.page("words.html", &WordsPage { chrome: &chrome, writing, is_guide }, &chrome)
}

async fn list(counter: &Counter, visit: &Visit, name: &str) -> Result<Response, Trouble> {
    let chrome = chrome(counter, visit).await?;
    let title = |guide: &'static str| {
        let writing = counter.writings().get(chrome.language, &format!("help-{guide}"))?;
        Some((guide, writing.title.as_str()))
    };
    let guides = GUIDES.into_iter().filter_map(title).collect();
    counter.page(&format!("{name}.html"), &ListPage { chrome: &chrome, guides }, &chrome)
}

//! `/notices/SLUG` and `/guides/SLUG`: one text of the platform's stewards.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::ArticleKind;
use gongxin_app::public::shown::{ShownArticle, View};
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::Visit;

#[derive(Serialize)]
struct ArticlePage<'a> {
    chrome: &'a Chrome,
    kind: ArticleKind,
    article: ShownArticle,
}

pub(crate) async fn notice(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit, ArticleKind::Notice).await;
    counter.settle(&visit, answer)
}

pub(crate) async fn guide(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit, ArticleKind::Guide).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit, kind: ArticleKind) -> Result<Response, Trouble> {
    let slug = visit.given.clone().ok_or(Trouble::Never)?;
    let asked = counter.ask(View::default(), move |desk| desk.article(kind, &slug)).await?;
    let article = lead::by_id(asked.answer)?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    counter.page("article.html", &ArticlePage { chrome: &chrome, kind, article }, &chrome)
}

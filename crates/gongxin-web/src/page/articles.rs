//! `/notices` and `/guides`: the texts of the platform's stewards, the latest first.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::ArticleKind;
use gongxin_app::public::shown::{Page, ShownArticleLine, View};
use serde::Serialize;

use super::{Chrome, Range};
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

#[derive(Serialize)]
struct ArticlesPage<'a> {
    chrome: &'a Chrome,
    kind: ArticleKind,
    articles: Page<ShownArticleLine>,
    range: Range,
}

pub(crate) async fn notices(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit, ArticleKind::Notice).await;
    counter.settle(&visit, answer)
}

pub(crate) async fn guides(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit, ArticleKind::Guide).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit, kind: ArticleKind) -> Result<Response, Trouble> {
    let (page, first) = visit.page(limits::RESULTS_ON_PAGE)?;
    let asked = counter.ask(View::default(), move |desk| desk.articles(kind, &page)).await?;
    let articles = asked.answer;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let range = Range::new(&articles, first, &chrome.address, &[]);
    counter.page("articles.html", &ArticlesPage { chrome: &chrome, kind, articles, range }, &chrome)
}

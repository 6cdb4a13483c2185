//! `GET /api/v1/notices`, `/api/v1/notices/{slug}`, and the same of guides.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::ArticleKind;
use gongxin_app::public::shown::{Page, ShownArticle, ShownArticleLine, View};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{NotShown, Problem};
use super::shapes::{Count, PageParameters, Text};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::visit::{Visit, cursor};

/// Notices or guides, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Articles {
    /// How many there are.
    total: Count,
    /// Those of this page.
    items: Vec<ArticleLine>,
    /// The cursor of the next page; `null` on the last.
    next_cursor: Option<String>,
}

/// A notice or guide in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ArticleLine {
    /// Its word in addresses.
    #[schema(example = "2026-rules")]
    slug: String,
    /// Its title.
    title: Text,
    /// The body that issued it.
    issuer: Option<Text>,
    /// The first day that readers saw it.
    #[schema(format = Date)]
    published: Option<String>,
}

impl From<ShownArticleLine> for ArticleLine {
    fn from(line: ShownArticleLine) -> Self {
        Self {
            slug: line.slug,
            title: line.title.into(),
            issuer: line.issuer.map(Text::from),
            published: line.published.map(|day| day.to_string()),
        }
    }
}

/// A notice or guide.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Article {
    /// What a list says of it.
    #[serde(flatten)]
    line: ArticleLine,
    /// Its text in CommonMark with tables. Raw HTML in it is text.
    text: Text,
    /// The last day that readers see it; `null` where it has no end.
    #[schema(format = Date)]
    valid_through: Option<String>,
}

impl From<ShownArticle> for Article {
    fn from(article: ShownArticle) -> Self {
        Self {
            line: article.line.into(),
            text: article.text.into(),
            valid_through: article.through.map(|day| day.to_string()),
        }
    }
}

/// The notices of the platform, the latest first.
#[utoipa::path(
    get, path = "/api/v1/notices", tag = "public", operation_id = "notices",
    params(PageParameters),
    responses(
        (status = 200, body = Articles, description = "The notices."),
        (status = 400, body = Problem, description = "A parameter cannot be read.",
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn notices(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = list(&counter, &visit, ArticleKind::Notice).await;
    counter.settle(&visit, answer)
}

/// The guides of the platform, the latest first.
#[utoipa::path(
    get, path = "/api/v1/guides", tag = "public", operation_id = "guides",
    params(PageParameters),
    responses(
        (status = 200, body = Articles, description = "The guides."),
        (status = 400, body = Problem, description = "A parameter cannot be read.",
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn guides(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = list(&counter, &visit, ArticleKind::Guide).await;
    counter.settle(&visit, answer)
}

/// A notice.
#[utoipa::path(
    get, path = "/api/v1/notices/{slug}", tag = "public", operation_id = "notice",
    params(("slug" = String, Path, description = "Its word in addresses.")),
    responses((status = 200, body = Article, description = "The notice."), NotShown)
)]
pub(crate) async fn notice(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = one(&counter, &visit, ArticleKind::Notice).await;
    counter.settle(&visit, answer)
}

/// A guide.
#[utoipa::path(
    get, path = "/api/v1/guides/{slug}", tag = "public", operation_id = "guide",
    params(("slug" = String, Path, description = "Its word in addresses.")),
    responses((status = 200, body = Article, description = "The guide."), NotShown)
)]
pub(crate) async fn guide(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = one(&counter, &visit, ArticleKind::Guide).await;
    counter.settle(&visit, answer)
}

async fn list(counter: &Counter, visit: &Visit, kind: ArticleKind) -> Result<Response, Trouble> {
    let (ask, first) = visit.page(visit.limit()?)?;
    let asked = counter.ask(View::default(), move |desk| desk.articles(kind, &ask)).await?;
    let Page { items, next, total } = asked.answer;
    let place = first + u64::try_from(items.len()).unwrap_or_default();
    let articles = Articles {
        total: total.into(),
        items: items.into_iter().map(ArticleLine::from).collect(),
        next_cursor: next.as_deref().map(|key| cursor(place, key)),
    };
    answer::json(&articles, visit.language)
}

async fn one(counter: &Counter, visit: &Visit, kind: ArticleKind) -> Result<Response, Trouble> {
    let slug = visit.given.clone().ok_or(Trouble::Never)?;
    let asked = counter.ask(View::default(), move |desk| desk.article(kind, &slug)).await?;
    answer::json(&Article::from(lead::by_id(asked.answer)?), visit.language)
}

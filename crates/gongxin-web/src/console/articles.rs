//! `/console/articles`: notices and guides as their steward works on them: drafts, what the public will see, days,
//! published and taken back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{ArticleManage, Permit, Scope};
use gongxin_app::public::shown::{ShownArticle, ShownArticleLine, Words};
use gongxin_app::{
    Article, ArticleFault, ArticleItem, ArticleKind, ArticlePart, ArticleText, Office, OfficeError,
};
use gongxin_model::{Day, Instant};
use serde::Serialize;

use super::{Answer, Caller, Desk, Stop, see};
use crate::counter::{Counter, Trouble};
use crate::forms;
use crate::page::Chrome;

const HOME: &str = "/console/articles";

/// What does not fit, at its field.
#[derive(Debug, Clone, Serialize)]
struct Fault {
    key: &'static str,
    at: String,
    value: Option<String>,
}

impl Fault {
    fn at(key: &'static str, at: &str) -> Self {
        Self { key, at: at.to_owned(), value: None }
    }

    fn of(fault: &ArticleFault) -> Self {
        let part = |part: ArticlePart, field: &str| match part {
            ArticlePart::Chinese => format!("zh-{field}"),
            ArticlePart::English => format!("en-{field}"),
        };
        let (key, at, value) = match fault {
            ArticleFault::Slug(_) => ("slug", "slug".to_owned(), None),
            ArticleFault::Taken(..) => ("taken", "slug".to_owned(), None),
            ArticleFault::Title(of) => ("title", part(*of, "title"), None),
            ArticleFault::Issuer(of) => ("issuer", part(*of, "issuer"), None),
            ArticleFault::Empty(of) => ("empty", part(*of, "text"), None),
            ArticleFault::Long(of, _) => ("long", part(*of, "text"), None),
            ArticleFault::Personal(of, _, line) => {
                ("personal", part(*of, "text"), Some(line.to_string()))
            }
            ArticleFault::Backwards => ("backwards", "through".to_owned(), None),
            ArticleFault::Unpublished(_) => ("unpublished", "state".to_owned(), None),
            ArticleFault::Reason => ("reason", "reason".to_owned(), None),
        };
        Self { key, at, value }
    }
}

/// A notice or guide in the list.
#[derive(Debug, Serialize)]
struct Line {
    slug: String,
    kind: ArticleKind,
    title: String,
    altered: Instant,
    has_draft: bool,
    state: &'static str,
    from: Option<Day>,
    through: Option<Day>,
}

/// How a text stands on a day: `draft`, `ahead`, `shown`, `over`.
fn state(item: &ArticleItem, today: Day) -> &'static str {
    match (item.shown_from, item.shown_through) {
        (None, _) => "draft",
        (Some(from), _) if from > today => "ahead",
        (_, Some(through)) if through < today => "over",
        _ => "shown",
    }
}

impl Line {
    fn of(item: ArticleItem, today: Day) -> Self {
        let state = state(&item, today);
        let text = item.draft.as_ref().or(item.published.as_ref());
        Self {
            title: text.map(|text| text.zh.title.clone()).unwrap_or_default(),
            has_draft: item.draft.is_some(),
            kind: item.kind,
            altered: item.altered,
            state,
            from: item.shown_from,
            through: item.shown_through,
            slug: item.slug,
        }
    }
}

#[derive(Serialize)]
struct ListPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    articles: Vec<Line>,
    slug: String,
    kind: String,
    fault: Option<Fault>,
}

fn permit(office: &Office, who: &Signed) -> Result<Permit<ArticleManage>, OfficeError> {
    office.permit(who, Scope::Platform)
}

/// What the office says against a text; everything else is trouble.
fn told<T>(done: Result<T, OfficeError>) -> Result<Result<T, Fault>, OfficeError> {
    match done {
        Err(OfficeError::Article(fault)) => Ok(Err(Fault::of(&fault))),
        done => done.map(Ok),
    }
}

/// All of them.
pub(super) async fn list(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        listed(&counter, &caller, &signed, None).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn listed(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    fault: Option<Fault>,
) -> Answer {
    let who = signed.clone();
    let items = counter.office(move |office| office.articles(&permit(office, &who)?)).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let mut articles: Vec<Line> =
        items.into_iter().map(|item| Line::of(item, chrome.today)).collect();
    articles.sort_by_key(|line| std::cmp::Reverse(line.altered));
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = ListPage {
        desk: counter.desk_of(caller, signed).await?,
        articles,
        slug: caller.field("slug").to_owned(),
        kind: caller.field("kind").to_owned(),
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("console-articles.html", &context, &chrome, status)?)
}

/// Begins a new one: only its word and kind; nothing is kept yet.
pub(super) async fn begin(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["slug", "kind"])?;
        let signed = counter.sender(&caller).await?;
        let (who, slug) = (signed.clone(), caller.field("slug").to_owned());
        let kind = ArticleKind::from_word(caller.field("kind"));
        let asked = slug.clone();
        let fault = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                let is_known = office.article(&permit, &asked).is_ok();
                // The word alone is judged: whatever stands beside it fits.
                let text = ArticleText { title: "-".into(), issuer: None, text: "-".into() };
                let sample = Article { zh: text, en: None };
                Ok(match told(office.check_article(&permit, &asked, &sample))? {
                    Err(fault) => Some(fault),
                    Ok(()) if is_known => Some(Fault::at("known", "slug")),
                    Ok(()) => None,
                })
            })
            .await?;
        match (fault, kind) {
            (None, Some(kind)) => Ok(see(&caller, &format!("{HOME}/{slug}?kind={}", kind.word()))),
            (None, None) => {
                listed(&counter, &caller, &signed, Some(Fault::at("kind", "kind-notice"))).await
            }
            (Some(fault), _) => listed(&counter, &caller, &signed, Some(fault)).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// One language of what is typed.
#[derive(Debug, Clone, Default, Serialize)]
struct Typed {
    title: String,
    issuer: String,
    text: String,
}

impl Typed {
    fn of(text: Option<&ArticleText>) -> Self {
        let Some(text) = text else {
            return Self::default();
        };
        Self {
            title: text.title.clone(),
            issuer: text.issuer.clone().unwrap_or_default(),
            text: text.text.clone(),
        }
    }

    /// What a form holds; the lines of a text as it was typed.
    fn sent(caller: &Caller, language: &str) -> Self {
        let field = |name: &str| caller.field(&format!("{language}-{name}")).to_owned();
        let text = caller.typed(&format!("{language}-text")).replace("\r\n", "\n");
        Self { title: field("title"), issuer: field("issuer"), text: text.trim_end().to_owned() }
    }

    fn is_empty(&self) -> bool {
        self.title.is_empty() && self.issuer.is_empty() && self.text.trim().is_empty()
    }

    fn article(self) -> ArticleText {
        let issuer = Some(self.issuer).filter(|issuer| !issuer.is_empty());
        ArticleText { title: self.title, issuer, text: self.text }
    }
}

#[derive(Serialize)]
struct OnePage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    slug: String,
    kind: ArticleKind,
    state: &'static str,
    has_draft: bool,
    is_published: bool,
    from: Option<Day>,
    through: Option<Day>,
    zh: Typed,
    en: Typed,
    /// The days and the reason as they were typed.
    sent_from: String,
    sent_through: String,
    reason: String,
    fault: Option<Fault>,
}

/// One of them, or a new one of a kind.
pub(super) async fn one(
    State(counter): State<Counter>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        shown(&counter, &caller, &signed, (&slug, None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn shown(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (slug, typed, fault): (&str, Option<(Typed, Typed)>, Option<Fault>),
) -> Answer {
    let (who, asked) = (signed.clone(), slug.to_owned());
    let item = counter
        .office(move |office| match office.article(&permit(office, &who)?, &asked) {
            Err(OfficeError::Absent(_)) => Ok(None),
            found => found.map(Some),
        })
        .await?;
    let word = caller.visit.parameters.first("kind").unwrap_or_else(|| caller.field("kind"));
    let kind = item.as_ref().map(|item| item.kind).or_else(|| ArticleKind::from_word(word));
    let Some(kind) = kind else {
        return Err(Trouble::Never.into());
    };
    let chrome = counter.chrome(&caller.visit).await?;
    let text = item.as_ref().and_then(|item| item.draft.as_ref().or(item.published.as_ref()));
    let (zh, en) = typed.unwrap_or_else(|| {
        let en = text.and_then(|text| text.en.as_ref());
        (Typed::of(text.map(|text| &text.zh)), Typed::of(en))
    });
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = OnePage {
        desk: counter.desk_of(caller, signed).await?,
        slug: slug.to_owned(),
        kind,
        state: item.as_ref().map_or("new", |item| state(item, chrome.today)),
        has_draft: item.as_ref().is_some_and(|item| item.draft.is_some()),
        is_published: item.as_ref().is_some_and(|item| item.published.is_some()),
        from: item.as_ref().and_then(|item| item.shown_from),
        through: item.as_ref().and_then(|item| item.shown_through),
        zh,
        en,
        sent_from: caller.field("from").to_owned(),
        sent_through: caller.field("through").to_owned(),
        reason: caller.field("reason").to_owned(),
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("console-article.html", &context, &chrome, status)?)
}

const FIELDS: [&str; 7] =
    ["kind", "zh-title", "zh-issuer", "zh-text", "en-title", "en-issuer", "en-text"];

/// Keeps a draft.
pub(super) async fn draft(
    State(counter): State<Counter>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&FIELDS)?;
        let signed = counter.sender(&caller).await?;
        let (zh, en) = (Typed::sent(&caller, "zh"), Typed::sent(&caller, "en"));
        let article = Article {
            zh: zh.clone().article(),
            en: Some(en.clone()).filter(|en| !en.is_empty()).map(Typed::article),
        };
        let kind = ArticleKind::from_word(caller.field("kind"));
        let (who, asked) = (signed.clone(), slug.clone());
        let kept = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                let known = office.article(&permit, &asked).ok().map(|item| item.kind);
                let Some(kind) = known.or(kind) else {
                    return Err(OfficeError::Absent("no notice or guide".to_owned()));
                };
                told(office.draft_article(&permit, (&asked, kind), &article))
            })
            .await?;
        match kept {
            Ok(()) => Ok(see(&caller, &format!("{HOME}/{slug}/preview"))),
            Err(fault) => {
                shown(&counter, &caller, &signed, (&slug, Some((zh, en)), Some(fault))).await
            }
        }
    };
    counter.end(&caller.visit, answer.await)
}

#[derive(Serialize)]
struct PreviewPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    slug: String,
    kind: ArticleKind,
    article: ShownArticle,
    is_draft: bool,
}

/// What the public would see.
pub(super) async fn preview(
    State(counter): State<Counter>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let (who, asked) = (signed.clone(), slug.clone());
        let item =
            counter.office(move |office| office.article(&permit(office, &who)?, &asked)).await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let Some(text) = item.draft.as_ref().or(item.published.as_ref()) else {
            return Err(Stop::Trouble(Trouble::Never));
        };
        let words = |of: fn(&ArticleText) -> String| Words {
            zh: of(&text.zh),
            en: text.en.as_ref().map(of),
        };
        let issuer = text.zh.issuer.as_ref().map(|zh| Words {
            zh: zh.clone(),
            en: text.en.as_ref().and_then(|en| en.issuer.clone()),
        });
        let line = ShownArticleLine {
            slug: slug.clone(),
            title: words(|text| text.title.clone()),
            issuer,
            published: item.shown_from.or(Some(chrome.today)),
        };
        let article = ShownArticle {
            line,
            text: words(|text| text.text.clone()),
            through: item.shown_through,
        };
        let context = PreviewPage {
            desk: counter.desk_of(&caller, &signed).await?,
            slug,
            kind: item.kind,
            is_draft: item.draft.is_some(),
            article,
            chrome: &chrome,
        };
        Ok(counter.private("console-article-preview.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// Shows it to readers, on days.
pub(super) async fn publish(
    State(counter): State<Counter>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["from", "through"])?;
        let signed = counter.sender(&caller).await?;
        let day = |name: &str| match caller.field(name) {
            "" => Ok(None),
            typed => forms::read_day(typed).map(Some).ok_or_else(|| Fault::at("day", name)),
        };
        let days = day("from").and_then(|from| Ok((from, day("through")?)));
        let (who, asked) = (signed.clone(), slug.clone());
        let done = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                match days {
                    Ok(days) => told(office.publish_article(&permit, &asked, days)),
                    Err(fault) => Ok(Err(fault)),
                }
            })
            .await?;
        settled(&counter, &caller, &signed, (&slug, done)).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Takes back what readers see.
pub(super) async fn withdraw(
    State(counter): State<Counter>,
    Path(slug): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["reason"])?;
        let signed = counter.sender(&caller).await?;
        let (who, asked) = (signed.clone(), slug.clone());
        let reason = caller.field("reason").to_owned();
        let done = counter
            .office(move |office| {
                told(office.withdraw_article(&permit(office, &who)?, &asked, &reason))
            })
            .await?;
        settled(&counter, &caller, &signed, (&slug, done)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn settled(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (slug, done): (&str, Result<(), Fault>),
) -> Answer {
    match done {
        Ok(()) => Ok(see(caller, &format!("{HOME}/{slug}"))),
        Err(fault) => shown(counter, caller, signed, (slug, None, Some(fault))).await,
    }
}

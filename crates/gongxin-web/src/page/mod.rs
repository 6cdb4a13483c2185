//! The pages of the portal: one file each, its context and its handler.

pub(crate) mod api_docs;
pub(crate) mod article;
pub(crate) mod articles;
pub(crate) mod changes;
pub(crate) mod commitments;
#[cfg(debug_assertions)]
pub(crate) mod design;
pub(crate) mod double_publicity;
pub(crate) mod home;
pub(crate) mod lists;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod mn;
pub(crate) mod open_data;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod register;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod sources;
pub(crate) mod statistics;
pub(crate) mod subject;
pub(crate) mod words;

use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{Page, ShownPlatform, View};
use gongxin_model::finding::Language;
use gongxin_model::{Day, Instant};
use serde::Serialize;

use crate::answer::{Robots, redirect, tag_of};
use crate::counter::Counter;
use crate::parameters::query;
use crate::settings::Footer;
use crate::templates::time_html;
use crate::visit::{Visit, cursor};

/// What every page has around its own content.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Chrome {
    #[serde(skip)]
    pub(crate) language: Language,
    pub(crate) lang: &'static str,
    pub(crate) other_lang: &'static str,
    /// The same page in the other language.
    pub(crate) other_address: String,
    /// The path of this page, without language and query.
    pub(crate) path: String,
    /// The path of this page in its language, without a query.
    pub(crate) address: String,
    /// The whole address of this page in its language, without a query: what is cited.
    pub(crate) permanent: String,
    /// The path of the start page in its language.
    pub(crate) home: String,
    #[serde(skip)]
    pub(crate) robots: Robots,
    pub(crate) robots_words: Option<&'static str>,
    pub(crate) platform: ShownPlatform,
    /// Where one signs in; absent where only the public is served.
    pub(crate) sign_in: Option<String>,
    pub(crate) style: String,
    /// The sheet of pages behind the counter, on those alone.
    pub(crate) desk_style: Option<String>,
    pub(crate) mark: String,
    /// The mark as a picture for the start screen of a phone.
    pub(crate) icon: Option<String>,
    /// The script, where npm built it.
    pub(crate) script: Option<String>,
    /// The interactive chart, where npm built it.
    pub(crate) chart: Option<String>,
    pub(crate) footer: Footer,
    /// The day looked at, where it is not the present.
    pub(crate) band: Option<Band>,
    /// The query that keeps the day looked at.
    pub(crate) view_query: String,
    /// The time the page was made, as markup; left out of the page's tag.
    #[serde(skip)]
    pub(crate) made_html: String,
    pub(crate) made: Instant,
    /// The day of `made` in China.
    pub(crate) today: Day,
}

/// The day looked at.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Band {
    pub(crate) as_of: Option<Day>,
    pub(crate) known: Option<Instant>,
}

impl Chrome {
    /// Around a page of a day.
    pub(crate) fn new(
        counter: &Counter,
        visit: &Visit,
        platform: ShownPlatform,
        view: View,
        robots: Robots,
    ) -> Self {
        let (prefix, other_prefix, other) = match visit.language {
            Language::Chinese => ("", "/en", Language::English),
            Language::English => ("/en", "", Language::Chinese),
        };
        let asked =
            if visit.query.is_empty() { String::new() } else { format!("?{}", visit.query) };
        let day = view.as_of.map(|day| day.to_string());
        let known = view.known.map(|known| known.to_string());
        let robots = if view.is_present() { robots } else { Robots::Hidden };
        Self {
            language: visit.language,
            lang: tag_of(visit.language),
            other_lang: tag_of(other),
            other_address: format!("{other_prefix}{}{asked}", visit.path),
            path: visit.path.clone(),
            address: format!("{prefix}{}", visit.path),
            permanent: format!("{}{prefix}{}", visit.origin, visit.path),
            home: format!("{prefix}/"),
            robots,
            robots_words: robots.words(),
            sign_in: counter.staff().map(|_| format!("{prefix}/sign-in")),
            style: counter.assets().style.clone(),
            desk_style: None,
            mark: counter.assets().mark.clone(),
            icon: counter.assets().icons.get(&180).cloned(),
            script: counter.assets().script.clone(),
            chart: counter.assets().chart.clone(),
            footer: counter.settings().footer.clone(),
            band: (!view.is_present()).then_some(Band { as_of: view.as_of, known: view.known }),
            view_query: query(&[("as_of", day.as_deref()), ("known", known.as_deref())]),
            made_html: time_html(platform.now),
            made: platform.now,
            today: platform.today(),
            platform,
        }
    }

    /// Around a page that says why there is nothing to show. Nothing in it tells what was asked
    /// for, so that all such pages are the same bytes.
    pub(crate) fn for_message(
        counter: &Counter,
        visit: &Visit,
        platform: ShownPlatform,
        _: &message::Message,
    ) -> Self {
        let nowhere = Visit { path: "/".to_owned(), query: String::new(), ..visit.clone() };
        Self::new(counter, &nowhere, platform, View::default(), Robots::Hidden)
    }
}

/// Where a page of a list stands in the list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Range {
    /// The place of the first item, from 1.
    pub(crate) first: u64,
    /// The place of the last item.
    pub(crate) last: u64,
    /// The address of the next page.
    pub(crate) next: Option<String>,
    /// The address of the first page, where this is another one.
    pub(crate) start: Option<String>,
}

impl Range {
    /// Where `page` stands whose first item is the `first`th; `pairs` are the list's own
    /// parameters.
    pub(crate) fn new<T>(
        page: &Page<T>,
        first: u64,
        path: &str,
        pairs: &[(&str, Option<&str>)],
    ) -> Self {
        let last = first + u64::try_from(page.items.len()).unwrap_or_default();
        let address = |cursor: Option<&str>| {
            let mut pairs = pairs.to_vec();
            pairs.push(("cursor", cursor));
            format!("{path}{}#results", query(&pairs))
        };
        Self {
            first,
            last: last.saturating_sub(1),
            next: page.next.as_deref().map(|key| address(Some(&cursor(last, key)))),
            start: (first > 1).then(|| address(None)),
        }
    }
}

/// `/en` is `/en/`.
pub(crate) async fn to_english() -> Response {
    redirect(StatusCode::PERMANENT_REDIRECT, "/en/")
}

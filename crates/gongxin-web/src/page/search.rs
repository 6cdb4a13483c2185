//! `/search?q=`: find the right one. Registration facts only.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{Filters, PublicDesk, SearchAsk, ShownResults, Sort, View, Way};
use serde::Serialize;

use super::{Chrome, Range};
use crate::answer::{Robots, fleeting, redirect};
use crate::counter::{Answered, Counter, Trouble};
use crate::limits;
use crate::parameters::{encode, query};
use crate::visit::Visit;

#[derive(Serialize)]
struct SearchPage<'a> {
    chrome: &'a Chrome,
    query: String,
    results: Option<ShownResults>,
    facets: Vec<Facet>,
    chosen: Vec<Chosen>,
    /// The address without any filter.
    unfiltered: String,
    /// The orders to choose from; none where there are too many results to be put in order.
    orders: Vec<Order>,
    /// The order that is not the usual one, for the form of the filters.
    order: Option<&'static str>,
    /// The key of the words about how the names were found, where they do not hold the query.
    guess: Option<&'static str>,
    range: Option<Range>,
}

/// An order of the results.
#[derive(Serialize)]
struct Order {
    word: &'static str,
    address: String,
    is_chosen: bool,
}

/// A filter with its choices.
#[derive(Serialize)]
struct Facet {
    parameter: String,
    options: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    option: gongxin_app::public::shown::ShownOption,
    chosen: bool,
}

/// A chosen filter and the address without it.
#[derive(Serialize)]
struct Chosen {
    words: gongxin_app::public::shown::Words,
    without: String,
}

/// The query as it is searched: without control characters, blanks joined.
pub(crate) fn clean(text: &str) -> Result<String, Trouble> {
    let visible = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let visible: String = visible.collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let cleaned = words.join(" ");
    if cleaned.chars().count() > limits::QUERY_CHARACTERS {
        return Err(Trouble::LongQuery);
    }
    Ok(cleaned)
}

/// The filters of a visit.
pub(crate) fn filters(visit: &Visit) -> Filters {
    let all = |name| visit.parameters.all(name, limits::FILTER_VALUES);
    Filters {
        regions: all("region"),
        kinds: all("kind"),
        forms: all("form"),
        statuses: all("status"),
    }
}

/// The order asked for; the usual one for any other word.
pub(crate) fn sort(visit: &Visit) -> Sort {
    visit.parameters.first("sort").and_then(Sort::from_word).unwrap_or_default()
}

/// What the desk finds; nothing where there is nothing to ask it for.
pub(crate) async fn found(
    counter: &Counter,
    search: Option<SearchAsk>,
) -> Result<Answered<Option<ShownResults>>, Trouble> {
    let question = move |desk: &dyn PublicDesk| search.map(|ask| desk.search(&ask)).transpose();
    counter.ask(View::default(), question).await
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let text = clean(visit.parameters.first("q").unwrap_or_default())?;
    let filters = filters(visit);
    let (ask, first) = visit.page(limits::RESULTS_ON_PAGE)?;
    let sort = sort(visit);
    let search = SearchAsk { query: text.clone(), filters: filters.clone(), sort, page: ask };
    let asked = found(counter, Some(search).filter(|ask| !ask.query.is_empty())).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let results = asked.answer;
    if let Some(code) = results.as_ref().and_then(|results| results.direct.as_deref()) {
        let prefix = chrome.address.trim_end_matches("/search");
        let address = format!("{prefix}/subject/{}", encode(code));
        return Ok(redirect(StatusCode::FOUND, &address));
    }
    let pairs = pairs(&text, &filters, sort);
    let address = chrome.address.as_str();
    let range = results
        .as_ref()
        .map(|results| Range::new(&results.page, first, address, &borrowed(&pairs)));
    let facets = facets(results.as_ref(), &filters);
    let can_sort = results.as_ref().is_some_and(|results| results.can_sort);
    let context = SearchPage {
        chrome: &chrome,
        chosen: chosen(&facets, &pairs, address),
        unfiltered: to(address, &self::pairs(&text, &Filters::default(), sort)),
        orders: if can_sort { orders(address, &text, &filters, sort) } else { Vec::new() },
        order: (sort != Sort::default()).then(|| sort.word()),
        guess: results.as_ref().and_then(|results| guess(&text, results)),
        query: text,
        results,
        facets,
        range,
    };
    // It rests on the name index too, which follows the store at its own pace.
    counter.page("search.html", &context, &chrome).map(fleeting)
}

/// The address of results.
fn to(path: &str, pairs: &[(&'static str, String)]) -> String {
    format!("{path}{}#results", query(&borrowed(pairs)))
}

fn orders(path: &str, text: &str, filters: &Filters, chosen: Sort) -> Vec<Order> {
    let order = |sort: Sort| Order {
        word: sort.word(),
        address: to(path, &pairs(text, filters, sort)),
        is_chosen: sort == chosen,
    };
    Sort::ALL.into_iter().map(order).collect()
}

/// How the first name was found, where it does not hold the query.
fn guess(text: &str, results: &ShownResults) -> Option<&'static str> {
    let is_latin = text.is_ascii();
    match results.page.items.first()?.way {
        Way::Literal => None,
        Way::Sound if is_latin => Some("search.by_pinyin"),
        Way::Sound => Some("search.by_sound"),
        Way::Initials => Some("search.by_initials"),
        Way::Near => Some("search.by_near"),
    }
}

fn pairs(text: &str, filters: &Filters, sort: Sort) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("q", text.to_owned())];
    if sort != Sort::default() {
        pairs.push(("sort", sort.word().to_owned()));
    }
    let each = [
        ("region", &filters.regions),
        ("kind", &filters.kinds),
        ("form", &filters.forms),
        ("status", &filters.statuses),
    ];
    for (name, values) in each {
        pairs.extend(values.iter().map(|value| (name, value.clone())));
    }
    pairs
}

fn borrowed<'a>(pairs: &'a [(&'static str, String)]) -> Vec<(&'a str, Option<&'a str>)> {
    pairs.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect()
}

fn facets(results: Option<&ShownResults>, filters: &Filters) -> Vec<Facet> {
    let Some(results) = results else {
        return Vec::new();
    };
    let picked = |parameter: &str, value: &String| match parameter {
        "region" => filters.regions.contains(value),
        "form" => filters.forms.contains(value),
        _ => filters.statuses.contains(value),
    };
    let facet = |facet: &gongxin_app::public::shown::ShownFacet| Facet {
        parameter: facet.parameter.clone(),
        options: facet
            .options
            .iter()
            .map(|option| Choice {
                option: option.clone(),
                chosen: picked(&facet.parameter, &option.value),
            })
            .collect(),
    };
    results.facets.iter().map(facet).collect()
}

fn chosen(facets: &[Facet], pairs: &[(&'static str, String)], path: &str) -> Vec<Chosen> {
    let mut chosen = Vec::new();
    for facet in facets {
        for choice in facet.options.iter().filter(|choice| choice.chosen) {
            let rest: Vec<_> = pairs
                .iter()
                .filter(|(name, value)| *name != facet.parameter || *value != choice.option.value)
                .cloned()
                .collect();
            chosen.push(Chosen { words: choice.option.words.clone(), without: to(path, &rest) });
        }
    }
    chosen
}

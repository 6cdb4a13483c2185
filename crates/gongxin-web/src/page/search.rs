//! `/search?q=`: find the right one. Registration facts only.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{Filters, ShownResults, View};
use serde::Serialize;

use super::{Chrome, Range};
use crate::answer::{Robots, redirect};
use crate::counter::{Counter, Trouble};
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
    range: Option<Range>,
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
    Filters { regions: all("region"), kinds: all("kind"), statuses: all("status") }
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let text = clean(visit.parameters.first("q").unwrap_or_default())?;
    let filters = filters(visit);
    let (ask, first) = visit.page(limits::RESULTS_ON_PAGE)?;
    let (asked_text, asked_filters) = (text.clone(), filters.clone());
    let asked = counter
        .ask(View::default(), move |desk| {
            if asked_text.is_empty() {
                return Ok(None);
            }
            desk.search(&asked_text, &asked_filters, &ask).map(Some)
        })
        .await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Hidden);
    let results = asked.answer;
    if let Some(code) = results.as_ref().and_then(|results| results.direct.as_deref()) {
        let prefix = chrome.address.trim_end_matches("/search");
        let address = format!("{prefix}/subject/{}", encode(code));
        return Ok(redirect(StatusCode::FOUND, &address));
    }
    let pairs = pairs(&text, &filters);
    let range = results
        .as_ref()
        .map(|results| Range::new(&results.page, first, &chrome.address, &borrowed(&pairs)));
    let facets = facets(results.as_ref(), &filters);
    let chosen = chosen(&facets, &pairs, &chrome.address);
    let context = SearchPage { chrome: &chrome, query: text, results, facets, chosen, range };
    counter.page("search.html", &context, &chrome)
}

fn pairs(text: &str, filters: &Filters) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("q", text.to_owned())];
    let each =
        [("region", &filters.regions), ("kind", &filters.kinds), ("status", &filters.statuses)];
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
        "kind" => filters.kinds.contains(value),
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
            let without = format!("{path}{}#results", query(&borrowed(&rest)));
            chosen.push(Chosen { words: choice.option.words.clone(), without });
        }
    }
    chosen
}

//! What the pages of registers share: filters of a plain form, chosen ones that can be taken away,
//! and where a page stands.

use axum::Router;
use axum::routing::get;
use gongxin_app::public::shown::{
    RegisterAsk, ShownEntry, ShownNarrowing, ShownOption, ShownRegister, Words,
};
use gongxin_model::Instant;
use serde::Serialize;

use super::{Chrome, changes, commitments, double_publicity, lists, sources};
use crate::counter::{Counter, Trouble};
use crate::parameters::query;
use crate::visit::{Visit, cursor};

/// The addresses of all registers under a language's prefix.
pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    let at = |path: &str| format!("{prefix}{path}");
    Router::new()
        .route(&at("/double-publicity"), get(double_publicity::handle))
        .route(&at("/double-publicity/csv"), get(double_publicity::csv))
        .route(&at("/double-publicity/feed"), get(double_publicity::feed))
        .route(&at("/lists"), get(lists::handle))
        .route(&at("/lists/{id}"), get(lists::one))
        .route(&at("/lists/{id}/csv"), get(lists::csv))
        .route(&at("/lists/{id}/feed"), get(lists::feed))
        .route(&at("/sources"), get(sources::handle))
        .route(&at("/sources/{code}"), get(sources::one))
        .route(&at("/commitments"), get(commitments::handle))
        .route(&at("/subject/{code}/changes"), get(changes::handle))
}

/// What a visit narrows a register to.
pub(crate) fn ask(visit: &Visit, size: u16) -> Result<(RegisterAsk, u64), Trouble> {
    let text = |name: &str| visit.parameters.first(name).map(str::to_owned);
    let (page, first) = visit.page(size)?;
    let ask = RegisterAsk {
        region: text("region"),
        source: text("source"),
        catalogue: text("catalogue"),
        from: visit.day("from")?,
        until: visit.day("until")?,
        page,
    };
    Ok((ask, first))
}

/// The parameters of what is asked, for addresses.
pub(crate) fn pairs(ask: &RegisterAsk) -> Vec<(&'static str, String)> {
    let day = |day: Option<gongxin_model::Day>| day.map(|day| day.to_string());
    let all = [
        ("region", ask.region.clone()),
        ("source", ask.source.clone()),
        ("catalogue", ask.catalogue.clone()),
        ("from", day(ask.from)),
        ("until", day(ask.until)),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// An address with parameters.
pub(crate) fn address(path: &str, pairs: &[(&'static str, String)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect();
    format!("{path}{}", query(&pairs))
}

/// What the pages of registers that can be narrowed have in common.
#[derive(Serialize)]
pub(crate) struct Register<'a> {
    chrome: &'a Chrome,
    entries: Vec<ShownEntry>,
    stand: Stand,
    filters: Filters,
}

impl<'a> Register<'a> {
    /// The answer to `ask`, whose first record is the `first`th.
    pub(crate) fn new(
        chrome: &'a Chrome,
        (ask, first): (&RegisterAsk, u64),
        (page, narrowing): (ShownRegister, ShownNarrowing),
    ) -> Self {
        let path = chrome.address.as_str();
        Self {
            stand: Stand::new(&page, first, path, &pairs(ask)),
            entries: page.items,
            filters: Filters::new(narrowing, ask, path),
            chrome,
        }
    }
}

/// Where a page of a register stands.
#[derive(Serialize)]
pub(crate) struct Stand {
    /// The place of the first record, from 1.
    pub(crate) first: u64,
    /// The place of the last record.
    pub(crate) last: u64,
    /// The address of the next page.
    pub(crate) next: Option<String>,
    /// The address of the first page, where this is another one.
    pub(crate) start: Option<String>,
    /// Since when everything was looked through, where the page is short because of that.
    pub(crate) reached: Option<Instant>,
}

impl Stand {
    /// Where `page` stands whose first record is the `first`th.
    pub(crate) fn new(
        page: &ShownRegister,
        first: u64,
        path: &str,
        pairs: &[(&'static str, String)],
    ) -> Self {
        let after = first + u64::try_from(page.items.len()).unwrap_or_default();
        let to = |cursor: Option<String>| {
            let mut pairs = pairs.to_vec();
            pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
            format!("{}#results", address(path, &pairs))
        };
        Self {
            first,
            last: after.saturating_sub(1),
            // A page may be empty and not the last: the next one has a place all the same.
            next: page.next.as_deref().map(|key| to(Some(cursor(after.max(2), key)))),
            start: (first > 1).then(|| to(None)),
            reached: page.reached,
        }
    }
}

/// A filter with its choices.
#[derive(Serialize)]
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) options: Vec<ShownOption>,
    pub(crate) value: Option<String>,
}

/// A chosen filter and the address without it.
#[derive(Serialize)]
pub(crate) struct Chosen {
    pub(crate) name: &'static str,
    pub(crate) words: Words,
    pub(crate) without: String,
}

/// The filters of a register and what is chosen of them.
#[derive(Serialize)]
pub(crate) struct Filters {
    pub(crate) choices: Vec<Filter>,
    pub(crate) from: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) chosen: Vec<Chosen>,
    pub(crate) unfiltered: String,
}

impl Filters {
    /// The filters of a visit at `path`.
    pub(crate) fn new(narrowing: ShownNarrowing, ask: &RegisterAsk, path: &str) -> Self {
        let choice = |name, options: Vec<ShownOption>, value: &Option<String>| Filter {
            name,
            options,
            value: value.clone(),
        };
        let choices = vec![
            choice("region", narrowing.regions, &ask.region),
            choice("source", narrowing.sources, &ask.source),
            choice("catalogue", narrowing.catalogues, &ask.catalogue),
        ];
        let pairs = pairs(ask);
        let chosen = pairs.iter().map(|(name, value)| {
            let rest: Vec<_> = pairs.iter().filter(|(other, _)| other != name).cloned().collect();
            let known = choices.iter().filter(|filter| filter.name == *name);
            let option = known.flat_map(|filter| &filter.options).find(|one| one.value == *value);
            Chosen {
                name,
                words: option.map_or_else(|| Words::new(value, value), |one| one.words.clone()),
                without: format!("{}#results", address(path, &rest)),
            }
        });
        Self {
            chosen: chosen.collect(),
            choices,
            from: ask.from.map(|day| day.to_string()),
            until: ask.until.map(|day| day.to_string()),
            unfiltered: format!("{path}#results"),
        }
    }
}

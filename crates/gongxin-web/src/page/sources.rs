//! `/sources` and `/sources/CODE`: the bodies that supply records.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{Coded, ShownSupplier, ShownSupplierPage, View, Words};
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::lead;
use crate::parameters::query;
use crate::visit::Visit;

#[derive(Serialize)]
struct SourcesPage<'a> {
    chrome: &'a Chrome,
    /// How many bodies there are.
    total: usize,
    /// How many of them are shown.
    count: usize,
    levels: Vec<Level>,
    regions: Vec<Coded>,
    sectors: Vec<Coded>,
    chosen: Narrowing,
    chips: Vec<Chip>,
    days: Days,
}

/// The bodies of a level: of the nation, a province, a city, a county.
#[derive(Serialize)]
struct Level {
    /// The last part of the key of its words.
    name: &'static str,
    divisions: Vec<Division>,
}

/// The bodies of a division.
#[derive(Serialize)]
struct Division {
    region: Option<Coded>,
    sources: Vec<ShownSupplier>,
}

/// What the list is narrowed to.
#[derive(Serialize)]
struct Narrowing {
    /// Part of a name.
    name: Option<String>,
    region: Option<String>,
    sector: Option<String>,
}

/// What is chosen, and the address without it.
#[derive(Serialize)]
struct Chip {
    words: Words,
    without: String,
}

impl Narrowing {
    fn of(visit: &Visit) -> Self {
        let first = |name| visit.parameters.first(name).map(str::to_owned);
        Self { name: first("name"), region: first("region"), sector: first("sector") }
    }

    fn has(&self, source: &ShownSupplier) -> bool {
        let name = self.name.as_deref().map(str::to_lowercase);
        let is_named = name.is_none_or(|part| {
            let words = &source.body.name;
            words.zh.to_lowercase().contains(&part)
                || words.en.as_deref().is_some_and(|words| words.to_lowercase().contains(&part))
        });
        let region = source.region.as_ref().map(|region| region.code.as_str());
        is_named
            && (self.region.is_none() || self.region.as_deref() == region)
            && self.sector.as_deref().is_none_or(|sector| sector == source.sector.code)
    }

    fn chips(&self, path: &str, known: &[&[Coded]]) -> Vec<Chip> {
        let pairs = [("name", &self.name), ("region", &self.region), ("sector", &self.sector)];
        let chip = |(name, value): (&str, &String)| {
            let rest: Vec<_> = pairs
                .iter()
                .map(|(other, value)| (*other, value.as_deref().filter(|_| *other != name)))
                .collect();
            let coded = known.iter().flat_map(|list| list.iter());
            let coded = coded.filter(|_| name != "name").find(|one| one.code == *value);
            Chip {
                words: coded.map_or_else(|| Words::new(value, value), |one| one.words.clone()),
                without: format!("{path}{}#results", query(&rest)),
            }
        };
        let chosen = pairs.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?)));
        chosen.map(chip).collect()
    }
}

#[derive(Serialize)]
struct SourcePage<'a> {
    chrome: &'a Chrome,
    source: ShownSupplierPage,
    days: Days,
}

/// The days that are called by a word.
#[derive(Serialize)]
pub(crate) struct Days {
    today: String,
    yesterday: String,
}

impl Days {
    /// As seen from the day of a page.
    pub(crate) fn of(chrome: &Chrome) -> Self {
        let today = chrome.platform.today();
        Self { today: today.to_string(), yesterday: today.plus_days(-1).to_string() }
    }
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = async {
        let asked = counter.ask(View::default(), |desk| desk.sources()).await?;
        let robots = if visit.query.is_empty() { Robots::Open } else { Robots::Hidden };
        let chrome = Chrome::new(&counter, &visit, asked.platform, View::default(), robots);
        let chosen = Narrowing::of(&visit);
        let all = asked.answer;
        let regions = coded(all.iter().filter_map(|source| source.region.clone()));
        let sectors = coded(all.iter().map(|source| source.sector.clone()));
        let total = all.len();
        let shown: Vec<_> = all.into_iter().filter(|source| chosen.has(source)).collect();
        let context = SourcesPage {
            total,
            count: shown.len(),
            levels: levels(shown),
            chips: chosen.chips(&chrome.address, &[&regions, &sectors]),
            regions,
            sectors,
            chosen,
            days: Days::of(&chrome),
            chrome: &chrome,
        };
        counter.page("sources.html", &context, &chrome)
    };
    let answer = answer.await;
    counter.settle(&visit, answer)
}

/// Each of `all` once, by code.
fn coded(all: impl Iterator<Item = Coded>) -> Vec<Coded> {
    let by_code: BTreeMap<String, Coded> = all.map(|one| (one.code.clone(), one)).collect();
    by_code.into_values().collect()
}

/// The bodies by level and division, the widest first.
fn levels(sources: Vec<ShownSupplier>) -> Vec<Level> {
    let mut divisions: BTreeMap<Option<String>, Division> = BTreeMap::new();
    for source in sources {
        let code = source.region.as_ref().map(|region| region.code.clone());
        let region = source.region.clone();
        let division = || Division { region, sources: Vec::new() };
        divisions.entry(code).or_insert_with(division).sources.push(source);
    }
    let mut levels: Vec<Level> = ["nation", "province", "city", "county", "nowhere"]
        .map(|name| Level { name, divisions: Vec::new() })
        .into();
    for division in divisions.into_values() {
        let name = level_of(division.region.as_ref().map(|region| region.code.as_str()));
        if let Some(level) = levels.iter_mut().find(|one| one.name == name) {
            level.divisions.push(division);
        }
    }
    levels.retain(|level| !level.divisions.is_empty());
    levels
}

/// The level of a division by its code (GB/T 2260): two digits each for province, city and county.
fn level_of(code: Option<&str>) -> &'static str {
    match code {
        None => "nowhere",
        Some(code) if code.starts_with("10") || code.starts_with("00") => "nation",
        Some(code) if code.ends_with("0000") => "province",
        Some(code) if code.ends_with("00") => "city",
        Some(_) => "county",
    }
}

pub(crate) async fn one(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = source(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn source(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let code = visit.given.clone().ok_or(Trouble::Never)?;
    let asked = counter.ask(View::default(), move |desk| desk.source(&code)).await?;
    let source = lead::by_id(asked.answer)?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let context = SourcePage { source, days: Days::of(&chrome), chrome: &chrome };
    counter.page("source.html", &context, &chrome)
}

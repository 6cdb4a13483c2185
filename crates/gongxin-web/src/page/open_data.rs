//! `/open-data`: what is given out whole, the files, and their description for machines.

mod dcat;
mod file;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use gongxin_app::public::shown::View;
use gongxin_app::public::shown::open_data::{
    OpenFormat, ShownOpenClass, ShownOpenData, ShownOpenPage, ShownOpenShard,
};
use gongxin_app::public::shown::{Coded, Words};
use serde::Serialize;

use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::parameters::query;
use crate::visit::Visit;
use crate::{lead, limits};

/// The addresses of open data in one language.
pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    Router::new()
        .route(&format!("{prefix}/open-data"), get(all))
        .route(&format!("{prefix}/open-data/catalog.jsonld"), get(dcat::handle))
        .route(&format!("{prefix}/open-data/{{catalogue}}"), get(class))
        .route(&format!("{prefix}/open-data/files/{{file}}"), get(file::handle))
}

/// Where a file is taken; the same in every language.
pub(crate) fn file_address(name: &str, format: OpenFormat) -> String {
    format!("/open-data/files/{name}.{}", format.word())
}

/// The title of a form, which is the same in every language.
pub(crate) const fn title(format: OpenFormat) -> &'static str {
    match format {
        OpenFormat::Csv => "CSV",
        OpenFormat::JsonLines => "JSON Lines",
        OpenFormat::Parquet => "Parquet",
    }
}

#[derive(Serialize)]
struct OpenDataPage<'a> {
    chrome: &'a Chrome,
    open: &'a ShownOpenData,
    lines: Vec<Line<'a>>,
}

/// A class in the list of all.
#[derive(Serialize)]
struct Line<'a> {
    class: &'a ShownOpenClass,
    files: usize,
    rows: u64,
    first_year: Option<i16>,
    last_year: Option<i16>,
}

#[derive(Serialize)]
struct ClassPage<'a> {
    chrome: &'a Chrome,
    page: &'a ShownOpenPage,
    rows: u64,
    divisions: Vec<Choice<'a>>,
    /// True where one division was chosen.
    is_narrowed: bool,
    years: Vec<Year<'a>>,
    codes_named: usize,
}

/// A division to choose; without words every one.
#[derive(Serialize)]
struct Choice<'a> {
    words: Option<&'a Words>,
    address: String,
    chosen: bool,
}

/// The files of a year.
#[derive(Serialize)]
struct Year<'a> {
    year: i16,
    shards: Vec<Shard<'a>>,
}

#[derive(Serialize)]
struct Shard<'a> {
    division: &'a Coded,
    rows: Option<u64>,
    files: Vec<FileLine<'a>>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    name: String,
    address: String,
    title: &'static str,
    size: String,
    digest: &'a str,
}

async fn all(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_all(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_all(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.open_data()).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let open = &asked.answer;
    let lines = open.classes.iter().map(line).collect();
    counter.page("open-data.html", &OpenDataPage { chrome: &chrome, open, lines }, &chrome)
}

fn line(class: &ShownOpenClass) -> Line<'_> {
    let years = || class.shards.iter().map(|shard| shard.year);
    Line {
        class,
        files: class.shards.len(),
        rows: rows(class),
        first_year: years().min(),
        last_year: years().max(),
    }
}

async fn class(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_class(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_class(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let id = visit.given.clone().unwrap_or_default();
    let asked = counter.ask(View::default(), move |desk| desk.open_class(&id)).await?;
    let page = lead::by_id(asked.answer)?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Unkept);
    let divisions = divisions(&page.class);
    let wanted = visit.parameters.first("division");
    let wanted = wanted.filter(|wanted| divisions.iter().any(|one| word(one) == *wanted));
    let context = ClassPage {
        rows: rows(&page.class),
        divisions: choices(&chrome.address, &divisions, wanted),
        is_narrowed: wanted.is_some(),
        years: years(&page.class.shards, wanted),
        codes_named: limits::CODES_NAMED,
        page: &page,
        chrome: &chrome,
    };
    counter.page("open-class.html", &context, &chrome)
}

fn rows(class: &ShownOpenClass) -> u64 {
    class.shards.iter().filter_map(|shard| Some(shard.held.as_ref()?.rows)).sum()
}

/// A division in an address.
fn word(division: &Coded) -> &str {
    if division.code.is_empty() { "elsewhere" } else { &division.code }
}

fn divisions(class: &ShownOpenClass) -> Vec<&Coded> {
    let mut divisions: Vec<&Coded> = class.shards.iter().map(|shard| &shard.division).collect();
    divisions.sort_by_key(|division| (division.code.is_empty(), &division.code));
    divisions.dedup_by_key(|division| &division.code);
    divisions
}

fn choices<'a>(address: &str, divisions: &[&'a Coded], wanted: Option<&str>) -> Vec<Choice<'a>> {
    if divisions.len() < 2 {
        return Vec::new();
    }
    let link =
        |division: Option<&str>| format!("{address}{}#files", query(&[("division", division)]));
    let every = Choice { words: None, address: link(None), chosen: wanted.is_none() };
    let one = |division: &&'a Coded| Choice {
        words: Some(&division.words),
        address: link(Some(word(division))),
        chosen: wanted == Some(word(division)),
    };
    std::iter::once(every).chain(divisions.iter().map(one)).collect()
}

/// Files year by year, those of one division where one is wanted.
fn years<'a>(shards: &'a [ShownOpenShard], wanted: Option<&str>) -> Vec<Year<'a>> {
    let mut years: Vec<Year<'_>> = Vec::new();
    for shard in
        shards.iter().filter(|one| wanted.is_none_or(|word_of| word(&one.division) == word_of))
    {
        let held = shard.held.as_ref();
        let file = |file: &'a gongxin_app::public::shown::open_data::ShownOpenFile| FileLine {
            name: format!("{}.{}", shard.name, file.format.word()),
            address: file_address(&shard.name, file.format),
            title: title(file.format),
            size: size(file.bytes),
            digest: &file.digest,
        };
        let line = Shard {
            division: &shard.division,
            rows: held.map(|held| held.rows),
            files: held.into_iter().flat_map(|held| &held.files).map(file).collect(),
        };
        match years.last_mut() {
            Some(last) if last.year == shard.year => last.shards.push(line),
            _ => years.push(Year { year: shard.year, shards: vec![line] }),
        }
    }
    years
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let (mut whole, mut rest, mut unit) = (bytes, 0, 0);
    while whole >= 1_000 && unit + 1 < UNITS.len() {
        rest = whole % 1_000;
        whole /= 1_000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    if unit == 0 || whole >= 100 {
        format!("{whole} {name}")
    } else {
        format!("{whole}.{} {name}", rest / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_by_people() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (7_553_140, "7.5 MB"),
            (123_456_789, "123 MB"),
            (5_000_000_000_000, "5000 GB"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }
}

//! `/statistics`: the region in figures, each drawing beside its table and its CSV.

mod draw;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use gongxin_app::public::shown::View;
use gongxin_app::public::shown::statistics::{
    ShownClassFigures, ShownFigure, ShownIndustry, ShownStatistics, ShownYear, StatisticsTable,
};
use gongxin_app::public::statistics_csv;
use serde::Serialize;

use self::draw::{Bar, Line, Outline, Tile, bars, lines, outlines, tiles};
use super::Chrome;
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::parameters::query;
use crate::visit::Visit;

/// The addresses of the figures in one language.
pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    Router::new()
        .route(&format!("{prefix}/statistics"), get(page))
        .route(&format!("{prefix}/statistics/{{table}}"), get(table))
}

#[derive(Serialize)]
struct StatisticsPage<'a> {
    chrome: &'a Chrome,
    /// Absent before the first edition.
    figures: Option<Figures<'a>>,
}

/// The figures as they are looked at, and the drawings of them.
#[derive(Serialize)]
pub(super) struct Figures<'a> {
    statistics: &'a ShownStatistics,
    /// The years to choose from.
    years: Vec<Choice>,
    /// The classes to choose from.
    classes: Vec<Choice>,
    year: &'a ShownYear,
    class: Option<&'a ShownClassFigures>,
    /// The approved map, where the operator has one.
    map: Option<MapDrawing<'a>>,
    /// The tiles, and how large the drawing is.
    tiles: Vec<Tile>,
    width: u32,
    height: u32,
    bars: Vec<Bar>,
    /// Sections of the industry: how many organisations and records each has.
    industries: Vec<Industry<'a>>,
    /// The lines of the drawing of them, and its height.
    lines: Vec<Line>,
    lines_height: u32,
    /// Where the tables are given out.
    tables: Vec<(&'static str, String)>,
}

/// An approved map with the figures on it.
#[derive(Serialize)]
struct MapDrawing<'a> {
    approval: &'a str,
    width: u32,
    height: u32,
    areas: Vec<Outline<'a>>,
}

/// A section with what is told of it; a figure is absent where none is told.
#[derive(Serialize)]
struct Industry<'a> {
    of: &'a ShownIndustry,
    organisations: Option<ShownFigure>,
    records: Option<ShownFigure>,
}

/// A link that chooses a year or a class.
#[derive(Serialize)]
struct Choice {
    words: Option<gongxin_app::public::shown::Words>,
    address: String,
    chosen: bool,
}

async fn page(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_page(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_page(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let asked = counter.ask(View::default(), |desk| desk.statistics()).await?;
    let chrome = Chrome::new(counter, visit, asked.platform, View::default(), Robots::Open);
    let statistics = asked.answer.as_deref();
    let figures = statistics.and_then(|statistics| {
        let mut figures = Figures::chosen(visit, &chrome.address, statistics)?;
        figures.map = map_drawing(counter, statistics, figures.class);
        Some(figures)
    });
    counter.page("statistics.html", &StatisticsPage { chrome: &chrome, figures }, &chrome)
}

impl<'a> Figures<'a> {
    /// What is looked at: the year and class that are asked for, else the latest year and the class
    /// that has the most to tell. None where there is no year.
    pub(super) fn chosen(
        visit: &Visit,
        address: &str,
        statistics: &'a ShownStatistics,
    ) -> Option<Self> {
        let (year, class) = looked_at(visit, statistics)?;
        let code = class.map(|class| class.of.code.as_str());
        let link = |year: &ShownYear, code: Option<&str>| {
            let text = word(year);
            format!("{address}{}#map", query(&[("year", Some(text.as_str())), ("catalogue", code)]))
        };
        let (tiles, (width, height)) = tiles(statistics, class, visit.language);
        let industries = industries(statistics, class);
        let drawn = |one: &Industry<'_>| (one.of.code.clone(), one.records.or(one.organisations));
        let (lines, lines_height) = lines(industries.iter().map(drawn));
        Some(Self {
            years: statistics
                .years
                .iter()
                .map(|one| Choice {
                    words: one.year.map(|year| {
                        gongxin_app::public::shown::Words::new(year.to_string(), year.to_string())
                    }),
                    address: link(one, code),
                    chosen: one.year == year.year,
                })
                .collect(),
            classes: year
                .classes
                .iter()
                .map(|one| Choice {
                    words: Some(one.of.words.clone()),
                    address: link(year, Some(one.of.code.as_str())),
                    chosen: Some(one.of.code.as_str()) == code,
                })
                .collect(),
            map: None,
            tiles,
            width,
            height,
            bars: class.map(|class| bars(&class.months)).unwrap_or_default(),
            industries,
            lines,
            lines_height,
            tables: StatisticsTable::ALL
                .into_iter()
                .map(|table| (table.word(), format!("{address}/{}.csv", table.word())))
                .collect(),
            statistics,
            year,
            class,
        })
    }
}

/// The year and class that are asked for, else the latest year and the class that has the most to
/// tell.
fn looked_at<'a>(
    visit: &Visit,
    statistics: &'a ShownStatistics,
) -> Option<(&'a ShownYear, Option<&'a ShownClassFigures>)> {
    let year = match visit.parameters.first("year") {
        Some(asked) => statistics.years.iter().find(|year| word(year) == asked),
        None => statistics.years.iter().find(|year| !year.classes.is_empty()),
    };
    let year = year.or(statistics.years.first())?;
    let of =
        |code: Option<&str>| year.classes.iter().find(|class| code == Some(class.of.code.as_str()));
    let class = of(visit.parameters.first("catalogue"));
    let class = class.or_else(|| of(statistics.leading.as_deref()));
    Some((year, class.or(year.classes.first())))
}

/// The word of a year in addresses.
fn word(year: &ShownYear) -> String {
    year.year.map_or_else(|| "earlier".to_owned(), |year| year.to_string())
}

/// The operator's map, where it draws any of the divisions.
fn map_drawing<'a>(
    counter: &'a Counter,
    statistics: &'a ShownStatistics,
    class: Option<&ShownClassFigures>,
) -> Option<MapDrawing<'a>> {
    let map = counter.settings().map.as_ref()?;
    let areas = outlines(map, statistics, class?);
    let (width, height) = map.size;
    let is_region = areas.iter().any(|area| area.is_division());
    is_region.then(|| MapDrawing { approval: &map.approval, width, height, areas })
}

/// The sections with the organisations of each, and the records of the class that is looked at;
/// nothing where of no section anything is told.
fn industries<'a>(
    statistics: &'a ShownStatistics,
    class: Option<&ShownClassFigures>,
) -> Vec<Industry<'a>> {
    let records = class.map(|class| class.industries.as_slice()).unwrap_or_default();
    if records.is_empty() && statistics.organisations.is_empty() {
        return Vec::new();
    }
    let all = statistics.industries.iter().enumerate();
    let all = all.map(|(place, of)| Industry {
        of,
        organisations: statistics.organisations.get(place).copied(),
        records: records.get(place).copied(),
    });
    let all: Vec<Industry<'_>> = all.collect();
    let is_told =
        |figure: Option<ShownFigure>| figure.is_some_and(|told| told != ShownFigure::Small);
    let mut sections = all.iter().filter(|one| !one.of.code.is_empty());
    if sections.any(|one| is_told(one.organisations) || is_told(one.records)) {
        all
    } else {
        Vec::new()
    }
}

async fn table(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer_table(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn answer_table(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let name = visit.given.as_deref().and_then(|given| given.strip_suffix(".csv"));
    let known = |table: &StatisticsTable| Some(table.word()) == name;
    let table = StatisticsTable::ALL.into_iter().find(known).ok_or(Trouble::Never)?;
    let asked = counter.ask(View::default(), |desk| desk.statistics()).await?;
    let statistics: Arc<ShownStatistics> = asked.answer.ok_or(Trouble::Never)?;
    let file = format!("attachment; filename=\"{}-{}.csv\"", table.word(), statistics.edition);
    let body = statistics_csv(&statistics, table);
    Ok((
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CACHE_CONTROL, "no-cache")],
        [(CONTENT_DISPOSITION, file)],
        body,
    )
        .into_response())
}

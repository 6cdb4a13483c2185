//! `/subject/CODE/records`: all records of a subject, thousands, page by page.

use axum::extract::State;
use axum::response::Response;
use gongxin_app::public::shown::{
    Coded, Found, Page, PageAsk, PublicDesk, RecordsAsk, Section, ShownRecords, View, Words,
};
use serde::Serialize;

use super::{Chrome, Range};
use crate::answer::Robots;
use crate::counter::{Counter, Trouble};
use crate::export::{self, Rows};
use crate::lead::{self, Lead};
use crate::limits;
use crate::parameters::query;
use crate::visit::Visit;

#[derive(Serialize)]
struct RecordsPage<'a> {
    chrome: &'a Chrome,
    records: ShownRecords,
    section: Option<Section>,
    all_sections: String,
    sections: Vec<Narrowed<Section>>,
    all_catalogues: String,
    catalogues: Vec<Narrowed<Coded>>,
    all_years: String,
    years: Vec<Narrowed<Words>>,
    range: Range,
    csv: String,
}

/// A narrower list: what it is narrowed to, how many it has, its address.
#[derive(Serialize)]
struct Narrowed<T> {
    to: T,
    count: Option<u64>,
    address: String,
    chosen: bool,
}

pub(crate) async fn handle(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = answer(&counter, &visit).await;
    counter.settle(&visit, answer)
}

/// What a visit narrows a list of records to; a name that is none was never a page.
pub(crate) fn ask(
    visit: &Visit,
    code: String,
    size: u16,
    view: View,
) -> Result<(RecordsAsk, u64), Trouble> {
    let section = visit.parameters.first("section");
    let section = section.map(|slug| Section::from_slug(slug).ok_or(Trouble::Never)).transpose()?;
    let year = visit.parameters.first("year");
    let year = year.map(|text| text.parse().map_err(|_| Trouble::Day)).transpose()?;
    let catalogue = visit.parameters.first("catalogue").map(str::to_owned);
    let (page, first) = visit.page(size)?;
    Ok((RecordsAsk { code, section, catalogue, year, page, view }, first))
}

async fn answer(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let code = lead::code(visit)?;
    let (ask, first) = ask(visit, code.clone(), limits::ROWS_ON_PAGE, view)?;
    let asked_ask = ask.clone();
    let asked = counter.ask(view, move |desk| desk.records(&asked_ask)).await?;
    let records = match lead::by_code(visit, &code, asked.answer)? {
        Lead::Here(records) => records,
        Lead::Elsewhere(response) => return Ok(response),
    };
    let chrome = Chrome::new(counter, visit, asked.platform, view, Robots::Hidden);
    let context = context(&chrome, records, &ask, first);
    counter.page("records.html", &context, &chrome)
}

/// The same set as a table, whole, piece by piece.
pub(crate) async fn csv(State(counter): State<Counter>, visit: Visit) -> Response {
    let answer = table(&counter, &visit).await;
    counter.settle(&visit, answer)
}

async fn table(counter: &Counter, visit: &Visit) -> Result<Response, Trouble> {
    let view = visit.view()?;
    let code = lead::code(visit)?;
    let (ask, _) = ask(visit, code.clone(), limits::LARGEST_PAGE, view)?;
    let mut ask = RecordsAsk { page: PageAsk::first(limits::LARGEST_PAGE), ..ask };
    let first = ask.clone();
    let found = counter.ask(view, move |desk| desk.records(&first)).await?;
    match lead::by_code(visit, &code, found.answer)? {
        // A masked name goes out in no file.
        Lead::Here(records) if records.masked => return Err(Trouble::Never),
        Lead::Here(_) => {}
        Lead::Elsewhere(response) => return Ok(response),
    }
    let cells = export::entry_cells(visit.language);
    let next = move |desk: &dyn PublicDesk, after| {
        ask.page.after = after;
        let page = match desk.records(&ask)? {
            Found::Shown(records) => records.page,
            Found::MovedTo(_) | Found::Ended | Found::Never => Page::default(),
        };
        Ok(Rows { rows: cells.plain_rows(&page.items), next: page.next })
    };
    export::stream(counter, visit, "records", &export::ROW_COLUMNS, next).await
}

fn context<'a>(
    chrome: &'a Chrome,
    records: ShownRecords,
    ask: &RecordsAsk,
    first: u64,
) -> RecordsPage<'a> {
    let section = ask.section.map(Section::slug);
    let catalogue = ask.catalogue.as_deref();
    let year = ask.year.map(|year| year.to_string());
    let day = ask.view.as_of.map(|day| day.to_string());
    let known = ask.view.known.map(|known| known.to_string());
    let address = |section: Option<&str>, catalogue: Option<&str>, year: Option<&str>| {
        let pairs = [
            ("section", section),
            ("catalogue", catalogue),
            ("year", year),
            ("as_of", day.as_deref()),
            ("known", known.as_deref()),
        ];
        format!("{}{}#results", chrome.address, query(&pairs))
    };
    let pairs = [
        ("section", section),
        ("catalogue", catalogue),
        ("year", year.as_deref()),
        ("as_of", day.as_deref()),
        ("known", known.as_deref()),
    ];
    let sections = records.sections.iter().map(|(to, count)| Narrowed {
        to: *to,
        count: Some(*count),
        address: address(Some(to.slug()), None, None),
        chosen: ask.section == Some(*to),
    });
    let catalogues = records.catalogues.iter().map(|count| Narrowed {
        to: count.of.clone(),
        count: Some(count.count),
        address: address(section, Some(&count.of.code), None),
        chosen: catalogue == Some(count.of.code.as_str()),
    });
    let years = records.years.iter().map(|option| Narrowed {
        to: option.words.clone(),
        count: option.count,
        address: address(section, catalogue, Some(&option.value)),
        chosen: year.as_deref() == Some(option.value.as_str()),
    });
    RecordsPage {
        section: ask.section,
        all_sections: address(None, None, None),
        sections: sections.collect(),
        all_catalogues: address(section, None, None),
        catalogues: catalogues.collect(),
        all_years: address(section, catalogue, None),
        years: years.collect(),
        range: Range::new(&records.page, first, &chrome.address, &pairs),
        csv: format!("{}/csv{}", chrome.address, query(&pairs)),
        chrome,
        records,
    }
}

//! What searches find, against labelled queries, and how long they take.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use gongxin_app::StoreUrl;
use gongxin_model::SubjectNo;
use gongxin_model::names::{NameAsk, NameDocument, NameFilters, NameIndex as _, Particulars};
use gongxin_rehearsal::{Answer, Organisation, QueryKind, Region};
use gongxin_search::TantivyIndex;
use serde_json::Value;

use crate::arguments::Arguments;
use crate::client::{Client, escaped};
use crate::figure::{Aim, Figure, Unit, grouped, percentile};
use crate::portal::{Place, fill, start};
use crate::report::{Section, Table};
use crate::scratch::Scratch;

/// Labelled queries of each kind.
const OF_EACH: u64 = 40;
/// The brackets that a document number is typed in.
const BRACKETS: [(&str, &str); 6] =
    [("〔", "〕"), ("[", "]"), ("(", ")"), ("（", "）"), ("【", "】"), ("［", "］")];
/// Of so many names at once an index is made.
const STEP: u64 = 20_000;
/// Milliseconds within which ninety-nine of a hundred searches answer, and those for one character.
const MOST: f64 = 20.0;
const MOST_OF_ONE: f64 = 40.0;

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let region = Region::new(arguments.seed, arguments.organisations);
    let place = Place::of(StoreUrl::Sqlite(scratch.path("portal.db")), scratch)?;
    fill(region, &place, scratch)?;
    let running = start(&place, true)?;
    let mut client = Client::connect(running.port)?;
    let judged = judge_all(&mut client, region)?;
    let mut figures = vec![
        Figure::new("first start, until every name is found", running.seconds, Unit::Seconds),
        of_index(&place, arguments.organisations)?,
    ];
    figures.extend(overall(&judged));
    figures.extend(mixed(&mut client, region, arguments.requests)?);
    drop((client, running));
    place.remove()?;
    let (alone, of_alone) = alone(arguments, scratch)?;
    figures.extend(alone);
    Ok(Section {
        name: "search",
        about: format!(
            "Labelled queries of a region of {} organisations, each put to the API of `gongxin \
             serve` over a SQLite store; a query is answered where the organisation meant is the \
             first, or among the first five. Then {} queries of the kinds in turn, and the index \
             alone, without a store, over the names of {} organisations.",
            grouped(arguments.organisations as f64),
            grouped(arguments.requests as f64),
            grouped(arguments.names as f64),
        ),
        figures,
        tables: vec![table(&judged), of_alone],
    })
}

/// What came of the queries of one kind.
struct Judged {
    name: &'static str,
    /// The place at which each answer stood, from 0; none where it was not there.
    places: Vec<Option<usize>>,
    times: Vec<f64>,
}

impl Judged {
    fn within(&self, limit: usize) -> usize {
        self.places.iter().filter(|place| place.is_some_and(|place| place < limit)).count()
    }
}

fn judge_all(client: &mut Client, region: Region) -> Result<Vec<Judged>> {
    let mut all = Vec::new();
    for kind in QueryKind::ALL {
        let mut judged = Judged { name: kind.name(), places: Vec::new(), times: Vec::new() };
        for query in (0..OF_EACH).filter_map(|place| region.query(kind, place)) {
            let (answer, time) = search(client, &query.text)?;
            let place = place_of(&query.answer, &answer);
            if place.is_none_or(|place| place > 4) {
                eprintln!("{}: `{}` does not find {:?}", kind.name(), query.text, query.answer);
            }
            judged.places.push(place);
            judged.times.push(time);
        }
        all.push(judged);
    }
    all.push(documents(client, region)?);
    Ok(all)
}

/// The milliseconds and the answer of a search for the first five.
fn search(client: &mut Client, text: &str) -> Result<(Value, f64)> {
    let path = format!("/api/v1/search?limit=5&q={}", escaped(text));
    let began = Instant::now();
    let answer = client.get(&path)?;
    let time = began.elapsed().as_secs_f64() * 1e3;
    anyhow::ensure!(answer.status == 200, "{path} answers {}", answer.status);
    Ok((serde_json::from_slice(&answer.body)?, time))
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Where in what was found the answer stands.
fn place_of(wanted: &Answer, found: &Value) -> Option<usize> {
    let items = list(found, "items");
    match wanted {
        Answer::One(code) => items.iter().position(|item| item["code"] == **code),
        Answer::Any(part) => items.iter().position(|item| {
            let names = [&item["name"], &item["matched_text"]];
            names.iter().any(|name| name.as_str().is_some_and(|name| name.contains(part)))
        }),
        Answer::Meant(code) => {
            let meant = list(found, "suggestions");
            let place = meant.iter().position(|one| one["subject"]["code"] == **code);
            place.filter(|_| items.is_empty())
        }
        Answer::Nothing => {
            let lists = ["items", "suggestions", "documents"];
            lists.iter().all(|name| list(found, name).is_empty()).then_some(0)
        }
    }
}

/// The numbers of documents that are shown, as their subjects' pages say, in brackets of every kind.
fn documents(client: &mut Client, region: Region) -> Result<Judged> {
    let mut judged = Judged { name: "document number", places: Vec::new(), times: Vec::new() };
    for place in (0..region.organisations()).step_by(3) {
        if judged.places.len() as u64 >= OF_EACH {
            break;
        }
        let code = region.organisation(place).code;
        let answer = client.get(&format!("/api/v1/subjects/{code}"))?;
        let subject: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let numbers = list(&subject, "records").iter();
        let Some(number) = numbers.filter_map(|one| one["document_number"].as_str()).next() else {
            continue;
        };
        let (open, close) = BRACKETS[judged.places.len() % BRACKETS.len()];
        let text = number.replace('〔', open).replace('〕', close);
        let (answer, time) = search(client, &text)?;
        let found = list(&answer, "documents");
        judged.places.push(found.iter().position(|one| one["subject"]["code"] == *code));
        judged.times.push(time);
    }
    Ok(judged)
}

fn overall(judged: &[Judged]) -> Vec<Figure> {
    let count: usize = judged.iter().map(|one| one.places.len()).sum();
    let share = |limit: usize| {
        let found: usize = judged.iter().map(|one| one.within(limit)).sum();
        100.0 * found as f64 / count.max(1) as f64
    };
    let figure = |what, limit| {
        Figure::new(what, share(limit), Unit::Percent).noting(format!("{count} labelled queries"))
    };
    vec![figure("the first is meant", 1), figure("one of the first five is meant", 5)]
}

fn table(judged: &[Judged]) -> Table {
    let row = |one: &Judged| {
        let count = one.places.len();
        let share = |limit| format!("{:.3}", one.within(limit) as f64 / count.max(1) as f64);
        let mut times = one.times.clone();
        vec![
            one.name.to_owned(),
            count.to_string(),
            share(1),
            share(5),
            Unit::Milliseconds.shown(percentile(&mut times, 50)),
            Unit::Milliseconds.shown(percentile(&mut times, 100)),
        ]
    };
    Table {
        title: "Labelled queries through the API".to_owned(),
        head: ["query", "count", "recall@1", "recall@5", "median", "slowest"]
            .map(str::to_owned)
            .to_vec(),
        rows: judged.iter().map(row).collect(),
    }
}

/// Queries of the kinds in turn; those for one character by themselves.
pub(crate) fn mixed(client: &mut Client, region: Region, requests: u64) -> Result<Vec<Figure>> {
    let (mut times, mut of_one) = (Vec::new(), Vec::new());
    for request in 0..requests {
        let kind = QueryKind::ALL[request as usize % QueryKind::ALL.len()];
        let Some(query) = region.query(kind, OF_EACH + request) else {
            continue;
        };
        let (_, time) = search(client, &query.text)?;
        if kind == QueryKind::OneCharacter {
            of_one.push(time);
        } else {
            times.push(time);
        }
    }
    Ok(compared("`/api/v1/search`", &mut times, &mut of_one))
}

fn compared(what: &str, times: &mut [f64], of_one: &mut [f64]) -> Vec<Figure> {
    let figure = |what: String, amount| Figure::new(what, amount, Unit::Milliseconds);
    vec![
        figure(format!("{what}, all kinds p50"), percentile(times, 50)),
        figure(format!("{what}, all kinds p99"), percentile(times, 99)).aiming(Aim::AtMost(MOST)),
        figure(format!("{what}, one character p99"), percentile(of_one, 99))
            .aiming(Aim::AtMost(MOST_OF_ONE)),
    ]
}

pub(crate) fn of_index(place: &Place, organisations: u64) -> Result<Figure> {
    let bytes = bytes_of(&place.index)? as f64;
    let each = bytes / organisations.max(1) as f64;
    let note = format!("{:.1} MB", bytes / 1e6);
    Ok(Figure::new("index: bytes an organisation", each, Unit::BytesPerRecord).noting(note))
}

fn bytes_of(directory: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let is_directory = entry.file_type()?.is_dir();
        bytes += if is_directory { bytes_of(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// The index alone: how long it takes to make, how large it is, how quickly it answers.
fn alone(arguments: &Arguments, scratch: &Scratch) -> Result<(Vec<Figure>, Table)> {
    let region = Region::new(arguments.seed, arguments.names);
    let directory = scratch.path("names");
    std::fs::create_dir_all(&directory)?;
    eprintln!("indexing the names of {} organisations", grouped(region.organisations() as f64));
    let index = TantivyIndex::open(&directory).context("the index of names")?.index;
    let mut seconds = 0.0;
    let all: Vec<u64> = (0..region.organisations()).collect();
    for numbers in all.chunks(STEP as usize) {
        let documents: Vec<NameDocument> =
            numbers.iter().map(|number| document(&region.organisation(*number))).collect();
        let began = Instant::now();
        index.apply(&documents)?;
        seconds += began.elapsed().as_secs_f64();
    }
    let began = Instant::now();
    index.commit(1)?;
    seconds += began.elapsed().as_secs_f64();
    let each = bytes_of(&directory)? as f64 / arguments.names.max(1) as f64;
    let (mut figures, table) = answering(&index, region, arguments.requests)?;
    figures.extend([
        Figure::new("index alone: made in", seconds, Unit::Seconds)
            .noting(format!("{} organisations", grouped(arguments.names as f64))),
        Figure::new("index alone: bytes an organisation", each, Unit::BytesPerRecord),
    ]);
    drop(index);
    std::fs::remove_dir_all(&directory)?;
    Ok((figures, table))
}

fn answering(index: &TantivyIndex, region: Region, requests: u64) -> Result<(Vec<Figure>, Table)> {
    let filters = NameFilters::default();
    let (mut all, mut of_one, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let each = requests.div_ceil(QueryKind::ALL.len() as u64);
    for kind in QueryKind::ALL {
        let mut times = Vec::new();
        for query in (0..each).filter_map(|place| region.query(kind, OF_EACH + place)) {
            let ask = NameAsk { query: &query.text, filters: &filters, is_literal: false };
            let began = Instant::now();
            index.search(&ask, &BTreeSet::new())?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        rows.push(vec![
            kind.name().to_owned(),
            times.len().to_string(),
            Unit::Milliseconds.shown(percentile(&mut times, 50)),
            Unit::Milliseconds.shown(percentile(&mut times, 99)),
        ]);
        if kind == QueryKind::OneCharacter {
            of_one.extend(times);
        } else {
            all.extend(times);
        }
    }
    let table = Table {
        title: format!("The index alone, {} organisations", grouped(region.organisations() as f64)),
        head: ["query", "count", "p50", "p99"].map(str::to_owned).to_vec(),
        rows,
    };
    Ok((compared("index alone", &mut all, &mut of_one), table))
}

/// What the office makes of an organisation; a person's name is not searchable.
fn document(one: &Organisation) -> NameDocument {
    let mut names = Vec::new();
    if one.first_name.starts_with("演练") {
        if one.renamed.is_some() {
            names.push((one.first_name.clone(), false));
        }
        names.push((one.name().to_owned(), true));
    }
    let is_business = one.code.starts_with("92");
    NameDocument {
        subject: SubjectNo(i64::try_from(one.index).unwrap_or_default() + 1),
        names,
        particulars: Particulars {
            region: one.code.get(2..8).unwrap_or_default().into(),
            kind: if is_business { "individual-business" } else { "organisation" }.into(),
            form: one.legal_form.as_str().into(),
            state: "存续".into(),
            registered_on: Some(one.registered_on),
            provisional: false,
        },
    }
}

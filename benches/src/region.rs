//! A whole region, as large as the plan's: all its files taken in, then its pages asked for.

use std::time::Instant;

use anyhow::{Context as _, Result};
use gongxin_app::StoreUrl;
use gongxin_rehearsal::Region;
use gongxin_store::testing::fresh_database;

use crate::arguments::{Arguments, Engine};
use crate::child::peak_memory;
use crate::client::Client;
use crate::figure::{Aim, Figure, Unit, grouped};
use crate::intake::{Size, floor, start_server, write_file};
use crate::office::{found, hand_in};
use crate::portal::{Asked, Place, START, start};
use crate::report::{Section, Table};
use crate::scratch::Scratch;
use crate::search::{mixed, of_index};

/// Of a hundred organisations, as many registrations, renewed names among them.
const REGISTRATIONS: u64 = 105;
/// Of a hundred organisations, as many licences, penalties and acts on them in a usual region.
const DECISIONS: u64 = 240;

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let (organisations, records) = (arguments.region, arguments.records);
    let decisions = records.saturating_sub(organisations * REGISTRATIONS / 100) * 100;
    let percent = decisions * 100 / (organisations * DECISIONS).max(1);
    let region = Region::new(arguments.seed, organisations).with_decisions(percent);
    let mut section = Section {
        name: "region",
        about: format!(
            "All files of a region of {} organisations and about {} records, handed in one after the \
             other into an empty store, then its pages through `gongxin serve`: {} subjects of \
             each kind, {} searches of all kinds in turn.",
            grouped(organisations as f64),
            grouped(records as f64),
            grouped(arguments.requests as f64),
            grouped(arguments.searches as f64),
        ),
        figures: Vec::new(),
        tables: Vec::new(),
    };
    for engine in arguments.engines() {
        match engine {
            Engine::Sqlite => {
                let url = StoreUrl::Sqlite(scratch.path("region.db"));
                measure(engine, (region, &url), arguments, scratch, &mut section)?;
            }
            Engine::Postgres => {
                let (server, _) = start_server()?;
                let url = fresh_database(&server.url())?;
                measure(engine, (region, &url), arguments, scratch, &mut section)?;
            }
        }
    }
    Ok(section)
}

fn measure(
    engine: Engine,
    (region, url): (Region, &StoreUrl),
    arguments: &Arguments,
    scratch: &Scratch,
    section: &mut Section,
) -> Result<()> {
    let name = engine.name();
    let (rows, seconds, table) = take(engine, (region, url), scratch)?;
    section.tables.push(table);
    section.figures.push(
        Figure::new(format!("{name}: taken in"), rows as f64 / seconds, Unit::RowsPerSecond)
            .aiming(Aim::AtLeast(floor(engine)))
            .noting(format!("{} rows in {seconds:.0} s", grouped(rows as f64))),
    );
    let size = Size::of(url)?;
    section.figures.push(size.figure(engine));
    section.tables.push(size.table(engine));
    let place = Place::of(url.clone(), scratch)?;
    let named = |figure: Figure| Figure { what: format!("{name}: {}", figure.what), ..figure };
    let indexed = start(&place, true)?;
    let first = "first start, until every name is found";
    section.figures.push(named(Figure::new(first, indexed.seconds, Unit::Seconds)));
    drop(indexed);
    let running = start(&place, false)?;
    let until = "start, until `/healthz` answers";
    section
        .figures
        .push(named(Figure::new(until, running.seconds, Unit::Seconds).aiming(Aim::AtMost(START))));
    let mut client = Client::connect(running.port)?;
    let asked = Asked { region, requests: arguments.requests };
    section.figures.extend(asked.pages(&mut client)?.into_iter().map(named));
    let searches = mixed(&mut client, region, arguments.searches)?;
    section.figures.extend(searches.into_iter().map(named));
    let peak = peak_memory(&running.server.0).context("the server's memory")?;
    let memory = Figure::new("memory of the server, at most", peak / 1e6, Unit::Megabytes);
    section.figures.push(named(memory));
    section.figures.push(named(of_index(&place, region.organisations())?));
    drop((running, client));
    place.remove()
}

/// Hands in every file, each written just before: rows, seconds, and each file's rate.
fn take(
    engine: Engine,
    (region, url): (Region, &StoreUrl),
    scratch: &Scratch,
) -> Result<(u64, f64, Table)> {
    let office = found(url)?;
    let (mut rows, mut seconds, mut lines) = (0, 0.0, Vec::new());
    for file in region.files() {
        let path = write_file(&file, scratch)?;
        let began = Instant::now();
        let receipt = hand_in(&office, (file.catalogue, &file.source), &path)?;
        let took = began.elapsed().as_secs_f64();
        std::fs::remove_file(&path).with_context(|| format!("cannot remove `{}`", file.name))?;
        let rate = receipt.rows as f64 / took.max(f64::EPSILON);
        rows += receipt.rows;
        seconds += took;
        eprintln!("{}: {} rows, {} rows/s", file.name, grouped(receipt.rows as f64), grouped(rate));
        lines.push(vec![
            file.name.clone(),
            grouped(receipt.rows as f64),
            grouped(rate),
            grouped(rows as f64),
        ]);
    }
    let title = format!("{}: the files in their order", engine.name());
    let head = ["file", "rows", "rows/s", "rows so far"].map(str::to_owned).to_vec();
    Ok((rows, seconds, Table { title, head, rows: lines }))
}

//! Intake end to end, and the bytes it leaves, against a plain load of the rows it left.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use gongxin_app::StoreUrl;
use gongxin_rehearsal::{Region, RehearsalFile};
use gongxin_store::testing::{TestServer, fresh_database};

use crate::arguments::{Arguments, Engine};
use crate::figure::{Aim, Figure, Unit, grouped};
use crate::office::{found, hand_in};
use crate::report::{Section, Table};
use crate::scratch::Scratch;
use crate::{plain_postgres, plain_sqlite};

/// Rows a second that intake must not fall below.
pub(crate) const fn floor(engine: Engine) -> f64 {
    match engine {
        Engine::Sqlite => 20_000.0,
        Engine::Postgres => 15_000.0,
    }
}

/// Of a plain load's rows a second.
const RATIO: f64 = 0.5;
/// Bytes that a record may take, all in.
const RECORD_BYTES: f64 = 1_000.0;

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let region = Region::new(arguments.seed, arguments.organisations);
    let files = write_files(region, scratch)?;
    let mut section = Section {
        name: "intake",
        about: format!(
            "The registration and penalty files of a region of {} organisations through \
             `Office::hand_in`, as the command does it, into an empty store; against a load of the \
             store's own final rows, in the order in which they came, into the same tables and \
             indexes with the same transactions and settings, by prepared inserts or binary COPY.",
            grouped(arguments.organisations as f64)
        ),
        figures: Vec::new(),
        tables: Vec::new(),
    };
    for engine in arguments.engines() {
        let measured = match engine {
            Engine::Sqlite => sqlite(&files, scratch)?,
            Engine::Postgres => postgres(&files)?,
        };
        measured.report(engine, &mut section);
    }
    for (file, path) in &files {
        std::fs::remove_file(path).with_context(|| format!("cannot remove `{}`", file.name))?;
    }
    Ok(section)
}

/// The files of registrations and penalties of a region, in the order of their hand-in.
pub(crate) fn write_files(
    region: Region,
    scratch: &Scratch,
) -> Result<Vec<(RehearsalFile, PathBuf)>> {
    let is_measured = |file: &RehearsalFile| matches!(file.catalogue, "registration" | "penalty");
    let mut files = Vec::new();
    for file in region.files().into_iter().filter(is_measured) {
        let path = write_file(&file, scratch)?;
        files.push((file, path));
    }
    Ok(files)
}

/// Writes one file of a region.
pub(crate) fn write_file(file: &RehearsalFile, scratch: &Scratch) -> Result<PathBuf> {
    let path = scratch.path(&file.name);
    let cannot = || format!("cannot write `{}`", path.display());
    let mut out = BufWriter::new(File::create(&path).with_context(cannot)?);
    file.write_to(&mut out, &mut |_| ()).with_context(cannot)?;
    out.flush().with_context(cannot)?;
    Ok(path)
}

/// What a hand-in of all files took.
#[derive(Debug, Default)]
struct Taken {
    registrations: Rows,
    penalties: Rows,
}

#[derive(Debug, Default, Clone, Copy)]
struct Rows {
    rows: u64,
    seconds: f64,
}

impl Rows {
    fn rate(self) -> f64 {
        self.rows as f64 / self.seconds.max(f64::EPSILON)
    }
}

impl Taken {
    fn all(&self) -> Rows {
        Rows {
            rows: self.registrations.rows + self.penalties.rows,
            seconds: self.registrations.seconds + self.penalties.seconds,
        }
    }
}

/// Bytes of a table: all, and of them those of indexes beside it.
#[derive(Debug)]
pub(crate) struct TableBytes {
    pub(crate) name: String,
    pub(crate) all: u64,
    pub(crate) indexes: u64,
}

/// What was measured on an engine.
#[derive(Debug)]
struct Measured {
    taken: Taken,
    plain_seconds: f64,
    size: Size,
}

impl Measured {
    fn report(self, engine: Engine, section: &mut Section) {
        let Self { taken, plain_seconds, size } = self;
        let name = engine.name();
        let all = taken.all();
        let rate = |what: &str, rows: Rows| {
            Figure::new(format!("{name}: {what}"), rows.rate(), Unit::RowsPerSecond)
                .noting(format!("{} rows in {:.1} s", grouped(rows.rows as f64), rows.seconds))
        };
        section.figures.extend([
            rate("registrations", taken.registrations),
            rate("penalties", taken.penalties),
            rate("both", all).aiming(Aim::AtLeast(floor(engine))),
            rate("both", all)
                .against("plain load", all.rows as f64 / plain_seconds)
                .aiming(Aim::RatioAtLeast(RATIO)),
            size.figure(engine),
        ]);
        section.tables.push(size.table(engine));
    }
}

fn take(url: &StoreUrl, files: &[(RehearsalFile, PathBuf)]) -> Result<Taken> {
    let office = found(url)?;
    let mut taken = Taken::default();
    for (file, path) in files {
        let start = Instant::now();
        let receipt = hand_in(&office, (file.catalogue, &file.source), path)?;
        let rows = Rows { rows: receipt.rows, seconds: start.elapsed().as_secs_f64() };
        eprintln!("{}: {} rows, {} rows/s", file.name, rows.rows, grouped(rows.rate()));
        let sum = if file.catalogue == "registration" {
            &mut taken.registrations
        } else {
            &mut taken.penalties
        };
        *sum = Rows { rows: sum.rows + rows.rows, seconds: sum.seconds + rows.seconds };
    }
    Ok(taken)
}

fn sqlite(files: &[(RehearsalFile, PathBuf)], scratch: &Scratch) -> Result<Measured> {
    eprintln!("taking in on SQLite");
    let (full, empty) = (scratch.path("intake.db"), scratch.path("plain.db"));
    let taken = take(&StoreUrl::Sqlite(full.clone()), files)?;
    eprintln!("loading the same rows plainly");
    let plain_seconds = plain_sqlite::load(&full, &empty)?;
    let size = plain_sqlite::size(&full)?;
    for path in [full, empty] {
        remove_store(&path)?;
    }
    Ok(Measured { taken, plain_seconds, size })
}

/// Removes a store's file and those that SQLite keeps beside it.
pub(crate) fn remove_store(path: &Path) -> Result<()> {
    for end in ["-wal", "-shm"] {
        let mut beside = path.as_os_str().to_owned();
        beside.push(end);
        let _ = std::fs::remove_file(beside);
    }
    std::fs::remove_file(path).with_context(|| format!("cannot remove `{}`", path.display()))
}

/// A server of its own, and its directory.
pub(crate) fn start_server() -> Result<(TestServer, PathBuf)> {
    eprintln!("starting PostgreSQL");
    // Its user must be able to enter the directory, and its socket's path must be short.
    let directory = std::env::temp_dir().join(format!("gongxin-bench-{}", std::process::id()));
    Ok((TestServer::start_durable(&directory)?, directory))
}

fn postgres(files: &[(RehearsalFile, PathBuf)]) -> Result<Measured> {
    let (server, directory) = start_server()?;
    let (full, empty) = (fresh_database(&server.url())?, fresh_database(&server.url())?);
    eprintln!("taking in on PostgreSQL");
    let taken = take(&full, files)?;
    eprintln!("loading the same rows plainly");
    let (full, empty) = (address(&full)?, address(&empty)?);
    let dumps = directory.join("dumps");
    let plain_seconds = plain_postgres::load(&full, &empty, &dumps)?;
    let size = plain_postgres::size(&full)?;
    Ok(Measured { taken, plain_seconds, size })
}

fn address(url: &StoreUrl) -> Result<String> {
    match url {
        StoreUrl::Postgres(address) => Ok(address.clone()),
        StoreUrl::Sqlite(_) => anyhow::bail!("not a server's address"),
    }
}

/// What a store takes on the disk.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    pub(crate) tables: Vec<TableBytes>,
}

impl Size {
    pub(crate) fn of(url: &StoreUrl) -> Result<Self> {
        match url {
            StoreUrl::Sqlite(path) => plain_sqlite::size(path),
            StoreUrl::Postgres(address) => plain_postgres::size(address),
        }
    }

    pub(crate) fn figure(&self, engine: Engine) -> Figure {
        let Self { records, bytes, .. } = self;
        let each = *bytes as f64 / *records as f64;
        let note =
            format!("{} records in {} MB", grouped(*records as f64), grouped(*bytes as f64 / 1e6));
        Figure::new(format!("{}: bytes a record", engine.name()), each, Unit::BytesPerRecord)
            .aiming(Aim::AtMost(RECORD_BYTES))
            .noting(note)
    }

    /// The bytes by table, the largest first.
    pub(crate) fn table(mut self, engine: Engine) -> Table {
        self.tables.sort_by_key(|table| std::cmp::Reverse(table.all));
        let each = |bytes: u64| bytes as f64 / self.records as f64;
        let row = |table: &TableBytes| {
            let [all, indexes] =
                [table.all, table.indexes].map(|bytes| format!("{:.1}", each(bytes)));
            vec![table.name.clone(), all, indexes]
        };
        Table {
            title: format!("{}: bytes a record by table", engine.name()),
            head: ["table", "all in", "of them indexes"].map(str::to_owned).to_vec(),
            rows: self.tables.iter().filter(|table| each(table.all) >= 0.05).map(row).collect(),
        }
    }
}

/// The columns by which rows are put in the order in which they came; a table's first one counts.
/// Tables with none of them are small.
const ARRIVAL: [&str; 5] = ["seq", "no", "record", "subject", "batch"];

/// The end of a query that gives a table's rows in the order in which they came.
pub(crate) fn in_order(columns: &[String]) -> String {
    let by = ARRIVAL.iter().find(|one| columns.iter().any(|column| column == *one));
    by.map_or_else(String::new, |column| format!(" ORDER BY {column}"))
}

/// How many rows of a table each transaction takes, so that every transaction has its part of
/// every table, as those of the intake had.
pub(crate) const fn part(rows: u64, transactions: u64) -> u64 {
    let transactions = if transactions == 0 { 1 } else { transactions };
    rows.div_ceil(transactions)
}

//! Checking alone: bytes to checked rows with findings, on one core, nothing kept.

use std::fs::File;
use std::io::{BufWriter, Read, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow, ensure};
use gongxin_app::packs;
use gongxin_intake::{Intake, Limits, Mapping, Options};
use gongxin_pack::Rulebook;
use gongxin_rehearsal::{Region, RehearsalFile};

use crate::arguments::Arguments;
use crate::duckdb::DuckDb;
use crate::figure::{Aim, Figure, Unit, grouped};
use crate::report::Section;
use crate::scratch::Scratch;

/// Rows a core and second that are aimed at: narrow ones, long ones.
const AIMS: [f64; 2] = [400_000.0, 100_000.0];

/// As the office takes them: rows and bytes of a chunk.
const CHUNK: (usize, usize) = (5_000, 8 << 20);

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let rulebook = rulebook()?;
    let duckdb = DuckDb::install();
    let narrow = Region::new(arguments.seed, arguments.rows).measured();
    let long = Region::new(arguments.seed, arguments.rows.div_ceil(2)).measured();
    let ([narrow, _], [_, long]) = (narrow, long);
    let mut figures = Vec::new();
    for ((file, what), aim) in [(narrow, "registrations"), (long, "penalties")].iter().zip(AIMS) {
        let path = scratch.path(&file.name);
        let bytes = write(file, &path)?;
        let seen = rounds(&path, file.catalogue, &rulebook, arguments.rounds)?;
        let plain = best(arguments.rounds, || plain(&path))?;
        let rate = seen.rows as f64 / seen.seconds;
        let width = bytes as f64 / seen.rows as f64;
        let name = format!("{what} of {width:.0} B");
        let note = format!(
            "{} rows, {} findings, {:.0} MB/s",
            grouped(seen.rows as f64),
            grouped(seen.findings as f64),
            bytes as f64 / 1e6 / seen.seconds
        );
        let figure = |note: &str| Figure::new(&name, rate, Unit::RowsPerSecond).noting(note);
        figures.push(
            figure(&note)
                .aiming(Aim::AtLeast(aim))
                .against("csv crate, bytes only", plain.rows as f64 / plain.seconds),
        );
        figures.push(match duckdb.as_ref().map(|duckdb| duckdb.read(&path, arguments.rounds)) {
            Ok(Ok(pass)) => figure("every column counted as text")
                .against(format!("DuckDB {}", pass.version), pass.rows as f64 / pass.seconds),
            Ok(Err(why)) => figure("").without("DuckDB", format!("{why:#}")),
            Err(why) => figure("").without("DuckDB", format!("{why:#}")),
        });
        std::fs::remove_file(&path).context("cannot remove a file that was measured")?;
    }
    Ok(Section {
        name: "checking",
        about: format!(
            "Decoding, checks and findings of one file on one thread, nothing kept; against plain \
             passes over the same file. Registrations have 15 columns and dirt in five rows of a \
             hundred, penalties 30 columns and the region's dirt. Best of {} rounds.",
            arguments.rounds
        ),
        figures,
        tables: Vec::new(),
    })
}

/// What a pass saw.
#[derive(Debug, Default)]
struct Seen {
    rows: u64,
    findings: u64,
    seconds: f64,
}

fn write(file: &RehearsalFile, path: &Path) -> Result<u64> {
    eprintln!("writing {}", file.name);
    let cannot = || format!("cannot write `{}`", path.display());
    let mut out = BufWriter::new(File::create(path).with_context(cannot)?);
    file.write_to(&mut out, &mut |_| ()).with_context(cannot)?;
    out.flush().with_context(cannot)?;
    Ok(std::fs::metadata(path)?.len())
}

fn rounds(path: &Path, catalogue: &str, rulebook: &Arc<Rulebook>, rounds: u32) -> Result<Seen> {
    best(rounds, || {
        let file = File::open(path)?;
        let start = Instant::now();
        let mut seen = check(Box::new(file), catalogue, rulebook)?;
        seen.seconds = start.elapsed().as_secs_f64();
        eprintln!("{catalogue}: {} rows/s", grouped(seen.rows as f64 / seen.seconds));
        Ok(seen)
    })
}

fn best(rounds: u32, mut pass: impl FnMut() -> Result<Seen>) -> Result<Seen> {
    let mut best = pass()?;
    for _ in 1..rounds {
        let other = pass()?;
        if other.seconds < best.seconds {
            best = other;
        }
    }
    Ok(best)
}

/// The rulebook of the built-in packs and the rehearsal's.
pub(crate) fn rulebook() -> Result<Arc<Rulebook>> {
    let files = packs::gather(true, &[])?;
    Ok(Arc::new(packs::rulebook(&files)?))
}

fn check(source: Box<dyn Read + Send>, catalogue: &str, rulebook: &Arc<Rulebook>) -> Result<Seen> {
    let options = Options {
        rulebook: Arc::clone(rulebook),
        catalogue: catalogue.to_owned(),
        mapping: Mapping::default(),
        today: Region::new(0, 1).last_day(),
        child: None,
        limits: Limits::default(),
    };
    let mut intake = Intake::open(source, options)
        .map_err(|findings| anyhow!("the file cannot be read: {findings:?}"))?;
    let mut seen = Seen::default();
    while let Some(chunk) = intake.next_chunk(CHUNK.0, CHUNK.1) {
        ensure!(!chunk.failed, "the file cannot be read to its end: {:?}", chunk.findings);
        seen.rows += chunk.rows.len() as u64;
        seen.findings += chunk.rows.iter().map(|row| row.findings.len() as u64).sum::<u64>();
    }
    Ok(seen)
}

/// Finds the cells of every row and does nothing with them.
fn plain(path: &Path) -> Result<Seen> {
    let start = Instant::now();
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let mut seen = Seen::default();
    while reader.read_byte_record(&mut record)? {
        seen.rows += 1;
    }
    seen.seconds = start.elapsed().as_secs_f64();
    Ok(seen)
}

/// Checks what comes on standard input and says how many rows it was.
pub(crate) fn pipe(catalogue: &str) -> Result<()> {
    let seen = check(Box::new(std::io::stdin()), catalogue, &rulebook()?)?;
    println!("{}", seen.rows);
    Ok(())
}

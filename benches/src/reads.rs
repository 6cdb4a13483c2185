//! Reads of what is not public, each entered in the access log before it is given: how many a second, alone
//! and while a batch is loaded.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use gongxin_app::file::ReadAsk;
use gongxin_app::gate::{Action, Permit, Scope};
use gongxin_app::{InstanceKey, Office, StoreUrl};
use gongxin_rehearsal::Region;
use gongxin_store::testing::fresh_database;

use crate::arguments::{Arguments, Engine};
use crate::figure::{Aim, Figure, Unit, grouped, percentile};
use crate::intake::start_server;
use crate::load::hand_in_a_batch;
use crate::office::{KEY, opened};
use crate::portal::{Place, codes, fill};
use crate::report::Section;
use crate::scratch::Scratch;

/// Reads a second that are to be entered beside a batch.
const LEAST: f64 = 2_000.0;
/// Who read at once.
const READERS: usize = 64;
/// Organisations of the store that is read.
const ORGANISATIONS: u64 = 20_000;
/// Rows of the batch beside it.
const BATCH_ROWS: u64 = 200_000;
/// The body that reads.
const BODY: &str = "159900-market";

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let mut figures = Vec::new();
    for engine in arguments.engines() {
        let of_engine = match engine {
            Engine::Sqlite => {
                measure(arguments, scratch, &StoreUrl::Sqlite(scratch.path("reads.db")))?
            }
            Engine::Postgres => {
                let (server, _) = start_server()?;
                measure(arguments, scratch, &fresh_database(&server.url())?)?
            }
        };
        figures.extend(of_engine.into_iter().map(|figure| Figure {
            what: format!("{}: {}", engine.name(), figure.what),
            ..figure
        }));
    }
    Ok(Section {
        name: "reads",
        about: format!(
            "{READERS} threads read the files of {} organisations through `Office::read_file`, each read \
             entered in the access log and durable before it is given, for {} s; against the same \
             files read by their own organisations, which enters nothing. Then again, while `nice \
             gongxin intake` takes a batch of {} rows in.",
            grouped(ORGANISATIONS as f64),
            arguments.seconds,
            grouped(BATCH_ROWS as f64),
        ),
        figures,
        tables: Vec::new(),
    })
}

fn measure(arguments: &Arguments, scratch: &Scratch, store: &StoreUrl) -> Result<Vec<Figure>> {
    let region = Region::new(arguments.seed, ORGANISATIONS);
    let place = Place::of(store.clone(), scratch)?;
    fill(region, &place, scratch)?;
    let office = opened(store)?;
    let codes = codes(region);
    let time = Duration::from_secs(arguments.seconds);
    let never = AtomicBool::new(false);
    let own = read(&codes, (time, &never), &|code| {
        let permit = permit(&office, Scope::Organisation(code.to_owned()))?;
        office.own_file(&permit, None, 50).map(drop).context("an own file")
    })?;
    let reader = permit(&office, Scope::Body(BODY.to_owned()))?;
    let ask = ReadAsk { purpose: "supervision".to_owned(), basis: "检查1号".to_owned() };
    let one =
        |code: &str| office.read_file(&reader, (code, None, 50), &ask).map(drop).context("a file");
    let mut alone = read(&codes, (time, &never), &one)?;
    let done = AtomicBool::new(false);
    let (mut beside, rows) = std::thread::scope(|scope| -> Result<_> {
        let loading = scope.spawn(|| {
            let rows = hand_in_a_batch((arguments.seed + 1, BATCH_ROWS), &place, scratch);
            done.store(true, Ordering::Relaxed);
            rows
        });
        let beside = read(&codes, (Duration::MAX, &done), &one)?;
        let rows = loading.join().map_err(|_| anyhow::anyhow!("the batch was not loaded"))??;
        Ok((beside, rows))
    })?;
    let checked = office.check_reads()?;
    anyhow::ensure!(checked.first_break.is_none(), "the log breaks: {:?}", checked.first_break);
    let entered = usize::try_from(checked.rows)?;
    anyhow::ensure!(entered == alone.waits.len() + beside.waits.len(), "{entered} entries");
    let seconds = beside.seconds;
    Ok(vec![
        alone.figure("entered reads").against("own files, not entered", own.rate()),
        beside.figure("entered reads beside a batch").aiming(Aim::AtLeast(LEAST)),
        Figure::new("the batch beside them", rows as f64 / seconds, Unit::RowsPerSecond)
            .noting(format!("{} rows in {seconds:.0} s", grouped(rows as f64))),
    ])
}

fn permit<A: Action>(office: &Office, scope: Scope) -> Result<Permit<A>> {
    Ok(office.permit_at_machine(&InstanceKey::new(KEY), "bench", scope)?)
}

/// What came of reading.
#[derive(Debug, Default)]
struct Reading {
    /// Milliseconds of each.
    waits: Vec<f64>,
    seconds: f64,
}

impl Reading {
    fn rate(&self) -> f64 {
        self.waits.len() as f64 / self.seconds.max(f64::EPSILON)
    }

    fn figure(&mut self, what: &str) -> Figure {
        let (half, most) = (percentile(&mut self.waits, 50), percentile(&mut self.waits, 99));
        Figure::new(what, self.rate(), Unit::RequestsPerSecond)
            .noting(format!("p50 {half:.1} ms, p99 {most:.1} ms"))
    }
}

/// Reads for a time, or until it is done.
fn read(
    codes: &[String],
    (time, done): (Duration, &AtomicBool),
    one: &(dyn Fn(&str) -> Result<()> + Sync),
) -> Result<Reading> {
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let reader = || -> Result<Vec<f64>> {
        let mut waits = Vec::new();
        while began.elapsed() < time && !done.load(Ordering::Relaxed) {
            let at = usize::try_from(next.fetch_add(1, Ordering::Relaxed))? % codes.len().max(1);
            let asked = Instant::now();
            one(codes.get(at).context("an organisation")?)?;
            waits.push(asked.elapsed().as_secs_f64() * 1_000.0);
        }
        Ok(waits)
    };
    let waits = std::thread::scope(|scope| -> Result<Vec<f64>> {
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(reader)).collect();
        let mut waits = Vec::new();
        for one in readers {
            waits.extend(one.join().map_err(|_| anyhow::anyhow!("a reader stopped"))??);
        }
        Ok(waits)
    })?;
    Ok(Reading { waits, seconds: began.elapsed().as_secs_f64() })
}

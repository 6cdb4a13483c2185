//! Many readers at once: how many pages a second, how long each waits, beside a page that stands
//! still.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use axum::Router;
use axum::response::Html;
use axum::routing::get;
use gongxin_app::StoreUrl;
use gongxin_rehearsal::Region;
use gongxin_store::testing::fresh_database;
use serde::Deserialize;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::arguments::{Arguments, Engine};
use crate::child::Server;
use crate::client::Client;
use crate::figure::{Aim, Figure, Unit, grouped, percentile};
use crate::intake::start_server;
use crate::portal::{Place, codes, fill, start};
use crate::readers::{Readers, Reading};
use crate::report::Section;
use crate::scratch::{Scratch, gongxin};

/// Milliseconds within which ninety-nine of a hundred pages reach one of many readers.
const PAGE_MOST: f64 = 200.0;
/// Of a still page's requests a second.
const REMEMBERED_RATIO: f64 = 0.6;
const MADE_RATIO: f64 = 0.1;
/// As hard as the portal compresses.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(2);
/// Connections when requests a second are compared.
const CONNECTIONS: usize = 64;
/// Pages that everybody reads, where remembered ones are asked for.
const READ_BY_ALL: usize = 100;
/// How long a reader looks at a page.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let mut figures = Vec::new();
    for engine in arguments.engines() {
        let of_engine = match engine {
            Engine::Sqlite => {
                let store = StoreUrl::Sqlite(scratch.path("portal.db"));
                measure(arguments, scratch, Place::of(store, scratch)?)?
            }
            Engine::Postgres => {
                let (server, _) = start_server()?;
                let store = fresh_database(&server.url())?;
                measure(arguments, scratch, Place::of(store, scratch)?)?
            }
        };
        figures.extend(of_engine.into_iter().map(|figure| Figure {
            what: format!("{}: {}", engine.name(), figure.what),
            ..figure
        }));
    }
    Ok(Section {
        name: "load",
        about: format!(
            "`gongxin serve` over a store of {} organisations; client and server share the machine, \
             every answer is compressed. Requests a second over {CONNECTIONS} connections for {} s \
             each, beside a page of the same size that stands still in axum with the same \
             compression. Then {} readers at once, pages by Zipf's law over all organisations: each \
             looks at a page for {} s before it asks for the next; then without looking, where the \
             wait is the readers by the pages a second; then looking again, while `nice gongxin \
             intake` takes a batch of {} rows in.",
            grouped(arguments.read_subjects as f64),
            arguments.seconds,
            grouped(arguments.readers as f64),
            LOOK.as_secs(),
            grouped(arguments.batch_rows as f64),
        ),
        figures,
        tables: Vec::new(),
    })
}

fn measure(arguments: &Arguments, scratch: &Scratch, place: Place) -> Result<Vec<Figure>> {
    let region = Region::new(arguments.seed, arguments.read_subjects);
    fill(region, &place, scratch)?;
    let running = start(&place, true)?;
    let pages: Vec<String> = codes(region).iter().map(|code| format!("/subject/{code}")).collect();
    let time = Duration::from_secs(arguments.seconds);
    let ask = |port, connections, look| Readers { port, connections, time, look };

    let still = still(&page_of(running.port, &pages)?, scratch)?;
    let still_rate = ask(still.port, CONNECTIONS, Duration::ZERO).read(&|_, _| "/".to_owned())?;
    drop(still);
    let hot = pages.iter().take(READ_BY_ALL).cloned().collect::<Vec<_>>();
    let few = |_: u64, chance: u64| pick(&hot, chance);
    let remembered = ask(running.port, CONNECTIONS, Duration::ZERO).read(&few)?;
    // A parameter that no page knows: the answer is made anew for each.
    let anew = |request: u64, chance: u64| format!("{}?made={request}", pick(&pages, chance));
    let made = ask(running.port, CONNECTIONS, Duration::ZERO).read(&anew)?;
    let zipf = Zipf::over(&pages);
    let popular = |_: u64, chance: u64| zipf.pick(chance);
    let looking = ask(running.port, arguments.readers, LOOK).read(&popular)?;
    let crowd = ask(running.port, arguments.readers, Duration::ZERO).read(&popular)?;
    let mut figures = vec![
        rate("a page that stands still", &still_rate),
        rate("subject pages, remembered", &remembered)
            .against("still page", still_rate.rate())
            .aiming(Aim::RatioAtLeast(REMEMBERED_RATIO)),
        rate("subject pages, made for each request", &made)
            .against("still page", still_rate.rate())
            .aiming(Aim::RatioAtLeast(MADE_RATIO)),
    ];
    figures.extend(waits("readers who look", looking));
    figures.extend(waits("readers who never look", crowd));
    figures.extend(beside_a_batch(arguments, scratch, (running.port, &popular), &place)?);
    drop(running);
    place.remove()?;
    Ok(figures)
}

fn rate(what: &str, reading: &Reading) -> Figure {
    Figure::new(what, reading.rate(), Unit::RequestsPerSecond)
        .noting(format!("{} errors", reading.errors))
}

/// How long readers waited, and how many got no page.
fn waits(what: &str, mut reading: Reading) -> Vec<Figure> {
    let note = format!("{} pages, {} a second", reading.waits.len(), grouped(reading.rate()));
    vec![
        Figure::new(format!("{what}: p50"), percentile(&mut reading.waits, 50), Unit::Milliseconds)
            .noting(note),
        Figure::new(format!("{what}: p99"), percentile(&mut reading.waits, 99), Unit::Milliseconds)
            .aiming(Aim::AtMost(PAGE_MOST)),
        Figure::new(format!("{what}: errors"), reading.errors as f64, Unit::Count)
            .aiming(Aim::AtMost(0.0)),
    ]
}

fn pick(pages: &[String], chance: u64) -> String {
    let place = usize::try_from(chance % pages.len().max(1) as u64).unwrap_or_default();
    pages.get(place).cloned().unwrap_or_default()
}

/// Zipf's law with exponent 1: the nth page is asked for a nth as often as the first.
struct Zipf<'a> {
    pages: &'a [String],
    sums: Vec<f64>,
}

impl<'a> Zipf<'a> {
    fn over(pages: &'a [String]) -> Self {
        let mut sum = 0.0;
        let sums = (1..=pages.len()).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Self { pages, sums: sums.collect() }
    }

    fn pick(&self, chance: u64) -> String {
        let all = self.sums.last().copied().unwrap_or_default();
        let point = all * (chance >> 11) as f64 / (1_u64 << 53) as f64;
        let place = self.sums.partition_point(|sum| *sum < point);
        self.pages.get(place).cloned().unwrap_or_default()
    }
}

/// A page of the portal as it is without compression.
fn page_of(port: u16, pages: &[String]) -> Result<Vec<u8>> {
    let answer = Client::connect(port)?.get(pages.first().context("no page")?)?;
    ensure!(answer.status == 200, "the page answered {}", answer.status);
    Ok(answer.body)
}

/// A server of one page in a process of its own.
struct Still {
    _server: Server,
    port: u16,
}

fn still(page: &[u8], scratch: &Scratch) -> Result<Still> {
    let path = scratch.path("still.html");
    std::fs::write(&path, page)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let child = Command::new(std::env::current_exe()?)
        .args(["--still-page", &format!("{port}:{}", path.display())])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start the still page")?;
    let server = Server(child);
    for _ in 0..500 {
        if Client::connect(port).and_then(|mut client| client.get("/")).is_ok() {
            return Ok(Still { _server: server, port });
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    bail!("the still page did not answer in time")
}

/// The process that serves a page that stands still: what axum does with the same compression.
pub(crate) fn serve_still(ask: &str) -> Result<()> {
    let (port, path) = ask.split_once(':').context("PORT:FILE")?;
    let page = std::fs::read_to_string(Path::new(path))?;
    let page: Arc<str> = page.into();
    let answer = move || {
        let page = Arc::clone(&page);
        async move { Html(page.to_string()) }
    };
    let router =
        Router::new().route("/", get(answer)).layer(CompressionLayer::new().quality(COMPRESSION));
    let port: u16 = port.parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

/// Readers of pages while a batch is handed in by another process.
fn beside_a_batch(
    arguments: &Arguments,
    scratch: &Scratch,
    (port, popular): (u16, &(dyn Fn(u64, u64) -> String + Sync)),
    place: &Place,
) -> Result<Vec<Figure>> {
    if arguments.batch_rows == 0 {
        return Ok(Vec::new());
    }
    let done = AtomicBool::new(false);
    let began = Instant::now();
    let (reading, rows) = std::thread::scope(|scope| -> Result<(Reading, u64)> {
        let loading = scope.spawn(|| {
            let ask = (arguments.seed + 1, arguments.batch_rows);
            let rows = hand_in_a_batch(ask, place, scratch);
            done.store(true, Ordering::Relaxed);
            rows
        });
        let readers =
            Readers { port, connections: arguments.readers, time: Duration::MAX, look: LOOK };
        let reading = readers.read_until(&popular, &done)?;
        let rows = loading.join().map_err(|_| anyhow::anyhow!("the batch was not loaded"))??;
        Ok((reading, rows))
    })?;
    let seconds = began.elapsed().as_secs_f64();
    let rows = rows as f64;
    let mut figures = vec![
        Figure::new("a batch beside readers", rows / seconds, Unit::RowsPerSecond)
            .noting(format!("{} rows in {seconds:.0} s", grouped(rows))),
    ];
    figures.extend(waits("readers beside the batch", reading));
    Ok(figures)
}

/// Hands about so many rows of registrations in beside what else is done; gives how many they were.
pub(crate) fn hand_in_a_batch(
    (seed, rows): (u64, u64),
    place: &Place,
    scratch: &Scratch,
) -> Result<u64> {
    // The first file of registrations has 46 rows of 100 organisations.
    let region = Region::new(seed, rows * 100 / 46);
    let file = region
        .files()
        .into_iter()
        .find(|file| file.catalogue == "registration")
        .context("no registrations")?;
    let path = crate::intake::write_file(&file, scratch)?;
    let batch = hand_in_nicely(place, (file.catalogue, &file.source), &path);
    std::fs::remove_file(&path)?;
    Ok(batch?.rows)
}

/// What came of a batch.
#[derive(Debug, Deserialize)]
struct Batch {
    rows: u64,
}

/// Hands a file in by a process that leaves the machine to others first.
fn hand_in_nicely(place: &Place, (catalogue, source): (&str, &str), path: &Path) -> Result<Batch> {
    let mut nice = Command::new("nice");
    nice.arg(gongxin()?);
    let ask = ["intake", "--json", "--catalogue", catalogue, "--source", source];
    let done = place.command(nice).args(ask).arg(path).stderr(Stdio::null()).output()?;
    let receipt = String::from_utf8_lossy(&done.stdout);
    serde_json::from_str(&receipt).with_context(|| format!("the batch ended with {}", done.status))
}

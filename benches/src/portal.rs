//! The portal over a store of many organisations: its start, its pages, its search.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use gongxin_app::StoreUrl;
use gongxin_rehearsal::{Organisation, Region};

use crate::arguments::Arguments;
use crate::child::{Server, peak_memory};
use crate::client::{Client, escaped};
use crate::direct::Direct;
use crate::figure::{Aim, Figure, Unit, grouped, percentile};
use crate::intake::{remove_store, write_files};
use crate::office::{found, hand_in, key_file};
use crate::report::Section;
use crate::scratch::{Scratch, gongxin};

/// Seconds within which the portal answers after its start.
pub(crate) const START: f64 = 1.0;
/// Starts of which the median counts.
const STARTS: usize = 5;
/// Milliseconds within which ninety-nine of a hundred pages answer, and those of an earlier day.
const PAGE_MOST: f64 = 10.0;
const PAST_MOST: f64 = 50.0;
const AS_OF: &str = "?as_of=2025-11-01";
/// A scan reads every name, so that few suffice.
const SCANS: usize = 20;

pub(crate) fn run(arguments: &Arguments, scratch: &Scratch) -> Result<Section> {
    let region = Region::new(arguments.seed, arguments.subjects);
    let place = Place::of(StoreUrl::Sqlite(scratch.path("portal.db")), scratch)?;
    fill(region, &place, scratch)?;
    let mut figures = Vec::new();
    let indexed = start(&place, true)?;
    figures.push(
        Figure::new("first start, until every name is found", indexed.seconds, Unit::Seconds)
            .noting("the index of names is made from nothing"),
    );
    drop(indexed);
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        starts.push(start(&place, false)?.seconds);
    }
    figures.push(
        Figure::new("start, until `/healthz` answers", percentile(&mut starts, 50), Unit::Seconds)
            .aiming(Aim::AtMost(START))
            .noting(format!(
                "median of {STARTS}, the slowest {:.2} s",
                percentile(&mut starts, 100)
            )),
    );
    let running = start(&place, false)?;
    let mut client = Client::connect(running.port)?;
    let direct = Direct::open(place.file().context("a store in a file")?)?;
    let asked = Asked { region, requests: arguments.requests };
    figures.extend(asked.subjects(&mut client, &direct)?);
    figures.extend(asked.searches(&mut client, &direct)?);
    let peak = peak_memory(&running.server.0).unwrap_or_default();
    figures.push(Figure::new("memory of the server, at most", peak / 1e6, Unit::Megabytes));
    drop((running, client, direct));
    place.remove()?;
    Ok(Section {
        name: "portal",
        about: format!(
            "`gongxin serve` over a SQLite store of {} organisations with their registrations and \
             penalties; {} requests of each kind, one after the other over one connection, against \
             the same question put to the same file by rusqlite: the subject by its code and its \
             records by their index; for search, `LIKE '%…%'` over all names.",
            grouped(arguments.subjects as f64),
            grouped(arguments.requests as f64)
        ),
        figures,
        tables: Vec::new(),
    })
}

/// What is served: a store, its key, its index of names.
#[derive(Debug)]
pub(crate) struct Place {
    store: StoreUrl,
    key: PathBuf,
    pub(crate) index: PathBuf,
}

impl Place {
    pub(crate) fn of(store: StoreUrl, scratch: &Scratch) -> Result<Self> {
        let (key, index) = (scratch.path("portal.key"), scratch.path("portal.names"));
        key_file(&key)?;
        Ok(Self { store, key, index })
    }

    /// The platform's program, told where the store is.
    pub(crate) fn command(&self, mut program: Command) -> Command {
        let store = match &self.store {
            StoreUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            StoreUrl::Postgres(address) => address.clone(),
        };
        program.args(["--store", &store, "--key-file"]).arg(&self.key);
        program
    }

    /// The file of the store, where it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match &self.store {
            StoreUrl::Sqlite(path) => Some(path),
            StoreUrl::Postgres(_) => None,
        }
    }

    pub(crate) fn remove(self) -> Result<()> {
        std::fs::remove_dir_all(&self.index)?;
        self.file().map_or(Ok(()), remove_store)
    }
}

/// Takes all files of a region in.
pub(crate) fn fill(region: Region, place: &Place, scratch: &Scratch) -> Result<()> {
    eprintln!("writing the files of {} organisations", grouped(region.organisations() as f64));
    let files = write_files(region, scratch)?;
    let office = found(&place.store)?;
    for (file, path) in files {
        let began = Instant::now();
        let receipt = hand_in(&office, (file.catalogue, &file.source), &path)?;
        let seconds = began.elapsed().as_secs_f64();
        eprintln!("{}: {} rows in {seconds:.1} s", file.name, grouped(receipt.rows as f64));
        std::fs::remove_file(&path)?;
    }
    Ok(())
}

pub(crate) fn codes(region: Region) -> Vec<String> {
    let all = (0..region.organisations()).map(|place| region.organisation(place));
    all.filter(|one| one.name().starts_with("演练")).map(|one| one.code).collect()
}

/// The portal, running.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) port: u16,
    /// What it took until it answered.
    pub(crate) seconds: f64,
}

/// Starts the portal and waits until it answers; where asked, until its index has all names.
pub(crate) fn start(place: &Place, until_indexed: bool) -> Result<Running> {
    const PATIENCE: Duration = Duration::from_secs(1800);
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let began = Instant::now();
    let child = place
        .command(Command::new(gongxin()?))
        .args(["serve", "--port", &port.to_string(), "--index"])
        .arg(&place.index)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start the portal")?;
    let mut running = Running { server: Server(child), port, seconds: 0.0 };
    while began.elapsed() < PATIENCE {
        if let Some(status) = running.server.0.try_wait()? {
            bail!("the portal ended before it answered ({status})");
        }
        if answers(port, until_indexed) {
            running.seconds = began.elapsed().as_secs_f64();
            return Ok(running);
        }
        std::thread::sleep(Duration::from_millis(if until_indexed { 50 } else { 1 }));
    }
    bail!("the portal did not answer in time")
}

fn answers(port: u16, until_indexed: bool) -> bool {
    let ask = || Client::connect(port)?.get("/healthz");
    let Ok(answer) = ask() else {
        return false;
    };
    if !until_indexed {
        return answer.status == 200;
    }
    let health: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let faces = health["faces"].as_array();
    faces.is_some_and(|faces| !faces.is_empty() && faces.iter().all(|face| face["lag"] == 0))
}

/// What is asked, and how often.
pub(crate) struct Asked {
    pub(crate) region: Region,
    pub(crate) requests: u64,
}

impl Asked {
    /// An organisation for each request: all over the region, each time the same. Names of
    /// persons are not searchable and left out.
    fn organisations(&self) -> impl Iterator<Item = Organisation> + '_ {
        let all = self.region.organisations();
        (0_u64..)
            .map(move |request| request.wrapping_mul(0x9e37_79b9_7f4a_7c15) % all)
            .map(|place| self.region.organisation(place))
            .filter(|one| one.name().starts_with("演练"))
            .take(usize::try_from(self.requests).unwrap_or(usize::MAX))
    }

    fn subjects(&self, client: &mut Client, direct: &Direct) -> Result<Vec<Figure>> {
        let codes: Vec<String> = self.organisations().map(|one| one.code).collect();
        eprintln!("asking for {} subjects", codes.len());
        let mut plain = timed(&codes, |code| direct.subject(code).map(drop))?;
        let mut figures = Vec::new();
        for (what, path) in
            [("page `/subject/…`", "/subject"), ("`/api/v1/subjects/…`", "/api/v1/subjects")]
        {
            let mut times = timed(&codes, |code| {
                // The page of the code, not any page.
                found_at(client, &format!("{path}/{code}"), code)
            })?;
            figures.extend(compared(what, &mut times, ("rusqlite", &mut plain)));
        }
        Ok(figures)
    }

    /// The pages of subjects: today's, and as they stood on an earlier day.
    pub(crate) fn pages(&self, client: &mut Client) -> Result<Vec<Figure>> {
        let codes: Vec<String> = self.organisations().map(|one| one.code).collect();
        let mut figures = Vec::new();
        for (what, ask, most) in [("today", "", PAGE_MOST), ("as of a year ago", AS_OF, PAST_MOST)]
        {
            eprintln!("asking for {} subjects, {what}", codes.len());
            let mut times =
                timed(&codes, |code| found_at(client, &format!("/subject/{code}{ask}"), code))?;
            let figure = |name: &str, percent, times: &mut [f64]| {
                let what = format!("page `/subject/…`, {what} {name}");
                Figure::new(what, percentile(times, percent), Unit::Milliseconds)
            };
            figures.push(figure("p50", 50, &mut times));
            figures.push(figure("p99", 99, &mut times).aiming(Aim::AtMost(most)));
        }
        Ok(figures)
    }

    fn searches(&self, client: &mut Client, direct: &Direct) -> Result<Vec<Figure>> {
        let mut figures = Vec::new();
        for (what, words) in self.queries() {
            eprintln!("searching: {what}");
            let scans = words.get(..SCANS.min(words.len())).unwrap_or_default();
            let mut plain = timed(scans, |word| direct.scan(word).map(drop))?;
            let mut times = timed(&words, |word| {
                found_at(client, &format!("/search?q={}", escaped(word)), "/subject/")
            })?;
            figures.extend(compared(
                &format!("`/search`, {what}"),
                &mut times,
                ("rusqlite LIKE", &mut plain),
            ));
        }
        Ok(figures)
    }

    /// What is searched for, by kinds of searching.
    fn queries(&self) -> Vec<(&'static str, Vec<String>)> {
        let words = |cut: fn(&Organisation) -> String| -> Vec<String> {
            self.organisations().map(|one| cut(&one)).collect()
        };
        vec![
            ("two characters", words(|one| inner(one, 2))),
            ("five characters", words(|one| inner(one, 5))),
            ("whole name", words(|one| one.name().to_owned())),
            ("code", words(|one| one.code.clone())),
        ]
    }
}

/// Some characters inside a name: of its brand, and of what it trades in.
fn inner(one: &Organisation, count: usize) -> String {
    one.name().chars().skip(3).take(count).collect()
}

/// Asks for a path and makes sure that the answer holds what it must.
fn found_at(client: &mut Client, path: &str, must_hold: &str) -> Result<()> {
    let answer = client.get(path)?;
    // A search for a code leads to its page.
    let is_led_on = answer.status == 302;
    let holds = || String::from_utf8_lossy(&answer.body).contains(must_hold);
    ensure!(
        is_led_on || (answer.status == 200 && holds()),
        "{path} answers {} without `{must_hold}`",
        answer.status
    );
    Ok(())
}

/// The milliseconds that each question took.
fn timed(questions: &[String], mut ask: impl FnMut(&str) -> Result<()>) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(questions.len());
    for question in questions {
        let start = Instant::now();
        ask(question)?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

/// Median and ninety-ninth of a hundred, against the peer's.
fn compared(what: &str, times: &mut [f64], (peer, plain): (&str, &mut [f64])) -> Vec<Figure> {
    [("p50", 50), ("p99", 99)]
        .into_iter()
        .map(|(name, percent)| {
            Figure::new(format!("{what} {name}"), percentile(times, percent), Unit::Milliseconds)
                .against(peer, percentile(plain, percent))
        })
        .collect()
}

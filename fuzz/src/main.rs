//! Runs targets by hand: `cargo xtask soak` does it for all, and for long.

#![expect(clippy::print_stdout, reason = "it speaks to a terminal")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use gongxin_fuzz::mutate::{Chance, mutated};
use gongxin_fuzz::{TARGETS, Target, hostile, target};

/// Puts bytes to the laws that hold for any bytes.
#[derive(Debug, Parser)]
#[command(name = "gongxin-fuzz", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// List the targets.
    List,
    /// Write bytes to begin from: DIR/TARGET/seed-N.
    Seeds {
        /// The directory.
        dir: PathBuf,
    },
    /// Write the files that nobody meant well.
    Hostile {
        /// The directory.
        dir: PathBuf,
    },
    /// Put files to the laws of a target.
    Replay {
        /// The target.
        target: String,
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Change seeds by chance for some time, without libFuzzer; exit code 1 where a law was broken.
    Run {
        /// The targets; all without any.
        targets: Vec<String>,
        /// Minutes for each target.
        #[arg(long, default_value_t = 1.0)]
        minutes: f64,
        /// The seed of chance.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Where inputs that break a law are written.
        #[arg(long, default_value = "target/fuzz/found")]
        found: PathBuf,
    },
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().act {
        Act::List => {
            for Target { name, about, .. } in TARGETS {
                println!("{name:<10} {about}");
            }
        }
        Act::Seeds { dir } => seeds(&dir)?,
        Act::Hostile { dir } => {
            for one in hostile::all() {
                write(&dir.join(&one.name), &one.bytes)?;
            }
        }
        Act::Replay { target, files } => {
            let target = find(&target)?;
            for file in files {
                let bytes = std::fs::read(&file)
                    .with_context(|| format!("cannot read `{}`", file.display()))?;
                (target.run)(&bytes);
                println!("{}: every law holds", file.display());
            }
        }
        Act::Run { targets, minutes, seed, found } => {
            let chosen: Vec<&Target> = if targets.is_empty() {
                TARGETS.iter().collect()
            } else {
                targets.iter().map(|name| find(name)).collect::<Result<_>>()?
            };
            let time = Duration::from_secs_f64(minutes.max(0.0) * 60.0);
            let mut broken = 0;
            for target in chosen {
                broken += run(target, time, seed, &found)?;
            }
            if broken > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn find(name: &str) -> Result<&'static Target> {
    target(name).with_context(|| format!("there is no target `{name}`; see `list`"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    std::fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
}

fn seeds(dir: &Path) -> Result<()> {
    for target in TARGETS {
        for (place, bytes) in (target.seeds)().iter().enumerate() {
            write(&dir.join(target.name).join(format!("seed-{place}")), bytes)?;
        }
    }
    Ok(())
}

/// What a law that was broken says, and where.
type Said = Arc<Mutex<String>>;

/// Changes seeds until the time is over; how many laws were broken, each counted once.
fn run(target: &Target, time: Duration, seed: u64, found: &Path) -> Result<usize> {
    let said = Said::default();
    let heard = Arc::clone(&said);
    panic::set_hook(Box::new(move |info| {
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
    let seeds = (target.seeds)();
    let mut chance = Chance::new(seed);
    let mut places = BTreeSet::new();
    let (start, mut told, mut count) = (Instant::now(), Instant::now(), 0_u64);
    while start.elapsed() < time {
        let from = chance.below(seeds.len());
        let bytes = match seeds.get(from) {
            Some(bytes) => mutated(bytes, &seeds, &mut chance),
            None => Vec::new(),
        };
        count += 1;
        if panic::catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_err() {
            let words = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let place = words.lines().next().unwrap_or_default().to_owned();
            if places.insert(place) {
                let path = found.join(format!("{}-{seed}-{count}", target.name));
                write(&path, &bytes)?;
                println!("{}: BROKEN, {}\n{words}", target.name, path.display());
            }
        }
        if told.elapsed() > Duration::from_secs(10) {
            told = Instant::now();
            println!("{}: {count} inputs, {} broken", target.name, places.len());
            std::io::stdout().flush()?;
        }
    }
    let _ = panic::take_hook();
    println!("{}: {count} inputs from seed {seed}, {} laws broken", target.name, places.len());
    Ok(places.len())
}

//! `cargo xtask soak`: what takes long, and looks for what nobody thought of.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::run::{Run, built, cargo, program, root, target};
use crate::serve::{Scratch, gongxin};

/// Run the fuzz targets, the properties, the crashes and the hostile files for long.
///
/// Whatever is found is printed with the seed or the file that shows it. It can be interrupted at
/// any time: inputs and findings so far stay under target/fuzz.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask soak                                   everything, a minute a target
  cargo xtask soak --minutes 30 --only fuzz          a night of fuzzing
  cargo xtask soak --only fuzz --target csv --target xlsx --minutes 5
  cargo xtask soak --only crashes --rounds 200 --seed 7
  cargo xtask soak --only closure --rounds 200       a million histories of acts

Exit codes: 0 nothing was found, 1 something was, or a step could not run; the last lines say which.")]
pub(crate) struct Soak {
    /// Minutes for each fuzz target.
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Only these steps: fuzz, properties, crashes, closure, hostile.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Only these fuzz targets.
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<String>,
    /// Seeds of the crash simulation; cases of a property, in hundreds; histories of acts, in 5,000.
    #[arg(long, default_value_t = 20)]
    rounds: u32,
    /// Where chance begins; printed, so that a run can be repeated.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Mutate by our own means even where cargo-fuzz is there.
    #[arg(long)]
    plain: bool,
}

/// Megabytes that a target may take: the parts of a workbook may unpack to 16.
const MOST_MEGABYTES: u32 = 2048;
/// Seconds that one input may take.
const MOST_SECONDS: u32 = 20;
/// Hostile files are read by the program itself, which says 0, 1 or 3 of them and nothing else.
const READ: [i32; 3] = [0, 1, 3];

type Step = (&'static str, fn(&Soak) -> Result<()>);

const STEPS: [Step; 5] = [
    ("hostile", Soak::hostile),
    ("properties", Soak::properties),
    ("crashes", Soak::crashes),
    ("closure", Soak::closure),
    ("fuzz", Soak::fuzz),
];

impl Soak {
    /// Runs the steps, each whether or not those before it found something.
    pub(crate) fn run(&self) -> Result<()> {
        for name in &self.only {
            ensure!(
                STEPS.iter().any(|(step, _)| step == name),
                "there is no step `{name}`; steps: {}",
                STEPS.map(|(step, _)| step).join(", ")
            );
        }
        let mut ends = Vec::new();
        for (name, act) in STEPS {
            if !self.only.is_empty() && !self.only.iter().any(|one| one == name) {
                continue;
            }
            println!("\n==== {name}, seed {}", self.seed);
            let start = Instant::now();
            let error = act(self).err().map(|error| format!("{error:#}"));
            ends.push((name, start.elapsed(), error));
        }
        println!();
        for (name, took, error) in &ends {
            let end = error.as_deref().unwrap_or("nothing found");
            println!("{name:<11} {:>7.0} s  {end}", took.as_secs_f64());
        }
        let found = ends.iter().filter(|(_, _, error)| error.is_some()).count();
        ensure!(found == 0, "{found} of {} steps found something", ends.len());
        Ok(())
    }

    /// The hostile files, one by one, through the program and its child with limits.
    fn hostile(&self) -> Result<()> {
        let (gongxin, fuzz) = (gongxin()?, fuzz_program()?);
        let scratch = Scratch::new("hostile")?;
        let dir = scratch.0.join("files");
        built(&fuzz).args(["hostile"]).args([&dir]).done()?;
        let store = format!("sqlite:{}", scratch.0.join("gongxin.db").display());
        let of_store = || built(&gongxin).args(["--store", &store]);
        of_store().args(["pack", "adopt", "--rehearsal", "--accept-unverified", "all"]).done()?;
        let mut files: Vec<PathBuf> = std::fs::read_dir(&dir)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()?;
        files.sort();
        let mut slowest = (Duration::ZERO, String::new());
        for file in &files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let start = Instant::now();
            let hand_in = of_store().args(["intake", "--dry-run", "--json"]);
            let words = ["--catalogue", "registration", "--source", "150000-market"];
            let receipt = hand_in.args(words).args([file]).output_whatever(&READ)?;
            counts_agree(&receipt).with_context(|| format!("the hostile file `{name}`"))?;
            slowest = slowest.max((start.elapsed(), name));
        }
        let (took, name) = slowest;
        println!("{} files; the slowest, {name}, took {:.1} s", files.len(), took.as_secs_f64());
        Ok(())
    }

    /// The property tests of all rooms with many cases.
    fn properties(&self) -> Result<()> {
        let rooms = ["model", "seal", "intake", "subject", "standing"];
        let chosen: Vec<String> =
            rooms.iter().flat_map(|room| ["-p".to_owned(), format!("gongxin-{room}")]).collect();
        let cases = u64::from(self.rounds) * 100;
        println!("{cases} cases a property; PROPTEST_RNG_SEED={}", self.seed);
        cargo("test --locked --no-fail-fast --lib --tests")
            .args(&chosen)
            .env("PROPTEST_CASES", cases.to_string())
            .env("PROPTEST_RNG_SEED", self.seed.to_string())
            .done()
    }

    /// The crash simulation with many seeds, on both engines.
    fn crashes(&self) -> Result<()> {
        let seeds = format!("{}..{}", self.seed, self.seed + u64::from(self.rounds));
        println!("GONGXIN_SOAK_SEEDS={seeds}");
        cargo("test --locked --no-fail-fast -p gongxin-app --test it crashes::")
            .env("GONGXIN_SOAK_SEEDS", &seeds)
            .done()
    }

    /// Random histories of acts that leave nothing of what ended: 100,000 of them, or more.
    fn closure(&self) -> Result<()> {
        let histories = 5_000 * u64::from(self.rounds);
        println!("GONGXIN_SOAK_HISTORIES={histories}");
        cargo(
            "test --locked --no-fail-fast -p gongxin-app --test it closure::random -- --nocapture",
        )
        .env("GONGXIN_SOAK_HISTORIES", histories.to_string())
        .env("GONGXIN_SOAK_SEED", self.seed.to_string())
        .done()
    }

    /// The fuzz targets, by libFuzzer where it is there.
    fn fuzz(&self) -> Result<()> {
        let fuzz = fuzz_program()?;
        let listed = built(&fuzz).args(["list"]).output()?;
        let names = listed.lines().filter_map(|line| line.split_whitespace().next());
        let known: BTreeSet<&str> = names.collect();
        let chosen: Vec<&str> = if self.targets.is_empty() {
            known.iter().copied().collect()
        } else {
            self.targets.iter().map(String::as_str).collect()
        };
        if let Some(unknown) = chosen.iter().find(|name| !known.contains(*name)) {
            let known: Vec<&str> = known.into_iter().collect();
            bail!("there is no target `{unknown}`; targets: {}", known.join(", "));
        }
        let place = target().join("fuzz");
        match self.missing() {
            Some(missing) => {
                println!(
                    "{missing}: inputs are made by our own mutations, without coverage. \
                     To do better: rustup toolchain install nightly && cargo install cargo-fuzz"
                );
                built(&fuzz)
                    .args(["run", "--minutes", &self.minutes.to_string()])
                    .args(["--seed", &self.seed.to_string()])
                    .args([Path::new("--found"), &place.join("found")])
                    .args(&chosen)
                    .done()
            }
            None => self.libfuzzer(&fuzz, &place, &chosen),
        }
    }

    /// What libFuzzer lacks here.
    fn missing(&self) -> Option<&'static str> {
        if self.plain {
            Some("as asked")
        } else if !program("cargo +nightly --version").works() {
            Some("there is no nightly compiler")
        } else if !program("cargo +nightly fuzz --version").works() {
            Some("cargo-fuzz is not installed")
        } else {
            None
        }
    }

    fn libfuzzer(&self, fuzz: &Path, place: &Path, chosen: &[&str]) -> Result<()> {
        built(fuzz).args([Path::new("seeds"), &place.join("seeds")]).done()?;
        // The same versions as everywhere; cargo adds what is missing.
        std::fs::copy(root().join("Cargo.lock"), root().join("fuzz/libfuzzer/Cargo.lock"))
            .context("cannot copy Cargo.lock")?;
        let mut found = Vec::new();
        for name in chosen {
            let corpus = place.join("corpus").join(name);
            let inputs = place.join("found").join(name);
            std::fs::create_dir_all(&corpus)?;
            std::fs::create_dir_all(&inputs)?;
            println!("\n---- {name}: corpus {}, findings {}", corpus.display(), inputs.display());
            let done = fuzzed(name, &corpus, &place.join("seeds").join(name))
                .args([
                    format!("-seed={}", self.seed),
                    format!("-max_total_time={:.0}", self.minutes * 60.0),
                    format!("-rss_limit_mb={MOST_MEGABYTES}"),
                    format!("-timeout={MOST_SECONDS}"),
                    "-max_len=65536".to_owned(),
                    "-print_final_stats=1".to_owned(),
                    format!("-artifact_prefix={}/", inputs.display()),
                ])
                .done();
            if let Err(error) = done {
                println!("{error:#}");
                found.push(format!(
                    "{name} (cargo run -p gongxin-fuzz -- replay {name} {}/*)",
                    inputs.display()
                ));
            }
        }
        ensure!(found.is_empty(), "found by: {}", found.join(", "));
        Ok(())
    }
}

/// One target under libFuzzer. No sanitizer: ours is safe Rust, and twice the inputs find more.
fn fuzzed(name: &str, corpus: &Path, seeds: &Path) -> Run {
    let line = "cargo +nightly fuzz run --sanitizer none --fuzz-dir fuzz/libfuzzer";
    program(line).args([Path::new(name), corpus, seeds, Path::new("--")])
}

fn fuzz_program() -> Result<PathBuf> {
    cargo("build --locked --package gongxin-fuzz").done()?;
    Ok(target().join("debug/gongxin-fuzz"))
}

/// Every row of a receipt has one outcome, and a file that gave none has a finding.
fn counts_agree(receipt: &str) -> Result<()> {
    let receipt: serde_json::Value = serde_json::from_str(receipt).context("no receipt")?;
    let count = |name: &str| receipt.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let rows = count("rows");
    ensure!(
        rows == count("accepted") + count("held") + count("refused"),
        "rows are not accepted, held and refused together"
    );
    let findings = receipt.get("findings").and_then(serde_json::Value::as_array);
    ensure!(rows > 0 || findings.is_some_and(|all| !all.is_empty()), "no row, and nothing said");
    Ok(())
}

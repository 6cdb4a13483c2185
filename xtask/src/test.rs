//! `cargo xtask test`: everything that must hold before a change lands.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use crate::run::{built, cargo, root};
use crate::serve::{Scratch, Server, gongxin, postgres};
use crate::{answers, api, machine, serve, tidy};

/// What to test.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Only these steps, by name.
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

/// A step: its name, and what it does.
type Step = (&'static str, fn(&mut Counts) -> Result<()>);

/// In this order; each runs whether or not those before it failed.
const STEPS: [Step; 11] = [
    ("machine", |_| machine::prepare()),
    ("scripts", |_| serve::assets()),
    ("format", |_| cargo("fmt --all -- --check").done()),
    ("lints", |_| {
        cargo("clippy --locked --workspace --all-targets --keep-going -- -D warnings").done()
    }),
    ("tidy", |_| tidy::run()),
    ("tests", tests),
    ("packs", |_| packs()),
    ("answers", |_| answers::run()),
    ("documentation", |_| {
        cargo("doc --locked --workspace --no-deps --document-private-items --keep-going")
            .env("RUSTDOCFLAGS", "-D warnings")
            .done()
    }),
    ("api", |_| api::run()),
    ("browser", |_| browser()),
];

/// How many tests there were.
#[derive(Debug, Default)]
struct Counts {
    passed: u64,
    failed: u64,
}

/// How a step went.
struct Outcome {
    name: &'static str,
    took: Duration,
    error: Option<String>,
}

impl Test {
    /// Runs the steps and says at the end how each went.
    pub(crate) fn run(&self) -> Result<()> {
        for name in &self.only {
            let is_known = STEPS.iter().any(|(step, _)| step == name);
            ensure!(is_known, "there is no step `{name}`; steps: {}", names());
        }
        let mut counts = Counts::default();
        let mut outcomes = Vec::new();
        let is_wanted =
            |name: &str| self.only.is_empty() || self.only.iter().any(|one| one == name);
        for (name, act) in STEPS.into_iter().filter(|(name, _)| is_wanted(name)) {
            println!("\n==== {name}");
            let start = Instant::now();
            let error = act(&mut counts).err().map(|error| format!("{error:#}"));
            let took = start.elapsed();
            match &error {
                None => println!("---- {name}: passed in {:.1} s", took.as_secs_f64()),
                Some(error) => {
                    println!("---- {name}: FAILED in {:.1} s: {error}", took.as_secs_f64());
                }
            }
            outcomes.push(Outcome { name, took, error });
        }
        close(&counts, &outcomes)
    }
}

fn names() -> String {
    STEPS.map(|(name, _)| name).join(", ")
}

/// The end of the report; its last line counts tests and steps together.
fn close(counts: &Counts, outcomes: &[Outcome]) -> Result<()> {
    println!();
    for outcome in outcomes {
        let seconds = outcome.took.as_secs_f64();
        match &outcome.error {
            None => println!("passed  {:<14} {seconds:>7.1} s", outcome.name),
            Some(error) => println!("FAILED  {:<14} {seconds:>7.1} s  {error}", outcome.name),
        }
    }
    // The step `tests` is counted by its tests, unless it failed without one.
    let steps_failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count() as u64;
    let steps_passed = outcomes.len() as u64 - steps_failed;
    println!(
        "\ntests: {} passed, {} failed; steps: {steps_passed} passed, {steps_failed} failed",
        counts.passed, counts.failed
    );
    println!("{} passed, {} failed", counts.passed + steps_passed, counts.failed + steps_failed);
    if steps_failed > 0 {
        bail!("{steps_failed} of {} steps failed", outcomes.len());
    }
    Ok(())
}

/// All tests of all crates, with PostgreSQL started once for them.
fn tests(counts: &mut Counts) -> Result<()> {
    let scratch = Scratch::new("tests")?;
    let server = match std::env::var("GONGXIN_TEST_POSTGRES") {
        Ok(url) => {
            println!("using PostgreSQL at {url}");
            None
        }
        Err(_) => Some(postgres(&scratch.0.join("postgres"))?),
    };
    let url = server.as_ref().map(|server: &Server| server.url.clone());
    let with_url = |run: crate::run::Run| match &url {
        Some(url) => run.env("GONGXIN_TEST_POSTGRES", url),
        None => run,
    };
    let has_nextest = cargo("nextest --version").works();
    let line = if has_nextest {
        "nextest run --locked --workspace --no-fail-fast --status-level fail"
    } else {
        "test --locked --workspace --no-fail-fast --all-targets"
    };
    let ran = if has_nextest {
        with_url(cargo(line)).watched(&mut |line| counts.read_nextest(line))
    } else {
        println!("cargo-nextest is not installed; `cargo test` runs the same tests");
        run_cargo_test(with_url(cargo(line)), counts)
    };
    let examples = with_url(cargo("test --locked --workspace --doc --quiet")).done();
    ran.and(examples)
}

/// `cargo test` prints its summaries among what tests print.
fn run_cargo_test(run: crate::run::Run, counts: &mut Counts) -> Result<()> {
    let shown = run.shown().to_owned();
    let mut child = run
        .into_command()
        .stdout(std::process::Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run `{shown}`"))?;
    if let Some(printed) = child.stdout.take() {
        use std::io::BufRead as _;
        for line in std::io::BufReader::new(printed).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            println!("{line}");
            counts.read_cargo_test(&line);
        }
    }
    ensure!(child.wait()?.success(), "`{shown}` failed");
    Ok(())
}

impl Counts {
    /// Reads `     Summary [  1.2s] 10 tests run: 9 passed (1 slow), 1 failed, 0 skipped`.
    fn read_nextest(&mut self, line: &str) {
        if let Some((_, counts)) = line.split_once(" tests run: ") {
            self.read(counts, ',');
        }
    }

    /// Reads `test result: ok. 9 passed; 1 failed; 0 ignored; …`.
    fn read_cargo_test(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            let (_, counts) = counts.split_once(". ").unwrap_or_default();
            self.read(counts, ';');
        }
    }

    fn read(&mut self, counts: &str, divider: char) {
        for part in counts.split(divider) {
            let mut words = part.split_whitespace();
            let number = words.next().and_then(|word| word.parse::<u64>().ok());
            match (number, words.next()) {
                (Some(number), Some("passed")) => self.passed += number,
                (Some(number), Some("failed" | "timed")) => self.failed += number,
                _ => {}
            }
        }
    }
}

/// The packs by the program's own checks.
fn packs() -> Result<()> {
    let gongxin = gongxin()?;
    let packs = ["packs/national", "packs/regions/150000", "packs/rehearsal"];
    built(&gongxin).args(["pack", "check"]).args(packs).done()?;
    built(&gongxin).args(["pack", "test"]).args(packs).done()
}

/// The pages in a browser, over a small region of their own.
pub(crate) fn browser() -> Result<()> {
    in_browser(|run| run("npm test").done())
}

/// How quick and how well made the pages are by Lighthouse, into `benches/lighthouse.md`.
pub(crate) fn lighthouse() -> Result<()> {
    let table = in_browser(|run| run("node lighthouse.mjs").output())?;
    let text = format!(
        "# Lighthouse\n\nWritten by `cargo xtask lighthouse`: the median of five runs over an invented \
         region of 300\norganisations, as on a phone with slow network; 98 is the least that passes.\n\n\
         {table}"
    );
    let path = root().join("benches/lighthouse.md");
    std::fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Serves a small region, and runs something of `e2e` over it.
fn in_browser<T>(act: impl Fn(&dyn Fn(&str) -> crate::run::Run) -> Result<T>) -> Result<T> {
    let tests = root().join("e2e");
    let browser = machine::chromium().context("no Chromium: apt-get install chromium")?;
    serve::installed(&tests)?;
    let gongxin = gongxin()?;
    let scratch = Scratch::new("browser")?;
    let store = format!("sqlite:{}", scratch.0.join("gongxin.db").display());
    built(&gongxin)
        .args(["--store", &store, "rehearsal", "load", "--organisations", "300"])
        .done()?;
    let (port, issuer) = (serve::free_port()?, serve::free_port()?);
    let issuer = format!("http://127.0.0.1:{issuer}");
    let providers = providers(&scratch, port, &issuer)?;
    let more = ["--oidc".into(), providers.into_os_string()];
    let server = serve::portal(&gongxin, &store, (&scratch.0, port), &more)?;
    act(&|line| {
        crate::run::program(line)
            .within(&tests)
            .env("GONGXIN_URL", &server.url)
            .env("GONGXIN_STORE", &store)
            .env("GONGXIN_PROGRAM", &gongxin)
            .env("GONGXIN_ISSUER", &issuer)
            .env("CHROMIUM", browser)
    })
}

/// The file of the provider that a journey starts, and beside it the secret that `e2e/openid.mjs` has too.
fn providers(scratch: &Scratch, port: u16, issuer: &str) -> Result<std::path::PathBuf> {
    let file = scratch.0.join("openid.toml");
    std::fs::write(scratch.0.join("secret"), "only a rehearsal of two sides 2026")?;
    let text = format!(
        "site = \"http://127.0.0.1:{port}\"\n\n[[providers]]\nid = \"region\"\nissuer = \"{issuer}\"\n\
         client_id = \"gongxin\"\nclient_secret_file = \"secret\"\nscopes = [\"credit\"]\n\
         name = {{ zh = \"演练区统一身份认证\", en = \"rehearsal identity\" }}\n\n\
         [providers.grants]\norganisation = \"uscc\"\nnew_accounts = true\npost = \"企业代表\"\n"
    );
    std::fs::write(&file, text)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_are_counted() {
        let mut counts = Counts::default();
        counts.read_nextest(
            "     Summary [  1.2s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped",
        );
        assert_eq!((counts.passed, counts.failed), (10, 2));
        counts.read_cargo_test("test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured");
        counts.read_cargo_test("test result: ok. 5 passed; 0 failed; 0 ignored");
        counts.read_cargo_test("test something ... ok");
        assert_eq!((counts.passed, counts.failed), (19, 3));
    }
}

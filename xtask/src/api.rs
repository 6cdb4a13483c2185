//! The document of the API against the server, by schemathesis: no answer is a fault of the server's, and
//! each is as the document says. As a stranger, and by a key of a clerk and of a case officer.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::run::{Run, built, program, root};
use crate::serve::{self, Scratch, gongxin};

/// What each is asked, in seconds.
const SECONDS: u32 = 60;

/// By whom: the login, and what its key is for; nobody has none.
const CALLERS: [(Option<&str>, &[&str]); 3] = [
    (None, &[]),
    (Some("demo-clerk"), &["body.see", "hand-in.make"]),
    (
        Some("demo-officer"),
        &["organisation.read", "check.make", "case.see", "case.open", "case.step"],
    ),
];

/// Serves a small region, and asks everything that the document names.
pub(crate) fn run() -> Result<()> {
    let schemathesis = installed()?;
    let tests = root().join("e2e");
    let gongxin = gongxin()?;
    let scratch = Scratch::new("api")?;
    let store = format!("sqlite:{}", scratch.0.join("gongxin.db").display());
    let on_store = |words: &[&str]| built(&gongxin).args(["--store", &store]).args(words).done();
    on_store(&["rehearsal", "load", "--organisations", "300"])?;
    on_store(&["rehearsal", "accounts"])?;
    // Whoever asks thousands of times a minute is told to wait; here that would be all that is seen.
    let site = scratch.0.join("site.toml");
    std::fs::write(&site, "[visits]\nper_minute = 1000000\n")?;
    let port = serve::free_port()?;
    let more = ["--site".into(), site.into_os_string()];
    let server = serve::portal(&gongxin, &store, (&scratch.0, port), &more)?;
    for (login, actions) in CALLERS {
        let bearer = match login {
            None => String::new(),
            Some(login) => {
                let made = program("node key.mjs").within(&tests).env("GONGXIN_URL", &server.url);
                format!("Bearer {}", made.args([login]).args(actions).output()?.trim())
            }
        };
        println!("as {}", login.unwrap_or("a stranger"));
        built(&schemathesis)
            .args(["--config-file".into(), tests.join("schemathesis.toml").into_os_string()])
            .args(["--no-color", "run"])
            .args([format!("{}/api/v1/openapi.json", server.url)])
            .args(["--phases", "examples,coverage,fuzzing", "--warnings", "off"])
            .args(["--continue-on-failure", "--max-time", &SECONDS.to_string()])
            // What it remembers of a run is of no use to the next.
            .within(&scratch.0)
            .env("GONGXIN_BEARER", bearer)
            .done()?;
    }
    Ok(())
}

/// The program, in an environment of its own beside what else is kept for this project, made where it is
/// missing or what it needs has altered.
fn installed() -> Result<PathBuf> {
    let needed = root().join("e2e/requirements.txt");
    let text = std::fs::read_to_string(&needed).context("cannot read what schemathesis needs")?;
    let place = cache()?.join(format!("python-{:016x}", digest(&text)));
    let (done, program_file) = (place.join("installed"), place.join("bin/schemathesis"));
    if done.exists() {
        return Ok(program_file);
    }
    // A half-made one is of no use.
    if place.exists() {
        std::fs::remove_dir_all(&place)?;
    }
    let made = python(&place, &needed);
    if let Err(error) = made {
        bail!(
            "{error:#}\nschemathesis is not there. It needs Python 3.10 with venv (Debian: apt-get install \
             python3-venv) and, once, a Python package index for the packages of e2e/requirements.txt; \
             without a network, install those into `{}` and make the file `installed` in it",
            place.display()
        );
    }
    std::fs::write(&done, "")?;
    Ok(program_file)
}

fn python(place: &Path, needed: &Path) -> Result<()> {
    program("python3 -m venv").args([place]).done()?;
    let pip = || -> Run { built(&place.join("bin/python")).args(["-m", "pip", "--quiet"]) };
    pip().args(["install", "--disable-pip-version-check", "--requirement"]).args([needed]).done()
}

/// Where what is fetched for tests is kept, outside of the clone.
fn cache() -> Result<PathBuf> {
    let home = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let cache = home.context("neither XDG_CACHE_HOME nor HOME is set")?.join("gongxin");
    std::fs::create_dir_all(&cache)?;
    Ok(cache)
}

/// Tells one text from another (FNV-1a).
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

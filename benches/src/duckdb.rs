//! DuckDB as a peer, from PyPI, in an environment of its own under the build's directory.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::scratch::target;

/// The version that is installed, so that figures of different days compare.
const PACKAGE: &str = "duckdb==1.4.2";
const PROGRAM: &str = include_str!("duckdb.py");

/// What a pass over a file took.
#[derive(Debug, Deserialize)]
pub(crate) struct Pass {
    pub(crate) version: String,
    pub(crate) rows: u64,
    pub(crate) seconds: f64,
}

/// DuckDB, installed.
#[derive(Debug)]
pub(crate) struct DuckDb {
    python: PathBuf,
}

impl DuckDb {
    /// Installs it, unless an earlier run did.
    pub(crate) fn install() -> Result<Self> {
        let directory = target()?.join("bench/duckdb");
        let python = directory.join("bin/python");
        let has_it = |python: &Path| {
            python.exists() && quiet(Command::new(python).args(["-c", "import duckdb"])).is_ok()
        };
        if !has_it(&python) {
            eprintln!("installing {PACKAGE} from PyPI");
            quiet(Command::new("python3").args(["-m", "venv"]).arg(&directory))?;
            quiet(Command::new(&python).args(["-m", "pip", "install", "--quiet", PACKAGE]))?;
        }
        Ok(Self { python })
    }

    /// The best of some passes over a file on one thread.
    pub(crate) fn read(&self, path: &Path, rounds: u32) -> Result<Pass> {
        let mut command = Command::new(&self.python);
        let text = quiet(command.args(["-c", PROGRAM]).arg(path).arg(rounds.to_string()))?;
        serde_json::from_str(&text).context("DuckDB answers otherwise")
    }
}

fn quiet(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run `{name}`"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    ensure!(output.status.success(), "`{name}` failed: {last}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

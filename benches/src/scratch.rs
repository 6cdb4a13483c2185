//! A directory under the build's, on the same disk as stores usually are; gone after the run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The directory of the whole project.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The directory that cargo builds into: where this program stands.
pub(crate) fn target() -> Result<PathBuf> {
    let here = std::env::current_exe().context("this program does not know where it is")?;
    let target = here.parent().and_then(Path::parent).context("no build directory")?;
    Ok(target.to_owned())
}

/// The platform's program, of the same build as this one.
pub(crate) fn gongxin() -> Result<PathBuf> {
    let here = std::env::current_exe().context("this program does not know where it is")?;
    let path = here.with_file_name("gongxin");
    anyhow::ensure!(path.exists(), "`gongxin` is not built; run `cargo xtask bench`");
    Ok(path)
}

/// A directory of one run's own.
#[derive(Debug)]
pub(crate) struct Scratch {
    directory: PathBuf,
    keep: bool,
}

impl Scratch {
    pub(crate) fn new(keep: bool) -> Result<Self> {
        let directory = target()?.join(format!("bench/run-{}", std::process::id()));
        std::fs::create_dir_all(&directory)
            .with_context(|| format!("cannot make `{}`", directory.display()))?;
        Ok(Self { directory, keep })
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.keep {
            eprintln!("kept: {}", self.directory.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.directory);
        }
    }
}

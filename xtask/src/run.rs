//! Runs other programs.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// The directory of the whole project.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// The directory that cargo builds into.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program to run, in the project's directory.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
    shown: String,
}

/// A program with its arguments, divided by blanks.
pub(crate) fn program(line: &str) -> Run {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(root());
    Run { command, shown: line.to_owned() }
}

/// Cargo, the same that runs us, with its arguments, divided by blanks.
pub(crate) fn cargo(line: &str) -> Run {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(line.split_whitespace()).current_dir(root());
    Run { command, shown: format!("cargo {line}") }
}

/// A program of ours that cargo has built.
pub(crate) fn built(path: &Path) -> Run {
    let mut command = Command::new(path);
    command.current_dir(root());
    Run { command, shown: path.display().to_string() }
}

impl Run {
    /// Adds arguments.
    pub(crate) fn args<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it in another directory.
    pub(crate) fn within(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// What is run, for messages.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// The command, to start it otherwise.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    /// Runs it to its end.
    pub(crate) fn done(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| self.cannot())?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    /// Runs it and gives what it prints; its messages are shown.
    pub(crate) fn output(mut self) -> Result<String> {
        self.command.stderr(Stdio::inherit());
        let output = self.command.output().with_context(|| self.cannot())?;
        if !output.status.success() {
            bail!("`{}` failed ({})", self.shown, output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{}` prints no text", self.shown))
    }

    /// Runs it and gives what it prints, if it ends with one of these codes.
    pub(crate) fn output_whatever(mut self, codes: &[i32]) -> Result<String> {
        self.command.stderr(Stdio::null());
        let output = self.command.output().with_context(|| self.cannot())?;
        let is_expected = output.status.code().is_some_and(|code| codes.contains(&code));
        if !is_expected {
            bail!("`{}` failed ({})", self.shown, output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{}` prints no text", self.shown))
    }

    /// True if it runs and succeeds, silently.
    pub(crate) fn works(mut self) -> bool {
        let silent = self.command.stdout(Stdio::null()).stderr(Stdio::null());
        silent.status().is_ok_and(|status| status.success())
    }

    /// Runs it to its end, shows its messages, and hands each line of them to `each` too.
    pub(crate) fn watched(mut self, each: &mut dyn FnMut(&str)) -> Result<()> {
        self.command.stderr(Stdio::piped());
        let mut child = self.command.spawn().with_context(|| self.cannot())?;
        if let Some(messages) = child.stderr.take() {
            for line in BufReader::new(messages).split(b'\n') {
                let line = String::from_utf8_lossy(&line?).into_owned();
                eprintln!("{line}");
                each(&line);
            }
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("`{}` failed ({status})", self.shown);
        }
        Ok(())
    }

    fn cannot(&self) -> String {
        format!("cannot run `{}`", self.shown)
    }
}

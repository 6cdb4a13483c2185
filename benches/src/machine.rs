//! The machine that is measured on, and whether it had anything else to do.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde::Serialize;

use crate::scratch::{root, target};

/// What figures depend on.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    memory_gib: f64,
    system: String,
    /// The median time of writing 4 KiB and having the disk confirm it.
    fsync_microseconds: Option<f64>,
    /// Programs that wanted to run in the minute before, on average.
    load: Option<f64>,
    date: String,
    commit: String,
    command: String,
}

/// More than this wants to run: others are at work.
const IDLE_LOAD: f64 = 0.5;

impl Machine {
    /// Looks at the machine.
    pub(crate) fn look() -> Self {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let command = format!("cargo xtask bench -- {}", words.join(" "));
        Self {
            processor: line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into()),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_gib: memory_gib().unwrap_or_default(),
            system: printed("uname", &["-sr"]).unwrap_or_default(),
            fsync_microseconds: fsync_microseconds(),
            load: load(),
            date: printed("date", &["-u", "+%Y-%m-%d %H:%M UTC"]).unwrap_or_default(),
            commit: commit(),
            command: command.trim_end_matches("-- ").trim_end().to_owned(),
        }
    }

    /// What must be known before the figures are believed.
    pub(crate) fn warning(&self) -> Option<String> {
        let load = self.load.filter(|load| *load > IDLE_LOAD)?;
        Some(format!(
            "The machine was NOT idle: in the minute before, {load:.1} programs wanted to run on \
             average. These figures are lower bounds; ratios mean more, and less than on an idle \
             machine."
        ))
    }

    pub(crate) fn to_markdown(&self) -> String {
        let mut text = String::new();
        if let Some(warning) = self.warning() {
            let _ = write!(text, "**{warning}**\n\n");
        }
        let fsync = self
            .fsync_microseconds
            .map_or_else(|| "unknown".to_owned(), |time| format!("{time:.0} µs"));
        let load = self.load.map_or_else(|| "unknown".to_owned(), |load| format!("{load:.2}"));
        for (name, value) in [
            ("command", format!("`{}`", self.command)),
            ("commit", self.commit.clone()),
            ("date", self.date.clone()),
            ("processor", format!("{}, {} cores", self.processor, self.cores)),
            ("memory", format!("{:.1} GiB", self.memory_gib)),
            ("system", self.system.clone()),
            ("4 KiB to the disk and confirmed", fsync),
            ("load before", load),
        ] {
            let _ = writeln!(text, "- {name}: {value}");
        }
        text
    }
}

/// What stands behind the name in a file of lines `name : value`.
pub(crate) fn line_of(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn memory_gib() -> Option<f64> {
    let line = line_of("/proc/meminfo", "MemTotal")?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / f64::from(1 << 20))
}

fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(root()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

fn commit() -> String {
    let Some(commit) = printed("git", &["rev-parse", "--short=12", "HEAD"]) else {
        return "unknown".to_owned();
    };
    match printed("git", &["status", "--porcelain", "--untracked-files=no"]) {
        Some(changed) if changed.is_empty() => commit,
        _ => format!("{commit}, with changes"),
    }
}

/// What a commit costs at least, where stores of this run lie.
fn fsync_microseconds() -> Option<f64> {
    let path = target().ok()?.join("bench-fsync");
    let times = fsync_times(&path);
    let _ = std::fs::remove_file(&path);
    let mut times = times.ok()?;
    Some(crate::figure::percentile(&mut times, 50))
}

fn fsync_times(path: &Path) -> std::io::Result<Vec<f64>> {
    use std::io::Write as _;
    let mut file = std::fs::File::create(path)?;
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        file.write_all(&[1; 4096])?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(times)
}

//! `gongxin serve --inbox DIR`: files that a body's system lays down are handed in for the body.
//!
//! `DIR/SOURCE/FILE`, or `DIR/SOURCE/CATALOGUE/FILE` where the header alone does not say which catalogue it
//! is for. What was taken in lies in `DIR/SOURCE/done` afterwards, what could not be in `DIR/SOURCE/failed`,
//! each with its receipt beside it. A file moves only when its receipt is written: whatever is cut off is
//! found again, and the same rows again add nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirEntry, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use gongxin_app::gate::{HandInMake, Permit, Scope};
use gongxin_app::{
    ChildCommand, HandIn, Input, Office, OfficeError, Receipt, ReceiptFinding, Recognised,
    findings_as_csv,
};
use gongxin_model::finding::Language;
use serde::Serialize;

use super::account::Operator;
use super::language;
use crate::arguments::Place;
use crate::exit::Usage;
use crate::screen::harmless;

/// So often the directories are looked through. A file is taken when two looks find it alike.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Where what was taken in lies afterwards, and what could not be.
const DONE: &str = "done";
const FAILED: &str = "failed";
/// The file whose lock says who watches the directory.
const LOCK: &str = ".gongxin-inbox";
/// So many names are tried for a file that bears the name of an earlier one.
const NAMES: u32 = 10_000;
/// Endings of files that are still being copied, as common programs name them.
const UNDER_WAY: [&str; 4] = ["part", "partial", "filepart", "tmp"];

/// A watched directory.
pub(super) struct Inbox {
    directory: PathBuf,
    child: Option<ChildCommand>,
    language: Language,
    place: Place,
    /// Held as long as this watches.
    _lock: File,
}

/// What a file looked like when it was last looked at.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// What is written beside a file that could not be taken in.
#[derive(Debug, Default, Serialize)]
struct Failure<'a> {
    file: &'a str,
    /// Catalogues that fit alike: lay the file into the directory of one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    catalogues: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    findings: Vec<ReceiptFinding>,
}

impl Inbox {
    /// Begins to watch.
    ///
    /// # Errors
    /// The directory cannot be written, or another process watches it.
    pub(super) fn at(
        directory: &Path,
        place: &Place,
        child: Option<ChildCommand>,
    ) -> anyhow::Result<Self> {
        let named = directory.display();
        let lock = File::options().append(true).create(true).open(directory.join(LOCK));
        let lock =
            lock.map_err(|error| Usage(format!("the inbox `{named}` cannot be written: {error}")))?;
        lock.try_lock().map_err(|_| {
            Usage(format!("the inbox `{named}` is watched by another process: give it its own"))
        })?;
        let language = language(place)?;
        Ok(Self {
            directory: directory.to_owned(),
            child,
            language,
            place: place.clone(),
            _lock: lock,
        })
    }

    /// Takes in what is laid down, until the server stops.
    #[expect(clippy::disallowed_methods, reason = "the door waits between looks at the inbox")]
    pub(super) fn watch(
        self,
        office: Arc<Office>,
        stop: Arc<AtomicBool>,
    ) -> std::thread::JoinHandle<()> {
        std::thread::spawn(move || {
            let (mut seen, mut told) = (Seen::new(), BTreeSet::new());
            while !stop.load(Ordering::Relaxed) {
                seen = self.look(&office, (&seen, &mut told), &stop);
                std::thread::sleep(LOOK_EVERY);
            }
        })
    }

    /// Takes what is as it was at the last look; gives what was seen. What cannot be taken for a reason that
    /// may pass is tried again, and told of once.
    fn look(
        &self,
        office: &Office,
        (before, told): (&Seen, &mut BTreeSet<PathBuf>),
        stop: &AtomicBool,
    ) -> Seen {
        let mut seen = Seen::new();
        for body in entries(&self.directory) {
            let source = body.file_name().to_string_lossy().into_owned();
            for (path, catalogue) in files(&body.path()) {
                if stop.load(Ordering::Relaxed) {
                    return seen;
                }
                let Some(looks) = looks(&path) else { continue };
                if before.get(&path) == Some(&looks) {
                    match self.take(office, (&source, catalogue.as_deref()), &path, stop) {
                        Ok(()) => continue,
                        Err(error) if told.insert(path.clone()) => {
                            tracing::warn!("inbox: {}: {error:#}", path.display());
                        }
                        Err(_) => {}
                    }
                }
                seen.insert(path, looks);
            }
        }
        seen
    }

    /// Hands one file in; it moves when its receipt is written.
    fn take(
        &self,
        office: &Office,
        (source, chosen): (&str, Option<&str>),
        path: &Path,
        stop: &AtomicBool,
    ) -> anyhow::Result<()> {
        let operator = Operator::new(office, &self.place);
        let permit = operator.permit_for::<HandInMake>(Scope::Body(source.to_owned()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = harmless(&name).replace('\n', " ");
        let none = Failure { file: &name, ..Failure::default() };
        match office.recognise(&permit, path, (chosen, self.child.as_ref()))? {
            Recognised::For(catalogue) => {
                match self.hand_in(office, (&permit, &catalogue), (&name, path), stop) {
                    Ok(receipt) => self.done(source, path, &receipt),
                    // Cut off: found again when the server is back.
                    Err(OfficeError::Stopped) => Ok(()),
                    Err(error) if error.is_usage() => {
                        let error = Some(error.to_string());
                        self.failed(source, path, &Failure { error, ..none })
                    }
                    Err(error) => Err(error.into()),
                }
            }
            Recognised::Several(catalogues) => {
                self.failed(source, path, &Failure { catalogues, ..none })
            }
            Recognised::Not(findings) => {
                let findings = office.said(&findings, self.language)?;
                self.failed(source, path, &Failure { findings, ..none })
            }
        }
    }

    fn hand_in(
        &self,
        office: &Office,
        (permit, catalogue): (&Permit<HandInMake>, &str),
        (name, path): (&str, &Path),
        stop: &AtomicBool,
    ) -> Result<Receipt, OfficeError> {
        let hand_in = HandIn {
            catalogue,
            permit,
            mapping: None,
            dry_run: false,
            language: self.language,
            child: self.child.clone(),
            stop,
        };
        office.hand_in(&hand_in, name, Input::File(path.to_owned()), &mut |_| ())
    }

    /// Writes the receipt of a file and, where something was found, its table; then moves the file.
    fn done(&self, source: &str, path: &Path, receipt: &Receipt) -> anyhow::Result<()> {
        let whole = receipt.files.iter().all(|file| file.read);
        let target = self.target(source, if whole { DONE } else { FAILED }, path)?;
        write(&beside(&target, "receipt.json"), &serde_json::to_vec_pretty(receipt)?)?;
        if !receipt.findings.is_empty() {
            let mut table = Vec::new();
            findings_as_csv(receipt, self.language, &mut table)?;
            write(&beside(&target, "receipt.csv"), &table)?;
        }
        moved(path, &target)
    }

    fn failed(&self, source: &str, path: &Path, failure: &Failure<'_>) -> anyhow::Result<()> {
        let target = self.target(source, FAILED, path)?;
        write(&beside(&target, "receipt.json"), &serde_json::to_vec_pretty(failure)?)?;
        moved(path, &target)
    }

    /// Where a file goes: under its own name, or the first free one behind it.
    fn target(&self, source: &str, into: &str, path: &Path) -> anyhow::Result<PathBuf> {
        let directory = self.directory.join(source).join(into);
        fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let ending = path.extension().map(|one| format!(".{}", one.to_string_lossy()));
        let ending = ending.unwrap_or_default();
        let name = |number: u32| match number {
            1 => format!("{stem}{ending}"),
            _ => format!("{stem}-{number}{ending}"),
        };
        let mut paths = (1..NAMES).map(|number| directory.join(name(number)));
        paths.find(|path| !path.exists()).context("every name is taken")
    }
}

/// What lies in a directory, by name; nothing of one that cannot be read, or is not there yet.
fn entries(directory: &Path) -> Vec<DirEntry> {
    let found = fs::read_dir(directory).map(|found| found.flatten().collect::<Vec<_>>());
    let mut found = found.unwrap_or_default();
    found.retain(|entry| {
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        !is_hidden && entry.file_type().is_ok_and(|kind| !kind.is_symlink())
    });
    found.sort_by_key(DirEntry::file_name);
    found
}

/// The files of a body, each with the catalogue in whose directory it lies.
fn files(body: &Path) -> Vec<(PathBuf, Option<String>)> {
    let mut files = Vec::new();
    for entry in entries(body) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() {
            files.push((entry.path(), None));
        } else if name != DONE && name != FAILED {
            let inside = entries(&entry.path()).into_iter().filter(|one| one.path().is_file());
            files.extend(inside.map(|one| (one.path(), Some(name.clone()))));
        }
    }
    let is_whole = |path: &PathBuf| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.is_none_or(|ending| !UNDER_WAY.contains(&ending.as_str()))
    };
    files.retain(|(path, _)| is_whole(path));
    files
}

fn looks(path: &Path) -> Option<(u64, Option<SystemTime>)> {
    let data = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((data.len(), data.modified().ok()))
}

fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    path.with_file_name(name)
}

/// Writes a file whole or not at all: whoever waits for a receipt never reads half of one.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let half = beside(path, "part");
    let written = || -> io::Result<()> {
        let mut out = BufWriter::new(File::create(&half)?);
        out.write_all(bytes)?;
        out.into_inner()?.sync_all()?;
        fs::rename(&half, path)
    };
    written().with_context(|| path.display().to_string())
}

fn moved(path: &Path, target: &Path) -> anyhow::Result<()> {
    fs::rename(path, target).with_context(|| target.display().to_string())
}

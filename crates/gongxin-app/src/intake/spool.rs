//! Files that come over the counter: streamed to disk, looked at, taken in one after the other, gone.
//!
//! What rests of a parcel is its bytes until they are taken in, at most a day, readable by the platform
//! alone, and beside them who sent what for whom, so that one that was cut off can be gone on with.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use gongxin_intake::{ChildCommand, Receipt, ReceiptFinding};
use gongxin_model::finding::Language;
use gongxin_model::{Digest, Finding, Instant};
use serde::{Deserialize, Serialize};

use super::recognise::Recognised;
use super::{HandIn, Input, Progress};
use crate::gate::{HandInMake, Permit, Refused};
use crate::rules::texts_of;
use crate::{Office, OfficeError};

/// What may be handed in over the counter, as data.
const POLICY: &str = include_str!("../../policy/parcels.toml");
/// So many names are tried for a file.
const NAMES: u64 = 1_000;

/// What may be handed in over the counter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParcelPolicy {
    /// The largest file, in MiB.
    pub file_mib_most: u64,
    /// Files of one form.
    pub files_most: usize,
    /// Files that wait for their turn.
    pub waiting_most: usize,
    /// Hours that a parcel rests.
    pub rest_hours_most: i64,
    /// Findings kept of a file that could not be read.
    pub findings_most: usize,
}

/// How far a parcel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParcelState {
    /// Somebody must say which catalogue it is for.
    Asks,
    /// It waits for its turn.
    Waiting,
    /// Its rows are being taken in.
    Running,
    /// It was cut off; it can be gone on with.
    Interrupted,
    /// Every row has its outcome.
    Done,
    /// It could not be read, or not to its end.
    Unread,
}

/// A parcel, as whoever acts for its body sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ParcelItem {
    /// Its id.
    pub id: String,
    /// The body.
    pub body: String,
    /// The account that sent it.
    pub account: String,
    /// The catalogue; none while somebody must choose.
    pub catalogue: Option<String>,
    /// The catalogues that fit alike.
    pub candidates: Vec<String>,
    /// The file's name.
    pub file: String,
    /// Its bytes.
    pub size: u64,
    /// When it came.
    pub at: Instant,
    /// How far it is.
    pub state: ParcelState,
    /// The hand-in.
    pub batch: Option<i64>,
    /// An earlier hand-in of the same file, where this one brought nothing new.
    pub same_as: Option<i64>,
    /// Rows accepted, held, refused.
    pub counts: (u64, u64, u64),
    /// Why it could not be read.
    pub findings: Vec<ReceiptFinding>,
    /// Bytes and rows so far, and since when.
    #[serde(skip)]
    pub progress: Option<(Progress, Instant)>,
}

impl ParcelItem {
    /// Rows a second, and the seconds that are left; none before there is anything to tell them by.
    #[must_use]
    pub fn pace(&self, now: Instant) -> Option<(u64, u64)> {
        let (progress, since) = self.progress.as_ref()?;
        let millis =
            u64::try_from((now.0 - since.0) / 1_000).ok().filter(|millis| *millis >= 500)?;
        let left = self.size.saturating_sub(progress.bytes);
        let seconds =
            (progress.bytes > 0).then(|| left.saturating_mul(millis) / progress.bytes / 1_000)?;
        Some((progress.rows.saturating_mul(1_000) / millis, seconds))
    }
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ParcelFault {
    /// It is larger than the policy lets it be, in MiB.
    #[error("the file has more than {0} MiB")]
    TooLarge(u64),
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// Too many wait.
    #[error("too many files wait for their turn")]
    Busy,
    /// It broke off on its way.
    #[error("the file did not come to its end")]
    Broken,
    /// It is nothing that can be read, whatever its name says.
    #[error("the file cannot be read")]
    Unread(Vec<ReceiptFinding>),
    /// The office could not.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

/// The place of parcels.
#[derive(Debug)]
pub struct Spool {
    directory: PathBuf,
    child: Option<ChildCommand>,
    policy: ParcelPolicy,
    stop: AtomicBool,
    count: AtomicU64,
    /// One is taken in at a time: the log has one writer.
    turn: Mutex<()>,
    items: Mutex<BTreeMap<String, ParcelItem>>,
    /// The threads that take parcels in.
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// A file on its way in. What is not finished is removed.
#[derive(Debug)]
pub struct Parcel {
    item: ParcelItem,
    path: PathBuf,
    file: File,
    most: u64,
    is_kept: bool,
}

impl Parcel {
    /// Takes a piece of it.
    ///
    /// # Errors
    /// It is too large by now, or cannot be kept.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ParcelFault> {
        self.item.size = self.item.size.saturating_add(bytes.len() as u64);
        if self.item.size > self.most << 20 {
            return Err(ParcelFault::TooLarge(self.most));
        }
        self.file.write_all(bytes).map_err(|error| unkept(&error).into())
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nothing is lost by a file that stays: it goes with the next look.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Spool {
    /// Parcels in a directory of their own; those that were cut off before are there again.
    ///
    /// # Errors
    /// The directory cannot be made or read.
    pub fn at(directory: &Path, child: Option<ChildCommand>) -> Result<Self, OfficeError> {
        let policy = toml::from_str(POLICY)?;
        own_directory(directory).map_err(|error| unkept(&error))?;
        let mut items = BTreeMap::new();
        for file in fs::read_dir(directory).map_err(|error| unkept(&error))? {
            let path = file.map_err(|error| unkept(&error))?.path();
            let item =
                fs::read(&path).ok().filter(|_| path.extension().is_some_and(|end| end == "json"));
            let item = item.and_then(|bytes| serde_json::from_slice::<ParcelItem>(&bytes).ok());
            if let Some(mut item) = item {
                if matches!(item.state, ParcelState::Running | ParcelState::Waiting) {
                    item.state = ParcelState::Interrupted;
                }
                items.insert(item.id.clone(), item);
            }
        }
        Ok(Self {
            directory: directory.to_owned(),
            child,
            policy,
            stop: AtomicBool::new(false),
            count: AtomicU64::new(0),
            turn: Mutex::new(()),
            items: Mutex::new(items),
            threads: Mutex::default(),
        })
    }

    /// What may be handed in.
    #[must_use]
    pub fn policy(&self) -> &ParcelPolicy {
        &self.policy
    }

    /// The child that reads workbooks.
    #[must_use]
    pub fn child(&self) -> Option<&ChildCommand> {
        self.child.as_ref()
    }

    /// The directory, for what else must lie on disk for a while.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Stops after the transaction under way; what is cut off can be gone on with.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wait();
    }

    /// Waits until everything that was sent so far is taken in.
    pub fn wait(&self) {
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            // What it was about is told by the parcel's state.
            let _ = thread.join();
        }
    }

    /// Does something beside what serves, such as taking a parcel in.
    pub fn beside(&self, work: impl FnOnce() + Send + 'static) {
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        threads.push(std::thread::spawn(work));
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes what rested long enough, and what belongs to nothing.
    pub fn clear(&self, now: Instant) {
        let oldest = now.0 - self.policy.rest_hours_most * 3_600_000_000;
        let mut items = self.items();
        let is_over =
            |item: &ParcelItem| item.at.0 < oldest && !matches!(item.state, ParcelState::Running);
        let over: Vec<String> =
            items.values().filter(|item| is_over(item)).map(|item| item.id.clone()).collect();
        for id in over {
            items.remove(&id);
            let _ = fs::remove_file(self.path(&id, "part"));
            let _ = fs::remove_file(self.path(&id, "json"));
        }
    }

    fn items(&self) -> MutexGuard<'_, BTreeMap<String, ParcelItem>> {
        // Each change is whole before anything can panic.
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, id: &str, ending: &str) -> PathBuf {
        self.directory.join(format!("{id}.{ending}"))
    }

    /// Changes a parcel and keeps how far it is.
    fn set(&self, id: &str, change: impl FnOnce(&mut ParcelItem)) -> Result<(), OfficeError> {
        let mut items = self.items();
        let Some(item) = items.get_mut(id) else {
            return Ok(());
        };
        change(item);
        let item = item.clone();
        drop(items);
        self.keep(&item)
    }

    fn keep(&self, item: &ParcelItem) -> Result<(), OfficeError> {
        let json = serde_json::to_vec(item).map_err(|error| super::hand_in::damaged(&error))?;
        fs::write(self.path(&item.id, "json"), json).map_err(|error| unkept(&error))
    }

    /// The parcel of an id that is of the permit's body.
    fn item(&self, permit: &Permit<HandInMake>, id: &str) -> Result<ParcelItem, OfficeError> {
        let found = self.items().get(id).filter(|item| permit.covers(&item.body)).cloned();
        Ok(found.ok_or(Refused)?)
    }

    /// The body of a parcel.
    #[must_use]
    pub fn body_of(&self, id: &str) -> Option<String> {
        self.items().get(id).map(|item| item.body.clone())
    }
}

impl Office {
    /// Begins a parcel for the permit's body; the catalogue may be found later, by the header.
    ///
    /// # Errors
    /// Too many wait, the catalogue is none that the body may supply, or nothing can be kept.
    pub fn begin_parcel(
        &self,
        spool: &Spool,
        permit: &Permit<HandInMake>,
        (name, catalogue): (&str, Option<&str>),
    ) -> Result<Parcel, ParcelFault> {
        let now = self.clock.now();
        spool.clear(now);
        let body = permit.body().ok_or(OfficeError::from(Refused))?;
        let known = self.suppliable(permit)?;
        if catalogue.is_some_and(|id| known.iter().all(|one| one.id != id)) {
            return Err(OfficeError::from(Refused).into());
        }
        let waiting = |item: &&ParcelItem| matches!(item.state, ParcelState::Waiting);
        if spool.items().values().filter(waiting).count() >= spool.policy.waiting_most {
            return Err(ParcelFault::Busy);
        }
        let rules = self.rules()?;
        let name: String = name.chars().filter(|one| !one.is_control()).take(120).collect();
        let name = rules.rulebook.personal_scan(self.today()).mask(&name).0;
        let (id, path, file) = new_file(spool, now)?;
        let item = ParcelItem {
            id,
            body: body.to_owned(),
            account: permit.actor().to_owned(),
            catalogue: catalogue.map(str::to_owned),
            candidates: Vec::new(),
            file: name,
            size: 0,
            at: now,
            state: ParcelState::Waiting,
            batch: None,
            same_as: None,
            counts: (0, 0, 0),
            findings: Vec::new(),
            progress: None,
        };
        Ok(Parcel { item, path, file, most: spool.policy.file_mib_most, is_kept: false })
    }

    /// Ends a parcel: looks what it is. Gives its id and whether it can be taken in at once.
    ///
    /// # Errors
    /// It is empty, or nothing that can be read: it is gone then.
    pub fn end_parcel(
        &self,
        spool: &Spool,
        permit: &Permit<HandInMake>,
        mut parcel: Parcel,
        language: Language,
    ) -> Result<(String, bool), ParcelFault> {
        if parcel.item.size == 0 {
            return Err(ParcelFault::Empty);
        }
        parcel.file.flush().map_err(|error| unkept(&error))?;
        let chosen = parcel.item.catalogue.as_deref();
        match self.recognise(permit, &parcel.path, (chosen, spool.child.as_ref()))? {
            Recognised::For(catalogue) => parcel.item.catalogue = Some(catalogue),
            Recognised::Several(candidates) => {
                parcel.item.candidates = candidates;
                parcel.item.state = ParcelState::Asks;
            }
            Recognised::Not(findings) => {
                return Err(ParcelFault::Unread(self.said(&findings, language)?));
            }
        }
        let item = parcel.item.clone();
        spool.keep(&item)?;
        parcel.is_kept = true;
        let is_ready = item.state == ParcelState::Waiting;
        let id = item.id.clone();
        spool.items().insert(id.clone(), item);
        Ok((id, is_ready))
    }

    /// Says which catalogue a parcel is for, where several fit.
    ///
    /// # Errors
    /// There is no such parcel of the body, or the body may not supply that catalogue.
    pub fn choose_catalogue(
        &self,
        spool: &Spool,
        permit: &Permit<HandInMake>,
        (id, catalogue): (&str, &str),
    ) -> Result<(), OfficeError> {
        let item = spool.item(permit, id)?;
        let known = self.suppliable(permit)?.into_iter().any(|one| one.id == catalogue);
        if !known || item.state != ParcelState::Asks {
            return Err(Refused.into());
        }
        spool.set(id, |item| {
            item.catalogue = Some(catalogue.to_owned());
            item.state = ParcelState::Waiting;
        })
    }

    /// Puts a parcel that was cut off in the row again.
    ///
    /// # Errors
    /// There is no such parcel of the body, or it was not cut off.
    pub fn resume_parcel(
        &self,
        spool: &Spool,
        permit: &Permit<HandInMake>,
        id: &str,
    ) -> Result<(), OfficeError> {
        if spool.item(permit, id)?.state != ParcelState::Interrupted {
            return Err(Refused.into());
        }
        spool.set(id, |item| item.state = ParcelState::Waiting)
    }

    /// Takes a parcel in, when its turn has come. Returns when every row has its outcome.
    ///
    /// # Errors
    /// There is no such parcel, the store could not be written, or it was stopped: it can be gone on
    /// with then.
    pub fn take_parcel(
        &self,
        spool: &Spool,
        permit: &Permit<HandInMake>,
        (id, language): (&str, Language),
    ) -> Result<(), OfficeError> {
        let _turn = spool.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let item = spool.item(permit, id)?;
        let Some(catalogue) = item.catalogue.filter(|_| item.state == ParcelState::Waiting) else {
            return Ok(());
        };
        if spool.stop.load(Ordering::Relaxed) {
            return spool.set(id, |item| item.state = ParcelState::Interrupted);
        }
        let began = self.clock.now();
        spool.set(id, |item| {
            item.state = ParcelState::Running;
            item.progress = Some((Progress::default(), began));
        })?;
        let ask = HandIn {
            catalogue: &catalogue,
            permit,
            mapping: None,
            dry_run: false,
            language,
            child: spool.child.clone(),
            stop: &spool.stop,
        };
        let path = spool.path(id, "part");
        let mut told = |progress: Progress| {
            if let Some(item) = spool.items().get_mut(id) {
                item.progress = Some((progress, began));
            }
        };
        match self.hand_in(&ask, &item.file, Input::File(path.clone()), &mut told) {
            Ok(receipt) => {
                self.settle_parcel(spool, id, &receipt)?;
                fs::remove_file(path).map_err(|error| unkept(&error))
            }
            Err(error) => {
                spool.set(id, |item| item.state = ParcelState::Interrupted)?;
                if matches!(error, OfficeError::Stopped) { Ok(()) } else { Err(error) }
            }
        }
    }

    /// Keeps what became of a parcel.
    fn settle_parcel(&self, spool: &Spool, id: &str, receipt: &Receipt) -> Result<(), OfficeError> {
        let file = receipt.files.first();
        let is_read = file.is_some_and(|file| file.read);
        let batch = file.and_then(|file| file.batch).map(|no| no.0);
        let digest = file.and_then(|file| file.digest.as_deref());
        let is_same = receipt.rows == receipt.unchanged + receipt.held + receipt.refused;
        let digest = digest.filter(|_| is_same).and_then(|text| text.parse::<Digest>().ok());
        let earlier = match digest {
            Some(digest) => self.store.read(|reader| reader.batches_of_file(&digest))?,
            None => Vec::new(),
        };
        let same = |no: i64| {
            let mut like = earlier.iter().filter(|one| {
                one.no.0 < no && one.catalogue == receipt.catalogue && one.source == receipt.source
            });
            like.next_back().map(|one| one.no.0)
        };
        spool.set(id, |item| {
            item.state = if is_read { ParcelState::Done } else { ParcelState::Unread };
            item.batch = batch;
            item.same_as = batch.and_then(same);
            item.counts = (receipt.accepted, receipt.held, receipt.refused);
            item.progress = None;
            if !is_read {
                item.findings =
                    receipt.findings.iter().take(spool.policy.findings_most).cloned().collect();
            }
        })
    }

    /// The parcels of the bodies that permits are for, the latest first.
    #[must_use]
    pub fn parcels(&self, spool: &Spool, permits: &[Permit<HandInMake>]) -> Vec<ParcelItem> {
        spool.clear(self.clock.now());
        let items = spool.items();
        let own = |item: &&ParcelItem| permits.iter().any(|permit| permit.covers(&item.body));
        let mut found: Vec<ParcelItem> = items.values().filter(own).cloned().collect();
        found.sort_by(|left, right| (right.at, &right.id).cmp(&(left.at, &left.id)));
        found
    }

    /// One parcel of the permit's body.
    ///
    /// # Errors
    /// There is none.
    pub fn parcel(
        &self,
        spool: &Spool,
        permit: &Permit<HandInMake>,
        id: &str,
    ) -> Result<ParcelItem, OfficeError> {
        spool.item(permit, id)
    }

    /// The words of findings.
    ///
    /// # Errors
    /// No rulebook is in force.
    pub fn said(
        &self,
        findings: &[Finding],
        language: Language,
    ) -> Result<Vec<ReceiptFinding>, OfficeError> {
        let rules = self.rules()?;
        let mut receipt = Receipt::default();
        for finding in findings {
            let texts = texts_of(finding, &self.texts, &rules.texts);
            receipt.find(finding, texts, language, usize::MAX);
        }
        Ok(receipt.findings)
    }
}

/// A new file that nobody else reads.
fn new_file(spool: &Spool, now: Instant) -> Result<(String, PathBuf, File), OfficeError> {
    for _ in 0..NAMES {
        let count = spool.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}-{count}", now.0);
        let path = spool.path(&id, "part");
        match own_file(&path) {
            Ok(file) => return Ok((id, path, file)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unkept(&error)),
        }
    }
    Err(unkept(&std::io::ErrorKind::AlreadyExists.into()))
}

fn own_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn own_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn unkept(error: &std::io::Error) -> OfficeError {
    OfficeError::File { act: "keeping a parcel".to_owned(), why: error.to_string() }
}

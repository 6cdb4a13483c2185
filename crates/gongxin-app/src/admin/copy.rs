//! Backups: the whole store into one file, and back; and the drill that shows that it comes back.

use std::path::{Path, PathBuf};

use gongxin_model::Instant;
use gongxin_store::{Contents, Store, StoreError, StoreUrl};
use serde::Serialize;

use super::FsckReport;
use crate::{Circumstances, Office, OfficeError};

/// What a drill found: the backup was restored beside the store in service, checked, and thrown
/// away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drilled {
    /// Rows of all tables.
    pub rows: u64,
    /// The digest that the backup was made with, and that what was restored has.
    pub digest: String,
    /// Entries of its log.
    pub entries: u64,
    /// The root of its log.
    pub root: String,
    /// When its last entry was received; none in an empty archive.
    pub last: Option<Instant>,
    /// What the check of what was restored found.
    pub check: FsckReport,
    /// The store in service beside it; none where it does not answer.
    pub in_service: Option<InService>,
}

/// A store in service beside a backup of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InService {
    /// True where the backup's log is the beginning of this store's log.
    pub is_continued: bool,
    /// Entries that came since.
    pub entries_since: i64,
}

impl Drilled {
    /// True where the backup is sound and is one of the store in service.
    #[must_use]
    pub fn is_well(&self) -> bool {
        let continued = self.in_service.as_ref().is_none_or(|store| store.is_continued);
        self.check.problems.is_empty() && continued
    }
}

impl Office {
    /// Copies the store, while it is in use, into one file.
    ///
    /// # Errors
    /// The file is there already or cannot be written, or the store cannot be read.
    pub fn backup(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Contents, OfficeError> {
        if to.exists() {
            return Err(OfficeError::Usage(format!("`{}` is there already", to.display())));
        }
        Ok(gongxin_store::backup(&self.store, to, &mut |_, rows| progress(rows))?)
    }

    /// Fills an empty store from a backup, does again what the journal has erased since, and opens it
    /// once.
    ///
    /// # Errors
    /// There is a store already, the file is damaged, or the key is another's; nothing is restored
    /// then.
    pub fn restore(
        circumstances: &Circumstances,
        from: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Contents, OfficeError> {
        let key = circumstances.key.fingerprint();
        let done = gongxin_store::restore(from, &circumstances.url, &key, &mut |_, rows| {
            progress(rows);
        })?;
        Self::open_unchecked(circumstances)?.catch_up_and_clean(true)?;
        Ok(done)
    }

    /// Restores a backup into the file `scratch`, checks it whole, compares it with the store in
    /// service, if there is one, and removes the file.
    ///
    /// # Errors
    /// The backup cannot be restored, the key is another's, or the file cannot be written.
    pub fn drill(
        circumstances: &Circumstances,
        from: &Path,
        scratch: &Path,
        progress: &mut dyn FnMut(&str, u64),
    ) -> Result<Drilled, OfficeError> {
        // A drill before may have been cut off.
        remove(scratch);
        let done = drill(circumstances, from, scratch, progress);
        remove(scratch);
        done
    }

    /// What the store holds, for a comparison with another.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn contents(&self, progress: &mut dyn FnMut(u64)) -> Result<Contents, OfficeError> {
        Ok(gongxin_store::contents(&self.store, &mut |_, rows| progress(rows))?)
    }
}

fn drill(
    circumstances: &Circumstances,
    from: &Path,
    scratch: &Path,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Drilled, OfficeError> {
    let url = StoreUrl::Sqlite(scratch.to_owned());
    let copied = Circumstances { url, ..circumstances.clone() };
    let Contents { rows, digest, .. } =
        Office::restore(&copied, from, &mut |rows| progress("restoring", rows))?;
    let office = Office::open(&copied)?;
    let check = office.fsck(&mut |done| progress("checking", done))?;
    let head = office.store.read(|reader| reader.head())?;
    let in_service = match Store::open(&circumstances.url) {
        Ok(store) => Some(store.read(|reader| {
            let now = reader.head()?;
            let root = (now.next_seq >= head.next_seq).then(|| reader.root_at(head.next_seq));
            let is_continued = root.transpose()? == Some(head.root);
            Ok::<_, OfficeError>(InService {
                is_continued,
                entries_since: now.next_seq - head.next_seq,
            })
        })?),
        // That it is gone may be why somebody asks.
        Err(StoreError::Absent(_) | StoreError::Lost(_) | StoreError::HalfMoved { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    Ok(Drilled {
        rows,
        digest: digest.to_string(),
        entries: u64::try_from(head.next_seq).unwrap_or(0),
        root: head.root.to_string(),
        last: (head.next_seq > 0).then_some(head.last_at),
        check,
        in_service,
    })
}

/// Removes a store's file and what the engine keeps beside it.
fn remove(file: &Path) {
    for half in ["", ".unfinished"] {
        for part in ["", "-wal", "-shm", ".desk", ".desk-wal", ".desk-shm"] {
            let mut name = file.as_os_str().to_owned();
            name.push(half);
            name.push(part);
            // One that is not there is what is wanted.
            let _ = std::fs::remove_file(PathBuf::from(name));
        }
    }
}

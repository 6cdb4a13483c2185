//! Open data: files of what is shown, by class, division and year, made away from visits and given
//! out only while every record in them may be.
//!
//! A file is made once a day at most, and keeps the first day on which one of its records is no
//! longer shown, and the last change before it was made. Whoever asks for it gets it only before
//! that day, and only where no later change names one of its records or their subjects: that is
//! looked after at each visit, by the changes themselves, so that nothing has to run in time for an
//! end to be the end (ADR 0021).

mod build;
mod follow;
mod key;
mod members;
mod meta;
mod pass;
mod rows;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flate2::read::GzDecoder;
use gongxin_model::Day;
use gongxin_store::Reader;

use self::follow::Followed;
pub(crate) use self::key::ShardKey;
pub(crate) use self::meta::{Edition, FileMeta, ShardMeta};
use self::meta::{META, ending_of, is_packed, path_of, remove};
pub(crate) use self::rows::{BASE, column_name, fields, type_of};
use super::shown::OpenFormat;
use crate::OfficeError;

/// The files that are kept, in a directory of the face's own.
#[derive(Debug, Default)]
pub struct OpenDataKeep {
    directory: Option<PathBuf>,
    state: Mutex<State>,
    /// One makes files at a time.
    making: Mutex<()>,
    /// How often what is given out altered.
    round: AtomicU64,
    /// So many changes one visit looks at, where it is not the usual number.
    at_once: Option<usize>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// False until the directory was looked into.
    is_loaded: bool,
    edition: Option<Edition>,
    shards: BTreeMap<ShardKey, Shard>,
    followed: Followed,
    /// The next record when nothing was found to be given out: nothing new, nothing to make.
    empty_at: Option<i64>,
}

/// The files of one key.
#[derive(Debug, Default)]
struct Shard {
    /// Absent where they must be made anew.
    meta: Option<Arc<ShardMeta>>,
    /// The change up to which none names a member.
    checked: i64,
}

/// Why nothing of the files can be said now.
#[derive(Debug)]
pub(crate) enum Unsaid {
    /// So much changed that it was not all looked at.
    Behind,
    /// The store or the directory failed.
    Failed(OfficeError),
}

impl<E: Into<OfficeError>> From<E> for Unsaid {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A file that may be given out.
pub(crate) struct OpenFound {
    pub(crate) file: FileMeta,
    pub(crate) is_packed: bool,
    pub(crate) content: Box<dyn Read + Send>,
}

/// On what a question to the keep rests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standpoint {
    pub(crate) adoption: i64,
    pub(crate) today: Day,
}

impl OpenDataKeep {
    /// Keeps the files in the directory, and begins with those that are there.
    #[must_use]
    pub fn at(directory: &Path) -> Self {
        Self { directory: Some(directory.to_owned()), ..Self::default() }
    }

    /// The same keep that looks at so many changes at once; for tests.
    #[doc(hidden)]
    #[must_use]
    pub const fn looking_at(mut self, changes: usize) -> Self {
        self.at_once = Some(changes);
        self
    }

    /// How often what is given out altered.
    pub(crate) fn round(&self) -> u64 {
        self.round.load(Ordering::Relaxed)
    }

    fn turn(&self) {
        self.round.fetch_add(1, Ordering::Relaxed);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each alteration is one step; a panic elsewhere leaves none by halves.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When all files were last made.
    pub(crate) fn edition(&self) -> Option<Edition> {
        self.state().edition.clone()
    }

    /// The keys that are wanted, each with what is kept of it where that may be given out now.
    pub(crate) fn shown(
        &self,
        reader: &mut Reader<'_>,
        at: Standpoint,
        wanted: &dyn Fn(&ShardKey) -> bool,
    ) -> Result<Vec<(ShardKey, Option<Arc<ShardMeta>>)>, Unsaid> {
        let mut state = self.state();
        self.catch_up(&mut state, reader, at)?;
        let keys: Vec<ShardKey> = state.shards.keys().filter(|key| wanted(key)).cloned().collect();
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            let meta = self.served(&mut state, at, &key);
            found.push((key, meta));
        }
        Ok(found)
    }

    /// A file of a key. None where there is no such key; nothing in it where it is being made anew.
    pub(crate) fn open(
        &self,
        reader: &mut Reader<'_>,
        at: Standpoint,
        key: &ShardKey,
        (format, takes_packed): (OpenFormat, bool),
    ) -> Result<Option<Option<OpenFound>>, Unsaid> {
        let mut state = self.state();
        if !state.shards.contains_key(key) {
            return Ok(None);
        }
        self.catch_up(&mut state, reader, at)?;
        let meta = self.served(&mut state, at, key);
        let (Some(meta), Some(directory)) = (meta, &self.directory) else {
            return Ok(Some(None));
        };
        let Some(file) = meta.files.iter().find(|file| file.format == format) else {
            return Ok(None);
        };
        // Opened under the lock, so that it is the file of which the digest is told.
        let path = path_of(directory, key, &ending_of(format));
        let opened = File::open(&path).map_err(meta::failed(&path))?;
        let is_packed = takes_packed && is_packed(format);
        let content: Box<dyn Read + Send> = if is_packed || !self::is_packed(format) {
            Box::new(opened)
        } else {
            Box::new(GzDecoder::new(opened))
        };
        Ok(Some(Some(OpenFound { file: file.clone(), is_packed, content })))
    }

    /// What is kept of a key, where it may be given out by all changes that were followed.
    fn served(&self, state: &mut State, at: Standpoint, key: &ShardKey) -> Option<Arc<ShardMeta>> {
        self.look_after(state, key);
        let meta = state.shards.get(key)?.meta.as_ref()?;
        let may_be = at.today < meta.until && meta.adoption == at.adoption;
        may_be.then(|| Arc::clone(meta))
    }

    /// Withdraws the files of a key where a change since the last look names one of their members.
    fn look_after(&self, state: &mut State, key: &ShardKey) {
        let Some(shard) = state.shards.get_mut(key) else {
            return;
        };
        let Some(meta) = &shard.meta else {
            return;
        };
        let since = state.followed.since(shard.checked, meta.last);
        let touched = !since.is_empty() && {
            let members = self.directory.as_ref().and_then(|place| build::members_of(place, key));
            // Whose members cannot be read may hold anything.
            members.is_none_or(|members| since.name_one_of(&members))
        };
        shard.checked = state.followed.until();
        if touched {
            shard.meta = None;
            self.turn();
        }
    }

    /// Puts files that were made in the place of those that are there.
    fn put_shard(
        &self,
        directory: &Path,
        key: &ShardKey,
        meta: ShardMeta,
    ) -> Result<(), OfficeError> {
        let mut state = self.state();
        let shard = state.shards.entry(key.clone()).or_default();
        shard.meta = None;
        build::put_in_place(directory, key, &meta)?;
        let cursor = meta.cursor;
        *shard = Shard { checked: cursor, meta: Some(Arc::new(meta)) };
        state.followed.go_back(cursor);
        drop(state);
        self.turn();
        Ok(())
    }

    /// Takes a key and its files away.
    fn drop_shard(&self, directory: &Path, key: &ShardKey) -> Result<(), OfficeError> {
        let mut state = self.state();
        let was_there = state.shards.remove(key).is_some();
        let taken = build::take_away(directory, key);
        drop(state);
        if was_there {
            self.turn();
        }
        taken
    }

    /// Removes what says that files are whole of those that were withdrawn, so that they are not
    /// taken for whole after a restart.
    fn forget_withdrawn(&self, directory: &Path) -> Result<(), OfficeError> {
        let state = self.state();
        for (key, _) in state.shards.iter().filter(|(_, shard)| shard.meta.is_none()) {
            remove(&path_of(directory, key, META))?;
        }
        Ok(())
    }
}

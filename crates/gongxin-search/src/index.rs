//! The index on disk: one writer, many readers.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gongxin_model::SubjectNo;
use gongxin_model::names::{Hits, NameAsk, NameDocument, NameIndex, NameIndexError, Wanted};
use tantivy::directory::error::LockError;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use crate::limits::WRITER_BYTES;
use crate::schema::{Fields, schema};
use crate::search::Search;

/// The directory inside the given one; its number changes with the schema or the normal form, so
/// that an index of another version is never read.
const DIRECTORY: &str = "names-2";

/// What a commit says of itself begins with this, the cursor follows.
const PAYLOAD: &str = "cursor ";

/// The name index could not be opened or used.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// Another process writes to it.
    #[error("another process writes to the name index in `{0}`")]
    Busy(PathBuf),
    /// It was opened for reading.
    #[error("it was opened for reading")]
    ReadOnly,
    /// The directory cannot be used.
    #[error("the name index in `{path}` cannot be used")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] TantivyError),
}

impl From<SearchError> for NameIndexError {
    fn from(error: SearchError) -> Self {
        Self(error.to_string())
    }
}

/// An index just opened.
#[derive(Debug)]
pub struct Opened {
    /// The index.
    pub index: TantivyIndex,
    /// Why it was laid anew and must be filled from the beginning (its cursor is `None`), if it
    /// was there but could not be used.
    pub rebuilt_because: Option<String>,
}

/// The name index in a directory.
pub struct TantivyIndex {
    index: Index,
    reader: IndexReader,
    writer: Option<Mutex<IndexWriter>>,
    fields: Fields,
}

impl std::fmt::Debug for TantivyIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TantivyIndex")
            .field("index", &self.index)
            .field("can_write", &self.writer.is_some())
            .finish_non_exhaustive()
    }
}

impl TantivyIndex {
    /// Opens the index below `directory` for writing and reading, and lays it where it is not
    /// there. One that is broken is thrown away and laid anew; the answer then says why.
    ///
    /// # Errors
    /// [`SearchError::Busy`] if another process writes to it, [`SearchError::Directory`] if the
    /// directory cannot be made or written.
    pub fn open(directory: &Path) -> Result<Opened, SearchError> {
        let place = directory.join(DIRECTORY);
        let failed = |source| SearchError::Directory { path: place.clone(), source };
        std::fs::create_dir_all(&place).map_err(failed)?;
        let broken = match Self::open_existing(&place, true) {
            Ok(Some(index)) => {
                return Ok(Opened { index, rebuilt_because: None });
            }
            Ok(None) => None,
            Err(Unusable::Fatal(error)) => return Err(error),
            Err(Unusable::Broken(reason)) => Some(reason),
        };
        std::fs::remove_dir_all(&place).map_err(failed)?;
        std::fs::create_dir_all(&place).map_err(failed)?;
        let index = Index::create_in_dir(&place, schema().0)?;
        let index = Self::with_writer(index, &place)?;
        Ok(Opened { index, rebuilt_because: broken })
    }

    /// Opens the index below `directory` for reading only, beside the process that writes it;
    /// `None` if there is none that can be read.
    ///
    /// # Errors
    /// [`SearchError::Engine`] if what is there cannot be mapped.
    pub fn open_for_reading(directory: &Path) -> Result<Option<Self>, SearchError> {
        match Self::open_existing(&directory.join(DIRECTORY), false) {
            Ok(index) => Ok(index),
            Err(Unusable::Broken(_)) => Ok(None),
            Err(Unusable::Fatal(error)) => Err(error),
        }
    }

    fn open_existing(place: &Path, for_writing: bool) -> Result<Option<Self>, Unusable> {
        let is_empty = std::fs::read_dir(place).is_ok_and(|mut entries| entries.next().is_none());
        if is_empty || !place.exists() {
            return Ok(None);
        }
        let index = Index::open_in_dir(place).map_err(|error| Unusable::broken(&error))?;
        if index.schema() != schema().0 {
            return Err(Unusable::Broken("it has another schema".to_owned()));
        }
        let damaged = index.validate_checksum().map_err(|error| Unusable::broken(&error))?;
        if let Some(file) = damaged.iter().min() {
            let reason = format!("the file `{}` is damaged", file.display());
            return Err(Unusable::Broken(reason));
        }
        let opened = if for_writing {
            Self::with_writer(index, place)
        } else {
            Self::with_reader(index, None)
        };
        opened.map(Some).map_err(|error| match error {
            SearchError::Engine(error) => Unusable::broken(&error),
            other => Unusable::Fatal(other),
        })
    }

    fn with_writer(index: Index, place: &Path) -> Result<Self, SearchError> {
        // One thread: documents keep the order they came in.
        match index.writer_with_num_threads(1, WRITER_BYTES) {
            Ok(writer) => Self::with_reader(index, Some(Mutex::new(writer))),
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
                Err(SearchError::Busy(place.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn with_reader(index: Index, writer: Option<Mutex<IndexWriter>>) -> Result<Self, SearchError> {
        let reader = index
            .reader_builder()
            .reload_policy(if writer.is_some() {
                ReloadPolicy::Manual
            } else {
                ReloadPolicy::OnCommitWithDelay
            })
            .try_into()?;
        Ok(Self { index, reader, writer, fields: schema().1 })
    }

    fn write(
        &self,
        act: impl FnOnce(&mut IndexWriter<TantivyDocument>) -> tantivy::Result<()>,
    ) -> Result<(), NameIndexError> {
        let writer = self.writer.as_ref().ok_or(SearchError::ReadOnly)?;
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(act(&mut writer).map_err(SearchError::from)?)
    }

    fn subject_term(&self, subject: SubjectNo) -> Term {
        Term::from_field_i64(self.fields.subject, subject.0)
    }
}

impl NameIndex for TantivyIndex {
    fn cursor(&self) -> Result<Option<i64>, NameIndexError> {
        let payload = self.index.load_metas().map_err(SearchError::from)?.payload;
        Ok(payload.and_then(|payload| payload.strip_prefix(PAYLOAD)?.parse().ok()))
    }

    fn apply(&self, documents: &[NameDocument]) -> Result<(), NameIndexError> {
        self.write(|writer| {
            for document in documents {
                writer.delete_term(self.subject_term(document.subject));
                for found in self.fields.documents(document) {
                    writer.add_document(found)?;
                }
            }
            Ok(())
        })
    }

    fn clear(&self) -> Result<(), NameIndexError> {
        self.write(|writer| writer.delete_all_documents().map(|_| ()))
    }

    fn commit(&self, cursor: i64) -> Result<(), NameIndexError> {
        self.write(|writer| {
            let mut prepared = writer.prepare_commit()?;
            prepared.set_payload(&format!("{PAYLOAD}{cursor}"));
            prepared.commit().map(|_| ())
        })?;
        Ok(self.reader.reload().map_err(SearchError::from)?)
    }

    fn search(
        &self,
        ask: &NameAsk<'_>,
        without: &BTreeSet<SubjectNo>,
    ) -> Result<Hits, NameIndexError> {
        let Some(wanted) = Wanted::read(ask.query) else {
            return Ok(Hits::default());
        };
        let searcher = self.reader.searcher();
        Ok(Search::new(&searcher, self.fields, ask.filters, without).run(&wanted, ask.ways())?)
    }
}

/// Why an index that is there cannot be used.
enum Unusable {
    /// It must be laid anew.
    Broken(String),
    /// It is as it should be, but not for us.
    Fatal(SearchError),
}

impl Unusable {
    fn broken(error: &TantivyError) -> Self {
        Self::Broken(error.to_string())
    }
}

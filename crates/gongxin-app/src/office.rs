//! The office: the store, the rulebook in force, time and chance, in one place.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use gongxin_model::{BatchNo, Day, FindingTexts, Instant, PublicId};
use gongxin_seal::{HashSuite, InstanceKey, Salt};
use gongxin_store::desk::Desk;
use gongxin_store::{
    AdoptionRow, ErasureJournal, Founding, Reader, RecordRow, Store, StoreError, StoreUrl,
};

use crate::OfficeError;
use crate::PackShelf;
use crate::accounts::SignInPolicy;
use crate::circumstance::{Chance, Clock, Draw, Purpose};
use crate::gate::RightsTable;
use crate::notices::NoticePolicy;
use crate::public_log::LogPolicy;
use crate::rules::{self, Rules};

/// How a file is cut: rows into chunks, which are settled as one, chunks into transactions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    /// Chunks of a transaction.
    pub(crate) chunks: usize,
    /// Rows of a chunk.
    pub(crate) rows: usize,
}

/// Small enough that writing begins soon after reading, large enough that a transaction is worth
/// the pages that it dirties.
const CUT: Cut = Cut { chunks: 5, rows: 1_000 };

/// What an office is opened with.
#[derive(Debug, Clone)]
pub struct Circumstances {
    /// Where the store is.
    pub url: StoreUrl,
    /// The instance key, kept apart from the store.
    pub key: InstanceKey,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// The file of the journal of erasures, outside the store and its backups; none where nothing is
    /// erased and nothing was.
    pub journal: Option<PathBuf>,
}

/// The office.
#[derive(Debug)]
pub struct Office {
    pub(crate) store: Store,
    pub(crate) key: InstanceKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) journal: Option<ErasureJournal>,
    pub(crate) desk: Desk,
    pub(crate) rights: RightsTable,
    pub(crate) sign_in: SignInPolicy,
    pub(crate) notices: NoticePolicy,
    pub(crate) log: LogPolicy,
    /// What the password of an account that there is not is compared with.
    pub(crate) nobodys: OnceLock<String>,
    /// The packs that stewards may look at and adopt.
    pub(crate) shelf: OnceLock<Arc<PackShelf>>,
    /// How many secrets were drawn.
    pub(crate) drawn: AtomicU64,
    pub(crate) texts: FindingTexts,
    rules: Mutex<BTreeMap<(i64, i64), Arc<Rules>>>,
    pub(crate) cut: Cut,
}

impl Office {
    /// Opens the office of the store that exists. What the journal has erased and the store has not is
    /// erased first.
    ///
    /// # Errors
    /// There is no store, the key is another's, the journal is missing, shorter than what the store has
    /// done, or damaged, or the store cannot be reached.
    pub fn open(circumstances: &Circumstances) -> Result<Self, OfficeError> {
        let office = Self::open_unchecked(circumstances)?;
        office.catch_up()?;
        Ok(office)
    }

    /// Opens the office without comparing the journal with the store: only to look after the journal.
    ///
    /// # Errors
    /// There is no store, the key is another's, or the store cannot be reached.
    pub fn open_unchecked(circumstances: &Circumstances) -> Result<Self, OfficeError> {
        Self::with(Store::open(&circumstances.url)?, circumstances)
    }

    /// Opens the office, founding the store where there is none.
    ///
    /// # Errors
    /// As [`Office::open`], or the store cannot be made.
    pub fn open_or_found(circumstances: &Circumstances) -> Result<Self, OfficeError> {
        let office = match Store::open(&circumstances.url) {
            Err(StoreError::Absent(_)) => {
                let draw = Draw { purpose: Purpose::Platform, batch: None, row: 0, nth: 0 };
                let founding = Founding {
                    platform: PublicId(circumstances.chance.draw(draw)),
                    suite: HashSuite::Sha256,
                    key_fingerprint: circumstances.key.fingerprint(),
                };
                Self::with(Store::found(&circumstances.url, &founding)?, circumstances)?
            }
            other => Self::with(other?, circumstances)?,
        };
        office.catch_up()?;
        Ok(office)
    }

    /// The office over a store that is open; tests give one with fault points.
    ///
    /// # Errors
    /// The key is not the store's.
    pub fn with(store: Store, circumstances: &Circumstances) -> Result<Self, OfficeError> {
        if store.founding().key_fingerprint != circumstances.key.fingerprint() {
            return Err(StoreError::WrongKey.into());
        }
        Ok(Self {
            desk: Desk::of(store.url(), store.founding().suite),
            rights: RightsTable::shipped()?,
            sign_in: SignInPolicy::shipped()?,
            notices: NoticePolicy::shipped()?,
            log: LogPolicy::shipped().map_err(OfficeError::LogPolicy)?,
            nobodys: OnceLock::new(),
            shelf: OnceLock::new(),
            drawn: AtomicU64::new(0),
            store,
            key: circumstances.key.clone(),
            clock: Arc::clone(&circumstances.clock),
            chance: Arc::clone(&circumstances.chance),
            journal: circumstances.journal.as_deref().map(ErasureJournal::at),
            texts: crate::words::finding_texts(),
            rules: Mutex::new(BTreeMap::new()),
            cut: CUT,
        })
    }

    /// The same office with so many rows in a transaction of intake, in two chunks where they can be
    /// halved; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_transactions_of(mut self, rows: usize) -> Self {
        let chunks = if rows.is_multiple_of(2) { 2 } else { 1 };
        self.cut = Cut { chunks, rows: rows / chunks };
        self
    }

    /// The same office in which a password check costs next to nothing; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_cheap_passwords(mut self) -> Self {
        self.sign_in = self.sign_in.cheap();
        self
    }

    /// The desk underneath, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What it was opened with.
    pub(crate) fn circumstances(&self) -> Circumstances {
        Circumstances {
            url: self.store.url().clone(),
            key: self.key.clone(),
            clock: Arc::clone(&self.clock),
            chance: Arc::clone(&self.chance),
            journal: self.journal.as_ref().map(|journal| journal.path().to_owned()),
        }
    }

    /// The store underneath.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn key(&self) -> &InstanceKey {
        &self.key
    }

    /// The words of all findings.
    #[must_use]
    pub fn texts(&self) -> &FindingTexts {
        &self.texts
    }

    /// Today's civil date.
    #[must_use]
    pub fn today(&self) -> Day {
        self.clock.now().day()
    }

    /// The rulebook in force.
    ///
    /// # Errors
    /// None is in force yet.
    pub fn rules(&self) -> Result<Arc<Rules>, OfficeError> {
        self.store.read(|reader| self.rules_for(reader))
    }

    /// The rulebook in force, inside a transaction.
    pub(crate) fn rules_for(&self, reader: &mut Reader<'_>) -> Result<Arc<Rules>, OfficeError> {
        let adoption = reader.adoption()?.ok_or(OfficeError::NoRulebook)?;
        self.loaded(reader, adoption)
    }

    /// The rulebook that was in force at a time; before the first adoption, that one.
    pub(crate) fn rules_at(
        &self,
        reader: &mut Reader<'_>,
        known: Option<Instant>,
    ) -> Result<Arc<Rules>, OfficeError> {
        let Some(known) = known else {
            return self.rules_for(reader);
        };
        let adoption = match reader.adoption_at(known)? {
            Some(adoption) => adoption,
            None => reader.adoptions()?.into_iter().next().ok_or(OfficeError::NoRulebook)?,
        };
        self.loaded(reader, adoption)
    }

    /// The rulebook of an adoption by its number.
    pub(crate) fn rules_of(
        &self,
        reader: &mut Reader<'_>,
        adoption: i64,
    ) -> Result<Arc<Rules>, OfficeError> {
        let found = reader.adoptions()?.into_iter().find(|one| one.no == adoption);
        self.loaded(reader, found.ok_or(OfficeError::NoRulebook)?)
    }

    fn loaded(
        &self,
        reader: &mut Reader<'_>,
        adoption: AdoptionRow,
    ) -> Result<Arc<Rules>, OfficeError> {
        let key = (adoption.no, reader.counter(rules::SOURCES)?);
        let known = lock(&self.rules).get(&key).cloned();
        if let Some(rules) = known {
            return Ok(rules);
        }
        let rules = Arc::new(Rules::load(reader, adoption)?);
        lock(&self.rules).insert(key, Arc::clone(&rules));
        Ok(rules)
    }

    pub(crate) fn salt(&self, batch: Option<BatchNo>, row: u64, nth: u32) -> Salt {
        Salt(self.chance.draw(Draw { purpose: Purpose::Salt, batch, row, nth }))
    }

    /// The record of a public id.
    pub(crate) fn record_of(
        &self,
        reader: &mut Reader<'_>,
        id: PublicId,
    ) -> Result<Option<RecordRow>, OfficeError> {
        Ok(self.records_of(reader, &[id])?.into_iter().next())
    }

    /// The records of public ids.
    pub(crate) fn records_of(
        &self,
        reader: &mut Reader<'_>,
        ids: &[PublicId],
    ) -> Result<Vec<RecordRow>, OfficeError> {
        let numbers = ids.iter().filter_map(|id| self.key.record_of(*id));
        let mut found = reader.records(numbers.map(|no| no.0).collect())?;
        // An id of another store under the same key is nobody's here.
        found.retain(|record| ids.contains(&record.public_id));
        Ok(found)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is behind it is a cache; a panic elsewhere cannot leave it half-written.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

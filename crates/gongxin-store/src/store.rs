//! A store: connections, transactions, the lock of the log's head.

use std::sync::{Arc, Mutex, PoisonError};

use gongxin_model::{Digest, Envelope, Instant, Kind, PublicId, Seq, entry};
use gongxin_seal::{Frontier, HashSuite, envelope_bytes};

use crate::cell::Cell;
use crate::connection::{Connection, Purpose, Ready};
use crate::moving;
use crate::payload::{Dictionaries, Unpacker};
use crate::reader::Reader;
use crate::rows::Next;
use crate::schema::{self, Table};
use crate::stage::{Additions, Staged};
use crate::word::{self, Words};
use crate::writer::Writer;
use crate::writer::seal;
use crate::{StoreError, StoreUrl};

/// Where a test may stop a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPoint {
    /// All is written, nothing committed.
    BeforeCommit,
    /// All is committed, the caller not told.
    AfterCommit,
}

/// Decides at a fault point whether the write stops there.
pub type Faults = Arc<dyn Fn(FaultPoint) -> bool + Send + Sync>;

/// What a store is founded with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// The platform's identity: 128 random bits.
    pub platform: PublicId,
    /// The hash suite of commitments and log.
    pub suite: HashSuite,
    /// The fingerprint of the instance key.
    pub key_fingerprint: String,
}

impl Founding {
    /// The leaf of an entry of this platform: what is written, read and checked takes it here.
    pub(crate) fn leaf(
        &self,
        seq: Seq,
        at: Instant,
        kind: Kind,
        rulebook: Digest,
        commitments: Digest,
    ) -> Digest {
        self.suite.leaf(&envelope_bytes(&self.envelope((seq, at), kind, rulebook, commitments)))
    }

    /// The envelope of an entry of this platform.
    pub(crate) fn envelope(
        &self,
        (seq, at): (Seq, Instant),
        kind: Kind,
        rulebook: Digest,
        commitments: Digest,
    ) -> Envelope {
        let (format, platform) = (entry::FORMAT, self.platform);
        Envelope { format, platform, seq, at, kind, rulebook, commitments }
    }
}

/// The head of the log, and the next numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// The next entry's place.
    pub next_seq: i64,
    /// The next change's number.
    pub next_change: i64,
    /// The next record's number.
    pub next_record: i64,
    /// The next subject's number.
    pub next_subject: i64,
    /// The next hand-in's number.
    pub next_batch: i64,
    /// The next held row's number.
    pub next_held: i64,
    /// The time of the last entry.
    pub last_at: Instant,
    /// The right edge of the log.
    pub frontier: Frontier,
    /// Its root.
    pub root: Digest,
}

impl LogHead {
    /// What a transaction at the time begins with. The time received never decreases, whatever a
    /// machine's clock does.
    #[must_use]
    pub fn next(&self, now: Instant) -> Next {
        Next {
            seq: self.next_seq,
            record: self.next_record,
            subject: self.next_subject,
            held: self.next_held,
            at: now.max(self.last_at),
        }
    }
}

/// A store on either engine. Shared between threads; every call blocks.
pub struct Store {
    url: StoreUrl,
    founding: Founding,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<IdleReader>>,
    /// Committed words that were read so far.
    words: Mutex<Words>,
    /// Committed dictionaries that were read so far.
    dictionaries: Mutex<Dictionaries>,
    faults: Option<Faults>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A reader that waits for the next question, with the dictionaries that it has made ready: one never
/// alters once it is made.
#[derive(Debug)]
struct IdleReader {
    connection: Connection,
    unpacker: Unpacker,
}

/// So many idle readers are kept; more are opened when needed.
const IDLE_READERS: usize = 16;

impl Store {
    /// Opens the store at the address.
    ///
    /// # Errors
    /// There is none ([`StoreError::Absent`]), it is of another format, or cannot be reached.
    pub fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        if let StoreUrl::Sqlite(path) = url
            && !path.exists()
        {
            return Err(StoreError::Absent(url.to_string()));
        }
        let mut connection = Connection::open(url, Purpose::Write)?;
        if !schema::exists(&mut connection)? {
            return Err(StoreError::Absent(url.to_string()));
        }
        moving::refuse_half(&mut connection, url)?;
        schema::bring_forward(&mut connection)?;
        let founding = read_founding(&mut connection)?;
        Ok(Self::with(url, founding, connection))
    }

    /// Makes an empty store at the address. Where another process founded one meanwhile, that
    /// one is opened.
    ///
    /// # Errors
    /// The database cannot be reached or written.
    pub fn found(url: &StoreUrl, founding: &Founding) -> Result<Self, StoreError> {
        let mut connection = Connection::open(url, Purpose::Write)?;
        connection.begin_alone()?;
        if schema::exists(&mut connection)? {
            connection.batch("ROLLBACK")?;
            return Self::open(url);
        }
        schema::create(&mut connection)?;
        write_founding(&mut connection, founding)?;
        word::found(&mut connection)?;
        connection.batch("COMMIT")?;
        Ok(Self::with(url, founding.clone(), connection))
    }

    fn with(url: &StoreUrl, founding: Founding, connection: Connection) -> Self {
        Self {
            url: url.clone(),
            founding,
            writer: Mutex::new(Some(connection)),
            readers: Mutex::new(Vec::new()),
            words: Mutex::default(),
            dictionaries: Mutex::default(),
            faults: None,
        }
    }

    /// The same store with fault points, for tests.
    #[must_use]
    pub fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = Some(faults);
        self
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &StoreUrl {
        &self.url
    }

    /// What it was founded with.
    #[must_use]
    pub fn founding(&self) -> &Founding {
        &self.founding
    }

    /// Reads in one consistent snapshot.
    ///
    /// # Errors
    /// The connection broke, or `work` fails.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = lock(&self.readers).pop();
        let (idle, unpacker) = idle.map(|idle| (idle.connection, idle.unpacker)).unzip();
        let mut connection = self.begun(idle, Purpose::Read)?;
        let mut reader = Reader::new(&mut connection, &self.founding, self.words());
        reader.unpacker = unpacker.unwrap_or_default();
        let result = work(&mut reader);
        let (words, unpacker) = reader.into_parts();
        self.learn(words);
        if connection.batch("COMMIT").is_ok() {
            let mut idle = lock(&self.readers);
            if idle.len() < IDLE_READERS {
                idle.push(IdleReader { connection, unpacker });
            }
        }
        result
    }

    /// Makes additions ready for a transaction that will go on with `next`, outside of it. None
    /// where that must be left to it: a word or a dictionary is to be made first.
    ///
    /// # Errors
    /// The connection broke.
    pub fn stage(
        &self,
        next: Next,
        additions: &Additions<'_>,
    ) -> Result<Option<Staged>, StoreError> {
        let catalogues = seal::catalogues(additions.entries);
        let mut known = lock(&self.dictionaries).clone();
        if !known.know(catalogues.iter().copied()) {
            self.read(|reader| known.learn(reader.connection, catalogues.iter().copied()))?;
            if !known.know(catalogues.iter().copied()) {
                return Ok(None);
            }
            *lock(&self.dictionaries) = known.clone();
        }
        let sealed = seal::ahead(self.founding.suite, &known, additions.entries)?;
        let words = self.words();
        let mut is_known = true;
        let mut word = |text: &str| {
            let number = words.number_of(text);
            is_known &= number.is_some();
            Ok(number.unwrap_or_default().into())
        };
        let make = match &self.url {
            StoreUrl::Sqlite(_) => Ready::rows,
            StoreUrl::Postgres(_) => Ready::copy,
        };
        let staged = additions.stage(&self.founding, next, sealed, &mut word, make)?;
        Ok(is_known.then_some(staged))
    }

    /// Writes in one transaction that holds the log's head: all of it happens, or nothing.
    ///
    /// # Errors
    /// The connection broke, the disk is full, another writer holds on, or `work` fails.
    pub fn write<T, E: From<StoreError>>(
        &self,
        now: Instant,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut slot = lock(&self.writer);
        let idle = slot.take();
        let mut connection = self.begun(idle, Purpose::Write)?;
        let result = self.transaction(&mut connection, now, work);
        if result.is_ok() || connection.batch("ROLLBACK").is_ok() {
            *slot = Some(connection);
        }
        result
    }

    fn words(&self) -> Words {
        lock(&self.words).clone()
    }

    /// Keeps what a committed transaction knew of words.
    fn learn(&self, words: Words) {
        let mut known = lock(&self.words);
        if words.len() > known.len() {
            *known = words;
        }
    }

    /// A connection inside a new transaction: the idle one, or another where its server has gone
    /// away meanwhile.
    fn begun(&self, idle: Option<Connection>, purpose: Purpose) -> Result<Connection, StoreError> {
        let begin = |connection: &mut Connection| {
            let sql = match (&connection, purpose) {
                (Connection::Sqlite(_), Purpose::Read) => "BEGIN DEFERRED",
                (Connection::Sqlite(_), Purpose::Write) => "BEGIN IMMEDIATE",
                (Connection::Postgres(_), Purpose::Read) => {
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                }
                (Connection::Postgres(_), Purpose::Write) => "BEGIN",
            };
            connection.batch(sql)
        };
        if let Some(mut connection) = idle {
            match begin(&mut connection) {
                Ok(()) => return Ok(connection),
                Err(StoreError::Lost(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let mut connection = Connection::open(&self.url, purpose)?;
        begin(&mut connection)?;
        Ok(connection)
    }

    fn transaction<T, E: From<StoreError>>(
        &self,
        connection: &mut Connection,
        now: Instant,
        work: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let head = read_head(connection, true)?;
        moving::refuse_moved(connection)?;
        let before = head.clone();
        let mut writer = Writer::new(connection, &self.founding, self.words(), head, now);
        let value = work(&mut writer)?;
        writer.keep_counts()?;
        let (head, words) = writer.into_parts();
        if head != before {
            write_head(connection, &head)?;
        }
        self.fault(FaultPoint::BeforeCommit)?;
        connection.batch("COMMIT")?;
        self.learn(words);
        // The work is done; a fault here is a caller that never hears of it.
        if self.faults.as_ref().is_some_and(|faults| faults(FaultPoint::AfterCommit)) {
            connection.batch("BEGIN")?;
            return Err(StoreError::Fault("after commit").into());
        }
        Ok(value)
    }

    /// Lets the writer's file grow to so many pages only, as a full disk would; for tests.
    ///
    /// # Errors
    /// The store cannot be reached, or is none on SQLite.
    #[cfg(feature = "testing")]
    pub fn limit_pages(&self, pages: i64) -> Result<i64, StoreError> {
        self.with_writer(|connection| {
            let row = connection.first(&format!("PRAGMA max_page_count = {pages}"), &[])?;
            row.map_or(Err(StoreError::corrupt("no page count")), |mut row| row.int())
        })
    }

    /// How long a writer waits for another one; for tests.
    ///
    /// # Errors
    /// The store cannot be reached.
    #[cfg(feature = "testing")]
    pub fn wait_at_most(&self, time: std::time::Duration) -> Result<(), StoreError> {
        let milliseconds = time.as_millis();
        self.with_writer(|connection| match connection {
            Connection::Sqlite(sqlite) => Ok(sqlite.busy_timeout(time)?),
            Connection::Postgres(_) => {
                connection.batch(&format!("SET lock_timeout = {milliseconds}"))
            }
        })
    }

    #[cfg(feature = "testing")]
    fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut slot = lock(&self.writer);
        let mut connection =
            slot.take().map_or_else(|| Connection::open(&self.url, Purpose::Write), Ok)?;
        let result = work(&mut connection);
        *slot = Some(connection);
        result
    }

    fn fault(&self, point: FaultPoint) -> Result<(), StoreError> {
        match &self.faults {
            Some(faults) if faults(point) => Err(StoreError::Fault("before commit")),
            _ => Ok(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A connection is taken out before it is used, so a panic leaves the slot whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read_founding(connection: &mut Connection) -> Result<Founding, StoreError> {
    let mut value = |key: &str| -> Result<String, StoreError> {
        let row = connection.first("SELECT value FROM meta WHERE key = $1", &[key.into()])?;
        let mut row = row.ok_or_else(|| StoreError::corrupt(format!("no {key} in meta")))?;
        row.text()
    };
    let wrong = |what: &str| StoreError::corrupt(format!("{what} in meta"));
    Ok(Founding {
        platform: value("platform")?.parse().map_err(|_| wrong("platform"))?,
        suite: value("suite")?.parse().map_err(|_| wrong("suite"))?,
        key_fingerprint: value("key_fingerprint")?,
    })
}

fn write_founding(connection: &mut Connection, founding: &Founding) -> Result<(), StoreError> {
    let values = [
        ("format", schema::FORMAT.to_string()),
        ("platform", founding.platform.to_string()),
        ("suite", founding.suite.to_string()),
        ("key_fingerprint", founding.key_fingerprint.clone()),
    ];
    for (key, value) in values {
        Table::named("meta")?.insert(connection, vec![vec![key.into(), value.into()]])?;
    }
    let frontier = Frontier::default();
    let root = frontier.root(founding.suite);
    let mut row: Vec<Cell> = vec![1.into(), 0.into()];
    row.extend([1; 5].map(Cell::Int));
    row.extend([0.into(), frontier.to_bytes().into(), root.into()]);
    Table::named("log_head")?.insert(connection, vec![row])
}

/// The head; `locking` holds it until the transaction ends, so that there is one writer.
pub(crate) fn read_head(connection: &mut Connection, locking: bool) -> Result<LogHead, StoreError> {
    let locked = locking && matches!(connection, Connection::Postgres(_));
    let sql = "SELECT next_seq, next_change, next_record, next_subject, \
               next_batch, next_held, last_at, frontier, root FROM log_head WHERE one = 1";
    let sql = if locked { format!("{sql} FOR UPDATE") } else { sql.to_owned() };
    let row = connection.first(&sql, &[])?;
    let mut row = row.ok_or_else(|| StoreError::corrupt("the log has no head"))?;
    Ok(LogHead {
        next_seq: row.int()?,
        next_change: row.int()?,
        next_record: row.int()?,
        next_subject: row.int()?,
        next_batch: row.int()?,
        next_held: row.int()?,
        last_at: Instant(row.int()?),
        frontier: Frontier::from_bytes(&row.blob()?)
            .ok_or_else(|| StoreError::corrupt("the log's frontier"))?,
        root: Digest(row.fixed()?),
    })
}

fn write_head(connection: &mut Connection, head: &LogHead) -> Result<(), StoreError> {
    let changes = vec![
        ("next_seq", head.next_seq.into()),
        ("next_change", head.next_change.into()),
        ("next_record", head.next_record.into()),
        ("next_subject", head.next_subject.into()),
        ("next_batch", head.next_batch.into()),
        ("next_held", head.next_held.into()),
        ("last_at", head.last_at.into()),
        ("frontier", head.frontier.to_bytes().into()),
        ("root", head.root.into()),
    ];
    match Table::named("log_head")?.alter(connection, &1.into(), changes)? {
        true => Ok(()),
        false => Err(StoreError::corrupt("the log has no head")),
    }
}

//! Moving house: a whole store into an empty place, on either engine.
//!
//! Tables are moved one after the other, rows in the order of their keys, a chunk a transaction. So
//! the place itself says how far it is: whoever goes on begins behind the last row of each table.
//! Until all of it is proved equal a mark stands there, and nobody opens it as a store.

mod copy;
mod mark;

use std::sync::atomic::{AtomicBool, Ordering};

use gongxin_model::Instant;

use crate::backup::Progress;
use crate::connection::{Connection, Purpose};
use crate::content::{Contents, Told, contents_of};
use crate::desk;
use crate::schema::{self, TABLES, Table};
use crate::store::{FaultPoint, Faults, LogHead, read_head};
use crate::{Store, StoreError, StoreUrl};

use copy::copy;
pub use mark::reopen;
pub(crate) use mark::{refuse_half, refuse_moved};

type Result<T> = std::result::Result<T, StoreError>;

/// What is asked of a move.
pub struct Move<'a> {
    /// The store that moves.
    pub from: &'a Store,
    /// An empty place, or the one where this move was interrupted.
    pub to: &'a StoreUrl,
    /// Others may go on writing to the old store, now and later: for a trial. What they write
    /// after the move began is not moved.
    pub leave_open: bool,
    /// Rows of a transaction, at most: [`Move::ROWS`] but in tests.
    pub rows: usize,
    /// The time.
    pub now: Instant,
    /// Set by whoever asks to stop after the transaction under way.
    pub stop: &'a AtomicBool,
    /// Fault points, for tests.
    pub faults: Option<Faults>,
}

impl std::fmt::Debug for Move<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Move").field("from", self.from).field("to", self.to).finish_non_exhaustive()
    }
}

/// A move that is done: both stores hold this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The head of the log.
    pub head: LogHead,
    /// What both hold.
    pub contents: Contents,
    /// Rows that this run moved; the rest was there from runs before.
    pub rows: u64,
    /// Tables that had changed since they were moved, and were moved again.
    pub again: Vec<&'static str>,
}

/// Moves a store, or goes on where a move was interrupted; proves that both hold the same; closes
/// the old one to writing and opens the new one.
///
/// # Errors
/// The place holds another store or something else, another process writes to the old one, a
/// database cannot be reached, or the move was stopped.
pub fn migrate(ask: &Move<'_>, progress: &mut Progress<'_>) -> Result<Moved> {
    let mut place = Place::open(ask)?;
    let mut old = hold(ask)?;
    let head = read_head(&mut old, false)?;
    let moved = match place.ground {
        Ground::Whole => {
            // What is done may be asked for again: the answer to it can have been lost.
            mark::refuse_elsewhere(&mut old, ask.to)?;
            place.hold_still(ask)?;
            if read_head(&mut place.connection, false)? != head {
                return Err(StoreError::Occupied(ask.to.to_string()));
            }
            let (contents, differ) = prove(ask, &mut old, &mut place, progress)?;
            refuse_unequal(ask, &differ)?;
            Moved { head, contents, rows: 0, again: Vec::new() }
        }
        Ground::Half => {
            mark::refuse_elsewhere(&mut old, ask.to)?;
            fill(ask, &mut old, &mut place, head, progress)?
        }
        Ground::Empty => {
            mark::refuse_moved(&mut old)?;
            place.begin(ask)?;
            fill(ask, &mut old, &mut place, head, progress)?
        }
    };
    desk::migrate(ask.from.url(), ask.to, progress)?;
    // Closed first: whatever happens between the two, there are never two stores that grow.
    if !ask.leave_open && !mark::is_moved(&mut old)? {
        desk::moved_mark(ask.from.url(), ask.to, ask.now)?;
        mark::close(&mut old, ask)?;
        ask.fault(FaultPoint::BeforeCommit)?;
        old.batch("COMMIT")?;
        ask.fault(FaultPoint::AfterCommit)?;
    }
    match place.ground {
        Ground::Whole => place.connection.batch("COMMIT")?,
        Ground::Half | Ground::Empty => place.finish(ask)?,
    }
    Ok(moved)
}

/// Moves what is not there yet, and again what has changed since it was moved.
fn fill(
    ask: &Move<'_>,
    old: &mut Connection,
    place: &mut Place,
    head: LogHead,
    progress: &mut Progress<'_>,
) -> Result<Moved> {
    let mut rows = 0;
    for table in TABLES {
        rows += copy(ask, old, place, table, progress)?;
    }
    place.index(ask, progress)?;
    let (mut contents, mut differ) = prove(ask, old, place, progress)?;
    let again = differ.iter().map(|table| table.name).collect();
    if !differ.is_empty() {
        for table in differ {
            place.clear(ask, table)?;
            rows += copy(ask, old, place, table, progress)?;
        }
        (contents, differ) = prove(ask, old, place, progress)?;
    }
    refuse_unequal(ask, &differ)?;
    Ok(Moved { head, contents, rows, again })
}

fn refuse_unequal(ask: &Move<'_>, differ: &[&'static Table]) -> Result<()> {
    if differ.is_empty() {
        return Ok(());
    }
    let tables: Vec<&str> = differ.iter().map(|table| table.name).collect();
    Err(StoreError::Unequal { place: ask.to.to_string(), tables: tables.join(", ") })
}

impl Move<'_> {
    /// Rows of a transaction.
    pub const ROWS: usize = 10_000;

    fn fault(&self, point: FaultPoint) -> Result<()> {
        match &self.faults {
            Some(faults) if faults(point) => Err(StoreError::Fault("of a move")),
            _ => Ok(()),
        }
    }

    /// An error where somebody asked to stop.
    fn go_on(&self) -> Result<()> {
        if self.stop.load(Ordering::Relaxed) { Err(StoreError::Stopped) } else { Ok(()) }
    }
}

/// The old store in one snapshot, and, unless it stays open, no other writer beside it.
fn hold(ask: &Move<'_>) -> Result<Connection> {
    let mut old = Connection::open(ask.from.url(), Purpose::Read)?;
    let begin = match (&old, ask.leave_open) {
        (Connection::Sqlite(_), false) => "BEGIN IMMEDIATE",
        (Connection::Sqlite(_), true) => "BEGIN DEFERRED",
        // The snapshot is taken by the first query, behind the lock.
        (Connection::Postgres(_), false) => {
            "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE log_head IN EXCLUSIVE MODE"
        }
        (Connection::Postgres(_), true) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
    };
    old.batch(begin)?;
    Ok(old)
}

/// Reads both and says what the old store holds, and which tables of the new one differ from it.
fn prove(
    ask: &Move<'_>,
    old: &mut Connection,
    place: &mut Place,
    progress: &mut Progress<'_>,
) -> Result<(Contents, Vec<&'static Table>)> {
    let quietly: &mut (dyn FnMut(&str, u64) -> Result<()> + Send) = &mut |_, _| ask.go_on();
    let aloud: &mut Told<'_> = &mut |table, rows| {
        progress(&format!("{table}, proved"), rows);
        ask.go_on()
    };
    let new = &mut place.connection;
    let (is, was) = std::thread::scope(|scope| {
        let is = scope.spawn(|| contents_of(new, quietly));
        let was = contents_of(old, aloud);
        (is.join(), was)
    });
    let is = is.map_err(|_| StoreError::Engine("reading the new store fell over".to_owned()))??;
    let was = was?;
    let differ = TABLES.iter().filter(|table| is.table(table.name) != was.table(table.name));
    Ok((was.clone(), differ.collect()))
}

/// What a place holds before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ground {
    Empty,
    /// A part of the store that moves.
    Half,
    /// A store of the platform that moves.
    Whole,
}

/// The place that a store moves to.
struct Place {
    connection: Connection,
    ground: Ground,
}

impl Place {
    /// Opens the place and looks what is there.
    fn open(ask: &Move<'_>) -> Result<Self> {
        let foreign = || StoreError::Foreign(ask.to.to_string());
        let opened = Connection::open(ask.to, Purpose::Write);
        let mut connection = opened.map_err(|error| match error {
            StoreError::Corrupt(_) => foreign(),
            other => other,
        })?;
        // What is written by halves is gone on with, so a commit need not wait for the disk; the
        // last one waits for all before it. Indexes of a large store are not sorted in memory.
        connection.batch(match connection {
            Connection::Sqlite(_) => "PRAGMA synchronous = NORMAL; PRAGMA temp_store = FILE",
            Connection::Postgres(_) => {
                "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'"
            }
        })?;
        let ground = match mark::of_half(&mut connection)? {
            Some(half) if half.is_of(ask.from) => Ground::Half,
            Some(half) => return Err(half.refused(ask.to)),
            None if schema::exists(&mut connection)? => {
                if Store::open(ask.to)?.founding() != ask.from.founding() {
                    return Err(StoreError::Occupied(ask.to.to_string()));
                }
                Ground::Whole
            }
            None if mark::is_empty(&mut connection)? => Ground::Empty,
            None => return Err(foreign()),
        };
        Ok(Self { connection, ground })
    }

    /// Keeps a store from growing while it is compared. Where it is the very store that moves, by
    /// another name, that cannot be had: its lock is taken.
    fn hold_still(&mut self, ask: &Move<'_>) -> Result<()> {
        let held = self.connection.batch(match self.connection {
            Connection::Sqlite(_) => "PRAGMA busy_timeout = 1000; BEGIN IMMEDIATE",
            Connection::Postgres(_) => {
                "SET lock_timeout = 1000; BEGIN ISOLATION LEVEL REPEATABLE READ; \
                 LOCK TABLE log_head IN EXCLUSIVE MODE"
            }
        });
        held.map_err(|error| match error {
            StoreError::Locked => StoreError::Occupied(ask.to.to_string()),
            other => other,
        })
    }

    /// Makes the tables and the mark.
    fn begin(&mut self, ask: &Move<'_>) -> Result<()> {
        self.connection.batch(match self.connection {
            Connection::Sqlite(_) => "BEGIN IMMEDIATE",
            Connection::Postgres(_) => "BEGIN; SELECT pg_advisory_xact_lock(7305804402)",
        })?;
        if !mark::is_empty(&mut self.connection)? {
            self.connection.batch("ROLLBACK")?;
            return Err(StoreError::Locked);
        }
        schema::create_tables(&mut self.connection)?;
        mark::begin(&mut self.connection, ask.from)?;
        self.commit(ask)
    }

    /// Begins a transaction that nobody else's move stands beside.
    fn transaction(&mut self) -> Result<()> {
        self.connection.batch(match self.connection {
            Connection::Sqlite(_) => "BEGIN IMMEDIATE",
            Connection::Postgres(_) => "BEGIN; LOCK TABLE moving IN EXCLUSIVE MODE",
        })
    }

    fn commit(&mut self, ask: &Move<'_>) -> Result<()> {
        ask.fault(FaultPoint::BeforeCommit)?;
        self.connection.batch("COMMIT")?;
        ask.fault(FaultPoint::AfterCommit)
    }

    /// Empties a table.
    fn clear(&mut self, ask: &Move<'_>, table: &Table) -> Result<()> {
        self.transaction()?;
        let name = table.name;
        let sql = match self.connection {
            Connection::Sqlite(_) => format!("DELETE FROM {name}"),
            Connection::Postgres(_) => format!("TRUNCATE {name}"),
        };
        self.connection.batch(&sql)?;
        self.commit(ask)
    }

    /// Makes the indexes, each for itself.
    fn index(&mut self, ask: &Move<'_>, progress: &mut Progress<'_>) -> Result<()> {
        for table in TABLES {
            for (sql, nth) in table.missing_indexes(&mut self.connection)?.into_iter().zip(1..) {
                ask.go_on()?;
                progress(&format!("{}, index", table.name), nth);
                self.transaction()?;
                self.connection.batch(&sql)?;
                self.commit(ask)?;
            }
        }
        Ok(())
    }

    /// Takes the mark away: from here on it is a store.
    fn finish(&mut self, ask: &Move<'_>) -> Result<()> {
        self.connection.batch(match self.connection {
            Connection::Sqlite(_) => "PRAGMA synchronous = FULL",
            Connection::Postgres(_) => "SET synchronous_commit = on",
        })?;
        self.transaction()?;
        mark::end(&mut self.connection)?;
        self.commit(ask)
    }
}

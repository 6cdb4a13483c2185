//! The desk: accounts, their roles, sessions and keys, the chain of what each of them did, and the log of
//! who read what the public may not.
//!
//! On SQLite it is a file of its own beside the store, so that a sign-in does not wait for a batch that is
//! being loaded; on PostgreSQL tables beside the store's. Whoever writes holds the row of its head, so
//! that acts are numbered without gaps and each follows from the one before.

mod access;
mod copy;
mod identity;
mod notices;
mod read;
mod rows;
mod tables;
mod write;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use gongxin_model::{Digest, Instant};
use gongxin_seal::HashSuite;

use crate::connection::{Connection, Purpose};
use crate::{StoreError, StoreUrl, moving, schema};

pub use access::{AccessAsk, AccessRow, NewAccess, ReadsAfter};
pub(crate) use copy::{back_up, migrate, moved_mark, reopened, restore};
pub use identity::{IdentityRow, JourneyRow};
pub use notices::{ChoiceRow, ContactRow, DeliveryAsk, DeliveryRow, NoticeRow, WebhookRow};
pub use read::DeskReader;
pub use rows::*;
pub use write::DeskWriter;

type Result<T> = std::result::Result<T, StoreError>;

/// The format of the desk's tables. 2: with the access log. 3: with identities of other platforms and notices.
const FORMAT: i64 = 3;

/// The desk's tables, for tests that look into each.
#[cfg(feature = "testing")]
pub(crate) fn tables() -> &'static [schema::Table] {
    tables::TABLES
}

/// Where the desk of a store is: a file beside it, or the same database.
pub(crate) fn place(store: &StoreUrl) -> StoreUrl {
    match store {
        StoreUrl::Sqlite(path) => {
            let mut name = path.as_os_str().to_owned();
            name.push(".desk");
            StoreUrl::Sqlite(PathBuf::from(name))
        }
        StoreUrl::Postgres(url) => StoreUrl::Postgres(url.clone()),
    }
}

/// The number and the digest that the next act follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeskHead {
    pub(crate) next_account: i64,
    pub(crate) next_key: i64,
    pub(crate) next_audit: i64,
    pub(crate) last_at: Instant,
    pub(crate) audit: Digest,
}

/// The desk of a store. Shared between threads; every call blocks. It is made when it is first asked.
pub struct Desk {
    url: StoreUrl,
    suite: HashSuite,
    idle: Mutex<Vec<Connection>>,
    waiting: Mutex<access::Waiting>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What nobody should do to the chain; for tests.
#[cfg(feature = "testing")]
#[derive(Debug, Clone, Copy)]
pub enum Damage {
    /// Alters an act.
    Alter(i64),
    /// Takes one out.
    Remove(i64),
    /// Takes all behind one.
    CutAfter(i64),
    /// Alters an entry of the access log.
    AlterRead(i64),
    /// Takes one out.
    RemoveRead(i64),
    /// Brings the tables back to format 1, which had no access log and no notices.
    Format1,
}

/// So many idle connections are kept.
const IDLE: usize = 4;

impl Desk {
    /// The desk of the store at an address; nothing is opened yet.
    #[must_use]
    pub fn of(store: &StoreUrl, suite: HashSuite) -> Self {
        Self { url: place(store), suite, idle: Mutex::default(), waiting: Mutex::default() }
    }

    /// Reads in one consistent snapshot.
    ///
    /// # Errors
    /// The desk cannot be reached, or `work` fails.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut DeskReader<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection = self.begun("BEGIN DEFERRED", |connection| {
            connection.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        })?;
        let result = work(&mut DeskReader { connection: &mut connection, suite: self.suite });
        if connection.batch("COMMIT").is_ok() {
            self.keep(connection);
        }
        result
    }

    /// Writes in one transaction that holds the desk's head: all of it happens, or nothing.
    ///
    /// # Errors
    /// The desk cannot be written, its store was moved to another place, or `work` fails.
    pub fn write<T, E: From<StoreError>>(
        &self,
        now: Instant,
        work: impl FnOnce(&mut DeskWriter<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut connection =
            self.begun("BEGIN IMMEDIATE", |connection| connection.batch("BEGIN"))?;
        let result = self.transaction(&mut connection, now, work);
        if result.is_ok() || connection.batch("ROLLBACK").is_ok() {
            self.keep(connection);
        }
        result
    }

    fn transaction<T, E: From<StoreError>>(
        &self,
        connection: &mut Connection,
        now: Instant,
        work: impl FnOnce(&mut DeskWriter<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let head = read::head(connection, true)?;
        moving::refuse_moved(connection)?;
        let mut writer = DeskWriter::new(connection, self.suite, head, now);
        let value = work(&mut writer)?;
        writer.keep_head()?;
        connection.batch("COMMIT")?;
        Ok(value)
    }

    fn begun(
        &self,
        sqlite: &str,
        postgres: impl Fn(&mut Connection) -> Result<()>,
    ) -> Result<Connection> {
        let begin = |connection: &mut Connection| match connection {
            Connection::Sqlite(_) => connection.batch(sqlite),
            Connection::Postgres(_) => postgres(connection),
        };
        let idle = lock(&self.idle).pop();
        if let Some(mut connection) = idle {
            match begin(&mut connection) {
                Ok(()) => return Ok(connection),
                Err(StoreError::Lost(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let mut connection = open(&self.url)?;
        begin(&mut connection)?;
        Ok(connection)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = lock(&self.idle);
        if idle.len() < IDLE {
            idle.push(connection);
        }
    }

    /// Does to the chain what nobody should; for tests.
    ///
    /// # Errors
    /// The desk cannot be written.
    #[cfg(feature = "testing")]
    pub fn damage(&self, damage: Damage) -> Result<()> {
        open(&self.url)?.batch(&match damage {
            Damage::Alter(no) => format!("UPDATE audit SET detail = 'x' WHERE no = {no}"),
            Damage::Remove(no) => format!("DELETE FROM audit WHERE no = {no}"),
            Damage::CutAfter(no) => format!("DELETE FROM audit WHERE no > {no}"),
            Damage::AlterRead(no) => format!("UPDATE access SET basis = 'x' WHERE no = {no}"),
            Damage::RemoveRead(no) => format!("DELETE FROM access WHERE no = {no}"),
            Damage::Format1 => "DROP TABLE access; DROP TABLE access_head; DROP TABLE identity; \
                 DROP TABLE journey; DROP TABLE courier; DROP TABLE notice; DROP TABLE delivery; \
                 DROP TABLE contact; DROP TABLE notice_choice; DROP TABLE webhook; \
                 UPDATE desk_head SET format = 1"
                .to_owned(),
        })
    }

    /// Checks the chain of acts from the first to the last, and names the first that does not hold.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn check_audit(&self) -> Result<AuditChecked> {
        self.read(|reader| reader.check_audit())
    }
}

/// Opens the desk at its own address, and makes its tables where there are none.
pub(crate) fn open(url: &StoreUrl) -> Result<Connection> {
    // Few rows: the small cache of a reader is enough.
    let mut connection = Connection::open(url, Purpose::Read)?;
    if !schema::has(&mut connection, "desk_head")? {
        connection.begin_alone()?;
        // Another process may have made it meanwhile.
        if !schema::has(&mut connection, "desk_head")? {
            create(&mut connection)?;
            write::found(&mut connection)?;
        }
        connection.batch("COMMIT")?;
    }
    upgrade(&mut connection)?;
    let found = read::format(&mut connection)?;
    if found != FORMAT {
        return Err(StoreError::Format { found, known: FORMAT });
    }
    Ok(connection)
}

/// Brings the tables of an older format to the present one.
pub(crate) fn upgrade(connection: &mut Connection) -> Result<()> {
    if read::format(connection)? >= FORMAT {
        return Ok(());
    }
    connection.begin_alone()?;
    // Another process may have done it meanwhile, and what a backup brought back has the tables already.
    if (1..FORMAT).contains(&read::format(connection)?) {
        make_missing(connection, tables::since_format_2())?;
        identity::to_format_3(connection)?;
        write::upgrade(connection)?;
    }
    connection.batch("COMMIT")
}

/// Makes those of the tables that are not there.
fn make_missing(
    connection: &mut Connection,
    tables: impl Iterator<Item = &'static schema::Table>,
) -> Result<()> {
    let sqlite = matches!(connection, Connection::Sqlite(_));
    for table in tables {
        if !schema::has(connection, table.name)? {
            connection.batch(&table.statements(sqlite).join(";\n"))?;
        }
    }
    Ok(())
}

fn create(connection: &mut Connection) -> Result<()> {
    let sqlite = matches!(connection, Connection::Sqlite(_));
    let made = tables::TABLES.iter().flat_map(|table| table.statements(sqlite));
    connection.batch(&made.collect::<Vec<_>>().join(";\n"))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A connection is taken out before it is used, so a panic leaves the list whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

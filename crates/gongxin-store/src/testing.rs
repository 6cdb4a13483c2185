//! Places for stores in tests, and PostgreSQL from the binaries that Debian installs; never part of the program.
//!
//! The server listens on a free port of the loopback address, keeps its files in a temporary
//! directory and does not care for a power cut. PostgreSQL refuses to run as root, so root starts
//! it as the user `postgres`, whom the package makes.

mod place;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};

pub use place::{Engine, Place, founding};

use crate::cell::Cell;
use crate::connection::{Column, Connection, Purpose, pragmas};
use crate::schema::{TABLES, Table};
use crate::{StoreError, StoreUrl};

const MISSING: &str = "tests need PostgreSQL: `apt-get install postgresql`, or name a server in \
                       GONGXIN_TEST_POSTGRES=postgres://USER@HOST/DATABASE";

/// A server that lives as long as this value.
#[derive(Debug)]
pub struct TestServer {
    directory: PathBuf,
    control: PathBuf,
    as_root: bool,
    port: u16,
}

impl TestServer {
    /// Starts a server with its files under the directory, which must not exist yet.
    ///
    /// # Errors
    /// PostgreSQL is not installed (the message says what to install) or does not start.
    pub fn start(directory: &Path) -> Result<Self, StoreError> {
        Self::start_with(directory, "off")
    }

    /// Starts a server that has the disk confirm every commit, as one in service does: to measure
    /// with.
    ///
    /// # Errors
    /// As [`TestServer::start`].
    pub fn start_durable(directory: &Path) -> Result<Self, StoreError> {
        Self::start_with(directory, "on")
    }

    fn start_with(directory: &Path, fsync: &str) -> Result<Self, StoreError> {
        let binaries = binaries().ok_or_else(|| failed(MISSING))?;
        let as_root = run(Command::new("id").arg("-u"))? == "0";
        std::fs::create_dir_all(directory).map_err(failed)?;
        if as_root {
            run(Command::new("chown").arg("postgres").arg(directory))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .map_err(failed)?
            .port();
        let control = binaries.join("pg_ctl");
        let server = Self { directory: directory.to_owned(), control, as_root, port };
        let data = server.data();
        run(server
            .as_owner(&binaries.join("initdb"))
            .args(["--no-sync", "--auth=trust", "--username=gongxin", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--pgdata"])
            .arg(&data))?;
        let options = format!(
            "-p {port} -k {0} -c listen_addresses=127.0.0.1 -c fsync={fsync} -c max_connections=200 \
             -c shared_buffers=256MB -c max_wal_size=4GB -c autovacuum=on",
            directory.display()
        );
        run(server
            .as_owner(&server.control)
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(&data)
            .arg("--log")
            .arg(directory.join("server.log"))
            .args(["--options", &options]))?;
        Ok(server)
    }

    /// The address of its first database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://gongxin@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops at once, as if the machine had lost its power, and starts again.
    ///
    /// # Errors
    /// It does not start again.
    pub fn restart(&self) -> Result<(), StoreError> {
        run(self
            .as_owner(&self.control)
            .args(["restart", "--wait", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.data())
            .arg("--log")
            .arg(self.directory.join("server.log")))
        .map(drop)
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn as_owner(&self, program: &Path) -> Command {
        if !self.as_root {
            return Command::new(program);
        }
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command.current_dir(&self.directory);
        command
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let stopped = run(self
            .as_owner(&self.control)
            .args(["stop", "--silent", "--mode=immediate", "--pgdata"])
            .arg(self.data()));
        if stopped.is_ok() {
            let _ = std::fs::remove_dir_all(&self.directory);
        }
    }
}

/// A program that comes with the newest installed server.
#[must_use]
pub fn server_program(name: &str) -> Option<PathBuf> {
    binaries().map(|directory| directory.join(name))
}

/// What the writing connection to SQLite is told first: for a load that is measured against ours.
#[must_use]
pub fn sqlite_pragmas() -> String {
    pragmas(Purpose::Write)
}

/// The directory with the newest installed server's programs.
fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, path)| path.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().map(|(_, path)| path)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn failed(why: impl ToString) -> StoreError {
    StoreError::Engine(why.to_string())
}

fn run(command: &mut Command) -> Result<String, StoreError> {
    let name = format!("{command:?}");
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| failed(format!("{name}: {error}")))?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).trim().to_owned());
    }
    Err(failed(format!("{name}: {}", String::from_utf8_lossy(&stderr))))
}

/// Makes an empty database on the server of the address and gives its address.
///
/// # Errors
/// The server cannot be reached; the message says what to install.
pub fn fresh_database(server: &str) -> Result<StoreUrl, StoreError> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut client = postgres::Client::connect(server, postgres::NoTls)
        .map_err(|error| failed(format!("{error}; {MISSING}")))?;
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("gongxin_{}_{number}", std::process::id());
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"))?;
    let (address, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(StoreUrl::Postgres(format!("{address}/{name}")))
}

/// Every text and every byte string of every table, compressed ones also unpacked where they need
/// no dictionary: to prove that something stands nowhere.
///
/// # Errors
/// The store cannot be read.
pub fn every_value(url: &StoreUrl) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut connection = Connection::open(url, Purpose::Read)?;
    let mut values = Vec::new();
    for table in TABLES {
        let sql = format!("SELECT {} FROM {}", table.column_names(), table.name);
        connection.stream(&sql, &[], &mut |row| {
            for cell in row.rest() {
                match cell {
                    Cell::Text(text) => values.push(text.into_bytes()),
                    Cell::Blob(bytes) => {
                        values.extend(zstd::stream::decode_all(bytes.as_slice()));
                        values.push(bytes);
                    }
                    _ => {}
                }
            }
            Ok(())
        })?;
    }
    Ok(values)
}

/// Cuts every other connection to a database on PostgreSQL, as a fallen server or network does,
/// and waits until they are gone.
///
/// # Errors
/// The server cannot be reached.
pub fn cut_connections(url: &StoreUrl) -> Result<(), StoreError> {
    let StoreUrl::Postgres(url) = url else {
        return Ok(());
    };
    const WAIT_MILLISECONDS: i64 = 20_000;
    postgres::Client::connect(url, postgres::NoTls)?.query(
        "SELECT pg_terminate_backend(pid, $1) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
        &[&WAIT_MILLISECONDS],
    )?;
    Ok(())
}

/// Removes a database that [`fresh_database`] made.
///
/// # Errors
/// The server cannot be reached.
pub fn drop_database(server: &str, url: &StoreUrl) -> Result<(), StoreError> {
    let StoreUrl::Postgres(url) = url else {
        return Ok(());
    };
    let (_, name) = url.rsplit_once('/').unwrap_or(("", url));
    let mut client = postgres::Client::connect(server, postgres::NoTls)?;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))?;
    Ok(())
}

/// The names of all tables, of the store and of its desk.
#[must_use]
pub fn table_names() -> Vec<&'static str> {
    TABLES.iter().chain(crate::desk::tables()).map(|table| table.name).collect()
}

/// Every text and every byte string of each table, of the desk as well, as [`every_value`] gives them.
///
/// # Errors
/// The store cannot be read.
pub fn values_by_table(url: &StoreUrl) -> Result<Vec<(&'static str, Vec<Vec<u8>>)>, StoreError> {
    let mut found = Vec::new();
    for (place, tables) in places(url) {
        let mut connection = Connection::open(&place, Purpose::Read)?;
        for table in tables {
            let mut values = Vec::new();
            if crate::schema::has(&mut connection, table.name)? {
                let sql = format!("SELECT {} FROM {}", table.column_names(), table.name);
                connection.stream(&sql, &[], &mut |row| {
                    row.rest().into_iter().for_each(|cell| values.extend(bytes_of(cell)));
                    Ok(())
                })?;
            }
            found.push((table.name, values));
        }
    }
    Ok(found)
}

fn places(url: &StoreUrl) -> [(StoreUrl, &'static [Table]); 2] {
    [(url.clone(), TABLES), (crate::desk::place(url), crate::desk::tables())]
}

fn bytes_of(cell: Cell) -> Vec<Vec<u8>> {
    match cell {
        Cell::Text(text) => vec![text.into_bytes()],
        Cell::Blob(bytes) => {
            let unpacked = zstd::stream::decode_all(bytes.as_slice());
            unpacked.into_iter().chain([bytes]).collect()
        }
        _ => Vec::new(),
    }
}

/// Puts a text into the first row of a table, or into one that is made for it; for tests that prove that
/// it would be found. It goes into the column named, else into the first of texts or bytes, rather one
/// that is no part of the key. False where the table is not there or has numbers alone.
///
/// # Errors
/// The store cannot be written.
pub fn plant(
    url: &StoreUrl,
    table: &str,
    column: Option<&str>,
    text: &str,
) -> Result<bool, StoreError> {
    for (place, tables) in places(url) {
        let Some(table) = tables.iter().find(|one| one.name == table) else {
            continue;
        };
        let mut connection = Connection::open(&place, Purpose::Write)?;
        let Some(column) = column.or_else(|| plantable(table)) else {
            return Ok(false);
        };
        if !crate::schema::has(&mut connection, table.name)? {
            return Ok(false);
        }
        let of = |(name, kind): &(&str, Column)| match kind {
            Column::Int | Column::Short => Cell::Int(1),
            Column::Text if *name == column => text.into(),
            Column::Text => "x".into(),
            Column::Blob if *name == column => text.as_bytes().into(),
            Column::Blob => [0; 16].into(),
        };
        let Some(row) = connection.first(&table.select_from(None), &[])? else {
            table.insert(&mut connection, vec![table.columns.iter().map(of).collect()])?;
            return Ok(true);
        };
        let row = row.rest();
        let planted = table.columns.iter().find(|(name, _)| *name == column).map(of);
        let mut cells = vec![planted.unwrap_or(Cell::Null)];
        cells.extend(table.key_places().into_iter().filter_map(|place| row.get(place).cloned()));
        let keys = table.key.split(", ").zip(2..).map(|(key, nth)| format!("{key} = ${nth}"));
        let keys: Vec<String> = keys.collect();
        let sql = format!("UPDATE {} SET {column} = $1 WHERE {}", table.name, keys.join(" AND "));
        return Ok(connection.execute(&sql, &cells)? == 1);
    }
    Ok(false)
}

/// The column of a table that takes a text.
fn plantable(table: &Table) -> Option<&'static str> {
    let keys: Vec<&str> = table.key.split(", ").collect();
    let mut columns: Vec<&(&'static str, Column)> = table.columns.iter().collect();
    let rank = |kind: Column| matches!(kind, Column::Blob);
    columns.retain(|(_, kind)| matches!(kind, Column::Text | Column::Blob));
    columns.sort_by_key(|(name, kind)| (keys.contains(name), rank(*kind)));
    columns.first().map(|(name, _)| *name)
}

/// Lets a standing whose summary has a text say that it is shown, as one would that nobody ended; for
/// tests that prove that it would be found.
///
/// # Errors
/// The store cannot be written.
pub fn show_again(url: &StoreUrl, text: &str) -> Result<(), StoreError> {
    let mut connection = Connection::open(url, Purpose::Write)?;
    let sql = "SELECT no FROM word WHERE text = 'published'";
    let word = connection.one(sql, &[], |mut row| row.int())?.unwrap_or(0);
    let sql = "UPDATE standing SET publication = $1, shown_until = 29991231 WHERE summary LIKE $2";
    connection.execute(sql, &[word.into(), format!("%{text}%").into()]).map(drop)
}

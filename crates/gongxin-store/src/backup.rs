//! A backup: all rows of all tables of one snapshot in one compressed file, for either engine.
//!
//! The file is a line that names its format, then a zstd stream: the store's content (see
//! `content.rs`) and its digest; behind it the desk, where there is one, with a digest of its own. What is
//! restored is committed only when both digests are right.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::connection::{Connection, Purpose};
use crate::content::{Contents, In, Out};
use crate::desk;
use crate::schema::{self, Table};
use crate::store::read_founding;
use crate::{Store, StoreError, StoreUrl};

/// The first line of the file; the number grows where the tables of an older file do not fit.
const TITLE: &[u8] = b"gongxin-backup 2\n";
const LEVEL: i32 = 3;
/// Rows that are inserted at once.
const ROWS: usize = 5_000;

/// Told now and then: the table, and the rows of it moved so far.
pub type Progress<'a> = dyn FnMut(&str, u64) + 'a;

/// Writes a backup of the store as it is now; others go on writing meanwhile. The file appears
/// under its name when it is complete.
///
/// # Errors
/// The store cannot be read, or the file not written.
pub fn backup(
    store: &Store,
    to: &Path,
    progress: &mut Progress<'_>,
) -> Result<Contents, StoreError> {
    let unfinished = beside(to, "unfinished");
    let written = |error: std::io::Error| file_error("writing the backup", to, &error);
    let mut file = BufWriter::new(File::create(&unfinished).map_err(written)?);
    file.write_all(TITLE).map_err(written)?;
    let mut out = Out::new(zstd::stream::Encoder::new(file, LEVEL).map_err(written)?);
    store.read(|reader| {
        out.tables(reader.connection, &written, &mut |table, rows| {
            progress(table, rows);
            Ok(())
        })
    })?;
    let (mut stream, contents) = out.end();
    stream.write_all(&contents.digest.0).map_err(written)?;
    // After the archive: so every account that an entry names is in it.
    let stream = desk::back_up(store.url(), stream, &written)?;
    let file = stream.finish().map_err(written)?;
    let file = file.into_inner().map_err(|error| written(error.into_error()))?;
    file.sync_all().map_err(written)?;
    std::fs::rename(&unfinished, to).map_err(written)?;
    Ok(contents)
}

/// Restores a backup to an address where there is no store yet, on either engine. The instance key
/// of the fingerprint must be that of the store that was backed up.
///
/// # Errors
/// There is a store already, the file is damaged or of another format, the key another's (nothing
/// is restored then), or the database cannot be written.
pub fn restore(
    from: &Path,
    url: &StoreUrl,
    key_fingerprint: &str,
    progress: &mut Progress<'_>,
) -> Result<Contents, StoreError> {
    match url {
        StoreUrl::Sqlite(path) => {
            if path.exists() {
                return Err(StoreError::Occupied(url.to_string()));
            }
            let desk = file_of(&desk::place(url));
            if desk.as_ref().is_some_and(|desk| desk.exists()) {
                return Err(StoreError::Occupied(desk::place(url).to_string()));
            }
            let unfinished = beside(path, "unfinished");
            let beside = StoreUrl::Sqlite(unfinished.clone());
            let unfinished_desk = file_of(&desk::place(&beside));
            let remove = || {
                for file in [Some(&unfinished), unfinished_desk.as_ref()].into_iter().flatten() {
                    let _ = std::fs::remove_file(file);
                }
            };
            remove();
            let mut connection = Connection::open(&beside, Purpose::Write)?;
            // Until the file has its name nothing depends on it. Indexes of a large store are not
            // sorted in memory.
            connection.batch(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE",
            )?;
            let contents = read_all(from, &beside, &mut connection, key_fingerprint, progress);
            drop(connection);
            if contents.is_err() {
                remove();
            }
            let contents = contents?;
            let moved = |error: std::io::Error| file_error("restoring to", path, &error);
            File::open(&unfinished).and_then(|file| file.sync_all()).map_err(moved)?;
            // The desk first: a store whose accounts are missing would look whole.
            if let (Some(from), Some(to)) = (unfinished_desk.filter(|file| file.exists()), desk) {
                std::fs::rename(from, to).map_err(moved)?;
            }
            std::fs::rename(&unfinished, path).map_err(moved)?;
            Ok(contents)
        }
        StoreUrl::Postgres(_) => {
            let mut connection = Connection::open(url, Purpose::Write)?;
            if schema::exists(&mut connection)? {
                return Err(StoreError::Occupied(url.to_string()));
            }
            read_all(from, url, &mut connection, key_fingerprint, progress)
        }
    }
}

/// Reads a whole backup in one transaction.
fn read_all(
    from: &Path,
    url: &StoreUrl,
    connection: &mut Connection,
    key_fingerprint: &str,
    progress: &mut Progress<'_>,
) -> Result<Contents, StoreError> {
    let read = |error: std::io::Error| file_error("reading the backup", from, &error);
    let mut file = BufReader::new(File::open(from).map_err(read)?);
    let mut title = [0; TITLE.len()];
    file.read_exact(&mut title).map_err(read)?;
    if title != TITLE {
        return Err(damaged(from, "it does not begin as a backup of this format does"));
    }
    let mut input = In::new(zstd::stream::Decoder::with_buffer(file).map_err(read)?);
    connection.batch("BEGIN")?;
    schema::create_tables(connection)?;
    loop {
        let name = input.name().map_err(read)?;
        if name.is_empty() {
            break;
        }
        let table = Table::named(&name)
            .map_err(|_| damaged(from, &format!("it holds a table {name} that is unknown")))?;
        read_table(&mut input, connection, table, from, progress)?;
        // It stands first in the file: a wrong key is known at once.
        if table.name == "meta" && read_founding(connection)?.key_fingerprint != key_fingerprint {
            return Err(StoreError::WrongKey);
        }
    }
    let (mut stream, contents) = input.end();
    let mut written = [0; 32];
    stream.read_exact(&mut written).map_err(read)?;
    if written != contents.digest.0 {
        return Err(damaged(from, "its digest is not the one of its content"));
    }
    schema::create_indexes(connection)?;
    let desk = desk::restore(stream, url, &|what| damaged(from, what))?;
    connection.batch("COMMIT")?;
    if let Some(mut desk) = desk {
        desk.batch("COMMIT")?;
    }
    schema::bring_forward(connection)?;
    Ok(contents)
}

fn read_table<R: std::io::Read>(
    input: &mut In<R>,
    connection: &mut Connection,
    table: &'static Table,
    from: &Path,
    progress: &mut Progress<'_>,
) -> Result<(), StoreError> {
    let read = |error: std::io::Error| file_error("reading the backup", from, &error);
    let width = table.columns.len() + 1;
    let (mut moved, mut rows) = (0, Vec::new());
    loop {
        let row = input.row(width).map_err(read)?;
        let more = row.is_some();
        rows.extend(row);
        if rows.len() == ROWS || !more {
            moved += rows.len() as u64;
            table.insert_summed(connection, std::mem::take(&mut rows)).map_err(
                |error| match error {
                    // Rows that do not fit the tables are no rows of a store's.
                    StoreError::Engine(what) => damaged(from, &what),
                    other => other,
                },
            )?;
            progress(table.name, moved);
        }
        if !more {
            input.end_table(table, moved);
            return Ok(());
        }
    }
}

fn file_of(url: &StoreUrl) -> Option<PathBuf> {
    match url {
        StoreUrl::Sqlite(path) => Some(path.clone()),
        StoreUrl::Postgres(_) => None,
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn damaged(file: &Path, what: &str) -> StoreError {
    StoreError::Backup(format!("`{}` cannot be restored: {what}", file.display()))
}

fn file_error(act: &str, file: &Path, error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full;
    }
    StoreError::Backup(format!("{act} `{}`: {error}", file.display()))
}

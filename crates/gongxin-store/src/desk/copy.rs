//! The desk in backups and moves.
//!
//! A backup holds it behind the archive, a move copies it in one transaction. Sessions go nowhere: nobody
//! is signed in at a new place. Keys of the API move, but no backup brings one back.

use std::io::Read;

use gongxin_model::{Digest, Instant};

use super::{Result, access, create, open, place, read, tables, upgrade};
use crate::backup::Progress;
use crate::cell::Cell;
use crate::connection::{Connection, Purpose};
use crate::content::{In, Out};
use crate::schema;
use crate::{StoreError, StoreUrl};

/// True where a store has a desk.
fn is_there(connection: &mut Connection) -> Result<bool> {
    schema::has(connection, "desk_head")
}

/// The connection to a store's desk, where there is one.
fn existing(store: &StoreUrl) -> Result<Option<Connection>> {
    let url = place(store);
    if let StoreUrl::Sqlite(path) = &url
        && !path.exists()
    {
        return Ok(None);
    }
    let mut connection = Connection::open(&url, Purpose::Read)?;
    if !is_there(&mut connection)? {
        return Ok(None);
    }
    upgrade(&mut connection)?;
    Ok(Some(connection))
}

/// Writes the desk of a store behind its archive; nothing where it has none.
pub(crate) fn back_up<W: std::io::Write>(
    store: &StoreUrl,
    stream: W,
    failed: &dyn Fn(std::io::Error) -> StoreError,
) -> Result<W> {
    let mut out = Out::new(stream);
    let Some(mut connection) = existing(store)? else {
        return Ok(out.end().0);
    };
    connection.batch(match connection {
        Connection::Sqlite(_) => "BEGIN DEFERRED",
        Connection::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    })?;
    out.these(&mut connection, tables::lasting(), failed, &mut |_, _| Ok(()))?;
    connection.batch("COMMIT")?;
    let (mut stream, contents) = out.end();
    stream.write_all(&contents.digest.0).map_err(failed)?;
    Ok(stream)
}

/// Reads a desk from behind an archive into new tables at its place, where there is one. The caller
/// commits what comes back.
pub(crate) fn restore<R: Read>(
    stream: R,
    store: &StoreUrl,
    damaged: &dyn Fn(&str) -> StoreError,
) -> Result<Option<Connection>> {
    let mut stream = std::io::BufReader::new(stream);
    let read = |error: std::io::Error| damaged(&error.to_string());
    if std::io::BufRead::fill_buf(&mut stream).map_err(read)?.is_empty() {
        return Ok(None);
    }
    let mut connection = Connection::open(&place(store), Purpose::Read)?;
    connection.batch("BEGIN")?;
    create(&mut connection)?;
    let mut input = In::new(stream);
    loop {
        let name = input.name().map_err(read)?;
        if name.is_empty() {
            break;
        }
        let table = tables::named(&name)
            .map_err(|_| damaged(&format!("its desk holds a table {name} that is unknown")))?;
        let mut rows = 0;
        while let Some(row) = input.row(table.columns.len() + 1).map_err(read)? {
            rows += 1;
            table.insert_summed(&mut connection, vec![row])?;
        }
        input.end_table(table, rows);
    }
    let (mut rest, contents) = input.end();
    let mut written = [0; 32];
    rest.read_exact(&mut written).map_err(read)?;
    if written != contents.digest.0 {
        return Err(damaged("the digest of its desk is not the one of its content"));
    }
    Ok(Some(connection))
}

/// Copies the desk of a store to that of the place it moves to, in one transaction, unless the place has
/// one that went on from it. The old desk is held meanwhile.
pub(crate) fn migrate(from: &StoreUrl, to: &StoreUrl, progress: &mut Progress<'_>) -> Result<()> {
    let Some(mut old) = existing(from)? else {
        return Ok(());
    };
    old.batch(match old {
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
        Connection::Postgres(_) => {
            "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE desk_head IN EXCLUSIVE MODE"
        }
    })?;
    let mut new = open(&place(to))?;
    new.batch(match new {
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
        Connection::Postgres(_) => "BEGIN; LOCK TABLE desk_head IN EXCLUSIVE MODE",
    })?;
    if !is_beginning(&mut new, &mut old)? {
        new.batch("ROLLBACK")?;
        return old.batch("ROLLBACK");
    }
    for table in tables::TABLES {
        new.batch(&format!("DELETE FROM {}", table.name))?;
    }
    let mut rows = 0;
    for table in tables::moving() {
        old.stream(&table.select_from(None), &[], &mut |row| {
            rows += 1;
            table.insert_summed(&mut new, vec![row.rest()])
        })?;
    }
    progress("desk", rows);
    new.batch("COMMIT")?;
    old.batch("ROLLBACK")
}

/// True where the acts and reads of the one are the beginning of those of the other: it did not go on by
/// itself.
fn is_beginning(one: &mut Connection, other: &mut Connection) -> Result<bool> {
    let head = read::head(one, false)?;
    let reads = access::next_access(one)?;
    let mut is_same = |sql: &str, next: i64| {
        let last = |connection: &mut Connection| {
            let row = connection.first(sql, &[Cell::Int(next - 1)])?;
            row.map(|mut row| row.fixed().map(Digest)).transpose()
        };
        Ok::<_, StoreError>(next == 1 || last(one)? == last(other)?)
    };
    Ok(is_same("SELECT digest FROM audit WHERE no = $1", head.next_audit)?
        && is_same("SELECT digest FROM access WHERE no = $1", reads)?)
}

/// Marks the desk of a store that was left, where that is a file of its own.
pub(crate) fn moved_mark(from: &StoreUrl, to: &StoreUrl, now: Instant) -> Result<()> {
    let (StoreUrl::Sqlite(_), Some(mut desk)) = (from, existing(from)?) else {
        return Ok(());
    };
    if schema::has(&mut desk, "moved")? {
        return Ok(());
    }
    desk.batch("BEGIN IMMEDIATE; CREATE TABLE moved (place TEXT NOT NULL, at BIGINT NOT NULL)")?;
    let cells = [to.to_string().into(), now.into()];
    desk.execute("INSERT INTO moved VALUES ($1, $2)", &cells)?;
    desk.batch("COMMIT")
}

/// Opens the desk of a store that is opened to writing again.
pub(crate) fn reopened(store: &StoreUrl) -> Result<()> {
    match (store, existing(store)?) {
        (StoreUrl::Sqlite(_), Some(mut desk)) => desk.batch("DROP TABLE IF EXISTS moved"),
        _ => Ok(()),
    }
}

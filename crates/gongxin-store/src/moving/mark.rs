//! Two marks, each a table beside those of the store: `moving` in a place that is not whole yet,
//! `moved` in a store that was left. No backup carries them.

use gongxin_model::Instant;

use super::{Move, Result};
use crate::connection::{Connection, Purpose};
use crate::desk;
use crate::schema;
use crate::{Store, StoreError, StoreUrl};

/// What stands in a place that is not whole yet.
pub(super) struct Half {
    platform: String,
    format: i64,
    from: String,
}

impl Half {
    /// True where this is what was begun, by a program that makes the same tables.
    pub(super) fn is_of(&self, store: &Store) -> bool {
        self.platform == store.founding().platform.to_string() && self.format == schema::FORMAT
    }

    /// The error that names it.
    pub(super) fn refused(self, place: &StoreUrl) -> StoreError {
        StoreError::HalfMoved { place: place.to_string(), from: self.from }
    }
}

/// Refuses a place that is not whole yet.
pub(crate) fn refuse_half(connection: &mut Connection, place: &StoreUrl) -> Result<()> {
    match of_half(connection)? {
        Some(half) => Err(half.refused(place)),
        None => Ok(()),
    }
}

/// What was begun here, if anything was and is not finished.
pub(super) fn of_half(connection: &mut Connection) -> Result<Option<Half>> {
    if !schema::has(connection, "moving")? {
        return Ok(None);
    }
    let row = connection.first("SELECT platform, format, origin FROM moving", &[])?;
    let mut row = row.ok_or_else(|| StoreError::corrupt("the mark of a move is empty"))?;
    Ok(Some(Half { platform: row.text()?, format: row.int()?, from: row.text()? }))
}

/// Marks a place that is being filled from the store.
pub(super) fn begin(connection: &mut Connection, from: &Store) -> Result<()> {
    connection.batch(
        "CREATE TABLE moving (platform TEXT NOT NULL, format BIGINT NOT NULL, origin TEXT NOT NULL)",
    )?;
    let cells = [
        from.founding().platform.to_string().into(),
        schema::FORMAT.into(),
        from.url().to_string().into(),
    ];
    connection.execute("INSERT INTO moving VALUES ($1, $2, $3)", &cells)?;
    Ok(())
}

/// Takes that mark away.
pub(super) fn end(connection: &mut Connection) -> Result<()> {
    connection.batch("DROP TABLE moving")
}

/// True where there is no table at all, ours or another's. What extensions bring does not count.
pub(super) fn is_empty(connection: &mut Connection) -> Result<bool> {
    let sql = match connection {
        Connection::Sqlite(_) => "SELECT name FROM sqlite_schema LIMIT 1",
        Connection::Postgres(_) => {
            "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() AND NOT EXISTS \
             (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') LIMIT 1"
        }
    };
    Ok(connection.first(sql, &[])?.is_none())
}

/// True where the store was left.
pub(super) fn is_moved(connection: &mut Connection) -> Result<bool> {
    schema::has(connection, "moved")
}

/// Refuses to write to a store that was left.
pub(crate) fn refuse_moved(connection: &mut Connection) -> Result<()> {
    if !is_moved(connection)? {
        return Ok(());
    }
    let row = connection.first("SELECT place, at FROM moved", &[])?;
    let mut row = row.ok_or_else(|| StoreError::corrupt("the mark of a move is empty"))?;
    Err(StoreError::Moved { to: row.text()?, day: Instant(row.int()?).day() })
}

/// Refuses a store that was moved to another place than this.
pub(super) fn refuse_elsewhere(old: &mut Connection, place: &StoreUrl) -> Result<()> {
    match refuse_moved(old) {
        Err(StoreError::Moved { to, .. }) if to == place.to_string() => Ok(()),
        other => other,
    }
}

/// Marks the store that was left, in the transaction that holds it.
pub(super) fn close(old: &mut Connection, ask: &Move<'_>) -> Result<()> {
    old.batch("CREATE TABLE moved (place TEXT NOT NULL, at BIGINT NOT NULL)")?;
    let cells = [ask.to.to_string().into(), ask.now.into()];
    old.execute("INSERT INTO moved VALUES ($1, $2)", &cells)?;
    Ok(())
}

/// Opens a store to writing that was left. Says whether it was closed.
///
/// # Errors
/// There is no store, or it cannot be written.
pub fn reopen(store: &Store) -> Result<bool> {
    let mut connection = Connection::open(store.url(), Purpose::Write)?;
    let was_closed = is_moved(&mut connection)?;
    connection.batch("DROP TABLE IF EXISTS moved")?;
    desk::reopened(store.url())?;
    Ok(was_closed)
}

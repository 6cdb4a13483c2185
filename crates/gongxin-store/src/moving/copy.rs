//! The rows of a table, from one connection to the other: one thread reads, the other writes.

use std::sync::mpsc::{SyncSender, sync_channel};

use super::{Move, Place, Result};
use crate::StoreError;
use crate::backup::Progress;
use crate::cell::Cell;
use crate::connection::{Connection, Ready};
use crate::schema::Table;

/// Bytes of a transaction's texts and byte strings, at most one row more.
const BYTES: usize = 8 << 20;
/// Chunks that wait between reading and writing.
const WAITING: usize = 1;

/// Rows on their way.
struct Chunk {
    rows: u64,
    ready: Ready,
    /// The key of the last of them.
    last: Vec<Cell>,
}

/// Makes rows ready for a kind of connection.
type Make = fn(&Table, Vec<Vec<Cell>>) -> Result<Ready>;

/// Moves the rows of a table that are behind the last one there; says how many.
pub(super) fn copy(
    ask: &Move<'_>,
    old: &mut Connection,
    place: &mut Place,
    table: &'static Table,
    progress: &mut Progress<'_>,
) -> Result<u64> {
    let mut last = table.last_key(&mut place.connection)?;
    let (after, make, most) = (last.clone(), place.connection.make(), ask.rows);
    let mut rows = 0;
    progress(table.name, rows);
    std::thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        scope.spawn(move || {
            if let Err(error) = read(old, table, after.as_deref(), (make, most), &send) {
                // Nobody hears it where the other side has failed itself.
                let _ = send.send(Err(error));
            }
        });
        for chunk in receive {
            let chunk = chunk?;
            ask.go_on()?;
            write(ask, place, table, last.as_deref(), &chunk)?;
            last = Some(chunk.last);
            rows += chunk.rows;
            progress(table.name, rows);
        }
        Ok(rows)
    })
}

/// Writes a chunk behind the row that was the last, in one transaction.
fn write(
    ask: &Move<'_>,
    place: &mut Place,
    table: &Table,
    last: Option<&[Cell]>,
    chunk: &Chunk,
) -> Result<()> {
    place.transaction()?;
    if table.last_key(&mut place.connection)?.as_deref() != last {
        // Another process goes on with the same move.
        place.connection.batch("ROLLBACK")?;
        return Err(StoreError::Locked);
    }
    table.insert_ready(&mut place.connection, &chunk.ready)?;
    place.commit(ask)
}

/// Reads the rows behind a key and makes them ready, chunk by chunk.
fn read(
    old: &mut Connection,
    table: &Table,
    after: Option<&[Cell]>,
    (make, most): (Make, usize),
    send: &SyncSender<Result<Chunk>>,
) -> Result<()> {
    let places = table.key_places();
    let (mut rows, mut bytes) = (Vec::new(), 0);
    let pass = |rows: Vec<Vec<Cell>>| {
        let Some(last) = rows.last() else {
            return Ok(());
        };
        let last = places.iter().filter_map(|place| last.get(*place).cloned()).collect();
        let chunk = Chunk { rows: rows.len() as u64, ready: make(table, rows)?, last };
        send.send(Ok(chunk)).map_err(|_| StoreError::Stopped)
    };
    old.stream(&table.select_from(after), after.unwrap_or_default(), &mut |row| {
        let row = row.rest();
        bytes += row.iter().map(Cell::size).sum::<usize>();
        rows.push(row);
        if rows.len() == most || bytes >= BYTES {
            bytes = 0;
            pass(std::mem::take(&mut rows))?;
        }
        Ok(())
    })?;
    pass(rows)
}

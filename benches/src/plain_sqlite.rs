//! A plain load of a store's rows into a fresh SQLite file, by nothing but SQLite.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use gongxin_store::testing::sqlite_pragmas;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::intake::{Size, TableBytes, in_order, part};

/// A table to load: how to read it and how to fill it.
struct Table {
    select: String,
    insert: String,
    width: usize,
    part: u64,
}

/// Loads the rows of the full store into an empty file with the same tables and indexes, and says
/// how many seconds that took. Reading is not counted.
pub(crate) fn load(full: &Path, empty: &Path) -> Result<f64> {
    let source = Connection::open(full)?;
    let target = Connection::open(empty)?;
    let page_size: u32 = source.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    target.execute_batch(&format!("PRAGMA page_size={page_size}; {}", sqlite_pragmas()))?;
    target.set_prepared_statement_cache_capacity(128);
    for sql in texts(&source, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")?
    {
        target.execute_batch(&sql).with_context(|| sql.clone())?;
    }
    let transactions = count(&source, "(SELECT DISTINCT at FROM entry)")?;
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let names = texts(&source, tables)?;
    let tables =
        names.iter().map(|name| table(&source, name, transactions)).collect::<Result<Vec<_>>>()?;
    let mut selects =
        tables.iter().map(|table| source.prepare(&table.select)).collect::<Result<Vec<_>, _>>()?;
    let mut cursors =
        selects.iter_mut().map(|select| select.query([])).collect::<Result<Vec<_>, _>>()?;
    let mut seconds = 0.0;
    loop {
        let mut parts = Vec::new();
        for (table, cursor) in tables.iter().zip(&mut cursors) {
            parts.push(rows(table, cursor)?);
        }
        if parts.iter().all(Vec::is_empty) {
            for name in &names {
                let (full, loaded) = (count(&source, name)?, count(&target, name)?);
                ensure!(full == loaded, "{name} has {full} rows, and {loaded} were loaded");
            }
            return Ok(seconds);
        }
        let start = Instant::now();
        target.execute_batch("BEGIN IMMEDIATE")?;
        for (table, rows) in tables.iter().zip(&parts) {
            let mut insert = target.prepare_cached(&table.insert)?;
            for row in rows.chunks(table.width) {
                insert.execute(params_from_iter(row))?;
            }
        }
        target.execute_batch("COMMIT")?;
        seconds += start.elapsed().as_secs_f64();
    }
}

fn table(source: &Connection, name: &str, transactions: u64) -> Result<Table> {
    let columns = texts(source, &format!("SELECT name FROM pragma_table_info('{name}')"))?;
    let marks = vec!["?"; columns.len()].join(", ");
    let names = columns.join(", ");
    Ok(Table {
        select: format!("SELECT {names} FROM {name}{}", in_order(&columns)),
        insert: format!("INSERT INTO {name} ({names}) VALUES ({marks})"),
        width: columns.len(),
        part: part(count(source, name)?, transactions),
    })
}

/// The cells of the next part's rows, one after the other.
fn rows(table: &Table, cursor: &mut rusqlite::Rows<'_>) -> Result<Vec<Value>> {
    let mut cells = Vec::new();
    for _ in 0..table.part {
        let Some(row) = cursor.next()? else {
            break;
        };
        for column in 0..table.width {
            cells.push(row.get(column)?);
        }
    }
    Ok(cells)
}

fn texts(connection: &Connection, sql: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?)
}

fn count(connection: &Connection, table: &str) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM {table}");
    let count: i64 = connection.query_row(&sql, [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// What the store takes on the disk, after its log was carried over into the file.
pub(crate) fn size(path: &Path) -> Result<Size> {
    let connection = Connection::open(path)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let mut statement = connection.prepare(
        "SELECT s.tbl_name, sum(d.pgsize), sum(iif(s.type = 'index', d.pgsize, 0)) \
         FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = TRUE \
         GROUP BY s.tbl_name",
    )?;
    let bytes = |row: &rusqlite::Row<'_>, place| {
        Ok::<_, rusqlite::Error>(row.get::<_, i64>(place)?.unsigned_abs())
    };
    let tables = statement.query_map([], |row| {
        Ok(TableBytes { name: row.get(0)?, all: bytes(row, 1)?, indexes: bytes(row, 2)? })
    })?;
    Ok(Size {
        records: count(&connection, "record")?,
        bytes: std::fs::metadata(path)?.len(),
        tables: tables.collect::<Result<Vec<_>, _>>()?,
    })
}

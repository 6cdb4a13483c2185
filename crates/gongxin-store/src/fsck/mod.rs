//! The check of a whole store: every byte that was written is read, and the archive is sealed again.
//!
//! What the office derives (standings, links) it derives again itself; here every row is compared
//! with its checksum, the archive with its log, and the tables with one another.

mod archive;
mod log;
mod relations;

use std::fmt;

use crate::cell::{Cell, checksum};
use crate::connection::Connection;
use crate::schema::{TABLES, Table};
use crate::{Store, StoreError};

use archive::Archive;

/// One thing that is wrong, precisely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The table.
    pub table: &'static str,
    /// The row's key; empty where the table as a whole is meant.
    pub key: String,
    /// The column, or `*` for one of the row's, which one is not known.
    pub column: &'static str,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}: {}", self.table, self.key, self.column, self.what)
    }
}

/// How much was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FsckReport {
    /// Entries sealed again.
    pub entries: u64,
    /// Entries whose content was erased, with the entry that says so.
    pub erased: u64,
    /// Rows of all tables compared with their checksums.
    pub rows: u64,
    /// Pages of the file, on SQLite.
    pub pages: u64,
    /// Of them pages that carry nothing: what stands in them is read by nobody and not checked.
    pub free_pages: u64,
    /// Problems found.
    pub problems: u64,
}

/// Checks a store in one snapshot and names every problem.
///
/// # Errors
/// The store cannot be read at all.
pub fn fsck(store: &Store, found: &mut dyn FnMut(Problem)) -> Result<FsckReport, StoreError> {
    store.read(|reader| {
        let mut report = FsckReport::default();
        let mut problems = 0;
        let mut tell = |problem| {
            problems += 1;
            found(problem);
        };
        engine(reader.connection, &mut tell)?;
        (report.pages, report.free_pages) = pages(reader.connection)?;
        tables(reader.connection, &mut tell)?;
        for table in TABLES {
            report.rows += sums(reader.connection, table, &mut tell)?;
        }
        let mut archive = Archive::new(store.founding(), &mut tell);
        report.entries = archive.check(reader.connection)?;
        report.erased = archive.erased();
        relations::check(reader.connection, &mut tell)?;
        report.problems = problems;
        Ok(report)
    })
}

type Tell<'a> = dyn FnMut(Problem) + 'a;

/// What the engine itself says of its file.
fn engine(connection: &mut Connection, tell: &mut Tell<'_>) -> Result<(), StoreError> {
    let Connection::Sqlite(_) = connection else {
        return Ok(());
    };
    let said = match connection.query("PRAGMA integrity_check(100)", &[]) {
        Ok(rows) => rows.into_iter().map(|mut row| row.text()).collect::<Result<Vec<_>, _>>()?,
        Err(StoreError::Corrupt(what)) => vec![what],
        Err(error) => return Err(error),
    };
    for what in said.into_iter().filter(|what| what != "ok") {
        tell(Problem { table: "file", key: String::new(), column: "*", what });
    }
    Ok(())
}

/// How many pages the file has, and how many of them carry nothing.
fn pages(connection: &mut Connection) -> Result<(u64, u64), StoreError> {
    let Connection::Sqlite(_) = connection else {
        return Ok((0, 0));
    };
    let mut count = |pragma: &str| -> Result<u64, StoreError> {
        let found = connection.first(&format!("PRAGMA {pragma}"), &[])?;
        let count = found.map(|mut row| row.int()).transpose()?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    };
    Ok((count("page_count")?, count("freelist_count")?))
}

/// Compares the statements that made the tables with those that would make them now.
fn tables(connection: &mut Connection, tell: &mut Tell<'_>) -> Result<(), StoreError> {
    let Connection::Sqlite(_) = connection else {
        return Ok(());
    };
    let sql = "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql";
    let found = connection.query(sql, &[])?;
    let found: Result<Vec<(String, String)>, StoreError> =
        found.into_iter().map(|mut row| Ok((row.text()?, row.text()?))).collect();
    let found = found?;
    for table in TABLES {
        for made in table.statements(true) {
            if !found.iter().any(|(_, sql)| *sql == made) {
                let what = format!("is not made as it should be: {made}");
                tell(Problem { table: table.name, key: String::new(), column: "*", what });
            }
        }
    }
    Ok(())
}

/// Compares every row of a table with its checksum.
fn sums(
    connection: &mut Connection,
    table: &'static Table,
    tell: &mut Tell<'_>,
) -> Result<u64, StoreError> {
    let places = table.key_places();
    let mut rows = 0;
    let mut last = String::new();
    let read = connection.stream(&table.select_from(None), &[], &mut |row| {
        rows += 1;
        let mut cells = row.rest();
        last = key_text(&places, &cells);
        let sum = cells.pop();
        if sum != Some(Cell::Int(checksum(&cells))) {
            let what = "the row is not what was written".to_owned();
            tell(Problem { table: table.name, key: last.clone(), column: "*", what });
        }
        Ok(())
    });
    match read {
        Err(StoreError::Corrupt(what)) => {
            let what = format!("cannot be read after this row: {what}");
            tell(Problem { table: table.name, key: last, column: "*", what });
            Ok(rows)
        }
        other => other.map(|()| rows),
    }
}

/// The key of a row for a person: numbers and texts as they are, bytes in hexadecimal.
pub(crate) fn key_text(places: &[usize], cells: &[Cell]) -> String {
    let cell = |place: &usize| match cells.get(*place) {
        Some(Cell::Int(number)) => number.to_string(),
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Blob(bytes)) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        _ => "?".to_owned(),
    };
    places.iter().map(cell).collect::<Vec<_>>().join("/")
}

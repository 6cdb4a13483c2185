//! One connection to either engine: one SQL text, four column types.
//!
//! SQL is written for PostgreSQL (`$1`); for SQLite the dollar becomes a question mark. Words of
//! our own stand for "one of many", `x MANY($1)` and, for bytes, `x MANY_BLOBS($1)`, and for a table
//! `asked` of many values, each once, which a statement that looks up thousands goes through:
//! `EACH_INT($1)`, `EACH_TEXT($1)`, `EACH_BLOB($1)`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::rc::Rc;
use std::time::Duration;

use postgres::Statement;
use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::cell::{Cell, Row};
use crate::schema::Table;
use crate::{StoreError, StoreUrl};

/// How long a writer waits for another on SQLite.
const BUSY: Duration = Duration::from_secs(60);
/// Pages of SQLite in the log before they are carried over into the file: about 160 MB. A random
/// page that is written by many transactions is then carried over once.
const CHECKPOINT_PAGES: u32 = 40_000;

/// What a connection is opened for, and with it how much memory its page cache may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// One of many.
    Read,
    /// The one that writes: the inner pages of all indexes should stay in memory.
    Write,
}

impl Purpose {
    const fn cache_kib(self) -> u32 {
        match self {
            Self::Read => 16 << 10,
            Self::Write => 192 << 10,
        }
    }
}

/// A connection to either engine.
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Postgres>),
}

/// A client of PostgreSQL and the statements that it has prepared: one trip for each later use.
pub(crate) struct Postgres {
    pub(crate) client: postgres::Client,
    statements: BTreeMap<String, Statement>,
}

impl Postgres {
    fn open(url: &str) -> Result<Self, StoreError> {
        let mut client = postgres::Client::connect(url, postgres::NoTls)?;
        // Every query of ours goes by an index, also in a table that grew since the plan was made:
        // the planner is told so instead of guessing from statistics of an empty table. A bitmap
        // for each of thousands of keys costs more than the one row that it finds.
        client.batch_execute(&format!(
            "SET client_min_messages = warning; SET lock_timeout = {}; SET enable_seqscan = off; \
             SET enable_bitmapscan = off; SET enable_hashjoin = off; \
             SET enable_mergejoin = off; SET jit = off",
            BUSY.as_millis()
        ))?;
        Ok(Self { client, statements: BTreeMap::new() })
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&postgres_text(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite",
            Self::Postgres(_) => "Postgres",
        })
    }
}

/// What a connection to SQLite is told first.
pub(crate) fn pragmas(purpose: Purpose) -> String {
    format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
         PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}; \
         PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY; \
         PRAGMA foreign_keys=OFF; PRAGMA cache_size=-{};",
        purpose.cache_kib()
    )
}

impl Connection {
    pub(crate) fn open(url: &StoreUrl, purpose: Purpose) -> Result<Self, StoreError> {
        match url {
            StoreUrl::Sqlite(path) => {
                let connection = rusqlite::Connection::open(path)?;
                connection.busy_timeout(BUSY)?;
                connection.execute_batch(&pragmas(purpose))?;
                // Without this the planner looks at what is bound and plans a kept statement anew
                // whenever that alters: a fifth of the work of a page.
                connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
                connection.set_prepared_statement_cache_capacity(128);
                rusqlite::vtab::array::load_module(&connection)?;
                Ok(Self::Sqlite(connection))
            }
            StoreUrl::Postgres(url) => Ok(Self::Postgres(Box::new(Postgres::open(url)?))),
        }
    }

    /// Runs statements without parameters.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sql)?,
            Self::Postgres(postgres) => postgres.client.batch_execute(sql)?,
        }
        Ok(())
    }

    /// Begins a transaction beside which nobody makes or alters tables.
    pub(crate) fn begin_alone(&mut self) -> Result<(), StoreError> {
        self.batch(match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::Postgres(_) => "BEGIN; SELECT pg_advisory_xact_lock(7305804402)",
        })
    }

    /// Runs a statement and counts the rows it touched.
    pub(crate) fn execute(&mut self, sql: &str, cells: &[Cell]) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_text(sql))?;
                Ok(statement.execute(rusqlite::params_from_iter(cells))? as u64)
            }
            Self::Postgres(postgres) => {
                let cells: Vec<&(dyn ToSql + Sync)> =
                    cells.iter().map(|cell| cell as &(dyn ToSql + Sync)).collect();
                let statement = postgres.prepare(sql)?;
                Ok(postgres.client.execute(&statement, &cells)?)
            }
        }
    }

    /// All rows of an answer.
    pub(crate) fn query(&mut self, sql: &str, cells: &[Cell]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        self.stream(sql, cells, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row of an answer.
    pub(crate) fn first(&mut self, sql: &str, cells: &[Cell]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, cells)?.into_iter().next())
    }

    /// What is made of all rows of an answer.
    pub(crate) fn all<T>(
        &mut self,
        sql: &str,
        cells: &[Cell],
        make: impl Fn(Row) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.query(sql, cells)?.into_iter().map(make).collect()
    }

    /// What is made of the first row of an answer, where there is one.
    pub(crate) fn one<T>(
        &mut self,
        sql: &str,
        cells: &[Cell],
        make: impl Fn(Row) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.first(sql, cells)?.map(make).transpose()
    }

    /// The rows of an answer one by one, without holding them.
    pub(crate) fn stream(
        &mut self,
        sql: &str,
        cells: &[Cell],
        take: &mut dyn FnMut(Row) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        // Of none nothing is found; every statement that asks for one of many asks for that alone.
        if cells.iter().any(Cell::is_none_of_many) {
            return Ok(());
        }
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sqlite_text(sql))?;
                let width = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(cells))?;
                while let Some(row) = rows.next()? {
                    let mut found = Vec::with_capacity(width);
                    for column in 0..width {
                        found.push(sqlite_cell(row.get_ref(column)?)?);
                    }
                    take(Row::new(found))?;
                }
                Ok(())
            }
            Self::Postgres(postgres) => {
                let statement = postgres.prepare(sql)?;
                let mut rows = postgres.client.query_raw(&statement, cells)?;
                while let Some(row) = rows.next()? {
                    let mut found = Vec::with_capacity(row.len());
                    for column in 0..row.len() {
                        found.push(postgres_cell(&row, column)?);
                    }
                    take(Row::new(found))?;
                }
                Ok(())
            }
        }
    }

    /// Prepares a statement and runs nothing.
    #[cfg(test)]
    pub(crate) fn check(&mut self, sql: &str) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection) => connection.prepare(&sqlite_text(sql)).map(drop)?,
            Self::Postgres(postgres) => postgres.prepare(sql).map(drop)?,
        }
        Ok(())
    }

    /// What makes rows ready for this kind of connection.
    pub(crate) fn make(&self) -> fn(&Table, Vec<Vec<Cell>>) -> Result<Ready, StoreError> {
        match self {
            Self::Sqlite(_) => Ready::rows,
            Self::Postgres(_) => Ready::copy,
        }
    }

    /// Inserts many rows of so many columns: prepared single inserts on SQLite, binary COPY on
    /// PostgreSQL.
    pub(crate) fn insert(
        &mut self,
        table: &str,
        names: &str,
        width: usize,
        rows: &Ready,
    ) -> Result<(), StoreError> {
        match (self, rows) {
            (_, Ready::Rows(rows)) if rows.is_empty() => {}
            (Self::Sqlite(connection), Ready::Rows(rows)) => {
                let whole = rows.len() - rows.len() % ROWS_AT_ONCE;
                let (many, few) = rows.split_at(whole);
                for (part, at_once) in [(many, ROWS_AT_ONCE), (few, 1)] {
                    if part.is_empty() {
                        continue;
                    }
                    let sql = insertion(table, names, (at_once, width));
                    let mut statement = connection.prepare_cached(&sql)?;
                    for rows in part.chunks(at_once) {
                        let cells = rows.iter().flatten();
                        statement.execute(rusqlite::params_from_iter(cells))?;
                    }
                }
            }
            (_, Ready::Copy(bytes)) if bytes.is_empty() => {}
            (Self::Postgres(postgres), Ready::Copy(bytes)) => {
                let sql = format!("COPY {table} ({names}) FROM STDIN BINARY");
                let mut copy = postgres.client.copy_in(&sql)?;
                // Part by part, so that the server works while the rest is sent.
                for part in bytes.chunks(COPY_PART) {
                    copy.write_all(part).map_err(copy_error)?;
                }
                copy.finish()?;
            }
            _ => return Err(StoreError::Engine(format!("rows of {table} for another engine"))),
        }
        Ok(())
    }
}

/// So many rows go into SQLite by one statement: the cursors of a table and its indexes are opened
/// once for all of them.
const ROWS_AT_ONCE: usize = 32;

/// The statement that inserts so many rows of so many columns into SQLite. A failure undoes the whole
/// transaction anyway: `OR FAIL` spares SQLite what it would keep to undo the statement alone.
fn insertion(table: &str, names: &str, (rows, width): (usize, usize)) -> String {
    let row = format!("({})", vec!["?"; width].join(", "));
    format!("INSERT OR FAIL INTO {table} ({names}) VALUES {}", vec![row; rows].join(", "))
}

/// Rows ready for a kind of connection.
#[derive(Debug)]
pub(crate) enum Ready {
    /// For SQLite: the cells to bind.
    Rows(Vec<Vec<Cell>>),
    /// For PostgreSQL: the bytes of a binary COPY; none for no rows.
    Copy(Vec<u8>),
}

fn copy_error(error: std::io::Error) -> StoreError {
    match error.downcast::<postgres::Error>() {
        Ok(error) => error.into(),
        Err(error) => StoreError::Lost(error.to_string()),
    }
}

/// So many bytes of a COPY are sent at once.
const COPY_PART: usize = 1 << 16;
/// What a binary COPY begins with: its signature, no flags, no extension.
const COPY_HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with: a row of -1 columns.
const COPY_END: [u8; 2] = [0xff, 0xff];

impl Ready {
    pub(crate) fn rows(_: &Table, rows: Vec<Vec<Cell>>) -> Result<Self, StoreError> {
        Ok(Self::Rows(rows))
    }

    #[expect(clippy::needless_pass_by_value, reason = "of the same shape as `rows`")]
    pub(crate) fn copy(table: &Table, rows: Vec<Vec<Cell>>) -> Result<Self, StoreError> {
        if rows.is_empty() {
            return Ok(Self::Copy(Vec::new()));
        }
        let types: Vec<Column> = table.types().collect();
        let width = i16::try_from(types.len()).map_err(|_| StoreError::corrupt("too wide"))?;
        let mut bytes = Vec::with_capacity(rows.len() * types.len() * 12);
        bytes.extend_from_slice(COPY_HEAD);
        for row in &rows {
            bytes.extend_from_slice(&width.to_be_bytes());
            for (cell, kind) in row.iter().zip(&types) {
                copy_cell(&mut bytes, cell, *kind)?;
            }
        }
        bytes.extend_from_slice(&COPY_END);
        Ok(Self::Copy(bytes))
    }
}

/// Adds a cell to a binary COPY: its length, -1 for none, and its bytes as PostgreSQL has them.
fn copy_cell(bytes: &mut Vec<u8>, cell: &Cell, kind: Column) -> Result<(), StoreError> {
    let wrong = || StoreError::corrupt(format!("a cell that is not of type {kind:?}"));
    let mut put = |value: &[u8]| {
        let length = i32::try_from(value.len()).map_err(|_| wrong())?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(value);
        Ok(())
    };
    match (cell, kind) {
        (Cell::Null, _) => {
            bytes.extend_from_slice(&(-1_i32).to_be_bytes());
            Ok(())
        }
        (Cell::Int(number), Column::Int) => put(&number.to_be_bytes()),
        (Cell::Int(number), Column::Short) => {
            put(&i32::try_from(*number).map_err(|_| wrong())?.to_be_bytes())
        }
        (Cell::Text(text), Column::Text) => put(text.as_bytes()),
        (Cell::Blob(blob), Column::Blob) => put(blob),
        _ => Err(wrong()),
    }
}

/// A column's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Int,
    /// A number of 32 bits: a day, a word, a checksum.
    Short,
    Text,
    Blob,
}

/// The words of our own, for SQLite and PostgreSQL: what stands before and behind the parameter.
const WORDS: [(&str, [&str; 2], [&str; 2]); 5] = [
    ("MANY_BLOBS(", ["IN rarray(", ")"], ["= ANY(", ")"]),
    ("MANY(", ["IN rarray(", ")"], ["= ANY(", ")"]),
    ("EACH_INT(", ["rarray(", ") AS asked"], ["unnest(", "::bigint[]) AS asked(value)"]),
    ("EACH_TEXT(", ["rarray(", ") AS asked"], ["unnest(", "::text[]) AS asked(value)"]),
    ("EACH_BLOB(", ["rarray(", ") AS asked"], ["unnest(", "::bytea[]) AS asked(value)"]),
];

fn sqlite_text(sql: &str) -> String {
    worded(sql, |(word, sqlite, _)| (word, sqlite)).replace('$', "?")
}

fn postgres_text(sql: &str) -> String {
    worded(sql, |(word, _, postgres)| (word, postgres))
}

type Word = (&'static str, [&'static str; 2], [&'static str; 2]);

fn worded(sql: &str, of: impl Fn(Word) -> (&'static str, [&'static str; 2])) -> String {
    let mut text = sql.to_owned();
    for (word, [before, behind]) in WORDS.map(of) {
        while let Some((head, rest)) = text.split_once(word) {
            let (parameter, tail) = rest.split_once(')').unwrap_or((rest, ""));
            text = format!("{head}{before}{parameter}{behind}{tail}");
        }
    }
    text
}

fn sqlite_cell(value: ValueRef<'_>) -> Result<Cell, StoreError> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        // Damaged text stays bytes: whoever reads the cell says where.
        ValueRef::Text(text) => {
            String::from_utf8(text.to_vec()).map_or_else(|_| Cell::Blob(text.to_vec()), Cell::Text)
        }
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
        ValueRef::Real(_) => return Err(StoreError::corrupt("a floating-point number")),
    })
}

fn postgres_cell(row: &postgres::Row, column: usize) -> Result<Cell, StoreError> {
    let kind = row.columns().get(column).map(|column| column.type_().clone());
    Ok(match kind {
        Some(Type::INT8) => row.try_get::<_, Option<i64>>(column)?.into(),
        Some(Type::INT4) => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
        Some(Type::TEXT) => row.try_get::<_, Option<String>>(column)?.into(),
        Some(Type::BYTEA) => row.try_get::<_, Option<Vec<u8>>>(column)?.into(),
        other => return Err(StoreError::Engine(format!("a column of type {other:?}"))),
    })
}

impl rusqlite::ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Int(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Texts(texts) => array(texts.iter().cloned().map(Value::Text)),
            Self::Ints(numbers) => array(numbers.iter().copied().map(Value::Integer)),
            Self::Blobs(many) => array(many.iter().cloned().map(Value::Blob)),
        })
    }
}

fn array(values: impl Iterator<Item = Value>) -> ToSqlOutput<'static> {
    ToSqlOutput::from_rc(Rc::new(values.collect::<Vec<Value>>()), c"rarray")
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Blob(bytes) => bytes.to_sql(kind, out),
            Self::Texts(texts) => texts.to_sql(kind, out),
            Self::Ints(numbers) if *kind == Type::INT4_ARRAY => {
                let numbers: Result<Vec<i32>, _> =
                    numbers.iter().map(|number| i32::try_from(*number)).collect();
                numbers?.to_sql(kind, out)
            }
            Self::Ints(numbers) => numbers.to_sql(kind, out),
            Self::Blobs(many) => many.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_serves_both_engines() {
        let sql = "SELECT a FROM t WHERE k MANY_BLOBS($1) AND (b MANY($2) OR c = $3)";
        assert_eq!(
            sqlite_text(sql),
            "SELECT a FROM t WHERE k IN rarray(?1) AND (b IN rarray(?2) OR c = ?3)"
        );
        assert_eq!(
            postgres_text(sql),
            "SELECT a FROM t WHERE k = ANY($1) AND (b = ANY($2) OR c = $3)"
        );
        let sql = "SELECT a FROM EACH_BLOB($1) CROSS JOIN t WHERE t.k = asked.value AND c = $2";
        assert_eq!(
            sqlite_text(sql),
            "SELECT a FROM rarray(?1) AS asked CROSS JOIN t WHERE t.k = asked.value AND c = ?2"
        );
        assert_eq!(
            postgres_text(sql),
            "SELECT a FROM unnest($1::bytea[]) AS asked(value) CROSS JOIN t \
             WHERE t.k = asked.value AND c = $2"
        );
    }
}

//! The tables, once for both engines, and how a store moves from format to format.
//!
//! Every row ends with `sum`, a checksum over its other columns, so that `fsck` names a row of which
//! any byte changed. It guards against accidents; against intent there is the log.

use crate::StoreError;
use crate::cell::{Cell, checksum};
use crate::connection::{Column, Connection};

/// The format that this program writes.
pub(crate) const FORMAT: i64 = 1;

use Column::{Blob, Int, Text};

/// A table: its columns in order, its key, its further indexes.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Column)],
    /// Columns that may be empty.
    optional: &'static [&'static str],
    key: &'static str,
    /// True where the key is narrow and the table is read by it alone: no second copy of the key.
    clustered: bool,
    indexes: &'static [&'static str],
}

macro_rules! table {
    ($name:ident, $key:literal, $clustered:literal, [$($index:literal),*], [$($optional:literal),*],
     $(($column:literal, $kind:ident)),* $(,)?) => {
        Table {
            name: stringify!($name),
            columns: &[$(($column, $kind)),*],
            optional: &[$($optional),*],
            key: $key,
            clustered: $clustered,
            indexes: &[$($index),*],
        }
    };
}

/// Every table, in the order a backup writes them. Numbers are given under the lock of the log's
/// head, so tables grow at their end; random are only identities, keyed digests, codes and names.
pub(crate) const TABLES: &[Table] = &[
    table!(meta, "key", true, [], [], ("key", Text), ("value", Text)),
    table!(
        log_head,
        "one",
        false,
        [],
        [],
        ("one", Int),
        ("next_seq", Int),
        ("next_change", Int),
        ("next_record", Int),
        ("next_subject", Int),
        ("next_decision", Int),
        ("next_batch", Int),
        ("next_held", Int),
        ("last_at", Int),
        ("frontier", Blob),
        ("root", Blob),
    ),
    table!(rulebook, "digest", false, [], [], ("digest", Blob), ("body", Blob)),
    table!(
        adoption,
        "no",
        false,
        [],
        [],
        ("no", Int),
        ("digest", Blob),
        ("seq", Int),
        ("at", Int),
        ("accepted", Text),
    ),
    table!(source, "code", true, [], [], ("code", Text), ("body", Text), ("seq", Int)),
    table!(dictionary, "no", false, [], [], ("no", Int), ("catalogue", Text), ("body", Blob)),
    table!(
        batch,
        "no",
        false,
        ["source, at", "file_digest"],
        ["file_digest"],
        ("no", Int),
        ("source", Text),
        ("catalogue", Text),
        ("file", Text),
        ("file_digest", Blob),
        ("map_digest", Blob),
        ("next_row", Int),
        ("state", Text),
        ("at", Int),
        ("facts", Text),
    ),
    table!(
        row_block,
        "batch, first_row",
        false,
        [],
        [],
        ("batch", Int),
        ("first_row", Int),
        ("body", Blob),
        ("digest", Blob),
    ),
    table!(
        held,
        "no",
        false,
        ["content_mac", "state, no", "batch", "catalogue, state"],
        [],
        ("no", Int),
        ("batch", Int),
        ("row", Int),
        ("catalogue", Text),
        ("source", Text),
        ("content_mac", Blob),
        ("state", Text),
        ("at", Int),
        ("body", Blob),
        ("digest", Blob),
    ),
    table!(
        entry,
        "seq",
        false,
        ["about"],
        [],
        ("seq", Int),
        ("about", Int),
        ("kind", Int),
        ("at", Int),
        ("adoption", Int),
        ("commitments", Blob),
        ("leaf", Blob),
    ),
    table!(
        payload,
        "seq",
        false,
        [],
        [],
        ("seq", Int),
        ("dictionary", Int),
        ("salt", Blob),
        ("body", Blob),
    ),
    // Random identities and keyed digests stand as two numbers; the first one is indexed, both are
    // compared. Half as wide an index, and no table of its own, is what random keys cost least in.
    table!(
        record,
        "no",
        false,
        ["id_high", "key_high", "content_high", "decision", "batch"],
        ["subject", "decision", "key_high", "key_low", "content_high", "content_low"],
        ("no", Int),
        ("id_high", Int),
        ("id_low", Int),
        ("catalogue", Text),
        ("source", Text),
        ("subject", Int),
        ("decision", Int),
        ("batch", Int),
        ("key_high", Int),
        ("key_low", Int),
        ("content_high", Int),
        ("content_low", Int),
    ),
    // Contents that were in force once; the one in force stands in the record.
    table!(seen, "mac", true, [], [], ("mac", Blob), ("record", Int)),
    table!(decision, "mac", true, [], [], ("mac", Blob), ("no", Int)),
    // `number` is the first 64 bits of the digest of the normalised number.
    table!(document_number, "number, record", true, [], [], ("number", Int), ("record", Int)),
    table!(
        subject,
        "no",
        false,
        ["public_id"],
        ["head", "code"],
        ("no", Int),
        ("public_id", Blob),
        ("kind", Text),
        ("name", Text),
        ("code", Text),
        ("legal_form", Text),
        ("state", Text),
        ("region", Text),
        ("head", Int),
        ("provisional", Int),
        ("masked", Int),
        ("registration", Int),
    ),
    table!(
        subject_code,
        "code, kind, subject",
        true,
        ["subject"],
        [],
        ("code", Text),
        ("kind", Text),
        ("subject", Int),
    ),
    table!(
        subject_name,
        "subject, from_day, name",
        true,
        [],
        ["until_day"],
        ("subject", Int),
        ("from_day", Text),
        ("name", Text),
        ("until_day", Text),
    ),
    table!(name_key, "key, subject", true, [], [], ("key", Int), ("subject", Int)),
    // In the order of the records, so that an intake appends; a page follows the index.
    table!(
        standing,
        "record",
        false,
        ["subject, section, decided_on DESC, record DESC", "next_day"],
        ["next_day", "ended_at"],
        ("subject", Int),
        ("section", Text),
        ("decided_on", Text),
        ("record", Int),
        ("catalogue", Text),
        ("publication", Text),
        ("reason", Text),
        ("shown_from", Text),
        ("shown_until", Text),
        ("next_day", Text),
        ("ended_at", Int),
        ("disputed", Int),
        ("seq", Int),
        ("version", Int),
        ("summary", Text),
    ),
    table!(
        change,
        "no",
        false,
        [],
        ["subject", "record"],
        ("no", Int),
        ("subject", Int),
        ("record", Int),
        ("what", Text),
    ),
    table!(
        face,
        "name, instance",
        true,
        [],
        [],
        ("name", Text),
        ("instance", Text),
        ("cursor", Int),
    ),
    table!(counter, "name", true, [], [], ("name", Text), ("value", Int)),
];

impl Table {
    /// The table of a name.
    pub(crate) fn named(name: &str) -> Result<&'static Self, StoreError> {
        let table = TABLES.iter().find(|table| table.name == name);
        table.ok_or_else(|| StoreError::Engine(format!("no table {name}")))
    }

    fn create(&self, sqlite: bool) -> String {
        let word = |column: Column| match (column, sqlite) {
            (Int, true) => "INTEGER",
            (Int, false) => "BIGINT",
            (Text, true) => "TEXT",
            // The order of the bytes, as in SQLite, whatever the database's language.
            (Text, false) => "TEXT COLLATE \"C\"",
            (Blob, true) => "BLOB",
            (Blob, false) => "BYTEA",
        };
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|(name, kind)| {
                let absent = if self.optional.contains(name) { "" } else { " NOT NULL" };
                format!("{name} {}{absent}", word(*kind))
            })
            .collect();
        let columns = format!("{}, sum {} NOT NULL", columns.join(", "), word(Int));
        let options = match (sqlite, self.clustered) {
            (true, true) => " STRICT, WITHOUT ROWID",
            (true, false) => " STRICT",
            (false, _) => "",
        };
        let (name, key) = (self.name, self.key);
        format!("CREATE TABLE {name} ({columns}, PRIMARY KEY ({key})){options};\n")
    }

    fn create_indexes(&self) -> String {
        let name = self.name;
        let index = |index: &&str| {
            let title = index.replace(" DESC", "").replace(", ", "_");
            let partial = if *index == "next_day" { " WHERE next_day IS NOT NULL" } else { "" };
            format!("CREATE INDEX {name}_{title} ON {name} ({index}){partial};\n")
        };
        self.indexes.iter().map(index).collect()
    }

    /// The statements that make the table and its indexes, one by one.
    pub(crate) fn statements(&self, sqlite: bool) -> Vec<String> {
        let all = self.create(sqlite) + &self.create_indexes();
        all.split(";\n").filter(|one| !one.is_empty()).map(str::to_owned).collect()
    }

    /// The names of all columns with a comma between, the checksum's last.
    pub(crate) fn column_names(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| *name).chain(["sum"]);
        names.collect::<Vec<_>>().join(", ")
    }

    /// The columns of the key, with a comma between.
    pub(crate) fn key(&self) -> &'static str {
        self.key
    }

    /// The places of the key's columns.
    pub(crate) fn key_places(&self) -> Vec<usize> {
        let place = |name| self.columns.iter().position(|(column, _)| *column == name);
        self.key.split(", ").filter_map(place).collect()
    }

    /// Inserts rows, each with its checksum.
    pub(crate) fn insert(
        &self,
        connection: &mut Connection,
        mut rows: Vec<Vec<Cell>>,
    ) -> Result<(), StoreError> {
        for row in &mut rows {
            let sum = checksum(row);
            row.push(sum.into());
        }
        self.insert_summed(connection, &rows)
    }

    /// Inserts rows that have their checksum already.
    pub(crate) fn insert_summed(
        &self,
        connection: &mut Connection,
        rows: &[Vec<Cell>],
    ) -> Result<(), StoreError> {
        let columns: Vec<(&str, Column)> =
            self.columns.iter().copied().chain([("sum", Int)]).collect();
        connection.insert(self.name, &columns, rows)
    }

    /// Changes columns of the row of a key, and with them its checksum. Gives whether there is
    /// such a row.
    pub(crate) fn alter(
        &self,
        connection: &mut Connection,
        key: &[Cell],
        changes: Vec<(&str, Cell)>,
    ) -> Result<bool, StoreError> {
        let condition: Vec<String> = self
            .key
            .split(", ")
            .enumerate()
            .map(|(place, name)| format!("{name} = ${}", place + 1))
            .collect();
        let condition = condition.join(" AND ");
        let (name, names) = (self.name, self.column_names());
        let found =
            connection.first(&format!("SELECT {names} FROM {name} WHERE {condition}"), key)?;
        let Some(row) = found else {
            return Ok(false);
        };
        let mut row = row.rest();
        row.pop();
        let mut cells = key.to_vec();
        let mut sets = Vec::new();
        for (column, cell) in changes {
            let place = self.columns.iter().position(|(name, _)| *name == column);
            let old = place.and_then(|place| row.get_mut(place));
            *old.ok_or_else(|| StoreError::corrupt(format!("no column {column} in {name}")))? =
                cell.clone();
            cells.push(cell);
            sets.push(format!("{column} = ${}", cells.len()));
        }
        cells.push(checksum(&row).into());
        sets.push(format!("sum = ${}", cells.len()));
        let sql = format!("UPDATE {name} SET {} WHERE {condition}", sets.join(", "));
        Ok(connection.execute(&sql, &cells)? == 1)
    }
}

/// True where the tables exist.
pub(crate) fn exists(connection: &mut Connection) -> Result<bool, StoreError> {
    let sql = match connection {
        Connection::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE name = 'log_head'",
        Connection::Postgres(_) => {
            "SELECT c.relname::text FROM pg_class c WHERE c.oid = to_regclass('log_head')"
        }
    };
    Ok(connection.first(sql, &[])?.is_some())
}

/// Makes the tables of an empty database and their indexes.
pub(crate) fn create(connection: &mut Connection) -> Result<(), StoreError> {
    create_tables(connection)?;
    create_indexes(connection)
}

/// Makes the tables of an empty database.
pub(crate) fn create_tables(connection: &mut Connection) -> Result<(), StoreError> {
    let sqlite = matches!(connection, Connection::Sqlite(_));
    let sql: String = TABLES.iter().map(|table| table.create(sqlite)).collect();
    connection.batch(&sql)
}

/// Makes the indexes of the tables.
pub(crate) fn create_indexes(connection: &mut Connection) -> Result<(), StoreError> {
    let sql: String = TABLES.iter().map(Table::create_indexes).collect();
    connection.batch(&sql)
}

/// Refuses a store of a format that this program does not know. Format 1 is the first; a later
/// one moves an older store forward here, in steps that keep.
pub(crate) fn check_format(connection: &mut Connection) -> Result<(), StoreError> {
    let row = connection.first("SELECT value FROM meta WHERE key = 'format'", &[])?;
    let found = match row {
        Some(mut row) => row.text()?.parse().unwrap_or(0),
        None => 0,
    };
    if found == FORMAT { Ok(()) } else { Err(StoreError::Format { found, known: FORMAT }) }
}

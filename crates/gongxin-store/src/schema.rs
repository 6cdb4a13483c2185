//! The tables, once for both engines, and how a store moves from format to format.
//!
//! Every row ends with `sum`, a checksum over its other columns, so that `fsck` names a row of which
//! any byte changed. It guards against accidents; against intent there is the log.

use std::collections::BTreeMap;

use crate::StoreError;
use crate::cell::{Cell, Row, checksum};
use crate::connection::{Column, Connection, Ready};

/// The format that this program writes. Formats 1 to 4 were never released.
pub(crate) const FORMAT: i64 = 8;
/// The oldest format that is moved forward.
const OLDEST: i64 = 5;

use Column::{Blob, Int, Short, Text};

/// A table: its columns in order, its key, its further indexes.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Column)],
    /// Columns that may be empty.
    pub(crate) optional: &'static [&'static str],
    pub(crate) key: &'static str,
    /// True where the key is narrow and the table is read by it alone: no second copy of the key.
    pub(crate) clustered: bool,
    pub(crate) indexes: &'static [&'static str],
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
pub(crate) use table;

/// Every table, in the order a backup writes them. Numbers are given under the lock of the log's
/// head, so tables grow at their end; random are only identities, keyed digests, codes and names.
/// Wide columns stand before narrow ones: PostgreSQL pads each to its own width.
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
    // Words that many rows share (catalogues, sources, sections, states), each once.
    table!(word, "no", false, [], [], ("no", Int), ("text", Text)),
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
    // An entry's leaf in the log is computed from these columns and the platform's identity, less
    // dictionary, salt and body, which are empty once it is erased.
    table!(
        entry,
        "seq",
        false,
        ["about"],
        ["dictionary", "salt", "body"],
        ("seq", Int),
        ("about", Int),
        ("at", Int),
        ("kind", Short),
        ("adoption", Short),
        ("dictionary", Short),
        ("commitments", Blob),
        ("salt", Blob),
        ("body", Blob),
    ),
    // Identities and keyed digests stand as two numbers. Only the key's first is indexed: random keys
    // are what a large store pays most for, a page a row. An identity is the number itself,
    // encrypted. A content is compared with that of the record under its key. Records of one act have
    // one `decision`, the keyed digest of what they share. Key and decision begin with the mark of the
    // document number, so that the key's index leads to all three. Where there is none in the key,
    // the mark stands in `number`, or what a decision without a number begins with.
    table!(
        record,
        "no",
        false,
        ["key_high", "number", "batch"],
        [
            "subject",
            "decision_high",
            "decision_low",
            "key_high",
            "key_low",
            "content_high",
            "content_low",
            "number"
        ],
        ("no", Int),
        ("id_high", Int),
        ("id_low", Int),
        ("subject", Int),
        ("decision_high", Int),
        ("decision_low", Int),
        ("key_high", Int),
        ("key_low", Int),
        ("content_high", Int),
        ("content_low", Int),
        ("number", Int),
        ("batch", Short),
        ("catalogue", Short),
        ("source", Short),
    ),
    // Contents that were in force once; the one in force stands in the record.
    table!(seen, "mac", true, [], [], ("mac", Blob), ("record", Int)),
    table!(
        subject,
        "no",
        false,
        ["head"],
        ["named_from", "head", "code"],
        ("no", Int),
        ("public_id", Blob),
        ("kind", Text),
        ("name", Text),
        ("code", Text),
        ("legal_form", Text),
        ("state", Text),
        ("region", Text),
        ("head", Int),
        ("registration", Int),
        ("named_from", Short),
        ("provisional", Short),
        ("masked", Short),
    ),
    table!(
        subject_code,
        "subject, kind, code",
        true,
        ["place"],
        [],
        ("subject", Int),
        ("kind", Short),
        ("code", Text),
    ),
    // Names that are no longer borne; the present one stands with the subject.
    table!(
        subject_name,
        "subject, from_day, name",
        true,
        [],
        ["until_day"],
        ("subject", Int),
        ("from_day", Short),
        ("until_day", Short),
        ("name", Text),
    ),
    table!(name_key, "key, subject", true, [], [], ("key", Int), ("subject", Int)),
    // Keys of similar names, many in a row: see `name_block.rs`.
    table!(
        name_block,
        "bucket, seq",
        true,
        [],
        [],
        ("seq", Int),
        ("bucket", Short),
        ("body", Blob),
    ),
    // In the order of the records, so that an intake appends; a page follows the index.
    table!(
        standing,
        "record",
        false,
        ["subject, section, decided_on DESC, record DESC", "next_day"],
        ["next_day", "ended_at"],
        ("record", Int),
        ("subject", Int),
        ("seq", Int),
        ("ended_at", Int),
        ("decided_on", Short),
        ("shown_from", Short),
        ("shown_until", Short),
        ("next_day", Short),
        ("section", Short),
        ("catalogue", Short),
        ("publication", Short),
        ("reason", Short),
        ("disputed", Short),
        ("version", Short),
        ("summary", Text),
    ),
    // The changes of one transaction and kind in one row, by the number of the last.
    table!(
        change,
        "last",
        false,
        [],
        [],
        ("last", Int),
        ("count", Int),
        ("what", Text),
        ("about", Blob),
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
    // What went up to another platform: the file, and each of its rows with what came back. A row
    // is kept with the entry of its content, so that the file can be written again.
    table!(
        upload,
        "no",
        false,
        [],
        [],
        ("no", Int),
        ("catalogue", Text),
        ("scope", Text),
        ("period", Text),
        ("until_seq", Int),
        ("at", Int),
        ("facts", Text),
    ),
    table!(
        upload_row,
        "no",
        false,
        ["upload, row", "record"],
        [],
        ("no", Int),
        ("upload", Int),
        ("row", Int),
        ("record", Int),
        ("seq", Int),
        ("fate", Short),
        ("state", Short),
        ("reason", Text),
    ),
    // How many decisions a source says it made; its entry stands beside it.
    table!(
        declaration,
        "seq",
        false,
        [],
        [],
        ("seq", Int),
        ("at", Int),
        ("source", Text),
        ("catalogue", Text),
        ("period", Text),
        ("decided", Int),
    ),
    table!(counter, "name", true, [], [], ("name", Text), ("value", Int)),
    // Notices and guides: what is worked on, and beside it what readers see. Since format 6.
    table!(
        article,
        "slug",
        true,
        [],
        ["draft", "body", "shown_from", "shown_until", "seq"],
        ("slug", Text),
        ("kind", Text),
        ("draft", Text),
        ("body", Text),
        ("at", Int),
        ("seq", Int),
        ("shown_from", Short),
        ("shown_until", Short),
    ),
    cases::CASE_FILE,
    log::LOG_HASH,
    log::CHECKPOINT,
    log::LOG_KEY,
];

mod cases;
mod log;

/// Where a code is found: a unified code at the organisation code in it, which older files have
/// alone, so that one random place leads to both. [`code_place`] is the same in Rust.
pub(crate) const CODE_PLACE: &str =
    "(CASE length(code) WHEN 18 THEN substr(code, 9, 9) ELSE code END)";

/// The place of a code in the index [`CODE_PLACE`].
pub(crate) fn code_place(code: &str) -> String {
    if code.chars().count() == 18 {
        code.chars().skip(8).take(9).collect()
    } else {
        code.to_owned()
    }
}

impl Table {
    /// The table of a name.
    pub(crate) fn named(name: &str) -> Result<&'static Self, StoreError> {
        let table = TABLES.iter().find(|table| table.name == name);
        table.ok_or_else(|| StoreError::Engine(format!("no table {name}")))
    }

    fn create(&self, sqlite: bool) -> String {
        let word = |column: Column| match (column, sqlite) {
            (Int, true) | (Short, _) => "INTEGER",
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
        let columns = format!("{}, sum {} NOT NULL", columns.join(", "), word(Short));
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
            let columns = if *index == "place" { CODE_PLACE } else { index };
            let partial = match *index {
                "next_day" => " WHERE next_day IS NOT NULL",
                "number" => " WHERE number IS NOT NULL",
                "head" => " WHERE head IS NOT NULL",
                _ => "",
            };
            format!("CREATE INDEX {name}_{title} ON {name} ({columns}){partial};\n")
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

    /// All rows, or those behind a key, in the order of their keys.
    pub(crate) fn select_from(&self, after: Option<&[Cell]>) -> String {
        let (names, name, key) = (self.column_names(), self.name, self.key);
        let behind = after.map_or_else(String::new, |after| {
            let marks: Vec<String> = (1..=after.len()).map(|nth| format!("${nth}")).collect();
            format!(" WHERE ({key}) > ({})", marks.join(", "))
        });
        format!("SELECT {names} FROM {name}{behind} ORDER BY {key}")
    }

    /// The key of the last row; none of an empty table.
    pub(crate) fn last_key(
        &self,
        connection: &mut Connection,
    ) -> Result<Option<Vec<Cell>>, StoreError> {
        let (name, key) = (self.name, self.key);
        let order = key.replace(", ", " DESC, ");
        let sql = format!("SELECT {key} FROM {name} ORDER BY {order} DESC LIMIT 1");
        Ok(connection.first(&sql, &[])?.map(Row::rest))
    }

    /// The statements that make those of its indexes which are not there.
    pub(crate) fn missing_indexes(
        &self,
        connection: &mut Connection,
    ) -> Result<Vec<String>, StoreError> {
        let mut missing = Vec::new();
        for sql in self.create_indexes().split(";\n").filter(|one| !one.is_empty()) {
            let name = sql.split(' ').nth(2).unwrap_or_default();
            if !has(connection, name)? {
                missing.push(sql.to_owned());
            }
        }
        Ok(missing)
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
        sum(&mut rows);
        self.insert_summed(connection, rows)
    }

    /// Inserts rows that have their checksum already.
    pub(crate) fn insert_summed(
        &self,
        connection: &mut Connection,
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), StoreError> {
        let rows = (connection.make())(self, rows)?;
        self.insert_ready(connection, &rows)
    }

    /// Inserts rows that were made ready for the kind of connection.
    pub(crate) fn insert_ready(
        &self,
        connection: &mut Connection,
        rows: &Ready,
    ) -> Result<(), StoreError> {
        connection.insert(self.name, &self.column_names(), self.columns.len() + 1, rows)
    }

    /// The type of each column, the checksum's last.
    pub(crate) fn types(&self) -> impl Iterator<Item = Column> {
        self.columns.iter().map(|(_, kind)| *kind).chain([Short])
    }

    /// Changes columns of the row of a key, and with them its checksum. Gives whether there is
    /// such a row.
    pub(crate) fn alter(
        &self,
        connection: &mut Connection,
        key: &Cell,
        changes: Vec<(&str, Cell)>,
    ) -> Result<bool, StoreError> {
        let (columns, cells): (Vec<&str>, Vec<Cell>) = changes.into_iter().unzip();
        let changes = BTreeMap::from([(key.clone(), cells)]);
        Ok(self.alter_many(connection, &columns, &changes)? == 1)
    }

    /// Changes the same columns of many rows, each by the value of its key, which is one column,
    /// and with them their checksums. Gives how many there are.
    pub(crate) fn alter_many(
        &self,
        connection: &mut Connection,
        columns: &[&str],
        changes: &BTreeMap<Cell, Vec<Cell>>,
    ) -> Result<usize, StoreError> {
        let Self { name, key, .. } = self;
        let place = |wanted: &str| {
            let place = self.columns.iter().position(|(column, _)| *column == wanted);
            place.ok_or_else(|| StoreError::corrupt(format!("no column {wanted} in {name}")))
        };
        let key_place = place(key)?;
        let places: Vec<usize> =
            columns.iter().map(|column| place(column)).collect::<Result<_, _>>()?;
        let sets: Vec<String> =
            columns.iter().zip(1..).map(|(column, nth)| format!("{column} = ${nth}")).collect();
        let (sum, last) = (columns.len() + 1, columns.len() + 2);
        let sql =
            format!("UPDATE {name} SET {}, sum = ${sum} WHERE {key} = ${last}", sets.join(", "));
        let mut altered = 0;
        for row in self.rows_of(connection, changes.keys())? {
            let mut row = row.rest();
            row.pop();
            let Some(of_key) = row.get(key_place).cloned() else {
                continue;
            };
            let mut cells = changes.get(&of_key).cloned().unwrap_or_default();
            for (place, cell) in places.iter().zip(&cells) {
                if let Some(old) = row.get_mut(*place) {
                    old.clone_from(cell);
                }
            }
            cells.extend([checksum(&row).into(), of_key]);
            altered += usize::try_from(connection.execute(&sql, &cells)?).unwrap_or_default();
        }
        Ok(altered)
    }

    /// The rows of keys, all of one type.
    fn rows_of<'k>(
        &self,
        connection: &mut Connection,
        keys: impl ExactSizeIterator<Item = &'k Cell>,
    ) -> Result<Vec<Row>, StoreError> {
        let (name, key, names) = (self.name, self.key, self.column_names());
        let mut numbers = Vec::with_capacity(keys.len());
        let mut rows = Vec::new();
        for cell in keys {
            match cell {
                Cell::Int(number) => numbers.push(*number),
                other => {
                    let sql = format!("SELECT {names} FROM {name} WHERE {key} = $1");
                    rows.extend(connection.query(&sql, std::slice::from_ref(other))?);
                }
            }
        }
        if !numbers.is_empty() {
            let sql = format!("SELECT {names} FROM {name} WHERE {key} MANY($1)");
            rows.extend(connection.query(&sql, &[numbers.into()])?);
        }
        Ok(rows)
    }
}

/// Adds its checksum to each row.
pub(crate) fn sum(rows: &mut [Vec<Cell>]) {
    for row in rows {
        let sum = checksum(row);
        row.push(sum.into());
    }
}

/// True where the tables exist.
pub(crate) fn exists(connection: &mut Connection) -> Result<bool, StoreError> {
    has(connection, "log_head")
}

/// True where there is a table or an index of this name.
pub(crate) fn has(connection: &mut Connection, name: &str) -> Result<bool, StoreError> {
    let sql = match connection {
        Connection::Sqlite(_) => {
            format!("SELECT name FROM sqlite_schema WHERE name = '{name}'")
        }
        Connection::Postgres(_) => {
            format!("SELECT c.relname::text FROM pg_class c WHERE c.oid = to_regclass('{name}')")
        }
    };
    Ok(connection.first(&sql, &[])?.is_some())
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

/// Moves a store of an older format forward, in steps that keep, and refuses one of a format that
/// this program does not know. Formats 6 and 7 each added a table, 8
/// those of the public log.
pub(crate) fn bring_forward(connection: &mut Connection) -> Result<(), StoreError> {
    if format(connection)? == FORMAT {
        return Ok(());
    }
    connection.begin_alone()?;
    // Another process may have done it meanwhile.
    let found = format(connection)?;
    if !(OLDEST..=FORMAT).contains(&found) {
        connection.batch("ROLLBACK")?;
        return Err(StoreError::Format { found, known: FORMAT });
    }
    for name in ["article", "case_file", "log_hash", "checkpoint", "log_key"] {
        if !has(connection, name)? {
            let sqlite = matches!(connection, Connection::Sqlite(_));
            let table = Table::named(name)?;
            connection.batch(&(table.create(sqlite) + &table.create_indexes()))?;
        }
    }
    let value = vec![("value", FORMAT.to_string().into())];
    Table::named("meta")?.alter(connection, &"format".into(), value)?;
    connection.batch("COMMIT")
}

fn format(connection: &mut Connection) -> Result<i64, StoreError> {
    let row = connection.first("SELECT value FROM meta WHERE key = 'format'", &[])?;
    Ok(match row {
        Some(mut row) => row.text()?.parse().unwrap_or(0),
        None => 0,
    })
}

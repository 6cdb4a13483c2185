//! The check of a whole store: every byte that was written is read, and the archive is sealed again.
//!
//! What the office derives (standings, links) it derives again itself; here every row is compared
//! with its checksum, the archive with its log, and the tables with one another.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use gongxin_model::{About, Body, Digest, Envelope, Instant, Kind, Seq, entry};
use gongxin_seal::{Frontier, Salt, commitments, envelope_bytes, root};

use crate::cell::{Cell, Row, checksum};
use crate::connection::Connection;
use crate::payload::Unpacker;
use crate::rows::AboutNo;
use crate::schema::{TABLES, Table};
use crate::store::{Founding, LogHead, read_head};
use crate::{Store, StoreError};

/// Entries that are read at once.
const PAGE: i64 = 1_000;

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
        for table in TABLES {
            report.rows += sums(reader.connection, table, &mut tell)?;
        }
        let mut archive = Archive {
            founding: store.founding(),
            unpacker: Unpacker::default(),
            rulebooks: BTreeMap::new(),
            frontier: Frontier::default(),
            last_at: Instant(i64::MIN),
            missing: BTreeMap::new(),
            erased: BTreeSet::new(),
            tell: &mut tell,
        };
        report.entries = archive.check(reader.connection)?;
        report.erased = archive.erased.len() as u64;
        relations(reader.connection, &mut tell)?;
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

/// Compares every row of a table with its checksum.
fn sums(
    connection: &mut Connection,
    table: &'static Table,
    tell: &mut Tell<'_>,
) -> Result<u64, StoreError> {
    let places = table.key_places();
    let mut rows = 0;
    let sql =
        format!("SELECT {} FROM {} ORDER BY {}", table.column_names(), table.name, table.key());
    let mut last = String::new();
    let read = connection.stream(&sql, &[], &mut |row| {
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
fn key_text(places: &[usize], cells: &[Cell]) -> String {
    let cell = |place: &usize| match cells.get(*place) {
        Some(Cell::Int(number)) => number.to_string(),
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Blob(bytes)) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        _ => "?".to_owned(),
    };
    places.iter().map(cell).collect::<Vec<_>>().join("/")
}

/// The archive, sealed again from its first entry on.
struct Archive<'a, 'b> {
    founding: &'a Founding,
    unpacker: Unpacker,
    /// Adoption → rulebook.
    rulebooks: BTreeMap<i64, Digest>,
    frontier: Frontier,
    last_at: Instant,
    /// Entries without content, and what they are about.
    missing: BTreeMap<i64, i64>,
    /// Entries that an `erased` entry names.
    erased: BTreeSet<i64>,
    tell: &'a mut Tell<'b>,
}

/// One row of the archive, as it rests.
struct Raw {
    seq: i64,
    about: i64,
    kind: i64,
    at: Instant,
    adoption: i64,
    commitments: Digest,
    leaf: Digest,
    content: Option<(i64, Vec<u8>, Vec<u8>)>,
}

impl Archive<'_, '_> {
    fn problem(
        &mut self,
        table: &'static str,
        seq: i64,
        column: &'static str,
        what: impl Into<String>,
    ) {
        (self.tell)(Problem { table, key: seq.to_string(), column, what: what.into() });
    }

    fn check(&mut self, connection: &mut Connection) -> Result<u64, StoreError> {
        let head = read_head(connection, false)?;
        let adoptions = connection.query("SELECT no, digest FROM adoption", &[])?;
        for mut row in adoptions {
            let no = row.int()?;
            self.rulebooks.insert(no, Digest(row.fixed()?));
        }
        self.rulebooks.entry(0).or_insert(Digest([0; 32]));
        let mut expected = 0;
        loop {
            let sql = "SELECT e.seq, e.about, e.kind, e.at, e.adoption, e.commitments, e.leaf, \
                       p.dictionary, p.salt, p.body FROM entry e \
                       LEFT JOIN payload p ON p.seq = e.seq \
                       WHERE e.seq >= $1 ORDER BY e.seq LIMIT $2";
            let rows = connection.query(sql, &[expected.into(), PAGE.into()])?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let raw = match raw(row) {
                    Ok(raw) => raw,
                    Err((seq, what)) => {
                        self.problem("entry", seq, "*", what);
                        expected = seq + 1;
                        continue;
                    }
                };
                if raw.seq != expected {
                    let what = format!("entries up to {} are missing", raw.seq - 1);
                    self.problem("entry", expected, "seq", what);
                }
                expected = raw.seq + 1;
                self.entry(connection, &raw)?;
            }
        }
        self.end(&head, expected);
        Ok(u64::try_from(expected).unwrap_or(0))
    }

    /// Seals one entry again.
    fn entry(&mut self, connection: &mut Connection, raw: &Raw) -> Result<(), StoreError> {
        let suite = self.founding.suite;
        self.frontier.push(suite, raw.leaf);
        if raw.at < self.last_at {
            self.problem("entry", raw.seq, "at", "earlier than the entry before");
        }
        self.last_at = raw.at;
        let kind = u16::try_from(raw.kind).ok().and_then(Kind::from_number);
        let Some(kind) = kind else {
            self.problem("entry", raw.seq, "kind", format!("{} is no kind", raw.kind));
            return Ok(());
        };
        let Some(rulebook) = self.rulebooks.get(&raw.adoption).copied() else {
            self.problem(
                "entry",
                raw.seq,
                "adoption",
                format!("there is no adoption {}", raw.adoption),
            );
            return Ok(());
        };
        let envelope = Envelope {
            format: entry::FORMAT,
            platform: self.founding.platform,
            seq: Seq(raw.seq),
            at: raw.at,
            kind,
            rulebook,
            commitments: raw.commitments,
        };
        if suite.leaf(&envelope_bytes(&envelope)) != raw.leaf {
            self.problem("entry", raw.seq, "leaf", "the envelope does not give this leaf");
        }
        let Some(body) = self.content(connection, raw) else {
            return Ok(());
        };
        if kind == Kind::Erased {
            self.erased.extend(body.causes.iter().map(|cause| cause.0));
        }
        self.scope(connection, raw, &body)
    }

    /// The body, unpacked and compared with the commitments.
    fn content(&mut self, connection: &mut Connection, raw: &Raw) -> Option<Body> {
        let Some((dictionary, salt, packed)) = &raw.content else {
            self.missing.insert(raw.seq, raw.about);
            return None;
        };
        let Ok(salt) = <[u8; 16]>::try_from(salt.as_slice()) else {
            self.problem("payload", raw.seq, "salt", "not 16 bytes");
            return None;
        };
        let body = match self.unpacker.unpack(connection, *dictionary, packed) {
            Ok(body) => body,
            Err(what) => {
                self.problem("payload", raw.seq, "body", what);
                return None;
            }
        };
        let suite = self.founding.suite;
        if root(suite, &commitments(suite, &Salt(salt), &body)) != raw.commitments {
            self.problem("payload", raw.seq, "body", "body and salt do not give the commitments");
        }
        Some(body)
    }

    /// What the entry is about: the number and the body's public id are the same thing.
    fn scope(
        &mut self,
        connection: &mut Connection,
        raw: &Raw,
        body: &Body,
    ) -> Result<(), StoreError> {
        let about = AboutNo(raw.about);
        let right = match body.about {
            About::Platform => about == AboutNo::PLATFORM,
            About::Rulebook(_) => about == AboutNo::RULEBOOK,
            About::Record(id) => {
                let sql = "SELECT id_high, id_low FROM record WHERE no = $1";
                raw.about & 3 == 0 && is_public_id(connection, sql, raw.about >> 2, id.0)?
            }
            About::Subject(id) => {
                let sql = "SELECT public_id FROM subject WHERE no = $1";
                raw.about & 3 == 1 && is_public_id(connection, sql, raw.about >> 2, id.0)?
            }
        };
        if !right {
            self.problem("entry", raw.seq, "about", "the body is about something else");
        }
        Ok(())
    }

    /// What shows only at the end.
    fn end(&mut self, head: &LogHead, next: i64) {
        for (seq, _) in std::mem::take(&mut self.missing) {
            if !self.erased.contains(&seq) {
                self.problem(
                    "payload",
                    seq,
                    "body",
                    "missing, and no entry says that it was erased",
                );
            }
        }
        let root = self.frontier.root(self.founding.suite);
        let last_at = if next == 0 { Instant(0) } else { self.last_at };
        for (column, right) in [
            ("next_seq", head.next_seq == next),
            ("frontier", head.frontier == self.frontier),
            ("root", head.root == root),
            ("last_at", head.last_at == last_at),
        ] {
            if !right {
                self.problem("log_head", 1, column, "not what the entries give");
            }
        }
    }
}

fn is_public_id(
    connection: &mut Connection,
    sql: &str,
    no: i64,
    id: [u8; 16],
) -> Result<bool, StoreError> {
    let Some(mut row) = connection.first(sql, &[no.into()])? else {
        return Ok(false);
    };
    let found = if sql.contains("id_high") { row.wide() } else { row.fixed() };
    Ok(found.is_ok_and(|found| found == id))
}

/// A row of the archive; on damage, its place and what is wrong.
fn raw(mut row: Row) -> Result<Raw, (i64, String)> {
    let seq = row.int().map_err(|error| (0, error.to_string()))?;
    let mut read = || -> Result<Raw, StoreError> {
        Ok(Raw {
            seq,
            about: row.int()?,
            kind: row.int()?,
            at: Instant(row.int()?),
            adoption: row.int()?,
            commitments: Digest(row.fixed()?),
            leaf: Digest(row.fixed()?),
            content: match (row.int_or_null()?, row.blob_or_null()?, row.blob_or_null()?) {
                (Some(dictionary), Some(salt), Some(body)) => Some((dictionary, salt, body)),
                _ => None,
            },
        })
    };
    read().map_err(|error| (seq, error.to_string()))
}

/// A statement that finds rows without their counterpart: table, column, what is wrong, and the
/// query of their keys.
type Relation = (&'static str, &'static str, &'static str, &'static str);

const RELATIONS: &[Relation] = &[
    (
        "payload",
        "seq",
        "belongs to no entry",
        "SELECT p.seq FROM payload p LEFT JOIN entry e ON e.seq = p.seq WHERE e.seq IS NULL",
    ),
    (
        "seen",
        "record",
        "is no record",
        "SELECT s.record FROM seen s LEFT JOIN record r ON r.no = s.record WHERE r.no IS NULL",
    ),
    (
        "document_number",
        "record",
        "is no record",
        "SELECT d.record FROM document_number d LEFT JOIN record r ON r.no = d.record \
         WHERE r.no IS NULL",
    ),
    (
        "record",
        "key_high",
        "another record has the same key",
        "SELECT r.no FROM record r JOIN record o ON o.key_high = r.key_high \
         AND o.key_low = r.key_low WHERE o.no < r.no",
    ),
    (
        "record",
        "subject",
        "is no subject",
        "SELECT r.no FROM record r LEFT JOIN subject s ON s.no = r.subject \
         WHERE r.subject IS NOT NULL AND s.no IS NULL",
    ),
    (
        "standing",
        "subject",
        "is not the record's subject",
        "SELECT t.record FROM standing t LEFT JOIN record r ON r.no = t.record \
         AND r.subject = t.subject WHERE r.no IS NULL",
    ),
    (
        "standing",
        "seq",
        "is no entry",
        "SELECT t.record FROM standing t LEFT JOIN entry e ON e.seq = t.seq WHERE e.seq IS NULL",
    ),
    (
        "subject_code",
        "subject",
        "is no subject",
        "SELECT c.subject FROM subject_code c LEFT JOIN subject s ON s.no = c.subject \
         WHERE s.no IS NULL",
    ),
    (
        "adoption",
        "digest",
        "is no rulebook",
        "SELECT a.no FROM adoption a LEFT JOIN rulebook b ON b.digest = a.digest \
         WHERE b.digest IS NULL",
    ),
    (
        "row_block",
        "batch",
        "is no hand-in",
        "SELECT w.batch FROM row_block w LEFT JOIN batch b ON b.no = w.batch WHERE b.no IS NULL",
    ),
    (
        "held",
        "batch",
        "is no hand-in",
        "SELECT h.no FROM held h LEFT JOIN batch b ON b.no = h.batch WHERE b.no IS NULL",
    ),
];

/// Tables whose numbers are given by the head, and the head's column.
const NUMBERED: &[(&str, &str)] = &[
    ("record", "next_record"),
    ("subject", "next_subject"),
    ("decision", "next_decision"),
    ("batch", "next_batch"),
    ("held", "next_held"),
    ("change", "next_change"),
];

/// Compares the tables with one another.
fn relations(connection: &mut Connection, tell: &mut Tell<'_>) -> Result<(), StoreError> {
    for (table, column, what, sql) in RELATIONS {
        let mut alone = Vec::new();
        connection.stream(sql, &[], &mut |mut row| {
            alone.push(row.int().unwrap_or_default());
            Ok(())
        })?;
        for key in alone {
            tell(Problem { table, key: key.to_string(), column, what: (*what).to_owned() });
        }
    }
    for (table, next) in NUMBERED {
        let sql = format!("SELECT COALESCE(MAX(no), 0), COUNT(*) FROM {table}");
        let row = connection.first(&sql, &[])?;
        let head = connection.first(&format!("SELECT {next} FROM log_head"), &[])?;
        let (Some(mut row), Some(mut head)) = (row, head) else {
            continue;
        };
        let (last, count, next_no) = (row.int()?, row.int()?, head.int()?);
        let gapless = *table != "change" || count == last;
        if last >= next_no || !gapless {
            let what = format!("{count} rows of {table} up to {last} do not fit {next_no}");
            tell(Problem { table: "log_head", key: "1".into(), column: next, what });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreUrl;
    use crate::connection::Purpose;

    #[test]
    fn every_relation_names_a_table_and_its_column() {
        let mut connection =
            Connection::open(&StoreUrl::Sqlite(":memory:".into()), Purpose::Write).expect("memory");
        crate::schema::create(&mut connection).expect("tables");
        for (table, column, _, sql) in RELATIONS {
            let table = Table::named(table).expect("a table");
            assert!(table.columns.iter().any(|(name, _)| name == column), "{column}");
            connection.check(sql).expect(sql);
        }
    }
}

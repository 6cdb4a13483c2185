//! The tables, compared with one another.

use super::{Problem, Tell};
use crate::StoreError;
use crate::connection::Connection;

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
pub(super) fn check(connection: &mut Connection, tell: &mut Tell<'_>) -> Result<(), StoreError> {
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
    use crate::schema::Table;

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

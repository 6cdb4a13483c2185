//! The tables, compared with one another.

use super::{Problem, Tell};
use crate::StoreError;
use crate::connection::Connection;

/// A statement that finds rows without their counterpart: table, column, what is wrong, and the
/// query of their keys.
type Relation = (&'static str, &'static str, &'static str, &'static str);

const RELATIONS: &[Relation] = &[
    (
        "seen",
        "record",
        "is no record",
        "SELECT s.record FROM seen s LEFT JOIN record r ON r.no = s.record WHERE r.no IS NULL",
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
        "upload_row",
        "upload",
        "is no upload",
        "SELECT w.no FROM upload_row w LEFT JOIN upload u ON u.no = w.upload WHERE u.no IS NULL",
    ),
    (
        "upload_row",
        "seq",
        "is no entry",
        "SELECT w.no FROM upload_row w LEFT JOIN entry e ON e.seq = w.seq WHERE e.seq IS NULL",
    ),
    (
        "declaration",
        "seq",
        "is no entry",
        "SELECT d.seq FROM declaration d LEFT JOIN entry e ON e.seq = d.seq WHERE e.seq IS NULL",
    ),
    (
        "case_file",
        "seq",
        "is no entry about it",
        "SELECT c.no FROM case_file c LEFT JOIN entry e ON e.seq = c.seq \
         AND e.about = c.no * 4 + 2 WHERE e.seq IS NULL",
    ),
    (
        "case_file",
        "record",
        "is no record",
        "SELECT c.no FROM case_file c LEFT JOIN record r ON r.no = c.record \
         WHERE c.record IS NOT NULL AND r.no IS NULL",
    ),
    (
        "case_file",
        "subject",
        "is no subject",
        "SELECT c.no FROM case_file c LEFT JOIN subject s ON s.no = c.subject \
         WHERE c.subject IS NOT NULL AND s.no IS NULL",
    ),
    (
        "entry",
        "about",
        "is about a case that is not there",
        "SELECT e.seq FROM entry e LEFT JOIN case_file c ON c.no = (e.about - 2) / 4 \
         WHERE e.kind BETWEEN 769 AND 1023 AND c.no IS NULL",
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
    ("batch", "next_batch"),
    ("held", "next_held"),
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
    words(connection, tell)?;
    changes(connection, tell)?;
    for (table, next) in NUMBERED {
        let sql = format!("SELECT COALESCE(MAX(no), 0), COUNT(*) FROM {table}");
        let row = connection.first(&sql, &[])?;
        let head = connection.first(&format!("SELECT {next} FROM log_head"), &[])?;
        let (Some(mut row), Some(mut head)) = (row, head) else {
            continue;
        };
        let (last, count, next_no) = (row.int()?, row.int()?, head.int()?);
        if last >= next_no {
            let what = format!("{count} rows of {table} up to {last} do not fit {next_no}");
            tell(Problem { table: "log_head", key: "1".into(), column: next, what });
        }
    }
    Ok(())
}

/// Every number of a word names one, and the words are without a gap.
fn words(connection: &mut Connection, tell: &mut Tell<'_>) -> Result<(), StoreError> {
    const WORDED: [(&str, &str, &str); 7] = [
        ("record", "no", "catalogue"),
        ("record", "no", "source"),
        ("standing", "record", "section"),
        ("standing", "record", "catalogue"),
        ("standing", "record", "publication"),
        ("standing", "record", "reason"),
        ("subject_code", "subject", "kind"),
    ];
    let row = connection.first("SELECT COALESCE(MAX(no), 0), COUNT(*) FROM word", &[])?;
    let (last, count) = match row {
        Some(mut row) => (row.int()?, row.int()?),
        None => (0, 0),
    };
    if last != count {
        let what = format!("{count} words up to {last}");
        tell(Problem { table: "word", key: String::new(), column: "no", what });
    }
    for (table, key, column) in WORDED {
        let sql = format!("SELECT {key} FROM {table} WHERE {column} < 1 OR {column} > $1");
        for mut row in connection.query(&sql, &[last.into()])? {
            let what = "is no word".to_owned();
            tell(Problem { table, key: row.int()?.to_string(), column, what });
        }
    }
    Ok(())
}

/// The changes are without a gap up to the head's next number.
fn changes(connection: &mut Connection, tell: &mut Tell<'_>) -> Result<(), StoreError> {
    let head = connection.first("SELECT next_change FROM log_head", &[])?;
    let Some(mut head) = head else {
        return Ok(());
    };
    let next = head.int()?;
    let mut before = 0;
    connection.stream("SELECT last, count FROM change ORDER BY last", &[], &mut |mut row| {
        let (last, count) = (row.int()?, row.int()?);
        if last - count != before {
            let what = format!("changes {} to {} are missing", before + 1, last - count);
            tell(Problem { table: "change", key: last.to_string(), column: "count", what });
        }
        before = last;
        Ok(())
    })?;
    if before + 1 != next {
        let what = format!("changes up to {before} do not fit {next}");
        tell(Problem { table: "log_head", key: "1".into(), column: "next_change", what });
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

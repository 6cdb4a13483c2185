//! What rests of erased rows in places that nothing refers to: free pages, the write-ahead log, dead
//! rows. The engine reuses such places some day; an erasure does not wait for it.

use crate::connection::{Connection, Purpose};
use crate::{Store, StoreError};

/// The tables that an erasure takes from, in the order in which PostgreSQL rewrites them.
const TOUCHED: [&str; 13] = [
    "standing",
    "held",
    "row_block",
    "case_file",
    "subject",
    "subject_code",
    "subject_name",
    "name_key",
    "name_block",
    "upload_row",
    "batch",
    "record",
    "entry",
];

/// Rewrites a store so that of erased rows no byte is left in its files. On SQLite that is the whole
/// file and its write-ahead log; on PostgreSQL `whole` rewrites the tables that erasure touches, and
/// keeps everybody else out of each meanwhile, while otherwise dead rows are only given free.
///
/// False where a reader on SQLite kept the write-ahead log from being emptied: to be done again.
///
/// # Errors
/// The store cannot be written, or there is no room for a second copy of it.
pub fn clean(store: &Store, whole: bool) -> Result<bool, StoreError> {
    let mut connection = Connection::open(store.url(), Purpose::Write)?;
    match connection {
        Connection::Sqlite(_) => {
            connection.batch("PRAGMA temp_store = FILE; PRAGMA secure_delete = ON")?;
            connection.batch("VACUUM")?;
            let done = connection.first("PRAGMA wal_checkpoint(TRUNCATE)", &[])?;
            Ok(done.is_some_and(|mut row| row.int().is_ok_and(|busy| busy == 0)))
        }
        Connection::Postgres(_) => {
            let how = if whole { "VACUUM FULL" } else { "VACUUM" };
            for table in TOUCHED {
                connection.batch(&format!("{how} {table}"))?;
            }
            Ok(true)
        }
    }
}

//! The portal's questions put to the store's file directly.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

/// So many hits make a page.
const PAGE: u32 = 20;

/// The store's file, open for reading.
#[derive(Debug)]
pub(crate) struct Direct {
    connection: Connection,
}

impl Direct {
    pub(crate) fn open(store: &Path) -> Result<Self> {
        let connection = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        Ok(Self { connection })
    }

    /// The subject of a code and its records: how many bytes of them there are.
    pub(crate) fn subject(&self, code: &str) -> Result<usize> {
        // By the store's own index, which is over the organisation code in a unified one.
        let sql = "SELECT s.no, s.name FROM subject_code c JOIN subject s ON s.no = c.subject \
                   WHERE (CASE length(c.code) WHEN 18 THEN substr(c.code, 9, 9) ELSE c.code END) \
                   = substr(?1, 9, 9) AND c.code = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([code], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((no, name)): Option<(i64, String)> = found else {
            return Ok(0);
        };
        let sql = "SELECT t.decided_on, w.text, t.summary FROM standing t \
                   JOIN word w ON w.no = t.catalogue WHERE t.subject = ?1 \
                   ORDER BY t.section, t.decided_on DESC, t.record DESC LIMIT 100";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([no])?;
        let mut bytes = name.len();
        while let Some(row) = rows.next()? {
            row.get::<_, i64>(0)?;
            bytes += row.get::<_, String>(1)?.len() + row.get::<_, String>(2)?.len();
        }
        Ok(bytes)
    }

    /// The names that a text stands in, the shortest first: how many there are on a page.
    pub(crate) fn scan(&self, text: &str) -> Result<usize> {
        let sql = "SELECT no, name FROM subject WHERE name LIKE '%' || ?1 || '%' OR code = ?1 \
                   ORDER BY length(name), no LIMIT ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map((text, PAGE), |row| row.get::<_, String>(1))?;
        Ok(found.collect::<Result<Vec<_>, _>>()?.len())
    }
}

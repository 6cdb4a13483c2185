//! What a store holds, as one stream of bytes that is the same on either engine, and its digest.
//!
//! Each table by name, its rows in the order of their key, cell by cell as they rest (checksums
//! too), then an empty name. A backup is this stream in a file; two stores with one digest hold
//! the same.

use std::io::{Read, Write};

use gongxin_model::Digest;
use gongxin_seal::HashSuite;

use crate::cell::Cell;
use crate::connection::Connection;
use crate::schema::{TABLES, Table};
use crate::{Store, StoreError};

/// Bytes that are digested at once.
const CHUNK: usize = 1 << 20;
/// Progress is told after so many rows.
const TOLD: u64 = 5_000;
/// No cell is longer.
const CELL_LIMIT: u64 = 1 << 30;

/// What a store holds: equal for equal content, whatever the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Rows of all tables.
    pub rows: u64,
    /// The digest over all of them; that of a backup, too.
    pub digest: Digest,
    /// Table by table, in the order of a backup.
    pub tables: Vec<TableContents>,
}

/// What a table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableContents {
    /// The table.
    pub name: &'static str,
    /// Its rows.
    pub rows: u64,
    /// The digest over them.
    pub digest: Digest,
}

impl Contents {
    /// What the table holds.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableContents> {
        self.tables.iter().find(|table| table.name == name)
    }
}

/// Told now and then: the table, and the rows of it so far. An error ends the work.
pub(crate) type Told<'a> = dyn FnMut(&str, u64) -> Result<(), StoreError> + 'a;

/// Reads a whole store in one snapshot and says what it holds.
///
/// # Errors
/// The store cannot be read.
pub fn contents(
    store: &Store,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Contents, StoreError> {
    store.read(|reader| {
        contents_of(reader.connection, &mut |table, rows| {
            progress(table, rows);
            Ok(())
        })
    })
}

/// What the store of a connection holds, inside a transaction.
pub(crate) fn contents_of(
    connection: &mut Connection,
    told: &mut Told<'_>,
) -> Result<Contents, StoreError> {
    let mut out = Out::new(std::io::sink());
    let failed = |error: std::io::Error| StoreError::Engine(error.to_string());
    out.tables(connection, &failed, told)?;
    Ok(out.end().1)
}

/// A chain of digests over a stream, taken chunk by chunk.
struct Chain {
    pending: Vec<u8>,
    chain: Digest,
}

impl Default for Chain {
    fn default() -> Self {
        Self { pending: Vec::with_capacity(CHUNK), chain: Digest([0; 32]) }
    }
}

impl Chain {
    fn take(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= CHUNK {
            self.chain = self.closed();
            self.pending.clear();
        }
    }

    fn closed(&self) -> Digest {
        HashSuite::Sha256.digest(&[&self.chain.0, &self.pending])
    }
}

/// Digests a stream as a whole and each table in it.
#[derive(Default)]
struct Measure {
    whole: Chain,
    table: Chain,
    tables: Vec<TableContents>,
}

impl Measure {
    fn bytes(&mut self, bytes: &[u8]) {
        self.whole.take(bytes);
        self.table.take(bytes);
    }

    fn begin_table(&mut self) {
        self.table.pending.clear();
        self.table.chain = Digest([0; 32]);
    }

    fn end_table(&mut self, name: &'static str, rows: u64) {
        self.tables.push(TableContents { name, rows, digest: self.table.closed() });
    }

    fn end(self) -> Contents {
        let rows = self.tables.iter().map(|table| table.rows).sum();
        Contents { rows, digest: self.whole.closed(), tables: self.tables }
    }
}

/// The stream on its way out.
pub(crate) struct Out<W> {
    stream: W,
    measure: Measure,
}

impl<W: Write> Out<W> {
    pub(crate) fn new(stream: W) -> Self {
        Self { stream, measure: Measure::default() }
    }

    /// Writes all tables of the snapshot.
    pub(crate) fn tables(
        &mut self,
        connection: &mut Connection,
        failed: &dyn Fn(std::io::Error) -> StoreError,
        told: &mut Told<'_>,
    ) -> Result<(), StoreError> {
        self.these(connection, TABLES.iter(), failed, told)
    }

    /// Writes tables, and the empty name behind them.
    pub(crate) fn these(
        &mut self,
        connection: &mut Connection,
        tables: impl Iterator<Item = &'static Table>,
        failed: &dyn Fn(std::io::Error) -> StoreError,
        told: &mut Told<'_>,
    ) -> Result<(), StoreError> {
        for table in tables {
            self.table(connection, table, failed, told)?;
        }
        self.text("").map_err(failed)
    }

    fn table(
        &mut self,
        connection: &mut Connection,
        table: &'static Table,
        failed: &dyn Fn(std::io::Error) -> StoreError,
        told: &mut Told<'_>,
    ) -> Result<(), StoreError> {
        self.measure.begin_table();
        self.text(table.name).map_err(failed)?;
        let mut rows = 0;
        connection.stream(&table.select_from(None), &[], &mut |row| {
            self.bytes(&[1]).map_err(failed)?;
            for cell in row.rest() {
                self.cell(&cell).map_err(failed)?;
            }
            rows += 1;
            if rows % TOLD == 0 {
                told(table.name, rows)?;
            }
            Ok(())
        })?;
        self.bytes(&[0]).map_err(failed)?;
        self.measure.end_table(table.name, rows);
        told(table.name, rows)
    }

    /// What was written, and the stream.
    pub(crate) fn end(self) -> (W, Contents) {
        (self.stream, self.measure.end())
    }

    fn bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)?;
        self.measure.bytes(bytes);
        Ok(())
    }

    fn long(&mut self, kind: u8, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes(&[kind])?;
        self.bytes(&(bytes.len() as u64).to_be_bytes())?;
        self.bytes(bytes)
    }

    fn text(&mut self, text: &str) -> std::io::Result<()> {
        self.long(2, text.as_bytes())
    }

    fn cell(&mut self, cell: &Cell) -> std::io::Result<()> {
        match cell {
            Cell::Int(number) => {
                self.bytes(&[1])?;
                self.bytes(&number.to_be_bytes())
            }
            Cell::Text(text) => self.text(text),
            Cell::Blob(bytes) => self.long(3, bytes),
            // Lists are parameters only and in no row.
            Cell::Null | Cell::Texts(_) | Cell::Ints(_) | Cell::Blobs(_) => self.bytes(&[0]),
        }
    }
}

/// The stream on its way in.
pub(crate) struct In<R> {
    stream: R,
    measure: Measure,
}

impl<R: Read> In<R> {
    pub(crate) fn new(stream: R) -> Self {
        Self { stream, measure: Measure::default() }
    }

    /// The name of the next table; empty behind the last.
    pub(crate) fn name(&mut self) -> std::io::Result<String> {
        self.measure.begin_table();
        match self.cell()? {
            Cell::Text(text) => Ok(text),
            _ => Err(invalid("a table has no name")),
        }
    }

    /// The next row of so many cells; None behind the last.
    pub(crate) fn row(&mut self, width: usize) -> std::io::Result<Option<Vec<Cell>>> {
        if self.fixed::<1>()? != [1] {
            return Ok(None);
        }
        (0..width).map(|_| self.cell()).collect::<Result<_, _>>().map(Some)
    }

    pub(crate) fn end_table(&mut self, table: &'static Table, rows: u64) {
        self.measure.end_table(table.name, rows);
    }

    /// What was read, and the rest of the stream.
    pub(crate) fn end(self) -> (R, Contents) {
        (self.stream, self.measure.end())
    }

    fn fixed<const N: usize>(&mut self) -> std::io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        self.measure.bytes(&bytes);
        Ok(bytes)
    }

    fn long(&mut self) -> std::io::Result<Vec<u8>> {
        let length = u64::from_be_bytes(self.fixed()?);
        if length > CELL_LIMIT {
            return Err(invalid("a cell is longer than any can be"));
        }
        let mut bytes = Vec::new();
        self.stream.by_ref().take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != length {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.measure.bytes(&bytes);
        Ok(bytes)
    }

    fn cell(&mut self) -> std::io::Result<Cell> {
        match self.fixed::<1>()? {
            [0] => Ok(Cell::Null),
            [1] => Ok(Cell::Int(i64::from_be_bytes(self.fixed()?))),
            [2] => String::from_utf8(self.long()?)
                .map(Cell::Text)
                .map_err(|_| invalid("a text is not UTF-8")),
            [3] => Ok(Cell::Blob(self.long()?)),
            _ => Err(invalid("a cell of an unknown type")),
        }
    }
}

fn invalid(what: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, what)
}

//! A backup: all rows of all tables of one snapshot in one compressed file, for either engine.
//!
//! The file is a line that names its format, then a zstd stream: each table by name, its rows cell by
//! cell as they rest (checksums too), and at the end a digest over everything before it. What is
//! restored is committed only when that digest is right.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use gongxin_model::Digest;
use gongxin_seal::HashSuite;

use crate::cell::Cell;
use crate::connection::{Connection, Purpose};
use crate::schema::{self, TABLES, Table};
use crate::{Store, StoreError, StoreUrl};

/// The first line of the file; the number grows with the format of the tables.
const TITLE: &[u8] = b"gongxin-backup 2\n";
const LEVEL: i32 = 3;
/// Bytes that are digested at once.
const CHUNK: usize = 1 << 20;
/// Rows that are inserted at once.
const ROWS: usize = 5_000;
/// No cell is longer.
const CELL_LIMIT: u64 = 1 << 30;

/// What a backup or a restore moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupReport {
    /// Rows of all tables.
    pub rows: u64,
    /// The digest of the content, the same for the same content.
    pub digest: Digest,
}

/// Told now and then: the table, and the rows of it moved so far.
pub type Progress<'a> = dyn FnMut(&str, u64) + 'a;

/// Writes a backup of the store as it is now; others go on writing meanwhile. The file appears
/// under its name when it is complete.
///
/// # Errors
/// The store cannot be read, or the file not written.
pub fn backup(
    store: &Store,
    to: &Path,
    progress: &mut Progress<'_>,
) -> Result<BackupReport, StoreError> {
    let unfinished = beside(to, "unfinished");
    let written = |error: std::io::Error| file_error("writing the backup", to, &error);
    let mut file = BufWriter::new(File::create(&unfinished).map_err(written)?);
    file.write_all(TITLE).map_err(written)?;
    let stream = zstd::stream::Encoder::new(file, LEVEL).map_err(written)?;
    let mut out = Out { stream, pending: Vec::with_capacity(CHUNK), chain: Digest([0; 32]) };
    let rows = store.read(|reader| {
        let mut rows = 0;
        for table in TABLES {
            rows += write_table(reader.connection, table, &mut out, to, progress)?;
        }
        Ok::<_, StoreError>(rows)
    })?;
    out.text("").map_err(written)?;
    let digest = out.end().map_err(written)?;
    std::fs::rename(&unfinished, to).map_err(written)?;
    Ok(BackupReport { rows, digest })
}

fn write_table(
    connection: &mut Connection,
    table: &Table,
    out: &mut Out,
    to: &Path,
    progress: &mut Progress<'_>,
) -> Result<u64, StoreError> {
    let written = |error: std::io::Error| file_error("writing the backup", to, &error);
    out.text(table.name).map_err(written)?;
    let sql =
        format!("SELECT {} FROM {} ORDER BY {}", table.column_names(), table.name, table.key());
    let mut rows = 0;
    connection.stream(&sql, &[], &mut |row| {
        out.bytes(&[1]).map_err(written)?;
        for cell in row.rest() {
            out.cell(&cell).map_err(written)?;
        }
        rows += 1;
        if rows % ROWS as u64 == 0 {
            progress(table.name, rows);
        }
        Ok(())
    })?;
    out.bytes(&[0]).map_err(written)?;
    progress(table.name, rows);
    Ok(rows)
}

/// Restores a backup to an address where there is no store yet, on either engine.
///
/// # Errors
/// There is a store already, the file is damaged or of another format (nothing is restored then),
/// or the database cannot be written.
pub fn restore(
    from: &Path,
    url: &StoreUrl,
    progress: &mut Progress<'_>,
) -> Result<BackupReport, StoreError> {
    match url {
        StoreUrl::Sqlite(path) => {
            if path.exists() {
                return Err(StoreError::Occupied(url.to_string()));
            }
            let unfinished = beside(path, "unfinished");
            let _ = std::fs::remove_file(&unfinished);
            let beside = StoreUrl::Sqlite(unfinished.clone());
            let mut connection = Connection::open(&beside, Purpose::Write)?;
            // Until the file has its name nothing depends on it.
            connection.batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
            let report = read_all(from, &mut connection, progress)?;
            drop(connection);
            let moved = |error: std::io::Error| file_error("restoring to", path, &error);
            File::open(&unfinished).and_then(|file| file.sync_all()).map_err(moved)?;
            std::fs::rename(&unfinished, path).map_err(moved)?;
            Ok(report)
        }
        StoreUrl::Postgres(_) => {
            let mut connection = Connection::open(url, Purpose::Write)?;
            if schema::exists(&mut connection)? {
                return Err(StoreError::Occupied(url.to_string()));
            }
            read_all(from, &mut connection, progress)
        }
    }
}

/// Reads a whole backup in one transaction.
fn read_all(
    from: &Path,
    connection: &mut Connection,
    progress: &mut Progress<'_>,
) -> Result<BackupReport, StoreError> {
    let read = |error: std::io::Error| file_error("reading the backup", from, &error);
    let mut file = BufReader::new(File::open(from).map_err(read)?);
    let mut title = [0; TITLE.len()];
    file.read_exact(&mut title).map_err(read)?;
    if title != TITLE {
        return Err(damaged(from, "it does not begin as a backup of this format does"));
    }
    let stream = zstd::stream::Decoder::with_buffer(file).map_err(read)?;
    let mut input = In { stream, pending: Vec::with_capacity(CHUNK), chain: Digest([0; 32]) };
    connection.batch("BEGIN")?;
    schema::create_tables(connection)?;
    let mut rows = 0;
    loop {
        let name = input.text().map_err(read)?;
        if name.is_empty() {
            break;
        }
        let table = Table::named(&name)
            .map_err(|_| damaged(from, &format!("it holds a table {name} that is unknown")))?;
        rows += read_table(&mut input, connection, table, from, progress)?;
    }
    let digest = input.end().map_err(read)?;
    let Some(digest) = digest else {
        return Err(damaged(from, "its digest is not the one of its content"));
    };
    schema::create_indexes(connection)?;
    connection.batch("COMMIT")?;
    schema::check_format(connection)?;
    Ok(BackupReport { rows, digest })
}

fn read_table(
    input: &mut In,
    connection: &mut Connection,
    table: &Table,
    from: &Path,
    progress: &mut Progress<'_>,
) -> Result<u64, StoreError> {
    let read = |error: std::io::Error| file_error("reading the backup", from, &error);
    let width = table.columns.len() + 1;
    let (mut moved, mut rows) = (0, Vec::new());
    loop {
        let more = input.byte().map_err(read)? == 1;
        if more {
            let row: Result<Vec<Cell>, _> = (0..width).map(|_| input.cell()).collect();
            rows.push(row.map_err(read)?);
        }
        if rows.len() == ROWS || !more {
            moved += rows.len() as u64;
            table.insert_summed(connection, std::mem::take(&mut rows)).map_err(
                |error| match error {
                    // Rows that do not fit the tables are no rows of a store's.
                    StoreError::Engine(what) => damaged(from, &what),
                    other => other,
                },
            )?;
            progress(table.name, moved);
        }
        if !more {
            return Ok(moved);
        }
    }
}

/// The stream of a backup, digested on its way out.
struct Out {
    stream: zstd::stream::Encoder<'static, BufWriter<File>>,
    pending: Vec<u8>,
    chain: Digest,
}

impl Out {
    fn bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)?;
        digest(&mut self.chain, &mut self.pending, bytes);
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

    fn end(mut self) -> std::io::Result<Digest> {
        let last = closed(self.chain, &self.pending);
        self.stream.write_all(&last.0)?;
        let file =
            self.stream.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(last)
    }
}

/// The stream of a backup, digested on its way in.
struct In {
    stream: zstd::stream::Decoder<'static, BufReader<File>>,
    pending: Vec<u8>,
    chain: Digest,
}

impl In {
    fn fixed<const N: usize>(&mut self) -> std::io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        digest(&mut self.chain, &mut self.pending, &bytes);
        Ok(bytes)
    }

    fn byte(&mut self) -> std::io::Result<u8> {
        self.fixed::<1>().map(|[byte]| byte)
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
        digest(&mut self.chain, &mut self.pending, &bytes);
        Ok(bytes)
    }

    fn text(&mut self) -> std::io::Result<String> {
        match self.cell()? {
            Cell::Text(text) => Ok(text),
            _ => Err(invalid("a table has no name")),
        }
    }

    fn cell(&mut self) -> std::io::Result<Cell> {
        match self.byte()? {
            0 => Ok(Cell::Null),
            1 => Ok(Cell::Int(i64::from_be_bytes(self.fixed()?))),
            2 => String::from_utf8(self.long()?)
                .map(Cell::Text)
                .map_err(|_| invalid("a text is not UTF-8")),
            3 => Ok(Cell::Blob(self.long()?)),
            _ => Err(invalid("a cell of an unknown type")),
        }
    }

    /// The digest, if it is the one written.
    fn end(mut self) -> std::io::Result<Option<Digest>> {
        let last = closed(self.chain, &self.pending);
        let mut written = [0; 32];
        self.stream.read_exact(&mut written)?;
        Ok((written == last.0).then_some(last))
    }
}

/// Takes bytes into the chain of digests, chunk by chunk.
fn digest(chain: &mut Digest, pending: &mut Vec<u8>, bytes: &[u8]) {
    pending.extend_from_slice(bytes);
    if pending.len() >= CHUNK {
        *chain = closed(*chain, pending);
        pending.clear();
    }
}

fn closed(chain: Digest, pending: &[u8]) -> Digest {
    HashSuite::Sha256.digest(&[&chain.0, pending])
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn invalid(what: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, what)
}

fn damaged(file: &Path, what: &str) -> StoreError {
    StoreError::Backup(format!("`{}` cannot be restored: {what}", file.display()))
}

fn file_error(act: &str, file: &Path, error: &std::io::Error) -> StoreError {
    if error.kind() == std::io::ErrorKind::StorageFull {
        return StoreError::Full;
    }
    StoreError::Backup(format!("{act} `{}`: {error}", file.display()))
}

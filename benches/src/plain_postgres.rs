//! A plain load of a store's rows into a fresh database, by nothing but binary COPY.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use gongxin_store::testing::server_program;
use postgres::{Client, NoTls};

use crate::intake::{Size, TableBytes, in_order, part};

/// What a binary COPY begins with: its signature, no flags, no extension.
const BEGINNING: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with.
const END: [u8; 2] = [0xff, 0xff];

/// Loads the rows of the full database into an empty one with the same tables and indexes, and
/// says how many seconds that took. Reading is not counted.
pub(crate) fn load(full: &str, empty: &str, dumps: &Path) -> Result<f64> {
    std::fs::create_dir_all(dumps)?;
    copy_schema(full, empty, &dumps.join("schema.sql"))?;
    let mut source = Client::connect(full, NoTls)?;
    let mut target = Client::connect(empty, NoTls)?;
    let transactions = count(&mut source, "(SELECT DISTINCT at FROM entry) AS times")?;
    let mut tables = Vec::new();
    for name in table_names(&mut source)? {
        tables.push(dump(&mut source, &name, transactions, dumps)?);
    }
    let mut seconds = 0.0;
    loop {
        let mut parts = Vec::new();
        for table in &mut tables {
            parts.push(table.next_part()?);
        }
        if parts.iter().all(Option::is_none) {
            for Dumped { name, .. } in &tables {
                let (full, loaded) = (count(&mut source, name)?, count(&mut target, name)?);
                ensure!(full == loaded, "{name} has {full} rows, and {loaded} were loaded");
            }
            return Ok(seconds);
        }
        let start = Instant::now();
        let mut transaction = target.transaction()?;
        for (table, part) in tables.iter().zip(&parts) {
            if let Some(part) = part {
                let mut copy =
                    transaction.copy_in(&format!("COPY {} FROM STDIN BINARY", table.name))?;
                copy.write_all(part)?;
                copy.finish()?;
            }
        }
        transaction.commit()?;
        seconds += start.elapsed().as_secs_f64();
    }
}

fn copy_schema(full: &str, empty: &str, file: &Path) -> Result<()> {
    let run = |name: &str, words: &[&str]| {
        let program = server_program(name).context("PostgreSQL is not installed")?;
        let output = Command::new(program).args(words).arg(file).output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success(), "{name} failed: {said}");
        Ok(())
    };
    run(
        "pg_dump",
        &["--schema-only", "--no-owner", "--no-privileges", "--dbname", full, "--file"],
    )?;
    run(
        "psql",
        &[
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            "--output",
            "/dev/null",
            "--dbname",
            empty,
            "--file",
        ],
    )
}

/// A table's rows, dumped, as they are read back part by part.
struct Dumped {
    name: String,
    rows: BufReader<File>,
    part: u64,
    ended: bool,
}

fn dump(source: &mut Client, name: &str, transactions: u64, dumps: &Path) -> Result<Dumped> {
    let columns = source
        .query(
            "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1",
            &[&name],
        )?
        .iter()
        .map(|row| row.try_get(0))
        .collect::<Result<Vec<String>, _>>()?;
    let path = dumps.join(name);
    let sql = format!("COPY (SELECT * FROM {name}{}) TO STDOUT BINARY", in_order(&columns));
    let mut out = BufWriter::new(File::create(&path)?);
    std::io::copy(&mut source.copy_out(&sql)?, &mut out)?;
    out.flush()?;
    let mut rows = BufReader::with_capacity(1 << 20, File::open(&path)?);
    let mut beginning = [0; 19];
    rows.read_exact(&mut beginning)?;
    ensure!(beginning == *BEGINNING, "PostgreSQL writes another format");
    let part = part(count(source, name)?, transactions);
    Ok(Dumped { name: name.to_owned(), rows, part, ended: false })
}

impl Dumped {
    /// The next part as a COPY of its own; None when there are no more rows.
    fn next_part(&mut self) -> Result<Option<Vec<u8>>> {
        let mut bytes = BEGINNING.to_vec();
        for _ in 0..self.part {
            if self.ended || !self.row(&mut bytes)? {
                self.ended = true;
                break;
            }
        }
        if bytes.len() == BEGINNING.len() {
            return Ok(None);
        }
        bytes.extend(END);
        Ok(Some(bytes))
    }

    /// Appends the next row; false at the end.
    fn row(&mut self, bytes: &mut Vec<u8>) -> Result<bool> {
        let mut fields = [0; 2];
        self.rows.read_exact(&mut fields)?;
        if fields == END {
            return Ok(false);
        }
        bytes.extend(fields);
        for _ in 0..u16::from_be_bytes(fields) {
            let mut length = [0; 4];
            self.rows.read_exact(&mut length)?;
            bytes.extend(length);
            // An absent value has the length -1 and no bytes.
            let length = u64::try_from(i32::from_be_bytes(length)).unwrap_or(0);
            let read = (&mut self.rows).take(length).read_to_end(bytes)?;
            ensure!(read as u64 == length, "a dump ends early");
        }
        Ok(true)
    }
}

fn table_names(client: &mut Client) -> Result<Vec<String>> {
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    let rows = client.query(sql, &[])?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<_>, _>>()?)
}

fn count(client: &mut Client, table: &str) -> Result<u64> {
    let count: i64 = client.query_one(&format!("SELECT count(*) FROM {table}"), &[])?.try_get(0)?;
    Ok(count.unsigned_abs())
}

/// What the store takes on the disk: its tables with their indexes and what is stored beside them.
pub(crate) fn size(address: &str) -> Result<Size> {
    let mut client = Client::connect(address, NoTls)?;
    let rows = client.query(
        "SELECT c.relname::text, pg_total_relation_size(c.oid), pg_indexes_size(c.oid) \
         FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
        &[],
    )?;
    let mut tables = Vec::new();
    for row in rows {
        let bytes = |place| row.try_get::<_, i64>(place).map(i64::unsigned_abs);
        tables.push(TableBytes { name: row.try_get(0)?, all: bytes(1)?, indexes: bytes(2)? });
    }
    Ok(Size {
        records: count(&mut client, "record")?,
        bytes: tables.iter().map(|table| table.all).sum(),
        tables,
    })
}

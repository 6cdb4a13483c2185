//! Writing: one transaction under the lock of the log's head.

mod cases;
mod derived;
mod erase;
mod handins;
pub(crate) mod seal;
mod uploads;

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use gongxin_model::{BatchNo, Digest, Instant, Seq};

use crate::StoreError;
use crate::cell::Cell;
use crate::connection::Connection;
use crate::reader::Reader;
use crate::rows::{AdoptionRow, ArticleRow, NewEntry, Next, take};
use crate::schema::Table;
use crate::stage::{Additions, Staged};
use crate::store::{Founding, LogHead};
use crate::word::Words;

type Result<T> = std::result::Result<T, StoreError>;

/// Writes in one transaction, and reads what it will leave.
#[derive(Debug)]
pub struct Writer<'a> {
    reader: Reader<'a>,
    pub(crate) founding: &'a Founding,
    head: LogHead,
    now: Instant,
    /// What counters get when this transaction ends.
    counts: BTreeMap<String, i64>,
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

impl<'a> DerefMut for Writer<'a> {
    fn deref_mut(&mut self) -> &mut Reader<'a> {
        &mut self.reader
    }
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        connection: &'a mut Connection,
        founding: &'a Founding,
        words: Words,
        head: LogHead,
        now: Instant,
    ) -> Self {
        let now = head.next(now).at;
        let reader = Reader::new(connection, founding, words);
        Self { reader, founding, head, now, counts: BTreeMap::new() }
    }

    pub(crate) fn into_parts(self) -> (LogHead, Words) {
        (self.head, self.reader.into_words())
    }

    /// The cell of a word, which is kept if it is new.
    fn word(&mut self, text: &str) -> Result<Cell> {
        let Reader { words, connection, .. } = &mut self.reader;
        Ok(words.number(connection, text)?.into())
    }

    /// Keeps words that rows will name, so that they can be made ready ahead.
    pub fn know<'t>(&mut self, words: impl IntoIterator<Item = &'t str>) -> Result<()> {
        words.into_iter().try_for_each(|word| self.word(word).map(drop))
    }

    /// The time that entries of this transaction get.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The place that the next entry gets.
    #[must_use]
    pub fn next_seq(&self) -> Seq {
        Seq(self.head.next_seq)
    }

    /// What this transaction goes on with.
    #[must_use]
    pub fn next(&self) -> Next {
        self.head.next(self.now)
    }

    /// Takes over which numbers were given out since [`Writer::next`].
    pub fn give(&mut self, next: Next) {
        self.head.next_record = next.record;
        self.head.next_subject = next.subject;
        self.head.next_held = next.held;
    }

    /// A number for a new hand-in.
    pub fn new_batch(&mut self) -> BatchNo {
        BatchNo(take(&mut self.head.next_batch))
    }

    pub(crate) fn insert(&mut self, table: &str, rows: Vec<Vec<Cell>>) -> Result<()> {
        Table::named(table)?.insert(self.reader.connection, rows)
    }

    /// Changes columns of the one row of a key, which must exist.
    pub(crate) fn alter(
        &mut self,
        table: &str,
        key: &Cell,
        changes: Vec<(&str, Cell)>,
    ) -> Result<()> {
        let name = format!("{table} {key:?}");
        if Table::named(table)?.alter(self.reader.connection, key, changes)? {
            return Ok(());
        }
        Err(StoreError::corrupt(format!("no row {name} to change")))
    }

    /// Changes the same columns of many rows, each by the value of its key, all of which must exist.
    fn alter_many(
        &mut self,
        table: &str,
        columns: &[&str],
        changes: &BTreeMap<Cell, Vec<Cell>>,
    ) -> Result<()> {
        let wanted = changes.len();
        let found = Table::named(table)?.alter_many(self.reader.connection, columns, changes)?;
        if found == wanted {
            return Ok(());
        }
        Err(StoreError::corrupt(format!("{found} of {wanted} rows of {table} to change")))
    }

    fn execute(&mut self, sql: &str, cells: &[Cell]) -> Result<u64> {
        self.reader.connection.execute(sql, cells)
    }

    /// Appends entries: gives each its place, seals it, advances the log. The places are gapless
    /// from [`Writer::next_seq`] on, in the order given.
    ///
    /// # Errors
    /// The store cannot be written; so for every method here.
    pub fn append(&mut self, entries: &[NewEntry]) -> Result<Vec<Seq>> {
        let first = self.head.next_seq;
        self.add(&Additions { entries, ..Additions::default() })?;
        Ok((first..self.head.next_seq).map(Seq).collect())
    }

    /// Adds what is all new, computing here what [`crate::Store::stage`] computes ahead.
    pub fn add(&mut self, additions: &Additions<'_>) -> Result<()> {
        let next = self.next();
        let founding = self.founding;
        let sealed = seal::all(self.reader.connection, founding.suite, additions.entries)?;
        let make = self.reader.connection.make();
        let mut word = |text: &str| self.word(text);
        let staged = additions.stage(founding, next, sealed, &mut word, make)?;
        self.add_staged(staged)
    }

    /// Adds what was made ready ahead, for just this place.
    pub fn add_staged(&mut self, staged: Staged) -> Result<()> {
        let Staged { next, leaves, tables } = staged;
        if (next.seq, next.at) != (self.head.next_seq, self.now) {
            return Err(StoreError::corrupt("what was made ready is for another place"));
        }
        let suite = self.founding.suite;
        if !leaves.is_empty() {
            self.head.next_seq += i64::try_from(leaves.len()).unwrap_or(i64::MAX);
            leaves.into_iter().for_each(|leaf| self.head.frontier.push(suite, leaf));
            self.head.root = self.head.frontier.root(suite);
            self.head.last_at = self.now;
        }
        for (table, rows) in tables {
            table.insert_ready(self.reader.connection, &rows)?;
        }
        Ok(())
    }

    /// Erases the content of entries, which must exist: body and salt go, envelopes stay.
    pub fn erase_bodies(&mut self, places: &[Seq]) -> Result<()> {
        let nothing = |seq: &Seq| ((*seq).into(), vec![Cell::Null, Cell::Null, Cell::Null]);
        let changes = places.iter().map(nothing).collect();
        self.alter_many("entry", &["dictionary", "salt", "body"], &changes)
    }

    /// Keeps a rulebook whole, if it is not kept yet.
    pub fn keep_rulebook(&mut self, digest: &Digest, body: &[u8]) -> Result<()> {
        if self.rulebook(digest)?.is_none() {
            self.insert("rulebook", vec![vec![(*digest).into(), body.into()]])?;
        }
        Ok(())
    }

    /// Notes an adoption.
    pub fn insert_adoption(&mut self, row: &AdoptionRow) -> Result<()> {
        self.insert(
            "adoption",
            vec![vec![
                row.no.into(),
                row.digest.into(),
                row.seq.into(),
                row.at.into(),
                row.accepted.as_str().into(),
            ]],
        )
    }

    /// Registers a source, or replaces what is said of it.
    pub fn put_source(&mut self, code: &str, body: &str, seq: Seq) -> Result<()> {
        self.execute("DELETE FROM source WHERE code = $1", &[code.into()])?;
        self.insert("source", vec![vec![code.into(), body.into(), seq.into()]])
    }

    /// Keeps a notice or guide in place of what was under its word.
    pub fn put_article(&mut self, row: &ArticleRow) -> Result<()> {
        self.execute("DELETE FROM article WHERE slug = $1", &[row.slug.as_str().into()])?;
        let text = |text: &Option<String>| text.as_deref().into();
        self.insert(
            "article",
            vec![vec![
                row.slug.as_str().into(),
                row.kind.as_str().into(),
                text(&row.draft),
                text(&row.body),
                row.at.into(),
                row.seq.map(|seq| seq.0).into(),
                row.shown_from.into(),
                row.shown_until.into(),
            ]],
        )
    }

    /// Adds to named counters, when the transaction ends: until then they tell what they told.
    pub fn count(&mut self, name: &str, more: i64) {
        *self.counts.entry(name.to_owned()).or_default() += more;
    }

    /// Keeps what was counted.
    pub(crate) fn keep_counts(&mut self) -> Result<()> {
        for (name, more) in std::mem::take(&mut self.counts) {
            let value = self.counter(&name)?;
            let changes = vec![("value", (value + more).into())];
            let table = Table::named("counter")?;
            if !table.alter(self.reader.connection, &name.as_str().into(), changes)? {
                self.insert("counter", vec![vec![name.into(), more.into()]])?;
            }
        }
        Ok(())
    }
}

fn number(row: u64) -> i64 {
    i64::try_from(row).unwrap_or(i64::MAX)
}

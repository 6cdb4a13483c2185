//! Reading: absent is `None`, many at once where many are wanted.

mod acts;
mod arrivals;
mod cases;
mod erase;
mod handins;
mod open;
mod records;
mod standings;
mod statistics;
mod subjects;
mod uploads;

use std::collections::BTreeMap;

use gongxin_model::{Digest, Instant, Kind, Seq};
use gongxin_seal::Frontier;

use crate::StoreError;
use crate::cell::{Cell, Row};
use crate::connection::Connection;
use crate::payload::Unpacker;
use crate::rows::{AdoptionRow, ArticleRow};
use crate::store::{Founding, LogHead, read_head};
use crate::word::Words;

type Result<T> = std::result::Result<T, StoreError>;

/// Each value once, in their order: neighbours share pages of an index.
fn each<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

/// Reads in one snapshot.
#[derive(Debug)]
pub struct Reader<'a> {
    pub(crate) connection: &'a mut Connection,
    pub(crate) founding: &'a Founding,
    pub(crate) words: Words,
    pub(crate) unpacker: Unpacker,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        connection: &'a mut Connection,
        founding: &'a Founding,
        words: Words,
    ) -> Self {
        Self { connection, founding, words, unpacker: Unpacker::default() }
    }

    pub(crate) fn into_words(self) -> Words {
        self.words
    }

    pub(crate) fn into_parts(self) -> (Words, Unpacker) {
        (self.words, self.unpacker)
    }

    /// The word of the number that a row goes on with.
    fn word(&mut self, row: &mut Row) -> Result<String> {
        let number = row.int()?;
        self.words.text(self.connection, number)
    }

    /// The number of a word as a cell to compare with; one that equals none where the store does
    /// not know the word.
    fn word_cell(&mut self, text: &str) -> Result<Cell> {
        Ok(self.words.find(self.connection, text)?.unwrap_or(0).into())
    }

    /// All rows of an answer, made by something that reads words on the way.
    fn all_worded<T>(
        &mut self,
        sql: &str,
        cells: &[Cell],
        make: impl Fn(&mut Self, Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = self.connection.query(sql, cells)?;
        rows.into_iter().map(|row| make(self, row)).collect()
    }

    /// The head of the log.
    ///
    /// # Errors
    /// The store cannot be read; so for every method here.
    pub fn head(&mut self) -> Result<LogHead> {
        read_head(self.connection, false)
    }

    /// A named counter; 0 where it never counted.
    pub fn counter(&mut self, name: &str) -> Result<i64> {
        let sql = "SELECT value FROM counter WHERE name = $1";
        Ok(self.connection.one(sql, &[name.into()], |mut row| row.int())?.unwrap_or(0))
    }

    /// All counters that begin with the prefix.
    pub fn counters(&mut self, prefix: &str) -> Result<BTreeMap<String, i64>> {
        let sql = "SELECT name, value FROM counter WHERE name >= $1 AND name < $2";
        let end = format!("{prefix}\u{10ffff}");
        let found = self
            .connection
            .all(sql, &[prefix.into(), end.into()], |mut row| Ok((row.text()?, row.int()?)))?;
        Ok(found.into_iter().collect())
    }

    /// The last adoption.
    pub fn adoption(&mut self) -> Result<Option<AdoptionRow>> {
        let sql = "SELECT no, digest, seq, at, accepted FROM adoption ORDER BY no DESC LIMIT 1";
        self.connection.one(sql, &[], adoption_row)
    }

    /// The last adoption at a time.
    pub fn adoption_at(&mut self, at: Instant) -> Result<Option<AdoptionRow>> {
        let sql = "SELECT no, digest, seq, at, accepted FROM adoption WHERE at <= $1 \
                   ORDER BY no DESC LIMIT 1";
        self.connection.one(sql, &[at.into()], adoption_row)
    }

    /// The root of the log when it had so many entries.
    pub fn root_at(&mut self, entries: i64) -> Result<Digest> {
        let of: BTreeMap<i64, Digest> =
            self.adoptions()?.into_iter().map(|row| (row.no, row.digest)).collect();
        let sql = "SELECT seq, kind, at, adoption, commitments FROM entry \
                   WHERE seq < $1 ORDER BY seq";
        let (founding, mut frontier) = (self.founding, Frontier::default());
        self.connection.stream(sql, &[entries.into()], &mut |mut row| {
            let seq = Seq(row.int()?);
            let kind = u16::try_from(row.int()?).ok().and_then(Kind::from_number);
            let kind = kind.ok_or_else(|| StoreError::corrupt(format!("kind of entry {seq}")))?;
            let at = Instant(row.int()?);
            // What came before the first adoption has none.
            let rulebook = of.get(&row.int()?).copied().unwrap_or(Digest([0; 32]));
            let leaf = founding.leaf(seq, at, kind, rulebook, Digest(row.fixed()?));
            frontier.push(founding.suite, leaf);
            Ok(())
        })?;
        Ok(frontier.root(founding.suite))
    }

    /// An error where the store was moved to another place.
    pub fn refuse_moved(&mut self) -> Result<()> {
        crate::moving::refuse_moved(self.connection)
    }

    /// All adoptions, oldest first.
    pub fn adoptions(&mut self) -> Result<Vec<AdoptionRow>> {
        let sql = "SELECT no, digest, seq, at, accepted FROM adoption ORDER BY no";
        self.connection.all(sql, &[], adoption_row)
    }

    /// An adopted rulebook's whole body.
    pub fn rulebook(&mut self, digest: &Digest) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT body FROM rulebook WHERE digest = $1";
        self.connection.one(sql, &[(*digest).into()], |mut row| row.blob())
    }

    /// All notices and guides, drafts among them, by their words in addresses. They are few.
    pub fn articles(&mut self) -> Result<Vec<ArticleRow>> {
        let sql = "SELECT slug, kind, draft, body, at, seq, shown_from, shown_until \
                   FROM article ORDER BY slug";
        self.connection.all(sql, &[], article_row)
    }

    /// The notice or guide of a word in addresses, be it a draft.
    pub fn article(&mut self, slug: &str) -> Result<Option<ArticleRow>> {
        let sql = "SELECT slug, kind, draft, body, at, seq, shown_from, shown_until \
                   FROM article WHERE slug = $1";
        self.connection.one(sql, &[slug.into()], article_row)
    }

    /// Sources registered beside the rulebook's: code and body as JSON of the office.
    pub fn sources(&mut self) -> Result<Vec<(String, String)>> {
        let sql = "SELECT code, body FROM source ORDER BY code";
        self.connection.all(sql, &[], |mut row| Ok((row.text()?, row.text()?)))
    }
}

fn article_row(mut row: Row) -> Result<ArticleRow> {
    Ok(ArticleRow {
        slug: row.text()?,
        kind: row.text()?,
        draft: row.text_or_null()?,
        body: row.text_or_null()?,
        at: Instant(row.int()?),
        seq: row.int_or_null()?.map(Seq),
        shown_from: row.day_or_null()?,
        shown_until: row.day_or_null()?,
    })
}

fn adoption_row(mut row: Row) -> Result<AdoptionRow> {
    Ok(AdoptionRow {
        no: row.int()?,
        digest: Digest(row.fixed()?),
        seq: Seq(row.int()?),
        at: Instant(row.int()?),
        accepted: row.text()?,
    })
}

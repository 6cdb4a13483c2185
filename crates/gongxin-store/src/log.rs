//! The public log: a Merkle tree over the envelopes of all entries, in tiles.
//!
//! Nothing of it is written when an entry is: its leaf is in the frontier of the log's head from that
//! transaction on. The roots over full tiles follow in batches, and are all that is kept: an eighth of
//! a byte an entry. What a tile of leaves has is computed when it is asked for.

use std::collections::BTreeMap;

use gongxin_model::{Digest, Envelope, Instant, Kind, Seq};
use gongxin_seal::{TILE_WIDTH, Tile, TileTree, envelope_bytes, tree_hash};

use crate::cell::Row;
use crate::reader::Reader;
use crate::writer::Writer;
use crate::{Store, StoreError};

type Result<T> = std::result::Result<T, StoreError>;

/// [`TILE_WIDTH`] where places are counted.
const WIDTH: i64 = TILE_WIDTH as i64;

/// What was signed of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Its number, gapless from 1.
    pub no: i64,
    /// How many entries it covers.
    pub size: i64,
    /// When it was signed.
    pub at: Instant,
    /// The root over them.
    pub root: Digest,
    /// The signed note.
    pub note: String,
}

/// A public key that signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKeyRow {
    /// Its number.
    pub no: i64,
    /// When it signed first.
    pub since: Instant,
    /// The number of the first checkpoint that it signed.
    pub first: i64,
    /// The number of the last one; every one between has its signature.
    pub last: i64,
    /// The key as C2SP writes it.
    pub key: String,
}

/// How far integration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequenced {
    /// The entries that are under a kept root.
    pub integrated: i64,
    /// All entries.
    pub entries: i64,
}

impl Sequenced {
    /// True where nothing is left to integrate: a last tile is not full.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.entries - self.integrated < WIDTH
    }
}

/// Integrates at most so many full tiles of entries, behind what is integrated already. Whoever else
/// does the same meanwhile takes nothing from it; interrupted, nothing is lost.
///
/// # Errors
/// The store cannot be read or written.
pub fn integrate(store: &Store, now: Instant, tiles: u16) -> Result<Sequenced> {
    // Entries never change: they are read and hashed beside whoever writes.
    let (first, roots, entries) = store.read(|reader| {
        let (first, entries) = (reader.log_level(1)?, reader.head()?.next_seq);
        let last = (entries / WIDTH).min(first + i64::from(tiles));
        let mut roots = Vec::new();
        if last > first {
            roots = reader.tile_roots(first, last)?;
        }
        Ok::<_, StoreError>((first, roots, entries))
    })?;
    if !roots.is_empty() {
        store.write(now, |writer| writer.put_tile_roots(first, &roots))?;
    }
    let integrated = (first + count(&roots)) * WIDTH;
    Ok(Sequenced { integrated, entries })
}

fn count<T>(all: &[T]) -> i64 {
    i64::try_from(all.len()).unwrap_or(i64::MAX)
}

impl Reader<'_> {
    /// How many hashes of a level above the leaves are kept.
    pub fn log_level(&mut self, level: u8) -> Result<i64> {
        let sql = "SELECT COALESCE(MAX(no) + 1, 0) FROM log_hash WHERE level = $1";
        let found = self.connection.one(sql, &[i64::from(level).into()], |mut row| row.int())?;
        Ok(found.unwrap_or(0))
    }

    /// The envelopes of entries from a place up to another, in their order: nothing is left out.
    pub fn envelopes(&mut self, from: i64, until: i64) -> Result<Vec<Envelope>> {
        let mut found = Vec::with_capacity(usize::try_from(until - from).unwrap_or(0));
        self.each_envelope(from, until, &mut |envelope| found.push(envelope))?;
        Ok(found)
    }

    fn each_envelope(
        &mut self,
        from: i64,
        until: i64,
        take: &mut dyn FnMut(Envelope),
    ) -> Result<()> {
        let rulebooks: BTreeMap<i64, Digest> =
            self.adoptions()?.into_iter().map(|row| (row.no, row.digest)).collect();
        let sql = "SELECT seq, kind, at, adoption, commitments FROM entry \
                   WHERE seq >= $1 AND seq < $2 ORDER BY seq";
        let founding = self.founding;
        let mut expected = from;
        self.connection.stream(sql, &[from.into(), until.into()], &mut |mut row| {
            let seq = Seq(row.int()?);
            if seq.0 != expected {
                return Err(StoreError::corrupt(format!("entry {expected} is missing")));
            }
            expected += 1;
            let kind = u16::try_from(row.int()?).ok().and_then(Kind::from_number);
            let kind = kind.ok_or_else(|| StoreError::corrupt(format!("kind of entry {seq}")))?;
            let at = Instant(row.int()?);
            // What came before the first adoption has none.
            let rulebook = rulebooks.get(&row.int()?).copied().unwrap_or(Digest([0; 32]));
            take(founding.envelope((seq, at), kind, rulebook, Digest(row.fixed()?)));
            Ok(())
        })?;
        if expected == until {
            return Ok(());
        }
        Err(StoreError::corrupt(format!("entry {expected} is missing")))
    }

    /// The leaves of entries from a place up to another.
    fn leaves(&mut self, from: i64, until: i64) -> Result<Vec<Digest>> {
        let suite = self.founding.suite;
        let mut leaves = Vec::with_capacity(usize::try_from(until - from).unwrap_or(0));
        self.each_envelope(from, until, &mut |envelope| {
            leaves.push(suite.leaf(&envelope_bytes(&envelope)));
        })?;
        Ok(leaves)
    }

    /// The roots over full tiles of leaves from a tile up to another, straight from the entries.
    fn tile_roots(&mut self, first: i64, last: i64) -> Result<Vec<Digest>> {
        let suite = self.founding.suite;
        let leaves = self.leaves(first * WIDTH, last * WIDTH)?;
        let tiles = leaves.chunks_exact(usize::from(TILE_WIDTH));
        Ok(tiles.map(|tile| tree_hash(suite, tile)).collect())
    }

    /// The hashes of a tile. Those that are not integrated yet are computed from the entries.
    ///
    /// # Errors
    /// The store cannot be read, or has no so many entries.
    pub fn log_tile(&mut self, tile: Tile) -> Result<Vec<Digest>> {
        let range = || {
            let first = i64::try_from(tile.index).ok()?.checked_mul(WIDTH)?;
            Some((first, first.checked_add(i64::from(tile.width))?))
        };
        let beyond = || StoreError::corrupt("a tile beyond the log");
        let (first, last) = range().ok_or_else(beyond)?;
        self.level_hashes(tile.level, first, last)
    }

    fn level_hashes(&mut self, level: u8, first: i64, last: i64) -> Result<Vec<Digest>> {
        if level == 0 {
            return self.leaves(first, last);
        }
        let sql = "SELECT no, hash FROM log_hash WHERE level = $1 AND no >= $2 AND no < $3 \
                   ORDER BY no";
        let cells = [i64::from(level).into(), first.into(), last.into()];
        let mut hashes = Vec::with_capacity(usize::try_from(last - first).unwrap_or(0));
        self.connection.stream(sql, &cells, &mut |mut row| {
            if row.int()? != first + count(&hashes) {
                return Err(StoreError::corrupt("a hash of the log is missing"));
            }
            hashes.push(Digest(row.fixed()?));
            Ok(())
        })?;
        for no in first + count(&hashes)..last {
            let under = self.level_hashes(level - 1, no * WIDTH, (no + 1) * WIDTH)?;
            hashes.push(tree_hash(self.founding.suite, &under));
        }
        Ok(hashes)
    }

    /// The tree over the first so many entries: its root and its proofs.
    pub fn log_tree(&mut self, size: u64) -> TileTree<impl FnMut(Tile) -> Result<Vec<Digest>>> {
        TileTree::new(self.founding.suite, size, |tile| self.log_tile(tile))
    }

    /// The last checkpoint.
    pub fn checkpoint(&mut self) -> Result<Option<CheckpointRow>> {
        let sql = "SELECT no, size, at, root, note FROM checkpoint ORDER BY no DESC LIMIT 1";
        self.connection.one(sql, &[], checkpoint_row)
    }

    /// All checkpoints behind a number, oldest first.
    pub fn checkpoints_after(&mut self, no: i64, limit: i64) -> Result<Vec<CheckpointRow>> {
        let sql = "SELECT no, size, at, root, note FROM checkpoint WHERE no > $1 \
                   ORDER BY no LIMIT $2";
        self.connection.all(sql, &[no.into(), limit.into()], checkpoint_row)
    }

    /// The keys that signed, oldest first.
    pub fn log_keys(&mut self) -> Result<Vec<LogKeyRow>> {
        let sql = "SELECT no, since, first, last, key FROM log_key ORDER BY no";
        self.connection.all(sql, &[], |mut row| {
            Ok(LogKeyRow {
                no: row.int()?,
                since: Instant(row.int()?),
                first: row.int()?,
                last: row.int()?,
                key: row.text()?,
            })
        })
    }
}

fn checkpoint_row(mut row: Row) -> Result<CheckpointRow> {
    Ok(CheckpointRow {
        no: row.int()?,
        size: row.int()?,
        at: Instant(row.int()?),
        root: Digest(row.fixed()?),
        note: row.text()?,
    })
}

impl Writer<'_> {
    /// Keeps roots over full tiles from a tile on, and those that become full with them. What another
    /// kept meanwhile is passed over.
    fn put_tile_roots(&mut self, first: i64, roots: &[Digest]) -> Result<()> {
        let mut level = 1_u8;
        let (mut first, mut roots) = (first, roots.to_vec());
        while !roots.is_empty() {
            let kept = self.log_level(level)?;
            let known = usize::try_from(kept - first).unwrap_or(0).min(roots.len());
            let new = roots.get(known..).unwrap_or_default();
            let row = |(no, root): (i64, &Digest)| {
                vec![no.into(), i64::from(level).into(), (*root).into()]
            };
            let rows: Vec<_> = (first.max(kept)..).zip(new).map(row).collect();
            self.insert("log_hash", rows)?;
            let suite = self.founding.suite;
            first = self.log_level(level + 1)?;
            let last = self.log_level(level)? / WIDTH;
            roots = Vec::new();
            for tile in first..last {
                let hashes = self.level_hashes(level, tile * WIDTH, (tile + 1) * WIDTH)?;
                roots.push(tree_hash(suite, &hashes));
            }
            level += 1;
        }
        Ok(())
    }

    /// Keeps what was signed, and by which keys: those that sign for the first time are new rows.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn insert_checkpoint(&mut self, row: &CheckpointRow, keys: &[String]) -> Result<()> {
        self.insert(
            "checkpoint",
            vec![vec![
                row.no.into(),
                row.size.into(),
                row.at.into(),
                row.root.into(),
                row.note.as_str().into(),
            ]],
        )?;
        let known = self.log_keys()?;
        let mut next = count(&known) + 1;
        for key in keys {
            if let Some(kept) = known.iter().find(|kept| kept.key == *key) {
                self.alter("log_key", &kept.no.into(), vec![("last", row.no.into())])?;
            } else {
                let cells = [next, row.at.0, row.no, row.no].map(Into::into);
                let cells = cells.into_iter().chain([key.as_str().into()]).collect();
                self.insert("log_key", vec![cells])?;
                next += 1;
            }
        }
        Ok(())
    }
}

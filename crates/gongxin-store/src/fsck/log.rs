//! The public log, derived again from the archive: every root over a full tile, every checkpoint.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::Digest;
use gongxin_seal::{Checkpoint, Frontier, HashSuite, Note, TILE_WIDTH, VerifierKey, tree_hash};

use super::{Problem, Tell};
use crate::StoreError;
use crate::connection::Connection;

/// Checkpoints that are read at once.
const PAGE: i64 = 1_000;

/// The log as the entries give it, leaf by leaf.
#[derive(Debug)]
pub(super) struct LogCheck {
    suite: HashSuite,
    /// The hashes of tiles that are not full yet, by level.
    open: BTreeMap<i64, Vec<Digest>>,
    /// The roots over full tiles, by level from 1 on.
    roots: BTreeMap<i64, Vec<Digest>>,
    /// The sizes at which something was signed, and the roots at those that were reached.
    sizes: BTreeSet<u64>,
    signed: BTreeMap<u64, Digest>,
}

impl LogCheck {
    pub(super) fn new(suite: HashSuite, connection: &mut Connection) -> Result<Self, StoreError> {
        let mut sizes = BTreeSet::new();
        connection.stream("SELECT size FROM checkpoint", &[], &mut |mut row| {
            sizes.insert(u64::try_from(row.int()?).unwrap_or(u64::MAX));
            Ok(())
        })?;
        let (open, roots, signed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { suite, open, roots, sizes, signed })
    }

    /// Takes the next leaf, which the frontier has already.
    pub(super) fn push(&mut self, leaf: Digest, frontier: &Frontier) {
        let (mut level, mut hash) = (0, leaf);
        loop {
            let open = self.open.entry(level).or_default();
            open.push(hash);
            if open.len() < usize::from(TILE_WIDTH) {
                break;
            }
            hash = tree_hash(self.suite, open);
            open.clear();
            level += 1;
            self.roots.entry(level).or_default().push(hash);
        }
        if self.sizes.contains(&frontier.size()) {
            self.signed.insert(frontier.size(), frontier.root(self.suite));
        }
    }

    /// Compares what is kept with what the entries give, and names the first difference of each kind.
    pub(super) fn end(
        &self,
        connection: &mut Connection,
        tell: &mut Tell<'_>,
    ) -> Result<(), StoreError> {
        if let Some((key, what)) = self.first_other_root(connection)? {
            tell(Problem { table: "log_hash", key, column: "hash", what });
        }
        let keys = self.keys(connection, tell)?;
        let mut after = 0;
        loop {
            let sql = "SELECT no, size, root, note FROM checkpoint WHERE no > $1 \
                       ORDER BY no LIMIT $2";
            let rows = connection.query(sql, &[after.into(), PAGE.into()])?;
            if rows.is_empty() {
                return Ok(());
            }
            for mut row in rows {
                let (no, size) = (row.int()?, u64::try_from(row.int()?).unwrap_or(u64::MAX));
                let (root, note) = (Digest(row.fixed()?), row.text()?);
                let mut wrong = |column, what: &str| {
                    let (key, what) = (no.to_string(), what.to_owned());
                    tell(Problem { table: "checkpoint", key, column, what });
                };
                if no != after + 1 {
                    wrong("no", "the checkpoint before it is missing");
                }
                after = no;
                if self.signed.get(&size) != Some(&root) {
                    wrong("root", "not what the entries give");
                }
                if let Some(what) = unlike(&note, (size, root), &keys, no) {
                    wrong("note", what);
                }
            }
        }
    }

    /// The first kept root that the entries do not give, or that is missing among others.
    fn first_other_root(
        &self,
        connection: &mut Connection,
    ) -> Result<Option<(String, String)>, StoreError> {
        let sql = "SELECT level, no, hash FROM log_hash ORDER BY level, no";
        let mut first = None;
        let mut expected = (1, 0);
        connection.stream(sql, &[], &mut |mut row| {
            let (level, no, hash) = (row.int()?, row.int()?, Digest(row.fixed()?));
            if level != expected.0 {
                expected = (level, 0);
            }
            let place = usize::try_from(no).unwrap_or(usize::MAX);
            let right = self.roots.get(&level).and_then(|roots| roots.get(place));
            let what = match right {
                _ if no != expected.1 => format!("hash {} of the level is missing", expected.1),
                Some(right) if *right == hash => {
                    expected.1 += 1;
                    return Ok(());
                }
                Some(_) => "not what the entries give".to_owned(),
                None => "there are no such entries".to_owned(),
            };
            expected.1 = no + 1;
            first.get_or_insert((format!("{level}/{no}"), what));
            Ok(())
        })?;
        Ok(first)
    }

    /// The keys that signed, each with its first and its last checkpoint.
    fn keys(
        &self,
        connection: &mut Connection,
        tell: &mut Tell<'_>,
    ) -> Result<Vec<(VerifierKey, i64, i64)>, StoreError> {
        let mut keys = Vec::new();
        for mut row in connection.query("SELECT no, first, last, key FROM log_key", &[])? {
            let (no, first, last, key) = (row.int()?, row.int()?, row.int()?, row.text()?);
            match key.parse() {
                Ok(key) => keys.push((key, first, last)),
                Err(_) => {
                    let what = "is no key".to_owned();
                    tell(Problem { table: "log_key", key: no.to_string(), column: "key", what });
                }
            }
        }
        Ok(keys)
    }
}

/// What a note says otherwise than its row, or who did not sign it.
fn unlike(
    note: &str,
    (size, root): (u64, Digest),
    keys: &[(VerifierKey, i64, i64)],
    no: i64,
) -> Option<&'static str> {
    let Ok(note) = note.parse::<Note>() else {
        return Some("is no signed note");
    };
    let Ok(checkpoint) = note.text.parse::<Checkpoint>() else {
        return Some("is no checkpoint");
    };
    if (checkpoint.size, checkpoint.root) != (size, root) {
        return Some("says another size or root than its row");
    }
    let of_then = keys.iter().filter(|(_, first, last)| (*first..=*last).contains(&no));
    let of_then: Vec<VerifierKey> = of_then.map(|(key, ..)| key.clone()).collect();
    match note.signers(&of_then) {
        Ok(signers) if signers.len() == of_then.len() => None,
        _ => Some("is not signed by the keys of its time"),
    }
}

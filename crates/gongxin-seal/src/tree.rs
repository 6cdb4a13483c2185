//! A tree of a size, read tile by tile: its root and its proofs, wherever the tiles come from.

use std::collections::BTreeMap;
use std::ops::Range;

use gongxin_model::Digest;

use crate::merkle::{consistency_nodes, inclusion_nodes};
use crate::{HashSuite, TILE_WIDTH, Tile, tree_hash};

/// The tree of the first so many leaves of a log. Each tile is asked for once.
#[derive(Debug)]
pub struct TileTree<F> {
    suite: HashSuite,
    size: u64,
    fetch: F,
    tiles: BTreeMap<Tile, Vec<Digest>>,
}

impl<F, E> TileTree<F>
where
    F: FnMut(Tile) -> Result<Vec<Digest>, E>,
{
    /// The tree of a size over tiles that `fetch` gives: as many hashes as the tile is wide.
    pub fn new(suite: HashSuite, size: u64, fetch: F) -> Self {
        Self { suite, size, fetch, tiles: BTreeMap::new() }
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    ///
    /// # Errors
    /// A tile cannot be had; so for every method here.
    pub fn root(&mut self) -> Result<Digest, E> {
        self.node(0..self.size)
    }

    /// The nodes that prove the leaf of a number to be in the tree, from its sibling upwards; None
    /// where the tree has no such leaf.
    #[expect(clippy::missing_errors_doc, reason = "said at `root`")]
    pub fn inclusion(&mut self, index: u64) -> Result<Option<Vec<Digest>>, E> {
        let nodes = inclusion_nodes(index, self.size);
        nodes.map(|nodes| nodes.into_iter().map(|node| self.node(node)).collect()).transpose()
    }

    /// The nodes that prove that a smaller tree is the beginning of this one; None where it is
    /// larger.
    #[expect(clippy::missing_errors_doc, reason = "said at `root`")]
    pub fn consistency(&mut self, old: u64) -> Result<Option<Vec<Digest>>, E> {
        let nodes = consistency_nodes(old, self.size);
        nodes.map(|nodes| nodes.into_iter().map(|node| self.node(node)).collect()).transpose()
    }

    /// The root over leaves that make one node of a tree: the full subtrees under it, folded from
    /// the right.
    fn node(&mut self, leaves: Range<u64>) -> Result<Digest, E> {
        let mut subtrees = Vec::new();
        let mut from = leaves.start;
        while from < leaves.end {
            let height = (leaves.end - from).ilog2();
            subtrees.push(self.subtree(height, from >> height)?);
            from += 1 << height;
        }
        let suite = self.suite;
        let mut peaks = subtrees.into_iter().rev();
        let Some(last) = peaks.next() else {
            return Ok(suite.digest(&[]));
        };
        Ok(peaks.fold(last, |right, left| suite.node(&left, &right)))
    }

    /// The root of the full subtree of a height: hashes of one tile, folded.
    fn subtree(&mut self, height: u32, index: u64) -> Result<Digest, E> {
        let (level, above) = (height / 8, height % 8);
        let level = u8::try_from(level).unwrap_or(u8::MAX);
        let first = index << above;
        let width = u64::from(TILE_WIDTH);
        let suite = self.suite;
        let hashes = self.tile(level, first / width)?;
        let from = usize::try_from(first % width).unwrap_or(0);
        let hashes = hashes.get(from..from + (1 << above)).unwrap_or_default();
        Ok(tree_hash(suite, hashes))
    }

    fn tile(&mut self, level: u8, index: u64) -> Result<&[Digest], E> {
        let Some(tile) = Tile::at(self.size, level, index) else {
            return Ok(&[]);
        };
        let kept = match self.tiles.entry(tile) {
            std::collections::btree_map::Entry::Occupied(kept) => kept.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert((self.fetch)(tile)?),
        };
        Ok(kept)
    }
}

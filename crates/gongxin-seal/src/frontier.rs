//! The log's frontier: the roots of the full subtrees at its right edge, enough to append and to
//! know the root, without keeping the tree.

use gongxin_model::Digest;

use crate::HashSuite;

/// The right edge of a Merkle tree (RFC 6962): one digest for each bit set in its size, largest
/// subtree first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, already hashed as such.
    pub fn push(&mut self, suite: HashSuite, leaf: Digest) {
        let mut carried = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                carried = suite.node(&left, &carried);
            }
        }
        self.peaks.push(carried);
        self.size += 1;
    }

    /// The root of the tree; of an empty one, the digest of nothing.
    #[must_use]
    pub fn root(&self, suite: HashSuite) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else {
            return suite.digest(&[]);
        };
        peaks.fold(*last, |right, left| suite.node(left, &right))
    }

    /// The frontier as bytes: size, then the peaks.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.peaks.iter().for_each(|peak| bytes.extend(peak.0));
        bytes
    }

    /// Reads [`Frontier::to_bytes`]; None where they are not a frontier's.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (size, rest) = bytes.split_first_chunk::<8>()?;
        let size = u64::from_be_bytes(*size);
        let (peaks, rest) = rest.as_chunks::<32>();
        if !rest.is_empty() || peaks.len() != size.count_ones() as usize {
            return None;
        }
        Some(Self { size, peaks: peaks.iter().copied().map(Digest).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree_hash;

    #[test]
    fn the_root_is_the_tree_hash_at_every_size() {
        for suite in [HashSuite::Sha256, HashSuite::Sm3] {
            let mut frontier = Frontier::default();
            let mut leaves = Vec::new();
            for number in 0..70_u8 {
                assert_eq!(frontier.root(suite), tree_hash(suite, &leaves));
                let leaf = suite.leaf(&[number]);
                leaves.push(leaf);
                frontier.push(suite, leaf);
                assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Some(frontier.clone()));
            }
        }
    }

    #[test]
    fn broken_bytes_are_no_frontier() {
        let mut frontier = Frontier::default();
        frontier.push(HashSuite::Sha256, Digest([1; 32]));
        let bytes = frontier.to_bytes();
        assert_eq!(Frontier::from_bytes(&bytes[..39]), None);
        assert_eq!(Frontier::from_bytes(&[bytes.as_slice(), &[0; 32]].concat()), None);
    }
}

//! Proofs of the Merkle tree of RFC 6962: which nodes make one, and how one is verified (RFC 9162,
//! sections 2.1.3 and 2.1.4).

use std::ops::Range;

use gongxin_model::Digest;

use crate::{HashSuite, limits};

/// A proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The entry is not within the tree, or the older tree is the larger one.
    #[error("the numbers fit no tree")]
    Numbers,
    /// The proof has more or fewer nodes than the tree asks for.
    #[error("the proof has the wrong length")]
    Length,
    /// The nodes give another root.
    #[error("the proof leads to another root")]
    Root,
}

/// The leaves under each node of the inclusion proof of a leaf, from its sibling upwards; None where
/// the tree has no such leaf.
pub(crate) fn inclusion_nodes(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let mut nodes = Vec::new();
    let mut tree = 0..size;
    while tree.end - tree.start > 1 {
        let middle = tree.start + split(tree.end - tree.start);
        if index < middle {
            nodes.push(middle..tree.end);
            tree.end = middle;
        } else {
            nodes.push(tree.start..middle);
            tree.start = middle;
        }
    }
    nodes.reverse();
    Some(nodes)
}

/// The leaves under each node of the consistency proof between two sizes; None where the older is
/// the larger one. Nothing needs no proof.
pub(crate) fn consistency_nodes(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old > new {
        return None;
    }
    let mut nodes = Vec::new();
    if old == 0 || old == new {
        return Some(nodes);
    }
    let mut tree = 0..new;
    // True while the old tree is a whole subtree of what is looked at, whose root the verifier has.
    let mut is_whole = true;
    while tree.end != old {
        let middle = tree.start + split(tree.end - tree.start);
        if old <= middle {
            nodes.push(middle..tree.end);
            tree.end = middle;
        } else {
            nodes.push(tree.start..middle);
            tree.start = middle;
            is_whole = false;
        }
    }
    if !is_whole {
        nodes.push(tree);
    }
    nodes.reverse();
    Some(nodes)
}

/// The largest power of two below a number above one.
fn split(count: u64) -> u64 {
    1 << (count - 1).ilog2()
}

/// Verifies that the leaf of a number is in the tree with the root.
///
/// # Errors
/// It is not, or the proof is none.
pub fn verify_inclusion(
    suite: HashSuite,
    leaf: &Digest,
    (index, size): (u64, u64),
    proof: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Numbers);
    }
    if proof.len() > limits::PROOF_NODES {
        return Err(ProofError::Length);
    }
    let (mut place, mut last) = (index, size - 1);
    let mut node = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            node = suite.node(sibling, &node);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            node = suite.node(&node, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if node == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Verifies that the tree with the older root is the beginning of the one with the newer root.
///
/// # Errors
/// It is not, or the proof is none.
pub fn verify_consistency(
    suite: HashSuite,
    (old_size, old_root): (u64, &Digest),
    (new_size, new_root): (u64, &Digest),
    proof: &[Digest],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Numbers);
    }
    if proof.len() > limits::PROOF_NODES {
        return Err(ProofError::Length);
    }
    if old_size == 0 || old_size == new_size {
        let is_right = match old_size {
            _ if old_size == new_size => old_root == new_root,
            _ => *old_root == suite.digest(&[]),
        };
        return match (proof.is_empty(), is_right) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    let mut nodes = proof.iter();
    let (mut place, mut last) = (old_size - 1, new_size - 1);
    while place & 1 == 1 {
        (place, last) = (place >> 1, last >> 1);
    }
    let first = if place == 0 { Some(old_root) } else { nodes.next() };
    let first = *first.ok_or(ProofError::Length)?;
    let (mut older, mut newer) = (first, first);
    for sibling in nodes {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place & 1 == 1 || place == last {
            older = suite.node(sibling, &older);
            newer = suite.node(sibling, &newer);
            while place & 1 == 0 && place != 0 {
                (place, last) = (place >> 1, last >> 1);
            }
        } else {
            newer = suite.node(&newer, sibling);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if older == *old_root && newer == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

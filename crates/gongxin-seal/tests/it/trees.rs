//! The tree of RFC 6962: every size up to some hundreds, every index, and what other people's tests
//! say of it.

use std::convert::Infallible;

use gongxin_model::Digest;
use gongxin_seal::{
    Frontier, HashSuite, ProofError, Tile, TileTree, tree_hash, verify_consistency,
    verify_inclusion,
};
use proptest::prelude::*;

/// Every size up to here.
const SIZES: u64 = 330;

fn leaves(suite: HashSuite, count: u64) -> Vec<Digest> {
    (0..count).map(|number| suite.leaf(&number.to_be_bytes())).collect()
}

/// The hashes of a tile, straight from the leaves.
fn hashes(suite: HashSuite, leaves: &[Digest], tile: Tile) -> Vec<Digest> {
    let under = 1_usize << (8 * u32::from(tile.level));
    let first = usize::try_from(tile.index).unwrap() * 256;
    (first..first + usize::from(tile.width))
        .map(|place| tree_hash(suite, &leaves[place * under..(place + 1) * under]))
        .collect()
}

fn tree(
    suite: HashSuite,
    leaves: &[Digest],
    size: u64,
) -> TileTree<impl FnMut(Tile) -> Result<Vec<Digest>, Infallible>> {
    TileTree::new(suite, size, move |tile| Ok(hashes(suite, leaves, tile)))
}

#[test]
fn every_leaf_of_every_tree_is_proved() {
    let suite = HashSuite::Sha256;
    let leaves = leaves(suite, SIZES);
    let mut frontier = Frontier::default();
    for size in 0..=SIZES {
        let count = usize::try_from(size).unwrap();
        let root = tree_hash(suite, &leaves[..count]);
        let mut tree = tree(suite, &leaves, size);
        assert_eq!(tree.root(), Ok(root), "{size}");
        assert_eq!(frontier.root(suite), root, "{size}");
        for index in 0..size {
            let proof = tree.inclusion(index).unwrap().unwrap();
            let leaf = leaves[usize::try_from(index).unwrap()];
            assert_eq!(verify_inclusion(suite, &leaf, (index, size), &proof, &root), Ok(()));
        }
        assert_eq!(tree.inclusion(size), Ok(None));
        if let Some(leaf) = leaves.get(count) {
            frontier.push(suite, *leaf);
        }
    }
}

#[test]
fn every_tree_is_the_beginning_of_every_later_one() {
    let suite = HashSuite::Sha256;
    let leaves = leaves(suite, SIZES);
    let count = |size: u64| usize::try_from(size).unwrap();
    let roots: Vec<Digest> =
        (0..=SIZES).map(|size| tree_hash(suite, &leaves[..count(size)])).collect();
    for new in 0..=SIZES {
        let mut tree = tree(suite, &leaves, new);
        for old in 0..=new {
            let proof = tree.consistency(old).unwrap().unwrap();
            let (older, newer) = ((old, &roots[count(old)]), (new, &roots[count(new)]));
            assert_eq!(verify_consistency(suite, older, newer, &proof), Ok(()), "{old} {new}");
        }
        assert_eq!(tree.consistency(new + 1), Ok(None));
    }
}

#[test]
fn both_suites_prove_across_three_levels() {
    for suite in [HashSuite::Sha256, HashSuite::Sm3] {
        let leaves = leaves(suite, 66_000);
        let root = tree_hash(suite, &leaves);
        let mut tree = tree(suite, &leaves, 66_000);
        for index in [0, 255, 256, 65_535, 65_536, 65_999] {
            let proof = tree.inclusion(index).unwrap().unwrap();
            let leaf = leaves[usize::try_from(index).unwrap()];
            assert_eq!(verify_inclusion(suite, &leaf, (index, 66_000), &proof, &root), Ok(()));
        }
        let older = tree_hash(suite, &leaves[..65_537]);
        let proof = tree.consistency(65_537).unwrap().unwrap();
        let (older, newer) = ((65_537, &older), (66_000, &root));
        assert_eq!(verify_consistency(suite, older, newer, &proof), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_proves_nothing(
        (size, index, old) in (1..SIZES).prop_flat_map(|size| (Just(size), 0..size, 1..=size)),
        place in any::<prop::sample::Index>(), byte in 0_usize..32, flip in 1_u8..,
    ) {
        let suite = HashSuite::Sha256;
        let leaves = leaves(suite, size);
        let count = |size: u64| usize::try_from(size).unwrap();
        let root = tree_hash(suite, &leaves);
        let mut tree = tree(suite, &leaves, size);
        let leaf = leaves[count(index)];
        let proof = tree.inclusion(index).unwrap().unwrap();
        let change = |digest: &mut Digest| digest.0[byte] ^= flip;
        let mut other = leaf;
        change(&mut other);
        prop_assert!(verify_inclusion(suite, &other, (index, size), &proof, &root).is_err());
        if !proof.is_empty() {
            let mut changed = proof.clone();
            change(&mut changed[place.index(proof.len())]);
            prop_assert!(verify_inclusion(suite, &leaf, (index, size), &changed, &root).is_err());
            let shorter = &proof[..proof.len() - 1];
            prop_assert!(verify_inclusion(suite, &leaf, (index, size), shorter, &root).is_err());
        }
        let longer = [proof.as_slice(), &[root]].concat();
        prop_assert!(verify_inclusion(suite, &leaf, (index, size), &longer, &root).is_err());
        let older_root = tree_hash(suite, &leaves[..count(old)]);
        let proof = tree.consistency(old).unwrap().unwrap();
        for at in 0..proof.len() {
            let mut changed = proof.clone();
            change(&mut changed[at]);
            let held = verify_consistency(suite, (old, &older_root), (size, &root), &changed);
            prop_assert_eq!(held, Err(ProofError::Root));
        }
        let mut other = older_root;
        change(&mut other);
        prop_assert!(verify_consistency(suite, (old, &other), (size, &root), &proof).is_err());
        prop_assert!(verify_consistency(suite, (old, &older_root), (size, &other), &proof).is_err());
    }
}

/// The leaves of the reference tests of Certificate Transparency (RFC 6962), which
/// transparency-dev/merkle has too.
const REFERENCE: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// The roots over the first so many of them, from none on.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Inclusion proofs of the same tests: index, size, nodes.
const INCLUSIONS: [(u64, u64, &[&str]); 5] = [
    (0, 1, &[]),
    (
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

/// Consistency proofs of the same tests: older and newer size, nodes.
const CONSISTENCIES: [(u64, u64, &[&str]); 4] = [
    (1, 1, &[]),
    (
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn digests(hex: &[&str]) -> Vec<Digest> {
    hex.iter().map(|one| Digest(bytes(one).try_into().unwrap())).collect()
}

#[test]
fn roots_and_proofs_are_those_of_the_reference() {
    let suite = HashSuite::Sha256;
    let leaves: Vec<Digest> = REFERENCE.iter().map(|one| suite.leaf(&bytes(one))).collect();
    let roots = digests(&ROOTS);
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(tree_hash(suite, &leaves[..size]), *root, "{size}");
    }
    let root = |size: u64| &roots[usize::try_from(size).unwrap()];
    for (index, size, nodes) in INCLUSIONS {
        let made = tree(suite, &leaves, size).inclusion(index).unwrap().unwrap();
        assert_eq!(made, digests(nodes), "{index} in {size}");
        let leaf = leaves[usize::try_from(index).unwrap()];
        assert_eq!(verify_inclusion(suite, &leaf, (index, size), &made, root(size)), Ok(()));
    }
    for (old, new, nodes) in CONSISTENCIES {
        let made = tree(suite, &leaves, new).consistency(old).unwrap().unwrap();
        assert_eq!(made, digests(nodes), "{old} to {new}");
        let sides = ((old, root(old)), (new, root(new)));
        assert_eq!(verify_consistency(suite, sides.0, sides.1, &made), Ok(()));
    }
}

//! Blocking keys: small numbers under which a subject's names are kept, so that a ruined spelling
//! still leads to a few hundred candidates and not to all.
//!
//! One key is a name's whole form. Its keys for similar names are, of the first four characters of its core, every choice of
//! three, as a set and with look-alike characters made one. One character replaced, missing, added
//! or swapped in the head leaves one of the four choices whole; an error elsewhere leaves all. A
//! query cannot know whether its place was cut off as the registered one's was, so it asks with the
//! head read from several beginnings.
//!
//! A short form (宏达公司, 包头宏达) has no head to go by: the brand's first two characters, alone
//! and with the place's, are two more keys. Common brands are shared by more subjects than a key may
//! have; with the place they seldom are. Where the core is that brand alone (a cooperative's), one
//! slip leaves none of these: the place with either character is a key too.
//!
//! A branch is told apart by what stands behind its head's name: that has a head and a tail of its
//! own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::parts::Parts;

/// The version of what follows: keys stored by another version must be made anew.
pub const KEY_VERSION: i64 = 2;

const WHOLE: u8 = 0;
const HEAD: u8 = 1;
const TAIL: u8 = 2;
const BRAND: u8 = 3;
const PLACED: u8 = 4;
const BRANCH_HEAD: u8 = 5;
const BRANCH_TAIL: u8 = 6;
/// How many characters a head has.
const HEAD_LENGTH: usize = 4;
/// Of a brand, and of a place before it, so many characters tell.
const SHORT: usize = 2;
/// How many beginnings a query tries beyond its own.
const QUERY_SHIFTS: usize = 9;

/// The key of a whole normal name: equal names have it, and only by a rare chance others.
#[must_use]
pub fn exact_key(normal: &str) -> i64 {
    hash(WHOLE, normal.chars())
}

/// The keys under which a name is found by similar ones: in order, each once: seven at most, and five more of a
/// branch.
#[must_use]
pub fn similar_keys(name: &str) -> Vec<i64> {
    let mut keys = BTreeSet::new();
    let parts = Parts::of(name);
    heads(HEAD, parts.core(), &mut keys);
    tail(TAIL, parts.core(), &mut keys);
    brand(&parts, &mut keys);
    heads(BRANCH_HEAD, parts.branch(), &mut keys);
    tail(BRANCH_TAIL, parts.branch(), &mut keys);
    keys.into_iter().collect()
}

/// The keys with which similar names are sought: those of [`similar_keys`], and the head from other
/// beginnings.
#[must_use]
pub fn query_keys(name: &str) -> Vec<i64> {
    let parts = Parts::of(name);
    if parts.whole.is_empty() {
        return Vec::new();
    }
    let mut keys: BTreeSet<i64> = similar_keys(name).into_iter().collect();
    for from in (0..=QUERY_SHIFTS).chain(parts.place.saturating_sub(1)..=parts.place + 2) {
        if let Some(rest) = parts.whole.get(from..parts.form.max(from))
            && rest.len() >= 3
        {
            heads(HEAD, rest, &mut keys);
        }
    }
    keys.into_iter().collect()
}

/// The beginning of the brand, alone and behind the beginning of the place.
fn brand(parts: &Parts, keys: &mut BTreeSet<i64>) {
    let classes = |from: usize, to: usize| -> Option<Vec<char>> {
        Some(parts.whole.get(from..to)?.iter().map(|c| class_of(*c)).collect())
    };
    let Some(brand) =
        classes(parts.place, parts.place + SHORT).filter(|_| parts.core().len() >= SHORT)
    else {
        return;
    };
    keys.insert(hash(BRAND, brand.iter().copied()));
    let Some(place) = classes(0, SHORT).filter(|_| parts.place >= SHORT) else {
        return;
    };
    let mut placed = |brand: &[char]| {
        keys.insert(hash(PLACED, place.iter().chain(brand).copied()));
    };
    placed(&brand);
    if parts.core().len() == SHORT {
        brand.iter().for_each(|one| placed(std::slice::from_ref(one)));
    }
}

/// Every choice of three of the first four characters.
fn heads(kind: u8, core: &[char], keys: &mut BTreeSet<i64>) {
    let head: Vec<char> = core.iter().take(HEAD_LENGTH).map(|c| class_of(*c)).collect();
    if (1..HEAD_LENGTH).contains(&head.len()) {
        keys.insert(set_hash(kind, &head));
    }
    if head.len() == HEAD_LENGTH || head.len() == 3 {
        for left_out in 0..head.len() {
            let three: Vec<char> = head
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != left_out)
                .map(|(_, character)| *character)
                .collect();
            keys.insert(set_hash(kind, &three));
        }
    }
}

/// The last four of a core: what is left where the head is ruined beyond help.
fn tail(kind: u8, core: &[char], keys: &mut BTreeSet<i64>) {
    if core.len() > HEAD_LENGTH {
        let last: Vec<char> =
            core.iter().rev().take(HEAD_LENGTH + 1).map(|c| class_of(*c)).collect();
        keys.insert(set_hash(kind, &last));
    }
}

fn set_hash(kind: u8, characters: &[char]) -> i64 {
    let mut sorted = characters.to_vec();
    sorted.sort_unstable();
    hash(kind, sorted.into_iter())
}

/// FNV-1a over 64 bits with a last mixing, the same on every machine and in every version.
fn hash(kind: u8, characters: impl Iterator<Item = char>) -> i64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325 ^ u64::from(kind);
    for character in characters {
        state = (state ^ u64::from(u32::from(character))).wrapping_mul(0x0100_0000_01b3);
    }
    state = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    i64::from_le_bytes((state ^ (state >> 32)).to_le_bytes())
}

/// Groups of characters that are taken for each other on paper, as keys have them. They are compiled
/// in because stored keys depend on them; what is compared goes by the packs' table.
const GROUPS: &str = include_str!("alike.in");

static CLASSES: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
    let mut classes: BTreeMap<char, char> = BTreeMap::new();
    for group in GROUPS.split_whitespace() {
        // A class is what the group's first member is in already, so that classes are disjoint.
        let class = group.chars().find_map(|one| classes.get(&one).copied());
        let class = class.or_else(|| group.chars().next()).unwrap_or(' ');
        for one in group.chars() {
            classes.entry(one).or_insert(class);
        }
    }
    classes
});

/// The character that stands for all those that look like it.
fn class_of(character: char) -> char {
    CLASSES.get(&character).copied().unwrap_or(character)
}

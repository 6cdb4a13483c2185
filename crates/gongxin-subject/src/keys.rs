//! Blocking keys: small numbers under which a subject's names are kept, so that a ruined spelling
//! still leads to a few hundred candidates and not to all.
//!
//! One key is a name's whole form. Its keys for similar names are, of the first four characters of its core, every choice of
//! three, as a set and with look-alike characters made one. One character replaced, missing, added
//! or swapped in the head leaves one of the four choices whole; an error elsewhere leaves all. A
//! query cannot know whether its place was cut off as the registered one's was, so it asks with the
//! head read from several beginnings.

use std::collections::BTreeSet;

use crate::likeness::class_of;
use crate::parts::Parts;

/// The version of what follows: keys stored by another version must be made anew.
pub const KEY_VERSION: i64 = 1;

const WHOLE: u8 = 0;
const HEAD: u8 = 1;
const TAIL: u8 = 2;
/// How many characters a head has.
const HEAD_LENGTH: usize = 4;
/// How many beginnings a query tries beyond its own.
const QUERY_SHIFTS: usize = 4;

/// The key of a whole normal name: equal names have it, and only by a rare chance others.
#[must_use]
pub fn exact_key(normal: &str) -> i64 {
    hash(WHOLE, normal.chars())
}

/// The keys under which a name is found by similar ones: at most five, in order, each once.
#[must_use]
pub fn similar_keys(name: &str) -> Vec<i64> {
    let mut keys = BTreeSet::new();
    let parts = Parts::of(name);
    heads(parts.core(), &mut keys);
    tail(parts.core(), &mut keys);
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
            heads(rest, &mut keys);
        }
    }
    keys.into_iter().collect()
}

/// Every choice of three of the first four characters.
fn heads(core: &[char], keys: &mut BTreeSet<i64>) {
    let head: Vec<char> = core.iter().take(HEAD_LENGTH).map(|c| class_of(*c)).collect();
    if (1..HEAD_LENGTH).contains(&head.len()) {
        keys.insert(set_hash(HEAD, &head));
    }
    if head.len() == HEAD_LENGTH || head.len() == 3 {
        for left_out in 0..head.len() {
            let three: Vec<char> = head
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != left_out)
                .map(|(_, character)| *character)
                .collect();
            keys.insert(set_hash(HEAD, &three));
        }
    }
}

/// The last four of a core: what is left where the head is ruined beyond help.
fn tail(core: &[char], keys: &mut BTreeSet<i64>) {
    if core.len() > HEAD_LENGTH {
        let last: Vec<char> =
            core.iter().rev().take(HEAD_LENGTH + 1).map(|c| class_of(*c)).collect();
        keys.insert(set_hash(TAIL, &last));
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

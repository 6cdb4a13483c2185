//! Keys of similar names as they rest: a row holds those of one bucket that one write brought.
//!
//! They are asked for only when somebody looks whom a held row may mean, and come by the million.
//! A row each would cost what everything else of a subject costs together; a bucket's rows are read
//! from the first to the last, some hundred kilobytes of them in a region of a million.
//!
//! A body is, for each pair in the order of the subjects, how much further the subject's number is
//! than the one before (LEB128), and 32 bits of the key. Together with the bucket these are 40
//! of a key's 64 bits: what is found by chance is told apart by whoever compares the names.

use std::collections::BTreeMap;

use gongxin_model::SubjectNo;

/// Keys fall into so many buckets.
const BUCKETS: i64 = 256;

/// The bucket of a key.
pub(crate) fn bucket(key: i64) -> i64 {
    key.rem_euclid(BUCKETS)
}

/// What of a key stands in a body.
pub(crate) fn rest(key: i64) -> u32 {
    let [_, a, b, c, d, ..] = key.to_le_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// The bodies of pairs, by bucket.
pub(crate) fn pack(pairs: impl IntoIterator<Item = (i64, SubjectNo)>) -> BTreeMap<i64, Vec<u8>> {
    let mut sorted: Vec<(i64, SubjectNo, u32)> =
        pairs.into_iter().map(|(key, subject)| (bucket(key), subject, rest(key))).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut bodies = BTreeMap::new();
    for of_bucket in sorted.chunk_by(|left, right| left.0 == right.0) {
        let pairs: Vec<(u32, SubjectNo)> =
            of_bucket.iter().map(|(_, subject, rest)| (*rest, *subject)).collect();
        let number = of_bucket.first().map_or(0, |(bucket, ..)| *bucket);
        bodies.insert(number, pack_rests(&pairs));
    }
    bodies
}

/// The body of pairs of one bucket, which stand in the order of their subjects.
pub(crate) fn pack_rests(pairs: &[(u32, SubjectNo)]) -> Vec<u8> {
    let mut body = Vec::with_capacity(pairs.len() * 6);
    let mut before = 0;
    for (rest, subject) in pairs {
        put(&mut body, u64::try_from(subject.0 - before).unwrap_or_default());
        body.extend_from_slice(&rest.to_le_bytes());
        before = subject.0;
    }
    body
}

/// The pairs in a body; None where it is none.
pub(crate) fn unpack(mut body: &[u8]) -> Option<Vec<(u32, SubjectNo)>> {
    let mut pairs = Vec::with_capacity(body.len() / 5);
    let mut before = 0_i64;
    while !body.is_empty() {
        before = before.checked_add(i64::try_from(take(&mut body)?).ok()?)?;
        let (rest, after) = body.split_first_chunk()?;
        pairs.push((u32::from_le_bytes(*rest), SubjectNo(before)));
        body = after;
    }
    Some(pairs)
}

fn put(body: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        body.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    body.push(number.to_le_bytes()[0]);
}

fn take(body: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..63).step_by(7) {
        let (byte, after) = body.split_first()?;
        *body = after;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_found(pairs in prop::collection::vec((any::<i64>(), 1..i64::MAX), 0..60)) {
            let pairs: Vec<(i64, SubjectNo)> =
                pairs.into_iter().map(|(key, no)| (key, SubjectNo(no))).collect();
            let bodies = pack(pairs.clone());
            let mut found = Vec::new();
            for (bucket, body) in &bodies {
                let unpacked = unpack(body).unwrap();
                found.extend(unpacked.into_iter().map(|(rest, no)| (*bucket, no, rest)));
            }
            let mut expected: Vec<_> =
                pairs.iter().map(|(key, no)| (bucket(*key), *no, rest(*key))).collect();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn anything_else_is_no_body(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let pairs = unpack(&bytes);
            prop_assert!(pairs.is_none_or(|pairs| pairs.len() * 5 <= bytes.len()));
        }
    }
}

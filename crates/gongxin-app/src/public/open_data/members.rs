//! Which records stand in a file, and whose they are: as bytes on disk, sorted, each number as what
//! it is more than the one before. Equal lists are equal bytes.

/// A record and its subject, by their numbers.
pub(super) type Member = (i64, i64);

/// Writes members one after the other, in the order of their records.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    last: i64,
    pub(super) bytes: Vec<u8>,
}

impl Encoder {
    /// Adds a member; its record's number is above that of the one before.
    pub(super) fn push(&mut self, (record, subject): Member) {
        for number in [record - self.last, subject] {
            let mut rest = number.unsigned_abs();
            while rest >= 0x80 {
                self.bytes.push(u8::try_from(rest & 0x7f).unwrap_or_default() | 0x80);
                rest >>= 7;
            }
            self.bytes.push(u8::try_from(rest).unwrap_or_default());
        }
        self.last = record;
    }
}

/// The bytes of members.
pub(super) fn encode(members: &[Member]) -> Vec<u8> {
    let mut encoder = Encoder::default();
    members.iter().for_each(|member| encoder.push(*member));
    encoder.bytes
}

/// The members of bytes. None where they end in the middle, or their numbers do not grow.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<Member>> {
    let mut numbers = bytes.iter();
    let mut members = Vec::new();
    let mut last = 0;
    while !numbers.as_slice().is_empty() {
        let record = i64::checked_add(last, number(&mut numbers)?)?;
        if record <= last {
            return None;
        }
        members.push((record, number(&mut numbers)?));
        last = record;
    }
    Some(members)
}

fn number(bytes: &mut std::slice::Iter<'_, u8>) -> Option<i64> {
    let mut number = 0_u64;
    for place in 0..9 {
        let byte = *bytes.next()?;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return i64::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_and_what_is_cut_is_not_read() {
        let members = [(1, 1), (2, 1), (300, 7), (301, 1_600_000), (50_000_000, 2), (1 << 40, 3)];
        let bytes = encode(&members);
        assert_eq!(decode(&bytes).as_deref(), Some(&members[..]));
        assert_eq!(decode(&[]).as_deref(), Some(&[][..]));
        for cut in 1..bytes.len() {
            let read = decode(&bytes[..cut]).unwrap_or_default();
            assert!(members.starts_with(&read), "{cut}");
        }
        // A record that comes twice, and a number without an end.
        assert_eq!(decode(&[5, 1, 0, 1]), None);
        assert_eq!(decode(&[0xff; 12]), None);
    }
}

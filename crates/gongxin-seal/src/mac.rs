//! Keyed digests that recognise repeats without keeping what is repeated.

use aes::Aes128;
use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

/// The instance key: kept apart from the store, so that the store alone lets nobody guess content.
#[derive(Clone)]
pub struct InstanceKey {
    /// The HMAC that has taken the key, to begin every digest from.
    keyed: Hmac<Sha256>,
    /// What makes public ids of numbers.
    pub(crate) ids: Aes128,
}

impl std::fmt::Debug for InstanceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstanceKey(…)")
    }
}

/// As many bytes as most contents have.
const USUAL_LENGTH: usize = 2048;

/// A keyed digest, cut to 128 bits: at 2^32 records a chance collision stays under 2^-64.
pub type Mac = [u8; 16];

/// The first 48 bits of a document number's keyed digest.
pub type NumberMark = [u8; 6];

/// The digest, beginning with the mark of the number that stands in what it digests: so one ordered
/// index finds a thing by its digest, and all things of a number beside one another. 80 bits of the
/// digest are left to tell apart what bears the same number.
#[must_use]
pub fn beside(mac: Mac, number: Option<NumberMark>) -> Mac {
    let mut beside = mac;
    beside.iter_mut().zip(number.into_iter().flatten()).for_each(|(to, from)| *to = from);
    beside
}

impl InstanceKey {
    /// A key of 256 random bits.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        // HMAC fills a key up to its block with zeros (RFC 2104, section 2).
        let mut block = [0; 64];
        block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
        let keyed: Hmac<Sha256> = Hmac::new(&block.into());
        let ids = digest(&keyed, "gongxin/public-ids", std::iter::empty::<&[u8]>());
        Self { keyed, ids: Aes128::new(&ids.into()) }
    }

    /// The HMAC-SHA-256 of the parts under a purpose. Parts are told apart by their lengths.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Mac {
        digest(&self.keyed, purpose, parts)
    }

    /// The mark of a document number in its form for comparing. Another number has the same by
    /// chance, at a hundred million less often than once in a million: whoever looks up compares.
    #[must_use]
    pub fn number_mark(&self, number: &str) -> NumberMark {
        let [a, b, c, d, e, f, ..] = self.mac("gongxin/document-number", [number]);
        [a, b, c, d, e, f]
    }

    /// What identifies the key without telling it; the store keeps it to refuse a wrong key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mac = self.mac("gongxin/instance-key/fingerprint", std::iter::empty::<&[u8]>());
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn digest(
    keyed: &Hmac<Sha256>,
    purpose: &str,
    parts: impl IntoIterator<Item = impl AsRef<[u8]>>,
) -> Mac {
    // Gathered first: a content has scores of short parts, and hashing each by itself costs more
    // than what is hashed.
    let mut text = Vec::with_capacity(USUAL_LENGTH);
    let mut add = |part: &[u8]| {
        text.extend_from_slice(&(part.len() as u64).to_be_bytes());
        text.extend_from_slice(part);
    };
    add(purpose.as_bytes());
    parts.into_iter().for_each(|part| add(part.as_ref()));
    let mut mac = keyed.clone();
    mac.update(&text);
    let full = mac.finalize().into_bytes();
    let mut cut = [0; 16];
    cut.iter_mut().zip(full).for_each(|(to, from)| *to = from);
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_purposes_are_told_apart() {
        let key = InstanceKey::new([7; 32]);
        let joined = key.mac("p", ["ab", "c"]);
        assert_ne!(joined, key.mac("p", ["a", "bc"]));
        assert_ne!(joined, key.mac("q", ["ab", "c"]));
        assert_eq!(joined, key.mac("p", ["ab", "c"]));
    }

    #[test]
    fn digests_beside_a_number_begin_alike() {
        let key = InstanceKey::new([7; 32]);
        let (one, other) = (key.number_mark("甲〔2026〕1号"), key.number_mark("甲〔2026〕2号"));
        assert_ne!(one, other);
        let [first, second] = ["a", "b"].map(|part| beside(key.mac("p", [part]), Some(one)));
        assert_eq!((&first[..6], &second[..6]), (&one[..], &one[..]));
        assert_ne!(first, second);
        assert_eq!(first[6..], key.mac("p", ["a"])[6..]);
        assert_eq!(beside(first, None), first);
    }

    #[test]
    fn a_digest_is_the_hmac_of_its_parts() {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
        hmac.update(b"\0\0\0\0\0\0\0\x01p\0\0\0\0\0\0\0\x02ab");
        let full = hmac.finalize().into_bytes();
        assert_eq!(InstanceKey::new([7; 32]).mac("p", ["ab"])[..], full[..16]);
    }
}

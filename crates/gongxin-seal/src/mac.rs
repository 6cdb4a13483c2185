//! Keyed digests that recognise repeats without keeping what is repeated.

use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;

/// The instance key: kept apart from the store, so that the store alone lets nobody guess content.
#[derive(Clone)]
pub struct InstanceKey {
    /// The HMAC that has taken the key, to begin every digest from.
    keyed: Hmac<Sha256>,
}

impl std::fmt::Debug for InstanceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstanceKey(…)")
    }
}

/// A keyed digest, cut to 128 bits: at 2^32 records a chance collision stays under 2^-64.
pub type Mac = [u8; 16];

impl InstanceKey {
    /// A key of 256 random bits.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        // HMAC fills a key up to its block with zeros (RFC 2104, section 2).
        let mut block = [0; 64];
        block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
        Self { keyed: Hmac::new(&block.into()) }
    }

    /// The HMAC-SHA-256 of the parts under a purpose. Parts are told apart by their lengths.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Mac {
        let mut mac = self.keyed.clone();
        let mut add = |part: &[u8]| {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        };
        add(purpose.as_bytes());
        parts.into_iter().for_each(|part| add(part.as_ref()));
        let full = mac.finalize().into_bytes();
        let mut cut = [0; 16];
        cut.iter_mut().zip(full).for_each(|(to, from)| *to = from);
        cut
    }

    /// What identifies the key without telling it; the store keeps it to refuse a wrong key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mac = self.mac("gongxin/instance-key/fingerprint", std::iter::empty::<&[u8]>());
        mac.iter().map(|byte| format!("{byte:02x}")).collect()
    }
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
    fn a_digest_is_the_hmac_of_its_parts() {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&[7; 32]).unwrap();
        hmac.update(b"\0\0\0\0\0\0\0\x01p\0\0\0\0\0\0\0\x02ab");
        let full = hmac.finalize().into_bytes();
        assert_eq!(InstanceKey::new([7; 32]).mac("p", ["ab"])[..], full[..16]);
    }
}

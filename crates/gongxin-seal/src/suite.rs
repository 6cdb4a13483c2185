//! The hash suite, chosen once when a platform is founded.

use std::fmt;
use std::str::FromStr;

use gongxin_model::Digest;
use sha2::Digest as _;

/// So many bytes are gathered before they are hashed.
const SHORT: usize = 192;

/// The hash function of a platform's commitments and log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashSuite {
    /// SHA-256 (FIPS 180-4).
    #[default]
    Sha256,
    /// SM3 (GB/T 32905-2016), where commercial cryptography is required.
    Sm3,
}

impl HashSuite {
    /// The digest of the parts, one after the other.
    #[must_use]
    pub fn digest(self, parts: &[&[u8]]) -> Digest {
        // Most of what is hashed is shorter than two blocks: gathered first, it is hashed at once.
        let mut short = [0; SHORT];
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if let (Self::Sha256, Some(all)) = (self, short.get_mut(..length)) {
            let mut rest = &mut *all;
            for part in parts {
                let (to, after) = rest.split_at_mut(part.len());
                to.copy_from_slice(part);
                rest = after;
            }
            return Digest(sha2::Sha256::digest(&*all).into());
        }
        match self {
            Self::Sha256 => {
                let mut hasher = sha2::Sha256::new();
                parts.iter().for_each(|part| hasher.update(part));
                Digest(hasher.finalize().into())
            }
            Self::Sm3 => {
                let mut hasher = sm3::Sm3::new();
                parts.iter().for_each(|part| hasher.update(part));
                Digest(hasher.finalize().into())
            }
        }
    }

    /// The hash of a leaf of the log, RFC 6962 section 2.1.
    #[must_use]
    pub fn leaf(self, data: &[u8]) -> Digest {
        self.digest(&[&[0], data])
    }

    /// The hash of an inner node of the log, RFC 6962 section 2.1.
    #[must_use]
    pub fn node(self, left: &Digest, right: &Digest) -> Digest {
        self.digest(&[&[1], &left.0, &right.0])
    }
}

impl fmt::Display for HashSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        })
    }
}

/// The text names no hash suite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the hash suites are sha256 and sm3")]
pub struct NotASuite;

impl FromStr for HashSuite {
    type Err = NotASuite;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sha256" => Ok(Self::Sha256),
            "sm3" => Ok(Self::Sm3),
            _ => Err(NotASuite),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_hashed_as_one(bytes in prop::collection::vec(any::<u8>(), 0..3 * SHORT), at in any::<prop::sample::Index>()) {
            let (one, other) = bytes.split_at(at.index(bytes.len() + 1));
            let whole = sha2::Sha256::digest(&bytes);
            prop_assert_eq!(HashSuite::Sha256.digest(&[one, other]), Digest(whole.into()));
        }
    }
}

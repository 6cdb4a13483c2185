//! The hash suite, chosen once when a platform is founded.

use std::fmt;
use std::str::FromStr;

use gongxin_model::Digest;

/// The bytes of a block of SHA-256.
const BLOCK: usize = 64;
/// So many blocks are gathered before they are hashed.
const BLOCKS: usize = 4;
/// What stands behind the message: one byte and its length in bits.
const PADDING: usize = 9;
/// The state in which SHA-256 begins (FIPS 180-4, 5.3.3).
const BEGIN: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

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
    #[inline]
    pub fn digest(self, parts: &[&[u8]]) -> Digest {
        match self {
            Self::Sha256 => short_sha256(parts).unwrap_or_else(|| whole::<sha2::Sha256>(parts)),
            Self::Sm3 => whole::<sm3::Sm3>(parts),
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

/// The digest of a message of any length.
fn whole<H: sha2::Digest>(parts: &[&[u8]]) -> Digest
where
    sha2::digest::Output<H>: Into<[u8; 32]>,
{
    let mut hasher = H::new();
    parts.iter().for_each(|part| hasher.update(part));
    Digest(hasher.finalize().into())
}

/// The SHA-256 of a message that fits into few blocks; None of a longer one.
///
/// Nearly everything that is hashed is one or two blocks long. Padded here and given to the block
/// function at once, it costs little more than that function.
#[inline]
fn short_sha256(parts: &[&[u8]]) -> Option<Digest> {
    let mut blocks = [[0; BLOCK]; BLOCKS];
    let all = blocks.as_flattened_mut();
    let mut length = 0;
    for part in parts {
        let behind = length + part.len();
        all.get_mut(length..behind)?.copy_from_slice(part);
        length = behind;
    }
    *all.get_mut(length)? = 0x80;
    let count = (length + PADDING).div_ceil(BLOCK);
    let bits = 8 * u64::try_from(length).ok()?;
    let filled = blocks.get_mut(..count)?;
    *filled.last_mut()?.last_chunk_mut()? = bits.to_be_bytes();
    let mut state = BEGIN;
    sha2::block_api::compress256(&mut state, filled);
    let mut digest = [0; 32];
    let (words, _) = digest.as_chunks_mut();
    words.iter_mut().zip(state).for_each(|(to, word)| *to = word.to_be_bytes());
    Some(Digest(digest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::Digest as _;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_hashed_as_one(bytes in prop::collection::vec(any::<u8>(), 0..2 * BLOCK * BLOCKS), at in any::<prop::sample::Index>()) {
            let (one, other) = bytes.split_at(at.index(bytes.len() + 1));
            let whole = sha2::Sha256::digest(&bytes);
            prop_assert_eq!(HashSuite::Sha256.digest(&[one, other]), Digest(whole.into()));
        }
    }
}

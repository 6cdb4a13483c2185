//! Identities: opaque, typed, never computed from what they name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

number!(
    /// A subject inside one store. Never shown outside; [`PublicId`] is.
    SubjectNo
);
number!(
    /// A record inside one store.
    RecordNo
);
number!(
    /// One hand-in.
    BatchNo
);
number!(
    /// A case inside one store. Never shown outside; its number in words and its [`PublicId`] are.
    CaseNo
);
number!(
    /// The place of an entry in the archive: gapless from 0, in commit order.
    Seq
);

/// A random identity of 128 bits, the only one that leaves the platform.
///
/// Written as 26 characters of Crockford's base 32 (no I, L, O, U), lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicId(pub [u8; 16]);

const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        for place in (0..26).rev() {
            let digit = ((number >> (place * 5)) & 31) as usize;
            let letter = BASE32.get(digit).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(letter))?;
        }
        Ok(())
    }
}

impl fmt::Debug for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicId({self})")
    }
}

/// The text is not a public id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a public id has 26 characters of 0-9 and a-z without i, l, o, u")]
pub struct NotAPublicId;

impl FromStr for PublicId {
    type Err = NotAPublicId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 26 {
            return Err(NotAPublicId);
        }
        let mut number: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let digit = BASE32.iter().position(|letter| *letter == byte).ok_or(NotAPublicId)?;
            if place == 0 && digit > 7 {
                return Err(NotAPublicId);
            }
            number = (number << 5) | digit as u128;
        }
        Ok(Self(number.to_be_bytes()))
    }
}

impl Serialize for PublicId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A digest of 32 bytes under the platform's hash suite; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// The text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 64 hexadecimal digits")]
pub struct NotADigest;

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 64 || !text.is_ascii() {
            return Err(NotADigest);
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(index * 2..index * 2 + 2).ok_or(NotADigest)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotADigest)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_ids_round_trip_at_the_ends() {
        for bytes in [[0; 16], [255; 16], [7; 16]] {
            let id = PublicId(bytes);
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn a_public_id_has_one_spelling() {
        assert_eq!("8".repeat(26).parse::<PublicId>(), Err(NotAPublicId));
        assert_eq!("0".repeat(25).parse::<PublicId>(), Err(NotAPublicId));
        assert_eq!("ABCDEFGHJKMNPQRSTVWXYZ0123".parse::<PublicId>(), Err(NotAPublicId));
    }
}

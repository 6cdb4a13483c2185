//! 组织机构代码, GB 11714-1997.

use std::fmt;

use super::written::Written;
use super::{Fact, Parsed, Uscc};

const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// An organisation code: eight characters of `0-9 A-Z` and a check character, without hyphen.
///
/// The check (modulo 11 over 36 values) does not catch every error: the characters 0 and B, 1 and
/// C … differ by 11 and cannot be told apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganisationCode([u8; 9]);

impl OrganisationCode {
    /// Reads what was written, with or without hyphen.
    #[must_use]
    pub fn read(written: &str) -> Parsed<'_, Self> {
        let text = Written::read(written);
        let facts = text.facts();
        let Some(bytes) = text.exactly::<9>() else {
            let is_uscc = text.exactly::<18>().is_some() && Uscc::read(written).sound().is_some();
            let facts = facts
                .with_if(is_uscc, Fact::IsUscc)
                .with_if(!facts.has(Fact::Empty), Fact::LengthWrong);
            return Parsed { written, code: None, facts };
        };
        let code = Self(bytes);
        let facts = facts.with_if(code.expected_check() != char::from(bytes[8]), Fact::CheckFails);
        Parsed { written, code: Some(code), facts }
    }

    /// Completes eight characters by their check character.
    #[must_use]
    pub fn with_check(first: &str) -> Option<Self> {
        let eight: [u8; 8] = first.as_bytes().try_into().ok()?;
        if !eight.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            return None;
        }
        let mut bytes = [b'0'; 9];
        for (place, byte) in bytes.iter_mut().zip(eight) {
            *place = byte;
        }
        let check = Self(bytes).expected_check();
        bytes[8] = u8::try_from(check).ok()?;
        Some(Self(bytes))
    }

    /// The code as text, without hyphen.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The check character that the first eight ask for.
    #[must_use]
    pub fn expected_check(&self) -> char {
        let sum: u32 = self.0.iter().zip(WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
        match 11 - sum % 11 {
            10 => 'X',
            11 => '0',
            digit => char::from_digit(digit, 10).unwrap_or('0'),
        }
    }
}

fn value(byte: u8) -> u32 {
    char::from(byte).to_digit(36).unwrap_or(0)
}

impl fmt::Display for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for OrganisationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OrganisationCode({self})")
    }
}

//! 工商注册号, GS 15-2006.

use std::fmt;

use super::written::Written;
use super::{Fact, Parsed, Uscc};

/// A business registration number: 15 digits with a check digit (since 2007), or 13 without.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegistrationNumber {
    digits: [u8; 15],
    length: usize,
}

impl RegistrationNumber {
    /// Reads what was written. Numbers of other shapes (`企合…字第…号`) have no code.
    #[must_use]
    pub fn read(written: &str) -> Parsed<'_, Self> {
        let text = Written::read(written);
        let mut facts = text.facts();
        let bytes = text.bytes();
        let is_digits = text.is_plain && bytes.iter().all(u8::is_ascii_digit);
        if !is_digits || !matches!(bytes.len(), 13 | 15) {
            let is_uscc = text.exactly::<18>().is_some() && Uscc::read(written).sound().is_some();
            facts = facts
                .with_if(is_uscc, Fact::IsUscc)
                .with_if(matches!(bytes.len(), 13 | 15), Fact::AlphabetForeign)
                .with_if(!facts.has(Fact::Empty), Fact::LengthWrong);
            return Parsed { written, code: None, facts };
        }
        let mut digits = [b'0'; 15];
        for (place, byte) in digits.iter_mut().zip(bytes) {
            *place = *byte;
        }
        let code = Self { digits, length: bytes.len() };
        facts = match code.length {
            15 if code.expected_check() == char::from(digits[14]) => facts,
            15 => facts.with(Fact::CheckFails),
            _ => facts.with(Fact::WithoutCheck),
        };
        Parsed { written, code: Some(code), facts }
    }

    /// Completes 14 digits by their check digit.
    #[must_use]
    pub fn with_check(first: &str) -> Option<Self> {
        let fourteen: [u8; 14] = first.as_bytes().try_into().ok()?;
        if !fourteen.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut digits = [b'0'; 15];
        for (place, byte) in digits.iter_mut().zip(fourteen) {
            *place = byte;
        }
        let check = Self { digits, length: 15 }.expected_check();
        digits[14] = u8::try_from(check).ok()?;
        Some(Self { digits, length: 15 })
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.digits
            .get(..self.length)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .unwrap_or_default()
    }

    /// The check digit that the first 14 ask for: ISO 7064 MOD 11,10.
    #[must_use]
    pub fn expected_check(&self) -> char {
        let product = self.digits.iter().take(14).fold(10, |product, byte| {
            let sum = (product + u32::from(byte.saturating_sub(b'0'))) % 10;
            (if sum == 0 { 10 } else { sum }) * 2 % 11
        });
        char::from_digit((11 - product) % 10, 10).unwrap_or('0')
    }
}

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if super::looks_like_resident(self.as_str()) {
            return f.write_str("RegistrationNumber(masked)");
        }
        write!(f, "RegistrationNumber({self})")
    }
}

//! 税务登记号, from before “three in one” (until 2015).

use std::fmt;

use super::written::Written;
use super::{Fact, OrganisationCode, Parsed, Uscc};

/// A tax registration number: six digits of a region and an organisation code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxNumber([u8; 15]);

impl TaxNumber {
    /// Reads what was written. Numbers of 17 to 20 characters, made from a person's number, have
    /// no code; a unified code in this place says so ([`Fact::IsUscc`]).
    #[must_use]
    pub fn read(written: &str) -> Parsed<'_, Self> {
        let text = Written::read(written);
        let facts = text.facts();
        let Some(bytes) = text.exactly::<15>() else {
            let is_uscc = text.exactly::<18>().is_some() && Uscc::read(written).sound().is_some();
            let facts = facts
                .with_if(is_uscc, Fact::IsUscc)
                .with_if(!facts.has(Fact::Empty), Fact::LengthWrong);
            return Parsed { written, code: None, facts };
        };
        let code = Self(bytes);
        let has_region = bytes.iter().take(6).all(u8::is_ascii_digit);
        let holds = code
            .organisation_code()
            .is_some_and(|part| OrganisationCode::read(part.as_str()).facts.is_sound());
        let facts =
            facts.with_if(!has_region, Fact::AlphabetForeign).with_if(!holds, Fact::CheckFails);
        Parsed { written, code: Some(code), facts }
    }

    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The organisation code, positions 7 to 15.
    #[must_use]
    pub fn organisation_code(&self) -> Option<OrganisationCode> {
        OrganisationCode::read(self.as_str().get(6..15)?).code
    }
}

impl fmt::Display for TaxNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for TaxNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if super::looks_like_resident(self.as_str()) {
            return f.write_str("TaxNumber(masked)");
        }
        write!(f, "TaxNumber({self})")
    }
}

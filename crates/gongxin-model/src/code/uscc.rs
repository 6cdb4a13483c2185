//! 统一社会信用代码, GB 32100-2015.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::written::Written;
use super::{CodeTables, Fact, OrganisationCode, Parsed, RegionStatus};

/// The 31 characters; a character's value is its place.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(place - 1) mod 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// Letters that are no part of the alphabet, and what they are usually misread from.
const MISREAD: [(u8, u8); 5] =
    [(b'I', b'1'), (b'O', b'0'), (b'Z', b'2'), (b'S', b'5'), (b'V', b'U')];

/// A unified social credit code: 18 characters of `0-9 A-Z`.
///
/// It exists also where the check character fails, because such codes were really issued; only
/// [`Parsed::facts`] tell whether it can serve as an identifier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; 18]);

impl Uscc {
    /// Reads what was written, against the tables of regions and departments.
    #[must_use]
    pub fn parse<'a>(written: &'a str, tables: &CodeTables) -> Parsed<'a, Self> {
        let mut parsed = Self::read(written);
        let Some(code) = parsed.code else {
            return parsed;
        };
        if parsed.facts.has(Fact::Placeholder) {
            return parsed;
        }
        let region = tables.region(code.region().as_bytes());
        parsed.facts = parsed
            .facts
            .with_if(!tables.has_department(code.0[0], code.0[1]), Fact::DepartmentUnknown)
            .with_if(region == RegionStatus::Unknown, Fact::RegionUnknown)
            .with_if(region == RegionStatus::Historical, Fact::RegionHistorical)
            .with_if(!code.organisation_part_holds(), Fact::OrganisationPartFails);
        parsed
    }

    /// Reads what was written without the tables: length, alphabet and check character.
    #[must_use]
    pub fn read(written: &str) -> Parsed<'_, Self> {
        let text = Written::read(written);
        let mut facts = text.facts();
        let Some(bytes) = text.exactly::<18>() else {
            let facts = facts.with_if(!facts.has(Fact::Empty), Fact::LengthWrong);
            return Parsed { written, code: None, facts };
        };
        let code = Self(bytes);
        if code.is_placeholder() {
            facts = facts.with(Fact::Placeholder);
        } else {
            match code.computed_check() {
                None => facts = facts.with(Fact::AlphabetForeign),
                Some(check) if check != bytes[17] => {
                    let foreign = value(bytes[17]).is_none();
                    facts = facts.with(Fact::CheckFails).with_if(foreign, Fact::AlphabetForeign);
                }
                Some(_) => {}
            }
        }
        Parsed { written, code: Some(code), facts }
    }

    /// Completes 17 characters of the alphabet by their check character.
    #[must_use]
    pub fn with_check(first: &str) -> Option<Self> {
        let seventeen: [u8; 17] = first.as_bytes().try_into().ok()?;
        let mut bytes = [b'0'; 18];
        for (place, byte) in bytes.iter_mut().zip(seventeen) {
            *place = byte;
        }
        let check = Self(bytes).computed_check()?;
        bytes[17] = check;
        Some(Self(bytes))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The registering department, position 1.
    #[must_use]
    pub fn department(&self) -> char {
        char::from(self.0[0])
    }

    /// The type of organisation within the department, position 2.
    #[must_use]
    pub fn organisation_type(&self) -> char {
        char::from(self.0[1])
    }

    /// True for an individual business: department 9, type 2.
    #[must_use]
    pub fn is_individual_business(&self) -> bool {
        self.0[0] == b'9' && self.0[1] == b'2'
    }

    /// The registrar's region, positions 3 to 8.
    #[must_use]
    pub fn region(&self) -> &str {
        self.as_str().get(2..8).unwrap_or_default()
    }

    /// The organisation code, positions 9 to 17, whether or not its own check holds.
    #[must_use]
    pub fn organisation_code(&self) -> Option<OrganisationCode> {
        OrganisationCode::read(self.as_str().get(8..17)?).code
    }

    /// True where positions 9 to 17 pass the check of GB 11714.
    #[must_use]
    pub fn organisation_part_holds(&self) -> bool {
        self.as_str().get(8..17).is_some_and(|part| OrganisationCode::read(part).sound().is_some())
    }

    /// The check character that the first 17 ask for; none where one is outside the alphabet.
    #[must_use]
    pub fn expected_check(&self) -> Option<char> {
        self.computed_check().map(char::from)
    }

    /// True where all 18 are of the alphabet and the check character is the computed one.
    #[must_use]
    pub fn check_holds(&self) -> bool {
        self.computed_check() == Some(self.0[17])
    }

    fn computed_check(&self) -> Option<u8> {
        let mut sum = 0;
        for (byte, weight) in self.0.iter().zip(WEIGHTS) {
            sum += value(*byte)? * weight;
        }
        ALPHABET.get(((31 - sum % 31) % 31) as usize).copied()
    }

    fn is_placeholder(&self) -> bool {
        let (check, first) = (self.0[17], self.0.iter().take(17));
        first.copied().all(|byte| byte == b'0') && matches!(check, b'X' | b'0')
    }

    /// Codes that may have been meant where letters outside the alphabet were written (I for 1,
    /// O for 0, Z for 2, S for 5): only those that pass the check. Never to be used silently.
    #[must_use]
    pub fn suggestions(written: &str) -> Vec<Self> {
        let Some(mut bytes) = Written::read(written).exactly::<18>() else {
            return Vec::new();
        };
        let mut is_changed = false;
        for byte in &mut bytes {
            if let Some((_, meant)) = MISREAD.iter().find(|(letter, _)| letter == byte) {
                *byte = *meant;
                is_changed = true;
            }
        }
        let code = Self(bytes);
        if is_changed && code.check_holds() { vec![code] } else { Vec::new() }
    }

    /// The characters a code is made of.
    pub fn alphabet() -> impl Iterator<Item = char> {
        ALPHABET.iter().map(|byte| char::from(*byte))
    }
}

/// The value of every byte in the alphabet, 255 for none: a table, since every row asks.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut place = 0;
    while place < ALPHABET.len() {
        #[expect(clippy::cast_possible_truncation, reason = "31 places fit a byte")]
        #[expect(clippy::indexing_slicing, reason = "evaluated when compiled")]
        {
            values[ALPHABET[place] as usize] = place as u8;
        }
        place += 1;
    }
    values
};

fn value(byte: u8) -> Option<u32> {
    VALUES.get(usize::from(byte)).copied().filter(|value| *value != 255).map(u32::from)
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if super::looks_like_resident(self.as_str()) {
            return f.write_str("Uscc(masked)");
        }
        write!(f, "Uscc({self})")
    }
}

/// The text is not a unified social credit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a unified social credit code has 18 characters and a check character that holds")]
pub struct NotAUscc;

impl FromStr for Uscc {
    type Err = NotAUscc;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).sound().ok_or(NotAUscc)
    }
}

impl Serialize for Uscc {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Uscc {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).code.ok_or_else(|| serde::de::Error::custom(NotAUscc))
    }
}

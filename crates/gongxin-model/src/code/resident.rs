//! 公民身份号码, GB 11643-1999: known only to be refused or masked.

use std::fmt;

use super::{OrganisationCode, RegistrationNumber, TaxNumber, Uscc};
use crate::Day;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// First two digits of an address code; 9 begins the cards of foreign permanent residents.
const PROVINCES: [(u8, u8); 9] =
    [(11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83), (90, 99)];

/// A resident identity number. It cannot be printed, kept or compared: only known to be there.
#[derive(Clone, Copy)]
pub struct ResidentNumber {
    check_holds: bool,
    birth_year: i16,
}

impl ResidentNumber {
    /// Reads 18 characters (17 digits, then a digit or X) or the 15 digits of before 1999, in
    /// normal form ([`super::normalise_code`]). None where the date of birth or the province is
    /// none.
    #[must_use]
    pub fn read(normal: &str) -> Option<Self> {
        let bytes = normal.as_bytes();
        let (digits, last) = match bytes.len() {
            18 => (bytes.get(..17)?, bytes.last().copied()),
            15 => (bytes, None),
            _ => return None,
        };
        if !digits.iter().all(u8::is_ascii_digit) || !has_province(digits) {
            return None;
        }
        let Some(last) = last else {
            let birth_year = 1900 + i16::from(two(digits, 6)?);
            Day::new(
                birth_year,
                i8::try_from(two(digits, 8)?).ok()?,
                i8::try_from(two(digits, 10)?).ok()?,
            )?;
            return Some(Self { check_holds: false, birth_year });
        };
        if !last.is_ascii_digit() && last != b'X' {
            return None;
        }
        let birth_year = i16::from(two(digits, 6)?) * 100 + i16::from(two(digits, 8)?);
        Day::new(
            birth_year,
            i8::try_from(two(digits, 10)?).ok()?,
            i8::try_from(two(digits, 12)?).ok()?,
        )?;
        if !(1880..2100).contains(&birth_year) {
            return None;
        }
        let sum: u32 =
            digits.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
        let check = CHECKS.get((sum % 11) as usize).copied();
        Some(Self { check_holds: check == Some(last), birth_year })
    }

    /// True where the check character of the 18 holds; the 15 of before 1999 had none.
    #[must_use]
    pub const fn check_holds(self) -> bool {
        self.check_holds
    }

    /// The year of birth that it states, used only to tell a number from a dated serial.
    pub(crate) const fn birth_year(self) -> i16 {
        self.birth_year
    }
}

impl fmt::Debug for ResidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentNumber(masked)")
    }
}

impl fmt::Display for ResidentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("******")
    }
}

fn two(digits: &[u8], place: usize) -> Option<u8> {
    let (tens, ones) = (digits.get(place)?, digits.get(place + 1)?);
    Some((tens - b'0') * 10 + (ones - b'0'))
}

fn has_province(digits: &[u8]) -> bool {
    two(digits, 0).is_some_and(|province| {
        PROVINCES.iter().any(|(from, to)| (*from..=*to).contains(&province))
    })
}

/// True where a text in normal form reads as a resident number: province, date of birth and, of
/// 18 characters, the check character. Also where it begins one of the longer tax numbers that were
/// made from a person's number.
#[must_use]
pub fn looks_like_resident(normal: &str) -> bool {
    match normal.len() {
        18 => ResidentNumber::read(normal).is_some_and(ResidentNumber::check_holds),
        15 => ResidentNumber::read(normal).is_some(),
        17 => normal.get(..15).is_some_and(|first| ResidentNumber::read(first).is_some()),
        20 => normal.get(..18).is_some_and(looks_like_resident),
        _ => false,
    }
}

/// What to do with a text in a code column that may be a person's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResidentVerdict {
    /// It does not read as a resident number.
    NotResident,
    /// It reads as one, but is an organisation's code: keep it.
    Organisation,
    /// Refuse the row; keep nothing of the cell.
    Refuse,
}

/// Decides about a text in a code column that reads as a resident number.
///
/// It is kept only where the name beside it is organisation-shaped and the text is also a code of
/// its own right: a unified code whose check character and organisation part hold and whose
/// department pair is known (a body of 延庆, `1?110119…`, can look like a person), a sound registration
/// number, or a tax number with a sound organisation code.
#[must_use]
pub fn resident_verdict(
    written: &str,
    tables: &super::CodeTables,
    name_is_organisation: bool,
) -> ResidentVerdict {
    let normal = super::normalise_code(written);
    if !looks_like_resident(&normal) {
        return ResidentVerdict::NotResident;
    }
    if name_is_organisation && is_organisation_code(&normal, tables) {
        ResidentVerdict::Organisation
    } else {
        ResidentVerdict::Refuse
    }
}

fn is_organisation_code(normal: &str, tables: &super::CodeTables) -> bool {
    if let Some(code) = Uscc::read(normal).sound() {
        let bytes = code.as_str().as_bytes();
        let pair = bytes.first().zip(bytes.get(1));
        return code.organisation_part_holds()
            && pair.is_some_and(|(first, second)| tables.has_department(*first, *second));
    }
    RegistrationNumber::read(normal).sound().is_some()
        || TaxNumber::read(normal)
            .sound()
            .and_then(|code| code.organisation_code())
            .is_some_and(|code| OrganisationCode::read(code.as_str()).sound().is_some())
}

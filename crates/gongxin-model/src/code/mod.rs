//! Codes that organisations carry, and the one that only persons do.
//!
//! Each is parsed into a type that keeps what was written and what it normalises to, together
//! with [`Facts`]: what the standards say about it. Facts are not verdicts. The same failing check
//! digit is a note on a registration from a competent source and a doubt on a penalty, so the
//! reader of a file decides about severity, and tables (regions, departments) come in as data.

mod organisation;
mod registration;
mod resident;
mod tables;
mod tax;
mod uscc;
mod written;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use organisation::OrganisationCode;
pub use registration::RegistrationNumber;
pub use resident::{ResidentNumber, ResidentVerdict, looks_like_resident, resident_verdict};
pub use tables::{CodeTables, RegionStatus};
pub use tax::TaxNumber;
pub use uscc::Uscc;
pub use written::{CODE_LENGTH_LIMIT, normalise_code};

/// The kinds of identifiers under which an organisation is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeKind {
    /// 统一社会信用代码, GB 32100-2015.
    Uscc,
    /// 组织机构代码, GB 11714-1997; also positions 9 to 17 of a unified code.
    OrganisationCode,
    /// 工商注册号, GS 15-2006, or of 13 digits from before.
    RegistrationNumber,
    /// 税务登记号, from before “three in one”.
    TaxNumber,
    /// 事业单位证书号.
    InstitutionNumber,
    /// 社会组织登记证号.
    AssociationNumber,
}

impl CodeKind {
    /// All kinds, strongest first.
    pub const ALL: [Self; 6] = [
        Self::Uscc,
        Self::OrganisationCode,
        Self::RegistrationNumber,
        Self::TaxNumber,
        Self::InstitutionNumber,
        Self::AssociationNumber,
    ];

    /// The stable name, as kept in a store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uscc => "uscc",
            Self::OrganisationCode => "organisation-code",
            Self::RegistrationNumber => "registration-number",
            Self::TaxNumber => "tax-number",
            Self::InstitutionNumber => "institution-number",
            Self::AssociationNumber => "association-number",
        }
    }
}

impl fmt::Display for CodeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no kind of code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of code")]
pub struct NotACodeKind;

impl FromStr for CodeKind {
    type Err = NotACodeKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(NotACodeKind)
    }
}

/// One thing that a standard says about a written code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Fact {
    /// Nothing was written, or only a dash, a zero or 无.
    Empty = 1,
    /// Width, case, blanks, hyphens or quotation marks were brought into normal form.
    Normalised = 1 << 1,
    /// The number of characters is none that the standard knows.
    LengthWrong = 1 << 2,
    /// A character that the standard's alphabet does not have (I, O, S, V, Z in a unified code).
    AlphabetForeign = 1 << 3,
    /// The check character is not the computed one.
    CheckFails = 1 << 4,
    /// The code has no check character (registration numbers of 13 digits, tax numbers).
    WithoutCheck = 1 << 5,
    /// Positions 1 and 2 are no pair of department and type that the table knows.
    DepartmentUnknown = 1 << 6,
    /// The registrar's region is in no edition of GB/T 2260 that the table holds.
    RegionUnknown = 1 << 7,
    /// The registrar's region is in an earlier edition of GB/T 2260 only.
    RegionHistorical = 1 << 8,
    /// Positions 9 to 17 fail the check of GB 11714.
    OrganisationPartFails = 1 << 9,
    /// Seventeen zeros and X, written where an individual business has no code; or all zeros.
    Placeholder = 1 << 10,
    /// It reads as a resident identity number. See [`resident_verdict`].
    LooksLikeResident = 1 << 11,
    /// A sound unified code stands in the place of another code.
    IsUscc = 1 << 12,
}

impl Fact {
    /// All facts.
    pub const ALL: [Self; 13] = [
        Self::Empty,
        Self::Normalised,
        Self::LengthWrong,
        Self::AlphabetForeign,
        Self::CheckFails,
        Self::WithoutCheck,
        Self::DepartmentUnknown,
        Self::RegionUnknown,
        Self::RegionHistorical,
        Self::OrganisationPartFails,
        Self::Placeholder,
        Self::LooksLikeResident,
        Self::IsUscc,
    ];

    /// The stable name, for a rule id: `check-fails`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Normalised => "normalised",
            Self::LengthWrong => "length-wrong",
            Self::AlphabetForeign => "alphabet-foreign",
            Self::CheckFails => "check-fails",
            Self::WithoutCheck => "without-check",
            Self::DepartmentUnknown => "department-unknown",
            Self::RegionUnknown => "region-unknown",
            Self::RegionHistorical => "region-historical",
            Self::OrganisationPartFails => "organisation-part-fails",
            Self::Placeholder => "placeholder",
            Self::LooksLikeResident => "looks-like-resident",
            Self::IsUscc => "is-uscc",
        }
    }
}

/// A set of [`Fact`]s.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts(u16);

impl Facts {
    /// No fact.
    pub const NONE: Self = Self(0);

    /// The set with one more fact.
    #[must_use]
    pub const fn with(self, fact: Fact) -> Self {
        Self(self.0 | fact as u16)
    }

    /// The set with the fact where the condition holds.
    #[must_use]
    pub const fn with_if(self, condition: bool, fact: Fact) -> Self {
        if condition { self.with(fact) } else { self }
    }

    /// True where the set has the fact.
    #[must_use]
    pub const fn has(self, fact: Fact) -> bool {
        self.0 & fact as u16 != 0
    }

    /// True where there is no fact.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The facts in order.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.into_iter().filter(move |fact| self.has(*fact))
    }

    /// True where nothing speaks against the code as an identifier: its length, alphabet and
    /// check character (as far as it has one) are right and it is no placeholder. What the tables
    /// say (region, department) does not count; whether it is a person's number is asked of
    /// [`resident_verdict`].
    #[must_use]
    pub const fn is_sound(self) -> bool {
        const AGAINST: u16 = Fact::Empty as u16
            | Fact::LengthWrong as u16
            | Fact::AlphabetForeign as u16
            | Fact::CheckFails as u16
            | Fact::Placeholder as u16;
        self.0 & AGAINST == 0
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A code as it was written, what it is in normal form, and what the standard says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Parsed<'a, T> {
    /// What was written. May be a person's number: never print it before [`resident_verdict`].
    pub written: &'a str,
    /// The normal form, wherever length and characters allow to speak of such a code at all.
    pub code: Option<T>,
    /// What the standard says.
    pub facts: Facts,
}

impl<T> Parsed<'_, T> {
    /// The code, if it can serve as an identifier.
    #[must_use]
    pub fn sound(self) -> Option<T> {
        if self.facts.is_sound() { self.code } else { None }
    }
}

impl<T: fmt::Debug> fmt::Debug for Parsed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Parsed");
        if !self.facts.has(Fact::LooksLikeResident) {
            debug.field("written", &self.written).field("code", &self.code);
        }
        debug.field("facts", &self.facts).finish()
    }
}

//! Tables that the standards refer to and that packs hold as data.

use std::collections::{BTreeMap, BTreeSet};

/// What GB/T 2260 says of a registrar's region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionStatus {
    /// In the current edition.
    Current,
    /// In an earlier edition only.
    Historical,
    /// The table holds the province but none of its districts, so it cannot tell.
    Unlisted,
    /// In no edition that the table holds.
    Unknown,
}

/// Regions and departments as the adopted packs state them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeTables {
    regions: BTreeMap<u32, bool>,
    detailed: BTreeSet<u32>,
    departments: BTreeSet<(char, char)>,
}

impl CodeTables {
    /// Adds a region of six digits, `is_current` where the current edition has it. A text that
    /// is not six digits is ignored.
    pub fn add_region(&mut self, code: &str, is_current: bool) {
        let Some(number) = six_digits(code.as_bytes()) else {
            return;
        };
        *self.regions.entry(number).or_insert(false) |= is_current;
        if number % 10_000 != 0 {
            self.detailed.insert(number / 10_000);
        }
    }

    /// Adds a registering department with a type of organisation that it registers.
    pub fn add_department(&mut self, department: char, kind: char) {
        self.departments.insert((department, kind));
    }

    /// What the table says of a region.
    #[must_use]
    pub fn region(&self, code: &[u8]) -> RegionStatus {
        let Some(number) = six_digits(code) else {
            return RegionStatus::Unknown;
        };
        let province = number / 10_000;
        match self.regions.get(&number) {
            Some(true) => RegionStatus::Current,
            Some(false) => RegionStatus::Historical,
            None if self.regions.contains_key(&(province * 10_000))
                && !self.detailed.contains(&province) =>
            {
                RegionStatus::Unlisted
            }
            None => RegionStatus::Unknown,
        }
    }

    /// True where the table has the pair of department and type.
    #[must_use]
    pub fn has_department(&self, department: u8, kind: u8) -> bool {
        self.departments.contains(&(char::from(department), char::from(kind)))
    }
}

fn six_digits(code: &[u8]) -> Option<u32> {
    if code.len() != 6 || !code.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(code.iter().fold(0, |number, byte| number * 10 + u32::from(byte - b'0')))
}

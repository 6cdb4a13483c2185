//! Which records stand in one file of open data together, and how the file is called.

use std::fmt;

use gongxin_pack::{DivisionLevel, EffectiveRulebook};
use gongxin_store::ShownMember;
use gongxin_subject::SubjectKind;
use serde::{Deserialize, Serialize};

/// How a division is called that is none of the platform's region.
const ELSEWHERE: &str = "elsewhere";

/// A class, a division and a year of decision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct ShardKey {
    /// The catalogue's id.
    pub(crate) catalogue: String,
    /// The division's code; empty for what lies elsewhere or nowhere.
    pub(crate) division: String,
    /// The year.
    pub(crate) year: i16,
}

impl fmt::Display for ShardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let division = if self.division.is_empty() { ELSEWHERE } else { &self.division };
        write!(f, "{}-{division}-{:04}", self.catalogue, self.year)
    }
}

impl ShardKey {
    /// The key of a name; none for another name.
    pub(crate) fn read(name: &str) -> Option<Self> {
        let (rest, year) = name.rsplit_once('-')?;
        let (catalogue, division) = rest.rsplit_once('-')?;
        let division = if division == ELSEWHERE { "" } else { division };
        let key = Self {
            catalogue: catalogue.to_owned(),
            division: division.to_owned(),
            year: year.parse().ok()?,
        };
        // Names become names of files: what is written otherwise is none of ours.
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (key.to_string() == name && is_plain(name)).then_some(key)
    }

    /// Where a record that is shown belongs; nowhere where its class is not given out, or its
    /// subject is an individual business.
    pub(super) fn of(
        book: &EffectiveRulebook,
        level: DivisionLevel,
        offered: &dyn Fn(&str) -> bool,
        member: &ShownMember,
    ) -> Option<Self> {
        if SubjectKind::from_name(&member.kind) != Some(SubjectKind::Organisation) {
            return None;
        }
        let class = book.catalogue(&member.catalogue)?;
        let year = i16::try_from(member.year).ok()?;
        offered(&class.id).then(|| Self {
            catalogue: class.id.clone(),
            division: book.division_of(&member.region, level).unwrap_or_default().to_owned(),
            year,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_and_no_other_is_read() {
        let key = |catalogue: &str, division: &str, year| ShardKey {
            catalogue: catalogue.into(),
            division: division.into(),
            year,
        };
        for (name, expected) in [
            ("penalty-150100-2026", key("penalty", "150100", 2026)),
            ("abnormal-list-elsewhere-2019", key("abnormal-list", "", 2019)),
            ("x-150100-0001", key("x", "150100", 1)),
        ] {
            assert_eq!(ShardKey::read(name), Some(expected), "{name}");
        }
        for name in [
            "",
            "penalty",
            "penalty-2026",
            "penalty-150100-26",
            "penalty--2026",
            "../x-150100-2026",
            "penalty-150100-2026.csv",
            "pen/alty-150100-2026",
            "penalty-150100-99999",
        ] {
            assert_eq!(ShardKey::read(name), None, "{name}");
        }
    }
}

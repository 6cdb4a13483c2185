//! The region: a seed, a size, a last day.

use gongxin_model::Day;

use crate::file::RehearsalFile;
use crate::organisation::{Organisation, day, organisation};
use crate::plan;

/// 2026-10-31: nothing happens in the region after it.
const LAST_DAY: u64 = 10_530;

/// An invented region. Cheap to copy: everything in it is computed when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    seed: u64,
    organisations: u64,
    /// Licences and penalties, in percent of what a region has unless told.
    decisions: u64,
}

impl Region {
    /// A region with so many organisations, at least one.
    #[must_use]
    pub const fn new(seed: u64, organisations: u64) -> Self {
        let organisations = if organisations == 0 { 1 } else { organisations };
        Self { seed, organisations, decisions: 100 }
    }

    /// The same with so many licences and penalties, in percent of what a region has unless told:
    /// 2.3 an organisation.
    #[must_use]
    pub const fn with_decisions(self, percent: u64) -> Self {
        Self { decisions: percent, ..self }
    }

    /// The seed.
    #[must_use]
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// How many organisations there are.
    #[must_use]
    pub const fn organisations(&self) -> u64 {
        self.organisations
    }

    /// The organisation at a place below [`Region::organisations`].
    #[must_use]
    pub fn organisation(&self, index: u64) -> Organisation {
        organisation(self.seed, index)
    }

    /// The files of the region, in the order in which they are handed in.
    #[must_use]
    pub fn files(&self) -> Vec<RehearsalFile> {
        plan::files(*self)
    }

    /// Two files that are not the region's own, to measure with: registrations of 15 columns and
    /// about 220 bytes, five of a hundred with dirt; and penalties of about 1,000 bytes with the
    /// region's dirt. Each has a row for each organisation.
    #[must_use]
    pub fn measured(&self) -> [RehearsalFile; 2] {
        plan::measured(*self)
    }

    /// How many licences there are, repeats not counted.
    #[must_use]
    pub const fn licences(&self) -> u64 {
        (self.organisations + self.organisations / 2) * self.decisions / 100
    }

    /// How many penalties there are, repeats not counted.
    #[must_use]
    pub const fn penalties(&self) -> u64 {
        self.organisations * 4 / 5 * self.decisions / 100
    }

    /// The last day on which anything happens.
    #[must_use]
    pub fn last_day(&self) -> Day {
        day(LAST_DAY)
    }

    pub(crate) const fn last_day_number(&self) -> u64 {
        LAST_DAY
    }

    /// Another organisation, with a registration number where one is near.
    pub(crate) fn other(&self, than: &Organisation) -> Organisation {
        let next = |step: u64| self.organisation((than.index + step) % self.organisations);
        (1..40)
            .map(next)
            .find(|other| {
                other.index != than.index
                    && other.registration_number.is_some()
                    && other.first_name.starts_with("演练")
            })
            .unwrap_or_else(|| next(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_is_the_one_stated() {
        assert_eq!(Region::new(1, 1).last_day().to_string(), "2026-10-31");
    }
}

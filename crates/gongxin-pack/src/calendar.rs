//! Working days, as the State Council arranges them each year.

use std::collections::BTreeSet;

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::Ground;

/// The arrangement of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i16,
    /// Days off that would be working days: `MM-DD`, or a range `MM-DD/MM-DD`.
    pub off: Vec<String>,
    /// Saturdays and Sundays worked.
    pub work: Vec<String>,
    /// What it stands on.
    pub ground: Ground,
}

/// A deadline that may still move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day.
    pub day: Day,
    /// True if it lies past the last arranged year: it was counted by weekdays alone.
    pub provisional: bool,
}

/// The working days of all arranged years.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Calendar {
    off: BTreeSet<Day>,
    work: BTreeSet<Day>,
    last_year: i16,
}

impl Calendar {
    /// A calendar of days off and weekend days worked, arranged up to the year.
    #[must_use]
    pub fn new(off: BTreeSet<Day>, work: BTreeSet<Day>, last_year: i16) -> Self {
        Self { off, work, last_year }
    }

    /// True if the day is worked.
    #[must_use]
    pub fn is_working_day(&self, day: Day) -> bool {
        self.work.contains(&day) || (!day.is_weekend() && !self.off.contains(&day))
    }

    /// True if the day's year is arranged.
    #[must_use]
    pub fn is_arranged(&self, day: Day) -> bool {
        day.parts().0 <= self.last_year
    }

    /// The working day that is the `count`th after the day; the day itself is not counted.
    #[must_use]
    pub fn add_working_days(&self, day: Day, count: u16) -> Deadline {
        let mut end = day;
        let mut left = count;
        while left > 0 && end < Day::FOREVER {
            end = end.plus_days(1);
            if self.is_working_day(end) {
                left -= 1;
            }
        }
        Deadline { day: end, provisional: !self.is_arranged(end) }
    }

    /// The working days after `from` up to and with `until`; 0 where `until` is not later.
    #[must_use]
    pub fn working_days_between(&self, from: Day, until: Day) -> u32 {
        let mut day = from;
        let mut count = 0;
        while day < until {
            day = day.plus_days(1);
            count += u32::from(self.is_working_day(day));
        }
        count
    }
}

//! Working days: Monday to Friday, less holidays, plus days made up.

use std::collections::BTreeSet;

use gongxin_model::Day;

/// The days that differ from the weekday rule, and the last year they are known for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendar {
    /// Weekdays off.
    pub holidays: BTreeSet<Day>,
    /// Weekend days worked.
    pub made_up: BTreeSet<Day>,
    /// The last year with published holidays.
    pub last_year: i16,
}

/// A deadline, and whether it was computed beyond the published years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// The last day of the time allowed.
    pub day: Day,
    /// True where the weekday rule alone was used for some of the days.
    pub beyond_calendar: bool,
}

impl Calendar {
    /// True for a working day. Beyond the last published year: Monday to Friday.
    #[must_use]
    pub fn is_working_day(&self, day: Day) -> bool {
        if day.is_weekend() { self.made_up.contains(&day) } else { !self.holidays.contains(&day) }
    }

    /// The `days`-th working day after `start`; the day of the event is not counted.
    #[must_use]
    pub fn after(&self, start: Day, days: u32) -> Deadline {
        let mut day = start;
        let mut left = days;
        while left > 0 && day < Day::FOREVER {
            day = day.plus_days(1);
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        Deadline { day, beyond_calendar: day.parts().0 > self.last_year }
    }
}

//! The time for which bodies report: a month, a quarter, a year.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::Day;

/// A month `2026-03`, a quarter `2026-Q1` or a year `2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportingPeriod {
    /// The first day inside.
    from: Day,
    months: u8,
}

/// The text is no reporting period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a period is written 2026-03, 2026-Q1 or 2026")]
pub struct NotAPeriod;

impl ReportingPeriod {
    /// The month of a day.
    #[must_use]
    pub fn month_of(day: Day) -> Self {
        let (_, _, date) = day.parts();
        Self { from: day.plus_days(1 - i32::from(date)), months: 1 }
    }

    /// The first day inside.
    #[must_use]
    pub fn from(self) -> Day {
        self.from
    }

    /// The first day no longer inside.
    #[must_use]
    pub fn until(self) -> Day {
        self.from.plus_months(i32::from(self.months))
    }

    /// True if the day lies inside.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day < self.until()
    }

    /// The months inside, in their order.
    pub fn months(self) -> impl Iterator<Item = Self> {
        (0..self.months)
            .map(move |month| Self { from: self.from.plus_months(i32::from(month)), months: 1 })
    }
}

impl fmt::Display for ReportingPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, _) = self.from.parts();
        match self.months {
            12 => write!(f, "{year:04}"),
            3 => write!(f, "{year:04}-Q{}", month / 3 + 1),
            _ => write!(f, "{year:04}-{month:02}"),
        }
    }
}

impl FromStr for ReportingPeriod {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, part) = match text.split_once('-') {
            Some((year, part)) => (year, Some(part)),
            None => (text, None),
        };
        let (month, months) = match part {
            None => ("01", 12),
            Some("Q1") => ("01", 3),
            Some("Q2") => ("04", 3),
            Some("Q3") => ("07", 3),
            Some("Q4") => ("10", 3),
            Some(month) => (month, 1),
        };
        let from = format!("{year}-{month}-01").parse().map_err(|_| NotAPeriod)?;
        Ok(Self { from, months })
    }
}

impl Serialize for ReportingPeriod {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_month_a_quarter_or_a_year() {
        let cases = [
            ("2026-03", "2026-03-01", "2026-04-01", 1),
            ("2026-12", "2026-12-01", "2027-01-01", 1),
            ("2026-Q4", "2026-10-01", "2027-01-01", 3),
            ("2026", "2026-01-01", "2027-01-01", 12),
        ];
        for (text, from, until, months) in cases {
            let period: ReportingPeriod = text.parse().unwrap();
            assert_eq!(period.to_string(), text);
            assert_eq!(
                (period.from().to_string(), period.until().to_string()),
                (from.into(), until.into())
            );
            assert_eq!(period.months().count(), months);
        }
        for wrong in ["", "26-03", "2026-3", "2026-13", "2026-Q5", "2026-03-01"] {
            assert_eq!(wrong.parse::<ReportingPeriod>(), Err(NotAPeriod), "{wrong}");
        }
    }
}

//! Legal days and instants. A day is civil, at +08:00; an instant is microseconds UTC.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// A civil date, as law counts days. Written `YYYY-MM-DD`, years 0001 to 9998.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// The day that stands for "no end": later than every day a file may state.
const FOREVER: Date = jiff::civil::date(9998, 12, 31);

impl Day {
    /// The day that stands for "no end".
    pub const FOREVER: Self = Self(FOREVER);
    /// The first day there is.
    pub const FIRST: Self = Self(jiff::civil::date(1, 1, 1));

    /// A day from its parts, if the calendar has it.
    #[must_use]
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if !(1..=9998).contains(&year) {
            return None;
        }
        Date::new(year, month, day).ok().map(Self)
    }

    /// The year, month and day.
    #[must_use]
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day `months` calendar months later; the last day of the month where it has no such
    /// day (31 January + 1 month = 28 or 29 February). Stops at [`Day::FOREVER`].
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        self.plus(months.months())
    }

    /// The day `days` later, or earlier where negative. Stops at [`Day::FOREVER`].
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        self.plus(days.days())
    }

    fn plus(self, span: Span) -> Self {
        self.0.checked_add(span).map_or(Self::FOREVER, |date| Self(date.min(FOREVER)))
    }

    /// The day as it is written, without memory of its own.
    #[must_use]
    pub fn to_compact(self) -> CompactString {
        let (year, month, day) = self.parts();
        let digit = |number: i16, place: i16| {
            u8::try_from(number / place % 10).map_or(b'0', |digit| b'0' + digit)
        };
        let (month, day) = (i16::from(month), i16::from(day));
        let text = [
            digit(year, 1000),
            digit(year, 100),
            digit(year, 10),
            digit(year, 1),
            b'-',
            digit(month, 10),
            digit(month, 1),
            b'-',
            digit(day, 10),
            digit(day, 1),
        ];
        CompactString::from_utf8_lossy(&text)
    }

    /// The first instant of the day in China.
    #[must_use]
    pub fn begins(self) -> Instant {
        let begin = Offset::constant(8).to_timestamp(self.0.at(0, 0, 0, 0));
        Instant(begin.map_or(i64::MAX, Timestamp::as_microsecond))
    }

    /// True from Saturday to Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        self.0.weekday().to_monday_one_offset() >= 6
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a day is written YYYY-MM-DD")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(place, byte)| match place {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(NotADay);
        }
        let part = |range| text.get(range).and_then(|part: &str| part.parse::<i16>().ok());
        let (year, month, day) =
            (part(0..4).ok_or(NotADay)?, part(5..7).ok_or(NotADay)?, part(8..10).ok_or(NotADay)?);
        let small = |number: i16| i8::try_from(number).map_err(|_| NotADay);
        Self::new(year, small(month)?, small(day)?).ok_or(NotADay)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A point in time, microseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

impl Instant {
    /// The civil date in China (+08:00, no daylight saving since 1991) at this instant.
    #[must_use]
    pub fn day(self) -> Day {
        Timestamp::from_microsecond(self.0).map_or(Day::FOREVER, |timestamp| {
            Day(Offset::constant(8).to_datetime(timestamp).date())
        })
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp:.6}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not an RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a time is written as RFC 3339, for example 2026-05-04T10:32:00+08:00")]
pub struct NotAnInstant;

impl FromStr for Instant {
    type Err = NotAnInstant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Timestamp>()
            .map(|timestamp| Self(timestamp.as_microsecond()))
            .map_err(|_| NotAnInstant)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Days from `from`, included, until `until`, not included. An absent bound is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Period {
    /// The first day inside.
    pub from: Option<Day>,
    /// The first day no longer inside.
    pub until: Option<Day>,
}

impl Period {
    /// True if the day lies inside.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_calendar_months() {
        assert_eq!(day("2026-01-31").plus_months(1), day("2026-02-28"));
        assert_eq!(day("2024-01-31").plus_months(1), day("2024-02-29"));
        assert_eq!(day("2026-03-15").plus_months(12), day("2027-03-15"));
        assert_eq!(Day::FOREVER.plus_months(1), Day::FOREVER);
    }

    #[test]
    fn days_have_one_spelling() {
        for wrong in ["2026-3-15", "2026-02-30", "20260315", "２０２６-03-15", "0000-01-01"] {
            assert_eq!(wrong.parse::<Day>(), Err(NotADay), "{wrong}");
        }
    }

    #[test]
    fn the_day_changes_at_four_in_the_afternoon_utc() {
        let at = |text: &str| text.parse::<Instant>().unwrap().day();
        assert_eq!(at("2026-03-31T15:59:59Z"), day("2026-03-31"));
        assert_eq!(at("2026-03-31T16:00:00Z"), day("2026-04-01"));
        assert_eq!(day("2026-04-01").begins(), "2026-03-31T16:00:00Z".parse().unwrap());
    }

    #[test]
    fn instants_round_trip() {
        let instant = Instant(1_764_000_000_123_456);
        assert_eq!(instant.to_string().parse(), Ok(instant));
    }
}

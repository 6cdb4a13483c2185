//! Days as people write them.

use gongxin_model::Day;

use crate::limits::Limits;
use crate::numerals;

/// A day as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadDay {
    /// A day of the calendar.
    Day(Day),
    /// A spreadsheet's count of days, taken as a day.
    Serial(Day),
    /// A day of the calendar before or after every day that a record can have.
    Implausible(Day),
    /// Written like a day, but no calendar has it.
    Impossible,
    /// Nothing that says one day.
    Unreadable,
}

/// Reads a day in the forms of real files: `2026-03-05`, `2026/3/5`, `2026.3.5`, `20260305`,
/// `2026年3月5日`, `二〇二六年三月五日`, a spreadsheet's serial number, each with or without a time.
pub(crate) fn read(text: &str, limits: &Limits) -> ReadDay {
    if let Ok(day) = text.parse::<Day>() {
        return plausible(day, limits);
    }
    let text = fold(text);
    let text = date_part(&text);
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && let Some(day) = number(text)
    {
        return match day {
            ReadDay::Day(day) => plausible(day, limits),
            other => other,
        };
    }
    let Some((year, month, day)) = parts(text) else {
        return ReadDay::Unreadable;
    };
    match Day::new(year, month, day) {
        Some(day) => plausible(day, limits),
        None => ReadDay::Impossible,
    }
}

fn plausible(day: Day, limits: &Limits) -> ReadDay {
    let (year, _, _) = day.parts();
    if (limits.earliest_year..=limits.latest_year).contains(&year) {
        ReadDay::Day(day)
    } else {
        ReadDay::Implausible(day)
    }
}

/// Half width, without blanks except one before a time, Chinese separators as they are.
fn fold(text: &str) -> String {
    text.trim()
        .chars()
        .map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
            }
            '\u{3000}' | '\t' | '\n' | '\r' => ' ',
            '。' => '.',
            '—' | '–' | '−' => '-',
            other => other,
        })
        .collect()
}

/// Cuts a time and what frames a day: `2026-03-05T00:00:00+08:00`, `2026年3月5日 10时`, `…起`.
fn date_part(text: &str) -> &str {
    let text = text.trim().trim_matches('\'');
    if let Some(colon) = text.find(':') {
        // The hour stands before the colon; the day ends at the blank or letter before it.
        let before = text.get(..colon).unwrap_or(text);
        let end = before.rfind([' ', 'T', 't', '日']).unwrap_or(before.len());
        let end = if before.get(end..).is_some_and(|rest| rest.starts_with('日')) {
            end + '日'.len_utf8()
        } else {
            end
        };
        return before.get(..end).unwrap_or(before).trim();
    }
    let text = match text.split_once('日') {
        Some((day, rest))
            if rest.contains(['时', '点']) || matches!(rest, "起" | "止" | "前" | "") =>
        {
            day
        }
        _ => text,
    };
    text.trim_end_matches(['起', '止', '前']).trim()
}

/// A day without separators: eight digits, or a spreadsheet's serial number.
fn number(text: &str) -> Option<ReadDay> {
    if text.len() == 8 && !text.contains('.') {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
        let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
        let day = Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        return Some(day.map_or(ReadDay::Impossible, ReadDay::Day));
    }
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() != 5 || rest.contains('.') {
        return None;
    }
    // Serial 1 is 1900-01-01, and the count holds a 29 February 1900 that never was.
    let serial = whole.parse::<i32>().ok()?;
    Some(ReadDay::Serial(Day::new(1899, 12, 30)?.plus_days(serial)))
}

fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let mut parts = text
        .split(['-', '/', '.', '年', '月', ',', '、', '\\'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year = numerals::year(year)?;
    let small = |text: &str| {
        numerals::whole(text.trim_end_matches(['日', '号']))
            .and_then(|number| i8::try_from(number).ok())
    };
    Some((year, small(month)?, small(day)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_all_real_forms() {
        let same = [
            "2026-03-05",
            "2026/3/5",
            "2026.3.5",
            "20260305",
            "2026年3月5日",
            "2026年03月05日",
            "２０２６年３月５日",
            "二〇二六年三月五日",
            "二○二六年三月五日",
            "二零二六年三月五日",
            "2026-03-05 00:00:00",
            "2026-03-05 9:30",
            "2026/3/5 0:00:00",
            "2026-03-05T00:00:00.000+08:00",
            "2026年3月5日10时",
            "2026年3月5日起",
            " 2026-3-5 ",
            "2026\\3\\5",
            "2026、3、5",
        ];
        let limits = Limits::default();
        let expected = Day::new(2026, 3, 5).unwrap();
        for text in same {
            assert_eq!(read(text, &limits), ReadDay::Day(expected), "{text}");
        }
        assert_eq!(read("46086", &limits), ReadDay::Serial(expected));
        assert_eq!(read("46086.5", &limits), ReadDay::Serial(expected));
        let long = Day::new(2026, 11, 25).unwrap();
        for text in ["二〇二六年十一月二十五日", "二〇二六年十一月廿五日", "2026.11.25."]
        {
            assert_eq!(read(text, &limits), ReadDay::Day(long), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_not_guessed() {
        let limits = Limits::default();
        for text in [
            "",
            "长期",
            "3/5/26",
            "3/5/2026",
            "26-03-05",
            "2026年3月",
            "2020-01-01至2025-01-01",
            "2026",
            "昨天",
            "1234567",
            "2026-03",
            "2026-3-5-1",
        ] {
            assert_eq!(read(text, &limits), ReadDay::Unreadable, "{text}");
        }
        for text in ["2026-02-30", "20261301", "2026年13月1日", "2026/4/31"] {
            assert_eq!(read(text, &limits), ReadDay::Impossible, "{text}");
        }
        assert!(matches!(read("1026-03-05", &limits), ReadDay::Implausible(_)));
        assert!(matches!(
            read("9999-12-31", &limits),
            ReadDay::Implausible(_) | ReadDay::Impossible
        ));
    }
}

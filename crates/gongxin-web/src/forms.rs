//! Forms of value: days, times, counts, amounts, codes.

use gongxin_model::finding::Language;
use gongxin_model::{Day, Instant};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day in a sentence: `2026年3月15日`, `15 March 2026`.
pub(crate) fn day_in_sentence(day: Day, language: Language) -> String {
    let (year, month, date) = day.parts();
    match language {
        Language::Chinese => format!("{year}年{month}月{date}日"),
        Language::English => {
            let index = usize::try_from(month).unwrap_or(1).saturating_sub(1);
            format!("{date} {} {year}", MONTHS.get(index).copied().unwrap_or_default())
        }
    }
}

/// How far China's clocks are ahead of UTC, in microseconds.
pub(crate) const CHINA_OFFSET: i64 = 8 * 3600 * 1_000_000;

/// The civil time of an instant in China: `2026-05-04 10:32`.
pub(crate) fn time_in_china(instant: Instant) -> String {
    let machine = time_for_machines(instant);
    machine.get(..16).unwrap_or(&machine).replace('T', " ")
}

/// The civil time of an instant in China with its offset: `2026-05-04T10:32:00+08:00`.
pub(crate) fn time_for_machines(instant: Instant) -> String {
    let shifted = Instant(instant.0.saturating_add(CHINA_OFFSET)).to_string();
    match shifted.get(..19) {
        Some(civil) => format!("{civil}+08:00"),
        None => shifted,
    }
}

/// Digits in groups of three: `1,612,004`.
pub(crate) fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A plain decimal, as canonical text.
struct Decimal<'a> {
    sign: &'static str,
    whole: &'a str,
    part: &'a str,
}

fn decimal(text: &str) -> Option<Decimal<'_>> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let sound = !whole.is_empty() && format!("{whole}{part}").bytes().all(|b| b.is_ascii_digit());
    sound.then_some(Decimal { sign, whole, part })
}

/// An amount with thousands separators; what is no plain decimal stays as written.
pub(crate) fn amount(text: &str) -> String {
    let Some(Decimal { sign, whole, part }) = decimal(text) else {
        return text.to_owned();
    };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{part}", grouped(whole))
}

/// The same amount ten thousand times as large, with thousands separators; absent for what is no
/// plain decimal.
pub(crate) fn amount_in_yuan(ten_thousands: &str) -> Option<String> {
    let Decimal { sign, whole, part } = decimal(ten_thousands)?;
    let padded = format!("{part:0<4}");
    let (four, rest) = padded.split_at(4);
    let digits = format!("{whole}{four}");
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let point = if rest.is_empty() { "" } else { "." };
    Some(format!("{sign}{}{point}{rest}", grouped(digits)))
}

/// The groups a code is shown in; only a unified social credit code has any: 2-6-9-1.
pub(crate) fn code_groups(code: &str) -> Vec<&str> {
    if code.len() != 18 || !code.is_ascii() {
        return vec![code];
    }
    [0..2, 2..8, 8..17, 17..18].into_iter().filter_map(|range| code.get(range)).collect()
}

/// True where a text has Han characters.
pub(crate) fn has_han(text: &str) -> bool {
    text.chars().any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
}

/// Reads a day as people write it: 2026-03-31, 2026/3/31, 2026.3.31, 20260331, 2026年3月31日.
pub(crate) fn read_day(text: &str) -> Option<Day> {
    let text: String = text.trim().chars().map(half_width).collect();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |range| text.get(range).and_then(|part: &str| part.parse().ok());
        let small = |range| text.get(range).and_then(|part: &str| part.parse().ok());
        return Day::new(part(0..4)?, small(4..6)?, small(6..8)?);
    }
    let trimmed = text.strip_suffix('日').unwrap_or(&text);
    let mut parts = trimmed.split(['-', '/', '.', '年', '月']);
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    let sound = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.next().is_some() || year.len() != 4 || !sound(year, 4) {
        return None;
    }
    if !sound(month, 2) || !sound(date, 2) {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?)
}

/// Reads a time: RFC 3339, or a civil time in China, or a day, meaning its last second there.
pub(crate) fn read_instant(text: &str) -> Option<Instant> {
    let text: String = text.trim().chars().map(half_width).collect();
    // A plus sign of an offset arrives as a blank when nobody encoded it.
    let whole = match text.rsplit_once(' ') {
        Some((civil, offset)) if civil.contains('T') && civil.len() >= 19 => {
            format!("{civil}+{offset}")
        }
        _ => text.replace(' ', "T"),
    };
    if let Ok(instant) = whole.parse() {
        return Some(instant);
    }
    let civil = match (whole.len(), read_day(&whole)) {
        (_, Some(day)) => format!("{day}T23:59:59"),
        (16, None) => format!("{whole}:00"),
        _ => whole,
    };
    format!("{civil}+08:00").parse().ok()
}

/// Half-width form of full-width ASCII.
pub(crate) fn half_width(letter: char) -> char {
    match letter {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        _ => letter,
    }
}

/// A code as addresses carry it: half-width, upper case, without blanks and hyphens. Absent for
/// what can be no code.
pub(crate) fn clean_code(text: &str) -> Option<String> {
    let kept = |letter: &char| {
        !letter.is_whitespace() && !matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    let code: String = text
        .chars()
        .map(half_width)
        .filter(kept)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let sound = (1..=crate::limits::CODE_CHARACTERS).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit() {
        let cases = [
            ("0.2", "0.2", Some("2,000")),
            ("12345.6789", "12,345.6789", Some("123,456,789")),
            ("0", "0", Some("0")),
            ("1.23456", "1.23456", Some("12,345.6")),
            ("-3", "\u{2212}3", Some("\u{2212}30,000")),
            ("约两万", "约两万", None),
        ];
        for (text, plain, yuan) in cases {
            assert_eq!(amount(text), plain);
            assert_eq!(amount_in_yuan(text).as_deref(), yuan);
        }
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = Day::new(2026, 3, 31);
        for text in ["2026-03-31", "2026/3/31", "20260331", "2026年3月31日", "２０２６.３.３１"]
        {
            assert_eq!(read_day(text), day, "{text}");
        }
        for text in
            ["garbage", "2026-13-01", "2026-02-30", "2026-3", "2026-03-31-1", "+026-01-01", ""]
        {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_with_or_without_an_offset() {
        let at = |text: &str| text.parse::<Instant>().ok();
        let cases = [
            ("2026-05-04T02:32:00Z", at("2026-05-04T02:32:00Z")),
            ("2026-05-04T10:32:00+08:00", at("2026-05-04T02:32:00Z")),
            ("2026-05-04T10:32:00 08:00", at("2026-05-04T02:32:00Z")),
            ("2026-05-04 10:32", at("2026-05-04T02:32:00Z")),
            ("2026-05-04", at("2026-05-04T15:59:59Z")),
            ("yesterday", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read_instant(text), expected, "{text}");
        }
    }

    #[test]
    fn times_are_shown_as_in_china() {
        let at: Instant = "2026-05-04T20:02:03.5Z".parse().unwrap();
        assert_eq!(time_in_china(at), "2026-05-05 04:02");
        assert_eq!(time_for_machines(at), "2026-05-05T04:02:03+08:00");
    }

    #[test]
    fn codes_are_cleaned_silently() {
        assert_eq!(clean_code("91 1599-00 r00000170m"), Some("91159900R00000170M".to_owned()));
        assert_eq!(clean_code("９１"), Some("91".to_owned()));
        for wrong in ["", "  ", "北方", "a/b", "x\u{0}", &"1".repeat(41)] {
            assert_eq!(clean_code(wrong), None, "{wrong}");
        }
        assert_eq!(code_groups("91159900R00000170M"), ["91", "159900", "R00000170", "M"]);
        assert_eq!(code_groups("150100000012345"), ["150100000012345"]);
    }

    #[test]
    fn days_in_sentences_have_no_leading_zeros() {
        let day = Day::new(2026, 3, 5).unwrap();
        assert_eq!(day_in_sentence(day, Language::Chinese), "2026年3月5日");
        assert_eq!(day_in_sentence(day, Language::English), "5 March 2026");
    }
}

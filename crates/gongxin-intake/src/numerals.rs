//! Numbers in Arabic and Chinese numerals, as amounts and days use them. No floats: decimals are
//! a whole number and a count of places.

use std::borrow::Cow;

/// A decimal: `digits / 10^places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) digits: i128,
    pub(crate) places: u32,
}

impl Decimal {
    /// The same times 10 to the power.
    pub(crate) fn shifted(self, power: i32) -> Option<Self> {
        if power >= 0 {
            let factor = 10_i128.checked_pow(power.unsigned_abs())?;
            return Some(Self { digits: self.digits.checked_mul(factor)?, places: self.places });
        }
        Some(Self { digits: self.digits, places: self.places.checked_add(power.unsigned_abs())? })
    }
}

impl Decimal {
    /// True where it is less than the other; false too where they cannot be compared exactly.
    pub(crate) fn is_less_than(self, other: Self) -> bool {
        let places = self.places.max(other.places);
        let scaled = |one: Self| {
            let factor = 10_i128.checked_pow(places - one.places)?;
            one.digits.checked_mul(factor)
        };
        scaled(self).zip(scaled(other)).is_some_and(|(one, other)| one < other)
    }
}

impl std::fmt::Display for Decimal {
    /// Plain, without trailing zeros: `0.2`, `-3`, `120000`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (mut digits, mut places) = (self.digits, self.places);
        while places > 0 && digits % 10 == 0 {
            digits /= 10;
            places -= 1;
        }
        let sign = if digits < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", digits.unsigned_abs(), width = places as usize + 1);
        let (whole, rest) = text.split_at(text.len() - places as usize);
        if rest.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{rest}") }
    }
}

/// The number without the commas that part its thousands, or its ten thousands; None where commas
/// stand elsewhere: `1,5` is no 15.
fn without_commas(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(',') {
        return Some(Cow::Borrowed(text));
    }
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(whole, rest)| (whole, rest));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().len();
    let sizes: Vec<usize> = groups.map(str::len).collect();
    let regular = |size: usize| (1..=size).contains(&first) && sizes.iter().all(|one| *one == size);
    let fits = (regular(3) || regular(4)) && !rest.contains(',');
    fits.then(|| Cow::Owned(text.replace(',', "")))
}

/// A decimal in Arabic digits, with or without commas between thousands.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (text, power) = match text.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i32>().ok().filter(|p| p.abs() < 30)?),
        None => (text, 0),
    };
    let text = &*without_commas(text)?;
    let (mut digits, mut places, mut point, mut seen) = (0_i128, 0_u32, false, 0_u32);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                digits = digits.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
                places += u32::from(point);
                seen += 1;
            }
            b'.' if !point => point = true,
            _ => return None,
        }
    }
    if seen == 0 || seen > 30 {
        return None;
    }
    let digits = if negative { -digits } else { digits };
    Decimal { digits, places }.shifted(power)
}

fn digit(character: char) -> Option<i128> {
    Some(match character {
        '〇' | '○' | '零' | 'Ｏ' | 'O' => 0,
        '一' | '壹' | '弌' => 1,
        '二' | '贰' | '两' | '貳' => 2,
        '三' | '叁' | '參' | '叄' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// A whole number in Chinese numerals with places: 十一, 二十五, 廿五, 伍拾肆, 叁仟伍佰, 壹亿贰仟万.
///
/// None for what people read in more than one way: digits without places (一二三), and a last digit
/// whose place is left out (两万五).
pub(crate) fn chinese(text: &str) -> Option<i128> {
    let mut number = Number::default();
    for character in text.chars() {
        match digit(character) {
            Some(value) => number.digit(value)?,
            None => number.place(character)?,
        }
    }
    number.end()
}

/// A number in Chinese numerals, as far as it was read.
#[derive(Debug, Default)]
struct Number {
    total: i128,
    /// What stands before the next 万 or 亿.
    section: i128,
    last: Option<i128>,
    /// True behind 零, where places may be left out.
    skips: bool,
    /// The place that was read last, and the 万 or 亿 before it.
    place: Option<i128>,
    large: Option<i128>,
    any: bool,
}

impl Number {
    fn digit(&mut self, value: i128) -> Option<()> {
        if value == 0 {
            // 零 stands before a digit, not behind one.
            if self.last.is_some_and(|last| last != 0) {
                return None;
            }
            self.skips = true;
        } else if self.last.is_some_and(|last| last != 0) {
            return None;
        }
        self.any = true;
        self.last = Some(value);
        Some(())
    }

    fn place(&mut self, character: char) -> Option<()> {
        let place = match character {
            '十' | '拾' | '廿' | '卅' => 10,
            '百' | '佰' => 100,
            '千' | '仟' => 1000,
            '万' | '萬' => 10_000,
            '亿' | '億' => 100_000_000,
            _ => return None,
        };
        if place >= 10_000 {
            return self.large(place);
        }
        if self.place.is_some_and(|before| place >= before) {
            return None;
        }
        let times = match (character, self.last.filter(|last| *last != 0)) {
            ('廿', None) => 2,
            ('卅', None) => 3,
            ('十' | '拾', None) => 1,
            ('廿' | '卅', Some(_)) | (_, None) => return None,
            (_, Some(last)) => last,
        };
        self.section = self.section.checked_add(times.checked_mul(place)?)?;
        self.any = true;
        self.last = None;
        self.skips = false;
        self.place = Some(place);
        Some(())
    }

    fn large(&mut self, place: i128) -> Option<()> {
        let section = self.whole_section()?;
        match (place, self.large) {
            (10_000, None | Some(100_000_000)) if section > 0 => {
                self.total = self.total.checked_add(section.checked_mul(place)?)?;
            }
            (100_000_000, None | Some(10_000)) => {
                let before = self.total.checked_add(section).filter(|before| *before > 0)?;
                self.total = before.checked_mul(place)?;
            }
            // 壹亿贰仟万: of what follows 亿 only 万 may be.
            _ => return None,
        }
        self.large = Some(place);
        (self.section, self.last, self.skips, self.place) = (0, None, false, None);
        Some(())
    }

    /// The section with its last digit, whose place must be said, unless it is the ones.
    fn whole_section(&self) -> Option<i128> {
        let last = self.last.unwrap_or(0);
        let bare = last != 0 && !self.skips;
        if bare && self.place.is_some_and(|place| place > 10) {
            return None;
        }
        self.section.checked_add(last)
    }

    fn end(&self) -> Option<i128> {
        let bare = self.last.is_some_and(|last| last != 0) && !self.skips;
        if !self.any || (bare && self.place.is_none() && self.large.is_some()) {
            return None;
        }
        self.total.checked_add(self.whole_section()?)
    }
}

/// A whole number in either kind of digits.
pub(crate) fn whole(text: &str) -> Option<i128> {
    let text = text.trim();
    if text.is_empty() || text.len() > 40 {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    chinese(text)
}

/// A year of four digits in either kind.
pub(crate) fn year(text: &str) -> Option<i16> {
    let mut year = 0_i16;
    let mut count = 0;
    for character in text.chars() {
        let value = match character.to_digit(10) {
            Some(value) => i16::try_from(value).ok()?,
            None => i16::try_from(digit(character)?).ok()?,
        };
        count += 1;
        if count > 4 {
            return None;
        }
        year = year * 10 + value;
    }
    (count == 4).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numerals() {
        let cases = [
            ("十", 10),
            ("十一", 11),
            ("二十五", 25),
            ("廿五", 25),
            ("三十", 30),
            ("一百零五", 105),
            ("贰", 2),
            ("伍拾肆", 54),
            ("叁仟伍佰", 3500),
            ("壹万贰仟", 12_000),
            ("拾万", 100_000),
            ("壹亿贰仟万", 120_000_000),
            ("壹佰贰拾叁万肆仟伍佰陆拾柒", 1_234_567),
            ("贰拾万零伍佰", 200_500),
        ];
        for (text, expected) in cases {
            assert_eq!(chinese(text), Some(expected), "{text}");
        }
        for text in [
            "贰元",
            "",
            "一二三",
            "五零",
            "两万五",
            "三千五",
            "一百五",
            "一万二万",
            "百",
            "万",
            "一亿亿",
        ] {
            assert_eq!(chinese(text), None, "{text}");
        }
        assert_eq!(chinese("一万亿"), Some(1_000_000_000_000));
        assert_eq!(chinese("零五"), Some(5));
        assert_eq!(year("二〇二六"), Some(2026));
        assert_eq!(year("26"), None);
    }

    #[test]
    fn decimals_are_plain() {
        let cases = [
            ("0.20", "0.2"),
            ("1,234.50", "1234.5"),
            ("-3", "-3"),
            ("100", "100"),
            (".5", "0.5"),
            ("2e5", "200000"),
            ("1.5E-3", "0.0015"),
            ("0", "0"),
            ("0.000", "0"),
        ];
        for (text, expected) in cases {
            assert_eq!(decimal(text).unwrap().to_string(), expected, "{text}");
        }
        for text in
            ["", "-", ".", "1.2.3", "abc", "1 2", "1e99", "1,5", "12,34,567", "1,000.5,0", ","]
        {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}

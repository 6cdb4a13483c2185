//! Numbers in Arabic and Chinese numerals, as amounts and days use them. No floats: decimals are
//! a whole number and a count of places.

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

/// A decimal in Arabic digits; commas between thousands are passed over.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (text, power) = match text.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i32>().ok().filter(|p| p.abs() < 30)?),
        None => (text, 0),
    };
    let (mut digits, mut places, mut point, mut seen) = (0_i128, 0_u32, false, 0_u32);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                digits = digits.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
                places += u32::from(point);
                seen += 1;
            }
            b'.' if !point => point = true,
            b',' if !point && seen > 0 => {}
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
pub(crate) fn chinese(text: &str) -> Option<i128> {
    let (mut total, mut section, mut last, mut any) = (0_i128, 0_i128, 0_i128, false);
    for character in text.chars() {
        any = true;
        if let Some(value) = digit(character) {
            last = value;
            continue;
        }
        let place = match character {
            '十' | '拾' => 10,
            '廿' => 20,
            '卅' => 30,
            '百' | '佰' => 100,
            '千' | '仟' => 1000,
            '万' | '萬' => 10_000,
            '亿' | '億' => 100_000_000,
            _ => return None,
        };
        match place {
            20 | 30 => section += place,
            10..=1000 => section += last.max(i128::from(last == 0 && place == 10)) * place,
            10_000 => {
                total += (section + last) * 10_000;
                section = 0;
            }
            _ => {
                total = (total + section + last) * place;
                section = 0;
            }
        }
        last = 0;
    }
    any.then_some(total + section + last)
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
        assert_eq!(chinese("贰元"), None);
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
        for text in ["", "-", ".", "1.2.3", "abc", "1 2", "1e99"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}

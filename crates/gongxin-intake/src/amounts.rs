//! Amounts of money as people write them: in yuan and in 10,000 yuan, in digits and in words.

use crate::currencies;
use crate::header::Unit;
use crate::numerals::{self, Decimal};

/// An amount as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReadAmount {
    /// The amount in the unit asked for, plain.
    Amount(String),
    /// An amount in another currency: not converted.
    Foreign,
    /// Less than nothing.
    Negative,
    /// Nothing that says one amount.
    Unreadable,
}

/// Reads an amount. `stated` is the unit of a bare number, `wanted` the unit of the answer.
pub(crate) fn read(text: &str, stated: Unit, wanted: Unit) -> ReadAmount {
    if let Some(value) = numerals::decimal(text) {
        return finish(value, power(stated), wanted);
    }
    const LONGEST: usize = 400;
    if text.len() > LONGEST {
        return ReadAmount::Unreadable;
    }
    let Some(text) = fold(text) else {
        return ReadAmount::Unreadable;
    };
    if currencies::is_foreign(&text) {
        return ReadAmount::Foreign;
    }
    match one_amount(&text) {
        Some((value, own)) => finish(value, own.unwrap_or_else(|| power(stated)), wanted),
        None => ReadAmount::Unreadable,
    }
}

/// The one amount that a text says. What stands in brackets behind it explains it, or says it once
/// more; where it says another, nobody knows which is meant.
fn one_amount(text: &str) -> Option<Amount> {
    let text = text.replace("(大写)", "");
    let Some((outside, rest)) = text.split_once('(') else {
        return parse(&text);
    };
    let (inside, behind) = rest.split_once(')')?;
    let plain = |text: &str| !text.contains(is_numeral) && !text.contains(['(', ')']);
    // `300(万元)`: the unit, the currency, or a remark.
    if plain(inside) && plain(behind) {
        let whole = format!("{outside}{inside}{behind}");
        let remark = behind.is_empty() && !inside.contains(['元', '圆', '万', '亿', '千', '百']);
        return parse(&whole).or_else(|| remark.then(|| parse(outside)).flatten());
    }
    if !matches!(behind, "" | "整" | "正") {
        return None;
    }
    let amount = parse(outside)?;
    match parse(inside) {
        Some(again) if !is_same(amount, again) => None,
        _ => Some(amount),
    }
}

/// True where two ways of saying an amount agree; a number without a unit has the other's.
fn is_same(one: Amount, other: Amount) -> bool {
    let power = one.1.or(other.1).unwrap_or_default();
    let yuan =
        |(value, own): Amount| value.shifted(own.unwrap_or(power)).map(|value| value.to_string());
    yuan(one) == yuan(other)
}

/// A number and, where the text names one, the power of ten of its unit in yuan.
type Amount = (Decimal, Option<i32>);

fn power(unit: Unit) -> i32 {
    match unit {
        Unit::Yuan => 0,
        Unit::Wan => 4,
    }
}

fn finish(value: Decimal, from: i32, wanted: Unit) -> ReadAmount {
    if value.digits < 0 {
        return ReadAmount::Negative;
    }
    match value.shifted(from - power(wanted)) {
        Some(value) if value.places <= 20 => ReadAmount::Amount(value.to_string()),
        _ => ReadAmount::Unreadable,
    }
}

/// The text in half width, without blanks, signs of the currency and quotes. None where one of them
/// parts two digits: `100 200` may be two numbers.
fn fold(text: &str) -> Option<String> {
    let mut folded = String::with_capacity(text.len());
    let mut parted = false;
    for character in text.chars() {
        let half_width = match character {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0),
            _ => None,
        };
        let character = match half_width.unwrap_or(character) {
            '圓' => '圆',
            '〔' | '[' | '【' => '(',
            '〕' | ']' | '】' => ')',
            other => other,
        };
        if character.is_whitespace() || matches!(character, '¥' | '￥' | '“' | '”' | '"') {
            parted = true;
            continue;
        }
        if parted && is_numeral(character) && folded.ends_with(is_numeral) {
            return None;
        }
        parted = false;
        folded.extend(character.to_uppercase());
    }
    Some(folded)
}

fn is_numeral(character: char) -> bool {
    character.is_ascii_digit() || numerals::chinese(character.encode_utf8(&mut [0; 4])).is_some()
}

/// Without the words that say that it is yuan, and those that say what it is the amount of.
fn bare(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for word in ["人民币", "RMB", "CNY"] {
        while let Some((before, after)) = text.split_once(word) {
            if before.ends_with(is_numeral) && after.starts_with(is_numeral) {
                return None;
            }
            text = format!("{before}{after}");
        }
    }
    const BEFORE: &[&str] = &[
        "注册资本",
        "注册资金",
        "开办资金",
        "出资额",
        "罚款金额",
        "处罚款",
        "罚款",
        "没收",
        "共计",
        "合计",
        "金额",
        "大写",
        "计",
        ":",
        "约",
    ];
    while let Some(rest) = BEFORE.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest.to_owned();
    }
    let text = text.trim_end_matches(['。', ';', ',', '.']);
    Some(text.strip_suffix(['整', '正']).unwrap_or(text).to_owned())
}

fn parse(text: &str) -> Option<Amount> {
    let text = bare(text)?;
    let is_digits =
        |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.'));
    if !is_digits(&text) {
        return in_words(&text).map(|value| (value, Some(0)));
    }
    let (value, rest) = number(&text)?;
    if let Some(power) = unit_power(rest) {
        return Some((value, power));
    }
    compound(&text).map(|value| (value, Some(0)))
}

/// The number at the beginning, and what follows it.
fn number(text: &str) -> Option<(Decimal, &str)> {
    let is_part =
        |character: char| character.is_ascii_digit() || matches!(character, '.' | ',' | '-');
    let end = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    Some((numerals::decimal(number)?, rest))
}

/// Several numbers with falling units: `1亿2000万元`, `3万5千元`, `5元5角`.
fn compound(text: &str) -> Option<Decimal> {
    let (mut rest, mut fen, mut below) = (text, 0_i128, i32::MAX);
    while !rest.is_empty() {
        let (value, after) = number(rest)?;
        let end = after.find(|character: char| character.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(end)?;
        let power = match unit {
            "角" => -1,
            "分" => -2,
            unit => unit_power(unit)??,
        };
        // `1万元2万元` are two amounts; so are `1万元5千元`, where 元 ends the first.
        let ends_early = unit.ends_with(['元', '圆']) && power != 0 && !next.is_empty();
        let value = value.shifted(power + 2)?;
        let limit = 10_i128.checked_pow(u32::try_from(below.min(36) + 2).ok()?)?;
        if value.places > 0 || power >= below || ends_early || !(0..limit).contains(&value.digits) {
            return None;
        }
        fen = fen.checked_add(value.digits)?;
        below = power;
        rest = next;
    }
    Some(Decimal { digits: fen, places: 2 })
}

/// The power of a unit's word; `Some(None)` where there is no word.
fn unit_power(word: &str) -> Option<Option<i32>> {
    if word.is_empty() {
        return Some(None);
    }
    let places = word.trim_end_matches(['元', '圆', '块']);
    if word.len() - places.len() > '元'.len_utf8() {
        return None;
    }
    Some(Some(match places {
        "" => 0,
        "十" | "拾" => 1,
        "百" | "佰" => 2,
        "千" | "仟" => 3,
        "万" | "萬" => 4,
        "十万" | "拾万" => 5,
        "百万" | "佰万" => 6,
        "千万" | "仟万" => 7,
        "亿" | "億" => 8,
        "十亿" | "拾亿" => 9,
        "百亿" | "佰亿" => 10,
        "千亿" | "仟亿" => 11,
        "万亿" => 12,
        _ => return None,
    }))
}

/// An amount in words, in yuan: 贰万元整, 壹佰贰拾叁元肆角伍分, 五百万. Without 元 or a place from 万 on
/// it is none.
fn in_words(text: &str) -> Option<Decimal> {
    let places = ['万', '萬', '亿', '億'];
    let (whole, rest) =
        text.split_once(['元', '圆']).or_else(|| text.ends_with(places).then_some((text, "")))?;
    let yuan = numerals::chinese(whole)?;
    let (jiao, rest) = match rest.split_once('角') {
        Some((jiao, rest)) => (numerals::chinese(jiao)?, rest),
        None => (0, rest),
    };
    let rest = rest.trim_start_matches('零');
    let fen = match rest.strip_suffix('分') {
        Some(fen) => numerals::chinese(fen)?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    let digits = yuan.checked_mul(100)?.checked_add(jiao * 10 + fen)?;
    (jiao < 10 && fen < 10).then_some(Decimal { digits, places: 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, stated: Unit) -> String {
        match read(text, stated, Unit::Wan) {
            ReadAmount::Amount(amount) => amount,
            ReadAmount::Foreign => "foreign".to_owned(),
            ReadAmount::Negative => "negative".to_owned(),
            ReadAmount::Unreadable => "?".to_owned(),
        }
    }

    fn check(cases: &[(&str, &str)], stated: Unit) {
        for (text, expected) in cases {
            assert_eq!(told(text, stated), *expected, "{text}");
        }
    }

    #[test]
    fn a_bare_number_is_in_the_unit_of_its_column() {
        check(&[("0.2", "0.2"), ("2.00", "2"), ("1,000", "1000"), ("0", "0")], Unit::Wan);
        check(&[("2000", "0.2"), ("￥5,000", "0.5"), ("1.0E+7", "1000")], Unit::Yuan);
        assert_eq!(read("2万元", Unit::Yuan, Unit::Yuan), ReadAmount::Amount("20000".to_owned()));
    }

    #[test]
    fn registered_capital_in_all_its_shapes() {
        let shapes = [
            "1000",
            "1000.00",
            "1000.000000",
            "1,000",
            "１０００",
            "1000万",
            "1000万元",
            "1000 万元",
            "1000.000000万人民币",
            "1000万元人民币",
            "1000.0万人民币元",
            "人民币1000万元",
            "人民币 1000 万元整",
            "人民币：1000万元",
            "1000万元整",
            "1000万元正",
            "1,000万元",
            "1，000万元",
            "1000．00万元",
            "１０００万元",
            "1000萬元",
            "1000万圆",
            "RMB1000万元",
            "rmb 1000万",
            "CNY1000万元",
            "￥1000万元",
            "¥10,000,000.00元",
            "10000000元",
            "10000000.00元整",
            "1000,0000元",
            "1000(万元)",
            "1000（万元）",
            "1000(万元人民币)",
            "1000万(元)",
            "1000万元（人民币）",
            "1000万元（认缴）",
            "1000万元（壹仟万元整）",
            "10000000元（壹仟万元整）",
            "壹仟万元整（1000万元）",
            "壹仟万元（10,000,000.00元）",
            "1000万元（实缴500万元）",
            "壹仟万元整",
            "壹仟万元",
            "壹仟万圆整",
            "人民币壹仟万元整",
            "人民币（大写）：壹仟万元整",
            "一千万元",
            "一千万",
            "壹仟萬圓",
            "注册资本1000万元",
            "注册资本：人民币1000万元整",
            "注册资金壹仟万元",
            "0.1亿元",
            "0.1亿",
            "1千万元",
            "1仟万元",
            "10百万元",
            "10000千元",
            "“1000万元”",
            "1000\n万元",
            "1000万元。",
        ];
        for shape in shapes {
            assert_eq!(told(shape, Unit::Wan), "1000", "{shape}");
        }
        assert!(shapes.len() >= 40);
    }

    #[test]
    fn amounts_in_all_real_forms() {
        let cases = [
            ("2000元", "0.2"),
            ("2，000.00元", "0.2"),
            ("5万", "5"),
            ("贰万元整", "2"),
            ("人民币伍拾肆万元整", "54"),
            ("罚款贰仟元", "0.2"),
            ("壹佰贰拾叁元肆角伍分", "0.012345"),
            ("伍元零伍分", "0.000505"),
            ("50(万)", "50"),
            ("20000元（贰万元整）", "2"),
            ("1.2亿元", "12000"),
            ("1亿2000万元", "12000"),
            ("壹亿贰仟万元整", "12000"),
            ("3万5千元", "3.5"),
            ("2万500元", "2.05"),
            ("5元5角", "0.00055"),
            ("三万五千元", "3.5"),
            ("贰拾万零伍佰元", "20.05"),
            ("5佰万元", "500"),
            ("1万亿元", "100000000"),
            ("罚款金额：5万元", "5"),
        ];
        check(&cases, Unit::Wan);
    }

    #[test]
    fn another_currency_is_not_converted() {
        let texts = [
            "103(万美元)",
            "100万美元",
            "USD 100万",
            "US$100万",
            "＄100",
            "100万港币",
            "500万欧元",
            "100万日元",
            "€5万",
            "300万卢布",
            "2亿图格里克",
            "100万美元（折合人民币700万元）",
            "10万澳门元",
            "100万新台币",
            "5万英镑",
        ];
        for text in texts {
            assert_eq!(told(text, Unit::Wan), "foreign", "{text}");
        }
    }

    #[test]
    fn what_says_no_one_amount_is_none() {
        let texts = [
            "",
            "警告",
            "万元",
            "1万元2万元",
            "1万元5千元",
            "500-1000万元",
            "500万至1000万",
            "100 200",
            "100\n200万元",
            "100人民币200",
            "100￥200",
            "1,5",
            "1，5万元",
            "12,34,567",
            "1000(10)",
            "1000（500）万元",
            "20000元（贰拾万元整）",
            "1000万元（100万元）",
            "(100)",
            "两万五",
            "三千五元",
            "一百五元",
            "一二三元",
            "壹贰叁元整",
            "一万二万元",
            "1万5",
            "1000万元/年",
            "5万元以下",
            "不低于5万元",
            "罚款2万元；没收违法所得3万元",
            "2万元、3万元",
            "1..5",
            "1.2.3万元",
            "1000w",
            "5元元",
            "一亿亿亿亿亿亿元",
            "亿元",
            "9999999999999999999999999999999999999999亿元",
            "300(万元,认缴)",
            "1,0000,000元",
            "1000万元,实缴500万元",
            "佰元",
            "零",
            "壹佰",
        ];
        for text in texts {
            assert_eq!(told(text, Unit::Wan), "?", "{text}");
        }
        assert_eq!(told(&"亿".repeat(300), Unit::Wan), "?");
        check(&[("-1", "negative"), ("-5万元", "negative")], Unit::Wan);
    }
}

//! Amounts of money as people write them: in yuan and in 10,000 yuan, in digits and in words.

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
    const FOREIGN: &[&str] = &[
        "美元",
        "港元",
        "港币",
        "欧元",
        "日元",
        "英镑",
        "澳元",
        "韩元",
        "加元",
        "法郎",
        "马克",
        "新加坡元",
        "美金",
        "USD",
        "HKD",
        "EUR",
        "JPY",
    ];
    let text = fold(text);
    if FOREIGN.iter().any(|word| text.contains(word)) {
        return ReadAmount::Foreign;
    }
    match parse(&text).or_else(|| parse(text.split(['(', ')']).next().unwrap_or_default())) {
        Some((value, Some(power))) => finish(value, power, wanted),
        Some((value, None)) => finish(value, power(stated), wanted),
        None => ReadAmount::Unreadable,
    }
}

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

fn fold(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
            }
            other => other,
        })
        .filter(|character| {
            !character.is_whitespace() && !matches!(character, '¥' | '￥' | '“' | '”' | '"')
        })
        .collect()
}

/// The number and, where the text names one, the power of ten of its unit in yuan.
fn parse(text: &str) -> Option<(Decimal, Option<i32>)> {
    let mut text =
        text.replace("人民币", "").replace("RMB", "").replace("(大写)", "").replace(['(', ')'], "");
    for word in
        ["罚款金额", "处罚款", "罚款", "没收", "共计", "合计", "金额", "计", ":", "：", "约"]
    {
        text = text.strip_prefix(word).unwrap_or(&text).to_owned();
    }
    let text = text.trim_end_matches(['。', ';', '；', ',', '.']);
    let text = text.strip_suffix(['整', '正']).unwrap_or(text);
    if text.chars().next()?.is_ascii_digit() || text.starts_with(['-', '.']) {
        let end = text
            .find(|character: char| {
                !(character.is_ascii_digit() || matches!(character, '.' | ',' | '-'))
            })
            .unwrap_or(text.len());
        let value = numerals::decimal(text.get(..end)?)?;
        return Some((value, unit_power(text.get(end..)?)?));
    }
    in_words(text).map(|value| (value, Some(0)))
}

/// The power of a unit's word; `Some(None)` where there is no word.
fn unit_power(word: &str) -> Option<Option<i32>> {
    Some(match word {
        "" => None,
        "元" | "圆" => Some(0),
        "百元" => Some(2),
        "千元" => Some(3),
        "万元" | "万" | "万圆" => Some(4),
        "百万元" | "百万" => Some(6),
        "千万元" => Some(7),
        "亿元" | "亿" => Some(8),
        _ => return None,
    })
}

/// An amount in words, in yuan: 贰万元整, 壹佰贰拾叁元肆角伍分. Without 元 it is none.
fn in_words(text: &str) -> Option<Decimal> {
    let (whole, rest) = text.split_once(['元', '圆'])?;
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
    (jiao < 10 && fen < 10).then_some(Decimal { digits: yuan * 100 + jiao * 10 + fen, places: 2 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_all_real_forms() {
        let amount = |text: &str| ReadAmount::Amount(text.to_owned());
        let cases = [
            ("0.2", Unit::Wan, amount("0.2")),
            ("2.00", Unit::Wan, amount("2")),
            ("2000", Unit::Yuan, amount("0.2")),
            ("2000元", Unit::Wan, amount("0.2")),
            ("2，000.00元", Unit::Wan, amount("0.2")),
            ("５万元", Unit::Wan, amount("5")),
            ("5万", Unit::Yuan, amount("5")),
            ("￥5,000", Unit::Yuan, amount("0.5")),
            ("贰万元整", Unit::Wan, amount("2")),
            ("人民币伍拾肆万元整", Unit::Wan, amount("54")),
            ("罚款贰仟元", Unit::Wan, amount("0.2")),
            ("壹佰贰拾叁元肆角伍分", Unit::Wan, amount("0.012345")),
            ("300(万元人民币)", Unit::Wan, amount("300")),
            ("50(万)", Unit::Wan, amount("50")),
            ("20000元（贰万元整）", Unit::Wan, amount("2")),
            ("1.2亿元", Unit::Wan, amount("12000")),
            ("103(万美元)", Unit::Wan, ReadAmount::Foreign),
            ("-1", Unit::Wan, ReadAmount::Negative),
            ("警告", Unit::Wan, ReadAmount::Unreadable),
            ("", Unit::Wan, ReadAmount::Unreadable),
            ("1万元2万元", Unit::Wan, ReadAmount::Unreadable),
        ];
        for (text, stated, expected) in cases {
            assert_eq!(read(text, stated, Unit::Wan), expected, "{text}");
        }
        assert_eq!(read("2万元", Unit::Yuan, Unit::Yuan), amount("20000"));
    }
}

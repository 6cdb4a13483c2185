//! Normal forms of names and document numbers, for comparing; what was written is kept elsewhere.
//!
//! Also: what in a free text belongs to a person and how it is hidden ([`PersonalScan`]). All scans
//! walk the text once and know no patterns but digit runs.

mod personal;
#[cfg(test)]
mod tests;
mod traditional;

pub use personal::{PersonalHit, PersonalKind, PersonalScan, PersonalWords};

/// The half-width form of a full-width letter, digit, sign or blank; other characters as they are.
#[must_use]
pub const fn fold_char(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => match char::from_u32(character as u32 - 0xfee0) {
            Some(folded) => folded,
            None => character,
        },
        '\u{3000}' | '\u{a0}' => ' ',
        _ => character,
    }
}

/// The text with full-width letters, digits, signs and blanks made half-width.
#[must_use]
pub fn fold_width(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// True for characters that nobody sees: controls, zero-width, directions, byte order marks.
#[must_use]
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
    )
}

/// The text without invisible characters; tabs and line breaks become one blank, and no blank
/// stands at either end.
#[must_use]
pub fn strip_controls(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}') {
            if !clean.ends_with(' ') {
                clean.push(' ');
            }
        } else if !is_invisible(character) {
            clean.push(character);
        }
    }
    clean.trim_matches(|c: char| c == ' ' || c == '\u{3000}' || c == '\u{a0}').to_owned()
}

/// An organisation's name for comparing: half-width, upper case, simplified, without blanks,
/// brackets, hyphens, dots and other punctuation.
///
/// Two names with one normal form are one name; no two registered names differ only in what
/// is dropped here.
#[must_use]
pub fn normalise_name(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for character in name.chars() {
        let folded = fold_char(character);
        if folded.is_ascii() {
            if folded.is_ascii_alphanumeric() || matches!(folded, '&' | '+') {
                normal.push(folded.to_ascii_uppercase());
            }
        } else if is_name_character(folded) {
            normal.push(traditional::simplify(folded));
        }
    }
    normal
}

/// Letters of any script and digits; not signs. The iteration mark and the round zero count.
fn is_name_character(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}' | '々' | '〇' | '○') || character.is_alphanumeric()
}

/// A document number for comparing: one kind of brackets (`〔〕`), no blanks, half-width, upper
/// case, Arabic digits in the year. 第 and 号 stay, because authorities differ in them.
#[must_use]
pub fn normalise_document_number(number: &str) -> String {
    let mut normal = String::with_capacity(number.len());
    let mut run = String::new();
    for character in number.chars() {
        let folded = match fold_char(character).to_ascii_uppercase() {
            '(' | '[' | '{' | '【' | '〔' | '〖' | '［' | '❲' | '﹝' | '﹙' | '「' | '『' | '<'
            | '《' | '〈' => '〔',
            ')' | ']' | '}' | '】' | '〕' | '〗' | '］' | '❳' | '﹞' | '﹚' | '」' | '』' | '>'
            | '》' | '〉' => '〕',
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' => '-',
            other => traditional::simplify(other),
        };
        if folded.is_whitespace() || is_invisible(folded) {
            continue;
        }
        if chinese_digit(folded).is_some() {
            run.push(folded);
        } else {
            flush(&mut run, &mut normal);
            normal.push(folded);
        }
    }
    flush(&mut run, &mut normal);
    normal
}

/// Writes a run of Chinese digits: as Arabic ones where it is a year (four digits), else as it is.
fn flush(run: &mut String, into: &mut String) {
    let is_year = run.chars().count() == 4;
    for character in run.chars() {
        into.push(chinese_digit(character).filter(|_| is_year).unwrap_or(character));
    }
    run.clear();
}

/// The Arabic digit of a Chinese one as written in years; the many round zeros included.
#[must_use]
pub const fn chinese_digit(character: char) -> Option<char> {
    Some(match character {
        '〇' | '○' | '零' | '◯' | 'Ο' | 'О' => '0',
        '一' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        _ => return None,
    })
}

//! How one character of a text reads to somebody who looks for numbers.

use super::super::{chinese_digit, fold_char, is_invisible};

/// What a character may be to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// A Latin letter or an Arabic digit, half or full width.
    Plain,
    /// A digit in another script: Chinese, financial, circled, Mongolian.
    Numeral,
    /// What stands for a hidden digit.
    Mask,
    /// What people put between the groups of a long number.
    Separator,
    /// None of these.
    Other,
}

/// One character with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Letter {
    /// Where it begins in the text.
    pub(super) byte: usize,
    /// What it reads as: half width, digits Arabic.
    pub(super) plain: char,
    pub(super) class: Class,
}

/// A text as letters.
pub(super) type Letters = [Letter];

pub(super) fn letters(text: &str) -> Vec<Letter> {
    text.char_indices()
        .map(|(byte, character)| {
            let (plain, class) = read(character);
            Letter { byte, plain, class }
        })
        .collect()
}

/// What a character reads as.
pub(super) const fn read(character: char) -> (char, Class) {
    // Most characters of most texts: Han letters that are no digits.
    if matches!(character, '\u{4e00}'..='\u{9fff}') {
        return match numeral(character) {
            Some(digit) => (digit, Class::Numeral),
            None => (character, Class::Other),
        };
    }
    let plain = match fold_char(character) {
        'Х' | 'х' | 'Χ' | 'χ' | '×' | '✕' | '╳' => 'X',
        other => other,
    };
    if plain.is_ascii_alphanumeric() {
        return (plain, Class::Plain);
    }
    if matches!(plain, '*' | '#' | '●' | '■' | '□' | '?') {
        return ('*', Class::Mask);
    }
    if is_separator(plain) {
        return (plain, Class::Separator);
    }
    match numeral(plain) {
        Some(digit) => (digit, Class::Numeral),
        None => (plain, Class::Other),
    }
}

/// Blanks, hyphens and dots of every kind, and what nobody sees.
const fn is_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '-' | '_' | '.' | '·' | '•' | '・' | '‧' | '∙' | '⋅' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}'
    ) || (is_invisible(character) && !matches!(character, '\n' | '\r'))
}

/// The digit that a character of another script means.
const fn numeral(character: char) -> Option<char> {
    if let Some(digit) = chinese_digit(character) {
        return Some(digit);
    }
    let code = character as u32;
    let value = match character {
        '壹' | '弌' | '幺' => 1,
        '贰' | '貳' | '弍' => 2,
        '叁' | '參' | '叄' | '弎' => 3,
        '肆' => 4,
        '伍' => 5,
        '陆' | '陸' => 6,
        '柒' => 7,
        '捌' => 8,
        '玖' => 9,
        '⓪' => 0,
        '①'..='⑨' => code - '①' as u32 + 1,
        '⑴'..='⑼' => code - '⑴' as u32 + 1,
        '❶'..='❾' => code - '❶' as u32 + 1,
        // Mongolian, Arabic and Persian digits.
        '\u{1810}'..='\u{1819}' => code - 0x1810,
        '\u{660}'..='\u{669}' => code - 0x660,
        '\u{6f0}'..='\u{6f9}' => code - 0x6f0,
        // The bold, hollow and other digits of mathematics, five alphabets of ten.
        '\u{1d7ce}'..='\u{1d7ff}' => (code - 0x1d7ce) % 10,
        _ => return None,
    };
    char::from_digit(value, 10)
}

pub(super) fn at(letters: &Letters, place: usize) -> Option<char> {
    letters.get(place).map(|letter| letter.plain)
}

pub(super) fn class_at(letters: &Letters, place: usize) -> Class {
    letters.get(place).map_or(Class::Other, |letter| letter.class)
}

/// Where the letters of one class end that begin at a place.
pub(super) fn run_end(letters: &Letters, place: usize) -> usize {
    let class = class_at(letters, place);
    end_while(letters, place, |letter| letter.class == class)
}

/// Where letters, digits of all scripts and masks end that begin at a place.
pub(super) fn token_end(letters: &Letters, place: usize) -> usize {
    end_while(letters, place, |letter| {
        matches!(letter.class, Class::Plain | Class::Numeral | Class::Mask)
    })
}

pub(super) fn end_while(letters: &Letters, place: usize, holds: impl Fn(&Letter) -> bool) -> usize {
    let rest = letters.get(place..).unwrap_or_default();
    place + rest.iter().take_while(|letter| holds(letter)).count()
}

/// Upper-case letters, digits and `*` between two places; separators are left out.
pub(super) fn token(letters: &Letters, from: usize, until: usize) -> String {
    letters
        .get(from..until)
        .unwrap_or_default()
        .iter()
        .filter(|letter| matches!(letter.class, Class::Plain | Class::Numeral | Class::Mask))
        .map(|letter| letter.plain.to_ascii_uppercase())
        .collect()
}

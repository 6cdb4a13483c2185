//! Number plates of vehicles.

use super::letter::Class;
use super::letter::{Letters, at, end_while, token};

/// The short names of provinces, as plates begin.
const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新";

pub(super) fn is_province(character: char) -> bool {
    !character.is_ascii() && PROVINCES.contains(character)
}

/// The end of a plate that begins at a province's character: a letter, perhaps a dot, five
/// characters, or six where the first or last is a letter (new energy).
pub(super) fn end(letters: &Letters, place: usize) -> Option<usize> {
    let letter = at(letters, place + 1)?;
    if !letter.is_ascii_uppercase() {
        return None;
    }
    let start = match at(letters, place + 2)? {
        '·' | '•' | '.' | ' ' | '-' => place + 3,
        _ => place + 2,
    };
    let mut end =
        end_while(letters, start, |one| matches!(one.class, Class::Plain | Class::Numeral));
    let body = token(letters, start, end);
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    let is_last_word = matches!(at(letters, end), Some('挂' | '学' | '警' | '领' | '港' | '澳'));
    if is_last_word && matches!(body.len(), 4 | 5) {
        end += 1;
    }
    if body.len() == 4 && is_last_word {
        return (digits >= 3).then_some(end);
    } else if !matches!(body.len(), 5 | 6) || body.contains(['I', 'O']) {
        return None;
    }
    let is_energy = body.len() != 6
        || body.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase())
        || body.bytes().last().is_some_and(|byte| byte.is_ascii_uppercase());
    (digits >= 3 && is_energy).then_some(end)
}

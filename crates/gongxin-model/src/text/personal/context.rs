//! What stands around a number and says whose it is.

use super::PersonalWords;
use super::letter::{Letters, at};

/// How many characters before a number are looked at.
const LEAD: usize = 8;

/// True where the characters around say that a number is a paper's or a thing's.
pub(super) fn is_serial(
    words: &PersonalWords,
    letters: &Letters,
    from: usize,
    until: usize,
) -> bool {
    let lead = lead(letters, from);
    if contains(&lead, &words.of_persons) || contains(&lead, &words.of_identity) {
        return false;
    }
    let before = from.checked_sub(1).and_then(|place| at(letters, place));
    let stands_in_number =
        matches!(before, Some('〕' | ']' | '】' | '第' | '字' | '〔' | '.' | '/'));
    let ends_as_number =
        matches!(at(letters, until), Some('号' | '元' | '万' | '亿' | '.' | '/' | '㎡' | '%'));
    let ends_sentence = at(letters, until) == Some('.')
        && !at(letters, until + 1).is_some_and(|character| character.is_ascii_digit());
    stands_in_number || (ends_as_number && !ends_sentence) || contains(&lead, &words.of_papers)
}

/// True where the words before a number say that it is a person's.
pub(super) fn is_called_personal(words: &PersonalWords, letters: &Letters, from: usize) -> bool {
    contains(&lead(letters, from), &words.of_persons)
}

/// True where the words before a number say that it proves an identity.
pub(super) fn is_called_identity(words: &PersonalWords, letters: &Letters, from: usize) -> bool {
    contains(&lead(letters, from), &words.of_identity)
}

fn contains(lead: &str, words: &[String]) -> bool {
    words.iter().any(|word| lead.contains(word.as_str()))
}

fn lead(letters: &Letters, from: usize) -> String {
    let start = from.saturating_sub(LEAD);
    letters.get(start..from).unwrap_or_default().iter().map(|letter| letter.plain).collect()
}

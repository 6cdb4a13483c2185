//! What stands in a code column, brought into one form.

use super::{Fact, Facts};
use crate::text::fold_char;

/// The longest normal form of any code, in characters; longer texts are no codes.
pub const CODE_LENGTH_LIMIT: usize = 24;

/// A written code: half-width, upper case, without blanks, hyphens and quotation marks.
#[derive(Clone, Copy)]
pub(super) struct Written {
    bytes: [u8; CODE_LENGTH_LIMIT],
    length: usize,
    /// Only `0-9 A-Z` were left, and not too many of them.
    pub(super) is_plain: bool,
    /// Something was changed on the way.
    pub(super) is_changed: bool,
    /// It says that there is no code.
    is_nothing: bool,
}

/// What people write where they have no code to write.
const NOTHING: [&str; 10] = ["无", "暂无", "没有", "空", "/", "\\", "N/A", "n/a", "0", "null"];

impl Written {
    pub(super) fn read(written: &str) -> Self {
        let mut this = Self {
            bytes: [0; CODE_LENGTH_LIMIT],
            length: 0,
            is_plain: true,
            is_changed: false,
            is_nothing: NOTHING.contains(&written.trim()),
        };
        for original in written.chars() {
            this.push(original);
        }
        this
    }

    fn push(&mut self, original: char) {
        let folded = fold_char(original).to_ascii_uppercase();
        if is_filler(folded) {
            self.is_changed = true;
            return;
        }
        self.is_changed |= folded != original;
        let byte = u8::try_from(folded).ok().filter(u8::is_ascii_alphanumeric);
        match (byte, self.bytes.get_mut(self.length)) {
            (Some(byte), Some(place)) => {
                *place = byte;
                self.length += 1;
            }
            _ => self.is_plain = false,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The bytes, if there are exactly `N` and nothing else was written.
    pub(super) fn exactly<const N: usize>(&self) -> Option<[u8; N]> {
        if self.is_plain { self.bytes().try_into().ok() } else { None }
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// Facts that hold for every kind of code.
    pub(super) fn facts(&self) -> Facts {
        let is_empty = self.is_nothing || (self.length == 0 && self.is_plain);
        Facts::NONE
            .with_if(self.is_changed, Fact::Normalised)
            .with_if(is_empty, Fact::Empty)
            .with_if(
                self.length > 1 && self.bytes().iter().all(|byte| *byte == b'0'),
                Fact::Placeholder,
            )
            .with_if(!self.is_plain && !is_empty, Fact::AlphabetForeign)
            .with_if(
                self.is_plain && super::looks_like_resident(self.text()),
                Fact::LooksLikeResident,
            )
    }
}

/// Characters that people and spreadsheets put around and into codes.
fn is_filler(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\'' | '"' | '`' | '.' | '\u{2018}'..='\u{201d}'
            | '\u{b7}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
    ) || character.is_whitespace()
        || character.is_control()
}

/// The normal form of a written code for comparing: half-width, upper case, no blanks, hyphens,
/// quotation marks or invisible characters. Characters that no code has are kept.
#[must_use]
pub fn normalise_code(written: &str) -> String {
    written
        .chars()
        .map(|character| fold_char(character).to_ascii_uppercase())
        .filter(|character| !is_filler(*character))
        .collect()
}

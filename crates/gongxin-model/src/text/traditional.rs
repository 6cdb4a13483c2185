//! Traditional characters that occur in names, and their simplified forms.

use std::sync::LazyLock;

/// Pairs, traditional then simplified, sorted by the traditional one (a test holds it so).
const PAIRS: &[(char, char)] = &include!("traditional.in");

/// The first Han character of the plane that nearly all texts are written in, and the last.
const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// What each character of that range is in simplified form. Every name and document number asks for
/// every one of its characters.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut all: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    for (traditional, simplified) in PAIRS {
        if let Some(place) = place(*traditional).and_then(|place| all.get_mut(place)) {
            *place = *simplified;
        }
    }
    all
});

fn place(character: char) -> Option<usize> {
    let place = u32::from(character).checked_sub(FIRST)?;
    usize::try_from(place).ok().filter(|_| u32::from(character) <= LAST)
}

/// The simplified form of a traditional character; others as they are.
pub(super) fn simplify(character: char) -> char {
    place(character).and_then(|place| SIMPLIFIED.get(place).copied()).unwrap_or(character)
}

#[cfg(test)]
pub(super) fn pairs() -> &'static [(char, char)] {
    PAIRS
}

//! Traditional characters that occur in names, and their simplified forms.

/// Pairs, traditional then simplified, sorted by the traditional one (a test holds it so).
const PAIRS: &[(char, char)] = &include!("traditional.in");

/// The simplified form of a traditional character; others as they are.
pub(super) fn simplify(character: char) -> char {
    if (character as u32) < 0x4e00 {
        return character;
    }
    PAIRS
        .binary_search_by_key(&character, |(traditional, _)| *traditional)
        .ok()
        .and_then(|place| PAIRS.get(place))
        .map_or(character, |(_, simplified)| *simplified)
}

#[cfg(test)]
pub(super) fn pairs() -> &'static [(char, char)] {
    PAIRS
}

//! The form in which names are searched: wider than the normal form, which is an identity.

use std::sync::LazyLock;

use crate::text::normalise_name;

/// Characters of any variant beside those that the normal form knows, and what they are written as
/// here, sorted by the first (a test holds it so). Facts of OpenCC 1.1 (`TSCharacters.txt`, Apache
/// License 2.0): of several simplified characters the first.
const PAIRS: &[(char, char)] = &include!("simplified.in");

/// The first and the last Han character that the pairs speak of.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut all: Vec<char> = (FIRST..=LAST).filter_map(char::from_u32).collect();
    for (variant, simplified) in PAIRS {
        if let Some(own) = place(*variant).and_then(|place| all.get_mut(place)) {
            *own = *simplified;
        }
    }
    all
});

fn place(character: char) -> Option<usize> {
    let place = u32::from(character).checked_sub(FIRST)?;
    usize::try_from(place).ok().filter(|_| u32::from(character) <= LAST)
}

fn simplify(character: char) -> char {
    place(character).and_then(|place| SIMPLIFIED.get(place).copied()).unwrap_or(character)
}

/// A name as it is searched for and found: its normal form, with every traditional or variant
/// character that a table knows in its simplified form. 乾元 and 干元 are one here and two names in
/// normal form, so that this is never an identity.
#[must_use]
pub fn search_form(name: &str) -> String {
    normalise_name(name).chars().map(simplify).collect()
}

/// True for a Han character.
pub(super) const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_leads_to_an_end() {
        assert!(PAIRS.windows(2).all(|two| two[0].0 < two[1].0));
        for (_, simplified) in PAIRS {
            assert_eq!(search_form(&simplified.to_string()), simplified.to_string());
        }
    }

    #[test]
    fn a_name_is_found_however_it_is_typed() {
        for (typed, form) in [
            ("內蒙古醫藥國際貿易有限責任公司", "内蒙古医药国际贸易有限责任公司"),
            ("鄂爾多斯羊絨集團股份有限公司", "鄂尔多斯羊绒集团股份有限公司"),
            ("ＡＢＣ　（中国）", "ABC中国"),
            ("裡鐘錶餐廳", "里钟表餐厅"),
        ] {
            assert_eq!(search_form(typed), form);
        }
    }
}

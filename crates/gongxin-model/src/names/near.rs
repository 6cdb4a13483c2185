//! Names that differ by one slip of the hand: a character replaced, missing, too many, or two
//! neighbours swapped.

use super::form::is_han;

/// A query with so many Han characters is looked for with a slip: of a shorter one too much is near.
const HAN_LEAST: usize = 4;
/// A longer query is not looked for with a slip: there are four patterns for each character.
const CHARACTERS_LIMIT: usize = 40;

/// A query with one slip mended: its characters, nothing where any one may stand.
pub type Pattern = Vec<Option<char>>;

/// True where a query is looked for with a slip.
#[must_use]
pub fn may_slip(wanted: &str) -> bool {
    wanted.chars().filter(|letter| is_han(*letter)).count() >= HAN_LEAST
        && wanted.chars().count() <= CHARACTERS_LIMIT
}

/// All patterns of a query, each once. A name that holds any of them, and only such a name, has a
/// part that is at most one slip away ([`is_near`]). Empty where no slip is looked for.
#[must_use]
pub fn patterns(wanted: &str) -> Vec<Pattern> {
    if !may_slip(wanted) {
        return Vec::new();
    }
    let letters: Vec<Option<char>> = wanted.chars().map(Some).collect();
    let without = |place: usize| {
        let mut fewer = letters.clone();
        fewer.remove(place);
        fewer
    };
    let replaced = |place: usize| {
        let mut other = letters.clone();
        other.splice(place..=place, [None]);
        other
    };
    let widened = |place: usize| {
        let mut more = letters.clone();
        more.insert(place, None);
        more
    };
    let swapped = |place: usize| {
        let mut turned = letters.clone();
        turned.swap(place, place + 1);
        turned
    };
    let last = letters.len() - 1;
    // A slip at either end leaves a part that lies in what the removal of that end finds.
    let mut all: Vec<Pattern> = (1..last).map(replaced).collect();
    all.extend((1..=last).map(widened));
    all.extend((0..last).map(swapped));
    all.extend((0..=last).map(without));
    all.sort_unstable();
    all.dedup();
    all
}

/// True where a part of the name is at most one slip away from what is wanted: the optimal string
/// alignment distance of a part is at most 1.
#[must_use]
pub fn is_near(name: &str, wanted: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let wanted: Vec<char> = wanted.chars().collect();
    let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
    // A part may begin anywhere in the name, and end anywhere.
    let mut last = vec![0; name.len() + 1];
    let mut before: Vec<usize> = Vec::new();
    for (row, left) in wanted.iter().enumerate() {
        let mut now = vec![row + 1];
        for (column, right) in name.iter().enumerate() {
            let mut best = (at(&last, column) + usize::from(left != right))
                .min(at(&last, column + 1) + 1)
                .min(at(&now, column) + 1);
            let is_swap = row > 0
                && column > 0
                && wanted.get(row - 1) == Some(right)
                && name.get(column - 1) == Some(left);
            if is_swap {
                best = best.min(at(&before, column - 1) + 1);
            }
            now.push(best);
        }
        before = std::mem::replace(&mut last, now);
    }
    last.into_iter().any(|distance| distance <= 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(name: &[char], pattern: &Pattern) -> bool {
        name.windows(pattern.len()).any(|part| {
            part.iter().zip(pattern).all(|(own, wanted)| wanted.is_none_or(|one| one == *own))
        })
    }

    #[test]
    fn one_slip_is_near_and_two_are_not() {
        let name = "演练北方牧业有限公司";
        for (wanted, near) in [
            ("北方牧业", true),
            ("北方目业", true),
            ("北牧方业", true),
            ("北方牧有限", true),
            ("北方大牧业", true),
            ("演练北方牧业有限责公司", true),
            ("演练北方牧业有限责任公司", false),
            ("南方目业", false),
        ] {
            assert_eq!(is_near(name, wanted), near, "{wanted}");
        }
        assert!(!may_slip("张三丰") && may_slip("北方牧业") && !may_slip("ABCDEF"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn patterns_find_what_is_near_and_nothing_else(
            name in "[甲乙丙]{0,9}",
            wanted in "[甲乙丙]{4,7}",
        ) {
            let letters: Vec<char> = name.chars().collect();
            let found = patterns(&wanted).iter().any(|pattern| holds(&letters, pattern));
            prop_assert_eq!(found || name.contains(&wanted), is_near(&name, &wanted));
        }
    }
}

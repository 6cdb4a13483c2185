//! Small counts are not told, and neither is what would tell them: complementary suppression.
//!
//! The counts are the parts of one total, which is told. A count under the least is hidden as small.
//! A reader who subtracts what is told from the total learns the sum of the hidden ones, so a second
//! count is hidden with them wherever that sum, with what a small count may be, would leave only one
//! possibility. Which counts are small is told, how large a hidden one is is not.

/// A count as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// So many.
    Count(u64),
    /// Fewer than the least that is told; perhaps none.
    Small,
    /// Not told, because a small one would be known by it.
    Withheld,
}

/// The parts of a total as they may be told beside it; `least` is the smallest count that is.
///
/// The total is the caller's to tell, by [`told_total`]. Where every part is small and each as large
/// as a small one can be, no second count is there to be hidden: then nothing of the parts is told.
#[must_use]
pub fn suppress(parts: &[u64], least: u64) -> Vec<Told> {
    let is_small = |part: &u64| *part < least;
    let small: Vec<u64> = parts.iter().copied().filter(is_small).collect();
    let sum: u64 = small.iter().sum();
    let most = (least.saturating_sub(1)).saturating_mul(small.len() as u64);
    let total: u64 = parts.iter().fold(0, |sum, part| sum.saturating_add(*part));
    // Nothing is behind the small ones, or they hide each other, or the total is as small.
    let is_safe = sum == 0 || total < least || (small.len() > 1 && sum < most);
    let mut told: Vec<Told> = parts
        .iter()
        .map(|part| if is_small(part) { Told::Small } else { Told::Count(*part) })
        .collect();
    if is_safe {
        return told;
    }
    let second =
        (0..).zip(parts).filter(|(_, part)| !is_small(part)).min_by_key(|(_, part)| **part);
    match second {
        Some((place, _)) => {
            let second: usize = place;
            if let Some(one) = told.get_mut(second) {
                *one = Told::Withheld;
            }
        }
        None => told.fill(Told::Withheld),
    }
    told
}

/// A total as it may be told.
#[must_use]
pub const fn told_total(total: u64, least: u64) -> Told {
    if total < least { Told::Small } else { Told::Count(total) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEAST: u64 = 5;

    /// Every way in which the parts could be as they are told, up to what the total allows: what a
    /// reader knows who subtracts.
    fn readings(told: &[Told], total: u64) -> Vec<Vec<u64>> {
        let Some((first, rest)) = told.split_first() else {
            return if total == 0 { vec![Vec::new()] } else { Vec::new() };
        };
        let range = match first {
            Told::Count(count) => *count..=*count,
            Told::Small => 0..=LEAST - 1,
            Told::Withheld => 0..=total,
        };
        let fits = range.filter(|count| *count <= total);
        fits.flat_map(|count| {
            readings(rest, total - count).into_iter().map(move |mut reading| {
                reading.insert(0, count);
                reading
            })
        })
        .collect()
    }

    #[test]
    fn a_small_count_takes_a_second_with_it() {
        use Told::{Count, Small, Withheld};
        let cases: [(&[u64], &[Told]); 9] = [
            (&[], &[]),
            (&[7, 9], &[Count(7), Count(9)]),
            (&[2, 9, 7], &[Small, Count(9), Withheld]),
            (&[2, 3, 9], &[Small, Small, Count(9)]),
            (&[4, 4, 9], &[Small, Small, Withheld]),
            (&[0, 0, 9], &[Small, Small, Count(9)]),
            (&[0, 1, 9], &[Small, Small, Count(9)]),
            (&[4, 4], &[Withheld, Withheld]),
            (&[3], &[Small]),
        ];
        for (parts, expected) in cases {
            assert_eq!(suppress(parts, LEAST), expected, "{parts:?}");
        }
        assert_eq!(told_total(4, LEAST), Small);
        assert_eq!(told_total(5, LEAST), Count(5));
    }

    proptest! {
        #[test]
        fn what_is_told_is_true_and_no_small_count_is(
            parts in proptest::collection::vec(0_u64..12, 0..8),
        ) {
            let told = suppress(&parts, LEAST);
            prop_assert_eq!(told.len(), parts.len());
            for (part, one) in parts.iter().zip(&told) {
                match one {
                    Told::Count(count) => prop_assert!(count == part && *part >= LEAST),
                    Told::Small => prop_assert!(*part < LEAST),
                    Told::Withheld => {}
                }
            }
        }

        /// Several partitions of one total tell no more together than each alone: whatever a reader
        /// holds for possible in each, there are records that have them all.
        #[test]
        fn partitions_of_one_total_do_not_bind_each_other(
            records in proptest::collection::vec((0_usize..3, 0_usize..4, 0_usize..5), 5..9),
            choice in any::<[proptest::sample::Index; 3]>(),
        ) {
            let mut margins = [vec![0; 3], vec![0; 4], vec![0; 5]];
            for (division, month, industry) in &records {
                margins[0][*division] += 1;
                margins[1][*month] += 1;
                margins[2][*industry] += 1;
            }
            let total = records.len() as u64;
            let chosen: Vec<Vec<u64>> = margins
                .iter()
                .zip(choice)
                .map(|(parts, choice)| {
                    let possible = readings(&suppress(parts, LEAST), total);
                    possible[choice.index(possible.len())].clone()
                })
                .collect();
            let one_by_one = |parts: &Vec<u64>| -> Vec<usize> {
                let each = parts.iter().enumerate();
                each.flat_map(|(place, count)| vec![place; usize::try_from(*count).unwrap()]).collect()
            };
            let lists: Vec<Vec<usize>> = chosen.iter().map(one_by_one).collect();
            for (list, parts) in lists.iter().zip(&chosen) {
                prop_assert_eq!(list.len() as u64, total);
                for (place, count) in parts.iter().enumerate() {
                    let found = list.iter().filter(|one| **one == place).count();
                    prop_assert_eq!(found as u64, *count);
                }
            }
        }

        #[test]
        fn whoever_subtracts_learns_no_small_count(
            parts in proptest::collection::vec(0_u64..9, 1..5),
        ) {
            let total: u64 = parts.iter().sum();
            // A small total is not told, so nobody subtracts from it.
            prop_assume!(total >= LEAST);
            let told = suppress(&parts, LEAST);
            let readings = readings(&told, total);
            prop_assert!(readings.contains(&parts));
            for (place, part) in parts.iter().enumerate() {
                if *part == 0 || *part >= LEAST {
                    continue;
                }
                let is_sure = readings.iter().all(|reading| reading[place] == *part);
                prop_assert!(!is_sure, "{parts:?} {told:?}");
            }
        }
    }
}

//! How alike two names are, and in what: a weighted alignment in whole numbers.

use crate::parts::Parts;
use crate::{Figures, Reason, Yardstick};

/// A thousand thousandths: what a character costs that has nothing to do with the other.
const WHOLE: u32 = 1000;

/// How alike two names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// 0: nothing in common; 1000: the same after normalising.
    pub per_mille: u32,
    /// In what they agree and differ, most telling first.
    pub reasons: Vec<Reason>,
}

struct Weighed {
    characters: Vec<(char, u32)>,
    parts: Parts,
}

/// The weight of each character by its place in the name: the brand tells most.
fn weigh(name: &str, figures: &Figures) -> Weighed {
    let parts = Parts::of(name);
    let brand = parts.place + usize::try_from(figures.brand_length).unwrap_or(usize::MAX / 2);
    let characters = parts
        .whole
        .iter()
        .enumerate()
        .map(|(place, character)| {
            let weight = if place >= parts.branch {
                figures.trade_weight
            } else if place < parts.place || place >= parts.form {
                figures.other_weight
            } else if place < brand {
                figures.brand_weight
            } else {
                figures.trade_weight
            };
            (*character, weight)
        })
        .collect();
    Weighed { characters, parts }
}

/// True where one name is a branch's and the other its head's or another branch's: alike, but
/// never the same organisation. A few slips in the branch's name are forgiven.
pub(crate) fn branches_differ(written: &str, registered: &str, figures: &Figures) -> bool {
    let (one, other) = (Parts::of(written), Parts::of(registered));
    let text = |parts: &Parts| parts.branch().iter().collect::<String>();
    match (one.branch().is_empty(), other.branch().is_empty()) {
        (true, true) => false,
        (false, false) => {
            let slips = crate::code_distance(&text(&one), &text(&other));
            slips > usize::try_from(figures.branch_slips).unwrap_or(usize::MAX)
        }
        _ => true,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Same,
    Replaced,
    Alike,
    Missing,
    Extra,
    Swapped,
}

/// Compares a name as written with a registered one.
#[must_use]
pub fn likeness(written: &str, registered: &str, by: &Yardstick<'_>) -> Likeness {
    let (one, other) = (weigh(written, &by.figures), weigh(registered, &by.figures));
    if one.characters.is_empty() || other.characters.is_empty() {
        return Likeness { per_mille: 0, reasons: Vec::new() };
    }
    let (cost, steps) = align(&one.characters, &other.characters, by);
    let per_mille = left(cost, &one.characters, &other.characters);
    Likeness { per_mille, reasons: explain(&one, &other, &steps) }
}

/// How alike two texts are where every character tells as much as another: 0 to 1000.
pub(crate) fn plain(one: &[char], other: &[char], by: &Yardstick<'_>) -> u32 {
    let weigh = |text: &[char]| text.iter().map(|character| (*character, 1)).collect::<Vec<_>>();
    let (one, other) = (weigh(one), weigh(other));
    left(align(&one, &other, by).0, &one, &other)
}

/// What a cost, in thousandths of a weight, leaves of the heavier side.
fn left(cost: u32, one: &[(char, u32)], other: &[(char, u32)]) -> u32 {
    let total = |side: &[(char, u32)]| side.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let whole: u64 = u64::max(total(one), total(other));
    let lost = u32::try_from(u64::from(cost) / whole.max(1)).unwrap_or(u32::MAX);
    1000_u32.saturating_sub(lost)
}

/// The cheapest way from one name to the other, costs in thousandths of a weight.
fn align(
    one: &[(char, u32)],
    other: &[(char, u32)],
    by: &Yardstick<'_>,
) -> (u32, Vec<(Step, usize, usize)>) {
    let figures = &by.figures;
    let width = other.len() + 1;
    let mut costs = vec![(0_u32, Step::Same); width * (one.len() + 1)];
    let read = |costs: &[(u32, Step)], row: usize, column: usize| {
        costs.get(row * width + column).map_or(u32::MAX / 2, |(cost, _)| *cost)
    };
    for row in 0..=one.len() {
        // Most characters look like no other; looked up once for the whole row.
        let above = row.checked_sub(1).and_then(|at| one.get(at));
        let alike = above.map_or(&[][..], |(a, _)| by.words.taken_for(*a));
        let look_alike = |a, b| alike.contains(&b) || crate::neighbours::look_alike(a, b);
        for column in 0..=other.len() {
            if row == 0 && column == 0 {
                continue;
            }
            let left = row.checked_sub(1).and_then(|at| one.get(at)).copied();
            let right = column.checked_sub(1).and_then(|at| other.get(at)).copied();
            let mut best = (u32::MAX, Step::Same);
            let mut offer = |cost: u32, step: Step| {
                if cost < best.0 {
                    best = (cost, step);
                }
            };
            if let (Some((a, weight)), Some((b, heavy))) = (left, right) {
                let before = read(&costs, row - 1, column - 1);
                let weight = weight.max(heavy);
                if a == b {
                    offer(before, Step::Same);
                } else if look_alike(a, b) {
                    offer(before + weight * figures.look_alike_cost, Step::Alike);
                } else {
                    offer(before + weight * WHOLE, Step::Replaced);
                }
                let earlier = row.checked_sub(2).zip(column.checked_sub(2));
                if let Some((above, beside)) = earlier
                    && one.get(above).map(|(c, _)| *c) == Some(b)
                    && other.get(beside).map(|(c, _)| *c) == Some(a)
                    && a != b
                {
                    offer(read(&costs, above, beside) + weight * figures.swap_cost, Step::Swapped);
                }
            }
            if let Some((_, weight)) = left {
                offer(read(&costs, row - 1, column) + weight * WHOLE, Step::Extra);
            }
            if let Some((_, weight)) = right {
                offer(read(&costs, row, column - 1) + weight * WHOLE, Step::Missing);
            }
            if let Some(place) = costs.get_mut(row * width + column) {
                *place = best;
            }
        }
    }
    (read(&costs, one.len(), other.len()), walk_back(&costs, width, one.len(), other.len()))
}

fn walk_back(
    costs: &[(u32, Step)],
    width: usize,
    mut row: usize,
    mut column: usize,
) -> Vec<(Step, usize, usize)> {
    let mut steps = Vec::new();
    while row > 0 || column > 0 {
        let Some((_, step)) = costs.get(row * width + column) else {
            break;
        };
        let (up, left) = match step {
            Step::Same | Step::Replaced | Step::Alike => (1, 1),
            Step::Missing => (0, 1),
            Step::Extra => (1, 0),
            Step::Swapped => (2, 2),
        };
        row = row.saturating_sub(up);
        column = column.saturating_sub(left);
        steps.push((*step, row, column));
    }
    steps.reverse();
    steps
}

fn explain(one: &Weighed, other: &Weighed, steps: &[(Step, usize, usize)]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let of =
        |side: &Weighed, place: usize| side.characters.get(place).map(|(character, _)| *character);
    let all = |wanted: Step, from_registered: bool| -> String {
        steps
            .iter()
            .filter(|(step, ..)| *step == wanted)
            .filter_map(
                |(_, row, column)| {
                    if from_registered { of(other, *column) } else { of(one, *row) }
                },
            )
            .collect()
    };
    if one.parts.core() == other.parts.core() && !one.parts.core().is_empty() {
        reasons.push(Reason::SameCore);
    }
    let pairs: Vec<String> = steps
        .iter()
        .filter(|(step, ..)| *step == Step::Alike)
        .filter_map(|(_, row, column)| Some([of(one, *row)?, of(other, *column)?].iter().collect()))
        .collect();
    if !pairs.is_empty() {
        reasons.push(Reason::Confusable { pairs: pairs.join(" ") });
    }
    let (missing, extra) = (all(Step::Missing, true), all(Step::Extra, false));
    let is_only =
        |step: Step| steps.iter().all(|(each, ..)| matches!(each, Step::Same) || *each == step);
    if is_only(Step::Missing) != is_only(Step::Extra) {
        reasons.push(Reason::Contained);
    }
    if !missing.is_empty() {
        reasons.push(Reason::Missing { characters: missing });
    }
    if !extra.is_empty() {
        reasons.push(Reason::Extra { characters: extra });
    }
    if steps.iter().any(|(step, ..)| *step == Step::Swapped) {
        reasons.push(Reason::Swapped);
    }
    reasons
}

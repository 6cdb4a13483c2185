//! Where tiles and bars of a drawing stand. Whole numbers; a drawing's own units.

use gongxin_app::public::shown::Words;
use gongxin_app::public::shown::statistics::{ShownClassFigures, ShownFigure, ShownStatistics};
use gongxin_model::finding::Language;
use serde::Serialize;

/// Between the left edges of two tiles.
const ACROSS: u32 = 112;
/// Between the top edges of two tiles.
const DOWN: u32 = 92;
/// Characters of a tile's line in English.
const LINE: usize = 12;
/// The height of the tallest bar.
const TALLEST: u64 = 160;
/// Between the left edges of two bars.
const STEP: u32 = 60;
/// Shades of the map.
const SHADES: usize = 5;

/// A tile of the map.
#[derive(Debug, Serialize)]
pub(super) struct Tile {
    x: u32,
    y: u32,
    /// The middle of its words.
    middle: u32,
    /// The lines of its name, each with where it stands.
    lines: Vec<(String, u32)>,
    figure: ShownFigure,
    figure_y: u32,
    /// From 1, the lightest; 0 where no count is told.
    shade: usize,
}

/// A bar of a month.
#[derive(Debug, Serialize)]
pub(super) struct Bar {
    month: u8,
    x: u32,
    middle: u32,
    y: u64,
    height: u64,
    /// Where its figure stands.
    figure_y: u64,
    figure: ShownFigure,
}

/// The tiles of a class, and how large their drawing is.
pub(super) fn tiles(
    statistics: &ShownStatistics,
    class: Option<&ShownClassFigures>,
    language: Language,
) -> (Vec<Tile>, (u32, u32)) {
    let Some(class) = class else {
        return (Vec::new(), (0, 0));
    };
    let mut counts: Vec<u64> = class.divisions.iter().filter_map(|one| count(*one)).collect();
    counts.sort_unstable();
    counts.dedup();
    let drawn = statistics.divisions.iter().zip(&class.divisions);
    let drawn: Vec<Tile> = drawn
        .filter_map(|(division, figure)| {
            let (column, row) = division.tile?;
            let (x, y) = (u32::from(column) * ACROSS, u32::from(row) * DOWN);
            let lines = lines(&division.words, language);
            let begin = if lines.len() > 1 { y + 24 } else { y + 36 };
            let lines: Vec<(String, u32)> =
                lines.into_iter().zip((0..).map(|place: u32| begin + place * 20)).collect();
            Some(Tile {
                x,
                y,
                middle: x + (ACROSS - 8) / 2,
                figure: *figure,
                figure_y: y + 68,
                shade: shade(&counts, *figure),
                lines,
            })
        })
        .collect();
    let far = |edge: fn(&Tile) -> u32| drawn.iter().map(edge).max().unwrap_or_default();
    let size = (far(|tile| tile.x) + ACROSS - 8, far(|tile| tile.y) + DOWN - 8);
    (drawn, size)
}

fn count(figure: ShownFigure) -> Option<u64> {
    match figure {
        ShownFigure::Count(count) => Some(count),
        ShownFigure::Small | ShownFigure::Withheld => None,
    }
}

/// The shade by the place among the counts that are told, so that one large one does not pale the
/// rest.
fn shade(counts: &[u64], figure: ShownFigure) -> usize {
    let Some(place) = count(figure).and_then(|count| counts.binary_search(&count).ok()) else {
        return 0;
    };
    match counts.len() {
        0 | 1 => SHADES / 2 + 1,
        many => 1 + place * (SHADES - 1) / (many - 1),
    }
}

/// The name of a division in at most two lines.
fn lines(words: &Words, language: Language) -> Vec<String> {
    let (Language::English, Some(name)) = (language, &words.en) else {
        return vec![words.zh.clone()];
    };
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        let is_last = lines.len() == 2;
        match lines.last_mut() {
            Some(line) if is_last || line.len() + word.len() < LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The bars of the months, against the tallest.
pub(super) fn bars(months: &[ShownFigure]) -> Vec<Bar> {
    let most = months.iter().filter_map(|one| count(*one)).max().unwrap_or_default().max(1);
    (1..)
        .zip(months)
        .map(|(month, figure)| {
            let height = count(*figure).unwrap_or_default() * TALLEST / most;
            let x = (u32::from(month) - 1_u32) * STEP;
            let month: u8 = month;
            Bar {
                month,
                x,
                middle: x + (STEP - 12) / 2,
                y: 24 + TALLEST - height,
                height,
                figure_y: 18 + TALLEST - height,
                figure: *figure,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_by_place() {
        let counts = [5, 6, 1_000];
        let figures = [5, 6, 1_000].map(ShownFigure::Count);
        assert_eq!(figures.map(|one| shade(&counts, one)), [1, 3, 5]);
        assert_eq!(shade(&[7], ShownFigure::Count(7)), 3);
        assert_eq!(shade(&counts, ShownFigure::Small), 0);
    }

    #[test]
    fn names_fit_their_tiles() {
        let words = Words::new("演练一县", "Rehearsal County 1");
        assert_eq!(lines(&words, Language::English), ["Rehearsal", "County 1"]);
        assert_eq!(lines(&words, Language::Chinese), ["演练一县"]);
    }

    #[test]
    fn the_tallest_bar_is_as_tall_as_can_be() {
        let bars = bars(&[ShownFigure::Count(10), ShownFigure::Small, ShownFigure::Count(5)]);
        let heights: Vec<u64> = bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [TALLEST, 0, TALLEST / 2]);
        assert_eq!(bars[2].x, 2 * STEP);
    }
}

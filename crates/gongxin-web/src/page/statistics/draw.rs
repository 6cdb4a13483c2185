//! Where tiles and bars of a drawing stand. Whole numbers; a drawing's own units.

use gongxin_app::public::shown::Words;
use gongxin_app::public::shown::statistics::{ShownClassFigures, ShownFigure, ShownStatistics};
use gongxin_model::finding::Language;
use serde::Serialize;

use crate::map::ApprovedMap;

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
/// Between the top edges of two lines.
const LINE_STEP: u32 = 26;
/// The length of the longest line.
const LONGEST: u64 = 560;
/// The room that the name and figure of a division take on a map.
const ROOM: (u32, u32) = (90, 56);
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

/// A division on an approved map.
#[derive(Debug, Serialize)]
pub(super) struct Outline<'a> {
    path: &'a str,
    /// Absent for an area of the map that is no division of the figures.
    words: Option<&'a Words>,
    figure: Option<ShownFigure>,
    shade: usize,
    x: u32,
    y: u32,
    /// True where its name and figure have room within it.
    has_room: bool,
}

impl Outline<'_> {
    /// True for a division of the figures.
    pub(super) const fn is_division(&self) -> bool {
        self.words.is_some()
    }
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

/// A line of a section: its letter, its bar, its figure.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    /// Empty for what belongs to no section.
    code: String,
    y: u32,
    /// Where its words stand.
    words_y: u32,
    width: u64,
    figure_x: u64,
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
    let counts = counts(class);
    let drawn = statistics.divisions.iter().zip(&class.divisions);
    let drawn: Vec<Tile> = drawn
        .filter_map(|(division, figure)| {
            let (column, row) = division.tile?;
            let (x, y) = (u32::from(column) * ACROSS, u32::from(row) * DOWN);
            let lines = name_lines(&division.words, language);
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

/// The areas of a map with the figures of a class.
pub(super) fn outlines<'a>(
    map: &'a ApprovedMap,
    statistics: &'a ShownStatistics,
    class: &ShownClassFigures,
) -> Vec<Outline<'a>> {
    let counts = counts(class);
    let told = |code: &str| {
        let place = statistics.divisions.iter().position(|one| one.code == code)?;
        Some((&statistics.divisions.get(place)?.words, *class.divisions.get(place)?))
    };
    let outline = |(code, area): (&'a String, &'a crate::map::Area)| {
        let (words, figure) = told(code).unzip();
        Outline {
            path: &area.path,
            words,
            figure,
            shade: figure.map_or(0, |figure| shade(&counts, figure)),
            x: area.middle.0,
            y: area.middle.1,
            has_room: area.room.0 >= ROOM.0 && area.room.1 >= ROOM.1,
        }
    };
    map.areas.iter().map(outline).collect()
}

/// The counts of divisions that are told, each once, in their order.
fn counts(class: &ShownClassFigures) -> Vec<u64> {
    let mut counts: Vec<u64> = class.divisions.iter().filter_map(|one| count(*one)).collect();
    counts.sort_unstable();
    counts.dedup();
    counts
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
fn name_lines(words: &Words, language: Language) -> Vec<String> {
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

/// The lines of sections against the longest, and how high their drawing is. One whose figure is
/// not told at all has no line.
pub(super) fn lines(
    sections: impl Iterator<Item = (String, Option<ShownFigure>)>,
) -> (Vec<Line>, u32) {
    let told: Vec<(String, ShownFigure)> =
        sections.filter_map(|(code, figure)| Some((code, figure?))).collect();
    let counts = told.iter().filter_map(|(_, figure)| count(*figure));
    let most = counts.max().unwrap_or_default().max(1);
    let lines: Vec<Line> = told
        .into_iter()
        .zip(0..)
        .map(|((code, figure), place): (_, u32)| {
            let width = count(figure).unwrap_or_default() * LONGEST / most;
            let y = place * LINE_STEP;
            Line { code, y, words_y: y + 17, width, figure_x: 40 + width, figure }
        })
        .collect();
    let height = lines.last().map_or(0, |last| last.y + LINE_STEP);
    (lines, height)
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
        assert_eq!(name_lines(&words, Language::English), ["Rehearsal", "County 1"]);
        assert_eq!(name_lines(&words, Language::Chinese), ["演练一县"]);
    }

    #[test]
    fn the_tallest_bar_is_as_tall_as_can_be() {
        let bars = bars(&[ShownFigure::Count(10), ShownFigure::Small, ShownFigure::Count(5)]);
        let heights: Vec<u64> = bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [TALLEST, 0, TALLEST / 2]);
        assert_eq!(bars[2].x, 2 * STEP);
    }

    #[test]
    fn the_longest_line_is_as_long_as_can_be() {
        let told = [("A", Some(10)), ("B", None), ("C", Some(5))];
        let sections = told.map(|(code, count)| (code.to_owned(), count.map(ShownFigure::Count)));
        let (lines, height) = lines(sections.into_iter());
        let drawn: Vec<_> = lines.iter().map(|line| (line.code.as_str(), line.width)).collect();
        assert_eq!(drawn, [("A", LONGEST), ("C", LONGEST / 2)]);
        assert_eq!(height, 2 * LINE_STEP);
    }
}

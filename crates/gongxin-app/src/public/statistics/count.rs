//! From counted cells to what may be told of them.

use std::collections::BTreeMap;

use gongxin_model::Day;
use gongxin_pack::{Catalogue, CodeEntry, CodeList, Nature, Rulebook, Visibility};
use gongxin_report::suppress::{Told, suppress, told_total};

use super::super::shown::Words;
use super::super::shown::statistics::{ShownClassFigures, ShownDivision, ShownFigure, ShownYear};
use super::ShownCell;
use super::industries::{ByIndustry, Sections};
use crate::rules::Telling;

/// The code list whose entries say where a division's tile stands.
const TILES: &str = "region-tiles";
/// Tiles beside each other where no pack draws them.
const TILES_ABREAST: u16 = 4;

/// Adds counted cells to those of earlier stretches.
pub(super) fn add(cells: &mut Vec<ShownCell>, more: Vec<ShownCell>) {
    cells.extend(more);
    cells.sort_unstable();
    let mut sums: Vec<ShownCell> = Vec::with_capacity(cells.len());
    for cell in cells.drain(..) {
        let place = |one: &ShownCell| (one.catalogue.clone(), one.region.clone(), one.month);
        match sums.last_mut() {
            Some(last) if place(last) == place(&cell) => last.count += cell.count,
            _ => sums.push(cell),
        }
    }
    *cells = sums;
}

/// True where each cell counts at least what it counted before.
pub(super) fn holds_all(before: &[ShownCell], now: &[ShownCell]) -> bool {
    let place = |cell: &ShownCell| (cell.catalogue.clone(), cell.region.clone(), cell.month);
    let counts: BTreeMap<_, i64> = now.iter().map(|cell| (place(cell), cell.count)).collect();
    before.iter().all(|cell| counts.get(&place(cell)).is_some_and(|count| cell.count <= *count))
}

/// The platform's region, and its parts with their tiles. The last part is what belongs to none.
pub(super) fn divisions(book: &Rulebook) -> (Words, Vec<ShownDivision>) {
    let own = book.packs.values().rev().find_map(|pack| pack.region.as_deref()).unwrap_or_default();
    let regions = book.regions();
    let region = regions.and_then(|list| list.by_code(own)).map(words).unwrap_or_default();
    let is_part =
        |entry: &&CodeEntry| entry.parent.as_deref() == Some(own) && entry.until.is_none();
    let parts: BTreeMap<&str, &CodeEntry> = regions
        .into_iter()
        .flat_map(|list| list.entries.iter())
        .filter(is_part)
        .map(|entry| (entry.code.as_str(), entry))
        .collect();
    let tiles = book.code_list(TILES);
    let is_drawn = parts.keys().any(|code| tile(tiles, code).is_some());
    // A drawn region shows what is drawn: an invented part of it has no place on its map.
    let parts = parts.into_values().filter(|one| !is_drawn || tile(tiles, &one.code).is_some());
    let mut divisions: Vec<ShownDivision> = (0_u16..)
        .zip(parts)
        .map(|(place, entry)| {
            let drawn = tile(tiles, &entry.code);
            ShownDivision {
                code: entry.code.clone(),
                words: drawn.map_or_else(|| words(entry), |(entry, _)| words(entry)),
                tile: Some(
                    drawn.map_or((place % TILES_ABREAST, place / TILES_ABREAST), |(_, tile)| tile),
                ),
            }
        })
        .collect();
    divisions.push(ShownDivision { code: String::new(), words: Words::default(), tile: None });
    (region, divisions)
}

pub(super) fn words(entry: &CodeEntry) -> Words {
    let en = Some(entry.en.clone()).filter(|en| !en.is_empty());
    Words { zh: entry.zh.clone(), en }
}

fn tile<'a>(tiles: Option<&'a CodeList>, code: &str) -> Option<(&'a CodeEntry, (u16, u16))> {
    let entry = tiles?.by_code(code)?;
    let at = |name: &str| entry.extra.get(name)?.parse::<u16>().ok();
    Some((entry, (at("column")?, at("row")?)))
}

/// What was counted.
pub(super) struct Counts<'a> {
    /// The parts of the region.
    pub(super) divisions: &'a [ShownDivision],
    /// By division and month.
    pub(super) cells: &'a [ShownCell],
    /// By section of the industry.
    pub(super) by_industry: &'a ByIndustry,
}

/// What is counted of one class in one year.
struct Sums {
    divisions: Vec<u64>,
    months: [u64; 12],
    industries: Vec<u64>,
}

/// The counted cells year by year, as they may be told. The years do not overlap, and each class's
/// divisions, months and industries are three partitions of one total: nothing else of them is told.
pub(super) fn years(
    book: &Rulebook,
    telling: &Telling,
    counts: &Counts<'_>,
    today: Day,
) -> Vec<ShownYear> {
    let Counts { divisions, cells, by_industry } = *counts;
    let (this, _, _) = today.parts();
    let mut sums: BTreeMap<(Option<i16>, &str), Sums> = BTreeMap::new();
    let told_year = |year: i64| {
        let year = i16::try_from(year).unwrap_or_default();
        (this - telling.years < year && year <= this).then_some(year)
    };
    for cell in cells {
        let year = told_year(cell.month / 100);
        let sum = sums
            .entry((year, cell.catalogue.as_str()))
            .or_insert_with(|| Sums::none(divisions.len()));
        let count = u64::try_from(cell.count).unwrap_or_default();
        let place = part_of(book, divisions, &cell.region);
        if let Some(one) = sum.divisions.get_mut(place) {
            *one += count;
        }
        let month = usize::try_from(cell.month % 100).unwrap_or_default().wrapping_sub(1);
        if let Some(one) = sum.months.get_mut(month) {
            *one += count;
        }
    }
    for ((catalogue, year), counts) in by_industry {
        if let Some(sum) = sums.get_mut(&(told_year(*year), catalogue.as_str())) {
            sum.industries.resize(counts.len(), 0);
            sum.industries.iter_mut().zip(counts).for_each(|(one, count)| *one += count);
        }
    }
    let mut classes: Vec<&Catalogue> = book.catalogues.values().collect();
    classes.retain(|class| class.visibility == Visibility::Public);
    classes.sort_by_key(|class| class.section);
    let told = (0..telling.years).map(|back| Some(this - back)).chain([None]);
    told.map(|year| ShownYear {
        year,
        classes: classes
            .iter()
            .filter_map(|class| {
                let sum = sums.get(&(year, class.id.as_str()))?;
                Some(figures(class, telling.least, year.is_some(), sum))
            })
            .collect(),
    })
    .collect()
}

impl Sums {
    fn none(divisions: usize) -> Self {
        Self { divisions: vec![0; divisions], months: [0; 12], industries: Vec::new() }
    }
}

fn is_registration(class: &Catalogue) -> bool {
    class.nature == Nature::Registration
}

/// Organisations by section, as they may be told. Their total is that of all years' registrations
/// but for individual businesses, so where a year of those is small nothing of it is told: whoever
/// subtracts the other years would learn it.
pub(super) fn organisations(
    book: &Rulebook,
    least: u64,
    years: &[ShownYear],
    sections: &Sections,
) -> Vec<ShownFigure> {
    let of_registrations =
        |class: &&ShownClassFigures| book.catalogue(&class.of.code).is_some_and(is_registration);
    let mut totals = years.iter().flat_map(|year| &year.classes).filter(of_registrations);
    let counts = sections.organisations();
    let whole = told_total(counts.iter().sum(), least);
    if totals.any(|class| class.total == ShownFigure::Small) || whole == Told::Small {
        return Vec::new();
    }
    suppress(&counts, least).into_iter().map(figure).collect()
}

/// The place of the part that a division belongs to: itself, or what is above it.
fn part_of(book: &Rulebook, divisions: &[ShownDivision], region: &str) -> usize {
    let other = divisions.len().saturating_sub(1);
    let mut code = region.to_owned();
    // Divisions nest four deep at most; a ring in a list would not end.
    for _ in 0..4 {
        if let Some(place) = divisions.iter().position(|one| !code.is_empty() && one.code == code) {
            return place;
        }
        let above = book.regions().and_then(|list| list.by_code(&code)?.parent.clone());
        match above {
            Some(above) => code = above,
            None => return other,
        }
    }
    other
}

fn figures(class: &Catalogue, least: u64, has_months: bool, sum: &Sums) -> ShownClassFigures {
    let told = |parts: &[u64]| suppress(parts, least).into_iter().map(figure).collect();
    ShownClassFigures {
        of: super::super::desk::coded(&class.id, &class.name),
        total: figure(told_total(sum.divisions.iter().sum(), least)),
        divisions: told(&sum.divisions),
        months: if has_months { told(&sum.months) } else { Vec::new() },
        // Registrations are told by the organisations that they are of, all years together.
        industries: if is_registration(class) { Vec::new() } else { told(&sum.industries) },
    }
}

const fn figure(told: Told) -> ShownFigure {
    match told {
        Told::Count(count) => ShownFigure::Count(count),
        Told::Small => ShownFigure::Small,
        Told::Withheld => ShownFigure::Withheld,
    }
}

//! Figures that are computed at a fixed rhythm, away from visits, and kept.

use std::collections::BTreeMap;

use gongxin_model::finding::Language;
use gongxin_model::{Day, ReportingPeriod};
use gongxin_pack::{Confidence, FigureId};

use super::super::shown::{Coded, ShownDefinition, ShownMeasured, ShownMeasures, ShownShare};
use super::words;
use crate::rules::Rules;
use crate::{Definition, FiguresAsk, Measured, Office, OfficeError, Scope};

/// How well every body handed in, of one month.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// The first day of the week in which it was measured, and by which adoption.
    pub(super) key: (Day, i64),
    period: ReportingPeriod,
    as_of: Day,
    /// The least count that is told.
    least: u64,
    definitions: Vec<Definition>,
    /// Each body's classes with their figures, in the order of the definitions.
    bodies: BTreeMap<String, Vec<(String, Vec<Measured>)>>,
}

/// The Monday of a day's week: the figures move once a week, so that no two days differ by a record.
pub(super) fn monday(day: Day) -> Day {
    let mut monday = day;
    while monday.is_weekend() || !monday.plus_days(-1).is_weekend() {
        monday = monday.plus_days(-1);
    }
    monday
}

/// Measures all bodies, each in a snapshot of its own: a long one would keep the store from
/// carrying over its log.
pub(super) fn measure(office: &Office, rules: &Rules, today: Day) -> Result<Kept, OfficeError> {
    let period = month_before(today);
    let mut kept = Kept {
        key: (monday(today), rules.adoption.no),
        period,
        as_of: today,
        least: rules.least_told(today),
        definitions: Vec::new(),
        bodies: BTreeMap::new(),
    };
    if rules.rulebook.figures_on(period.until().plus_days(-1)).next().is_none() {
        return Ok(kept);
    }
    let connected = office.connected()?;
    for source in rules.rulebook.sources.values().filter(|source| !source.peer) {
        let scope = Scope::Source(source.code.clone());
        let ask = FiguresAsk { period, scope, as_of: Some(today), language: Language::Chinese };
        let figures = office.figures(&ask)?;
        let is_later = connected.is_later(&source.code, period);
        let known = |one: Measured| match one.id {
            FigureId::Timeliness if is_later => {
                Measured { numerator: None, denominator: None, per_mille: None, ..one }
            }
            _ => one,
        };
        let classes = figures
            .sources
            .into_iter()
            .map(|line| (line.catalogue, line.figures.into_iter().map(known).collect::<Vec<_>>()));
        kept.bodies.insert(source.code.clone(), classes.collect());
        kept.definitions = figures.definitions;
    }
    Ok(kept)
}

/// The month before that of a day.
fn month_before(day: Day) -> ReportingPeriod {
    ReportingPeriod::month_of(ReportingPeriod::month_of(day).from().plus_days(-1))
}

impl Kept {
    /// The figures of bodies, each over the classes of a register; those with nothing to tell are
    /// left out.
    pub(super) fn of_bodies<'a>(
        &self,
        rules: &Rules,
        bodies: impl Iterator<Item = &'a str>,
        classes: &[String],
    ) -> ShownMeasured {
        let line = |code: &str| {
            let own = self.bodies.get(code)?;
            let within = own.iter().filter(|(class, _)| classes.contains(class));
            let figures = self.sum(within.map(|(_, figures)| figures.as_slice()));
            let name = words(&rules.rulebook.sources.get(code)?.name);
            Some(ShownMeasures { of: Coded { code: code.to_owned(), words: name }, figures })
        };
        let mut lines: Vec<ShownMeasures> = bodies.filter_map(line).collect();
        lines
            .retain(|line| line.figures.iter().any(|share| matches!(share, ShownShare::Of { .. })));
        self.shown(lines)
    }

    /// The figures of one body, class by class.
    pub(super) fn of_classes(&self, rules: &Rules, code: &str) -> ShownMeasured {
        let line = |(class, figures): &(String, Vec<Measured>)| {
            let name = words(&rules.rulebook.catalogue(class)?.name);
            let figures = self.sum(std::iter::once(figures.as_slice()));
            Some(ShownMeasures { of: Coded { code: class.clone(), words: name }, figures })
        };
        let own = self.bodies.get(code).map_or(&[][..], Vec::as_slice);
        self.shown(own.iter().filter_map(line).collect())
    }

    /// One figure of a body over all its classes; none where no figure of that kind is defined.
    pub(super) fn share(&self, code: &str, id: FigureId) -> Option<ShownShare> {
        let place = self.definitions.iter().position(|one| one.id == id)?;
        let own = self.bodies.get(code)?;
        self.sum(own.iter().map(|(_, figures)| figures.as_slice())).get(place).copied()
    }

    fn shown(&self, lines: Vec<ShownMeasures>) -> ShownMeasured {
        ShownMeasured {
            period: self.period.to_string(),
            as_of: self.as_of,
            least: self.least,
            definitions: self.definitions.iter().map(definition).collect(),
            lines,
        }
    }

    /// Each figure over several classes: what one does not know nobody does.
    fn sum<'a>(&self, classes: impl Iterator<Item = &'a [Measured]>) -> Vec<ShownShare> {
        let mut sums: Vec<Option<(u64, u64)>> = vec![Some((0, 0)); self.definitions.len()];
        for figures in classes {
            for (sum, one) in sums.iter_mut().zip(figures) {
                let both = one.numerator.zip(one.denominator);
                *sum = sum.zip(both).map(|((part, whole), (p, w))| (part + p, whole + w));
            }
        }
        sums.into_iter().map(|sum| share(sum, self.least)).collect()
    }
}

fn share(sum: Option<(u64, u64)>, least: u64) -> ShownShare {
    match sum {
        None | Some((_, 0)) => ShownShare::Unknown,
        Some((_, whole)) if whole < least => ShownShare::Few,
        Some((part, whole)) => {
            let per_mille = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
            ShownShare::Of { part, whole, per_mille }
        }
    }
}

fn definition(one: &Definition) -> ShownDefinition {
    ShownDefinition {
        id: one.id.name().to_owned(),
        name: words(&one.name),
        definition: words(&one.definition),
        confidence: confidence(one.confidence).to_owned(),
        source: one.source.clone(),
    }
}

/// The word of a confidence, as packs write it.
pub(super) const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Verified => "verified",
        Confidence::Partly => "partly",
        Confidence::Unverified => "unverified",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        for (day, begins) in [
            ("2026-11-24", "2026-11-23"),
            ("2026-11-23", "2026-11-23"),
            ("2026-11-29", "2026-11-23"),
        ] {
            assert_eq!(monday(day.parse().unwrap()).to_string(), begins);
        }
    }

    #[test]
    fn the_month_before_is_the_last_whole_one() {
        for (day, month) in [("2026-11-24", "2026-10"), ("2026-01-01", "2025-12")] {
            assert_eq!(month_before(day.parse().unwrap()).to_string(), month);
        }
    }

    #[test]
    fn few_are_not_told() {
        assert_eq!(share(None, 5), ShownShare::Unknown);
        assert_eq!(share(Some((0, 0)), 5), ShownShare::Unknown);
        assert_eq!(share(Some((4, 4)), 5), ShownShare::Few);
        assert_eq!(share(Some((4, 5)), 5), ShownShare::Of { part: 4, whole: 5, per_mille: 800 });
    }
}

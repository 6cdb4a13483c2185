//! How well bodies hand in: the figures of packs, from what was counted, as of any day.

use std::collections::BTreeMap;
use std::io::Write;

use gongxin_model::finding::Language;
use gongxin_model::{Day, Finding, ReportingPeriod, Severity};
use gongxin_pack::{Confidence, Figure, FigureId, Quantity, Rulebook, Text};
use gongxin_report::write_csv;
use gongxin_store::Reader;
use serde::Serialize;

use super::scope::Scope;
pub use super::tally::LateRecord;
use super::tally::{Counting, Tally, classes};
use crate::rules::{Rules, texts_of};
use crate::{Office, OfficeError};

/// Findings that are named of each body.
const NAMED: usize = 5;

/// What is asked.
#[derive(Debug, Clone)]
pub struct FiguresAsk {
    /// The period.
    pub period: ReportingPeriod,
    /// Whose.
    pub scope: Scope,
    /// As it was known at the end of this day; today where none is given.
    pub as_of: Option<Day>,
    /// The language of what to improve.
    pub language: Language,
}

/// A figure as it was measured: a fraction, never rounded up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// Which figure.
    pub id: FigureId,
    /// What it is called.
    pub name: Text,
    /// What was counted; absent where it is not known.
    pub numerator: Option<u64>,
    /// Among what; absent where it is not known.
    pub denominator: Option<u64>,
    /// The whole per mille, rounded down; absent where either is, or nothing is to be counted.
    pub per_mille: Option<u64>,
}

/// How often something was found in what a body handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingCount {
    /// The rule.
    pub rule: String,
    /// How often.
    pub count: u64,
    /// What is wrong and what to do.
    pub message: String,
}

/// The figures of one body, or of a division, for one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The body's code; absent for a division.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The body's name; absent for a division.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Text>,
    /// The division.
    pub region: String,
    /// The class.
    pub catalogue: String,
    /// The figures.
    pub figures: Vec<Measured>,
    /// Records that were handed in late, earliest decision first.
    pub late: Vec<LateRecord>,
    /// What was found most often.
    pub findings: Vec<FindingCount>,
}

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The period.
    pub period: ReportingPeriod,
    /// As it was known at the end of this day.
    pub as_of: Day,
    /// What each figure says.
    pub definitions: Vec<Definition>,
    /// Each body and class.
    pub sources: Vec<Line>,
    /// Each division and class, over its bodies.
    pub regions: Vec<Line>,
}

/// What a figure says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Which figure.
    pub id: FigureId,
    /// What it is called.
    pub name: Text,
    /// What it says.
    pub definition: Text,
    /// What is counted.
    pub numerator: Quantity,
    /// Among what.
    pub denominator: Quantity,
    /// How well the definition is backed.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: Option<String>,
}

impl Office {
    /// Measures how well bodies handed in in a period.
    ///
    /// # Errors
    /// Nobody is meant, no figure is defined, or the store cannot be read.
    pub fn figures(&self, ask: &FiguresAsk) -> Result<Figures, OfficeError> {
        self.store.read(|reader| self.figures_for(reader, ask))
    }

    pub(crate) fn figures_for(
        &self,
        reader: &mut Reader<'_>,
        ask: &FiguresAsk,
    ) -> Result<Figures, OfficeError> {
        let rules = self.rules_for(reader)?;
        ask.scope.check(&rules.rulebook)?;
        let as_of = ask.as_of.unwrap_or_else(|| self.today()).min(self.today());
        let last_day = ask.period.until().plus_days(-1);
        let defined: Vec<&Figure> = rules.rulebook.figures_on(last_day).collect();
        if defined.is_empty() {
            let why = "the rulebook in force defines no figures; adopt it again with `gongxin pack adopt`";
            return Err(OfficeError::Usage(why.into()));
        }
        let tallies = tallies(reader, &rules.rulebook, ask, as_of)?;
        let mut regions: BTreeMap<(String, String), Tally> = BTreeMap::new();
        let mut sources = Vec::new();
        for (code, catalogue, tally) in tallies {
            let Some(source) = rules.rulebook.sources.get(&code) else {
                continue;
            };
            let key = (source.region.clone(), catalogue.clone());
            regions
                .entry(key)
                .and_modify(|sum| sum.add(&tally))
                .or_insert_with(|| Tally { late: Vec::new(), ..tally.clone() });
            let place = (Some(code), Some(source.name.clone()), source.region.clone(), catalogue);
            sources.push(self.line(&rules, &defined, place, tally, ask.language));
        }
        let region = |((region, catalogue), tally)| {
            self.line(&rules, &defined, (None, None, region, catalogue), tally, ask.language)
        };
        Ok(Figures {
            period: ask.period,
            as_of,
            definitions: defined.iter().map(|figure| definition(figure)).collect(),
            sources,
            regions: regions.into_iter().map(region).collect(),
        })
    }

    fn line(
        &self,
        rules: &Rules,
        defined: &[&Figure],
        (source, name, region, catalogue): (Option<String>, Option<Text>, String, String),
        tally: Tally,
        language: Language,
    ) -> Line {
        let figures = defined.iter().map(|figure| measured(figure, &tally)).collect();
        let mut found: Vec<(String, u64)> = tally.findings.into_iter().collect();
        found.sort_by(|(left, few), (right, many)| (many, left).cmp(&(few, right)));
        let findings = found.into_iter().take(NAMED).map(|(rule, count)| {
            let finding = Finding {
                row: None,
                part: None,
                column: None,
                rule: rule.clone(),
                severity: Severity::Note,
                values: BTreeMap::new(),
            };
            let texts = texts_of(&finding, &self.texts, &rules.texts);
            let message = without_values(&texts.message(&finding, language));
            FindingCount { message, rule, count }
        });
        let findings = findings.collect();
        Line { source, name, region, catalogue, figures, late: tally.late, findings }
    }
}

/// A finding's words for many of its kind: each had other values.
pub(super) fn without_values(message: &str) -> String {
    let mut parts = message.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push('…');
        text.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
    }
    text
}

/// What was counted of each body and class.
fn tallies(
    reader: &mut Reader<'_>,
    rulebook: &Rulebook,
    ask: &FiguresAsk,
    as_of: Day,
) -> Result<Vec<(String, String, Tally)>, OfficeError> {
    let mut declarations = reader.declarations()?;
    declarations.retain(|one| one.at.day() <= as_of);
    let mut tallies = Vec::new();
    let wanted = rulebook.sources.values().filter(|one| !one.peer && ask.scope.has(one));
    for source in wanted {
        let mut batches = reader.batches_since(&source.code, ask.period.from().begins())?;
        batches.retain(|batch| batch.at.day() <= as_of);
        let counting = Counting {
            rulebook,
            source,
            period: ask.period,
            as_of,
            batches: &batches,
            declarations: &declarations,
        };
        for catalogue in classes(rulebook, source) {
            let tally = counting.tally(reader, catalogue)?;
            if !tally.is_empty() {
                tallies.push((source.code.clone(), catalogue.id.clone(), tally));
            }
        }
    }
    Ok(tallies)
}

fn measured(figure: &Figure, tally: &Tally) -> Measured {
    let (numerator, denominator) = (tally.count(figure.numerator), tally.count(figure.denominator));
    let per_mille = numerator
        .zip(denominator)
        .and_then(|(part, whole)| u64::try_from(u128::from(part) * 1_000).ok()?.checked_div(whole));
    Measured { id: figure.id, name: figure.name.clone(), numerator, denominator, per_mille }
}

fn definition(figure: &Figure) -> Definition {
    Definition {
        id: figure.id,
        name: figure.name.clone(),
        definition: figure.definition.clone(),
        numerator: figure.numerator,
        denominator: figure.denominator,
        confidence: figure.ground.confidence,
        source: figure.ground.source.clone(),
    }
}

/// Writes the figures of the bodies as a table that a spreadsheet opens rightly; what is not known
/// is an empty cell.
///
/// # Errors
/// The output refuses it.
pub fn figures_as_csv(figures: &Figures, out: &mut dyn Write) -> std::io::Result<()> {
    let fixed = ["period", "as_of", "source", "name", "region", "catalogue"];
    let mut head: Vec<String> = fixed.map(str::to_owned).to_vec();
    for one in &figures.definitions {
        let id = one.id.name();
        head.extend([
            format!("{id}_numerator"),
            format!("{id}_denominator"),
            format!("{id}_per_mille"),
        ]);
    }
    head.push("late_records".to_owned());
    let number = |count: Option<u64>| count.map(|count| count.to_string()).unwrap_or_default();
    let mut rows = vec![head];
    for line in figures.sources.iter().chain(&figures.regions) {
        let mut row = vec![
            figures.period.to_string(),
            figures.as_of.to_string(),
            line.source.clone().unwrap_or_default(),
            line.name.as_ref().map(|name| name.zh.clone()).unwrap_or_default(),
            line.region.clone(),
            line.catalogue.clone(),
        ];
        for one in &line.figures {
            row.extend([one.numerator, one.denominator, one.per_mille].map(number));
        }
        let late: Vec<&str> = line.late.iter().map(|late| late.record.as_str()).collect();
        row.push(late.join(" "));
        rows.push(row);
    }
    write_csv(out, &rows)
}

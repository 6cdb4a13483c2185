//! A body's month: what became of what it handed in, how timely and how full it was, what was found most
//! often, and what to improve first. Timeliness is the packs' figure, as the public statistics tell it.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::finding::Language;
use gongxin_model::{BatchNo, Day, Finding, RecordNo, ReportingPeriod, Severity};
use gongxin_pack::{Catalogue, FigureId, Personal, Scope as Whose, Text};
use gongxin_store::{BatchRow, Reader};
use serde::Serialize;

use super::figures::{Figures, FiguresAsk, Line, without_values};
use super::scope::Scope;
use super::tally::LateRecord;
use super::{Definition, Measured};
use crate::derive::histories;
use crate::gate::{BodySee, Permit, Refused};
use crate::intake::Block;
use crate::rules::{Rules, texts_of};
use crate::{Office, OfficeError};

/// So many findings are named.
const NAMED: usize = 10;
/// So many of a class's records are looked into for what is left blank, the last handed in.
const LOOKED_INTO: usize = 500;
/// So many fields are named that are left blank.
const BLANKS: usize = 5;
/// So many things to improve are named.
const IMPROVED: usize = 5;

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct QualityRows {
    /// Hand-ins.
    pub hand_ins: u64,
    /// Of them those of a file that was handed in before.
    pub same_files: u64,
    /// Of them those that were taken back.
    pub withdrawn: u64,
    /// All rows.
    pub rows: u64,
    /// Rows that are records; corrections and unchanged ones among them.
    pub accepted: u64,
    /// Of them corrections.
    pub corrected: u64,
    /// Of them those that say nothing new.
    pub unchanged: u64,
    /// Rows that were held.
    pub held: u64,
    /// Of them those that wait still.
    pub held_open: u64,
    /// Rows that were not taken. Of those about persons this is all there is.
    pub refused: u64,
}

impl QualityRows {
    fn count(&mut self, outcomes: &str) {
        for letter in outcomes.chars() {
            self.rows += 1;
            match letter {
                'a' => self.accepted += 1,
                'c' => (self.accepted, self.corrected) = (self.accepted + 1, self.corrected + 1),
                'u' => (self.accepted, self.unchanged) = (self.accepted + 1, self.unchanged + 1),
                'h' => self.held += 1,
                _ => self.refused += 1,
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.hand_ins += other.hand_ins;
        self.same_files += other.same_files;
        self.withdrawn += other.withdrawn;
        self.rows += other.rows;
        self.accepted += other.accepted;
        self.corrected += other.corrected;
        self.unchanged += other.unchanged;
        self.held += other.held;
        self.held_open += other.held_open;
        self.refused += other.refused;
    }
}

/// How full the records of a class are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fullness {
    /// So many records were looked into: the last handed in.
    pub records: u64,
    /// Fields that the class has.
    pub fields: u64,
    /// Fields that are filled, of all these records together.
    pub filled: u64,
    /// Fields that an organisation's record must have and that are blank, most often first, and in how many
    /// records.
    pub blank: Vec<(Text, u64)>,
}

/// A class of a body's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityClass {
    /// Its id.
    pub catalogue: String,
    /// What it is called.
    pub name: Text,
    /// Working days after the decision within which it is to be handed in; none where it has no such
    /// deadline.
    pub deadline: Option<u16>,
    /// What became of its rows.
    pub rows: QualityRows,
    /// The packs' figures; none where the class has none.
    pub figures: Vec<Measured>,
    /// Records that were late, earliest decision first.
    pub late: Vec<LateRecord>,
    /// How full its records are; none where there are none.
    pub fullness: Option<Fullness>,
}

/// What was found often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityFinding {
    /// The rule.
    pub rule: String,
    /// An error: the row was not taken. A doubt: it was held. A note: it was taken.
    pub severity: Severity,
    /// How often.
    pub count: u64,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub todo: String,
}

/// What to improve, and how many rows or records it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Improvement {
    /// Records were handed in late.
    Late {
        /// How many.
        count: u64,
        /// Working days that the latest was late.
        worst: u32,
    },
    /// Rows were not taken, or held, by one rule.
    Found(QualityFinding),
    /// Held rows wait to be judged.
    Waiting(u64),
    /// Rows said nothing new.
    Repeated(u64),
}

impl Improvement {
    fn weight(&self) -> u64 {
        match self {
            Self::Late { count, .. } | Self::Waiting(count) | Self::Repeated(count) => *count,
            Self::Found(found) => found.count,
        }
    }
}

/// A body's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quality {
    /// The body's code.
    pub body: String,
    /// Its name.
    pub name: Text,
    /// The month.
    pub period: ReportingPeriod,
    /// As it was known at the end of this day.
    pub as_of: Day,
    /// True where the body first handed in when the month was over: its timeliness says nothing.
    pub is_later: bool,
    /// What became of all its rows.
    pub rows: QualityRows,
    /// Class by class.
    pub classes: Vec<QualityClass>,
    /// What each figure says.
    pub definitions: Vec<Definition>,
    /// What was found most often.
    pub findings: Vec<QualityFinding>,
    /// What to improve first.
    pub improvements: Vec<Improvement>,
}

/// A body's month beside others'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QualityLine {
    /// The body's code.
    pub body: String,
    /// Its name.
    pub name: Text,
    /// What became of its rows.
    pub rows: QualityRows,
    /// Records within the deadline and all that have one; none where that says nothing.
    pub timely: Option<(u64, u64)>,
}

/// What the hand-ins of a body's month come to.
#[derive(Default)]
struct Month {
    classes: BTreeMap<String, (QualityRows, Vec<BatchNo>)>,
    found: BTreeMap<String, (u64, Severity)>,
}

impl Office {
    /// How well a body handed in in a month.
    ///
    /// # Errors
    /// The permit is not for the body, there is none, or the store cannot be read.
    pub fn quality(
        &self,
        permit: &Permit<BodySee>,
        (body, period): (&str, ReportingPeriod),
        language: Language,
    ) -> Result<Quality, OfficeError> {
        if !permit.covers(body) {
            return Err(Refused.into());
        }
        let connected = self.connected()?;
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let source = rules.rulebook.sources.get(body).ok_or(Refused)?;
            let month = month(reader, body, period)?;
            let scope = Scope::Source(body.to_owned());
            let figures = self.figures_or_none(reader, (scope, period), language)?;
            let is_later = connected.is_later(body, period);
            let mut quality = Quality {
                body: body.to_owned(),
                name: source.name.clone(),
                period,
                as_of: self.today(),
                is_later,
                rows: QualityRows::default(),
                classes: Vec::new(),
                definitions: figures
                    .as_ref()
                    .map(|one| one.definitions.clone())
                    .unwrap_or_default(),
                findings: self.found(&rules, &month, language),
                improvements: Vec::new(),
            };
            let lines = figures.map(|one| one.sources).unwrap_or_default();
            let measured = lines.iter().map(|line| line.catalogue.clone());
            let ids: BTreeSet<String> = measured.chain(month.classes.keys().cloned()).collect();
            for id in ids {
                let Some(catalogue) = rules.rulebook.catalogue(&id) else {
                    continue;
                };
                let line = lines.iter().find(|line| line.catalogue == id);
                let (rows, batches) = month.classes.get(&id).cloned().unwrap_or_default();
                quality.rows.add(&rows);
                let deadline = source.deadline_working_days.or(catalogue.deadline_working_days);
                let mut class = class(catalogue, deadline, (rows, line), is_later);
                class.fullness = fullness(reader, catalogue, &batches)?;
                quality.classes.push(class);
            }
            quality.improvements = improvements(&quality);
            Ok(quality)
        })
    }

    /// How well every body handed in in a month; those that did not among them.
    ///
    /// # Errors
    /// The permit is not for the platform, or the store cannot be read.
    pub fn quality_of_all(
        &self,
        permit: &Permit<BodySee>,
        period: ReportingPeriod,
    ) -> Result<Vec<QualityLine>, OfficeError> {
        let connected = self.connected()?;
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let figures = self.figures_or_none(reader, (Scope::All, period), Language::Chinese)?;
            let lines = figures.map(|one| one.sources).unwrap_or_default();
            let mut found = Vec::new();
            let bodies = rules.rulebook.sources.values().filter(|one| !one.peer);
            for source in bodies.filter(|one| permit.covers(&one.code)) {
                let mut rows = QualityRows::default();
                for (own, _) in month(reader, &source.code, period)?.classes.values() {
                    rows.add(own);
                }
                let own = lines.iter().filter(|line| line.source.as_ref() == Some(&source.code));
                let timely = own.filter_map(|line| timeliness(&line.figures));
                let timely = timely.reduce(|(part, whole), (more, of)| (part + more, whole + of));
                let timely = timely.filter(|_| !connected.is_later(&source.code, period));
                let (body, name) = (source.code.clone(), source.name.clone());
                found.push(QualityLine { body, name, rows, timely });
            }
            Ok(found)
        })
    }

    /// The figures; none where nobody is measured.
    fn figures_or_none(
        &self,
        reader: &mut Reader<'_>,
        (scope, period): (Scope, ReportingPeriod),
        language: Language,
    ) -> Result<Option<Figures>, OfficeError> {
        match self.figures_for(reader, &FiguresAsk { period, scope, as_of: None, language }) {
            Ok(figures) => Ok(Some(figures)),
            Err(OfficeError::Usage(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What was found most often, the gravest first among equals.
    fn found(&self, rules: &Rules, month: &Month, language: Language) -> Vec<QualityFinding> {
        let mut found: Vec<_> = month.found.iter().collect();
        found.sort_by(|(left, (few, mild)), (right, (many, grave))| {
            (many, grave, left).cmp(&(few, mild, right))
        });
        let finding = |(rule, (count, severity)): (&String, &(u64, Severity))| {
            let finding = Finding {
                row: None,
                part: None,
                column: None,
                rule: rule.clone(),
                severity: *severity,
                values: BTreeMap::new(),
            };
            let texts = texts_of(&finding, &self.texts, &rules.texts);
            let (what, todo) = texts.message_parts(&finding, language);
            QualityFinding {
                rule: rule.clone(),
                severity: *severity,
                count: *count,
                what: without_values(&what),
                todo: without_values(&todo),
            }
        };
        found.into_iter().take(NAMED).map(finding).collect()
    }
}

/// What a body handed in in a month, class by class.
fn month(
    reader: &mut Reader<'_>,
    body: &str,
    period: ReportingPeriod,
) -> Result<Month, OfficeError> {
    let mut month = Month::default();
    let batches = reader.batches_since(body, period.from().begins())?;
    for batch in batches.iter().filter(|batch| period.contains(batch.at.day())) {
        let (rows, numbers) = month.classes.entry(batch.catalogue.clone()).or_default();
        numbers.push(batch.no);
        rows.hand_ins += 1;
        rows.withdrawn += u64::from(batch.state == crate::rights::WITHDRAWN);
        rows.same_files += u64::from(is_repeated(reader, batch)?);
        rows.held_open += u64::try_from(reader.held_open_of(batch.no)?).unwrap_or(0);
        for block in reader.row_blocks(batch.no)? {
            // What cannot be read counts nothing; `archive fsck` names it.
            let Ok(block) = serde_json::from_str::<Block>(&block) else {
                continue;
            };
            rows.count(&block.outcomes);
            for finding in block.findings {
                let found = month.found.entry(finding.rule).or_insert((0, finding.severity));
                *found = (found.0 + 1, found.1.max(finding.severity));
            }
        }
    }
    Ok(month)
}

/// True where the same file came to the same class before.
fn is_repeated(reader: &mut Reader<'_>, batch: &BatchRow) -> Result<bool, OfficeError> {
    let Some(digest) = &batch.file_digest else {
        return Ok(false);
    };
    let all = reader.batches_of_file(digest)?;
    Ok(all.iter().any(|one| {
        one.no < batch.no && one.catalogue == batch.catalogue && one.source == batch.source
    }))
}

fn class(
    catalogue: &Catalogue,
    deadline: Option<u16>,
    (rows, line): (QualityRows, Option<&Line>),
    is_later: bool,
) -> QualityClass {
    let mut figures = line.map(|line| line.figures.clone()).unwrap_or_default();
    for one in figures.iter_mut().filter(|one| is_later && one.id == FigureId::Timeliness) {
        (one.numerator, one.denominator, one.per_mille) = (None, None, None);
    }
    let late = line.filter(|_| !is_later).map(|line| line.late.clone()).unwrap_or_default();
    QualityClass {
        catalogue: catalogue.id.clone(),
        name: catalogue.name.clone(),
        deadline,
        rows,
        figures,
        late,
        fullness: None,
    }
}

fn timeliness(figures: &[Measured]) -> Option<(u64, u64)> {
    let measured = figures.iter().find(|one| one.id == FigureId::Timeliness)?;
    measured.numerator.zip(measured.denominator)
}

/// How full the last records of some hand-ins are, as they stand. Fields that are never kept are no
/// fields of a record.
fn fullness(
    reader: &mut Reader<'_>,
    catalogue: &Catalogue,
    batches: &[BatchNo],
) -> Result<Option<Fullness>, OfficeError> {
    let mut records: Vec<RecordNo> = reader.records_of_batches(batches)?;
    let first = records.len().saturating_sub(LOOKED_INTO);
    let records = records.split_off(first);
    let histories = histories(reader, &records)?;
    let kept = catalogue.fields.iter().filter(|field| field.personal != Personal::Drop);
    let mut blank: Vec<(&gongxin_pack::Field, u64)> = kept.map(|field| (field, 0)).collect();
    let (mut count, mut filled) = (0, 0);
    for history in histories.values() {
        let said = history.iter().rev().filter_map(|entry| entry.body.as_ref());
        let Some(body) = said.into_iter().find(|body| !body.fields.is_empty()) else {
            continue;
        };
        count += 1;
        for (field, missing) in &mut blank {
            if body.fields.iter().any(|one| one.code.eq_ignore_ascii_case(&field.code)) {
                filled += 1;
            } else {
                *missing += 1;
            }
        }
    }
    let fields = blank.len() as u64;
    blank.retain(|(field, missing)| *missing > 0 && field.is_required(Whose::Organisation));
    blank.sort_by(|(left, few), (right, many)| (many, &left.code).cmp(&(few, &right.code)));
    let blank = blank.into_iter().take(BLANKS).map(|(one, count)| (one.name.clone(), count));
    let blank = blank.collect();
    Ok((count > 0).then_some(Fullness { records: count, fields, filled, blank }))
}

/// What to improve first: what concerns most rows.
fn improvements(quality: &Quality) -> Vec<Improvement> {
    let late = quality.classes.iter().flat_map(|class| &class.late);
    let (count, worst) =
        late.fold((0, 0), |(count, worst), one| (count + 1, one.working_days_late.max(worst)));
    let rows = &quality.rows;
    let mut all = vec![
        Improvement::Late { count, worst },
        Improvement::Waiting(rows.held_open),
        Improvement::Repeated(rows.unchanged),
    ];
    let grave = quality.findings.iter().filter(|one| one.severity > Severity::Note);
    all.extend(grave.cloned().map(Improvement::Found));
    all.retain(|one| one.weight() > 0);
    all.sort_by_key(|one| std::cmp::Reverse(one.weight()));
    all.truncate(IMPROVED);
    all
}

//! The laws of a file that is handed in, whatever is in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::OnceLock;

use gongxin_intake::rules::texts;
use gongxin_intake::{CheckedRow, Facts, Intake, Limits, Mapping, Options, Outcome};
use gongxin_model::finding::Language;
use gongxin_model::text::PersonalScan;
use gongxin_model::{Day, Finding, Severity};

use crate::rulebook;

/// Findings of one row beyond those that its fields may each have.
const MORE_FINDINGS: usize = 64;
/// Longer inputs are read once only, not again in other steps.
const READ_AGAIN_BYTES: usize = 32 << 10;

/// Limits so small that short inputs reach them.
pub(crate) fn limits() -> Limits {
    Limits {
        text_bytes: 1 << 20,
        workbook_bytes: 4 << 20,
        unpacked_bytes: 16 << 20,
        unpacked_free_bytes: 1 << 20,
        row_bytes: 16 << 10,
        cell_bytes: 1 << 10,
        columns: 64,
        rows: 10_000,
        sheets: 20,
        repeated_rows: 500,
        repeated_bytes: 64 << 10,
        members: 50,
        depth: 32,
        json_keys: 64,
        sniff_bytes: 4 << 10,
        ..Limits::default()
    }
}

/// The day of every hand-in here.
fn today() -> Day {
    Day::new(2026, 11, 24).unwrap_or_else(|| unreachable!("a day of the calendar"))
}

/// Everything that a file comes to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Taken {
    pub(crate) facts: Option<Facts>,
    pub(crate) rows: Vec<CheckedRow>,
    pub(crate) skipped: u64,
    pub(crate) findings: Vec<Finding>,
    pub(crate) failed: bool,
}

/// How a file is read: rows of a chunk, bytes that come at a time, the row to go on after.
#[derive(Debug, Clone, Copy)]
struct Pace {
    rows: usize,
    bytes: usize,
    after: u64,
}

/// Bytes that come a few at a time.
struct Slow {
    bytes: Vec<u8>,
    place: usize,
    step: usize,
}

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.place..).unwrap_or_default();
        let count = rest.get(..self.step).unwrap_or(rest).read(buffer)?;
        self.place += count;
        Ok(count)
    }
}

fn take(bytes: &[u8], catalogue: &str, mapping: &Mapping, pace: Pace) -> Taken {
    let options = Options {
        rulebook: rulebook(),
        catalogue: catalogue.to_owned(),
        mapping: mapping.clone(),
        today: today(),
        child: None,
        limits: limits(),
    };
    let source = Box::new(Slow { bytes: bytes.to_vec(), place: 0, step: pace.bytes });
    let mut intake = match Intake::open(source, options) {
        Ok(intake) => intake,
        Err(findings) => return Taken { findings, failed: true, ..Taken::default() },
    };
    if pace.after > 0 {
        intake.resume_after(pace.after);
    }
    let mut taken = Taken::default();
    while let Some(chunk) = intake.next_chunk(pace.rows, 1 << 16) {
        taken.rows.extend(chunk.rows);
        taken.skipped += chunk.skipped;
        taken.findings.extend(chunk.findings);
        taken.failed |= chunk.failed;
    }
    taken.facts = Some(intake.facts());
    taken
}

/// Hands a file in and puts what comes of it to the laws.
///
/// # Panics
/// Where a law is broken.
pub(crate) fn file(bytes: &[u8], catalogue: &str, mapping: &Mapping) -> Taken {
    let taken = take(bytes, catalogue, mapping, Pace { rows: 100, bytes: usize::MAX, after: 0 });
    rows_are_whole(&taken, catalogue);
    what_is_bad_is_said(&taken);
    findings_are_fit_to_be_read(&taken);
    if bytes.len() <= READ_AGAIN_BYTES {
        let again = take(bytes, catalogue, mapping, Pace { rows: 3, bytes: 61, after: 0 });
        assert_eq!(taken, again, "the same bytes come to the same, however they come");
        goes_on(bytes, catalogue, mapping, &taken);
    }
    taken
}

/// A hand-in that was interrupted goes on with the row behind the last that was kept.
fn goes_on(bytes: &[u8], catalogue: &str, mapping: &Mapping, taken: &Taken) {
    let Some(kept) = taken.rows.get(taken.rows.len() / 2).map(|row| row.number) else {
        return;
    };
    let rest = take(bytes, catalogue, mapping, Pace { rows: 7, bytes: 4096, after: kept });
    let expected: Vec<&CheckedRow> = taken.rows.iter().filter(|row| row.number > kept).collect();
    assert_eq!(rest.rows.iter().collect::<Vec<_>>(), expected, "what was left to do is done");
}

fn rows_are_whole(taken: &Taken, catalogue: &str) {
    let rulebook = rulebook();
    let fields = rulebook.catalogue(catalogue).map_or(0, |catalogue| catalogue.fields.len());
    let mut last = 0;
    for row in &taken.rows {
        assert!(row.number > last, "rows are counted upwards: {} behind {last}", row.number);
        last = row.number;
        let worst = row.findings.iter().map(|finding| finding.severity).max();
        match &row.outcome {
            Outcome::Refused => {
                assert_eq!(worst, Some(Severity::Error), "a refused row says why");
            }
            Outcome::Ready(draft) => {
                assert!(worst < Some(Severity::Error), "what is an error is refused");
                assert_eq!(row.is_held(), worst == Some(Severity::Doubt), "a doubt holds the row");
                let codes: Vec<_> = draft.fields.iter().map(|field| &field.code).collect();
                assert!(
                    codes.is_sorted_by(|one, other| one < other),
                    "fields stand in order, once"
                );
                let longest = 8 * limits().cell_bytes;
                for value in draft.fields.iter().flat_map(|field| field.value.all()) {
                    assert!(value.len() <= longest, "a value is no longer than its cell");
                }
            }
        }
        assert!(row.findings.len() <= 4 * fields + MORE_FINDINGS, "findings of a row are bounded");
    }
}

fn what_is_bad_is_said(taken: &Taken) {
    let says = |severity| taken.findings.iter().any(|finding| finding.severity >= severity);
    assert!(!taken.failed || says(Severity::Error), "what cannot be read on has a reason");
    assert!(!taken.rows.is_empty() || says(Severity::Note), "no row, and nothing said");
}

fn scan() -> &'static PersonalScan {
    static SCAN: OnceLock<PersonalScan> = OnceLock::new();
    SCAN.get_or_init(|| rulebook().personal_scan(today()))
}

fn findings_are_fit_to_be_read(taken: &Taken) {
    let of_rows = taken.rows.iter().flat_map(|row| &row.findings);
    let mut seen = BTreeSet::new();
    for finding in taken.findings.iter().chain(of_rows) {
        for value in finding.values.values().chain(&finding.column).chain(&finding.part) {
            assert!(!scan().has_resident(value), "no number of a person is told: {}", finding.rule);
        }
        if seen.insert(finding.rule.clone()) && finding.rule.starts_with("intake.") {
            has_words(finding);
        }
    }
}

/// A finding has words, and a value for each that they name.
fn has_words(finding: &Finding) {
    assert!(texts().get(&finding.rule).is_some(), "{} has words", finding.rule);
    let values: BTreeMap<_, _> =
        finding.values.keys().map(|name| (name.clone(), String::new())).collect();
    let plain = Finding { values, ..finding.clone() };
    for language in [Language::Chinese, Language::English] {
        let message = texts().message(&plain, language);
        let names = |part: &str| part.starts_with(|letter: char| letter.is_ascii_lowercase());
        assert!(!message.split('{').skip(1).any(names), "a value is missing: {message}");
    }
}

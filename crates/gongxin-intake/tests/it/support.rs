//! A small pack, and files as a supplier hands them in.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::sync::{Arc, OnceLock};

use gongxin_intake::{CheckedRow, Chunk, Facts, Intake, Limits, Mapping, Options, Outcome};
use gongxin_model::{Day, Finding, Severity};
use gongxin_pack::{PackFiles, Rulebook};

/// The pack of these tests.
pub(crate) fn rulebook() -> Arc<Rulebook> {
    static RULEBOOK: OnceLock<Arc<Rulebook>> = OnceLock::new();
    Arc::clone(RULEBOOK.get_or_init(|| {
        let mut files = PackFiles::new();
        for (path, text) in [
            ("test/pack.toml", include_str!("pack/pack.toml")),
            ("test/laws.toml", include_str!("pack/laws.toml")),
            ("test/names.toml", include_str!("pack/names.toml")),
            ("test/thresholds.toml", include_str!("pack/thresholds.toml")),
            ("test/sectors.toml", include_str!("pack/sectors.toml")),
            ("test/codes/regions.toml", include_str!("pack/codes/regions.toml")),
            ("test/codes/departments.toml", include_str!("pack/codes/uscc-departments.toml")),
            ("test/codes/counterpart.toml", include_str!("pack/codes/counterpart.toml")),
            ("test/codes/kinds.toml", include_str!("pack/codes/kinds.toml")),
            ("test/catalogues/penalty.toml", include_str!("pack/catalogues/penalty.toml")),
            (
                "test/catalogues/registration.toml",
                include_str!("pack/catalogues/registration.toml"),
            ),
        ] {
            files.insert(path.to_owned(), text.as_bytes().to_vec());
        }
        let (rulebook, problems) = gongxin_pack::read(&files);
        Arc::new(rulebook.unwrap_or_else(|| panic!("{problems:#?}")))
    }))
}

/// The options of a hand-in on 2026-11-24.
pub(crate) fn options(catalogue: &str) -> Options {
    Options {
        rulebook: rulebook(),
        catalogue: catalogue.to_owned(),
        mapping: Mapping::default(),
        today: Day::new(2026, 11, 24).unwrap(),
        child: None,
        limits: Limits::default(),
    }
}

/// Files packed into one.
pub(crate) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Everything that a file came to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Taken {
    pub(crate) facts: Option<Facts>,
    pub(crate) rows: Vec<CheckedRow>,
    pub(crate) skipped: u64,
    pub(crate) findings: Vec<Finding>,
    pub(crate) failed: bool,
}

impl Taken {
    /// The rules found, with row and column.
    pub(crate) fn rules(&self) -> Vec<String> {
        let rows = self.rows.iter().flat_map(|row| &row.findings);
        self.findings.iter().chain(rows).map(|finding| finding.rule.clone()).collect()
    }

    /// One line a row: number, outcome, `CODE=value` of every field, findings.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.rows.iter().map(line).collect()
    }

    /// Everything that leaves intake, as text.
    pub(crate) fn everything(&self) -> String {
        let texts = gongxin_intake::rules::texts();
        let mut all = serde_json::to_string(&self.rows).unwrap();
        for finding in self.findings.iter().chain(self.rows.iter().flat_map(|row| &row.findings)) {
            all.push_str(&serde_json::to_string(finding).unwrap());
            all.push_str(&texts.message(finding, gongxin_model::finding::Language::Chinese));
        }
        let _ = write!(all, "{:?}", self.facts);
        all
    }
}

fn line(row: &CheckedRow) -> String {
    let outcome = match &row.outcome {
        Outcome::Refused => "refused",
        Outcome::Ready(_) if row.is_held() => "held",
        Outcome::Ready(_) => "ready",
    };
    let mut line = format!("{} {outcome}", row.number);
    if let Outcome::Ready(draft) = &row.outcome {
        for field in &draft.fields {
            let _ = write!(line, " {}={}", field.code, field.value.joined());
        }
    }
    for finding in &row.findings {
        let mark = match finding.severity {
            Severity::Note => '.',
            Severity::Doubt => '?',
            Severity::Error => '!',
        };
        let rule = finding.rule.strip_prefix("intake.").unwrap_or(&finding.rule);
        let _ = write!(line, " {mark}{rule}");
    }
    line
}

/// Takes a file in by chunks of so many rows.
pub(crate) fn take_by(bytes: &[u8], options: Options, rows: usize) -> Taken {
    let mut taken = Taken::default();
    let source = Box::new(Cursor::new(bytes.to_vec()));
    let mut intake = match Intake::open(source, options) {
        Ok(intake) => intake,
        Err(findings) => {
            return Taken { findings, failed: true, ..taken };
        }
    };
    while let Some(Chunk { rows, skipped, findings, failed, .. }) = intake.next_chunk(rows, 1 << 20)
    {
        taken.rows.extend(rows);
        taken.skipped += skipped;
        taken.findings.extend(findings);
        taken.failed |= failed;
    }
    taken.facts = Some(intake.facts());
    taken
}

/// Takes a file in.
pub(crate) fn take(bytes: &[u8], catalogue: &str) -> Taken {
    take_by(bytes, options(catalogue), 100)
}

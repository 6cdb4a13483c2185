//! What the supplier gets back: every row counted once, every finding with its place.

use std::collections::BTreeMap;

use gongxin_model::finding::Language;
use gongxin_model::{BatchNo, Finding, FindingTexts, Instant, Severity};
use serde::{Deserialize, Serialize};

/// The answer to one or several files.
///
/// `rows = accepted + held + refused`, always; `unchanged` and `corrected` are part of `accepted`;
/// `skipped` rows (blank, title, repeated header, total) are not rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The catalogue.
    pub catalogue: String,
    /// The supplying body's code.
    pub source: String,
    /// True if nothing was kept.
    #[serde(default)]
    pub dry_run: bool,
    /// All rows.
    pub rows: u64,
    /// Rows that are records now.
    pub accepted: u64,
    /// Rows that wait for a person.
    pub held: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Accepted rows that say nothing new.
    pub unchanged: u64,
    /// Accepted rows that correct an earlier one.
    pub corrected: u64,
    /// Blank, title, repeated header and total rows.
    pub skipped: u64,
    /// How often each rule was found, also beyond the findings kept.
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// Findings beyond those kept.
    #[serde(default)]
    pub findings_left_out: u64,
    /// The findings.
    pub findings: Vec<ReceiptFinding>,
    /// The files, in the order they were read.
    pub files: Vec<FileReceipt>,
}

/// One file of a receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReceipt {
    /// The file's name as handed in, without its directory.
    pub file: String,
    /// The digest of its bytes.
    pub digest: Option<String>,
    /// Its bytes.
    pub bytes: u64,
    /// The format found.
    pub format: Option<String>,
    /// The encoding found.
    pub encoding: Option<String>,
    /// The delimiter found.
    pub delimiter: Option<String>,
    /// The sheets, or the members of an archive, that were read.
    pub sheet: Option<String>,
    /// The header's row.
    pub header_row: Option<u64>,
    /// The hand-in.
    pub batch: Option<BatchNo>,
    /// When it was received.
    pub received_at: Option<Instant>,
    /// Rows of this file.
    pub rows: u64,
    /// Of them accepted.
    pub accepted: u64,
    /// Of them held.
    pub held: u64,
    /// Of them refused.
    pub refused: u64,
    /// Of the accepted, unchanged.
    pub unchanged: u64,
    /// Of the accepted, corrected.
    pub corrected: u64,
    /// Not rows.
    pub skipped: u64,
    /// False if the file could not be read to its end.
    pub read: bool,
}

/// A finding with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptFinding {
    /// The file, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The sheet or the member of an archive, where the file has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The row as the supplier counts; none for the whole file.
    pub row: Option<u64>,
    /// The column as the supplier wrote it.
    pub column: Option<String>,
    /// The rule.
    pub rule: String,
    /// What it does to the row.
    pub severity: Severity,
    /// What is wrong and what to do.
    pub message: String,
    /// Where in the message begins what to do.
    #[serde(skip)]
    pub todo_at: usize,
    /// The clause behind the rule.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub basis: String,
}

impl ReceiptFinding {
    /// What is wrong.
    #[must_use]
    pub fn what(&self) -> &str {
        self.message.get(..self.todo_at).unwrap_or(&self.message).trim_end()
    }

    /// What to do.
    #[must_use]
    pub fn todo(&self) -> &str {
        self.message.get(self.todo_at..).unwrap_or_default()
    }
}

/// What became of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    /// A new record.
    Accepted,
    /// Accepted; nothing new.
    Unchanged,
    /// Accepted; corrects an earlier one.
    Corrected,
    /// Waits for a person.
    Held,
    /// Not taken.
    Refused,
}

impl FileReceipt {
    /// Counts a row once.
    pub fn count(&mut self, outcome: RowOutcome) {
        self.rows += 1;
        match outcome {
            RowOutcome::Accepted => self.accepted += 1,
            RowOutcome::Unchanged => {
                self.accepted += 1;
                self.unchanged += 1;
            }
            RowOutcome::Corrected => {
                self.accepted += 1;
                self.corrected += 1;
            }
            RowOutcome::Held => self.held += 1,
            RowOutcome::Refused => self.refused += 1,
        }
    }
}

impl Receipt {
    /// An empty receipt.
    #[must_use]
    pub fn new(catalogue: &str, source: &str) -> Self {
        Self { catalogue: catalogue.to_owned(), source: source.to_owned(), ..Self::default() }
    }

    /// Adds a finding with its words. Beyond `limit` findings it is counted and left out.
    pub fn find(
        &mut self,
        finding: &Finding,
        texts: &FindingTexts,
        language: Language,
        limit: usize,
    ) {
        *self.counts.entry(finding.rule.clone()).or_default() += 1;
        if self.findings.len() >= limit {
            self.findings_left_out += 1;
            return;
        }
        let (what, todo) = texts.message_parts(finding, language);
        self.findings.push(ReceiptFinding {
            file: None,
            part: finding.part.clone(),
            row: finding.row,
            column: finding.column.clone(),
            rule: finding.rule.clone(),
            severity: finding.severity,
            todo_at: what.len(),
            message: what + &todo,
            basis: texts.get(&finding.rule).map(|text| text.basis.clone()).unwrap_or_default(),
        });
    }

    /// Adds a file's counts.
    pub fn add_file(&mut self, file: FileReceipt) {
        self.rows += file.rows;
        self.accepted += file.accepted;
        self.held += file.held;
        self.refused += file.refused;
        self.unchanged += file.unchanged;
        self.corrected += file.corrected;
        self.skipped += file.skipped;
        self.files.push(file);
    }

    /// Adds the receipt of a further file: counts are summed, findings name their file.
    pub fn merge(&mut self, mut other: Self) {
        let name = |receipt: &Self| receipt.files.first().map(|file| file.file.clone());
        if let Some(name) = name(self) {
            for finding in &mut self.findings {
                finding.file.get_or_insert_with(|| name.clone());
            }
        }
        if let Some(name) = name(&other) {
            for finding in &mut other.findings {
                finding.file.get_or_insert_with(|| name.clone());
            }
        }
        for (rule, count) in other.counts {
            *self.counts.entry(rule).or_default() += count;
        }
        self.findings_left_out += other.findings_left_out;
        self.findings.append(&mut other.findings);
        for file in other.files {
            self.add_file(file);
        }
    }

    /// True if every row has exactly one outcome.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.rows == self.accepted + self.held + self.refused
            && self.unchanged + self.corrected <= self.accepted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(name: &str, outcomes: &[RowOutcome]) -> Receipt {
        let mut file = FileReceipt { file: name.to_owned(), read: true, ..FileReceipt::default() };
        outcomes.iter().for_each(|outcome| file.count(*outcome));
        let mut receipt = Receipt::new("penalty", "150000-market");
        let finding = Finding::new(crate::rules::DAY_SERIAL).at_row(2).in_column("决定日期");
        receipt.find(&finding, &FindingTexts::default(), Language::Chinese, 1);
        receipt.find(&finding, &FindingTexts::default(), Language::Chinese, 1);
        receipt.add_file(file);
        receipt
    }

    #[test]
    fn rows_add_up_over_files() {
        use RowOutcome::{Accepted, Corrected, Held, Refused, Unchanged};
        let mut first = receipt("a.csv", &[Accepted, Unchanged, Corrected, Held]);
        first.merge(receipt("b.csv", &[Refused, Unchanged]));
        assert!(first.adds_up());
        assert_eq!((first.rows, first.accepted, first.unchanged, first.corrected), (6, 4, 2, 1));
        assert_eq!(first.counts["intake.day-serial"], 4);
        assert_eq!(first.findings_left_out, 2);
        let files: Vec<_> = first.findings.iter().map(|f| f.file.as_deref().unwrap()).collect();
        assert_eq!(files, ["a.csv", "b.csv"]);
    }

    #[test]
    fn the_json_has_the_fixed_names() {
        let json = serde_json::to_value(receipt("a.csv", &[RowOutcome::Held])).unwrap();
        for name in ["rows", "accepted", "held", "refused", "unchanged", "corrected", "skipped"] {
            assert!(json[name].is_u64(), "{name}");
        }
        let finding = &json["findings"][0];
        assert_eq!(finding["row"], 2);
        assert_eq!(finding["column"], "决定日期");
        assert_eq!(finding["severity"], "note");
        assert!(finding["message"].is_string());
    }
}

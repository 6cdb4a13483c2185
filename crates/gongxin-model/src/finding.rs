//! What is wrong, where, and what to do about it.
//!
//! A room says *which* rule and *with what values*; the words live in locale files, so that a
//! finding reads the same in a receipt, on a page and over the API, in every language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a finding does to its row. Ordered from harmless to final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row is accepted; the supplier should look at this.
    Note,
    /// The row is held for a person to judge.
    Doubt,
    /// The row is refused.
    Error,
}

/// A rule that a finding names: a stable id and the severity it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The id, `room.what`, for example `intake.date-unreadable`. Never reused for another rule.
    pub id: &'static str,
    /// What the rule does to the row.
    pub severity: Severity,
}

impl Rule {
    /// A rule that leaves the row accepted.
    #[must_use]
    pub const fn note(id: &'static str) -> Self {
        Self { id, severity: Severity::Note }
    }

    /// A rule that holds the row.
    #[must_use]
    pub const fn doubt(id: &'static str) -> Self {
        Self { id, severity: Severity::Doubt }
    }

    /// A rule that refuses the row.
    #[must_use]
    pub const fn error(id: &'static str) -> Self {
        Self { id, severity: Severity::Error }
    }
}

/// One finding. Its values never hold personal data: a rule about a person names no cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The row as the supplier counts it: 1 is the first line of the sheet or file. None for the
    /// whole file.
    pub row: Option<u64>,
    /// The sheet of the workbook or the member of the archive, where the file has several; the row
    /// is counted there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The column as the supplier wrote its header.
    pub column: Option<String>,
    /// The rule's id.
    pub rule: String,
    /// What it does to the row.
    pub severity: Severity,
    /// Values that the text names in braces.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

impl Finding {
    /// A finding of the rule, so far without a place.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self {
            row: None,
            part: None,
            column: None,
            rule: rule.id.to_owned(),
            severity: rule.severity,
            values: BTreeMap::new(),
        }
    }

    /// The same finding at a row.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same finding in a column.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same finding with a value for the braces of its text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }
}

/// The languages of everything a person reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Language {
    /// 简体中文, the language of record.
    #[default]
    Chinese,
    /// English.
    English,
}

/// The words of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What to do, in Chinese.
    pub zh_do: String,
    /// What is wrong, in English.
    pub en: String,
    /// What to do, in English.
    pub en_do: String,
    /// The clause or standard behind the rule, as written in `standards.md`.
    #[serde(default)]
    pub basis: String,
}

/// The words of all rules of the rooms that were merged into it.
#[derive(Debug, Clone, Default)]
pub struct FindingTexts {
    texts: BTreeMap<String, RuleText>,
}

impl FindingTexts {
    /// Reads a room's `locales/findings.toml`: a table per rule id.
    ///
    /// # Errors
    /// Says which key does not fit.
    pub fn parse(toml: &str) -> Result<Self, toml::de::Error> {
        Ok(Self { texts: toml::from_str(toml)? })
    }

    /// Adds another room's words.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.texts.extend(other.texts.iter().map(|(id, text)| (id.clone(), text.clone())));
        self
    }

    /// The words of a rule.
    #[must_use]
    pub fn get(&self, rule: &str) -> Option<&RuleText> {
        self.texts.get(rule)
    }

    /// All rule ids with words.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// What is wrong and what to do, in the language, values filled in. Without row and column:
    /// those stand beside it wherever it is shown.
    #[must_use]
    pub fn message(&self, finding: &Finding, language: Language) -> String {
        let (what, todo) = self.message_parts(finding, language);
        what + &todo
    }

    /// The same in two parts: what is wrong, and what to do. They follow each other as they are.
    #[must_use]
    pub fn message_parts(&self, finding: &Finding, language: Language) -> (String, String) {
        let Some(text) = self.texts.get(&finding.rule) else {
            return (finding.rule.clone(), String::new());
        };
        let (what, todo, stop, end) = match language {
            Language::Chinese => (&text.zh, &text.zh_do, "。", "。"),
            Language::English => (&text.en, &text.en_do, ". ", "."),
        };
        let filled = |mut part: String| {
            for (name, value) in &finding.values {
                part = part.replace(&format!("{{{name}}}"), value);
            }
            part
        };
        (filled(format!("{what}{stop}")), filled(format!("{todo}{end}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_and_what_to_do() {
        let texts = FindingTexts::parse(
            r#"
            ["x.short"]
            zh = "只有 {n} 位"
            zh_do = "补足 18 位"
            en = "only {n} characters"
            en_do = "give all 18"
            "#,
        )
        .unwrap();
        let finding = Finding::new(Rule::note("x.short")).with("n", "17");
        assert_eq!(texts.message(&finding, Language::Chinese), "只有 17 位。补足 18 位。");
        assert_eq!(texts.message(&finding, Language::English), "only 17 characters. give all 18.");
    }
}

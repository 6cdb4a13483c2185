//! What is wrong with a pack: where, what, why, and what to do.

use std::fmt;

use serde::Serialize;

/// The step of checking that found a problem. They run in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The file is not TOML, CSV or UTF-8.
    Syntax,
    /// A key is unknown or missing, or a value has the wrong form.
    Shape,
    /// Something named does not exist, or exists twice.
    References,
    /// Periods overlap, leave a gap, or run backwards.
    Dates,
    /// It reads well and says something that cannot hold.
    Meaning,
    /// A case of the pack's own tests fails.
    Tests,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, relative to the packs.
    pub file: String,
    /// The line, counted from 1.
    pub line: Option<usize>,
    /// The step that found it.
    pub stage: Stage,
    /// What is wrong.
    pub what: String,
    /// Why it matters.
    pub why: String,
    /// What to do.
    pub suggestion: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}. {}. {}.", self.what, self.why, self.suggestion)
    }
}

/// The line of a byte.
pub(crate) fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of an item: where it is declared by its id, else where its name stands alone between
/// quotes, else the first that holds the words. An id may be part of many other words.
pub(crate) fn line_of(text: &str, words: &str) -> Option<usize> {
    place_of(text, words).map(|byte| line_at(text, byte))
}

/// The line of words that belong to an item: the first behind the place where it stands.
pub(crate) fn line_within(text: &str, item: &str, words: &str) -> Option<usize> {
    let item = place_of(text, item)?;
    let inside = text.get(item..)?.find(words)?;
    Some(line_at(text, item + inside))
}

fn place_of(text: &str, words: &str) -> Option<usize> {
    let begins_line = |line: &str| {
        let first = text.starts_with(line).then_some(0);
        first.or_else(|| text.find(&format!("\n{line}")).map(|byte| byte + 1))
    };
    begins_line(&format!("id = \"{words}\""))
        .or_else(|| begins_line(&format!("code = \"{words}\"")))
        .or_else(|| begins_line(&format!("{words},")))
        .or_else(|| text.find(&format!("\"{words}\"")))
        .or_else(|| text.find(words))
}

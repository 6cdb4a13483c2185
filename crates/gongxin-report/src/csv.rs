//! Tables as CSV that a spreadsheet opens rightly: UTF-8 with its mark, every cell quoted and safe.

use std::io::{self, Write};

use gongxin_model::Severity;
use gongxin_model::finding::Language;

use crate::safe;
use crate::words::Words;

/// A finding as one line of a table.
#[derive(Debug, Clone, Copy)]
pub struct FindingLine<'a> {
    /// The file.
    pub file: &'a str,
    /// Its sheet.
    pub sheet: &'a str,
    /// The row as the supplier counts.
    pub row: Option<u64>,
    /// The column as the supplier wrote it.
    pub column: &'a str,
    /// The rule.
    pub rule: &'a str,
    /// What it does to the row.
    pub severity: Severity,
    /// What is wrong.
    pub what: &'a str,
    /// What to do.
    pub todo: &'a str,
    /// The clause behind the rule.
    pub basis: &'a str,
}

/// Writes findings, one a line, and how many were left out.
///
/// # Errors
/// The output refuses it.
pub fn write_findings<'a>(
    out: &mut dyn Write,
    language: Language,
    findings: impl IntoIterator<Item = FindingLine<'a>>,
    left_out: u64,
) -> io::Result<()> {
    const COLUMNS: [&str; 9] = [
        "findings.file",
        "findings.sheet",
        "findings.row",
        "findings.column",
        "findings.rule",
        "findings.severity",
        "findings.what",
        "findings.todo",
        "findings.basis",
    ];
    let words = Words::of(language);
    begin(out)?;
    line(out, COLUMNS.map(|key| words.get(key)))?;
    for one in findings {
        let row = one.row.map(|row| row.to_string()).unwrap_or_default();
        let severity = words.get(match one.severity {
            Severity::Note => "severity.note",
            Severity::Doubt => "severity.doubt",
            Severity::Error => "severity.error",
        });
        let FindingLine { file, sheet, column, rule, what, todo, basis, .. } = one;
        line(out, [file, sheet, &row, column, rule, severity, what, todo, basis])?;
    }
    if left_out > 0 {
        let more = words.with("findings.left-out", "count", &left_out);
        line(out, ["", "", "", "", "", "", &more, "", ""])?;
    }
    Ok(())
}

/// Writes the mark by which spreadsheets know UTF-8.
///
/// # Errors
/// The output refuses it.
pub(crate) fn begin(out: &mut dyn Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())
}

/// Writes one line.
///
/// # Errors
/// The output refuses it.
pub(crate) fn line<'a>(
    out: &mut dyn Write,
    cells: impl IntoIterator<Item = &'a str>,
) -> io::Result<()> {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        write!(out, "\"{}\"", safe(cell).replace('"', "\"\""))?;
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_quoted_and_safe() {
        let mut out = Vec::new();
        begin(&mut out).unwrap();
        line(&mut out, ["企业名称", "=1+1", "a \"b\", c\nd", ""]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "\u{feff}\"企业名称\",\"'=1+1\",\"a \"\"b\"\", c\nd\",\"\"\r\n");
    }
}

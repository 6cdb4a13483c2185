//! A workbook of plain sheets: a few lines about it, a head, rows of text. Every cell is safe.

use std::io::Write;

use gongxin_model::Day;

use crate::book::{self, Look};
use crate::{Limits, ReportError, safe};

/// A sheet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Lines above its table, the first as a title.
    pub about: Vec<String>,
    /// The heads of its columns.
    pub headers: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// Writes a workbook. Where no sheet is given, nothing is written.
///
/// # Errors
/// The output refuses it, or a sheet has more rows than one takes.
pub fn write_sheets(out: impl Write + Send, day: Day, sheets: &[Sheet]) -> Result<(), ReportError> {
    let look = Look::new();
    let most = Limits::default().cell_characters;
    let mut workbook = book::workbook(day)?;
    for (index, one) in sheets.iter().enumerate() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(book::plain_name(&one.name, index))?;
        let mut row = 0;
        for (place, line) in one.about.iter().enumerate() {
            let format = if place == 0 { &look.title } else { &look.text };
            sheet.write_string_with_format(row, 0, safe(&book::cut(line, most)), format)?;
            row += 1;
        }
        if !one.headers.is_empty() {
            for (place, header) in (0..).zip(&one.headers) {
                sheet.set_column_width(place, book::width(header))?;
                sheet.write_string_with_format(row, place, safe(header), &look.head)?;
            }
            row += 1;
            sheet.set_freeze_panes(row, 0)?;
        }
        for cells in &one.rows {
            for (place, cell) in (0..).zip(cells) {
                let cell = book::cut(cell, most);
                sheet.write_string_with_format(row, place, safe(&cell), &look.wrapped)?;
            }
            row += 1;
        }
    }
    if !sheets.is_empty() {
        workbook.save_to_writer(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_is_the_same_bytes_and_takes_any_name() {
        let day = Day::new(2026, 11, 29).unwrap();
        let sheet = |name: &str| Sheet {
            name: name.to_owned(),
            about: vec!["=1+1".to_owned(), "@x".to_owned()],
            headers: vec!["名称".to_owned()],
            rows: vec![vec!["=HYPERLINK(\"x\")".to_owned()]],
        };
        let write = || {
            let mut bytes = std::io::Cursor::new(Vec::new());
            let names = ["总表", "[a]:*?/\\'", "", &"长".repeat(80), "总表"];
            write_sheets(&mut bytes, day, &names.map(sheet)).unwrap();
            bytes.into_inner()
        };
        assert!(write().starts_with(b"PK") && write() == write());
    }
}

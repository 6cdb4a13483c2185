//! A table of records as it goes to another platform: the same cells as a workbook and as CSV.

use std::io::{self, Write};
use std::path::Path;

use gongxin_model::Day;
use rust_xlsxwriter::Workbook;

use crate::book::{self, Look};
use crate::{ReportError, csv, safe};

/// A table that is being written. Every cell is a text: nothing is rounded, no code loses a digit.
pub struct Table {
    workbook: Workbook,
    look: Look,
    csv: Box<dyn Write + Send>,
    rows: u32,
    cut: u64,
    most: usize,
}

impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("rows", &self.rows).field("cut", &self.cut).finish()
    }
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: u32,
    /// Cells that a workbook cannot hold whole; the CSV does.
    pub cut: u64,
}

impl Table {
    /// Begins the table under its headers. Rows lie in the directory until the workbook is closed.
    ///
    /// # Errors
    /// An output refuses it.
    pub fn begin(
        name: &str,
        headers: &[&str],
        day: Day,
        directory: &Path,
        mut csv: Box<dyn Write + Send>,
    ) -> Result<Self, ReportError> {
        let look = Look::new();
        let mut workbook = book::workbook(day)?;
        workbook.set_tempdir(directory)?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        for (place, header) in (0..).zip(headers) {
            sheet.set_column_width(place, 18)?;
            sheet.set_column_format(place, &look.text)?;
            sheet.write_string_with_format(0, place, safe(header), &look.head)?;
        }
        csv::begin(&mut csv)?;
        csv::line(&mut csv, headers.iter().copied())?;
        let most = crate::Limits::default().cell_characters;
        Ok(Self { workbook, look, csv, rows: 0, cut: 0, most })
    }

    /// Takes a row.
    ///
    /// # Errors
    /// An output refuses it.
    pub fn push(&mut self, cells: &[String]) -> Result<(), ReportError> {
        self.rows += 1;
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (place, cell) in (0..).zip(cells) {
            let shown = book::cut(cell, self.most);
            self.cut += u64::from(shown.len() < cell.len());
            sheet.write_string_with_format(self.rows, place, safe(&shown), &self.look.text)?;
        }
        csv::line(&mut self.csv, cells.iter().map(String::as_str))?;
        Ok(())
    }

    /// Closes both files.
    ///
    /// # Errors
    /// An output refuses it.
    pub fn finish(mut self, xlsx: impl Write + Send) -> Result<Written, ReportError> {
        self.workbook.save_to_writer(xlsx)?;
        self.csv.flush()?;
        Ok(Written { rows: self.rows, cut: self.cut })
    }
}

/// Writes lines of a CSV that was begun before.
///
/// # Errors
/// The output refuses it.
pub fn write_csv_lines(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    rows.iter().try_for_each(|row| csv::line(out, row.iter().map(String::as_str)))
}

/// Writes a small table as CSV that a spreadsheet opens rightly.
///
/// # Errors
/// The output refuses it.
pub fn write_csv(out: &mut dyn Write, rows: &[Vec<String>]) -> io::Result<()> {
    csv::begin(out)?;
    write_csv_lines(out, rows)
}

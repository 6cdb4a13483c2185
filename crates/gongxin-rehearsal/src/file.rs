//! Files as supplying bodies hand them in.

use std::io::{self, Write};

use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};

use crate::answer::{Expected, KeyRow};
use crate::dirt::Dirt;
use crate::organisation::Organisation;
use crate::plan::Content;
use crate::region::Region;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// CSV in UTF-8, with the field codes as header where there are any.
    Csv,
    /// CSV in UTF-8 with a byte order mark and CRLF.
    CsvWithMark,
    /// CSV in GB 18030 with CRLF.
    CsvGb18030,
    /// One JSON object a line, with the field codes as keys.
    Jsonl,
    /// A workbook with one sheet.
    Xlsx,
}

impl Format {
    /// The end of the file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv | Self::CsvWithMark | Self::CsvGb18030 => "csv",
            Self::Jsonl => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A row with its answer, or one that is no row (blank, total).
#[derive(Debug)]
pub(crate) struct Line {
    cells: Vec<String>,
    answer: Option<Answer>,
}

impl Line {
    pub(crate) const fn row(cells: Vec<String>, answer: Answer) -> Self {
        Self { cells, answer: Some(answer) }
    }

    /// A row without an answer, for files that are measured with.
    pub(crate) const fn unanswered(cells: Vec<String>) -> Self {
        Self { cells, answer: None }
    }

    pub(crate) fn cells_mut(&mut self) -> &mut [String] {
        &mut self.cells
    }

    fn blank(columns: usize) -> Self {
        Self { cells: vec![String::new(); columns], answer: None }
    }

    fn total(columns: usize, rows: u64) -> Self {
        let mut line = Self::blank(columns);
        for (cell, text) in line.cells.iter_mut().zip(["合计".to_owned(), format!("{rows}条")]) {
            *cell = text;
        }
        line
    }
}

/// What must become of a row.
#[derive(Debug)]
pub(crate) struct Answer {
    expected: Expected,
    subject: Option<String>,
    document_number: Option<String>,
    dirt: Dirt,
}

impl Answer {
    pub(crate) fn about(about: &Organisation, dirt: Dirt) -> Self {
        Self {
            expected: dirt.expected(),
            subject: (dirt != Dirt::Person).then(|| about.code.clone()),
            document_number: None,
            dirt,
        }
    }

    /// The same answer, for a row about the decision of this number.
    pub(crate) fn with_number(mut self, document_number: &str) -> Self {
        self.document_number = Some(document_number.to_owned());
        self
    }
}

/// A file of the region. Nothing of it exists until it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsalFile {
    /// Its name, with the number of its turn.
    pub name: String,
    /// The catalogue it belongs to.
    pub catalogue: &'static str,
    /// The code of the body that hands it in.
    pub source: String,
    /// How it is written.
    pub format: Format,
    /// About how many rows it has: for showing progress.
    pub rows: u64,
    region: Region,
    content: Content,
}

impl RehearsalFile {
    pub(crate) fn new(
        region: Region,
        (catalogue, source, name): (&'static str, &str, &str),
        format: Format,
        content: Content,
    ) -> Self {
        let mut parts = vec![catalogue, source];
        parts.extend((!name.is_empty()).then_some(name));
        Self {
            name: format!("{}.{}", parts.join("-"), format.extension()),
            catalogue,
            source: source.to_owned(),
            format,
            rows: content.rows(&region),
            region,
            content,
        }
    }

    /// Writes the file and hands the answer for each row to `key`, as the row is made.
    ///
    /// # Errors
    /// Where `out` cannot be written, or the sheet is full.
    pub fn write_to(&self, out: &mut dyn Write, key: &mut dyn FnMut(KeyRow)) -> io::Result<()> {
        match self.format {
            Format::Csv => self.write_csv(out, key, "\n", &str_to_utf8),
            Format::CsvWithMark => {
                out.write_all("\u{feff}".as_bytes())?;
                self.write_csv(out, key, "\r\n", &str_to_utf8)
            }
            Format::CsvGb18030 => self.write_csv(out, key, "\r\n", &|line, out| {
                out.write_all(&encoding_rs::GB18030.encode(line).0)
            }),
            Format::Jsonl => self.write_jsonl(out, key),
            Format::Xlsx => self.write_workbook(out, key),
        }
    }

    /// Hands title, header, rows, blank rows and totals to `each`, with the number of the row as
    /// the supplier counts; stops at the first error.
    fn each_line(
        &self,
        has_header: bool,
        key: &mut dyn FnMut(KeyRow),
        each: &mut dyn FnMut(u64, &[String]) -> io::Result<()>,
    ) -> io::Result<()> {
        let header = self.content.header(self.format);
        let mut number = 0;
        let mut outcome = Ok(());
        let mut rows = 0;
        let mut put = |line: Line| {
            if outcome.is_err() {
                return;
            }
            number += 1;
            outcome = each(number, &line.cells);
            if let (Ok(()), Some(answer)) = (&outcome, line.answer) {
                rows += 1;
                key(KeyRow {
                    file: self.name.clone(),
                    row: number,
                    expected: answer.expected,
                    subject: answer.subject,
                    document_number: answer.document_number,
                    dirt: answer.dirt,
                });
            }
        };
        if has_header {
            if let Some(title) = self.content.title() {
                let mut line = Line::blank(header.len());
                line.cells[0] = title;
                put(line);
            }
            let cells = header.iter().map(|word| (*word).to_owned()).collect();
            put(Line { cells, answer: None });
        }
        let mut made = 0_u64;
        let has_totals = has_header && self.content.has_totals();
        self.content.lines(&self.region, &mut |line| {
            made += 1;
            put(line);
            if has_totals && made.is_multiple_of(100) {
                put(Line::blank(header.len()));
            }
        });
        if has_totals {
            put(Line::total(header.len(), made));
        }
        outcome
    }

    fn write_csv(
        &self,
        out: &mut dyn Write,
        key: &mut dyn FnMut(KeyRow),
        end: &str,
        encode: &dyn Fn(&str, &mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut text = String::new();
        self.each_line(true, key, &mut |_, cells| {
            text.clear();
            for (place, cell) in cells.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                push_quoted(&mut text, cell);
            }
            text.push_str(end);
            encode(&text, out)
        })
    }

    fn write_jsonl(&self, out: &mut dyn Write, key: &mut dyn FnMut(KeyRow)) -> io::Result<()> {
        let header = self.content.header(self.format);
        self.each_line(false, key, &mut |_, cells| {
            let object: serde_json::Map<String, serde_json::Value> = header
                .iter()
                .zip(cells)
                .filter(|(_, cell)| !cell.is_empty())
                .map(|(word, cell)| ((*word).to_owned(), cell.as_str().into()))
                .collect();
            serde_json::to_writer(&mut *out, &object)?;
            out.write_all(b"\n")
        })
    }

    /// Amounts are numbers, as in the templates; everything else is text.
    fn write_workbook(&self, out: &mut dyn Write, key: &mut dyn FnMut(KeyRow)) -> io::Result<()> {
        let header = self.content.header(self.format);
        let is_amount: Vec<bool> = header.iter().map(|word| word.contains("金额")).collect();
        let text_format = CellFormat::new().set_num_format("@");
        let mut workbook = Workbook::new();
        // The time of making is part of a workbook; ours must be the same every time.
        let made = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 1).map_err(full)?;
        workbook
            .set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
        let sheet = workbook.add_worksheet();
        self.each_line(true, key, &mut |number, cells| {
            let row = u32::try_from(number - 1).map_err(|_| io::ErrorKind::FileTooLarge)?;
            for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let column = u16::try_from(place).map_err(|_| io::ErrorKind::FileTooLarge)?;
                match cell.parse::<f64>() {
                    Ok(amount) if is_amount[place] => sheet.write_number(row, column, amount),
                    _ => sheet.write_string_with_format(row, column, cell, &text_format),
                }
                .map_err(full)?;
            }
            Ok(())
        })?;
        out.write_all(&workbook.save_to_buffer().map_err(full)?)
    }
}

fn full(error: XlsxError) -> io::Error {
    io::Error::other(error)
}

fn str_to_utf8(line: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(line.as_bytes())
}

fn push_quoted(text: &mut String, cell: &str) {
    if cell.contains(['"', ',', '\n', '\r']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

//! Workbooks that a clerk corrects and hands in again: the rows with findings, cells as handed in.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use gongxin_model::finding::Language;
use gongxin_model::given_out::{CODES_SHEET, FINDINGS, OUTCOME, RECEIPT_SHEET, RECORD_ID, ROW};
use gongxin_model::{Day, Field, PublicId, Value};
use gongxin_pack::{Catalogue, FieldType, Rulebook};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use crate::book::{self, Head, Lists, Look, cut};
use crate::limits::Limits;
use crate::template::Column;
use crate::words::Words;
use crate::{ReportError, safe};

/// Columns of the platform's own before those of the row.
const OWN: u16 = 2;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// A new record.
    Accepted,
    /// Nothing new.
    Unchanged,
    /// Corrects an earlier one.
    Corrected,
    /// Waits for a person.
    Held,
    /// Not taken: of such a row no cell is given.
    Refused,
}

impl Fate {
    const fn key(self) -> &'static str {
        match self {
            Self::Accepted => "fate.accepted",
            Self::Unchanged => "fate.unchanged",
            Self::Corrected => "fate.corrected",
            Self::Held => "fate.held",
            Self::Refused => "fate.refused",
        }
    }
}

/// A row with its findings.
#[derive(Debug, Clone, Copy)]
pub struct CorrectionRow<'a> {
    /// The row as the supplier counts.
    pub number: u64,
    /// What became of it.
    pub fate: Fate,
    /// The record that it became or corrects.
    pub record: Option<PublicId>,
    /// Its fields, personal data masked. None: none of its cells are given.
    pub fields: Option<&'a [Field]>,
    /// What was found, in words.
    pub messages: &'a [String],
}

/// The counts of the whole receipt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All rows.
    pub rows: u64,
    /// Accepted ones.
    pub accepted: u64,
    /// Of them corrected.
    pub corrected: u64,
    /// Of them unchanged.
    pub unchanged: u64,
    /// Held ones.
    pub held: u64,
    /// Refused ones.
    pub refused: u64,
    /// What was no row.
    pub skipped: u64,
}

/// Opens the file of the workbook with a number, from 1 on.
pub type Make = Box<dyn FnMut(u32) -> io::Result<Box<dyn Write + Send>>>;

/// The correction workbooks of one receipt under way. Rows go to disk as they come; a workbook
/// that is full is closed and the next one begun.
pub struct Correction {
    rulebook: Arc<Rulebook>,
    catalogue: Catalogue,
    today: Day,
    limits: Limits,
    /// Where rows lie until their workbook is closed.
    directory: PathBuf,
    make: Make,
    words: Words,
    look: Look,
    columns: Vec<Column>,
    /// The first workbook, which gets the counts at the end.
    first: Option<Book>,
    other: Option<Book>,
    /// True where the next row is of another file than the last.
    fresh: bool,
    made: u32,
    earlier: u64,
    left_out: u64,
    failed: Option<ReportError>,
}

impl fmt::Debug for Correction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Correction").field("made", &self.made).finish_non_exhaustive()
    }
}

/// One workbook.
struct Book {
    number: u32,
    workbook: Workbook,
    columns: Vec<Column>,
    is_amount: Vec<bool>,
    rows: u32,
    /// Rows whose cells are not given: number, fate, words.
    listed: Vec<(u64, Fate, String)>,
}

impl Correction {
    /// Begins the workbooks of a catalogue's receipt. `columns` are those where no file names its
    /// own; rows lie in the directory until their workbook is closed.
    #[must_use]
    pub fn new(
        (rulebook, catalogue, columns): (Arc<Rulebook>, Catalogue, Vec<Column>),
        (today, language): (Day, Language),
        limits: Limits,
        directory: PathBuf,
        make: Make,
    ) -> Self {
        Self {
            rulebook,
            catalogue,
            today,
            limits,
            directory,
            make,
            words: Words::of(language),
            look: Look::new(),
            columns,
            first: None,
            other: None,
            fresh: false,
            made: 0,
            earlier: 0,
            left_out: 0,
            failed: None,
        }
    }

    /// Begins the rows of another file.
    pub fn begin(&mut self, columns: Vec<Column>) {
        self.fresh = self.made > 0;
        self.columns = columns;
    }

    /// Counts rows that were settled before an interruption and are not given.
    pub fn earlier(&mut self, rows: u64) {
        self.earlier += rows;
    }

    /// Takes a row. What fails is told at the end: a receipt that cannot be written is no reason to
    /// stop a hand-in.
    pub fn push(&mut self, row: &CorrectionRow<'_>) {
        if self.failed.is_none() {
            self.failed = self.take(row).err();
        }
    }

    /// Writes what is left, and the counts; gives the number of workbooks.
    ///
    /// # Errors
    /// A file could not be written, now or before.
    pub fn finish(mut self, counts: &Counts) -> Result<u32, ReportError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if let Some(other) = self.other.take() {
            self.save(other, None)?;
        }
        let first = match self.first.take() {
            Some(first) => first,
            None => self.book()?,
        };
        self.save(first, Some(counts))?;
        Ok(self.made)
    }

    fn take(&mut self, row: &CorrectionRow<'_>) -> Result<(), ReportError> {
        let limits = self.limits;
        let Some(mut book) = self.current()? else {
            self.left_out += 1;
            return Ok(());
        };
        let given = row.fields.filter(|_| row.fate != Fate::Refused);
        let cells = given.map(|fields| book.cells(fields));
        let most = limits.cell_characters;
        let mut words = row.messages.join("\n");
        let taken = match cells {
            Some(cells) if cells.iter().all(|cell| cell.encode_utf16().count() <= most) => {
                book.write(row, &cells, &cut(&words, most), (&self.look, &self.words))?;
                true
            }
            other => {
                let why = match (other, row.fate) {
                    (Some(_), _) => self.words.get("receipt.too-long"),
                    (None, Fate::Refused) => "",
                    (None, _) => self.words.get("receipt.personal"),
                };
                words = [why, &words].join("\n").trim().to_owned();
                let fits = book.listed.len() < limits.listed;
                if fits {
                    book.listed.push((row.number, row.fate, cut(&words, most)));
                }
                fits
            }
        };
        self.left_out += u64::from(!taken);
        self.put_back(book);
        Ok(())
    }

    /// The workbook that takes the next row; None where there may be no more.
    fn current(&mut self) -> Result<Option<Book>, ReportError> {
        let book = self.other.as_ref().or(self.first.as_ref());
        if book.is_some_and(|book| !self.fresh && book.rows < self.limits.rows) {
            return Ok(self.other.take().or_else(|| self.first.take()));
        }
        if self.made >= self.limits.workbooks {
            return Ok(None);
        }
        if let Some(other) = self.other.take() {
            self.save(other, None)?;
        }
        self.fresh = false;
        Ok(Some(self.book()?))
    }

    fn put_back(&mut self, book: Book) {
        let place = if book.number == 1 { &mut self.first } else { &mut self.other };
        *place = Some(book);
    }

    /// Begins a workbook: the receipt sheet, the rows, the values of the drop-downs.
    fn book(&mut self) -> Result<Book, ReportError> {
        let (words, look) = (&self.words, &self.look);
        let fields: Vec<_> = self
            .columns
            .iter()
            .filter_map(|column| Some((column, self.catalogue.field(&column.code)?)))
            .collect();
        let heads: Vec<Head> =
            fields.iter().map(|(column, field)| Head::of(field, column, "")).collect();
        let amount = |kind: &FieldType| matches!(kind, FieldType::Wan | FieldType::Yuan);
        let is_amount = fields.iter().map(|(_, field)| amount(&field.kind)).collect();
        let columns = fields.iter().map(|(column, _)| (*column).clone()).collect();
        let lists = Lists::of(&self.rulebook, &heads, self.today, &self.limits);
        let codes = words.pick(CODES_SHEET);
        let mut workbook = book::workbook(self.today)?;
        workbook.set_tempdir(&self.directory)?;
        workbook.add_worksheet().set_name(words.pick(RECEIPT_SHEET))?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(book::sheet_name(&self.catalogue))?;
        let behind = OWN.saturating_add(u16::try_from(heads.len()).unwrap_or(u16::MAX));
        let own = [(0, ROW, 12), (1, RECORD_ID, 30), (behind, OUTCOME, 14)];
        for (place, header, width) in own.into_iter().chain([(behind + 1, FINDINGS, 60)]) {
            sheet.set_column_width(place, width)?;
            sheet.set_column_format(place, &look.text)?;
            sheet.write_string_with_format(0, place, words.pick(header), &look.own)?;
        }
        book::write_heads(sheet, look, OWN, &heads)?;
        lists.attach(sheet, (OWN, &heads), (codes, words))?;
        lists.write(&mut workbook, codes)?;
        self.made += 1;
        let listed = Vec::new();
        Ok(Book { number: self.made, workbook, columns, is_amount, rows: 0, listed })
    }

    /// Writes the receipt sheet and closes the workbook.
    fn save(&mut self, mut book: Book, counts: Option<&Counts>) -> Result<(), ReportError> {
        let name = book::sheet_name(&self.catalogue);
        let mut lines: Vec<(&str, u64)> = Vec::new();
        if let Some(counts) = counts {
            lines.extend([
                ("receipt.rows", counts.rows),
                ("receipt.accepted", counts.accepted),
                ("receipt.corrected", counts.corrected),
                ("receipt.unchanged", counts.unchanged),
                ("receipt.held", counts.held),
                ("receipt.refused", counts.refused),
                ("receipt.skipped", counts.skipped),
                ("receipt.workbooks", u64::from(self.made)),
            ]);
            let rest = [("receipt.earlier", self.earlier), ("receipt.left-out", self.left_out)];
            lines.extend(rest.into_iter().filter(|(_, count)| *count > 0));
        }
        lines.push(("receipt.given", u64::from(book.rows)));
        let listed = std::mem::take(&mut book.listed);
        let title = [self.catalogue.name.zh.as_str(), self.catalogue.name.en.as_str()];
        let head = [
            self.words.with("receipt.title", "catalogue", self.words.pick(title)),
            self.words.with("receipt.how", "sheet", &name),
            match counts {
                Some(_) => String::new(),
                None => self.words.with("receipt.part", "number", &book.number),
            },
        ];
        let sheet = book.workbook.worksheet_from_index(0)?;
        write_receipt(sheet, (&self.look, &self.words), &head, (&lines, &listed))?;
        let file = (self.make)(book.number)?;
        book.workbook.save_to_writer(file)?;
        Ok(())
    }
}

impl Book {
    /// The cells of a row in the order of the columns, as they were written.
    fn cells(&self, fields: &[Field]) -> Vec<String> {
        let text = |column: &Column, is_amount: bool| {
            let field = fields.iter().find(|field| field.code == column.code.as_str())?;
            let written = field.written.as_deref().unwrap_or_default();
            let value = match &field.value {
                Value::Text(text) => text.to_string(),
                Value::List(list) => list.join("；"),
            };
            let in_own_unit = is_amount && column.renamed && !value.is_empty();
            Some(if written.is_empty() || in_own_unit { value } else { written.to_owned() })
        };
        let columns = self.columns.iter().zip(&self.is_amount);
        columns.map(|(column, is_amount)| text(column, *is_amount).unwrap_or_default()).collect()
    }

    fn write(
        &mut self,
        row: &CorrectionRow<'_>,
        cells: &[String],
        findings: &str,
        (look, words): (&Look, &Words),
    ) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(1)?;
        self.rows += 1;
        let number = row.number.to_string();
        let record = row.record.map(|record| record.to_string()).unwrap_or_default();
        let fate = words.get(row.fate.key());
        let own = [number.as_str(), &record];
        let all = own.into_iter().chain(cells.iter().map(String::as_str)).chain([fate, findings]);
        for (place, cell) in (0..).zip(all) {
            if !cell.is_empty() {
                sheet.write_string_with_format(self.rows, place, safe(cell), &look.text)?;
            }
        }
        Ok(())
    }
}

/// The first sheet: what to do, the counts, the rows of which only the number is given.
fn write_receipt(
    sheet: &mut Worksheet,
    (look, words): (&Look, &Words),
    head: &[String],
    (lines, listed): (&[(&str, u64)], &[(u64, Fate, String)]),
) -> Result<(), XlsxError> {
    for (place, width) in [(0, 60), (1, 16), (2, 90)] {
        sheet.set_column_width(place, width)?;
    }
    let mut row = 0;
    for (place, text) in head.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        let format = if place == 0 { &look.title } else { &look.wrapped };
        sheet.write_string_with_format(row, 0, safe(text), format)?;
        row += 1;
    }
    sheet.write_string_with_format(row, 0, words.get("receipt.what"), &look.head)?;
    sheet.write_string_with_format(row, 1, words.get("receipt.count"), &look.head)?;
    row += 1;
    for (key, count) in lines {
        sheet.write_string_with_format(row, 0, words.get(key), &look.wrapped)?;
        sheet.write_string_with_format(row, 1, count.to_string(), &look.text)?;
        row += 1;
    }
    if listed.is_empty() {
        return Ok(());
    }
    sheet.write_string_with_format(row + 1, 0, words.get("receipt.not-given"), &look.wrapped)?;
    row += 2;
    for (place, key) in (0..).zip(["receipt.row", "receipt.outcome", "receipt.finding"]) {
        sheet.write_string_with_format(row, place, words.get(key), &look.head)?;
    }
    for (number, fate, text) in listed {
        row += 1;
        sheet.write_string_with_format(row, 0, number.to_string(), &look.text)?;
        sheet.write_string_with_format(row, 1, words.get(fate.key()), &look.text)?;
        sheet.write_string_with_format(row, 2, safe(text), &look.wrapped)?;
    }
    Ok(())
}

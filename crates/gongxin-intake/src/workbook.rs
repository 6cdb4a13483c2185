//! Workbooks to rows. Runs in a child process with a memory limit: see [`crate::child`].

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

use calamine::{
    Data, DataRef, ExcelDateTime, Reader as _, Sheet, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};

use crate::archive;
use crate::format::Format;
use crate::limits::Limits;
use crate::ods;
use crate::packed::{Package, open_package};
use crate::row::RawRow;

/// Why a workbook cannot be read. The names are the ends of the rules' ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It needs a password.
    Password,
    /// It is damaged, or not a workbook.
    Corrupt,
    /// It would unpack to more than the limit.
    Unpacked,
    /// Its repeated rows are more than the limit.
    Repeated,
    /// It packs more files than the limit.
    Members,
    /// It has more bytes than the limit.
    TooLarge,
    /// It is packed like a workbook and is something else, whose name is told.
    Foreign,
}

impl Unreadable {
    const ALL: [Self; 7] = [
        Self::Password,
        Self::Corrupt,
        Self::Unpacked,
        Self::Repeated,
        Self::Members,
        Self::TooLarge,
        Self::Foreign,
    ];

    /// The name on the wire between child and parent.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Corrupt => "corrupt",
            Self::Unpacked => "unpacked",
            Self::Repeated => "repeated",
            Self::Members => "members",
            Self::TooLarge => "too-large",
            Self::Foreign => "foreign",
        }
    }

    /// The reason of a name.
    #[must_use]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Why reading stopped: the workbook, or whoever takes the rows.
#[derive(Debug)]
pub(crate) enum Stop {
    Unreadable(Unreadable, String),
    Sink(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Sink(error)
    }
}

impl From<XlsxError> for Stop {
    fn from(error: XlsxError) -> Self {
        let reason = match error {
            XlsxError::Password => Unreadable::Password,
            _ => Unreadable::Corrupt,
        };
        // The words of a sheet are not told again in a finding.
        let cause = match error {
            XlsxError::CellError(_)
            | XlsxError::CellTAttribute(_)
            | XlsxError::Unrecognized { .. }
            | XlsxError::WorksheetNotFound(_)
            | XlsxError::NotAWorksheet(_) => "a cell or a sheet of no known kind".to_owned(),
            XlsxError::Xml(quick_xml::Error::Io(error)) => error.to_string(),
            XlsxError::Xml(_) | XlsxError::XmlAttr(_) => "XML that is not well-formed".to_owned(),
            other => other.to_string(),
        };
        Self::Unreadable(reason, cause)
    }
}

impl From<XlsError> for Stop {
    fn from(error: XlsError) -> Self {
        let reason = match error {
            XlsError::Password => Unreadable::Password,
            _ => Unreadable::Corrupt,
        };
        Self::Unreadable(reason, error.to_string())
    }
}

/// A sheet by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetName {
    pub(crate) name: String,
    /// True where people do not see it.
    pub(crate) hidden: bool,
}

/// Takes what a workbook holds, in order.
pub(crate) trait Sink {
    /// What the file is.
    fn format(&mut self, format: Format) -> io::Result<()>;
    /// A sheet begins; behind it come the further ones.
    fn sheet(&mut self, sheet: &SheetName, further: &[SheetName]) -> io::Result<()>;
    /// A member of an archive begins.
    fn member(&mut self, name: &str) -> io::Result<()>;
    /// Its next bytes.
    fn data(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// A member cannot be read, or not beyond the bytes that were handed over.
    fn passed(&mut self, name: &str, reason: Unreadable, detail: &str) -> io::Result<()>;
    /// A row of a sheet with at least one filled cell.
    fn row(&mut self, row: &RawRow) -> io::Result<()>;
}

/// The sheets in their order, those that nobody sees behind those that people do.
pub(crate) struct Sheets(VecDeque<SheetName>);

impl Sheets {
    pub(crate) fn new(sheets: &[SheetName], limits: &Limits) -> Self {
        let of = |hidden: bool| sheets.iter().filter(move |sheet| sheet.hidden == hidden);
        Self(of(false).chain(of(true)).take(limits.sheets).cloned().collect())
    }

    fn of(sheets: &[Sheet], limits: &Limits) -> Self {
        let named = |sheet: &Sheet| SheetName {
            name: sheet.name.clone(),
            hidden: sheet.visible != SheetVisible::Visible,
        };
        let sheets: Vec<SheetName> = sheets.iter().map(named).collect();
        Self::new(&sheets, limits)
    }

    /// Tells the sink of the next sheet; false where there is none.
    pub(crate) fn begin(&mut self, sink: &mut impl Sink) -> io::Result<bool> {
        let Some(sheet) = self.0.pop_front() else {
            return Ok(false);
        };
        sink.sheet(&sheet, self.0.make_contiguous())?;
        Ok(true)
    }

    fn next_name(&self) -> Option<String> {
        self.0.front().map(|sheet| sheet.name.clone())
    }
}

/// Reads a workbook and hands its sheets and rows to the sink.
pub(crate) fn read_workbook(
    input: impl Read,
    limits: &Limits,
    sink: &mut impl Sink,
) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    input
        .take(limits.workbook_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::Unreadable(Unreadable::Corrupt, error.to_string()))?;
    if bytes.len() as u64 > limits.workbook_bytes {
        return Err(Stop::Unreadable(Unreadable::TooLarge, bytes.len().to_string()));
    }
    if !bytes.starts_with(b"PK") {
        return read_xls(&bytes, limits, sink);
    }
    let (archive, package) = open_package(&bytes, limits)?;
    match package {
        Package::Xlsx => {
            sink.format(Format::Xlsx)?;
            read_xlsx(&bytes, limits, sink)
        }
        Package::Ods => {
            sink.format(Format::Ods)?;
            ods::read_ods(archive, limits, sink)
        }
        Package::Files => {
            sink.format(Format::Zip)?;
            archive::read_files(archive, bytes.len() as u64, limits, sink)
        }
        Package::Foreign(foreign) => {
            Err(Stop::Unreadable(Unreadable::Foreign, foreign.name().to_owned()))
        }
    }
}

fn read_xlsx(bytes: &[u8], limits: &Limits, sink: &mut impl Sink) -> Result<(), Stop> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let mut row = RawRow::default();
    let mut sheets = Sheets::of(book.sheets_metadata(), limits);
    while let Some(name) = sheets.next_name() {
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(XlsxError::NotAWorksheet(_)) => {
                sheets.0.pop_front();
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        sheets.begin(sink)?;
        row.reset(0);
        while let Some(cell) = cells.next_cell()? {
            let (line, column) = cell.get_position();
            let number = u64::from(line) + 1;
            if number != row.number {
                flush(&row, sink)?;
                in_order(number > row.number)?;
                row.reset(number);
            }
            in_order(column as usize >= row.len())?;
            if !place(&mut row, column as usize, limits) {
                continue;
            }
            match cell.get_value() {
                DataRef::String(text) => row.append(text),
                DataRef::SharedString(text) => row.append(text),
                other => row.append(&cell_text(&Data::from(other.clone()))),
            }
            row.end_cell();
        }
        flush(&row, sink)?;
    }
    Ok(())
}

/// Rows and cells stand in their order, each once; a sheet that says otherwise is read as far as
/// it is whole, since what overlaps would be lost.
fn in_order(is_so: bool) -> Result<(), Stop> {
    if is_so {
        return Ok(());
    }
    let cause = "rows or cells out of order".to_owned();
    Err(Stop::Unreadable(Unreadable::Corrupt, cause))
}

fn read_xls(bytes: &[u8], limits: &Limits, sink: &mut impl Sink) -> Result<(), Stop> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes))
        .map_err(|error| foreign_container(bytes).unwrap_or_else(|| error.into()))?;
    let mut row = RawRow::default();
    let mut sheets = Sheets::of(book.sheets_metadata(), limits);
    while let Some(name) = sheets.next_name() {
        let range = book.worksheet_range(&name)?;
        sheets.begin(sink)?;
        let (first, left) = range.start().unwrap_or_default();
        for (offset, cells) in range.rows().enumerate() {
            row.reset(u64::from(first) + offset as u64 + 1);
            for (column, cell) in cells.iter().enumerate() {
                if *cell == Data::Empty || !place(&mut row, left as usize + column, limits) {
                    continue;
                }
                row.push(&cell_text(cell));
            }
            flush(&row, sink)?;
        }
    }
    Ok(())
}

/// What a container of Excel 97 holds that is no workbook: one of later Excel behind a password, a
/// text, slides, a letter, told by the names of its streams.
fn foreign_container(bytes: &[u8]) -> Option<Stop> {
    const STREAMS: [(&str, &str); 4] = [
        ("WordDocument", "DOC"),
        ("PowerPoint Document", "PPT"),
        ("VisioDocument", "VSD"),
        ("__properties_version1.0", "MSG"),
    ];
    let holds = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &name).is_some()
    };
    if holds("EncryptedPackage") {
        return Some(Stop::Unreadable(Unreadable::Password, String::new()));
    }
    let (_, name) = STREAMS.iter().find(|(stream, _)| holds(stream))?;
    Some(Stop::Unreadable(Unreadable::Foreign, (*name).to_owned()))
}

/// Fills up to the column with empty cells; false where the cell has no place.
pub(crate) fn place(row: &mut RawRow, column: usize, limits: &Limits) -> bool {
    if column >= limits.columns {
        row.trouble.too_wide = true;
        return false;
    }
    // Behind a cell that had no place.
    if column < row.len() {
        return false;
    }
    while row.len() < column {
        row.end_cell();
    }
    true
}

pub(crate) fn flush(row: &RawRow, sink: &mut impl Sink) -> io::Result<()> {
    if row.is_blank() { Ok(()) } else { sink.row(row) }
}

/// A cell as text: days as `YYYY-MM-DD`, numbers plain, errors as the sheet shows them.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(moment) => moment_text(moment),
        Data::Error(error) => error.to_string(),
    }
}

/// The shortest plain decimal that is the number; fifteen digits, as the sheet itself keeps. What
/// has more is written as the sheet shows it, `9.11501047914498E+17`: its last digits are lost, and
/// zeros in their place would pass for digits of a code.
pub(crate) fn number_text(number: f64) -> String {
    if number.abs() >= 1e15 && number.is_finite() {
        return format!("{number:.14E}").replace('E', "E+");
    }
    let plain = number.to_string();
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if plain.contains('.') && digits > 15 {
        // 0.1 + 0.2 is 0.30000000000000004 in the file and 0.3 on the screen.
        let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
        return rounded.to_string();
    }
    plain
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if moment.is_duration() || moment.as_f64() < 1.0 {
        // A number of days or hours that only looks like a date.
        number_text(moment.as_f64())
    } else if hour == 0 && minute == 0 && second == 0 {
        date
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn cells_read_as_the_sheet_shows_them() {
        let day = |value: f64, is_1904: bool| {
            moment_text(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904))
        };
        assert_eq!(day(46086.0, false), "2026-03-05");
        assert_eq!(day(46086.5, false), "2026-03-05 12:00:00");
        assert_eq!(day(44624.0, true), "2026-03-05");
        assert_eq!(number_text(0.2), "0.2");
        assert_eq!(number_text(20_160_629.0), "20160629");
        assert_eq!(number_text(0.1 + 0.2), "0.3");
        assert_eq!(number_text(9.131_010_479_144_98e17), "9.13101047914498E+17");
        assert_eq!(number_text(9e15), "9.00000000000000E+15");
        assert_eq!(number_text(150_100_000_012_345.0), "150100000012345");
    }
}

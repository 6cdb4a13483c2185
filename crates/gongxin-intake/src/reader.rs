//! One reader for all formats: what the file is, then row by row.

use std::io::{self, Read};

use encoding_rs::Encoding;
use gongxin_model::Finding;

use crate::archive::Files;
use crate::child::{Broken, ChildCommand, ChildRows, Heard};
use crate::decode::{Decoded, Source};
use crate::delimited::Delimited;
use crate::format::Format;
use crate::header::Spellings;
use crate::json::{JsonRows, Lie};
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::row::RawRow;
use crate::rules;
use crate::sniff::{self, Foreign, Kind, Layout};
use crate::workbook::{SheetName, Unreadable};
use crate::wrapped::Around;
use crate::xml::XmlRows;

/// A file that is being read.
#[derive(Debug)]
pub(crate) enum Reader {
    Delimited(Box<Delimited>),
    Json(Box<JsonRows>),
    Xml(Box<XmlRows>),
    Files(Box<Files>),
    Workbook { rows: Box<ChildRows>, format: Format, bytes: u64 },
}

/// What opening a file takes beside its bytes.
#[derive(Debug, Clone)]
pub(crate) struct With {
    pub(crate) mapping: Mapping,
    pub(crate) child: Option<ChildCommand>,
    pub(crate) spellings: Spellings,
    /// True for a member of an archive, which is no archive again.
    pub(crate) is_member: bool,
}

/// A part of a file: a sheet of a workbook, a member of an archive, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartName {
    pub(crate) member: Option<String>,
    pub(crate) sheet: Option<String>,
    /// True for a sheet that people do not see.
    pub(crate) hidden: bool,
}

impl std::fmt::Display for PartName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> =
            [&self.member, &self.sheet].into_iter().flatten().map(String::as_str).collect();
        f.write_str(&names.join(" / "))
    }
}

/// What comes next in a file.
#[derive(Debug)]
pub(crate) enum Next {
    Row,
    /// A part begins.
    Part(PartName),
    /// A part ends; what follows was not looked at yet.
    PartEnd,
    /// Something is to be said of the part that is being read.
    Said(Finding),
    /// A part cannot be read, or not to its end; what follows can.
    Passed(Finding),
    End,
    /// Nothing more can be read, for a reason that has a finding.
    Failed(Finding),
}

impl Reader {
    /// Finds out what the file is.
    pub(crate) fn open(mut source: Source, with: &With, limits: &Limits) -> Result<Self, Finding> {
        let head =
            read_head(&mut source, limits.sniff_bytes).map_err(|error| broken_source(&error))?;
        let mark = Encoding::for_bom(&head).map_or(0, |(_, mark)| mark);
        let is_nothing = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
        if head.iter().skip(mark).all(is_nothing) && head.len() < limits.sniff_bytes {
            return Err(Finding::new(rules::FILE_EMPTY));
        }
        match sniff::kind(&head) {
            Kind::Text => Self::open_text(source, &head, with, limits),
            Kind::Xml => Self::open_xml(source, &head, with, limits),
            Kind::Xlsx => Self::open_workbook(source, head, Format::Xlsx, with, limits),
            Kind::Xls => Self::open_workbook(source, head, Format::Xls, with, limits),
            Kind::Other(foreign) => Err(not_read(foreign)),
        }
    }

    fn open_text(
        source: Source,
        head: &[u8],
        with: &With,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let whole = head.len() < limits.sniff_bytes;
        let mapping = &with.mapping;
        let encoding = mapped_encoding(mapping)?;
        let (decoded, text) = decode(source, head, encoding, limits)?;
        let fixed = mapping.json_rows.as_deref();
        if mapping.delimiter.is_none()
            && let Some(around) = Around::find(&text, fixed, &with.spellings)
        {
            let lie = Lie::Wrapped(Box::new(around));
            return Ok(Self::Json(Box::new(JsonRows::new(decoded, text, lie))));
        }
        Ok(match sniff::layout(&text, mapping.delimiter, whole) {
            Layout::Delimited(shape) => {
                Self::Delimited(Box::new(Delimited::new(decoded, text, shape)))
            }
            Layout::JsonLines => Self::Json(Box::new(JsonRows::new(decoded, text, Lie::Lines))),
            Layout::JsonObjects => Self::Json(Box::new(JsonRows::new(decoded, text, Lie::Array))),
        })
    }

    fn open_xml(
        source: Source,
        head: &[u8],
        with: &With,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let encoding = mapped_encoding(&with.mapping)?.or_else(|| sniff::stated_encoding(head));
        let (decoded, text) = decode(source, head, encoding, limits)?;
        let fixed = with.mapping.xml_row.as_deref();
        let rows = XmlRows::new(decoded, text, fixed, &with.spellings, limits)?;
        Ok(Self::Xml(Box::new(rows)))
    }

    fn open_workbook(
        source: Source,
        head: Vec<u8>,
        format: Format,
        with: &With,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let workbook = io::Cursor::new(head).chain(source);
        let (rows, bytes) = match &with.child {
            Some(command) => {
                let (rows, bytes) = ChildRows::start(command, workbook, limits);
                (rows.map_err(|broken| failure(&broken, limits))?, bytes)
            }
            None => {
                let mut counted = Counted { inner: workbook, bytes: 0 };
                (ChildRows::here(&mut counted, limits), counted.bytes)
            }
        };
        if rows.format != Some(Format::Zip) {
            return Ok(Self::Workbook { rows: Box::new(rows), format, bytes });
        }
        if with.is_member {
            return Err(not_read(Foreign::Archive("ZIP")));
        }
        Ok(Self::Files(Box::new(Files::new(rows, bytes, with))))
    }

    /// Reads what comes next; a row is written to `row`.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> Next {
        let (more, over) = match self {
            Self::Delimited(rows) => (rows.next(row, limits), rows.decoded.over),
            Self::Json(rows) => {
                if let Some(finding) = rows.said(false) {
                    return Next::Said(finding);
                }
                (rows.next(row, limits), rows.decoded.over)
            }
            Self::Xml(rows) => match rows.next(row, limits) {
                Err(finding) if !rows.decoded().over => return Next::Failed(finding),
                more => (Ok(more.unwrap_or(false)), rows.decoded().over),
            },
            Self::Files(files) => return files.next(row, limits),
            Self::Workbook { rows, .. } => {
                return match rows.next(row) {
                    Heard::Row => Next::Row,
                    Heard::Sheet(SheetName { name, hidden }) => {
                        Next::Part(PartName { member: None, sheet: Some(name), hidden })
                    }
                    Heard::End => Next::End,
                    Heard::Failed(broken) => Next::Failed(failure(&broken, limits)),
                    Heard::Member(_) | Heard::Data | Heard::Passed(..) => Next::Failed(failure(
                        &Broken::Gone("files in a workbook".to_owned()),
                        limits,
                    )),
                };
            }
        };
        match more {
            Err(error) => Next::Failed(broken_source(&error)),
            Ok(true) => Next::Row,
            Ok(false) if over => Next::Failed(
                Finding::new(rules::FILE_TOO_LARGE).with("limit", limits.text_bytes.to_string()),
            ),
            Ok(false) => self.end(),
        }
    }

    /// The end of a text, and what is to be said of it.
    fn end(&mut self) -> Next {
        let Self::Json(rows) = self else {
            return Next::End;
        };
        if let Some(finding) = rows.said(true) {
            return Next::Said(finding);
        }
        match rows.is_cut() {
            Some(after) => {
                Next::Failed(Finding::new(rules::JSON_CUT).with("after", after.to_string()))
            }
            None => Next::End,
        }
    }

    /// The names of a workbook's sheets behind the one that begins.
    pub(crate) fn further_sheets(&self) -> Vec<String> {
        match self {
            Self::Workbook { rows, .. } => {
                rows.further.iter().map(|one| one.name.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// True where the file has sheets or members.
    pub(crate) fn has_parts(&self) -> bool {
        matches!(self, Self::Workbook { .. } | Self::Files(_))
    }

    /// True where findings must name the part: there are, or may be, several.
    pub(crate) fn is_several(&self) -> bool {
        self.is_archive() || !self.further_sheets().is_empty()
    }

    /// True for files packed into one.
    pub(crate) fn is_archive(&self) -> bool {
        matches!(self, Self::Files(_))
    }

    /// Where keys name the columns: those so far, and whether there are more than the limit.
    pub(crate) fn keys(&self) -> Option<(&[String], bool)> {
        match self {
            Self::Json(rows) => Some((rows.keys(), rows.keys_over)),
            Self::Xml(rows) => Some((rows.keys(), rows.keys_over)),
            Self::Files(files) => files.current()?.keys(),
            _ => None,
        }
    }

    /// The format found.
    pub(crate) fn format(&self) -> Format {
        match self {
            Self::Delimited(rows) if rows.shape.delimiter == b'\t' => Format::Tsv,
            Self::Delimited(_) => Format::Csv,
            Self::Json(rows) if rows.is_lines() => Format::Jsonl,
            Self::Json(_) => Format::Json,
            Self::Xml(_) => Format::Xml,
            Self::Files(_) => Format::Zip,
            Self::Workbook { rows, format, .. } => rows.format.unwrap_or(*format),
        }
    }

    /// The encoding found; none for a workbook, which states its own, and for an archive.
    pub(crate) fn encoding(&self) -> Option<&'static str> {
        match self {
            Self::Delimited(rows) => Some(rows.decoded.encoding()),
            Self::Json(rows) => Some(rows.decoded.encoding()),
            Self::Xml(rows) => Some(rows.decoded().encoding()),
            Self::Workbook { .. } | Self::Files(_) => None,
        }
    }

    /// The delimiter found.
    pub(crate) fn delimiter(&self) -> Option<char> {
        match self {
            Self::Delimited(rows) => Some(char::from(rows.shape.delimiter)),
            _ => None,
        }
    }

    /// Bytes read so far.
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Delimited(rows) => rows.decoded.bytes,
            Self::Json(rows) => rows.decoded.bytes,
            Self::Xml(rows) => rows.decoded().bytes,
            Self::Files(files) => files.bytes,
            Self::Workbook { bytes, .. } => *bytes,
        }
    }
}

struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }
}

/// The encoding that the mapping names.
fn mapped_encoding(mapping: &Mapping) -> Result<Option<&'static Encoding>, Finding> {
    let Some(label) = &mapping.encoding else {
        return Ok(None);
    };
    let unknown = || Finding::new(rules::ENCODING_UNKNOWN).with("encoding", label.clone());
    Encoding::for_label(label.as_bytes()).ok_or_else(unknown).map(Some)
}

/// Begins to decode a text.
fn decode(
    source: Source,
    head: &[u8],
    encoding: Option<&'static Encoding>,
    limits: &Limits,
) -> Result<(Decoded, String), Finding> {
    let whole = head.len() < limits.sniff_bytes;
    let mut decoded = Decoded::new(source, head, limits.sniff_bytes, limits.text_bytes, encoding);
    let mut text = String::new();
    decoded.fill(&mut text).map_err(|error| broken_source(&error))?;
    if whole {
        // The rest of a short file is only its end.
        decoded.fill(&mut text).map_err(|error| broken_source(&error))?;
    }
    Ok((decoded, text))
}

fn read_head(source: &mut Source, length: usize) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    source.take(length as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn broken_source(error: &io::Error) -> Finding {
    Finding::new(rules::SOURCE_BROKEN).with("cause", error.to_string())
}

/// What the file really is, whatever its name says, and what makes it readable.
fn not_read(foreign: Foreign) -> Finding {
    let rule = match foreign {
        Foreign::Table(_) => rules::FORMAT_TABLE,
        Foreign::Archive(_) => rules::FORMAT_ARCHIVE,
        Foreign::Document(_) => rules::FORMAT_UNKNOWN,
    };
    Finding::new(rule).with("format", foreign.name())
}

/// What a child that could not go on comes to.
pub(crate) fn failure(broken: &Broken, limits: &Limits) -> Finding {
    match broken {
        Broken::Unreadable(Unreadable::Foreign, name) => match Foreign::from_name(name) {
            Some(foreign) => not_read(foreign),
            None => Finding::new(rules::WORKBOOK_CORRUPT).with("cause", name.clone()),
        },
        Broken::Unreadable(Unreadable::Password, _) => Finding::new(rules::WORKBOOK_PASSWORD),
        Broken::Unreadable(Unreadable::Corrupt, cause) => {
            Finding::new(rules::WORKBOOK_CORRUPT).with("cause", cause.clone())
        }
        Broken::Unreadable(Unreadable::Unpacked, bytes) => Finding::new(rules::WORKBOOK_UNPACKED)
            .with("bytes", bytes.clone())
            .with("ratio", limits.unpacked_ratio.to_string())
            .with("limit", limits.unpacked_bytes.to_string()),
        Broken::Unreadable(Unreadable::Repeated, _) => {
            Finding::new(rules::WORKBOOK_REPEATED).with("limit", limits.repeated_rows.to_string())
        }
        Broken::Unreadable(Unreadable::Members, count) => Finding::new(rules::ARCHIVE_MEMBERS)
            .with("count", count.clone())
            .with("limit", limits.members.to_string()),
        Broken::Unreadable(Unreadable::TooLarge, _) => {
            Finding::new(rules::FILE_TOO_LARGE).with("limit", limits.workbook_bytes.to_string())
        }
        Broken::Memory => {
            Finding::new(rules::WORKBOOK_MEMORY).with("limit", limits.child_memory_kib.to_string())
        }
        Broken::Time => {
            Finding::new(rules::WORKBOOK_TIME).with("limit", limits.child_seconds.to_string())
        }
        Broken::Gone(cause) => Finding::new(rules::WORKBOOK_LOST).with("cause", cause.clone()),
    }
}

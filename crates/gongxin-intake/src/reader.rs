//! One reader for all formats: what the file is, then row by row.

use std::io::{self, Read};

use encoding_rs::Encoding;
use gongxin_model::Finding;

use crate::child::{Broken, ChildCommand, ChildRows, Heard};
use crate::decode::{Decoded, Source};
use crate::delimited::Delimited;
use crate::json::JsonRows;
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::row::RawRow;
use crate::rules;
use crate::sniff::{self, Foreign, Format, Kind, Layout};
use crate::workbook::Unreadable;

/// A file that is being read.
#[derive(Debug)]
pub(crate) enum Reader {
    Delimited(Box<Delimited>),
    Json(Box<JsonRows>),
    Workbook { rows: Box<ChildRows>, format: Format, bytes: u64 },
}

/// What comes next in a file.
#[derive(Debug)]
pub(crate) enum Next {
    Row,
    Sheet(String),
    End,
    /// Nothing more can be read, for a reason that has a finding.
    Failed(Finding),
}

impl Reader {
    /// Finds out what the file is.
    pub(crate) fn open(
        mut source: Source,
        mapping: &Mapping,
        child: Option<&ChildCommand>,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let head =
            read_head(&mut source, limits.sniff_bytes).map_err(|error| broken_source(&error))?;
        let mark = Encoding::for_bom(&head).map_or(0, |(_, mark)| mark);
        let is_nothing = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
        if head.iter().skip(mark).all(is_nothing) && head.len() < limits.sniff_bytes {
            return Err(Finding::new(rules::FILE_EMPTY));
        }
        match sniff::kind(&head) {
            Kind::Text => Self::open_text(source, &head, mapping, limits),
            Kind::Xlsx => Self::open_workbook(source, head, Format::Xlsx, child, limits),
            Kind::Xls => Self::open_workbook(source, head, Format::Xls, child, limits),
            Kind::Other(foreign) => Err(not_read(foreign)),
        }
    }

    fn open_text(
        source: Source,
        head: &[u8],
        mapping: &Mapping,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let encoding = match &mapping.encoding {
            Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                Finding::new(rules::ENCODING_UNKNOWN).with("encoding", label.clone())
            })?),
            None => None,
        };
        let whole = head.len() < limits.sniff_bytes;
        let mut decoded =
            Decoded::new(source, head, limits.sniff_bytes, limits.text_bytes, encoding);
        let mut text = String::new();
        decoded.fill(&mut text).map_err(|error| broken_source(&error))?;
        if whole {
            // The rest of a short file is only its end.
            decoded.fill(&mut text).map_err(|error| broken_source(&error))?;
        }
        Ok(match sniff::layout(&text, mapping.delimiter, whole) {
            Layout::Delimited(shape) => {
                Self::Delimited(Box::new(Delimited::new(decoded, text, shape)))
            }
            Layout::JsonLines => Self::Json(Box::new(JsonRows::new(decoded, text, true))),
            Layout::JsonObjects => Self::Json(Box::new(JsonRows::new(decoded, text, false))),
        })
    }

    fn open_workbook(
        source: Source,
        head: Vec<u8>,
        format: Format,
        child: Option<&ChildCommand>,
        limits: &Limits,
    ) -> Result<Self, Finding> {
        let workbook = io::Cursor::new(head).chain(source);
        let Some(command) = child else {
            let mut counted = Counted { inner: workbook, bytes: 0 };
            let rows = Box::new(ChildRows::here(&mut counted, limits));
            return Ok(Self::Workbook { rows, format, bytes: counted.bytes });
        };
        let (rows, bytes) = ChildRows::start(command, workbook, limits);
        match rows {
            Ok(rows) => Ok(Self::Workbook { rows: Box::new(rows), format, bytes }),
            Err(broken) => Err(finding(&broken, limits)),
        }
    }

    /// Reads what comes next; a row is written to `row`.
    pub(crate) fn next(&mut self, row: &mut RawRow, limits: &Limits) -> Next {
        let (more, over) = match self {
            Self::Delimited(rows) => (rows.next(row, limits), rows.decoded.over),
            Self::Json(rows) => (rows.next(row, limits), rows.decoded.over),
            Self::Workbook { rows, .. } => {
                return match rows.next(row) {
                    Heard::Row => Next::Row,
                    Heard::Sheet(name) => Next::Sheet(name),
                    Heard::End => Next::End,
                    Heard::Failed(broken) => Next::Failed(finding(&broken, limits)),
                };
            }
        };
        match more {
            Err(error) => Next::Failed(broken_source(&error)),
            Ok(true) => Next::Row,
            Ok(false) if over => Next::Failed(
                Finding::new(rules::FILE_TOO_LARGE).with("limit", limits.text_bytes.to_string()),
            ),
            Ok(false) => Next::End,
        }
    }

    /// The names of a workbook's sheets behind the one that begins.
    pub(crate) fn further_sheets(&self) -> &[String] {
        match self {
            Self::Workbook { rows, .. } => &rows.further,
            _ => &[],
        }
    }

    /// The format found.
    pub(crate) fn format(&self) -> Format {
        match self {
            Self::Delimited(rows) if rows.shape.delimiter == b'\t' => Format::Tsv,
            Self::Delimited(_) => Format::Csv,
            Self::Json(rows) if rows.is_lines() => Format::Jsonl,
            Self::Json(_) => Format::Json,
            Self::Workbook { format, .. } => *format,
        }
    }

    /// The encoding found; none for a workbook, which states its own.
    pub(crate) fn encoding(&self) -> Option<&'static str> {
        match self {
            Self::Delimited(rows) => Some(rows.decoded.encoding()),
            Self::Json(rows) => Some(rows.decoded.encoding()),
            Self::Workbook { .. } => None,
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

fn finding(broken: &Broken, limits: &Limits) -> Finding {
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

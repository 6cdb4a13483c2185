//! Papers that come with a case, to their text: letters, statements, decisions.
//!
//! What is kept of a paper is what it says. Its pictures are not read and nothing else of the file goes
//! any further, so that no scan of an identity document can come to rest, and nobody who deals with a
//! case opens a file that somebody made for them. The reading itself runs in a child process with limits,
//! as that of workbooks does: see [`crate::child`].

use std::io::{self, BufReader, Cursor, Read, Write};
use std::panic::AssertUnwindSafe;

use encoding_rs::UTF_8;
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use zip::ZipArchive;

use crate::child::{self, Broken, ChildCommand};
use crate::limits::Limits;
use crate::markup::{Markup, Token};
use crate::sniff;

/// What kind of file a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaperFormat {
    /// DOCX: Word 2007 and later, WPS.
    Word,
    /// ODT, the Open Document Format.
    OpenDocument,
    /// PDF.
    Pdf,
    /// Plain text.
    Text,
}

/// What a paper says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperText {
    /// What kind of file it is.
    pub format: PaperFormat,
    /// Its text, page behind page, without what nobody sees.
    pub text: String,
    /// Its pages, where the file has any.
    pub pages: usize,
    /// The numbers of those that hold no text, but pictures at most.
    pub blank: Vec<usize>,
}

/// Why a paper cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "why", content = "value")]
pub enum PaperTrouble {
    /// It has no bytes.
    #[error("the paper is empty")]
    Empty,
    /// It has more bytes than are read.
    #[error("the paper has more than {0} bytes")]
    TooLarge(u64),
    /// It is another kind of file.
    #[error("the paper is none of DOCX, ODT, PDF and plain text")]
    Foreign,
    /// A password is needed to read it.
    #[error("the paper is protected by a password")]
    Protected,
    /// It holds pictures at most.
    #[error("the paper holds no text")]
    NoText,
    /// It has more pages than are read.
    #[error("the paper has more than {0} pages")]
    Pages(usize),
    /// It says more than is kept, in characters.
    #[error("the paper has more than {0} characters")]
    Long(usize),
    /// Its bytes do not fit together, or need more memory or time than they are given.
    #[error("the paper cannot be read")]
    Corrupt,
}

/// Reads a paper; in this process where there is no command, for tests.
///
/// # Errors
/// Why it cannot be taken. No part of it is told.
pub fn read_paper(
    bytes: &[u8],
    command: Option<&ChildCommand>,
    limits: &Limits,
) -> Result<PaperText, PaperTrouble> {
    let answer = match command {
        None => {
            let mut answer = Vec::new();
            // Writing to memory does not fail.
            let _ = serve_paper(bytes, &mut answer, limits);
            answer
        }
        // The answer is its text in JSON, whose escapes take six bytes at most.
        Some(command) => {
            let most = limits.paper_characters.saturating_mul(6).saturating_add(64 << 10);
            let limits = Limits { child_seconds: limits.paper_seconds, ..limits.clone() };
            child::ask(command, bytes, (&limits, most)).map_err(|broken| match broken {
                Broken::Unreadable(..) | Broken::Memory | Broken::Time | Broken::Gone(_) => {
                    PaperTrouble::Corrupt
                }
            })?
        }
    };
    serde_json::from_slice(&answer).unwrap_or(Err(PaperTrouble::Corrupt))
}

/// The child's side: reads a paper whole and writes what it says.
///
/// # Errors
/// Says that the parent no longer listens. A paper that cannot be read is no error: it is answered.
pub fn serve_paper(input: impl Read, mut output: impl Write, limits: &Limits) -> io::Result<()> {
    let mut bytes = Vec::new();
    input.take(limits.paper_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    // The libraries that read them are not all proof against bytes that nobody meant well.
    let read = AssertUnwindSafe(|| text_of(&bytes, limits));
    let read = std::panic::catch_unwind(read).unwrap_or(Err(PaperTrouble::Corrupt));
    serde_json::to_writer(&mut output, &read)?;
    output.flush()
}

fn text_of(bytes: &[u8], limits: &Limits) -> Result<PaperText, PaperTrouble> {
    if bytes.is_empty() {
        return Err(PaperTrouble::Empty);
    }
    if bytes.len() as u64 > limits.paper_bytes {
        return Err(PaperTrouble::TooLarge(limits.paper_bytes));
    }
    let (format, pages) = match sniff::kind(bytes) {
        sniff::Kind::Xlsx => packed(bytes, limits)?,
        sniff::Kind::Text => (PaperFormat::Text, vec![plain(bytes)?]),
        sniff::Kind::Other(other) if other.name() == "PDF" => {
            (PaperFormat::Pdf, pdf(bytes, limits)?)
        }
        _ => return Err(PaperTrouble::Foreign),
    };
    let pages: Vec<String> = pages.iter().map(|page| seen(page)).collect();
    let is_blank = |page: &String| !page.chars().any(char::is_alphanumeric);
    let blank: Vec<usize> =
        (1..).zip(&pages).filter(|(_, page)| is_blank(page)).map(|(number, _)| number).collect();
    if blank.len() == pages.len() {
        return Err(PaperTrouble::NoText);
    }
    let text = pages.iter().filter(|page| !is_blank(page)).map(String::as_str);
    let text = text.collect::<Vec<_>>().join("\n\n");
    if text.chars().count() > limits.paper_characters {
        return Err(PaperTrouble::Long(limits.paper_characters));
    }
    let counted = if format == PaperFormat::Pdf { pages.len() } else { 0 };
    Ok(PaperText { format, text, pages: counted, blank })
}

fn plain(bytes: &[u8]) -> Result<String, PaperTrouble> {
    let (encoding, mark) = sniff::encoding(bytes).unwrap_or((UTF_8, 0));
    let text = bytes.get(mark..).unwrap_or_default();
    let (text, is_damaged) = encoding.decode_without_bom_handling(text);
    if is_damaged || text.contains('\0') { Err(PaperTrouble::Foreign) } else { Ok(text.into()) }
}

fn pdf(bytes: &[u8], limits: &Limits) -> Result<Vec<String>, PaperTrouble> {
    let document = Document::load_mem(bytes).map_err(|error| match error {
        pdf_extract::Error::Decryption(_) | pdf_extract::Error::InvalidPassword => {
            PaperTrouble::Protected
        }
        _ => PaperTrouble::Corrupt,
    })?;
    if document.trailer.has(b"Encrypt") {
        return Err(PaperTrouble::Protected);
    }
    let pages = document.get_pages();
    if pages.len() > limits.paper_pages {
        return Err(PaperTrouble::Pages(limits.paper_pages));
    }
    // A page whose text cannot be told from its glyphs says as little as a picture.
    Ok(pages.keys().map(|number| page_of(&document, *number).unwrap_or_default()).collect())
}

fn page_of(document: &Document, number: u32) -> Option<String> {
    let mut text = String::new();
    let mut output = PlainTextOutput::new(&mut text);
    // Fonts that nobody meant well end a page, not the paper.
    let read = AssertUnwindSafe(|| output_doc_page(document, &mut output, number));
    let read = std::panic::catch_unwind(read);
    read.ok()?.ok()?;
    Some(text)
}

/// The parts of a packed paper that hold text, in the order in which they are read.
const WORD: [&str; 3] = ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml"];
const OPEN_DOCUMENT: &str = "content.xml";

fn packed(bytes: &[u8], limits: &Limits) -> Result<(PaperFormat, Vec<String>), PaperTrouble> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PaperTrouble::Corrupt)?;
    let has = |archive: &ZipArchive<_>, name: &str| archive.index_for_name(name).is_some();
    if has(&archive, WORD[0]) {
        let mut text = String::new();
        for name in WORD {
            if has(&archive, name) {
                text.push_str(&part(&mut archive, name, limits, word)?);
            }
        }
        return Ok((PaperFormat::Word, vec![text]));
    }
    let is_open = has(&archive, OPEN_DOCUMENT) && has(&archive, "META-INF/manifest.xml");
    if !is_open {
        return Err(PaperTrouble::Foreign);
    }
    let text = part(&mut archive, OPEN_DOCUMENT, limits, open_document)?;
    Ok((PaperFormat::OpenDocument, vec![text]))
}

/// What an element of a packed paper does to its text.
enum Mark {
    /// Its content is no text that somebody sees.
    Skip,
    /// The text in it is the paper's.
    Inside,
    /// It stands for a character.
    Stands(&'static str),
    /// A line ends with it.
    Line,
    /// Something else follows in the same line.
    Cell,
    /// A line of cells ends with it.
    Row,
    /// Nothing.
    Other,
}

fn word(name: &str) -> Mark {
    match name {
        "t" => Mark::Inside,
        "tab" => Mark::Stands("\t"),
        "br" | "cr" => Mark::Stands("\n"),
        "noBreakHyphen" => Mark::Stands("-"),
        "p" => Mark::Line,
        "tc" => Mark::Cell,
        "tr" => Mark::Row,
        // A drawing is written twice, once for older programs.
        "Fallback" | "del" | "moveFrom" | "tabs" => Mark::Skip,
        _ => Mark::Other,
    }
}

fn open_document(name: &str) -> Mark {
    match name {
        "text" => Mark::Inside,
        "tab" => Mark::Stands("\t"),
        "line-break" => Mark::Stands("\n"),
        "s" => Mark::Stands(" "),
        "p" | "h" => Mark::Line,
        "table-cell" => Mark::Cell,
        "table-row" => Mark::Row,
        "annotation" | "tracked-changes" | "automatic-styles" | "font-face-decls" => Mark::Skip,
        _ => Mark::Other,
    }
}

fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
    mark: fn(&str) -> Mark,
) -> Result<String, PaperTrouble> {
    let corrupt = |_| PaperTrouble::Corrupt;
    let part = archive.by_name(name).map_err(corrupt)?;
    if part.encrypted() {
        return Err(PaperTrouble::Protected);
    }
    let source = BufReader::new(part.take(limits.paper_unpacked_bytes));
    let mut markup = Markup::new(source, limits.depth, limits.cell_bytes);
    let mut text = String::new();
    let mut open: Vec<Mark> = Vec::new();
    loop {
        let mut skips = false;
        match markup.next().map_err(|_| PaperTrouble::Corrupt)? {
            Token::Open(element) => {
                let mark = mark(element.local_name().as_ref());
                skips = matches!(mark, Mark::Skip);
                if let Mark::Stands(character) = mark {
                    text.push_str(character);
                }
                if !skips {
                    open.push(mark);
                }
            }
            Token::Close => match open.pop() {
                Some(Mark::Line) => text.push('\n'),
                Some(Mark::Cell) => ends_with(&mut text, '\t'),
                Some(Mark::Row) => ends_with(&mut text, '\n'),
                _ => {}
            },
            Token::Text(said) => {
                if open.iter().any(|mark| matches!(mark, Mark::Inside)) {
                    text.push_str(&said);
                }
            }
            Token::Nothing => {}
            Token::End => return Ok(text),
        }
        if skips {
            markup.skip().map_err(|_| PaperTrouble::Corrupt)?;
        }
        // What follows would only be too long as well.
        if text.len() > limits.paper_characters.saturating_mul(8) {
            return Err(PaperTrouble::Long(limits.paper_characters));
        }
    }
}

/// Ends what was said last otherwise than it ended.
fn ends_with(text: &mut String, end: char) {
    if text.ends_with(['\n', '\t']) {
        text.pop();
    }
    text.push(end);
}

/// The text as people see it: without characters that nobody sees, which could part a number so that
/// it reads like none; lines without blanks at their ends; one blank line at most.
fn seen(text: &str) -> String {
    let is_unseen = |one: char| {
        matches!(one, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}')
            || (one.is_control() && !matches!(one, '\n' | '\t'))
    };
    let text =
        text.replace("\r\n", "\n").replace(['\r', '\u{B}', '\u{C}', '\u{2028}', '\u{2029}'], "\n");
    // Fonts name an ideograph by the radical that looks alike, and two letters by what they are set as.
    let is_set = |one: char| matches!(one, '\u{2E80}'..='\u{2FDF}' | '\u{FB00}'..='\u{FB06}');
    let mut said = String::with_capacity(text.len());
    for one in text.chars().filter(|one| !is_unseen(*one)) {
        match is_set(one) {
            true => said.extend(std::iter::once(one).nfkc()),
            false => said.push(one),
        }
    }
    let text = said;
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

//! What a file is, found by its content: format, encoding, delimiter.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

use crate::delimited::{Shape, split_line};
use crate::row::RawRow;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Cells between delimiters, one row a line.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One JSON object a line.
    Jsonl,
    /// One JSON array of objects.
    Json,
    /// A workbook of Excel 2007 and later.
    Xlsx,
    /// A workbook of Excel 97 to 2003.
    Xls,
}

impl Format {
    /// The name as it stands in a receipt.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
        }
    }
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Xlsx,
    Xls,
    /// Something else, with the name it is known by.
    Other(&'static str),
}

/// Tells text from workbooks and from what is not read at all.
pub(crate) fn kind(head: &[u8]) -> Kind {
    const SIGNATURES: &[(&[u8], Kind)] = &[
        (b"PK\x03\x04", Kind::Xlsx),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Xls),
        (b"\x09\x08", Kind::Xls),
        (b"PK\x05\x06", Kind::Other("zip")),
        (b"%PDF", Kind::Other("pdf")),
        (b"\x1F\x8B", Kind::Other("gzip")),
        (b"Rar!", Kind::Other("rar")),
        (b"7z\xBC\xAF", Kind::Other("7z")),
        (b"\x89PNG", Kind::Other("png")),
        (b"\xFF\xD8\xFF", Kind::Other("jpeg")),
        (b"{\\rtf", Kind::Other("rtf")),
        (b"SQLite format 3", Kind::Other("sqlite")),
    ];
    if let Some((_, kind)) = SIGNATURES.iter().find(|(bytes, _)| head.starts_with(bytes)) {
        return *kind;
    }
    let start: String = head
        .iter()
        .filter(|byte| byte.is_ascii() && !byte.is_ascii_whitespace() && **byte != 0)
        .take(200)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    for (mark, name) in
        [("<html", "html"), ("<!doctypehtml", "html"), ("<table", "html"), ("<meta", "html")]
    {
        if start.starts_with(mark) {
            return Kind::Other(name);
        }
    }
    if start.starts_with("<?xml") || start.starts_with("<workbook") {
        return Kind::Other("xml");
    }
    Kind::Text
}

/// An encoding and the bytes of its byte order mark.
pub(crate) type Found = (&'static Encoding, usize);

/// The encoding of text; None while everything seen is ASCII, which fits them all.
pub(crate) fn encoding(head: &[u8]) -> Option<Found> {
    if let Some((encoding, mark)) = Encoding::for_bom(head) {
        return Some((encoding, mark));
    }
    if let Some(encoding) = wide(head) {
        return Some((encoding, 0));
    }
    if head.is_ascii() {
        return None;
    }
    let utf8 = damage(head, UTF_8);
    if utf8 == 0 {
        return Some((UTF_8, 0));
    }
    let chinese = damage(head, GB18030);
    Some(if chinese < utf8 { (GB18030, 0) } else { (UTF_8, 0) })
}

/// UTF-16 without a byte order mark: delimiters, digits and line ends leave a zero beside them,
/// always on the same side.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let zeros =
        |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let all = even + odd;
    if all * 50 < head.len() || all < 2 {
        return None;
    }
    if odd * 10 >= all * 9 {
        Some(UTF_16LE)
    } else if even * 10 >= all * 9 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// How many places of the bytes the encoding cannot explain. A character that the end cuts does
/// not count.
fn damage(bytes: &[u8], encoding: &'static Encoding) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(bytes.len() * 2 + 16);
    let mut rest = bytes;
    let mut count = 0;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut out, false);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            encoding_rs::DecoderResult::InputEmpty => {
                // Private-use characters are how GB18030 reads bytes that nobody assigned.
                let strange = out.chars().filter(|c| matches!(c, '\u{e000}'..='\u{f8ff}')).count();
                return count + strange;
            }
            encoding_rs::DecoderResult::OutputFull => out.reserve(rest.len() * 2 + 16),
            encoding_rs::DecoderResult::Malformed(_, _) => count += 1,
        }
    }
}

/// What the beginning of a decoded text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Delimited cells.
    Delimited(Shape),
    /// One object a line.
    JsonLines,
    /// Objects inside one array, or one after the other over several lines.
    JsonObjects,
}

/// The layout of decoded text from its beginning.
pub(crate) fn layout(head: &str, delimiter: Option<u8>, whole: bool) -> Layout {
    let text = head.trim_start_matches(crate::row::is_blank_character);
    if delimiter.is_none() {
        if text.starts_with('{') {
            let line = text.lines().next().unwrap_or_default();
            let one = serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
            let cut = !whole && line.len() == text.len();
            let broken = text.lines().nth(1).is_some_and(|next| next.trim_start().starts_with('{'));
            return if one || cut || broken { Layout::JsonLines } else { Layout::JsonObjects };
        }
        let mut start = text.chars().filter(|character| !character.is_whitespace());
        if start.next() == Some('[') && matches!(start.next(), Some('{' | ']') | None) {
            return Layout::JsonObjects;
        }
    }
    let lone_returns = !head.contains('\n') && head.contains('\r');
    let delimiter = delimiter.unwrap_or_else(|| find_delimiter(text, lone_returns));
    Layout::Delimited(Shape { delimiter, lone_returns })
}

/// The delimiter under which most lines have the same number of cells, and more than one.
fn find_delimiter(text: &str, lone_returns: bool) -> u8 {
    const CANDIDATES: &[u8] = b",\t;|";
    const LINES: usize = 100;
    if let Some(line) = text.lines().next()
        && let Some([delimiter]) = line.strip_prefix("sep=").map(str::as_bytes)
    {
        return *delimiter;
    }
    let score = |delimiter: u8| {
        let shape = Shape { delimiter, lone_returns };
        let mut widths = std::collections::BTreeMap::<usize, usize>::new();
        let (mut row, mut place, mut lines) = (RawRow::default(), 0, 0);
        while lines < LINES
            && let Some(next) = split_line(text, place, shape, &mut row)
        {
            if !row.is_blank() {
                *widths.entry(row.len()).or_default() += 1;
                lines += 1;
            }
            place = next;
        }
        let best = widths
            .iter()
            .filter(|(width, _)| **width > 1)
            .max_by_key(|(width, count)| (**count, **width));
        best.map_or((0, 0), |(width, count)| (count * 100 / lines.max(1), *width))
    };
    let mut best = (b',', (0, 0));
    for delimiter in CANDIDATES {
        let (share, width) = score(*delimiter);
        let (share_so_far, width_so_far) = best.1;
        // A clearly more regular delimiter wins; among equals the one that cuts finer.
        let better =
            share > share_so_far + 10 || (share + 10 >= share_so_far && width > width_so_far);
        if share > 0 && better {
            best = (*delimiter, (share, width));
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found_by_content() {
        let text = "企业名称,统一社会信用代码\r\n北方牧业有限公司,91150000720180740Y\r\n";
        let utf16 = |big: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let gbk = GB18030.encode(text).0.into_owned();
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let cases: &[(&str, Vec<u8>, Option<Found>)] = &[
            ("utf-8", text.as_bytes().to_vec(), Some((UTF_8, 0))),
            ("utf-8 with mark", marked, Some((UTF_8, 3))),
            ("gbk", gbk.clone(), Some((GB18030, 0))),
            ("gbk cut in a character", gbk[..gbk.len() - 61].to_vec(), Some((GB18030, 0))),
            ("utf-16 little", utf16(false), Some((UTF_16LE, 0))),
            ("utf-16 big", utf16(true), Some((UTF_16BE, 0))),
            ("ascii", b"XK_WSH,XK_NR\n".to_vec(), None),
            ("utf-8 with one bad byte", [text.as_bytes(), b"\xFF,x\n"].concat(), Some((UTF_8, 0))),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(encoding(bytes), *expected, "{name}");
        }
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_evenly() {
        let cases = [
            ("a,b,c\n1,2,3\n", b','),
            ("a\tb\n1,5\t2,5\n", b'\t'),
            ("a;b;c\n1,5;2;3\n4;5,5;6\n", b';'),
            ("a|b\nx|y\n", b'|'),
            ("名称\n北方\n", b','),
            ("sep=;\na;b\n", b';'),
            ("名称,内容\n甲,\"一;二;三\"\n乙,\"四;五;六\"\n", b','),
        ];
        for (text, expected) in cases {
            assert_eq!(find_delimiter(text, false), expected, "{text}");
        }
    }

    #[test]
    fn json_is_told_from_text() {
        assert_eq!(layout("{\"a\":1}\n{\"a\":2}\n", None, true), Layout::JsonLines);
        assert_eq!(layout("{\n \"a\": 1\n}\n", None, true), Layout::JsonObjects);
        assert_eq!(layout(" [\n {\"a\": 1}]", None, true), Layout::JsonObjects);
        assert!(matches!(layout("[1],x\n", None, true), Layout::Delimited(_)));
    }

    #[test]
    fn what_is_not_read_has_a_name() {
        assert_eq!(kind(b"%PDF-1.7"), Kind::Other("pdf"));
        assert_eq!(kind(b"  <html><table>"), Kind::Other("html"));
        assert_eq!(kind("企业名称".as_bytes()), Kind::Text);
    }
}

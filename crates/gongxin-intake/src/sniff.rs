//! What a file is, found by its content: format, encoding, delimiter.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::delimited::{SEPARATORS, Shape, split_line};
use crate::row::RawRow;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Xml,
    /// A workbook of Excel 2007 and later, or whatever else is packed in the same way.
    Xlsx,
    Xls,
    /// Something that is not read.
    Other(Foreign),
}

/// What a file is that is not read, by the name people know it by. What helps differs: a table in
/// another form is saved anew, an archive is unpacked, the rest is exported again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    /// A table that a spreadsheet program opens and can save as a workbook.
    Table(&'static str),
    /// Files packed into one.
    Archive(&'static str),
    /// No table at all.
    Document(&'static str),
}

impl Foreign {
    const ALL: [Self; 25] = [
        Self::Table("HTML"),
        Self::Table("MHTML"),
        Self::Table("XML Spreadsheet 2003"),
        Self::Table("XLSB"),
        Self::Table("SYLK"),
        Self::Table("Excel 2–4"),
        Self::Archive("ZIP"),
        Self::Archive("GZIP"),
        Self::Archive("RAR"),
        Self::Archive("7z"),
        Self::Archive("TAR"),
        Self::Document("PDF"),
        Self::Document("PNG"),
        Self::Document("JPEG"),
        Self::Document("RTF"),
        Self::Document("SQLite"),
        Self::Document("DOC"),
        Self::Document("PPT"),
        Self::Document("VSD"),
        Self::Document("MSG"),
        Self::Document("DOCX"),
        Self::Document("PPTX"),
        Self::Document("ODT"),
        Self::Document("ODF"),
        Self::Document("UTF-32"),
    ];

    /// The name, which is the same in every language.
    pub(crate) fn name(self) -> &'static str {
        let (Self::Table(name) | Self::Archive(name) | Self::Document(name)) = self;
        name
    }

    /// What goes by the name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Tells text from workbooks and from what is not read at all.
pub(crate) fn kind(head: &[u8]) -> Kind {
    use Foreign::{Archive, Document, Table};
    const SIGNATURES: &[(&[u8], Kind)] = &[
        (b"PK\x03\x04", Kind::Xlsx),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Xls),
        (b"\x09\x08", Kind::Xls),
        (b"PK\x05\x06", Kind::Xlsx),
        (b"\x1F\x8B", Kind::Other(Archive("GZIP"))),
        (b"Rar!", Kind::Other(Archive("RAR"))),
        (b"7z\xBC\xAF", Kind::Other(Archive("7z"))),
        (b"%PDF", Kind::Other(Document("PDF"))),
        (b"\x89PNG", Kind::Other(Document("PNG"))),
        (b"\xFF\xD8\xFF", Kind::Other(Document("JPEG"))),
        (b"{\\rtf", Kind::Other(Document("RTF"))),
        (b"SQLite format 3", Kind::Other(Document("SQLite"))),
        (b"ID;P", Kind::Other(Table("SYLK"))),
        (b"\x09\0\x04\0", Kind::Other(Table("Excel 2–4"))),
        (b"\x09\x02\x06\0", Kind::Other(Table("Excel 2–4"))),
        (b"\x09\x04\x06\0", Kind::Other(Table("Excel 2–4"))),
        (b"\xFF\xFE\0\0", Kind::Other(Document("UTF-32"))),
        (b"\0\0\xFE\xFF", Kind::Other(Document("UTF-32"))),
    ];
    if let Some((_, kind)) = SIGNATURES.iter().find(|(bytes, _)| head.starts_with(bytes)) {
        return *kind;
    }
    const TAR: usize = 257;
    if head.get(TAR..TAR + 5) == Some(b"ustar") {
        return Kind::Other(Archive("TAR"));
    }
    if is_four_wide(head) {
        return Kind::Other(Document("UTF-32"));
    }
    const LOOKED_AT: usize = 1000;
    let start: String = head
        .iter()
        .filter(|byte| byte.is_ascii() && !byte.is_ascii_whitespace() && **byte != 0)
        .take(LOOKED_AT)
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    marked_up(&start)
}

/// True for UTF-32 without a byte order mark: of each four bytes the first, or the last, is always
/// zero, and one beside it nearly always.
fn is_four_wide(head: &[u8]) -> bool {
    const LEAST: usize = 4;
    let (quads, _) = head.as_chunks::<4>();
    quads.len() >= LEAST
        && (quads.iter().all(|[one, other, ..]| *one == 0 && *other <= 0x10)
            || quads.iter().all(|[.., one, other]| *other == 0 && *one <= 0x10))
        && quads.iter().any(|quad| quad.iter().any(|byte| *byte > 0x10))
}

/// What a text is that begins with a tag or with the head of a letter: systems write web pages
/// and call them `.xls`.
fn marked_up(start: &str) -> Kind {
    const PAGE: &[&str] = &[
        "<html",
        "<!doctypehtml",
        "<head",
        "<meta",
        "<body",
        "<table",
        "<div",
        "<style",
        "<script",
        "<center",
        "<!--",
        "<title",
        "<form",
        "<br",
        "<p>",
        "<span",
        "<font",
    ];
    let table = |name| Kind::Other(Foreign::Table(name));
    if start.starts_with("mime-version:") {
        return table("MHTML");
    }
    if PAGE.iter().any(|tag| start.starts_with(tag)) {
        return table("HTML");
    }
    let ends_tag = || start.contains("</") || start.contains("/>");
    let is_name = start.chars().nth(1).is_some_and(|second| !second.is_ascii_digit());
    let is_element = start.starts_with('<') && is_name && ends_tag();
    if !is_element && !start.starts_with("<?xml") {
        return Kind::Text;
    }
    if start.contains("<html") {
        table("HTML")
    } else if start.contains("office:spreadsheet") || start.contains("excel.sheet") {
        table("XML Spreadsheet 2003")
    } else {
        Kind::Xml
    }
}

/// The encoding that an XML text states, where its bytes do not show it: between UTF-8 and the
/// Chinese encodings, and where there is a byte order mark, bytes are the better witness.
pub(crate) fn stated_encoding(head: &[u8]) -> Option<&'static Encoding> {
    const DECLARATION: usize = 200;
    let head = head.get(..DECLARATION).unwrap_or(head);
    let end = memchr::memmem::find(head, b"?>")?;
    let start: String = head.get(..end)?.iter().map(|byte| char::from(*byte)).collect();
    let label = start.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = label.split(['"', '\'']).nth(1)?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    let shown = [UTF_8, GB18030, encoding_rs::GBK, UTF_16LE, UTF_16BE];
    (!shown.contains(&encoding)).then_some(encoding)
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
    if utf8 == 0 || begins_as_utf8(head) {
        return Some((UTF_8, 0));
    }
    let chinese = damage(head, GB18030);
    Some(if chinese < utf8 { (GB18030, 0) } else { (UTF_8, 0) })
}

/// True where so many characters in a row are UTF-8 that they cannot be anything else, whatever
/// was pasted behind them.
fn begins_as_utf8(head: &[u8]) -> bool {
    const CERTAIN: usize = 8;
    let valid = head.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    valid.chars().filter(|character| !character.is_ascii()).nth(CERTAIN).is_some()
}

/// True for a text that was read as GB18030 and whose bytes are UTF-8 all through.
pub(crate) fn is_misread(text: &str) -> bool {
    const CERTAIN: usize = 3;
    // What was written in GB18030 hardly ever reads as UTF-8 beyond its first characters: nearly
    // every text is told by the first two, most others by some more.
    const FEW: [usize; 2] = [1, 8];
    let mut beyond = text.char_indices().filter(|(_, character)| !character.is_ascii());
    let Some((first, _)) = beyond.next() else {
        return false;
    };
    for few in FEW {
        let until = beyond.clone().nth(few).map_or(text.len(), |(place, _)| place);
        let start = text.get(first..until).unwrap_or_default();
        if !start.contains('€') {
            let bytes = GB18030.encode(start).0;
            if std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_some()) {
                return false;
            }
        }
    }
    // A lone byte 80 is read as the euro sign, which has another code of its own.
    let parts: Vec<_> = text.split('€').map(|part| GB18030.encode(part).0).collect();
    let bytes = parts.join(&0x80);
    std::str::from_utf8(&bytes)
        .is_ok_and(|text| text.chars().filter(|character| !character.is_ascii()).count() > CERTAIN)
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
        if start.next() == Some('[') {
            if matches!(start.next(), Some('{' | '[' | ']') | None) {
                return Layout::JsonObjects;
            }
            // Cells in brackets are no table: without their names nobody knows what they are.
            let line = text.lines().next().unwrap_or_default();
            if serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok() {
                return Layout::JsonLines;
            }
        }
    }
    let separators = !head.contains(['\n', '\r']) && head.contains(SEPARATORS);
    let broken = separators.then(|| text.replace(SEPARATORS, "\n"));
    let text = broken.as_deref().unwrap_or(text);
    let lone_returns = !text.contains('\n') && text.contains('\r');
    let delimiter = delimiter.unwrap_or_else(|| find_delimiter(text, lone_returns));
    let lone_returns = lone_returns || returns_cut_better(text, delimiter);
    Layout::Delimited(Shape { delimiter, lone_returns, separators })
}

/// True where lines are clearly more even if lone returns end them too: of files put together from
/// several.
fn returns_cut_better(text: &str, delimiter: u8) -> bool {
    const CLEARLY: usize = 10;
    text.as_bytes().windows(2).any(|pair| matches!(pair, [b'\r', next] if *next != b'\n')) && {
        let share = |lone_returns| evenness(text, delimiter, lone_returns).0;
        share(true) > share(false) + CLEARLY
    }
}

/// The delimiter under which most lines have the same number of cells, and more than one.
fn find_delimiter(text: &str, lone_returns: bool) -> u8 {
    const CANDIDATES: &[u8] = b",\t;|";
    if let Some(line) = text.lines().next()
        && let Some([delimiter]) = line.strip_prefix("sep=").map(str::as_bytes)
    {
        return *delimiter;
    }
    let mut best = (b',', (0, 0));
    for delimiter in CANDIDATES {
        let (share, width) = evenness(text, *delimiter, lone_returns);
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

/// How many lines of a hundred have the same number of cells, and that number; of more than one.
fn evenness(text: &str, delimiter: u8, lone_returns: bool) -> (usize, usize) {
    const LINES: usize = 100;
    let shape = Shape { delimiter, lone_returns, separators: false };
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
            ("utf-8, then gbk", [text.as_bytes(), &gbk, &gbk, &gbk].concat(), Some((UTF_8, 0))),
            ("gbk, then utf-8", [&gbk, text.as_bytes()].concat(), Some((GB18030, 0))),
            ("utf-8 with one bad byte", [text.as_bytes(), b"\xFF,x\n"].concat(), Some((UTF_8, 0))),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(encoding(bytes), *expected, "{name}");
        }
    }

    #[test]
    fn utf_8_among_gbk_is_found_out() {
        for text in ["北方牧业", "内蒙古自治区市场监督管理局,91150000720180740Y"] {
            let (misread, _, broken) = GB18030.decode(text.as_bytes());
            assert!(broken || is_misread(&misread), "{text}");
            assert!(!is_misread(text), "{text}");
        }
        assert!(!is_misread("91150000720180740Y"));
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
        assert_eq!(layout("[[\"a\"],[\"b\"]]", None, true), Layout::JsonObjects);
        assert_eq!(layout("[\"a\"]\n[\"b\"]\n", None, true), Layout::JsonLines);
        assert!(matches!(layout("[1],x\n", None, true), Layout::Delimited(_)));
    }

    #[test]
    fn xml_is_told_from_text_and_pages() {
        for text in ["<?xml version=\"1.0\"?><rows/>", "<数据><行/></数据>", "<!DOCTYPE a><a></a>"]
        {
            assert_eq!(kind(text.as_bytes()), Kind::Xml, "{text}");
        }
        for text in ["<5,a</b>\n", "<甲,乙\n"] {
            assert_eq!(kind(text.as_bytes()), Kind::Text, "{text}");
        }
        let stated = |label: &str| {
            let head = format!("<?xml version=\"1.0\" encoding = '{label}'?><a/>");
            stated_encoding(head.as_bytes()).map(Encoding::name)
        };
        assert_eq!(stated("big5"), Some("Big5"));
        assert_eq!([stated("GB2312"), stated("utf-8"), stated("x"), stated("UTF-16")], [None; 4]);
    }

    #[test]
    fn what_is_not_read_has_a_name() {
        let utf16 = |text: &str| -> Vec<u8> {
            [0xfeff_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        let cases: &[(&[u8], Option<&str>)] = &[
            (b"%PDF-1.7", Some("PDF")),
            (b"\x1F\x8B\x08", Some("GZIP")),
            (&tar, Some("TAR")),
            (b"  <html><table>", Some("HTML")),
            (b"\xEF\xBB\xBF\r\n<TABLE border=1>", Some("HTML")),
            (&utf16("<html><head>"), Some("HTML")),
            (b"<?xml version=\"1.0\"?>\n<html xmlns=\"x\">", Some("HTML")),
            (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", Some("MHTML")),
            (
                b"<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook>",
                Some("XML Spreadsheet 2003"),
            ),
            (b"\xFF\xFE\0\0a\0\0\0", Some("UTF-32")),
            (b"a\0\0\0,\0\0\0b\0\0\0\n\0\0\0", Some("UTF-32")),
            (b"\0\0\x4F\x01\0\0\0,\0\0\0b\0\0\0\n", Some("UTF-32")),
            (b"a\0,\0b\0\n\0a\0,\0b\0\n\0", None),
            ("企业名称".as_bytes(), None),
            (b"<5,a\n", None),
        ];
        for (bytes, name) in cases {
            let expected =
                name.map_or(Kind::Text, |name| Kind::Other(Foreign::from_name(name).unwrap()));
            assert_eq!(kind(bytes), expected, "{name:?}");
        }
    }
}

//! Workbooks of Excel 97 and before: records in a stream, and the container around it.

const SECTOR: usize = 512;
const FREE: u32 = 0xFFFF_FFFF;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FAT: u32 = 0xFFFF_FFFD;
/// Shorter streams would lie in a stream of small sectors.
const SHORTEST_STREAM: usize = 4096;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
const SHARED_TEXTS: u16 = 0x00FC;
const SHARED_CELL: u16 = 0x00FD;
const TEXT_CELL: u16 = 0x0204;
const NUMBER: u16 = 0x0203;
const DATE_1904: u16 = 0x0022;
const EXTENDED_FORMAT: u16 = 0x00E0;
const FILE_PASS: u16 = 0x002F;

/// True for bytes that are a file by themselves.
pub(crate) fn is_file(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xD0\xCF\x11\xE0")
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

/// A text with its count of characters, as UTF-16.
fn text(words: &str, counted_by: usize) -> Vec<u8> {
    let units: Vec<u16> = words.encode_utf16().collect();
    let count = units.len().to_le_bytes();
    let mut bytes = count.get(..counted_by).unwrap_or_default().to_vec();
    bytes.push(1);
    bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn begin(version: u16, kind: u16) -> Vec<u8> {
    record(BOF, &[version.to_le_bytes(), kind.to_le_bytes(), [0; 2], [0; 2]].concat())
}

/// A cell of the first formats of the version.
fn cell(row: u16, column: u16, format: u16, data: &[u8]) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), format.to_le_bytes()].concat();
    [place.as_slice(), data].concat()
}

/// What a workbook is to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Book<'a> {
    pub(crate) texts: &'a [&'a str],
    /// Row, column, and the place of its text.
    pub(crate) cells: &'a [(u16, u16, u32)],
    /// A cell with a day, by its number.
    pub(crate) day: Option<(u16, u16, f64)>,
    pub(crate) is_1904: bool,
    pub(crate) is_hidden: bool,
    pub(crate) is_encrypted: bool,
}

/// A header, a row.
pub(crate) const BOOK: Book<'_> = Book {
    texts: &["企业名称", "统一社会信用代码", "成立日期", "北方牧业有限公司", "91150000720180740Y"],
    cells: &[(0, 0, 0), (0, 1, 1), (0, 2, 2), (1, 0, 3), (1, 1, 4)],
    day: Some((1, 2, 46086.0)),
    is_1904: false,
    is_hidden: false,
    is_encrypted: false,
};

/// The stream of a workbook of Excel 97.
pub(crate) fn stream(book: Book<'_>) -> Vec<u8> {
    let mut head = begin(0x0600, 0x0005);
    if book.is_encrypted {
        head.extend(record(FILE_PASS, &[1, 0, 1, 0, 1, 0]));
    }
    head.extend(record(DATE_1904, &[u8::from(book.is_1904), 0]));
    for number_format in [0_u16, 14] {
        let mut format = vec![0; 20];
        format.splice(2..4, number_format.to_le_bytes());
        head.extend(record(EXTENDED_FORMAT, &format));
    }
    let count = u32::try_from(book.texts.len()).unwrap_or_default().to_le_bytes();
    let texts: Vec<u8> = book.texts.iter().flat_map(|one| text(one, 2)).collect();
    let shared = record(SHARED_TEXTS, &[&count, &count, texts.as_slice()].concat());
    let named = |place: usize| {
        let place = u32::try_from(place).unwrap_or_default().to_le_bytes();
        let state = [u8::from(book.is_hidden), 0];
        record(BOUND_SHEET, &[&place, state.as_slice(), &text("甲", 1)].concat())
    };
    let end = record(EOF, &[]);
    let place = head.len() + named(0).len() + shared.len() + end.len();
    let mut sheet = begin(0x0600, 0x0010);
    for (row, column, text) in book.cells {
        sheet.extend(record(SHARED_CELL, &cell(*row, *column, 0, &text.to_le_bytes())));
    }
    if let Some((row, column, number)) = book.day {
        sheet.extend(record(NUMBER, &cell(row, column, 1, &number.to_le_bytes())));
    }
    [head, named(place), shared, end.clone(), sheet, end].concat()
}

/// The stream of a sheet of Excel 2 to 5, whose texts stand in their cells.
pub(crate) fn old_stream(version: u16) -> Vec<u8> {
    let (bof, length) = match version {
        2 => (0x0009, 4),
        3 => (0x0209, 6),
        4 => (0x0409, 6),
        _ => (BOF, 8),
    };
    let label = |row: u16, column: u16, words: &str| {
        let words = super::chinese(words);
        let count = u16::try_from(words.len()).unwrap_or_default().to_le_bytes();
        record(TEXT_CELL, &cell(row, column, 0, &[&count, words.as_slice()].concat()))
    };
    let kind = [(version << 8).to_le_bytes(), 0x10_u16.to_le_bytes(), [0; 2], [0; 2]].concat();
    [
        record(bof, kind.get(..length).unwrap_or_default()),
        label(0, 0, "企业名称"),
        label(0, 1, "统一社会信用代码"),
        label(1, 0, "北方牧业有限公司"),
        label(1, 1, "91150000720180740Y"),
        record(EOF, &[]),
    ]
    .concat()
}

/// A container with the workbook's stream.
pub(crate) fn container(stream: &[u8]) -> Vec<u8> {
    container_of("Workbook", stream)
}

/// A container with one stream: header, allocation table, directory, stream.
pub(crate) fn container_of(name: &str, stream: &[u8]) -> Vec<u8> {
    let length = stream.len().max(SHORTEST_STREAM);
    let sectors = length.div_ceil(SECTOR);
    let tables = (sectors + 1).div_ceil(SECTOR / 4 - 1);
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(24, 0);
    let small = |value: u16| value.to_le_bytes();
    let large = |value: usize| u32::try_from(value).unwrap_or(FREE).to_le_bytes();
    for value in [0x3E, 3, 0xFFFE, 9, 6] {
        file.extend(small(value));
    }
    file.resize(44, 0);
    file.extend(large(tables));
    file.extend(large(tables));
    file.resize(56, 0);
    file.extend(large(SHORTEST_STREAM));
    for value in [END_OF_CHAIN, 0, END_OF_CHAIN, 0] {
        file.extend(value.to_le_bytes());
    }
    for table in 0..109 {
        file.extend(if table < tables { large(table) } else { FREE.to_le_bytes() });
    }
    let mut table: Vec<u32> = vec![FAT; tables];
    table.push(END_OF_CHAIN);
    let first = tables + 1;
    for sector in 1..sectors {
        table.push(u32::try_from(first + sector).unwrap_or(FREE));
    }
    table.push(END_OF_CHAIN);
    table.resize(tables * SECTOR / 4, FREE);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    file.extend(entry("Root Entry", 5, 1, END_OF_CHAIN.to_le_bytes(), [0; 4]));
    file.extend(entry(name, 2, FREE, large(first), large(length)));
    file.resize(SECTOR * (1 + tables + 1), 0);
    file.extend(stream);
    file.resize(SECTOR * (1 + tables + 1 + sectors), 0);
    file
}

/// An entry of the directory.
fn entry(name: &str, kind: u8, child: u32, first: [u8; 4], length: [u8; 4]) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let counted = u16::try_from(bytes.len() + 2).unwrap_or_default();
    bytes.resize(64, 0);
    bytes.extend(counted.to_le_bytes());
    bytes.extend([kind, 1]);
    for link in [FREE, FREE, child] {
        bytes.extend(link.to_le_bytes());
    }
    bytes.resize(116, 0);
    bytes.extend(first);
    bytes.extend(length);
    bytes.resize(128, 0);
    bytes
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let book = stream(BOOK);
    vec![
        book.clone(),
        stream(Book { is_1904: true, is_hidden: true, ..BOOK }),
        container(&book),
        old_stream(5),
        old_stream(2),
    ]
}

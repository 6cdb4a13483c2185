//! Files that nobody meant well, and files that came to harm: in the manner of the corpora that
//! readers of workbooks are tested with, every one of them made here.

use crate::seeds::biff::{self, BOOK, Book};
use crate::seeds::package::{self, REGISTRATIONS, ROWS, content, packed, sheet, table};
use crate::seeds::{chinese, utf16};

/// One file.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// What is wrong with it, as the beginning of a file's name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The rule that must be found; none where it must be read whole.
    pub rule: Option<&'static str>,
    /// The rows that must come out of it at least.
    pub rows: usize,
}

fn one(name: &str, bytes: Vec<u8>, rule: &'static str, rows: usize) -> Hostile {
    let rule = (!rule.is_empty()).then_some(rule);
    Hostile { name: name.to_owned(), bytes, rule, rows }
}

/// All of them, as registrations.
#[must_use]
pub fn all() -> Vec<Hostile> {
    let workbooks = [large_sheets(), strange_sheets(), strange_workbooks(), old_workbooks()];
    [texts(), marked_up(), packages(), workbooks.concat(), open_documents(), cut()].concat()
}

/// The rows of [`REGISTRATIONS`] so many times over, and the header.
fn many(times: usize) -> String {
    let (header, rows) = REGISTRATIONS.split_once('\n').unwrap_or_default();
    format!("{header}\n{}", rows.repeat(times))
}

fn texts() -> Vec<Hostile> {
    let with = |from: &str, to: &str| REGISTRATIONS.replace(from, to).into_bytes();
    let (header, rows) = REGISTRATIONS.split_once('\n').unwrap_or_default();
    let wide = |is_big: bool| -> Vec<u8> {
        let bytes = |one: char| u32::from(one);
        let units = REGISTRATIONS.chars().map(bytes);
        units
            .flat_map(|unit| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() })
            .collect()
    };
    vec![
        one("nothing", Vec::new(), "intake.file-empty", 0),
        one("zeros", vec![0; 5000], "intake.file-empty", 0),
        one("zeros-beyond-the-beginning", vec![0; 200 << 10], "intake.header-unknown", 0),
        one("nul-in-cells", with("牧业", "牧\0业"), "", 2),
        one("lone-returns", with("\n", "\r"), "", 2),
        one("lone-returns-midway", format!("{}{}", many(500), rows.repeat(500).replace('\n', "\r")).into_bytes(), "", 2000),
        one("a-header-with-a-lone-return", with("日期\n", "日期\r"), "", 2),
        one("unicode-line-ends", with("\n", "\u{2028}"), "", 2),
        one("mainframe-line-ends", with("\n", "\u{85}"), "", 2),
        one("unbalanced-quotes", format!("{header}\n\"{rows}").into_bytes(), "intake.quote-broken", 2),
        one("a-quote-over-many-lines", format!("{header}\n\"{}", rows.repeat(300)).into_bytes(), "intake.quote-broken", 600),
        one("quotes-inside", with("牧业", "\"牧\"业"), "", 2),
        one("a-line-of-ten-megabytes", format!("{REGISTRATIONS}{}\n", "x".repeat(10 << 20)).into_bytes(), "intake.row-too-long", 3),
        one("ten-megabytes-of-commas", format!("{REGISTRATIONS}{}\n", ",".repeat(10 << 20)).into_bytes(), "", 2),
        one("encodings-by-line", [many(3).into_bytes(), chinese(rows)].concat(), "intake.row-undecodable", 8),
        one("encodings-by-line-other-way", [chinese(&many(3)), rows.as_bytes().to_vec()].concat(), "intake.row-undecodable", 8),
        one("utf-32", wide(false), "intake.format-unknown", 0),
        one("utf-32-other-way", wide(true), "intake.format-unknown", 0),
        one("utf-7", b"+T01OGlQNeQ-,+fd9OAA-\n+UxdlOXJnThpnCZZQUWxT+A-,9\n".to_vec(), "intake.header-unknown", 0),
        one("utf-16-that-ends-midway", { let mut bytes = utf16(REGISTRATIONS, false); bytes.pop(); bytes }, "", 2),
        one("headers-twice", format!("{header},企业名称,成立日期\n北方牧业有限公司,91150000720180740Y,2020-01-01,南方牧业有限公司,2021-01-01\n").into_bytes(), "intake.values-disagree", 1),
        one("wrapped-and-cut", "{\"data\":[{\"企业名称\":\"北方牧业有限公司\",\"统一社会信用代码\":\"91150000720180740Y\"}".as_bytes().to_vec(), "intake.json-cut", 1),
        one("deep-json", format!("[{{\"企业名称\":\"北方牧业有限公司\"}},{{\"a\":{}", "[".repeat(100_000)).into_bytes(), "intake.row-unreadable", 2),
        one("deep-json-outside", "{\"a\":".repeat(50_000).into_bytes(), "intake.json-shape", 0),
        one("one-key-a-record", (0..3000).map(|n| format!("{{\"企业名称\":\"北方牧业有限公司\",\"k{n}\":1}}\n")).collect::<String>().into_bytes(), "intake.keys-over", 3000),
    ]
}

fn marked_up() -> Vec<Hostile> {
    let record = "<r><企业名称>北方牧业有限公司</企业名称><统一社会信用代码>91150000720180740Y</统一社会信用代码></r>";
    let lol: String = (1..10).fold("<!ENTITY l0 \"lol\">".to_owned(), |all, n| {
        format!("{all}<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))
    });
    vec![
        one("a-billion-laughs", format!("<?xml version=\"1.0\"?><!DOCTYPE x [{lol}]><x>{record}<r><企业名称>&l9;</企业名称></r></x>").into_bytes(), "intake.xml-document-type", 0),
        one("a-file-from-elsewhere", format!("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><x>{record}<r><企业名称>&f;</企业名称></r></x>").into_bytes(), "intake.xml-document-type", 0),
        one("elements-in-one-another", format!("<x>{record}{}", "<a>".repeat(100_000)).into_bytes(), "intake.xml-depth", 0),
        one("a-tag-of-megabytes", format!("<x>{}<r a=\"{}\"/></x>", record.repeat(1000), "x".repeat(3 << 20)).into_bytes(), "intake.xml-token", 1000),
        one("attributes-by-the-thousand", format!("<x>{record}<r {}/></x>", (0..5000).map(|n| format!("a{n}=\"1\" ")).collect::<String>()).into_bytes(), "intake.keys-over", 2),
    ]
}

/// The same bytes with others of the same length in all places.
fn replaced(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    let places: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(old)))
        .collect();
    for at in places {
        for (byte, with) in bytes.iter_mut().skip(at).zip(new) {
            *byte = *with;
        }
    }
    bytes
}

/// A list of contents that names one member so many times, as of bombs without nesting.
fn overlapping(times: usize) -> Vec<u8> {
    let blanks = vec![b'\n'; 4 << 20];
    let plain = packed(&[("00000.csv", &blanks)]);
    let Some(at) = plain.windows(4).rposition(|four| four == b"PK\x01\x02") else {
        return plain;
    };
    let Some(end) = plain.windows(4).rposition(|four| four == b"PK\x05\x06") else {
        return plain;
    };
    let (local, rest) = plain.split_at(at);
    let listed = rest.get(..end - at).unwrap_or_default();
    let mut file = local.to_vec();
    for n in 0..times {
        file.extend(replaced(listed.to_vec(), b"00000.csv", format!("{n:05}.csv").as_bytes()));
    }
    let length = u32::try_from(file.len() - at).unwrap_or_default();
    let count = u16::try_from(times).unwrap_or_default().to_le_bytes();
    file.extend(b"PK\x05\x06\0\0\0\0");
    file.extend([count, count].concat());
    file.extend(length.to_le_bytes());
    file.extend(u32::try_from(at).unwrap_or_default().to_le_bytes());
    file.extend([0, 0]);
    file
}

fn packages() -> Vec<Hostile> {
    let blanks = vec![b'\n'; 64 << 20];
    let bomb = packed(&[("1.csv", &blanks)]);
    let lie = replaced(
        packed(&[("1.csv", blanks.get(..40 << 20).unwrap_or_default())]),
        &(40_u32 << 20).to_le_bytes(),
        &1000_u32.to_le_bytes(),
    );
    let sound = packed(&[("1.csv", REGISTRATIONS.as_bytes())]);
    let wrong_sum = {
        let mut bytes = sound.clone();
        if let Some(byte) = bytes.get_mut(60) {
            *byte ^= 0x55;
        }
        bytes
    };
    let names: Vec<String> = (0..2000).map(|n| format!("{n}.csv")).collect();
    let members: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), REGISTRATIONS.as_bytes())).collect();
    vec![
        one("a-bomb", bomb.clone(), "intake.workbook-unpacked", 0),
        one(
            "a-bomb-in-an-archive",
            packed(&[("1.csv", REGISTRATIONS.as_bytes()), ("2.zip", &bomb)]),
            "intake.workbook-unpacked",
            2,
        ),
        one("members-on-one-another", overlapping(500), "intake.workbook-unpacked", 0),
        one("a-size-that-lies", lie, "intake.member-corrupt", 0),
        one("a-sum-that-lies", wrong_sum, "intake.members-unread", 0),
        one("members-by-the-thousand", packed(&members), "intake.archive-members", 0),
        one(
            "names-that-lead-out",
            packed(&[("../../../etc/cron.d/x", REGISTRATIONS.as_bytes())]),
            "",
            2,
        ),
        one("an-empty-archive", packed(&[]), "intake.archive-empty", 0),
        one(
            "an-archive-with-something-before",
            [b"#!/bin/sh\n".to_vec(), sound].concat(),
            "intake.header-unknown",
            0,
        ),
    ]
}

fn book(rows: &str) -> Vec<u8> {
    package::xlsx(&[sheet(rows).as_bytes()])
}

/// A workbook whose sheet has something beside its rows.
fn book_with(before: &str, rows: &str, behind: &str) -> Vec<u8> {
    let sheet = sheet(rows)
        .replace("<sheetData>", &format!("{before}<sheetData>"))
        .replace("</sheetData>", &format!("</sheetData>{behind}"));
    package::xlsx(&[sheet.as_bytes()])
}

/// A workbook with something in its list of sheets.
fn book_listed(settings: &str, rows: &str) -> Vec<u8> {
    let list = format!(
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">{settings}<sheets><sheet name=\"甲\" sheetId=\"1\" r:id=\"rId1\"/></sheets><externalReferences><externalReference r:id=\"rId9\"/></externalReferences><pivotCaches><pivotCache cacheId=\"1\" r:id=\"rId8\"/></pivotCaches></workbook>"
    );
    package::xlsx(&[sheet(rows).as_bytes(), b"", b"", list.as_bytes()])
}

fn inline(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A row of a sheet.
fn row(number: usize, cells: &str) -> String {
    format!("<row r=\"{number}\">{cells}</row>")
}

/// The usual rows and a third.
fn third(cells: &str) -> String {
    ROWS.to_owned() + &row(3, cells)
}

/// Sheets that are large, or say so.
fn large_sheets() -> Vec<Hostile> {
    let empty_rows = |count: usize| -> String {
        (3..count).map(|n| format!("<row r=\"{n}\" ht=\"13\"/>")).collect()
    };
    let texts = |text: &str| {
        format!(
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><si><t>企业名称</t></si><si><t>统一社会信用代码</t></si><si><t>成立日期</t></si><si><t>{text}</t></si></sst>"
        )
    };
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>";
    vec![
        one(
            "a-size-of-everything",
            book_with("<dimension ref=\"A1:XFD1048576\"/>", ROWS, ""),
            "",
            1,
        ),
        one(
            "a-cell-at-the-far-end",
            book(&(ROWS.to_owned() + "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>")),
            "intake.no-organisation",
            2,
        ),
        one(
            "a-cell-beyond-the-far-end",
            book(&third("<c r=\"ZZZZZZ99999999\"><v>1</v></c>")),
            "",
            1,
        ),
        one("rows-that-are-empty", book(&(ROWS.to_owned() + &empty_rows(300_000))), "", 1),
        one(
            "columns-that-are-empty",
            book_with("<cols><col min=\"1\" max=\"16384\" width=\"9\"/></cols>", ROWS, ""),
            "",
            1,
        ),
        one(
            "a-text-of-megabytes",
            package::xlsx(&[sheet(ROWS).as_bytes(), texts(&"长".repeat(2 << 20)).as_bytes()]),
            "intake.row-too-long",
            1,
        ),
        one("merged-to-the-end", book_with("", ROWS, merged), "", 1),
    ]
}

/// Sheets whose cells are not as usual.
fn strange_sheets() -> Vec<Hostile> {
    let two_headers = row(1, &(inline("A1", "登记") + &inline("C1", "其他")))
        + &row(
            2,
            &(inline("A2", "企业名称")
                + &inline("B2", "统一社会信用代码")
                + &inline("C2", "成立日期")),
        )
        + &row(
            3,
            &(inline("A3", "北方牧业有限公司")
                + &inline("B3", "91150000720180740Y")
                + "<c r=\"C3\" s=\"1\"><v>46086</v></c>"),
        );
    vec![
        one(
            "texts-that-are-not-there",
            book(&third("<c r=\"A3\" t=\"s\"><v>99999</v></c>")),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "entities-in-a-sheet",
            book(&third(&inline("A3", "&lol;"))),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "a-document-type-in-a-sheet",
            package::xlsx(&[format!(
                "<!DOCTYPE x [<!ENTITY l \"{}\">]>{}",
                "l".repeat(1000),
                sheet(&third(&inline("A3", "&l;")))
            )
            .as_bytes()]),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "formulas-errors-truths",
            book(&third(
                "<c r=\"A3\" t=\"str\"><f>A2&amp;\"\"</f><v>南方牧业有限公司</v></c><c r=\"B3\" t=\"e\"><v>#REF!</v></c><c r=\"C3\" t=\"b\"><v>1</v></c>",
            )),
            "intake.cell-error",
            2,
        ),
        one(
            "rows-out-of-order",
            book(&(ROWS.to_owned() + &row(1, &inline("A1", "南方牧业有限公司")))),
            "intake.workbook-corrupt",
            1,
        ),
        one(
            "a-row-twice",
            book(&(ROWS.to_owned() + &row(2, &inline("A2", "南方牧业有限公司")))),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "cells-out-of-order",
            book(&third(&(inline("B3", "911599007201807401") + &inline("A3", "南方牧业有限公司")))),
            "intake.workbook-corrupt",
            1,
        ),
        one("a-header-of-two-rows", book(&two_headers), "", 1),
    ]
}

/// Workbooks whose parts are not as usual.
fn strange_workbooks() -> Vec<Hostile> {
    vec![
        one("links-and-pivots", book_listed("", ROWS), "", 1),
        one("days-since-1904", book_listed("<workbookPr date1904=\"1\"/>", ROWS), "", 1),
        one(
            "no-list-of-sheets",
            package::xlsx(&[b"", b"", b"", b"<workbook/>"]),
            "intake.header-unknown",
            0,
        ),
        one(
            "sheets-that-are-not-there",
            package::xlsx(&[b"", b"", b"", b"", b"<Relationships/>"]),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "a-sheet-cut-inside",
            package::xlsx(&[sheet(ROWS).as_bytes().get(..300).unwrap_or_default()]),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "a-workbook-of-bytes",
            packed(&[("xl/workbook.bin", b"\x83\x01\0"), ("[Content_Types].xml", b"<Types/>")]),
            "intake.format-table",
            0,
        ),
        one(
            "a-password",
            biff::container_of("EncryptedPackage", &vec![7; 5000]),
            "intake.workbook-password",
            0,
        ),
    ]
}

fn open_documents() -> Vec<Hostile> {
    let of = |tables: &str| package::ods(&[content(tables).as_bytes()]);
    let again = |kind: &str, times: &str| {
        let cell = "<table:table-cell office:value-type=\"string\"><text:p>南方牧业有限公司</text:p></table:table-cell>";
        match kind {
            "row" => table(&format!(
                "<table:table-row table:number-rows-repeated=\"{times}\">{cell}</table:table-row>"
            )),
            "blank" => table(&format!(
                "<table:table-row table:number-rows-repeated=\"{times}\"><table:table-cell/></table:table-row>"
            )),
            _ => table(&format!(
                "<table:table-row>{}</table:table-row>",
                cell.replace(
                    "<table:table-cell ",
                    &format!("<table:table-cell table:number-columns-repeated=\"{times}\" ")
                )
            )),
        }
    };
    let locked = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>";
    vec![
        one("rows-that-repeat", of(&again("row", "1048576")), "intake.workbook-repeated", 1),
        one("blank-rows-that-repeat", of(&again("blank", "18446744073709551615")), "", 1),
        one(
            "cells-that-repeat",
            of(&again("cell", "18446744073709551615")),
            "intake.row-too-wide",
            2,
        ),
        one(
            "a-locked-document",
            package::ods(&[content(&table("")).as_bytes(), locked.as_bytes()]),
            "intake.workbook-password",
            0,
        ),
        one(
            "tables-in-one-another",
            of(&"<table:table>".repeat(10_000)),
            "intake.workbook-corrupt",
            0,
        ),
        one(
            "a-document-type-in-a-document",
            package::ods(&[
                format!("<!DOCTYPE x [<!ENTITY l \"l\">]>{}", content(&table(""))).as_bytes()
            ]),
            "intake.workbook-corrupt",
            0,
        ),
    ]
}

fn old_workbooks() -> Vec<Hostile> {
    let whole = |book: Book<'_>| biff::container(&biff::stream(book));
    let mut far: Vec<(u16, u16, u32)> = BOOK.cells.to_vec();
    far.push((65_535, 255, 3));
    let old = |version| biff::old_stream(version);
    vec![
        one("a-workbook-of-1997", whole(BOOK), "", 1),
        one("days-since-1904-of-1997", whole(Book { is_1904: true, ..BOOK }), "", 1),
        one("a-hidden-sheet-of-1997", whole(Book { is_hidden: true, ..BOOK }), "", 1),
        one(
            "a-password-of-1997",
            whole(Book { is_encrypted: true, ..BOOK }),
            "intake.workbook-password",
            0,
        ),
        one("a-cell-at-the-far-end-of-1997", whole(Book { cells: &far, ..BOOK }), "", 1),
        one(
            "a-text-that-is-not-there-of-1997",
            whole(Book { cells: &[(0, 0, 0), (1, 0, 99_999)], ..BOOK }),
            "",
            0,
        ),
        one("a-workbook-of-1995", biff::container_of("Book", &old(5)), "", 0),
        one("a-bare-stream-of-1992", old(4), "intake.format-table", 0),
        one("a-bare-stream-of-1990", old(3), "intake.format-table", 0),
        one("a-bare-stream-of-1987", old(2), "intake.format-table", 0),
        one(
            "a-text-document",
            biff::container_of("WordDocument", &vec![7; 5000]),
            "intake.format-unknown",
            0,
        ),
        one(
            "slides",
            biff::container_of("PowerPoint Document", &vec![7; 5000]),
            "intake.format-unknown",
            0,
        ),
        one(
            "a-letter",
            biff::container_of("__properties_version1.0", &vec![7; 5000]),
            "intake.format-unknown",
            0,
        ),
        one("a-container-of-nothing", biff::container_of("x", b""), "intake.workbook-corrupt", 0),
    ]
}

/// Sound files cut at every sixteenth.
fn cut() -> Vec<Hostile> {
    const PARTS: usize = 16;
    let sound = [
        ("csv", many(20).into_bytes()),
        ("xlsx", book(ROWS)),
        ("xls", biff::container(&biff::stream(BOOK))),
        ("ods", package::ods(&[content(&table("")).as_bytes()])),
        ("zip", packed(&[("1.csv", REGISTRATIONS.as_bytes())])),
        (
            "json",
            b"[".iter()
                .copied()
                .chain(many(1).bytes().map(|_| b' '))
                .chain(*b"{\"NAME\":1}]")
                .collect(),
        ),
    ];
    let mut all = Vec::new();
    for (name, bytes) in sound {
        for part in 1..PARTS {
            let bytes = bytes.get(..bytes.len() * part / PARTS).unwrap_or_default().to_vec();
            // What is left is another matter at each place; that something is said is a law.
            all.push(Hostile {
                name: format!("{name}-cut-at-{part:02}"),
                bytes,
                rule: None,
                rows: 0,
            });
        }
    }
    all
}

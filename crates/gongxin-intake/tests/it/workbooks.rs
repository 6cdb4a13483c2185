//! Workbooks, built here part by part.

use std::io::{Cursor, Write as _};

use gongxin_intake::{ChildCommand, Limits};
use zip::write::SimpleFileOptions;

use crate::support::{Taken, options, take, take_by};

/// A workbook of sheets with raw cell XML.
pub(crate) fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let list: String = (1..=sheets.len())
        .map(|n| {
            let name = sheets[n - 1].0;
            let hidden = if name.starts_with("隐藏") { " state=\"hidden\"" } else { "" };
            format!("<sheet name=\"{name}\" sheetId=\"{n}\"{hidden} r:id=\"rId{n}\"/>")
        })
        .collect();
    let relations: String = (1..=sheets.len())
        .map(|n| format!("<Relationship Id=\"rId{n}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"))
        .collect();
    part(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    );
    part(
        "_rels/.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    );
    part(
        "xl/workbook.xml",
        &format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{list}</sheets></workbook>"
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        ),
    );
    part(
        "xl/styles.xml",
        "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
    );
    for (n, (_, rows)) in sheets.iter().enumerate() {
        part(
            &format!("xl/worksheets/sheet{}.xml", n + 1),
            &format!(
                "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
            ),
        );
    }
    zip.finish().unwrap().into_inner()
}

/// A row of text cells.
pub(crate) fn row(number: usize, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(n, cell)| {
            let place = char::from(b'A' + u8::try_from(n).unwrap());
            format!("<c r=\"{place}{number}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>")
        })
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

pub(crate) fn registration() -> String {
    row(1, &["登记信息"])
        + &row(3, &["企业名称", "统一社会信用代码", "注册日期", "注册资金"])
        + "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><t>北方牧业有限公司</t></is></c><c r=\"B5\" t=\"str\"><v>91150000720180740Y</v></c><c r=\"C5\" s=\"1\"><v>46086</v></c><c r=\"D5\"><v>0.30000000000000004</v></c></row>"
}

#[test]
fn a_workbook_is_read_on_the_first_sheet_with_a_header() {
    let bytes =
        workbook(&[("说明", &row(1, &["填表说明"])), ("数据", &registration()), ("附表", "")]);
    let taken = take(&bytes, "registration");
    assert_eq!(
        taken.lines(),
        ["5 ready CAPITAL=0.3 EST=2026-03-05 NAME=北方牧业有限公司 USCC=91150000720180740Y"]
    );
    let facts = taken.facts.clone().unwrap();
    assert_eq!((facts.sheet.as_deref(), facts.header_row), (Some("数据"), Some(3)));
    let unread: Vec<&String> = taken.findings.iter().map(|one| &one.values["sheet"]).collect();
    assert_eq!(unread, ["说明、附表"]);
}

#[test]
fn a_code_that_was_typed_as_a_number_is_no_code() {
    let number = "<row r=\"6\"><c r=\"A6\" t=\"inlineStr\"><is><t>南方牧业有限公司</t></is></c><c r=\"B6\"><v>911500007201807400</v></c></row>";
    let taken = take(&workbook(&[("甲", &(registration() + number))]), "registration");
    assert_eq!(taken.lines()[1], "6 held NAME=南方牧业有限公司 USCC= .code-exponential ?key-empty");
}

#[test]
fn what_is_no_workbook_is_called_by_its_name() {
    let packed = |parts: &[&str]| {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for part in parts {
            zip.start_file(*part, SimpleFileOptions::default()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    };
    // A container of Excel 97 around an encrypted package: the later Excel's password.
    let mut encrypted = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let cases = [
        (packed(&["word/document.xml"]), "format-unknown", "DOCX"),
        (packed(&["xl/workbook.bin"]), "format-table", "XLSB"),
        (encrypted, "workbook-password", ""),
    ];
    for (bytes, rule, name) in cases {
        let findings = take(&bytes, "registration").findings;
        assert_eq!(findings[0].rule, format!("intake.{rule}"));
        assert_eq!(findings[0].values.get("format").map_or("", String::as_str), name);
    }
}

#[test]
fn a_template_that_was_never_filled_in_has_no_rows() {
    let numbered =
        "<row r=\"6\"><c r=\"A6\"><v>1</v></c></row><row r=\"7\"><c r=\"A7\"><v>2</v></c></row>";
    let taken = take(&workbook(&[("甲", &(registration() + numbered))]), "registration");
    assert_eq!(taken.rows.len(), 1);
}

#[test]
fn a_mapping_names_the_sheet() {
    let bytes = workbook(&[("甲", &registration()), ("乙", &registration())]);
    let mut named = options("registration");
    named.mapping.sheet = Some("乙".to_owned());
    assert_eq!(take_by(&bytes, named, 9).facts.unwrap().sheet.as_deref(), Some("乙"));
    let mut missing = options("registration");
    missing.mapping.sheet = Some("丙".to_owned());
    assert_eq!(take_by(&bytes, missing, 9).rules(), ["intake.sheet-missing"]);
}

fn broken(bytes: &[u8], limits: Limits, rule: &str) {
    let mut strict = options("registration");
    strict.limits = limits;
    let Taken { failed, findings, .. } = take_by(bytes, strict, 9);
    assert!(failed);
    assert_eq!(findings.last().unwrap().rule, rule);
}

#[test]
fn broken_and_hostile_workbooks_have_a_named_cause() {
    let sound = workbook(&[("甲", &registration())]);
    let limits = Limits::default;
    broken(&sound[..sound.len() / 2], limits(), "intake.workbook-corrupt");
    broken(b"PK\x03\x04 and then nothing", limits(), "intake.workbook-corrupt");
    broken(
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and then nothing",
        limits(),
        "intake.workbook-corrupt",
    );
    broken(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", limits(), "intake.archive-empty");
    broken(&sound, Limits { workbook_bytes: 100, ..limits() }, "intake.file-too-large");
    // A bomb: a megabyte of blanks packs into a kilobyte.
    let bomb = workbook(&[("甲", &" ".repeat(1 << 20))]);
    let small = Limits { unpacked_free_bytes: 1 << 16, unpacked_ratio: 100, ..limits() };
    broken(&bomb, small, "intake.workbook-unpacked");
    // Entities are not expanded.
    let entity = workbook(&[(
        "甲",
        "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&lol;</t></is></c></row>",
    )]);
    assert!(take(&entity, "registration").failed);
    // Cells at the far corner take no memory.
    let far = workbook(&[("甲", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>")]);
    broken(&far, limits(), "intake.header-unknown");
}

#[test]
fn a_child_that_dies_is_a_finding() {
    let sound = workbook(&[("甲", &registration())]);
    for (script, rule) in [
        ("cat >/dev/null; kill -6 $$", "intake.workbook-memory"),
        ("kill -9 $$", "intake.workbook-time"),
        ("exit 1", "intake.workbook-lost"),
    ] {
        let mut with_child = options("registration");
        with_child.child = Some(ChildCommand {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
        });
        let taken = take_by(&sound, with_child, 9);
        assert!(taken.failed);
        assert_eq!(taken.rules(), [rule], "{script}");
    }
}

//! Sheets of the Open Document Format, built here part by part.

use gongxin_intake::Limits;

use crate::support::{options, packed, take, take_by};

const MIMETYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// A sheet file of tables with raw rows; one whose name begins with 隐藏 is hidden.
fn sheets(tables: &[(&str, &str)]) -> Vec<u8> {
    let body: String = tables
        .iter()
        .map(|(name, rows)| {
            let style = if name.starts_with("隐藏") { "ta2" } else { "ta1" };
            format!("<table:table table:name=\"{name}\" table:style-name=\"{style}\"><table:table-column table:number-columns-repeated=\"16384\"/>{rows}</table:table>")
        })
        .collect();
    file(&format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content><office:automatic-styles><style:style style:name=\"ta1\"><style:table-properties table:display=\"true\"/></style:style><style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    ))
}

fn file(content: &str) -> Vec<u8> {
    packed(&[
        ("mimetype", MIMETYPE),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ])
}

fn text(cell: &str) -> String {
    format!(
        "<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"
    )
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|cell| text(cell)).collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

fn header() -> String {
    row(&["企业名称", "统一社会信用代码", "注册日期", "注册资金"])
}

#[test]
fn a_sheet_is_read_as_it_is_seen() {
    let title = "<table:table-row><table:table-cell table:number-columns-spanned=\"4\"><text:p>登记信息</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated=\"3\"/></table:table-row><table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let data = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell office:value-type=\"string\"><office:annotation><text:p>批注</text:p></office:annotation><text:p>北方<text:span>牧业</text:span></text:p><text:p>有限公司</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>91150000720180740Y</text:p></table:table-cell><table:table-cell office:value-type=\"date\" office:date-value=\"2026-03-05T00:00:00\"><text:p>26/3/5</text:p></table:table-cell><table:table-cell office:value-type=\"float\" office:value=\"0.30000000000000004\"><text:p>0.3</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"16380\"/></table:table-row>";
    let rest = "<table:table-row table:number-rows-repeated=\"1048569\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let rows = format!(
        "{title}<table:table-header-rows>{}</table:table-header-rows><table:table-row-group>{data}</table:table-row-group>{rest}",
        header()
    );
    let taken = take(
        &sheets(&[("隐藏", &rows), ("说明", &row(&["填表"])), ("数据", &rows)]),
        "registration",
    );
    assert_eq!(
        taken.lines(),
        [5, 6].map(|number| format!(
            "{number} ready CAPITAL=0.3 EST=2026-03-05 NAME=北方牧业\n有限公司 USCC=91150000720180740Y"
        ))
    );
    let facts = taken.facts.clone().unwrap();
    assert_eq!(
        (facts.format.name(), facts.sheet.as_deref(), facts.header_row),
        ("ods", Some("数据"), Some(4))
    );
    assert_eq!(taken.rules(), ["intake.sheets-unread"]);
}

fn fails(bytes: &[u8], limits: Limits, rule: &str) {
    let mut strict = options("registration");
    strict.limits = limits;
    let taken = take_by(bytes, strict, 50);
    assert!(taken.failed, "{rule}");
    assert_eq!(taken.findings.last().unwrap().rule, format!("intake.{rule}"));
}

#[test]
fn hostile_sheets_end_in_findings() {
    let limits = Limits::default;
    let copies = |n: u32| {
        format!(
            "<table:table-row table:number-rows-repeated=\"{n}\">{}</table:table-row>",
            text("甲有限公司")
        )
    };
    let bomb = sheets(&[("甲", &(header() + &copies(1_048_576)))]);
    fails(&bomb, limits(), "workbook-repeated");
    fails(
        &sheets(&[("甲", &(header() + &copies(4_294_967_295)))]),
        Limits { repeated_bytes: 1 << 20, ..limits() },
        "workbook-repeated",
    );
    let sound = sheets(&[("甲", &header())]);
    fails(&sound[..sound.len() / 2], limits(), "workbook-corrupt");
    let cut = |end: usize| {
        let content = format!(
            "<office:document-content><office:body><table:table table:name=\"甲\">{}<table:table-row>{}",
            header(),
            text("x")
        );
        file(&content[..content.len() - end])
    };
    for end in [0, 4, 30] {
        fails(&cut(end), limits(), "workbook-corrupt");
    }
    fails(&file("<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>"), limits(), "workbook-corrupt");
    fails(&sheets(&[("甲", &row(&["&lol;"]))]), limits(), "workbook-corrupt");
    fails(&file(&"<a>".repeat(5000)), limits(), "workbook-corrupt");
    fails(
        &sheets(&[("甲", &" ".repeat(1 << 20))]),
        Limits { unpacked_free_bytes: 1 << 16, unpacked_ratio: 100, ..limits() },
        "workbook-unpacked",
    );
    let wide = "<table:table-row><table:table-cell office:value-type=\"string\" table:number-columns-repeated=\"16384\"><text:p>甲有限公司</text:p></table:table-cell></table:table-row>";
    let taken = take(&sheets(&[("甲", &(header() + wide))]), "registration");
    assert!(taken.lines()[0].contains("?row-too-wide"), "{:?}", taken.lines());
}

#[test]
fn a_password_is_a_finding() {
    let list: &[u8] = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    for content in ["content.xml", "encrypted-package"] {
        let bytes = packed(&[
            ("mimetype", MIMETYPE),
            (content, b"\x01\x02"),
            ("META-INF/manifest.xml", list),
        ]);
        fails(&bytes, Limits::default(), "workbook-password");
    }
}

//! Packed files: workbooks of later Excel, of the Open Document Format, and files in an archive.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Files packed into one, in this order.
pub(crate) fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // Writing to memory fails for nothing but a name twice, which is left out then.
        if zip.start_file(*name, SimpleFileOptions::default()).is_ok() {
            let _ = zip.write_all(bytes);
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// The parts of a workbook, in this order: sheet, shared texts, styles, list of sheets, relations.
/// What is absent or empty is as usual.
pub(crate) fn xlsx(parts: &[&[u8]]) -> Vec<u8> {
    let list = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"甲\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{OFFICE}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"rId3\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    let root = format!(
        "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let part = |place: usize, usual: String| match parts.get(place) {
        Some(part) if !part.is_empty() => part.to_vec(),
        _ => usual.into_bytes(),
    };
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    packed(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/worksheets/sheet1.xml", &part(0, sheet(""))),
        ("xl/sharedStrings.xml", &part(1, shared())),
        ("xl/styles.xml", &part(2, styles())),
        ("xl/workbook.xml", &part(3, list)),
        ("xl/_rels/workbook.xml.rels", &part(4, relations)),
    ])
}

/// A sheet of rows.
pub(crate) fn sheet(rows: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
}

fn shared() -> String {
    let texts: String = ["企业名称", "统一社会信用代码", "成立日期", "北方牧业有限公司"]
        .map(|text| format!("<si><t>{text}</t></si>"))
        .concat();
    format!("<sst xmlns=\"{MAIN}\">{texts}</sst>")
}

fn styles() -> String {
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
    )
}

/// Header and one row.
pub(crate) const ROWS: &str = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>3</v></c><c r=\"B2\" t=\"inlineStr\"><is><t>91150000720180740Y</t></is></c><c r=\"C2\" s=\"1\"><v>46086</v></c></row>";

pub(crate) fn xlsx_seeds() -> Vec<Vec<u8>> {
    let more = "<row r=\"4\"><c r=\"A4\" t=\"e\"><v>#REF!</v></c><c r=\"B4\" t=\"b\"><v>1</v></c><c r=\"C4\"><f>A1</f><v>0.30000000000000004</v></c></row>";
    let rows = sheet(&format!("{ROWS}{more}"));
    vec![
        sheet(ROWS).into_bytes(),
        [rows.as_bytes(), shared().as_bytes(), styles().as_bytes()].join(&0),
        sheet("").into_bytes(),
    ]
}

/// A workbook of the Open Document Format: its content, and its list of parts.
pub(crate) fn ods(parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.first().copied().unwrap_or_default();
    let list = parts.get(1).copied().unwrap_or(b"<manifest:manifest/>");
    packed(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content),
        ("META-INF/manifest.xml", list),
    ])
}

/// The content of a workbook with these tables.
pub(crate) fn content(tables: &str) -> String {
    format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\"><office:automatic-styles><style:style style:name=\"h\"><style:table-properties table:display=\"false\"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
}

/// A table with a header and a row.
pub(crate) fn table(more: &str) -> String {
    let row = |cells: &[&str]| {
        let cells: String = cells
            .iter()
            .map(|cell| format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"))
            .collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    format!(
        "<table:table table:name=\"甲\">{}{}{more}</table:table>",
        row(&["企业名称", "统一社会信用代码", "成立日期"]),
        row(&["北方牧业有限公司", "91150000720180740Y", "2020-01-01"])
    )
}

pub(crate) fn ods_seeds() -> Vec<Vec<u8>> {
    let more = "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell office:value-type=\"date\" office:date-value=\"2020-01-01T00:00:00\" table:number-columns-repeated=\"2\"/><table:covered-table-cell/></table:table-row>";
    let hidden = table("").replace("<table:table ", "<table:table table:style-name=\"h\" ");
    vec![
        content(&table(more)).into_bytes(),
        [content(&(hidden + &table(""))).as_bytes(), b"<m/>"].join(&0),
    ]
}

/// Registrations as a table.
pub(crate) const REGISTRATIONS: &str = "企业名称,统一社会信用代码,成立日期\n北方牧业有限公司,91150000720180740Y,2020-01-01\n南方牧业有限公司,911599007201807401,2020年1月1日\n";

pub(crate) fn zip_seeds() -> Vec<Vec<u8>> {
    let book = xlsx(&[sheet(ROWS).as_bytes()]);
    let table = content(&table(""));
    vec![
        packed(&[("1.csv", REGISTRATIONS.as_bytes()), ("附件/2.txt", REGISTRATIONS.as_bytes())]),
        packed(&[("1.xlsx", &book), ("2.pdf", b"%PDF-1.7"), ("a/", b"")]),
        book,
        ods(&[table.as_bytes()]),
    ]
}

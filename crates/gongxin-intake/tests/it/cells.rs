//! Cells as people fill them: breaks, blanks, full width, several sanctions in one.

use crate::support::take;

const HEAD: &str =
    "当事人,统一社会信用代码,行政处罚决定书文号,处罚类别,罚款金额（万元）,处罚决定日期";

/// What became of one field of a sound row, and the findings.
fn field(code: &str, cells: [&str; 6]) -> (String, Vec<String>) {
    let quoted = cells.map(|cell| format!("\"{cell}\"")).join(",");
    let taken = take(format!("{HEAD}\n{quoted}\n").as_bytes(), "penalty");
    let line = taken.lines().remove(0);
    let value = line.split(&format!(" {code}=")).nth(1).unwrap_or("—");
    let value = value.split(" CF_").next().unwrap_or_default();
    let value = value.split([' ']).next().unwrap_or_default().to_owned();
    let of = |rule: &str| ["intake.code-unknown", "intake.amount-unreadable"].contains(&rule);
    let found = taken.rows[0].findings.iter().map(|one| one.rule.clone());
    (value, found.filter(|rule| of(rule)).collect())
}

fn kinds(cell: &str) -> (String, Vec<String>) {
    field("CF_CFLB", ["甲有限公司", "91150000720180740Y", "1号", cell, "", "2026-03-05"])
}

#[test]
fn several_sanctions_in_one_cell() {
    let cases = [
        ("罚款；警告", "2；1"),
        ("罚款;警告", "2；1"),
        ("罚款、警告", "2；1"),
        ("罚款，警告", "2；1"),
        ("罚款/警告", "2；1"),
        ("罚款\n警告", "2；1"),
        ("罚款\r\n警告\r\n", "2；1"),
        ("罚款 警告", "2；1"),
        ("罚款\u{3000}", "2"),
        ("罚款；罚款", "2"),
        ("没收违法所得、没收非法财物；罚款", "3；2"),
        ("1、罚款", "2"),
        ("1、罚款；2、警告", "2；1"),
        ("1.罚款\n2.警告", "2；1"),
        ("（一）罚款；（二）警告", "2；1"),
        ("①罚款②", "①罚款②"),
        ("1、2", "1；2"),
        ("2", "2"),
    ];
    for (cell, expected) in cases {
        let (value, found) = kinds(cell);
        assert_eq!(value, expected, "{cell:?}");
        assert_eq!(found.is_empty(), !expected.contains('①'), "{cell:?}: {found:?}");
    }
    assert_eq!(kinds("罚款；放逐").1, ["intake.code-unknown"]);
}

#[test]
fn an_amount_is_one_amount_or_none() {
    let amount = |cell: &str| {
        field("CF_NR_FK", ["甲有限公司", "91150000720180740Y", "1号", "罚款", cell, "2026-03-05"])
    };
    for (cell, expected) in [
        ("0.2", "0.2"),
        (" ０．２ ", "0.2"),
        ("２０００元", "0.2"),
        ("2000元", "0.2"),
        ("贰仟元整", "0.2"),
        ("2000元（贰仟元整）", "0.2"),
        ("\n0.2\n", "0.2"),
    ] {
        assert_eq!(amount(cell), (expected.to_owned(), Vec::new()), "{cell:?}");
    }
    for cell in ["0.2\n0.3", "1 2", "2000元（贰万元整）", "两万五", "1,5", "0.2；0.3"] {
        assert_eq!(amount(cell).1, ["intake.amount-unreadable"], "{cell:?}");
    }
}

//! Files of several parts: every part whose header fits is read, every other is named.

use gongxin_intake::Intake;

use crate::support::{options, take, take_by};
use crate::workbooks::{registration, row, workbook};

fn unread(taken: &crate::support::Taken) -> Vec<&str> {
    let named = taken.findings.iter().filter(|one| one.rule == "intake.sheets-unread");
    named.map(|one| one.values["sheet"].as_str()).collect()
}

fn further(name: &str) -> String {
    row(1, &["统一社会信用代码", "企业名称", "注册日期", "电话"])
        + &row(2, &["91150000720180740Y", name, "2020-01-01"])
        + &row(3, &["", "张三丰"])
}

#[test]
fn every_sheet_whose_header_fits_is_read() {
    let bytes = workbook(&[
        ("隐藏页", &registration()),
        ("说明", &row(1, &["填表说明"])),
        ("甲", &registration()),
        ("代码表", &(row(1, &["地区", "企业名称"]) + &row(2, &["150100", "南方牧业有限公司"]))),
        ("乙", &further("南方牧业有限公司")),
        ("空", ""),
    ]);
    for size in [1, 2, 100] {
        let taken = take_by(&bytes, options("registration"), size);
        assert_eq!(
            taken.lines(),
            [
                "5 ready CAPITAL=0.3 EST=2026-03-05 NAME=北方牧业有限公司 USCC=91150000720180740Y",
                "7 ready EST=2020-01-01 NAME=南方牧业有限公司 USCC=91150000720180740Y",
                "8 refused !natural-person",
            ]
        );
        let facts = taken.facts.clone().unwrap();
        assert_eq!((facts.sheet.as_deref(), facts.header_row), (Some("甲、乙"), Some(3)));
        assert_eq!(unread(&taken), ["说明、代码表、空、隐藏页"]);
        // The finding counts the sheet's own row, and so does the one about its header.
        let found = &taken.rows[2].findings[0];
        assert_eq!((found.part.as_deref(), found.row), (Some("乙"), Some(3)));
        let column = taken.findings.iter().find(|one| one.rule == "intake.column-unknown").unwrap();
        assert_eq!((column.part.as_deref(), column.column.as_deref()), (Some("乙"), Some("电话")));
        assert_eq!(taken.skipped, 1 + 1 + 1);
        assert!(!taken.failed);
    }
}

#[test]
fn a_hidden_sheet_is_read_where_there_is_nothing_else() {
    let bytes = workbook(&[("隐藏页", &registration()), ("一", "")]);
    let taken = take(&bytes, "registration");
    assert_eq!(taken.facts.as_ref().unwrap().sheet.as_deref(), Some("隐藏页"));
    assert_eq!(unread(&taken), ["一"]);
}

#[test]
fn reading_goes_on_in_the_part_where_it_stopped() {
    let bytes = workbook(&[
        ("甲", &registration()),
        ("乙", &further("南方牧业有限公司")),
        ("丙", &further("东方牧业有限公司")),
    ]);
    let whole = take(&bytes, "registration");
    assert_eq!(whole.rows.len(), 5);
    let numbers: Vec<u64> = whole.rows.iter().map(|row| row.number).collect();
    for stop in numbers {
        let source = Box::new(std::io::Cursor::new(bytes.clone()));
        let mut intake = Intake::open(source, options("registration")).unwrap();
        intake.resume_after(stop);
        let (mut rows, mut said) = (Vec::new(), 0);
        while let Some(chunk) = intake.next_chunk(2, 1 << 20) {
            rows.extend(chunk.rows);
            said += chunk.findings.len();
        }
        let expected: Vec<_> = whole.rows.iter().filter(|row| row.number > stop).cloned().collect();
        assert_eq!(rows, expected, "after {stop}");
        assert!(said <= 2, "after {stop}: {said}");
    }
}

#[test]
fn a_named_sheet_is_read_alone() {
    let bytes = workbook(&[("甲", &registration()), ("乙", &registration()), ("丙", "")]);
    let mut named = options("registration");
    named.mapping.sheet = Some("乙".to_owned());
    let taken = take_by(&bytes, named, 9);
    assert_eq!(taken.facts.as_ref().unwrap().sheet.as_deref(), Some("乙"));
    assert_eq!(taken.rows.len(), 1);
    assert_eq!(unread(&taken), ["甲、丙"]);
}

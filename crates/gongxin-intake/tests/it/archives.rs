//! Files packed into one, as if each had been handed in by itself.

use gongxin_intake::{Intake, Limits};
use gongxin_model::{Finding, Severity};

use crate::support::{Taken, options, packed, take, take_by};
use crate::workbooks::{registration, workbook};

const CSV: &str = "企业名称,统一社会信用代码\n南方牧业有限公司,911599007201807401\n,\n张三丰,\n";
const JSON: &str =
    "[{\"企业名称\":\"东方牧业有限公司\",\"统一社会信用代码\":\"911599007201807401\"}]";
const XML: &str = "<r><c><企业名称>西方牧业有限公司</企业名称><统一社会信用代码>911599007201807401</统一社会信用代码></c><c><企业名称>中部牧业有限公司</企业名称></c></r>";

/// Part, row and rule of a finding.
fn place(finding: &Finding) -> (Option<&str>, Option<u64>, &str) {
    (finding.part.as_deref(), finding.row, finding.rule.strip_prefix("intake.").unwrap())
}

fn places(taken: &Taken) -> Vec<(Option<&str>, Option<u64>, &str)> {
    taken.findings.iter().map(place).collect()
}

#[test]
fn members_are_read_one_after_the_other_in_the_order_of_their_names() {
    let book = workbook(&[("甲", &registration()), ("附表", "")]);
    let bytes = packed(&[
        ("4.json", JSON.as_bytes()),
        ("__MACOSX/._2.csv", b"\x00\x05"),
        ("2.csv", CSV.as_bytes()),
        ("sub/", b""),
        ("sub/9.xml", XML.as_bytes()),
        ("3.xlsx", &book),
        ("1 说明.pdf", b"%PDF-1.7"),
        ("5.csv", "甲,乙\n1,2\n".as_bytes()),
    ]);
    for size in [1, 3, 100] {
        let taken = take_by(&bytes, options("registration"), size);
        assert_eq!(
            taken.lines(),
            [
                "2 ready NAME=南方牧业有限公司 USCC=911599007201807401 .code-check",
                "4 refused !natural-person",
                "9 ready CAPITAL=0.3 EST=2026-03-05 NAME=北方牧业有限公司 USCC=91150000720180740Y",
                "10 ready NAME=东方牧业有限公司 USCC=911599007201807401 .code-check",
                "11 ready NAME=西方牧业有限公司 USCC=911599007201807401 .code-check",
                "12 held NAME=中部牧业有限公司 ?value-missing ?key-empty",
            ]
        );
        let findings: Vec<_> =
            taken.rows.iter().flat_map(|row| row.findings.iter().map(place)).collect();
        assert_eq!(findings[1], (Some("2.csv"), Some(4), "natural-person"));
        assert_eq!(findings.last().unwrap(), &(Some("sub/9.xml"), Some(2), "key-empty"));
        let facts = taken.facts.clone().unwrap();
        assert_eq!(facts.format.name(), "zip");
        assert_eq!(facts.sheet.as_deref(), Some("2.csv、3.xlsx / 甲、4.json、sub/9.xml"));
        assert_eq!(places(&taken)[0], (Some("1 说明.pdf"), None, "format-unknown"));
        assert_eq!(taken.findings[0].severity, Severity::Note);
        let unread = taken.findings.last().unwrap();
        assert_eq!(unread.values["sheet"], "3.xlsx / 附表、5.csv");
        assert!(!taken.failed);
    }
}

#[test]
fn reading_goes_on_in_the_member_where_it_stopped() {
    let book = workbook(&[("甲", &registration())]);
    let bytes = packed(&[("1.csv", CSV.as_bytes()), ("2.xlsx", &book), ("3.csv", CSV.as_bytes())]);
    let whole = take(&bytes, "registration");
    assert_eq!(whole.rows.len(), 5);
    for stop in whole.rows.iter().map(|row| row.number) {
        let source = Box::new(std::io::Cursor::new(bytes.clone()));
        let mut intake = Intake::open(source, options("registration")).unwrap();
        intake.resume_after(stop);
        let mut rows = Vec::new();
        while let Some(chunk) = intake.next_chunk(2, 1 << 20) {
            rows.extend(chunk.rows);
        }
        let expected: Vec<_> = whole.rows.iter().filter(|row| row.number > stop).cloned().collect();
        assert_eq!(rows, expected, "after {stop}");
    }
}

/// The same archive with other bytes of the same length wherever these stand.
fn replaced(mut bytes: Vec<u8>, old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    for place in 0..=bytes.len() - old.len() {
        if bytes[place..].starts_with(old) {
            bytes[place..place + new.len()].copy_from_slice(new);
        }
    }
    bytes
}

#[test]
fn names_are_read_in_their_encoding_and_never_as_paths() {
    let name = encoding_rs::GB18030.encode("登记.csv").0.into_owned();
    let gbk = replaced(packed(&[("aaaa.csv", CSV.as_bytes())]), b"aaaa.csv", &name);
    let taken = take(&gbk, "registration");
    assert_eq!(taken.facts.unwrap().sheet.as_deref(), Some("登记.csv"));
    for name in ["../../etc/passwd", "/etc/passwd", "C:\\x\\y.csv", "11010519491231002X.csv"] {
        let taken = take(&packed(&[(name, CSV.as_bytes())]), "registration");
        assert_eq!(taken.rows.len(), 2, "{name}");
        assert!(!taken.everything().contains("11010519491231002X"));
    }
}

fn with_limits(bytes: &[u8], limits: Limits) -> Taken {
    let mut strict = options("registration");
    strict.limits = limits;
    take_by(bytes, strict, 50)
}

/// Marks the members whose name begins so as encrypted.
fn encrypted(mut bytes: Vec<u8>, name: &[u8]) -> Vec<u8> {
    for (mark, flags, name_at) in [(b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)] {
        for place in 0..bytes.len() - name_at {
            if bytes[place..].starts_with(mark) && bytes[place + name_at..].starts_with(name) {
                bytes[place + flags] |= 1;
            }
        }
    }
    bytes
}

#[test]
fn a_member_that_cannot_be_read_leaves_the_others() {
    let inner = packed(&[("1.csv", CSV.as_bytes())]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "a password",
            encrypted(packed(&[("1.csv", CSV.as_bytes()), ("2.csv", CSV.as_bytes())]), b"2"),
            "member-password",
        ),
        ("an archive", packed(&[("1.csv", CSV.as_bytes()), ("2.zip", &inner)]), "format-archive"),
        (
            "another archive",
            packed(&[("1.csv", CSV.as_bytes()), ("2.rar", b"Rar!..")]),
            "format-archive",
        ),
        (
            "a page",
            packed(&[("1.csv", CSV.as_bytes()), ("2.xls", b"<html><table></table></html>")]),
            "format-table",
        ),
        (
            "a broken workbook",
            packed(&[("1.csv", CSV.as_bytes()), ("2.xlsx", b"PK\x03\x04 and nothing")]),
            "workbook-corrupt",
        ),
        (
            "a broken text",
            packed(&[("1.csv", CSV.as_bytes()), ("2.xml", "<r><c><企业名称>甲</x>".as_bytes())]),
            "xml-broken",
        ),
    ];
    for (name, bytes, rule) in cases {
        let taken = with_limits(&bytes, Limits::default());
        assert_eq!(taken.rows.len(), 2, "{name}: {:?}", taken.findings);
        let found = places(&taken);
        assert!(
            found
                .iter()
                .any(|(part, _, found)| part.is_some_and(|one| one.starts_with('2'))
                    && *found == rule),
            "{name}: {found:?}"
        );
        assert!(found.contains(&(None, None, "members-unread")), "{name}");
        assert!(taken.failed, "{name}");
    }
}

#[test]
fn a_damaged_member_keeps_the_rows_before_the_damage() {
    // Random cells do not pack, so that the damage lies behind many rows.
    let mut csv = "企业名称,统一社会信用代码,备注\n".to_owned();
    let mut seed = 7_u64;
    for n in 0..20_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        csv.push_str(&format!("第{n}号牧业有限公司,,{seed:x}\n"));
    }
    let mut bytes = packed(&[("1.csv", csv.as_bytes()), ("2.csv", CSV.as_bytes())]);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xFF);
    let taken = with_limits(&bytes, Limits::default());
    assert!(taken.rows.len() > 1000 && taken.rows.len() < 20_000);
    assert!(
        places(&taken).contains(&(Some("1.csv"), None, "member-corrupt")),
        "{:?}",
        places(&taken)
    );
    assert!(taken.rows.last().unwrap().part.as_ref().unwrap().name == "2.csv");
}

#[test]
fn bombs_and_empty_archives_are_findings() {
    let limits = Limits::default;
    let names: Vec<String> = (0..30).map(|n| format!("{n}.csv")).collect();
    let many: Vec<(&str, &[u8])> =
        names.iter().map(|name| (name.as_str(), CSV.as_bytes())).collect();
    let blanks = vec![b'\n'; 4 << 20];
    let cases: Vec<(&str, Vec<u8>, Limits, &str)> = vec![
        ("many", packed(&many), Limits { members: 20, ..limits() }, "archive-members"),
        (
            "a bomb",
            packed(&[("1.csv", &blanks)]),
            Limits { unpacked_free_bytes: 1 << 20, ..limits() },
            "workbook-unpacked",
        ),
        (
            "in all",
            packed(&[("1.csv", &blanks)]),
            Limits { unpacked_bytes: 1 << 20, ..limits() },
            "workbook-unpacked",
        ),
        (
            "one name twice",
            replaced(packed(&many), b"2.csv", b"1.csv"),
            limits(),
            "workbook-corrupt",
        ),
        ("nothing", packed(&[]), limits(), "archive-empty"),
        ("directories", packed(&[("a/", b"")]), limits(), "archive-empty"),
        ("letters", packed(&[("a.pdf", b"%PDF-1.7")]), limits(), "archive-empty"),
        ("no header", packed(&[("a.csv", b"a,b\n1,2\n")]), limits(), "header-unknown"),
        ("cut", packed(&many)[..900].to_vec(), limits(), "workbook-corrupt"),
    ];
    for (name, bytes, limits, rule) in cases {
        let taken = with_limits(&bytes, limits);
        assert!(taken.failed, "{name}");
        assert_eq!(places(&taken).last().unwrap().2, rule, "{name}");
    }
    // A list of contents that declares less than there is.
    let lie = packed(&[("1.csv", &blanks)]);
    let size = u32::try_from(blanks.len()).unwrap().to_le_bytes();
    let lie = replaced(lie, &size, &1000_u32.to_le_bytes());
    let taken = with_limits(&lie, Limits { unpacked_free_bytes: 1 << 20, ..limits() });
    assert!(taken.failed, "{:?}", taken.findings);
}

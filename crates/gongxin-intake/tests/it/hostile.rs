//! Files that nobody meant well.

use gongxin_intake::Limits;

use crate::support::{options, take, take_by};

fn rules(bytes: &[u8], limits: Limits) -> Vec<String> {
    let mut strict = options("registration");
    strict.limits = limits;
    take_by(bytes, strict, 50).rules()
}

fn encode(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
fn hostile_texts_end_in_findings() {
    let head = "企业名称,统一社会信用代码\n";
    let small = || Limits {
        row_bytes: 10_000,
        cell_bytes: 100,
        columns: 50,
        json_keys: 20,
        ..Limits::default()
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "file-empty"),
        ("blanks", b"  \r\n\0\0 ".to_vec(), "file-empty"),
        ("a pdf", b"%PDF-1.4 ...".to_vec(), "format-unknown"),
        ("a page", b"<html><table><tr><td>x</td></tr></table></html>".to_vec(), "format-table"),
        ("a packed file", b"\x1F\x8B\x08 and more".to_vec(), "format-archive"),
        (
            "one line of 10 MB",
            format!("{head}{}\n", "x".repeat(10 << 20)).into_bytes(),
            "row-too-long",
        ),
        (
            "100,000 columns",
            format!("{head}甲有限公司{}x\n", ",".repeat(5000)).into_bytes(),
            "row-too-wide",
        ),
        (
            "a quote that never closes",
            format!("{head}\"甲有限公司,x\n乙有限公司,y\n").into_bytes(),
            "quote-broken",
        ),
        (
            "a long cell",
            format!("{head}甲有限公司{},\n", "长".repeat(100)).into_bytes(),
            "cell-too-long",
        ),
        (
            "deep json",
            format!("{{\"企业名称\":\"甲有限公司\"}}\n{{\"a\":{}}}\n", "[".repeat(200))
                .into_bytes(),
            "row-unreadable",
        ),
        (
            "many keys",
            (0..40)
                .map(|n| format!("{{\"企业名称\":\"甲有限公司\",\"k{n}\":1}}\n"))
                .collect::<String>()
                .into_bytes(),
            "keys-over",
        ),
        (
            "a bad byte",
            [head.as_bytes(), "甲有限公司".as_bytes(), b"\xFF\xFE,\n"].concat(),
            "row-undecodable",
        ),
        (
            "random",
            (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 1).collect(),
            "header-unknown",
        ),
        ("nothing but a byte order mark", b"\xEF\xBB\xBF".to_vec(), "file-empty"),
        ("nothing but a header", head.as_bytes().to_vec(), "no-rows"),
        ("a file cut off in a row", format!("{head}甲有限公司").into_bytes(), "row-cut"),
        (
            "utf-8 pasted into gbk",
            [&encode(head), "甲乙有限公司,丙丁戊己\n".as_bytes()].concat(),
            "row-undecodable",
        ),
        ("cells in brackets", b"[[\"a\",\"b\"],[\"c\",\"d\"]]".to_vec(), "json-shape"),
        ("cells in brackets, by line", b"[\"a\"]\n[\"c\"]\n".to_vec(), "json-shape"),
        (
            "a key that stands twice",
            "{\"企业名称\":\"甲有限公司\",\"企业名称\":\"乙有限公司\"}".as_bytes().to_vec(),
            "values-disagree",
        ),
    ];
    for (name, bytes, rule) in cases {
        let found = rules(&bytes, small());
        assert!(found.contains(&format!("intake.{rule}")), "{name}: {found:?}");
    }
}

#[test]
fn a_broken_quote_costs_one_line() {
    let file = "企业名称,统一社会信用代码\n\"甲有限公司,x\n乙有限公司,91150000720180740Y\n";
    let taken = take(file.as_bytes(), "registration");
    assert_eq!(taken.rows.len(), 2);
    assert!(taken.lines()[1].starts_with("3 ready"), "{:?}", taken.lines());
}

#[test]
fn a_file_beyond_a_limit_keeps_the_rows_before_it() {
    let file = format!("企业名称,统一社会信用代码\n{}", "甲有限公司,\n".repeat(100));
    let mut strict = options("registration");
    strict.limits.rows = 10;
    let taken = take_by(file.as_bytes(), strict, 7);
    assert_eq!(taken.rows.len(), 10);
    assert!(taken.failed);
    assert!(taken.rules().contains(&"intake.too-many-rows".to_owned()));
}

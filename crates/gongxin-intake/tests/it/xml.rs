//! Records as elements.

use gongxin_intake::{Limits, Mapping};

use crate::support::{options, rulebook, take, take_by};

const NORTH: &str = "NAME=北方牧业有限公司 USCC=91150000720180740Y";
const SOUTH: &str = "NAME=南方牧业有限公司 USCC=911599007201807401";

fn records() -> String {
    "<RECORDS>\n <RECORD>\n  <企业名称>北方牧业有限公司</企业名称>\n  <统一社会信用代码>91150000720180740Y</统一社会信用代码>\n </RECORD>\n <RECORD><企业名称><![CDATA[南方牧业]]>有限公司</企业名称><注册日期>2020&#45;01-01</注册日期></RECORD>\n</RECORDS>\n".to_owned()
}

#[test]
fn the_record_is_found_whatever_it_is_called() {
    let expected = [
        format!("1 ready {NORTH}"),
        "2 held EST=2020-01-01 NAME=南方牧业有限公司 ?value-missing ?key-empty".to_owned(),
    ];
    let plain = records();
    let with =
        |declaration: &str| format!("<?xml version=\"1.0\" encoding=\"{declaration}\"?>\n{plain}");
    let utf16: Vec<u8> = [0xfeff_u16]
        .into_iter()
        .chain(with("UTF-16").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let gbk = |text: String| encoding_rs::GB18030.encode(&text).0.into_owned();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("bare", plain.clone().into_bytes(), "UTF-8"),
        ("declared", with("UTF-8").into_bytes(), "UTF-8"),
        ("gb2312", gbk(with("GB2312")), "gb18030"),
        ("gbk", gbk(with("GBK")), "gb18030"),
        ("gb18030 undeclared", gbk(plain.clone()), "gb18030"),
        ("declared wrongly", with("GB2312").into_bytes(), "UTF-8"),
        ("utf-16", utf16, "UTF-16LE"),
        ("with a prefix", plain.replace("<RECORD>", "<n:RECORD xmlns:n=\"urn:x\" xsi:nil=\"false\">").replace("</RECORD>", "</n:RECORD>").into_bytes(), "UTF-8"),
        ("with an envelope", format!("<SOAP><HEAD><企业名称>报送单位</企业名称><A/><A/></HEAD><BODY>{plain}</BODY></SOAP>").into_bytes(), "UTF-8"),
        ("as groups", plain.replace("<企业名称>", "<主体><企业名称>").replace("</企业名称>", "</企业名称></主体>").into_bytes(), "UTF-8"),
    ];
    for (name, bytes, encoding) in cases {
        let taken = take(&bytes, "registration");
        assert_eq!(taken.lines(), expected, "{name}: {:?}", taken.findings);
        let facts = taken.facts.unwrap();
        assert_eq!(
            (facts.format.name(), facts.encoding.as_deref()),
            ("xml", Some(encoding)),
            "{name}"
        );
        assert_eq!(facts.header_row, None);
    }
}

#[test]
fn attributes_repeats_and_groups_are_columns() {
    let cases = [
        (
            "<rows><row 企业名称=\"北方牧业有限公司\" 统一社会信用代码=\"91150000720180740Y\"/><row 企业名称=\"南方牧业有限公司\"/></rows>".to_owned(),
            vec![format!("1 ready {NORTH}"), "2 held NAME=南方牧业有限公司 ?value-missing ?key-empty".to_owned()],
        ),
        (
            "<row><企业名称>北方牧业有限公司</企业名称><统一社会信用代码>91150000720180740Y</统一社会信用代码></row>".to_owned(),
            vec![format!("1 ready {NORTH}")],
        ),
        // A name that stands in two groups is told by its path, and is no header by itself.
        (
            "<rows><row><主体><名称>北方牧业有限公司</名称></主体><机关><名称>某局</名称></机关><统一社会信用代码>91150000720180740Y</统一社会信用代码></row></rows>".to_owned(),
            vec!["1 ready USCC=91150000720180740Y".to_owned()],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(take(text.as_bytes(), "registration").lines(), expected, "{text}");
    }
    let mut named = options("registration");
    named.mapping.columns.insert("主体/名称".to_owned(), "NAME".to_owned());
    let text = "<rows><row><主体><名称>北方牧业有限公司</名称></主体><机关><名称>某局</名称></机关><统一社会信用代码>91150000720180740Y</统一社会信用代码></row></rows>";
    assert_eq!(take_by(text.as_bytes(), named, 9).lines(), [format!("1 ready {NORTH}")]);
    let kinds = "<r><c><当事人>北方牧业有限公司</当事人><统一社会信用代码>91150000720180740Y</统一社会信用代码><处罚类别>罚款</处罚类别><处罚类别>警告</处罚类别></c></r>";
    let line = take(kinds.as_bytes(), "penalty").lines().remove(0);
    assert!(line.contains("CF_CFLB=2；1"), "{line}");
}

#[test]
fn an_attribute_may_say_which_field_an_element_is() {
    let expected = [
        format!("1 ready {NORTH}"),
        "2 held EST=2020-01-01 NAME=南方牧业有限公司 ?value-missing ?key-empty".to_owned(),
    ];
    let field = |name: &str, text: &str| [name.to_owned(), text.to_owned()];
    let records = [
        [field("企业名称", "北方牧业有限公司"), field("统一社会信用代码", "91150000720180740Y")],
        [field("企业名称", "南方牧业有限公司"), field("注册日期", "2020-01-01")],
    ];
    let written = |one: fn(&str, &str) -> String| -> String {
        let record = |fields: &[[String; 2]]| -> String {
            fields.iter().map(|[name, text]| one(name, text)).collect()
        };
        records.iter().map(|fields| format!("<row>{}</row>", record(fields))).collect()
    };
    let forms: [fn(&str, &str) -> String; 5] = [
        |name, text| format!("<field name=\"{name}\">{text}</field>"),
        |name, text| format!("<field name=\"{name}\" value=\"{text}\"/>"),
        |name, text| format!("<cell key=\"{name}\" type=\"C\" length=\"9\">{text}</cell>"),
        |name, text| format!("<field name=\"{name}\"><value>{text}</value></field>"),
        |name, text| format!("<Data ss:n=\"{name}\"><![CDATA[{text}]]></Data>"),
    ];
    for form in forms {
        let text = format!("<rows>{}</rows>", written(form));
        let taken = take(text.as_bytes(), "registration");
        assert_eq!(taken.lines(), expected, "{text}: {:?}", taken.findings);
    }
}

#[test]
fn a_mapping_names_the_record() {
    let rulebook = rulebook();
    let catalogue = rulebook.catalogue("registration").unwrap();
    let parse = |text: &str| Mapping::parse(text, catalogue);
    let mapping = parse("[xml]\nrow = \"/a/other/\"\n").unwrap();
    assert_eq!(mapping.xml_row.as_deref(), Some("a/other"));
    assert!(String::from_utf8(mapping.canonical_bytes()).unwrap().contains("xml_row"));
    for bad in ["xml = 1", "[xml]\nrow = 1", "[xml]\nrow = \"\"", "[xml]\nrow = \"a\"\nother = 1"] {
        assert_eq!(parse(bad).unwrap_err()[0].rule, "intake.mapping-value", "{bad}");
    }
    let text = format!(
        "<a>{}<other><企业名称>北方牧业有限公司</企业名称><统一社会信用代码>91150000720180740Y</统一社会信用代码></other></a>",
        records()
    );
    let mut named = options("registration");
    named.mapping = mapping;
    assert_eq!(take_by(text.as_bytes(), named, 9).lines(), [format!("1 ready {NORTH}")]);
    let mut missing = options("registration");
    missing.mapping.xml_row = Some("a/none".to_owned());
    assert_eq!(take_by(text.as_bytes(), missing, 9).rules(), ["intake.xml-shape"]);
}

#[test]
fn hostile_xml_ends_in_findings_and_keeps_the_rows_before() {
    let one = "<企业名称>北方牧业有限公司</企业名称><统一社会信用代码>91150000720180740Y</统一社会信用代码>";
    // Enough that what comes behind is not in the beginning that is looked at.
    let many = format!("<r>{one}</r>").repeat(1000);
    let cases: Vec<(&str, String, &str, usize)> = vec![
        (
            "a document type",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><x><企业名称>&a;</企业名称></x>".to_owned(),
            "xml-document-type",
            0,
        ),
        ("entities", format!("<x>{many}<r><企业名称>&lol;</企业名称></r></x>"), "xml-entity", 1000),
        ("depth", format!("<x>{many}{}", "<a>".repeat(200)), "xml-depth", 1000),
        ("depth at once", format!("<?xml version=\"1.0\"?>{}", "<a>".repeat(5000)), "xml-depth", 0),
        (
            "a long text",
            format!("<x>{many}<r><企业名称>{}</企业名称></r></x>", "长".repeat(20_000)),
            "xml-token",
            1000,
        ),
        (
            "a long tag",
            format!("<x>{many}<r a=\"{}\"/></x>", "x".repeat(20_000)),
            "xml-token",
            1000,
        ),
        ("cut", format!("<x>{many}<r>{one}"), "xml-broken", 1000),
        ("tags that do not fit", format!("<x>{many}<r></q></x>"), "xml-broken", 1000),
        ("nothing known", "<x><r><b>1</b></r><r><b>2</b></r></x>".to_owned(), "xml-shape", 0),
        ("another file behind", format!("<x>{many}</x></x>"), "xml-broken", 1000),
    ];
    for (name, text, rule, rows) in cases {
        let mut strict = options("registration");
        strict.limits = Limits { row_bytes: 10_000, json_keys: 20, ..Limits::default() };
        let taken = take_by(text.as_bytes(), strict, 50);
        assert!(taken.failed, "{name}");
        let last = taken.findings.last().unwrap();
        assert_eq!(
            (last.rule.as_str(), taken.rows.len()),
            (format!("intake.{rule}").as_str(), rows),
            "{name}"
        );
    }
}

#[test]
fn limits_of_a_record_cost_the_record() {
    let mut strict = options("registration");
    strict.limits = Limits { row_bytes: 3_000, json_keys: 5, ..Limits::default() };
    let long = "<a>长</a>".repeat(2_000);
    let keys: String = (0..9).map(|n| format!("<k{n}>1</k{n}>")).collect();
    let text = format!(
        "<x><r><企业名称>北方牧业有限公司</企业名称>{long}</r><r><企业名称>南方牧业有限公司</企业名称><统一社会信用代码>911599007201807401</统一社会信用代码>{keys}</r></x>"
    );
    let taken = take_by(text.as_bytes(), strict, 50);
    assert_eq!(taken.lines()[0], "1 refused !row-too-long");
    assert!(taken.lines()[1].starts_with(&format!("2 ready {SOUTH}")), "{:?}", taken.lines());
    assert!(taken.rules().contains(&"intake.keys-over".to_owned()));
}

//! Records in an array that lies inside other objects.

use gongxin_intake::{Format, Mapping};

use crate::support::{Taken, options, packed, rulebook, take, take_by};

const NORTH: &str = r#"{"企业名称":"北方牧业有限公司","统一社会信用代码":"91150000720180740Y"}"#;
const SOUTH: &str = r#"{"企业名称":"南方牧业有限公司","统一社会信用代码":"911599007201807401"}"#;

fn lines() -> [String; 2] {
    [
        "1 ready NAME=北方牧业有限公司 USCC=91150000720180740Y".to_owned(),
        "2 ready NAME=南方牧业有限公司 USCC=911599007201807401 .code-check".to_owned(),
    ]
}

fn said<'a>(taken: &'a Taken, rule: &str, value: &str) -> Vec<&'a str> {
    let of_rule = taken.findings.iter().filter(|one| one.rule == format!("intake.{rule}"));
    of_rule.map(|one| one.values[value].as_str()).collect()
}

#[test]
fn rows_are_found_inside_other_objects() {
    let rows = format!("[{NORTH},\n{SOUTH}]");
    let cases = [
        ("data", format!("{{\"data\":{rows}}}")),
        (
            "data.list",
            format!("{{\"code\":0,\"data\":{{\"total\":2,\"list\":{rows}}},\"msg\":\"]}}\"}}"),
        ),
        ("a.b.c.d", format!("{{\n\"a\": {{\"b\": {{\"c\": {{\"d\": {rows}, \"e\": []}}}}}}}}\n")),
        // One answer behind the other.
        ("data", format!("{{\"data\":[{NORTH}]}}\n{{\"data\":[{SOUTH}]}}\n")),
        ("RECORDS", format!("{{\"RECORDS\":{rows},\"x\":[1,2,[{{}}]]}}")),
    ];
    for (path, text) in cases {
        let taken = take(text.as_bytes(), "registration");
        assert_eq!(taken.lines(), lines(), "{text}: {:?}", taken.findings);
        assert_eq!(said(&taken, "json-wrapped", "path"), [path], "{text}");
        assert_eq!(taken.facts.as_ref().unwrap().format, Format::Json);
        assert!(!taken.failed);
    }
    let zip = packed(&[("1.json", format!("{{\"data\":{rows}}}").as_bytes())]);
    let taken = take(&zip, "registration");
    assert_eq!(taken.rows.len(), 2);
    assert_eq!(said(&taken, "json-wrapped", "path"), ["data"]);
    assert_eq!(taken.findings[0].part.as_deref(), Some("1.json"));
}

#[test]
fn what_is_beside_the_rows_is_named() {
    let text = format!("{{\"a\":[{{\"x\":1}}],\"data\":[{NORTH},{SOUTH}],\"b\":{{\"c\":[{{}}]}}}}");
    let taken = take(text.as_bytes(), "registration");
    assert_eq!(taken.lines(), lines());
    assert_eq!(said(&taken, "json-beside", "others"), ["a、b.c"]);
}

#[test]
fn an_object_that_is_a_record_is_read_as_one() {
    let branch = format!(
        "{{\"企业名称\":\"北方牧业有限公司\",\"统一社会信用代码\":\"91150000720180740Y\",\"分支\":[{SOUTH}]}}"
    );
    for text in [branch.clone(), format!("{branch}\n{branch}\n"), format!("[{branch}]")] {
        let taken = take(text.as_bytes(), "registration");
        assert!(taken.lines()[0].starts_with(&lines()[0]), "{:?}", taken.lines());
        assert!(said(&taken, "json-wrapped", "path").is_empty());
    }
}

#[test]
fn a_mapping_names_the_array() {
    let rulebook = rulebook();
    let catalogue = rulebook.catalogue("registration").unwrap();
    let mut named = options("registration");
    named.mapping = Mapping::parse("[json]\nrows = \"b\"\n", catalogue).unwrap();
    let text = format!("{{\"a\":[{NORTH}],\"b\":[{NORTH},{SOUTH}]}}");
    let taken = take_by(text.as_bytes(), named, 9);
    assert_eq!(taken.lines(), lines());
    assert_eq!(said(&taken, "json-beside", "others"), ["a"]);
    for bad in ["json = 1", "[json]\nrows = 1", "[json]\nrows = \"\"", "[json]\nrow = \"a\""] {
        assert_eq!(Mapping::parse(bad, catalogue).unwrap_err()[0].rule, "intake.mapping-value");
    }
}

#[test]
fn a_text_that_breaks_off_is_said_to() {
    for (text, rows) in [
        (format!("[{NORTH},{SOUTH}"), 2),
        (format!("{{\"data\":[{NORTH},{SOUTH}"), 2),
        (format!("{{\"data\":[{NORTH},{SOUTH}]"), 2),
        (format!("{{\"data\":[{NORTH},{}", &SOUTH[..29]), 2),
    ] {
        let taken = take(text.as_bytes(), "registration");
        assert_eq!((taken.rows.len(), taken.failed), (rows, true), "{text}");
        assert_eq!(said(&taken, "json-cut", "after"), ["2"], "{text}");
    }
    for text in
        [format!("[{NORTH},{SOUTH}]"), format!("{NORTH}\n{SOUTH}"), "[7, \"a]\", {}]".to_owned()]
    {
        let taken = take(text.as_bytes(), "registration");
        assert!(said(&taken, "json-cut", "after").is_empty(), "{text}");
    }
}

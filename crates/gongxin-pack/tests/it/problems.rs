//! One slip each in a small pack, and the problem that names it.

use gongxin_pack::{PackFiles, Problem, Stage, read};

const CATALOGUE: &str = r#"
id = "inspection"
name = { zh = "抽查检查", en = "Inspections" }
section = "administrative"
nature = "decision"
adverse = false
visibility = "public"
scope = ["organisation"]
suppliers = ["*"]
publication = "open"
retention = { ground = { from = "2020-01-01", basis = [{ law = "rule" }], confidence = "verified" } }
key = ["NUMBER"]
ground = { from = "2020-01-01", basis = [{ law = "rule", article = "第三条" }], confidence = "verified" }

[[fields]]
code = "NAME"
name = { zh = "名称", en = "name" }
type = "name"
visibility = "public"
role = "counterpart-name"

[[fields]]
code = "NUMBER"
name = { zh = "文号", en = "number" }
type = "document-number"
visibility = "public"

[[fields]]
code = "DAY"
name = { zh = "日期", en = "day" }
type = "day"
visibility = "public"
role = "decided-on"

[[checks]]
id = "inspection.later-than-today"
severity = "doubt"
rule = { not-after-today = { field = "DAY" } }
text = { zh = "日期晚于今天", en = "the day lies in the future" }
do = { zh = "核对", en = "compare" }
"#;

fn pack(edit: impl Fn(&str) -> String) -> PackFiles {
    let laws = r#"
[laws.rule]
title = { zh = "办法", en = "Rule" }
from = "2020-01-01"
confidence = "verified"
"#;
    PackFiles::from([
        ("x/pack.toml".to_owned(), b"id = \"x\"\nname = { zh = \"x\", en = \"x\" }\n".to_vec()),
        ("x/laws.toml".to_owned(), laws.as_bytes().to_vec()),
        ("x/catalogues/inspection.toml".to_owned(), edit(CATALOGUE).into_bytes()),
    ])
}

fn problems(from: &str, to: &str) -> Vec<Problem> {
    assert!(CATALOGUE.contains(from), "`{from}` is not in the catalogue");
    read(&pack(|text| text.replacen(from, to, 1))).1
}

#[test]
fn a_new_record_class_is_a_file() {
    let (rulebook, problems) = read(&pack(str::to_owned));
    assert_eq!(problems, []);
    let rulebook = rulebook.unwrap();
    assert_eq!(rulebook.catalogue("inspection").unwrap().fields.len(), 3);
    assert!(rulebook.finding_texts().get("inspection.later-than-today").is_some());
}

#[test]
fn every_slip_is_named_with_its_place() {
    let cases: [(&str, &str, Stage, &str); 14] = [
        ("section = \"administrative\"", "section = administrative", Stage::Syntax, ""),
        ("adverse = false", "adverse = false\ngrade = \"AAA\"", Stage::Shape, "grade"),
        ("type = \"name\"\nvisibility = \"public\"", "type = \"name\"", Stage::Shape, "visibility"),
        ("[\"organisation\"]", "[\"person\"]", Stage::Shape, "person"),
        ("law = \"rule\", article", "law = \"none\", article", Stage::References, "no law `none`"),
        ("key = [\"NUMBER\"]", "key = [\"NUMMER\"]", Stage::References, "NUMMER"),
        ("key = [\"NUMBER\"]", "key = []", Stage::Meaning, "no key"),
        ("field = \"DAY\"", "field = \"NAME\"", Stage::Meaning, "cannot be compared"),
        ("role = \"counterpart-name\"", "max_length = 9", Stage::Meaning, "counterpart-name"),
        ("adverse = false", "adverse = true", Stage::Meaning, "without an end"),
        ("code = \"DAY\"", "code = \"NUMBER\"", Stage::References, "declared twice"),
        ("\"document-number\"", "\"person-number\"", Stage::Meaning, "person's document"),
        ("type = \"document-number\"", "type = \"person-name\"", Stage::Meaning, "person's name"),
        (
            "from = \"2020-01-01\", basis = [{ law = \"rule\", ",
            "from = \"2020-01-01\", until = \
          \"2019-01-01\", basis = [{ law = \"rule\", ",
            Stage::Dates,
            "ends before it begins",
        ),
    ];
    for (from, to, stage, words) in cases {
        let problems = problems(from, to);
        let found = problems.iter().find(|problem| problem.stage == stage);
        let found = found.unwrap_or_else(|| panic!("{to}: {problems:?}"));
        assert!(found.what.contains(words), "{to}: {found}");
        assert!(found.line.is_some(), "{to}: {found}");
        assert_eq!(found.file, "x/catalogues/inspection.toml");
    }
}

#[test]
fn what_nobody_reads_is_named() {
    let mut files = pack(str::to_owned);
    files.insert("x/codes/lost.csv".to_owned(), b"code,zh\n1,a\n".to_vec());
    files.insert("x/measures.toml".to_owned(), Vec::new());
    files.insert("stray.toml".to_owned(), Vec::new());
    let named: std::collections::BTreeSet<String> =
        read(&files).1.into_iter().map(|problem| problem.file).collect();
    let expected = ["stray.toml", "x/codes/lost.csv", "x/measures.toml"];
    assert!(named.iter().eq(expected), "{named:?}");
}

#[test]
fn a_pack_adds_and_never_replaces() {
    let mut files = pack(str::to_owned);
    files.insert("x/catalogues/again.toml".to_owned(), CATALOGUE.as_bytes().to_vec());
    let problems = read(&files).1;
    assert!(
        problems.iter().any(|problem| problem.what.contains("already declared")),
        "{problems:?}"
    );
}

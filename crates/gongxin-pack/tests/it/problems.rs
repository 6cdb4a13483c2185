//! One slip each in a small pack, and the problem that names it.

use gongxin_pack::{PackFiles, Problem, RegisterId, Stage, ThresholdId, read};

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
issuer = "ministry"
from = "2020-01-01"
confidence = "verified"
"#;
    let thresholds: String = ThresholdId::ALL.into_iter().map(|id| threshold(id, "")).collect();
    PackFiles::from([
        ("x/thresholds.toml".to_owned(), thresholds.into_bytes()),
        ("x/pack.toml".to_owned(), b"id = \"x\"\nname = { zh = \"x\", en = \"x\" }\n".to_vec()),
        ("x/laws.toml".to_owned(), laws.as_bytes().to_vec()),
        ("x/catalogues/inspection.toml".to_owned(), edit(CATALOGUE).into_bytes()),
    ])
}

#[test]
fn figures_for_the_public_hide_something_and_move_at_some_rhythm() {
    for (id, values) in [
        (ThresholdId::LeastTold, [0, 1]),
        (ThresholdId::YearsTold, [0, 11]),
        (ThresholdId::EditionMonths, [0, 13]),
        (ThresholdId::EditionRestMinutes, [0, 61]),
        (ThresholdId::StartPageMinutes, [0, 1_441]),
    ] {
        let sound = threshold(id, "");
        let least = id.name();
        for value in values {
            let wrong = sound
                .lines()
                .map(|line| match line.strip_prefix("value = ") {
                    Some(_) => format!("value = {value}\n"),
                    None => format!("{line}\n"),
                })
                .collect::<String>();
            let mut files = pack(str::to_owned);
            let file = files.get_mut("x/thresholds.toml").unwrap();
            *file = String::from_utf8(file.clone()).unwrap().replace(&sound, &wrong).into_bytes();
            let problems = read(&files).1;
            let says = format!("`{least}` cannot be {value}");
            assert!(problems.iter().any(|one| one.what == says), "{says}: {problems:?}");
        }
    }
}

#[test]
fn a_register_lists_each_public_decision_once() {
    let register = |id: &str, catalogues: &str, days: &str| {
        format!(
            "[[registers]]\nid = \"{id}\"\nname = {{ zh = \"x\", en = \"x\" }}\ncatalogues = \
             [{catalogues}]\nground = {{ {days}, basis = [{{ law = \"rule\" }}], confidence = \
             \"verified\" }}\n"
        )
    };
    let always = "from = \"2020-01-01\"";
    let one = register("commitments", "\"inspection\"", always);
    let cases = [
        (register("commitments", "", always), "lists no class"),
        (register("commitments", "\"nothing\"", always), "no catalogue `nothing`"),
        (register("commitments", "\"inspection\", \"inspection\"", always), "listed twice"),
        (one.clone() + &register("double-publicity", "\"inspection\"", always), "listed twice"),
        (one.clone() + &one, "two makings of `commitments`"),
        (register("prizes", "\"inspection\"", always), "unknown variant `prizes`"),
        (one.replace("\"rule\"", "\"none\""), "no law `none`"),
        (one.clone(), ""),
    ];
    for (text, words) in cases {
        let mut files = pack(str::to_owned);
        files.insert("x/registers.toml".to_owned(), text.clone().into_bytes());
        let problems = read(&files).1;
        let found = problems.iter().any(|one| one.what.contains(words));
        assert!(found != words.is_empty(), "{text}: {problems:?}");
        assert!(!words.is_empty() || problems.is_empty(), "{problems:?}");
    }
    // What nobody may see stands in no register.
    for edit in ["publication = \"never\"", "nature = \"act\""] {
        let key = edit.split(' ').next().unwrap();
        let mut files = pack(|text| {
            let lines = text
                .lines()
                .map(|line| if line.starts_with(&format!("{key} = ")) { edit } else { line });
            lines.collect::<Vec<_>>().join("\n")
        });
        files.insert("x/registers.toml".to_owned(), one.clone().into_bytes());
        let problems = read(&files).1;
        let found = problems.iter().any(|one| one.what.contains("no decision that is published"));
        assert!(found, "{edit}: {problems:?}");
    }
}

#[test]
fn a_register_changes_on_its_day() {
    let (book, problems) = read(&pack(str::to_owned));
    assert_eq!(problems, []);
    let mut book = book.unwrap();
    let class = book.catalogue("inspection").unwrap();
    let (name, ground) = (class.name.clone(), class.ground.clone());
    let day = crate::day;
    let makings = [("2020-01-01", Some("2024-01-01"), "old"), ("2024-01-01", None, "inspection")];
    book.registers = makings
        .map(|(from, until, class)| gongxin_pack::Register {
            id: RegisterId::Commitments,
            name: name.clone(),
            catalogues: vec![class.to_owned()],
            ground: gongxin_pack::Ground {
                from: day(from),
                until: until.map(day),
                ..ground.clone()
            },
        })
        .to_vec();
    let of = |on: &str| book.register_of("inspection", day(on));
    assert_eq!(of("2019-12-31"), None);
    assert_eq!(of("2023-12-31"), None);
    assert_eq!(of("2024-01-01"), Some(RegisterId::Commitments));
    assert_eq!(book.register_of("old", day("2023-12-31")), Some(RegisterId::Commitments));
}

/// A threshold of the smallest value that any unit allows, in force until a day.
fn threshold(id: ThresholdId, until: &str) -> String {
    let value = match id {
        ThresholdId::BornBefore => 2010,
        ThresholdId::LeastTold => 2,
        _ => 1,
    };
    let until = if until.is_empty() { String::new() } else { format!("until = \"{until}\", ") };
    format!(
        "[[thresholds]]\nid = \"{}\"\nname = {{ zh = \"x\", en = \"x\" }}\nvalue = {value}\nground = \
         {{ from = \"2020-01-01\", {until}basis = [{{ law = \"rule\" }}], confidence = \"verified\" }}\n",
        id.name()
    )
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
fn a_decision_is_told_by_its_number() {
    let problems = |decision: &str, kind: &str| {
        let decision = format!("key = [\"NUMBER\"]\ndecision = [{decision}]");
        let number = format!("type = \"{kind}\"\nrole = \"document-number\"");
        read(&pack(|text| {
            text.replace("key = [\"NUMBER\"]", &decision)
                .replace("type = \"document-number\"", &number)
        }))
        .1
    };
    for (decision, kind, is_told) in [
        ("\"NUMBER\", \"DAY\"", "document-number", true),
        ("\"DAY\"", "document-number", false),
        // Where another field comes first, the number may be there and not in the decision.
        ("\"DAY|NUMBER\"", "document-number", false),
        ("\"NUMBER\", \"DAY\"", "text", false),
    ] {
        let problems = problems(decision, kind);
        let told = problems.iter().any(|one| one.what.contains("not told by its number"));
        assert_eq!(told, !is_told, "{decision} {kind}: {problems:?}");
    }
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

#[test]
fn every_threshold_has_a_value_on_every_day() {
    let crowd = threshold(ThresholdId::Crowd, "");
    let ended = threshold(ThresholdId::Crowd, "2022-01-01");
    let from = |day: &str| crowd.replace("2020-01-01", day);
    let cases = [
        (String::new(), Stage::References, "no pack states the threshold `crowd`"),
        (crowd.replace("value = 1", "value = 0"), Stage::Meaning, "`crowd` cannot be 0"),
        (crowd.replace("value = 1", "value = -1"), Stage::Shape, "-1"),
        (crowd.replace("crowd", "cloud"), Stage::Shape, "cloud"),
        (crowd.replace("law = \"rule\"", "law = \"none\""), Stage::References, "no law `none`"),
        (crowd.replace("[{ law = \"rule\" }]", "[]"), Stage::Meaning, "cites no clause"),
        (ended.clone(), Stage::Dates, "leave a gap or overlap"),
        (format!("{ended}{}", from("2021-12-31")), Stage::Dates, "leave a gap or overlap"),
        (format!("{ended}{}", from("2022-01-02")), Stage::Dates, "leave a gap or overlap"),
    ];
    for (text, stage, words) in cases {
        let mut files = pack(str::to_owned);
        let file = files.get_mut("x/thresholds.toml").unwrap();
        *file = String::from_utf8(file.clone()).unwrap().replace(&crowd, &text).into_bytes();
        let problems = read(&files).1;
        let found = problems.iter().any(|one| one.stage == stage && one.what.contains(words));
        assert!(found, "{text}: {problems:?}");
    }
}

#[test]
fn what_was_adopted_is_read_though_later_checks_refuse_it() {
    let mut files = pack(str::to_owned);
    files.remove("x/thresholds.toml");
    assert_eq!(read(&files).0, None);
    let book = gongxin_pack::read_adopted(&files).unwrap();
    assert!(book.catalogue("inspection").is_some());
    assert_eq!(book.threshold(ThresholdId::Crowd, crate::day("2026-11-24")), None);
    files.insert("x/laws.toml".to_owned(), b"laws = 1".to_vec());
    assert_eq!(gongxin_pack::read_adopted(&files), None);
}

#[test]
fn a_threshold_changes_on_its_day() {
    let mut files = pack(str::to_owned);
    let crowd = threshold(ThresholdId::Crowd, "");
    let next = crowd.replace("2020-01-01", "2022-01-01").replace("value = 1", "value = 7");
    let both = format!("{next}{}", threshold(ThresholdId::Crowd, "2022-01-01"));
    let file = files.get_mut("x/thresholds.toml").unwrap();
    *file = String::from_utf8(file.clone()).unwrap().replace(&crowd, &both).into_bytes();
    let (book, problems) = read(&files);
    assert_eq!(problems, []);
    let book = book.unwrap();
    for (day, value) in [("2019-01-01", 1), ("2021-12-31", 1), ("2022-01-01", 7)] {
        assert_eq!(book.threshold(ThresholdId::Crowd, crate::day(day)), Some(value), "{day}");
    }
}

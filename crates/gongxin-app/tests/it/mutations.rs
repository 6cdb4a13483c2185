//! Mutations of the packs, made mechanically: for every file, every ground, every dated value, every
//! code list, every term a slip, and each refused by the check or by a case; what may be so is named
//! with its reason.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_app::packs;
use gongxin_model::Day;
use gongxin_pack::{PackFiles, Problem, REHEARSAL_PACK, Rulebook, load};
use toml::{Table, Value};

/// A place in a file: keys and numbers from the root.
type Path = Vec<Step>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    At(usize),
}

/// A file with one slip in it.
struct Mutant {
    file: String,
    slip: &'static str,
    place: String,
    bytes: Vec<u8>,
}

/// Mutants that survive, and why they may.
const EXCUSES: [(&str, &str, &str); 6] = [
    (
        "unknown key",
        "extra",
        "a code may have further columns; nothing reads what it does not know",
    ),
    ("unknown column", "codes/", "a code may have further columns, as above"),
    (
        "issuer: standards",
        "words",
        "it says what something is called or how it is written: a standard may",
    ),
    (
        "issuer: another field",
        "words",
        "it says what something is called: whose rule says so is free",
    ),
    (
        "unit",
        "thresholds",
        "within the range of its unit: a choice of our own that no law measures",
    ),
    (
        "issuer: invented",
        "rehearsal",
        "the rehearsal may stand on itself, and nothing on what nobody cites",
    ),
];

#[test]
fn every_mutation_is_refused_or_has_a_reason() {
    let files = packs::gather(true, &[]).unwrap();
    let rulebook = packs::rulebook(&files).unwrap();
    let mut tally: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    let mut survivors = Vec::new();
    for (path, bytes) in &files {
        let local = Local::new(&files, path);
        let mutants = match std::str::from_utf8(bytes).unwrap() {
            text if path.ends_with(".toml") => of_toml(path, text),
            text => of_table(path, text),
        };
        for mutant in mutants {
            let counted = tally.entry(mutant.slip).or_default();
            if local.refuses(&mutant) {
                counted[0] += 1;
            } else if excuse(&rulebook, &mutant).is_some() {
                counted[2] += 1;
            } else if refused(&files, &mutant) {
                counted[1] += 1;
            } else {
                survivors.push(format!("{}: {} at {}", mutant.file, mutant.slip, mutant.place));
            }
        }
    }
    let sum = |place: usize| tally.values().map(|counts| counts[place]).sum::<u64>();
    let words = format!(
        "{} refused by the check, {} by a case, {} excused, {} survive: {tally:?}",
        sum(0),
        sum(1),
        sum(2),
        survivors.len()
    );
    assert!(survivors.is_empty(), "{words}\n{}", survivors.join("\n"));
    // The committed figure: who adds to the packs adds mutants.
    assert!(sum(0) > 3_000 && sum(1) > 30, "{words}");
}

/// What is needed to judge mutants of one file: what is wrong with a few files anyway, because the
/// others are not there, is no refusal.
struct Local {
    files: PackFiles,
    anyway: BTreeSet<String>,
}

impl Local {
    fn new(files: &PackFiles, path: &str) -> Self {
        let needless = |other: &str| {
            other != path
                && (other.contains("/catalogues/")
                    || other.contains("/tests/")
                    || other.ends_with("names.toml")
                    || other.ends_with("calendar.toml")
                    || other.ends_with("sources.csv"))
        };
        // An act names other classes, and a list's lines a class: these are asked of the whole.
        let files: PackFiles = files
            .iter()
            .filter(|(other, _)| !needless(other))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect();
        let anyway = problems(&files);
        Self { files, anyway }
    }

    fn refuses(&self, mutant: &Mutant) -> bool {
        let mut files = self.files.clone();
        files.insert(mutant.file.clone(), mutant.bytes.clone());
        !problems(&files).is_subset(&self.anyway)
    }
}

fn problems(files: &PackFiles) -> BTreeSet<String> {
    let words = |one: Problem| format!("{}: {}", one.file, one.what);
    load(files).problems.into_iter().map(words).collect()
}

/// Refused by the check of all packs, their cases among it.
fn refused(files: &PackFiles, mutant: &Mutant) -> bool {
    let mut files = files.clone();
    files.insert(mutant.file.clone(), mutant.bytes.clone());
    !packs::check(&files).is_well()
}

fn excuse(rulebook: &Rulebook, mutant: &Mutant) -> Option<&'static str> {
    let by = |slip: &str, of: &str| {
        let found = EXCUSES.iter().find(|(one, where_, _)| *one == slip && *where_ == of);
        found.map(|(_, _, reason)| *reason)
    };
    match mutant.slip {
        "unknown key" if mutant.place.contains("extra") => by("unknown key", "extra"),
        "unknown column" if mutant.file.contains("/codes/") => by("unknown column", "codes/"),
        "unit" if mutant.file.ends_with("thresholds.toml") => by("unit", "thresholds"),
        "issuer: invented" if mutant.file.starts_with(REHEARSAL_PACK) || is_uncited(mutant) => {
            by("issuer: invented", "rehearsal")
        }
        "issuer: standards" | "issuer: another field" if is_words(rulebook, mutant) => {
            by(mutant.slip, "words")
        }
        _ => None,
    }
}

/// True for a law that no value cites.
fn is_uncited(mutant: &Mutant) -> bool {
    let law = mutant.place.strip_prefix("laws.").and_then(|rest| rest.strip_suffix(".issuer"));
    let files = packs::gather(true, &[]).unwrap();
    law.is_some_and(|law| {
        let cites = [format!("law = \"{law}\""), format!(",{law},"), format!("|{law},")];
        let text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).unwrap();
        !files.values().any(|bytes| cites.iter().any(|cite| text(bytes).contains(cite)))
    })
}

/// True for a ground on which nothing is published, listed, ended or shielded.
fn is_words(rulebook: &Rulebook, mutant: &Mutant) -> bool {
    let Mutant { file, place, .. } = mutant;
    if file.contains("/terms/") || file.contains("/lists/") {
        return false;
    }
    let Some((_, name)) = file.split_once("/catalogues/") else {
        return true;
    };
    let catalogue = &rulebook.catalogues[name.strip_suffix(".toml").unwrap()];
    let of_class = ["ground", "act.whole_subject.ground"].contains(&place.as_str());
    let burdens = catalogue.adverse.may_be() || catalogue.act.is_some();
    !(of_class && burdens)
}

/// Every slip that a TOML file of a pack can have.
fn of_toml(file: &str, text: &str) -> Vec<Mutant> {
    let root: Table = text.parse().unwrap();
    let root = Value::Table(root);
    let mut places = Vec::new();
    collect(&root, &mut Vec::new(), &mut places);
    let mut mutants = Vec::new();
    // Cases are read alike: the first twenty of a file are mutated.
    let is_early = |path: &Path| match path.get(1) {
        Some(Step::At(place)) => !file.contains("/tests/") || *place < 20,
        _ => true,
    };
    for path in places.iter().filter(|path| is_early(path)) {
        slips(at(&root, path), path, &mut |slip, value| {
            let mut other = root.clone();
            *at_mut(&mut other, path) = value;
            let bytes = toml::to_string(&other).unwrap().into_bytes();
            let place = words(path);
            mutants.push(Mutant { file: file.to_owned(), slip, place, bytes });
        });
    }
    mutants
}

fn collect(value: &Value, path: &mut Path, places: &mut Vec<Path>) {
    places.push(path.clone());
    let steps: Vec<(Step, &Value)> = match value {
        Value::Table(table) => {
            table.iter().map(|(key, inner)| (Step::Key(key.clone()), inner)).collect()
        }
        Value::Array(array) => {
            array.iter().enumerate().map(|(place, inner)| (Step::At(place), inner)).collect()
        }
        _ => Vec::new(),
    };
    for (step, inner) in steps {
        path.push(step);
        collect(inner, path, places);
        path.pop();
    }
}

fn at<'a>(root: &'a Value, path: &[Step]) -> &'a Value {
    path.iter().fold(root, |value, step| match step {
        Step::Key(key) => &value[key.as_str()],
        Step::At(place) => &value[*place],
    })
}

fn at_mut<'a>(root: &'a mut Value, path: &[Step]) -> &'a mut Value {
    path.iter().fold(root, |value, step| match step {
        Step::Key(key) => &mut value[key.as_str()],
        Step::At(place) => &mut value[*place],
    })
}

fn words(path: &[Step]) -> String {
    let words = path.iter().map(|step| match step {
        Step::Key(key) => key.clone(),
        Step::At(place) => place.to_string(),
    });
    words.collect::<Vec<_>>().join(".")
}

/// The slips that a value can have, each with the value in its place.
fn slips(value: &Value, path: &[Step], slip: &mut impl FnMut(&'static str, Value)) {
    let key = match path.last() {
        Some(Step::Key(key)) => key.as_str(),
        _ => "",
    };
    match value {
        Value::Table(table) => of_tables(table, slip),
        Value::Integer(number) => of_numbers(*number, key, slip),
        Value::String(text) => of_texts(text, key, path, slip),
        Value::Boolean(is) if ["public", "end_inclusive"].contains(&key) => {
            slip("switch", Value::Boolean(!is));
        }
        _ => {}
    }
}

fn of_tables(table: &Table, slip: &mut impl FnMut(&'static str, Value)) {
    let with = |key: &str, value: Value| {
        let mut other = table.clone();
        other.insert(key.to_owned(), value);
        Value::Table(other)
    };
    slip("unknown key", with("zz-unknown", text("x")));
    if table.contains_key("basis") {
        of_grounds(table, slip);
    }
    if let Some(from) = table.get("from").and_then(Value::as_str) {
        slip("empty period", with("until", text(from)));
    }
    if let (Some(min), Some(max)) = (months(table, "min_months"), months(table, "max_months")) {
        slip("longest below shortest", with("min_months", Value::Integer(max + 1)));
        if min > 0 {
            slip("longest below shortest", with("max_months", Value::Integer(min - 1)));
        }
        let mut endless = table.clone();
        endless.remove("max_months");
        if table["public"].as_bool() == Some(true) {
            slip("no longest term", Value::Table(endless));
        }
    } else if let Some(max) = months(table, "max_months") {
        slip("longest below shortest", with("early_exit_months", Value::Integer(max + 1)));
    }
    if table.contains_key("applies") {
        of_rules(table, slip);
    }
}

fn months(table: &Table, key: &str) -> Option<i64> {
    table.get(key)?.as_integer()
}

fn of_grounds(ground: &Table, slip: &mut impl FnMut(&'static str, Value)) {
    let with = |key: &str, value: Value| {
        let mut other = ground.clone();
        other.insert(key.to_owned(), value);
        Value::Table(other)
    };
    let on = |law: &str| {
        let cite = Table::from_iter([("law".to_owned(), text(law))]);
        with("basis", Value::Array(vec![Value::Table(cite)]))
    };
    let cites = |law: &str| {
        ground["basis"].as_array().unwrap().iter().any(|cite| cite["law"].as_str() == Some(law))
    };
    let mut bare = ground.clone();
    bare.remove("basis");
    slip("no basis", Value::Table(bare));
    slip("no basis", with("basis", Value::Array(Vec::new())));
    slip("no such law", on("no-such-law"));
    slip("expired basis", on("penalty-law-1996"));
    slip("before its basis", with("from", text("1970-01-01")));
    slip("issuer: invented", on("rehearsal"));
    slip("issuer: standards", on("gb-2260"));
    // A law of finance, in force since 2003; of finance itself another one.
    let other = if cites("procurement-law") { "court-2017-7" } else { "procurement-law" };
    slip("issuer: another field", on(other));
}

/// Days of a rule moved by one: a gap, an overlap, a transition that is not one.
fn of_rules(rule: &Table, slip: &mut impl FnMut(&'static str, Value)) {
    for (key, twin) in
        [("from", true), ("until", true), ("decided_before", false), ("decided_from", false)]
    {
        let Some(day) = rule["applies"].get(key).and_then(Value::as_str) else {
            continue;
        };
        for days in [-1, 1] {
            let moved = day.parse::<Day>().unwrap().plus_days(days).to_string();
            let mut other = rule.clone();
            other["applies"][key] = text(&moved);
            slip("day moved", Value::Table(other.clone()));
            if twin {
                other["ground"][key] = text(&moved);
                slip("gap or overlap", Value::Table(other));
            }
        }
    }
    let mut endless = rule.clone();
    if let Some(applies) = endless["applies"].as_table_mut()
        && applies.remove("until").is_some()
    {
        endless["ground"].as_table_mut().unwrap().remove("until");
        slip("gap or overlap", Value::Table(endless));
    }
}

fn of_numbers(number: i64, key: &str, slip: &mut impl FnMut(&'static str, Value)) {
    if key.ends_with("_months") {
        if number > 0 {
            slip("unit", Value::Integer(number * 30));
        }
        slip("unit", text(&format!("{number} months")));
    }
    match key {
        "deadline_working_days" => slip("unit", Value::Integer(number * 24)),
        "value" => slip("unit", Value::Integer(number * 1_000)),
        "year" => slip("gap or overlap", Value::Integer(number + 1)),
        _ => {}
    }
}

fn of_texts(words: &str, key: &str, path: &[Step], slip: &mut impl FnMut(&'static str, Value)) {
    let inside = |name: &str| path.iter().any(|step| *step == Step::Key(name.to_owned()));
    match key {
        "law" => slip("no such law", text("no-such-law")),
        "class" | "default_class" if !inside("expect") => {
            for other in ["minor", "ordinary", "serious"] {
                if other != words {
                    slip("wrong class", text(other));
                }
            }
        }
        "code" | "codes" if inside("type") => slip("no such code list", text("no-such-list")),
        "table" => slip("no such code list", text("no-such-table")),
        "conduct" | "entries_from" | "extends" => slip("no such code list", text("no-such-list")),
        "type" if words == "wan" => slip("unit", text("yuan")),
        "type" if words == "yuan" => slip("unit", text("wan")),
        "issuer" => slip("issuer: invented", text("invented")),
        "from" | "until" | "issued" | "as_of" => {
            slip("no day", text("2026-02-30"));
            slip("no day", Value::Integer(20_260_401));
        }
        _ if inside("code_lists") => slip("no such code list", text("no-such-list")),
        _ => {}
    }
}

fn text(words: &str) -> Value {
    Value::String(words.to_owned())
}

/// Every slip that a row of a table can have, one for each kind of slip and row.
fn of_table(file: &str, whole: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = whole.lines().collect();
    let head = lines.iter().position(|line| !line.starts_with('#')).unwrap();
    let columns: Vec<&str> = lines[head].split(',').collect();
    let is_sources = file.ends_with("sources.csv");
    let mut mutants = Vec::new();
    let mut push = |slip: &'static str, place: String, at: usize, line: String| {
        let mut other: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        other[at] = line;
        if slip == "unknown column" {
            other[head] = format!("{},zz", lines[head]);
        }
        let bytes = (other.join("\n") + "\n").into_bytes();
        mutants.push(Mutant { file: file.to_owned(), slip, place, bytes });
    };
    // A long list of codes is read row by row alike: of those without days the first twenty.
    let mut plain = 0;
    for (number, line) in lines.iter().enumerate().skip(head + 1) {
        let cells: Vec<&str> = line.split(',').collect();
        if cells.len() != columns.len() || line.contains('"') {
            continue;
        }
        let cell = |name: &str| columns.iter().position(|column| *column == name);
        let mut set = |slip: &'static str, name: &str, value: &str| {
            if let Some(place) = cell(name) {
                let mut cells = cells.clone();
                cells[place] = value;
                push(slip, format!("{}.{name}", number + 1), number, cells.join(","));
            }
        };
        let from = cell("from").map_or("", |place| cells[place]);
        plain += u32::from(from.is_empty());
        if from.is_empty() && plain > 20 {
            continue;
        }
        set("no code", "code", "");
        if !from.is_empty() {
            set("empty period", "until", from);
            set("no day", "from", "2026-02-30");
        }
        if is_sources {
            set("no basis", "law", "");
            set("no such law", "law", "no-such-law");
            set("expired basis", "law", "penalty-law-1996");
            set("before its basis", "from", "1970-01-01");
            if !file.starts_with(REHEARSAL_PACK) {
                set("issuer: invented", "law", "rehearsal");
            }
            set("no such code list", "sector", "no-such-sector");
            set("no such code list", "region", "000001");
        }
        let wide = format!("{line},x");
        if plain <= 1 {
            push("unknown column", format!("{}", number + 1), number, wide);
        }
    }
    mutants
}

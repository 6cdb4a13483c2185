//! What every value of the packs stands on, and the ways in which that can be wrong. All values are
//! given the same slip at once, each by a law of its own, so that each must be found by itself.

use std::collections::BTreeMap;

use gongxin_model::Day;
use gongxin_pack::{PackFiles, Problem, Rulebook};
use toml::de::DeTable;

use super::edit::{Edit, Table, each_table, edited};
use super::{LAWS, Tally, is_in_block, problems};

/// What stands on a ground.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Carries {
    /// Words and layouts: any law may say how something is called.
    Words,
    /// What is published, ended or shielded, for some sectors.
    Burden(Vec<String>),
    /// A list of seriously untrustworthy entities.
    List(Vec<String>),
}

/// A ground where it stands.
#[derive(Debug)]
pub(super) struct Place {
    file: String,
    line: usize,
    from: Day,
    carries: Carries,
    /// Where its basis and its first day stand.
    basis: Edit,
    first_day: Edit,
}

/// A way to be wrong: its name, the law that each value cites, and what is said of it.
struct Way {
    slip: &'static str,
    law: fn(&Place) -> Option<String>,
    says: &'static str,
    /// True for values that are refused; the others may stand so, for the reason.
    refuses: fn(&Place) -> bool,
    excuse: &'static str,
}

const WORDS: &str = "what something is called and how it is written, any law or standard may say";
const ANY: fn(&Place) -> bool = |_| true;

fn law(days: &str, issuer: &str, sectors: &str) -> Option<String> {
    Some(format!(
        "title = {{ zh = \"某法\", en = \"a law\" }}\nissuer = \"{issuer}\"\n{sectors}{days}\n\
         confidence = \"verified\"\n"
    ))
}

const ALWAYS: &str = "from = \"1900-01-01\"";

/// Found by the id of the law that a value cites.
const WAYS: [Way; 7] = [
    Way { slip: "no such law", law: |_| None, says: "there is no law", refuses: ANY, excuse: "" },
    Way {
        slip: "basis expired before its use",
        law: |place| law(&format!("{ALWAYS}\nuntil = \"{}\"", place.from), "congress", ""),
        says: "which is in force on no day of it",
        refuses: ANY,
        excuse: "",
    },
    Way {
        slip: "issuer: standards",
        law: |_| law(ALWAYS, "standards", ""),
        says: "its issuer may not found it",
        refuses: |place| place.carries != Carries::Words,
        excuse: WORDS,
    },
    Way {
        slip: "issuer: none that is real",
        law: |_| law(ALWAYS, "invented", ""),
        says: "which is invented",
        refuses: |place| !place.file.starts_with("rehearsal/"),
        excuse: "the rehearsal stands on itself: it is shown as one and has no effect",
    },
    Way {
        slip: "issuer: a region’s government",
        law: |_| law(ALWAYS, "regional-government", ""),
        says: "its issuer may not found it",
        refuses: |place| matches!(place.carries, Carries::List(_)),
        excuse: "local rules may publish what they may regulate; lists they may not found",
    },
    Way {
        slip: "issuer: another field",
        law: |place| law(ALWAYS, "ministry", &format!("sectors = [\"{}\"]\n", other_sector(place))),
        says: "it governs another field",
        refuses: |place| place.carries != Carries::Words,
        excuse: WORDS,
    },
    Way {
        slip: "issuer: a field that there is not",
        law: |_| law(ALWAYS, "ministry", "sectors = [\"no-such-sector\"]\n"),
        says: "it governs another field",
        refuses: |place| place.carries != Carries::Words,
        excuse: WORDS,
    },
];

/// A sector for which a value does not hold.
fn other_sector(place: &Place) -> &'static str {
    let (Carries::Burden(own) | Carries::List(own)) = &place.carries else { return "finance" };
    if own.iter().any(|sector| sector == "finance") { "court" } else { "finance" }
}

/// All grounds of values; those of sources stand in tables, and have slips of their own there.
pub(super) fn all(files: &PackFiles, book: &Rulebook) -> Vec<Place> {
    let mut places = Vec::new();
    for (file, bytes) in files.iter().filter(|(file, _)| !file.contains("/tests/")) {
        let text = std::str::from_utf8(bytes).unwrap();
        if file.ends_with(".toml") {
            let root = DeTable::parse(text).unwrap();
            let mut sectors = Vec::new();
            let mut offered = None;
            each_table(text, root.get_ref(), &mut |table| {
                let is_list = table.path.len() == 2 && table.path[0] == "lists";
                if is_list || table.entry("applies").is_some() {
                    sectors = strings(table, "sectors").unwrap_or_default();
                }
                if file.ends_with("/open-data.toml") {
                    offered = table.text_of("catalogue").map(str::to_owned).or(offered.take());
                }
                let place = ground(file, table, &sectors, book);
                let is_burden = |id: &String| book.catalogues[id].adverse.may_be();
                let open = offered
                    .as_ref()
                    .filter(|_| table.path.first().is_some_and(|one| one == "offers"));
                places.extend(place.map(|place| match open.filter(|id| is_burden(id)) {
                    Some(_) => Place { carries: Carries::Burden(Vec::new()), ..place },
                    None => place,
                }));
            });
        }
    }
    places
}

fn strings(table: &Table<'_>, key: &str) -> Option<Vec<String>> {
    let items = table.entry(key)?.value.as_array()?;
    Some(items.iter().filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect())
}

fn ground(file: &str, table: &Table<'_>, sectors: &[String], book: &Rulebook) -> Option<Place> {
    let (basis, from) = (table.entry("basis")?, table.entry("from")?);
    let basis = basis.set("");
    Some(Place {
        file: file.to_owned(),
        line: basis.line(table.text),
        from: from.value.as_str()?.parse().unwrap(),
        carries: carries(file, table, sectors, book),
        basis,
        first_day: from.set("\"1970-01-01\""),
    })
}

fn carries(file: &str, table: &Table<'_>, sectors: &[String], book: &Rulebook) -> Carries {
    let path = table.path.join(".");
    if file.contains("/terms/") {
        let own = if path == "ground" { &[][..] } else { sectors };
        return Carries::Burden(own.to_vec());
    }
    if file.contains("/lists/") {
        return Carries::List(sectors.to_vec());
    }
    let class = file.split_once("/catalogues/").and_then(|(_, name)| name.strip_suffix(".toml"));
    let Some(class) = class.map(|id| &book.catalogues[id]) else { return Carries::Words };
    let is_burden = class.adverse.may_be() || class.act.is_some();
    if is_burden && ["ground", "act.whole_subject.ground"].contains(&path.as_str()) {
        return Carries::Burden(class.suppliers.clone());
    }
    Carries::Words
}

/// Every value stands wrongly, in one way after the other.
pub(super) fn judge(files: &PackFiles, places: &[Place], tally: &mut Tally) {
    for way in &WAYS {
        let found = problems(&wrong(files, places, way));
        for (number, place) in places.iter().enumerate() {
            let id = format!("`zz-{number}`");
            let of = |one: &&Problem| one.what.contains(&id) && one.what.contains(way.says);
            let found: Vec<&Problem> = found.iter().filter(of).collect();
            judge_one(files, place, way, &found, tally);
        }
    }
    counted(files, places, "basis empty", "cites no clause", |place| place.emptied(), tally);
    let early = |place: &Place| place.first_day.clone();
    counted(files, places, "before its basis", "on 1970-01-01 no clause of", early, tally);
}

fn judge_one(files: &PackFiles, place: &Place, way: &Way, found: &[&Problem], tally: &mut Tally) {
    if !(way.refuses)(place) {
        assert!(found.is_empty(), "{}: {place:?} is refused after all", way.slip);
        tally.excused(way.slip, way.excuse);
        return;
    }
    let Some(one) = found.iter().find(|one| one.file == place.file) else {
        tally.survives(way.slip, &format!("{}:{}", place.file, place.line));
        return;
    };
    tally.refused(way.slip);
    let text = std::str::from_utf8(&files[&place.file]).unwrap();
    if !one.line.is_some_and(|line| is_in_block(text, place.line, line)) {
        tally.astray(way.slip, &format!("{}:{}", place.file, place.line), one);
    }
}

impl Place {
    fn emptied(&self) -> Edit {
        self.basis.with("[]")
    }
}

/// The packs with each value citing a law of its own that is wrong in a way.
fn wrong(files: &PackFiles, places: &[Place], way: &Way) -> PackFiles {
    let mut laws = String::from_utf8(files[LAWS].clone()).unwrap();
    let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    for (number, place) in places.iter().enumerate() {
        let id = format!("zz-{number}");
        edits
            .entry(&place.file)
            .or_default()
            .push(place.basis.with(&format!("[{{ law = \"{id}\" }}]")));
        if let Some(law) = (way.law)(place) {
            laws += &format!("\n[laws.{id}]\n{law}");
        }
    }
    let mut files = replaced(files, edits);
    files.insert(LAWS.to_owned(), laws.into_bytes());
    files
}

fn replaced(files: &PackFiles, edits: BTreeMap<&str, Vec<Edit>>) -> PackFiles {
    let mut files = files.clone();
    for (file, edits) in edits {
        let text = std::str::from_utf8(&files[file]).unwrap();
        let (text, _) = edited(text, &edits);
        files.insert(file.to_owned(), text.into_bytes());
    }
    files
}

/// Where no law tells the values apart: as many findings in each file as it has values.
fn counted(
    files: &PackFiles,
    places: &[Place],
    slip: &'static str,
    says: &str,
    edit: impl Fn(&Place) -> Edit,
    tally: &mut Tally,
) {
    let mut edits: BTreeMap<&str, Vec<Edit>> = BTreeMap::new();
    for place in places {
        edits.entry(&place.file).or_default().push(edit(place));
    }
    let counts: BTreeMap<String, usize> =
        edits.iter().map(|(file, edits)| ((*file).to_owned(), edits.len())).collect();
    let found = problems(&replaced(files, edits));
    for (file, count) in counts {
        let of = |one: &&Problem| one.file == file && one.what.contains(says);
        let found = found.iter().filter(of).count();
        (0..found.min(count)).for_each(|_| tally.refused(slip));
        (found..count).for_each(|_| tally.survives(slip, &file));
    }
}

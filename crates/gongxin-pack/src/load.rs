//! From files to a rulebook: syntax and shape. References, dates and meaning follow in `check`.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{Day, Severity};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cases::{Case, CaseFile, ProcedureCase, Uncovered};
use crate::figures::FigureFile;
use crate::files::PackFiles;
use crate::open_data::OpenDataFile;
use crate::problem::{Problem, Stage, line_at, line_of};
use crate::purposes::PurposeFile;
use crate::registers::RegisterFile;
use crate::rulebook::{
    Calendar, CalendarYear, CaseProcedure, Catalogue, CodeEntry, CodeList, Ground, ListRule,
    NameLists, NamePartLists, NameWords, Names, PackInfo, Rulebook, Sector, TermTable, Text,
    UploadLayout,
};
use crate::tables;
use crate::thresholds::ThresholdFile;

/// `laws.toml`: a table for each law.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LawFile {
    /// The laws, by id.
    pub laws: BTreeMap<String, crate::rulebook::Law>,
}

/// `lists/*.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListFile {
    /// The lists.
    pub lists: Vec<ListRule>,
}

/// `sectors.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SectorFile {
    /// The sectors.
    pub sectors: Vec<Sector>,
}

/// `calendar.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalendarFile {
    /// The arranged years.
    pub years: Vec<CalendarYear>,
}

/// `codes/*.toml` that adds entries to a list of another pack.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeAddition {
    /// The list that it adds to.
    pub extends: String,
    /// The CSV file with the entries, relative to this file.
    #[serde(default)]
    pub entries_from: Option<String>,
    /// The entries.
    #[serde(default)]
    pub entries: Vec<CodeEntry>,
    /// What they stand on.
    pub ground: crate::rulebook::Ground,
}

/// What reading gave: the rulebook, the packs' own tests, and where each value stands.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The rulebook, complete where there are no problems.
    pub rulebook: Rulebook,
    /// The packs' own tests: file and case.
    pub cases: Vec<(String, Case)>,
    /// The packs' own tests of procedures: file and case.
    pub procedure_cases: Vec<(String, ProcedureCase)>,
    /// What no case covers, by the packs' own word: file, item and reason.
    pub uncovered: Vec<(String, Uncovered)>,
    /// All problems, in the order of files.
    pub problems: Vec<Problem>,
    pub(crate) places: BTreeMap<String, String>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) years: BTreeMap<i16, String>,
    /// Grounds that the rulebook itself does not keep: item, words to find them by, ground.
    pub(crate) grounds: Vec<(String, String, Ground)>,
    additions: Vec<(String, CodeAddition)>,
    off: BTreeSet<Day>,
    work: BTreeSet<Day>,
    used_tables: BTreeSet<String>,
    names: NameLists,
    name_parts: NamePartLists,
}

/// The code list that is made of the lists' rules.
const SERIOUS_LISTS: &str = "serious-lists";

/// Reads packs into a rulebook. No rulebook where anything is wrong.
#[must_use]
pub fn read(files: &PackFiles) -> (Option<Rulebook>, Vec<Problem>) {
    let loaded = load(files);
    if loaded.problems.is_empty() {
        (Some(loaded.rulebook), Vec::new())
    } else {
        (None, loaded.problems)
    }
}

/// Reads packs that were checked when they were adopted. Checks that came later do not unmake them:
/// the past is read by the rules of its time. None where a file cannot be read at all.
#[must_use]
pub fn read_adopted(files: &PackFiles) -> Option<Rulebook> {
    let loaded = load(files);
    let is_readable = loaded.problems.iter().all(|problem| problem.stage > Stage::Shape);
    is_readable.then_some(loaded.rulebook)
}

/// Reads packs and keeps what `pack check`, `test` and `explain` need besides the rulebook.
#[must_use]
pub fn load(files: &PackFiles) -> Loaded {
    let mut loaded = Loaded::default();
    for (path, bytes) in files {
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text);
                loaded.files.insert(path.clone(), text.to_owned());
            }
            Err(error) => {
                let line = bytes.iter().take(error.valid_up_to()).filter(|b| **b == b'\n').count();
                loaded.problem(
                    (path, Some(line + 1)),
                    Stage::Syntax,
                    "the file is not UTF-8",
                    "pack files are text that a lawyer reads",
                    "save it as UTF-8",
                );
            }
        }
    }
    let roots: Vec<String> = loaded
        .files
        .keys()
        .filter_map(|path| path.strip_suffix("pack.toml"))
        .map(str::to_owned)
        .collect();
    let paths: Vec<String> = loaded.files.keys().cloned().collect();
    for path in &paths {
        let root = roots.iter().filter(|root| path.starts_with(*root)).max_by_key(|r| r.len());
        match root.and_then(|root| path.strip_prefix(root.as_str())) {
            Some(inner) => loaded.file(path, inner),
            None => loaded.problem(
                (path, None),
                Stage::References,
                "no `pack.toml` lies above the file",
                "every file belongs to a pack that says what it is",
                "add a `pack.toml` to the directory",
            ),
        }
    }
    loaded.finish();
    crate::check::check(&mut loaded);
    loaded
}

impl Loaded {
    pub(crate) fn problem(
        &mut self,
        (file, line): (&str, Option<usize>),
        stage: Stage,
        what: impl Into<String>,
        why: impl Into<String>,
        suggestion: impl Into<String>,
    ) {
        self.problems.push(Problem {
            file: file.to_owned(),
            line,
            stage,
            what: what.into(),
            why: why.into(),
            suggestion: suggestion.into(),
        });
    }

    fn file(&mut self, path: &str, inner: &str) {
        match inner.split_once('/') {
            None => match inner {
                "pack.toml" => self.single(path, |book, pack: PackInfo| {
                    let id = pack.id.clone();
                    (format!("pack:{id}"), book.packs.insert(id, pack).is_some())
                }),
                "laws.toml" => self.laws(path),
                "sectors.toml" => self.sectors(path),
                "calendar.toml" => self.calendar(path),
                "names.toml" => self.names(path),
                "name-parts.toml" => self.name_parts(path),
                "thresholds.toml" => self.thresholds(path),
                "figures.toml" => self.figures(path),
                "registers.toml" => self.registers(path),
                "open-data.toml" => self.open_data(path),
                "purposes.toml" => self.purposes(path),
                "sources.csv" => self.sources(path),
                _ => self.unknown(path),
            },
            Some(("catalogues", _)) => self.single(path, |book, catalogue: Catalogue| {
                let id = catalogue.id.clone();
                (format!("catalogue:{id}"), book.catalogues.insert(id, catalogue).is_some())
            }),
            Some(("terms", _)) => self.single(path, |book, table: TermTable| {
                let id = table.id.clone();
                (format!("terms:{id}"), book.terms.insert(id, table).is_some())
            }),
            Some(("uploads", _)) => self.single(path, |book, layout: UploadLayout| {
                let id = layout.id.clone();
                (format!("upload:{id}"), book.uploads.insert(id, layout).is_some())
            }),
            Some(("procedures", _)) => self.single(path, |book, one: CaseProcedure| {
                let id = one.id.clone();
                (crate::rulebook::item::procedure(&id), book.procedures.insert(id, one).is_some())
            }),
            Some(("lists", _)) => self.lists(path),
            Some(("codes", name)) if name.ends_with(".toml") => self.codes(path),
            // Read with the list that names it; what no list names is found at the end.
            Some(("codes", _)) => {}
            Some(("tests", _)) => {
                if let Some(file) = self.toml::<CaseFile>(path) {
                    let CaseFile { cases, procedures, uncovered } = file;
                    let procedures = procedures.into_iter().map(|one| (path.to_owned(), one));
                    self.procedure_cases.extend(procedures);
                    self.cases.extend(cases.into_iter().map(|case| (path.to_owned(), case)));
                    self.uncovered.extend(uncovered.into_iter().map(|one| (path.to_owned(), one)));
                }
            }
            Some(_) => self.unknown(path),
        }
    }

    fn unknown(&mut self, path: &str) {
        self.problem(
            (path, None),
            Stage::Shape,
            "no reader knows this file",
            "a value that nobody reads would seem to hold and does not",
            "packs have pack.toml, laws.toml, sectors.toml, calendar.toml, names.toml, \
             name-parts.toml, thresholds.toml, figures.toml, registers.toml, open-data.toml, sources.csv, \
             and the folders catalogues, codes, lists, procedures, terms, uploads, tests",
        );
    }

    fn toml<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let text = self.files.get(path)?.clone();
        match toml::from_str(&text) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = error.span().map(|span| line_at(&text, span.start));
                let stage =
                    if text.parse::<toml::Table>().is_ok() { Stage::Shape } else { Stage::Syntax };
                let message = error.message().trim().replace('\n', " ");
                let mut suggestion = "compare with the schema in docs/policy/schemas".to_owned();
                if message.contains("missing field `visibility`") {
                    suggestion = "say `visibility = \"public\"`, `shared`, `authorised` or \
                                  `internal`; undeclared does not load"
                        .to_owned();
                }
                let why = "keys and forms are fixed, so that a slip is not silently ignored";
                self.problem((path, line), stage, message, why, suggestion);
                None
            }
        }
    }

    fn single<T: DeserializeOwned>(
        &mut self,
        path: &str,
        put: impl FnOnce(&mut Rulebook, T) -> (String, bool),
    ) {
        if let Some(value) = self.toml::<T>(path) {
            let (item, twice) = put(&mut self.rulebook, value);
            self.place(&item, path, twice);
        }
    }

    fn place(&mut self, item: &str, path: &str, twice: bool) {
        if twice {
            let other = self.places.get(item).cloned().unwrap_or_default();
            self.problem(
                (path, None),
                Stage::References,
                format!("`{item}` is already declared in {other}"),
                "a pack adds openly and never replaces silently",
                "give it another id, or remove one",
            );
        }
        self.places.insert(item.to_owned(), path.to_owned());
    }

    /// Notes where an item stands that may be stated more than once: where it is stated first.
    fn first_place(&mut self, item: String, path: &str) {
        self.places.entry(item).or_insert_with(|| path.to_owned());
    }

    fn laws(&mut self, path: &str) {
        let Some(file) = self.toml::<LawFile>(path) else {
            return;
        };
        for (id, law) in file.laws {
            let twice = self.rulebook.laws.insert(id.clone(), law).is_some();
            self.place(&format!("law:{id}"), path, twice);
        }
    }

    fn sectors(&mut self, path: &str) {
        let Some(file) = self.toml::<SectorFile>(path) else {
            return;
        };
        for sector in file.sectors {
            let id = sector.id.clone();
            let twice = self.rulebook.sectors.insert(id.clone(), sector).is_some();
            self.place(&format!("sector:{id}"), path, twice);
        }
    }

    fn lists(&mut self, path: &str) {
        let Some(file) = self.toml::<ListFile>(path) else {
            return;
        };
        for list in file.lists {
            let id = list.id.clone();
            let twice = self.rulebook.lists.insert(id.clone(), list).is_some();
            self.place(&format!("list:{id}"), path, twice);
        }
    }

    fn names(&mut self, path: &str) {
        if let Some(lists) = self.toml::<NameLists>(path) {
            self.names.extend(lists);
            self.first_place("names".to_owned(), path);
        }
    }

    fn name_parts(&mut self, path: &str) {
        if let Some(lists) = self.toml::<NamePartLists>(path) {
            self.name_parts.extend(lists);
            self.first_place("name-parts".to_owned(), path);
        }
    }

    fn thresholds(&mut self, path: &str) {
        let Some(file) = self.toml::<ThresholdFile>(path) else {
            return;
        };
        for threshold in file.thresholds {
            self.first_place(crate::rulebook::item::threshold(threshold.id), path);
            self.rulebook.thresholds.entry(threshold.id).or_default().push(threshold);
        }
    }

    fn figures(&mut self, path: &str) {
        let Some(file) = self.toml::<FigureFile>(path) else {
            return;
        };
        for figure in file.figures {
            self.first_place(crate::rulebook::item::figure(figure.id), path);
            self.rulebook.figures.push(figure);
        }
    }

    fn registers(&mut self, path: &str) {
        let Some(file) = self.toml::<RegisterFile>(path) else {
            return;
        };
        for register in file.registers {
            self.first_place(crate::rulebook::item::register(register.id), path);
            self.rulebook.registers.push(register);
        }
    }

    fn open_data(&mut self, path: &str) {
        let Some(file) = self.toml::<OpenDataFile>(path) else {
            return;
        };
        if let Some(rules) = file.rules {
            let twice = self.rulebook.open_data.rules.replace(rules).is_some();
            self.place(crate::rulebook::item::OPEN_DATA, path, twice);
        }
        for offer in file.offers {
            let id = offer.catalogue.clone();
            let twice = self.rulebook.open_data.offers.insert(id.clone(), offer).is_some();
            self.place(&crate::rulebook::item::open_data(&id), path, twice);
        }
    }

    fn purposes(&mut self, path: &str) {
        let Some(file) = self.toml::<PurposeFile>(path) else {
            return;
        };
        for purpose in file.purposes {
            let id = purpose.id.clone();
            let twice = self.rulebook.purposes.insert(id.clone(), purpose).is_some();
            self.place(&crate::rulebook::item::purpose(&id), path, twice);
        }
    }

    fn sources(&mut self, path: &str) {
        let Some(text) = self.files.get(path).cloned() else {
            return;
        };
        for (line, row) in self.rows(path, &text) {
            match tables::source(&row) {
                Ok(source) => {
                    let code = source.code.clone();
                    let twice = self.rulebook.sources.insert(code.clone(), source).is_some();
                    self.place(&format!("source:{code}"), path, twice);
                }
                Err(what) => self.bad_row(path, line, what),
            }
        }
    }

    fn codes(&mut self, path: &str) {
        let is_addition = self
            .files
            .get(path)
            .is_some_and(|text| text.lines().any(|line| line.trim_start().starts_with("extends")));
        if is_addition {
            let Some(mut addition) = self.toml::<CodeAddition>(path) else {
                return;
            };
            if let Some(name) = addition.entries_from.clone() {
                addition.entries.extend(self.entries(path, &name));
            }
            self.additions.push((path.to_owned(), addition));
            return;
        }
        let Some(mut list) = self.toml::<CodeList>(path) else {
            return;
        };
        if let Some(name) = list.entries_from.clone() {
            list.entries.extend(self.entries(path, &name));
        }
        let id = list.id.clone();
        let twice = self.rulebook.codes.insert(id.clone(), list).is_some();
        self.place(&format!("code:{id}"), path, twice);
    }

    fn entries(&mut self, path: &str, name: &str) -> Vec<CodeEntry> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let table = format!("{folder}/{name}");
        let Some(text) = self.files.get(&table).cloned() else {
            self.problem(
                (path, None),
                Stage::References,
                format!("there is no file `{name}` beside it"),
                "`entries_from` names the table with the entries",
                "add the file or correct the name",
            );
            return Vec::new();
        };
        let mut entries = Vec::new();
        for (line, row) in self.rows(&table, &text) {
            match tables::entry(&row) {
                Ok(entry) => entries.push(entry),
                Err(what) => self.bad_row(&table, line, what),
            }
        }
        self.used_tables.insert(table);
        entries
    }

    fn bad_row(&mut self, path: &str, line: usize, what: String) {
        let why = "every row of a table is read";
        self.problem((path, Some(line)), Stage::Shape, what, why, "correct the row");
    }

    fn rows(&mut self, path: &str, text: &str) -> Vec<(usize, tables::Row)> {
        match tables::rows(text) {
            Ok(rows) => rows,
            Err((line, what)) => {
                let why = "tables are CSV with a header line";
                self.problem((path, Some(line)), Stage::Syntax, what, why, "correct the line");
                Vec::new()
            }
        }
    }

    fn calendar(&mut self, path: &str) {
        let Some(file) = self.toml::<CalendarFile>(path) else {
            return;
        };
        for year in file.years {
            let days = [(&year.off, true), (&year.work, false)];
            for (ranges, off) in days {
                for range in ranges {
                    match tables::days(year.year, range) {
                        Some(days) if off => self.off.extend(days),
                        Some(days) => self.work.extend(days),
                        None => {
                            let text = self.files.get(path).cloned().unwrap_or_default();
                            self.problem(
                                (path, line_of(&text, range)),
                                Stage::Shape,
                                format!("`{range}` is no day or range of {}", year.year),
                                "days are written MM-DD or MM-DD/MM-DD",
                                "correct the range",
                            );
                        }
                    }
                }
            }
            if self.years.insert(year.year, path.to_owned()).is_some_and(|other| other == path) {
                let what = format!("the calendar has {} twice", year.year);
                let why = "a day is worked or it is not";
                self.problem((path, None), Stage::References, what, why, "remove one");
            }
            self.grounds.push((path.to_owned(), format!("year = {}", year.year), year.ground));
        }
    }

    /// Joins what several files bring.
    fn finish(&mut self) {
        for (path, addition) in std::mem::take(&mut self.additions) {
            self.grounds.push((path.clone(), "ground".to_owned(), addition.ground));
            match self.rulebook.codes.get_mut(&addition.extends) {
                Some(list) => list.entries.extend(addition.entries),
                None => self.problem(
                    (&path, None),
                    Stage::References,
                    format!("there is no code list `{}`", addition.extends),
                    "an addition needs the list that it adds to",
                    "correct `extends`, or load the pack that declares the list",
                ),
            }
        }
        self.lists_as_codes();
        for list in self.rulebook.codes.values_mut() {
            list.build_index();
        }
        let unused: Vec<String> = self
            .files
            .keys()
            .filter(|path| path.contains("/codes/") && path.ends_with(".csv"))
            .filter(|path| !self.used_tables.contains(*path))
            .cloned()
            .collect();
        for path in unused {
            self.unknown(&path);
        }
        self.names.sort();
        self.rulebook.names = Names::new(std::mem::take(&mut self.names));
        let parts = std::mem::take(&mut self.name_parts);
        self.rulebook.name_words = NameWords::new(parts, self.rulebook.regions());
        for values in self.rulebook.thresholds.values_mut() {
            values.sort_by_key(|value| value.ground.from);
        }
        let last = self.years.keys().next_back().copied().unwrap_or(0);
        self.rulebook.calendar =
            Calendar::new(std::mem::take(&mut self.off), std::mem::take(&mut self.work), last);
    }

    /// Makes the code list `serious-lists` of the lists' rules, so that rows name them as they name
    /// any other code.
    fn lists_as_codes(&mut self) {
        let Some(first) = self.rulebook.lists.values().next() else {
            return;
        };
        let entries = self.rulebook.lists.values().map(|list| CodeEntry {
            code: list.id.clone(),
            zh: list.name.zh.clone(),
            en: list.name.en.clone(),
            spellings: list.spellings.clone(),
            from: None,
            until: None,
            parent: None,
            extra: BTreeMap::new(),
        });
        let list = CodeList {
            id: SERIOUS_LISTS.to_owned(),
            name: Text { zh: "名单".to_owned(), en: "Lists".to_owned() },
            unknown: Severity::Doubt,
            entries_from: None,
            entries: entries.collect(),
            ground: first.ground.clone(),
            index: BTreeMap::new(),
        };
        self.rulebook.codes.insert(SERIOUS_LISTS.to_owned(), list);
    }
}

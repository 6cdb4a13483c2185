//! References, dates and meaning: what a rulebook must hold beyond its shape.

use std::collections::BTreeMap;

use gongxin_model::{Day, Severity};

use crate::cases::{Case, HAPPENINGS, Happening, Outcome};
use crate::load::Loaded;
use crate::problem::{Stage, line_of, line_within};
use crate::rulebook::{Catalogue, FieldType, Role, Rulebook, ThresholdId, item};

/// Something wrong with an item, before its file and line are known.
struct Fault {
    item: String,
    words: String,
    /// Words that stand behind the others, and are what is wrong.
    inside: Option<String>,
    stage: Stage,
    what: String,
    why: &'static str,
    suggestion: &'static str,
}

pub(crate) struct Checker<'a> {
    pub(crate) book: &'a Rulebook,
    places: &'a BTreeMap<String, String>,
    pub(crate) item: String,
    faults: Vec<Fault>,
}

pub(crate) fn check(loaded: &mut Loaded) {
    let mut checker = Checker {
        book: &loaded.rulebook,
        places: &loaded.places,
        item: String::new(),
        faults: Vec::new(),
    };
    checker.all();
    for (item, words, ground) in &loaded.grounds {
        checker.item.clone_from(item);
        checker.ground(ground, words);
    }
    let mut faults = checker.faults;
    faults.extend(calendar_gaps(loaded));
    faults.extend(cases(loaded));
    for fault in faults {
        let file = loaded.places.get(&fault.item).cloned().unwrap_or_else(|| fault.item.clone());
        let line = loaded.files.get(&file).and_then(|text| {
            let inside = fault.inside.as_deref();
            let within = inside.and_then(|inside| line_within(text, &fault.words, inside));
            within.or_else(|| line_of(text, &fault.words))
        });
        loaded.problem((&file, line), fault.stage, fault.what, fault.why, fault.suggestion);
    }
    loaded.problems.sort_by(|a, b| (a.stage, &a.file, a.line).cmp(&(b.stage, &b.file, b.line)));
}

impl Checker<'_> {
    pub(crate) fn fault(
        &mut self,
        stage: Stage,
        words: &str,
        what: String,
        why: &'static str,
        suggestion: &'static str,
    ) {
        let (item, words) = (self.item.clone(), words.to_owned());
        self.faults.push(Fault { item, words, inside: None, stage, what, why, suggestion });
    }

    /// The same, of words inside the fault that was found last.
    pub(crate) fn inside(&mut self, words: &str) {
        if let Some(last) = self.faults.last_mut() {
            last.inside = Some(words.to_owned());
        }
    }

    fn all(&mut self) {
        let book = self.book;
        for (id, law) in &book.laws {
            self.item = format!("law:{id}");
            if law.until.is_some_and(|until| until <= law.from) {
                self.backwards(id);
            }
            if law.issuer.is_none() {
                let what = format!("`{id}` does not say who issued it");
                let why = "what may stand on a law depends on its issuer";
                self.fault(Stage::Meaning, &format!("[laws.{id}]"), what, why, "give `issuer`");
            }
            self.sectors(&law.sectors, id);
        }
        self.ids();
        for (id, catalogue) in &book.catalogues {
            self.item = format!("catalogue:{id}");
            self.catalogue(catalogue);
        }
        for (id, list) in &book.codes {
            self.item = format!("code:{id}");
            self.ground(&list.ground, id);
            self.code_periods(list);
        }
        for (id, table) in &book.terms {
            self.item = format!("terms:{id}");
            self.table(table);
        }
        for (id, list) in &book.lists {
            self.item = format!("list:{id}");
            self.list(list);
        }
        for (id, sector) in &book.sectors {
            self.item = format!("sector:{id}");
            self.ground(&sector.ground, id);
        }
        if let Some(ground) = &book.names.lists().ground {
            self.item = "names".to_owned();
            self.ground(ground, "ground");
        }
        if let Some(ground) = &book.name_words.lists().ground {
            self.item = "name-parts".to_owned();
            self.ground(ground, "ground");
        }
        self.thresholds();
        self.figures();
        self.registers();
        self.procedures();
        self.open_data();
        self.purposes();
        for (id, layout) in &book.uploads {
            self.item = format!("upload:{id}");
            self.upload(layout);
        }
        self.sources();
    }

    pub(crate) fn backwards(&mut self, words: &str) {
        let what = format!("`{words}` ends before it begins");
        self.fault(Stage::Dates, words, what, "no day lies inside", "correct `from` or `until`");
    }

    /// True if the value stands in a pack of the rehearsal.
    pub(crate) fn is_rehearsal(&self) -> bool {
        let path = self.places.get(&self.item).unwrap_or(&self.item);
        self.book.packs.values().filter(|pack| pack.rehearsal).any(|pack| {
            let root = self.places.get(&format!("pack:{}", pack.id));
            root.and_then(|root| root.strip_suffix("pack.toml"))
                .is_some_and(|root| path.starts_with(root))
        })
    }

    /// An id means one class, today's or a former one.
    fn ids(&mut self) {
        let mut owners: BTreeMap<&str, &str> =
            self.book.catalogues.keys().map(|id| (id.as_str(), id.as_str())).collect();
        for (id, catalogue) in &self.book.catalogues {
            for former in &catalogue.formerly {
                let Some(other) = owners.insert(&former.id, id) else {
                    continue;
                };
                self.item = item::catalogue(id);
                let what = format!("`{}` means `{id}` and `{other}`", former.id);
                let why = "an id means one class";
                self.fault(Stage::References, "formerly", what, why, "remove one");
            }
        }
    }

    pub(crate) fn sectors(&mut self, sectors: &[String], words: &str) {
        for sector in sectors {
            if sector != "*" && !self.book.sectors.contains_key(sector) {
                self.fault(
                    Stage::References,
                    words,
                    format!("there is no sector `{sector}`"),
                    "rules and suppliers are keyed by sector",
                    "add it to `sectors.toml`, or correct the id",
                );
            }
        }
    }

    fn code_periods(&mut self, list: &crate::rulebook::CodeList) {
        let mut by_code: std::collections::BTreeMap<&str, Vec<_>> = Default::default();
        for entry in &list.entries {
            by_code.entry(&entry.code).or_default().push((entry.from, entry.until));
        }
        for (code, periods) in by_code {
            for (place, (from, until)) in periods.iter().enumerate() {
                if from.zip(*until).is_some_and(|(from, until)| until <= from) {
                    self.backwards(code);
                }
                let overlap = periods.iter().skip(place + 1).any(|(other_from, other_until)| {
                    until.is_none_or(|until| other_from.is_none_or(|from| from < until))
                        && other_until.is_none_or(|until| from.is_none_or(|from| from < until))
                });
                if overlap {
                    let what = format!("`{code}` stands twice for the same days");
                    let why = "on one day a code means one thing";
                    self.fault(Stage::Dates, code, what, why, "correct the periods");
                }
            }
        }
    }

    /// Every figure has a value on every day: a room that lacked one could not judge.
    fn thresholds(&mut self) {
        let book = self.book;
        for id in ThresholdId::ALL {
            self.item = item::threshold(id);
            let Some(values) = book.thresholds.get(&id) else {
                if !book.catalogues.is_empty() {
                    let what = format!("no pack states the threshold `{}`", id.name());
                    let why = "a judgement turns by it, and nothing in code stands for it";
                    let todo = "add it to a `thresholds.toml`";
                    self.fault(Stage::References, "", what, why, todo);
                }
                continue;
            };
            for value in values {
                self.ground(&value.ground, id.name());
                if !id.range().contains(&value.value) {
                    let what = format!("`{}` cannot be {}", id.name(), value.value);
                    self.fault(Stage::Meaning, id.name(), what, "it has a unit", "correct it");
                }
            }
            let is_whole = values.windows(2).all(|pair| match pair {
                [one, next] => one.ground.until == Some(next.ground.from),
                _ => true,
            });
            if !is_whole || values.last().is_some_and(|last| last.ground.until.is_some()) {
                let what = format!("the values of `{}` leave a gap or overlap", id.name());
                let why = "on one day a threshold has one value";
                self.fault(
                    Stage::Dates,
                    id.name(),
                    what,
                    why,
                    "let each end where the next begins",
                );
            }
        }
    }

    fn sources(&mut self) {
        for (code, source) in &self.book.sources {
            self.item = format!("source:{code}");
            self.ground(&source.ground, code);
            self.sectors(std::slice::from_ref(&source.sector), code);
            for catalogue in &source.supplies {
                self.catalogue_exists(catalogue, code);
                if self
                    .book
                    .catalogue(catalogue)
                    .is_some_and(|catalogue| !catalogue.may_be_supplied_by(&source.sector))
                {
                    let what = format!("source `{code}` may not supply `{catalogue}`");
                    let why = "the catalogue names the sectors that may";
                    self.fault(Stage::Meaning, code, what, why, "correct `supplies`");
                }
            }
            let known =
                self.book.regions().is_none_or(|list| list.by_code(&source.region).is_some());
            if !known {
                let what = format!("there is no division `{}`", source.region);
                let why = "a source belongs to a division";
                self.fault(Stage::References, code, what, why, "correct `region`");
            }
            for successor in &source.successors {
                if !self.book.sources.contains_key(&successor.code) {
                    let what = format!("there is no source `{}`", successor.code);
                    let why = "the successor corrects what its predecessor handed in";
                    self.fault(Stage::References, code, what, why, "declare it");
                }
            }
            for parent in &source.parents {
                if !self.book.sources.contains_key(&parent.code) || parent.code == *code {
                    let what = format!("`{}` is no other source", parent.code);
                    let why = "who acts for the body above may act for it";
                    self.fault(Stage::References, code, what, why, "declare it");
                }
            }
        }
    }
}

fn calendar_gaps(loaded: &Loaded) -> Vec<Fault> {
    let years: Vec<i16> = loaded.years.keys().copied().collect();
    years
        .windows(2)
        .filter_map(|pair| match pair {
            [year, next] if year + 1 != *next => Some(Fault {
                item: loaded.years.get(year).cloned().unwrap_or_default(),
                words: format!("year = {next}"),
                inside: None,
                stage: Stage::Dates,
                what: format!("the calendar leaves out {}", year + 1),
                why: "deadlines are counted over every year",
                suggestion: "add the year",
            }),
            _ => None,
        })
        .collect()
}

fn cases(loaded: &Loaded) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (file, case) in &loaded.cases {
        let mut fault = |what: String| {
            faults.push(Fault {
                item: file.clone(),
                words: case.name.clone(),
                inside: None,
                stage: Stage::References,
                what: format!("case `{}`: {what}", case.name),
                why: "a case must be able to run",
                suggestion: "correct the case",
            });
        };
        let Some(catalogue) = loaded.rulebook.catalogue(&case.catalogue) else {
            fault(format!("there is no catalogue `{}`", case.catalogue));
            continue;
        };
        if !loaded.rulebook.sectors.contains_key(&case.sector) {
            fault(format!("there is no sector `{}`", case.sector));
        }
        let corrected = case.then.iter().flat_map(|happening| happening.given.keys());
        for code in case.given.keys().chain(corrected) {
            if catalogue.field(code).is_none() {
                fault(format!("there is no field `{code}`"));
            }
        }
        case_values(loaded, catalogue, case, &mut fault);
        for happening in &case.then {
            happens(loaded, happening, &mut fault);
        }
        if case.expect == Outcome::default() {
            fault("nothing is expected".to_owned());
        }
    }
    faults
}

/// Codes that a case gives are codes of their list, and days are days.
fn case_values(
    loaded: &Loaded,
    catalogue: &Catalogue,
    case: &Case,
    fault: &mut impl FnMut(String),
) {
    for (code, value) in &case.given {
        let Some(field) = catalogue.field(code) else { continue };
        let list = field.code_list().and_then(|id| loaded.rulebook.codes.get(id));
        for one in value.all() {
            // Where a list takes other words with a note, a case may give them too.
            let closed = list.filter(|list| {
                list.unknown != Severity::Note || field.role == Some(Role::PenaltyKinds)
            });
            if closed.is_some_and(|list| list.by_code(one).is_none()) {
                fault(format!("`{one}` is no code for `{code}`"));
            }
            if field.kind == FieldType::Day && one.parse::<Day>().is_err() {
                fault(format!("`{one}` in `{code}` is no day"));
            }
        }
    }
}

fn happens(loaded: &Loaded, happening: &Happening, fault: &mut impl FnMut(String)) {
    let Happening { what, outcome, given, .. } = happening;
    let act = loaded.rulebook.catalogue(what).and_then(|one| one.act.as_ref());
    match act {
        Some(act) if act.effect(outcome.as_deref()).is_none() => {
            fault(format!("`{what}` does nothing for the outcome {outcome:?}"));
        }
        None if !HAPPENINGS.contains(&what.as_str()) => {
            fault(format!("`{what}` is neither a class of acts nor one of {HAPPENINGS:?}"));
        }
        None if outcome.is_some() => fault(format!("`{what}` has no outcome")),
        _ => {}
    }
    if given.is_empty() == (what == "corrected") {
        fault("`given` belongs to `corrected`, and to nothing else".to_owned());
    }
}

//! References, dates and meaning: what a rulebook must hold beyond its shape.

use crate::load::Loaded;
use crate::problem::{Stage, line_of};
use crate::rulebook::{Class, Ground, Rulebook, TermRule, TermTable, ThresholdId, item};

/// Something wrong with an item, before its file and line are known.
struct Fault {
    item: String,
    words: String,
    stage: Stage,
    what: String,
    why: &'static str,
    suggestion: &'static str,
}

pub(crate) struct Checker<'a> {
    pub(crate) book: &'a Rulebook,
    item: String,
    faults: Vec<Fault>,
}

pub(crate) fn check(loaded: &mut Loaded) {
    let mut checker = Checker { book: &loaded.rulebook, item: String::new(), faults: Vec::new() };
    checker.all();
    let mut faults = checker.faults;
    faults.extend(calendar_gaps(loaded));
    faults.extend(cases(loaded));
    for fault in faults {
        let file = loaded.places.get(&fault.item).cloned().unwrap_or_else(|| fault.item.clone());
        let line = loaded.files.get(&file).and_then(|text| line_of(text, &fault.words));
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
        let item = self.item.clone();
        self.faults.push(Fault { item, words: words.to_owned(), stage, what, why, suggestion });
    }

    fn all(&mut self) {
        let book = self.book;
        for (id, law) in &book.laws {
            self.item = format!("law:{id}");
            if law.until.is_some_and(|until| until <= law.from) {
                self.backwards(id);
            }
        }
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
            self.ground(&list.ground, id);
            self.sectors(&list.sectors, id);
            if list.early_exit_months.zip(list.max_months).is_some_and(|(early, most)| most < early)
            {
                let what = format!("list `{id}`: the early exit comes after the longest time");
                self.fault(Stage::Meaning, id, what, "nobody could use it", "correct the months");
            }
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
        self.sources();
    }

    fn backwards(&mut self, words: &str) {
        let what = format!("`{words}` ends before it begins");
        self.fault(Stage::Dates, words, what, "no day lies inside", "correct `from` or `until`");
    }

    pub(crate) fn ground(&mut self, ground: &Ground, words: &str) {
        if ground.until.is_some_and(|until| until <= ground.from) {
            self.backwards(words);
        }
        if ground.basis.is_empty() {
            self.fault(
                Stage::Meaning,
                words,
                format!("`{words}` cites no clause"),
                "legal basis or nothing: no value exists without a clause",
                "cite a law of `laws.toml` in `basis`",
            );
        }
        for cite in &ground.basis {
            if !self.book.laws.contains_key(&cite.law) {
                self.fault(
                    Stage::References,
                    &cite.law,
                    format!("there is no law `{}`", cite.law),
                    "a clause must be readable where it is shown",
                    "add it to `laws.toml`, or correct the id",
                );
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

    fn table(&mut self, table: &TermTable) {
        self.ground(&table.ground, &table.id);
        for rule in &table.rules {
            self.ground(&rule.ground, &rule.id);
            self.sectors(&rule.sectors, &rule.id);
            self.sectors(&rule.except_sectors, &rule.id);
            self.rule(rule);
        }
        for (place, rule) in table.rules.iter().enumerate() {
            for other in table.rules.iter().skip(place + 1) {
                if rule.id == other.id {
                    let what = format!("term rule `{}` is declared twice", rule.id);
                    let why = "adoption names rules by id";
                    self.fault(Stage::References, &rule.id, what, why, "rename one");
                } else if overlaps(rule, other, self.book) {
                    let what = format!("`{}` and `{}` cover the same days", rule.id, other.id);
                    let why = "for one sector one generation is in force; overlaps are transitions";
                    let todo = "correct the periods, or make one an `all-from` transition";
                    self.fault(Stage::Dates, &other.id, what, why, todo);
                }
            }
        }
    }

    fn rule(&mut self, rule: &TermRule) {
        if rule.applies.until.is_some_and(|until| until <= rule.applies.from) {
            self.backwards(&rule.id);
        }
        for class in [Class::Minor, Class::Ordinary, Class::Serious] {
            if rule.terms.iter().filter(|term| term.class == class).count() != 1 {
                let what = format!("`{}` has not exactly one term for {}", rule.id, class.word());
                let why = "every class that conduct may fall into has a term";
                self.fault(Stage::Meaning, &rule.id, what, why, "declare minor, ordinary, serious");
            }
        }
        if rule.terms.iter().any(|term| term.max_months < term.min_months) {
            let what = format!("`{}`: a longest term is shorter than the shortest", rule.id);
            let why = "repair could never be applied for";
            self.fault(Stage::Meaning, &rule.id, what, why, "correct the months");
        }
        let Some(kinds) = self.book.codes.get("penalty-kinds") else {
            return;
        };
        for kind in
            rule.classes.iter().flat_map(|line| line.any_kind.iter().chain(&line.only_kinds))
        {
            if kinds.by_code(kind).is_none() {
                let what = format!("`{}`: there is no penalty kind `{kind}`", rule.id);
                let why = "the line could never fit";
                self.fault(Stage::References, kind, what, why, "use a code of `penalty-kinds`");
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
        }
    }
}

/// True if two rules that apply by the same day cover a sector at the same time.
fn overlaps(rule: &TermRule, other: &TermRule, book: &Rulebook) -> bool {
    let (a, b) = (&rule.applies, &other.applies);
    a.to == b.to
        && a.to != crate::rulebook::AppliesTo::AllFrom
        && a.until.is_none_or(|until| b.from < until)
        && b.until.is_none_or(|until| a.from < until)
        && book.sectors.keys().any(|sector| rule.covers(sector) && other.covers(sector))
}

fn calendar_gaps(loaded: &Loaded) -> Vec<Fault> {
    let years: Vec<i16> = loaded.years.keys().copied().collect();
    years
        .windows(2)
        .filter_map(|pair| match pair {
            [year, next] if year + 1 != *next => Some(Fault {
                item: loaded.years.get(year).cloned().unwrap_or_default(),
                words: format!("year = {next}"),
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
                stage: Stage::References,
                what,
                why: "a case must be able to run",
                suggestion: "correct the case",
            });
        };
        let Some(catalogue) = loaded.rulebook.catalogue(&case.catalogue) else {
            fault(format!("case `{}`: there is no catalogue `{}`", case.name, case.catalogue));
            continue;
        };
        if !loaded.rulebook.sectors.contains_key(&case.sector) {
            fault(format!("case `{}`: there is no sector `{}`", case.name, case.sector));
        }
        for code in case.given.keys().filter(|code| catalogue.field(code).is_none()) {
            fault(format!("case `{}`: there is no field `{code}`", case.name));
        }
    }
    faults
}

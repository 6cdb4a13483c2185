//! References, dates and meaning: what a rulebook must hold beyond its shape.

use std::collections::BTreeSet;

use crate::load::Loaded;
use crate::problem::{Stage, line_of};
use crate::rulebook::{
    Catalogue, CheckRule, Class, FieldType, Ground, Nature, Personal, Publication, Role, Rulebook,
    TermRule, TermTable, Visibility,
};

/// Something wrong with an item, before its file and line are known.
struct Fault {
    item: String,
    words: String,
    stage: Stage,
    what: String,
    why: &'static str,
    suggestion: &'static str,
}

struct Checker<'a> {
    book: &'a Rulebook,
    item: String,
    faults: Vec<Fault>,
}

pub(crate) fn check(loaded: &mut Loaded) {
    let mut checker = Checker {
        book: &loaded.rulebook,
        item: String::new(),
        faults: Vec::new(),
    };
    checker.all();
    let mut faults = checker.faults;
    faults.extend(calendar_gaps(loaded));
    faults.extend(cases(loaded));
    for fault in faults {
        let file = loaded
            .places
            .get(&fault.item)
            .cloned()
            .unwrap_or_else(|| fault.item.clone());
        let line = loaded
            .files
            .get(&file)
            .and_then(|text| line_of(text, &fault.words));
        loaded.problem(
            &file,
            line,
            fault.stage,
            fault.what,
            fault.why,
            fault.suggestion,
        );
    }
    loaded
        .problems
        .sort_by(|a, b| (a.stage, &a.file, a.line).cmp(&(b.stage, &b.file, b.line)));
}

impl Checker<'_> {
    fn fault(
        &mut self,
        stage: Stage,
        words: &str,
        what: String,
        why: &'static str,
        suggestion: &'static str,
    ) {
        let item = self.item.clone();
        self.faults.push(Fault {
            item,
            words: words.to_owned(),
            stage,
            what,
            why,
            suggestion,
        });
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
            if list
                .early_exit_months
                .zip(list.max_months)
                .is_some_and(|(early, most)| most < early)
            {
                let what = format!("list `{id}`: the early exit comes after the longest time");
                self.fault(
                    Stage::Meaning,
                    id,
                    what,
                    "nobody could use it",
                    "correct the months",
                );
            }
        }
        for (id, sector) in &book.sectors {
            self.item = format!("sector:{id}");
            self.ground(&sector.ground, id);
        }
        self.sources();
    }

    fn backwards(&mut self, words: &str) {
        let what = format!("`{words}` ends before it begins");
        self.fault(
            Stage::Dates,
            words,
            what,
            "no day lies inside",
            "correct `from` or `until`",
        );
    }

    fn ground(&mut self, ground: &Ground, words: &str) {
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

    fn sectors(&mut self, sectors: &[String], words: &str) {
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

    fn catalogue(&mut self, catalogue: &Catalogue) {
        let id = &catalogue.id;
        self.ground(&catalogue.ground, id);
        self.ground(&catalogue.retention.ground, "retention");
        self.sectors(&catalogue.suppliers, "suppliers");
        self.fields(catalogue);
        self.references(catalogue);
        for check in &catalogue.checks {
            self.check_rule(catalogue, &check.id, &check.rule);
        }
        self.act(catalogue);
        if let Publication::Terms { table } | Publication::Lists { table } = &catalogue.publication
            && !self.book.terms.contains_key(table)
        {
            let what = format!("there is no term table `{table}`");
            let why = "the end of publication is computed from it";
            self.fault(
                Stage::References,
                table,
                what,
                why,
                "correct the id, or add the table",
            );
        }
        if catalogue.adverse
            && catalogue.visibility == Visibility::Public
            && catalogue.publication == Publication::Open
        {
            self.fault(
                Stage::Meaning,
                "publication",
                format!("catalogue `{id}` publishes adverse records without an end"),
                "the end is the end: every adverse record has a term",
                "name a term table",
            );
        }
        let missing = |role| catalogue.with_role(role).is_none();
        if missing(Role::CounterpartName) {
            let what = format!("no field of `{id}` has the role `counterpart-name`");
            let why = "a record is about a named organisation";
            self.fault(Stage::Meaning, "fields", what, why, "give a field the role");
        }
        let lists = matches!(catalogue.publication, Publication::Lists { .. });
        if lists && missing(Role::ListCode) {
            let what = format!("no field of `{id}` has the role `list-code`");
            let why = "the rule of the list decides how long an entry is public";
            self.fault(
                Stage::Meaning,
                "publication",
                what,
                why,
                "give a field the role",
            );
        }
        let timed = matches!(catalogue.publication, Publication::Terms { .. }) || lists;
        if timed && missing(Role::DecidedOn) {
            let what = format!("no field of `{id}` has the role `decided-on`");
            let why = "terms run from the day of the decision";
            self.fault(
                Stage::Meaning,
                "publication",
                what,
                why,
                "give a field the role",
            );
        }
    }

    fn fields(&mut self, catalogue: &Catalogue) {
        let mut seen = BTreeSet::new();
        for field in &catalogue.fields {
            let code = &field.code;
            if !seen.insert(code.to_ascii_uppercase()) {
                let what = format!("field `{code}` is declared twice");
                let why = "one code is one column";
                self.fault(Stage::References, code, what, why, "remove one");
            }
            let letters = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if code.is_empty() || code.len() > 32 || !code.chars().all(letters) {
                let what = format!("`{code}` is no field code");
                let why = "entries fix codes at 1 to 32 of A-Z, a-z, 0-9, _ and -";
                self.fault(Stage::Meaning, code, what, why, "choose another code");
            }
            if let Some(list) = field.code_list()
                && !self.book.codes.contains_key(list)
            {
                let what = format!("there is no code list `{list}`");
                let why = "the field's values come from it";
                self.fault(
                    Stage::References,
                    code,
                    what,
                    why,
                    "add the list, or correct the id",
                );
            }
            if field.visibility < catalogue.visibility {
                let what = format!("field `{code}` is shown more widely than its catalogue");
                let why = "the catalogue's visibility is the widest";
                self.fault(Stage::Meaning, code, what, why, "narrow the field");
            }
            self.person_field(catalogue, field);
            if let Some(ground) = &field.ground {
                self.ground(ground, code);
            }
        }
    }

    /// The line that is not crossed: no field may carry a person where none belongs.
    fn person_field(&mut self, catalogue: &Catalogue, field: &crate::rulebook::Field) {
        let code = &field.code;
        let number = field.kind == FieldType::PersonNumber
            || matches!(
                field.role,
                Some(Role::CertificateNumber | Role::CertificateType)
            );
        if number && field.personal != Personal::Drop {
            let what = format!("field `{code}` would keep a person's document");
            let why = "identity and certificate numbers of persons are never stored";
            self.fault(Stage::Meaning, code, what, why, "say `personal = \"drop\"`");
        }
        let person =
            field.kind == FieldType::PersonName || field.role == Some(Role::LegalRepresentative);
        let shown = field.visibility == Visibility::Public && field.personal != Personal::Drop;
        if person && shown && catalogue.nature != Nature::Registration {
            let what = format!("field `{code}` shows a person's name beside a decision");
            let why = "a person's name appears only as legal representative in the registration";
            self.fault(Stage::Meaning, code, what, why, "say `personal = \"drop\"`");
        }
    }

    fn references(&mut self, catalogue: &Catalogue) {
        let named = catalogue
            .key
            .iter()
            .chain(&catalogue.decision)
            .flat_map(|part| part.split('|'))
            .chain(catalogue.summary.iter().map(String::as_str))
            .chain(catalogue.editions.iter().flat_map(|edition| {
                edition
                    .headers
                    .values()
                    .chain(edition.code_lists.keys())
                    .map(String::as_str)
            }));
        for code in named {
            self.field_exists(catalogue, code, code);
        }
        if catalogue.key.is_empty() {
            let what = format!("catalogue `{}` has no key", catalogue.id);
            let why = "without a key, the same record handed in again would be a second one";
            self.fault(
                Stage::Meaning,
                "key",
                what,
                why,
                "name the fields that identify a record",
            );
        }
        for edition in &catalogue.editions {
            self.ground(&edition.ground, &edition.id);
            for list in edition.code_lists.values() {
                if !self.book.codes.contains_key(list) {
                    let what = format!("there is no code list `{list}`");
                    let why = "the edition's values are written in it";
                    self.fault(Stage::References, list, what, why, "correct the id");
                }
            }
        }
        for other in &catalogue.ends {
            self.catalogue_exists(other, "ends");
        }
    }

    fn field_exists(&mut self, catalogue: &Catalogue, code: &str, words: &str) {
        if catalogue.field(code).is_none() {
            let what = format!("catalogue `{}` has no field `{code}`", catalogue.id);
            let why = "keys, checks and editions name fields of their catalogue";
            self.fault(Stage::References, words, what, why, "correct the code");
        }
    }

    fn catalogue_exists(&mut self, id: &str, words: &str) {
        if !self.book.catalogues.contains_key(id) {
            let what = format!("there is no catalogue `{id}`");
            let why = "what is named must exist";
            self.fault(
                Stage::References,
                words,
                what,
                why,
                "correct the id, or load its pack",
            );
        }
    }

    fn check_rule(&mut self, catalogue: &Catalogue, id: &str, rule: &CheckRule) {
        for code in rule.fields() {
            self.field_exists(catalogue, code, id);
        }
        let kind = |code: &str| catalogue.field(code).map(|field| &field.kind);
        let day = |code: &str| matches!(kind(code), None | Some(FieldType::Day));
        let amount = |code: &str| {
            matches!(
                kind(code),
                None | Some(FieldType::Wan | FieldType::Yuan | FieldType::Integer)
            )
        };
        let fits = match rule {
            CheckRule::NotBefore { field, than } => {
                (day(field) && day(than)) || (amount(field) && amount(than))
            }
            CheckRule::NotAfterToday { field } | CheckRule::NotBeforeDay { field, .. } => {
                day(field)
            }
            CheckRule::Positive { field } => amount(field),
            CheckRule::RequiredWhen { .. } | CheckRule::AnyOf { .. } | CheckRule::OneOf { .. } => {
                true
            }
        };
        if !fits {
            let what = format!("check `{id}` compares what cannot be compared");
            let why = "days are compared with days, amounts with amounts";
            self.fault(
                Stage::Meaning,
                id,
                what,
                why,
                "name fields of the right type",
            );
        }
        if let CheckRule::RequiredWhen {
            when: field,
            has: values,
            ..
        }
        | CheckRule::OneOf { field, values } = rule
        {
            self.values_exist(catalogue, id, field, values);
        }
    }

    fn values_exist(&mut self, catalogue: &Catalogue, id: &str, field: &str, values: &[String]) {
        let Some(list) = catalogue
            .field(field)
            .and_then(crate::rulebook::Field::code_list)
            .and_then(|list| self.book.codes.get(list))
        else {
            return;
        };
        for value in values {
            if list.by_code(value).is_none() {
                let what = format!("`{id}`: `{value}` is no code of the list `{}`", list.id);
                let why = "the condition could never hold";
                self.fault(Stage::Meaning, id, what, why, "use a code of the list");
            }
        }
    }

    fn act(&mut self, catalogue: &Catalogue) {
        let is_act = catalogue.nature == Nature::Act;
        if is_act != catalogue.act.is_some() {
            let what = format!("catalogue `{}`: `nature` and `act` disagree", catalogue.id);
            let why = "an act says what it does, and nothing else does anything";
            self.fault(Stage::Meaning, "nature", what, why, "give both, or neither");
        }
        let Some(act) = &catalogue.act else { return };
        if catalogue.publication != Publication::Never {
            let what = format!("act `{}` would be published", catalogue.id);
            let why = "an act that is shown tells of the record that it ended";
            self.fault(
                Stage::Meaning,
                "publication",
                what,
                why,
                "say `publication = \"never\"`",
            );
        }
        for target in &act.targets {
            self.catalogue_exists(target, "targets");
        }
        for role in &act.by {
            if catalogue.with_role(*role).is_none() {
                let what = format!("no field of `{}` has the role {role:?}", catalogue.id);
                let why = "the act finds its record by it";
                self.fault(Stage::References, "by", what, why, "give a field the role");
            }
        }
        if let Some(field) = catalogue.with_role(Role::Outcome) {
            let values: Vec<String> = act
                .cases
                .iter()
                .flat_map(|case| case.outcome.clone())
                .collect();
            self.values_exist(catalogue, "cases", &field.code.clone(), &values);
        }
    }

    fn code_periods(&mut self, list: &crate::rulebook::CodeList) {
        let mut by_code: std::collections::BTreeMap<&str, Vec<_>> = Default::default();
        for entry in &list.entries {
            by_code
                .entry(&entry.code)
                .or_default()
                .push((entry.from, entry.until));
        }
        for (code, periods) in by_code {
            for (place, (from, until)) in periods.iter().enumerate() {
                if from.zip(*until).is_some_and(|(from, until)| until <= from) {
                    self.backwards(code);
                }
                let overlap = periods
                    .iter()
                    .skip(place + 1)
                    .any(|(other_from, other_until)| {
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
        if rule
            .applies
            .until
            .is_some_and(|until| until <= rule.applies.from)
        {
            self.backwards(&rule.id);
        }
        for class in [Class::Minor, Class::Ordinary, Class::Serious] {
            if rule.terms.iter().filter(|term| term.class == class).count() != 1 {
                let what = format!(
                    "`{}` has not exactly one term for {}",
                    rule.id,
                    class.word()
                );
                let why = "every class that conduct may fall into has a term";
                self.fault(
                    Stage::Meaning,
                    &rule.id,
                    what,
                    why,
                    "declare minor, ordinary, serious",
                );
            }
        }
        if rule
            .terms
            .iter()
            .any(|term| term.max_months < term.min_months)
        {
            let what = format!("`{}`: a longest term is shorter than the shortest", rule.id);
            let why = "repair could never be applied for";
            self.fault(Stage::Meaning, &rule.id, what, why, "correct the months");
        }
        let Some(kinds) = self.book.codes.get("penalty-kinds") else {
            return;
        };
        for kind in rule
            .classes
            .iter()
            .flat_map(|line| line.any_kind.iter().chain(&line.only_kinds))
        {
            if kinds.by_code(kind).is_none() {
                let what = format!("`{}`: there is no penalty kind `{kind}`", rule.id);
                let why = "the line could never fit";
                self.fault(
                    Stage::References,
                    kind,
                    what,
                    why,
                    "use a code of `penalty-kinds`",
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
            let known = self
                .book
                .regions()
                .is_none_or(|list| list.by_code(&source.region).is_some());
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
        && book
            .sectors
            .keys()
            .any(|sector| rule.covers(sector) && other.covers(sector))
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
            fault(format!(
                "case `{}`: there is no catalogue `{}`",
                case.name, case.catalogue
            ));
            continue;
        };
        if !loaded.rulebook.sectors.contains_key(&case.sector) {
            fault(format!(
                "case `{}`: there is no sector `{}`",
                case.name, case.sector
            ));
        }
        for code in case
            .given
            .keys()
            .filter(|code| catalogue.field(code).is_none())
        {
            fault(format!("case `{}`: there is no field `{code}`", case.name));
        }
    }
    faults
}

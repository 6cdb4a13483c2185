//! What a class publishes: an end for what is adverse, and values that exist.

use std::collections::BTreeSet;

use crate::check::Checker;
use crate::check_ground::Carries;
use crate::problem::Stage;
use crate::rulebook::{
    Catalogue, Field, FieldType, Nature, Publication, PublicationCase, Role, Visibility,
};

impl Checker<'_> {
    pub(crate) fn publication(&mut self, catalogue: &Catalogue) {
        for table in catalogue.publication.tables() {
            if !self.book.terms.contains_key(table) {
                let what = format!("there is no term table `{table}`");
                let why = "the end of publication is computed from it";
                self.fault(Stage::References, table, what, why, "correct the id, or add the table");
            }
        }
        if let Some(spared) = catalogue.adverse.except() {
            self.code_values(catalogue, "adverse", &spared.field, &spared.has);
        }
        for former in &catalogue.formerly {
            for (code, value) in &former.fill {
                self.code_values(catalogue, "formerly", code, std::slice::from_ref(value));
            }
        }
        self.audience(catalogue);
        match &catalogue.publication {
            Publication::When { field, cases } => self.cases(catalogue, field, cases),
            one => self.ends(catalogue, one, catalogue.adverse.may_be()),
        }
    }

    /// What is published is public.
    fn audience(&mut self, catalogue: &Catalogue) {
        let public = catalogue.visibility == Visibility::Public;
        if !public && catalogue.publication != Publication::Never {
            let what = format!("`{}`: `visibility` and `publication` disagree", catalogue.id);
            let why = "what is published is public";
            self.fault(Stage::Meaning, "publication", what, why, "correct one of them");
        }
    }

    /// What is adverse ends: by a term table whose public classes all have a longest term.
    fn ends(&mut self, catalogue: &Catalogue, publication: &Publication, adverse: bool) {
        let id = &catalogue.id;
        let stands = matches!(publication, Publication::Open | Publication::WhileValid);
        if adverse && stands {
            self.fault(
                Stage::Meaning,
                "publication",
                format!("catalogue `{id}` publishes adverse records without an end"),
                "the end is the end: every adverse record has a term",
                "name a term table",
            );
        }
        if stands && catalogue.nature == Nature::ListEntry {
            let what = format!("the list `{id}` would be left by no term");
            let why = "an entry in a list has a term, whatever the list is";
            self.fault(Stage::Meaning, "publication", what, why, "name a term table");
        }
        if *publication == Publication::WhileValid
            && catalogue.with_role(Role::ValidUntil).is_none()
        {
            let what = format!("no field of `{id}` has the role `valid-until`");
            let why = "publication ends with the validity that a record states";
            self.fault(Stage::Meaning, "publication", what, why, "give a field the role");
        }
        if adverse {
            self.endless(id, publication);
        }
    }

    /// Said of the rule, where it is to be corrected.
    fn endless(&mut self, id: &str, publication: &Publication) {
        let own = self.item.clone();
        for table in publication.tables() {
            let rules = self.book.terms.get(table).map_or(&[][..], |table| &table.rules);
            self.item = format!("terms:{table}");
            for rule in rules {
                if rule.terms.iter().any(|term| term.public && term.max_months.is_none()) {
                    let what = format!("`{}` lets adverse records of `{id}` stay public", rule.id);
                    let why = "the end is the end: every adverse record has a longest term";
                    self.fault(Stage::Meaning, &rule.id, what, why, "give `max_months`");
                }
            }
        }
        self.item = own;
    }

    fn cases(&mut self, catalogue: &Catalogue, field: &str, cases: &[PublicationCase]) {
        let mut seen = BTreeSet::new();
        if cases.is_empty() {
            let what = format!("`{}` publishes for no value", catalogue.id);
            let why = "nothing would ever be published";
            self.fault(Stage::Meaning, "publication", what, why, "say `publication = \"never\"`");
        }
        for case in cases {
            self.code_values(catalogue, "publication", field, &case.has);
            let adverse = case.has.iter().any(|value| catalogue.adverse.of_value(Some(value)));
            let carries =
                if adverse { Carries::Burden(&catalogue.suppliers) } else { Carries::Words };
            self.carried(&case.ground, "publication.when.cases", carries);
            if case.ground.from < catalogue.ground.from {
                let what = format!("`{}` publishes before it exists", catalogue.id);
                let why = "a value is published under its class";
                self.fault(Stage::Dates, "publication.when.cases", what, why, "correct `from`");
            }
            for value in case.has.iter().filter(|value| !seen.insert(value.as_str())) {
                let what =
                    format!("`{value}` stands twice in `publication.when` of `{}`", catalogue.id);
                let why = "one value is published in one way";
                self.fault(Stage::Meaning, "publication", what, why, "remove one");
            }
            if matches!(*case.publication, Publication::When { .. } | Publication::Never) {
                let what =
                    format!("a case of `publication.when` of `{}` says nothing", catalogue.id);
                let why = "a case says how long its values are shown";
                self.fault(Stage::Meaning, "publication", what, why, "name a way, or leave it out");
            }
            self.ends(catalogue, &case.publication, adverse);
        }
    }

    /// The field takes one code of a list, and the values are codes of it.
    fn code_values(&mut self, catalogue: &Catalogue, words: &str, field: &str, values: &[String]) {
        let found = catalogue.field(field);
        let one = found.is_some_and(|field| matches!(field.kind, FieldType::Code(_)));
        if !one {
            let what =
                format!("`{words}` of `{}` asks `{field}`, which takes no code", catalogue.id);
            let why = "a value decides only where its values are a closed set";
            self.fault(Stage::Meaning, words, what, why, "name a field of type `code`");
            return;
        }
        if values.is_empty() {
            let what = format!("`{words}` of `{}` names no value", catalogue.id);
            self.fault(Stage::Meaning, words, what, "it could never hold", "name the values");
        }
        let Some(list) = found.and_then(Field::code_list).and_then(|id| self.book.codes.get(id))
        else {
            return;
        };
        for value in values.iter().filter(|value| list.by_code(value).is_none()) {
            let what = format!("`{words}`: `{value}` is no code of the list `{}`", list.id);
            let why = "the condition could never hold";
            self.fault(Stage::Meaning, words, what, why, "use a code of the list");
        }
    }
}

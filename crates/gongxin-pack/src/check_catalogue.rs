//! What a catalogue must hold: references, meaning, and the line that is not crossed.

use std::collections::BTreeSet;

use crate::check::Checker;
use crate::check_ground::Carries;
use crate::problem::Stage;
use crate::rulebook::{
    ActCase, ActRule, Catalogue, CheckRule, Decided, Effect, Field, FieldType, Nature, Personal,
    Publication, Role, Visibility,
};

impl Checker<'_> {
    pub(crate) fn catalogue(&mut self, catalogue: &Catalogue) {
        let id = &catalogue.id;
        let carries = if catalogue.adverse.may_be() || catalogue.act.is_some() {
            Carries::Burden(&catalogue.suppliers)
        } else {
            Carries::Words
        };
        self.carried(&catalogue.ground, id, carries);
        self.ground(&catalogue.retention.ground, "retention");
        self.counts(catalogue);
        self.sectors(&catalogue.suppliers, "suppliers");
        self.fields(catalogue);
        self.references(catalogue);
        self.checks(catalogue);
        self.act(catalogue);
        self.publication(catalogue);
        self.roles_asked_for(catalogue);
    }

    /// Figures with a unit that a slip would alter.
    fn counts(&mut self, catalogue: &Catalogue) {
        if catalogue.deadline_working_days.is_some_and(|days| !(1..=60).contains(&days)) {
            let what = format!("`{}` is handed in within no number of working days", catalogue.id);
            let why = "the deadline is counted in working days, not in hours";
            self.fault(Stage::Meaning, "deadline_working_days", what, why, "give 1 to 60 days");
        }
        if catalogue.retention.years.is_some_and(|years| !(1..=100).contains(&years)) {
            let what = format!("`{}` is kept for no number of years", catalogue.id);
            let why = "retention is counted in years";
            self.fault(Stage::Meaning, "retention", what, why, "give 1 to 100 years");
        }
    }

    fn checks(&mut self, catalogue: &Catalogue) {
        let mut seen = BTreeSet::new();
        for check in &catalogue.checks {
            self.check_rule(catalogue, &check.id, &check.rule);
            if let Some(ground) = &check.ground {
                self.ground(ground, &check.id);
            }
            if !seen.insert(&check.id) {
                let what = format!("check `{}` is declared twice", check.id);
                let why = "a finding is found by its id";
                self.fault(Stage::References, &check.id, what, why, "rename one");
            }
        }
    }

    fn roles_asked_for(&mut self, catalogue: &Catalogue) {
        let id = &catalogue.id;
        let missing = |role| catalogue.with_role(role).is_none();
        if missing(Role::CounterpartName) {
            let what = format!("no field of `{id}` has the role `counterpart-name`");
            let why = "a record is about a named organisation";
            self.fault(Stage::Meaning, "fields", what, why, "give a field the role");
        }
        let lists = catalogue.publication.is_by_list();
        if lists && missing(Role::ListCode) {
            let what = format!("no field of `{id}` has the role `list-code`");
            let why = "the rule of the list decides how long an entry is public";
            self.fault(Stage::Meaning, "publication", what, why, "give a field the role");
        }
        if catalogue.publication.is_timed() && missing(Role::DecidedOn) {
            let what = format!("no field of `{id}` has the role `decided-on`");
            let why = "terms run from the day of the decision";
            self.fault(Stage::Meaning, "publication", what, why, "give a field the role");
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
                self.fault(Stage::References, code, what, why, "add the list, or correct the id");
            }
            if field.visibility < catalogue.visibility {
                let what = format!("field `{code}` is shown more widely than its catalogue");
                let why = "the catalogue's visibility is the widest";
                self.fault(Stage::Meaning, code, what, why, "narrow the field");
            }
            self.unit(field);
            self.person_field(catalogue, field);
            if let Some(ground) = &field.ground {
                self.ground(ground, code);
            }
        }
    }

    /// The label says the unit of an amount, and so does the type.
    fn unit(&mut self, field: &Field) {
        let wan = field.name.zh.contains("万元");
        let yuan = field.name.zh.contains('元') && !wan;
        let (is_wan, is_yuan) = (field.kind == FieldType::Wan, field.kind == FieldType::Yuan);
        if (wan && is_yuan) || (yuan && is_wan) {
            let what =
                format!("field `{}` is counted in another unit than its label says", field.code);
            let why = "10,000 yuan read as yuan are another fine";
            self.fault(Stage::Meaning, &field.code, what, why, "let label and type agree");
        }
    }

    /// The line that is not crossed: no field may carry a person where none belongs.
    fn person_field(&mut self, catalogue: &Catalogue, field: &Field) {
        let code = &field.code;
        let number = field.kind == FieldType::PersonNumber
            || matches!(field.role, Some(Role::CertificateNumber | Role::CertificateType));
        if number && field.personal != Personal::Drop {
            let what = format!("field `{code}` would keep a person's document");
            let why = "identity and certificate numbers of persons are never stored";
            self.fault(Stage::Meaning, code, what, why, "say `personal = \"drop\"`");
        }
        if field.personal == Personal::Organisation && field.kind != FieldType::Name {
            let what = format!("field `{code}` is no organisation's name");
            let why = "only a name can read like an organisation's";
            self.fault(Stage::Meaning, code, what, why, "say `type = \"name\"`");
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
                edition.headers.values().chain(edition.code_lists.keys()).map(String::as_str)
            }));
        for code in named {
            self.field_exists(catalogue, code, code);
        }
        if let Some(title) = &catalogue.title {
            self.field_exists(catalogue, title, "title");
            let hidden = |field: &Field| {
                field.visibility > catalogue.visibility || field.personal == Personal::Drop
            };
            if catalogue.field(title).is_some_and(hidden) {
                let what = format!("`{title}` is shown less widely than the records it names");
                let why = "a record is called by its title wherever it is shown";
                self.fault(Stage::Meaning, "title", what, why, "name another field");
            }
        }
        if catalogue.key.is_empty() {
            let what = format!("catalogue `{}` has no key", catalogue.id);
            let why = "without a key, the same record handed in again would be a second one";
            self.fault(Stage::Meaning, "key", what, why, "name the fields that identify a record");
        }
        let number = catalogue.with_role(Role::DocumentNumber);
        let in_decision = |field: &Field| {
            field.kind == FieldType::DocumentNumber
                && catalogue.begins_a_part(&catalogue.decision, field)
        };
        if !catalogue.decision.is_empty() && !number.is_none_or(in_decision) {
            let what = format!("the decision of `{}` is not told by its number", catalogue.id);
            let why = "the records of a decision are found by its number";
            let advice = "name the field of the document number, of type `document-number`, in it";
            self.fault(Stage::Meaning, "decision", what, why, advice);
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

    pub(crate) fn catalogue_exists(&mut self, id: &str, words: &str) {
        if !self.book.catalogues.contains_key(id) {
            let what = format!("there is no catalogue `{id}`");
            let why = "what is named must exist";
            self.fault(Stage::References, words, what, why, "correct the id, or load its pack");
        }
    }

    fn check_rule(&mut self, catalogue: &Catalogue, id: &str, rule: &CheckRule) {
        for code in rule.fields() {
            self.field_exists(catalogue, code, id);
        }
        let kind = |code: &str| catalogue.field(code).map(|field| &field.kind);
        let day = |code: &str| matches!(kind(code), None | Some(FieldType::Day));
        let amount = |code: &str| {
            matches!(kind(code), None | Some(FieldType::Wan | FieldType::Yuan | FieldType::Integer))
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
            self.fault(Stage::Meaning, id, what, why, "name fields of the right type");
        }
        if let CheckRule::RequiredWhen { when: field, has: values, .. }
        | CheckRule::OneOf { field, values } = rule
        {
            self.values_exist(catalogue, id, field, values);
        }
    }

    fn values_exist(&mut self, catalogue: &Catalogue, id: &str, field: &str, values: &[String]) {
        let Some(list) = catalogue
            .field(field)
            .and_then(Field::code_list)
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
            self.fault(Stage::Meaning, "publication", what, why, "say `publication = \"never\"`");
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
        self.whole_subject(catalogue, act);
        if let Some(field) = catalogue.with_role(Role::Outcome) {
            let values: Vec<String> =
                act.cases.iter().flat_map(|case| case.outcome.clone()).collect();
            self.values_exist(catalogue, "cases", &field.code.clone(), &values);
        }
    }

    /// A row that names no decision may rest publication and let it go on, and end nothing.
    fn whole_subject(&mut self, catalogue: &Catalogue, act: &ActRule) {
        let Some(whole) = &act.whole_subject else { return };
        self.carried(&whole.ground, "whole_subject", Carries::Burden(&catalogue.suppliers));
        let rests = |case: &ActCase| {
            matches!(case.effect, Effect::Shield | Effect::Unshield | Effect::None)
        };
        if !act.cases.iter().all(rests) {
            let what = format!("act `{}` would end whatever its subject has", catalogue.id);
            let why = "only a shield and its lifting may be about a whole subject";
            let todo = "let every case shield or unshield, or drop `whole_subject`";
            self.fault(Stage::Meaning, "whole_subject", what, why, todo);
        }
        if whole.decided == Decided::UntilAct && catalogue.with_role(Role::DecidedOn).is_none() {
            let what = format!("no field of `{}` has the role `decided-on`", catalogue.id);
            let why = "what it reaches depends on the day of the act";
            self.fault(Stage::Meaning, "whole_subject", what, why, "give a field the role");
        }
    }
}

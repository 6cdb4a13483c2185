//! A record class for people.

use gongxin_pack::{Catalogue, Condition, Field, Publication, PublicationCase, item as ids};

use super::super::super::shown::Words;
use super::super::super::shown::rules::{
    AdverseWord, Holds, How, RuleFamily, ShownAct, ShownClass, ShownClassLine, ShownCondition,
    ShownEdition, ShownField, ShownItem, ShownPublication, ShownSays,
};
use super::super::row::section;
use super::super::words;
use super::{Reading, Said, class_item, shown_item};

impl Reading<'_> {
    /// A class on a line.
    pub(super) fn class_line(&self, class: &Catalogue) -> ShownClassLine {
        let item = ids::catalogue(&class.id);
        ShownClassLine {
            item: shown_item(RuleFamily::Class, &class.id, &class.name),
            section: section(class.section),
            visibility: class.visibility,
            adverse: adverse(class),
            how: how(&class.publication),
            surety: self.surety(Some(&item), &class.ground, class.adverse.may_be()),
            holds: Holds::on(self.day, class.ground.from, class.ground.until),
        }
    }

    /// A class with all that is said of it.
    pub(super) fn class(&self, id: &str) -> Option<Said> {
        let class = self.book.catalogue(id)?;
        let item = ids::catalogue(&class.id);
        let ground = self.ground(Some(&item), &class.ground, class.adverse.may_be());
        let tables = class.publication.tables();
        let tables: Vec<_> = tables.iter().filter_map(|id| self.book.terms.get(*id)).collect();
        let lists = self.book.lists.values().filter(|_| class.publication.is_by_list());
        let says = ShownClass {
            formerly: class.formerly.iter().map(|one| one.id.clone()).collect(),
            section: section(class.section),
            nature: class.nature,
            adverse: adverse(class),
            spared: class.adverse.except().map(|spared| self.condition(class, spared)),
            visibility: class.visibility,
            scope: class.scope.clone(),
            suppliers: self.sectors(&class.suppliers),
            deadline_working_days: class.deadline_working_days,
            publications: self.publications(class),
            terms: tables
                .iter()
                .flat_map(|table| table.rules.iter().map(|rule| self.term_line(rule)))
                .collect(),
            transition: tables
                .iter()
                .map(|table| self.ground(None, &table.ground, false))
                .collect(),
            lists: lists.map(|list| self.list_line(list)).collect(),
            retention_years: class.retention.years,
            retention: self.ground(None, &class.retention.ground, false),
            ends: class.ends.iter().filter_map(|id| class_item(self.book, id)).collect(),
            act: self.act(class),
            key: class
                .key
                .iter()
                .map(|part| part.split('|').map(|code| label(class, code)).collect())
                .collect(),
            decision: class.decision.iter().map(|code| label(class, code)).collect(),
            fields: class.fields.iter().map(|field| self.field(field)).collect(),
            editions: class
                .editions
                .iter()
                .map(|one| ShownEdition {
                    name: words(&one.name),
                    refuses_persons: one.refuses_persons,
                })
                .collect(),
        };
        let item = shown_item(RuleFamily::Class, &class.id, &class.name);
        Some((item, Some(ground), ShownSays::Class(Box::new(says))))
    }

    fn publications(&self, class: &Catalogue) -> Vec<ShownPublication> {
        let Publication::When { field, cases } = &class.publication else {
            let how = how(&class.publication);
            return vec![ShownPublication { when: None, how, ground: None }];
        };
        let of_case = |case: &PublicationCase| {
            let item = ids::publication(&class.id, case);
            let condition = Condition { field: field.clone(), has: case.has.clone() };
            ShownPublication {
                when: Some(self.condition(class, &condition)),
                how: how(&case.publication),
                ground: Some(self.ground(Some(&item), &case.ground, class.adverse.may_be())),
            }
        };
        cases.iter().map(of_case).collect()
    }

    /// A condition with the words of its field and of its code list.
    fn condition(&self, class: &Catalogue, condition: &Condition) -> ShownCondition {
        let list = class.field(&condition.field).and_then(Field::code_list);
        let list = list.and_then(|id| self.book.code_list(id));
        ShownCondition {
            field: label(class, &condition.field),
            values: condition.has.iter().map(|value| value_words(list, value)).collect(),
        }
    }

    fn field(&self, field: &Field) -> ShownField {
        let list = field.code_list().and_then(|id| self.book.code_list(id));
        ShownField {
            code: field.code.clone(),
            name: words(&field.name),
            visibility: field.visibility,
            personal: field.personal,
            required: field.required.clone(),
            list: list.map(|list| words(&list.name)),
        }
    }

    fn act(&self, class: &Catalogue) -> Option<ShownAct> {
        let act = class.act.as_ref()?;
        let outcome = class.with_role(gongxin_pack::Role::Outcome).and_then(Field::code_list);
        let list = outcome.and_then(|id| self.book.code_list(id));
        let targets = act.targets.iter();
        let targets: Vec<ShownItem> = targets.filter_map(|id| class_item(self.book, id)).collect();
        let cases = act.cases.iter().map(|case| {
            let outcome = case.outcome.iter().map(|value| value_words(list, value)).collect();
            (outcome, case.effect)
        });
        Some(ShownAct { targets, cases: cases.collect() })
    }
}

fn value_words(list: Option<&gongxin_pack::CodeList>, value: &str) -> Words {
    let entry = list.and_then(|list| list.by_code(value));
    entry.map_or_else(
        || Words::chinese(value),
        |entry| Words {
            zh: entry.zh.clone(),
            en: Some(entry.en.clone()).filter(|en| !en.is_empty()),
        },
    )
}

fn label(class: &Catalogue, code: &str) -> Words {
    class.field(code).map_or_else(|| Words::chinese(code), |field| words(&field.name))
}

fn adverse(class: &Catalogue) -> AdverseWord {
    match (class.adverse.may_be(), class.adverse.except()) {
        (_, Some(_)) => AdverseWord::Some,
        (true, None) => AdverseWord::All,
        (false, None) => AdverseWord::None,
    }
}

const fn how(publication: &Publication) -> How {
    match publication {
        Publication::Open => How::Open,
        Publication::WhileValid => How::WhileValid,
        Publication::Terms { .. } => How::Terms,
        Publication::Lists { .. } => How::Lists,
        Publication::When { .. } => How::When,
        Publication::Never => How::Never,
    }
}

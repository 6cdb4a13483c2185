//! A rule on terms, a list, a law, for people.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_pack::{Class, Ground, ListRule, Publication, TermRule, TermTable, item as ids};

use super::super::super::shown::rules::{
    Holds, RuleFamily, ShownConduct, ShownItem, ShownLaw, ShownList, ShownListTime, ShownReach,
    ShownSays, ShownTerm, ShownTermLine,
};
use super::super::words;
use super::{Reading, Said, shown_item};

impl Reading<'_> {
    /// A term rule on a line.
    pub(super) fn term_line(&self, rule: &TermRule) -> ShownTermLine {
        let item = ids::term(&rule.id);
        ShownTermLine {
            item: shown_item(RuleFamily::Term, &rule.id, &rule.name),
            reach: self.reach(rule),
            classes: conducts(rule),
            surety: self.surety(Some(&item), &rule.ground, true),
        }
    }

    fn reach(&self, rule: &TermRule) -> ShownReach {
        ShownReach {
            sectors: self.sectors(&rule.sectors),
            except: self.sectors(&rule.except_sectors),
            to: rule.applies.to,
            from: rule.applies.from,
            until: rule.applies.until,
            decided_from: rule.applies.decided_from,
            decided_before: rule.applies.decided_before,
        }
    }

    /// A term rule with all that is said of it.
    pub(super) fn term(&self, id: &str) -> Option<Said> {
        let mut all = self
            .book
            .terms
            .values()
            .flat_map(|table| table.rules.iter().map(move |rule| (table, rule)));
        let (table, rule): (&TermTable, &TermRule) = all.find(|(_, rule)| rule.id == id)?;
        let governs = self.book.catalogues.values();
        let governs = governs.filter(|one| one.publication.tables().contains(&table.id.as_str()));
        let says = ShownTerm {
            table: words(&table.name),
            transition: self.ground(None, &table.ground, false),
            reach: self.reach(rule),
            start: rule.start,
            end_inclusive: rule.end_inclusive,
            classes: conducts(rule),
            governs: governs.map(|one| shown_item(RuleFamily::Class, &one.id, &one.name)).collect(),
        };
        let ground = self.ground(Some(&ids::term(id)), &rule.ground, true);
        let item = shown_item(RuleFamily::Term, id, &rule.name);
        Some((item, Some(ground), ShownSays::Term(Box::new(says))))
    }

    /// A list with all that is said of it.
    pub(super) fn list(&self, id: &str) -> Option<Said> {
        let list = self.book.lists.get(id)?;
        let lines = list.terms.iter().map(|line| ShownListTime {
            conduct: Some(words(&line.text)),
            early_exit_months: line.early_exit_months,
            max_months: line.max_months,
            stated_months: line.stated_months,
        });
        let own = ShownListTime {
            conduct: None,
            early_exit_months: list.early_exit_months,
            max_months: list.max_months,
            stated_months: None,
        };
        let classes = self.book.catalogues.values().filter(|one| one.publication.is_by_list());
        let says = ShownList {
            spellings: list.spellings.clone(),
            authority: words(&list.authority),
            sectors: self.sectors(&list.sectors),
            names_individual_businesses: list.names_individual_businesses,
            times: lines.chain([own]).collect(),
            classes: classes.map(|one| shown_item(RuleFamily::Class, &one.id, &one.name)).collect(),
        };
        let item = shown_item(RuleFamily::List, id, &list.name);
        Some((item, Some(self.list_ground(list)), ShownSays::List(Box::new(says))))
    }

    /// A law with what rests on it.
    pub(super) fn law(&self, id: &str) -> Option<Said> {
        let law = self.book.laws.get(id)?;
        let says = ShownLaw {
            number: law.number.clone(),
            issuer: law.issuer,
            issued: law.issued,
            from: law.from,
            until: law.until,
            holds: Holds::on(self.day, law.from, law.until),
            confidence: law.confidence,
            why: law.source.clone(),
            may_found_lists: law.issuer.is_some_and(gongxin_pack::Issuer::may_found_lists),
            rests: self.rests(id),
        };
        let item = shown_item(RuleFamily::Law, id, &law.title);
        Some((item, None, ShownSays::Law(Box::new(says))))
    }

    /// What rests on a law: classes, term rules and lists, with the articles that they cite.
    fn rests(&self, law: &str) -> Vec<(ShownItem, Vec<String>)> {
        let mut found: BTreeMap<(RuleFamily, String), (ShownItem, BTreeSet<String>)> =
            BTreeMap::new();
        let mut add = |item: ShownItem, ground: &Ground| {
            let cites: Vec<_> = ground.basis.iter().filter(|cite| cite.law == law).collect();
            if !cites.is_empty() {
                let key = (item.family, item.id.clone());
                let (_, articles) = found.entry(key).or_insert((item, BTreeSet::new()));
                articles.extend(cites.iter().filter_map(|cite| cite.article.clone()));
            }
        };
        for class in self.book.catalogues.values() {
            let item = || shown_item(RuleFamily::Class, &class.id, &class.name);
            add(item(), &class.ground);
            add(item(), &class.retention.ground);
            if let Publication::When { cases, .. } = &class.publication {
                cases.iter().for_each(|case| add(item(), &case.ground));
            }
            class.editions.iter().for_each(|one| add(item(), &one.ground));
            class
                .fields
                .iter()
                .filter_map(|one| one.ground.as_ref())
                .for_each(|one| add(item(), one));
        }
        for rule in self.book.terms.values().flat_map(|table| &table.rules) {
            add(shown_item(RuleFamily::Term, &rule.id, &rule.name), &rule.ground);
        }
        for list in self.book.lists.values() {
            let item = || shown_item(RuleFamily::List, &list.id, &list.name);
            grounds(list).for_each(|ground| add(item(), ground));
        }
        found.into_values().map(|(item, articles)| (item, articles.into_iter().collect())).collect()
    }
}

fn grounds(list: &ListRule) -> impl Iterator<Item = &Ground> {
    std::iter::once(&list.ground).chain(list.terms.iter().map(|line| &line.ground))
}

/// What a rule does with each class of conduct.
fn conducts(rule: &TermRule) -> Vec<ShownConduct> {
    let of_class = |class: Class| {
        let term = rule.term(class)?;
        let lines = rule.classes.iter().filter(|line| line.class == class);
        let conduct: Vec<_> = lines.map(|line| words(&line.text)).collect();
        let otherwise = rule.default_class == class;
        (otherwise || !conduct.is_empty()).then_some(ShownConduct {
            class,
            public: term.public,
            min_months: term.min_months,
            max_months: term.max_months,
            conduct,
            otherwise,
        })
    };
    [Class::Minor, Class::Ordinary, Class::Serious].into_iter().filter_map(of_class).collect()
}

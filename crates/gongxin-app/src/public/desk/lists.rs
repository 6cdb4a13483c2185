//! Lists that stand today: their rules and their entries.

use gongxin_model::Day;
use gongxin_pack::{Catalogue, ListRule, Nature, Scope, TermQuestion, item};
use gongxin_seal::InstanceKey;
use gongxin_store::Reader;

use super::super::shown::{Found, ListAsk, ShownList, ShownListPage, ShownListTerm, Words};
use super::arrivals::{Walk, ids_of, is_public, walk};
use super::kept::confidence;
use super::noted::Noted;
use super::{Answer, Books, coded, words};
use crate::rules::Rules;

/// A list: one of the rulebook's rules, or a class whose entries are one list.
enum List<'a> {
    Rule(&'a ListRule),
    Class(&'a Catalogue),
}

/// The lists that stand on a basis in force.
pub(super) fn lists(rules: &Rules, day: Day) -> Vec<ShownList> {
    standing(rules, day).iter().map(|list| describe(rules, list, day)).collect()
}

/// A list and a page of its entries. One without a basis in force today never was, as far as
/// strangers learn.
pub(super) fn list(
    today: Day,
    reader: &mut Reader<'_>,
    Books { now: rules, then }: Books<'_>,
    (noted, key): (&Noted, &InstanceKey),
    ask: &ListAsk,
) -> Answer<Found<ShownListPage>> {
    let by_id = |list: &List<'_>| list.id() == ask.id;
    let day = ask.view.as_of.unwrap_or(today);
    let (Some(list), Some(of_then)) = (
        standing(rules, today).into_iter().find(by_id),
        standing(then, day).into_iter().find(by_id),
    ) else {
        return Ok(Found::Never);
    };
    let walking = walking(rules, key, &list, ask);
    Ok(Found::Shown(Box::new(ShownListPage {
        list: describe(then, &of_then, day),
        page: walk(today, reader, (rules, then), noted, &walking)?,
    })))
}

fn walking<'a>(rules: &Rules, key: &'a InstanceKey, list: &List<'a>, ask: &'a ListAsk) -> Walk<'a> {
    let (catalogues, of, businesses) = match list {
        List::Rule(rule) => (
            by_list(rules).flat_map(ids_of).collect(),
            Some(rule.id.as_str()),
            rule.names_individual_businesses,
        ),
        List::Class(class) => {
            (ids_of(class).collect(), None, class.scope.contains(&Scope::IndividualBusiness))
        }
    };
    Walk {
        catalogues,
        sources: None,
        from: None,
        until: None,
        list: of,
        businesses,
        roles: &[],
        view: ask.view,
        key,
        after: ask.page.after.as_deref(),
        size: usize::from(ask.page.size),
    }
}

impl List<'_> {
    fn id(&self) -> &str {
        match self {
            Self::Rule(rule) => &rule.id,
            Self::Class(class) => &class.id,
        }
    }
}

/// The classes whose entries name their list.
fn by_list(rules: &Rules) -> impl Iterator<Item = &Catalogue> {
    rules.rulebook.catalogues.values().filter(|class| class.publication.is_by_list())
}

fn standing(rules: &Rules, day: Day) -> Vec<List<'_>> {
    let book = &rules.rulebook;
    let of_rules = book.lists.values().filter(|list| book.list_in_force(list, None, day));
    let is_list = |class: &&Catalogue| {
        class.nature == Nature::ListEntry && !class.publication.is_by_list() && is_public(class)
    };
    let stands = |class: &&Catalogue| {
        book.in_force(&item::catalogue(&class.id), &class.ground, day)
            && own_term(rules, class, day).is_some()
    };
    let of_classes = book.catalogues.values().filter(is_list).filter(stands);
    of_rules.map(List::Rule).chain(of_classes.map(List::Class)).collect()
}

/// How long an entry of a class that is a list stands, by the term rule in force.
fn own_term(rules: &Rules, class: &Catalogue, day: Day) -> Option<ShownListTerm> {
    let book = &rules.rulebook;
    let sector = class.suppliers.first().map_or("", String::as_str);
    let question = TermQuestion { sector, decided_on: day, published_on: None, as_of: day };
    let tables = class.publication.tables();
    let mut found = tables.iter().flat_map(|table| book.term_rules(table, question));
    let rule = found.find(|rule| book.term_in_force(rule, question))?;
    let term = rule.term(rule.default_class)?;
    Some(ShownListTerm {
        conduct: None,
        early_exit_months: Some(term.min_months).filter(|months| *months > 0),
        max_months: term.max_months,
        stated_months: None,
    })
}

fn describe(rules: &Rules, list: &List<'_>, day: Day) -> ShownList {
    let book = &rules.rulebook;
    let (id, name, ground) = match list {
        List::Rule(rule) => (item::list(&rule.id), &rule.name, &rule.ground),
        List::Class(class) => (item::catalogue(&class.id), &class.name, &class.ground),
    };
    let backing = book.backing_of(id, name, ground, day);
    let (authority, terms, names_individual_businesses) = match list {
        List::Rule(rule) => {
            (words(&rule.authority), rule_terms(rule), rule.names_individual_businesses)
        }
        List::Class(class) => (
            sectors(rules, &class.suppliers),
            own_term(rules, class, day).into_iter().collect(),
            class.scope.contains(&Scope::IndividualBusiness),
        ),
    };
    ShownList {
        list: coded(list.id(), name),
        authority,
        basis: backing.clauses,
        confidence: confidence(backing.confidence).to_owned(),
        known_from: backing.source,
        terms,
        names_individual_businesses,
    }
}

fn rule_terms(rule: &ListRule) -> Vec<ShownListTerm> {
    let own = ShownListTerm {
        conduct: None,
        early_exit_months: rule.early_exit_months,
        max_months: rule.max_months,
        stated_months: None,
    };
    let line = |line: &gongxin_pack::ListLine| ShownListTerm {
        conduct: Some(words(&line.text)),
        early_exit_months: line.early_exit_months,
        max_months: line.max_months,
        stated_months: line.stated_months,
    };
    std::iter::once(own).chain(rule.terms.iter().map(line)).collect()
}

/// The names of sectors, one after the other.
fn sectors(rules: &Rules, ids: &[String]) -> Words {
    let names = || ids.iter().filter_map(|id| rules.rulebook.sectors.get(id));
    let zh: Vec<&str> = names().map(|sector| sector.name.zh.as_str()).collect();
    let en: Vec<&str> = names().map(|sector| sector.name.en.as_str()).collect();
    Words::new(zh.join("、"), en.join(", "))
}

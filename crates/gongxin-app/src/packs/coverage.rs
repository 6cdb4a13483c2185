//! What the cases of packs show: every class, list, rule, term, line and end by at least one.

use std::collections::BTreeSet;

use gongxin_model::Day;
use gongxin_pack::{
    ActRule, AppliesTo, Case, Catalogue, Confidence, ListRule, Publication, Role, Rulebook,
    TermRule, item,
};
use gongxin_standing::{Step, StepKind};

use super::cases::Ruling;

/// The words of a record itself about its end or class, each shown by a case.
const OWN_WORDS: [(Role, &str); 3] = [
    (Role::StatedEnd, "stated end"),
    (Role::StatedClass, "stated class"),
    (Role::RemovedOn, "removal"),
];

/// Everything that some case must show.
pub(super) fn items(rulebook: &Rulebook) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    for catalogue in rulebook.catalogues.values() {
        of_catalogue(catalogue, &mut items);
    }
    for rule in rulebook.terms.values().flat_map(|table| &table.rules) {
        of_rule(rule, &mut items);
    }
    for list in rulebook.lists.values() {
        of_list(list, &mut items);
    }
    items
}

fn of_catalogue(catalogue: &Catalogue, items: &mut BTreeSet<String>) {
    let name = item::catalogue(&catalogue.id);
    if let Some(act) = &catalogue.act {
        for target in &act.targets {
            items.insert(format!("{name} reaches {target}"));
        }
        for place in 1..=act.cases.len() {
            items.insert(format!("{name} outcome {place}"));
        }
        return;
    }
    if let Publication::When { field, cases } = &catalogue.publication {
        for value in cases.iter().flat_map(|case| &case.has) {
            items.insert(format!("{name} {field} = {value}"));
        }
        items.insert(format!("{name} {field} = any other"));
    }
    if catalogue.publication != Publication::Never {
        let has = |(role, _): &&(Role, &str)| catalogue.with_role(*role).is_some();
        for (_, words) in OWN_WORDS.iter().filter(has) {
            items.insert(format!("{name} {words}"));
        }
        if catalogue.publication.each().contains(&&Publication::WhileValid) {
            items.insert(format!("{name} validity"));
        }
    }
    items.insert(name);
}

fn of_rule(rule: &TermRule, items: &mut BTreeSet<String>) {
    let name = item::term(&rule.id);
    for term in &rule.terms {
        let name = format!("{name} {}", term.class.word());
        // Conduct that the lines cannot sort into a class is nowhere to be shown.
        let sorted = rule.default_class == term.class
            || rule.classes.iter().any(|line| line.class == term.class);
        if !sorted {
            continue;
        }
        if term.public {
            items.insert(format!("{name}, repair"));
            if term.max_months.is_some() {
                items.insert(format!("{name}, last public day"));
                items.insert(format!("{name}, day after"));
            }
        }
        items.insert(name);
    }
    for place in 1..=rule.classes.len() {
        items.insert(format!("{name} line {place}"));
    }
    items.insert(format!("{name} no line"));
    items.insert(format!("{name} first decision"));
    if rule.applies.until.or(rule.applies.decided_before).is_some() {
        items.insert(format!("{name} last decision"));
    }
    if rule.applies.to == AppliesTo::AllFrom {
        items.insert(format!("{name} takes effect"));
    }
    if rule.ground.confidence == Confidence::Unverified {
        items.insert(format!("{name} not adopted"));
    }
}

fn of_list(list: &ListRule, items: &mut BTreeSet<String>) {
    let name = item::list(&list.id);
    for place in 1..=list.terms.len() {
        items.insert(format!("{name} line {place}"));
    }
    if list.max_months.is_some() {
        items.insert(format!("{name}, last public day"));
        items.insert(format!("{name}, day after"));
    }
    if list.early_exit_months.is_some() {
        items.insert(format!("{name}, early exit"));
    }
    if list.ground.confidence == Confidence::Unverified {
        items.insert(format!("{name} not adopted"));
    }
    items.insert(name);
}

/// What a case shows that holds.
pub(super) fn shown_by(rulebook: &Rulebook, case: &Case, ruling: &Ruling) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let Some(catalogue) = rulebook.catalogue(&case.catalogue) else {
        return shown;
    };
    by_catalogue(catalogue, case, &mut shown);
    for happening in &case.then {
        let act = rulebook.catalogue(&happening.what);
        if let Some((act, rule)) = act.and_then(|act| Some((act, act.act.as_ref()?))) {
            by_act(rule, (&act.id, &catalogue.id), happening.outcome.as_deref(), &mut shown);
        }
    }
    if case.then.is_empty() {
        by_rules(rulebook, catalogue, case, ruling, &mut shown);
    }
    shown
}

fn by_catalogue(catalogue: &Catalogue, case: &Case, shown: &mut BTreeSet<String>) {
    let name = item::catalogue(&catalogue.id);
    let given = |role| catalogue.code_of(role).is_some_and(|code| case.given.contains_key(code));
    for (_, words) in OWN_WORDS.iter().filter(|(role, _)| given(*role)) {
        shown.insert(format!("{name} {words}"));
    }
    if given(Role::ValidUntil) {
        shown.insert(format!("{name} validity"));
    }
    if let Publication::When { field, cases } = &catalogue.publication {
        let value = case.given.get(field).map_or("", |value| value.first());
        let is_case = cases.iter().flat_map(|case| &case.has).any(|one| one == value);
        let value = if is_case { value } else { "any other" };
        shown.insert(format!("{name} {field} = {value}"));
    }
    shown.insert(name);
}

fn by_act(
    rule: &ActRule,
    (act, target): (&str, &str),
    outcome: Option<&str>,
    shown: &mut BTreeSet<String>,
) {
    let name = item::catalogue(act);
    let place = rule.cases.iter().position(|one| {
        one.outcome.is_empty() || outcome.is_some_and(|word| one.outcome.iter().any(|o| o == word))
    });
    if let Some(place) = place {
        shown.insert(format!("{name} outcome {}", place + 1));
    }
    shown.insert(format!("{name} reaches {target}"));
}

/// The days on which a case stands at an end.
#[derive(Debug, Clone, Copy)]
struct Edge {
    last: bool,
    after: bool,
    repair: bool,
}

fn by_rules(
    rulebook: &Rulebook,
    catalogue: &Catalogue,
    case: &Case,
    ruling: &Ruling,
    shown: &mut BTreeSet<String>,
) {
    let expect = &case.expect;
    let until = ruling.standing.shown_until;
    let is = |word: &str| expect.standing.as_deref() == Some(word);
    let edge = Edge {
        last: is("published") && case.as_of.plus_days(1) == until,
        after: is("ended") && case.as_of == until,
        repair: expect.repair_from.is_some(),
    };
    let decided: Option<Day> = catalogue
        .code_of(Role::DecidedOn)
        .and_then(|code| case.given.get(code)?.first().parse().ok());
    let steps = &ruling.standing.steps;
    let rules: Vec<&TermRule> = steps
        .iter()
        .filter(|step| step.kind == StepKind::Rule)
        .filter_map(|step| {
            let mut rules = rulebook.terms.values().flat_map(|table| &table.rules);
            rules.find(|rule| rule.id == step.value)
        })
        .collect();
    let no_basis = ruling.outcome.reason.as_deref() == Some("no-basis") && !case.adopted;
    if no_basis {
        for step in steps.iter().filter(|step| step.kind == StepKind::Rule) {
            shown.insert(format!("{} not adopted", item::term(&step.value)));
            shown.insert(format!("{} not adopted", item::list(&step.value)));
        }
        return;
    }
    let list = steps.iter().filter(|step| step.kind == StepKind::Rule);
    if let Some(list) = list.into_iter().find_map(|step| rulebook.lists.get(&step.value)) {
        by_list(list, steps, edge, expect.last_public_day.is_some() || edge.after, shown);
    }
    if let (Some(rule), Some(decided)) = (rules.first(), decided) {
        by_rule(rule, steps, edge, (decided, case.as_of), shown);
    }
}

fn by_list(list: &ListRule, steps: &[Step], edge: Edge, dated: bool, shown: &mut BTreeSet<String>) {
    let name = item::list(&list.id);
    let line =
        |step: &Step| list.terms.iter().position(|line| Some(&line.text) == step.words.as_ref());
    let line = steps.iter().filter(|step| step.kind == StepKind::Class).find_map(line);
    shown.insert(name.clone());
    match line {
        Some(line) if dated => {
            shown.insert(format!("{name} line {}", line + 1));
        }
        Some(_) => {}
        None => {
            let days = [(edge.last, "last public day"), (edge.after, "day after")];
            let days = days.into_iter().chain([(edge.repair, "early exit")]);
            shown.extend(days.filter(|(is, _)| *is).map(|(_, word)| format!("{name}, {word}")));
        }
    }
}

fn by_rule(
    rule: &TermRule,
    steps: &[Step],
    edge: Edge,
    (decided, as_of): (Day, Day),
    shown: &mut BTreeSet<String>,
) {
    let name = item::term(&rule.id);
    let behind = steps.iter().skip_while(|step| step.value != rule.id);
    let Some(class) = behind.into_iter().find(|step| step.kind == StepKind::Class) else {
        return;
    };
    let line = rule.classes.iter().position(|line| Some(&line.text) == class.words.as_ref());
    match line {
        Some(line) => shown.insert(format!("{name} line {}", line + 1)),
        None => shown.insert(format!("{name} no line")),
    };
    let of_class = format!("{name} {}", class.value);
    let days = [(edge.last, "last public day"), (edge.after, "day after"), (edge.repair, "repair")];
    shown.extend(days.iter().filter(|(is, _)| *is).map(|(_, word)| format!("{of_class}, {word}")));
    shown.insert(of_class);
    let applies = &rule.applies;
    let (first, end) = match applies.to {
        AppliesTo::AllFrom => (applies.decided_from, applies.decided_before),
        AppliesTo::DecidedOn | AppliesTo::PublishedOn => (Some(applies.from), applies.until),
    };
    if first == Some(decided) {
        shown.insert(format!("{name} first decision"));
    }
    if end == Some(decided.plus_days(1)) {
        shown.insert(format!("{name} last decision"));
    }
    if applies.to == AppliesTo::AllFrom && as_of == applies.from {
        shown.insert(format!("{name} takes effect"));
    }
}

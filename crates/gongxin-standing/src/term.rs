//! The term of publication, step by step.

use gongxin_model::{Body, Day};
use gongxin_pack::{
    Accepted, Basis, Catalogue, ClassRule, ConductClass, FieldType, Generation, ListRule, Rulebook,
    TermTable,
};
use serde::{Deserialize, Serialize};

use crate::Reason;

/// What a step of the computation settles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// The day the term starts.
    Start,
    /// The generation of rules, or the list's rule.
    Rule,
    /// The class of conduct.
    Class,
    /// The shortest publication; from then on repair may be applied for.
    RepairableFrom,
    /// The longest publication.
    Longest,
    /// The end that the authority stated, where it binds.
    StatedEnd,
    /// The last day it is shown.
    LastDay,
    /// Another generation's last day, where two may apply.
    OtherRule,
}

/// One step: what it settles, the value, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it settles.
    pub kind: StepKind,
    /// The value: a day, an id, a class, a number of months.
    pub value: String,
    /// A second value, where the step has one: months beside a day, for example.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The clauses, as title and clause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
}

/// A computed term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The day it starts.
    pub start: Day,
    /// The first day it is no longer shown.
    pub until: Day,
    /// The class of conduct, where the rules have classes.
    pub class: Option<ConductClass>,
    /// The generation's id, or the list's code.
    pub rule: String,
    /// The first day repair may be applied for.
    pub repairable_from: Option<Day>,
    /// How it came about.
    pub steps: Vec<Step>,
}

/// Either a term, or why there is none to show, with the steps that led there.
pub(crate) type Computed = Result<Term, (Reason, Vec<Step>)>;

/// The facts that terms depend on, read from a record's content by the roles of its fields.
#[derive(Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) decided_on: Option<Day>,
    kinds: &'a [String],
    fine_yuan: Option<u64>,
    sector: Option<String>,
    stated_end: Option<Day>,
    removed_on: Option<Day>,
    list: Option<&'a str>,
    summary_procedure: bool,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(content: &'a Body, catalogue: &Catalogue, rulebook: &Rulebook) -> Self {
        let value = |role: &str| {
            let code = &catalogue.by_role(role)?.code;
            content.field(code).map(|field| &field.value)
        };
        let text = |role: &str| value(role).map(gongxin_model::Value::first);
        let day = |role: &str| text(role).and_then(|text| text.parse().ok());
        let by_name = |name: &str| rulebook.sector_of(name).map(|sector| sector.id.clone());
        let by_source = || {
            let source = content.source.as_deref()?;
            rulebook.sources.get(source).map(|declared| declared.sector.clone())
        };
        Self {
            decided_on: day("decided-on"),
            kinds: value("penalty-kinds").map_or(&[], |value| value.all()),
            fine_yuan: fine(content, catalogue),
            sector: text("authority-name").and_then(by_name).or_else(by_source),
            stated_end: day("stated-end"),
            removed_on: day("removed-on"),
            list: text("list-code"),
            summary_procedure: text("procedure") == Some("summary"),
        }
    }
}

/// The fine in whole yuan, rounded up so that a threshold is met by what reaches it.
fn fine(content: &Body, catalogue: &Catalogue) -> Option<u64> {
    let field = catalogue.by_role("fine")?;
    let text = content.field(&field.code)?.value.first();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = whole.parse().ok()?;
    if field.kind != FieldType::Wan {
        return Some(whole);
    }
    let four: String = fraction.chars().chain(std::iter::repeat('0')).take(4).collect();
    whole.checked_mul(10_000)?.checked_add(four.parse().ok()?)
}

/// Computes the term of a record under the rulebook, as of a day.
pub(crate) fn compute(
    facts: &Facts<'_>,
    catalogue: &Catalogue,
    rulebook: &Rulebook,
    accepted: &Accepted,
    as_of: Day,
) -> Computed {
    let Some(start) = facts.decided_on else {
        return Err((Reason::NoGeneration, Vec::new()));
    };
    if let Some(code) = facts.list {
        return list_term(facts, rulebook, accepted, code, start);
    }
    let Some(table) = catalogue.term.as_ref().and_then(|id| rulebook.terms.get(id)) else {
        return Ok(endless(facts, start));
    };
    decision_term(facts, table, accepted, start, as_of)
}

/// A record without a term stands until the authority's own end, if it states one.
fn endless(facts: &Facts<'_>, start: Day) -> Term {
    let until = facts.removed_on.unwrap_or(Day::FOREVER);
    let steps = vec![step(StepKind::Start, start.to_string(), &[])];
    Term { start, until, class: None, rule: String::new(), repairable_from: None, steps }
}

fn list_term(
    facts: &Facts<'_>,
    rulebook: &Rulebook,
    accepted: &Accepted,
    code: &str,
    start: Day,
) -> Computed {
    let rule = rulebook.lists.get(code).filter(|rule| covers(rule, start));
    let Some(rule) = rule else {
        return Err((Reason::NoGeneration, vec![step(StepKind::Start, start.to_string(), &[])]));
    };
    let mut steps = vec![
        step(StepKind::Start, start.to_string(), &rule.basis),
        step(StepKind::Rule, rule.code.clone(), &rule.basis),
    ];
    if !accepted.in_force(rule.confidence, &format!("list/{code}")) {
        return Err((Reason::NoBasis, steps));
    }
    let repairable_from = (rule.min_months > 0).then(|| start.plus_months(months(rule.min_months)));
    push_repairable(&mut steps, repairable_from, rule.min_months, &rule.basis);
    let longest = rule.max_months.map(|number| start.plus_months(months(number)));
    if let (Some(day), Some(number)) = (longest, rule.max_months) {
        steps.push(longest_step(day, number, &rule.basis));
    }
    let until = bound(facts, longest.unwrap_or(Day::FOREVER), &mut steps);
    Ok(finish(start, until, Some(ConductClass::Serious), rule.code.clone(), repairable_from, steps))
}

fn covers(rule: &ListRule, day: Day) -> bool {
    rule.valid_from <= day && rule.valid_until.is_none_or(|until| day < until)
}

fn decision_term(
    facts: &Facts<'_>,
    table: &TermTable,
    accepted: &Accepted,
    start: Day,
    as_of: Day,
) -> Computed {
    let mut best: Option<Computed> = None;
    let mut others = Vec::new();
    let mut unaccepted = None;
    for generation in applicable(facts, table, start, as_of) {
        let item = format!("term/{}/{}", table.id, generation.id);
        if !accepted.in_force(generation.confidence, &item) {
            unaccepted = Some(vec![
                step(StepKind::Start, start.to_string(), &generation.basis),
                step(StepKind::Rule, generation.id.clone(), &generation.basis),
            ]);
            continue;
        }
        let found = generation_term(facts, generation, start);
        match best.take() {
            None => best = Some(found),
            Some(held) => {
                let (kept, other) = earlier(held, found);
                others.push(other);
                best = Some(kept);
            }
        }
    }
    let Some(mut best) = best else {
        return Err(unaccepted.map_or_else(
            || (Reason::NoGeneration, vec![step(StepKind::Start, start.to_string(), &[])]),
            |steps| (Reason::NoBasis, steps),
        ));
    };
    if let Ok(term) = &mut best {
        term.steps.extend(others.iter().filter_map(other_step));
    }
    best
}

/// The generations that may apply: the one of the decision's day, and younger ones that reach
/// older decisions. A sector's own generation takes the place of the general one.
fn applicable<'a>(
    facts: &Facts<'_>,
    table: &'a TermTable,
    start: Day,
    as_of: Day,
) -> Vec<&'a Generation> {
    let fits = |one: &Generation| {
        let decided = one.decided_from <= start && one.decided_until.is_none_or(|end| start < end);
        let reaches = start < one.decided_from
            && one.reaches_older_from.is_some_and(|from| from <= as_of);
        decided || reaches
    };
    let of_sector = |one: &Generation| {
        facts.sector.as_ref().is_some_and(|sector| one.sectors.contains(sector))
    };
    let fitting: Vec<&Generation> = table.generations.iter().filter(|one| fits(one)).collect();
    let own: Vec<&Generation> = fitting.iter().copied().filter(|one| of_sector(one)).collect();
    if own.is_empty() {
        fitting.into_iter().filter(|one| one.sectors.is_empty()).collect()
    } else {
        own
    }
}

fn generation_term(facts: &Facts<'_>, generation: &Generation, start: Day) -> Computed {
    let mut steps = vec![
        step(StepKind::Start, start.to_string(), &generation.basis),
        step(StepKind::Rule, generation.id.clone(), &generation.basis),
    ];
    let Some(rule) = generation.classes.iter().find(|rule| fits_class(facts, rule)) else {
        return Err((Reason::NoGeneration, steps));
    };
    steps.push(step(StepKind::Class, class_word(rule.class).to_owned(), &generation.basis));
    if !rule.public {
        return Err((Reason::Minor, steps));
    }
    let repairable_from = Some(start.plus_months(months(rule.min_months)));
    push_repairable(&mut steps, repairable_from, rule.min_months, &generation.basis);
    let longest = start.plus_months(months(rule.max_months));
    steps.push(longest_step(longest, rule.max_months, &generation.basis));
    let until = bound(facts, longest, &mut steps);
    Ok(finish(start, until, Some(rule.class), generation.id.clone(), repairable_from, steps))
}

fn fits_class(facts: &Facts<'_>, rule: &ClassRule) -> bool {
    let of_sector = facts.sector.as_ref().is_some_and(|sector| rule.sectors.contains(sector));
    let any = facts.kinds.iter().any(|kind| rule.any_kind.contains(kind));
    let only = !facts.kinds.is_empty()
        && !rule.only_kinds.is_empty()
        && facts.kinds.iter().all(|kind| rule.only_kinds.contains(kind));
    let summary = facts.summary_procedure && rule.class == ConductClass::Minor;
    let fine = rule
        .fine_at_least_yuan
        .is_some_and(|least| facts.fine_yuan.is_some_and(|fine| fine >= least));
    rule.otherwise || of_sector || any || only || fine || summary
}

/// The authority's stated end binds within the longest publication; removal ends it in any case.
fn bound(facts: &Facts<'_>, longest: Day, steps: &mut Vec<Step>) -> Day {
    let stated = facts.stated_end.map(|day| day.plus_days(1)).filter(|until| *until < longest);
    if let (Some(_), Some(day)) = (stated, facts.stated_end) {
        steps.push(step(StepKind::StatedEnd, day.to_string(), &[]));
    }
    let until = stated.unwrap_or(longest);
    facts.removed_on.map_or(until, |removed| removed.min(until))
}

fn finish(
    start: Day,
    until: Day,
    class: Option<ConductClass>,
    rule: String,
    repairable_from: Option<Day>,
    mut steps: Vec<Step>,
) -> Term {
    if until < Day::FOREVER {
        steps.push(step(StepKind::LastDay, until.plus_days(-1).to_string(), &[]));
    }
    Term { start, until, class, rule, repairable_from, steps }
}

/// In doubt the shorter: not public before public, the earlier end before the later.
fn earlier(left: Computed, right: Computed) -> (Computed, Computed) {
    let end = |one: &Computed| one.as_ref().map_or(None, |term| Some(term.until));
    if end(&right) < end(&left) { (right, left) } else { (left, right) }
}

fn other_step(other: &Computed) -> Option<Step> {
    let term = other.as_ref().ok()?;
    let last = term.until.plus_days(-1).to_string();
    Some(Step { detail: term.rule.clone(), ..step(StepKind::OtherRule, last, &[]) })
}

fn push_repairable(steps: &mut Vec<Step>, day: Option<Day>, number: u32, basis: &[Basis]) {
    if let Some(day) = day {
        let step = step(StepKind::RepairableFrom, day.to_string(), basis);
        steps.push(Step { detail: number.to_string(), ..step });
    }
}

fn longest_step(until: Day, number: u32, basis: &[Basis]) -> Step {
    let last = until.plus_days(-1).to_string();
    Step { detail: number.to_string(), ..step(StepKind::Longest, last, basis) }
}

fn step(kind: StepKind, value: String, basis: &[Basis]) -> Step {
    let basis = basis.iter().map(|one| format!("{}{}", one.title, one.clause)).collect();
    Step { kind, value, detail: String::new(), basis }
}

pub(crate) fn class_word(class: ConductClass) -> &'static str {
    match class {
        ConductClass::Minor => "minor",
        ConductClass::Ordinary => "ordinary",
        ConductClass::Serious => "serious",
    }
}

fn months(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

//! The term of publication, step by step.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use gongxin_model::{Body, Day, Value};
use gongxin_pack::{
    AppliesTo, Catalogue, Class, Conduct, EffectiveRulebook, FieldType, Ground, ListRule, ListTerm,
    Procedure, Publication as Rule, Role, TermQuestion, TermRule, TermStart, Text,
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
    /// Another rule's last day, where two may apply.
    OtherRule,
}

/// One step: what it settles, the value, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What it settles.
    pub kind: StepKind,
    /// The value: a day, the id of a rule, the word of a class.
    pub value: String,
    /// Words of the pack that go with it: the rule's name, the reason for a class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Text>,
    /// The months that led from the start to the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<u16>,
    /// The clauses in force, as the pack cites them.
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
    pub class: Option<Class>,
    /// The rule's id, or the list's.
    pub rule: String,
    /// The first day repair may be applied for.
    pub repairable_from: Option<Day>,
    /// The next day on which another rule may come to apply, by the calendar alone.
    pub turns_on: Option<Day>,
    /// How it came about.
    pub steps: Vec<Step>,
}

/// Why there is no term to show, and the steps that led there.
#[derive(Debug)]
pub(crate) struct Unshown {
    pub(crate) reason: Reason,
    pub(crate) steps: Vec<Step>,
    /// The next day on which that may be otherwise, by the calendar alone.
    pub(crate) next_day: Option<Day>,
}

impl Unshown {
    fn because(reason: Reason, steps: Vec<Step>) -> Self {
        Self { reason, steps, next_day: None }
    }
}

/// Either a term, or why there is none.
type Computed = Result<Term, Unshown>;

/// What is known of a record when its term is computed.
pub(crate) struct TermCase<'a> {
    pub(crate) content: &'a Body,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) rulebook: &'a EffectiveRulebook,
    /// How long it is shown, by its own values.
    pub(crate) publication: &'a Rule,
    pub(crate) as_of: Day,
    pub(crate) received_on: Option<Day>,
    /// False where nobody reads the steps: they are left bare.
    pub(crate) explains: bool,
    /// What every rule asks for, worked out once.
    pub(crate) known: Known<'a>,
}

/// What is worked out of a case once, when a rule first asks.
#[derive(Default)]
pub(crate) struct Known<'a> {
    sector: OnceCell<&'a str>,
    conduct: OnceCell<Conduct>,
}

impl<'a> TermCase<'a> {
    fn value(&self, role: Role) -> Option<&Value> {
        let code = self.catalogue.code_of(role)?;
        self.content.field(code).map(|field| &field.value)
    }

    fn text(&self, role: Role) -> Option<&str> {
        self.value(role).map(Value::first).filter(|text| !text.is_empty())
    }

    fn day(&self, role: Role) -> Option<Day> {
        self.text(role)?.parse().ok()
    }

    pub(crate) fn decided_on(&self) -> Option<Day> {
        self.day(Role::DecidedOn)
    }

    fn sector(&self) -> &'a str {
        let rulebook: &'a EffectiveRulebook = self.rulebook;
        self.known.sector.get_or_init(|| {
            let authority = self.text(Role::AuthorityName).unwrap_or_default();
            let source = self.content.source.as_deref();
            rulebook.sector_of(authority, source).unwrap_or_default()
        })
    }

    fn conduct(&self) -> &Conduct {
        self.known.conduct.get_or_init(|| self.stated_conduct())
    }

    fn stated_conduct(&self) -> Conduct {
        Conduct {
            sector: self.sector().to_owned(),
            kinds: self
                .value(Role::PenaltyKinds)
                .map_or(&[][..], Value::all)
                .iter()
                .map(ToString::to_string)
                .collect(),
            procedure: self.text(Role::Procedure).and_then(|word| match word {
                "summary" => Some(Procedure::Summary),
                "general" => Some(Procedure::General),
                _ => None,
            }),
            amount_fen: self.amount_fen(),
            list_entry: matches!(self.publication, Rule::Lists { .. }),
        }
    }

    fn amount_fen(&self) -> Option<i64> {
        let roles = [Role::Fine, Role::Confiscated];
        let amounts: Vec<i64> = roles.into_iter().filter_map(|role| self.fen(role)).collect();
        (!amounts.is_empty())
            .then(|| amounts.iter().fold(0_i64, |sum, one| sum.saturating_add(*one)))
    }

    /// An amount in fen; parts of a fen are dropped.
    fn fen(&self, role: Role) -> Option<i64> {
        let places = match self.catalogue.with_role(role)?.kind {
            FieldType::Wan => 6,
            _ => 2,
        };
        let text = self.text(role)?;
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let fraction: String =
            fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
        format!("{whole}{fraction}").parse().ok()
    }

    fn basis(&self, ground: &Ground) -> Vec<String> {
        let written = |basis: gongxin_pack::Basis| {
            let number = basis.number.map(|number| format!("（{number}）")).unwrap_or_default();
            format!("《{}》{number}{}", basis.title.zh, basis.article.unwrap_or_default())
        };
        let day = self.as_of.max(ground.from);
        self.rulebook.bases(ground, day).into_iter().map(written).collect()
    }

    fn step(&self, kind: StepKind, value: &dyn std::fmt::Display, ground: &Ground) -> Step {
        let (value, basis) = if self.explains {
            (value.to_string(), self.basis(ground))
        } else {
            (String::new(), Vec::new())
        };
        Step { kind, value, words: None, months: None, basis }
    }

    /// Computes the term, or says why there is none.
    pub(crate) fn compute(&self) -> Computed {
        let Some(decided_on) = self.decided_on() else {
            return Err(Unshown::because(Reason::NoGeneration, Vec::new()));
        };
        match self.publication {
            Rule::Open | Rule::WhileValid => Ok(self.open(decided_on)),
            Rule::Never | Rule::When { .. } => Err(Unshown::because(Reason::Scope, Vec::new())),
            Rule::Terms { table } => self.by_rules(table, decided_on),
            Rule::Lists { table } => self.by_list(table, decided_on),
        }
    }

    /// As long as the record stands, from a day on.
    pub(crate) fn open(&self, start: Day) -> Term {
        let until = self.stands_until(*self.publication == Rule::WhileValid);
        let steps = vec![self.step(StepKind::Start, &start, &self.catalogue.ground)];
        let rule = String::new();
        Term { start, until, class: None, rule, repairable_from: None, turns_on: None, steps }
    }

    /// The first day on which the record, by its own words, does not stand any more: the day it was
    /// taken off, or the one after the last of its validity.
    fn stands_until(&self, by_validity: bool) -> Day {
        let removed = self.day(Role::RemovedOn).unwrap_or(Day::FOREVER);
        let valid = self.day(Role::ValidUntil).filter(|day| by_validity && *day < Day::FOREVER);
        valid.map_or(removed, |last| removed.min(last.plus_days(1)))
    }

    fn by_list(&self, table: &str, decided_on: Day) -> Computed {
        let list = self.text(Role::ListCode).and_then(|code| self.rulebook.list_rule(code));
        let Some(list) = list else {
            return Err(Unshown::because(Reason::NoGeneration, Vec::new()));
        };
        let term = list.term(&self.list_conduct(list));
        let mut steps = vec![self.step(StepKind::Start, &decided_on, &list.ground)];
        let rule = self.step(StepKind::Rule, &list.id, &list.ground);
        steps.push(Step { words: Some(list.name.clone()), ..rule });
        if !self.rulebook.list_in_force(list, term.line, decided_on) {
            return Err(Unshown::because(Reason::NoBasis, steps));
        }
        if let Some(line) = term.line {
            let step = self.step(StepKind::Class, &Class::Serious.word(), &line.ground);
            steps.push(Step { words: Some(line.text.clone()), ..step });
        }
        let own = self.list_term(list, &term, decided_on, steps);
        match self.by_rules(table, decided_on) {
            Ok(general) => Ok(merge(own, general, self.as_of)),
            // No generation speaks of lists on that day: the list's own rule stands alone.
            Err(Unshown { reason: Reason::NoGeneration | Reason::NoBasis, next_day, .. })
                if own.until < Day::FOREVER =>
            {
                Ok(Term { turns_on: next_day, ..own })
            }
            Err(why) => Err(why),
        }
    }

    /// The conduct that an entry states, where it is written in the list's own codes.
    fn list_conduct(&self, list: &ListRule) -> Vec<&str> {
        let field = self.catalogue.with_role(Role::Conduct);
        let codes = field.and_then(gongxin_pack::Field::code_list);
        if list.conduct.is_none() || codes != list.conduct.as_deref() {
            return Vec::new();
        }
        self.value(Role::Conduct).map_or(&[][..], Value::all).iter().map(AsRef::as_ref).collect()
    }

    fn list_term(
        &self,
        list: &ListRule,
        term: &ListTerm<'_>,
        start: Day,
        mut steps: Vec<Step>,
    ) -> Term {
        let ground = term.line.map_or(&list.ground, |line| &line.ground);
        let after = |months: u16| start.plus_months(i32::from(months));
        let repairable_from = term.early_exit_months.map(after);
        if let Some(day) = repairable_from {
            let step = self.step(StepKind::RepairableFrom, &day, ground);
            steps.push(Step { months: term.early_exit_months, ..step });
        }
        let longest = term.max_months.map(after);
        if let Some(day) = longest {
            let step = self.step(StepKind::Longest, &day.plus_days(-1), ground);
            steps.push(Step { months: term.max_months, ..step });
        }
        let longest = longest.unwrap_or(Day::FOREVER);
        let until = self.bound(longest, term.stated_months.map(after), &mut steps);
        let rule = list.id.clone();
        let class = Some(Class::Serious);
        Term { start, until, class, rule, repairable_from, turns_on: None, steps }
    }

    /// The term by the rules that apply on the day asked for, cut where rules that come to apply
    /// later, by the calendar alone, would show it no longer: who remembers the answer must not
    /// show a record on a day on which nobody asked again.
    fn by_rules(&self, table: &str, decided_on: Day) -> Computed {
        let turns = self.turning_days(table);
        let mut found = self.by_rules_on(table, decided_on, self.as_of);
        for day in &turns {
            let Ok(term) = &mut found else {
                break;
            };
            if term.until <= *day {
                break;
            }
            let later = self.by_rules_on(table, decided_on, *day);
            term.until = match &later {
                Ok(later) if later.start <= *day && *day < later.until => later.until,
                _ => *day,
            };
            cut(term, later.ok().as_ref());
        }
        let next = turns.into_iter().next();
        match found {
            Ok(term) => {
                let turns_on = next.filter(|day| may_turn(*day, term.until, self.as_of));
                Ok(Term { turns_on, ..term })
            }
            Err(why) => Err(Unshown { next_day: next, ..why }),
        }
    }

    /// The days after the one asked for on which other rules may come to apply.
    fn turning_days(&self, table: &str) -> BTreeSet<Day> {
        let mut days = BTreeSet::new();
        for rule in self.rulebook.rules_for(table, self.sector()) {
            let own = rule.turning_days(self.as_of);
            if rule.applies.to == AppliesTo::AllFrom {
                days.extend(self.rulebook.turning_days(&rule.ground, self.as_of));
            }
            days.extend(own);
        }
        days
    }

    fn by_rules_on(&self, table: &str, decided_on: Day, as_of: Day) -> Computed {
        let question = TermQuestion {
            sector: self.sector(),
            decided_on,
            published_on: self.received_on,
            as_of,
        };
        let rules = self.rulebook.term_rules(table, question);
        let (backed, unbacked): (Vec<&TermRule>, Vec<&TermRule>) =
            rules.into_iter().partition(|rule| self.rulebook.term_in_force(rule, question));
        let mut found: Vec<(Day, Computed)> = backed
            .into_iter()
            .map(|rule| (rule.applies.from, self.by_rule(rule, decided_on)))
            .collect();
        // In doubt the shorter: not public before public, the earlier end before the later, the
        // earlier repair before the later; of equals the rule that came last.
        found.sort_by_key(|(from, one)| {
            let ends = one.as_ref().ok().map(|term| (term.until, term.repairable_from));
            (ends, Reverse(*from))
        });
        let mut found = found.into_iter().map(|(_, one)| one);
        let Some(first) = found.next() else {
            let reason = if unbacked.is_empty() { Reason::NoGeneration } else { Reason::NoBasis };
            let start = self.step(StepKind::Start, &decided_on, &self.catalogue.ground);
            let rules = unbacked.into_iter().map(|rule| self.rule_step(rule));
            let steps = std::iter::once(start).chain(rules).collect();
            return Err(Unshown::because(reason, steps));
        };
        let mut first = first?;
        let others: Vec<Term> = found.filter_map(Result::ok).collect();
        first.steps.extend(others.iter().map(other_rule));
        Ok(first)
    }

    fn rule_step(&self, rule: &TermRule) -> Step {
        let step = self.step(StepKind::Rule, &rule.id, &rule.ground);
        Step { words: self.explains.then(|| rule.name.clone()), ..step }
    }

    fn by_rule(&self, rule: &TermRule, decided_on: Day) -> Computed {
        let start = match rule.start {
            TermStart::Decision => decided_on,
            TermStart::Publication => self.received_on.unwrap_or(decided_on),
        };
        let mut steps =
            vec![self.step(StepKind::Start, &start, &rule.ground), self.rule_step(rule)];
        let (class, because) = self.class(rule);
        let step = self.step(StepKind::Class, &class.word(), &rule.ground);
        steps.push(Step { words: because, ..step });
        let Some(term) = rule.term(class) else {
            return Err(Unshown::because(Reason::NoGeneration, steps));
        };
        if !term.public {
            return Err(Unshown::because(Reason::Minor, steps));
        }
        let repairable_from = Some(rule.first_day_after(start, term.min_months));
        if let Some(day) = repairable_from {
            let step = self.step(StepKind::RepairableFrom, &day, &rule.ground);
            steps.push(Step { months: Some(term.min_months), ..step });
        }
        let longest = match term.max_months {
            Some(months) => {
                let longest = rule.first_day_after(start, months);
                let step = self.step(StepKind::Longest, &longest.plus_days(-1), &rule.ground);
                steps.push(Step { months: term.max_months, ..step });
                longest
            }
            // Without a longest term the record's own validity ends it.
            None => self.stands_until(true),
        };
        let until = self.bound(longest, None, &mut steps);
        if until < Day::FOREVER {
            let last = self.step(StepKind::LastDay, &until.plus_days(-1), &rule.ground);
            steps.push(last);
        }
        let (class, rule) = (Some(class), rule.id.clone());
        Ok(Term { start, until, class, rule, repairable_from, turns_on: None, steps })
    }

    /// The class that the authority stated binds, where it is no graver than what the rule gives:
    /// in doubt the shorter term.
    fn class(&self, rule: &TermRule) -> (Class, Option<Text>) {
        let classified = rule.classify(self.conduct());
        let stated = self.text(Role::StatedClass).and_then(|word| {
            [Class::Minor, Class::Ordinary, Class::Serious].into_iter().find(|c| c.word() == word)
        });
        match stated {
            Some(stated) if stated < classified.class => (stated, None),
            _ => (classified.class, classified.because.filter(|_| self.explains).cloned()),
        }
    }

    /// The authority's stated end binds within the longest publication, or within what the list lets
    /// the authority state; removal ends it anyway.
    fn bound(&self, longest: Day, statable: Option<Day>, steps: &mut Vec<Step>) -> Day {
        let limit = statable.map_or(longest, |statable| statable.max(longest));
        let is_longest = |day: Day| day.plus_days(1) == longest;
        let stated = self.day(Role::StatedEnd).filter(|day| *day < Day::FOREVER);
        let mut until = longest;
        if let Some(day) = stated.filter(|day| day.plus_days(1) <= limit && !is_longest(*day)) {
            steps.push(self.step(StepKind::StatedEnd, &day, &self.catalogue.ground));
            until = day.plus_days(1);
        }
        self.day(Role::RemovedOn).map_or(until, |removed| removed.min(until))
    }
}

/// True if rules that come to apply on a day may yet move the end of a term: one that is still
/// running by then, or one that is over, whose last day they may say to be an earlier one.
fn may_turn(day: Day, until: Day, as_of: Day) -> bool {
    day < until || until <= as_of
}

/// Says in the steps of a term what a rule made of it that comes to apply later.
fn cut(term: &mut Term, later: Option<&Term>) {
    let last = term.until.plus_days(-1).to_string();
    if let Some(step) = term.steps.iter_mut().find(|step| step.kind == StepKind::LastDay) {
        step.value = last;
    }
    let of_rule = |step: &&Step| step.kind == StepKind::Rule;
    let later = later
        .filter(|later| later.steps.iter().filter(of_rule).all(|step| !term.steps.contains(step)));
    term.steps.extend(later.map(other_rule));
}

/// The step that says of another rule's last day.
fn other_rule(other: &Term) -> Step {
    Step {
        kind: StepKind::OtherRule,
        value: other.until.plus_days(-1).to_string(),
        words: other
            .steps
            .iter()
            .find_map(|step| (step.kind == StepKind::Rule).then(|| step.words.clone()).flatten()),
        months: None,
        basis: Vec::new(),
    }
}

/// The list's own rule and the general one: whichever ends earlier, with the steps of both.
fn merge(own: Term, general: Term, as_of: Day) -> Term {
    let until = own.until.min(general.until);
    let turns_on = general.turns_on.filter(|day| may_turn(*day, until, as_of));
    let mut steps = own.steps;
    steps.extend(
        general.steps.into_iter().filter(|step| {
            matches!(step.kind, StepKind::Rule | StepKind::Class | StepKind::Longest)
        }),
    );
    if let Some(step) = steps.first().cloned() {
        let value = until.plus_days(-1).to_string();
        steps.push(Step { kind: StepKind::LastDay, value, words: None, months: None, ..step });
    }
    Term { until, turns_on, steps, ..own }
}

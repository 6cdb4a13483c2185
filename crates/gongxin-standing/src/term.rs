//! The term of publication, step by step.

use gongxin_model::{Body, Day, Value};
use gongxin_pack::{
    Catalogue, Class, Conduct, EffectiveRulebook, FieldType, Ground, ListRule, Procedure,
    Publication as Rule, Role, TermQuestion, TermRule, TermStart, Text,
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
    /// How it came about.
    pub steps: Vec<Step>,
}

/// Either a term, or why there is none to show, with the steps that led there.
type Computed = Result<Term, (Reason, Vec<Step>)>;

/// What is known of a record when its term is computed.
pub(crate) struct TermCase<'a> {
    pub(crate) content: &'a Body,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) rulebook: &'a EffectiveRulebook,
    pub(crate) as_of: Day,
    pub(crate) received_on: Option<Day>,
    /// False where nobody reads the steps: they are left bare.
    pub(crate) explains: bool,
}

impl TermCase<'_> {
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

    fn sector(&self) -> &str {
        let authority = self.text(Role::AuthorityName).unwrap_or_default();
        let source = self.content.source.as_deref();
        self.rulebook.sector_of(authority, source).unwrap_or_default()
    }

    fn conduct(&self) -> Conduct {
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
            list_entry: matches!(self.catalogue.publication, Rule::Lists { .. }),
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
            return Err((Reason::NoGeneration, Vec::new()));
        };
        match &self.catalogue.publication {
            Rule::Open => Ok(self.open(decided_on)),
            Rule::Never => Err((Reason::Scope, Vec::new())),
            Rule::Terms { .. } => self.by_rules(decided_on),
            Rule::Lists { .. } => self.by_list(decided_on),
        }
    }

    fn open(&self, start: Day) -> Term {
        let until = self.day(Role::RemovedOn).unwrap_or(Day::FOREVER);
        let steps = vec![self.step(StepKind::Start, &start, &self.catalogue.ground)];
        let rule = String::new();
        Term { start, until, class: None, rule, repairable_from: None, steps }
    }

    fn by_list(&self, decided_on: Day) -> Computed {
        let list = self.text(Role::ListCode).and_then(|code| self.rulebook.list_rule(code));
        let Some(list) = list else {
            return Err((Reason::NoGeneration, Vec::new()));
        };
        let mut steps = vec![self.step(StepKind::Start, &decided_on, &list.ground)];
        let rule = self.step(StepKind::Rule, &list.id, &list.ground);
        steps.push(Step { words: Some(list.name.clone()), ..rule });
        if !self.rulebook.list_in_force(list, decided_on) {
            return Err((Reason::NoBasis, steps));
        }
        let own = self.list_term(list, decided_on, steps);
        match self.by_rules(decided_on) {
            Ok(general) => Ok(merge(own, general)),
            // No generation speaks of lists on that day: the list's own rule stands alone.
            Err((Reason::NoGeneration | Reason::NoBasis, _)) if own.until < Day::FOREVER => Ok(own),
            Err(why) => Err(why),
        }
    }

    fn list_term(&self, list: &ListRule, start: Day, mut steps: Vec<Step>) -> Term {
        let after = |months: u16| start.plus_months(i32::from(months));
        let repairable_from = list.early_exit_months.map(after);
        if let Some(day) = repairable_from {
            let step = self.step(StepKind::RepairableFrom, &day, &list.ground);
            steps.push(Step { months: list.early_exit_months, ..step });
        }
        let longest = list.max_months.map(after);
        if let Some(day) = longest {
            let step = self.step(StepKind::Longest, &day.plus_days(-1), &list.ground);
            steps.push(Step { months: list.max_months, ..step });
        }
        let until = self.bound(longest.unwrap_or(Day::FOREVER), &mut steps);
        let rule = list.id.clone();
        Term { start, until, class: Some(Class::Serious), rule, repairable_from, steps }
    }

    fn by_rules(&self, decided_on: Day) -> Computed {
        let question = TermQuestion {
            sector: self.sector(),
            decided_on,
            published_on: self.received_on,
            as_of: self.as_of,
        };
        let rules = self.rulebook.term_rules(self.catalogue, question);
        let (backed, unbacked): (Vec<&TermRule>, Vec<&TermRule>) =
            rules.into_iter().partition(|rule| self.rulebook.term_backed(rule));
        let mut found: Vec<Computed> =
            backed.into_iter().map(|rule| self.by_rule(rule, decided_on)).collect();
        // In doubt the shorter: not public before public, the earlier end before the later.
        found.sort_by_key(|one| one.as_ref().map_or(None, |term| Some(term.until)));
        let mut found = found.into_iter();
        let Some(first) = found.next() else {
            let reason = if unbacked.is_empty() { Reason::NoGeneration } else { Reason::NoBasis };
            let start = self.step(StepKind::Start, &decided_on, &self.catalogue.ground);
            let rules = unbacked.into_iter().map(|rule| self.rule_step(rule));
            return Err((reason, std::iter::once(start).chain(rules).collect()));
        };
        let mut first = first?;
        first.steps.extend(found.filter_map(Result::ok).map(|other| Step {
            kind: StepKind::OtherRule,
            value: other.until.plus_days(-1).to_string(),
            words: other.steps.iter().find_map(|step| {
                (step.kind == StepKind::Rule).then(|| step.words.clone()).flatten()
            }),
            months: None,
            basis: Vec::new(),
        }));
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
            return Err((Reason::NoGeneration, steps));
        };
        if !term.public {
            return Err((Reason::Minor, steps));
        }
        let repairable_from = Some(rule.first_day_after(start, term.min_months));
        if let Some(day) = repairable_from {
            let step = self.step(StepKind::RepairableFrom, &day, &rule.ground);
            steps.push(Step { months: Some(term.min_months), ..step });
        }
        let longest = rule.first_day_after(start, term.max_months);
        let step = self.step(StepKind::Longest, &longest.plus_days(-1), &rule.ground);
        steps.push(Step { months: Some(term.max_months), ..step });
        let until = self.bound(longest, &mut steps);
        let last = self.step(StepKind::LastDay, &until.plus_days(-1), &rule.ground);
        steps.push(last);
        Ok(Term { start, until, class: Some(class), rule: rule.id.clone(), repairable_from, steps })
    }

    /// The class that the authority stated binds, where it is no graver than what the rule gives:
    /// in doubt the shorter term.
    fn class(&self, rule: &TermRule) -> (Class, Option<Text>) {
        let classified = rule.classify(&self.conduct());
        let stated = self.text(Role::StatedClass).and_then(|word| {
            [Class::Minor, Class::Ordinary, Class::Serious].into_iter().find(|c| c.word() == word)
        });
        match stated {
            Some(stated) if stated < classified.class => (stated, None),
            _ => (classified.class, classified.because.cloned()),
        }
    }

    /// The authority's stated end binds within the longest publication; removal ends it anyway.
    fn bound(&self, longest: Day, steps: &mut Vec<Step>) -> Day {
        let stated = self.day(Role::StatedEnd);
        let mut until = longest;
        if let Some(day) = stated.filter(|day| day.plus_days(1) < longest) {
            steps.push(self.step(StepKind::StatedEnd, &day, &self.catalogue.ground));
            until = day.plus_days(1);
        }
        self.day(Role::RemovedOn).map_or(until, |removed| removed.min(until))
    }
}

/// The list's own rule and the general one: whichever ends earlier, with the steps of both.
fn merge(own: Term, general: Term) -> Term {
    let until = own.until.min(general.until);
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
    Term { until, steps, ..own }
}

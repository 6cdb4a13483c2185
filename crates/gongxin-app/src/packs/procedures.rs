//! Runs the cases of procedures: what happened on which day, and where the case then stands.

use std::collections::BTreeSet;

use gongxin_casework::{Act, Actor, Case, Question, Refusal, Tick, open};
use gongxin_model::Day;
use gongxin_pack::{CaseHappening, CaseProcedure, Party, ProcedureCase, Rulebook, Step, item};

/// What a run of a case gave.
pub(super) struct Course {
    /// What differs from what it expects.
    pub(super) differences: Vec<String>,
    /// What it shows.
    pub(super) shows: BTreeSet<String>,
}

/// Everything of procedures that some case must show: each step, each clock.
pub(super) fn items(rulebook: &Rulebook) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    for procedure in rulebook.procedures.values() {
        items.insert(step_item(procedure, Step::Open));
        items.extend(procedure.steps.iter().map(|rule| step_item(procedure, rule.step)));
        let clocks = procedure.clocks.iter();
        items.extend(clocks.map(|clock| clock_item(procedure, &clock.id)));
    }
    items
}

fn step_item(procedure: &CaseProcedure, step: Step) -> String {
    format!("{} step {step}", item::procedure(&procedure.id))
}

fn clock_item(procedure: &CaseProcedure, clock: &str) -> String {
    format!("{} clock {clock}", item::procedure(&procedure.id))
}

/// Runs a case.
pub(super) fn run(rulebook: &Rulebook, case: &ProcedureCase) -> Course {
    let mut course = Course { differences: Vec::new(), shows: BTreeSet::new() };
    let Some(procedure) = rulebook.procedures.get(&case.procedure) else {
        course.differences.push(format!("there is no procedure `{}`", case.procedure));
        return course;
    };
    let question = |day| Question { procedure, calendar: &rulebook.calendar, day };
    let run = walk(procedure, case, &question, &mut course.shows);
    let (reached, refused) = match run {
        Ok(reached) => (Some(reached), None),
        Err(why) => (None, Some(why.word().to_owned())),
    };
    let said = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    let mut compare = |name: &str, expected: Option<String>, given: Option<String>| {
        if expected != given {
            let (expected, given) = (said(expected), said(given));
            course.differences.push(format!("{name}: expected {expected}, got {given}"));
        }
    };
    compare("refused", case.refused.clone(), refused);
    let reached = reached.as_ref();
    let due = reached.and_then(|one| one.due);
    compare("state", text(case.state), text(reached.map(|one| one.state)));
    compare("due", text(case.due), text(due.map(|due| due.day)));
    let provisional = due.is_some_and(|due| due.provisional);
    compare("provisional", text(Some(case.provisional)), text(Some(provisional)));
    let overdue = reached.is_some_and(|one| one.overdue);
    compare("overdue", text(Some(case.overdue)), text(Some(overdue)));
    if let Some(reached) = reached.filter(|_| case.due.is_some()) {
        let clock = procedure.clock(reached.state, reached.entered_on);
        course.shows.extend(clock.map(|clock| clock_item(procedure, &clock.id)));
    }
    course
}

fn text<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

fn walk<'a>(
    procedure: &'a CaseProcedure,
    case: &ProcedureCase,
    question: &dyn Fn(Day) -> Question<'a>,
    shows: &mut BTreeSet<String>,
) -> Result<Case, Refusal> {
    let papers = procedure.opening.papers.iter().cloned().collect();
    let opening = Act {
        reason: Some("理由"),
        authority: Some("机关"),
        papers,
        repair_from: case.repair_from,
        has_record: true,
        ..Act::of(Step::Open, actor(case.by, "opener"))
    };
    let mut standing = open(&opening, Some("maker"), &question(case.opened))?.case;
    shows.insert(step_item(procedure, Step::Open));
    for happening in &case.then {
        let on = question(happening.on);
        standing = ticked(standing, &on);
        standing = standing.take(&act(happening), &on)?.case;
        shows.insert(step_item(procedure, happening.step));
    }
    Ok(ticked(standing, &question(case.as_of)))
}

/// What the calendar alone made of a case by the day.
fn ticked(mut case: Case, question: &Question<'_>) -> Case {
    while let Some(tick) = case.tick(question) {
        case = match tick {
            Tick::Overdue(case) => case,
            Tick::Lapsed(transition) => transition.case,
        };
    }
    case
}

fn actor(party: Party, account: &str) -> Actor {
    Actor { account: account.to_owned(), party, body: None }
}

fn act(happening: &CaseHappening) -> Act<'_> {
    let person = happening.person.as_deref().unwrap_or("first");
    Act {
        verdict: happening.verdict,
        reason: happening.reason.as_deref(),
        number: happening.number.as_deref(),
        authority: happening.authority.as_deref(),
        papers: happening.papers.iter().cloned().collect(),
        has_record: true,
        ..Act::of(happening.step, actor(happening.by, person))
    }
}

//! A case on its way: what tests give it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use gongxin_casework::{Act, Actor, Case, Question, Refusal, Tick, Transition, open};
use gongxin_model::Day;
use gongxin_pack::{
    CaseProcedure, DEFAULT_PACKS, Party, Rulebook, State, Step, Verdict, builtin, read,
};

pub(crate) static RULES: LazyLock<Rulebook> =
    LazyLock::new(|| read(&builtin(DEFAULT_PACKS)).0.unwrap());

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The account that handed in the record.
pub(crate) const MAKER: &str = "maker";

/// Somebody of a party.
pub(crate) fn actor(party: Party, account: &str) -> Actor {
    Actor { account: account.to_owned(), party, body: None }
}

/// An act that states all that any step may ask for.
pub(crate) fn whole(
    procedure: &CaseProcedure,
    step: Step,
    by: Actor,
    verdict: Option<Verdict>,
) -> Act<'static> {
    let papers: BTreeSet<String> = procedure.papers.iter().map(|paper| paper.id.clone()).collect();
    Act {
        verdict,
        reason: Some("a reason"),
        number: Some("文〔2026〕1号"),
        authority: Some("演练州生态环境局"),
        papers,
        has_record: true,
        ..Act::of(step, by)
    }
}

pub(crate) fn question(procedure: &CaseProcedure, day: Day) -> Question<'_> {
    Question { procedure, calendar: &RULES.calendar, day }
}

/// A case opened by its first party.
pub(crate) fn opened(procedure: &CaseProcedure, on: Day) -> Transition {
    let party = *procedure.opening.by.first().unwrap();
    let act = whole(procedure, Step::Open, actor(party, "opener"), None);
    open(&act, Some(MAKER), &question(procedure, on)).unwrap()
}

/// The same case as if it stood in a state, with time left.
pub(crate) fn standing_in(case: &Case, state: State) -> Case {
    Case { state, due: None, ..case.clone() }
}

/// A step with whatever the clock does before it.
pub(crate) fn after_clock(
    case: &Case,
    act: &Act<'_>,
    question: &Question<'_>,
    seen: &mut dyn FnMut(&Tick),
) -> (Case, Result<Transition, Refusal>) {
    let mut case = case.clone();
    while let Some(tick) = case.tick(question) {
        seen(&tick);
        case = match tick {
            Tick::Overdue(case) => case,
            Tick::Lapsed(transition) => transition.case,
        };
    }
    let taken = case.take(act, question);
    (case, taken)
}

//! Laws of cases, over histories of any length.

use gongxin_casework::{Act, Case, Effect, Event, Refusal, Tick, fields, replay};
use gongxin_model::{About, Body, Kind, PublicId};
use gongxin_pack::{CaseProcedure, Family, Overdue, Party, State, Step, Verdict};
use proptest::prelude::*;

use crate::course::{MAKER, RULES, actor, after_clock, day, opened, question, whole};

const ACCOUNTS: [&str; 5] = [MAKER, "opener", "first", "second", "third"];

/// Something that is tried, some days after what was tried before.
#[derive(Debug, Clone)]
struct Try {
    later: i32,
    step: Step,
    party: Party,
    account: &'static str,
    verdict: Option<Verdict>,
    bare: bool,
}

fn attempt() -> impl Strategy<Value = Try> {
    (
        prop_oneof![8 => 0..6_i32, 1 => 6..60_i32],
        proptest::sample::select(Step::ALL),
        proptest::sample::select(Party::ALL),
        proptest::sample::select(&ACCOUNTS[..]),
        proptest::option::of(proptest::sample::select(Verdict::ALL)),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(later, step, party, account, verdict, bare)| Try {
            later,
            step,
            party,
            account,
            verdict,
            bare,
        })
}

fn history() -> impl Strategy<Value = (usize, Vec<Try>)> {
    (0..RULES.procedures.len(), proptest::collection::vec(attempt(), 0..400))
}

/// An entry as the office would write it.
struct Written {
    kind: Kind,
    body: Body,
}

fn written(kind: Kind, case: &Case, step: Option<Step>, act: Option<&Act<'_>>) -> Written {
    let mut body = Body::about(About::Case(PublicId([1; 16])));
    body.actor = act.map(|act| act.actor.account.clone());
    body.fields = fields(case, step, act);
    Written { kind, body }
}

fn replayed(entries: &[Written]) -> Option<Case> {
    let events: Vec<Event<'_>> =
        entries.iter().map(|one| Event { kind: one.kind, body: Some(&one.body) }).collect();
    replay(&events)
}

/// Walks a history, seeing every case on the way.
fn walk(procedure: &CaseProcedure, tries: &[Try], see: &mut dyn FnMut(&Case, &[Effect], bool)) {
    let mut today = day("2026-05-06");
    let first = opened(procedure, today);
    let party = *procedure.opening.by.first().unwrap();
    let opening = whole(procedure, Step::Open, actor(party, "opener"), None);
    let mut entries =
        vec![written(Kind::CaseOpened, &first.case, Some(Step::Open), Some(&opening))];
    see(&first.case, &first.effects, true);
    let mut case = first.case;
    for one in tries {
        today = today.plus_days(one.later);
        let by = actor(one.party, one.account);
        let act = if one.bare {
            Act { verdict: one.verdict, ..Act::of(one.step, by) }
        } else {
            whole(procedure, one.step, by, one.verdict)
        };
        let question = question(procedure, today);
        let mut ticked = Vec::new();
        let before = case.clone();
        let (ready, taken) =
            after_clock(&case, &act, &question, &mut |tick| ticked.push(tick.clone()));
        assert!(!before.is_closed() || ticked.is_empty(), "a closed case stays closed");
        for tick in ticked {
            match tick {
                Tick::Overdue(case) => {
                    assert!(case.due.unwrap().day < today, "no clock runs out early");
                    see(&case, &[], true);
                    entries.push(written(Kind::CaseOverdue, &case, None, None));
                }
                Tick::Lapsed(after) => {
                    see(&after.case, &after.effects, true);
                    entries.push(written(after.kind(), &after.case, Some(Step::Lapse), None));
                }
            }
        }
        case = ready;
        // A clock that ran out is never passed over.
        assert!(case.is_closed() || case.tick(&question).is_none());
        let over = case.due.is_some_and(|due| due.day < today);
        assert!(!over || case.is_closed() || case.overdue, "missed silently: {case:?}");
        match taken {
            Ok(after) => {
                assert!(!case.is_closed(), "a closed case stays closed");
                see(&after.case, &after.effects, true);
                entries.push(written(after.kind(), &after.case, Some(one.step), Some(&act)));
                case = after.case;
            }
            Err(why) => {
                assert_ne!(why, Refusal::ClockFirst);
                see(&case, &[], false);
            }
        }
        assert_eq!(replayed(&entries).as_ref(), Some(&case), "the case is the fold of its entries");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_case_is_lost_and_none_judged_by_whose_act_it_is((which, tries) in history()) {
        let procedure = RULES.procedures.values().nth(which).unwrap();
        walk(procedure, &tries, &mut |case, _, _| {
            assert!(!case.judged_by.contains(MAKER) && !case.judged_by.contains("opener"));
            // Whoever waits has a day by which to act, and whatever has none is closed or in force.
            assert!(case.due.is_some() || case.is_closed() || case.state == State::InForce);
            assert!(procedure.family.states().contains(&case.state));
        });
    }

    #[test]
    fn a_record_is_marked_just_while_its_objection_waits((which, tries) in history()) {
        let procedure = RULES.procedures.values().nth(which).unwrap();
        let mut marked = false;
        walk(procedure, &tries, &mut |case, effects, _| {
            for effect in effects {
                match effect {
                    Effect::Dispute => {
                        assert!(!marked, "marked twice");
                        marked = true;
                    }
                    Effect::CloseDispute => {
                        assert!(marked, "the mark of nobody");
                        marked = false;
                    }
                    _ => {}
                }
            }
            assert_eq!(marked, case.is_dispute(), "{case:?}");
            assert!(!marked || case.family == Family::Objection);
        });
    }
}

#[test]
fn every_state_has_a_way_to_an_end() {
    for procedure in RULES.procedures.values() {
        for state in procedure.family.states() {
            let mut reached = vec![state];
            let mut place = 0;
            while let Some(from) = reached.get(place).copied() {
                let next = procedure.moves().filter(|one| one.from == from).map(|one| one.to);
                let fresh: Vec<State> = next.filter(|to| !reached.contains(to)).collect();
                reached.extend(fresh);
                place += 1;
            }
            assert!(reached.iter().any(|one| one.is_final()), "{} {state}", procedure.id);
        }
    }
}

#[test]
fn left_alone_a_case_is_marked_and_never_decided() {
    for procedure in RULES.procedures.values() {
        let mut case = opened(procedure, day("2026-05-06")).case;
        let mut today = day("2026-05-06");
        for _ in 0..400 {
            today = today.plus_days(1);
            while let Some(tick) = case.tick(&question(procedure, today)) {
                case = match tick {
                    Tick::Overdue(case) => case,
                    Tick::Lapsed(after) => after.case,
                };
            }
        }
        assert!(case.overdue && case.verdict.is_none(), "{}: {case:?}", procedure.id);
    }
}

#[test]
fn a_period_that_passed_while_nobody_looked_begins_the_next_on_its_own_day() {
    let procedure = &RULES.procedures["listing"];
    let case = opened(procedure, day("2026-05-06")).case;
    let told = whole(procedure, Step::Notify, actor(Party::Authority, "clerk"), None);
    let case = case.take(&told, &question(procedure, day("2026-05-07"))).unwrap().case;
    // Five working days after Thursday 7 May; the 9th is a working Saturday.
    assert_eq!(case.due.unwrap().day, day("2026-05-13"));
    assert_eq!(procedure.clock(State::Noticed, case.entered_on).unwrap().overdue, Overdue::Lapse);
    let Some(Tick::Lapsed(after)) = case.tick(&question(procedure, day("2026-09-01"))) else {
        panic!("the period is over");
    };
    assert_eq!(after.case.entered_on, day("2026-05-14"));
    assert!(matches!(
        after.case.tick(&question(procedure, day("2026-09-01"))),
        Some(Tick::Overdue(_))
    ));
}

#[test]
fn beyond_the_last_year_of_the_calendar_a_day_is_said_to_be_one_that_may_move() {
    let procedure = &RULES.procedures["objection-content"];
    let case = opened(procedure, day("2027-01-05")).case;
    assert!(case.due.unwrap().provisional);
    let case = opened(procedure, day("2026-05-06")).case;
    assert!(!case.due.unwrap().provisional);
}

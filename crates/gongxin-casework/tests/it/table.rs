//! Every step in every state of every procedure, as a table that is committed.

use std::fmt::Write as _;

use gongxin_casework::Effect;
use gongxin_pack::{CaseProcedure, Party, State, Step, Verdict};

use crate::course::{RULES, actor, day, opened, question, standing_in, whole};

const TABLE: &str = include_str!("../table.txt");

/// What a step leads to: by the first party that may take it, for every verdict that leads on.
fn cell(procedure: &CaseProcedure, state: State, step: Step) -> String {
    let on = day("2026-05-06");
    let case = standing_in(&opened(procedure, on).case, state);
    let says: Vec<Option<Verdict>> =
        std::iter::once(None).chain(Verdict::ALL.iter().copied().map(Some)).collect();
    let mut ways = Vec::new();
    let mut refused = String::new();
    for verdict in says {
        for party in Party::ALL {
            let act = whole(procedure, step, actor(*party, "somebody"), verdict);
            match case.take(&act, &question(procedure, on)) {
                Ok(after) => {
                    let said = verdict.map(|one| format!("{one} → ")).unwrap_or_default();
                    let effects: Vec<&str> =
                        after.effects.iter().copied().map(Effect::word).collect();
                    let does = if effects.is_empty() {
                        String::new()
                    } else {
                        format!(" [{}]", effects.join(", "))
                    };
                    ways.push(format!("{party}: {said}{}{does}", after.case.state));
                }
                Err(why) => {
                    if refused.is_empty() {
                        why.word().clone_into(&mut refused);
                    }
                }
            }
        }
    }
    if ways.is_empty() { format!("– {refused}") } else { ways.join(" · ") }
}

#[test]
fn every_step_in_every_state_is_as_the_table_says() {
    let mut found = String::new();
    for procedure in RULES.procedures.values() {
        let _ = writeln!(found, "{} ({})", procedure.id, procedure.family);
        for state in State::ALL {
            for step in Step::ALL {
                let cell = cell(procedure, *state, *step);
                if !["– not-now", "– no-such-step", "– closed"].contains(&cell.as_str()) {
                    let _ = writeln!(found, "  {state:<10} {step:<11} {cell}");
                }
            }
        }
    }
    assert!(found == TABLE, "the table of steps differs; found:\n{found}");
}

#[test]
fn whatever_a_procedure_does_not_know_is_refused() {
    for procedure in RULES.procedures.values() {
        for state in State::ALL {
            for step in Step::ALL {
                let known = procedure.moves().any(|one| one.from == *state && one.step == *step);
                let leads = !cell(procedure, *state, *step).starts_with('–');
                // The clock's own step is nobody's to take.
                assert_eq!(leads, known && *step != Step::Lapse, "{} {state} {step}", procedure.id);
            }
        }
    }
}

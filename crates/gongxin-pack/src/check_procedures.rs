//! What procedures must hold: every case can end, every state has its clock, nobody judges who may not.

use std::collections::BTreeSet;

use crate::check::Checker;
use crate::problem::Stage;
use crate::procedure::LONGEST_WORKING_DAYS;
use crate::rulebook::{
    CaseClock, CaseProcedure, Family, Matter, Overdue, Party, State, Step, StepRule, item,
};

impl Checker<'_> {
    pub(crate) fn procedures(&mut self) {
        for procedure in self.book.procedures.values() {
            self.item = item::procedure(&procedure.id);
            self.ground(&procedure.ground, &procedure.id);
            self.subject_matter(procedure);
            self.case_steps(procedure);
            self.case_clocks(procedure);
            self.every_path_ends(procedure);
        }
    }

    fn unsound(&mut self, words: &str, what: String, why: &'static str, todo: &'static str) {
        self.fault(Stage::Meaning, words, what, why, todo);
    }

    fn subject_matter(&mut self, procedure: &CaseProcedure) {
        let id = &procedure.id;
        for catalogue in procedure.catalogues.iter().filter(|one| *one != "*") {
            self.catalogue_exists(catalogue, id);
        }
        let is_objection = procedure.family == Family::Objection;
        if procedure.matter.is_some() != is_objection {
            let what = format!("`{id}` has a matter that does not fit its family");
            let why = "an objection says what it is against, and no other case does";
            self.unsound(id, what, why, "correct `matter`");
        }
        if procedure.catalogues.is_empty() != (procedure.family == Family::Complaint) {
            let what = format!("`{id}` has catalogues that do not fit its family");
            let why = "a complaint is about a body; every other case is about records";
            self.unsound(id, what, why, "correct `catalogues`");
        }
        let may_open = match procedure.family {
            Family::Listing => &[Party::Authority][..],
            Family::Complaint | Family::Reply => &[Party::Subject],
            _ => &[Party::Subject, Party::Authority, Party::Steward],
        };
        let by = &procedure.opening.by;
        if by.is_empty() || by.iter().any(|one| !may_open.contains(one)) {
            let what = format!("`{id}` is opened by somebody who may not");
            let why = "an authority proposes a listing, a subject complains or replies, no clock opens a case";
            self.unsound(id, what, why, "correct `opening`");
        }
        self.papers(procedure, &procedure.opening.papers, id);
    }

    fn case_steps(&mut self, procedure: &CaseProcedure) {
        let mut passed = BTreeSet::new();
        for rule in &procedure.steps {
            let words = format!("step = \"{}\"", rule.step.word());
            let known = procedure.family.moves().iter().any(|one| one.step == rule.step);
            if !known || rule.step == Step::Lapse || !passed.insert(rule.step) {
                let what = format!("`{}` cannot have the step `{}`", procedure.id, rule.step);
                let why = "the family has no such step, it is the clock's, or it stands twice";
                self.unsound(&words, what, why, "remove it");
            }
            self.parties(procedure, rule, &words);
            self.papers(procedure, &rule.papers, &words);
        }
    }

    fn papers(&mut self, procedure: &CaseProcedure, asked: &[String], words: &str) {
        for paper in asked {
            if !procedure.papers.iter().any(|one| one.id == *paper) {
                let what = format!("`{}` knows no paper `{paper}`", procedure.id);
                let why = "a step asks for papers that the procedure names";
                self.fault(Stage::References, words, what, why, "add it to `papers`");
            }
        }
    }

    /// Who may decide follows from what the case is about, not from a pack.
    fn parties(&mut self, procedure: &CaseProcedure, rule: &StepRule, words: &str) {
        let fits = match rule.step {
            Step::Propose | Step::Decide | Step::Redecide | Step::Decline => {
                rule.by == [decider(procedure)]
            }
            Step::Appeal => rule.by == [Party::Subject],
            Step::Hear => rule.by.contains(&Party::Subject),
            _ => !rule.by.is_empty() && !rule.by.contains(&Party::Clock),
        };
        if !fits {
            let what = format!("`{}` is taken by somebody who may not: {:?}", rule.step, rule.by);
            let why = "content is its authority's to decide, linking and terms the platform's; \
                       only the subject appeals";
            self.unsound(words, what, why, "correct `by`");
        }
    }

    fn case_clocks(&mut self, procedure: &CaseProcedure) {
        for (place, clock) in procedure.clocks.iter().enumerate() {
            self.ground(&clock.ground, &clock.id);
            self.clock_length(clock);
            let rest = procedure.clocks.iter().skip(place + 1);
            let twice = |other: &CaseClock| {
                other.id == clock.id
                    || (other.state == clock.state && other.ground.overlaps(&clock.ground))
            };
            if rest.clone().any(twice) {
                let what = format!("`{}` runs twice on one day", clock.id);
                let why = "on one day a state has one clock";
                self.fault(Stage::Dates, &clock.id, what, why, "remove one, or part their days");
            }
            let lapses = procedure
                .family
                .moves()
                .iter()
                .any(|one| one.step == Step::Lapse && one.from == clock.state);
            let runs = procedure.family.states().contains(&clock.state) && !clock.state.is_final();
            if !runs || lapses != (clock.overdue == Overdue::Lapse) {
                let what = format!("`{}` does not fit the state `{}`", clock.id, clock.state);
                let why = "a clock runs where somebody must act; only a period that a party may \
                           let pass lapses";
                self.unsound(&clock.id, what, why, "correct `state` or `overdue`");
            }
            let can_extend = procedure.step(Step::Extend).is_some();
            if clock.extension_working_days > 0 && !(can_extend && clock.state == State::Accepted) {
                let what = format!("`{}` has an extension that nobody can ask for", clock.id);
                let why = "a deadline is extended by a step, while the case is examined";
                self.unsound(&clock.id, what, why, "add the step `extend`, or remove it");
            }
        }
    }

    fn clock_length(&mut self, clock: &CaseClock) {
        let whole = clock.working_days.saturating_add(clock.extension_working_days);
        if clock.working_days == 0 || whole > LONGEST_WORKING_DAYS {
            let what = format!("`{}` cannot run {whole} working days", clock.id);
            let why = "a clock counts working days, from 1 to 120";
            self.unsound(&clock.id, what, why, "correct `working_days`");
        }
    }

    /// Every state that can be reached has a way to an end, and a clock where somebody must act.
    fn every_path_ends(&mut self, procedure: &CaseProcedure) {
        let moves: Vec<_> = procedure.moves().collect();
        let mut reached = BTreeSet::from([State::Received]);
        let mut ending: BTreeSet<State> =
            State::ALL.iter().copied().filter(|state| state.is_final()).collect();
        for _ in State::ALL {
            for one in &moves {
                if reached.contains(&one.from) {
                    reached.insert(one.to);
                }
                if ending.contains(&one.to) {
                    ending.insert(one.from);
                }
            }
        }
        for state in reached {
            if !ending.contains(&state) {
                let what = format!("a case of `{}` in `{state}` can never end", procedure.id);
                let why = "every path ends";
                self.unsound(&procedure.id, what, why, "declare the step that ends it");
            }
            let waits = !state.is_final() && state != State::InForce;
            if waits && !procedure.clocks.iter().any(|clock| clock.state == state) {
                let what = format!("`{}` has no clock for `{state}`", procedure.id);
                let why = "whoever must act has a day by which to act";
                self.unsound(&procedure.id, what, why, "add it to `clocks`");
            }
        }
    }
}

/// Who decides a case.
fn decider(procedure: &CaseProcedure) -> Party {
    match (procedure.family, procedure.matter) {
        (Family::Objection, Some(Matter::Link | Matter::Term))
        | (Family::Complaint | Family::Reply, _) => Party::Steward,
        _ => Party::Authority,
    }
}

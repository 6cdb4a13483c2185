//! What acts that are here do to a record that comes after them, and what a corrected act alters.

use std::collections::BTreeSet;

use gongxin_model::{Finding, Kind, RecordNo, Seq, SubjectNo};
use gongxin_pack::{Effect, Nature, Role};
use gongxin_seal::Mac;
use gongxin_standing::Effects;
use gongxin_store::AboutNo;

use super::acts::Targets;
use super::row::Prepared;
use super::settle::Settlement;
use crate::OfficeError;
use crate::acts::{StandingAct, Target, is_acted, is_of_act, kind};
use crate::derive::{event, histories};
use crate::rights::cases;

/// What a corrected act no longer does, and what it does from now on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Turn {
    fallen: Vec<Seq>,
    resumed: Vec<RecordNo>,
    targets: Targets,
}

impl Settlement<'_, '_> {
    /// Does to a record what acts say that came before it, so that the order of arrival alters
    /// nothing: those that name its decision, and shields over its whole subject.
    pub(super) fn bind(
        &mut self,
        draft: &Prepared,
        (no, subject): (RecordNo, SubjectNo),
        row: u64,
    ) -> Result<(), OfficeError> {
        if self.acting.catalogues.is_empty() {
            return Ok(());
        }
        let acts = self.acts_on(subject)?;
        if acts.is_empty() {
            return Ok(());
        }
        let rulebook = &self.terms.rules.rulebook;
        let target = Target::of_draft(self.catalogue(), draft);
        let decision = self.set.record(no).and_then(|record| record.decision);
        self.outran |= self.set.is_ahead(no, decision);
        let acted = self.acted_in(decision, (no, subject), &acts)?;
        for act in acts {
            let reaches = act.reaches(rulebook, &target) || acted.contains(&act.record);
            let Some(kind) = kind(act.effect).filter(|_| reaches) else {
                continue;
            };
            if !self.is_acted(no, &act.places)? {
                self.affect(no, kind, &[act.cause], &act.catalogue, row)?;
            }
        }
        Ok(())
    }

    /// Does to a new record what cases did to others of its decision: what ends for a decision ends
    /// for all its records, also for those that come later.
    pub(super) fn bind_cases(
        &mut self,
        (no, subject): (RecordNo, SubjectNo),
        row: u64,
    ) -> Result<(), OfficeError> {
        let has = match self.has_ends {
            Some(has) => has,
            None => self.reader.counter(cases::ENDS)? > 0,
        };
        self.has_ends = Some(has);
        let decision = self.set.record(no).and_then(|record| record.decision).filter(|_| has);
        let Some(decision) = decision else {
            return Ok(());
        };
        self.outran |= self.set.is_ahead(no, Some(decision));
        let mut others = self.reader.records_of_decisions(&BTreeSet::from([decision]))?;
        others.retain(|record| record.subject == Some(subject) && record.no != no);
        let numbers: Vec<RecordNo> = others.iter().map(|record| record.no).collect();
        let mut reaches = BTreeSet::new();
        for history in histories(self.reader, &numbers)?.values() {
            let events: Vec<_> = history.iter().map(event).collect();
            let effects = Effects::replay(&events);
            for effect in &effects.holding {
                let ground = effect.ground.as_deref().unwrap_or_default();
                let ends = effect.kind == Kind::PublicationEnded
                    || (effect.kind == Kind::Shielded && effects.lifted(effect).is_none());
                if ends && ground.starts_with(cases::GROUND) {
                    reaches.insert((effect.kind, effect.causes.clone(), ground.to_owned()));
                }
            }
        }
        reaches
            .into_iter()
            .try_for_each(|(kind, causes, ground)| self.affect(no, kind, &causes, &ground, row))
    }

    /// Of the acts those that did something to the decision that a record belongs to: what ends
    /// for a decision ends for all its records.
    fn acted_in(
        &mut self,
        decision: Option<Mac>,
        (no, subject): (RecordNo, SubjectNo),
        acts: &[StandingAct],
    ) -> Result<BTreeSet<RecordNo>, OfficeError> {
        let Some(decision) = decision else {
            return Ok(BTreeSet::new());
        };
        let mut others = self.reader.records_of_decisions(&BTreeSet::from([decision]))?;
        others.retain(|record| record.subject == Some(subject) && record.no != no);
        let numbers: Vec<RecordNo> = others.iter().map(|record| record.no).collect();
        let mut acted = BTreeSet::new();
        for history in histories(self.reader, &numbers)?.values() {
            let events: Vec<_> = history.iter().map(event).collect();
            let effects = Effects::replay(&events);
            let named = acts.iter().filter(|act| {
                act.target.is_some() && !act.is_lifted(&[]) && is_acted(&effects, &act.places)
            });
            acted.extend(named.map(|act| act.record));
        }
        Ok(acted)
    }

    /// True if the act of the places did something to the record that holds.
    fn is_acted(&mut self, no: RecordNo, places: &[Seq]) -> Result<bool, OfficeError> {
        let about = AboutNo::record(no);
        let pending = self.entries.iter().any(|entry| {
            entry.about == about
                && is_of_act(entry.kind)
                && entry.body.causes.iter().any(|cause| places.contains(cause))
        });
        if pending {
            return Ok(true);
        }
        let history = histories(self.reader, &[no])?.remove(&no).unwrap_or_default();
        let events: Vec<_> = history.iter().map(event).collect();
        Ok(is_acted(&Effects::replay(&events), places))
    }

    /// What a correction of a record alters in what acts do: an act that reaches other records than
    /// before, or does something else to them.
    pub(crate) fn turn(
        &mut self,
        draft: &Prepared,
        (no, subject): (RecordNo, Option<SubjectNo>),
    ) -> Result<Result<Turn, Finding>, OfficeError> {
        let catalogue = self.catalogue();
        let Some(subject) = subject.filter(|_| catalogue.nature == Nature::Act) else {
            return Ok(Ok(Turn::default()));
        };
        let history = histories(self.reader, &[no])?.remove(&no).unwrap_or_default();
        let mut places: Vec<Seq> = history.iter().map(|entry| entry.seq).collect();
        let about = AboutNo::record(no);
        let first = self.next.seq;
        let pending = self.entries.iter().zip(first..).filter(|(entry, _)| entry.about == about);
        places.extend(pending.map(|(_, seq)| Seq(seq)));
        let act = StandingAct::of_history(no, catalogue, &history);
        let lifted = act.as_ref().is_some_and(|act| act.is_lifted(&[]));
        let before = act.map(|act| act.effect);
        let rule = catalogue.act.as_ref();
        let outcome = self.text(draft, Role::Outcome);
        let after = rule.and_then(|rule| rule.effect(outcome.as_deref()));
        // A lifting that stays one has lifted what it named; what was lifted covers nothing new.
        let still_lifts = before == Some(Effect::Unshield) && after == before;
        let taken_back = before.is_none() && self.set.is_withdrawn(no);
        if still_lifts || lifted || taken_back {
            return Ok(Ok(Turn::default()));
        }
        let mut targets = match self.act_targets(draft, subject, &mut Vec::new())? {
            Ok(targets) => targets,
            Err(finding) => return Ok(Err(finding)),
        };
        let mut resumed = self.reached(subject, &places)?;
        if before == after {
            let reached = resumed.clone();
            resumed.retain(|one| !targets.records.contains(one));
            targets.records.retain(|one| !reached.contains(one));
        }
        Ok(Ok(Turn { fallen: places, resumed: resumed.into_iter().collect(), targets }))
    }

    /// Writes what a correction altered in what acts do.
    pub(crate) fn follow_correction(
        &mut self,
        draft: &Prepared,
        (no, subject): (RecordNo, Option<SubjectNo>),
        turn: &Turn,
        (cause, row): (Seq, u64),
    ) -> Result<(), OfficeError> {
        for other in &turn.resumed {
            self.affect(*other, Kind::Resumed, &turn.fallen, &self.terms.catalogue.id, row)?;
        }
        let Some(subject) = subject else {
            return Ok(());
        };
        if self.catalogue().nature != Nature::Act {
            return self.bind(draft, (no, subject), row);
        }
        let known = self.acting.acts.get_mut(&subject).into_iter().flatten();
        known.filter(|act| act.record == no).for_each(|act| act.places.push(cause));
        self.act(&turn.targets, cause, row)
    }
}

//! Acts at the intake desk: what a row that is an act does to records that are here.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::text::normalise_document_number;
use gongxin_model::{About, Body, Field, Finding, Kind, RecordNo, Seq, SubjectNo};
use gongxin_pack::{ActRule, Catalogue, Effect, Nature, Role};
use gongxin_seal::{Mac, NumberMark};
use gongxin_store::{AboutNo, RecordRow};

use super::row::Prepared;
use super::settle::Settlement;
use crate::OfficeError;
use crate::acts::{
    StandingAct, Target, acting_on, agree, is_of_act, kind, reached, standing_acts, text,
};
use crate::derive::Summary;
use crate::texts as rules;

/// What an act reaches: the effect, the records, and of a lifting the shields that it lifts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Targets {
    effect: Option<Effect>,
    pub(super) records: Vec<RecordNo>,
    lifts: Vec<Seq>,
}

/// A record that an act may name, with what it must agree with.
#[derive(Debug, Clone)]
struct Nameable {
    record: RecordRow,
    authority: Option<String>,
}

/// What a transaction knows of acts.
#[derive(Debug, Default)]
pub(crate) struct Acting<'t> {
    /// The records that the acts of a chunk may name, by the mark of their document number.
    named: BTreeMap<NumberMark, Vec<Nameable>>,
    /// The catalogues of acts that matter here: the chunk's own, or those that act on it.
    pub(super) catalogues: Vec<&'t Catalogue>,
    /// The acts on each subject that was asked for.
    pub(super) acts: BTreeMap<SubjectNo, Vec<StandingAct>>,
    /// Entries of an act that is being replaced: what it lifted counts as not lifted.
    pub(super) void: Vec<Seq>,
}

type Targeted = Result<Targets, Finding>;

impl Settlement<'_, '_> {
    /// Looks up the records that the drafts name, if they are acts; else the acts on the subjects
    /// that they may be about.
    pub(crate) fn prepare_acts(&mut self, drafts: &[&Prepared]) -> Result<(), OfficeError> {
        let catalogue = self.catalogue();
        if catalogue.nature == Nature::Act {
            self.acting.catalogues = vec![catalogue];
            return self.prepare_named(drafts);
        }
        for one in acting_on(&self.terms.rules.rulebook, catalogue) {
            // Most platforms have few acts; a class without any costs nothing.
            if self.reader.counter(&format!("catalogue/{}", one.id))? > 0 {
                self.acting.catalogues.push(one);
            }
        }
        if self.acting.catalogues.is_empty() {
            return Ok(());
        }
        let subjects: BTreeSet<SubjectNo> =
            drafts.iter().flat_map(|draft| self.set.candidate_numbers(draft)).collect();
        let subjects: Vec<SubjectNo> = subjects.into_iter().collect();
        let mut found = standing_acts(self.reader, &self.acting.catalogues, &subjects)?;
        for subject in subjects {
            self.acting.acts.insert(subject, found.remove(&subject).unwrap_or_default());
        }
        Ok(())
    }

    fn prepare_named(&mut self, drafts: &[&Prepared]) -> Result<(), OfficeError> {
        let key = self.office.key();
        let numbers = drafts.iter().filter_map(|draft| self.target_number(draft));
        let marks = numbers.map(|number| key.number_mark(&number)).collect();
        let found = self.reader.records_by_number(&marks)?;
        let records: Vec<i64> = found.iter().map(|(_, no)| no.0).collect();
        let rows: BTreeMap<RecordNo, RecordRow> =
            self.reader.records(records.clone())?.into_iter().map(|row| (row.no, row)).collect();
        let authorities: BTreeMap<RecordNo, Option<String>> = self
            .reader
            .standings(records)?
            .into_iter()
            .map(|row| {
                let summary = Summary::of(&row);
                (row.record, summary.authority)
            })
            .collect();
        for (mark, no) in found {
            if let Some(record) = rows.get(&no) {
                let authority = authorities.get(&no).cloned().flatten();
                let nameable = Nameable { record: record.clone(), authority };
                self.acting.named.entry(mark).or_default().push(nameable);
            }
        }
        Ok(())
    }

    /// The acts on a subject, of the catalogues that matter here.
    pub(super) fn acts_on(&mut self, subject: SubjectNo) -> Result<Vec<StandingAct>, OfficeError> {
        if let Some(acts) = self.acting.acts.get(&subject) {
            return Ok(acts.clone());
        }
        let mut acts = Vec::new();
        // Nobody acted on a subject that this transaction made.
        if !self.registry.made.contains(&subject) {
            let found = standing_acts(self.reader, &self.acting.catalogues, &[subject])?;
            acts.extend(found.into_values().flatten());
        }
        self.acting.acts.insert(subject, acts.clone());
        Ok(acts)
    }

    pub(super) fn text(&self, draft: &Prepared, role: Role) -> Option<String> {
        text(self.catalogue(), &draft.fields, role)
    }

    fn target_number(&self, draft: &Prepared) -> Option<String> {
        self.text(draft, Role::TargetDocumentNumber)
            .map(|number| normalise_document_number(&number))
            .filter(|number| !number.is_empty())
    }

    /// The records that an act reaches; nothing for what is not an act.
    pub(crate) fn act_targets(
        &mut self,
        draft: &Prepared,
        subject: SubjectNo,
        findings: &mut Vec<Finding>,
    ) -> Result<Targeted, OfficeError> {
        let catalogue = self.catalogue();
        let Some(rule) = catalogue.act.as_ref().filter(|_| catalogue.nature == Nature::Act) else {
            return Ok(Ok(Targets::default()));
        };
        let outcome = self.text(draft, Role::Outcome);
        match (rule.effect(outcome.as_deref()), self.target_number(draft)) {
            (None, _) => Ok(Err(Finding::new(rules::OUTCOME_UNKNOWN))),
            (Some(Effect::None), _) => Ok(Ok(Targets::default())),
            (Some(Effect::Unshield), number) => self.shields(draft, number.as_deref(), subject),
            (Some(effect), None) => {
                let targeted = self.whole_subject(rule, effect, draft, subject)?;
                if targeted.is_ok() {
                    findings.push(Finding::new(rules::SHIELDS_ALL));
                }
                Ok(targeted)
            }
            (Some(effect), Some(number)) => self.by_number(rule, effect, (draft, &number), subject),
        }
    }

    /// The records of the decision that an act names.
    fn by_number(
        &mut self,
        rule: &ActRule,
        effect: Effect,
        (draft, number): (&Prepared, &str),
        subject: SubjectNo,
    ) -> Result<Targeted, OfficeError> {
        let named = self
            .acting
            .named
            .get(&self.office.key().number_mark(number))
            .cloned()
            .unwrap_or_default();
        let named: Vec<&Nameable> =
            named.iter().filter(|one| rule.targets.contains(&one.record.catalogue)).collect();
        if named.is_empty() {
            return Ok(Err(Finding::new(rules::TARGET_UNKNOWN).with("number", number)));
        }
        let authority = self.text(draft, Role::TargetAuthority);
        let rulebook = &self.terms.rules.rulebook;
        let agrees = |one: &&&Nameable| {
            one.record.subject == Some(subject)
                && agree(rulebook, authority.as_ref(), one.authority.as_ref())
        };
        let records: Vec<RecordNo> = named.iter().filter(agrees).map(|one| one.record.no).collect();
        if records.is_empty() {
            return Ok(Err(Finding::new(rules::TARGET_DIFFERS).with("number", number)));
        }
        let decisions: BTreeSet<Mac> = named
            .iter()
            .filter(|one| records.contains(&one.record.no))
            .filter_map(|one| one.record.decision)
            .collect();
        let records = self.with_decision(records, &decisions, subject)?;
        Ok(Ok(Targets { effect: Some(effect), records, lifts: Vec::new() }))
    }

    /// What ends for a decision ends for all its records of the same subject.
    fn with_decision(
        &mut self,
        mut records: Vec<RecordNo>,
        decisions: &BTreeSet<Mac>,
        subject: SubjectNo,
    ) -> Result<Vec<RecordNo>, OfficeError> {
        for other in self.reader.records_of_decisions(decisions)? {
            if other.subject == Some(subject) && !records.contains(&other.no) {
                records.push(other.no);
            }
        }
        Ok(records)
    }

    /// An act that names no decision: a shield over what its subject has, where the pack declares
    /// one. It holds for what comes later too, so there need be nothing yet.
    fn whole_subject(
        &mut self,
        rule: &ActRule,
        effect: Effect,
        draft: &Prepared,
        subject: SubjectNo,
    ) -> Result<Targeted, OfficeError> {
        let whole = rule.whole_subject.as_ref();
        let declared = whole.is_some_and(|whole| whole.ground.holds(self.terms.today));
        if effect != Effect::Shield || !declared {
            return Ok(Err(Finding::new(rules::TARGET_MISSING)));
        }
        let catalogue = self.catalogue();
        let place = (Seq(0), Vec::new());
        let Some(act) = StandingAct::of_fields(RecordNo(0), catalogue, &draft.fields, place) else {
            return Ok(Err(Finding::new(rules::OUTCOME_UNKNOWN)));
        };
        let rulebook = &self.terms.rules.rulebook;
        let standings = self.reader.standings_of(subject)?;
        let records = standings
            .iter()
            .filter(|row| act.reaches(rulebook, &Target::of_standing(row)))
            .map(|row| row.record)
            .collect();
        Ok(Ok(Targets { effect: Some(effect), records, lifts: Vec::new() }))
    }

    /// What a lifting reaches: the shields it names, and exactly what those cover. With a number:
    /// that ruling's, or those over that decision. Without: the one over the whole subject.
    fn shields(
        &mut self,
        draft: &Prepared,
        number: Option<&str>,
        subject: SubjectNo,
    ) -> Result<Targeted, OfficeError> {
        let authority = self.text(draft, Role::AuthorityName);
        let rulebook = &self.terms.rules.rulebook;
        let mut shields = self.acts_on(subject)?;
        let void = &self.acting.void;
        shields.retain(|act| {
            act.effect == Effect::Shield
                && !act.is_lifted(void)
                && agree(rulebook, authority.as_ref(), act.authority.as_ref())
                && match number {
                    Some(number) => [&act.target, &act.number]
                        .into_iter()
                        .any(|one| one.as_deref() == Some(number)),
                    None => act.target.is_none(),
                }
        });
        let shown = number.unwrap_or("—").to_owned();
        let Some(first) = shields.first() else {
            return Ok(Err(Finding::new(rules::SHIELD_UNKNOWN).with("number", shown)));
        };
        let ruling = |act: &StandingAct| (act.number.clone(), act.decided_on);
        if number.is_none() && shields.iter().any(|act| ruling(act) != ruling(first)) {
            return Ok(Err(Finding::new(rules::SHIELDS_SEVERAL)));
        }
        let lifts: Vec<Seq> = shields.iter().flat_map(|act| act.places.clone()).collect();
        let mut records = self.reached(subject, &lifts)?;
        for act in shields {
            records.insert(act.record);
        }
        let records = records.into_iter().collect();
        Ok(Ok(Targets { effect: Some(Effect::Unshield), records, lifts }))
    }

    /// The records to which acts of the places did something, here or in this transaction.
    pub(super) fn reached(
        &mut self,
        subject: SubjectNo,
        places: &[Seq],
    ) -> Result<BTreeSet<RecordNo>, OfficeError> {
        let stored = reached(self.reader, subject, places)?;
        let mut records: BTreeSet<RecordNo> = stored.into_iter().map(|record| record.no).collect();
        let pending = self.entries.iter().filter(|entry| {
            is_of_act(entry.kind) && entry.body.causes.iter().any(|cause| places.contains(cause))
        });
        records.extend(pending.filter_map(|entry| entry.about.as_record()));
        Ok(records)
    }

    /// What follows from the content of a new record: an act does what it does; to another record
    /// is done what acts say that came before it.
    pub(crate) fn follow(
        &mut self,
        draft: &Prepared,
        (no, subject): (RecordNo, SubjectNo),
        targets: &Targets,
        (cause, row): (Seq, u64),
    ) -> Result<(), OfficeError> {
        if self.catalogue().nature != Nature::Act {
            self.bind_cases((no, subject), row)?;
            return self.bind(draft, (no, subject), row);
        }
        self.act(targets, cause, row)?;
        self.note_act(draft, (no, subject), targets, cause)
    }

    /// Keeps what this transaction's own acts did, for the rows behind them.
    fn note_act(
        &mut self,
        draft: &Prepared,
        (no, subject): (RecordNo, SubjectNo),
        targets: &Targets,
        cause: Seq,
    ) -> Result<(), OfficeError> {
        let catalogue = self.catalogue();
        let lifts = |rule: &ActRule| rule.cases.iter().any(|case| case.effect == Effect::Unshield);
        if !catalogue.act.as_ref().is_some_and(lifts) {
            return Ok(());
        }
        self.acts_on(subject)?;
        let place = (cause, vec![cause]);
        let act = StandingAct::of_fields(no, catalogue, &draft.fields, place);
        let acts = self.acting.acts.entry(subject).or_default();
        for act in acts.iter_mut() {
            if act.places.iter().any(|place| targets.lifts.contains(place)) {
                act.lifted_by.push(cause);
            }
        }
        acts.extend(act);
        Ok(())
    }

    /// Adds an entry to each record that the act reaches, with the act's entry as its cause.
    pub(super) fn act(
        &mut self,
        targets: &Targets,
        cause: Seq,
        row: u64,
    ) -> Result<(), OfficeError> {
        let Some(kind) = targets.effect.and_then(kind) else {
            return Ok(());
        };
        let mut causes = vec![cause];
        causes.extend(&targets.lifts);
        for no in &targets.records {
            self.affect(*no, kind, &causes, &self.terms.catalogue.id, row)?;
        }
        Ok(())
    }

    /// Adds one entry to a record.
    pub(super) fn affect(
        &mut self,
        no: RecordNo,
        kind: Kind,
        causes: &[Seq],
        ground: &str,
        row: u64,
    ) -> Result<(), OfficeError> {
        self.affect_with(no, (kind, Vec::new()), causes, ground, row)
    }

    /// Adds one entry with fields to a record.
    pub(super) fn affect_with(
        &mut self,
        no: RecordNo,
        (kind, fields): (Kind, Vec<Field>),
        causes: &[Seq],
        ground: &str,
        row: u64,
    ) -> Result<(), OfficeError> {
        let known = self.set.record(no).map(|record| record.public_id);
        let public_id = match known {
            Some(id) => Some(id),
            None => self.reader.record(no)?.map(|record| record.public_id),
        };
        let Some(public_id) = public_id else {
            return Err(gongxin_store::StoreError::Corrupt(format!("record {no}")).into());
        };
        let body = Body {
            source: Some(self.terms.source.clone()),
            batch: Some(self.batch),
            row: Some(row),
            actor: Some(self.terms.actor.clone()),
            ground: Some(ground.to_owned()).filter(|ground| !ground.is_empty()),
            causes: causes.to_vec(),
            fields,
            ..Body::about(About::Record(public_id))
        };
        self.push(AboutNo::record(no), kind, body, row);
        self.refold.insert(no);
        Ok(())
    }
}

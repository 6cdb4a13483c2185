//! Acts: records that end, shield or quash other records.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_intake::draft::Draft;
use gongxin_model::text::{normalise_document_number, normalise_name};
use gongxin_model::{About, Body, Finding, Kind, RecordNo, Seq, SubjectNo};
use gongxin_pack::{ActRule, Effect, Nature, Role};
use gongxin_seal::Mac;
use gongxin_store::{AboutNo, RecordRow};

use super::chunk::Transaction;
use super::working::Marks;
use crate::OfficeError;
use crate::derive::Summary;
use crate::texts as rules;

/// What an act reaches: the effect and the records.
#[derive(Debug, Clone, Default)]
pub(crate) struct Targets {
    effect: Option<Effect>,
    records: Vec<RecordNo>,
}

/// A record that an act may name, with what it must agree with.
#[derive(Debug, Clone)]
pub(crate) struct Nameable {
    record: RecordRow,
    authority: Option<String>,
}

/// The records that the acts of a chunk may name, by normalised document number.
pub(crate) type Named = BTreeMap<String, Vec<Nameable>>;

impl Transaction<'_, '_> {
    /// Looks up the records that the drafts name, if they are acts.
    pub(crate) fn prepare_acts(&mut self, drafts: &[(&Draft, Marks)]) -> Result<(), OfficeError> {
        if self.catalogue().nature != Nature::Act {
            return Ok(());
        }
        let numbers: BTreeSet<String> =
            drafts.iter().filter_map(|(draft, _)| self.target_number(draft)).collect();
        let found = self.writer.records_by_number(numbers.into_iter().collect())?;
        let records: Vec<i64> = found.iter().map(|(_, no)| no.0).collect();
        let rows: BTreeMap<RecordNo, RecordRow> =
            self.writer.records(records.clone())?.into_iter().map(|row| (row.no, row)).collect();
        let authorities: BTreeMap<RecordNo, Option<String>> = self
            .writer
            .standings(records)?
            .into_iter()
            .map(|row| {
                let summary = Summary::of(&row);
                (row.record, summary.authority)
            })
            .collect();
        for (number, no) in found {
            if let Some(record) = rows.get(&no) {
                let authority = authorities.get(&no).cloned().flatten();
                let nameable = Nameable { record: record.clone(), authority };
                self.named.entry(number).or_default().push(nameable);
            }
        }
        Ok(())
    }

    fn text(&self, draft: &Draft, role: Role) -> Option<String> {
        let code = self.catalogue().code_of(role)?;
        let field = draft.fields.iter().find(|field| field.code == code)?;
        Some(field.value.first().to_owned()).filter(|text| !text.is_empty())
    }

    fn target_number(&self, draft: &Draft) -> Option<String> {
        self.text(draft, Role::TargetDocumentNumber)
            .map(|number| normalise_document_number(&number))
            .filter(|number| !number.is_empty())
    }

    /// The records that an act reaches; nothing for what is not an act.
    pub(crate) fn act_targets(
        &mut self,
        draft: &Draft,
        subject: SubjectNo,
    ) -> Result<Targets, Finding> {
        let catalogue = self.catalogue();
        let Some(rule) = catalogue.act.as_ref().filter(|_| catalogue.nature == Nature::Act) else {
            return Ok(Targets::default());
        };
        let outcome = self.text(draft, Role::Outcome);
        let effect =
            rule.effect(outcome.as_deref()).ok_or_else(|| Finding::new(rules::OUTCOME_UNKNOWN))?;
        if effect == Effect::None {
            return Ok(Targets::default());
        }
        let Some(number) = self.target_number(draft) else {
            return self.whole_subject(rule, effect, subject);
        };
        let named = self.named.get(&number).cloned().unwrap_or_default();
        let named: Vec<&Nameable> =
            named.iter().filter(|one| rule.targets.contains(&one.record.catalogue)).collect();
        if named.is_empty() {
            return Err(Finding::new(rules::TARGET_UNKNOWN).with("number", number));
        }
        let authority = self.text(draft, Role::TargetAuthority);
        let agrees = |one: &&&Nameable| {
            one.record.subject == Some(subject)
                && match (&authority, &one.authority) {
                    (Some(left), Some(right)) => self.same_authority(left, right),
                    _ => true,
                }
        };
        let records: Vec<RecordNo> = named.iter().filter(agrees).map(|one| one.record.no).collect();
        if records.is_empty() {
            return Err(Finding::new(rules::TARGET_DIFFERS).with("number", number));
        }
        let decisions: BTreeSet<Mac> = named
            .iter()
            .filter(|one| records.contains(&one.record.no))
            .filter_map(|one| one.record.decision)
            .collect();
        self.with_decision(records, &decisions, subject)
            .map(|records| Targets { effect: Some(effect), records })
            .map_err(|_| Finding::new(rules::TARGET_UNKNOWN).with("number", number))
    }

    /// The same body, by its name, or another of the same sector that took over: 工商 → 市场监督管理.
    fn same_authority(&self, left: &str, right: &str) -> bool {
        if normalise_name(left) == normalise_name(right) {
            return true;
        }
        let rulebook = &self.terms.rules.rulebook;
        let sector = |name: &str| rulebook.sector_of(name, None).map(str::to_owned);
        sector(left).is_some_and(|one| sector(right) == Some(one))
    }

    /// What ends for a decision ends for all its records of the same subject.
    fn with_decision(
        &mut self,
        mut records: Vec<RecordNo>,
        decisions: &BTreeSet<Mac>,
        subject: SubjectNo,
    ) -> Result<Vec<RecordNo>, OfficeError> {
        for other in self.writer.records_of_decisions(decisions)? {
            if other.subject == Some(subject) && !records.contains(&other.no) {
                records.push(other.no);
            }
        }
        Ok(records)
    }

    /// A shield may cover everything adverse of a subject; any other act must name its decision.
    fn whole_subject(
        &mut self,
        rule: &ActRule,
        effect: Effect,
        subject: SubjectNo,
    ) -> Result<Targets, Finding> {
        if !matches!(effect, Effect::Shield | Effect::Unshield) {
            return Err(Finding::new(rules::TARGET_MISSING));
        }
        let standings =
            self.writer.standings_of(subject).map_err(|_| Finding::new(rules::TARGET_MISSING))?;
        let records: Vec<RecordNo> = standings
            .into_iter()
            .filter(|row| rule.targets.contains(&row.catalogue))
            .map(|row| row.record)
            .collect();
        if records.is_empty() {
            return Err(Finding::new(rules::TARGET_MISSING));
        }
        Ok(Targets { effect: Some(effect), records })
    }

    /// Adds an entry to each record that the act reaches, with the act's entry as its cause.
    pub(crate) fn act(&mut self, targets: &Targets, cause: Seq, row: u64) {
        let kind = match targets.effect {
            Some(Effect::EndPublication) => Kind::PublicationEnded,
            Some(Effect::Quash) => Kind::Quashed,
            Some(Effect::Shield) => Kind::Shielded,
            Some(Effect::Unshield) => Kind::Unshielded,
            Some(Effect::Stay) => Kind::Stayed,
            Some(Effect::None) | None => return,
        };
        for no in &targets.records {
            let Some(public_id) = self.public_id(*no) else {
                continue;
            };
            let body = Body {
                source: Some(self.terms.source.clone()),
                batch: Some(self.batch),
                row: Some(row),
                actor: Some(self.terms.actor.clone()),
                ground: Some(self.catalogue().id.clone()),
                causes: vec![cause],
                ..Body::about(About::Record(public_id))
            };
            self.push(AboutNo::record(*no), kind, body, row);
            self.refold.insert(*no);
        }
    }

    fn public_id(&mut self, no: RecordNo) -> Option<gongxin_model::PublicId> {
        if let Some(record) = self.set.records.get(&no) {
            return Some(record.public_id);
        }
        self.writer.record(no).ok().flatten().map(|record| record.public_id)
    }
}

//! Rows that name the record they correct by its id: a key that changed withdraws and replaces.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_intake::RowOutcome;
use gongxin_model::{Body, Field, Finding, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo};
use gongxin_pack::Nature;
use gongxin_standing::{Effects, Event, REPLY_FIELD, Reply, TERM_OVER_GROUND};
use gongxin_store::{AboutNo, RecordRow};

use super::row::{Marks, Prepared, Row};
use super::settle::{Settlement, held_as_before, refuse};
use crate::OfficeError;
use crate::acts::is_of_act;
use crate::derive::histories;
use crate::linker::Link;
use crate::texts as rules;

/// So many replacements are followed from an old id to the record of today.
const REPLACEMENTS: usize = 1_000;
/// The ground of entries that a replacement makes.
const REPLACED: &str = "replaced";

/// The records that rows of a transaction name, and what became of them.
#[derive(Debug, Default)]
pub(crate) struct Named {
    records: BTreeMap<PublicId, RecordNo>,
    /// Records that this transaction replaced.
    replaced: BTreeMap<RecordNo, RecordNo>,
}

impl Named {
    /// The record of an id.
    pub(super) fn record(&self, id: PublicId) -> Option<RecordNo> {
        self.records.get(&id).copied()
    }

    /// True where the id is a record's.
    pub(super) fn knows(&self, id: PublicId) -> bool {
        self.records.contains_key(&id)
    }
}

/// One entry of a record's history, stored or still to be written.
#[derive(Debug)]
pub(super) struct Past {
    seq: Seq,
    at: Instant,
    pub(super) kind: Kind,
    pub(super) body: Option<Body>,
}

/// What is in the way of a named correction.
enum Obstacle {
    /// The row waits, with this finding.
    Held(Finding),
    /// Its words are those in force; of a record that was taken back it is said.
    Unchanged(Option<Finding>),
}

impl Settlement<'_, '_> {
    /// Looks up the records that drafts name.
    pub(crate) fn prepare_ids(&mut self, drafts: &[&Prepared]) -> Result<(), OfficeError> {
        let ids: Vec<PublicId> = drafts.iter().filter_map(|draft| draft.record_id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut numbers = Vec::new();
        for record in self.office.records_of(self.reader, &ids)? {
            self.ids.records.insert(record.public_id, record.no);
            numbers.push(record.no.0);
            self.set.keep_found(record);
        }
        self.set.load_erased(self.reader, &numbers)
    }

    /// Settles a row that names the record it corrects.
    pub(crate) fn settle_named(
        &mut self,
        row: &Row,
        draft: &Prepared,
        id: PublicId,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let marks = draft.marks;
        // Held under its words and the id together: the same words without it are another row.
        let id_text = id.to_string();
        let content = self
            .office
            .key()
            .mac("gongxin/content-of-record", [marks.content.as_slice(), id_text.as_bytes()]);
        let waiting = Marks { content, ..marks };
        let record = match self.named_record(id, marks)? {
            Ok(record) => record,
            Err(Obstacle::Unchanged(said)) => {
                findings.extend(said);
                return Ok(RowOutcome::Unchanged);
            }
            Err(Obstacle::Held(finding)) => {
                return self.wait(row, draft, waiting, finding, findings);
            }
        };
        if let Some(outcome) = self.held_before(content, findings)? {
            return Ok(outcome);
        }
        let Some(key) = marks.key else {
            let finding = Finding::new(rules::KEY_INCOMPLETE);
            return self.wait(row, draft, waiting, finding, findings);
        };
        if row.held {
            return self.hold_unless_person(row, draft, waiting, findings);
        }
        let link = self.judged(draft);
        findings.extend(link.findings().iter().cloned());
        let (subject, rule) = match link {
            Link::Refused { findings: why } => return Ok(refuse(findings, why)),
            Link::To { subject, rule, .. } if record.subject == Some(subject) => (subject, rule),
            Link::Held { .. } => return self.hold(row, draft, waiting, findings),
            Link::To { .. } | Link::New { .. } => {
                let finding = Finding::new(rules::SUBJECT_DIFFERS).with("id", id_text);
                return self.wait(row, draft, waiting, finding, findings);
            }
        };
        let other = self.set.keyed(key);
        if other == Some(record.no) {
            return self.correct(row, draft, marks, record.no, findings);
        }
        if let Some(other) = other {
            // A key that an earlier replacement of the same record left behind is free.
            if self.present(other)? != Some(record.no) {
                let other = self.reader.record(other)?.map(|other| other.public_id.to_string());
                let finding = Finding::new(rules::KEY_TAKEN).with("id", other.unwrap_or_default());
                return self.wait(row, draft, waiting, finding, findings);
            }
        }
        let outcome = self.replace(row, draft, marks, (&record, subject, &rule), findings)?;
        if other.is_some() && outcome == RowOutcome::Corrected {
            self.freed.push((key, marks.content));
        }
        Ok(outcome)
    }

    /// The record that an id names today, where this row may correct it.
    fn named_record(
        &mut self,
        id: PublicId,
        marks: Marks,
    ) -> Result<Result<RecordRow, Obstacle>, OfficeError> {
        let held = |rule| Obstacle::Held(Finding::new(rule).with("id", id.to_string()));
        let named = self.ids.records.get(&id).copied();
        let Some(named) = named.and_then(|no| self.set.record(no)).cloned() else {
            return Ok(Err(held(rules::RECORD_UNKNOWN)));
        };
        let of = self.terms.rules.rulebook.catalogue(&named.catalogue);
        if of.is_none_or(|catalogue| catalogue.id != self.catalogue().id) {
            return Ok(Err(held(rules::RECORD_UNKNOWN)));
        }
        if named.content_mac == marks.content && !self.set.is_withdrawn(named.no) {
            return Ok(Err(Obstacle::Unchanged(None)));
        }
        if !self.may_correct(named.no, &named.source)? {
            return Ok(Err(held(rules::NOT_ITS_SUPPLIER)));
        }
        let Some(no) = self.present(named.no)? else {
            let same = named.content_mac == marks.content;
            let unchanged = Obstacle::Unchanged(Some(Finding::new(rules::WITHDRAWN)));
            return Ok(Err(if same { unchanged } else { held(rules::RECORD_WITHDRAWN) }));
        };
        let record = match self.set.record(no).cloned() {
            Some(record) => Some(record),
            None => self.reader.record(no)?,
        };
        let Some(record) = record else {
            return Err(gongxin_store::StoreError::Corrupt(format!("record {no}")).into());
        };
        self.set.keep_found(record.clone());
        if record.content_mac == marks.content {
            return Ok(Err(Obstacle::Unchanged(None)));
        }
        let last = self.past(no)?.into_iter().rev().find(|past| is_content(past.kind));
        let batch = last.and_then(|past| past.body).and_then(|body| body.batch);
        if batch == Some(self.batch) {
            return Ok(Err(held(rules::RECORD_TWICE)));
        }
        Ok(Ok(record))
    }

    /// What a record is today: itself, or the one that replaced it; None where it was taken back.
    fn present(&mut self, no: RecordNo) -> Result<Option<RecordNo>, OfficeError> {
        let mut present = no;
        for _ in 0..REPLACEMENTS {
            if let Some(next) = self.ids.replaced.get(&present) {
                present = *next;
                continue;
            }
            let past = self.past(present)?;
            let events = events(&past);
            let effects = Effects::replay(&events);
            let Some(withdrawn) = effects.of(Kind::Withdrawn) else {
                return Ok(Some(present));
            };
            let Some(cause) = withdrawn.causes.first().copied() else {
                return Ok(None);
            };
            let next = self.reader.entry(cause)?.and_then(|entry| entry.about.as_record());
            let Some(next) = next else {
                return Ok(None);
            };
            present = next;
        }
        Ok(None)
    }

    /// A record's entries, with those that this transaction will write.
    pub(super) fn past(&mut self, no: RecordNo) -> Result<Vec<Past>, OfficeError> {
        let stored = histories(self.reader, &[no])?.remove(&no).unwrap_or_default();
        let stored = stored.into_iter().map(|entry| Past {
            seq: entry.seq,
            at: entry.at,
            kind: entry.kind,
            body: entry.body,
        });
        let (first, at) = (self.next.seq, self.next.at);
        let about = AboutNo::record(no);
        let pending = self.entries.iter().zip(first..).filter(|(entry, _)| entry.about == about);
        let pending = pending.map(|(entry, seq)| Past {
            seq: Seq(seq),
            at,
            kind: entry.kind,
            body: Some(entry.body.clone()),
        });
        Ok(stored.chain(pending).collect())
    }

    /// Holds a row with a finding of its own.
    fn wait(
        &mut self,
        row: &Row,
        draft: &Prepared,
        waiting: Marks,
        finding: Finding,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        if let Some(outcome) = self.held_before(waiting.content, findings)? {
            return Ok(outcome);
        }
        findings.push(finding);
        self.hold_unless_person(row, draft, waiting, findings)
    }

    /// What was said of a row that waits already, or was judged.
    fn held_before(
        &mut self,
        content: gongxin_seal::Mac,
        findings: &mut Vec<Finding>,
    ) -> Result<Option<RowOutcome>, OfficeError> {
        if self.settling {
            return Ok(None);
        }
        if self.set.held(content).is_none() {
            for (mac, no, state) in self.reader.held_by_content(vec![content.to_vec()])? {
                self.set.keep_held(mac, (no, state));
            }
        }
        let Some((_, state)) = self.set.held(content).filter(|(_, state)| state != "linked") else {
            return Ok(None);
        };
        Ok(Some(held_as_before(state, findings)))
    }

    /// Receives a record in place of one whose key was wrong, and withdraws that one. What acts
    /// ended, shielded or stayed goes over to the new one: a correction never reopens.
    fn replace(
        &mut self,
        row: &Row,
        draft: &Prepared,
        marks: Marks,
        (old, subject, rule): (&RecordRow, SubjectNo, &str),
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let pins = match self.pins(draft, old.no)? {
            Ok(pins) => pins,
            Err(finding) => {
                findings.push(finding);
                return self.hold(row, draft, marks, findings);
            }
        };
        let received = self.next_seq();
        let past = self.past(old.no)?;
        let places: Vec<Seq> = past.iter().map(|past| past.seq).collect();
        // What the old act did does not stand in the new one's way.
        self.acting.void.clone_from(&places);
        let outcome = self.accept(row, draft, marks, (subject, rule), findings);
        self.acting.void.clear();
        let outcome = outcome?;
        let new = self.set.seen(marks.content);
        let (RowOutcome::Accepted, Some(new)) = (outcome, new) else {
            return Ok(outcome);
        };
        let place = self.fresh.get(&new).copied();
        if let Some(entry) = place.and_then(|place| self.entries.get_mut(place)) {
            entry.body.fields.extend(pins);
            entry.body.fields.sort_by(|left, right| left.code.cmp(&right.code));
        }
        self.carry(&past, (new, received), subject, row.number)?;
        self.carry_end(old, &past, new, row.number)?;
        if self.catalogue().nature == Nature::Act {
            for other in self.reached(subject, &places)? {
                self.affect(other, Kind::Resumed, &places, REPLACED, row.number)?;
            }
        }
        self.affect(old.no, Kind::Withdrawn, &[received], REPLACED, row.number)?;
        self.set.keep_withdrawn(old.no);
        self.ids.replaced.insert(old.no, new);
        let new_id = self.set.record(new).map(|record| record.public_id.to_string());
        findings.push(
            Finding::new(rules::REPLACED_BY)
                .with("old", old.public_id.to_string())
                .with("new", new_id.unwrap_or_default()),
        );
        Ok(RowOutcome::Corrected)
    }

    /// Carries over to a new record what acts did to the one that it replaces.
    fn carry(
        &mut self,
        past: &[Past],
        (new, received): (RecordNo, Seq),
        subject: SubjectNo,
        row: u64,
    ) -> Result<(), OfficeError> {
        let events = events(past);
        let replayed = Effects::replay(&events);
        // What the subject says stands beside the decision, whatever its key.
        if let Some(Reply { text, causes, .. }) = replayed.reply {
            let said = (Kind::Replied, vec![Field::text(REPLY_FIELD, text)]);
            self.affect_with(new, said, causes, REPLACED, row)?;
        }
        for effect in replayed.holding {
            if !is_of_act(effect.kind) && effect.kind != Kind::Disputed {
                continue;
            }
            // What the old record itself was a cause of falls with it.
            let mut causes = effect.causes;
            causes.retain(|cause| past.iter().all(|past| past.seq != *cause));
            if causes.is_empty() {
                causes.push(effect.seq);
            }
            let mut records = BTreeSet::from([new]);
            // A shield that was lifted stays lifted, for what it covers under its new key as well.
            if effect.kind == Kind::Unshielded && self.catalogue().nature == Nature::Act {
                records.extend(self.reached(subject, &[received])?);
                causes.push(received);
            }
            let ground = effect.ground.unwrap_or_default();
            for no in records {
                if !self.has(no, effect.kind, &causes) {
                    self.affect(no, effect.kind, &causes, &ground, row)?;
                }
            }
        }
        Ok(())
    }

    /// A term that was over before the key was corrected stays over.
    fn carry_end(
        &mut self,
        old: &RecordRow,
        past: &[Past],
        new: RecordNo,
        row: u64,
    ) -> Result<(), OfficeError> {
        let Some(standing) = self.reader.standings(vec![old.no.0])?.pop() else {
            return Ok(());
        };
        let today = self.next.at.day();
        let received = past.first().map_or(today, |first| first.at.day());
        let was_shown = standing.shown_from.max(received) < standing.shown_until;
        let over = standing.reason == "term-over"
            || (standing.publication == "published" && standing.shown_until <= today);
        let content = past.iter().rev().find(|past| is_content(past.kind));
        match content {
            Some(content) if was_shown && over => {
                let causes = [content.seq];
                self.affect(new, Kind::PublicationEnded, &causes, TERM_OVER_GROUND, row)
            }
            _ => Ok(()),
        }
    }

    /// True if this transaction writes such an entry about a record already.
    fn has(&self, no: RecordNo, kind: Kind, causes: &[Seq]) -> bool {
        let about = AboutNo::record(no);
        self.entries.iter().any(|entry| {
            entry.about == about
                && entry.kind == kind
                && entry.body.causes.iter().any(|cause| causes.contains(cause))
        })
    }
}

pub(super) fn is_content(kind: Kind) -> bool {
    matches!(kind, Kind::Received | Kind::Corrected)
}

fn events(past: &[Past]) -> Vec<Event<'_>> {
    past.iter()
        .map(|past| Event { seq: past.seq, at: past.at, kind: past.kind, body: past.body.as_ref() })
        .collect()
}

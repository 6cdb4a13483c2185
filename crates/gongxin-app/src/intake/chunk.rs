//! One transaction of a hand-in: rows in, outcomes out, the archive grown.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use gongxin_intake::RowOutcome;
use gongxin_intake::draft::Draft;
use gongxin_model::{About, BatchNo, Body, Field, Finding, Kind, RecordNo, Seq, SubjectNo, Value};
use gongxin_pack::{Catalogue, Nature};
use gongxin_seal::Mac;
use gongxin_standing::HOLD_FIELD;
use gongxin_store::{AboutNo, HeldRow, NewEntry, NewRecord, RecordRow, Writer};

use super::acts::Acting;
use super::hand_in::{HeldBody, Terms};
use super::register::Registry;
use super::replace::Named;
use super::working::{Marks, WorkingSet};
use crate::linker::{self, Link};
use crate::texts as rules;
use crate::{Office, OfficeError};

/// A row as intake left it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The row as the supplier counts.
    pub(crate) number: u64,
    /// The draft; None where intake refused it.
    pub(crate) draft: Option<Draft>,
    /// What intake found.
    pub(crate) findings: Vec<Finding>,
    /// True where a finding wants a person to judge.
    pub(crate) held: bool,
}

/// What became of a row that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settling {
    /// It stays held.
    Stays,
    /// It made a record.
    Made(RecordNo),
    /// It corrected one.
    Corrected,
}

/// A row with its outcome.
#[derive(Debug, Clone)]
pub(crate) struct Settled {
    pub(crate) outcome: RowOutcome,
    pub(crate) findings: Vec<Finding>,
}

/// One transaction of the intake desk.
pub(crate) struct Transaction<'t, 'w> {
    pub(crate) office: &'t Office,
    pub(crate) terms: &'t Terms,
    pub(crate) batch: BatchNo,
    pub(crate) writer: &'t mut Writer<'w>,
    pub(crate) set: WorkingSet,
    pub(crate) registry: Registry,
    pub(crate) acting: Acting<'t>,
    pub(crate) ids: Named,
    /// True while a row that was held is settled.
    pub(crate) settling: bool,
    pub(crate) entries: Vec<NewEntry>,
    pub(super) new_records: Vec<NewRecord>,
    pub(super) new_seen: Vec<(Mac, RecordNo)>,
    /// The content in force of records that were corrected.
    pub(super) new_contents: BTreeMap<RecordNo, Mac>,
    pub(super) new_held: Vec<HeldRow>,
    /// Records whose whole history must be folded again.
    pub(crate) refold: BTreeSet<RecordNo>,
    /// New records and the place of their entry among the new ones.
    pub(super) fresh: BTreeMap<RecordNo, usize>,
}

impl<'t, 'w> Transaction<'t, 'w> {
    pub(crate) fn new(
        office: &'t Office,
        terms: &'t Terms,
        batch: BatchNo,
        writer: &'t mut Writer<'w>,
    ) -> Self {
        Self {
            office,
            terms,
            batch,
            writer,
            set: WorkingSet::default(),
            registry: Registry::default(),
            acting: Acting::default(),
            ids: Named::default(),
            settling: false,
            entries: Vec::new(),
            new_records: Vec::new(),
            new_seen: Vec::new(),
            new_contents: BTreeMap::new(),
            new_held: Vec::new(),
            refold: BTreeSet::new(),
            fresh: BTreeMap::new(),
        }
    }

    pub(crate) fn catalogue(&self) -> &'t Catalogue {
        &self.terms.catalogue
    }

    /// Settles all rows and writes what they bring.
    pub(crate) fn settle(&mut self, rows: &[Row]) -> Result<Vec<Settled>, OfficeError> {
        let marked: Vec<Option<(&Draft, Marks)>> = rows
            .iter()
            .map(|row| row.draft.as_ref().map(|draft| (draft, self.marks(draft))))
            .collect();
        let drafts: Vec<(&Draft, Marks)> = marked.iter().flatten().copied().collect();
        self.set = WorkingSet::load(self.writer, &drafts, &self.terms.figures)?;
        self.prepare_acts(&drafts)?;
        self.prepare_ids(&drafts)?;
        let mut settled = Vec::with_capacity(rows.len());
        for (row, marked) in rows.iter().zip(marked) {
            settled.push(self.settle_row(row, marked)?);
        }
        self.write()?;
        Ok(settled)
    }

    /// Settles one row that was held: for the subject that a person named, or by the linker's
    /// judgement of today. Where it must stay held, nothing is written.
    pub(crate) fn settle_held(
        &mut self,
        row: &Row,
        judged: Option<(SubjectNo, &str)>,
    ) -> Result<Settling, OfficeError> {
        let Some(draft) = &row.draft else {
            return Ok(Settling::Stays);
        };
        self.settling = true;
        let mut marks = self.marks(draft);
        if judged.is_some() && marks.key.is_none() {
            // A person answers for it: what cannot be told apart by its number is itself alone.
            marks.key = Some(self.office.key().mac("gongxin/record-key/judged", [marks.content]));
        }
        let drafts = [(draft, marks)];
        self.set = WorkingSet::load(self.writer, &drafts, &self.terms.figures)?;
        self.prepare_acts(&drafts)?;
        self.prepare_ids(&drafts)?;
        let known = marks.key.is_none_or(|key| self.set.keys.contains_key(&key));
        let mut findings = Vec::new();
        let outcome = match judged {
            // A person judges whose a new record is; what a correction says is its source's.
            Some(_) if known || draft.record_id.is_some() => return Ok(Settling::Stays),
            Some((subject, reason)) => {
                self.set.load_known(self.writer, vec![subject])?;
                let rule = format!("judgement: {reason}");
                self.accept(row, draft, marks, (subject, &rule), &mut findings)?
            }
            None if known || draft.record_id.is_some() => {
                self.settle_draft(row, draft, marks, &mut findings)?
            }
            None => match linker::judge(draft, &self.set.candidates(draft), self.terms) {
                Link::To { subject, rule, .. } => {
                    self.accept(row, draft, marks, (subject, &rule), &mut findings)?
                }
                _ => return Ok(Settling::Stays),
            },
        };
        match outcome {
            RowOutcome::Accepted => {
                self.write()?;
                let made = self.new_records.first().map(|record| record.row.no);
                Ok(made.map_or(Settling::Stays, Settling::Made))
            }
            RowOutcome::Corrected => self.write().map(|()| Settling::Corrected),
            _ => Ok(Settling::Stays),
        }
    }

    /// What a draft is recognised by: keyed digests of key, content and decision.
    pub(crate) fn marks(&self, draft: &Draft) -> Marks {
        let key = self.office.key();
        let catalogue = self.catalogue().id.as_bytes();
        let record = draft.key_parts.as_ref().map(|parts| {
            let parts = parts.iter().map(|part| part.as_bytes());
            key.mac("gongxin/record-key", std::iter::once(catalogue).chain(parts))
        });
        // A decision is one act whatever catalogue speaks of it.
        let decision = draft
            .decision_parts
            .as_ref()
            .map(|parts| key.mac("gongxin/decision", parts.iter().map(|part| part.as_bytes())));
        let fields = draft.fields.iter().flat_map(|field| {
            let value = match &field.value {
                Value::Text(text) => Cow::Borrowed(text.as_str()),
                Value::List(list) => Cow::Owned(list.join("\u{1f}")),
            };
            let written = field.written.as_deref().unwrap_or_default();
            [Cow::Borrowed(field.code.as_str()), value, Cow::Borrowed(written)]
        });
        let content = [catalogue, self.terms.source.as_bytes()].into_iter().map(Cow::Borrowed);
        let content = content.chain(fields.map(|part| match part {
            Cow::Borrowed(part) => Cow::Borrowed(part.as_bytes()),
            Cow::Owned(part) => Cow::Owned(part.into_bytes()),
        }));
        Marks { key: record, content: key.mac("gongxin/content", content), decision }
    }

    fn settle_row(
        &mut self,
        row: &Row,
        marked: Option<(&Draft, Marks)>,
    ) -> Result<Settled, OfficeError> {
        let mut findings = row.findings.clone();
        let Some((draft, marks)) = marked else {
            return Ok(Settled { outcome: RowOutcome::Refused, findings });
        };
        let outcome = self.settle_draft(row, draft, marks, &mut findings)?;
        for finding in &mut findings {
            finding.row.get_or_insert(row.number);
        }
        Ok(Settled { outcome, findings })
    }

    fn settle_draft(
        &mut self,
        row: &Row,
        draft: &Draft,
        marks: Marks,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        if let Some(id) = draft.record_id {
            return self.settle_named(row, draft, marks, id, findings);
        }
        if let Some(record) = self.set.seen.get(&marks.content).copied() {
            self.note_older_version(record, marks, findings);
            return Ok(RowOutcome::Unchanged);
        }
        if let Some((_, state)) = self.set.held.get(&marks.content).filter(|_| !self.settling) {
            // Judged rows stay judged: a refused one is not held again.
            let refused = state == "refused";
            findings.push(Finding::new(if refused { rules::JUDGED } else { rules::STILL_HELD }));
            return Ok(if refused { RowOutcome::Refused } else { RowOutcome::Held });
        }
        let Some(key) = marks.key else {
            findings.push(Finding::new(rules::KEY_INCOMPLETE));
            return self.hold_unless_person(row, draft, marks, findings);
        };
        // A doubtful row corrects nothing: what stands is not overwritten by what nobody can read.
        if row.held {
            return self.hold_unless_person(row, draft, marks, findings);
        }
        let link = self.judged(draft);
        findings.extend(link.findings().iter().cloned());
        if let Some(record) = self.set.keys.get(&key).copied() {
            return self.settle_known(row, draft, marks, (record, &link), findings);
        }
        match link {
            Link::Refused { findings: why } => Ok(refuse(findings, why)),
            Link::Held { .. } => self.hold(row, draft, marks, findings),
            Link::To { subject, rule, .. } => {
                self.accept(row, draft, marks, (subject, &rule), findings)
            }
            Link::New { provisional, .. } => {
                let subject = self.found_subject(draft, row.number, provisional);
                let rule = if provisional { "link.provisional" } else { "link.registered" };
                self.accept(row, draft, marks, (subject, rule), findings)
            }
        }
    }

    /// Whose a draft is.
    pub(super) fn judged(&self, draft: &Draft) -> Link {
        linker::judge(draft, &self.set.candidates(draft), self.terms)
    }

    /// Other content for a known record: a correction where it still speaks of the same subject.
    fn settle_known(
        &mut self,
        row: &Row,
        draft: &Draft,
        marks: Marks,
        (no, link): (RecordNo, &Link),
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let known = self.set.records.get(&no);
        let (linked, id) = (known.and_then(|one| one.subject), known.map(|one| one.public_id));
        match link {
            Link::Refused { findings: why } => Ok(refuse(findings, why.clone())),
            Link::To { subject, .. } if linked == Some(*subject) => {
                self.correct(row, draft, marks, no, findings)
            }
            Link::Held { .. } => self.hold(row, draft, marks, findings),
            Link::To { .. } | Link::New { .. } => {
                let id = id.map(|id| id.to_string()).unwrap_or_default();
                findings.push(Finding::new(rules::SUBJECT_DIFFERS).with("id", id));
                self.hold_unless_person(row, draft, marks, findings)
            }
        }
    }

    /// Version 1, version 2, version 1 again does not revert; it is said.
    fn note_older_version(&self, record: RecordNo, marks: Marks, findings: &mut Vec<Finding>) {
        if self.set.withdrawn.contains(&record) {
            findings.push(Finding::new(rules::WITHDRAWN));
            return;
        }
        let record = self.set.records.get(&record);
        if let Some(record) = record.filter(|record| record.content_mac != marks.content) {
            let id = record.public_id.to_string();
            findings.push(Finding::new(rules::OLDER_VERSION).with("id", id));
        }
    }

    /// Accepts a new record with its first link: to whom, and by which rule.
    pub(super) fn accept(
        &mut self,
        row: &Row,
        draft: &Draft,
        marks: Marks,
        (subject, rule): (SubjectNo, &str),
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let targets = match self.act_targets(draft, subject, findings)? {
            Ok(targets) => targets,
            Err(finding) => {
                findings.push(finding);
                return self.hold(row, draft, marks, findings);
            }
        };
        let Some(key) = marks.key else {
            return self.hold(row, draft, marks, findings);
        };
        let no = self.writer.new_record();
        let record = RecordRow {
            no,
            public_id: self.office.record_id(self.batch, row.number),
            catalogue: self.catalogue().id.clone(),
            source: self.terms.source.clone(),
            subject: Some(subject),
            decision: marks.decision,
            batch: self.batch,
            content_mac: marks.content,
        };
        let seq = self.next_seq();
        self.fresh.insert(no, self.entries.len());
        let body = self.body(&record, draft, row.number, rule);
        self.push(AboutNo::record(no), Kind::Received, body, row.number);
        self.set.keys.insert(key, no);
        self.remember(marks, no);
        if self.catalogue().nature == Nature::Registration {
            self.describe_subject(subject, draft, no);
        }
        self.set.records.insert(no, record.clone());
        let number = draft.document_number.clone();
        self.new_records.push(NewRecord { row: record, key, number });
        self.follow(draft, (no, subject), &targets, (seq, row.number))?;
        Ok(RowOutcome::Accepted)
    }

    /// Other content for a record that exists: a correction by whoever may make one.
    pub(super) fn correct(
        &mut self,
        row: &Row,
        draft: &Draft,
        marks: Marks,
        no: RecordNo,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let Some(mut record) = self.set.records.get(&no).cloned() else {
            return Err(gongxin_store::StoreError::Corrupt(format!("record {no}")).into());
        };
        let rulebook = &self.terms.rules.rulebook;
        if !rulebook.acts_for(&self.terms.source, &record.source, self.terms.today) {
            findings.push(Finding::new(rules::NOT_ITS_SUPPLIER));
            return self.hold(row, draft, marks, findings);
        }
        if self.set.withdrawn.contains(&no) {
            findings.push(Finding::new(rules::WITHDRAWN));
        }
        let subject = record.subject;
        let turn = match self.turn(draft, (no, subject))? {
            Ok(turn) => turn,
            Err(finding) => {
                findings.push(finding);
                return self.hold(row, draft, marks, findings);
            }
        };
        let seq = self.next_seq();
        let body = self.body(&record, draft, row.number, "");
        self.push(AboutNo::record(no), Kind::Corrected, body, row.number);
        record.content_mac = marks.content;
        if let Some(fresh) = self.new_records.iter_mut().find(|fresh| fresh.row.no == no) {
            fresh.row.content_mac = marks.content;
        } else {
            self.new_contents.insert(no, marks.content);
        }
        self.set.records.insert(no, record);
        self.remember(marks, no);
        self.refold.insert(no);
        self.fresh.remove(&no);
        if let (Nature::Registration, Some(subject)) = (self.catalogue().nature, subject) {
            self.describe_subject(subject, draft, no);
        }
        self.follow_correction(draft, (no, subject), &turn, (seq, row.number))?;
        Ok(RowOutcome::Corrected)
    }

    /// Holds a row for a person to judge; one about a person is refused, however doubtful the rest of
    /// it is.
    pub(super) fn hold_unless_person(
        &mut self,
        row: &Row,
        draft: &Draft,
        marks: Marks,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        match self.judged(draft) {
            // An act without a name concerns whom its decision does.
            Link::Refused { findings: why } if draft.claims.name.is_some() => {
                Ok(refuse(findings, why))
            }
            _ => self.hold(row, draft, marks, findings),
        }
    }

    pub(super) fn hold(
        &mut self,
        row: &Row,
        draft: &Draft,
        marks: Marks,
        findings: &[Finding],
    ) -> Result<RowOutcome, OfficeError> {
        let no = self.writer.new_held();
        let body = HeldBody { draft: draft.clone(), findings: findings.to_vec(), judgement: None };
        self.set.held.insert(marks.content, (no, "open".into()));
        self.new_held.push(HeldRow {
            no,
            batch: self.batch,
            row: row.number,
            catalogue: self.catalogue().id.clone(),
            source: self.terms.source.clone(),
            content_mac: marks.content,
            state: "open".into(),
            at: self.writer.now(),
            body: body.to_json()?,
        });
        Ok(RowOutcome::Held)
    }

    fn remember(&mut self, marks: Marks, no: RecordNo) {
        self.set.seen.insert(marks.content, no);
        self.new_seen.push((marks.content, no));
    }

    /// The place that the next entry gets.
    pub(crate) fn next_seq(&self) -> Seq {
        Seq(self.writer.next_seq().0 + i64::try_from(self.entries.len()).unwrap_or(0))
    }

    fn body(&self, record: &RecordRow, draft: &Draft, row: u64, ground: &str) -> Body {
        let subject = record.subject.and_then(|no| self.set.subjects.get(&no));
        let mut fields = draft.fields.clone();
        if draft.hold_publication {
            let value = Value::Text("personal-data".into());
            fields.push(Field { code: HOLD_FIELD.into(), value, written: None });
        }
        fields.sort_by(|left, right| left.code.cmp(&right.code));
        Body {
            subject: subject.map(|known| known.row.public_id),
            catalogue: Some(record.catalogue.clone()),
            source: Some(self.terms.source.clone()),
            batch: Some(self.batch),
            row: Some(row),
            actor: Some(self.terms.actor.clone()),
            ground: Some(ground.to_owned()).filter(|ground| !ground.is_empty()),
            fields,
            ..Body::about(About::Record(record.public_id))
        }
    }

    pub(crate) fn push(&mut self, about: AboutNo, kind: Kind, body: Body, row: u64) {
        let nth = u32::try_from(
            self.entries.iter().rev().take_while(|e| e.body.row == Some(row)).count(),
        );
        let salt = self.office.salt(Some(self.batch), row, nth.unwrap_or(u32::MAX));
        let adoption = (self.terms.rules.adoption.no, self.terms.rules.adoption.digest);
        self.entries.push(NewEntry { about, kind, adoption, body, salt });
    }
}

/// Refuses a person's row: the rule remains, and nothing that its cells came to.
pub(super) fn refuse(findings: &mut Vec<Finding>, why: Vec<Finding>) -> RowOutcome {
    *findings = why;
    RowOutcome::Refused
}

//! The settling of a chunk: rows in, outcomes out, and what is to be written. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_intake::RowOutcome;
use gongxin_model::{
    About, BatchNo, Body, Field, Finding, Instant, Kind, PublicId, RecordNo, Seq, SubjectNo, Value,
};
use gongxin_pack::{Catalogue, Nature};
use gongxin_seal::Mac;
use gongxin_standing::HOLD_FIELD;
use gongxin_store::{AboutNo, HeldRow, NewEntry, NewRecord, Next, Reader, RecordRow, Writer};

use super::acts::Acting;
use super::echo::Decided;
use super::hand_in::{HeldBody, Terms};
use super::register::Registry;
use super::replace::{Named, is_content};
use super::row::{Marks, Prepared, Row};
use super::working::WorkingSet;
use crate::linker::{self, Link};
use crate::rights::cases::settled;
use crate::texts as rules;
use crate::{Office, OfficeError};

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
    /// The record that the row became, is or corrects; looked for only where something was found.
    pub(crate) record: Option<PublicId>,
}

/// Where the settling of a chunk begins.
#[derive(Debug)]
pub(crate) struct Start {
    /// The numbers and the time that its transaction will give.
    pub(crate) next: Next,
    /// What is known of what is not committed yet.
    pub(crate) set: WorkingSet,
}

impl Start {
    /// The start of what a transaction settles itself.
    pub(crate) fn of(writer: &Writer<'_>) -> Self {
        Self { next: writer.next(), set: WorkingSet::default() }
    }

    /// The same for the first chunk of the next transaction.
    pub(super) fn committing(self) -> Self {
        Self { set: self.set.committing(), ..self }
    }

    /// The same at a time, if that is later.
    pub(super) fn not_before(self, now: Instant) -> Self {
        let next = Next { at: self.next.at.max(now), ..self.next };
        Self { next, ..self }
    }
}

/// The settling of one chunk, or of one row that was held.
pub(crate) struct Settlement<'t, 'r> {
    pub(crate) office: &'t Office,
    pub(crate) terms: &'t Terms,
    pub(crate) batch: BatchNo,
    pub(crate) reader: &'t mut Reader<'r>,
    pub(super) before: Next,
    pub(super) next: Next,
    pub(crate) set: WorkingSet,
    pub(crate) registry: Registry,
    pub(crate) acting: Acting<'t>,
    pub(crate) ids: Named,
    pub(super) decided: Decided,
    /// True where any case has settled anything; None until somebody asks.
    has_pins: Option<bool>,
    /// True where any case has ended or shielded a decision; None until somebody asks.
    pub(super) has_ends: Option<bool>,
    /// True while a row that was held is settled.
    pub(crate) settling: bool,
    /// True where a row asked for what the chunk before may have altered: this settling is worth
    /// nothing, and is done again when that chunk is committed.
    pub(super) outran: bool,
    pub(crate) entries: Vec<NewEntry>,
    pub(super) new_records: Vec<NewRecord>,
    pub(super) new_seen: Vec<(Mac, RecordNo)>,
    /// The content in force of records that were corrected.
    pub(super) new_contents: BTreeMap<RecordNo, Mac>,
    pub(super) new_held: Vec<HeldRow>,
    /// Keys that another record left behind, with the content that takes one over.
    pub(super) freed: Vec<(Mac, Mac)>,
    /// Records whose whole history must be folded again.
    pub(crate) refold: BTreeSet<RecordNo>,
    /// New records and the place of their entry among the new ones.
    pub(super) fresh: BTreeMap<RecordNo, usize>,
}

impl<'t, 'r> Settlement<'t, 'r> {
    pub(crate) fn new(
        office: &'t Office,
        terms: &'t Terms,
        batch: BatchNo,
        reader: &'t mut Reader<'r>,
        start: Start,
    ) -> Self {
        let Start { next, set } = start;
        Self {
            office,
            terms,
            batch,
            reader,
            before: next,
            next,
            set,
            registry: Registry::default(),
            acting: Acting::default(),
            ids: Named::default(),
            decided: Decided::new(),
            has_pins: None,
            has_ends: None,
            settling: false,
            outran: false,
            entries: Vec::new(),
            new_records: Vec::new(),
            new_seen: Vec::new(),
            new_contents: BTreeMap::new(),
            new_held: Vec::new(),
            freed: Vec::new(),
            refold: BTreeSet::new(),
            fresh: BTreeMap::new(),
        }
    }

    pub(crate) fn catalogue(&self) -> &'t Catalogue {
        &self.terms.catalogue
    }

    /// Settles all rows: what became of each.
    pub(crate) fn settle(&mut self, rows: &[Row]) -> Result<Vec<Settled>, OfficeError> {
        let drafts: Vec<&Prepared> = rows.iter().filter_map(|row| row.draft.as_ref()).collect();
        self.prepare(&drafts)?;
        rows.iter().map(|row| self.settle_row(row)).collect()
    }

    fn prepare(&mut self, drafts: &[&Prepared]) -> Result<(), OfficeError> {
        self.set.load(self.reader, drafts, self.terms)?;
        self.prepare_acts(drafts)?;
        self.prepare_echoes(drafts)?;
        self.prepare_ids(drafts)
    }

    /// Settles one row that was held: for the subject that a person named, or by the linker's
    /// judgement of today. Where it must stay held, nothing is to be written.
    pub(crate) fn settle_held(
        &mut self,
        row: &Row,
        judged: Option<(SubjectNo, &str)>,
    ) -> Result<Settling, OfficeError> {
        let Some(draft) = &row.draft else {
            return Ok(Settling::Stays);
        };
        self.settling = true;
        let mut marks = draft.marks;
        if judged.is_some() {
            // A person answers for it.
            marks.key = Some(marks.found_by());
        }
        let mut draft = draft.clone();
        draft.marks = marks;
        let draft = &draft;
        self.prepare(&[draft])?;
        if self.is_erased(draft) {
            return Ok(Settling::Stays);
        }
        let known = marks.key.is_none_or(|key| self.set.keyed(key).is_some());
        let mut findings = Vec::new();
        // An id that is nobody's corrects nothing: a person may judge whose the row is all the same.
        let corrects = draft.record_id.is_some_and(|id| self.ids.knows(id));
        let outcome = match judged {
            // A person judges whose a new record is; what a correction says is its source's.
            Some(_) if known || corrects => return Ok(Settling::Stays),
            Some((subject, reason)) => {
                self.set.load_known(self.reader, vec![subject])?;
                let rule = format!("judgement: {reason}");
                self.accept(row, draft, marks, (subject, &rule), &mut findings)?
            }
            None if known || draft.record_id.is_some() => {
                self.settle_draft(row, draft, &mut findings)?
            }
            None => match self.judged(draft) {
                // What another platform says of a record of ours stays for a person to judge.
                link if self.repeated(draft, &link).is_some() => return Ok(Settling::Stays),
                Link::To { subject, rule, .. } => {
                    self.accept(row, draft, marks, (subject, &rule), &mut findings)?
                }
                _ => return Ok(Settling::Stays),
            },
        };
        Ok(match outcome {
            RowOutcome::Accepted => {
                let made = self.new_records.first().map(|record| record.row.no);
                made.map_or(Settling::Stays, Settling::Made)
            }
            RowOutcome::Corrected => Settling::Corrected,
            _ => Settling::Stays,
        })
    }

    fn settle_row(&mut self, row: &Row) -> Result<Settled, OfficeError> {
        let mut findings = row.findings.clone();
        let Some(draft) = &row.draft else {
            return Ok(Settled { outcome: RowOutcome::Refused, findings, record: None });
        };
        let outcome = self.settle_draft(row, draft, &mut findings)?;
        for finding in findings.iter_mut().filter(|finding| finding.row.is_none()) {
            finding.row = Some(row.number);
            if let Some(part) = &row.part {
                part.place(finding);
            }
        }
        let record = if findings.is_empty() { None } else { self.record_of(draft, outcome) };
        Ok(Settled { outcome, findings, record })
    }

    /// The record that a settled row is about.
    fn record_of(&self, draft: &Prepared, outcome: RowOutcome) -> Option<PublicId> {
        let found = match outcome {
            RowOutcome::Held | RowOutcome::Refused => None,
            _ => self.set.seen(draft.marks.content).and_then(|no| self.set.record(no)),
        };
        found.map(|record| record.public_id).or(draft.record_id)
    }

    fn settle_draft(
        &mut self,
        row: &Row,
        draft: &Prepared,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let marks = draft.marks;
        if self.is_erased(draft) {
            return Ok(refuse(findings, vec![Finding::new(rules::ERASED)]));
        }
        if let Some(id) = draft.record_id {
            return self.settle_named(row, draft, id, findings);
        }
        if let Some(record) = self.set.seen(marks.content) {
            self.note_older_version(record, marks, findings);
            return Ok(RowOutcome::Unchanged);
        }
        if let Some((_, state)) = self.set.held(marks.content).filter(|_| !self.settling) {
            return Ok(held_as_before(state, findings));
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
        if let Some(record) = self.set.keyed(key).or_else(|| self.repeated(draft, &link)) {
            return self.settle_known(row, draft, (record, &link), findings);
        }
        if draft.patch && !matches!(link, Link::Refused { .. }) {
            findings.push(Finding::new(rules::PATCH_UNKNOWN));
            return self.hold_unless_person(row, draft, marks, findings);
        }
        match link {
            Link::Refused { findings: why } => Ok(refuse(findings, why)),
            Link::Held { .. } => self.hold(row, draft, marks, findings),
            Link::To { subject, rule, .. } => {
                self.accept(row, draft, marks, (subject, &rule), findings)
            }
            Link::New { provisional, .. } => {
                // An act that reaches nothing is about nobody yet: it waits, and nobody is made.
                let next = SubjectNo(self.next.subject);
                if let Err(finding) = self.act_targets(draft, next, &mut Vec::new())? {
                    findings.retain(|one| one.rule != gongxin_subject::rules::PROVISIONAL.id);
                    findings.push(finding);
                    return self.hold(row, draft, marks, findings);
                }
                let subject = self.found_subject(draft, provisional);
                let rule = if provisional { "link.provisional" } else { "link.registered" };
                self.accept(row, draft, marks, (subject, rule), findings)
            }
        }
    }

    /// True for what was erased by law: its key, its content, or the record that it names.
    fn is_erased(&self, draft: &Prepared) -> bool {
        let marks = draft.marks;
        let found = [
            self.set.keyed(marks.found_by()),
            self.set.seen(marks.content),
            draft.record_id.and_then(|id| self.ids.record(id)),
        ];
        found.into_iter().flatten().any(|no| self.set.is_erased(no))
    }

    /// Whose a draft is.
    pub(super) fn judged(&self, draft: &Prepared) -> Link {
        let adverse = self.catalogue().is_adverse(&draft.fields);
        linker::judge(&draft.claims, &self.set.candidates(draft), (self.terms, adverse))
    }

    /// Other content for a known record: a correction where it still speaks of the same subject.
    fn settle_known(
        &mut self,
        row: &Row,
        draft: &Prepared,
        (no, link): (RecordNo, &Link),
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let marks = draft.marks;
        let known = self.set.record(no);
        let (linked, id) = (known.and_then(|one| one.subject), known.map(|one| one.public_id));
        match link {
            Link::Refused { findings: why } => Ok(refuse(findings, why.clone())),
            Link::To { subject, .. } if self.is_echo(no)? => {
                self.settle_echo(row, draft, (no, Some(*subject)), findings)
            }
            Link::To { subject, .. } if linked == Some(*subject) && draft.patch => {
                self.settle_patch(row, draft, no, findings)
            }
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
        if self.set.is_withdrawn(record) {
            findings.push(Finding::new(rules::WITHDRAWN));
            return;
        }
        let record = self.set.record(record);
        if let Some(record) = record.filter(|record| record.content_mac != marks.content) {
            let id = record.public_id.to_string();
            findings.push(Finding::new(rules::OLDER_VERSION).with("id", id));
        }
    }

    /// Accepts a new record with its first link: to whom, and by which rule.
    pub(super) fn accept(
        &mut self,
        row: &Row,
        draft: &Prepared,
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
        let no = self.next.new_record();
        let record = RecordRow {
            no,
            public_id: self.office.key().record_id(no),
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
        self.new_seen.push((marks.content, no));
        self.set.keep_record(record.clone(), Some(key));
        if self.catalogue().nature == Nature::Registration {
            self.describe_subject(subject, draft, no);
        }
        self.new_records.push(NewRecord { row: record, key, number: marks.number });
        self.follow(draft, (no, subject), &targets, (seq, row.number))?;
        Ok(RowOutcome::Accepted)
    }

    /// Other content for a record that exists: a correction by whoever may make one.
    pub(super) fn correct(
        &mut self,
        row: &Row,
        draft: &Prepared,
        marks: Marks,
        no: RecordNo,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let Some(mut record) = self.set.record(no).cloned() else {
            return Err(gongxin_store::StoreError::Corrupt(format!("record {no}")).into());
        };
        if !self.may_correct(no, &record.source)? {
            findings.push(Finding::new(rules::NOT_ITS_SUPPLIER));
            return self.hold(row, draft, marks, findings);
        }
        if self.set.is_withdrawn(no) {
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
        let pins = match self.pins(draft, no)? {
            Ok(pins) => pins,
            Err(finding) => {
                findings.push(finding);
                return self.hold(row, draft, marks, findings);
            }
        };
        let seq = self.next_seq();
        let mut body = self.body(&record, draft, row.number, "");
        body.fields.extend(pins);
        body.fields.sort_by(|left, right| left.code.cmp(&right.code));
        self.push(AboutNo::record(no), Kind::Corrected, body, row.number);
        record.content_mac = marks.content;
        if let Some(fresh) = self.new_records.iter_mut().find(|fresh| fresh.row.no == no) {
            fresh.row.content_mac = marks.content;
        } else {
            self.new_contents.insert(no, marks.content);
        }
        self.new_seen.push((marks.content, no));
        self.set.keep_record(record, None);
        self.refold.insert(no);
        self.fresh.remove(&no);
        if let (Nature::Registration, Some(subject)) = (self.catalogue().nature, subject) {
            self.describe_subject(subject, draft, no);
        }
        self.follow_correction(draft, (no, subject), &turn, (seq, row.number))?;
        Ok(RowOutcome::Corrected)
    }

    /// What a case has settled of a record, for the content that comes; a finding where that says
    /// otherwise.
    pub(super) fn pins(
        &mut self,
        draft: &Prepared,
        no: RecordNo,
    ) -> Result<Result<Option<Field>, Finding>, OfficeError> {
        let pinned = match self.has_pins {
            Some(has) => has,
            None => self.reader.counter(settled::PINS)? > 0,
        };
        self.has_pins = Some(pinned);
        if !pinned {
            return Ok(Ok(None));
        }
        self.outran |= self.set.is_ahead(no, None);
        let past = self.past(no)?;
        let content = past.iter().rev().find(|past| is_content(past.kind));
        let Some(content) = content.and_then(|past| past.body.as_ref()) else {
            return Ok(Ok(None));
        };
        let differs = |settled: &&&Field| {
            let own = draft.fields.iter().find(|field| field.code == settled.code);
            own.is_none_or(|own| own.value != settled.value)
        };
        let settled = settled::pinned(&content.fields);
        let codes: Vec<&str> =
            settled.iter().filter(differs).map(|one| one.code.as_str()).collect();
        if !codes.is_empty() {
            return Ok(Err(Finding::new(rules::SETTLED).with("fields", codes.join("、"))));
        }
        Ok(Ok(content.field(settled::PINNED_FIELD).cloned()))
    }

    /// Holds a row for a person to judge; one about a person is refused, however doubtful the rest of
    /// it is.
    pub(super) fn hold_unless_person(
        &mut self,
        row: &Row,
        draft: &Prepared,
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
        draft: &Prepared,
        marks: Marks,
        findings: &[Finding],
    ) -> Result<RowOutcome, OfficeError> {
        let no = self.next.new_held();
        let body = HeldBody {
            draft: draft.draft().clone(),
            findings: findings.to_vec(),
            judgement: None,
            unlike: Vec::new(),
        };
        self.set.keep_held(marks.content, (no, "open".into()));
        self.new_held.push(HeldRow {
            no,
            batch: self.batch,
            row: row.number,
            catalogue: self.catalogue().id.clone(),
            source: self.terms.source.clone(),
            content_mac: marks.content,
            state: "open".into(),
            at: self.next.at,
            body: body.to_json()?,
        });
        Ok(RowOutcome::Held)
    }

    /// The place that the next entry gets.
    pub(crate) fn next_seq(&self) -> Seq {
        Seq(self.next.seq + i64::try_from(self.entries.len()).unwrap_or(0))
    }

    fn body(&self, record: &RecordRow, draft: &Prepared, row: u64, ground: &str) -> Body {
        let subject = record.subject.and_then(|no| self.set.subject(no));
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

/// Says of a row that waits already, or was judged. Judged rows stay judged: a refused one is not
/// held again.
pub(super) fn held_as_before(state: &str, findings: &mut Vec<Finding>) -> RowOutcome {
    let refused = state == "refused";
    findings.push(Finding::new(if refused { rules::JUDGED } else { rules::STILL_HELD }));
    if refused { RowOutcome::Refused } else { RowOutcome::Held }
}

/// Refuses a person's row: the rule remains, and nothing that its cells came to.
pub(super) fn refuse(findings: &mut Vec<Finding>, why: Vec<Finding>) -> RowOutcome {
    *findings = why;
    RowOutcome::Refused
}

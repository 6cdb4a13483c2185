//! What another platform hands down: our own records that come back are not new, and correct nothing.

use std::collections::BTreeMap;

use gongxin_intake::RowOutcome;
use gongxin_model::{Body, Field as Value, Finding, RecordNo, SubjectNo};
use gongxin_pack::{Field, Role, Visibility, fold};
use gongxin_seal::Mac;
use gongxin_store::RecordRow;

use super::replace::{Past, is_content};
use super::row::{Prepared, Row};
use super::settle::Settlement;
use crate::OfficeError;
use crate::linker::Link;
use crate::texts as rules;

/// The records of the decisions that rows of another platform are about.
pub(crate) type Decided = BTreeMap<Mac, Vec<RecordRow>>;

impl Settlement<'_, '_> {
    /// True where another platform hands in.
    pub(crate) fn is_from_peer(&self) -> bool {
        self.terms.rules.rulebook.is_peer(&self.terms.source)
    }

    /// Looks up the records of the drafts' decisions, where another platform hands in: its row may
    /// name the organisation by another code than ours did.
    pub(crate) fn prepare_echoes(&mut self, drafts: &[&Prepared]) -> Result<(), OfficeError> {
        if !self.is_from_peer() {
            return Ok(());
        }
        let decisions = drafts.iter().filter_map(|draft| draft.marks.decision).collect();
        for record in self.reader.records_of_decisions(&decisions)? {
            let same_class = record.catalogue == self.catalogue().id;
            if let Some(decision) = record.decision.filter(|_| same_class) {
                self.decided.entry(decision).or_default().push(record);
            }
        }
        Ok(())
    }

    /// The record of the same decision about the same subject that a body here handed in, under
    /// whatever key.
    pub(super) fn repeated(&mut self, draft: &Prepared, link: &Link) -> Option<RecordNo> {
        let Link::To { subject, .. } = link else {
            return None;
        };
        let found = self.decided.get(&draft.marks.decision?)?;
        let ours = |record: &&RecordRow| {
            record.subject == Some(*subject) && record.source != self.terms.source
        };
        let record = found.iter().find(ours)?.clone();
        let no = record.no;
        self.set.keep_found(record);
        Some(no)
    }

    /// Who answers for what a record says: of one that another platform handed down, whoever said
    /// its present content.
    pub(super) fn supplier(&mut self, no: RecordNo, source: &str) -> Result<String, OfficeError> {
        if !self.terms.rules.rulebook.is_peer(source) {
            return Ok(source.to_owned());
        }
        self.outran |= self.set.is_ahead(no, None);
        let past = self.past(no)?;
        let content = past.iter().rev().find(|past| is_content(past.kind));
        let supplier = content.and_then(|past| past.body.as_ref()?.source.clone());
        Ok(supplier.unwrap_or_else(|| source.to_owned()))
    }

    /// True if the source that hands in may correct a record: its supplier, whoever took over from
    /// it, or a body here where so far only another platform spoke.
    pub(super) fn may_correct(&mut self, no: RecordNo, source: &str) -> Result<bool, OfficeError> {
        let supplier = self.supplier(no, source)?;
        let rulebook = &self.terms.rules.rulebook;
        let takes_over = rulebook.is_peer(&supplier) && !self.is_from_peer();
        Ok(takes_over || rulebook.acts_for(&self.terms.source, &supplier, self.terms.today))
    }

    /// True where a row of another platform is about a record that a body here answers for.
    pub(super) fn is_echo(&mut self, no: RecordNo) -> Result<bool, OfficeError> {
        if !self.is_from_peer() {
            return Ok(false);
        }
        let source = self.set.record(no).map(|record| record.source.clone()).unwrap_or_default();
        Ok(!self.may_correct(no, &source)?)
    }

    /// Our own record that comes back: unchanged where it says what was said here once, else held.
    pub(super) fn settle_echo(
        &mut self,
        row: &Row,
        draft: &Prepared,
        (no, subject): (RecordNo, Option<SubjectNo>),
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        let id = self.set.record(no).map(|record| record.public_id.to_string()).unwrap_or_default();
        if self.set.record(no).and_then(|record| record.subject) != subject {
            findings.push(Finding::new(rules::SUBJECT_DIFFERS).with("id", id));
            return self.hold_unless_person(row, draft, draft.marks, findings);
        }
        let past = self.past(no)?;
        let contents = past.iter().rev().filter(|past| is_content(past.kind));
        let mut differing = Vec::new();
        for body in contents.filter_map(|past: &Past| past.body.as_ref()) {
            let fields = self.differences(draft, body);
            if fields.is_empty() {
                findings.push(Finding::new(rules::ECHO).with("id", id));
                if self.set.is_withdrawn(no) {
                    findings.push(Finding::new(rules::WITHDRAWN));
                }
                return Ok(RowOutcome::Unchanged);
            }
            if differing.is_empty() {
                differing = fields;
            }
        }
        let fields = differing.join("、");
        findings.push(Finding::new(rules::ECHO_DIFFERS).with("id", id).with("fields", fields));
        self.hold_unless_person(row, draft, draft.marks, findings)
    }

    /// The names of the fields in which a row says something else than a content does. What either
    /// leaves out is no difference.
    fn differences(&self, draft: &Prepared, body: &Body) -> Vec<String> {
        let compared = |field: &&Field| {
            field.visibility <= Visibility::Shared && !field.role.is_some_and(is_about_whom)
        };
        let differs = |field: &&Field| {
            let theirs = draft.fields.iter().find(|value| value.code == field.code);
            let ours = body.field(&field.code);
            theirs.zip(ours).is_some_and(|(theirs, ours)| {
                theirs.value != ours.value
                    && self.as_sent(field, theirs) != self.as_sent(field, ours)
            })
        };
        let fields = self.terms.catalogue.fields.iter();
        fields.filter(compared).filter(differs).map(|field| field.name.zh.clone()).collect()
    }

    /// A value in the form in which it goes up, without what writing it otherwise alters.
    fn as_sent(&self, field: &Field, value: &Value) -> String {
        let rulebook = &self.terms.rules.rulebook;
        let values: Vec<&str> = value.value.all().iter().map(AsRef::as_ref).collect();
        let column = rulebook.upload_of(&self.terms.catalogue.id).and_then(|(layout, file)| {
            let column = file.columns.iter().find(|column| column.code() == field.code)?;
            Some((layout, column))
        });
        let text = match column {
            Some((layout, column)) => {
                let written = value.written.as_deref();
                rulebook.upload_cell(layout, (field, column), (&values, written))
            }
            None => values.join("；"),
        };
        fold(&text)
    }
}

/// Fields that say whose a record is, which is the linker's to judge, or who passed it on.
fn is_about_whom(role: Role) -> bool {
    let is_of_supply =
        matches!(role, Role::SourceName | Role::SourceCode | Role::RecordId | Role::Note);
    role.is_of_counterpart() || is_of_supply
}

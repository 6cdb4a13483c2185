//! Rows that state only some fields of a registration that is here.

use gongxin_intake::RowOutcome;
use gongxin_model::{Finding, RecordNo};
use gongxin_pack::Role;

use super::replace::is_content;
use super::row::{Prepared, Row};
use super::settle::Settlement;
use crate::OfficeError;
use crate::derive::value;
use crate::texts as rules;

impl Settlement<'_, '_> {
    /// Corrects a registration by what the row states; what it leaves out stays as it was.
    pub(super) fn settle_patch(
        &mut self,
        row: &Row,
        draft: &Prepared,
        no: RecordNo,
        findings: &mut Vec<Finding>,
    ) -> Result<RowOutcome, OfficeError> {
        self.outran |= self.set.is_ahead(no, None);
        let past = self.past(no)?;
        let content = past.iter().rev().find(|past| is_content(past.kind));
        let Some(content) = content.and_then(|past| past.body.as_ref()) else {
            findings.push(Finding::new(rules::PATCH_UNKNOWN));
            return self.hold(row, draft, draft.marks, findings);
        };
        let mut whole = draft.draft().clone();
        whole.patch = false;
        if whole.claims.name.is_none() {
            let name = value(content, self.catalogue(), Role::CounterpartName);
            whole.claims.name = name.map(str::to_owned);
        }
        for field in &content.fields {
            if whole.fields.iter().all(|own| own.code != field.code) {
                whole.fields.push(field.clone());
            }
        }
        whole.fields.sort_by(|left, right| left.code.cmp(&right.code));
        let whole = Prepared::of(whole, self.office.key(), self.terms);
        let known = self.set.record(no).is_some_and(|one| one.content_mac == whole.marks.content);
        if known {
            return Ok(RowOutcome::Unchanged);
        }
        self.correct(row, &whole, whole.marks, no, findings)
    }
}

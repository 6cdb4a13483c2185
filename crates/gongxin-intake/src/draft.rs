//! What a row becomes when it may become a record.

use std::sync::Arc;

use gongxin_model::code::CodeKind;
use gongxin_model::{CompactString, Day, Field, Finding, PublicId, Severity};
use serde::{Deserialize, Serialize};

/// A sheet of a workbook or a member of an archive, in a file that has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The number of the last row before it.
    pub before: u64,
}

impl Part {
    /// Says of a finding where in the part it is: its row as the supplier counts there.
    pub fn place(&self, finding: &mut Finding) {
        finding.row = finding.row.map(|row| row.saturating_sub(self.before));
        finding.part = Some(self.name.clone());
    }
}

/// One row after its checks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedRow {
    /// The row as the supplier counts; in a file of several parts it goes on from part to part, so
    /// that no number stands twice in a hand-in.
    pub number: u64,
    /// The part, in a file of several. Findings count the rows of their part.
    #[serde(skip)]
    pub part: Option<Arc<Part>>,
    /// What it became.
    pub outcome: Outcome,
    /// What was found. Of a row about a person only the row and the rule.
    pub findings: Vec<Finding>,
}

impl CheckedRow {
    /// The same row in a part.
    pub(crate) fn stand_in(&mut self, part: Option<&Arc<Part>>) {
        if let Some(part) = part {
            self.findings.iter_mut().for_each(|finding| part.place(finding));
            self.part = Some(Arc::clone(part));
        }
    }

    /// True where a finding wants a person to judge before the row is linked.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self.outcome, Outcome::Ready(_))
            && self.findings.iter().any(|finding| finding.severity >= Severity::Doubt)
    }
}

/// What a row became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It can be linked, or held where [`CheckedRow::is_held`].
    Ready(Box<Draft>),
    /// It is refused; nothing of it is kept.
    Refused,
}

/// A record in the making.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The filled fields, sorted by code, each code once.
    pub fields: Vec<Field>,
    /// What the row says about whose record it is.
    pub claims: Claims,
    /// The kind of counterpart.
    pub category: Category,
    /// The values of the key's fields in the catalogue's order; none where a part is empty.
    pub key_parts: Option<Vec<CompactString>>,
    /// The values of the decision's fields; none where a part is empty or the catalogue has none.
    pub decision_parts: Option<Vec<CompactString>>,
    /// The document number in the form for comparing.
    pub document_number: Option<String>,
    /// The day of the decision.
    pub decided_on: Option<Day>,
    /// The name of the authority that decided, as it stands in the row.
    pub authority: Option<String>,
    /// True where the text may name a person: into the archive, but not published before a
    /// steward looked at it.
    pub hold_publication: bool,
    /// The record that the row corrects, where a corrected workbook carries its id.
    pub record_id: Option<PublicId>,
    /// True where it states only some fields of a registration that is here.
    #[serde(default)]
    pub patch: bool,
}

/// The kind of counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// 法人及非法人组织
    Organisation,
    /// 个体工商户
    IndividualBusiness,
    /// The row does not say.
    #[default]
    Unstated,
}

/// What a row says about whose record it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The name as written, blanks at its ends gone.
    pub name: Option<String>,
    /// The identifiers, in the order of the catalogue's fields.
    pub identifiers: Vec<Identifier>,
}

/// One identifier of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// The kind that the code is, whatever column it stands in.
    pub kind: CodeKind,
    /// The code in normal form.
    pub code: CompactString,
    /// True where nothing in the standard speaks against it.
    pub sound: bool,
    /// The field it stands in.
    pub field: CompactString,
}

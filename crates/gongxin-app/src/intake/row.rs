//! A row as it comes to the desk: checked, and with all that follows from its own words alone.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use gongxin_intake::draft::{CheckedRow, Draft, Outcome, Part};
use gongxin_model::text::normalise_document_number;
use gongxin_model::{Field, Finding, Value};
use gongxin_pack::Catalogue;
use gongxin_seal::{InstanceKey, Mac, NumberMark, beside};
use gongxin_subject::{Claims, Probes};

use super::hand_in::Terms;
use crate::linker;

/// A row as intake left it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The row as the supplier counts.
    pub(crate) number: u64,
    /// The part of the file, where it has several.
    pub(crate) part: Option<Arc<Part>>,
    /// The draft; None where intake refused it.
    pub(crate) draft: Option<Prepared>,
    /// What intake found.
    pub(crate) findings: Vec<Finding>,
    /// True where a finding wants a person to judge.
    pub(crate) held: bool,
}

impl Row {
    /// The row that intake checked.
    pub(crate) fn of(checked: CheckedRow, key: &InstanceKey, terms: &Terms) -> Self {
        let held = checked.is_held();
        let draft = match checked.outcome {
            Outcome::Ready(draft) => Some(Prepared::of(*draft, key, terms)),
            Outcome::Refused => None,
        };
        Self { number: checked.number, part: checked.part, draft, findings: checked.findings, held }
    }
}

/// A draft, what it is recognised by, and what it is looked up by: made once, beside the reading.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    draft: Draft,
    /// What its record is recognised by.
    pub(crate) marks: Marks,
    /// Its claims in the linker's words.
    pub(crate) claims: Claims,
    /// What decides whose it is.
    pub(crate) probes: Probes,
}

impl Deref for Prepared {
    type Target = Draft;

    fn deref(&self) -> &Draft {
        &self.draft
    }
}

impl Prepared {
    pub(crate) fn of(draft: Draft, key: &InstanceKey, terms: &Terms) -> Self {
        let marks = Marks::of(&draft, key, terms);
        let claims = linker::claims(&draft, terms);
        let probes = gongxin_subject::probes(&claims);
        Self { draft, marks, claims, probes }
    }

    /// The draft itself, as a held row keeps it.
    pub(crate) fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The codes by which it is looked up.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &str> {
        self.probes.codes.iter().map(|(_, code)| code.as_str())
    }
}

/// What a record is recognised by: keyed digests of key, content and decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Its key, where no part of it is empty.
    pub(crate) key: Option<Mac>,
    /// Its content under its key.
    pub(crate) content: Mac,
    /// The key that a judgement gives it where it has none: what cannot be told apart by its
    /// number is itself alone.
    pub(super) judged: Mac,
    /// Its decision, where it has one.
    pub(crate) decision: Option<Mac>,
    /// What its document number is found by, or its decision, where the key does not begin with it.
    pub(super) number: Option<NumberMark>,
}

impl Marks {
    pub(crate) fn of(draft: &Draft, key: &InstanceKey, terms: &Terms) -> Self {
        let number = number(key, draft);
        let in_key = number.filter(|_| terms.catalogue.is_keyed_by_number());
        let record = key_beside(key, &terms.catalogue, draft, in_key);
        // A decision is one act whatever catalogue speaks of it.
        let decision = draft.decision_parts.as_ref().map(|parts| {
            let parts = parts.iter().map(|part| part.as_bytes());
            beside(key.mac("gongxin/decision", parts), number)
        });
        let content = content_mac(key, (&terms.catalogue.id, &terms.source), &draft.fields);
        let judged = match record {
            Some(record) => record,
            None => beside(key.mac("gongxin/record-key/judged", [content]), in_key),
        };
        let of_decision = || decision.as_ref().and_then(|mac| mac.first_chunk().copied());
        let number = if in_key.is_some() { None } else { number.or_else(of_decision) };
        Self { key: record, content, judged, decision, number }
    }

    /// The key under which a record of these marks is found, its own or the one of a judgement.
    pub(crate) fn found_by(&self) -> Mac {
        self.judged
    }
}

/// The keyed digest of a content: what a catalogue and a source say by these fields.
pub(crate) fn content_mac(
    key: &InstanceKey,
    (catalogue, source): (&str, &str),
    fields: &[Field],
) -> Mac {
    let fields = fields.iter().flat_map(|field| {
        let value = match &field.value {
            Value::Text(text) => Cow::Borrowed(text.as_bytes()),
            Value::List(list) => Cow::Owned(list.join("\u{1f}").into_bytes()),
        };
        let written = field.written.as_deref().unwrap_or_default();
        [Cow::Borrowed(field.code.as_bytes()), value, Cow::Borrowed(written.as_bytes())]
    });
    let content = [catalogue.as_bytes(), source.as_bytes()].into_iter().map(Cow::Borrowed);
    key.mac("gongxin/content", content.chain(fields))
}

/// The keyed digest of what identifies a record of a catalogue.
pub(crate) fn record_key(key: &InstanceKey, catalogue: &Catalogue, draft: &Draft) -> Option<Mac> {
    let number = if catalogue.is_keyed_by_number() { number(key, draft) } else { None };
    key_beside(key, catalogue, draft, number)
}

fn key_beside(
    key: &InstanceKey,
    catalogue: &Catalogue,
    draft: &Draft,
    number: Option<NumberMark>,
) -> Option<Mac> {
    let parts = draft.key_parts.as_ref()?.iter().map(|part| part.as_bytes());
    let parts = std::iter::once(catalogue.id.as_bytes()).chain(parts);
    Some(beside(key.mac("gongxin/record-key", parts), number))
}

fn number(key: &InstanceKey, draft: &Draft) -> Option<NumberMark> {
    let number = draft.document_number.as_deref().map(normalise_document_number);
    number.map(|number| key.number_mark(&number))
}

//! Which records go together: what tells of one of them tells of it as well.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::text::normalise_document_number;
use gongxin_model::{Body, Field, Kind, RecordNo, Seq};
use gongxin_pack::{Catalogue, EffectiveRulebook, Nature, Role};
use gongxin_seal::InstanceKey;
use gongxin_store::{Reader, RecordRow, StoredEntry};

use crate::OfficeError;
use crate::acts::text;
use crate::derive::histories;
use crate::rights::cases::settled;

/// A record with its entries.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) row: RecordRow,
    pub(super) history: Vec<StoredEntry>,
}

impl Whole {
    /// What it ever said.
    pub(super) fn contents(&self) -> impl Iterator<Item = &Body> {
        let contents = self.history.iter().filter(|entry| is_content(entry.kind));
        contents.filter_map(|entry| entry.body.as_ref())
    }

    /// The normal forms of what it ever said in the field with a role.
    pub(super) fn numbers(&self, rulebook: &EffectiveRulebook, role: Role) -> BTreeSet<String> {
        let Some(catalogue) = rulebook.catalogue(&self.row.catalogue) else {
            return BTreeSet::new();
        };
        let number = |body: &Body| number(catalogue, &body.fields, role);
        self.contents().filter_map(number).collect()
    }

    fn says_what(&self, other: &Self) -> bool {
        let is_same = |one: &Body, two: &Body| own_fields(one) == own_fields(two);
        self.row.catalogue == other.row.catalogue
            && self.row.source == other.row.source
            && self.contents().any(|one| other.contents().any(|two| is_same(one, two)))
    }

    /// True where one of the two was withdrawn because the other took its place.
    fn replaces(&self, other: &Self) -> bool {
        let withdrawn = |of: &Self, by: &Self| {
            let places: BTreeSet<Seq> = by.history.iter().map(|entry| entry.seq).collect();
            let mut bodies = of.history.iter().filter(|entry| entry.kind == Kind::Withdrawn);
            bodies.any(|entry| {
                let causes = entry.body.as_ref().map_or(&[][..], |body| &body.causes);
                causes.iter().any(|cause| places.contains(cause))
            })
        };
        withdrawn(self, other) || withdrawn(other, self)
    }
}

pub(super) fn is_content(kind: Kind) -> bool {
    matches!(kind, Kind::Received | Kind::Corrected)
}

/// A document's number in the form for comparing.
pub(super) fn number(catalogue: &Catalogue, fields: &[Field], role: Role) -> Option<String> {
    let number = normalise_document_number(&text(catalogue, fields, role)?);
    Some(number).filter(|number| !number.is_empty())
}

fn own_fields(body: &Body) -> Vec<&Field> {
    body.fields.iter().filter(|field| !settled::is_platforms(field)).collect()
}

/// The records asked for that are not erased yet, and those that tell of them alone: what replaced
/// one or was replaced by it, what says the same, acts that name no other decision.
pub(super) fn family(
    reader: &mut Reader<'_>,
    (rulebook, key): (&EffectiveRulebook, &InstanceKey),
    asked: &[RecordNo],
) -> Result<Vec<Whole>, OfficeError> {
    let mut found = wholes(reader, asked.iter().copied().collect())?;
    loop {
        let around = around(reader, (rulebook, key), &found)?;
        let joining: Vec<RecordNo> = around
            .values()
            .filter(|one| joins(rulebook, one, &found, &around))
            .map(|one| one.row.no)
            .collect();
        if joining.is_empty() {
            return Ok(found.into_values().collect());
        }
        found.extend(around.into_iter().filter(|(no, _)| joining.contains(no)));
    }
}

/// What of records there is that was not erased.
fn wholes(
    reader: &mut Reader<'_>,
    numbers: BTreeSet<RecordNo>,
) -> Result<BTreeMap<RecordNo, Whole>, OfficeError> {
    let numbers: Vec<RecordNo> = numbers.into_iter().collect();
    let erased = reader.erased(&numbers)?;
    let rows = reader.records(numbers.iter().map(|no| no.0).collect())?;
    let mut histories = histories(reader, &numbers)?;
    let left = rows.into_iter().filter(|row| !erased.contains(&row.no));
    let whole = |row: RecordRow| {
        let history = histories.remove(&row.no).unwrap_or_default();
        (row.no, Whole { row, history })
    };
    Ok(left.map(whole).collect())
}

/// The other records of the same subjects, and those with the same document numbers.
fn around(
    reader: &mut Reader<'_>,
    (rulebook, key): (&EffectiveRulebook, &InstanceKey),
    found: &BTreeMap<RecordNo, Whole>,
) -> Result<BTreeMap<RecordNo, Whole>, OfficeError> {
    let subjects: BTreeSet<_> = found.values().filter_map(|one| one.row.subject).collect();
    let mut numbers = BTreeSet::new();
    for subject in subjects {
        numbers.extend(reader.standings_of(subject)?.into_iter().map(|row| row.record));
    }
    let documents = found.values().flat_map(|one| one.numbers(rulebook, Role::DocumentNumber));
    let marks = documents.map(|number| key.number_mark(&number)).collect();
    numbers.extend(reader.records_by_number(&marks)?.into_iter().map(|(_, no)| no));
    numbers.retain(|no| !found.contains_key(no));
    wholes(reader, numbers)
}

fn joins(
    rulebook: &EffectiveRulebook,
    one: &Whole,
    found: &BTreeMap<RecordNo, Whole>,
    around: &BTreeMap<RecordNo, Whole>,
) -> bool {
    if found.values().any(|other| one.replaces(other) || one.says_what(other)) {
        return true;
    }
    let is_act = |catalogue: &&Catalogue| catalogue.nature == Nature::Act;
    let Some(catalogue) = rulebook.catalogue(&one.row.catalogue).filter(is_act) else {
        return false;
    };
    let named = one.numbers(rulebook, Role::TargetDocumentNumber);
    let targets = catalogue.act.as_ref().map_or(&[][..], |rule| &rule.targets);
    let is_meant = |other: &Whole| {
        targets.contains(&other.row.catalogue)
            && !other.numbers(rulebook, Role::DocumentNumber).is_disjoint(&named)
    };
    let is_of_others = |other: &Whole| other.row.no != one.row.no && is_meant(other);
    found.values().any(is_meant) && !around.values().any(is_of_others)
}

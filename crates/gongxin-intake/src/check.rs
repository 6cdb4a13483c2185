//! One row: person or not, every cell into its form, the checks across fields, the key.

use std::borrow::Cow;

use gongxin_model::text::normalise_name;
use gongxin_model::{CompactString, Day, Field, Finding, Rule, Severity, Value, format_compact};
use gongxin_pack::{FieldType, Personal, Role};

use crate::draft::{Category, CheckedRow, Draft, Outcome};
use crate::limits::Limits;
use crate::numerals;
use crate::persons::Counterpart;
use crate::plan::{FieldPlan, Must, Plan, finding};
use crate::row::RawRow;
use crate::rules;
use crate::values::{Notes, clean};

/// What the checks take from outside the row.
#[derive(Debug, Clone)]
pub(crate) struct Circumstance {
    pub(crate) today: Day,
    pub(crate) limits: Limits,
}

impl Plan {
    /// Checks one row. `values` is room that is used again for the next.
    pub(crate) fn check(
        &self,
        row: &RawRow,
        circumstance: &Circumstance,
        values: &mut Vec<Option<Field>>,
    ) -> CheckedRow {
        if row.trouble.unreadable {
            return refused(row, rules::ROW_UNREADABLE, None);
        }
        if row.trouble.too_long {
            let limit = circumstance.limits.row_bytes.to_string();
            return refused(row, rules::ROW_TOO_LONG, Some(limit));
        }
        let mut notes = Notes::default();
        let cells = self.cells(row, &mut notes);
        let counterpart = match self.counterpart(&cells, &mut notes) {
            Ok(counterpart) => counterpart,
            // Nothing of the row is kept, and that includes what was found so far.
            Err(rule) => return refused(row, rule, None),
        };
        self.row_findings(row, circumstance, &mut notes);
        self.values(&cells, &counterpart, circumstance, (values, &mut notes));
        self.across(values, circumstance.today, &mut notes);
        let mut draft = self.draft(values, counterpart, &notes);
        self.take_record_id(row, &mut draft, &mut notes);
        if draft.key_parts.is_none() {
            notes.findings.push(self.key_empty(&draft));
        }
        let mut findings = notes.findings;
        findings.iter_mut().for_each(|finding| finding.row = Some(row.number));
        let outcome = if findings.iter().any(|finding| finding.severity == Severity::Error) {
            Outcome::Refused
        } else {
            Outcome::Ready(Box::new(draft))
        };
        CheckedRow { number: row.number, part: None, outcome, findings }
    }

    /// The cleaned cell of each field, in the catalogue's order.
    fn cells<'a>(&'a self, row: &'a RawRow, notes: &mut Notes) -> Vec<Cow<'a, str>> {
        let mut cells = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let mut cell = Cow::Borrowed("");
            for column in &field.columns {
                let next = clean(row.cell(*column));
                if cell.is_empty() {
                    cell = next;
                } else if !next.is_empty()
                    && next != cell
                    && normalise_name(&next) != normalise_name(&cell)
                {
                    notes.findings.push(finding(rules::VALUES_DISAGREE, Severity::Doubt, field));
                }
            }
            if cell.is_empty()
                && let Some(constant) = &field.constant
            {
                cell = Cow::Borrowed(constant);
            }
            cells.push(cell);
        }
        cells
    }

    fn row_findings(&self, row: &RawRow, circumstance: &Circumstance, notes: &mut Notes) {
        let mut find = |condition: bool, rule: Rule| {
            if condition {
                notes.findings.push(Finding::new(rule));
            }
        };
        find(row.trouble.broken_quote, rules::QUOTE_BROKEN);
        find(row.trouble.loose_quote, rules::QUOTE_LOOSE);
        find(row.trouble.misread || row.text().contains('\u{fffd}'), rules::ROW_UNDECODABLE);
        find(row.trouble.unended && row.len() < self.width, rules::ROW_CUT);
        let beyond = row.len() > self.width
            && row.cells().skip(self.width).any(|cell| !crate::row::is_blank(cell));
        if beyond || row.trouble.too_wide {
            let limit = self.width.min(circumstance.limits.columns).to_string();
            notes.findings.push(Finding::new(rules::ROW_TOO_WIDE).with("limit", limit));
        }
    }

    fn values(
        &self,
        cells: &[Cow<'_, str>],
        counterpart: &Counterpart,
        circumstance: &Circumstance,
        (values, notes): (&mut Vec<Option<Field>>, &mut Notes),
    ) {
        let individual = counterpart.category == Category::IndividualBusiness;
        let representative = self
            .fields
            .iter()
            .zip(cells)
            .find(|(field, _)| field.role == Some(Role::LegalRepresentative))
            .map_or("", |(_, cell)| cell.as_ref());
        let read = |index: usize| {
            counterpart.codes.iter().find(|(place, _)| *place == index).map(|(_, read)| read)
        };
        values.clear();
        for (index, (field, cell)) in self.fields.iter().zip(cells).enumerate() {
            let kept = !cell.is_empty() && !counterpart.dropped.contains(&index);
            let value = if kept {
                self.value(field, cell, read(index), &circumstance.limits, notes)
            } else {
                None
            };
            if kept
                && self.adverse.may_be()
                && field.kind == FieldType::Text
                && field.personal == Personal::Mask
            {
                notes.personal |= self.names_person(cell, representative);
            }
            let required = if individual {
                field.required_of_individual
            } else {
                field.required_of_organisation
            };
            if cell.is_empty() && required && !self.patch {
                missing(field, notes);
            }
            values.push(value);
        }
        notes.personal &= self.is_adverse(values);
        if notes.personal {
            notes.findings.push(Finding::new(rules::PERSONAL_HELD));
        }
    }

    /// True if a row with these values bears negatively on its subject.
    fn is_adverse(&self, values: &[Option<Field>]) -> bool {
        let value = self.spared_by.and_then(|place| values.get(place)?.as_ref());
        self.adverse.of_value(value.map(|field| field.value.first()))
    }

    fn across(&self, values: &[Option<Field>], today: Day, notes: &mut Notes) {
        for check in &self.checks {
            if !check.must.holds(values, today) {
                notes.findings.push(Finding {
                    row: None,
                    part: None,
                    column: check.column.clone(),
                    rule: check.id.clone(),
                    severity: check.severity,
                    values: std::collections::BTreeMap::new(),
                });
            }
        }
    }

    fn draft(
        &self,
        values: &mut [Option<Field>],
        counterpart: Counterpart,
        notes: &Notes,
    ) -> Draft {
        let text = |role: Role| {
            let place = self.fields.iter().position(|field| field.role == Some(role))?;
            let value = values.get(place)?.as_ref()?.value.first();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let document_number = text(Role::DocumentNumber);
        let decided_on = text(Role::DecidedOn).and_then(|day| day.parse().ok());
        let authority = text(Role::AuthorityName);
        let key_parts = self.parts(&self.key, values).filter(|parts| !parts.is_empty());
        let decision_parts = self.parts(&self.decision, values).filter(|parts| !parts.is_empty());
        let mut fields = Vec::with_capacity(values.iter().flatten().count());
        fields.extend(self.order.iter().filter_map(|place| values.get_mut(*place)?.take()));
        Draft {
            fields,
            claims: counterpart.claims,
            category: counterpart.category,
            key_parts,
            decision_parts,
            document_number,
            decided_on,
            authority,
            hold_publication: notes.personal,
            record_id: None,
            patch: self.patch,
        }
    }

    /// The values of some fields in a form for comparing: of alternatives the first that is filled,
    /// with its place, so that the same digits as another kind of code are another part. None
    /// where a part is empty.
    fn parts(&self, parts: &[Vec<usize>], values: &[Option<Field>]) -> Option<Vec<CompactString>> {
        let part = |alternatives: &Vec<usize>| {
            alternatives.iter().find_map(|place| {
                let field = self.fields.get(*place)?;
                let value = &values.get(*place)?.as_ref()?.value;
                let text = comparable(value, &field.kind);
                if text.is_empty() {
                    None
                } else if alternatives.len() > 1 {
                    Some(format_compact!("{}:{text}", field.code))
                } else {
                    Some(text)
                }
            })
        };
        parts.iter().map(part).collect()
    }

    fn key_empty(&self, draft: &Draft) -> Finding {
        let filled = |place: &usize| {
            let code = self.fields.get(*place).map(|field| &field.code);
            draft.fields.iter().any(|one| Some(&one.code) == code && !one.value.first().is_empty())
        };
        let empty =
            self.key.iter().find(|part| !part.iter().any(filled)).and_then(|part| part.first());
        match empty.and_then(|place| self.fields.get(*place)) {
            Some(field) => finding(rules::KEY_EMPTY, Severity::Doubt, field),
            None => Finding::new(rules::KEY_EMPTY),
        }
    }
}

/// An empty cell that should be filled. A column that the whole file lacks was said once, for the
/// file; its rows wait only where nothing can be computed without it.
fn missing(field: &FieldPlan, notes: &mut Notes) {
    if !field.columns.is_empty() || field.role == Some(Role::DecidedOn) {
        notes.findings.push(finding(rules::VALUE_MISSING, field.trouble, field));
    }
}

fn comparable(value: &Value, kind: &FieldType) -> CompactString {
    match (value, kind) {
        (Value::List(list), _) => {
            let mut list = list.clone();
            list.sort();
            list.join(";").into()
        }
        (Value::Text(text), FieldType::Name | FieldType::Text) => normalise_name(text).into(),
        (Value::Text(text), _) => text.clone(),
    }
}

impl Must {
    /// True where the row passes. What is empty passes all but the demand to be filled.
    fn holds(&self, values: &[Option<Field>], today: Day) -> bool {
        let value =
            |place: &usize| values.get(*place).and_then(Option::as_ref).map(|field| &field.value);
        let filled = |place: &usize| value(place).is_some_and(|value| !value.first().is_empty());
        let day = |place: &usize| value(place)?.first().parse::<Day>().ok();
        let number = |place: &usize| numerals::decimal(value(place)?.first());
        let has = |place: &usize, wanted: &[String]| {
            value(place).is_some_and(|value| {
                value.all().iter().any(|one| wanted.iter().any(|word| one == word))
            })
        };
        match self {
            Self::FilledWhen { field, when, has: wanted } => !has(when, wanted) || filled(field),
            Self::NotBefore { field, than } => match (day(field), day(than)) {
                (Some(day), Some(than)) => day >= than,
                _ => match (number(field), number(than)) {
                    (Some(number), Some(than)) => !number.is_less_than(than),
                    _ => true,
                },
            },
            Self::NotAfterToday(field) => day(field).is_none_or(|day| day <= today),
            Self::NotBeforeDay { field, day: first } => day(field).is_none_or(|day| day >= *first),
            Self::AnyFilled(fields) => fields.iter().any(filled),
            Self::Positive(field) => number(field).is_none_or(|number| number.digits > 0),
            Self::OneOf { field, values: wanted } => !filled(field) || has(field, wanted),
        }
    }
}

fn refused(row: &RawRow, rule: Rule, limit: Option<String>) -> CheckedRow {
    let finding = Finding::new(rule).at_row(row.number);
    let finding = match limit {
        Some(limit) => finding.with("limit", limit),
        None => finding,
    };
    let findings = vec![finding];
    CheckedRow { number: row.number, part: None, outcome: Outcome::Refused, findings }
}

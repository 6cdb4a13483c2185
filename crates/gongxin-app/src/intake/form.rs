//! One row in a form: generated from the catalogue, filled with what was handed in, sent as a hand-in of
//! one row. There is no other way in: a form is read, checked and kept like any file.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use gongxin_intake::{Receipt, ReceiptFinding, field_named, template_columns};
use gongxin_model::finding::Language;
use gongxin_model::given_out::RECORD_ID;
use gongxin_model::{BatchNo, Day, Field, PublicId};
use gongxin_pack::{Catalogue, FieldType, Personal, Role, Rulebook, Text};

use super::Input;
use super::course::Block;
use super::give_out;
use super::hand_in::{HandIn, HeldBody, damaged};
use super::results::{outcome_word, own_batch, shown_draft};
use crate::gate::{BodySee, HandInMake, HeldJudge, Permit, Refused};
use crate::{Office, OfficeError};

/// A list of more values than these is no list to choose from: its values are typed.
const CHOICES_MOST: usize = 80;
/// From so many characters on a text has several lines.
const LONG_FROM: usize = 120;

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A line of text.
    Text,
    /// Several lines.
    Long,
    /// A day.
    Day,
    /// An amount in yuan.
    Yuan,
    /// An amount in ten thousand yuan.
    Wan,
    /// A whole number.
    Integer,
    /// A code of an organisation.
    Code,
    /// One value of a list.
    Choice,
    /// Several values of a list.
    Choices,
    /// A division: its code or its name.
    Region,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryField {
    /// The field's code.
    pub code: String,
    /// Its label.
    pub name: Text,
    /// How it is filled in.
    pub kind: EntryKind,
    /// The values to choose from: what is sent, and what it is called.
    pub options: Vec<(String, Text)>,
    /// True where a record about an organisation needs it.
    pub is_required: bool,
    /// The most characters.
    pub characters_most: Option<usize>,
    /// What it is filled with.
    pub value: String,
    /// What was found in it, in words.
    pub faults: Vec<String>,
}

/// A form of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryForm {
    /// The catalogue.
    pub catalogue: String,
    /// Its name.
    pub catalogue_name: Text,
    /// Its fields, in the order of the document.
    pub fields: Vec<EntryField>,
    /// What was found in no field of its own.
    pub faults: Vec<String>,
}

/// A row that is to be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowForm {
    /// The form.
    pub form: EntryForm,
    /// The row as the supplier counts, and its part in a file of several.
    pub row: (u64, Option<String>),
    /// What became of it.
    pub outcome: &'static str,
    /// The record that it became, is or corrects.
    pub record: Option<String>,
    /// The held row that waits.
    pub held: Option<i64>,
    /// True where nothing of its cells was kept, or may be shown.
    pub is_bare: bool,
}

/// What a form sends.
#[derive(Debug, Clone, Copy)]
pub struct RowAsk<'a> {
    /// The catalogue.
    pub catalogue: &'a str,
    /// What the hand-in is called in place of a file's name.
    pub name: &'a str,
    /// Field codes and what was filled in.
    pub values: &'a [(String, String)],
    /// The record that it corrects.
    pub record: Option<&'a str>,
    /// Only check.
    pub dry_run: bool,
    /// The language of findings.
    pub language: Language,
}

/// What became of a form.
#[derive(Debug, Clone)]
pub struct RowResult {
    /// `accepted`, `unchanged`, `corrected`, `held`, `refused`.
    pub outcome: &'static str,
    /// The hand-in; none where it was only checked.
    pub batch: Option<i64>,
    /// The record that it became or corrected.
    pub record: Option<String>,
    /// What was found.
    pub findings: Vec<ReceiptFinding>,
}

impl Office {
    /// The empty form of a catalogue that the permit's body may supply.
    ///
    /// # Errors
    /// There is no such catalogue for it.
    pub fn entry_form(
        &self,
        permit: &Permit<HandInMake>,
        catalogue: &str,
    ) -> Result<EntryForm, OfficeError> {
        if self.suppliable(permit)?.iter().all(|one| one.id != catalogue) {
            return Err(Refused.into());
        }
        let rules = self.rules()?;
        let found = give_out::catalogue(&rules.rulebook, catalogue)?;
        Ok(form_of(&rules.rulebook, found, self.today()))
    }

    /// A row of a hand-in, as it was handed in, with what was found at its fields.
    ///
    /// # Errors
    /// There is no such row of the permit's body in which anything was found.
    pub fn row_form(
        &self,
        permit: &Permit<BodySee>,
        (no, number): (BatchNo, u64),
        language: Language,
    ) -> Result<RowForm, OfficeError> {
        let rules = self.rules()?;
        self.store.read(|reader| {
            let batch = own_batch(reader, permit, no)?;
            let (row, findings) = row_of(&reader.row_blocks(no)?, number)?.ok_or(Refused)?;
            let found = give_out::catalogue(&rules.rulebook, &batch.catalogue)?;
            let mut form = form_of(&rules.rulebook, found, self.today());
            let place = i64::try_from(number).unwrap_or(i64::MAX);
            let held = reader.held_at(no, vec![place])?.into_iter().next();
            let body = held.as_ref().map(|held| HeldBody::from_json(&held.body)).transpose()?;
            let contents = self.contents_of(reader, no, row.3.into_iter().collect())?;
            let outcome = outcome_word(row.1);
            let fields: Option<&[Field]> = match (outcome, &body, row.3) {
                ("refused", _, _) => None,
                (_, Some(body), _) => shown_draft(body),
                (_, None, id) => id.and_then(|id| contents.get(&id)).map(Vec::as_slice),
            };
            form.fill(fields.unwrap_or_default());
            let said: Vec<ReceiptFinding> = self.said(&findings, language)?;
            form.tell(found, &said);
            let part = findings.iter().find_map(|finding| finding.part.clone());
            let counted = findings.iter().find_map(|finding| finding.row).unwrap_or(number);
            Ok(RowForm {
                form,
                row: (counted, part),
                outcome,
                record: row.3.map(|id| id.to_string()),
                held: held.filter(|held| held.state == "open").map(|held| held.no),
                is_bare: fields.is_none(),
            })
        })
    }

    /// Takes in what a form sends, or only checks it.
    ///
    /// # Errors
    /// The body may not supply the catalogue, or the store could not be written.
    pub fn enter_row(
        &self,
        permit: &Permit<HandInMake>,
        ask: &RowAsk<'_>,
    ) -> Result<RowResult, OfficeError> {
        if self.suppliable(permit)?.iter().all(|one| one.id != ask.catalogue) {
            return Err(Refused.into());
        }
        let rules = self.rules()?;
        let found = give_out::catalogue(&rules.rulebook, ask.catalogue)?;
        let bytes = one_row(found, ask)?;
        let stop = AtomicBool::new(false);
        let hand_in = HandIn {
            catalogue: ask.catalogue,
            permit,
            mapping: None,
            dry_run: ask.dry_run,
            language: ask.language,
            child: None,
            stop: &stop,
        };
        let input = Input::Pipe(Box::new(std::io::Cursor::new(bytes)));
        let receipt = self.hand_in(&hand_in, ask.name, input, &mut |_| ())?;
        let batch = receipt.files.first().and_then(|file| file.batch).filter(|_| !ask.dry_run);
        let record = match batch {
            Some(no) => self.record_made(no, ask.record)?,
            None => None,
        };
        Ok(RowResult {
            outcome: outcome_of(&receipt),
            batch: batch.map(|no| no.0),
            record,
            findings: receipt.findings,
        })
    }

    /// Takes in a corrected row that is a record then; the row that waited waits no more. One that would
    /// still wait or be refused is only checked: it would wait beside the first.
    ///
    /// # Errors
    /// As [`Office::enter_row`].
    pub fn correct_row(
        &self,
        (permit, judge): (&Permit<HandInMake>, &Permit<HeldJudge>),
        (held, reason): (Option<i64>, &str),
        ask: &RowAsk<'_>,
    ) -> Result<RowResult, OfficeError> {
        let is_record =
            |result: &RowResult| matches!(result.outcome, "accepted" | "corrected" | "unchanged");
        let tried = self.enter_row(permit, &RowAsk { dry_run: true, ..*ask })?;
        if ask.dry_run || !is_record(&tried) {
            return Ok(tried);
        }
        let result = self.enter_row(permit, ask)?;
        if let Some(number) = held.filter(|_| is_record(&result)) {
            self.held_refuse(number, false, judge, reason)?;
        }
        Ok(result)
    }

    /// The record that a hand-in of one row made; else the one that it named.
    fn record_made(&self, no: BatchNo, named: Option<&str>) -> Result<Option<String>, OfficeError> {
        self.store.read(|reader| {
            if let Some(made) = reader.first_record_of_batch(no)?
                && let Some(record) = reader.record(made)?
            {
                return Ok(Some(record.public_id.to_string()));
            }
            let seen = reader.row_blocks(no)?;
            let seen = seen.iter().filter_map(|block| serde_json::from_str::<Block>(block).ok());
            let corrected = seen.flat_map(|block| block.rows).find_map(|row| row.3);
            Ok(corrected.map(|id: PublicId| id.to_string()).or(named.map(str::to_owned)))
        })
    }
}

impl EntryForm {
    /// Fills the fields with what was handed in, in normal form.
    fn fill(&mut self, fields: &[Field]) {
        let values: BTreeMap<String, String> =
            fields.iter().map(|field| (field.code.to_string(), field.value.joined())).collect();
        for field in &mut self.fields {
            field.value = values.get(&field.code).cloned().unwrap_or_default();
        }
    }

    /// Fills the fields with what was typed.
    pub fn take(&mut self, values: &[(String, String)]) {
        for field in &mut self.fields {
            let typed = values.iter().filter(|(code, _)| *code == field.code);
            let typed: Vec<&str> = typed.map(|(_, value)| value.as_str()).collect();
            field.value = typed.join("；");
        }
    }

    /// Puts what was found beside its field.
    fn tell(&mut self, catalogue: &Catalogue, findings: &[ReceiptFinding]) {
        for finding in findings {
            let named = finding.column.as_deref().and_then(|name| field_named(catalogue, name));
            let field = named
                .and_then(|named| self.fields.iter_mut().find(|field| field.code == named.code));
            match field {
                Some(field) => field.faults.push(finding.message.clone()),
                None => self.faults.push(finding.message.clone()),
            }
        }
    }
}

impl Office {
    /// Puts what was found in a form that was sent beside its fields.
    ///
    /// # Errors
    /// The catalogue is gone.
    pub fn tell_form(
        &self,
        form: &mut EntryForm,
        findings: &[ReceiptFinding],
    ) -> Result<(), OfficeError> {
        let rules = self.rules()?;
        let found = give_out::catalogue(&rules.rulebook, &form.catalogue)?;
        form.tell(found, findings);
        Ok(())
    }
}

/// A row of a hand-in and what was found in it.
fn row_of(
    blocks: &[String],
    number: u64,
) -> Result<Option<(super::course::BlockRow, Vec<gongxin_model::Finding>)>, OfficeError> {
    for block in blocks {
        let block: Block = serde_json::from_str(block).map_err(|error| damaged(&error))?;
        let own: usize = block.rows.iter().map(|row| row.2).sum();
        let mut at = block.findings.len().saturating_sub(own);
        for row in block.rows {
            if row.0 == number {
                let count = row.2;
                return Ok(Some((row, block.findings.into_iter().skip(at).take(count).collect())));
            }
            at += row.2;
        }
    }
    Ok(None)
}

fn outcome_of(receipt: &Receipt) -> &'static str {
    match receipt {
        Receipt { unchanged: 1.., .. } => "unchanged",
        Receipt { corrected: 1.., .. } => "corrected",
        Receipt { accepted: 1.., .. } => "accepted",
        Receipt { held: 1.., .. } => "held",
        _ => "refused",
    }
}

/// The form as a file of one row, under the headers of the template.
fn one_row(catalogue: &Catalogue, ask: &RowAsk<'_>) -> Result<Vec<u8>, OfficeError> {
    let mut row = serde_json::Map::new();
    for column in template_columns(catalogue) {
        let values = ask.values.iter().filter(|(code, _)| *code == column.code);
        let values: Vec<&str> = values.map(|(_, value)| value.trim()).collect();
        let value = values.join("；");
        row.insert(column.header, value.into());
    }
    if let Some(record) = ask.record {
        let [header, _] = RECORD_ID;
        row.insert(header.to_owned(), record.into());
    }
    serde_json::to_vec(&[row]).map_err(|error| damaged(&error))
}

fn form_of(rulebook: &Rulebook, catalogue: &Catalogue, today: Day) -> EntryForm {
    let kept: Vec<String> = template_columns(catalogue).into_iter().map(|one| one.code).collect();
    let fields = catalogue.fields.iter().filter(|field| {
        kept.contains(&field.code)
            && field.personal != Personal::Drop
            && !matches!(field.role, Some(Role::RecordId))
    });
    let field = |field: &gongxin_pack::Field| {
        let (kind, options) = kind_of(rulebook, field, today);
        EntryField {
            code: field.code.clone(),
            name: field.name.clone(),
            kind,
            options,
            is_required: !field.required.is_empty(),
            characters_most: field.max_length,
            value: field.default.clone().unwrap_or_default(),
            faults: Vec::new(),
        }
    };
    EntryForm {
        catalogue: catalogue.id.clone(),
        catalogue_name: catalogue.name.clone(),
        fields: fields.map(field).collect(),
        faults: Vec::new(),
    }
}

fn kind_of(
    rulebook: &Rulebook,
    field: &gongxin_pack::Field,
    today: Day,
) -> (EntryKind, Vec<(String, Text)>) {
    let listed = |id: &str| {
        let list = rulebook.code_list(id)?;
        let entries = list.entries.iter().filter(|entry| entry.holds(today));
        let options: Vec<(String, Text)> = entries
            .map(|entry| {
                let en = if entry.en.is_empty() { &entry.zh } else { &entry.en };
                (entry.code.clone(), Text { zh: entry.zh.clone(), en: en.clone() })
            })
            .collect();
        (options.len() <= CHOICES_MOST).then_some(options)
    };
    let is_long = field.max_length.is_none_or(|most| most >= LONG_FROM);
    let kind = match &field.kind {
        FieldType::Text if is_long => EntryKind::Long,
        FieldType::Day => EntryKind::Day,
        FieldType::Wan => EntryKind::Wan,
        FieldType::Yuan => EntryKind::Yuan,
        FieldType::Integer => EntryKind::Integer,
        FieldType::Uscc
        | FieldType::OrganisationCode
        | FieldType::RegistrationNumber
        | FieldType::TaxNumber => EntryKind::Code,
        FieldType::Region => EntryKind::Region,
        FieldType::Code(list) => {
            return listed(list)
                .map_or((EntryKind::Text, Vec::new()), |all| (EntryKind::Choice, all));
        }
        FieldType::Codes(list) => {
            return listed(list)
                .map_or((EntryKind::Text, Vec::new()), |all| (EntryKind::Choices, all));
        }
        FieldType::Text
        | FieldType::Name
        | FieldType::PersonName
        | FieldType::DocumentNumber
        | FieldType::PersonNumber => EntryKind::Text,
    };
    (kind, Vec::new())
}

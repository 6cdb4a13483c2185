//! What a subject is called and found by, where what is erased was all that said so.

use std::collections::BTreeSet;

use gongxin_model::code::normalise_code;
use gongxin_model::text::normalise_name;
use gongxin_model::{Body, RecordNo, SubjectNo};
use gongxin_pack::{Catalogue, Nature, Role};
use gongxin_store::{AboutNo, NameRow, Reader, SubjectRow, Writer};
use gongxin_subject::{exact_key, similar_keys};

use super::family::is_content;
use crate::derive::histories;
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// What the records that are left say of a subject.
#[derive(Debug, Default)]
struct Stated {
    /// Names and codes in the forms for comparing.
    texts: BTreeSet<String>,
    /// The last registration, and what it says of form, state and region.
    registration: Option<(RecordNo, BTreeSet<String>)>,
}

impl Stated {
    fn is_said(&self, text: &str) -> bool {
        self.texts.iter().any(|said| said.contains(text))
    }
}

impl Office {
    /// Forgets of a subject what no record says any more. True where there was something to forget.
    pub(super) fn forget_of_subject(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        no: SubjectNo,
    ) -> Result<bool, OfficeError> {
        let Some(row) = writer.subject(no)? else {
            return Ok(false);
        };
        let stated = stated(writer, rules, no)?;
        let names = writer.names_of_one(&row)?;
        let codes = writer.codes_of(vec![no.0])?;
        let (kept, gone): (Vec<NameRow>, Vec<NameRow>) =
            names.into_iter().partition(|name| stated.is_said(&normalise_name(&name.name)));
        let (left, lost): (Vec<_>, Vec<_>) =
            codes.into_iter().partition(|code| stated.is_said(&normalise_code(&code.code)));
        let after = described(&row, &stated, &kept);
        if after == row && gone.is_empty() && lost.is_empty() {
            return Ok(false);
        }
        let keys = |names: &[NameRow]| -> (BTreeSet<i64>, BTreeSet<i64>) {
            let exact = names.iter().map(|name| exact_key(&normalise_name(&name.name)));
            let similar = names.iter().flat_map(|name| similar_keys(&name.name));
            (exact.collect(), similar.collect())
        };
        let (mut exact, mut similar) = keys(&gone);
        if after.name != row.name {
            // A name of which no day is known is among no names.
            exact.insert(exact_key(&normalise_name(&row.name)));
            similar.extend(similar_keys(&row.name));
        }
        let (exact_kept, similar_kept) = keys(&kept);
        let exact: Vec<i64> = exact.difference(&exact_kept).copied().collect();
        let similar: Vec<i64> = similar.difference(&similar_kept).copied().collect();
        writer.keep_of_subject(&after, &left, (&exact, &similar))?;
        let is_former = |name: &&NameRow| name.until.is_some() || name.name != after.name;
        writer.put_former_names(&[no], kept.iter().filter(is_former))?;
        Ok(true)
    }
}

/// A subject as what is left describes it.
fn described(row: &SubjectRow, stated: &Stated, names: &[NameRow]) -> SubjectRow {
    let mut after = row.clone();
    match &stated.registration {
        Some((record, said)) => {
            after.registration = record.0;
            for text in [&mut after.legal_form, &mut after.state, &mut after.region] {
                if !said.contains(text.as_str()) && row.registration != record.0 {
                    text.clear();
                }
            }
        }
        None => {
            after.registration = 0;
            after.provisional = true;
            after.head = None;
            if row.registration != 0 || stated.texts.is_empty() {
                after.legal_form.clear();
                after.state.clear();
                after.region.clear();
            }
        }
    }
    if !names.iter().any(|name| name.name == after.name) {
        let last = names.last();
        after.name = last.map(|name| name.name.clone()).unwrap_or_default();
        after.named_from = last.map(|name| name.from);
    }
    after.code = row.code.clone().filter(|code| stated.is_said(&normalise_code(code)));
    after
}

/// What the records of a subject that are left ever said of it.
fn stated(reader: &mut Reader<'_>, rules: &Rules, no: SubjectNo) -> Result<Stated, OfficeError> {
    let mut stated = Stated::default();
    let standings = reader.standings_of(no)?;
    let numbers: Vec<RecordNo> = standings.iter().map(|row| row.record).collect();
    let histories = histories(reader, &numbers)?;
    for row in &standings {
        let Some(catalogue) = rules.rulebook.catalogue(&row.catalogue) else {
            continue;
        };
        let history = histories.get(&row.record).map_or(&[][..], Vec::as_slice);
        let contents = history.iter().filter(|entry| is_content(entry.kind));
        let mut last = None;
        for body in contents.filter_map(|entry| entry.body.as_ref()) {
            say(&mut stated.texts, catalogue, body);
            last = Some(body);
        }
        let is_later = stated.registration.as_ref().is_none_or(|(one, _)| *one < row.record);
        if let Some(body) = last
            && catalogue.nature == Nature::Registration
            && row.publication != "withdrawn"
            && is_later
        {
            stated.registration = Some((row.record, described_as(catalogue, body)));
        }
    }
    for entry in reader.entries_about(&[AboutNo::subject(no)])? {
        for field in entry.body.iter().flat_map(|body| &body.fields) {
            stated.texts.extend(field.value.all().iter().map(|text| normalise_name(text)));
            stated.texts.extend(field.value.all().iter().map(|text| normalise_code(text)));
        }
    }
    Ok(stated)
}

/// Adds the names and codes that a content states.
fn say(texts: &mut BTreeSet<String>, catalogue: &Catalogue, body: &Body) {
    let names = [Role::CounterpartName, Role::FormerName];
    for field in &body.fields {
        let role = catalogue.field(&field.code).and_then(|field| field.role);
        let Some(role) = role else {
            continue;
        };
        let said = field.value.all().iter().chain(&field.written);
        if names.contains(&role) {
            texts.extend(said.map(|text| normalise_name(text)));
        } else if role.is_of_counterpart() {
            texts.extend(said.map(|text| normalise_code(text)));
        }
    }
}

/// What a registration says of form, state and region.
fn described_as(catalogue: &Catalogue, body: &Body) -> BTreeSet<String> {
    let roles = [Role::LegalForm, Role::Status, Role::Region];
    let codes = roles.into_iter().filter_map(|role| catalogue.code_of(role));
    let fields = codes.filter_map(|code| body.field(code));
    fields.flat_map(|field| field.value.all()).map(ToString::to_string).collect()
}

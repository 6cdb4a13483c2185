//! The columns of workbooks that are given out, headed as intake reads them when they come back.

use std::collections::BTreeSet;

use gongxin_pack::{Catalogue, Field, FieldType, Personal};

use crate::header::{Spellings, Target};
use crate::intake::Facts;
use crate::mapping::Mapping;

/// A column of a workbook that is given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutColumn {
    /// The header, by which intake finds the field without a mapping.
    pub header: String,
    /// The field's code.
    pub code: String,
    /// True where the header is not the one that the cells were written under: an amount stands in
    /// the field's own unit then.
    pub renamed: bool,
    /// The code list of its values: the field's, or the one of the edition that the file is of.
    pub list: Option<String>,
}

/// The columns of a catalogue's template: every field that intake keeps, under its official name
/// or, where another field took that, under the first spelling that is its own.
#[must_use]
pub fn template_columns(catalogue: &Catalogue) -> Vec<OutColumn> {
    let spellings = Spellings::new(catalogue, &Mapping::default());
    let fields = catalogue.fields.iter().enumerate().filter(|(_, field)| is_kept(field));
    fields.filter_map(|(place, field)| official(&spellings, place, field)).collect()
}

/// The columns in which rows of a file are given back: those that were read, under the file's own
/// headers, so that units and editions that they state stay stated; then the rest of the template.
#[must_use]
pub fn correction_columns(catalogue: &Catalogue, facts: &Facts) -> Vec<OutColumn> {
    let spellings = Spellings::new(catalogue, &Mapping::default());
    let edition = catalogue.editions.iter().find(|one| Some(&one.id) == facts.edition.as_ref());
    let mut given = BTreeSet::new();
    let mut columns = Vec::new();
    for (header, code) in &facts.columns {
        let place = code.as_ref().and_then(|code| {
            catalogue.fields.iter().position(|field| field.code.eq_ignore_ascii_case(code))
        });
        let Some((place, field)) = place.and_then(|at| Some((at, catalogue.fields.get(at)?)))
        else {
            continue;
        };
        if !is_kept(field) || !given.insert(field.code.clone()) {
            continue;
        }
        if spellings.find(header) == Target::Field(place) {
            let own = edition.and_then(|one| one.code_lists.get(&field.code)).cloned();
            columns.push(OutColumn {
                header: header.clone(),
                code: field.code.clone(),
                renamed: false,
                list: own.or_else(|| field.code_list().map(str::to_owned)),
            });
        } else {
            columns.extend(
                official(&spellings, place, field).map(|one| OutColumn { renamed: true, ..one }),
            );
        }
    }
    let rest = template_columns(catalogue).into_iter().filter(|one| !given.contains(&one.code));
    columns.extend(rest);
    columns
}

/// The field that a header names, where it names one.
#[must_use]
pub fn field_named<'a>(catalogue: &'a Catalogue, header: &str) -> Option<&'a Field> {
    match Spellings::new(catalogue, &Mapping::default()).find(header) {
        Target::Field(place) => catalogue.fields.get(place),
        _ => None,
    }
}

/// True for a field of which intake keeps something.
fn is_kept(field: &Field) -> bool {
    field.personal != Personal::Drop && field.kind != FieldType::PersonNumber
}

fn official(spellings: &Spellings, place: usize, field: &Field) -> Option<OutColumn> {
    let words = [&field.name.zh].into_iter().chain(&field.spellings).chain([&field.code]);
    let header = words.into_iter().find(|word| spellings.find(word) == Target::Field(place))?;
    Some(OutColumn {
        header: header.clone(),
        code: field.code.clone(),
        renamed: false,
        list: field.code_list().map(str::to_owned),
    })
}

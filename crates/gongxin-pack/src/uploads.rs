//! Files that go up to another platform and come back from it: which columns, in which form.

use std::collections::BTreeMap;

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Nature};
use crate::codes::fold;
use crate::field::Field;
use crate::ground::{Ground, Text};
use crate::rulebook::Rulebook;

/// How days are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DayForm {
    /// `2026/03/31`, as templates have it.
    #[serde(rename = "YYYY/MM/DD")]
    Slashes,
    /// `2026-03-31`.
    #[serde(rename = "YYYY-MM-DD")]
    Hyphens,
}

impl DayForm {
    /// The day in this form.
    #[must_use]
    pub fn write(self, day: Day) -> String {
        match self {
            Self::Slashes => day.to_string().replace('-', "/"),
            Self::Hyphens => day.to_string(),
        }
    }
}

/// A column that is more than its field as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShapedColumn {
    /// The field's code.
    pub field: String,
    /// The column of the field's code list, in `extra`, whose value is written instead of the code.
    #[serde(default)]
    pub written: Option<String>,
    /// The field that is taken where this one is empty.
    #[serde(default)]
    pub fallback: Option<String>,
    /// What is written for an individual business without a value.
    #[serde(default)]
    pub individual_business: Option<String>,
    /// What is written where the record was taken back or ended.
    #[serde(default)]
    pub ended: Option<String>,
}

/// A column of an upload file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum UploadColumn {
    /// A field as it stands, by its code.
    Field(String),
    /// A field with what is special about it.
    Shaped(ShapedColumn),
}

impl UploadColumn {
    /// The field's code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Field(code) => code,
            Self::Shaped(column) => &column.field,
        }
    }

    /// What is special about it.
    #[must_use]
    pub fn shaped(&self) -> Option<&ShapedColumn> {
        match self {
            Self::Field(_) => None,
            Self::Shaped(column) => Some(column),
        }
    }
}

/// The file of one record class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadFile {
    /// The catalogue.
    pub catalogue: String,
    /// The columns in their order, each headed by the field's Chinese name.
    pub columns: Vec<UploadColumn>,
    /// What the columns stand on.
    pub ground: Ground,
}

/// How what comes back is read: the columns of the file that went up, as far as they are there, and
/// these beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnLayout {
    /// The code of the field with the row's number in the file that went up.
    pub row: String,
    /// The number that it gives the first record.
    pub first_row: u32,
    /// The code of the field with the result; the `extra.outcome` of its code list says `accepted`
    /// or `refused`.
    pub result: String,
    /// The code of the field with the reason.
    pub reason: String,
    /// These fields.
    pub fields: Vec<Field>,
    /// What the layout stands on.
    pub ground: Ground,
}

/// The files of one reporting duty: what goes up, what comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UploadLayout {
    /// Its id: `double-publicity`.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// How days are written.
    pub day: DayForm,
    /// The day that says "no expiry".
    #[schemars(with = "String")]
    pub no_expiry: Day,
    /// What stands between several values of a cell.
    pub separator: String,
    /// The files, one for a class.
    pub files: Vec<UploadFile>,
    /// What comes back.
    pub returns: ReturnLayout,
    /// What days, separators and the file of ended records stand on.
    pub ground: Ground,
}

impl Rulebook {
    /// The layout in which records of a catalogue go up, and the catalogue's file in it.
    #[must_use]
    pub fn upload_of(&self, catalogue: &str) -> Option<(&UploadLayout, &UploadFile)> {
        self.uploads.values().find_map(|layout| {
            let file = layout.files.iter().find(|file| file.catalogue == catalogue)?;
            Some((layout, file))
        })
    }

    /// The form in which a value of a field is written in a layout's column: a code by the column
    /// of its list, a day in the layout's form. `written` is what was handed in.
    #[must_use]
    pub fn upload_cell(
        &self,
        layout: &UploadLayout,
        (field, column): (&Field, &UploadColumn),
        (values, written): (&[&str], Option<&str>),
    ) -> String {
        let shape = column.shaped().and_then(|shaped| shaped.written.as_deref());
        let mut cells: Vec<String> = Vec::new();
        for value in values {
            let cell = match (&field.kind, shape) {
                (crate::field::FieldType::Day, _) => day(layout, field, value),
                (_, Some(shape)) => self.upload_code(field, shape, value, written),
                (_, None) => (*value).to_owned(),
            };
            if !cell.is_empty() && !cells.contains(&cell) {
                cells.push(cell);
            }
        }
        cells.join(&layout.separator)
    }

    /// A code as its list says that it goes up. What goes up as "other" says which.
    fn upload_code(
        &self,
        field: &Field,
        shape: &str,
        value: &str,
        written: Option<&str>,
    ) -> String {
        let Some(list) = field.code_list().and_then(|id| self.code_list(id)) else {
            return value.to_owned();
        };
        let Some(entry) = list.by_code(value) else {
            return value.to_owned();
        };
        let Some(sent) = entry.extra.get(shape) else {
            return entry.zh.clone();
        };
        let takes_more = list.by_code(sent).is_some_and(|other| other.extra.contains_key("prefix"));
        if !takes_more {
            return sent.clone();
        }
        if entry.code != *sent {
            return format!("{sent}-{}", entry.zh);
        }
        let pieces = written.into_iter().flat_map(|text| text.split(['；', ';', '，', ',', '、']));
        let mut own = pieces.map(str::trim).filter(|piece| {
            fold(piece) != fold(sent)
                && list.find(piece).is_some_and(|found| found.code == entry.code)
        });
        own.next().map_or_else(|| sent.clone(), str::to_owned)
    }

    /// The catalogue by which a file that comes back is read: the one that went up, nothing of it
    /// demanded, with the return's own fields.
    #[must_use]
    pub fn return_catalogue(&self, catalogue: &str) -> Option<Catalogue> {
        let (layout, _) = self.upload_of(catalogue)?;
        let mut returned = self.catalogue(catalogue)?.clone();
        let own = &layout.returns.fields;
        let words: Vec<String> = own
            .iter()
            .flat_map(|field| [&field.code, &field.name.zh].into_iter().chain(&field.spellings))
            .map(|word| fold(word))
            .collect();
        for field in &mut returned.fields {
            field.required.clear();
            field.spellings.retain(|word| !words.contains(&fold(word)));
        }
        // Under a header that both know it is the return's.
        returned.fields.retain(|field| !words.contains(&fold(&field.name.zh)));
        returned.fields.extend(own.iter().cloned());
        returned.checks.clear();
        // It says something about rows that are known: it need not say whose they are.
        returned.nature = Nature::Act;
        Some(returned)
    }
}

fn day(layout: &UploadLayout, field: &Field, value: &str) -> String {
    match value.parse::<Day>() {
        Ok(day) if day == Day::FOREVER || field.no_expiry.contains(&day) => {
            layout.day.write(layout.no_expiry)
        }
        Ok(day) => layout.day.write(day),
        Err(_) => value.to_owned(),
    }
}

/// The layouts of all packs, by id.
pub type Uploads = BTreeMap<String, UploadLayout>;

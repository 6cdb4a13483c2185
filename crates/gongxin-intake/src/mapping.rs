//! A mapping file: what the supplier says about a file whose headers do not say it themselves.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use gongxin_model::Finding;
use gongxin_pack::{Catalogue, Nature};
use toml::Value;

use crate::rules;

/// What a mapping file says. Empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Header as written → field code.
    pub columns: BTreeMap<String, String>,
    /// Field code → the value that every row has where the file has none.
    pub constants: BTreeMap<String, String>,
    /// The row of the header, as the supplier counts; the last one where it has two.
    pub header_row: Option<u64>,
    /// The sheet to read.
    pub sheet: Option<String>,
    /// The label of the encoding.
    pub encoding: Option<String>,
    /// The byte between cells.
    pub delimiter: Option<u8>,
    /// The path of the element that is a record of an XML file: `RECORDS/RECORD`.
    pub xml_row: Option<String>,
    /// The path of the array whose objects are the records of a JSON file: `data.list`.
    pub json_rows: Option<String>,
    /// Headers of columns that are left out knowingly.
    pub ignore: Vec<String>,
    /// True where rows state only some fields of registrations that are here: what a row leaves out
    /// stays as it was.
    pub patch: bool,
}

impl Mapping {
    /// Reads a mapping file for a catalogue.
    ///
    /// Columns stand in a table `[columns]`, or at the top beside the other keys.
    ///
    /// # Errors
    /// Gives a finding for each thing that does not fit: TOML that cannot be read, a field that
    /// the catalogue does not have, a value of the wrong kind.
    pub fn parse(text: &str, catalogue: &Catalogue) -> Result<Self, Vec<Finding>> {
        let table = text.parse::<toml::Table>().map_err(|error| {
            vec![Finding::new(rules::MAPPING_UNREADABLE).with("cause", error.message())]
        })?;
        let mut mapping = Self::default();
        let mut findings = Vec::new();
        for (key, value) in &table {
            if mapping.take(key, value).is_none() {
                findings.push(Finding::new(rules::MAPPING_VALUE).with("key", key.clone()));
            }
        }
        if mapping.patch && catalogue.nature != Nature::Registration {
            findings.push(Finding::new(rules::MAPPING_VALUE).with("key", "patch"));
        }
        let fields = mapping.columns.values().chain(mapping.constants.keys());
        for code in fields {
            if catalogue.field(code).is_none() {
                findings.push(
                    Finding::new(rules::MAPPING_FIELD)
                        .with("field", code.clone())
                        .with("catalogue", catalogue.id.clone()),
                );
            }
        }
        if findings.is_empty() { Ok(mapping) } else { Err(findings) }
    }

    fn take(&mut self, key: &str, value: &Value) -> Option<()> {
        match key {
            "columns" => self.columns.extend(strings(value)?),
            "constants" => self.constants.extend(strings(value)?),
            "header_row" => {
                self.header_row =
                    Some(u64::try_from(value.as_integer()?).ok().filter(|row| *row > 0)?);
            }
            "sheet" => self.sheet = Some(value.as_str()?.to_owned()),
            "patch" => self.patch = value.as_bool()?,
            "encoding" => self.encoding = Some(value.as_str()?.to_owned()),
            "delimiter" => {
                let [byte] = value.as_str()?.as_bytes() else {
                    return None;
                };
                self.delimiter = Some(*byte);
            }
            "xml" => {
                let table = value.as_table().filter(|table| table.len() == 1)?;
                let path = table.get("row")?.as_str()?.trim_matches('/');
                self.xml_row = Some(path.to_owned()).filter(|path| !path.is_empty());
                self.xml_row.as_ref()?;
            }
            "json" => {
                let table = value.as_table().filter(|table| table.len() == 1)?;
                let path = table.get("rows")?.as_str()?;
                self.json_rows = Some(path.to_owned()).filter(|path| !path.is_empty());
                self.json_rows.as_ref()?;
            }
            "ignore" => {
                let items: Option<Vec<_>> =
                    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect();
                self.ignore = items?;
            }
            header => {
                self.columns.insert(header.to_owned(), value.as_str()?.to_owned());
            }
        }
        Some(())
    }

    /// The same bytes for the same meaning: what a digest of the mapping is made from.
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        let mut line = |key: &str, name: &str, value: &str| {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{key}\t{name:?}\t{value:?}");
        };
        for (header, code) in &self.columns {
            line("column", header, code);
        }
        for (code, value) in &self.constants {
            line("constant", code, value);
        }
        if let Some(row) = self.header_row {
            line("header_row", "", &row.to_string());
        }
        let words = [
            ("sheet", &self.sheet),
            ("encoding", &self.encoding),
            ("xml_row", &self.xml_row),
            ("json_rows", &self.json_rows),
        ];
        for (key, value) in words {
            if let Some(value) = value {
                line(key, "", value);
            }
        }
        if let Some(delimiter) = self.delimiter {
            line("delimiter", "", &char::from(delimiter).to_string());
        }
        if self.patch {
            line("patch", "", "");
        }
        let mut ignore = self.ignore.clone();
        ignore.sort();
        ignore.dedup();
        for header in &ignore {
            line("ignore", header, "");
        }
        text.into_bytes()
    }
}

fn strings(value: &Value) -> Option<Vec<(String, String)>> {
    value
        .as_table()?
        .iter()
        .map(|(key, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Integer(number) => number.to_string(),
                Value::Datetime(day) => day.to_string(),
                _ => return None,
            };
            Some((key.clone(), text))
        })
        .collect()
}

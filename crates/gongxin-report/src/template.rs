//! The template of a catalogue: an empty table to fill, and what each of its fields wants.

use std::io::Write;

use gongxin_model::Day;
use gongxin_model::finding::Language;
use gongxin_model::given_out::{CODES_SHEET, GUIDE_SHEET};
use gongxin_pack::{Catalogue, Field, FieldType, Rulebook, Scope};
use rust_xlsxwriter::{Workbook, XlsxError};

use crate::book::{self, Head, Lists, Look};
use crate::limits::Limits;
use crate::words::Words;
use crate::{ReportError, safe};

/// A column of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// The field's code.
    pub code: String,
    /// True where its cells were written under another header: amounts stand in the field's unit.
    pub renamed: bool,
    /// The code list of its values.
    pub list: Option<String>,
}

/// What a workbook is made for.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    /// The rulebook.
    pub rulebook: &'a Rulebook,
    /// The catalogue of its rows.
    pub catalogue: &'a Catalogue,
    /// The columns.
    pub columns: &'a [Column],
    /// The day whose code lists count.
    pub today: Day,
    /// The language of what is explained; headers and values are Chinese, the language of record.
    pub language: Language,
    /// The limits.
    pub limits: Limits,
}

/// Writes the template: the table, the guide, the values of the drop-downs.
///
/// # Errors
/// The output refuses it, or a workbook cannot hold it.
pub fn write_template(form: &Form<'_>, out: impl Write + Send) -> Result<(), ReportError> {
    let words = Words::of(form.language);
    let look = Look::new();
    let fields = form.fields();
    let heads: Vec<Head> = fields
        .iter()
        .map(|(column, field)| {
            let mark = if field.required.is_empty() { "" } else { "*" };
            Head::of(field, column, mark)
        })
        .collect();
    let lists = Lists::of(form.rulebook, &heads, form.today, &form.limits);
    let mut workbook = book::workbook(form.today)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(book::sheet_name(form.catalogue))?;
    book::write_heads(sheet, &look, 0, &heads)?;
    let codes = words.pick(CODES_SHEET);
    lists.attach(sheet, (0, &heads), (codes, &words))?;
    form.guide(&mut workbook, &look, &words)?;
    lists.write(&mut workbook, codes)?;
    workbook.save_to_writer(out)?;
    Ok(())
}

impl<'a> Form<'a> {
    /// The columns with their fields.
    pub(crate) fn fields(&self) -> Vec<(&'a Column, &'a Field)> {
        self.columns
            .iter()
            .filter_map(|column| Some((column, self.catalogue.field(&column.code)?)))
            .collect()
    }

    fn guide(&self, workbook: &mut Workbook, look: &Look, words: &Words) -> Result<(), XlsxError> {
        const COLUMNS: [(&str, u32); 8] = [
            ("guide.name", 34),
            ("guide.code", 20),
            ("guide.required", 22),
            ("guide.type", 20),
            ("guide.length", 10),
            ("guide.form", 40),
            ("guide.example", 26),
            ("guide.values", 60),
        ];
        let sheet = workbook.add_worksheet();
        sheet.set_name(words.pick(GUIDE_SHEET))?;
        let name = pick(words, &self.catalogue.name.zh, &self.catalogue.name.en);
        let title = words.with("guide.title", "catalogue", name);
        sheet.write_string_with_format(0, 0, safe(&title), &look.title)?;
        sheet.write_string(1, 0, words.get("guide.how"))?;
        for (place, (key, width)) in (0..).zip(COLUMNS) {
            sheet.set_column_width(place, width)?;
            sheet.write_string_with_format(2, place, words.get(key), &look.head)?;
        }
        for (row, (column, field)) in (3..).zip(self.fields()) {
            let kind = kind(&field.kind);
            let length = field.max_length.map(|length| length.to_string()).unwrap_or_default();
            let cells = [
                named(words, &column.header, &field.name.en),
                field.code.clone(),
                required(words, field),
                words.get(&format!("type.{kind}")).to_owned(),
                length,
                words.get(&format!("form.{kind}")).to_owned(),
                words.get(&format!("example.{kind}")).to_owned(),
                self.values(words, field),
            ];
            for (place, cell) in (0..).zip(&cells) {
                sheet.write_string_with_format(row, place, safe(cell), &look.wrapped)?;
            }
        }
        sheet.set_freeze_panes(3, 1)?;
        Ok(())
    }

    /// The values of a field's code list, or the first of them and how many there are.
    fn values(&self, words: &Words, field: &Field) -> String {
        let Some(id) = field.code_list() else {
            return String::new();
        };
        let values = book::values(self.rulebook, id, self.today);
        let most = self.limits.guide_values;
        let shown: Vec<&str> = values.iter().take(most).map(String::as_str).collect();
        let mut text = format!("{id}: {}", shown.join("、"));
        if values.len() > most {
            text.push_str(&words.with("guide.more", "count", &values.len()));
        }
        text.chars().take(self.limits.cell_characters).collect()
    }
}

fn pick<'a>(words: &Words, chinese: &'a str, english: &'a str) -> &'a str {
    words.pick([chinese, if english.is_empty() { chinese } else { english }])
}

/// The header, and in English what it means.
fn named(words: &Words, header: &str, english: &str) -> String {
    match words.pick(["", english]) {
        "" => header.to_owned(),
        meaning => format!("{header} ({meaning})"),
    }
}

fn required(words: &Words, field: &Field) -> String {
    let organisation = field.is_required(Scope::Organisation);
    let individual = field.is_required(Scope::IndividualBusiness);
    let key = match (organisation, individual) {
        (true, true) => "required.all",
        (true, false) => "required.organisation",
        (false, true) => "required.individual",
        (false, false) => "required.none",
    };
    words.get(key).to_owned()
}

fn kind(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::Day => "day",
        FieldType::Wan => "wan",
        FieldType::Yuan => "yuan",
        FieldType::Integer => "integer",
        FieldType::Uscc => "uscc",
        FieldType::OrganisationCode => "organisation-code",
        FieldType::RegistrationNumber => "registration-number",
        FieldType::TaxNumber => "tax-number",
        FieldType::Name => "name",
        FieldType::PersonName => "person-name",
        FieldType::DocumentNumber => "document-number",
        FieldType::Region => "region",
        FieldType::PersonNumber => "person-number",
        FieldType::Code(_) => "code",
        FieldType::Codes(_) => "codes",
    }
}

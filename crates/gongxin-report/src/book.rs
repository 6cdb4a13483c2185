//! What all workbooks share: the head of a table, drop-downs, the look of cells.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::Day;
use gongxin_pack::{Catalogue, Field, FieldType, Rulebook};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError, row_col_to_cell_absolute,
};

use crate::limits::Limits;
use crate::safe;
use crate::template::Column;
use crate::words::Words;

/// The last row of a sheet.
const LAST_ROW: u32 = 1_048_575;

/// The look of cells.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) text: Format,
    pub(crate) number: Format,
    pub(crate) head: Format,
    pub(crate) required: Format,
    pub(crate) own: Format,
    pub(crate) title: Format,
    pub(crate) wrapped: Format,
}

impl Look {
    pub(crate) fn new() -> Self {
        let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
        let head = Format::new()
            .set_bold()
            .set_num_format("@")
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_border(FormatBorder::Thin)
            .set_background_color(Color::RGB(0x00E7_EDF3));
        Self {
            number: Format::new().set_align(FormatAlign::Top),
            required: head
                .clone()
                .set_background_color(Color::RGB(0x00FB_E3D6))
                .set_font_color(Color::RGB(0x009C_1C00)),
            own: head.clone().set_background_color(Color::RGB(0x00D9_D9D9)),
            title: text.clone().set_bold().set_font_size(14),
            wrapped: text.clone().set_text_wrap(),
            head,
            text,
        }
    }
}

/// A workbook whose bytes do not depend on when it was made.
pub(crate) fn workbook(day: Day) -> Result<Workbook, XlsxError> {
    let (year, month, date) = day.parts();
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let made = ExcelDateTime::from_ymd(year.unsigned_abs(), part(month), part(date))?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    Ok(workbook)
}

/// The name of a catalogue as the name of a sheet.
pub(crate) fn sheet_name(catalogue: &Catalogue) -> String {
    let name = fitting(&catalogue.name.zh);
    if name.trim().is_empty() { "数据".to_owned() } else { name }
}

/// A name as the name of a sheet, another one for each place.
pub(crate) fn plain_name(name: &str, place: usize) -> String {
    let name: String = fitting(name).chars().take(26).collect();
    if place == 0 && !name.trim().is_empty() { name } else { format!("{name} {}", place + 1) }
}

/// What of a name a sheet may be called.
fn fitting(name: &str) -> String {
    let refused = |character: char| {
        matches!(character, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'')
            || character.is_control()
    };
    name.chars().filter(|one| !refused(*one)).take(30).collect()
}

/// The head of one column of data.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) header: String,
    pub(crate) required: bool,
    /// True for amounts and counts, which a spreadsheet may treat as numbers.
    pub(crate) number: bool,
    /// The code list of its values.
    pub(crate) list: Option<String>,
    /// True where one cell may hold several values.
    pub(crate) several: bool,
}

impl Head {
    pub(crate) fn of(field: &Field, column: &Column, mark: &str) -> Self {
        Self {
            header: format!("{}{mark}", column.header),
            required: !field.required.is_empty(),
            number: matches!(field.kind, FieldType::Wan | FieldType::Yuan | FieldType::Integer),
            list: column.list.clone(),
            several: matches!(field.kind, FieldType::Codes(_)),
        }
    }
}

/// Writes the heads of columns from one column on, with widths, text formats and drop-downs.
pub(crate) fn write_heads(
    sheet: &mut Worksheet,
    look: &Look,
    first: u16,
    heads: &[Head],
) -> Result<(), XlsxError> {
    for (place, head) in (first..).zip(heads) {
        sheet.set_column_width(place, width(&head.header))?;
        sheet.set_column_format(place, if head.number { &look.number } else { &look.text })?;
        let format = if head.required { &look.required } else { &look.head };
        sheet.write_string_with_format(0, place, safe(&head.header), format)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A width that shows a header on one or two lines.
pub(crate) fn width(header: &str) -> u32 {
    let characters = u32::try_from(header.chars().count()).unwrap_or(u32::MAX);
    characters.saturating_mul(2).saturating_add(2).clamp(12, 36)
}

/// The values of the drop-downs of one workbook.
#[derive(Debug)]
pub(crate) struct Lists {
    lists: BTreeMap<String, Vec<String>>,
}

impl Lists {
    pub(crate) fn of(rulebook: &Rulebook, heads: &[Head], day: Day, limits: &Limits) -> Self {
        let ids: BTreeSet<&String> = heads.iter().filter_map(|head| head.list.as_ref()).collect();
        let lists = ids.into_iter().map(|id| (id.clone(), values(rulebook, id, day)));
        let fits = |values: &Vec<String>| (1..=limits.drop_down).contains(&values.len());
        Self { lists: lists.filter(|(_, values)| fits(values)).collect() }
    }

    /// Adds the hidden sheet with the values.
    pub(crate) fn write(&self, workbook: &mut Workbook, name: &str) -> Result<(), XlsxError> {
        if self.lists.is_empty() {
            return Ok(());
        }
        let text = Format::new().set_num_format("@");
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?.set_hidden(true);
        for (column, (id, values)) in (0..).zip(&self.lists) {
            sheet.write_string_with_format(0, column, safe(id), &text)?;
            for (row, value) in (1..).zip(values) {
                sheet.write_string_with_format(row, column, safe(value), &text)?;
            }
        }
        Ok(())
    }

    /// Gives the columns their drop-downs. What is not on the list is asked about, not forbidden:
    /// intake knows more spellings than a drop-down shows.
    pub(crate) fn attach(
        &self,
        sheet: &mut Worksheet,
        (first, heads): (u16, &[Head]),
        (name, words): (&str, &Words),
    ) -> Result<(), XlsxError> {
        for (place, head) in (first..).zip(heads) {
            let list = head.list.as_ref();
            let Some((column, values)) = list.and_then(|id| {
                let mut columns = (0..).zip(&self.lists);
                columns.find(|(_, (known, _))| *known == id).map(|(at, (_, values))| (at, values))
            }) else {
                continue;
            };
            let last = u32::try_from(values.len()).unwrap_or(LAST_ROW);
            let from = row_col_to_cell_absolute(1, column);
            let to = row_col_to_cell_absolute(last, column);
            let hint = if head.several { "drop-down.several" } else { "drop-down.one" };
            let validation = DataValidation::new()
                .allow_list_formula(Formula::new(format!("='{name}'!{from}:{to}")))
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_title(words.get("drop-down.title"))?
                .set_error_message(words.get(hint))?;
            sheet.add_data_validation(1, place, LAST_ROW, place, &validation)?;
        }
        Ok(())
    }
}

/// The values in use on a day, by name where the name is understood, else by code.
pub(crate) fn values(rulebook: &Rulebook, id: &str, day: Day) -> Vec<String> {
    let Some(list) = rulebook.code_list(id) else {
        return Vec::new();
    };
    let mut seen = BTreeSet::new();
    list.entries
        .iter()
        .filter(|entry| entry.holds(day))
        .map(|entry| {
            let understood = list.find(&entry.zh).is_some_and(|found| found.code == entry.code);
            if understood { entry.zh.clone() } else { entry.code.clone() }
        })
        .filter(|value| !value.is_empty() && seen.insert(value.clone()))
        .collect()
}

/// The beginning of a text that fits a cell.
pub(crate) fn cut(text: &str, most: usize) -> String {
    // Half, because some characters count twice.
    let most = most / 2;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain(['…']).collect()
}

//! Held rows as a sheet that a steward fills with judgements and hands back.

use std::io::Write;

use gongxin_model::Day;
use gongxin_model::finding::Language;
use gongxin_model::given_out::{GROUND, HELD, JUDGED_CODE, JUDGEMENT, LINK, PERSON, REFUSE};
use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle};

use crate::book::{Look, workbook};
use crate::csv::{begin, line};
use crate::words::Words;
use crate::{ReportError, safe};

/// A held row as one line of the sheet. None of it is a field of the decision but its number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldLine {
    /// Its number.
    pub number: i64,
    /// The hand-in.
    pub batch: i64,
    /// The row in it.
    pub row: u64,
    /// The catalogue, in words.
    pub catalogue: String,
    /// The source.
    pub source: String,
    /// The name as written.
    pub name: String,
    /// The codes as written.
    pub codes: String,
    /// The number of the decision.
    pub document: String,
    /// Why it is held.
    pub reasons: String,
    /// The first suggestions, each with its code, name, score and reasons.
    pub suggestions: Vec<String>,
}

/// How many suggestions a line has.
pub const SUGGESTIONS: usize = 3;
/// How many columns a line has.
const COLUMNS: usize = 15;
/// The columns that the steward fills: judgement, code, reason.
const TO_FILL: std::ops::Range<u16> = 9..12;
/// The column of the judgement.
const JUDGEMENT_COLUMN: u16 = 9;

fn header(words: &Words) -> [String; COLUMNS] {
    let word = |key: &str| words.get(key).to_owned();
    let own = |pair: [&str; 2]| words.pick(pair).to_owned();
    [
        own(HELD),
        word("held.batch"),
        word("held.row"),
        word("held.catalogue"),
        word("held.source"),
        word("held.name"),
        word("held.codes"),
        word("held.document"),
        word("held.reasons"),
        own(JUDGEMENT),
        own(JUDGED_CODE),
        own(GROUND),
        word("held.first"),
        word("held.second"),
        word("held.third"),
    ]
}

fn cells(one: &HeldLine) -> [String; COLUMNS] {
    let suggestion = |place: usize| one.suggestions.get(place).cloned().unwrap_or_default();
    [
        one.number.to_string(),
        one.batch.to_string(),
        one.row.to_string(),
        one.catalogue.clone(),
        one.source.clone(),
        one.name.clone(),
        one.codes.clone(),
        one.document.clone(),
        one.reasons.clone(),
        String::new(),
        String::new(),
        String::new(),
        suggestion(0),
        suggestion(1),
        suggestion(2),
    ]
}

/// Writes the sheet as a table of values separated by commas.
///
/// # Errors
/// The output refuses it.
pub fn write_csv(
    out: &mut dyn Write,
    language: Language,
    lines: &[HeldLine],
) -> Result<(), ReportError> {
    let words = Words::of(language);
    begin(out)?;
    line(out, header(&words).iter().map(String::as_str))?;
    for one in lines {
        line(out, cells(one).iter().map(String::as_str))?;
    }
    Ok(())
}

/// Writes the sheet as a workbook: all cells text, the judgements from a drop-down.
///
/// # Errors
/// The output refuses it, or there are more lines than a sheet takes.
pub fn write_workbook(
    out: impl Write + Send,
    (language, today): (Language, Day),
    lines: &[HeldLine],
) -> Result<(), ReportError> {
    let words = Words::of(language);
    let look = Look::new();
    let mut book = workbook(today)?;
    let sheet = book.add_worksheet();
    sheet.set_name(words.get("held.sheet"))?.set_freeze_panes(1, 1)?;
    for (column, text) in (0..).zip(header(&words)) {
        let fill = TO_FILL.contains(&column);
        sheet.set_column_width(column, if column < 5 { 12 } else { 28 })?;
        sheet.set_column_format(column, &look.text)?;
        sheet.write_string_with_format(
            0,
            column,
            safe(&text),
            if fill { &look.required } else { &look.own },
        )?;
    }
    for (row, one) in (1..).zip(lines) {
        for (column, text) in (0..).zip(cells(one)) {
            sheet.write_string_with_format(row, column, safe(&text), &look.text)?;
        }
    }
    let judgements = [LINK, REFUSE, PERSON].map(|pair| words.pick(pair));
    let validation = DataValidation::new()
        .allow_list_strings(&judgements)?
        .set_input_message(words.get("held.hint"))?
        .set_error_style(DataValidationErrorStyle::Stop);
    let last = u32::try_from(lines.len()).unwrap_or(u32::MAX).max(1);
    sheet.add_data_validation(1, JUDGEMENT_COLUMN, last, JUDGEMENT_COLUMN, &validation)?;
    book.save_to_writer(out)?;
    Ok(())
}

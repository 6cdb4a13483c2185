//! What the desk gives out: templates, the findings as a table, the rows to correct.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use gongxin_intake::{Facts, OutColumn, Receipt, RowOutcome, correction_columns, template_columns};
use gongxin_model::finding::Language;
use gongxin_model::{Day, Finding, FindingTexts};
use gongxin_pack::{Catalogue, Rulebook};
use gongxin_report::correction::Make;
use gongxin_report::csv::{self, FindingLine};
use gongxin_report::{
    Column, Correction, CorrectionRow, Counts, Fate, Form, Limits, ReportError, write_template,
};

use super::row::Row;
use super::settle::Settled;
use crate::rules::texts_of;
use crate::{Office, OfficeError};

/// Writes the template of a catalogue.
///
/// # Errors
/// There is no such catalogue, or the output refuses it.
pub fn template(
    rulebook: &Rulebook,
    id: &str,
    (today, language): (Day, Language),
    out: impl Write + Send,
) -> Result<(), OfficeError> {
    let catalogue = catalogue(rulebook, id)?;
    let columns = columns(template_columns(catalogue));
    let limits = Limits::default();
    let form = Form { rulebook, catalogue, columns: &columns, today, language, limits };
    write_template(&form, out).map_err(|error| unwritten("the template", &error))
}

/// Writes a receipt's findings, one a line, as a table that a spreadsheet opens rightly.
///
/// # Errors
/// The output refuses it.
pub fn findings_as_csv(
    receipt: &Receipt,
    language: Language,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let lines = receipt.findings.iter().map(|finding| {
        let file = match &finding.file {
            Some(name) => receipt.files.iter().find(|file| file.file == *name),
            None => receipt.files.first(),
        };
        let name = finding.file.as_deref().or_else(|| file.map(|file| file.file.as_str()));
        FindingLine {
            file: name.unwrap_or_default(),
            sheet: file.and_then(|file| file.sheet.as_deref()).unwrap_or_default(),
            row: finding.row,
            column: finding.column.as_deref().unwrap_or_default(),
            rule: &finding.rule,
            severity: finding.severity,
            what: finding.what(),
            todo: finding.todo(),
            basis: &finding.basis,
        }
    });
    csv::write_findings(out, language, lines, receipt.findings_left_out)
}

impl Office {
    /// Begins the workbooks in which the rows with findings of a hand-in can be corrected. Rows lie
    /// in the directory until their workbook is closed.
    ///
    /// # Errors
    /// There is no such catalogue, or no rulebook.
    pub fn begin_correction(
        &self,
        id: &str,
        language: Language,
        (limits, directory, make): (Limits, PathBuf, Make),
    ) -> Result<Correction, OfficeError> {
        let rules = self.rules()?;
        let catalogue = catalogue(&rules.shared, id)?.clone();
        let columns = columns(template_columns(&catalogue));
        let what = (Arc::clone(&rules.shared), catalogue, columns);
        Ok(Correction::new(what, (self.today(), language), limits, directory, make))
    }

    /// Closes the workbooks with the counts of the receipt; gives how many there are.
    ///
    /// # Errors
    /// One could not be written, now or before.
    pub fn end_correction(
        &self,
        correction: Correction,
        receipt: &Receipt,
    ) -> Result<u32, OfficeError> {
        let Receipt { rows, accepted, corrected, unchanged, held, refused, skipped, .. } = *receipt;
        let counts = Counts { rows, accepted, corrected, unchanged, held, refused, skipped };
        correction.finish(&counts).map_err(|error| unwritten("the receipt", &error))
    }
}

/// The columns in which a file's rows are given back.
pub(super) fn correction(catalogue: &Catalogue, facts: &Facts) -> Vec<Column> {
    columns(correction_columns(catalogue, facts))
}

/// Gives a row to whoever corrects it, where something was found in it. Of a refused row no cell is
/// given, nor of one whose text may name a person: the column that tells so would be missing.
pub(super) fn row(
    correction: &mut Correction,
    (row, settled): (&Row, &Settled),
    (texts, language): ([&FindingTexts; 2], Language),
) {
    if settled.findings.is_empty() && settled.outcome != RowOutcome::Held {
        return;
    }
    let [own, packs] = texts;
    let messages: Vec<String> = settled
        .findings
        .iter()
        .map(|finding| note(finding, texts_of(finding, own, packs), language))
        .collect();
    let fate = match settled.outcome {
        RowOutcome::Accepted => Fate::Accepted,
        RowOutcome::Unchanged => Fate::Unchanged,
        RowOutcome::Corrected => Fate::Corrected,
        RowOutcome::Held => Fate::Held,
        RowOutcome::Refused => Fate::Refused,
    };
    let draft = row
        .draft
        .as_ref()
        .filter(|draft| settled.outcome != RowOutcome::Refused && !draft.hold_publication);
    correction.push(&CorrectionRow {
        number: row.number,
        fate,
        record: settled.record,
        fields: draft.map(|draft| draft.fields.as_slice()),
        messages: &messages,
    });
}

/// What a workbook says of a finding.
pub(super) fn note(finding: &Finding, texts: &FindingTexts, language: Language) -> String {
    let message = texts.message(finding, language);
    match &finding.column {
        Some(column) => format!("[{column}] {message} ({})", finding.rule),
        None => format!("{message} ({})", finding.rule),
    }
}

/// The catalogue of an id; where there is none, what there is.
pub(super) fn catalogue<'a>(
    rulebook: &'a Rulebook,
    id: &str,
) -> Result<&'a Catalogue, OfficeError> {
    rulebook.catalogue(id).ok_or_else(|| {
        let known: Vec<&str> = rulebook.catalogues.keys().map(String::as_str).collect();
        OfficeError::Usage(format!("there is no catalogue `{id}`; there are {}", known.join(", ")))
    })
}

fn columns(columns: Vec<OutColumn>) -> Vec<Column> {
    let column = |OutColumn { header, code, renamed, list }| Column { header, code, renamed, list };
    columns.into_iter().map(column).collect()
}

fn unwritten(what: &str, error: &ReportError) -> OfficeError {
    OfficeError::File { act: format!("writing {what}"), why: error.to_string() }
}

//! The file that comes back: each of its rows is the answer to a row that went up, or to none.

use std::collections::BTreeMap;
use std::sync::Arc;

use gongxin_intake::draft::{CheckedRow, Draft, Outcome};
use gongxin_intake::{ChildCommand, Intake, Limits, Mapping, Options, ReceiptFinding};
use gongxin_model::finding::Language;
use gongxin_model::text::normalise_document_number;
use gongxin_model::{Finding, RecordNo};
use gongxin_pack::{Catalogue, Confidence, ReturnLayout, Rulebook};
use gongxin_store::{Reader, SentRow};
use serde::Serialize;

use super::select::{Answer, Fate};
use super::upload::{UploadItem, absent, parts};
use crate::derive::Summary;
use crate::intake::{Input, opened, record_key, unopened};
use crate::rules::{Rules, texts_of};
use crate::{Office, OfficeError, texts};

/// So many rows are read and matched at once.
const CHUNK: usize = 1_000;
const CHUNK_BYTES: usize = 8 * 1024 * 1024;
/// Findings and unmatched rows that are told one by one.
const TOLD: usize = 1_000;
/// Characters of a reason that are kept.
const REASON: usize = 500;

/// What comes back.
#[derive(Debug, Clone)]
pub struct ReturnAsk<'a> {
    /// The number of the file that went up.
    pub upload: i64,
    /// A mapping file's text, where headers are others.
    pub mapping: Option<&'a str>,
    /// The language of findings.
    pub language: Language,
    /// How workbooks are read.
    pub child: Option<ChildCommand>,
}

/// A row of the return that answers nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnTrouble {
    /// The row, as the file counts.
    pub row: u64,
    /// Why, as a rule.
    pub rule: String,
    /// Why, in words.
    pub message: String,
}

/// What became of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnReceipt {
    /// True if it was read to its end.
    pub read: bool,
    /// Its rows.
    pub rows: u64,
    /// Rows that say that a record was accepted.
    pub accepted: u64,
    /// Rows that say that a record was refused.
    pub refused: u64,
    /// Rows that answer nothing.
    pub unmatched: u64,
    /// Refusals by their reason.
    pub reasons: BTreeMap<String, u64>,
    /// The rows that answer nothing, up to a limit.
    pub troubles: Vec<ReturnTrouble>,
    /// What was found out about the file.
    pub findings: Vec<ReceiptFinding>,
    /// True where the layout of the return was not read in a source.
    pub unverified: bool,
    /// The file that went up, with what is known of it now.
    pub upload: UploadItem,
}

/// The answer to a row that went up.
struct Answered {
    row: u64,
    draft: Box<Draft>,
}

/// How a return of one upload is read.
struct Reading<'a> {
    office: &'a Office,
    rules: &'a Rules,
    rulebook: &'a Rulebook,
    catalogue: &'a Catalogue,
    returns: &'a ReturnLayout,
    ask: &'a ReturnAsk<'a>,
    answers: BTreeMap<i64, (i64, String)>,
    receipt: ReturnReceipt,
}

impl Office {
    /// Reads the file that came back for one that went up, and keeps what it says of each row. The
    /// last answer to a row counts.
    ///
    /// # Errors
    /// There is no such upload, or the store could not be written.
    pub fn take_return(
        &self,
        ask: &ReturnAsk<'_>,
        input: Input,
    ) -> Result<ReturnReceipt, OfficeError> {
        let item = self.upload_item(ask.upload)?;
        let rules = self.rules()?;
        let (_, layout, _) = parts(&rules.shared, &item.catalogue)?;
        let returned =
            rules.shared.return_catalogue(&item.catalogue).ok_or_else(|| absent(ask.upload))?;
        let mut rulebook = (*rules.shared).clone();
        rulebook.catalogues.insert(returned.id.clone(), returned);
        let rulebook = Arc::new(rulebook);
        let (catalogue, ..) = parts(&rulebook, &item.catalogue)?;
        let unverified = layout.returns.ground.confidence == Confidence::Unverified;
        let mut reading = Reading {
            office: self,
            rules: &rules,
            rulebook: &rulebook,
            catalogue,
            returns: &layout.returns,
            ask,
            answers: BTreeMap::new(),
            receipt: ReturnReceipt {
                read: false,
                rows: 0,
                accepted: 0,
                refused: 0,
                unmatched: 0,
                reasons: BTreeMap::new(),
                troubles: Vec::new(),
                findings: Vec::new(),
                unverified,
                upload: item,
            },
        };
        match reading.open(Arc::clone(&rulebook), input) {
            Ok(intake) => reading.read(intake)?,
            Err(findings) => reading.find(&findings),
        }
        let Reading { answers, mut receipt, .. } = reading;
        if !answers.is_empty() {
            self.store.write(self.clock.now(), |writer| {
                writer.answer_sent(&answers)?;
                Ok::<_, OfficeError>(())
            })?;
        }
        receipt.upload = self.upload_item(ask.upload)?;
        Ok(receipt)
    }
}

impl Reading<'_> {
    fn open(&self, rulebook: Arc<Rulebook>, input: Input) -> Result<Intake, Vec<Finding>> {
        let mapping = match self.ask.mapping {
            Some(text) => Mapping::parse(text, self.catalogue)?,
            None => Mapping::default(),
        };
        let (source, ..) = opened(input).map_err(|error| vec![unopened(&error)])?;
        let options = Options {
            rulebook,
            catalogue: self.catalogue.id.clone(),
            mapping,
            today: self.office.today(),
            child: self.ask.child.clone(),
            limits: Limits::default(),
        };
        Intake::open(source, options)
    }

    fn read(&mut self, mut intake: Intake) -> Result<(), OfficeError> {
        self.receipt.read = true;
        while let Some(chunk) = intake.next_chunk(CHUNK, CHUNK_BYTES) {
            self.find(&chunk.findings);
            self.receipt.read &= !chunk.failed;
            let office = self.office;
            office.store.read(|reader| self.take(reader, chunk.rows))?;
        }
        Ok(())
    }

    /// Takes findings about the file.
    fn find(&mut self, findings: &[Finding]) {
        let mut told = gongxin_intake::Receipt::new("", "");
        for finding in findings {
            let words = texts_of(finding, &self.office.texts, &self.rules.texts);
            told.find(finding, words, self.ask.language, TOLD);
        }
        self.receipt.findings.append(&mut told.findings);
        self.receipt.findings.truncate(TOLD);
    }

    fn take(&mut self, reader: &mut Reader<'_>, rows: Vec<CheckedRow>) -> Result<(), OfficeError> {
        let mut answered = Vec::new();
        for row in rows {
            self.receipt.rows += 1;
            match row.outcome {
                Outcome::Ready(draft) => answered.push(Answered { row: row.number, draft }),
                Outcome::Refused => {
                    let unmatched = || Finding::new(texts::RETURN_UNMATCHED);
                    let why = row.findings.into_iter().next().unwrap_or_else(unmatched);
                    self.trouble(row.number, &why);
                }
            }
        }
        let by_key = self.by_key(reader, &answered)?;
        let by_row = self.by_row(reader, &answered)?;
        for one in &answered {
            let found = by_key.get(&one.row).or_else(|| by_row.get(&one.row));
            match (found, self.outcome(&one.draft)) {
                (None, _) => {
                    self.trouble(one.row, &Finding::new(texts::RETURN_UNMATCHED));
                }
                (Some(_), None) => {
                    self.trouble(one.row, &Finding::new(texts::RETURN_NO_RESULT));
                }
                (Some(no), Some(answer)) => self.answer(*no, answer, &one.draft),
            }
        }
        Ok(())
    }

    /// The rows that went up, by what identifies their records: row of the return → number.
    fn by_key(
        &self,
        reader: &mut Reader<'_>,
        answered: &[Answered],
    ) -> Result<BTreeMap<u64, i64>, OfficeError> {
        let key = |one: &Answered| {
            Some((record_key(self.office.key(), self.catalogue, &one.draft)?, one.row))
        };
        let keys: Vec<_> = answered.iter().filter_map(key).collect();
        let found: BTreeMap<_, RecordNo> = reader
            .records_by_key(keys.iter().map(|(mac, _)| mac.to_vec()).collect())?
            .into_iter()
            .collect();
        let sent = reader.sent_of(found.values().map(|no| no.0).collect())?;
        let sent: BTreeMap<RecordNo, i64> = sent
            .into_iter()
            .filter(|row| row.upload == self.ask.upload)
            .map(|row| (row.record, row.no))
            .collect();
        let row = |(mac, row)| Some((row, *sent.get(found.get(&mac)?)?));
        Ok(keys.into_iter().filter_map(row).collect())
    }

    /// The rows that went up, by their place in the file, where the document's number does not say
    /// otherwise.
    fn by_row(
        &self,
        reader: &mut Reader<'_>,
        answered: &[Answered],
    ) -> Result<BTreeMap<u64, i64>, OfficeError> {
        let mut places: Vec<(i64, &Answered)> = Vec::new();
        for one in answered {
            let stated = Self::text(&one.draft, &self.returns.row);
            if let Some(stated) = stated.and_then(|text| text.parse::<i64>().ok()) {
                places.push((stated - i64::from(self.returns.first_row) + 1, one));
            }
        }
        let sent =
            reader.sent_at(self.ask.upload, places.iter().map(|(place, _)| *place).collect())?;
        let sent: BTreeMap<i64, SentRow> = sent
            .into_iter()
            .filter(|row| row.fate != Fate::Ended.number())
            .map(|row| (row.row, row))
            .collect();
        let numbers: BTreeMap<RecordNo, Option<String>> = reader
            .standings(sent.values().map(|row| row.record.0).collect())?
            .iter()
            .map(|row| (row.record, Summary::of(row).number))
            .collect();
        let agrees = |one: &Answered, row: &SentRow| {
            let ours = numbers.get(&row.record).cloned().flatten();
            let theirs = one.draft.document_number.as_deref();
            theirs.zip(ours.as_deref()).is_none_or(|(theirs, ours)| {
                normalise_document_number(theirs) == normalise_document_number(ours)
            })
        };
        let row = |(place, one): (i64, &Answered)| {
            let row = sent.get(&place).filter(|row| agrees(one, row))?;
            Some((one.row, row.no))
        };
        Ok(places.into_iter().filter_map(row).collect())
    }

    /// What the row says became of the record.
    fn outcome(&self, draft: &Draft) -> Option<Answer> {
        let result = Self::text(draft, &self.returns.result)?;
        let field = self.returns.fields.iter().find(|field| field.code == self.returns.result)?;
        let entry = self.rulebook.code_list(field.code_list()?)?.by_code(result)?;
        match entry.extra.get("outcome").map(String::as_str) {
            Some("accepted") => Some(Answer::Accepted),
            Some("refused") => Some(Answer::Refused),
            _ => None,
        }
    }

    fn answer(&mut self, no: i64, answer: Answer, draft: &Draft) {
        let reason = Self::text(draft, &self.returns.reason).unwrap_or_default();
        let reason: String = reason.chars().take(REASON).collect();
        match answer {
            Answer::Refused => {
                self.receipt.refused += 1;
                *self.receipt.reasons.entry(reason.clone()).or_default() += 1;
            }
            _ => self.receipt.accepted += 1,
        }
        self.answers.insert(no, (answer.number(), reason));
    }

    fn trouble(&mut self, row: u64, finding: &Finding) {
        self.receipt.unmatched += 1;
        if self.receipt.troubles.len() < TOLD {
            let words = texts_of(finding, &self.office.texts, &self.rules.texts);
            let message = words.message(finding, self.ask.language);
            self.receipt.troubles.push(ReturnTrouble { row, rule: finding.rule.clone(), message });
        }
    }

    fn text<'d>(draft: &'d Draft, code: &str) -> Option<&'d str> {
        let field = draft.fields.iter().find(|field| field.code == code)?;
        Some(field.value.first()).filter(|text| !text.is_empty())
    }
}

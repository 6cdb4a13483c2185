//! What became of a hand-in, row by row, for whoever answers for its body: counts, findings beside the
//! cells, the receipt and the rows to correct. Of a row that was refused no cell is there to be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use gongxin_intake::{FileReceipt, Receipt, field_named};
use gongxin_model::finding::Language;
use gongxin_model::{BatchNo, Field, Finding, Instant, Kind, PublicId, RecordNo, Severity};
use gongxin_pack::{Catalogue, Role, Text};
use gongxin_report::{CorrectionRow, Fate, Limits};
use gongxin_standing::HOLD_FIELD;
use gongxin_store::{BatchRow, HeldRow, Reader};

use super::course::{Block, BlockRow};
use super::hand_in::{HeldBody, damaged};
use super::replace::is_content;
use crate::accounts::HandInItem;
use crate::derive::histories;
use crate::gate::{BodySee, Permit, Refused};
use crate::rules::{Rules, texts_of};
use crate::{Office, OfficeError};

/// Hand-ins, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchPage {
    /// The hand-ins.
    pub items: Vec<HandInItem>,
    /// The number below which the next page is; none on the last.
    pub below: Option<i64>,
}

/// Which findings of a hand-in are asked for. What is None does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchAsk {
    /// Of rows with this outcome: `accepted`, `unchanged`, `corrected`, `held`, `refused`, `file`.
    pub outcome: Option<String>,
    /// In this column.
    pub column: Option<String>,
    /// Of this rule.
    pub rule: Option<String>,
    /// So many are passed over.
    pub from: usize,
    /// At most so many.
    pub limit: usize,
}

/// How many rows a hand-in has, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct BatchCounts {
    /// All rows.
    pub rows: u64,
    /// Rows that are records.
    pub accepted: u64,
    /// Of them corrections.
    pub corrected: u64,
    /// Of them without anything new.
    pub unchanged: u64,
    /// Rows that were held.
    pub held: u64,
    /// Of them those that wait still.
    pub held_open: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Titles, totals, blank rows.
    pub skipped: u64,
}

/// So many rows with one outcome for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchAlert {
    /// `held` or `refused`.
    pub outcome: &'static str,
    /// What is wrong.
    pub what: String,
    /// The rule.
    pub rule: String,
    /// How many rows.
    pub rows: u64,
}

/// A finding beside what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BatchLine {
    /// The row as the supplier counts; none for the whole file.
    pub row: Option<u64>,
    /// The sheet, or the member of an archive, in a file of several.
    pub part: Option<String>,
    /// The row's number in the hand-in.
    pub number: Option<u64>,
    /// What became of the row; `file` where it is about the whole file.
    pub outcome: &'static str,
    /// The column as the supplier wrote it.
    pub column: Option<String>,
    /// What was filled in there, personal data masked; never of a refused row.
    pub value: Option<String>,
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub todo: String,
    /// The record that the row became, is or corrects.
    pub record: Option<String>,
    /// The held row.
    pub held: Option<i64>,
    /// `open`, `linked`, `refused` of the held row.
    pub held_state: Option<String>,
}

/// Who took a hand-in back, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// The account.
    pub account: String,
    /// The reason that was given.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// A hand-in with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchResult {
    /// The hand-in.
    pub item: HandInItem,
    /// The file's digest; none of a single record.
    pub digest: Option<String>,
    /// An earlier hand-in of the same file.
    pub same_as: Option<i64>,
    /// How many rows.
    pub counts: BatchCounts,
    /// Why rows wait or were not taken, most rows first.
    pub alerts: Vec<BatchAlert>,
    /// Who took it back.
    pub taken_back: Option<TakenBack>,
    /// The findings that were asked for.
    pub lines: Vec<BatchLine>,
    /// How many there are.
    pub total: usize,
    /// The columns and the rules by which one can choose, with what each says.
    pub columns: Vec<String>,
    /// See [`BatchResult::columns`].
    pub rules: Vec<(String, String)>,
}

/// The rows of a hand-in in which something was found.
struct Seen {
    /// About the whole file.
    file: Vec<Finding>,
    rows: Vec<(BlockRow, Vec<Finding>)>,
    receipt: FileReceipt,
}

impl Office {
    /// A page of the hand-ins of bodies below a number, the latest first.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn batches(
        &self,
        permits: &[Permit<BodySee>],
        (below, limit): (Option<i64>, u16),
    ) -> Result<BatchPage, OfficeError> {
        let codes = permits.iter().filter_map(|permit| permit.body().map(str::to_owned)).collect();
        let rules = self.rules()?;
        let most = i64::from(limit) + 1;
        let below = below.unwrap_or(i64::MAX);
        let mut rows = self.store.read(|reader| reader.batches_below(codes, below, most))?;
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let below = rows.last().filter(|_| more).map(|row| row.no.0);
        let items = rows.into_iter().map(|row| HandInItem::of(row, &rules.rulebook)).collect();
        Ok(BatchPage { items, below })
    }

    /// What became of a hand-in.
    ///
    /// # Errors
    /// There is none of the permit's body, or the store cannot be read.
    pub fn batch(
        &self,
        permit: &Permit<BodySee>,
        (no, language): (BatchNo, Language),
        ask: &BatchAsk,
    ) -> Result<BatchResult, OfficeError> {
        let rules = self.rules()?;
        self.store.read(|reader| {
            let batch = own_batch(reader, permit, no)?;
            let seen = seen(&batch, &reader.row_blocks(no)?)?;
            let words = |finding: &Finding| {
                texts_of(finding, &self.texts, &rules.texts).message_parts(finding, language)
            };
            let mut counts = counts(&seen.receipt);
            counts.held_open = u64::try_from(reader.held_open_of(no)?).unwrap_or(0);
            let all = lines(&seen, &words);
            let chosen: Vec<&BatchLine> = all.iter().filter(|line| ask.wants(line)).collect();
            let (total, from) = (chosen.len(), ask.from);
            let chosen = chosen.into_iter().skip(from).take(ask.limit).cloned().collect();
            let mut result = BatchResult {
                digest: batch.file_digest.map(|digest| digest.to_string()),
                same_as: same_as(reader, &batch)?,
                counts,
                alerts: alerts(&seen, &words),
                taken_back: taken_back(reader, &batch)?,
                lines: chosen,
                total,
                columns: columns(&all),
                rules: rules_of(&all),
                item: HandInItem::of(batch, &rules.rulebook),
            };
            let catalogue = rules.rulebook.catalogue(&result.item.catalogue);
            self.fill_in(reader, (no, catalogue), &mut result.lines)?;
            Ok(result)
        })
    }

    /// Puts beside findings what was filled in, where it was kept.
    fn fill_in(
        &self,
        reader: &mut Reader<'_>,
        (no, catalogue): (BatchNo, Option<&Catalogue>),
        lines: &mut [BatchLine],
    ) -> Result<(), OfficeError> {
        let numbers: BTreeSet<u64> = lines.iter().filter_map(|line| line.number).collect();
        let held = held_at(reader, no, &numbers)?;
        let ids: BTreeSet<PublicId> =
            lines.iter().filter_map(|line| line.record.as_ref()?.parse().ok()).collect();
        let contents = self.contents_of(reader, no, ids)?;
        for line in lines {
            let row = line.number.and_then(|number| held.get(&number));
            if let Some((row, _)) = row {
                line.held = Some(row.no);
                line.held_state = Some(row.state.clone());
            }
            let record = line.record.as_deref().and_then(|id| id.parse::<PublicId>().ok());
            let fields = match (line.outcome, row, record) {
                ("refused" | "file", _, _) => None,
                (_, Some((_, body)), _) => shown_draft(body),
                (_, None, Some(id)) => contents.get(&id).map(Vec::as_slice),
                (_, None, None) => None,
            };
            // What is about no column is about whose row it is.
            let field = match line.column.as_deref() {
                Some(name) => catalogue.and_then(|one| field_named(one, name)),
                None => catalogue.and_then(counterpart),
            };
            line.value = field.zip(fields).and_then(|(field, fields)| written(fields, &field.code));
        }
        Ok(())
    }

    /// What records say, as this hand-in said it, else as they stand; nothing of one whose text may name
    /// a person.
    pub(super) fn contents_of(
        &self,
        reader: &mut Reader<'_>,
        batch: BatchNo,
        ids: BTreeSet<PublicId>,
    ) -> Result<BTreeMap<PublicId, Vec<Field>>, OfficeError> {
        let ids: Vec<PublicId> = ids.into_iter().collect();
        let records = self.records_of(reader, &ids)?;
        let numbers: Vec<RecordNo> = records.iter().map(|record| record.no).collect();
        let mut histories = histories(reader, &numbers)?;
        let mut contents = BTreeMap::new();
        for record in records {
            let history = histories.remove(&record.no).unwrap_or_default();
            let said: Vec<_> = history
                .into_iter()
                .filter(|entry| is_content(entry.kind))
                .filter_map(|entry| entry.body)
                .collect();
            let own = said.iter().rev().find(|body| body.batch == Some(batch));
            let Some(body) = own.or(said.last()) else {
                continue;
            };
            if body.fields.iter().all(|field| field.code != HOLD_FIELD) {
                contents.insert(record.public_id, body.fields.clone());
            }
        }
        Ok(contents)
    }

    /// The receipt of a hand-in, as it was given when it ended.
    ///
    /// # Errors
    /// There is none of the permit's body, or the store cannot be read.
    pub fn batch_receipt(
        &self,
        permit: &Permit<BodySee>,
        (no, language): (BatchNo, Language),
    ) -> Result<Receipt, OfficeError> {
        let rules = self.rules()?;
        let (batch, seen) = self.store.read::<_, OfficeError>(|reader| {
            let batch = own_batch(reader, permit, no)?;
            let seen = seen(&batch, &reader.row_blocks(no)?)?;
            Ok((batch, seen))
        })?;
        Ok(self.receipt_of(&rules, &batch, (&seen, language)))
    }

    fn receipt_of(
        &self,
        rules: &Rules,
        batch: &BatchRow,
        (seen, language): (&Seen, Language),
    ) -> Receipt {
        let mut receipt = Receipt::new(&batch.catalogue, &batch.source);
        let limit = gongxin_intake::Limits::default().findings;
        let of_rows = seen.rows.iter().flat_map(|(_, findings)| findings);
        for finding in seen.file.iter().chain(of_rows) {
            let texts = texts_of(finding, &self.texts, &rules.texts);
            receipt.find(finding, texts, language, limit);
        }
        receipt.add_file(seen.receipt.clone());
        receipt
    }

    /// Writes the workbook of the rows to look at, as they were handed in: the first of them, where there
    /// are more than one workbook holds.
    ///
    /// # Errors
    /// There is no such hand-in of the permit's body, or it cannot be written.
    pub fn batch_workbook(
        &self,
        permit: &Permit<BodySee>,
        (no, language): (BatchNo, Language),
        directory: &Path,
    ) -> Result<Vec<u8>, OfficeError> {
        let rules = self.rules()?;
        let book = Arc::new(Mutex::new(Vec::new()));
        let out = Arc::clone(&book);
        let make = move |_| Ok(Box::new(Shared(Arc::clone(&out))) as Box<dyn Write + Send>);
        let how = (
            Limits { workbooks: 1, ..Limits::default() },
            directory.to_owned(),
            Box::new(make) as _,
        );
        let (batch, seen, held, contents) = self.store.read::<_, OfficeError>(|reader| {
            let batch = own_batch(reader, permit, no)?;
            let seen = seen(&batch, &reader.row_blocks(no)?)?;
            let numbers = seen.rows.iter().map(|(row, _)| row.0).collect();
            let held = held_at(reader, no, &numbers)?;
            let ids = seen.rows.iter().filter_map(|(row, _)| row.3).collect();
            let contents = self.contents_of(reader, no, ids)?;
            Ok((batch, seen, held, contents))
        })?;
        let mut correction = self.begin_correction(&batch.catalogue, language, how)?;
        for (row, findings) in &seen.rows {
            let messages: Vec<String> = findings
                .iter()
                .map(|finding| {
                    let texts = texts_of(finding, &self.texts, &rules.texts);
                    super::give_out::note(finding, texts, language)
                })
                .collect();
            let draft = held.get(&row.0).and_then(|(_, body)| shown_draft(body));
            let record = row.3.and_then(|id| contents.get(&id)).map(Vec::as_slice);
            let fate = fate(row.1);
            let fields = if fate == Fate::Refused { None } else { draft.or(record) };
            correction.push(&CorrectionRow {
                number: row.0,
                fate,
                record: row.3,
                fields,
                messages: &messages,
            });
        }
        let receipt = self.receipt_of(&rules, &batch, (&seen, language));
        self.end_correction(correction, &receipt)?;
        let bytes = std::mem::take(&mut *book.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(bytes)
    }
}

/// A buffer that the writer of a workbook and whoever gives it out share.
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl BatchAsk {
    fn wants(&self, line: &BatchLine) -> bool {
        let fits = |asked: &Option<String>, has: Option<&str>| {
            asked.as_deref().is_none_or(|asked| has == Some(asked))
        };
        fits(&self.outcome, Some(line.outcome))
            && fits(&self.column, line.column.as_deref())
            && fits(&self.rule, Some(&line.rule))
    }
}

/// A hand-in of the permit's body.
pub(super) fn own_batch(
    reader: &mut Reader<'_>,
    permit: &Permit<BodySee>,
    no: BatchNo,
) -> Result<BatchRow, OfficeError> {
    let found = reader.batch(no)?.filter(|batch| permit.covers(&batch.source));
    Ok(found.ok_or(Refused)?)
}

/// The held rows of a hand-in at row numbers.
fn held_at(
    reader: &mut Reader<'_>,
    no: BatchNo,
    numbers: &BTreeSet<u64>,
) -> Result<BTreeMap<u64, (HeldRow, HeldBody)>, OfficeError> {
    let rows = numbers.iter().filter_map(|number| i64::try_from(*number).ok()).collect();
    let mut held = BTreeMap::new();
    for row in reader.held_at(no, rows)? {
        let body = HeldBody::from_json(&row.body)?;
        held.insert(row.row, (row, body));
    }
    Ok(held)
}

/// The fields of a held row; none where its text may name a person.
pub(super) fn shown_draft(body: &HeldBody) -> Option<&[Field]> {
    (!body.draft.hold_publication).then_some(body.draft.fields.as_slice())
}

/// The field of the name of whom a row is about.
fn counterpart(catalogue: &Catalogue) -> Option<&gongxin_pack::Field> {
    catalogue.fields.iter().find(|field| field.role == Some(Role::CounterpartName))
}

/// What was filled in, as it was.
fn written(fields: &[Field], code: &str) -> Option<String> {
    let field = fields.iter().find(|field| field.code.eq_ignore_ascii_case(code))?;
    Some(field.written.as_ref().map_or_else(|| field.value.joined(), ToString::to_string))
}

fn seen(batch: &BatchRow, blocks: &[String]) -> Result<Seen, OfficeError> {
    let mut file = FileReceipt {
        file: batch.file.clone(),
        digest: batch.file_digest.map(|digest| digest.to_string()),
        batch: Some(batch.no),
        received_at: Some(batch.at),
        skipped: batch.facts.parse().unwrap_or(0),
        read: batch.state != "open",
        ..FileReceipt::default()
    };
    let mut seen = Seen { file: Vec::new(), rows: Vec::new(), receipt: FileReceipt::default() };
    for block in blocks {
        let block: Block = serde_json::from_str(block).map_err(|error| damaged(&error))?;
        block.outcomes.chars().for_each(|letter| file.count(super::course::outcome(letter)));
        let own: usize = block.rows.iter().map(|row| row.2).sum();
        let mut findings = block.findings.into_iter();
        let of_file = findings.len().saturating_sub(own);
        seen.file.extend(findings.by_ref().take(of_file));
        for row in block.rows {
            let of_row = findings.by_ref().take(row.2).collect();
            seen.rows.push((row, of_row));
        }
    }
    seen.receipt = file;
    Ok(seen)
}

fn counts(receipt: &FileReceipt) -> BatchCounts {
    let FileReceipt { rows, accepted, corrected, unchanged, held, refused, skipped, .. } = *receipt;
    BatchCounts { rows, accepted, corrected, unchanged, held, held_open: 0, refused, skipped }
}

/// The word of a row's letter.
pub(super) const fn outcome_word(letter: char) -> &'static str {
    match letter {
        'a' => "accepted",
        'u' => "unchanged",
        'c' => "corrected",
        'h' => "held",
        _ => "refused",
    }
}

const fn fate(letter: char) -> Fate {
    match letter {
        'a' => Fate::Accepted,
        'u' => Fate::Unchanged,
        'c' => Fate::Corrected,
        'h' => Fate::Held,
        _ => Fate::Refused,
    }
}

/// One line a finding.
fn lines(seen: &Seen, words: &dyn Fn(&Finding) -> (String, String)) -> Vec<BatchLine> {
    let line = |row: Option<&BlockRow>, finding: &Finding| {
        let (what, todo) = words(finding);
        BatchLine {
            row: finding.row,
            part: finding.part.clone(),
            number: row.map(|row| row.0),
            outcome: row.map_or("file", |row| outcome_word(row.1)),
            column: finding.column.clone(),
            value: None,
            rule: finding.rule.clone(),
            what,
            todo,
            record: row.and_then(|row| row.3).map(|id| id.to_string()),
            held: None,
            held_state: None,
        }
    };
    let of_rows = seen.rows.iter().flat_map(|(row, findings)| {
        // The gravest first: it decided.
        let mut findings: Vec<&Finding> = findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings.into_iter().map(move |finding| line(Some(row), finding))
    });
    seen.file.iter().map(|finding| line(None, finding)).chain(of_rows).collect()
}

/// Why rows wait or were not taken: by the gravest finding of each.
fn alerts(seen: &Seen, words: &dyn Fn(&Finding) -> (String, String)) -> Vec<BatchAlert> {
    let mut counted: BTreeMap<(&'static str, &str), (u64, &Finding)> = BTreeMap::new();
    for (row, findings) in &seen.rows {
        let outcome = outcome_word(row.1);
        let worst = findings.iter().max_by_key(|finding| finding.severity);
        let worst = worst.filter(|_| matches!(outcome, "held" | "refused"));
        if let Some(finding) = worst.filter(|finding| finding.severity > Severity::Note) {
            counted.entry((outcome, &finding.rule)).or_insert((0, finding)).0 += 1;
        }
    }
    let alert = |((outcome, rule), (rows, finding)): ((&'static str, &str), (u64, &Finding))| {
        // What one row said of its own cell is not said of all.
        let plain = Finding { values: BTreeMap::new(), ..finding.clone() };
        let what = if finding.values.is_empty() { words(&plain).0 } else { words(finding).0 };
        BatchAlert { outcome, what, rule: rule.to_owned(), rows }
    };
    let mut alerts: Vec<BatchAlert> = counted.into_iter().map(alert).collect();
    alerts.sort_by(|left, right| {
        (right.outcome, right.rows, &left.rule).cmp(&(left.outcome, left.rows, &right.rule))
    });
    alerts
}

fn columns(lines: &[BatchLine]) -> Vec<String> {
    let found: BTreeSet<&String> = lines.iter().filter_map(|line| line.column.as_ref()).collect();
    found.into_iter().cloned().collect()
}

fn rules_of(lines: &[BatchLine]) -> Vec<(String, String)> {
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for line in lines {
        found.entry(&line.rule).or_insert(&line.what);
    }
    found.into_iter().map(|(rule, what)| (rule.to_owned(), what.to_owned())).collect()
}

/// The last hand-in of the same file to the same catalogue before this one.
fn same_as(reader: &mut Reader<'_>, batch: &BatchRow) -> Result<Option<i64>, OfficeError> {
    let Some(digest) = &batch.file_digest else {
        return Ok(None);
    };
    let all = reader.batches_of_file(digest)?;
    let mut like = all.iter().filter(|one| {
        one.no < batch.no && one.catalogue == batch.catalogue && one.source == batch.source
    });
    Ok(like.next_back().map(|one| one.no.0))
}

fn taken_back(reader: &mut Reader<'_>, batch: &BatchRow) -> Result<Option<TakenBack>, OfficeError> {
    if batch.state != crate::rights::WITHDRAWN {
        return Ok(None);
    }
    let Some(record) = reader.first_record_of_batch(batch.no)? else {
        return Ok(None);
    };
    let history = histories(reader, &[record])?.remove(&record).unwrap_or_default();
    let entry = history.into_iter().rev().find(|entry| entry.kind == Kind::Withdrawn);
    Ok(entry.and_then(|entry| {
        let body = entry.body?;
        Some(TakenBack {
            account: body.actor.unwrap_or_default(),
            reason: body.ground.unwrap_or_default(),
            at: entry.at,
        })
    }))
}

impl HandInItem {
    /// A hand-in with the names of today.
    pub(crate) fn of(row: BatchRow, book: &gongxin_pack::Rulebook) -> Self {
        let unknown = |code: &str| Text { zh: code.to_owned(), en: code.to_owned() };
        Self {
            no: row.no.0,
            body_name: book
                .sources
                .get(&row.source)
                .map_or_else(|| unknown(&row.source), |source| source.name.clone()),
            catalogue_name: book
                .catalogue(&row.catalogue)
                .map_or_else(|| unknown(&row.catalogue), |found| found.name.clone()),
            body: row.source,
            catalogue: row.catalogue,
            file: row.file,
            at: row.at,
            state: row.state,
            rows: row.next_row.saturating_sub(1),
        }
    }
}

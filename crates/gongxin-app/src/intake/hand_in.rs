//! A whole hand-in: read, checked, linked, kept chunk by chunk, resumed where it was cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};

use gongxin_intake::draft::{CheckedRow, Draft, Outcome};
use gongxin_intake::{
    ChildCommand, Chunk, Facts, FileReceipt, Intake, Limits, Mapping, Options, Receipt, RowOutcome,
};
use gongxin_model::finding::Language;
use gongxin_model::{BatchNo, Day, Digest, Finding};
use gongxin_pack::Catalogue;
use gongxin_seal::HashSuite;
use gongxin_store::{BatchRow, StoreError, Writer};
use gongxin_subject::Figures;
use serde::{Deserialize, Serialize};

use super::chunk::{Row, Settled, Transaction};
use super::input::{Input, opened, unopened};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many bytes of rows make one transaction, where their number does not before.
const CHUNK_BYTES: usize = 8 * 1024 * 1024;

/// What a hand-in is.
#[derive(Debug, Clone)]
pub struct HandIn<'a> {
    /// The catalogue's id.
    pub catalogue: &'a str,
    /// The supplying body's code.
    pub source: &'a str,
    /// The account that hands in.
    pub actor: &'a str,
    /// A mapping file's text.
    pub mapping: Option<&'a str>,
    /// Check and link, keep nothing.
    pub dry_run: bool,
    /// The language of the receipt.
    pub language: Language,
    /// How workbooks are read.
    pub child: Option<ChildCommand>,
    /// Set from outside to stop after the transaction under way.
    pub stop: &'a AtomicBool,
}

/// How far a hand-in is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes in all, where known.
    pub size: Option<u64>,
    /// Rows settled.
    pub rows: u64,
    /// Of them held.
    pub held: u64,
    /// Of them refused.
    pub refused: u64,
}

/// On whose terms rows are settled: the catalogue, the source, the rules in force.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) catalogue: Catalogue,
    pub(crate) source: String,
    pub(crate) actor: String,
    pub(crate) rules: Arc<Rules>,
    pub(crate) today: Day,
    /// The figures by which names and codes are compared today.
    pub(crate) figures: Figures,
}

/// What is kept of a held row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HeldBody {
    pub(crate) draft: Draft,
    pub(crate) findings: Vec<Finding>,
    /// How it was judged.
    #[serde(default)]
    pub(crate) judgement: Option<Judged>,
}

/// A judgement on a held row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The account that judged.
    pub(crate) actor: String,
    /// Its ground.
    pub(crate) reason: String,
    /// The record that it made.
    pub(crate) record: Option<i64>,
}

impl HeldBody {
    pub(crate) fn to_json(&self) -> Result<String, OfficeError> {
        serde_json::to_string(self).map_err(|error| damaged(&error))
    }

    pub(crate) fn from_json(text: &str) -> Result<Self, OfficeError> {
        serde_json::from_str(text).map_err(|error| damaged(&error))
    }
}

fn damaged(error: &serde_json::Error) -> OfficeError {
    StoreError::Corrupt(format!("a text of the office: {error}")).into()
}

/// The outcomes of a block of rows, as kept beside the hand-in.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Block {
    /// One letter a row: accepted, unchanged, corrected, held, refused.
    outcomes: String,
    findings: Vec<Finding>,
}

/// A hand-in under way.
struct Course<'a> {
    office: &'a Office,
    ask: &'a HandIn<'a>,
    terms: Terms,
    batch: BatchRow,
    file: FileReceipt,
    receipt: Receipt,
    limit: usize,
}

impl Office {
    /// Hands in a file. The receipt says what became of every row; a file that could not be read
    /// (to its end) has `read = false` there, with the finding that says why.
    ///
    /// # Errors
    /// The catalogue or source does not fit, the store could not be written, or it was stopped.
    pub fn hand_in(
        &self,
        ask: &HandIn<'_>,
        name: &str,
        input: Input,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Receipt, OfficeError> {
        let terms = self.terms(ask)?;
        // A file's name is kept and shown; what in it belongs to a person is not.
        let name = &terms.rules.rulebook.personal_scan(terms.today).mask(name).0;
        let mapping = match ask.mapping.map(|text| Mapping::parse(text, &terms.catalogue)) {
            None => Mapping::default(),
            Some(Ok(mapping)) => mapping,
            Some(Err(findings)) => return Ok(self.unread(ask, name, None, &findings)),
        };
        let (source, digest, size) = match opened(input) {
            Ok(opened) => opened,
            Err(error) => return Ok(self.unread(ask, name, None, &[unopened(&error)])),
        };
        let map_digest = HashSuite::Sha256.digest(&[&mapping.canonical_bytes()]);
        let limits = Limits::default();
        let options = Options {
            rulebook: Arc::clone(&terms.rules.shared),
            catalogue: terms.catalogue.id.clone(),
            mapping,
            today: terms.today,
            child: ask.child.clone(),
            limits: limits.clone(),
        };
        let intake = match Intake::open(source, options) {
            Ok(intake) => intake,
            Err(findings) => return Ok(self.unread(ask, name, digest, &findings)),
        };
        let batch = BatchRow {
            no: BatchNo(0),
            source: terms.source.clone(),
            catalogue: terms.catalogue.id.clone(),
            file: name.to_owned(),
            file_digest: digest,
            map_digest,
            next_row: 0,
            state: "open".into(),
            at: self.clock.now(),
            facts: String::new(),
        };
        let receipt = Receipt::new(&terms.catalogue.id, &terms.source);
        let mut course = Course {
            office: self,
            ask,
            terms,
            batch,
            file: FileReceipt { file: name.to_owned(), ..FileReceipt::default() },
            receipt,
            limit: limits.findings,
        };
        course.file.digest = digest.map(|digest| digest.to_string());
        course.run(intake, size, progress)
    }

    /// Who hands in what, under which rules; refused where it does not fit.
    fn terms(&self, ask: &HandIn<'_>) -> Result<Terms, OfficeError> {
        let rules = self.rules()?;
        let rulebook = &rules.rulebook;
        let catalogue = rulebook.catalogue(ask.catalogue).cloned().ok_or_else(|| {
            let known: Vec<&str> = rulebook.catalogues.keys().map(String::as_str).collect();
            OfficeError::Usage(format!(
                "there is no catalogue `{}`; there are {}",
                ask.catalogue,
                known.join(", ")
            ))
        })?;
        let source = rulebook
            .sources
            .values()
            .find(|one| one.code == ask.source || one.uscc.as_deref() == Some(ask.source))
            .ok_or_else(|| {
                OfficeError::Usage(format!(
                    "no source `{}` is registered; `gongxin source list` shows them, \
                     `gongxin source add` registers one",
                    ask.source
                ))
            })?;
        // A class that no source names yet may come from whatever sector it allows.
        let unnamed = !rulebook.sources.values().any(|one| one.may_supply(&catalogue.id));
        let allowed = unnamed && catalogue.may_be_supplied_by(&source.sector);
        if !allowed && !source.may_supply(&catalogue.id) {
            return Err(OfficeError::Usage(format!(
                "`{}` may not supply `{}`; it may supply {}",
                source.code,
                catalogue.id,
                source.supplies.join(", ")
            )));
        }
        Ok(Terms {
            catalogue,
            source: source.code.clone(),
            actor: ask.actor.to_owned(),
            today: self.today(),
            figures: rules.figures(self.today())?,
            rules: Arc::clone(&rules),
        })
    }

    /// The receipt of a file that could not be read at all.
    fn unread(
        &self,
        ask: &HandIn<'_>,
        name: &str,
        digest: Option<Digest>,
        findings: &[Finding],
    ) -> Receipt {
        let mut receipt = Receipt::new(ask.catalogue, ask.source);
        receipt.dry_run = ask.dry_run;
        for finding in findings {
            receipt.find(finding, &self.texts, ask.language, Limits::default().findings);
        }
        receipt.add_file(FileReceipt {
            file: name.to_owned(),
            digest: digest.map(|digest| digest.to_string()),
            received_at: Some(self.clock.now()),
            ..FileReceipt::default()
        });
        receipt
    }
}

impl Course<'_> {
    fn run(
        mut self,
        mut intake: Intake,
        size: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Receipt, OfficeError> {
        self.describe(&intake.facts());
        if self.ask.dry_run {
            return self.rehearse(intake, size, progress);
        }
        self.begin()?;
        if self.batch.next_row > 0 {
            intake.resume_after(self.batch.next_row - 1);
        }
        let mut read_whole = true;
        let chunk_rows = self.office.chunk_rows;
        std::thread::scope(|scope| -> Result<(), OfficeError> {
            let (give, take) = sync_channel(1);
            // Reading and checking run beside writing; the channel keeps one chunk ahead.
            let reading = scope.spawn(move || {
                while let Some(chunk) = intake.next_chunk(chunk_rows, CHUNK_BYTES) {
                    if give.send(chunk).is_err() {
                        return None;
                    }
                }
                Some(intake.facts())
            });
            read_whole = self.take_chunks(&take, size, progress)?;
            drop(take);
            if let Ok(Some(facts)) = reading.join() {
                self.describe(&facts);
            }
            Ok(())
        })?;
        self.finish(read_whole)
    }

    fn take_chunks(
        &mut self,
        chunks: &Receiver<Chunk>,
        size: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<bool, OfficeError> {
        let mut read_whole = true;
        for chunk in chunks {
            read_whole &= !chunk.failed;
            let now = self.office.clock.now();
            let office = self.office;
            let read = chunk.bytes_read;
            office.store.write(now, |writer| self.keep(writer, chunk))?;
            progress(self.progress(read, size));
            if self.ask.stop.load(Ordering::Relaxed) {
                return Err(OfficeError::Stopped);
            }
        }
        Ok(read_whole)
    }

    fn progress(&self, bytes: u64, size: Option<u64>) -> Progress {
        let FileReceipt { rows, held, refused, .. } = self.file;
        Progress { bytes, size, rows, held, refused }
    }

    fn describe(&mut self, facts: &Facts) {
        self.file.format = Some(format!("{:?}", facts.format).to_lowercase());
        self.file.encoding.clone_from(&facts.encoding);
        self.file.delimiter = facts.delimiter.map(String::from);
        self.file.sheet.clone_from(&facts.sheet);
        self.file.header_row = facts.header_row;
    }

    /// Opens the hand-in, or goes on with the one that was cut off.
    fn begin(&mut self) -> Result<(), OfficeError> {
        let now = self.office.clock.now();
        let office = self.office;
        let blocks = office.store.write(now, |writer| self.open_batch(writer))?;
        for block in blocks {
            let block: Block = serde_json::from_str(&block).map_err(|error| damaged(&error))?;
            self.replay(&block);
        }
        self.file.batch = Some(self.batch.no);
        self.file.received_at = Some(self.batch.at);
        Ok(())
    }

    fn open_batch(&mut self, writer: &mut Writer<'_>) -> Result<Vec<String>, OfficeError> {
        let BatchRow { source, catalogue, file_digest, map_digest, .. } = &self.batch;
        let open = match file_digest {
            Some(digest) => writer.open_batch(source, catalogue, digest, map_digest)?,
            None => None,
        };
        if let Some(open) = open {
            self.batch = open;
            self.file.skipped = self.batch.facts.parse().unwrap_or(0);
            return Ok(writer.row_blocks(self.batch.no)?);
        }
        self.batch.no = writer.new_batch();
        self.batch.at = writer.now();
        writer.insert_batch(&self.batch)?;
        Ok(Vec::new())
    }

    /// Counts again what an earlier run settled.
    fn replay(&mut self, block: &Block) {
        for letter in block.outcomes.chars() {
            self.file.count(match letter {
                'a' => RowOutcome::Accepted,
                'u' => RowOutcome::Unchanged,
                'c' => RowOutcome::Corrected,
                'h' => RowOutcome::Held,
                _ => RowOutcome::Refused,
            });
        }
        self.find(&block.findings);
    }

    fn find(&mut self, findings: &[Finding]) {
        for finding in findings {
            let texts = &self.office.texts;
            let known = texts.get(&finding.rule).is_some();
            let texts = if known { texts } else { &self.terms.rules.texts };
            self.receipt.find(finding, texts, self.ask.language, self.limit);
        }
    }

    /// Settles one chunk inside one transaction: rows, outcomes and the place to resume together.
    fn keep(&mut self, writer: &mut Writer<'_>, chunk: Chunk) -> Result<(), OfficeError> {
        if !self.ask.dry_run {
            // Another process may have gone on with this very hand-in meanwhile.
            let kept = writer.batch(self.batch.no)?.map(|batch| (batch.next_row, batch.state));
            if kept != Some((self.batch.next_row, self.batch.state.clone())) {
                return Err(StoreError::Locked.into());
            }
        }
        let rows: Vec<Row> = chunk.rows.into_iter().map(row).collect();
        let mut transaction = Transaction::new(self.office, &self.terms, self.batch.no, writer);
        let settled = transaction.settle(&rows)?;
        let block = block(&settled, &chunk.findings);
        let first = self.batch.next_row;
        let mut batch = self.batch.clone();
        batch.next_row = chunk.last_row.saturating_add(1).max(first);
        // What was passed over counts once its place is passed: else a resumed run reads it again.
        if batch.next_row > first {
            batch.facts = (self.file.skipped + chunk.skipped).to_string();
        }
        if !self.ask.dry_run {
            let json = serde_json::to_string(&block).map_err(|error| damaged(&error))?;
            if batch.next_row > first {
                writer.insert_row_block(batch.no, first, &json)?;
            }
            writer.update_batch(&batch)?;
        }
        self.batch = batch;
        self.file.skipped += chunk.skipped;
        self.file.bytes = chunk.bytes_read;
        self.replay(&block);
        Ok(())
    }

    fn finish(mut self, read_whole: bool) -> Result<Receipt, OfficeError> {
        self.file.read = read_whole;
        if !self.ask.dry_run {
            // Before the hand-in is closed: who repeats it after a stop finds it open, and comes here.
            self.office.retry_acts(&self.terms)?;
            self.batch.state = "done".into();
            let now = self.office.clock.now();
            let batch = self.batch.clone();
            self.office.store.write(now, |writer| {
                writer.update_batch(&batch)?;
                Ok::<_, OfficeError>(())
            })?;
        }
        self.receipt.dry_run = self.ask.dry_run;
        let file = std::mem::take(&mut self.file);
        self.receipt.add_file(file);
        Ok(self.receipt)
    }

    /// Settles the whole file in one transaction and keeps nothing of it.
    fn rehearse(
        mut self,
        mut intake: Intake,
        size: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Receipt, OfficeError> {
        let now = self.office.clock.now();
        let office = self.office;
        let mut read_whole = true;
        let mut done = false;
        let result = office.store.write(now, |writer| {
            self.batch.no = writer.new_batch();
            while let Some(chunk) = intake.next_chunk(office.chunk_rows, CHUNK_BYTES) {
                read_whole &= !chunk.failed;
                let read = chunk.bytes_read;
                self.keep(writer, chunk)?;
                progress(self.progress(read, size));
            }
            done = true;
            // An error undoes the transaction; this one is meant.
            Err::<(), _>(OfficeError::Stopped)
        });
        match result {
            Err(OfficeError::Stopped) if done => self.finish(read_whole),
            Err(error) => Err(error),
            Ok(()) => self.finish(read_whole),
        }
    }
}

fn row(checked: CheckedRow) -> Row {
    let held = checked.is_held();
    let draft = match checked.outcome {
        Outcome::Ready(draft) => Some(*draft),
        Outcome::Refused => None,
    };
    Row { number: checked.number, draft, findings: checked.findings, held }
}

fn block(settled: &[Settled], file: &[Finding]) -> Block {
    let letter = |one: &Settled| match one.outcome {
        RowOutcome::Accepted => 'a',
        RowOutcome::Unchanged => 'u',
        RowOutcome::Corrected => 'c',
        RowOutcome::Held => 'h',
        RowOutcome::Refused => 'r',
    };
    Block {
        outcomes: settled.iter().map(letter).collect(),
        findings: file
            .iter()
            .cloned()
            .chain(settled.iter().flat_map(|one| one.findings.clone()))
            .collect(),
    }
}

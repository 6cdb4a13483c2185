//! The course of a hand-in: chunk by chunk, some in a transaction, resumed where it was cut off.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use gongxin_intake::{Facts, FileReceipt, Intake, Receipt, RowOutcome};
use gongxin_model::code::CodeKind;
use gongxin_model::{Finding, PublicId};
use gongxin_report::Correction;
use gongxin_standing::{Publication, Reason};
use gongxin_store::{BatchRow, StoreError, Writer};
use serde::{Deserialize, Serialize};

use super::ahead::{Ahead, Checked, Commits, Handed};
use super::give_out;
use super::hand_in::{HandIn, Progress, Terms, damaged};
use super::row::Row;
use super::settle::{Settled, Settlement, Start};
use super::write::Writes;
use crate::rules::texts_of;
use crate::{Office, OfficeError};

/// So many bytes of rows make one transaction, where their number does not before.
const TRANSACTION_BYTES: usize = 8 * 1024 * 1024;

/// So many rows make a file's first chunk at most; each that follows may have twice as many.
const FIRST_ROWS: usize = 125;

/// The outcomes of a block of rows, as kept beside the hand-in.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Block {
    /// One letter a row: accepted, unchanged, corrected, held, refused.
    pub(crate) outcomes: String,
    /// Those about the file, then those of each row.
    pub(crate) findings: Vec<Finding>,
    /// The rows in which something was found, and those that are no record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rows: Vec<BlockRow>,
    /// Rows that were accepted or corrected a record although something was found in them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) noted: u64,
}

/// A row to look at: its number in the hand-in, its letter, how many of the findings are its own, and the
/// record that it became, is or corrects.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BlockRow(
    pub(crate) u64,
    pub(crate) char,
    pub(crate) usize,
    pub(crate) Option<PublicId>,
);

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// A hand-in under way.
pub(super) struct Course<'a> {
    pub(super) office: &'a Office,
    pub(super) ask: &'a HandIn<'a>,
    pub(super) terms: Arc<Terms>,
    pub(super) batch: BatchRow,
    pub(super) file: FileReceipt,
    pub(super) receipt: Receipt,
    pub(super) limit: usize,
    /// Where rows with findings go to be corrected.
    pub(super) correction: Option<&'a mut Correction>,
}

impl Course<'_> {
    pub(super) fn run(
        mut self,
        mut intake: Intake,
        size: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Receipt, OfficeError> {
        let facts = intake.facts();
        self.describe(&facts);
        if let Some(correction) = self.correction.as_deref_mut() {
            correction.begin(give_out::correction(&self.terms.catalogue, &facts));
        }
        if self.ask.dry_run {
            return self.rehearse(intake, size, progress);
        }
        self.begin()?;
        if self.batch.next_row > 0 {
            intake.resume_after(self.batch.next_row - 1);
        }
        let office = self.office;
        let terms = Arc::clone(&self.terms);
        let (terms, batch, is_pipe) = (&*terms, self.batch.no, self.batch.file_digest.is_none());
        let commits = Commits::default();
        let read_whole = std::thread::scope(|scope| -> Result<bool, OfficeError> {
            // Reading, settling, making ready and writing run side by side, each a chunk ahead of
            // the next.
            let (give_checked, take_checked) = sync_channel(1);
            let reading =
                scope.spawn(move || read(intake, (office, terms), is_pipe, &give_checked));
            let (give_settled, take_settled) = sync_channel(1);
            let ahead = Ahead::new(office, terms, batch, &commits);
            scope.spawn(move || ahead.run(&take_checked, &give_settled));
            let (give, take) = sync_channel(1);
            scope.spawn(move || stage(office, &take_settled, &give));
            let taken = self.take(&take, &commits, size, progress);
            commits.over();
            drop(take);
            match reading.join() {
                Ok(facts) => facts.iter().for_each(|facts| self.describe(facts)),
                // Rows may be missing behind it: the hand-in stays open, and is not called whole.
                Err(panic) => std::panic::resume_unwind(panic),
            }
            taken
        })?;
        self.finish(read_whole)
    }

    /// Writes what is handed on, transaction by transaction.
    fn take(
        &mut self,
        chunks: &Receiver<Handed>,
        commits: &Commits,
        size: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<bool, OfficeError> {
        let mut read_whole = true;
        while let Ok(first) = chunks.recv() {
            let office = self.office;
            let mut read = 0;
            office.store.write(first.now, |writer| -> Result<(), OfficeError> {
                self.go_on(writer)?;
                let mut next = Some(first);
                while let Some(handed) = next {
                    let Checked { chunk, last, .. } = &handed.checked;
                    let last = *last;
                    read = chunk.bytes_read;
                    read_whole &= !chunk.failed;
                    self.keep(writer, handed, commits)?;
                    next = if last { None } else { chunks.recv().ok() };
                }
                Ok(writer.update_batch(&self.batch)?)
            })?;
            commits.committed();
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
        if let Some(correction) = self.correction.as_deref_mut() {
            correction.earlier(self.file.rows);
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
        let terms = &self.terms;
        let own = [&*terms.catalogue.id, &*terms.source, terms.catalogue.section.word()];
        writer.know(own)?;
        writer.know(Publication::ALL.map(Publication::word))?;
        writer.know(Reason::ALL.map(Reason::word))?;
        writer.know(CodeKind::ALL.map(CodeKind::name))?;
        self.batch.no = writer.new_batch();
        self.batch.at = writer.now();
        writer.insert_batch(&self.batch)?;
        Ok(Vec::new())
    }

    /// Counts again what an earlier run settled.
    fn replay(&mut self, block: &Block) {
        for letter in block.outcomes.chars() {
            self.file.count(outcome(letter));
        }
        self.find(&block.findings);
    }

    fn find(&mut self, findings: &[Finding]) {
        for finding in findings {
            let texts = texts_of(finding, &self.office.texts, &self.terms.rules.texts);
            self.receipt.find(finding, texts, self.ask.language, self.limit);
        }
    }

    /// Sees that this is still the hand-in to go on with.
    fn go_on(&self, writer: &mut Writer<'_>) -> Result<(), OfficeError> {
        let kept = writer.batch(self.batch.no)?.map(|batch| (batch.next_row, batch.state));
        if kept == Some((self.batch.next_row, self.batch.state.clone())) {
            return Ok(());
        }
        // Another process went on with this very hand-in meanwhile.
        Err(StoreError::Locked.into())
    }

    /// Keeps one chunk: rows, outcomes and the place to resume.
    fn keep(
        &mut self,
        writer: &mut Writer<'_>,
        handed: Handed,
        commits: &Commits,
    ) -> Result<(), OfficeError> {
        let Handed { checked: Checked { chunk, rows, .. }, settled, .. } = handed;
        let (settled, writes) = match settled {
            Some((settled, writes)) if writes.fits(writer) => (settled, writes),
            ahead => {
                if ahead.is_some() {
                    commits.lost();
                }
                self.settle(writer, &rows)?
            }
        };
        writes.keep(writer, &self.terms)?;
        self.give_out(&rows, &settled);
        let block = block(&rows, settled, chunk.findings);
        let first = self.batch.next_row;
        self.batch.next_row = chunk.last_row.saturating_add(1).max(first);
        self.file.skipped += chunk.skipped;
        // What was passed over counts once its place is passed: else a resumed run reads it again.
        if self.batch.next_row > first {
            self.batch.facts = self.file.skipped.to_string();
            if !self.ask.dry_run {
                let json = serde_json::to_string(&block).map_err(|error| damaged(&error))?;
                writer.insert_row_block(self.batch.no, first, &json)?;
            }
        }
        self.file.bytes = chunk.bytes_read;
        self.replay(&block);
        Ok(())
    }

    /// Gives the rows with findings to whoever corrects them.
    fn give_out(&mut self, rows: &[Row], settled: &[Settled]) {
        let Some(correction) = self.correction.as_deref_mut() else {
            return;
        };
        let texts = [&self.office.texts, &self.terms.rules.texts];
        for (row, settled) in rows.iter().zip(settled) {
            give_out::row(correction, (row, settled), (texts, self.ask.language));
        }
    }

    fn settle(
        &self,
        writer: &mut Writer<'_>,
        rows: &[Row],
    ) -> Result<(Vec<Settled>, Writes), OfficeError> {
        let start = Start::of(writer);
        let mut settlement =
            Settlement::new(self.office, &self.terms, self.batch.no, writer, start);
        let settled = settlement.settle(rows)?;
        let (writes, _) = settlement.into_writes();
        Ok((settled, writes))
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
            let FileReceipt { accepted, held, refused, .. } = self.file;
            let detail = format!("accepted {accepted}, held {held}, refused {refused}");
            self.office.acted(self.ask.permit, &format!("batch-{}", batch.no.0), &detail)?;
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
            while let Some(checked) = next(&mut intake, office, &self.terms, office.cut.rows) {
                let (read, failed) = (checked.chunk.bytes_read, checked.chunk.failed);
                read_whole &= !failed;
                let handed = Handed { checked, now, settled: None };
                self.keep(writer, handed, &Commits::default())?;
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

/// The next chunk of a file, of so many rows at most, prepared for the desk.
fn next(intake: &mut Intake, office: &Office, terms: &Terms, rows: usize) -> Option<Checked> {
    let mut chunk = intake.next_chunk(rows, TRANSACTION_BYTES / office.cut.chunks)?;
    let checked = std::mem::take(&mut chunk.rows);
    let row = |checked| Row::of(checked, office.key(), terms);
    Some(Checked { chunk, rows: checked.into_iter().map(row).collect(), last: false })
}

/// Reads and checks to the file's end; gives what was found out about it. None where nobody takes
/// what was read any more.
fn read(
    mut intake: Intake,
    (office, terms): (&Office, &Terms),
    is_pipe: bool,
    give: &SyncSender<Checked>,
) -> Option<Facts> {
    let mut read = Vec::new();
    // The first chunks are small: whoever settles, makes ready and writes waits for them.
    let mut rows = office.cut.rows.min(FIRST_ROWS);
    for count in 1.. {
        let Some(mut checked) = next(&mut intake, office, terms, rows) else {
            break;
        };
        rows = (rows * 2).min(office.cut.rows);
        checked.last = count % office.cut.chunks == 0;
        let waits = is_pipe && !checked.last;
        read.push(checked);
        // Nobody must wait for a slow pipe with the log's head in hand: a transaction's rows come
        // together.
        if !waits {
            read.drain(..).try_for_each(|checked| give.send(checked)).ok()?;
        }
    }
    read.into_iter().try_for_each(|checked| give.send(checked)).ok()?;
    Some(intake.facts())
}

/// Hands on what was settled ahead, made ready to be written.
fn stage(office: &Office, settled: &Receiver<Handed>, give: &SyncSender<Handed>) {
    for mut handed in settled {
        if let Some((_, writes)) = &mut handed.settled {
            writes.stage(&office.store);
        }
        if give.send(handed).is_err() {
            return;
        }
    }
}

/// What a letter says.
pub(super) const fn outcome(letter: char) -> RowOutcome {
    match letter {
        'a' => RowOutcome::Accepted,
        'u' => RowOutcome::Unchanged,
        'c' => RowOutcome::Corrected,
        'h' => RowOutcome::Held,
        _ => RowOutcome::Refused,
    }
}

fn block(rows: &[Row], settled: Vec<Settled>, mut findings: Vec<Finding>) -> Block {
    let letter = |one: &Settled| match one.outcome {
        RowOutcome::Accepted => 'a',
        RowOutcome::Unchanged => 'u',
        RowOutcome::Corrected => 'c',
        RowOutcome::Held => 'h',
        RowOutcome::Refused => 'r',
    };
    let outcomes = settled.iter().map(letter).collect();
    let is_seen = |one: &Settled| {
        !one.findings.is_empty() || matches!(one.outcome, RowOutcome::Held | RowOutcome::Refused)
    };
    let seen = rows.iter().zip(&settled).filter(|(_, one)| is_seen(one));
    let seen = seen
        .map(|(row, one)| BlockRow(row.number, letter(one), one.findings.len(), one.record))
        .collect();
    let is_noted = |one: &&Settled| {
        matches!(one.outcome, RowOutcome::Accepted | RowOutcome::Corrected)
            && !one.findings.is_empty()
    };
    let noted = settled.iter().filter(is_noted).count() as u64;
    findings.extend(settled.into_iter().flat_map(|one| one.findings));
    Block { outcomes, findings, rows: seen, noted }
}

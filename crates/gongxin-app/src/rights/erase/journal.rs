//! The journal beside the store: what it has and the store lacks is done before anybody is served.

use std::collections::BTreeSet;

use gongxin_model::{Kind, RecordNo, Seq};
use gongxin_store::{Erasure, ErasureJournal, ErasureOrder, JournalError, StoredEntry, Writer};
use serde::Serialize;

use super::{CLEANED, ERASURES};
use crate::{Office, OfficeError};

/// So many entries are read at once.
const PAGE: i64 = 2_000;

/// How the journal stands to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalState {
    /// Where it is.
    pub path: String,
    /// Its erasures.
    pub lines: i64,
    /// Those that the store has done.
    pub done: i64,
    /// False where the store's files may still hold bytes of rows that were erased.
    pub is_clean: bool,
}

impl Office {
    /// Does every erasure that the journal has and the store lacks, as a restored backup does. Says how
    /// many there were.
    pub(crate) fn catch_up(&self) -> Result<u64, OfficeError> {
        self.catch_up_and_clean(false)
    }

    /// The same; `whole` rewrites whole tables behind it where nobody works in the store yet.
    pub(crate) fn catch_up_and_clean(&self, whole: bool) -> Result<u64, OfficeError> {
        let Some(journal) = &self.journal else {
            return Ok(0);
        };
        let platform = self.store.founding().platform;
        let done = self.store.read(|reader| reader.counter(ERASURES))?;
        let Some(lines) = journal.read(platform)? else {
            if done > 0 {
                return Err(JournalError::Missing { path: journal.named(), done }.into());
            }
            journal.found(platform)?;
            return Ok(0);
        };
        let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        if count < done {
            return Err(JournalError::Short { path: journal.named(), lines: count, done }.into());
        }
        let mut caught = 0;
        for erasure in lines.iter().filter(|one| one.no > done) {
            caught += u64::from(
                self.store.write(self.clock.now(), |writer| self.do_again(writer, erasure))?,
            );
        }
        // Another place takes what this one still has of it: it was left.
        if !self.is_moved()? {
            self.clean_up(whole)?;
        }
        Ok(caught)
    }

    /// Rewrites the store's files where an erasure was done and they were not yet: also one that was cut
    /// off behind its commit. False where that must be done again.
    pub(super) fn clean_up(&self, whole: bool) -> Result<bool, OfficeError> {
        let (done, cleaned) = self.store.read(|reader| {
            Ok::<_, OfficeError>((reader.counter(ERASURES)?, reader.counter(CLEANED)?))
        })?;
        if done <= cleaned {
            return Ok(true);
        }
        match gongxin_store::clean(&self.store, whole) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            // Nobody is kept from work because there is no room for a copy just now; it is told and
            // tried again.
            Err(error) if error.is_interruption() => return Ok(false),
            Err(error) => return Err(error.into()),
        }
        self.store.write(self.clock.now(), |writer| {
            let more = done - writer.counter(CLEANED)?;
            writer.count(CLEANED, more.max(0));
            Ok::<_, OfficeError>(true)
        })
    }

    /// Does an erasure of the journal, unless another process did it meanwhile.
    pub(super) fn do_again(
        &self,
        writer: &mut Writer<'_>,
        erasure: &Erasure,
    ) -> Result<bool, OfficeError> {
        if writer.counter(ERASURES)? >= erasure.no {
            return Ok(false);
        }
        let mut records: BTreeSet<RecordNo> = BTreeSet::new();
        for (seq, leaf) in &erasure.entries {
            // In a backup that is older than the entry there is nothing of it, or another's entry.
            let found = writer.entry(*seq)?.filter(|entry| entry.leaf == *leaf);
            records.extend(found.and_then(|entry| entry.about.as_record()));
        }
        let records: Vec<RecordNo> = records.into_iter().collect();
        if records.is_empty() {
            writer.count(ERASURES, 1);
            return Ok(true);
        }
        let rules = self.rules_for(writer)?;
        let plan = self.plan_erasure(writer, &rules, &records)?;
        self.carry_erasure(writer, &rules, (&plan, erasure))?;
        Ok(true)
    }

    /// How the journal stands to the store.
    ///
    /// # Errors
    /// There is none, it is damaged, or the store cannot be read.
    pub fn journal_state(&self) -> Result<JournalState, OfficeError> {
        let journal = self.journal()?;
        let (done, cleaned) = self.store.read(|reader| {
            Ok::<_, OfficeError>((reader.counter(ERASURES)?, reader.counter(CLEANED)?))
        })?;
        let lines = journal.read(self.store.founding().platform)?;
        let Some(lines) = lines else {
            return Err(JournalError::Missing { path: journal.named(), done }.into());
        };
        let lines = i64::try_from(lines.len()).unwrap_or(i64::MAX);
        Ok(JournalState { path: journal.named(), lines, done, is_clean: cleaned >= done })
    }

    pub(super) fn journal(&self) -> Result<&ErasureJournal, OfficeError> {
        self.journal.as_ref().ok_or_else(|| {
            let what = "an erasure is written into a journal first: name its file with --erasures";
            OfficeError::Usage(what.to_owned())
        })
    }

    /// Writes the journal again from what the store says of its erasures, where the file is lost. What
    /// a store that was never restored has done is in it whole.
    ///
    /// # Errors
    /// The store cannot be read, or the file not written.
    pub fn write_journal_again(&self) -> Result<JournalState, OfficeError> {
        let journal = self.journal()?;
        let platform = self.store.founding().platform;
        // The lock of the head keeps another erasure from being written beside.
        self.store.write(self.clock.now(), |writer| {
            let done = writer.counter(ERASURES)?;
            let mut lines = from_store(writer)?;
            let count = i64::try_from(lines.len()).unwrap_or(i64::MAX);
            // One that found nothing here left no entry, and its place in the count.
            for no in count + 1..=done {
                let order = nothing();
                lines.push(Erasure { no, at: writer.now(), order, entries: Vec::new() });
            }
            journal.write_again(platform, &lines)?;
            Ok::<_, OfficeError>(())
        })?;
        self.journal_state()
    }
}

/// The erasures that a store says it did: entries of one time and one order are one.
fn from_store(writer: &mut Writer<'_>) -> Result<Vec<Erasure>, OfficeError> {
    let mut lines: Vec<Erasure> = Vec::new();
    let mut from = Seq(0);
    loop {
        let page = writer.entries_from(from, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(lines);
        };
        from = Seq(last.seq.0 + 1);
        for entry in page.iter().filter(|entry| entry.kind == Kind::Erased) {
            let order = super::carry::order_of(entry);
            let mut entries = Vec::new();
            for seq in entry.body.iter().flat_map(|body| &body.causes) {
                entries.extend(writer.entry(*seq)?.map(|one| (one.seq, one.leaf)));
            }
            match lines.last_mut().filter(|line| line.at == entry.at && line.order == order) {
                Some(line) => line.entries.extend(entries),
                None => lines.push(line(lines.len(), entry, order, entries)),
            }
        }
    }
}

fn line(
    before: usize,
    entry: &StoredEntry,
    order: ErasureOrder,
    entries: Vec<(Seq, gongxin_model::Digest)>,
) -> Erasure {
    let no = i64::try_from(before).unwrap_or(i64::MAX) + 1;
    Erasure { no, at: entry.at, order, entries }
}

fn nothing() -> ErasureOrder {
    ErasureOrder {
        ground: String::new(),
        basis: String::new(),
        authority: String::new(),
        number: String::new(),
        actors: Vec::new(),
    }
}

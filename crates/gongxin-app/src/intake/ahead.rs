//! Settling ahead: while one chunk is written, the next is looked up and settled, on a connection
//! of its own.
//!
//! Whoever settles ahead does not hold the log's head. It guesses what the next transaction will
//! begin with; where another writer came between, the guess does not fit and the chunk is settled
//! again under the lock. What is written is the same either way.

use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use gongxin_intake::Chunk;
use gongxin_model::{BatchNo, Instant};
use gongxin_pack::Nature;

use super::hand_in::Terms;
use super::row::Row;
use super::settle::{Settled, Settlement, Start};
use super::working::WorkingSet;
use super::write::Writes;
use crate::{Office, OfficeError};

/// A chunk as it was read and checked.
pub(super) struct Checked {
    /// What is said of the chunk; its rows are beside it.
    pub(super) chunk: Chunk,
    pub(super) rows: Vec<Row>,
    /// True where a transaction ends behind it.
    pub(super) last: bool,
}

/// A chunk on its way to be written.
pub(super) struct Handed {
    pub(super) checked: Checked,
    /// The time of its transaction.
    pub(super) now: Instant,
    /// The outcomes and what is to be written, where it was settled ahead.
    pub(super) settled: Option<(Vec<Settled>, Writes)>,
}

/// How far whoever writes is: what whoever settles ahead must know.
#[derive(Debug, Default)]
pub(super) struct Commits {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Transactions that are committed.
    committed: u64,
    /// A guess did not fit.
    lost: bool,
    /// Nobody writes any more.
    over: bool,
}

impl Commits {
    /// Tells that one more transaction is committed.
    pub(super) fn committed(&self) {
        self.lock().committed += 1;
        self.changed.notify_all();
    }

    /// Tells that a guess did not fit.
    pub(super) fn lost(&self) {
        self.lock().lost = true;
    }

    /// Tells that nothing more is written.
    pub(super) fn over(&self) {
        self.lock().over = true;
        self.changed.notify_all();
    }

    fn is_lost(&self) -> bool {
        self.lock().lost
    }

    /// Waits for so many transactions; None where they do not come any more.
    fn wait_for(&self, count: u64) -> Option<MutexGuard<'_, State>> {
        let waits = |state: &mut State| state.committed < count && !state.over;
        let state = self.changed.wait_while(self.lock(), waits);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        (state.committed >= count).then_some(state)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Three plain values: a panic elsewhere cannot leave them half-written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Settles the chunks of one hand-in ahead of their transactions.
pub(super) struct Ahead<'a> {
    office: &'a Office,
    terms: &'a Terms,
    batch: BatchNo,
    commits: &'a Commits,
    /// The transactions whose chunks were handed on.
    handed: u64,
    /// What the next chunk is taken to begin with; None where that must be looked up.
    start: Option<Start>,
}

impl<'a> Ahead<'a> {
    pub(super) fn new(
        office: &'a Office,
        terms: &'a Terms,
        batch: BatchNo,
        commits: &'a Commits,
    ) -> Self {
        Self { office, terms, batch, commits, handed: 0, start: None }
    }

    /// Hands on every chunk, settled where that can be done ahead. Ends with the chunks, or when
    /// nobody takes them any more.
    pub(super) fn run(mut self, chunks: &Receiver<Checked>, give: &SyncSender<Handed>) {
        let mut now = None;
        for checked in chunks {
            let first = now.is_none();
            let at = *now.get_or_insert_with(|| self.office.clock.now());
            let settled = self.settled(&checked.rows, (at, first));
            if checked.last {
                self.handed += 1;
                now = None;
                self.start = self.start.take().map(Start::committing);
            }
            if give.send(Handed { checked, now: at, settled }).is_err() {
                return;
            }
        }
    }

    /// Settles the rows of a chunk; `first` of its transaction, which has its time from it.
    fn settled(
        &mut self,
        rows: &[Row],
        (now, first): (Instant, bool),
    ) -> Option<(Vec<Settled>, Writes)> {
        let start = self.start.take().filter(|_| !self.commits.is_lost());
        if !self.is_simple(rows) || (start.is_none() && !first) {
            return None;
        }
        if start.is_none() {
            self.commits.wait_for(self.handed)?.lost = false;
        } else if first {
            // The working set knows the transaction before; those before that must be committed.
            drop(self.commits.wait_for(self.handed.saturating_sub(1))?);
        }
        // What fails here fails again where it can be told.
        let (settled, writes, set) = self.settle(rows, now, start).ok().flatten()?;
        self.start = Some(Start { next: writes.after(), set });
        Some((settled, writes))
    }

    /// Acts, rows that name the record they correct, and what another platform hands down ask for
    /// histories that the chunk before may be altering: they are settled under the lock.
    fn is_simple(&self, rows: &[Row]) -> bool {
        let names_record =
            |row: &Row| row.draft.as_ref().is_some_and(|one| one.record_id.is_some());
        self.terms.catalogue.nature != Nature::Act
            && !self.terms.rules.rulebook.is_peer(&self.terms.source)
            && !rows.iter().any(names_record)
    }

    fn settle(
        &self,
        rows: &[Row],
        now: Instant,
        start: Option<Start>,
    ) -> Result<Option<(Vec<Settled>, Writes, WorkingSet)>, OfficeError> {
        self.office.store.read(|reader| {
            let start = match start {
                Some(start) => start.not_before(now),
                None => Start { next: reader.head()?.next(now), set: WorkingSet::default() },
            };
            let mut settlement =
                Settlement::new(self.office, self.terms, self.batch, reader, start);
            let settled = settlement.settle(rows)?;
            if settlement.outran {
                return Ok(None);
            }
            let (writes, set) = settlement.into_writes();
            Ok(Some((settled, writes, set)))
        })
    }
}

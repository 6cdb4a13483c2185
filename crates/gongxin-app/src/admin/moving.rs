//! Moving house: the whole store to another place, on either engine.

use std::sync::atomic::AtomicBool;

use gongxin_store::{Move, Moved, StoreError, StoreUrl};

use crate::{Circumstances, Office, OfficeError};

/// What a steward asks who moves a store.
#[derive(Debug)]
pub struct MoveAsk<'a> {
    /// Where to.
    pub to: &'a StoreUrl,
    /// The old store stays open to writing: for a trial.
    pub leave_open: bool,
    /// Set to stop after the transaction under way.
    pub stop: &'a AtomicBool,
}

impl Office {
    /// Moves the store to an empty place, or goes on with that where it was interrupted; proves
    /// that both hold the same, closes the old one to writing, and opens the new one once.
    ///
    /// # Errors
    /// The place is not empty, another process writes to the store, a database cannot be reached,
    /// or the move was stopped.
    pub fn migrate(
        &self,
        ask: &MoveAsk<'_>,
        progress: &mut dyn FnMut(&str, u64),
    ) -> Result<Moved, OfficeError> {
        let moved = gongxin_store::migrate(
            &Move {
                from: &self.store,
                to: ask.to,
                leave_open: ask.leave_open,
                rows: Move::ROWS,
                now: self.clock.now(),
                stop: ask.stop,
                faults: None,
            },
            progress,
        )?;
        Self::open(&Circumstances { url: ask.to.clone(), ..self.circumstances() })?;
        Ok(moved)
    }

    /// Opens to writing a store that was moved away. Says whether it was closed.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn reopen(&self) -> Result<bool, OfficeError> {
        Ok(gongxin_store::reopen(&self.store)?)
    }

    /// An error where the store was moved away: what it shows grows old.
    ///
    /// # Errors
    /// It was, or the store cannot be read.
    pub fn refuse_moved(&self) -> Result<(), OfficeError> {
        Ok(self.store.read(|reader| reader.refuse_moved())?)
    }

    /// True where the store was moved away.
    pub(crate) fn is_moved(&self) -> Result<bool, OfficeError> {
        match self.refuse_moved() {
            Ok(()) => Ok(false),
            Err(OfficeError::Store(StoreError::Moved { .. })) => Ok(true),
            Err(error) => Err(error),
        }
    }
}

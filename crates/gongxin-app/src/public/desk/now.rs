//! What the store says as a whole at one moment: the rulebook in force and when each source handed
//! in last. It is read anew only where the head of the log moved, so that a page that is made
//! asks one question for all of it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, RwLock};

use gongxin_model::{Digest, Instant};
use gongxin_store::{LogHead, Reader, StoreError};

use super::{read, write};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The moment that was looked at last.
#[derive(Debug, Default)]
pub(super) struct LastNow(RwLock<Option<Arc<Now>>>);

/// One moment of the store.
#[derive(Debug)]
pub(super) struct Now {
    at: At,
    rules: Arc<Rules>,
    last_batches: OnceLock<BTreeMap<String, Instant>>,
}

/// How far the store is: an adoption, a source and a hand-in each move one of these.
type At = (i64, i64, Digest);

impl LastNow {
    /// The moment of a transaction that only reads.
    pub(super) fn of(
        &self,
        office: &Office,
        reader: &mut Reader<'_>,
    ) -> Result<Arc<Now>, OfficeError> {
        let LogHead { next_seq, next_batch, root, .. } = reader.head()?;
        let at = (next_seq, next_batch, root);
        if let Some(last) = read(&self.0).as_ref().filter(|last| last.at == at) {
            return Ok(Arc::clone(last));
        }
        let rules = office.rules_for(reader)?;
        let now = Arc::new(Now { at, rules, last_batches: OnceLock::new() });
        *write(&self.0) = Some(Arc::clone(&now));
        Ok(now)
    }
}

impl Now {
    /// The rulebook in force.
    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The rulebook that was in force at a time; without one, that of now.
    pub(super) fn rules_at(
        &self,
        office: &Office,
        reader: &mut Reader<'_>,
        known: Option<Instant>,
    ) -> Result<Arc<Rules>, OfficeError> {
        match known {
            None => Ok(Arc::clone(&self.rules)),
            known => office.rules_at(reader, known),
        }
    }

    /// When each source handed in last.
    pub(super) fn last_batches(
        &self,
        reader: &mut Reader<'_>,
    ) -> Result<&BTreeMap<String, Instant>, StoreError> {
        if let Some(known) = self.last_batches.get() {
            return Ok(known);
        }
        let found = reader.last_batches()?;
        Ok(self.last_batches.get_or_init(|| found))
    }
}

//! Integrating the log and signing it, behind whoever writes.

use gongxin_model::Instant;
use gongxin_seal::{Checkpoint, Note, VerifierKey};
use gongxin_store::{CheckpointRow, LogKeyRow, Sequenced, StoreError, integrate};

use super::{LogSigner, SignerError};
use crate::gate::{LogKeys, Permit};
use crate::{Office, OfficeError};

/// How far the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogState {
    /// All entries.
    pub entries: i64,
    /// Those under a kept root; the others are fewer than a tile has, or follow.
    pub integrated: i64,
    /// The last checkpoint, where one was signed.
    pub checkpoint: Option<CheckpointRow>,
    /// The keys that signed.
    pub keys: Vec<LogKeyRow>,
}

/// What is signed next: nothing where the log did not grow.
#[derive(Debug)]
struct Due {
    no: i64,
    checkpoint: Checkpoint,
    keys: Vec<VerifierKey>,
}

impl Office {
    /// Integrates what is new, and signs where it is time for it. Whoever serves calls it again and
    /// again; done twice, or by two, it does nothing twice.
    ///
    /// # Errors
    /// The store or the signer could not, or what would be signed contradicts what was.
    pub fn keep_log(
        &self,
        signer: &dyn LogSigner,
        go_on: &dyn Fn() -> bool,
    ) -> Result<(), OfficeError> {
        if self.integrate_log(go_on)?.is_some() {
            self.sign_log(signer, false)?;
        }
        Ok(())
    }

    /// Integrates what is new. None where it was stopped before the end.
    ///
    /// # Errors
    /// The store could not.
    pub fn integrate_log(
        &self,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Option<Sequenced>, OfficeError> {
        while go_on() {
            let done = integrate(&self.store, self.clock.now(), self.log.tiles_at_once)?;
            if done.is_whole() {
                return Ok(Some(done));
            }
        }
        Ok(None)
    }

    /// Signs the log as it is, where it grew or other keys sign since the last time; `at_once` where it
    /// was signed a moment ago too. Gives the checkpoint that was made.
    ///
    /// # Errors
    /// As [`Office::keep_log`].
    pub fn sign_log(
        &self,
        signer: &dyn LogSigner,
        at_once: bool,
    ) -> Result<Option<CheckpointRow>, OfficeError> {
        let keys = signer.keys().map_err(failed)?;
        let Some(first) = keys.first() else {
            // Whoever follows a log must not wait for it in silence.
            return match self.store.read(|reader| reader.checkpoint())? {
                None => Ok(None),
                Some(last) => Err(failed(SignerError(format!(
                    "{} entries were signed, and no key is here: docs/operate/log.md, “Keys”",
                    last.size
                )))),
            };
        };
        if let Some(other) = keys.iter().find(|key| key.name() != first.name()) {
            let (one, other) = (first.name(), other.name());
            return Err(failed(SignerError(format!(
                "the keys are of two logs, `{one}` and `{other}`"
            ))));
        }
        let now = self.clock.now();
        let Some(due) = self.due(keys, now, at_once)? else {
            return Ok(None);
        };
        if let Some(last) = signer.last().map_err(failed)? {
            self.refuse_fork(&last, &due.checkpoint)?;
        }
        let mut note = Note::new(due.checkpoint.to_string());
        note.signatures = signer.sign(&due.checkpoint).map_err(failed)?;
        let signers = note.signers(&due.keys).map_or(0, |signers| signers.len());
        if signers != due.keys.len() {
            return Err(failed(SignerError("the signer does not sign with its keys".into())));
        }
        self.keep_checkpoint(&due, &note, now)
    }

    /// What is signed next.
    fn due(
        &self,
        keys: Vec<VerifierKey>,
        now: Instant,
        at_once: bool,
    ) -> Result<Option<Due>, OfficeError> {
        self.store.read(|reader| {
            reader.refuse_moved()?;
            let head = reader.head()?;
            let last = reader.checkpoint()?;
            let no = last.as_ref().map_or(1, |last| last.no + 1);
            if let Some(last) = &last {
                let signed = reader.log_keys()?;
                let signed = signed.iter().filter(|key| key.last == last.no);
                let is_same =
                    signed.map(|key| key.key.clone()).eq(keys.iter().map(|key| key.to_string()));
                let rests = now.0 - last.at.0 < self.log.checkpoint_every();
                if (head.next_seq == last.size && is_same) || (rests && !at_once) {
                    return Ok(None);
                }
            }
            let size = u64::try_from(head.next_seq).unwrap_or(0);
            if size == 0 {
                return Ok(None);
            }
            let root = reader.log_tree(size).root()?;
            if root != head.root {
                return Err(contradiction("the log's tiles do not give the root of its head"));
            }
            if let Some(last) = &last {
                let older = u64::try_from(last.size).unwrap_or(u64::MAX);
                if older > size || reader.log_tree(older).root()? != last.root {
                    return Err(contradiction("the log contradicts its last checkpoint"));
                }
            }
            let origin = keys.first().map(|key| key.name().to_owned()).unwrap_or_default();
            let checkpoint = Checkpoint { origin, size, root, extensions: Vec::new() };
            Ok::<_, OfficeError>(Some(Due { no, checkpoint, keys }))
        })
    }

    /// Refuses to sign what is not a continuation of what these keys signed last.
    fn refuse_fork(&self, last: &Checkpoint, next: &Checkpoint) -> Result<(), OfficeError> {
        if last.origin != next.origin {
            return Ok(());
        }
        let is_grown = last.size <= next.size
            && self.store.read(|reader| {
                Ok::<_, OfficeError>(reader.log_tree(last.size).root()? == last.root)
            })?;
        if is_grown {
            return Ok(());
        }
        Err(OfficeError::Usage(format!(
            "these keys have signed {} entries that this store does not have so: it is older than what \
             was signed, or another; nothing is signed (docs/operate/log.md, “After an older backup”)",
            last.size
        )))
    }

    /// Keeps what was signed, unless another did so meanwhile.
    fn keep_checkpoint(
        &self,
        due: &Due,
        note: &Note,
        now: Instant,
    ) -> Result<Option<CheckpointRow>, OfficeError> {
        let keys: Vec<String> = due.keys.iter().map(VerifierKey::to_string).collect();
        let size = i64::try_from(due.checkpoint.size).unwrap_or(i64::MAX);
        let (no, root) = (due.no, due.checkpoint.root);
        self.store.write(now, |writer| {
            if writer.checkpoint()?.map_or(1, |last| last.no + 1) != no {
                return Ok(None);
            }
            let row = CheckpointRow { no, size, at: writer.now(), root, note: note.to_string() };
            writer.insert_checkpoint(&row, &keys)?;
            Ok(Some(row))
        })
    }

    /// Keeps among the acts what was done with a key of the log.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn note_log_key(
        &self,
        permit: &Permit<LogKeys>,
        key: &VerifierKey,
        act: &str,
    ) -> Result<(), OfficeError> {
        self.acted(permit, &key.to_string(), act)
    }

    /// How far the log is, and who signed it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn log_state(&self) -> Result<LogState, OfficeError> {
        self.store.read(|reader| {
            let full = reader.log_level(1)?;
            Ok(LogState {
                entries: reader.head()?.next_seq,
                integrated: full * i64::from(gongxin_seal::TILE_WIDTH),
                checkpoint: reader.checkpoint()?,
                keys: reader.log_keys()?,
            })
        })
    }
}

fn failed(error: SignerError) -> OfficeError {
    OfficeError::File { act: "signing the log".into(), why: error.0 }
}

fn contradiction(what: &str) -> OfficeError {
    StoreError::Corrupt(format!("{what}: nothing is signed; run `gongxin archive fsck`")).into()
}

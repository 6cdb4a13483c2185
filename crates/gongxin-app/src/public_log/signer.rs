//! Who signs the log. The office never sees a private key.

use gongxin_seal::{Checkpoint, NoteSignature, VerifierKey};

/// The signer could not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SignerError(pub String);

/// Signs checkpoints: a file of keys at the door, another in tests.
pub trait LogSigner: Send + Sync + std::fmt::Debug {
    /// The keys that sign, the oldest first; none where nothing is signed. All have the name of the
    /// log.
    ///
    /// # Errors
    /// They cannot be read.
    fn keys(&self) -> Result<Vec<VerifierKey>, SignerError>;

    /// The last checkpoint that was signed, wherever the store is that it was signed for: a store that
    /// was put back from a backup knows only older ones.
    ///
    /// # Errors
    /// It cannot be read.
    fn last(&self) -> Result<Option<Checkpoint>, SignerError>;

    /// Signs with every key. Before it returns it has kept for good what it signed.
    ///
    /// # Errors
    /// It cannot sign, or not keep what it would sign.
    fn sign(&self, checkpoint: &Checkpoint) -> Result<Vec<NoteSignature>, SignerError>;
}

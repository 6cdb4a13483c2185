//! Signed notes: a text, a blank line, and one line a signature (C2SP signed-note).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{VerifierKey, limits};

/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A text with signatures. Nothing of it may be believed before [`Note::signers`] was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text, its last line's end included.
    pub text: String,
    /// The signatures, in their order.
    pub signatures: Vec<NoteSignature>,
}

/// A signature line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The number of the key.
    pub id: u32,
    /// What the key made of the text.
    pub bytes: Vec<u8>,
}

/// A note cannot be read, or not be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text has not the form of a note.
    #[error("not a signed note")]
    Form,
    /// It is longer, or has more signatures, than is read.
    #[error("a note of at most 256 KB with at most 64 signatures is read")]
    Limit,
    /// A key that is known is named, and the signature is not its own.
    #[error("the signature of `{0}` does not hold")]
    Forged(String),
    /// No key that is known has signed.
    #[error("no key that is trusted has signed")]
    Unsigned,
}

impl Note {
    /// A text without signatures yet; its last line ends.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self { text, signatures: Vec::new() }
    }

    /// The keys among those given that signed it, each once. What others signed is passed over.
    ///
    /// # Errors
    /// None did, or a signature under the name and number of one of them does not hold.
    pub fn signers<'k>(&self, keys: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            let is_named =
                |key: &&VerifierKey| key.id() == signature.id && key.name() == signature.name;
            let Some(key) = keys.iter().find(is_named) else {
                continue;
            };
            if !key.has_signed(&self.text, &signature.bytes) {
                return Err(NoteError::Forged(signature.name.clone()));
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() { Err(NoteError::Unsigned) } else { Ok(signers) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| writeln!(f, "{signature}"))
    }
}

impl fmt::Display for NoteSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [self.id.to_be_bytes().as_slice(), &self.bytes].concat();
        write!(f, "{DASH}{} {}", self.name, STANDARD.encode(bytes))
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.len() > limits::NOTE_BYTES {
            return Err(NoteError::Limit);
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Form);
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Form)?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        if lines.split('\n').count() > limits::NOTE_SIGNATURES {
            return Err(NoteError::Limit);
        }
        let signatures = lines.split('\n').map(signature).collect::<Option<Vec<_>>>();
        let signatures = signatures.filter(|_| !text.is_empty()).ok_or(NoteError::Form)?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }
}

/// Reads a signature line.
fn signature(line: &str) -> Option<NoteSignature> {
    let (name, bytes) = line.strip_prefix(DASH)?.split_once(' ')?;
    let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
    let bytes = STANDARD.decode(bytes).ok().filter(|_| is_name)?;
    let (id, bytes) = bytes.split_first_chunk::<4>()?;
    let is_sized = !bytes.is_empty() && bytes.len() <= limits::SIGNATURE_BYTES;
    is_sized.then(|| NoteSignature {
        name: name.to_owned(),
        id: u32::from_be_bytes(*id),
        bytes: bytes.to_vec(),
    })
}

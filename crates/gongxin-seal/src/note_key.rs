//! Keys of notes: by what name and number a signature says who made it (C2SP signed-note,
//! tlog-cosignature).

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;

use crate::{HashSuite, Note, NoteSignature, limits};

/// What a signature line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignatureKind {
    /// Ed25519 over the text: the log itself.
    Ed25519,
    /// Ed25519 over time and text: a witness, who saw that the log only grew.
    Cosignature,
}

impl SignatureKind {
    /// The byte that the specifications assign.
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// What should be a key is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A name is empty, too long, or has spaces, a plus sign or control characters.
    #[error("a key's name has 1 to 255 bytes, no spaces, no `+` and no control characters")]
    Name,
    /// The text is not of the form of a key.
    #[error("not a key: NAME+ID+KEY is asked for")]
    Form,
    /// The number in the text is not that of the name and the key.
    #[error("the key's number does not fit its name and bytes")]
    Id,
    /// Keys of this kind are not known here.
    #[error("keys of this kind are not known here")]
    Kind,
    /// The bytes are no point of the curve, or a weak one.
    #[error("the bytes are no key of Ed25519")]
    Bytes,
}

/// True for a name that a key may have.
fn is_name(name: &str) -> bool {
    let is_refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && name.len() <= limits::KEY_NAME_BYTES && !name.contains(is_refused)
}

/// A public key with its name.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: SignatureKind,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// A key of a name.
    ///
    /// # Errors
    /// The name may not be one, or the bytes are no key.
    pub fn new(name: &str, kind: SignatureKind, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::Bytes)?;
        if key.is_weak() {
            return Err(KeyError::Bytes);
        }
        Ok(Self { name: name.to_owned(), kind, key })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its signatures mean.
    #[must_use]
    pub fn kind(&self) -> SignatureKind {
        self.kind
    }

    /// The number by which signature lines name it, with the name.
    #[must_use]
    pub fn id(&self) -> u32 {
        id(&self.name, self.kind, self.key.as_bytes())
    }

    /// True where the signature is this key's over the text. Whose name or number it has is not
    /// looked at.
    pub(crate) fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let holds = |message: &[u8], bytes: &[u8; 64]| {
            let signature = ed25519_dalek::Signature::from_bytes(bytes);
            self.key.verify_strict(message, &signature).is_ok()
        };
        match self.kind {
            SignatureKind::Ed25519 => {
                <&[u8; 64]>::try_from(signature).is_ok_and(|bytes| holds(text.as_bytes(), bytes))
            }
            SignatureKind::Cosignature => match timed(signature) {
                Some((time, bytes)) => holds(cosigned(text, time).as_bytes(), bytes),
                None => false,
            },
        }
    }

    /// When a witness says that it saw what it signed, in seconds since 1970; None of a key of another
    /// kind.
    #[must_use]
    pub fn time_of(&self, signature: &NoteSignature) -> Option<u64> {
        let is_witness = self.kind == SignatureKind::Cosignature;
        timed(&signature.bytes).filter(|_| is_witness).map(|(time, _)| time)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, number, bytes) = parts(text)?;
        let (kind, bytes) = bytes.split_first().ok_or(KeyError::Form)?;
        let kinds = [SignatureKind::Ed25519, SignatureKind::Cosignature];
        let kind = kinds.into_iter().find(|one| one.byte() == *kind).ok_or(KeyError::Kind)?;
        let bytes = <&[u8; 32]>::try_from(bytes).map_err(|_| KeyError::Form)?;
        let key = Self::new(name, kind, bytes)?;
        if key.id() == number { Ok(key) } else { Err(KeyError::Id) }
    }
}

/// A private key with its name. It is shown nowhere but by [`SigningKey::to_secret_text`].
#[derive(Clone)]
pub struct SigningKey {
    public: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

/// What a private key's text begins with.
const PRIVATE: &str = "PRIVATE+KEY+";

impl SigningKey {
    /// The key of a name out of 256 random bits.
    ///
    /// # Errors
    /// The name may not be one.
    pub fn new(name: &str, kind: SignatureKind, secret: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        let public = VerifierKey::new(name, kind, key.verifying_key().as_bytes())?;
        Ok(Self { public, key })
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// The key as the text that rests in a file: `PRIVATE+KEY+NAME+ID+KEY`.
    #[must_use]
    pub fn to_secret_text(&self) -> String {
        let VerifierKey { name, kind, .. } = &self.public;
        let mut bytes = vec![kind.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        format!("{PRIVATE}{name}+{:08x}+{}", self.public.id(), STANDARD.encode(bytes))
    }

    /// Reads [`SigningKey::to_secret_text`].
    ///
    /// # Errors
    /// It is not such a text. No error repeats it.
    pub fn from_secret_text(text: &str) -> Result<Self, KeyError> {
        let (name, number, bytes) = parts(text.strip_prefix(PRIVATE).ok_or(KeyError::Form)?)?;
        let (kind, bytes) = bytes.split_first().ok_or(KeyError::Form)?;
        let kinds = [SignatureKind::Ed25519, SignatureKind::Cosignature];
        let kind = kinds.into_iter().find(|one| one.byte() == *kind).ok_or(KeyError::Kind)?;
        let key = Self::new(name, kind, bytes.try_into().map_err(|_| KeyError::Form)?)?;
        if key.public.id() == number { Ok(key) } else { Err(KeyError::Id) }
    }

    /// Signs a text, which ends with a line's end. `seconds` since 1970 stand in what a witness signs
    /// and nowhere else.
    #[must_use]
    pub fn sign(&self, text: &str, seconds: u64) -> NoteSignature {
        let bytes = match self.public.kind {
            SignatureKind::Ed25519 => self.key.sign(text.as_bytes()).to_bytes().to_vec(),
            SignatureKind::Cosignature => {
                let signature = self.key.sign(cosigned(text, seconds).as_bytes());
                [seconds.to_be_bytes().as_slice(), &signature.to_bytes()].concat()
            }
        };
        NoteSignature { name: self.public.name.clone(), id: self.public.id(), bytes }
    }

    /// Adds this key's signature to a note.
    pub fn add_to(&self, note: &mut Note, seconds: u64) {
        let signature = self.sign(&note.text, seconds);
        note.signatures.push(signature);
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public)
    }
}

/// Name, number and bytes of a key's text.
fn parts(text: &str) -> Result<(&str, u32, Vec<u8>), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(number), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    let is_hex =
        number.len() == 8 && number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let number = u32::from_str_radix(number, 16).ok().filter(|_| is_hex).ok_or(KeyError::Form)?;
    let bytes = STANDARD.decode(bytes).map_err(|_| KeyError::Form)?;
    Ok((name, number, bytes))
}

/// The number of a key: the beginning of a SHA-256, whatever the suite of the log.
fn id(name: &str, kind: SignatureKind, key: &[u8; 32]) -> u32 {
    let digest = HashSuite::Sha256.digest(&[name.as_bytes(), b"\n", &[kind.byte()], key]);
    let [a, b, c, d, ..] = digest.0;
    u32::from_be_bytes([a, b, c, d])
}

/// What a witness signs (C2SP tlog-cosignature, version 1).
fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// Time and signature of a witness's bytes.
fn timed(bytes: &[u8]) -> Option<(u64, &[u8; 64])> {
    let (time, rest) = bytes.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    let is_time = i64::try_from(time).is_ok();
    Some((time, rest.try_into().ok().filter(|_| is_time)?))
}

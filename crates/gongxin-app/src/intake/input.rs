//! Where a hand-in's bytes come from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use gongxin_intake::{Source, rules};
use gongxin_model::{Digest, Finding};
use sha2::Digest as _;

/// Where the bytes come from.
pub enum Input {
    /// A file: its digest is known before its first row, so it can be resumed.
    File(PathBuf),
    /// A pipe: repeating it is safe, since what is known is unchanged.
    Pipe(Box<dyn Read + Send>),
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::Pipe(_) => f.write_str("Pipe"),
        }
    }
}

/// The source of the bytes; of a file its digest and size too.
pub(crate) fn opened(input: Input) -> std::io::Result<(Source, Option<Digest>, Option<u64>)> {
    match input {
        Input::File(path) => {
            let (digest, size) = digest_of(&path)?;
            Ok((Box::new(File::open(&path)?), Some(digest), Some(size)))
        }
        Input::Pipe(reader) => Ok((reader, None, None)),
    }
}

/// Why a file could not be opened.
pub(crate) fn unopened(error: &std::io::Error) -> Finding {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => Finding::new(rules::FILE_ABSENT),
        ErrorKind::IsADirectory => Finding::new(rules::FILE_DIRECTORY),
        ErrorKind::PermissionDenied => Finding::new(rules::FILE_FORBIDDEN),
        _ => Finding::new(rules::FILE_UNOPENED).with("cause", error.to_string()),
    }
}

/// The digest and the size of a file, read once before its rows are.
fn digest_of(path: &Path) -> std::io::Result<(Digest, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0_u64;
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        hasher.update(bytes);
        size += read as u64;
    }
    Ok((Digest(hasher.finalize().into()), size))
}

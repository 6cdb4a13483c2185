//! What is kept beside files of open data, and how it lies in the directory.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use gongxin_model::{Day, Instant};
use gongxin_report::OpenFormat as Format;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::super::shown::OpenFormat;
use super::key::ShardKey;
use crate::OfficeError;

/// The form in which the directory is kept; what was kept in another is made anew.
pub(super) const FORM: u32 = 1;
/// The file that says when all was last made.
pub(super) const EDITION: &str = "edition.json";
/// Endings of names.
pub(super) const META: &str = "json";
pub(super) const MEMBERS: &str = "members";
pub(super) const WALK: &str = "walk";

/// An entry of the archive by which a history is known again: no other has the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Anchor {
    pub(super) seq: i64,
    pub(super) leaf: String,
}

/// When all files were last made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Edition {
    pub(super) form: u32,
    /// The day.
    pub(crate) day: Day,
    /// The time.
    pub(crate) made: Instant,
    /// By which adoption.
    pub(super) adoption: i64,
    /// Up to which change every file that is kept was looked after.
    pub(super) checked: i64,
    pub(super) anchor: Option<Anchor>,
}

/// What is kept beside the files of one key. Where it is not there, the files are not whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ShardMeta {
    pub(super) form: u32,
    pub(super) adoption: i64,
    /// The last change before the files were made.
    pub(super) cursor: i64,
    /// The first day on which a record in them is no longer shown.
    pub(super) until: Day,
    /// The last of the records' numbers, and the last of their subjects'.
    pub(super) last: (i64, i64),
    /// How many records.
    pub(crate) rows: u64,
    /// The files.
    pub(crate) files: Vec<FileMeta>,
    pub(super) anchor: Option<Anchor>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileMeta {
    /// Its form.
    pub(crate) format: OpenFormat,
    /// How large it is.
    pub(crate) bytes: u64,
    /// How large it lies on disk.
    pub(crate) packed: u64,
    /// The SHA-256 of its bytes, hexadecimal.
    pub(crate) digest: String,
}

/// The form of the report's room.
pub(super) const fn form_of(format: OpenFormat) -> Format {
    match format {
        OpenFormat::Csv => Format::Csv,
        OpenFormat::JsonLines => Format::JsonLines,
        OpenFormat::Parquet => Format::Parquet,
    }
}

/// True where the file lies compressed on disk. Parquet is so inside.
pub(super) const fn is_packed(format: OpenFormat) -> bool {
    !matches!(format, OpenFormat::Parquet)
}

/// The path of a key's file.
pub(super) fn path_of(directory: &Path, key: &ShardKey, ending: &str) -> PathBuf {
    directory.join(format!("{key}.{ending}"))
}

/// The ending of a file's name on disk.
pub(super) fn ending_of(format: OpenFormat) -> String {
    let packed = if is_packed(format) { ".gz" } else { "" };
    format!("{}{packed}", format.word())
}

/// An error of the directory.
pub(super) fn failed(path: &Path) -> impl Fn(std::io::Error) -> OfficeError {
    let act = format!("keeping open data in `{}`", path.display());
    move |error| OfficeError::File { act: act.clone(), why: error.to_string() }
}

/// What a small file says; none where there is none or it says nothing that can be read.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Writes a small file whole or not at all.
pub(super) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), OfficeError> {
    let bytes = serde_json::to_vec(value).map_err(std::io::Error::from).map_err(failed(path))?;
    let beside = path.with_extension("json.new");
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(failed(path))
}

/// Removes a file that may be there.
pub(super) fn remove(path: &Path) -> Result<(), OfficeError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

/// Where a file's bytes go: counted, digested, and compressed on their way to the disk.
pub(super) struct Sink {
    bytes: u64,
    digest: Sha256,
    out: Out,
}

enum Out {
    Plain(BufWriter<File>),
    Packed(Box<GzEncoder<BufWriter<File>>>),
}

impl Sink {
    pub(super) fn create(path: &Path, format: OpenFormat) -> std::io::Result<Self> {
        let file = BufWriter::new(File::create(path)?);
        let out = if is_packed(format) {
            Out::Packed(Box::new(GzEncoder::new(file, Compression::fast())))
        } else {
            Out::Plain(file)
        };
        Ok(Self { bytes: 0, digest: Sha256::new(), out })
    }

    /// Ends the file: how large it is, how large on disk, and its digest.
    pub(super) fn end(self) -> std::io::Result<(u64, u64, String)> {
        let mut file = match self.out {
            Out::Plain(file) => file,
            Out::Packed(packer) => packer.finish()?,
        };
        file.flush()?;
        let packed = file.get_ref().metadata()?.len();
        let digest = self.digest.finalize();
        let hex = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((self.bytes, packed, hex))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match &mut self.out {
            Out::Plain(file) => file.write_all(bytes)?,
            Out::Packed(packer) => packer.write_all(bytes)?,
        }
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match &mut self.out {
            Out::Plain(file) => file.flush(),
            Out::Packed(packer) => packer.flush(),
        }
    }
}

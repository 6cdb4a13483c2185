//! The invented region, loaded through the same intake as any file.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use gongxin_rehearsal::{KeyRow, Region, RehearsalFile};
use serde::Serialize;

use crate::OfficeError;

/// A file of the region, written.
#[derive(Debug, Clone, Serialize)]
pub struct WrittenFile {
    /// Its name.
    pub name: String,
    /// Its catalogue.
    pub catalogue: String,
    /// Its source.
    pub source: String,
    /// Its rows with an answer.
    pub rows: u64,
}

/// Writes the region's files into a directory, and its answer key beside them as `key.jsonl`.
///
/// # Errors
/// The directory cannot be written.
pub fn write_files(
    seed: u64,
    organisations: u64,
    directory: &Path,
    progress: &mut dyn FnMut(&WrittenFile),
) -> Result<Vec<WrittenFile>, OfficeError> {
    let failed = |error: std::io::Error| OfficeError::File {
        act: format!("writing the region into `{}`", directory.display()),
        why: error.to_string(),
    };
    std::fs::create_dir_all(directory).map_err(failed)?;
    let mut key = BufWriter::new(File::create(directory.join("key.jsonl")).map_err(failed)?);
    let mut written = Vec::new();
    for file in Region::new(seed, organisations).files() {
        let one = write_file(&file, directory, &mut key).map_err(failed)?;
        progress(&one);
        written.push(one);
    }
    key.flush().map_err(failed)?;
    Ok(written)
}

fn write_file(
    file: &RehearsalFile,
    directory: &Path,
    key: &mut dyn std::io::Write,
) -> std::io::Result<WrittenFile> {
    let mut out = BufWriter::new(File::create(directory.join(&file.name))?);
    let mut rows = 0;
    let mut trouble = Ok(());
    file.write_to(&mut out, &mut |answer: KeyRow| {
        rows += 1;
        if trouble.is_ok() {
            trouble = serde_json::to_writer(&mut *key, &answer)
                .map_err(std::io::Error::from)
                .and_then(|()| key.write_all(b"\n"));
        }
    })?;
    trouble?;
    out.flush()?;
    Ok(WrittenFile {
        name: file.name.clone(),
        catalogue: file.catalogue.to_string(),
        source: file.source.to_string(),
        rows,
    })
}

//! Reads a pack directory from disk. Only the door and the tools call this.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::PackFiles;

/// A directory could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read pack file `{path}`: {error}")]
pub struct DiskError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub error: std::io::Error,
}

/// The most directories inside one another.
const DEPTH_LIMIT: usize = 6;

/// Reads all pack files under a directory: `*.toml` and `*.csv`. Paths start with `prefix`, so that
/// a directory that is itself one pack gets a name.
///
/// # Errors
/// Names the first file or directory that cannot be read.
pub fn read_directory(directory: &Path, prefix: &str) -> Result<PackFiles, DiskError> {
    let mut files = PackFiles::new();
    walk(directory, prefix, &mut files, 0)?;
    Ok(files)
}

fn walk(
    directory: &Path,
    prefix: &str,
    files: &mut PackFiles,
    depth: usize,
) -> Result<(), DiskError> {
    let failed = |error| DiskError { path: directory.to_owned(), error };
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        let inner = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        if path.is_dir() {
            if depth < DEPTH_LIMIT && !name.starts_with('.') {
                walk(&path, &inner, files, depth + 1)?;
            }
        } else if matches!(path.extension().and_then(|end| end.to_str()), Some("toml" | "csv")) {
            let content = fs::read(&path).map_err(|error| DiskError { path, error })?;
            files.insert(inner, content);
        }
    }
    Ok(())
}

//! The file of a receipt: JSON, a table of findings, or workbooks with the rows to correct.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use gongxin_app::{Correction, GivenOutLimits, Office, Receipt, findings_as_csv};
use gongxin_model::finding::Language;

use crate::arguments::Intake;
use crate::exit::Usage;
use crate::screen::tell;

/// So many names are tried for the further workbooks of one receipt.
const NAMES: u32 = 10_000;

/// In which form the receipt is written, and where.
#[derive(Debug)]
pub(super) enum Form {
    /// Nowhere.
    None,
    /// As JSON.
    Json(PathBuf),
    /// One finding a line.
    Csv(PathBuf),
    /// The rows to correct.
    Workbook {
        path: PathBuf,
        /// The files written so far.
        written: Arc<Mutex<Vec<PathBuf>>>,
    },
}

impl Form {
    /// Finds out before anything is begun, not when the receipt is all there is left to write,
    /// whether it can be written.
    pub(super) fn of(ask: &Intake) -> anyhow::Result<Self> {
        let Some(path) = ask.receipt.clone() else {
            return Ok(Self::None);
        };
        let place = OpenOptions::new().append(true).create(true).open(&path);
        place.map_err(|error| {
            Usage(format!("the receipt `{}` cannot be written: {error}", path.display()))
        })?;
        let same = |file: &PathBuf| {
            let whole = [file, &path].map(|path| path.canonicalize().ok());
            matches!(whole, [Some(file), Some(receipt)] if file == receipt)
        };
        if ask.files.iter().any(same) {
            let path = path.display();
            return Err(Usage(format!(
                "the receipt `{path}` would be written over a file that is handed in; give it \
                 another name"
            ))
            .into());
        }
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        Ok(match ending.as_deref().and_then(|ending| ending.to_str()) {
            Some("csv") => Self::Csv(path),
            Some("xlsx") => Self::Workbook { path, written: Arc::default() },
            _ => Self::Json(path),
        })
    }

    /// Begins the workbooks, where the receipt is made of them.
    pub(super) fn begin(
        &self,
        office: &Office,
        catalogue: &str,
        language: Language,
    ) -> anyhow::Result<Option<Correction>> {
        let Self::Workbook { path, written } = self else {
            return Ok(None);
        };
        let directory = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let (path, written) = (path.clone(), Arc::clone(written));
        let make = move |number: u32| {
            let (file, path) = open(&path, number)?;
            written.lock().unwrap_or_else(PoisonError::into_inner).push(path);
            Ok(Box::new(file) as Box<dyn io::Write + Send>)
        };
        let how = (GivenOutLimits::default(), directory, Box::new(make) as _);
        Ok(Some(office.begin_correction(catalogue, language, how)?))
    }

    /// Writes the receipt.
    pub(super) fn write(
        &self,
        office: &Office,
        receipt: &Receipt,
        language: Language,
        correction: Option<Correction>,
    ) -> anyhow::Result<()> {
        let said = |path: &Path| format!("writing the receipt `{}`", path.display());
        match self {
            Self::None => {}
            Self::Json(path) => {
                let json = serde_json::to_string_pretty(receipt)?;
                std::fs::write(path, json).with_context(|| said(path))?;
            }
            Self::Csv(path) => {
                let write = || {
                    let mut out = BufWriter::new(File::create(path)?);
                    findings_as_csv(receipt, language, &mut out)?;
                    out.flush()
                };
                write().with_context(|| said(path))?;
            }
            Self::Workbook { path, written } => {
                if let Some(correction) = correction {
                    office.end_correction(correction, receipt).with_context(|| said(path))?;
                }
                let mut written = written.lock().unwrap_or_else(PoisonError::into_inner).clone();
                written.sort();
                let further = written.iter().filter(|one| *one != path);
                further.for_each(|one| tell(&format!("further rows are in `{}`", one.display())));
            }
        }
        Ok(())
    }
}

/// The file of a workbook. The first has the name that was given, a further one the first free
/// name behind it: nothing that nobody named is written over.
fn open(path: &Path, number: u32) -> io::Result<(File, PathBuf)> {
    if number <= 1 {
        return Ok((File::create(path)?, path.to_owned()));
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    for number in number..number.saturating_add(NAMES) {
        let further = path.with_file_name(format!("{stem}-{number}.xlsx"));
        match File::create_new(&further) {
            Ok(file) => return Ok((file, further)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

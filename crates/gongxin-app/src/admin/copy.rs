//! Backups: the whole store into one file, and back.

use std::path::Path;

use gongxin_store::BackupReport;

use crate::{Circumstances, Office, OfficeError};

impl Office {
    /// Copies the store, while it is in use, into one file.
    ///
    /// # Errors
    /// The file is there already or cannot be written, or the store cannot be read.
    pub fn backup(
        &self,
        to: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<BackupReport, OfficeError> {
        if to.exists() {
            return Err(OfficeError::Usage(format!("`{}` is there already", to.display())));
        }
        Ok(gongxin_store::backup(&self.store, to, &mut |_, rows| progress(rows))?)
    }

    /// Fills an empty store from a backup, and opens it once to see that the key fits.
    ///
    /// # Errors
    /// There is a store already, the file is damaged, or the key is another's.
    pub fn restore(
        circumstances: &Circumstances,
        from: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<BackupReport, OfficeError> {
        let done = gongxin_store::restore(from, &circumstances.url, &mut |_, rows| progress(rows))?;
        Self::open(circumstances)?;
        Ok(done)
    }
}

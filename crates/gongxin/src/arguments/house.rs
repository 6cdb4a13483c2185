//! What is asked of the whole store: backup, restore, moving house.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to write; must not exist.
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) file: PathBuf,
    /// Only try it out: restore into a file beside the backup, check every row and standing there,
    /// compare its log with that of the store in service, and remove the file.
    #[arg(long)]
    pub(crate) drill: bool,
    /// The directory for a drill's file, which takes about as much room as a store on SQLite; that
    /// of the backup when left out.
    #[arg(long, value_name = "DIR", requires = "drill")]
    pub(crate) scratch: Option<PathBuf>,
    /// There is no journal of erasures, because nothing was ever erased.
    #[arg(long)]
    pub(crate) no_erasures: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// The store that moves; the one of `--store` when left out.
    #[arg(long, value_name = "STORE")]
    pub(crate) from: Option<String>,
    /// Where to: an empty database or a new file, or where this move was interrupted.
    #[arg(long, value_name = "STORE", required_unless_present = "reopen")]
    pub(crate) to: Option<String>,
    /// Where the instance key of the new store is put, if not where its commands look for it.
    #[arg(long, value_name = "FILE", requires = "to")]
    pub(crate) to_key_file: Option<PathBuf>,
    /// Where the journal of erasures of the new store is put, if not where its commands look for it.
    #[arg(long, value_name = "FILE", requires = "to")]
    pub(crate) to_erasures: Option<PathBuf>,
    /// The old store stays open to writing, also meanwhile: for a trial. What is written to it
    /// after the move began is not moved.
    #[arg(long, requires = "to")]
    pub(crate) leave_open: bool,
    /// Open the store to writing again that was moved away, because the new one is given up.
    #[arg(long, conflicts_with = "to")]
    pub(crate) reopen: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

//! `gongxin access`: who read what the public may not.

use clap::{Args, Subcommand};

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Access {
    /// List reads, the latest first; those of which an organisation is told later are among them.
    #[command(
        after_help = "Example:\n  gongxin access list --organisation 91150000720180740Y --json"
    )]
    List(AccessList),
    /// Check that no entry is missing or changed, and name the first that is.
    #[command(
        after_help = "Example:\n  gongxin access verify --json\n\nExit codes: 0 the log holds, 1 it \
                      does not."
    )]
    Verify(Json),
    /// The purposes for which something may be read today, as the rulebook names them.
    #[command(after_help = "Example:\n  gongxin access purposes")]
    Purposes(Json),
}

#[derive(Debug, Args)]
pub(crate) struct AccessList {
    /// Only those about this organisation.
    #[arg(long, value_name = "CODE")]
    pub(crate) organisation: Option<String>,
    /// Only those by this account, by its id.
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// Only those below this number: the page behind.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) below: Option<i64>,
    /// So many at most.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u16,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

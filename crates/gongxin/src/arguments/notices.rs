//! `gongxin notices`: what accounts are told, and how it goes out.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Notices {
    /// List what waits and what failed on its way out, the latest first.
    #[command(
        after_help = "Example:\n  gongxin notices list --state failed --json\n\nExit codes: 0 \
                      nothing failed, 1 something was given up."
    )]
    List(NoticesList),
    /// Make notices of what happened, and send what is due, once: for cron, where no `serve` runs.
    #[command(
        after_help = "Example:\n  gongxin notices deliver --notices /etc/gongxin/notices.toml\n\n\
                      Beside a `serve` it does no harm: nothing is told twice.\n\nExit codes: 0 done, 1 \
                      something was given up."
    )]
    Deliver(NoticesDeliver),
    /// Put what was given up on its way again.
    #[command(after_help = "Example:\n  gongxin notices retry 17\n  gongxin notices retry --all")]
    Retry(NoticesRetry),
}

#[derive(Debug, Args)]
pub(crate) struct NoticesList {
    /// Only in this state: `waiting`, `failed`, `sent` or `dropped`.
    #[arg(long, value_parser = ["waiting", "failed", "sent", "dropped"])]
    pub(crate) state: Option<String>,
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

#[derive(Debug, Args)]
pub(crate) struct NoticesDeliver {
    #[command(flatten)]
    pub(crate) channels: NoticesFile,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NoticesRetry {
    /// The number of the delivery.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub(crate) number: Option<i64>,
    /// All that were given up.
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Over which channels notices go.
#[derive(Debug, Args)]
pub(crate) struct NoticesFile {
    /// The mail server and where webhooks may go, as TOML: docs/operate/notices.md. Without it notices
    /// are in inboxes alone.
    #[arg(long, value_name = "FILE", env = "GONGXIN_NOTICES")]
    pub(crate) notices: Option<PathBuf>,
}

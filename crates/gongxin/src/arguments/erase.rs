//! `gongxin erase`: content that goes by law.

use clap::{Args, Subcommand, ValueEnum};
use gongxin_model::PublicId;

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Erase {
    /// List records whose retention is over, as their catalogues say it.
    #[command(after_help = "Example:\n  gongxin erase due --limit 50 --json")]
    Due(EraseProposals),
    /// Propose an erasure; another person confirms it. `--dry-run` tells what would go.
    #[command(
        after_help = "Example:\n  gongxin --actor acct-1 erase propose RECORD --ground court --basis \
        '民事裁定' --authority 某某人民法院 --number '（2026）某01民终1号' --dry-run\n  gongxin --actor acct-1 erase \
        propose --due --ground retention --basis '目录第三条' --authority 平台\n\nExit codes: 0 proposed or \
        counted, 1 nothing to erase, 2 wrong usage, 3 could not be done."
    )]
    Propose(EraseOrderAsk),
    /// List proposals, the latest first.
    #[command(after_help = "Example:\n  gongxin erase list --json")]
    List(EraseProposals),
    /// Confirm another's proposal and carry it out.
    #[command(
        after_help = "What goes cannot be brought back. It is written into the journal first; \
        interrupted, whoever opens the store next carries it out.\n\nExample:\n  gongxin --actor acct-2 erase \
        confirm 17 --dry-run\n  gongxin --actor acct-2 erase confirm 17\n\nExit codes: 0 erased, 1 done, with \
        something to look at, 2 wrong usage, 3 could not be done, 5 interrupted."
    )]
    Confirm(EraseConfirm),
    /// Rewrite the files of the store so that nothing of erased rows is left in them.
    #[command(
        after_help = "SQLite: the whole file, with room for a second copy. PostgreSQL: the tables, one by \
        one, each closed to others meanwhile.\nExample:\n  gongxin erase clean\n\nExit codes: 0 clean, 1 a \
        reader kept it from ending: run it again."
    )]
    Clean(Json),
    /// Check the journal of erasures, and say how it stands to the store.
    #[command(
        after_help = "Example:\n  gongxin erase journal --json\n  gongxin erase journal --write-again\n\nExit \
        codes: 0 it holds, 2 wrong usage, 3 it is missing, short or damaged."
    )]
    Journal {
        /// Write it again from what the store says that it erased: only where no copy of it is left.
        #[arg(long)]
        write_again: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What an erasure stands on.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum OnGround {
    /// A court ordered it.
    Court,
    /// The time for which it is kept is over.
    Retention,
}

#[derive(Debug, Args)]
pub(crate) struct EraseOrderAsk {
    /// The records, by their ids.
    #[arg(required_unless_present = "due")]
    pub(crate) records: Vec<PublicId>,
    /// All records whose retention is over, at most a thousand.
    #[arg(long, conflicts_with = "records")]
    pub(crate) due: bool,
    /// What it stands on.
    #[arg(long, value_enum)]
    pub(crate) ground: OnGround,
    /// The clause or ruling, in words. It is kept for good: nothing of the content belongs here.
    #[arg(long)]
    pub(crate) basis: String,
    /// Who decided.
    #[arg(long)]
    pub(crate) authority: String,
    /// The number of the decision's document; a court's order has one.
    #[arg(long, default_value = "")]
    pub(crate) number: String,
    /// Only count what would go.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EraseProposals {
    /// So many at most.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u16,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct EraseConfirm {
    /// The number of the proposal.
    pub(crate) proposal: i64,
    /// Only count what would go.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

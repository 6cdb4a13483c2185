//! `gongxin article`: notices and guides.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use gongxin_model::Day;

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Article {
    /// List notices and guides, drafts among them.
    #[command(after_help = "Example:\n  gongxin article list --json")]
    List(Json),
    /// Keep a text as a draft; readers go on seeing what was published.
    ///
    /// The file is CommonMark in UTF-8 with a title as its first heading (`# …`). Tables are read;
    /// raw HTML is shown as text, pictures by their words.
    #[command(after_help = "Example:\n  gongxin article draft 2026-rules --kind notice --issuer \
        内蒙古自治区发展和改革委员会 --text rules.md\n  gongxin article draft objection --kind guide --text \
        objection.md --english objection.en.md")]
    Draft(ArticleDraft),
    /// Show a draft to readers, today or from a day on; it is kept as an entry.
    #[command(
        after_help = "Example:\n  gongxin --actor steward-1 article publish 2026-rules --from \
                      2026-04-01 --through 2026-12-31"
    )]
    Publish(ArticlePublish),
    /// Take back what readers see; it goes on as a draft.
    #[command(after_help = "Example:\n  gongxin --actor steward-1 article withdraw 2026-rules \
        --reason \"wrong date\"")]
    Withdraw(ArticleWithdraw),
}

/// What kind of text it is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    /// Something new, of a day.
    Notice,
    /// How something is done.
    Guide,
}

#[derive(Debug, Args)]
pub(crate) struct ArticleDraft {
    /// Its word in addresses: small letters, digits, hyphens.
    pub(crate) slug: String,
    /// What kind of text it is.
    #[arg(long)]
    pub(crate) kind: Kind,
    /// The Chinese text.
    #[arg(long, value_name = "FILE")]
    pub(crate) text: PathBuf,
    /// The English text; where there is none, English pages show the Chinese one.
    #[arg(long, value_name = "FILE")]
    pub(crate) english: Option<PathBuf>,
    /// The body that issues it, never a person.
    #[arg(long, value_name = "NAME")]
    pub(crate) issuer: Option<String>,
    /// The body's English name.
    #[arg(long, value_name = "NAME", requires = "english")]
    pub(crate) english_issuer: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ArticlePublish {
    /// Its word in addresses.
    pub(crate) slug: String,
    /// The first day; today when left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<Day>,
    /// The last day; no end when left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) through: Option<Day>,
}

#[derive(Debug, Args)]
pub(crate) struct ArticleWithdraw {
    /// Its word in addresses.
    pub(crate) slug: String,
    /// Why; it stands in the entry.
    #[arg(long)]
    pub(crate) reason: String,
}

//! `gongxin held`, as its users see it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Which held rows are meant.
#[derive(Debug, Args)]
pub(crate) struct HeldFilter {
    /// Only of this hand-in.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) batch: Option<i64>,
    /// Only of this catalogue.
    #[arg(long, value_name = "ID")]
    pub(crate) catalogue: Option<String>,
    /// Only from this source.
    #[arg(long, value_name = "CODE")]
    pub(crate) source: Option<String>,
    /// Only held by this rule, for example `subject.name-only`; `gongxin held count` names them.
    #[arg(long, value_name = "RULE")]
    pub(crate) reason: Option<String>,
    /// Only where the first suggestion fits by at least so many per mille.
    #[arg(long, value_name = "PER_MILLE")]
    pub(crate) score_from: Option<u32>,
    /// Only where the first suggestion fits by less, or there is none.
    #[arg(long, value_name = "PER_MILLE")]
    pub(crate) score_below: Option<u32>,
    /// Only in this state: open, linked, refused.
    #[arg(long, default_value = "open", value_parser = ["open", "linked", "refused"])]
    pub(crate) state: String,
}

/// How a judgement goes on to further rows.
#[derive(Debug, Args)]
pub(crate) struct Many {
    /// Also all other open rows that state the same name and the same codes, to the letter.
    #[arg(long)]
    pub(crate) all_like: bool,
    /// Only say what would happen.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Held {
    /// List held rows, oldest first, each with its best suggestion.
    #[command(after_help = "Example:\n  gongxin held list --batch 12\n  gongxin held list \
        --reason subject.name-only --score-from 900")]
    List {
        #[command(flatten)]
        filter: HeldFilter,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Count held rows by reason, catalogue, source and hand-in.
    #[command(after_help = "Example:\n  gongxin held count --source 150000-market")]
    Count {
        #[command(flatten)]
        filter: HeldFilter,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show a held row beside its candidates, each explained.
    #[command(after_help = "Example:\n  gongxin held show 345")]
    Show {
        /// The held row's number.
        number: i64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write held rows as a sheet with columns for judgement, code and reason, to be filled and
    /// judged with `held decide`.
    #[command(after_help = "Example:\n  gongxin held export --batch 12 held.xlsx\n  gongxin held \
        export --catalogue penalty --score-below 700 held.csv")]
    Export {
        #[command(flatten)]
        filter: HeldFilter,
        /// At most so many.
        #[arg(long, default_value_t = 5_000)]
        limit: u32,
        /// The file to write: a workbook where it ends in `.xlsx`, else CSV.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Judge the rows of a filled sheet, each for itself. May be repeated: what was judged so
    /// before stays as it is.
    #[command(
        after_help = "Example:\n  gongxin held decide held.xlsx --dry-run\n  gongxin --actor \
        steward-1 held decide held.xlsx\n\nA sheet has the columns 公信疑问编号 (GONGXIN_HELD), 判定 \
        (judgement: 关联/link, 拒收/refuse, 自然人/person), 判定主体代码 (subject code), 判定理由 \
        (reason). Lines without a judgement are left alone; one wrong line, and nothing is \
        judged.\n\nExit codes: 0 all judged, 1 some cannot be judged so, 2 wrong usage, 5 \
        interrupted and safe to repeat."
    )]
    Decide {
        /// The filled sheet: CSV, TSV or a workbook.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Only say what would happen.
        #[arg(long)]
        dry_run: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Judge that the row is about this organisation.
    #[command(
        after_help = "Example:\n  gongxin --actor steward-1 held link 345 91150000720180740Y \
        --reason \"source confirmed by letter\"\n  gongxin --actor steward-1 held link 345 \
        91150000720180740Y --all-like --dry-run --reason \"former name, licence seen\""
    )]
    Link {
        /// The held row's number.
        number: i64,
        /// The organisation's code.
        code: String,
        /// The ground of the judgement.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        many: Many,
    },
    /// Judge that the row does not belong here.
    #[command(
        after_help = "Example:\n  gongxin held refuse 345 --reason \"not an organisation of ours\"\n  \
        gongxin held refuse 346 --person --reason \"counterpart is a natural person\""
    )]
    Refuse {
        /// The held row's number.
        number: i64,
        /// The row is about a natural person: nothing of it stays, and it cannot be undone.
        #[arg(long)]
        person: bool,
        /// Why.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        many: Many,
    },
    /// Withdraw a judgement, or all of a docket; what followed from it goes too.
    #[command(
        after_help = "Example:\n  gongxin held undo 345 --reason \"judged on the wrong letter\"\n  \
        gongxin held undo --docket 3f9a61c20b7d --dry-run --reason \"wrong sheet\"\n\nA row whose \
        identifiers are another organisation's by now is linked to that one; all others wait again."
    )]
    Undo {
        /// The held row's number.
        #[arg(required_unless_present = "docket", conflicts_with = "docket")]
        number: Option<i64>,
        /// All rows that were judged together; `held decide` and `--all-like` print the name.
        #[arg(long, value_name = "NAME")]
        docket: Option<String>,
        /// Why.
        #[arg(long)]
        reason: String,
        /// Only say what would happen, of a docket.
        #[arg(long, requires = "docket")]
        dry_run: bool,
        /// Print JSON, of a docket.
        #[arg(long, requires = "docket")]
        json: bool,
    },
}

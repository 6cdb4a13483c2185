//! What is asked of uploads, returns and figures.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Upload {
    /// Write the files of what is new, corrected or ended since the last time: each record once.
    /// Writes CSV and XLSX with the same rows; what ended goes in a file of its own, NAME-ended.
    #[command(
        after_help = "Example:\n  gongxin upload write --period 2026-03 --out to-send\n  gongxin \
        upload write --catalogue penalty --source 150000-market --period 2026-03 --out to-send"
    )]
    Write(UploadWrite),
    /// Write the files of an upload once more.
    #[command(after_help = "Example:\n  gongxin upload again 3 --out to-send")]
    Again {
        /// The upload's number.
        number: i64,
        /// The directory to write into.
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
    /// Read the file that came back for an upload: which rows were accepted, which refused and why.
    #[command(
        after_help = "Example:\n  gongxin upload return 3 returned.xlsx\n\nExit codes: 0 all \
        accepted, 1 some refused or without a match, 3 could not be read to its end."
    )]
    Return(UploadReturn),
    /// List uploads, the latest first, with what came back.
    #[command(after_help = "Example:\n  gongxin upload list --json")]
    List(Json),
    /// Show an upload row by row.
    #[command(after_help = "Example:\n  gongxin upload show 3 --refused")]
    Show {
        /// The upload's number.
        number: i64,
        /// Only rows that were refused.
        #[arg(long)]
        refused: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct UploadWrite {
    /// The catalogue; all that go up when left out.
    #[arg(long, value_name = "ID")]
    pub(crate) catalogue: Option<String>,
    /// Only what this body supplied.
    #[arg(long, value_name = "CODE", conflicts_with = "region")]
    pub(crate) source: Option<String>,
    /// Only what the bodies of this division and those under it supplied (GB/T 2260).
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Option<String>,
    /// The month, quarter or year up to whose end is looked: 2026-03, 2026-Q1, 2026. What was
    /// left over from before goes too.
    #[arg(long)]
    pub(crate) period: gongxin_model::ReportingPeriod,
    /// Look through the whole archive, not only at what came since the last upload.
    #[arg(long)]
    pub(crate) whole: bool,
    /// The directory to write into.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) out: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UploadReturn {
    /// The upload's number; it is in the name of its files.
    pub(crate) number: i64,
    /// The file that came back, in any format that `intake` reads.
    pub(crate) file: PathBuf,
    /// A TOML file that says which column is which, where the headers do not.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SourceFigures {
    /// The month, quarter or year: 2026-03, 2026-Q1, 2026.
    #[arg(long)]
    pub(crate) period: gongxin_model::ReportingPeriod,
    /// Only of this body.
    #[arg(long, value_name = "CODE", conflicts_with = "region")]
    pub(crate) source: Option<String>,
    /// Only of the bodies of this division and those under it (GB/T 2260).
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Option<String>,
    /// As it was known at the end of this day; today when left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<gongxin_model::Day>,
    /// Also write the figures to this file, as CSV.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SourceDeclare {
    /// The body's code.
    pub(crate) code: String,
    /// The catalogue.
    #[arg(long, value_name = "ID")]
    pub(crate) catalogue: String,
    /// The month, quarter or year.
    #[arg(long)]
    pub(crate) period: gongxin_model::ReportingPeriod,
    /// How many decisions it made.
    #[arg(long, value_name = "COUNT")]
    pub(crate) decided: u32,
}

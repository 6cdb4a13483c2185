//! What can be asked for.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Measure the platform against peers on this machine; it should have nothing else to do.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench --", max_term_width = 100)]
pub(crate) struct Arguments {
    /// Only these parts; all unless told.
    #[arg(value_enum, value_name = "PART")]
    only: Vec<Part>,
    /// Rows of the narrow file that is checked; the file of long penalties has half as many.
    #[arg(long, default_value_t = 400_000)]
    pub(crate) rows: u64,
    /// Rounds of checking; the best counts.
    #[arg(long, default_value_t = 3)]
    pub(crate) rounds: u32,
    /// Organisations of the region that is taken in, and of the one that is searched.
    #[arg(long, default_value_t = 60_000)]
    pub(crate) organisations: u64,
    /// The engine that is taken in on; both unless told.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// Rows that stream through checking while its memory is watched.
    #[arg(long, default_value_t = 10_000_000)]
    pub(crate) memory_rows: u64,
    /// Rows that stream through a dry run while its memory is watched.
    #[arg(long, default_value_t = 200_000)]
    pub(crate) dry_run_rows: u64,
    /// Organisations in the store that is served.
    #[arg(long, default_value_t = 200_000)]
    pub(crate) subjects: u64,
    /// Organisations whose names alone are indexed and searched.
    #[arg(long, default_value_t = 1_600_000)]
    pub(crate) names: u64,
    /// Organisations of the whole region.
    #[arg(long, default_value_t = 1_600_000)]
    pub(crate) region: u64,
    /// About so many records of the whole region.
    #[arg(long, default_value_t = 10_000_000)]
    pub(crate) records: u64,
    /// Searches of the whole region.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) searches: u64,
    /// Requests of each kind.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) requests: u64,
    /// Organisations in the store that many read.
    #[arg(long, default_value_t = 100_000)]
    pub(crate) read_subjects: u64,
    /// Readers at once.
    #[arg(long, default_value_t = 1_000)]
    pub(crate) readers: usize,
    /// Seconds of each round of reading.
    #[arg(long, default_value_t = 15)]
    pub(crate) seconds: u64,
    /// Rows of the batch that is loaded while many read.
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) batch_rows: u64,
    /// The seed of everything that is invented.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print JSON instead of tables.
    #[arg(long)]
    pub(crate) json: bool,
    /// Leave files and stores where they are, to look at them.
    #[arg(long)]
    pub(crate) keep: bool,
    /// Write the report to this file: `benches/results.md` unless only some parts are measured.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Check standard input as a file of this catalogue and do nothing else: the process whose
    /// memory is measured.
    #[arg(long, hide = true, value_name = "CATALOGUE")]
    pub(crate) check_pipe: Option<String>,
    /// Serve a page that stands still and do nothing else: the peer of pages under load.
    #[arg(long, hide = true, value_name = "PORT:FILE")]
    pub(crate) still_page: Option<String>,
}

/// The parts, in the order in which they are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Decoding, checks and findings alone.
    Checking,
    /// Intake end to end, and the bytes it leaves.
    Intake,
    /// Memory while rows stream through.
    Memory,
    /// Start, pages and search of the portal.
    Portal,
    /// Many readers at once, and while a batch is loaded.
    Load,
    /// Reads of what is not public, entered before they are given, and while a batch is loaded.
    Reads,
    /// What searches find, and how quickly.
    Search,
    /// The public log: leaves, tiles, proofs.
    Log,
    /// A region of the plan's size: taken in whole, then asked.
    Region,
}

/// Where a store lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Part {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Checking => "checking",
            Self::Intake => "intake",
            Self::Memory => "memory",
            Self::Portal => "portal",
            Self::Load => "load",
            Self::Reads => "reads",
            Self::Search => "search",
            Self::Log => "log",
            Self::Region => "region",
        }
    }
}

impl Arguments {
    /// The parts asked for, in their order.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        let all = Part::value_variants().iter().copied();
        all.filter(|part| self.only.is_empty() || self.only.contains(part))
    }

    /// The engines asked for.
    pub(crate) fn engines(&self) -> impl Iterator<Item = Engine> + '_ {
        let all = Engine::value_variants().iter().copied();
        all.filter(|engine| self.engine.is_none_or(|one| one == *engine))
    }

    /// Where the report goes. Some parts alone do not replace the report of all.
    pub(crate) fn out(&self) -> Option<PathBuf> {
        let whole =
            || self.only.is_empty().then(|| crate::scratch::root().join("benches/results.md"));
        self.out.clone().or_else(whole)
    }
}

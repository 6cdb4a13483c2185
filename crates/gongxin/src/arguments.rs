//! The command line as its users see it. Scripts rely on these names; ADR 0006 fixes them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod access;
mod account;
mod article;
mod case;
mod erase;
mod exchange;
mod held;
mod house;
mod notices;

pub(crate) use access::{Access, AccessList};
pub(crate) use account::{Account, AccountBind, AccountOf, Audit, AuditForm, First};
pub(crate) use article::{Article, ArticleDraft, Kind};
pub(crate) use case::{Acting, Case, CaseDecide, CaseList, CaseOpen, CaseStep, Stating};
pub(crate) use erase::{Erase, EraseConfirm, EraseOrderAsk, EraseProposals, OnGround};
pub(crate) use exchange::*;
pub(crate) use held::{Held, HeldFilter, Many};
pub(crate) use house::{Backup, Migrate, Restore};
pub(crate) use notices::{Notices, NoticesDeliver, NoticesFile, NoticesList, NoticesRetry};

/// Gongxin (公信): a public credit information platform for organisations.
#[derive(Debug, Parser)]
#[command(name = "gongxin", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Start with `gongxin doctor`. Exit codes: 0 done, 1 done with something to \
    look at, 2 wrong usage, 3 could not be done, 5 interrupted and safe to repeat."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the store and what belongs to it are.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// The store: `sqlite:PATH` or `postgres://USER@HOST/DATABASE`.
    #[arg(long, global = true, env = "GONGXIN_STORE", default_value = "sqlite:gongxin.db")]
    pub(crate) store: String,
    /// The instance key's file. Beside a SQLite store by default; keep it apart from backups.
    #[arg(long, global = true, env = "GONGXIN_KEY_FILE", value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The journal of erasures. Beside a SQLite store by default; keep it apart from backups, and never
    /// put an older one back.
    #[arg(long, global = true, env = "GONGXIN_ERASURES", value_name = "FILE")]
    pub(crate) erasures: Option<PathBuf>,
    /// A directory with a further pack; may be given more than once.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) packs: Vec<PathBuf>,
    /// The language of messages: zh or en.
    #[arg(long, global = true, env = "GONGXIN_LANGUAGE", default_value = "zh")]
    pub(crate) language: String,
    /// Who acts, as an account id; it stands in the entries. Never a person's name.
    #[arg(long, global = true, env = "GONGXIN_ACTOR", default_value = "operator")]
    pub(crate) actor: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Hand in files: every row gets one outcome and its findings.
    #[command(
        after_help = "Example:\n  gongxin intake --catalogue penalty --source 150000-market \
        --receipt receipt.json penalties.xlsx\n  gongxin intake --catalogue penalty --source \
        150000-market --receipt to-correct.xlsx penalties.xlsx\n  gongxin intake --catalogue \
        penalty --source 150000-market to-correct.xlsx\n  zcat rows.csv.gz | gongxin intake --catalogue \
        licence --source 150000-market -\n\nExit codes: 0 all accepted, 1 some held or refused, \
        2 wrong usage, 3 could not read at all, 5 interrupted and safe to repeat; of several \
        files the worst counts."
    )]
    Intake(Intake),
    /// Write the template of a catalogue: a workbook to fill and hand in.
    #[command(after_help = "Example:\n  gongxin template penalty --out penalty.xlsx\n  gongxin \
        --language en template licence --out licence.xlsx")]
    Template(Template),
    /// Show one organisation as the public sees it.
    #[command(
        after_help = "Example:\n  gongxin subject 91150000720180740Y --as-of 2026-03-31 --json"
    )]
    Subject(Subject),
    /// Find organisations by part of a name, a code or a document number.
    #[command(after_help = "Example:\n  gongxin search 北方牧业 --json")]
    Search(Search),
    /// Serve the portal and the API.
    #[command(
        after_help = "Example:\n  gongxin --store sqlite:gongxin.db serve --port 8080\n  gongxin \
        --store postgres://gongxin@db.example/gongxin serve --port 8081 --index /var/lib/gongxin/second\n  gongxin serve --inbox /srv/inbox"
    )]
    Serve(Serve),
    /// Check, test, explain and adopt packs: policy as data.
    #[command(subcommand)]
    Pack(Pack),
    /// Judge rows that wait for a person.
    #[command(subcommand)]
    Held(Held),
    /// Objections, repairs, shieldings, listings, complaints: open, follow, decide.
    #[command(subcommand)]
    Case(Case),
    /// The register of supplying bodies.
    #[command(subcommand)]
    Source(Source),
    /// What goes up to the national platform, and what comes back from it.
    #[command(subcommand)]
    Upload(Upload),
    /// Notices and guides: draft, publish, take back.
    #[command(subcommand)]
    Article(Article),
    /// Accounts of the console: make, list, lock, reset, and what each may do.
    #[command(subcommand)]
    Account(Account),
    /// The chain of every act of every account: check it, give it out.
    #[command(subcommand)]
    Audit(Audit),
    /// The log of who read what the public may not: list it, check it.
    #[command(subcommand)]
    Access(Access),
    /// What accounts are told: send it, list what failed, try again.
    #[command(subcommand)]
    Notices(Notices),
    /// Take back a record, or all records of a hand-in.
    #[command(after_help = "Example:\n  gongxin withdraw --batch 12 --reason \"wrong month\"")]
    Withdraw(Withdraw),
    /// Erase content by law: at the end of retention, or by a court. One proposes, another confirms.
    #[command(subcommand)]
    Erase(Erase),
    /// Look after the archive.
    #[command(subcommand)]
    Archive(Archive),
    /// Record the ends that came with the date, and compute standings again where they are due.
    #[command(
        after_help = "No face waits for this: every public query compares the date itself.\n\
        Example:\n  gongxin tick"
    )]
    Tick(Tick),
    /// Copy the store, while it is in use, into one file.
    #[command(after_help = "Example:\n  gongxin backup gongxin-2026-05-04.backup")]
    Backup(Backup),
    /// Fill an empty store from a backup, or try out that one restores.
    #[command(
        after_help = "Example:\n  gongxin --store sqlite:new.db --key-file gongxin.db.key restore \
        gongxin-2026-05-04.backup\n  gongxin restore --drill gongxin-2026-05-04.backup\n\nExit codes: \
        0 restored, or a drill that went well; 1 a drill that found something; 2 wrong usage; 3 could \
        not be restored, and nothing was."
    )]
    Restore(Restore),
    /// Move the whole store to another place, on either engine: SQLite to PostgreSQL and back.
    ///
    /// Nobody else writes to the old store meanwhile; everybody may read. Interrupted, even by a
    /// power cut, the same command goes on where it was; until then the new place is no store to
    /// anybody. At the end both are read and compared, the old one is closed to writing, the key
    /// stands where the new one looks for it.
    #[command(after_help = "Example:\n  gongxin migrate --from sqlite:gongxin.db --to \
        postgres://gongxin@db.example/gongxin\n  gongxin migrate --to \
        postgres://gongxin@db.example/trial --leave-open\n  gongxin --store sqlite:gongxin.db migrate \
        --reopen\n\nExit codes: 0 moved and proved equal, 2 wrong usage, 3 could not be moved (the place \
        holds something else, a difference was found), 5 interrupted or another process writes: repeat.")]
    Migrate(Migrate),
    /// Say what is in order here and what is missing, also of what a government site must state.
    #[command(
        after_help = "Examples:\n  gongxin doctor --json\n  gongxin doctor --site site.toml \
        --map map.geojson\n\nExit codes: 0 all is in order, 1 something is missing."
    )]
    Doctor(Doctor),
    /// The invented region of demo, tests and benchmarks.
    #[command(subcommand)]
    Rehearsal(Rehearsal),
    /// Read a workbook from standard input in a process of its own; used by `intake`.
    #[command(hide = true)]
    ReadWorkbook,
    /// Read a paper of a case from standard input in a process of its own.
    #[command(hide = true)]
    ReadPaper,
}

#[derive(Debug, Args)]
pub(crate) struct Json {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Intake {
    /// The catalogue, for example `penalty`; `gongxin pack explain` lists them.
    #[arg(long, value_name = "ID")]
    pub(crate) catalogue: String,
    /// The supplying body's code; `gongxin source list` lists them.
    #[arg(long, value_name = "CODE")]
    pub(crate) source: String,
    /// A TOML file that says which column is which field, where the headers do not.
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    /// Write the receipt to this file: JSON; CSV where it ends in `.csv`, one finding a line; a
    /// workbook where it ends in `.xlsx`, with the rows to correct, which is handed in again. A
    /// large one is parted into NAME-2.xlsx and so on; no file that is there is written over but
    /// the one named.
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
    /// Check and link, but keep nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the receipt as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Files: CSV, TSV, JSON, JSONL, XML, XLS, XLSX, ODS, or ZIP of these; `-` reads standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Template {
    /// The catalogue, for example `penalty`; `gongxin pack explain` lists them.
    #[arg(value_name = "CATALOGUE")]
    pub(crate) catalogue: String,
    /// The file to write, `CATALOGUE.xlsx` when left out; `-` writes to standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Subject {
    /// A unified social credit code, or an old number.
    pub(crate) code: String,
    /// The state of publication on this day (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// As far as it was known at this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) known: Option<String>,
    /// The operator's view: also what is not public, and why. Never for publication.
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// Any part of a name, a code, a document number.
    #[arg(required = true)]
    pub(crate) text: Vec<String>,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address to listen at.
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// The port; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 8080, env = "GONGXIN_PORT")]
    pub(crate) port: u16,
    /// The directory of the name index and the files of open data (docs/operate/open-data.md);
    /// beside a SQLite store by default. Each `serve` over one database needs its own.
    #[arg(long, value_name = "DIR", env = "GONGXIN_INDEX")]
    pub(crate) index: Option<PathBuf>,
    /// A directory in which bodies lay files down: `DIR/SOURCE/FILE`, or `DIR/SOURCE/CATALOGUE/FILE`. Each is handed
    /// in for the body and moved to `done` or `failed` with its receipt: docs/operate/desk.md.
    #[arg(long, value_name = "DIR", env = "GONGXIN_INBOX")]
    pub(crate) inbox: Option<PathBuf>,
    /// Other platforms by which one may sign in with OpenID Connect, as TOML: docs/operate/openid.md.
    #[arg(long, value_name = "FILE", env = "GONGXIN_OIDC")]
    pub(crate) oidc: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) site: SiteFiles,
    #[command(flatten)]
    pub(crate) channels: NoticesFile,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) site: SiteFiles,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What the operator says of the site.
#[derive(Debug, Args)]
pub(crate) struct SiteFiles {
    /// What the operator says at the foot of every page, as TOML: docs/operate/site.md.
    #[arg(long, value_name = "FILE", env = "GONGXIN_SITE")]
    pub(crate) site: Option<PathBuf>,
    /// A map of the divisions that was approved for publication, as GeoJSON in degrees, each area
    /// with its code of GB/T 2260: docs/operate/site.md. None is shown without its approval number.
    #[arg(long, value_name = "FILE", env = "GONGXIN_MAP")]
    pub(crate) map: Option<PathBuf>,
    /// The number of the map's approval (审图号), where the file does not say it.
    #[arg(long, value_name = "NUMBER", requires = "map", env = "GONGXIN_MAP_APPROVAL")]
    pub(crate) map_approval: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Pack {
    /// Check packs: syntax, shape, references, dates, meaning, tests.
    #[command(after_help = "Example:\n  gongxin pack check packs/national packs/regions/150000")]
    Check(PackFiles),
    /// Run the cases in `tests/*.toml` of packs, and say what no case shows. Exit code 1: a case
    /// fails, or something is shown by none and its pack gives no reason.
    #[command(after_help = "Example:\n  gongxin pack test packs/national")]
    Test(PackFiles),
    /// Explain a catalogue, list, term or code: what, since when, on what basis, how sure; and which
    /// rules govern a catalogue on a day.
    #[command(
        after_help = "Example:\n  gongxin pack explain penalty --as-of 2026-06-01 --decided-on \
                      2025-11-10 --authority 通辽市住房和城乡建设局"
    )]
    Explain(Explain),
    /// Say what packs would alter for the public: which classes, decided when, under which rule
    /// before and after; how many records end, appear, or end on another day. Writes nothing. Exit
    /// code 0: nothing alters; 1: something does.
    #[command(after_help = "Example:\n  gongxin --packs new-rules pack diff --as-of 2026-12-31")]
    Diff(Diff),
    /// Put packs in force: the built-in ones and those given with `--packs`.
    #[command(
        after_help = "Example:\n  gongxin --actor steward-1 pack adopt --accept-unverified all"
    )]
    Adopt(Adopt),
}

#[derive(Debug, Args)]
pub(crate) struct PackFiles {
    /// Pack directories; the built-in packs when left out.
    pub(crate) directories: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The item's id; all catalogues when left out.
    pub(crate) item: Option<String>,
    /// The day asked for; today when left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<gongxin_model::Day>,
    /// The day of the decision: only the rules that cover it, with the days on which it ends.
    #[arg(long, value_name = "DATE")]
    pub(crate) decided_on: Option<gongxin_model::Day>,
    /// The deciding authority's name, or a sector: only its rules.
    #[arg(long, value_name = "NAME")]
    pub(crate) authority: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// Also adopt the built-in pack of the invented region; the store is then marked for ever.
    #[arg(long)]
    pub(crate) rehearsal: bool,
    /// Accept an item that is not verified, by its id; `all` accepts every one. It stands in the
    /// entry under the actor's name.
    #[arg(long, value_name = "ITEM")]
    pub(crate) accept_unverified: Vec<String>,
    /// Only say what would change.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The day on which both are asked; today when left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<gongxin_model::Day>,
    /// With the built-in pack of the invented region.
    #[arg(long)]
    pub(crate) rehearsal: bool,
    /// As if an item that is not verified were accepted, by its id; `all` accepts every one. Those
    /// accepted today when left out.
    #[arg(long, value_name = "ITEM")]
    pub(crate) accept_unverified: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Source {
    /// List the supplying bodies: code, what each may supply, deadline, last hand-in.
    #[command(after_help = "Example:\n  gongxin source list --json")]
    List(Json),
    /// Say how well bodies hand in: how much of what they decided, how much in order, how much in
    /// time; which records came late, and what was found most often.
    #[command(
        after_help = "Example:\n  gongxin source figures --period 2026-03\n  gongxin source \
        figures --period 2026-Q1 --region 150100 --as-of 2026-05-04 --csv figures.csv"
    )]
    Figures(SourceFigures),
    /// Keep how many decisions a body says it made in a period; the last statement counts.
    #[command(after_help = "Example:\n  gongxin source declare 150000-market --catalogue penalty \
        --period 2026-03 --decided 120")]
    Declare(SourceDeclare),
    /// Register a supplying body.
    #[command(
        after_help = "Example:\n  gongxin source add 150100-market --name 呼和浩特市市场监督管理局 \
        --sector market --region 150100 --supplies registration,licence,penalty"
    )]
    Add(SourceAdd),
}

#[derive(Debug, Args)]
pub(crate) struct SourceAdd {
    /// The code: lower-case letters, digits and hyphens; or the body's unified code.
    pub(crate) code: String,
    /// Its name.
    #[arg(long)]
    pub(crate) name: String,
    /// Its own unified social credit code.
    #[arg(long)]
    pub(crate) uscc: Option<String>,
    /// The sector of authority whose rules its decisions follow.
    #[arg(long, default_value = "other")]
    pub(crate) sector: String,
    /// Its region (GB/T 2260).
    #[arg(long, default_value = "150000")]
    pub(crate) region: String,
    /// Catalogues it may supply, separated by commas.
    #[arg(long, value_delimiter = ',', required = true)]
    pub(crate) supplies: Vec<String>,
    /// Another platform, which hands down what others decided.
    #[arg(long)]
    pub(crate) peer: bool,
    /// The body that it followed.
    #[arg(long, value_name = "CODE")]
    pub(crate) follows: Option<String>,
    /// The body that it is an office of: who acts for that one may act for it.
    #[arg(long, value_name = "CODE")]
    pub(crate) under: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Withdraw {
    /// The record's public id.
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    pub(crate) record: Option<String>,
    /// All records that this hand-in created.
    #[arg(long, value_name = "NO")]
    pub(crate) batch: Option<i64>,
    /// Why; the subject's own file shows it.
    #[arg(long)]
    pub(crate) reason: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Archive {
    /// Derive everything again from the archive and name every difference.
    ///
    /// Every row of every table is compared with its checksum, every entry is sealed again and
    /// compared with the log's head, every standing is folded again; on SQLite the engine checks
    /// its own pages and indexes too. What no query reads is not covered: pages and parts of pages
    /// that carry nothing, and counters of the file's head that the engine only writes. How many
    /// whole pages that are is said at the end. docs/operate/archive-check.md says it byte by byte.
    #[command(after_help = "Example:\n  gongxin archive fsck\n\nExit codes: 0 nothing differs, 1 \
        something does.")]
    Fsck(Json),
    /// Say what the store holds: head of the log, rows and digest of every table. Two places with
    /// one digest hold the same, whatever the engine; a backup has the digest of its moment.
    #[command(after_help = "Example:\n  gongxin archive digest --json")]
    Digest(Json),
}

#[derive(Debug, Args)]
pub(crate) struct Tick {
    /// Compute every standing again, not only the due ones.
    #[arg(long)]
    pub(crate) everything: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rehearsal {
    /// Load the invented region through the same intake as any file.
    #[command(
        after_help = "Example:\n  gongxin --store sqlite:demo.db rehearsal load --organisations 10000"
    )]
    Load(RehearsalSize),
    /// Write the region's files and its answer key into a directory.
    #[command(
        after_help = "Example:\n  gongxin rehearsal files --organisations 1000 --seed 7 ./region"
    )]
    Files {
        #[command(flatten)]
        size: RehearsalSize,
        /// The directory.
        directory: PathBuf,
    },
    /// Make ready accounts of the invented region, with a password that everybody knows.
    ///
    /// Refused for every store whose rulebook is not the rehearsal's.
    #[command(after_help = "Example:\n  gongxin --store sqlite:demo.db rehearsal accounts")]
    Accounts(Json),
}

#[derive(Debug, Args)]
pub(crate) struct RehearsalSize {
    /// How many organisations.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) organisations: u64,
    /// The seed; the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

//! `gongxin case`, as its users see it.

use clap::{Args, Subcommand};
use gongxin_app::cases::{Party, Step, Verdict};
use gongxin_model::PublicId;

/// As whom somebody acts.
#[derive(Debug, Args)]
pub(crate) struct Acting {
    /// As whom: subject, authority, steward.
    #[arg(long = "as", value_name = "PARTY", value_parser = party)]
    pub(crate) party: Party,
    /// The body acted for: a source's code, for an authority.
    #[arg(long, value_name = "CODE")]
    pub(crate) body: Option<String>,
}

/// What a step states.
#[derive(Debug, Args)]
pub(crate) struct Stating {
    /// The reason, told to the subject in full.
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// The number of the document.
    #[arg(long)]
    pub(crate) number: Option<String>,
    /// The name of the authority that decided.
    #[arg(long)]
    pub(crate) authority: Option<String>,
    /// A paper that comes with it: its id in the procedure, and its file (DOCX, ODT, PDF, plain
    /// text), whose text and digest are kept; the file itself is not.
    #[arg(long = "paper", value_name = "ID[=FILE]")]
    pub(crate) papers: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Case {
    /// Open a case: an objection, a repair, a shielding, a proposal to list, a complaint.
    #[command(
        after_help = "Example:\n  gongxin --actor firm-1 case open objection-content --as subject \
        --record 0s3… --reason \"罚款金额有误\" --field CF_NR_FK --value 0.1\n  gongxin --actor window-1 \
        case open repair --as steward --record 0s3… --reason \"已履行\" --paper duties-fulfilled --paper \
        commitment\n  gongxin --actor clerk-1 case open listing --as authority --body 159900-market \
        --code 91… --authority 演练州市场监督管理局 --reason \"拟列入事实\" --paper proposal\n\nExit codes: \
        0 opened, 2 refused with the reason, 3 could not be done."
    )]
    Open(CaseOpen),
    /// List cases, the oldest first.
    #[command(
        after_help = "Example:\n  gongxin case list --overdue\n  gongxin case list --decider \
                      150000-environment --json"
    )]
    List(CaseList),
    /// Show a case with its whole course.
    #[command(after_help = "Example:\n  gongxin case show Y-2026-000001")]
    Show {
        /// Its number or public id.
        case: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take a step: forward, return, accept, decline, supplement, extend, propose, notify, hear,
    /// enter, appeal, end, withdraw.
    #[command(
        after_help = "Example:\n  gongxin --actor steward-1 case step Y-2026-000001 forward --as \
        steward\n  gongxin --actor officer-1 case step Y-2026-000001 propose --as authority --body \
        150000-environment --verdict upheld --reason \"与决定书不符\"\n\nExit codes: 0 taken, 2 refused \
        with the reason, 3 could not be done."
    )]
    Step(CaseStep),
    /// Decide a case, or decide it a second time: always another person than who made the record,
    /// opened the case, or judged in it before.
    #[command(
        after_help = "Example:\n  gongxin --actor officer-2 case decide Y-2026-000001 upheld --as \
        authority --body 150000-environment --reason \"应为 1,000 元\" --set CF_NR_FK=0.1\n  gongxin \
        --actor officer-2 case decide X-2026-000002 granted --as authority --body \
        150000-environment --number 演环修〔2026〕2号 --authority 演练州生态环境局\n\nExit codes: 0 \
        decided, 2 refused with the reason, 3 could not be done."
    )]
    Decide(CaseDecide),
}

#[derive(Debug, Args)]
pub(crate) struct CaseOpen {
    /// The procedure; `gongxin pack explain procedure:repair` says what it asks for.
    pub(crate) procedure: String,
    #[command(flatten)]
    pub(crate) acting: Acting,
    /// The record it is about.
    #[arg(long, value_name = "ID", conflicts_with = "code")]
    pub(crate) record: Option<PublicId>,
    /// The organisation it is about, where there is no record yet.
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// What is said, in words.
    #[arg(long)]
    pub(crate) reason: String,
    /// The field that is wrong.
    #[arg(long, requires = "value")]
    pub(crate) field: Option<String>,
    /// What it should be.
    #[arg(long, requires = "field")]
    pub(crate) value: Option<String>,
    /// The name of the authority that proposes.
    #[arg(long)]
    pub(crate) authority: Option<String>,
    /// A paper that comes with it: its id in the procedure, and its file (DOCX, ODT, PDF, plain
    /// text), whose text and digest are kept; the file itself is not.
    #[arg(long = "paper", value_name = "ID[=FILE]")]
    pub(crate) papers: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CaseList {
    /// Only of this procedure.
    #[arg(long)]
    pub(crate) procedure: Option<String>,
    /// Only those that this body decides.
    #[arg(long, value_name = "CODE")]
    pub(crate) decider: Option<String>,
    /// Only those of which a day is over.
    #[arg(long)]
    pub(crate) overdue: bool,
    /// Closed ones, too.
    #[arg(long)]
    pub(crate) all: bool,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CaseStep {
    /// The case's number or public id.
    pub(crate) case: String,
    /// The step.
    #[arg(value_parser = step)]
    pub(crate) step: Step,
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(flatten)]
    pub(crate) stating: Stating,
    /// What a finding says: upheld, partly, dismissed; how something ends: fulfilled, failed,
    /// expired; declined.
    #[arg(long, value_parser = verdict)]
    pub(crate) verdict: Option<Verdict>,
    /// The entry that a listing led to.
    #[arg(long, value_name = "ID")]
    pub(crate) record: Option<PublicId>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CaseDecide {
    /// The case's number or public id.
    pub(crate) case: String,
    /// upheld, partly, dismissed; granted, refused; listed, not-listed.
    #[arg(value_parser = verdict)]
    pub(crate) verdict: Verdict,
    #[command(flatten)]
    pub(crate) acting: Acting,
    #[command(flatten)]
    pub(crate) stating: Stating,
    /// What a field says from now on, by an upheld objection; the value is pinned.
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = setting)]
    pub(crate) settles: Vec<(String, String)>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

fn party(word: &str) -> Result<Party, String> {
    let found = Party::from_word(word).filter(|party| *party != Party::Clock);
    found.ok_or_else(|| "one of subject, authority, steward".to_owned())
}

fn step(word: &str) -> Result<Step, String> {
    let own = [Step::Open, Step::Lapse, Step::Decide, Step::Redecide];
    Step::from_word(word).filter(|step| !own.contains(step)).ok_or_else(|| {
        let steps = Step::ALL.iter().filter(|step| !own.contains(step)).map(|step| step.word());
        format!("one of {}", steps.collect::<Vec<_>>().join(", "))
    })
}

fn verdict(word: &str) -> Result<Verdict, String> {
    Verdict::from_word(word).ok_or_else(|| {
        let all: Vec<&str> = Verdict::ALL.iter().map(|verdict| verdict.word()).collect();
        format!("one of {}", all.join(", "))
    })
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("a field, `=`, and its value")?;
    Ok((field.trim().to_owned(), value.trim().to_owned()))
}

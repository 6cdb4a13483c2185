//! `gongxin account` and `gongxin audit`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Json;

#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Make the first three administrators of a store: system, security and audit, each another person.
    ///
    /// Each sets a password by a one-time code, at `/activate`. From then on they make all other
    /// accounts in the console. Whoever names no login gets none: there are no default accounts.
    #[command(
        after_help = "Example:\n  gongxin account first --system ops-7 --security sec-2 --audit aud-1"
    )]
    First(First),
    /// Make an account; prints the one-time code by which its holder sets a password.
    ///
    /// A role is `clerk:SOURCE`, `officer:SOURCE`, `steward`, `representative:CODE`, `agency:CODE`,
    /// `system`, `security` or `audit`.
    #[command(
        after_help = "Example:\n  gongxin account add market-intake --post 市场监管局报送岗 --role \
                      clerk:150000-market"
    )]
    Add(AccountAdd),
    /// List accounts, their roles and states.
    #[command(after_help = "Example:\n  gongxin account list --json")]
    List(Json),
    /// Give an account these roles in place of those that it has.
    #[command(
        after_help = "Example:\n  gongxin account roles market-intake --role clerk:150000-market \
                      --role officer:150000-market"
    )]
    Roles(AccountRoles),
    /// Lock an account; its sessions end.
    #[command(after_help = "Example:\n  gongxin account lock market-intake")]
    Lock(AccountOf),
    /// Unlock an account, and forget failures to sign in.
    #[command(after_help = "Example:\n  gongxin account unlock market-intake")]
    Unlock(AccountOf),
    /// Take password and second factor from an account and lock it; prints a new one-time code.
    #[command(after_help = "Example:\n  gongxin account reset market-intake && gongxin account \
        unlock market-intake")]
    Reset(AccountOf),
    /// Bind an account to an identity of another platform and lock it; its sessions end.
    ///
    /// The subject, as that platform states it, is read as one line from standard input. Only a keyed digest
    /// of it is kept. The account is locked until it is unlocked.
    #[command(
        after_help = "Example:\n  gongxin account bind market-intake --issuer https://sso.example < \
                      subject.txt && gongxin account unlock market-intake"
    )]
    Bind(AccountBind),
    /// Unbind an account from every identity of other platforms; its sessions end.
    #[command(after_help = "Example:\n  gongxin account unbind market-intake")]
    Unbind(AccountOf),
    /// Tell the code of a second factor now; in the invented region alone.
    #[command(after_help = "Example:\n  gongxin account code demo-steward")]
    Code(AccountOf),
}

#[derive(Debug, Args)]
pub(crate) struct First {
    /// The system administrator's login.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) system: String,
    /// The security administrator's login.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) security: String,
    /// The audit administrator's login.
    #[arg(long, value_name = "LOGIN")]
    pub(crate) audit: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AccountAdd {
    /// What is typed to sign in: letters, digits, `-`, `.`, `_`; no number of a person.
    pub(crate) login: String,
    /// The post that it is for, never a person's name.
    #[arg(long)]
    pub(crate) post: String,
    /// A role; may be given more than once.
    #[arg(long = "role", value_name = "ROLE[:SCOPE]")]
    pub(crate) roles: Vec<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AccountRoles {
    /// Its login.
    pub(crate) login: String,
    /// A role; may be given more than once. Without any it has none.
    #[arg(long = "role", value_name = "ROLE[:SCOPE]")]
    pub(crate) roles: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct AccountBind {
    /// Its login.
    pub(crate) login: String,
    /// The issuer, exactly as that platform states it.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) issuer: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AccountOf {
    /// Its login.
    pub(crate) login: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check the chain of acts from the first to the last, and name the first that does not hold.
    #[command(
        after_help = "Example:\n  gongxin audit verify --json\n\nExit codes: 0 the chain holds, 1 it \
                      does not."
    )]
    Verify(Json),
    /// Give out every act, one a line. That it was done is an act itself, and the last of them.
    #[command(after_help = "Example:\n  gongxin audit export --format syslog --out audit.log")]
    Export(AuditExport),
}

/// The form of the lines.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AuditForm {
    /// JSON Lines.
    Jsonl,
    /// Syslog, RFC 5424.
    Syslog,
}

#[derive(Debug, Args)]
pub(crate) struct AuditExport {
    /// The form of the lines.
    #[arg(long, default_value = "jsonl")]
    pub(crate) format: AuditForm,
    /// The file; standard output when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

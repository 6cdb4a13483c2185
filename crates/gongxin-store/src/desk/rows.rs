//! What the desk's tables hold.

use gongxin_model::{Digest, Instant};
use gongxin_seal::{HashSuite, Mac};

/// An account. Its id in entries is made of its number; its login and post stay at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number; 0 for one that is to be made.
    pub no: i64,
    /// What is typed to sign in, in its normal form.
    pub login: String,
    /// The post that it is for: an office, never a person.
    pub post: String,
    /// `active`, `locked` or `closed`.
    pub state: String,
    /// When it was made.
    pub made_at: Instant,
    /// The password's hash in PHC form; none until its holder sets one.
    pub password: Option<String>,
    /// When the password was set.
    pub password_at: Option<Instant>,
    /// The digest of the one-time code by which its holder sets a password.
    pub code: Option<Digest>,
    /// Until when that code holds.
    pub code_until: Option<Instant>,
    /// What its second factor's secret is derived from, under the instance key.
    pub factor: Option<[u8; 16]>,
    /// When the second factor was confirmed.
    pub factor_at: Option<Instant>,
    /// The last step of time whose code was taken; no code is taken twice.
    pub factor_step: i64,
    /// What a second factor that waits to be confirmed is derived from.
    pub factor_new: Option<[u8; 16]>,
    /// When it last signed in.
    pub seen_at: Option<Instant>,
}

/// A role that an account has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RoleRow {
    /// Whose.
    pub account: i64,
    /// The role.
    pub role: String,
    /// For whom: a source's code, an organisation's code; empty for the platform.
    pub scope: String,
    /// Since when.
    pub at: Instant,
}

/// A session: only the digest of its token is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The digest of its token.
    pub digest: Digest,
    /// Whose.
    pub account: i64,
    /// How far its holder is: see the office.
    pub stage: String,
    /// Since when.
    pub made_at: Instant,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// What the browser said that it is.
    pub device: String,
    /// From which network address.
    pub origin: String,
    /// How it began.
    pub by: SessionBy,
}

/// How a session began: by a password, or by what a provider vouches for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionBy {
    /// The provider's id; empty for a password.
    pub way: String,
    /// True where the provider vouched for a second factor.
    pub is_vouched: bool,
    /// The roles that claims give for its length, as `role:scope` with blanks between.
    pub granted: String,
}

/// A key of the API: only its digest is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its number.
    pub no: i64,
    /// Whose.
    pub account: i64,
    /// What its holder calls it.
    pub name: String,
    /// Its digest.
    pub digest: Digest,
    /// The actions that it may do, with blanks between.
    pub rights: String,
    /// Since when.
    pub made_at: Instant,
    /// Until when.
    pub until_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// When it was last used.
    pub used_at: Option<Instant>,
}

/// How often somebody failed to sign in under a login, be there such an account or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// The keyed digest of the login.
    pub mac: Mac,
    /// Failures since the last success.
    pub failures: i64,
    /// When the last was.
    pub last_at: Instant,
    /// Until when nobody may try.
    pub wait_until: Instant,
}

/// An act to be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAudit {
    /// Whose act: an account's id, or who works at the machine.
    pub account: String,
    /// What was done.
    pub act: String,
    /// To whom or what.
    pub about: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// What else is to be known of it. Never a secret, never what somebody typed.
    pub detail: String,
    /// From where: a network address, or `machine`.
    pub origin: String,
}

/// An act that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, gapless from 1.
    pub no: i64,
    /// When.
    pub at: Instant,
    /// The act.
    pub act: NewAudit,
    /// The digest of the row before; zeros for the first.
    pub previous: Digest,
    /// The digest over that one and this row.
    pub digest: Digest,
}

impl AuditRow {
    /// The digest that a row must have: over the one before and its own content, each part by its
    /// length.
    #[must_use]
    pub fn digest_of(
        suite: HashSuite,
        previous: Digest,
        no: i64,
        at: Instant,
        act: &NewAudit,
    ) -> Digest {
        let mut bytes = b"gongxin/audit/1".to_vec();
        bytes.extend_from_slice(&previous.0);
        bytes.extend_from_slice(&no.to_be_bytes());
        bytes.extend_from_slice(&at.0.to_be_bytes());
        let NewAudit { account, act, about, outcome, detail, origin } = act;
        for text in [account, act, about, outcome, detail, origin] {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        suite.digest(&[&bytes])
    }
}

/// Which acts are asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditAsk {
    /// Of this account.
    pub account: Option<String>,
    /// Of this kind.
    pub act: Option<String>,
    /// From this time on.
    pub from: Option<Instant>,
    /// Before this time.
    pub before: Option<Instant>,
    /// Before this number, for the page behind.
    pub below: Option<i64>,
    /// Behind this number: bounds what is looked through.
    pub above: Option<i64>,
}

/// The first place where the chain of acts does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditBreak {
    /// The number of the row.
    pub no: i64,
    /// What is wrong with it.
    pub what: String,
}

/// What a check of the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditChecked {
    /// Rows that were read.
    pub rows: i64,
    /// The digest of the last.
    pub head: Digest,
    /// The first that does not hold.
    pub first_break: Option<AuditBreak>,
}

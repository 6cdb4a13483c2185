//! What administrators do: accounts, their roles, locks and resets.

use gongxin_model::Instant;
use gongxin_pack::Rulebook;
use gongxin_store::StoreError;
use gongxin_store::desk::{AccountRow, DeskWriter, RoleRow};

use super::fault::{AccountFault, POST_CHARACTERS};
use super::identity::IdentityItem;
use super::secret;
use super::sign_in::normal_login;
use super::signed::{account_id, account_number, done};
use crate::gate::{
    AccountAdd, AccountList, AccountLock, AccountReset, AccountRoles, Action, Permit, Refused,
    RightsTable, RoleScope,
};
use crate::{Office, OfficeError};

/// A login has so many characters.
const LOGIN: std::ops::RangeInclusive<usize> = 3..=32;

/// An account as administrators see it: nothing of its secrets.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AccountItem {
    /// Its id.
    pub id: String,
    /// What is typed to sign in.
    pub login: String,
    /// The post that it is for.
    pub post: String,
    /// `active` or `locked`.
    pub state: String,
    /// Its roles, each with its scope.
    pub roles: Vec<RoleGrant>,
    /// True where it has a password.
    pub has_password: bool,
    /// True where it has a second factor.
    pub has_factor: bool,
    /// Identities of other platforms that it is bound to.
    pub identities: Vec<IdentityItem>,
    /// When it was made.
    pub made_at: Instant,
    /// When it last signed in.
    pub seen_at: Option<Instant>,
}

/// A role with the body or organisation that it is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct RoleGrant {
    /// The role.
    pub role: String,
    /// A source's code or an organisation's; empty for the platform.
    pub scope: String,
}

impl RoleGrant {
    /// Reads `role` or `role:scope`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let (role, scope) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
        Self { role: role.trim().to_owned(), scope: scope.trim().to_owned() }
    }
}

/// The logins of the first three administrators.
#[derive(Debug, Clone, Copy)]
pub struct FirstLogins<'a> {
    /// Of the system administrator.
    pub system: &'a str,
    /// Of the security administrator.
    pub security: &'a str,
    /// Of the audit administrator.
    pub audit: &'a str,
}

impl Office {
    /// All accounts.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn accounts(&self, _: &Permit<AccountList>) -> Result<Vec<AccountItem>, OfficeError> {
        let (accounts, roles, identities) = self.desk.read(|reader| {
            Ok::<_, StoreError>((reader.accounts()?, reader.roles()?, reader.identities()?))
        })?;
        let item = |account: AccountRow| {
            let mine = roles.iter().filter(|role| role.account == account.no);
            AccountItem {
                id: account_id(account.no),
                roles: mine.map(grant).collect(),
                has_password: account.password.is_some(),
                has_factor: account.factor.is_some(),
                identities: IdentityItem::of(&identities, account.no),
                login: account.login,
                post: account.post,
                state: account.state,
                made_at: account.made_at,
                seen_at: account.seen_at,
            }
        };
        Ok(accounts.into_iter().map(item).collect())
    }

    /// Makes an account without any role; gives its id and the one-time code by which its holder sets a
    /// password, this once.
    ///
    /// # Errors
    /// The login is taken or does not fit, or the desk cannot be written.
    pub fn add_account(
        &self,
        permit: &Permit<AccountAdd>,
        login: &str,
        post: &str,
    ) -> Result<(String, String), OfficeError> {
        let login = checked_login(login)?;
        let post = checked_post(post)?;
        let (code, digest) = self.one_time_code();
        let id = self.desk.write(self.clock.now(), |writer| {
            if writer.account_of(&login)?.is_some() {
                return Err(OfficeError::from(AccountFault::Taken(login)));
            }
            let now = writer.now();
            let until = Instant(now.0 + self.sign_in.code_time());
            let (code, code_until) = (Some(digest), Some(until));
            let row = AccountRow { code, code_until, ..new_account(login, post, now) };
            let no = writer.add_account(&row)?;
            let id = account_id(no);
            keep(writer, permit, (&id, ""))?;
            Ok(id)
        })?;
        Ok((id, code))
    }

    /// Gives an account these roles in place of those that it has. Its sessions end.
    ///
    /// # Errors
    /// A role does not fit beside another or its scope, it is one's own account, or there is none.
    pub fn set_roles(
        &self,
        permit: &Permit<AccountRoles>,
        id: &str,
        grants: &[RoleGrant],
    ) -> Result<(), OfficeError> {
        let rules = self.rules()?;
        let mut grants = grants.to_vec();
        grants.sort();
        grants.dedup();
        check_grants(&self.rights, &rules.rulebook, &grants)?;
        self.desk.write(self.clock.now(), |writer| {
            let account = other(writer, permit, id)?;
            let (now, known) = (writer.now(), writer.roles_of(account.no)?);
            // Since when one has a role says of what one is told.
            let since = |one: &RoleGrant| {
                let own =
                    known.iter().find(|row| (&row.role, &row.scope) == (&one.role, &one.scope));
                own.map_or(now, |row| row.at)
            };
            let row = |grant: &RoleGrant| RoleRow {
                account: account.no,
                role: grant.role.clone(),
                scope: grant.scope.clone(),
                at: since(grant),
            };
            writer.put_roles(account.no, &grants.iter().map(row).collect::<Vec<_>>())?;
            writer.end_sessions(account.no, None)?;
            let words: Vec<String> = grants.iter().map(words).collect();
            keep(writer, permit, (id, &words.join(" ")))
        })
    }

    /// Locks an account, whose sessions end, or unlocks it.
    ///
    /// # Errors
    /// It is one's own account, or there is none.
    pub fn lock_account(
        &self,
        permit: &Permit<AccountLock>,
        id: &str,
        is_locked: bool,
    ) -> Result<(), OfficeError> {
        let state = if is_locked { "locked" } else { "active" };
        self.desk.write(self.clock.now(), |writer| {
            let account = other(writer, permit, id)?;
            let (no, login) = (account.no, account.login.clone());
            writer.put_account(&AccountRow { state: state.to_owned(), ..account })?;
            if is_locked {
                writer.end_sessions(no, None)?;
            } else {
                writer.clear_attempt(&self.login_mac(&login))?;
            }
            keep(writer, permit, (id, state))
        })
    }

    /// Takes password, second factor and recovery codes from an account, and locks it until the security
    /// administrator unlocks it; gives a new one-time code, this once.
    ///
    /// # Errors
    /// It is one's own account, or there is none.
    pub fn reset_account(
        &self,
        permit: &Permit<AccountReset>,
        id: &str,
    ) -> Result<String, OfficeError> {
        let (code, digest) = self.one_time_code();
        self.desk.write(self.clock.now(), |writer| {
            let account = other(writer, permit, id)?;
            let (now, no) = (writer.now(), account.no);
            writer.put_account(&AccountRow {
                state: "locked".to_owned(),
                password: None,
                password_at: None,
                code: Some(digest),
                code_until: Some(Instant(now.0 + self.sign_in.code_time())),
                factor: None,
                factor_at: None,
                factor_new: None,
                ..account
            })?;
            writer.put_recovery_codes(no, &[])?;
            writer.end_sessions(no, None)?;
            keep(writer, permit, (id, ""))
        })?;
        Ok(code)
    }

    /// The id of a login.
    ///
    /// # Errors
    /// There is no such account, or the desk cannot be read.
    pub fn account_named(
        &self,
        _: &Permit<AccountList>,
        login: &str,
    ) -> Result<String, OfficeError> {
        let login = normal_login(login);
        let found = self.desk.read(|reader| reader.account_of(&login))?;
        let absent = || OfficeError::Absent(format!("there is no account `{login}`"));
        found.map(|account| account_id(account.no)).ok_or_else(absent)
    }

    fn one_time_code(&self) -> (String, gongxin_model::Digest) {
        let code = secret::recovery_code(self.secret());
        let digest = secret::token_digest(&secret::plain_code(&code));
        (code, digest)
    }
}

/// An account that nobody can sign in to yet.
pub(super) fn new_account(login: String, post: String, now: Instant) -> AccountRow {
    AccountRow {
        no: 0,
        login,
        post,
        state: "active".to_owned(),
        made_at: now,
        password: None,
        password_at: None,
        code: None,
        code_until: None,
        factor: None,
        factor_at: None,
        factor_step: 0,
        factor_new: None,
        seen_at: None,
    }
}

fn grant(row: &RoleRow) -> RoleGrant {
    RoleGrant { role: row.role.clone(), scope: row.scope.clone() }
}

pub(super) fn words(grant: &RoleGrant) -> String {
    match grant.scope.as_str() {
        "" => grant.role.clone(),
        scope => format!("{}:{scope}", grant.role),
    }
}

/// The account of an id, which is another than that of who acts.
pub(super) fn other<A: Action>(
    writer: &mut DeskWriter<'_>,
    permit: &Permit<A>,
    id: &str,
) -> Result<AccountRow, OfficeError> {
    if id == permit.actor() {
        return Err(AccountFault::Own.into());
    }
    let account = account_number(id).map(|no| writer.account(no)).transpose()?.flatten();
    Ok(account.ok_or(Refused)?)
}

pub(super) fn keep<A: Action>(
    writer: &mut DeskWriter<'_>,
    permit: &Permit<A>,
    (about, detail): (&str, &str),
) -> Result<(), OfficeError> {
    let act = done(permit.actor(), permit.origin(), (A::ID, about, detail));
    Ok(writer.audit(&act)?)
}

fn checked_login(login: &str) -> Result<String, OfficeError> {
    let login = normal_login(login);
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let digits = login.chars().filter(char::is_ascii_digit).count();
    if !LOGIN.contains(&login.len()) || !login.chars().all(fits) {
        return Err(AccountFault::Login.into());
    }
    // Numbers of persons are never kept, as a login neither.
    if digits >= 11 {
        return Err(AccountFault::LoginNumber.into());
    }
    Ok(login)
}

fn checked_post(post: &str) -> Result<String, OfficeError> {
    let post = post.trim();
    let digits = post.chars().filter(char::is_ascii_digit).count();
    let is_plain = !post.chars().any(char::is_control);
    if post.is_empty() || post.chars().count() > POST_CHARACTERS || digits >= 11 || !is_plain {
        return Err(AccountFault::Post.into());
    }
    Ok(post.to_owned())
}

/// Refuses roles that do not fit their scope, or do not stand beside one another.
fn check_grants(
    rights: &RightsTable,
    rulebook: &Rulebook,
    grants: &[RoleGrant],
) -> Result<(), OfficeError> {
    let mut management = 0;
    for RoleGrant { role: id, scope } in grants {
        let Some(role) = rights.role(id) else {
            let known: Vec<&str> = rights.roles().map(|role| role.id.as_str()).collect();
            return Err(AccountFault::Role { role: id.clone(), known: known.join(", ") }.into());
        };
        management += usize::from(role.management);
        let fits = match role.scope {
            RoleScope::Body => rulebook.sources.contains_key(scope),
            RoleScope::Platform => scope.is_empty(),
            RoleScope::Organisation | RoleScope::Agency => {
                scope.parse::<gongxin_model::code::Uscc>().is_ok()
            }
        };
        if !fits {
            let (scope, role, takes) = (scope.clone(), id.clone(), role.scope);
            return Err(AccountFault::Scope { scope, role, takes }.into());
        }
    }
    if management > 0 && grants.len() > 1 {
        return Err(AccountFault::Alone.into());
    }
    Ok(())
}

//! Identities of other platforms: bound to accounts, and signing in by one.
//!
//! Of who somebody is at a provider the desk keeps a keyed digest. Nothing of their claims is kept but the
//! roles that an operator says they give, for the length of the session.

use gongxin_model::Instant;
use gongxin_model::openid::{ProviderTerms, Verified};
use gongxin_seal::Mac;
use gongxin_store::desk::{AccountRow, DeskWriter, IdentityRow, SessionBy};

use super::fault::AccountFault;
use super::journey::refused;
use super::manage::{keep, new_account, other};
use super::sign_in::waiting;
use super::signed::{account_id, done};
use super::{Entered, Journey, OwnFault, RoleGrant, Signed, Stage, granted, secret};
use crate::gate::{AccountBind, Permit, Refused};
use crate::{Office, OfficeError};

/// The longest issuer, in bytes.
const ISSUER_BYTES: usize = 300;
/// The longest subject (OpenID Connect Core, section 2), in bytes.
const SUBJECT_BYTES: usize = 255;
/// Random letters in the login of an account that claims brought about.
const LOGIN_LETTERS: usize = 10;

/// An identity that an account is bound to.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct IdentityItem {
    /// What it is unbound by: of no use to sign in.
    pub id: String,
    /// Its issuer.
    pub issuer: String,
    /// Since when.
    pub at: Instant,
}

impl IdentityItem {
    /// Those of an account.
    pub(super) fn of(all: &[IdentityRow], account: i64) -> Vec<Self> {
        let item = |row: &IdentityRow| Self {
            id: identity_id(&row.mac),
            issuer: row.issuer.clone(),
            at: row.at,
        };
        all.iter().filter(|row| row.account == account).map(item).collect()
    }
}

/// Of an identity's digest what it is named by.
fn identity_id(mac: &Mac) -> String {
    secret::token(mac.get(..10).unwrap_or_default())
}

/// What became of who came back from a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// As after a password.
    Entered(Entered),
    /// Their identity is bound to the account that they are signed in to.
    Bound,
    /// No account is theirs.
    Unbound,
    /// The identity is another account's, or the account has as many as it may.
    Taken,
    /// The session that was to be bound to is over.
    Over,
}

/// A way that leads nowhere: the account it is about, the word for the chain of acts, the answer.
type NoWay = (String, &'static str, Outside);

impl Office {
    fn identity_mac(&self, issuer: &str, subject: &str) -> Mac {
        self.key.mac("gongxin/identity", [issuer, subject])
    }

    /// Signs in who a provider vouches for, or binds them to the account that sent them there.
    ///
    /// # Errors
    /// No rulebook is in force, or the desk cannot be written.
    pub fn arrive(
        &self,
        (terms, verified): (&ProviderTerms, &Verified),
        journey: &Journey,
        (device, origin): (&str, &str),
    ) -> Result<Outside, OfficeError> {
        if journey.is_to_bind() {
            return self.bind_own(verified, journey, origin);
        }
        let grants = self.granted(terms, verified)?;
        let mac = self.identity_mac(&verified.issuer, &verified.subject);
        self.desk.write(self.clock.now(), |writer| {
            match self.way_in(writer, (terms, verified), (mac, &grants), origin)? {
                Ok((account, stage, by)) => {
                    let entered = self.enter(writer, account, (stage, by), (device, origin))?;
                    Ok(Outside::Entered(entered))
                }
                Err((about, why, outside)) => {
                    writer.audit(&refused(&about, (&terms.id, why), origin))?;
                    Ok(outside)
                }
            }
        })
    }

    /// The account of an identity and how far its holder is.
    fn way_in(
        &self,
        writer: &mut DeskWriter<'_>,
        (terms, verified): (&ProviderTerms, &Verified),
        (mac, grants): (Mac, &[RoleGrant]),
        origin: &str,
    ) -> Result<Result<(AccountRow, Stage, SessionBy), NoWay>, OfficeError> {
        let bound = writer.identity(&mac)?;
        let account = match bound {
            Some(row) => writer.account(row.account)?,
            None if terms.grants.new_accounts && !grants.is_empty() => {
                Some(self.account_of_claims(writer, (terms, verified), mac, origin)?)
            }
            None => None,
        };
        let Some(account) = account else {
            return Ok(Err((String::new(), "bound to no account", Outside::Unbound)));
        };
        let (now, id) = (writer.now(), account_id(account.no));
        // Who is locked out by a password is locked out here too.
        if let Some(until) = waiting(writer.attempt(&self.login_mac(&account.login))?.as_ref(), now)
        {
            return Ok(Err((id, "waits", Outside::Entered(Entered::Wait { until }))));
        }
        if account.state != "active" {
            return Ok(Err((id, "the account is locked", Outside::Entered(Entered::Refused))));
        }
        let mut roles = writer.roles_of(account.no)?;
        let manages = |role: &str| self.rights.role(role).is_some_and(|role| role.management);
        // An administrator has no other role, of claims neither.
        let is_alone = roles.iter().any(|held| manages(&held.role));
        let by = SessionBy {
            way: terms.id.clone(),
            is_vouched: verified.has_factor(&terms.second_factor),
            granted: if is_alone { String::new() } else { granted::text(grants) },
        };
        roles.extend(granted::of_session(&by, (account.no, now)));
        let stage = self.stage_first(&account, &roles, (&by, now));
        Ok(Ok((account, stage, by)))
    }

    /// A new account for whom claims give something: without a password, and without a role of its own.
    fn account_of_claims(
        &self,
        writer: &mut DeskWriter<'_>,
        (terms, verified): (&ProviderTerms, &Verified),
        mac: Mac,
        origin: &str,
    ) -> Result<AccountRow, OfficeError> {
        let now = writer.now();
        let letters: String = self.new_token().chars().take(LOGIN_LETTERS).collect();
        let post = terms.grants.post.clone().unwrap_or_default();
        let row = new_account(format!("id-{letters}"), post, now);
        let no = writer.add_account(&row)?;
        let (account, issuer) = (no, verified.issuer.clone());
        writer.add_identity(&IdentityRow { mac, account, issuer, at: now })?;
        let id = account_id(no);
        writer.audit(&done(&id, origin, ("account.add", &id, &format!("by {}", terms.id))))?;
        Ok(AccountRow { no, ..row })
    }

    fn bind_own(
        &self,
        verified: &Verified,
        journey: &Journey,
        origin: &str,
    ) -> Result<Outside, OfficeError> {
        let mac = self.identity_mac(&verified.issuer, &verified.subject);
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            // The cookie of a session does not come along from another site; its digest did.
            let session =
                journey.session.map(|digest| writer.session(&digest)).transpose()?.flatten();
            let session = session.filter(|one| self.stage_of(one, now) == Some(Stage::Whole));
            let account = session.map(|one| writer.account(one.account)).transpose()?.flatten();
            let Some(account) = account.filter(|account| account.state == "active") else {
                return Ok(Outside::Over);
            };
            let id = account_id(account.no);
            if !self.may_bind(writer, account.no, &mac)? {
                writer.audit(&refused(&id, (&verified.issuer, "bound already"), origin))?;
                return Ok(Outside::Taken);
            }
            let (account, issuer) = (account.no, verified.issuer.clone());
            writer.audit(&done(&id, origin, ("own.identity.bind", &id, &issuer)))?;
            writer.add_identity(&IdentityRow { mac, account, issuer, at: now })?;
            Ok::<_, OfficeError>(Outside::Bound)
        })
    }

    /// False where the identity is bound already, or the account to as many as may be.
    fn may_bind(
        &self,
        writer: &mut DeskWriter<'_>,
        account: i64,
        mac: &Mac,
    ) -> Result<bool, OfficeError> {
        let is_free = writer.identity(mac)?.is_none();
        Ok(is_free && writer.identities_of(account)?.len() < self.sign_in.identity.most)
    }

    /// Checks the present password of who is to bind an identity; an account without one needs none.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn prove(&self, who: &Signed, present: &str) -> Result<Result<(), OwnFault>, OfficeError> {
        let Some(kept) = who.account.password.clone() else {
            return Ok(Ok(()));
        };
        let mac = self.login_mac(who.login());
        let is_right = secret::is_password(present, &kept);
        self.desk.write(self.clock.now(), |writer| {
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), writer.now()) {
                return Ok(Err(OwnFault::Wait(until)));
            }
            if !is_right {
                let why = (who.id(), "present password", who.origin());
                self.turned_away(writer, &mac, why)?;
                return Ok(Err(OwnFault::Wrong));
            }
            writer.clear_attempt(&mac)?;
            Ok(Ok(()))
        })
    }

    /// The identities that the account of who asks is bound to.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn own_identities(&self, who: &Signed) -> Result<Vec<IdentityItem>, OfficeError> {
        let rows = self.desk.read(|reader| reader.identities_of(who.number()))?;
        Ok(IdentityItem::of(&rows, who.number()))
    }

    /// Unbinds an identity from the account of who asks; says whether it was. The last of an account
    /// without a password stays: nobody could sign in to it any more.
    ///
    /// # Errors
    /// There is no such identity, or the desk cannot be written.
    pub fn unbind_own(&self, who: &Signed, id: &str) -> Result<bool, OfficeError> {
        self.desk.write(self.clock.now(), |writer| {
            let rows = writer.identities_of(who.number())?;
            let found = rows.iter().find(|row| identity_id(&row.mac) == id);
            let found = found.filter(|_| who.is_whole()).ok_or(Refused)?;
            if !who.has_password() && rows.len() == 1 {
                return Ok(false);
            }
            writer.remove_identity(who.number(), &found.mac)?;
            writer.audit(&who.act("own.identity.unbind", who.id(), &found.issuer))?;
            Ok::<_, OfficeError>(true)
        })
    }

    /// Binds another account to an identity. It is locked until the security administrator unlocks it, and
    /// its sessions end: nobody comes into an account by themselves.
    ///
    /// # Errors
    /// Issuer or subject does not fit, the identity is bound, it is one's own account, or there is none.
    pub fn bind_account(
        &self,
        permit: &Permit<AccountBind>,
        id: &str,
        (issuer, subject): (&str, &str),
    ) -> Result<(), OfficeError> {
        let plain = |text: &str| !text.chars().any(|one| one.is_control() || one.is_whitespace());
        let is_issuer = ["https://", "http://"].iter().any(|start| issuer.starts_with(start));
        let fits = is_issuer && plain(issuer) && issuer.len() <= ISSUER_BYTES;
        if !fits || subject.is_empty() || subject.len() > SUBJECT_BYTES || !plain(subject) {
            return Err(AccountFault::Identity.into());
        }
        let mac = self.identity_mac(issuer, subject);
        self.desk.write(self.clock.now(), |writer| {
            let account = other(writer, permit, id)?;
            let (at, no) = (writer.now(), account.no);
            if !self.may_bind(writer, no, &mac)? {
                return Err(AccountFault::IdentityTaken.into());
            }
            writer.put_account(&AccountRow { state: "locked".to_owned(), ..account })?;
            writer.end_sessions(no, None)?;
            let issuer = issuer.to_owned();
            writer.add_identity(&IdentityRow { mac, account: no, issuer: issuer.clone(), at })?;
            keep(writer, permit, (id, &issuer))
        })
    }

    /// Unbinds another account from one of its identities, by its id, or from all; its sessions end. Gives
    /// how many it was.
    ///
    /// # Errors
    /// It is one's own account, there is none, or no such identity.
    pub fn unbind_account(
        &self,
        permit: &Permit<AccountBind>,
        id: &str,
        identity: Option<&str>,
    ) -> Result<usize, OfficeError> {
        self.desk.write(self.clock.now(), |writer| {
            let account = other(writer, permit, id)?;
            let rows = writer.identities_of(account.no)?;
            let is_meant =
                |row: &&IdentityRow| identity.is_none_or(|wanted| identity_id(&row.mac) == wanted);
            let meant: Vec<&IdentityRow> = rows.iter().filter(is_meant).collect();
            if meant.is_empty() {
                return Err(Refused.into());
            }
            for row in &meant {
                writer.remove_identity(account.no, &row.mac)?;
                keep(writer, permit, (id, &format!("ended {}", row.issuer)))?;
            }
            writer.end_sessions(account.no, None)?;
            Ok(meant.len())
        })
    }
}

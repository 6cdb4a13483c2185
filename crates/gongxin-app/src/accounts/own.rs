//! What an account looks after of its own: password, second factor, recovery codes, sessions.

use gongxin_model::{Digest, Instant};
use gongxin_store::desk::{AccountRow, DeskWriter, SessionRow};

use super::sign_in::waiting;
use super::{Entered, PasswordFault, Signed, Stage, secret};
use crate::{Office, OfficeError};

/// Why something of one's own was not altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnFault {
    /// The new password is not taken.
    Password(PasswordFault),
    /// The present password or the code is wrong.
    Wrong,
    /// Too many failures.
    Wait(Instant),
}

/// A session as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionItem {
    /// What it is ended by: of no use to enter by.
    pub id: String,
    /// Since when.
    pub made_at: Instant,
    /// When it was last used, to the minute.
    pub seen_at: Instant,
    /// What the browser said that it is.
    pub device: String,
    /// From which network address.
    pub origin: String,
    /// True for the one that asks.
    pub is_this: bool,
}

/// Of a session's digest what it is named by.
fn session_id(digest: &Digest) -> String {
    secret::token(digest.0.get(..10).unwrap_or_default())
}

impl Office {
    /// Sets a new password; every other session of the account ends, and this one goes on as another.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn change_password(
        &self,
        who: &Signed,
        present: &str,
        new: &str,
    ) -> Result<Result<Entered, OwnFault>, OfficeError> {
        if !matches!(who.stage(), Stage::Password | Stage::Whole) {
            return Ok(Ok(Entered::Refused));
        }
        let mac = self.login_mac(who.login());
        let kept = who.account.password.clone().unwrap_or_default();
        let is_right = secret::is_password(present, &kept);
        let fault = match secret::fault(&self.sign_in, new, who.login()) {
            None if present == new => Some(PasswordFault::Same),
            fault => fault,
        };
        let hash = self.hash(new, self.secret())?;
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), now) {
                return Ok(Err(OwnFault::Wait(until)));
            }
            let account = writer.account(who.number())?;
            let account = account.filter(|one| one.password.as_ref() == Some(&kept) && is_right);
            let Some(account) = account else {
                let why = (who.id(), "present password", who.origin());
                self.turned_away(writer, &mac, why)?;
                return Ok(Err(OwnFault::Wrong));
            };
            if let Some(fault) = fault {
                return Ok(Err(OwnFault::Password(fault)));
            }
            let (password, password_at) = (Some(hash), Some(now));
            writer.put_account(&AccountRow { password, password_at, ..account })?;
            writer.end_sessions(who.number(), who.digest().as_ref())?;
            writer.audit(&who.act("own.password", who.id(), ""))?;
            self.go_on(writer, who).map(Ok)
        })
    }

    /// The secret of a second factor that is to be set up, as an authenticator takes it. It stays the
    /// same until it is confirmed.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn offer_factor(&self, who: &Signed) -> Result<Option<String>, OfficeError> {
        if !matches!(who.stage(), Stage::Enrol | Stage::Whole) {
            return Ok(None);
        }
        self.desk.write(self.clock.now(), |writer| {
            let Some(account) = writer.account(who.number())? else {
                return Ok(None);
            };
            let seed = match account.factor_new {
                Some(seed) => seed,
                None => {
                    let seed = self.secret();
                    writer.put_account(&AccountRow { factor_new: Some(seed), ..account })?;
                    seed
                }
            };
            let secret = secret::factor_secret(&self.key, who.number(), seed);
            Ok(Some(secret::factor_text(&secret)))
        })
    }

    /// Confirms a second factor by a code of it; gives new recovery codes, shown this once. Who has a
    /// second factor already gives a code of that one, too.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn confirm_factor(
        &self,
        who: &Signed,
        given: &str,
        present: &str,
    ) -> Result<Result<(Entered, Vec<String>), OwnFault>, OfficeError> {
        if !matches!(who.stage(), Stage::Enrol | Stage::Whole) {
            return Ok(Ok((Entered::Refused, Vec::new())));
        }
        let mac = self.login_mac(who.login());
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), now) {
                return Ok(Err(OwnFault::Wait(until)));
            }
            let Some(mut account) = writer.account(who.number())? else {
                return Ok(Err(OwnFault::Wrong));
            };
            let proved = account.factor.is_none()
                || self.take_factor(writer, &mut account, present)?.is_some();
            let step = account.factor_new.filter(|_| proved).and_then(|seed| {
                let secret = secret::factor_secret(&self.key, who.number(), seed);
                let given = secret::plain_code(given);
                secret::factor_step(&secret, &given, (now, 0), self.sign_in.factor)
            });
            let Some(step) = step else {
                self.turned_away(writer, &mac, (who.id(), "new second factor", who.origin()))?;
                return Ok(Err(OwnFault::Wrong));
            };
            account.factor = account.factor_new.take();
            account.factor_at = Some(now);
            account.factor_step = step;
            writer.put_account(&account)?;
            writer.end_sessions(who.number(), who.digest().as_ref())?;
            let codes = self.new_recovery_codes(writer, who)?;
            writer.audit(&who.act("own.factor", who.id(), ""))?;
            Ok(Ok((self.go_on(writer, who)?, codes)))
        })
    }

    /// New recovery codes in place of those that there are, shown this once.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn renew_recovery_codes(
        &self,
        who: &Signed,
        given: &str,
    ) -> Result<Result<Vec<String>, OwnFault>, OfficeError> {
        let mac = self.login_mac(who.login());
        self.desk.write(self.clock.now(), |writer| {
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), writer.now()) {
                return Ok(Err(OwnFault::Wait(until)));
            }
            let account = writer.account(who.number())?.filter(|_| who.is_whole());
            let Some(mut account) = account else {
                return Ok(Err(OwnFault::Wrong));
            };
            if self.take_factor(writer, &mut account, given)?.is_none() {
                self.turned_away(writer, &mac, (who.id(), "second factor", who.origin()))?;
                return Ok(Err(OwnFault::Wrong));
            }
            self.new_recovery_codes(writer, who).map(Ok)
        })
    }

    fn new_recovery_codes(
        &self,
        writer: &mut DeskWriter<'_>,
        who: &Signed,
    ) -> Result<Vec<String>, OfficeError> {
        let count = self.sign_in.recovery_codes();
        let codes: Vec<String> = (0..count).map(|_| secret::recovery_code(self.secret())).collect();
        let mac = |code: &String| secret::recovery_mac(&self.key, who.number(), code);
        writer.put_recovery_codes(who.number(), &codes.iter().map(mac).collect::<Vec<_>>())?;
        writer.audit(&who.act("own.recovery", who.id(), ""))?;
        Ok(codes)
    }

    /// How many recovery codes are left.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn recovery_codes_left(&self, who: &Signed) -> Result<i64, OfficeError> {
        Ok(self.desk.read(|reader| reader.recovery_codes(who.number()))?)
    }

    /// The sessions of the account that asks.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn own_sessions(&self, who: &Signed) -> Result<Vec<SessionItem>, OfficeError> {
        let (now, this) = (self.clock.now(), who.digest());
        let found = self.desk.read(|reader| reader.sessions_of(who.number()))?;
        let lives = |session: &SessionRow| {
            now.0 - session.seen_at.0 < self.sign_in.idle_time()
                && now.0 - session.made_at.0 < self.sign_in.whole_time()
        };
        let item = |session: SessionRow| SessionItem {
            id: session_id(&session.digest),
            is_this: Some(session.digest) == this,
            made_at: session.made_at,
            seen_at: session.seen_at,
            device: session.device,
            origin: session.origin,
        };
        Ok(found.into_iter().filter(lives).map(item).collect())
    }

    /// Ends a session of the account that asks; one of another account is not found.
    ///
    /// # Errors
    /// There is no such session, or the desk cannot be written.
    pub fn end_own_session(&self, who: &Signed, id: &str) -> Result<(), OfficeError> {
        self.desk.write(self.clock.now(), |writer| {
            let sessions = writer.sessions_of(who.number())?;
            let found = sessions.into_iter().find(|one| session_id(&one.digest) == id);
            let Some(found) = found.filter(|_| who.is_whole()) else {
                return Err(OfficeError::Refused(crate::gate::Refused));
            };
            writer.end_session(&found.digest)?;
            writer.audit(&who.act("own.session", who.id(), id))?;
            Ok::<_, OfficeError>(())
        })
    }

    /// The code of an account's second factor now, for the invented region alone.
    ///
    /// # Errors
    /// There is no such account or second factor, or the platform is none of invented data.
    pub fn rehearsal_code(&self, login: &str) -> Result<String, OfficeError> {
        if !self.rules()?.rulebook.is_rehearsal() {
            let why = "codes are told in the invented region alone; use an authenticator";
            return Err(OfficeError::Usage(why.to_owned()));
        }
        let login = super::sign_in::normal_login(login);
        let account = self.desk.read(|reader| reader.account_of(&login))?;
        let found = account.and_then(|account| {
            let secret = secret::factor_secret(&self.key, account.no, account.factor?);
            secret::factor_code(&secret, self.clock.now(), self.sign_in.factor)
        });
        found.ok_or_else(|| OfficeError::Absent(format!("`{login}` has no second factor")))
    }
}

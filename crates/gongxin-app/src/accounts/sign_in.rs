//! Signing in: account and password, then the second factor where there is one.
//!
//! Who is turned away learns nothing of why: an unknown login, a wrong password, an account that is locked
//! take the same way, the same work, and are counted alike.

use gongxin_model::{Digest, Instant};
use gongxin_seal::Mac;
use gongxin_store::StoreError;
use gongxin_store::desk::{
    AccountRow, AttemptRow, DeskWriter, NewAudit, RoleRow, SessionBy, SessionRow,
};

use super::granted;
use super::signed::{account_id, done};
use super::{Signed, Stage, secret};
use crate::{Office, OfficeError};

/// The longest login, in characters.
const LOGIN_CHARACTERS: usize = 64;
/// The longest word that is kept of what a browser says of itself, in characters.
const DEVICE_CHARACTERS: usize = 120;

/// What somebody typed to sign in, and from where.
#[derive(Clone, Copy)]
pub struct SignInAsk<'a> {
    /// The login.
    pub login: &'a str,
    /// The password.
    pub password: &'a str,
    /// What the browser says that it is.
    pub device: &'a str,
    /// From which network address.
    pub origin: &'a str,
}

impl std::fmt::Debug for SignInAsk<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInAsk(…)")
    }
}

/// What became of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Entered {
    /// A new session, and how far its holder is.
    As {
        /// The token of the session: nowhere else.
        token: String,
        /// What is to be done next.
        stage: Stage,
    },
    /// Not let in; why is not said.
    Refused,
    /// Too many failures: nobody may try under this login until then, be there such an account or not.
    Wait {
        /// Until when.
        until: Instant,
    },
}

impl std::fmt::Debug for Entered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::As { .. } => "As(…)",
            Self::Refused => "Refused",
            Self::Wait { .. } => "Wait",
        })
    }
}

/// A login in its normal form.
pub(super) fn normal_login(login: &str) -> String {
    // No database takes every control character in a text.
    let letters = login.trim().chars().filter(|letter| !letter.is_control());
    letters.flat_map(char::to_lowercase).take(LOGIN_CHARACTERS).collect()
}

impl Office {
    /// Signs in by account and password.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn sign_in(&self, ask: &SignInAsk<'_>) -> Result<Entered, OfficeError> {
        let login = normal_login(ask.login);
        let (now, mac) = (self.clock.now(), self.login_mac(&login));
        let nobodys = self.nobodys_password()?;
        let (attempt, account) = self.desk.read(|reader| {
            Ok::<_, StoreError>((reader.attempt(&mac)?, reader.account_of(&login)?))
        })?;
        if let Some(until) = waiting(attempt.as_ref(), now) {
            return Ok(Entered::Wait { until });
        }
        // Outside of the transaction: it takes as long as a person waits.
        let kept = account.as_ref().and_then(|account| account.password.as_deref());
        let is_right = secret::is_password(ask.password, kept.unwrap_or(nobodys));
        let account = account
            .filter(|account| is_right && account.password.is_some() && account.state == "active");
        self.desk.write(now, |writer| {
            let now = writer.now();
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), now) {
                return Ok(Entered::Wait { until });
            }
            let Some(account) = account else {
                let about = writer.account_of(&login)?.map(|one| account_id(one.no));
                let about = about.unwrap_or_default();
                return self.turned_away(writer, &mac, (&about, "password", ask.origin));
            };
            let roles = writer.roles_of(account.no)?;
            let by = SessionBy::default();
            let stage = self.stage_first(&account, &roles, (&by, now));
            if stage != Stage::Factor {
                writer.clear_attempt(&mac)?;
            }
            self.enter(writer, account, (stage, by), (ask.device, ask.origin))
        })
    }

    /// Takes the second factor: a code of an authenticator, or a recovery code.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn second_factor(&self, who: &Signed, given: &str) -> Result<Entered, OfficeError> {
        let (Stage::Factor, Some(session)) = (who.stage(), who.session.clone()) else {
            return Ok(Entered::Refused);
        };
        let mac = self.login_mac(who.login());
        self.desk.write(self.clock.now(), |writer| {
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), writer.now()) {
                return Ok(Entered::Wait { until });
            }
            let still = writer.session(&session.digest)?.is_some();
            let account = writer.account(who.number())?.filter(|_| still);
            let Some(mut account) = account.filter(|account| account.state == "active") else {
                return Ok(Entered::Refused);
            };
            let Some(way) = self.take_factor(writer, &mut account, given)? else {
                return self.turned_away(writer, &mac, (who.id(), "second factor", &who.origin));
            };
            writer.clear_attempt(&mac)?;
            writer.audit(&who.act("sign-in.factor", who.id(), way))?;
            writer.end_session(&session.digest)?;
            let stage = self.stage_again(writer, &account, &session.by)?;
            self.enter(writer, account, (stage, session.by), (&session.device, &who.origin))
        })
    }

    /// Takes a code of an account's second factor; says which way it was, none where it is wrong.
    pub(super) fn take_factor(
        &self,
        writer: &mut DeskWriter<'_>,
        account: &mut AccountRow,
        given: &str,
    ) -> Result<Option<&'static str>, OfficeError> {
        let Some(seed) = account.factor else {
            return Ok(None);
        };
        let given = secret::plain_code(given);
        let secret = secret::factor_secret(&self.key, account.no, seed);
        let when = (writer.now(), account.factor_step);
        if let Some(step) = secret::factor_step(&secret, &given, when, self.sign_in.factor) {
            account.factor_step = step;
            writer.put_account(account)?;
            return Ok(Some("authenticator"));
        }
        let mac = secret::recovery_mac(&self.key, account.no, &given);
        Ok(writer.use_recovery_code(account.no, &mac)?.then_some("recovery code"))
    }

    /// What is to be done first by who proved the one thing that a session begins by.
    pub(super) fn stage_first(
        &self,
        account: &AccountRow,
        roles: &[RoleRow],
        (by, now): (&SessionBy, Instant),
    ) -> Stage {
        match account.factor {
            Some(_) if !by.is_vouched => Stage::Factor,
            _ => self.stage_after(account, roles, (by, now)),
        }
    }

    /// The same for whom nothing more is asked of, with the roles that they have now.
    pub(super) fn stage_again(
        &self,
        writer: &mut DeskWriter<'_>,
        account: &AccountRow,
        by: &SessionBy,
    ) -> Result<Stage, OfficeError> {
        let mut roles = writer.roles_of(account.no)?;
        roles.extend(granted::of_session(by, (account.no, writer.now())));
        Ok(self.stage_after(account, &roles, (by, writer.now())))
    }

    /// What is to be done next by whom nothing more is asked of.
    fn stage_after(
        &self,
        account: &AccountRow,
        roles: &[RoleRow],
        (by, now): (&SessionBy, Instant),
    ) -> Stage {
        // Who never had a password, and came in without one, has none whose time is over.
        let none = if by.way.is_empty() { i64::MAX } else { 0 };
        let age = account.password_at.map_or(none, |at| now.0 - at.0);
        let days = roles.iter().filter_map(|held| self.rights.role(&held.role));
        let days = days.filter_map(|role| role.second_factor_days).min();
        let is_due = days.is_some_and(|days| now.0 - account.made_at.0 >= i64::from(days) * DAY);
        match account.factor {
            _ if age >= self.sign_in.password_time() => Stage::Password,
            None if is_due && !by.is_vouched => Stage::Enrol,
            _ => Stage::Whole,
        }
    }

    /// Begins a session, which has never been anybody's before.
    pub(super) fn enter(
        &self,
        writer: &mut DeskWriter<'_>,
        account: AccountRow,
        (stage, by): (Stage, SessionBy),
        (device, origin): (&str, &str),
    ) -> Result<Entered, OfficeError> {
        let (now, id) = (writer.now(), account_id(account.no));
        let policy = &self.sign_in;
        let before = |time: i64| Instant(now.0 - time);
        writer.end_old_sessions(before(policy.whole_time()), before(policy.idle_time()))?;
        let token = self.new_token();
        let detail = match by.way.as_str() {
            "" => stage.word().to_owned(),
            way => format!("{} by {way} {}", stage.word(), by.granted).trim_end().to_owned(),
        };
        writer.add_session(&SessionRow {
            digest: secret::token_digest(&token),
            account: account.no,
            stage: stage.word().to_owned(),
            made_at: now,
            seen_at: now,
            device: device.chars().take(DEVICE_CHARACTERS).collect(),
            origin: origin.to_owned(),
            by,
        })?;
        if stage == Stage::Whole {
            writer.put_account(&AccountRow { seen_at: Some(now), ..account })?;
        }
        writer.audit(&done(&id, origin, ("sign-in", &id, &detail)))?;
        Ok(Entered::As { token, stage })
    }

    /// Ends the session of who asks and begins another, as far as the account is now.
    pub(super) fn go_on(
        &self,
        writer: &mut DeskWriter<'_>,
        who: &Signed,
    ) -> Result<Entered, OfficeError> {
        let account = writer.account(who.number())?;
        let (Some(account), Some(session)) = (account, who.session.as_ref()) else {
            return Ok(Entered::Refused);
        };
        writer.end_session(&session.digest)?;
        let (stage, by) = (self.stage_again(writer, &account, &session.by)?, session.by.clone());
        self.enter(writer, account, (stage, by), (&session.device, &who.origin))
    }

    /// Counts a failure under a login.
    pub(super) fn turned_away(
        &self,
        writer: &mut DeskWriter<'_>,
        mac: &Mac,
        (about, detail, origin): (&str, &str, &str),
    ) -> Result<Entered, OfficeError> {
        let now = writer.now();
        let forgotten = Instant(now.0 - self.sign_in.forgotten_time());
        writer.clear_attempts(forgotten)?;
        let failures = writer.attempt(mac)?.map_or(0, |attempt| attempt.failures) + 1;
        let wait_until = Instant(now.0 + self.sign_in.wait_after(failures));
        writer.put_attempt(&AttemptRow { mac: *mac, failures, last_at: now, wait_until })?;
        // What was typed is not kept: it can be a password in the wrong field.
        writer.audit(&NewAudit {
            account: String::new(),
            act: "sign-in".to_owned(),
            about: about.to_owned(),
            outcome: "refused".to_owned(),
            detail: detail.to_owned(),
            origin: origin.to_owned(),
        })?;
        Ok(if wait_until > now { Entered::Wait { until: wait_until } } else { Entered::Refused })
    }

    pub(super) fn login_mac(&self, login: &str) -> Mac {
        self.key.mac("gongxin/login", [login])
    }

    /// Ends the session of who asks.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn sign_out(&self, who: &Signed) -> Result<(), OfficeError> {
        let digest = who.digest().unwrap_or(Digest([0; 32]));
        self.desk.write(self.clock.now(), |writer| {
            if writer.end_session(&digest)? {
                writer.audit(&who.act("sign-out", who.id(), ""))?;
            }
            Ok(())
        })
    }
}

const DAY: i64 = 24 * 3600 * 1_000_000;

/// Until when nobody may try; none where one may.
pub(super) fn waiting(attempt: Option<&AttemptRow>, now: Instant) -> Option<Instant> {
    attempt.map(|attempt| attempt.wait_until).filter(|until| *until > now)
}

//! The first sign-in: a one-time code, and a password of one's own.

use gongxin_store::StoreError;
use gongxin_store::desk::SessionBy;

use super::sign_in::{normal_login, waiting};
use super::signed::{account_id, done};
use super::{Entered, PasswordFault, secret};
use crate::{Office, OfficeError};

/// What somebody typed to set a first password.
#[derive(Clone, Copy)]
pub struct Activation<'a> {
    /// The login.
    pub login: &'a str,
    /// The one-time code.
    pub code: &'a str,
    /// The password to be set.
    pub password: &'a str,
    /// What the browser says that it is.
    pub device: &'a str,
    /// From which network address.
    pub origin: &'a str,
}

impl std::fmt::Debug for Activation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Activation(…)")
    }
}

impl Office {
    /// Sets the password of an account by its one-time code, and signs in.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn activate(
        &self,
        ask: &Activation<'_>,
    ) -> Result<Result<Entered, PasswordFault>, OfficeError> {
        let login = normal_login(ask.login);
        if let Some(fault) = secret::fault(&self.sign_in, ask.password, &login) {
            return Ok(Err(fault));
        }
        let mac = self.login_mac(&login);
        let kept = self.hash(ask.password, self.secret())?;
        let code = secret::token_digest(&secret::plain_code(ask.code));
        let entered = self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            if let Some(until) = waiting(writer.attempt(&mac)?.as_ref(), now) {
                return Ok::<_, OfficeError>(Entered::Wait { until });
            }
            let account = writer.account_of(&login)?;
            let about = account.as_ref().map(|one| account_id(one.no)).unwrap_or_default();
            let account = account.filter(|account| {
                let in_time = account.code_until.is_some_and(|until| now < until);
                let is_right = account.code.is_some_and(|kept| secret::same(&kept.0, &code.0));
                account.state == "active" && in_time && is_right
            });
            let Some(mut account) = account else {
                return self.turned_away(writer, &mac, (&about, "one-time code", ask.origin));
            };
            writer.clear_attempt(&mac)?;
            account.password = Some(kept);
            account.password_at = Some(now);
            account.code = None;
            account.code_until = None;
            writer.put_account(&account)?;
            writer.end_sessions(account.no, None)?;
            writer.audit(&done(&about, ask.origin, ("account.activate", &about, "")))?;
            let by = SessionBy::default();
            let stage = self.stage_again(writer, &account, &by)?;
            self.enter(writer, account, (stage, by), (ask.device, ask.origin))
        })?;
        Ok(Ok(entered))
    }

    /// True where there is no account yet.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn has_no_account(&self) -> Result<bool, OfficeError> {
        Ok(self.desk.read(|reader| Ok::<_, StoreError>(reader.accounts()?.is_empty()))?)
    }
}

//! Accounts: signing in, what an account may look after of its own, what administrators do, and the
//! chain of all acts.

mod audit;
mod enter;
mod fault;
mod granted;
mod identity;
mod journey;
mod keys;
mod manage;
mod own;
mod policy;
mod rehearsal;
mod secret;
mod sign_in;
mod signed;
mod start;

pub use audit::{AuditFormat, AuditPage};
pub use enter::Activation;
pub use fault::AccountFault;
pub use identity::{IdentityItem, Outside};
pub use journey::{Arrival, Journey, Leave};
pub use keys::{KeyAsk, KeyItem};
pub use manage::{AccountItem, FirstLogins, RoleGrant};
pub use own::{OwnFault, SessionItem};
pub use policy::SignInPolicy;
pub use rehearsal::RehearsalAccount;
pub use secret::{PasswordFault, code_at};
pub(crate) use secret::{plain_code, recovery_code, same};
pub use sign_in::{Entered, SignInAsk};
pub use signed::{Signed, Stage};
pub(crate) use signed::{account_id, account_number, done};
pub use start::{BodyItem, HandInItem, Start};

pub use gongxin_store::desk::{AuditAsk, AuditBreak, AuditChecked, AuditRow, NewAudit, RoleRow};

use crate::circumstance::{Draw, Purpose};
use crate::{Office, OfficeError};

impl Office {
    /// 128 random bits that nobody must guess.
    pub(crate) fn secret(&self) -> [u8; 16] {
        // A seeded source of chance gives another value for every count.
        let row = self.drawn.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.chance.draw(Draw { purpose: Purpose::Secret, batch: None, row, nth: 0 })
    }

    /// A token of 256 random bits.
    fn new_token(&self) -> String {
        let mut bytes = self.secret().to_vec();
        bytes.extend(self.secret());
        secret::token(&bytes)
    }

    /// What a password that nobody has is compared with: of the same cost as one that somebody has.
    fn nobodys_password(&self) -> Result<&str, OfficeError> {
        if let Some(kept) = self.nobodys.get() {
            return Ok(kept);
        }
        let made = self.hash("", self.secret())?;
        Ok(self.nobodys.get_or_init(|| made))
    }

    fn hash(&self, password: &str, salt: [u8; 16]) -> Result<String, OfficeError> {
        secret::hash(password, salt, self.sign_in.argon2)
            .ok_or_else(|| OfficeError::Usage("the cost of a password check does not fit".into()))
    }

    /// How one signs in here.
    #[must_use]
    pub fn sign_in_policy(&self) -> &SignInPolicy {
        &self.sign_in
    }
}

//! Who asks: a session or a key, and the account behind it.

use gongxin_model::{Digest, Instant};
use gongxin_store::StoreError;
use gongxin_store::desk::{AccountRow, DeskReader, KeyRow, NewAudit, RoleRow, SessionRow};

use super::{granted, secret};
use crate::{Office, OfficeError};

/// How far the holder of a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is asked for.
    Factor,
    /// The password's time is over; a new one must be set.
    Password,
    /// A second factor must be set up.
    Enrol,
    /// Signed in.
    Whole,
}

impl Stage {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Factor => "factor",
            Self::Password => "password",
            Self::Enrol => "enrol",
            Self::Whole => "whole",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Factor, Self::Password, Self::Enrol, Self::Whole]
            .into_iter()
            .find(|stage| stage.word() == word)
    }
}

/// Who asks, and what they may.
#[derive(Debug, Clone)]
pub struct Signed {
    pub(super) account: AccountRow,
    pub(super) roles: Vec<RoleRow>,
    pub(super) session: Option<SessionRow>,
    pub(super) key: Option<KeyRow>,
    pub(super) form_word: String,
    pub(super) origin: String,
    stage: Stage,
    id: String,
}

/// The id of an account, which stands in entries and acts.
pub(crate) fn account_id(number: i64) -> String {
    format!("account-{number}")
}

/// The number of an account's id.
pub(crate) fn account_number(id: &str) -> Option<i64> {
    id.strip_prefix("account-")?.parse().ok()
}

impl Signed {
    /// The account's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The account's number.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.account.no
    }

    /// What is typed to sign in.
    #[must_use]
    pub fn login(&self) -> &str {
        &self.account.login
    }

    /// The post that the account is for.
    #[must_use]
    pub fn post(&self) -> &str {
        &self.account.post
    }

    /// Its roles.
    #[must_use]
    pub fn roles(&self) -> &[RoleRow] {
        &self.roles
    }

    /// How far its holder is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// True where nothing is left to be done before going on.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.stage == Stage::Whole
    }

    /// The word that every form of the session carries.
    #[must_use]
    pub fn form_word(&self) -> &str {
        &self.form_word
    }

    /// True where a form carries the word of this session.
    #[must_use]
    pub fn is_form_word(&self, given: &str) -> bool {
        self.session.is_some() && secret::same(given.as_bytes(), self.form_word.as_bytes())
    }

    /// From where: a network address, or `machine`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// True where the account's second factor is set up.
    #[must_use]
    pub fn has_factor(&self) -> bool {
        self.account.factor.is_some()
    }

    /// By which provider the session began; none where it was by a password.
    #[must_use]
    pub fn provider(&self) -> Option<&str> {
        let way = self.session.as_ref().map(|session| session.by.way.as_str());
        way.filter(|way| !way.is_empty())
    }

    /// True where the account has a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.account.password.is_some()
    }

    /// True where this is no key, or one that was made for the action.
    pub(crate) fn key_allows(&self, action: &str) -> bool {
        self.key.as_ref().is_none_or(|key| key.rights.split(' ').any(|one| one == action))
    }

    pub(super) fn digest(&self) -> Option<Digest> {
        self.session.as_ref().map(|session| session.digest)
    }

    /// An act of this account, to be kept.
    pub(crate) fn act(&self, act: &str, about: &str, detail: &str) -> NewAudit {
        done(&self.id, &self.origin, (act, about, detail))
    }
}

/// An act that was done.
pub(crate) fn done(
    account: &str,
    origin: &str,
    (act, about, detail): (&str, &str, &str),
) -> NewAudit {
    NewAudit {
        account: account.to_owned(),
        act: act.to_owned(),
        about: about.to_owned(),
        outcome: "done".to_owned(),
        detail: detail.to_owned(),
        origin: origin.to_owned(),
    }
}

/// So often at most is kept when a session or key was used, in microseconds.
const SEEN_EVERY: i64 = 60_000_000;

impl Office {
    /// Who asks with the token of a session; none where it is nobody's, or its time is over.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn signed(&self, token: &str, origin: &str) -> Result<Option<Signed>, OfficeError> {
        let (now, digest) = (self.clock.now(), secret::token_digest(token));
        let found = self.desk.read(|reader| {
            let Some(session) = reader.session(&digest)? else {
                return Ok::<_, StoreError>(None);
            };
            let Some(stage) = self.stage_of(&session, now) else {
                return Ok(None);
            };
            let form_word = secret::form_word(token);
            let who = (session.account, origin, stage);
            let signed = signed(reader, who, form_word)?;
            Ok(signed.map(|mut signed| {
                let since = (session.account, session.made_at);
                signed.roles.extend(granted::of_session(&session.by, since));
                Signed { session: Some(session), ..signed }
            }))
        })?;
        if let Some(session) = found.as_ref().and_then(|signed| signed.session.as_ref())
            && now.0 - session.seen_at.0 >= SEEN_EVERY
        {
            self.desk.write(now, |writer| match writer.session(&digest)? {
                Some(_) => writer.see_session(&digest),
                None => Ok(()),
            })?;
        }
        Ok(found)
    }

    /// How far a session is; none where its time is over.
    pub(super) fn stage_of(&self, session: &SessionRow, now: Instant) -> Option<Stage> {
        let policy = &self.sign_in;
        let (age, rest) = (now.0 - session.made_at.0, now.0 - session.seen_at.0);
        let stage = Stage::of(&session.stage)?;
        let whole = match stage {
            Stage::Whole => policy.whole_time(),
            _ => policy.step_time(),
        };
        (age < whole && rest < policy.idle_time()).then_some(stage)
    }

    /// Who asks with a key of the API; none where it is nobody's, or its time is over.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn signed_by_key(&self, token: &str, origin: &str) -> Result<Option<Signed>, OfficeError> {
        let (now, digest) = (self.clock.now(), secret::token_digest(token));
        let found = self.desk.read(|reader| {
            let Some(key) = reader.key(&digest)? else {
                return Ok::<_, StoreError>(None);
            };
            if key.revoked_at.is_some() || key.until_at <= now {
                return Ok(None);
            }
            let signed = signed(reader, (key.account, origin, Stage::Whole), String::new())?;
            Ok(signed.map(|signed| Signed { key: Some(key), ..signed }))
        })?;
        if let Some(key) = found.as_ref().and_then(|signed| signed.key.as_ref())
            && key.used_at.is_none_or(|at| now.0 - at.0 >= SEEN_EVERY)
        {
            self.desk.write(now, |writer| writer.see_key(key.no))?;
        }
        Ok(found)
    }
}

/// The account of a number with its roles; none where it may not act.
fn signed(
    reader: &mut DeskReader<'_>,
    (number, origin, stage): (i64, &str, Stage),
    form_word: String,
) -> Result<Option<Signed>, StoreError> {
    let account = reader.account(number)?.filter(|account| account.state == "active");
    let Some(account) = account else {
        return Ok(None);
    };
    let roles = reader.roles_of(number)?;
    Ok(Some(Signed {
        id: account_id(number),
        account,
        roles,
        session: None,
        key: None,
        form_word,
        origin: origin.to_owned(),
        stage,
    }))
}

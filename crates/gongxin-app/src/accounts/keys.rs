//! Keys of the API: shown once, of which only a digest is kept.

use std::collections::BTreeSet;

use gongxin_model::Instant;
use gongxin_store::desk::KeyRow;

use super::{Signed, secret};
use crate::gate::{
    Action as _, BodySee, CaseOpen, CaseSee, CaseStep, CheckMake, HandInMake, OrganisationRead,
    OwnKeys, Permit, Refused, Scope,
};
use crate::{Office, OfficeError};

/// What a key can be made for: what the API answers with rights.
const KEY_ACTIONS: &[&str] = &[
    BodySee::ID,
    HandInMake::ID,
    OrganisationRead::ID,
    CheckMake::ID,
    CaseSee::ID,
    CaseOpen::ID,
    CaseStep::ID,
];
/// The longest name of a key, in characters.
const NAME_CHARACTERS: usize = 60;
const DAY: i64 = 24 * 3600 * 1_000_000;

/// A key to be made.
#[derive(Debug, Clone)]
pub struct KeyAsk<'a> {
    /// What its holder calls it.
    pub name: &'a str,
    /// The actions that it may do.
    pub actions: &'a [String],
    /// For so many days.
    pub days: i64,
}

/// A key as its account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyItem {
    /// Its number.
    pub no: i64,
    /// What its holder calls it.
    pub name: String,
    /// The actions that it may do.
    pub actions: Vec<String>,
    /// Since when.
    pub made_at: Instant,
    /// Until when.
    pub until_at: Instant,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// When it was last used.
    pub used_at: Option<Instant>,
}

impl Office {
    /// The keys of the account that asks.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn own_keys(&self, permit: &Permit<OwnKeys>) -> Result<Vec<KeyItem>, OfficeError> {
        let account = own(permit)?;
        let item = |key: KeyRow| KeyItem {
            no: key.no,
            name: key.name,
            actions: key.rights.split(' ').map(str::to_owned).collect(),
            made_at: key.made_at,
            until_at: key.until_at,
            revoked_at: key.revoked_at,
            used_at: key.used_at,
        };
        let keys = self.desk.read(|reader| reader.keys_of(account))?;
        Ok(keys.into_iter().map(item).collect())
    }

    /// What a key of the account can be made for.
    #[must_use]
    pub fn key_actions(&self, who: &Signed) -> Vec<String> {
        let mine = self.rights.actions_of(&who.roles);
        let offered = KEY_ACTIONS.iter().filter(|action| mine.contains(*action));
        offered.map(|action| (*action).to_owned()).collect()
    }

    /// Makes a key; gives its token, this once.
    ///
    /// # Errors
    /// The name, an action or the time does not fit, or the desk cannot be written.
    pub fn make_key(
        &self,
        permit: &Permit<OwnKeys>,
        who: &Signed,
        ask: &KeyAsk<'_>,
    ) -> Result<String, OfficeError> {
        let account = own(permit)?;
        let name = ask.name.trim();
        let usage = |what: &str| Err(OfficeError::Usage(what.to_owned()));
        let is_plain = !name.chars().any(char::is_control);
        if name.is_empty() || name.chars().count() > NAME_CHARACTERS || !is_plain {
            return usage("name");
        }
        let offered: BTreeSet<String> = self.key_actions(who).into_iter().collect();
        if ask.actions.is_empty() || !ask.actions.iter().all(|one| offered.contains(one)) {
            return usage("actions");
        }
        if !(1..=self.sign_in.key_days_most()).contains(&ask.days) {
            return usage("days");
        }
        let token = format!("gongxin_{}", self.new_token());
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            let no = writer.add_key(&KeyRow {
                no: 0,
                account,
                name: name.to_owned(),
                digest: secret::token_digest(&token),
                rights: ask.actions.join(" "),
                made_at: now,
                until_at: Instant(now.0 + ask.days * DAY),
                revoked_at: None,
                used_at: None,
            })?;
            let detail = ask.actions.join(" ");
            writer.audit(&who.act("own.key.make", &format!("key-{no}"), &detail))?;
            Ok::<_, OfficeError>(())
        })?;
        Ok(token)
    }

    /// Revokes a key of the account that asks; one of another account is not found.
    ///
    /// # Errors
    /// There is no such key, or the desk cannot be written.
    pub fn revoke_key(
        &self,
        permit: &Permit<OwnKeys>,
        who: &Signed,
        no: i64,
    ) -> Result<(), OfficeError> {
        let account = own(permit)?;
        self.desk.write(self.clock.now(), |writer| {
            let keys = writer.keys_of(account)?;
            if !keys.iter().any(|key| key.no == no && key.revoked_at.is_none()) {
                return Err(Refused.into());
            }
            writer.revoke_key(no)?;
            writer.audit(&who.act("own.key.revoke", &format!("key-{no}"), ""))?;
            Ok::<_, OfficeError>(())
        })
    }
}

fn own(permit: &Permit<OwnKeys>) -> Result<i64, OfficeError> {
    match permit.scope() {
        Scope::Account(number) => Ok(*number),
        _ => Err(Refused.into()),
    }
}

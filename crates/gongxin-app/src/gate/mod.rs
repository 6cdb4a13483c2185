//! The one gate: which account may do what to what.
//!
//! A use case that needs a right takes a [`Permit`] of its action. Only this module makes one, so that
//! none can be forgotten: without it the program does not compile.

mod actions;
mod rights;

pub use actions::*;
pub use rights::{RightsError, RightsTable, Role, RoleScope};

use std::marker::PhantomData;

use gongxin_model::{BatchNo, Day};
use gongxin_pack::Rulebook;

use crate::accounts::{Signed, done};
use crate::{InstanceKey, Office, OfficeError};

/// For whom or what something is to be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The platform as a whole.
    Platform,
    /// A body, by its code in the register of sources.
    Body(String),
    /// An organisation, by its unified code.
    Organisation(String),
    /// An account's own affairs, by its number.
    Account(i64),
}

/// The right to do one action to one thing. Made by the gate alone.
///
/// ```compile_fail
/// use gongxin_app::gate::{AccountAdd, Permit};
/// let forged: Permit<AccountAdd> = Permit { actor: String::new() };
/// ```
#[derive(Debug, Clone)]
pub struct Permit<A> {
    actor: String,
    origin: String,
    scope: Scope,
    is_at_machine: bool,
    action: PhantomData<A>,
}

impl<A: Action> Permit<A> {
    fn of(actor: &str, origin: &str, scope: Scope) -> Self {
        let (actor, origin) = (actor.to_owned(), origin.to_owned());
        Self { actor, origin, scope, is_at_machine: false, action: PhantomData }
    }

    /// True for who works at the machine and holds the instance key: what takes two persons at the counter
    /// takes one there.
    #[must_use]
    pub fn is_at_machine(&self) -> bool {
        self.is_at_machine
    }

    /// Who acts: an account's id, or who works at the machine.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// From where: a network address, or `machine`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// For whom or what.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// True where it is for this body, or for the whole platform.
    #[must_use]
    pub fn covers(&self, body: &str) -> bool {
        match &self.scope {
            Scope::Platform => true,
            Scope::Body(code) => code == body,
            Scope::Organisation(_) | Scope::Account(_) => false,
        }
    }

    /// The body that it is for; none where it is for something else.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match &self.scope {
            Scope::Body(code) => Some(code),
            _ => None,
        }
    }
}

/// The gate refused. It does not say why: what one may not do is not told from what there is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is nothing here for this account")]
pub struct Refused;

/// Asks the gate: a permit, or a refusal.
///
/// # Errors
/// [`Refused`] where the account has no role with this right for this scope.
pub fn may<A: Action>(
    rights: &RightsTable,
    rulebook: &Rulebook,
    who: &Signed,
    (scope, today): (Scope, Day),
) -> Result<Permit<A>, Refused> {
    let granted = who.is_whole() && who.key_allows(A::ID);
    let granted = granted
        && who.roles().iter().any(|held| {
            rights.reaches(held, A::ID, (&scope, who.number()), |under| {
                rulebook.is_under(under, &held.scope, today)
            })
        });
    if granted { Ok(Permit::of(who.id(), who.origin(), scope)) } else { Err(Refused) }
}

impl Office {
    /// Asks the gate for an account that signed in.
    ///
    /// # Errors
    /// The gate refuses ([`OfficeError::Refused`]), or no rulebook is in force.
    pub fn permit<A: Action>(&self, who: &Signed, scope: Scope) -> Result<Permit<A>, OfficeError> {
        let rules = self.rules()?;
        Ok(may(&self.rights, &rules.rulebook, who, (scope, self.today()))?)
    }

    /// The permit of who works at the machine and holds the instance key: everything there is open to
    /// them anyway. It is in the chain of acts like any other.
    ///
    /// # Errors
    /// The key is not this store's.
    pub fn permit_at_machine<A: Action>(
        &self,
        key: &InstanceKey,
        actor: &str,
        scope: Scope,
    ) -> Result<Permit<A>, OfficeError> {
        if key.fingerprint() != self.key.fingerprint() {
            return Err(gongxin_store::StoreError::WrongKey.into());
        }
        Ok(Permit { is_at_machine: true, ..Permit::of(actor, "machine", scope) })
    }

    /// The bodies for which an account may do something, those under its own among them.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn bodies_of<A: Action>(&self, who: &Signed) -> Result<Vec<Permit<A>>, OfficeError> {
        let rules = self.rules()?;
        let today = self.today();
        let ask = |code: &String| {
            let scope = Scope::Body(code.clone());
            may(&self.rights, &rules.rulebook, who, (scope, today)).ok()
        };
        Ok(rules.rulebook.sources.keys().filter_map(ask).collect())
    }

    /// Everything for which an account may do something: the platform alone where that is among it,
    /// else organisations and bodies, those under its own among them.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn permits<A: Action>(&self, who: &Signed) -> Result<Vec<Permit<A>>, OfficeError> {
        let rules = self.rules()?;
        let today = self.today();
        let ask = |scope: Scope| may(&self.rights, &rules.rulebook, who, (scope, today)).ok();
        if let Some(whole) = ask(Scope::Platform) {
            return Ok(vec![whole]);
        }
        let held = who.roles().iter().map(|held| Scope::Organisation(held.scope.clone()));
        let bodies = rules.rulebook.sources.keys().cloned().map(Scope::Body);
        Ok(held.chain(bodies).filter_map(ask).collect())
    }

    /// Asks the gate about the body that a hand-in is of. One that there is not is refused alike.
    ///
    /// # Errors
    /// As [`Office::permit`].
    pub fn permit_of_batch<A: Action>(
        &self,
        who: &Signed,
        batch: BatchNo,
    ) -> Result<Permit<A>, OfficeError> {
        let found = self.store.read(|reader| reader.batch(batch))?;
        self.permit(who, Scope::Body(found.ok_or(Refused)?.source))
    }

    /// Asks the gate about the body that a held row is of. One that there is not is refused alike.
    ///
    /// # Errors
    /// As [`Office::permit`].
    pub fn permit_of_held<A: Action>(
        &self,
        who: &Signed,
        number: i64,
    ) -> Result<Permit<A>, OfficeError> {
        let found = self.store.read(|reader| reader.held_one(number))?;
        self.permit(who, Scope::Body(found.ok_or(Refused)?.source))
    }

    /// Keeps in the chain of acts what was done with a permit. The archive names the actor as well; who
    /// may read the chain sees from where.
    pub(crate) fn acted<A: Action>(
        &self,
        permit: &Permit<A>,
        about: &str,
        detail: &str,
    ) -> Result<(), OfficeError> {
        self.acted_as(permit, about, detail).map(drop)
    }

    /// The same; gives the number of the act.
    pub(crate) fn acted_as<A: Action>(
        &self,
        permit: &Permit<A>,
        about: &str,
        detail: &str,
    ) -> Result<i64, OfficeError> {
        let act = done(permit.actor(), permit.origin(), (A::ID, about, detail));
        self.desk.write(self.clock.now(), |writer| {
            writer.audit(&act)?;
            Ok(writer.last_audit())
        })
    }

    /// The table of rights.
    #[must_use]
    pub fn rights(&self) -> &RightsTable {
        &self.rights
    }
}

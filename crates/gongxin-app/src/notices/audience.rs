//! Whom a thing concerns, as accounts: by the roles that they have when the courier comes, and had when it
//! happened.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::code::normalise_code;
use gongxin_model::{Day, Instant, SubjectNo};
use gongxin_store::Reader;
use gongxin_store::desk::{AccountRow, RoleRow};

use super::things::{Audience, Thing};
use super::{NoticePolicy, things};
use crate::OfficeError;
use crate::accounts::account_id;
use crate::bearers::bearers;
use crate::rules::Rules;

/// The roles of an organisation's own people.
const OF_ORGANISATION: &str = "representative";

/// An account that is told, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recipient {
    pub(super) account: i64,
    /// The body's or organisation's code; empty for the platform and for oneself.
    pub(super) scope: String,
}

/// The accounts that may be told of something.
pub(super) struct People {
    active: BTreeSet<i64>,
    roles: Vec<RoleRow>,
    /// The representatives of organisations that the store knows.
    firms: BTreeMap<SubjectNo, Vec<RoleRow>>,
    /// Things of before are told to nobody: when the platform began to tell.
    since: Instant,
}

impl People {
    pub(super) fn of(
        reader: &mut Reader<'_>,
        (accounts, roles): (Vec<AccountRow>, Vec<RoleRow>),
        since: Instant,
    ) -> Result<Self, OfficeError> {
        let active: BTreeSet<i64> =
            accounts.into_iter().filter(|one| one.state == "active").map(|one| one.no).collect();
        let roles: Vec<RoleRow> =
            roles.into_iter().filter(|role| active.contains(&role.account)).collect();
        let own = |role: &&RoleRow| role.role == OF_ORGANISATION;
        let codes: BTreeSet<String> =
            roles.iter().filter(own).map(|role| normalise_code(&role.scope).to_string()).collect();
        let mut subjects: BTreeMap<String, BTreeSet<SubjectNo>> = BTreeMap::new();
        for row in bearers(reader, codes.into_iter().collect())? {
            subjects.entry(row.code).or_default().insert(row.subject);
        }
        let mut firms: BTreeMap<SubjectNo, Vec<RoleRow>> = BTreeMap::new();
        for role in roles.iter().filter(own) {
            let found = subjects.get(&normalise_code(&role.scope).to_string());
            // A code of several is nobody's until a person has judged.
            let only = found.filter(|all| all.len() == 1).and_then(BTreeSet::first);
            if let Some(subject) = only {
                firms.entry(*subject).or_default().push(role.clone());
            }
        }
        Ok(Self { active, roles, firms, since })
    }

    /// When the first of them got a role, and the platform tells: nothing before concerns anybody.
    pub(super) fn first(&self) -> Option<Instant> {
        self.roles.iter().map(|role| role.at.max(self.since)).min()
    }

    /// True where somebody acts for the organisation.
    pub(super) fn represents(&self, subject: SubjectNo) -> bool {
        self.firms.contains_key(&subject)
    }

    /// The organisations for which somebody acts.
    pub(super) fn subjects(&self) -> Vec<SubjectNo> {
        self.firms.keys().copied().collect()
    }

    /// The accounts that a thing concerns, but for who did it.
    pub(super) fn concerned(
        &self,
        thing: &Thing,
        (policy, rules, today): (&NoticePolicy, &Rules, Day),
    ) -> BTreeSet<Recipient> {
        let told = |role: &&RoleRow| {
            policy.tells(thing.kind, &role.role)
                && role.at <= thing.at
                && thing.by.as_deref() != Some(account_id(role.account).as_str())
        };
        let recipient =
            |role: &RoleRow| Recipient { account: role.account, scope: role.scope.clone() };
        if thing.at < self.since {
            return BTreeSet::new();
        }
        match &thing.audience {
            Audience::Organisation(subject) => {
                let own = self.firms.get(subject).map(Vec::as_slice).unwrap_or_default();
                own.iter().filter(told).map(recipient).collect()
            }
            Audience::Body(code) => {
                let holds = |role: &&RoleRow| {
                    !role.scope.is_empty() && policy.tells(thing.kind, &role.role)
                };
                let holders: Vec<&RoleRow> = self.roles.iter().filter(holds).collect();
                let own = holders.iter().copied().filter(|role| role.scope == *code);
                let own: Vec<&RoleRow> = own.collect();
                if !own.is_empty() {
                    return own.into_iter().filter(told).map(recipient).collect();
                }
                // Nobody there has such a role: the bodies above act for it.
                let is_above = |role: &&RoleRow| rules.rulebook.is_under(code, &role.scope, today);
                let above = holders.into_iter().filter(is_above).filter(told);
                above.map(|role| Recipient { scope: code.clone(), ..recipient(role) }).collect()
            }
            Audience::Platform => {
                let whole = self.roles.iter().filter(|role| role.scope.is_empty());
                whole.filter(told).map(recipient).collect()
            }
            Audience::Account(number) => {
                let oneself = Recipient { account: *number, scope: String::new() };
                let is_told = policy.tells(thing.kind, things::ONESELF);
                (is_told && self.active.contains(number)).then_some(oneself).into_iter().collect()
            }
        }
    }
}

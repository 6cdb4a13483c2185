//! What claims of a provider give: roles for the length of a session, and only those that an operator
//! wrote down.

use gongxin_model::Instant;
use gongxin_model::code::{CodeKind, Uscc};
use gongxin_model::openid::{BodyGrant, ProviderTerms, Verified};
use gongxin_store::desk::{RoleRow, SessionBy};

use super::RoleGrant;
use super::manage::words;
use crate::gate::RoleScope;
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The roles that a session has of claims.
pub(super) fn of_session(by: &SessionBy, (account, at): (i64, Instant)) -> Vec<RoleRow> {
    let row = |text: &str| {
        let RoleGrant { role, scope } = RoleGrant::read(text);
        RoleRow { account, role, scope, at }
    };
    by.granted.split_whitespace().map(row).collect()
}

/// The same as a session keeps them.
pub(super) fn text(grants: &[RoleGrant]) -> String {
    grants.iter().map(words).collect::<Vec<_>>().join(" ")
}

impl Office {
    /// Refuses terms that give what no claim may give.
    ///
    /// # Errors
    /// A role or a body is unknown, or the role is not of a body.
    pub fn check_provider(&self, terms: &ProviderTerms) -> Result<(), OfficeError> {
        if terms.grants.bodies.is_empty() {
            return Ok(());
        }
        let rules = self.rules()?;
        match terms.grants.bodies.iter().find(|grant| !self.may_give(&rules, grant)) {
            None => Ok(()),
            Some(grant) => Err(OfficeError::Usage(format!(
                "provider `{}`: `{}:{}` is no role of a body here that a claim may give",
                terms.id, grant.role, grant.body
            ))),
        }
    }

    /// True for a role of a body that is in the register, never an administrator's.
    fn may_give(&self, rules: &Rules, grant: &BodyGrant) -> bool {
        let role = self.rights.role(&grant.role);
        role.is_some_and(|role| role.scope == RoleScope::Body && !role.management)
            && rules.rulebook.sources.contains_key(&grant.body)
    }

    /// What the claims of somebody give. A code that is not sound, or that no organisation here bears,
    /// gives nothing.
    pub(super) fn granted(
        &self,
        terms: &ProviderTerms,
        verified: &Verified,
    ) -> Result<Vec<RoleGrant>, OfficeError> {
        let rules = self.rules()?;
        let values = |claim: &str| verified.claims.get(claim).into_iter().flatten();
        // A body that left the register since the start gives nothing, and keeps nobody out.
        let body = |grant: &BodyGrant| {
            let is_stated = values(&grant.claim).any(|value| *value == grant.value);
            (is_stated && self.may_give(&rules, grant))
                .then(|| RoleGrant { role: grant.role.clone(), scope: grant.body.clone() })
        };
        let mut grants: Vec<RoleGrant> = terms.grants.bodies.iter().filter_map(body).collect();
        let stated = terms.grants.organisation.iter().flat_map(|claim| values(claim));
        let codes: Vec<String> = stated
            .filter_map(|text| text.parse::<Uscc>().ok())
            .map(|code| code.to_string())
            .collect();
        if !codes.is_empty() {
            let found = self.store.read(|reader| reader.codes_at(&codes))?;
            let role = &self.sign_in.identity.organisation_role;
            // Of exactly that code: not of who bears it inside another.
            let is_borne = |code: &&String| {
                found.iter().any(|row| row.kind == CodeKind::Uscc.name() && row.code == **code)
            };
            let grant = |code: &String| RoleGrant { role: role.clone(), scope: code.clone() };
            grants.extend(codes.iter().filter(is_borne).map(grant));
        }
        grants.sort();
        grants.dedup();
        Ok(grants)
    }
}

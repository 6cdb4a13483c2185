//! Ready accounts of the invented region, and of no other.

use gongxin_model::SubjectNo;
use serde::{Deserialize, Serialize};

use super::secret::code_at;
use super::{Activation, Entered, RoleGrant};
use crate::gate::{AccountAdd, AccountRoles, Permit};
use crate::{Office, OfficeError};

const SHIPPED: &str = include_str!("../../policy/rehearsal-accounts.toml");
/// Subjects that are looked at for one that a representative can act for.
const LOOKED_AT: i64 = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    password: String,
    accounts: Vec<Wanted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    login: String,
    post: String,
    role: String,
    /// A class and a body: the organisation of a representative has a shown record of them.
    #[serde(default)]
    about: Option<String>,
}

/// A ready account of the invented region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RehearsalAccount {
    /// What is typed to sign in.
    pub login: String,
    /// Its password, which everybody knows.
    pub password: String,
    /// Its role.
    pub role: String,
    /// True where a code is asked for as well; `gongxin account code` tells it.
    pub has_factor: bool,
}

impl Office {
    /// Makes the ready accounts of the invented region, unless they are there, and names them.
    ///
    /// # Errors
    /// The platform is none of invented data, or the desk cannot be written.
    pub fn rehearsal_accounts(
        &self,
        add: &Permit<AccountAdd>,
        roles: &Permit<AccountRoles>,
    ) -> Result<Vec<RehearsalAccount>, OfficeError> {
        if !self.rules()?.rulebook.is_rehearsal() {
            let why = "only the invented region has ready accounts; a store of yours never has";
            return Err(OfficeError::Usage(why.to_owned()));
        }
        let File { password, accounts } = toml::from_str(SHIPPED)?;
        let mut ready = Vec::new();
        for Wanted { login, post, role, about } in accounts {
            let grant = match role.as_str() {
                "representative" => {
                    match self.some_organisation(about.as_deref().unwrap_or_default())? {
                        Some(scope) => RoleGrant { role: role.clone(), scope },
                        None => continue,
                    }
                }
                _ => RoleGrant::read(&role),
            };
            let is_there = self.desk.read(|reader| reader.account_of(&login))?.is_some();
            if !is_there {
                let (id, code) = self.add_account(add, &login, &post)?;
                self.set_roles(roles, &id, std::slice::from_ref(&grant))?;
                self.make_ready(&login, &code, &password)?;
            }
            let known = self.rights.role(&grant.role);
            let has_factor = known.is_some_and(|role| role.second_factor_days == Some(0));
            ready.push(RehearsalAccount {
                login,
                password: password.clone(),
                role: grant.role,
                has_factor,
            });
        }
        Ok(ready)
    }

    /// Sets the password, and the second factor where it must be there at once.
    fn make_ready(&self, login: &str, code: &str, password: &str) -> Result<(), OfficeError> {
        let ask = Activation { login, code, password, device: "", origin: "machine" };
        let entered = self.activate(&ask)?;
        let Ok(Entered::As { token, stage: super::Stage::Enrol }) = entered else {
            return Ok(());
        };
        let signed = self.signed(&token, "machine")?;
        let Some(signed) = signed else {
            return Ok(());
        };
        if let Some(secret) = self.offer_factor(&signed)? {
            let code = code_at(&secret, self.clock.now());
            if let Ok((Entered::As { token, .. }, _)) = self.confirm_factor(&signed, &code, "")?
                && let Some(signed) = self.signed(&token, "machine")?
            {
                self.sign_out(&signed)?;
            }
        }
        Ok(())
    }

    /// The code of some organisation with a page: one with a shown record `CLASS:BODY`, or else any.
    fn some_organisation(&self, about: &str) -> Result<Option<String>, OfficeError> {
        let (class, body) = about.split_once(':').unwrap_or_default();
        self.store.read(|reader| {
            let found = reader.subjects_after(SubjectNo(0), LOOKED_AT)?;
            let mut any = None;
            for row in found.into_iter().filter(|row| row.kind == "organisation" && !row.masked) {
                let sound = |code: &String| code.parse::<gongxin_model::code::Uscc>().is_ok();
                let Some(code) = row.code.filter(sound) else { continue };
                let shown = reader.standings_of(row.no)?.into_iter();
                let shown = shown.filter(|one| one.publication == "published");
                let of_class = shown.filter(|one| one.catalogue == class);
                let records = reader.records(of_class.map(|one| one.record.0).collect())?;
                if records.iter().any(|record| record.source == body) {
                    return Ok(Some(code));
                }
                any.get_or_insert(code);
            }
            Ok(any)
        })
    }
}

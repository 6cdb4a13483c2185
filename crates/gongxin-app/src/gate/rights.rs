//! The table of rights, read from `policy/rights.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use gongxin_store::desk::RoleRow;
use serde::{Deserialize, Serialize};

use super::{ACTIONS, Scope};

/// The table as it is shipped.
const SHIPPED: &str = include_str!("../../policy/rights.toml");

/// For whom a role is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoleScope {
    /// A body of the register of sources.
    Body,
    /// An organisation, by its code.
    Organisation,
    /// A service agency, by its code.
    Agency,
    /// The platform.
    Platform,
}

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// For whom it is.
    pub scope: RoleScope,
    /// True for one of the three that stand alone.
    #[serde(default)]
    pub management: bool,
    /// So many days after an account was made it needs a second factor; none where that is only offered.
    #[serde(default)]
    pub second_factor_days: Option<u32>,
}

/// How far a right goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Reach {
    Own,
    Under,
    Platform,
    #[serde(rename = "self")]
    Oneself,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Right {
    action: String,
    roles: Vec<String>,
    reach: Reach,
    /// How many persons take part in the action: one, or one who proposes and another who confirms.
    #[serde(default = "alone")]
    persons: u8,
}

const fn alone() -> u8 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    roles: Vec<Role>,
    rights: Vec<Right>,
}

/// The table of rights does not fit the program.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    /// It is no TOML of this shape.
    #[error("the table of rights cannot be read")]
    Shape(#[from] toml::de::Error),
    /// It names something that there is not, or leaves out an action.
    #[error("the table of rights: {0}")]
    Meaning(String),
}

/// Role × action × how far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightsTable {
    roles: BTreeMap<String, Role>,
    rights: BTreeMap<(String, String), Reach>,
    /// The actions in which two persons take part.
    together: BTreeSet<String>,
}

impl RightsTable {
    /// The table that the program is shipped with.
    ///
    /// # Errors
    /// It does not fit the program; a test refuses that before it is shipped.
    pub fn shipped() -> Result<Self, RightsError> {
        Self::parse(SHIPPED)
    }

    fn parse(text: &str) -> Result<Self, RightsError> {
        let file: File = toml::from_str(text)?;
        let wrong = |what: String| Err(RightsError::Meaning(what));
        let roles: BTreeMap<String, Role> =
            file.roles.into_iter().map(|role| (role.id.clone(), role)).collect();
        let mut rights = BTreeMap::new();
        let mut together = BTreeSet::new();
        for Right { action, roles: holders, reach, persons } in file.rights {
            match persons {
                1 => {}
                2 => drop(together.insert(action.clone())),
                _ => return wrong(format!("`{action}` is for 1 or 2 persons")),
            }
            if !ACTIONS.contains(&action.as_str()) {
                return wrong(format!("there is no action `{action}`"));
            }
            for role in holders {
                if !roles.contains_key(&role) {
                    return wrong(format!("there is no role `{role}`"));
                }
                if rights.insert((role.clone(), action.clone()), reach).is_some() {
                    return wrong(format!("`{role}` has `{action}` twice"));
                }
            }
        }
        let used: BTreeSet<&str> = rights.keys().map(|(_, action)| action.as_str()).collect();
        match ACTIONS.iter().find(|action| !used.contains(*action)) {
            Some(action) => wrong(format!("nobody may do `{action}`")),
            None => Ok(Self { roles, rights, together }),
        }
    }

    /// How many persons take part in an action: one, or one who proposes and another who confirms.
    #[must_use]
    pub fn persons(&self, action: &str) -> u8 {
        if self.together.contains(action) { 2 } else { 1 }
    }

    /// The role of an id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.get(id)
    }

    /// All roles.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
    }

    /// True where a role that is held allows an action for a scope.
    pub(super) fn reaches(
        &self,
        held: &RoleRow,
        action: &str,
        (scope, account): (&Scope, i64),
        is_under: impl Fn(&str) -> bool,
    ) -> bool {
        let key = (held.role.clone(), action.to_owned());
        // A role of a body is for no organisation, whatever its code, and the other way round.
        let is_for = self.role(&held.role).map(|role| role.scope);
        match (self.rights.get(&key), scope, is_for) {
            (Some(Reach::Platform), ..) => true,
            (Some(Reach::Oneself), Scope::Account(number), _) => *number == account,
            (Some(Reach::Own), Scope::Body(code), Some(RoleScope::Body)) => *code == held.scope,
            (Some(Reach::Under), Scope::Body(code), Some(RoleScope::Body)) => {
                *code == held.scope || is_under(code)
            }
            (
                Some(Reach::Own | Reach::Under),
                Scope::Organisation(code),
                Some(RoleScope::Organisation | RoleScope::Agency),
            ) => *code == held.scope,
            _ => false,
        }
    }

    /// The actions that some role of these has.
    pub(crate) fn actions_of<'a>(&'a self, held: &'a [RoleRow]) -> BTreeSet<&'a str> {
        let is_held = |role: &str| held.iter().any(|one| one.role == role);
        let mine = self.rights.keys().filter(|(role, _)| is_held(role));
        mine.map(|(_, action)| action.as_str()).collect()
    }

    /// The table for people: a row an action, a column a role.
    #[must_use]
    pub fn matrix(&self) -> String {
        let mut text = format!("{:<18}", "action");
        for role in self.roles.keys() {
            // Writing into a text cannot fail.
            let _ = write!(text, " {role:<14}");
        }
        for action in ACTIONS {
            text.truncate(text.trim_end().len());
            let _ = write!(text, "\n{action:<18}");
            for role in self.roles.keys() {
                let reach = match self.rights.get(&(role.clone(), (*action).to_owned())) {
                    None => "-",
                    Some(Reach::Own) => "own",
                    Some(Reach::Under) => "own and under",
                    Some(Reach::Platform) if self.together.contains(*action) => "platform, two",
                    Some(Reach::Platform) => "platform",
                    Some(Reach::Oneself) => "self",
                };
                let _ = write!(text, " {reach:<14}");
            }
        }
        format!("{}\n", text.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_fits_and_a_slip_is_refused() {
        RightsTable::shipped().unwrap();
        for (slip, what) in [
            ("action = \"audit.read\"", "action = \"audit.reed\""),
            ("roles = [\"audit\"]", "roles = [\"auditor\"]"),
            ("reach = \"self\"", "reach = \"everything\""),
        ] {
            assert!(RightsTable::parse(&SHIPPED.replace(slip, what)).is_err(), "{what}");
        }
    }

    /// The matrix is committed, so that every change of it is seen.
    #[test]
    fn the_matrix_is_the_committed_one() {
        let committed = include_str!("../../policy/rights-matrix.txt");
        assert_eq!(RightsTable::shipped().unwrap().matrix(), committed);
    }
}

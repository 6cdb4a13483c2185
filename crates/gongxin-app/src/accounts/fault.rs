//! What an administrator asked for and cannot be, told apart so that pages say it in their own words.

use crate::gate::RoleScope;

/// A post has at most so many characters.
pub(super) const POST_CHARACTERS: usize = 60;

/// What an administrator asked for and cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountFault {
    /// Another account has the login.
    #[error("the login `{0}` is taken")]
    Taken(String),
    /// The login has another form.
    #[error("a login has 3 to 32 letters, digits, `-`, `.` and `_`")]
    Login,
    /// The login reads like a number of a person; those are never kept.
    #[error("a login is no number of a person or phone")]
    LoginNumber,
    /// The post is empty, too long, or holds a number of a person.
    #[error("a post has 1 to {POST_CHARACTERS} characters and no number of a person")]
    Post,
    /// It is the administrator's own account.
    #[error("nobody does this to their own account")]
    Own,
    /// There is no such role.
    #[error("no role `{role}`; there are {known}")]
    Role {
        /// What was asked for.
        role: String,
        /// The roles that there are.
        known: String,
    },
    /// The role is for something else.
    #[error("`{scope}` does not fit `{role}`, which takes {}", wanted(.takes))]
    Scope {
        /// For what it was asked.
        scope: String,
        /// The role.
        role: String,
        /// For what it is.
        takes: RoleScope,
    },
    /// What names an identity does not fit.
    #[error("an issuer is its address as it states it; a subject has 1 to 255 characters")]
    Identity,
    /// The identity is bound already, or the account to as many as may be.
    #[error("the identity is bound to an account already, or the account to as many as may be")]
    IdentityTaken,
    /// An administrator's role beside another.
    #[error("a system, security or audit administrator has no other role")]
    Alone,
}

const fn wanted(takes: &RoleScope) -> &'static str {
    match takes {
        RoleScope::Body => "the code of a source of the register",
        RoleScope::Platform => "nothing: it is for the platform",
        RoleScope::Organisation | RoleScope::Agency => "a sound unified social credit code",
    }
}

impl AccountFault {
    /// The key of its words.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Taken(_) => "taken",
            Self::Login => "login",
            Self::LoginNumber => "login_number",
            Self::Post => "post",
            Self::Own => "own",
            Self::Role { .. } => "role",
            Self::Scope { takes: RoleScope::Body, .. } => "scope_body",
            Self::Scope { takes: RoleScope::Platform, .. } => "scope_platform",
            Self::Scope { .. } => "scope_code",
            Self::Alone => "alone",
            Self::Identity => "identity",
            Self::IdentityTaken => "identity_taken",
        }
    }

    /// What was typed and does not fit; none where the words need none.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Taken(login) => Some(login),
            Self::Role { role, .. } => Some(role),
            Self::Scope { takes: RoleScope::Platform, role, .. } => Some(role),
            Self::Scope { scope, .. } => Some(scope),
            Self::Login
            | Self::LoginNumber
            | Self::Post
            | Self::Own
            | Self::Identity
            | Self::IdentityTaken
            | Self::Alone => None,
        }
    }
}

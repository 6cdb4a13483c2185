//! Signing in by what another platform vouches for (OpenID Connect): the nouns, and the seam between the
//! office, the counter, and the room that speaks the protocol.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::Instant;

/// What an operator states of a provider, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTerms {
    /// Its id in addresses and acts: small letters, digits and `-`.
    pub id: String,
    /// Its issuer, exactly as it states it.
    pub issuer: String,
    /// What its button says.
    pub name: ProviderName,
    /// What of its own counts as a second factor here; none where our own is still asked for.
    pub second_factor: FactorTerms,
    /// What a claim gives for the length of a session.
    pub grants: GrantTerms,
}

/// The name of a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderName {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Which statements of how somebody proved who they are count as a second factor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorTerms {
    /// Values of `amr` (RFC 8176), any of which is enough.
    #[serde(default)]
    pub amr: BTreeSet<String>,
    /// Values of `acr`.
    #[serde(default)]
    pub acr: BTreeSet<String>,
}

/// What claims give. Without an entry here no claim gives anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantTerms {
    /// The claim that states the unified social credit code of the organisation that its holder may act
    /// for.
    pub organisation: Option<String>,
    /// True where an identity that is bound to no account gets one when a claim gives it something.
    #[serde(default)]
    pub new_accounts: bool,
    /// The post of such an account.
    pub post: Option<String>,
    /// Which value of which claim gives which role for which body.
    #[serde(default)]
    pub bodies: Vec<BodyGrant>,
}

/// A value of a claim that gives a role for a body.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyGrant {
    /// The claim.
    pub claim: String,
    /// Its value.
    pub value: String,
    /// The role; never that of an administrator.
    pub role: String,
    /// The body's code in the register of sources.
    pub body: String,
}

impl ProviderTerms {
    /// The claims that are read beside those of the protocol; no other is looked at.
    #[must_use]
    pub fn claims(&self) -> BTreeSet<&str> {
        let bodies = self.grants.bodies.iter().map(|one| one.claim.as_str());
        bodies.chain(self.grants.organisation.as_deref()).collect()
    }
}

/// The words of one journey to a provider and back, all made of a token that the browser alone has.
#[derive(Clone)]
pub struct JourneyWords {
    /// What comes back in the address.
    pub state: String,
    /// What comes back in the token.
    pub nonce: String,
    /// What proves that who fetches the token is who asked (RFC 7636).
    pub verifier: String,
}

impl std::fmt::Debug for JourneyWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JourneyWords(…)")
    }
}

/// What a browser brought back.
#[derive(Clone, Copy)]
pub struct Back<'a> {
    /// The code that the provider gave.
    pub code: &'a str,
    /// Who says that it gave it (RFC 9207).
    pub issuer: Option<&'a str>,
    /// The words of the journey.
    pub words: &'a JourneyWords,
}

impl std::fmt::Debug for Back<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Back(…)")
    }
}

/// Who somebody is, as a provider vouches for. Never kept: of it only a keyed digest is.
#[derive(Clone, PartialEq, Eq)]
pub struct Verified {
    /// The issuer.
    pub issuer: String,
    /// The subject there.
    pub subject: String,
    /// How they proved it.
    pub methods: BTreeSet<String>,
    /// How strongly.
    pub class: Option<String>,
    /// The claims that the terms name, each with its values.
    pub claims: BTreeMap<String, Vec<String>>,
}

impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verified").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Verified {
    /// True where what they proved counts as a second factor.
    #[must_use]
    pub fn has_factor(&self, terms: &FactorTerms) -> bool {
        let class = self.class.as_ref().is_some_and(|class| terms.acr.contains(class));
        class || !self.methods.is_disjoint(&terms.amr)
    }
}

/// Why a provider vouches for nobody. What it holds is for the log alone: no secret, nobody's claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderFault {
    /// It does not answer, or not as it should.
    #[error("the provider `{id}` does not answer as it should: {why}")]
    Down {
        /// Its id.
        id: String,
        /// What went wrong.
        why: String,
    },
    /// The answer names another issuer than the one that was asked.
    #[error("the answer is another issuer's")]
    Issuer,
    /// The provider does not take the code.
    #[error("the provider refused the code: {0}")]
    Code(String),
    /// The token does not hold.
    #[error("the token does not hold: {0}")]
    Token(String),
}

impl ProviderFault {
    /// Its word in acts.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Down { .. } => "provider down",
            Self::Issuer => "issuer",
            Self::Code(_) => "code",
            Self::Token(_) => "token",
        }
    }
}

/// Another platform that says who somebody is. Every call may take as long as the network does.
pub trait IdentityProvider: Send + Sync + std::fmt::Debug {
    /// What the operator states of it.
    fn terms(&self) -> &ProviderTerms;

    /// Where a browser is to go.
    ///
    /// # Errors
    /// The provider does not answer.
    fn leave(&self, words: &JourneyWords, now: Instant) -> Result<String, ProviderFault>;

    /// Who came back.
    ///
    /// # Errors
    /// The provider does not answer, or what came back does not hold.
    fn verify(&self, back: &Back<'_>, now: Instant) -> Result<Verified, ProviderFault>;

    /// Where a browser may end its session at the provider, and from where it comes back; none where the
    /// provider announces no such place, or does not answer.
    fn sign_out(&self, now: Instant) -> Option<String>;
}

//! On the way to a provider and back.
//!
//! The browser alone has a journey's token, in a cookie; everything that travels in addresses and tokens
//! is made of it and leads to nothing without it. The desk keeps its digest until the browser comes back,
//! once.

use gongxin_model::openid::JourneyWords;
use gongxin_model::{Digest, Instant};
use gongxin_seal::HashSuite;
use gongxin_store::desk::{JourneyRow, NewAudit};

use super::{Signed, secret};
use crate::{Office, OfficeError};

/// Somebody who leaves.
#[derive(Debug, Clone, Copy)]
pub struct Leave<'a> {
    /// To which provider, by its id.
    pub provider: &'a str,
    /// The language of the pages that they leave.
    pub language: &'a str,
    /// Where to go on afterwards; empty for the first page.
    pub next: &'a str,
}

/// What a browser comes back with.
#[derive(Clone, Copy)]
pub struct Arrival<'a> {
    /// The token of its cookie.
    pub token: &'a str,
    /// From which provider, by its id.
    pub provider: &'a str,
    /// The state in the address.
    pub state: &'a str,
    /// From which network address.
    pub origin: &'a str,
}

impl std::fmt::Debug for Arrival<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrival").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// A journey that came to its end.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Its words.
    pub words: JourneyWords,
    /// The language of the pages that were left.
    pub language: String,
    /// Where to go on; empty for the first page.
    pub next: String,
    /// The session whose account the identity is to be bound to.
    pub(super) session: Option<Digest>,
}

impl Journey {
    /// True where an identity is to be bound to who is signed in.
    #[must_use]
    pub fn is_to_bind(&self) -> bool {
        self.session.is_some()
    }
}

fn words(token: &str) -> JourneyWords {
    let made = |of: &str| {
        let parts: [&[u8]; 3] = [b"gongxin/journey/1", of.as_bytes(), token.as_bytes()];
        secret::token(&HashSuite::Sha256.digest(&parts).0)
    };
    JourneyWords { state: made("/state/"), nonce: made("/nonce/"), verifier: made("/verifier/") }
}

impl Office {
    /// Begins a journey; gives its token, for the browser's cookie alone, and its words.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn leave(
        &self,
        ask: &Leave<'_>,
        binding: Option<&Signed>,
    ) -> Result<(String, JourneyWords), OfficeError> {
        let token = self.new_token();
        let words = words(&token);
        let session = binding.and_then(Signed::digest);
        self.desk.write(self.clock.now(), |writer| {
            let now = writer.now();
            let row = JourneyRow {
                digest: secret::token_digest(&token),
                at: now,
                provider: ask.provider.to_owned(),
                language: ask.language.to_owned(),
                next: ask.next.to_owned(),
                session,
            };
            writer.add_journey(&row, Instant(now.0 - self.sign_in.step_time()))
        })?;
        Ok((token, words))
    }

    /// Takes who comes back, once; none where the state is not of this browser's journey, or its time is
    /// over.
    ///
    /// # Errors
    /// The desk cannot be read or written.
    pub fn come_back(&self, arrival: &Arrival<'_>) -> Result<Option<Journey>, OfficeError> {
        let words = words(arrival.token);
        let is_of_this = secret::same(words.state.as_bytes(), arrival.state.as_bytes());
        self.desk.write(self.clock.now(), |writer| {
            // Another's state takes no journey away.
            let taken = match is_of_this {
                true => writer.take_journey(&secret::token_digest(arrival.token))?,
                false => None,
            };
            let oldest = Instant(writer.now().0 - self.sign_in.step_time());
            let found = taken.filter(|row| row.provider == arrival.provider && row.at > oldest);
            let Some(row) = found else {
                writer.audit(&refused("", (arrival.provider, "state"), arrival.origin))?;
                return Ok(None);
            };
            let (language, next, session) = (row.language, row.next, row.session);
            Ok(Some(Journey { words, language, next, session }))
        })
    }

    /// Keeps that a provider vouched for nobody, or that what it said does not hold.
    ///
    /// # Errors
    /// The desk cannot be written.
    pub fn not_vouched(&self, provider: &str, why: &str, origin: &str) -> Result<(), OfficeError> {
        let act = refused("", (provider, why), origin);
        self.desk.write(self.clock.now(), |writer| Ok(writer.audit(&act)?))
    }
}

/// A sign-in by an identity that came to nothing.
pub(super) fn refused(about: &str, (provider, why): (&str, &str), origin: &str) -> NewAudit {
    NewAudit {
        account: String::new(),
        act: "sign-in.identity".to_owned(),
        about: about.to_owned(),
        outcome: "refused".to_owned(),
        detail: format!("{provider}: {why}"),
        origin: origin.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_a_journey_tells_another() {
        let JourneyWords { state, nonce, verifier } = words("token");
        let other = words("tokem");
        assert!(state != nonce && nonce != verifier && state != other.state);
        // RFC 7636, 4.1: 43 to 128 unreserved characters.
        assert_eq!(verifier.len(), 52);
        assert_eq!(format!("{:?}", words("token")), "JourneyWords(…)");
    }
}

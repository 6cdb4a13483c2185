//! One provider: where to go, and who came back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use gongxin_model::Instant;
use gongxin_model::openid::{
    Back, IdentityProvider, JourneyWords, ProviderFault, ProviderTerms, Verified,
};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType,
    CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, AuthorizationCode, Client, ClientId,
    ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenClaims, IdTokenFields, IdTokenVerifier, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};

use crate::http::{Ask, AskFault};
use crate::limits;
use crate::settings::{Algorithm, ProviderSettings, is_private};

/// What a provider announces beyond the standard's first part.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Announced {
    end_session_endpoint: Option<Url>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Announced {}

/// Claims beyond the standard's.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims(BTreeMap<String, serde_json::Value>);
impl AdditionalClaims for Claims {}

type Known = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Site = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider that speaks OpenID Connect.
pub struct OpenId {
    settings: ProviderSettings,
    secret: Option<ClientSecret>,
    issuer: IssuerUrl,
    back: RedirectUrl,
    site: String,
    ask: Ask,
    known: Mutex<Option<(Instant, Known)>>,
}

impl std::fmt::Debug for OpenId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenId").field("id", &self.settings.terms.id).finish_non_exhaustive()
    }
}

impl OpenId {
    /// A provider of these settings, asked by `ask`. It is not asked yet: one that does not answer keeps
    /// nothing from starting.
    ///
    /// # Errors
    /// An address does not fit; settings that were read have none such.
    pub fn new(
        settings: ProviderSettings,
        site: &str,
        secret: Option<String>,
        ask: Ask,
    ) -> Result<Self, AskFault> {
        let fault = |error: openidconnect::url::ParseError| AskFault(error.to_string());
        let back = format!("{site}/sign-in/return/{}", settings.terms.id);
        Ok(Self {
            issuer: IssuerUrl::new(settings.terms.issuer.clone()).map_err(fault)?,
            back: RedirectUrl::new(back).map_err(fault)?,
            secret: secret.map(ClientSecret::new),
            site: site.to_owned(),
            known: Mutex::default(),
            settings,
            ask,
        })
    }

    fn down(&self, why: impl std::fmt::Display) -> ProviderFault {
        ProviderFault::Down { id: self.settings.terms.id.clone(), why: why.to_string() }
    }

    /// Asks, but never where others could listen, whatever address the provider announces.
    fn asked(&self, request: HttpRequest) -> Result<HttpResponse, AskFault> {
        let address = Url::parse(&request.uri().to_string());
        if !address.is_ok_and(|address| is_private(&address)) {
            return Err(AskFault("it announces an address without HTTPS".to_owned()));
        }
        (self.ask)(request)
    }

    /// What the provider announces, and its keys, asked now.
    fn discover(&self, now: Instant) -> Result<Known, ProviderFault> {
        let found = Known::discover(&self.issuer, &|request: HttpRequest| self.asked(request));
        let known = found.map_err(|error| self.down(chain(&error)))?;
        let mut kept = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((now, known.clone()));
        Ok(known)
    }

    /// The same, a minute old at most.
    fn known(&self, now: Instant) -> Result<Known, ProviderFault> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some((at, known)) if (0..limits::KNOWN_FOR).contains(&(now.0 - at.0)) => Ok(known),
            _ => self.discover(now),
        }
    }

    fn client(&self, known: &Known) -> Site {
        let id = ClientId::new(self.settings.client_id.clone());
        let client = Site::from_provider_metadata(known.clone(), id, self.secret.clone());
        let methods = known.token_endpoint_auth_methods_supported();
        let only_in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let way = if only_in_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        client.set_auth_type(way).set_redirect_uri(self.back.clone())
    }

    fn verifier<'a>(&'a self, known: &Known, now: Instant) -> IdTokenVerifier<'a, CoreJsonWebKey> {
        let id = ClientId::new(self.settings.client_id.clone());
        let skew = self.settings.clock_skew_seconds;
        let now = now.0.div_euclid(1_000_000);
        let algorithms = self.settings.algorithms.iter().copied().map(algorithm);
        // No secret is given to it: a token that is signed with one proves nothing.
        IdTokenVerifier::new_public_client(id, self.issuer.clone(), known.jwks().clone())
            .set_allowed_algs(algorithms)
            .set_other_audience_verifier_fn(|_| false)
            .set_time_fn(move || {
                chrono::DateTime::from_timestamp(now - skew, 0).unwrap_or_default()
            })
            .set_issue_time_verifier_fn(move |made| {
                let age = now - made.timestamp();
                let fits = (-skew..=limits::TOKEN_SECONDS + skew).contains(&age);
                if fits { Ok(()) } else { Err("it was not made now".to_owned()) }
            })
    }

    fn read(
        &self,
        claims: &IdTokenClaims<Claims, CoreGenderClaim>,
    ) -> Result<Verified, ProviderFault> {
        // The library leaves this one to us.
        let party = claims.authorized_party().map(|party| party.as_str());
        if party.is_some_and(|party| party != self.settings.client_id) {
            return Err(ProviderFault::Token("it is another party's".to_owned()));
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > limits::SUBJECT_BYTES {
            return Err(ProviderFault::Token("its subject does not fit".to_owned()));
        }
        let methods = claims.auth_method_refs().into_iter().flatten();
        let wanted = self.settings.terms.claims();
        let wanted = wanted.into_iter().filter_map(|name| {
            let value = claims.additional_claims().0.get(name)?;
            Some((name.to_owned(), texts(value)))
        });
        Ok(Verified {
            issuer: self.settings.terms.issuer.clone(),
            subject: subject.to_owned(),
            methods: methods.map(|method| method.as_str().to_owned()).collect::<BTreeSet<_>>(),
            class: claims.auth_context_ref().map(|class| class.as_str().to_owned()),
            claims: wanted.collect(),
        })
    }
}

impl IdentityProvider for OpenId {
    fn terms(&self) -> &ProviderTerms {
        &self.settings.terms
    }

    fn leave(&self, words: &JourneyWords, now: Instant) -> Result<String, ProviderFault> {
        let known = self.known(now)?;
        if !is_private(known.authorization_endpoint().url()) {
            return Err(self.down("it announces an address without HTTPS"));
        }
        let client = self.client(&known);
        let (state, nonce) = (words.state.clone(), words.nonce.clone());
        let verifier = PkceCodeVerifier::new(words.verifier.clone());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        Ok(request.url().0.to_string())
    }

    fn verify(&self, back: &Back<'_>, now: Instant) -> Result<Verified, ProviderFault> {
        if back.code.is_empty() || back.code.len() > limits::CODE_BYTES {
            return Err(ProviderFault::Code("it has no code that could be one".to_owned()));
        }
        // Asked anew: a key that was replaced or withdrawn counts from now on.
        let known = self.discover(now)?;
        let must_say = known.additional_metadata().authorization_response_iss_parameter_supported;
        match back.issuer {
            Some(issuer) if issuer != self.settings.terms.issuer => {
                return Err(ProviderFault::Issuer);
            }
            None if must_say => return Err(ProviderFault::Issuer),
            _ => {}
        }
        let client = self.client(&known);
        let exchange = client
            .exchange_code(AuthorizationCode::new(back.code.to_owned()))
            .map_err(|error| self.down(error))?
            .set_pkce_verifier(PkceCodeVerifier::new(back.words.verifier.clone()));
        let answer = exchange.request(&|request: HttpRequest| self.asked(request));
        let answer = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(refused) => {
                ProviderFault::Code(refused.error().to_string())
            }
            RequestTokenError::Request(error) => self.down(error),
            // What it holds could be a token.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                self.down("its answer to a code cannot be read")
            }
        })?;
        let token = answer.id_token();
        let token = token.ok_or_else(|| ProviderFault::Token("there is none".to_owned()))?;
        let nonce = Nonce::new(back.words.nonce.clone());
        let verifier = self.verifier(&known, now);
        let claims = token.claims(&verifier, &nonce);
        self.read(claims.map_err(|error| ProviderFault::Token(error.to_string()))?)
    }

    fn sign_out(&self, now: Instant) -> Option<String> {
        let mut place = self.known(now).ok()?.additional_metadata().end_session_endpoint.clone()?;
        if !is_private(&place) {
            return None;
        }
        // No token is kept that could be a hint: the provider asks who is there.
        place
            .query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("post_logout_redirect_uri", &format!("{}/sign-in", self.site));
        Some(place.to_string())
    }
}

fn algorithm(one: Algorithm) -> CoreJwsSigningAlgorithm {
    match one {
        Algorithm::RS256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        Algorithm::RS384 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
        Algorithm::RS512 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
        Algorithm::PS256 => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        Algorithm::PS384 => CoreJwsSigningAlgorithm::RsaSsaPssSha384,
        Algorithm::PS512 => CoreJwsSigningAlgorithm::RsaSsaPssSha512,
        Algorithm::ES256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        Algorithm::ES384 => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        Algorithm::EdDSA => CoreJwsSigningAlgorithm::EdDsa,
    }
}

/// The texts of a claim: one, or several in a list.
fn texts(value: &serde_json::Value) -> Vec<String> {
    let one = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    match value {
        serde_json::Value::Array(values) => {
            values.iter().take(limits::CLAIM_VALUES).filter_map(one).collect()
        }
        value => one(value).into_iter().collect(),
    }
}

/// An error with what is behind it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        text = format!("{text}: {error}");
        behind = error.source();
    }
    text
}

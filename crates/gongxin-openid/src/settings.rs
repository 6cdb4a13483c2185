//! What an operator states of the providers, as TOML.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gongxin_model::openid::{FactorTerms, GrantTerms, ProviderName, ProviderTerms};
use openidconnect::url::{Host, Url};
use serde::Deserialize;

/// The most seconds that a provider's clock may be off.
const SKEW_MOST: i64 = 300;
const SKEW: i64 = 60;
/// The longest id, in characters.
const ID_CHARACTERS: usize = 32;

/// What an operator states of the providers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of this site as browsers know it, without a path: what comes back comes there,
    /// whatever a request calls its host.
    pub site: String,
    /// The providers.
    pub providers: Vec<ProviderSettings>,
}

/// What an operator states of one provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Stated")]
pub struct ProviderSettings {
    /// What the office and the counter see of it.
    pub terms: ProviderTerms,
    /// How it knows this site.
    pub client_id: String,
    /// A file with the secret that it knows this site by, beside this one; none for a public client.
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// A file with the certificates that alone may vouch for it, beside this one, as PEM; without one
    /// those of Mozilla may.
    pub certificates: Option<PathBuf>,
    /// So many seconds its clock may be off.
    pub clock_skew_seconds: i64,
    /// Algorithms of its tokens that are taken.
    pub algorithms: BTreeSet<Algorithm>,
}

/// The same as it stands in the file: in one table, where a name that there is not is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    id: String,
    issuer: String,
    name: ProviderName,
    #[serde(default)]
    second_factor: FactorTerms,
    #[serde(default)]
    grants: GrantTerms,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    #[serde(default)]
    scopes: Vec<String>,
    certificates: Option<PathBuf>,
    #[serde(default = "skew")]
    clock_skew_seconds: i64,
    #[serde(default = "algorithms")]
    algorithms: BTreeSet<Algorithm>,
}

impl From<Stated> for ProviderSettings {
    fn from(stated: Stated) -> Self {
        let Stated { id, issuer, name, second_factor, grants, .. } = stated;
        Self {
            terms: ProviderTerms { id, issuer, name, second_factor, grants },
            client_id: stated.client_id,
            client_secret_file: stated.client_secret_file,
            scopes: stated.scopes,
            certificates: stated.certificates,
            clock_skew_seconds: stated.clock_skew_seconds,
            algorithms: stated.algorithms,
        }
    }
}

/// An algorithm by which a token may be signed (RFC 7518, section 3.1, and RFC 8037): none with a secret that
/// both sides have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Algorithm {
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    EdDSA,
}

fn skew() -> i64 {
    SKEW
}

fn algorithms() -> BTreeSet<Algorithm> {
    BTreeSet::from([Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA])
}

/// What an operator stated cannot be.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It is no TOML, or names a setting that there is not.
    #[error("the providers cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// A value does not fit.
    #[error("`{name}` of {of} does not fit: {why}")]
    Value {
        /// The setting.
        name: &'static str,
        /// Of the site, or the provider's id.
        of: String,
        /// Why.
        why: &'static str,
    },
}

impl Settings {
    /// Reads what an operator states.
    ///
    /// # Errors
    /// It is no TOML, names a setting that there is not, or a value does not fit.
    pub fn parse(source: &str) -> Result<Self, SettingsError> {
        let settings: Self = toml::from_str(source)?;
        let of_site = |why| value("site", "this site", why);
        let site = Url::parse(&settings.site).map_err(|_| of_site("it is no address"))?;
        if !is_private(&site) {
            return Err(of_site("it must begin with https://"));
        }
        let is_bare = site.path() == "/" && site.query().is_none() && site.fragment().is_none();
        if !is_bare || settings.site.ends_with('/') {
            return Err(of_site("it is a host without a path"));
        }
        let mut ids = BTreeSet::new();
        for provider in &settings.providers {
            check(provider)?;
            if !ids.insert(&provider.terms.id) {
                return Err(value("id", &provider.terms.id, "another provider has it"));
            }
        }
        Ok(settings)
    }
}

fn value(name: &'static str, of: &str, why: &'static str) -> SettingsError {
    SettingsError::Value { name, of: of.to_owned(), why }
}

fn check(provider: &ProviderSettings) -> Result<(), SettingsError> {
    let terms = &provider.terms;
    let wrong = |name, why| Err(value(name, &terms.id, why));
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if terms.id.is_empty() || terms.id.len() > ID_CHARACTERS || !terms.id.chars().all(plain) {
        return wrong("id", "it has 1 to 32 small letters, digits and `-`");
    }
    match Url::parse(&terms.issuer) {
        Err(_) => return wrong("issuer", "it is no address"),
        Ok(issuer) if !is_private(&issuer) => {
            return wrong("issuer", "it must begin with https://");
        }
        Ok(_) => {}
    }
    if terms.name.zh.trim().is_empty() || terms.name.en.trim().is_empty() {
        return wrong("name", "both languages have words");
    }
    if provider.client_id.is_empty() {
        return wrong("client_id", "it is empty");
    }
    if !(0..=SKEW_MOST).contains(&provider.clock_skew_seconds) {
        return wrong("clock_skew_seconds", "it is 0 to 300");
    }
    if provider.algorithms.is_empty() {
        return wrong("algorithms", "none is taken");
    }
    if terms.grants.new_accounts && terms.grants.post.as_deref().is_none_or(str::is_empty) {
        return wrong("grants.post", "new accounts need a post");
    }
    Ok(())
}

/// True where nobody on the way can read or alter what goes there: HTTPS, or this machine.
pub(crate) fn is_private(address: &Url) -> bool {
    match address.scheme() {
        "https" => true,
        "http" => is_this_machine(address),
        _ => false,
    }
}

fn is_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(host)) => host.is_loopback(),
        Some(Host::Ipv6(host)) => host.is_loopback(),
        Some(Host::Domain(host)) => host == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
        site = "https://credit.example"
        [[providers]]
        id = "region"
        issuer = "https://sso.example"
        client_id = "gongxin"
        name = { zh = "统一身份认证", en = "Unified identity" }
        "#;

    #[test]
    fn settings_are_read_and_slips_are_named() {
        let settings = Settings::parse(SOUND).unwrap();
        let provider = &settings.providers[0];
        assert_eq!((provider.clock_skew_seconds, provider.algorithms.len()), (60, 4));
        assert!(provider.terms.claims().is_empty() && !provider.terms.grants.new_accounts);
        for (from, to, expected) in [
            ("https://sso.example", "http://sso.example", "issuer"),
            ("https://sso.example", "sso", "issuer"),
            ("https://credit.example", "http://credit.example", "site"),
            ("https://credit.example", "https://credit.example/en", "site"),
            ("\"region\"", "\"Region 1\"", "id"),
            ("client_id", "clock_skew_seconds = 301\nclient_id", "clock_skew_seconds"),
            ("client_id", "algorithms = [\"HS256\"]\nclient_id", "HS256"),
            ("client_id", "algorithms = [\"none\"]\nclient_id", "none"),
            ("client_id", "algorithms = []\nclient_id", "algorithms"),
            ("client_id", "grants = { new_accounts = true }\nclient_id", "grants.post"),
            ("client_id", "client_secret = \"x\"\nclient_id", "client_secret"),
            ("site =", "cite = \"\"\nsite =", "cite"),
        ] {
            let error = Settings::parse(&SOUND.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(expected), "{to}: {error}");
        }
        assert!(
            Settings::parse(&SOUND.replace("https://sso.example", "http://127.0.0.1:9")).is_ok()
        );
    }
}

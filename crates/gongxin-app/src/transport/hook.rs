//! Messages to webhooks over HTTPS: no redirect is followed, no address inside is reached, nothing of an
//! answer but its status is kept.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, config::Config};

use super::TransportError;
use crate::notices::{Carried, Carrier, Fault, Letter};

/// A try takes no longer than this in all, and to connect.
const WHOLE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);
/// So much of an answer's head is read; of its body nothing is.
const HEAD_BYTES: usize = 16 * 1024;
/// What a refused address is called on its way through the resolver.
const FORBIDDEN: &str = "an address that is not reached";

/// Where messages may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HookRules {
    /// To systems on this machine, by `http:` too.
    pub loopback: bool,
    /// To private networks: where the systems of bodies are in one with the platform.
    pub private: bool,
}

/// True for an address of a webhook that is taken: `https:`, a name or a public address, no login in it.
pub(crate) fn url_fits(url: &str, rules: HookRules) -> bool {
    let plain = url.bytes().all(|one| one.is_ascii_graphic()) && !url.contains(['@', '#', '\\']);
    let Some(uri) = url.parse::<Uri>().ok().filter(|_| plain) else {
        return false;
    };
    let Some(host) = uri.host() else {
        return false;
    };
    let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let address = host.parse::<IpAddr>().ok();
    let is_here = host == "localhost" || address.is_some_and(|one| one.is_loopback());
    let reaches = match address {
        Some(address) => is_open(address, rules),
        None => !is_here || rules.loopback,
    };
    match uri.scheme_str() {
        Some("https") => reaches && (is_here || address.is_some() || host.contains('.')),
        Some("http") => is_here && rules.loopback,
        _ => false,
    }
}

/// True for an address to which a message may go.
fn is_open(address: IpAddr, rules: HookRules) -> bool {
    let address = match address {
        // What is written as IPv6 and is IPv4 is judged as that.
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(IpAddr::V6(six), IpAddr::V4),
        four @ IpAddr::V4(_) => four,
    };
    if address.is_loopback() {
        return rules.loopback;
    }
    match address {
        IpAddr::V4(four) if is_private(four) => rules.private,
        IpAddr::V4(four) => !is_special(four),
        // Unique local addresses, fc00::/7.
        IpAddr::V6(six) if six.segments().first().is_some_and(|one| one & 0xfe00 == 0xfc00) => {
            rules.private
        }
        IpAddr::V6(six) => is_global(six),
    }
}

/// RFC 1918, and the shared space of carriers, RFC 6598.
fn is_private(four: Ipv4Addr) -> bool {
    let [a, b, ..] = four.octets();
    four.is_private() || (a == 100 && b & 0xc0 == 64)
}

/// What is no address of one machine elsewhere: this network, link-local (which holds the metadata
/// services of clouds), documentation, tests, multicast, reserved.
fn is_special(four: Ipv4Addr) -> bool {
    let [a, b, c, _] = four.octets();
    a == 0
        || a >= 224
        || four.is_link_local()
        || four.is_documentation()
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18)
}

/// Global unicast, 2000::/3, but for what leads to IPv4 (6to4, Teredo) and documentation.
fn is_global(six: Ipv6Addr) -> bool {
    let [a, b, ..] = six.segments();
    a & 0xe000 == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b == 0 || b == 0x0db8))
}

/// Resolves a name and keeps of its addresses those to which a message may go: what is connected to is
/// what was judged, whatever the name says a moment later.
#[derive(Debug)]
struct Judging {
    inner: DefaultResolver,
    rules: HookRules,
}

impl Resolver for Judging {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut open = self.empty();
        let is_reached = |one: &&SocketAddr| is_open(one.ip(), self.rules);
        for address in found.iter().filter(is_reached) {
            open.push(*address);
        }
        if open.is_empty() {
            return Err(ureq::Error::Other(FORBIDDEN.into()));
        }
        Ok(open)
    }
}

/// Carries messages to webhooks.
pub struct HookCarrier {
    agent: Agent,
    rules: HookRules,
}

impl std::fmt::Debug for HookCarrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HookCarrier").field("rules", &self.rules).finish_non_exhaustive()
    }
}

impl HookCarrier {
    /// With the certificates that this machine trusts.
    ///
    /// # Errors
    /// None can be read.
    pub fn new(rules: HookRules) -> Result<Self, TransportError> {
        Ok(Self { agent: agent(rules, WHOLE)?, rules })
    }

    /// The same in another time; for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn within(self, whole: Duration) -> Self {
        let rules = self.rules;
        agent(rules, whole).map_or(self, |agent| Self { agent, rules })
    }
}

/// What speaks HTTP: within a time, over TLS with the certificates of this machine.
fn agent(rules: HookRules, whole: Duration) -> Result<Agent, TransportError> {
    let loaded = rustls_native_certs::load_native_certs();
    if loaded.certs.is_empty() && !rules.loopback {
        let what = "this machine trusts no certificates: webhooks over HTTPS are not reached";
        return Err(TransportError(what.to_owned()));
    }
    let roots: Vec<Certificate<'static>> =
        loaded.certs.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(whole))
        .timeout_connect(Some(CONNECT.min(whole)))
        .max_response_header_size(HEAD_BYTES)
        .max_idle_connections(0)
        .user_agent("gongxin")
        .build();
    let resolver = Judging { inner: DefaultResolver::default(), rules };
    Ok(Agent::with_parts(config, DefaultConnector::default(), resolver))
}

impl Carrier for HookCarrier {
    fn carry(&self, letter: &Letter) -> Carried {
        let Letter::Hook { id, url, timestamp, signature, body } = letter else {
            return Carried::Never(Fault::of("malformed"));
        };
        // What was allowed when it was registered need not be now.
        if !url_fits(url, self.rules) {
            return Carried::Never(Fault::of("forbidden-address"));
        }
        let sent = self
            .agent
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp.to_string())
            .header("webhook-signature", signature)
            .send(body.as_str());
        match sent {
            Ok(response) => by_status(response.status().as_u16()),
            Err(error) => by_error(&error),
        }
    }
}

fn by_status(status: u16) -> Carried {
    match status {
        200..=299 => Carried::Taken,
        300..=399 => Carried::Never(Fault::with("redirected", status)),
        // Standard Webhooks: gone means that nothing more should come.
        410 => Carried::Never(Fault::with("turned-away", status)),
        _ => Carried::Later(Fault::with("busy", status)),
    }
}

fn by_error(error: &ureq::Error) -> Carried {
    match error {
        ureq::Error::Other(what) if what.to_string() == FORBIDDEN => {
            Carried::Never(Fault::of("forbidden-address"))
        }
        ureq::Error::Timeout(_) => Carried::Later(Fault::of("timed-out")),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => Carried::Later(Fault::of("insecure")),
        _ => Carried::Later(Fault::of("unreachable")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: HookRules = HookRules { loopback: false, private: false };

    #[test]
    fn only_addresses_outside_are_taken() {
        for (url, fits) in [
            ("https://systems.example.gov.cn/hook?x=1", true),
            ("https://systems.example.gov.cn:8443/hook", true),
            ("https://203.0.114.9/hook", true),
            ("http://systems.example.gov.cn/hook", false),
            ("ftp://systems.example.gov.cn/hook", false),
            ("https://user:pass@systems.example.gov.cn/", false),
            ("https://systems.example.gov.cn/#x", false),
            ("https://localhost/hook", false),
            ("https://intranet/hook", false),
            ("https://127.0.0.1/hook", false),
            ("https://[::1]/hook", false),
            ("https://[::ffff:127.0.0.1]/hook", false),
            ("https://10.0.0.1/hook", false),
            ("https://100.64.0.1/hook", false),
            ("https://169.254.169.254/latest/meta-data", false),
            ("https://192.168.1.1/", false),
            ("https://0.0.0.0/", false),
            ("https://[fe80::1]/", false),
            ("https://[fd00::1]/", false),
            ("https://[2002:7f00:1::]/", false),
            ("https://224.0.0.1/", false),
            ("javascript:alert(1)", false),
            ("/console", false),
            ("https://", false),
            ("", false),
        ] {
            assert_eq!(url_fits(url, NONE), fits, "{url}");
        }
        let all = HookRules { loopback: true, private: true };
        for (url, fits) in [
            ("http://127.0.0.1:9000/hook", true),
            ("http://localhost:9000/hook", true),
            ("https://10.0.0.1/hook", true),
            ("http://10.0.0.1/hook", false),
            ("https://169.254.169.254/", false),
            ("https://[fe80::1]/", false),
        ] {
            assert_eq!(url_fits(url, all), fits, "{url}");
        }
    }

    /// What a name leads to is judged, not what it is called.
    #[test]
    fn a_name_that_leads_inside_is_not_reached() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let rules = HookRules { loopback: false, private: true };
        let agent = agent(rules, WHOLE).unwrap();
        let error = agent.post(&url).send("x").unwrap_err();
        assert_eq!(by_error(&error), Carried::Never(Fault::of("forbidden-address")));
    }
}

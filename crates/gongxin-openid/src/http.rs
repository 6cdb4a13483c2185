//! The one way out to the network: no redirect is followed, nothing is read without end.

use openidconnect::{HttpRequest, HttpResponse};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::limits;

/// Asks one question over HTTP.
pub type Ask = Box<dyn Fn(HttpRequest) -> Result<HttpResponse, AskFault> + Send + Sync>;

/// A question was not answered.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct AskFault(pub String);

/// Asks over the network. `certificates`, as PEM, alone may vouch for who answers, where there are any.
///
/// # Errors
/// The certificates cannot be read.
pub fn network(certificates: Option<&[u8]>) -> Result<Ask, AskFault> {
    let roots = match certificates {
        None => RootCerts::WebPki,
        Some(pem) => RootCerts::new_with_certs(&read(pem)?),
    };
    let agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        // What the environment says of proxies is the operator's affair, as for every program.
        .timeout_global(Some(limits::ANSWER_TIME))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build()
        .new_agent();
    Ok(Box::new(move |request| asked(&agent, request)))
}

fn read(pem: &[u8]) -> Result<Vec<Certificate<'static>>, AskFault> {
    let item = |item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
        Ok(_) => None,
        Err(error) => Some(Err(AskFault(format!("the certificates cannot be read: {error}")))),
    };
    let found: Vec<_> = parse_pem(pem).filter_map(item).collect::<Result<_, _>>()?;
    match found.is_empty() {
        true => Err(AskFault("the file of certificates holds none".to_owned())),
        false => Ok(found),
    }
}

fn asked(agent: &ureq::Agent, request: HttpRequest) -> Result<HttpResponse, AskFault> {
    let (parts, body) = request.into_parts();
    let answer = if body.is_empty() {
        agent.run(openidconnect::http::Request::from_parts(parts, ()))
    } else {
        agent.run(openidconnect::http::Request::from_parts(parts, body))
    };
    let fault = |error: ureq::Error| AskFault(error.to_string());
    let (parts, body) = answer.map_err(fault)?.into_parts();
    let body = body.into_with_config().limit(limits::ANSWER_BYTES).read_to_vec().map_err(fault)?;
    Ok(HttpResponse::from_parts(parts, body))
}

//! One visit of somebody who may be signed in: cookie, form, and where both come from.

use std::net::SocketAddr;

use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts as _, Multipart, Request};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use gongxin_app::accounts::Signed;

use super::prefix;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::parameters::Parameters;
use crate::visit::Visit;

/// The name of the cookie; over HTTPS browsers keep it to this host alone.
const COOKIE_NAME: &str = "gongxin";
const COOKIE_NAME_SECURE: &str = "__Host-gongxin";
/// The same of the cookie of a journey to another platform, which comes along when the browser comes back.
const JOURNEY_NAME: &str = "gongxin-journey";
const JOURNEY_NAME_SECURE: &str = "__Host-gongxin-journey";
/// What the names of a generated form's fields begin with.
const ENTRY: &str = "f-";
/// The longest token that is looked up, in bytes.
const TOKEN_BYTES: usize = 80;
/// The longest own path that one is sent back to, in bytes.
const NEXT_BYTES: usize = 300;

/// One visit of somebody who may be signed in.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) visit: Visit,
    /// The token of the session that the browser sent.
    pub(crate) token: Option<String>,
    /// The token of its journey to another platform.
    pub(crate) journey: Option<String>,
    /// What the form holds.
    pub(crate) form: Parameters,
    /// From which network address.
    pub(crate) origin: String,
    /// What the browser says that it is.
    pub(crate) device: String,
    /// The path that was asked for, with its query.
    pub(crate) target: String,
    is_secure: bool,
    is_form: bool,
    is_foreign: bool,
}

impl FromRequest<Counter> for Caller {
    type Rejection = Response;

    async fn from_request(request: Request, counter: &Counter) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let mut caller = Self::of(&mut parts, counter).await;
        if caller.is_form {
            let read = Bytes::from_request(Request::from_parts(parts, body), counter).await;
            let filled = caller.fill(read.ok());
            filled.map_err(|trouble| counter.settle(&caller.visit, Err(trouble)))?;
        }
        Ok(caller)
    }
}

/// A visit whose form may come in pieces, files among them; the pieces are still to be read. None where
/// the body is an ordinary form, which is read.
pub(crate) struct Sending {
    pub(crate) caller: Caller,
    pub(crate) pieces: Option<Multipart>,
}

impl FromRequest<Counter> for Sending {
    type Rejection = Response;

    async fn from_request(request: Request, counter: &Counter) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let mut caller = Caller::of(&mut parts, counter).await;
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_in_pieces = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
        if is_in_pieces {
            let request = Request::from_parts(parts, body);
            let pieces = Multipart::from_request(request, counter).await;
            let trouble = |_| counter.settle(&caller.visit, Err(Trouble::Form));
            return Ok(Self { pieces: Some(pieces.map_err(trouble)?), caller });
        }
        // Only files may be large, and those are read when it is known whose they are.
        let read = to_bytes(body, limits::FORM_BYTES).await;
        let filled = caller.fill(read.ok());
        filled.map_err(|trouble| counter.settle(&caller.visit, Err(trouble)))?;
        Ok(Self { caller, pieces: None })
    }
}

impl Caller {
    async fn of(parts: &mut Parts, counter: &Counter) -> Self {
        let Ok(visit) = Visit::from_request_parts(parts, counter).await;
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        let visitor = peer.and_then(|peer| counter.visitors().visitor(peer, &parts.headers));
        let is_secure = visit.origin.starts_with("https:");
        let headers = &parts.headers;
        let word = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        Self {
            token: token(headers, [COOKIE_NAME, COOKIE_NAME_SECURE], is_secure),
            journey: token(headers, [JOURNEY_NAME, JOURNEY_NAME_SECURE], is_secure),
            form: Parameters::default(),
            origin: visitor.map_or_else(|| "machine".to_owned(), |address| address.to_string()),
            device: word(USER_AGENT).unwrap_or_default().to_owned(),
            is_form: parts.method == Method::POST,
            is_foreign: parts.method == Method::POST && is_foreign(headers),
            target,
            is_secure,
            visit,
        }
    }

    /// Takes what its form holds.
    fn fill(&mut self, read: Option<Bytes>) -> Result<(), Trouble> {
        let text = read.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        self.form = Parameters::parse(&text.ok_or(Trouble::Form)?);
        Ok(())
    }

    /// A page of ours in the language of this one.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", prefix(self.visit.language))
    }

    /// A field of the form, without blanks around it.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.form.first(name).unwrap_or_default()
    }

    /// A field of the form exactly as typed: blanks are part of a password.
    pub(crate) fn typed(&self, name: &str) -> String {
        let mut fields = self.form.iter().filter(|(field, _)| *field == name);
        fields.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
    }

    /// Refuses a form that holds anything but these fields and the session's word, or comes from another
    /// site.
    pub(crate) fn only(&self, fields: &[&str]) -> Result<(), Trouble> {
        let known = |name: &str| name == "word" || fields.contains(&name);
        let fits = self.form.iter().all(|(name, _)| known(name));
        if fits && !self.is_foreign { Ok(()) } else { Err(Trouble::Form) }
    }

    /// What was filled in of a generated form: field codes and values, those that are blank left out.
    pub(crate) fn entries(&self) -> Vec<(String, String)> {
        let own = self.form.iter().filter_map(|(name, value)| {
            let code = name.strip_prefix(ENTRY)?;
            Some((code.to_owned(), value.trim().to_owned()))
        });
        own.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Refuses a generated form that holds anything but fields of its catalogue and these.
    pub(crate) fn only_entries(&self, codes: &[&str], fields: &[&str]) -> Result<(), Trouble> {
        let named: Vec<String> = codes.iter().map(|code| format!("{ENTRY}{code}")).collect();
        let named = named.iter().map(String::as_str).chain(fields.iter().copied());
        self.only(&named.collect::<Vec<_>>())
    }

    /// Refuses a form that is not of this session.
    pub(crate) fn check_word(&self, signed: &Signed) -> Result<(), Trouble> {
        let is_ours = self.is_form && signed.is_form_word(self.field("word")) && !self.is_foreign;
        if is_ours { Ok(()) } else { Err(Trouble::Form) }
    }

    /// The own page that was asked for before signing in; none where it is another's or none of those
    /// behind the counter.
    pub(crate) fn next(&self, asked: Option<&str>) -> Option<String> {
        let asked = asked.filter(|path| path.len() <= NEXT_BYTES)?;
        let plain = asked.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let path = asked.split('?').next().unwrap_or_default();
        let bare = path.strip_prefix("/en").unwrap_or(path);
        let ours = ["/console", "/my"].iter().any(|start| {
            bare == *start || bare.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'))
        });
        (plain && ours && !path.contains("//")).then(|| asked.to_owned())
    }

    /// Gives the browser the token of a session.
    pub(crate) fn give(&self, mut response: Response, token: &str) -> Response {
        set(&mut response, &self.cookie(token, ""));
        response
    }

    /// Takes it away.
    pub(crate) fn take(&self, mut response: Response) -> Response {
        set(&mut response, &self.cookie("", "; Max-Age=0"));
        response
    }

    /// Gives the browser the token of a journey, which ends with it.
    pub(crate) fn give_journey(&self, mut response: Response, token: &str) -> Response {
        set(&mut response, &self.journey_cookie(token, ""));
        response
    }

    /// Takes it away.
    pub(crate) fn take_journey(&self, mut response: Response) -> Response {
        set(&mut response, &self.journey_cookie("", "; Max-Age=0"));
        response
    }

    fn journey_cookie(&self, token: &str, more: &str) -> String {
        let (name, secure) =
            if self.is_secure { (JOURNEY_NAME_SECURE, "; Secure") } else { (JOURNEY_NAME, "") };
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{more}")
    }

    fn cookie(&self, token: &str, more: &str) -> String {
        let (name, secure) =
            if self.is_secure { (COOKIE_NAME_SECURE, "; Secure") } else { (COOKIE_NAME, "") };
        format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}{more}")
    }
}

fn set(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// The token that the browser sent. Over HTTPS only the cookie that no other host can have set.
fn token(headers: &HeaderMap, [plain, secure]: [&str; 2], is_secure: bool) -> Option<String> {
    let wanted = if is_secure { secure } else { plain };
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        all.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.find(|(name, _)| *name == wanted)?;
    let sound = (1..=TOKEN_BYTES).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then(|| token.to_owned())
}

/// True where a browser says that a form comes from another site.
fn is_foreign(headers: &HeaderMap) -> bool {
    let word = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (word("sec-fetch-site"), word(ORIGIN.as_str())) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host != word(HOST.as_str())
        }
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = [COOKIE_NAME, COOKIE_NAME_SECURE];

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_form_of_another_site_is_known() {
        for (pairs, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("host", "a"), ("origin", "http://a")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("host", "a.example"), ("origin", "https://a.example")], false),
            (&[("host", "a.example"), ("origin", "https://b.example")], true),
            (&[("host", "a.example"), ("origin", "null")], true),
            (&[], false),
        ] {
            assert_eq!(is_foreign(&headers(pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn over_https_only_the_cookie_of_this_host_counts() {
        let both = headers(&[("cookie", "a=1; gongxin=plain"), ("cookie", "__Host-gongxin=own")]);
        assert_eq!(token(&both, NAMES, true).as_deref(), Some("own"));
        assert_eq!(token(&both, NAMES, false).as_deref(), Some("plain"));
        assert_eq!(token(&headers(&[("cookie", "gongxin=a'b")]), NAMES, false), None);
        assert_eq!(token(&headers(&[("cookie", "gongxin=")]), NAMES, false), None);
    }
}

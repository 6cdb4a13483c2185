//! Headers of answers: what may keep them, who may index them, and what they may load.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gongxin_model::Instant;
use gongxin_model::finding::Language;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::counter::Trouble;
use crate::forms;
use crate::memory::Lasting;
use crate::page::Chrome;
use crate::page::message::Message;

/// What search engines may do with a page; their copies outlive an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Robots {
    /// Index and keep.
    Open,
    /// Index, keep no copy.
    Unkept,
    /// Neither index nor keep.
    Hidden,
}

impl Robots {
    pub(crate) const fn words(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Unkept => Some("noarchive"),
            Self::Hidden => Some("noindex, noarchive"),
        }
    }
}

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// What a page may load where there are no scripts.
pub(crate) const PLAIN: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a page may load where there are.
pub(crate) const SCRIPTED: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";

/// So many seconds an answer may be kept at most.
const KEPT_SECONDS: i64 = 60;
/// What an answer may take on its way, in seconds.
const WAY_SECONDS: i64 = 2;
const SECOND: i64 = 1_000_000;
const DAY: i64 = 24 * 3600 * SECOND;

/// How long an answer made now may be kept: at most a minute, and never past the end of the day at
/// +08:00. Every publication that ends by the calendar ends with a day, so that no copy outlives it;
/// one that an act ends is out of every copy within the minute.
fn kept(now: Instant) -> String {
    let gone = now.0.saturating_add(forms::CHINA_OFFSET).rem_euclid(DAY);
    let left = (DAY - gone) / SECOND - WAY_SECONDS;
    match left.min(KEPT_SECONDS) {
        seconds @ 1.. => format!("public, max-age={seconds}, must-revalidate"),
        _ => "no-cache".to_owned(),
    }
}

/// A page that can be shown.
pub(crate) fn page(body: String, chrome: &Chrome) -> Response {
    let tag = entity_tag(&body, &chrome.made_html);
    let mut response = (
        [(CONTENT_TYPE, HTML), (CACHE_CONTROL, &kept(chrome.made))],
        [(CONTENT_LANGUAGE, chrome.lang), (VARY, "accept-encoding")],
        body,
    )
        .into_response();
    set(&mut response, ETAG, &tag);
    response.extensions_mut().insert(Lasting);
    if let Some(words) = chrome.robots.words() {
        set(&mut response, ROBOTS, words);
    }
    response
}

/// A page for whom it is for alone: nobody keeps it, not the browser either.
pub(crate) fn private(body: String, chrome: &Chrome, status: StatusCode) -> Response {
    let headers = [(CONTENT_TYPE, HTML), (CONTENT_LANGUAGE, chrome.lang)];
    unkept((status, headers, body).into_response())
}

/// An answer that nobody keeps, to whom who asks matters.
pub(crate) fn unkept(mut response: Response) -> Response {
    set(&mut response, CACHE_CONTROL, "no-store");
    set(&mut response, VARY, "cookie, authorization");
    set(&mut response, ROBOTS, "noindex, noarchive");
    response.headers_mut().remove(ETAG);
    fleeting(response)
}

/// Goes on at an own page, by GET.
pub(crate) fn see_other(address: &str) -> Response {
    unkept(redirect(StatusCode::SEE_OTHER, address))
}

/// A feed. Nobody keeps it without asking again, and no search engine at all.
pub(crate) fn feed(body: String, chrome: &Chrome) -> Response {
    let tag = entity_tag(&body, &chrome.made_html);
    let kind = (CONTENT_TYPE, "application/atom+xml; charset=utf-8");
    let mut response = ([kind, (CACHE_CONTROL, "no-cache")], body).into_response();
    set(&mut response, ETAG, &tag);
    set(&mut response, VARY, "accept-encoding");
    set(&mut response, ROBOTS, "noindex, noarchive");
    response
}

/// A page that says why there is nothing to show.
pub(crate) fn message(body: String, message: &Message, robots: Robots) -> Response {
    let mut response =
        (message.status, [(CONTENT_TYPE, HTML), (CACHE_CONTROL, "no-store")], body).into_response();
    message_headers(&mut response, message);
    if let Some(words) = robots.words() {
        set(&mut response, ROBOTS, words);
    }
    response
}

/// The headers of every answer that says why there is nothing to show.
pub(crate) fn message_headers(response: &mut Response, message: &Message) {
    if let Some(seconds) = message.seconds {
        set(response, RETRY_AFTER, &seconds.to_string());
    }
}

/// A file of open data: kept no longer than a page, by nobody who answers searches.
pub(crate) fn file(body: Body, headers: &[(HeaderName, String)], now: Instant) -> Response {
    let mut response = body.into_response();
    for (name, value) in headers {
        set(&mut response, name.clone(), value);
    }
    set(&mut response, VARY, "accept-encoding");
    set(&mut response, ROBOTS, "noindex, noarchive");
    keep_from(&mut response, now);
    response
}

/// An answer of the API about what is shown now.
pub(crate) fn kept_json<T: Serialize>(
    value: &T,
    language: Language,
    now: Instant,
) -> Result<Response, Trouble> {
    let mut response = json(value, language)?;
    keep_from(&mut response, now);
    response.extensions_mut().insert(Lasting);
    Ok(response)
}

/// An answer of the API that is asked for again each time.
pub(crate) fn json<T: Serialize>(value: &T, language: Language) -> Result<Response, Trouble> {
    let body = serde_json::to_string(value)?;
    let tag = entity_tag(&body, "");
    let mut response =
        ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], body).into_response();
    set(&mut response, ETAG, &tag);
    set(&mut response, VARY, "accept-encoding, accept-language");
    set(&mut response, ROBOTS, "noindex, noarchive");
    set(&mut response, CONTENT_LANGUAGE, tag_of(language));
    Ok(response)
}

/// A redirect that nobody keeps for longer than the address holds.
pub(crate) fn redirect(status: StatusCode, address: &str) -> Response {
    let mut response = (status, [(CACHE_CONTROL, "no-cache")]).into_response();
    set(&mut response, axum::http::header::LOCATION, address);
    response
}

/// An answer without words, where even the words failed.
pub(crate) fn bare(status: StatusCode) -> Response {
    (status, [(CACHE_CONTROL, "no-store")]).into_response()
}

/// The language tag of a page.
pub(crate) const fn tag_of(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-Hans-CN",
        Language::English => "en",
    }
}

/// A weak tag of a body, `passing` left out: the time a page was made alters nothing in it.
fn entity_tag(body: &str, passing: &str) -> String {
    let mut hasher = Sha256::new();
    if passing.is_empty() {
        hasher.update(body);
    } else {
        body.split(passing).for_each(|part| hasher.update(part));
    }
    let digest = hasher.finalize();
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hex}\"")
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Says 304 to who holds the same already.
pub(crate) fn unless_held(mut response: Response, held: Option<&HeaderValue>) -> Response {
    let is_held = held.is_some_and(|held| matches(held, response.headers().get(ETAG)));
    if is_held && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(CONTENT_TYPE);
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response
}

/// Says from now on how long an answer may be kept.
pub(crate) fn keep_from(response: &mut Response, now: Instant) {
    set(response, CACHE_CONTROL, &kept(now));
}

/// An answer that also rests on something else than the store: it is made anew each time.
pub(crate) fn fleeting(mut response: Response) -> Response {
    response.extensions_mut().remove::<Lasting>();
    response
}

/// Gives every answer its guards.
pub(crate) async fn guard(request: Request, next: Next, policy: &'static str) -> Response {
    let mut response = next.run(request).await;
    set(&mut response, CONTENT_SECURITY_POLICY, policy);
    set(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, X_FRAME_OPTIONS, "DENY");
    set(&mut response, REFERRER_POLICY, "same-origin");
    let guards = [
        ("permissions-policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in guards {
        set(&mut response, HeaderName::from_static(name), value);
    }
    response
}

fn matches(held: &HeaderValue, tag: Option<&HeaderValue>) -> bool {
    let (Ok(held), Some(Ok(tag))) = (held.to_str(), tag.map(HeaderValue::to_str)) else {
        return false;
    };
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    held.trim() == "*" || held.split(',').any(|one| bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_for_longer_than_a_minute_or_past_midnight_in_china() {
        let cases = [
            ("2026-11-24T02:30:00Z", "public, max-age=60, must-revalidate"),
            ("2026-11-24T15:58:58Z", "public, max-age=60, must-revalidate"),
            ("2026-11-24T15:59:00Z", "public, max-age=58, must-revalidate"),
            ("2026-11-24T15:59:30.5Z", "public, max-age=27, must-revalidate"),
            ("2026-11-24T15:59:57Z", "public, max-age=1, must-revalidate"),
            ("2026-11-24T15:59:58Z", "no-cache"),
            ("2026-11-24T15:59:59.999999Z", "no-cache"),
            ("2026-11-24T16:00:00Z", "public, max-age=60, must-revalidate"),
            ("1969-12-31T15:59:59Z", "no-cache"),
        ];
        for (now, expected) in cases {
            assert_eq!(kept(now.parse().unwrap()), expected, "{now}");
        }
    }
}

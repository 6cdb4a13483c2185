//! Answers that were made already, given again while nothing was written since.
//!
//! An answer is remembered with the moment of the store before it was made. It is given again only
//! while the moment is the same, on the same day and for a minute at most: whatever ends, by an act or by
//! the calendar, alters the moment. What is remembered is what went out, compressed or not; how
//! long a visitor may keep it is said anew each time.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, IF_NONE_MATCH};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use gongxin_app::public::shown::Moment;
use gongxin_model::Instant;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::Mutex;

use crate::answer;
use crate::counter::Counter;
use crate::{coding, limits, origin};

/// Marks an answer that may be remembered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lasting;

/// The answers that are remembered.
pub(crate) struct Memory {
    answers: Cache<Key, Arc<Remembered>, Weight>,
    /// The moment last asked for, and when.
    moment: Mutex<Option<(Instant, Moment)>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    target: String,
    /// Under which address the visitor reached the site: pages name it.
    origin: Option<String>,
    compressed: bool,
    /// What an API caller says of languages; pages have theirs in the address.
    languages: Option<Vec<u8>>,
}

#[derive(Debug)]
struct Remembered {
    moment: Moment,
    made: Instant,
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Debug, Clone, Copy)]
struct Weight;

impl Weighter<Key, Arc<Remembered>> for Weight {
    fn weight(&self, key: &Key, answer: &Arc<Remembered>) -> u64 {
        (key.target.len() + answer.body.len()) as u64 + limits::REMEMBERED_BESIDE
    }
}

impl Default for Memory {
    fn default() -> Self {
        let bytes = limits::REMEMBERED_BYTES;
        let answers = bytes / limits::REMEMBERED_BYTES_EACH;
        Self {
            answers: Cache::with_weighter(
                usize::try_from(answers).unwrap_or(usize::MAX),
                bytes,
                Weight,
            ),
            moment: Mutex::default(),
        }
    }
}

impl Memory {
    /// The moment, asked for anew where the last answer is not fresh; one asks for all who wait.
    /// None where the desk does not answer.
    async fn moment(&self, counter: &Counter) -> Option<(Instant, Moment)> {
        let mut last = self.moment.lock().await;
        let now = counter.now();
        // A clock that stands still says nothing of how long ago that was.
        let is_fresh = |at: Instant| at < now && now.0 - at.0 < limits::MOMENT_MICROSECONDS;
        if let Some((_, moment)) = last.filter(|(at, _)| is_fresh(*at) && at.day() == now.day()) {
            return Some((now, moment));
        }
        let moment = counter.moment().await?;
        *last = Some((now, moment));
        Some((now, moment))
    }

    fn recall(&self, key: &Key, (now, moment): (Instant, Moment)) -> Option<Arc<Remembered>> {
        let found = self.answers.get(key)?;
        let age = now.0 - found.made.0;
        let holds = found.moment == moment
            && found.made.day() == now.day()
            && (0..limits::REMEMBERED_MICROSECONDS).contains(&age);
        holds.then_some(found)
    }
}

/// Gives an answer again, or makes one and remembers it; says 304 to who holds the same already.
pub(crate) async fn remember(
    State(counter): State<Counter>,
    mut request: Request,
    next: Next,
) -> Response {
    coding::settle(request.headers_mut());
    let held = request.headers_mut().remove(IF_NONE_MATCH);
    let Some(key) = key(&request) else {
        return answer::unless_held(next.run(request).await, held.as_ref());
    };
    let memory = counter.memory();
    let moment = memory.moment(&counter).await;
    let found = moment.and_then(|(now, moment)| Some((now, memory.recall(&key, (now, moment))?)));
    if let Some((now, found)) = found {
        let mut response = Response::new(Body::from(found.body.clone()));
        response.headers_mut().clone_from(&found.headers);
        answer::keep_from(&mut response, now);
        return answer::unless_held(response, held.as_ref());
    }
    let response = next.run(request).await;
    let is_lasting =
        response.status() == StatusCode::OK && response.extensions().get::<Lasting>().is_some();
    let response = match moment.filter(|_| is_lasting) {
        Some(moment) => kept(memory, key, moment, response).await,
        None => response,
    };
    answer::unless_held(response, held.as_ref())
}

async fn kept(
    memory: &Memory,
    key: Key,
    (made, moment): (Instant, Moment),
    response: Response,
) -> Response {
    let (mut parts, body) = response.into_parts();
    // The answers marked are whole in memory already.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return answer::bare(StatusCode::INTERNAL_SERVER_ERROR);
    };
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let headers = parts.headers.clone();
    memory.answers.insert(key, Arc::new(Remembered { moment, made, headers, body: body.clone() }));
    Response::from_parts(parts, Body::from(body))
}

/// What an answer is remembered by; none where it is not.
fn key(request: &Request) -> Option<Key> {
    let target = request.uri().path_and_query()?.as_str();
    let plain = request.method() == Method::GET && target.len() <= limits::REMEMBERED_TARGET;
    let headers = request.headers();
    let is_api = target.starts_with("/api/");
    let languages = headers.get(ACCEPT_LANGUAGE).filter(|_| is_api);
    plain.then(|| Key {
        target: target.to_owned(),
        origin: (!is_api).then(|| origin::of(request.uri(), headers)),
        compressed: coding::takes_gzip(headers),
        languages: languages.map(|value| value.as_bytes().iter().copied().take(2).collect()),
    })
}

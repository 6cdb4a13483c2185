//! The page that says why there is nothing to show: one sentence, one way on.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{DeskError, View};
use gongxin_model::Instant;
use gongxin_model::finding::Language;
use serde::Serialize;

use super::Chrome;
use crate::counter::{Counter, Trouble};
use crate::forms::{read_day, read_instant};
use crate::limits;
use crate::visit::Visit;

/// Why there is nothing to show.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Message {
    #[serde(skip)]
    pub(crate) status: StatusCode,
    /// The last part of the keys of its words.
    pub(crate) name: &'static str,
    /// After how many seconds to come again.
    pub(crate) seconds: Option<u32>,
    /// What to quote when reporting a fault.
    pub(crate) reference: Option<String>,
    /// The word of what a procedure refuses.
    #[serde(skip)]
    pub(crate) fault: Option<&'static str>,
}

/// The context of the page.
#[derive(Serialize)]
pub(crate) struct MessagePage<'a> {
    pub(crate) chrome: &'a Chrome,
    pub(crate) message: &'a Message,
    /// What was typed, to be mended here.
    pub(crate) form: Option<Form>,
}

/// A form that holds what was typed, where a day or time in it cannot be used.
#[derive(Serialize)]
pub(crate) struct Form {
    /// The address that was asked for.
    action: String,
    fields: Vec<Field>,
    /// Everything else that was asked for.
    rest: Vec<(String, String)>,
}

/// A day or time that was typed.
#[derive(Serialize)]
struct Field {
    /// The parameter, which is also the last part of the key of its label.
    name: String,
    value: String,
    /// The last part of the key of what is wrong with it.
    fault: Option<&'static str>,
}

/// The parameters that are days or times.
const DAYS: [&str; 5] = ["as_of", "known", "from", "until", "to"];

impl Form {
    /// What was typed, where `trouble` is about a day of it.
    pub(crate) fn of(trouble: &Trouble, visit: &Visit, now: Instant) -> Option<Self> {
        // A day to come is a fault only where the trouble says so: some questions take one.
        let latest = match trouble {
            Trouble::Day => None,
            Trouble::Future => Some(now),
            _ => return None,
        };
        let prefix = if visit.language == Language::English { "/en" } else { "" };
        let mut form = Self {
            action: format!("{prefix}{}", visit.path),
            fields: Vec::new(),
            rest: Vec::new(),
        };
        for (name, value) in visit.parameters.iter().take(limits::FILTER_VALUES) {
            let (name, value) = (name.to_owned(), value.trim().to_owned());
            if !DAYS.contains(&name.as_str()) {
                form.rest.push((name, value));
            } else if form.fields.iter().all(|field| field.name != name) {
                let fault = fault(&name, &value, latest);
                form.fields.push(Field { name, value, fault });
            }
        }
        form.fields.iter().any(|field| field.fault.is_some()).then_some(form)
    }
}

fn fault(name: &str, value: &str, latest: Option<Instant>) -> Option<&'static str> {
    let (is_late, late) = match name {
        _ if value.is_empty() => return None,
        "known" => (
            read_instant(value).map(|time| latest.is_some_and(|now| time.day() > now.day())),
            "later",
        ),
        _ => (read_day(value).map(|day| latest.is_some_and(|now| day > now.day())), "future"),
    };
    match is_late {
        None => Some("unread"),
        Some(true) => Some(late),
        Some(false) => None,
    }
}

impl Message {
    /// What is said of a trouble. A fault gets a reference.
    pub(crate) fn of(trouble: &Trouble, reference: impl FnOnce() -> String) -> Self {
        let plain =
            |status, name| Self { status, name, seconds: None, reference: None, fault: None };
        match trouble {
            Trouble::Never => plain(StatusCode::NOT_FOUND, "never"),
            Trouble::Ended => plain(StatusCode::GONE, "ended"),
            Trouble::Day => plain(StatusCode::BAD_REQUEST, "day"),
            Trouble::Future => plain(StatusCode::BAD_REQUEST, "future"),
            Trouble::LongQuery => plain(StatusCode::BAD_REQUEST, "long_query"),
            Trouble::Limit => plain(StatusCode::BAD_REQUEST, "limit"),
            Trouble::Form => plain(StatusCode::FORBIDDEN, "form"),
            Trouble::Body => plain(StatusCode::BAD_REQUEST, "body"),
            Trouble::Read(fault) => plain(StatusCode::UNPROCESSABLE_ENTITY, fault.word()),
            Trouble::Case("stale") => {
                Self { fault: Some("stale"), ..plain(StatusCode::CONFLICT, "case_stale") }
            }
            Trouble::Case(word) => Self {
                fault: Some(*word),
                ..plain(StatusCode::UNPROCESSABLE_ENTITY, "case_refused")
            },
            Trouble::Method => plain(StatusCode::METHOD_NOT_ALLOWED, "method"),
            Trouble::Desk(DeskError::Cursor) => plain(StatusCode::BAD_REQUEST, "cursor"),
            Trouble::Desk(DeskError::Behind { .. }) => {
                plain(StatusCode::SERVICE_UNAVAILABLE, "behind")
            }
            Trouble::Desk(DeskError::Renewed { seconds }) => Self {
                seconds: Some(*seconds),
                ..plain(StatusCode::SERVICE_UNAVAILABLE, "renewed")
            },
            Trouble::Desk(DeskError::Busy { seconds }) => {
                Self { seconds: Some(*seconds), ..plain(StatusCode::TOO_MANY_REQUESTS, "busy") }
            }
            Trouble::Desk(DeskError::Failed { .. })
            | Trouble::Office(_)
            | Trouble::Template(_)
            | Trouble::Json(_)
            | Trouble::Lost => Self {
                reference: Some(reference()),
                ..plain(StatusCode::INTERNAL_SERVER_ERROR, "fault")
            },
        }
    }
}

/// No page has this address.
pub(crate) async fn never(State(counter): State<Counter>, visit: Visit) -> Response {
    let asked = counter.ask(View::default(), |_| Ok(())).await;
    let trouble = asked.err().unwrap_or(Trouble::Never);
    counter.settle(&visit, Err(trouble))
}

/// Pages are only read.
pub(crate) async fn method(State(counter): State<Counter>, visit: Visit) -> Response {
    counter.settle(&visit, Err(Trouble::Method))
}

//! The page that says why there is nothing to show: one sentence, one way on.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::public::shown::{DeskError, View};
use serde::Serialize;

use super::Chrome;
use crate::counter::{Counter, Trouble};
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
}

/// The context of the page.
#[derive(Serialize)]
pub(crate) struct MessagePage<'a> {
    pub(crate) chrome: &'a Chrome,
    pub(crate) message: &'a Message,
}

impl Message {
    /// What is said of a trouble. A fault gets a reference.
    pub(crate) fn of(trouble: &Trouble, reference: impl FnOnce() -> String) -> Self {
        let plain = |status, name| Self { status, name, seconds: None, reference: None };
        match trouble {
            Trouble::Never => plain(StatusCode::NOT_FOUND, "never"),
            Trouble::Ended => plain(StatusCode::GONE, "ended"),
            Trouble::Day => plain(StatusCode::BAD_REQUEST, "day"),
            Trouble::Future => plain(StatusCode::BAD_REQUEST, "future"),
            Trouble::LongQuery => plain(StatusCode::BAD_REQUEST, "long_query"),
            Trouble::Limit => plain(StatusCode::BAD_REQUEST, "limit"),
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

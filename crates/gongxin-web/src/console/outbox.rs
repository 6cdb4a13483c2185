//! `/console/outbox`: what waits and what failed on its way to accounts, for the system administrator.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::gate::{OutboxManage, Scope};
use gongxin_app::notices::OutboxItem;
use gongxin_model::Instant;
use serde::Serialize;

use super::inbox::Fault;
use super::{Caller, Desk, Stop, see};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

const HOME: &str = "/console/outbox";
/// The states that are told.
const STATES: [&str; 4] = ["waiting", "failed", "sent", "dropped"];

#[derive(Serialize)]
struct OutboxPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// How many deliveries are in each state.
    counts: Vec<(&'static str, i64)>,
    states: [&'static str; 4],
    state: String,
    rows: Vec<Row>,
    next: Option<String>,
    failed: i64,
    has_mail: bool,
}

#[derive(Serialize)]
struct Row {
    no: i64,
    channel: String,
    account: String,
    state: String,
    tries: i64,
    next_at: Option<Instant>,
    made_at: Instant,
    fault: Option<Fault>,
}

impl Row {
    fn of(item: OutboxItem) -> Self {
        Self {
            no: item.no,
            channel: item.channel,
            account: item.account,
            state: item.state,
            tries: item.tries,
            next_at: item.next_at,
            made_at: item.made_at,
            fault: item.fault.as_deref().map(Fault::read),
        }
    }
}

/// A page of the outbox.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let parameters = &caller.visit.parameters;
        let asked = parameters.first("state").unwrap_or_default();
        let state = STATES.iter().find(|one| **one == asked).copied();
        let below = parameters.first("below").and_then(|text| text.parse().ok());
        let page = counter
            .office(move |office| {
                let permit = office.permit::<OutboxManage>(&signed, Scope::Platform)?;
                office.outbox(&permit, state, (below, limits::ACTS_ON_PAGE))
            })
            .await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let next = page.below.map(|below| {
            let pairs = [("state", state), ("below", Some(&*below.to_string()))];
            format!("{}{}", chrome.address, query(&pairs))
        });
        let count = |word: &str| page.counts.get(word).copied().unwrap_or(0);
        let context = OutboxPage {
            counts: STATES.iter().map(|word| (*word, count(word))).collect(),
            states: STATES,
            state: state.unwrap_or_default().to_owned(),
            failed: count("failed"),
            rows: page.items.into_iter().map(Row::of).collect(),
            has_mail: counter.settings().channels.mail,
            chrome: &chrome,
            desk,
            next,
        };
        Ok(counter.private("console-outbox.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// Puts what was given up on its way again: one, or all.
pub(super) async fn retry(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["delivery"])?;
        let signed = counter.sender(&caller).await?;
        let number = caller.field("delivery").parse().ok();
        counter
            .office(move |office| {
                let permit = office.permit::<OutboxManage>(&signed, Scope::Platform)?;
                office.retry_deliveries(&permit, number)
            })
            .await?;
        Ok::<_, Stop>(see(&caller, HOME))
    };
    counter.end(&caller.visit, answer.await)
}

//! `/my/records`, `/my/reads`: an organisation's own file, and who read it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::Office;
use gongxin_app::OfficeError;
use gongxin_app::accounts::Signed;
use gongxin_app::file::{FilePage, OwnRecord, ReadItem, ReadsAfter, ReadsAsk};
use gongxin_app::gate::{OrganisationSee, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_model::{Instant, PublicId};
use serde::Serialize;

use super::{Caller, Desk, words};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

/// What pages about an organisation's own affairs have in common.
#[derive(Serialize)]
struct Own<'a, T> {
    chrome: &'a Chrome,
    desk: Desk,
    /// The organisations that the account acts for, each with the page about it.
    organisations: Vec<(String, String)>,
    /// The one that the page is about.
    code: String,
    /// None where the platform knows nothing of it yet.
    content: Option<T>,
    /// The page behind.
    next: Option<String>,
}

/// A read, as pages tell it.
#[derive(Debug, Serialize)]
pub(super) struct Read {
    n: i64,
    delayed: bool,
    at: Instant,
    account: String,
    /// None for the platform.
    body_name: Option<Words>,
    purpose_name: Words,
    basis: String,
    /// `file` with a count, or another kind with what it was.
    what: (String, String),
    disclosed: String,
    digest: String,
}

impl From<ReadItem> for Read {
    fn from(item: ReadItem) -> Self {
        let (kind, more) = item.what.split_once(' ').unwrap_or((&item.what, ""));
        Self {
            n: item.n,
            delayed: item.delayed,
            at: item.at,
            account: item.account,
            body_name: item.body_name.map(words),
            purpose_name: words(item.purpose_name),
            basis: item.basis,
            what: (kind.to_owned(), more.to_owned()),
            disclosed: item.disclosed.to_string(),
            digest: item.digest.to_string(),
        }
    }
}

/// An organisation's reads with what a check of their chain found.
#[derive(Serialize)]
struct Reads {
    reads: Vec<Read>,
    count: i64,
    head: String,
    is_whole: bool,
    #[serde(skip)]
    next: Option<String>,
}

/// The organisations of an account, and the one that is asked for or the first.
fn organisations(
    office: &Office,
    signed: &Signed,
    asked: Option<&str>,
) -> Result<(Vec<String>, Permit<OrganisationSee>), OfficeError> {
    let permit = |code: &str| office.permit(signed, Scope::Organisation(code.to_owned()));
    let held = signed.roles().iter().filter(|held| permit(&held.scope).is_ok());
    let codes: Vec<String> = held.map(|held| held.scope.clone()).collect();
    let code = asked.or(codes.first().map(String::as_str)).unwrap_or_default();
    Ok((codes.clone(), permit(code)?))
}

/// Answers one question about an organisation of the caller's; none where nothing is known of it.
async fn answer<T: Send + 'static + Serialize>(
    (counter, caller, template): (&Counter, &Caller, &'static str),
    question: impl FnOnce(&Office, &Permit<OrganisationSee>) -> Result<T, OfficeError> + Send + 'static,
    next: impl FnOnce(&T) -> Option<String>,
) -> super::Answer {
    let signed = counter.whole(caller).await?;
    let asked = caller.visit.parameters.first("organisation").map(str::to_owned);
    let who = signed.clone();
    let (codes, code, content) = counter
        .office(move |office| {
            let (codes, permit) = organisations(office, &who, asked.as_deref())?;
            let Scope::Organisation(code) = permit.scope().clone() else {
                return Err(Refused.into());
            };
            let content = match question(office, &permit) {
                Err(OfficeError::Absent(_)) => None,
                content => Some(content?),
            };
            Ok((codes, code, content))
        })
        .await?;
    let desk = counter.desk_of(caller, &signed).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let address = |code: &String| {
        format!("{}{}", chrome.address, query(&[("organisation", Some(code.as_str()))]))
    };
    let organisations = codes.iter().map(|code| (code.clone(), address(code))).collect::<Vec<_>>();
    let next = content.as_ref().and_then(next).map(|after| {
        let chosen = Some(code.as_str()).filter(|_| codes.len() > 1);
        let pairs = [("organisation", chosen), ("after", Some(after.as_str()))];
        format!("{}{}", chrome.address, query(&pairs))
    });
    let context = Own { chrome: &chrome, desk, organisations, code, content, next };
    Ok(counter.private(template, &context, &chrome, StatusCode::OK)?)
}

/// The whole file.
pub(super) async fn records(State(counter): State<Counter>, caller: Caller) -> Response {
    let after: Option<PublicId> = after(&caller).and_then(|text| text.parse().ok());
    let answer = answer(
        (&counter, &caller, "my-records.html"),
        move |office, permit| office.own_file(permit, after, limits::FILE_RECORDS.into()),
        |page: &FilePage| page.next.map(|id| id.to_string()),
    );
    counter.end(&caller.visit, answer.await)
}

/// One record with all that became of it.
pub(super) async fn record(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    // What is no id is answered like one of nobody's, to whom is signed in alone.
    let id: Result<PublicId, Refused> = id.parse().map_err(|_| Refused);
    let answer = answer(
        (&counter, &caller, "my-record.html"),
        move |office, permit| office.own_record(permit, id?),
        |_: &OwnRecord| None,
    );
    counter.end(&caller.visit, answer.await)
}

/// Who read.
pub(super) async fn reads(State(counter): State<Counter>, caller: Caller) -> Response {
    let after = after(&caller).and_then(read_after);
    let answer = answer(
        (&counter, &caller, "my-reads.html"),
        move |office, permit| {
            let page = office.own_reads(permit, ReadsAsk { after, size: limits::ACTS_ON_PAGE })?;
            let next = page
                .next
                .map(|after| format!("{}-{}-{}", after.at.0, u8::from(after.delayed), after.n));
            Ok(Reads {
                reads: page.reads.into_iter().map(Read::from).collect(),
                count: page.checked.rows,
                head: page.checked.head.to_string(),
                is_whole: page.checked.first_break.is_none(),
                next,
            })
        },
        |reads: &Reads| reads.next.clone(),
    );
    counter.end(&caller.visit, answer.await)
}

fn after(caller: &Caller) -> Option<&str> {
    caller.visit.parameters.first("after")
}

/// Where a page of reads goes on: time, lane, number.
fn read_after(text: &str) -> Option<ReadsAfter> {
    let mut parts = text.split('-');
    let at = Instant(parts.next()?.parse().ok()?);
    let delayed = match parts.next()? {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    let n = parts.next()?.parse().ok()?;
    parts.next().is_none().then_some(ReadsAfter { at, delayed, n })
}

//! `/console/file`: an organisation's file for an authority, given for a stated purpose and entered in the
//! access log before it is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::OfficeError;
use gongxin_app::accounts::Signed;
use gongxin_app::file::{FilePage, ReadAsk};
use gongxin_app::gate::{OrganisationRead, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_model::{Instant, PublicId};
use serde::Serialize;

use super::{Answer, Caller, Desk, words};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;

#[derive(Serialize)]
struct FileForm<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    bodies: Vec<Body>,
    purposes: Vec<Purpose>,
    code: String,
    body: String,
    purpose: String,
    basis: String,
    /// The field that is wrong; its words are under `file.fault`.
    fault: Option<&'static str>,
}

/// For whom somebody reads; the platform has no code.
#[derive(Serialize)]
struct Body {
    code: String,
    name: Option<Words>,
}

#[derive(Serialize)]
struct Purpose {
    id: String,
    name: Words,
    asks: Words,
    /// Days after which the organisation is told; 0: at once.
    delay_days: u16,
}

#[derive(Serialize)]
struct FileShown<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    file: FilePage,
    /// What was stated, for the next page.
    code: String,
    body: String,
    purpose: String,
    basis: String,
    purpose_name: Words,
    /// The entry in the access log.
    n: i64,
    delayed: bool,
    at: Instant,
    digest: String,
}

/// What somebody sent.
struct Sent {
    code: String,
    body: String,
    ask: ReadAsk,
    after: Option<PublicId>,
}

impl Sent {
    fn of(caller: &Caller) -> Self {
        let field = |name: &str| caller.field(name).to_owned();
        Self {
            code: field("code"),
            body: field("body"),
            ask: ReadAsk { purpose: field("purpose"), basis: field("basis") },
            after: caller.field("after").parse().ok(),
        }
    }
}

/// The form.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let mut sent = Sent::of(&caller);
        // Only the code comes along in a link: what is stated is stated anew.
        sent.code = caller.visit.parameters.first("code").unwrap_or_default().to_owned();
        form(&counter, &caller, signed, (sent, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn form(
    counter: &Counter,
    caller: &Caller,
    signed: Signed,
    (sent, fault): (Sent, Option<&'static str>),
) -> Answer {
    let desk = counter.desk_of(caller, &signed).await?;
    let (bodies, purposes) = counter
        .office(move |office| {
            let permits = office.reads_for(&signed)?;
            if permits.is_empty() {
                return Err(Refused.into());
            }
            let rules = office.rules()?;
            let body = |permit: &Permit<OrganisationRead>| {
                let code = permit.body().unwrap_or_default();
                let source = rules.rulebook.sources.get(code);
                Body { code: code.to_owned(), name: source.map(|one| words(one.name.clone())) }
            };
            Ok((permits.iter().map(body).collect(), office.purposes()?))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let purpose = |one: gongxin_app::Purpose| Purpose {
        id: one.id,
        name: words(one.name),
        asks: words(one.asks),
        delay_days: one.delay_days,
    };
    let Sent { code, body, ask: ReadAsk { purpose: chosen, basis }, .. } = sent;
    let context = FileForm {
        chrome: &chrome,
        desk,
        bodies,
        purposes: purposes.into_iter().map(purpose).collect(),
        code,
        body,
        purpose: chosen,
        basis,
        fault,
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(counter.private("console-file.html", &context, &chrome, status)?)
}

/// The file, once its entry is durable.
pub(super) async fn read(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["code", "body", "purpose", "basis", "after"])?;
        let signed = counter.sender(&caller).await?;
        given(&counter, &caller, signed).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn given(counter: &Counter, caller: &Caller, signed: Signed) -> Answer {
    let sent = Sent::of(caller);
    let (code, body, ask, after) =
        (sent.code.clone(), sent.body.clone(), sent.ask.clone(), sent.after);
    let who = signed.clone();
    let result = counter
        .office(move |office| {
            let scope = if body.is_empty() { Scope::Platform } else { Scope::Body(body) };
            let permit = office.permit::<OrganisationRead>(&who, scope)?;
            let size = usize::from(limits::FILE_RECORDS);
            match office.read_file(&permit, (&code, after, size), &ask) {
                Ok(given) => Ok(Ok(given)),
                Err(OfficeError::Read(fault)) => Ok(Err(fault.word())),
                Err(OfficeError::Absent(_)) => Ok(Err("code")),
                Err(error) => Err(error),
            }
        })
        .await?;
    let given = match result {
        Ok(given) => given,
        Err(fault) => return form(counter, caller, signed, (sent, Some(fault))).await,
    };
    let desk = counter.desk_of(caller, &signed).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let (entry, purpose) = (given.entry().clone(), sent.ask.purpose.clone());
    let name = counter
        .office(move |office| {
            let found = office.purposes()?.into_iter().find(|one| one.id == purpose);
            found.map(|one| words(one.name)).ok_or_else(|| Refused.into())
        })
        .await?;
    let context = FileShown {
        chrome: &chrome,
        desk,
        file: given.into_content(),
        code: sent.code,
        body: sent.body,
        purpose: sent.ask.purpose,
        basis: sent.ask.basis,
        purpose_name: name,
        n: entry.n,
        delayed: entry.is_delayed(),
        at: entry.at,
        digest: entry.digest.to_string(),
    };
    Ok(counter.private("console-file-shown.html", &context, &chrome, StatusCode::OK)?)
}

/// All reads, for who looks after the log.
#[derive(Serialize)]
struct AccessPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    code: String,
    account: String,
    rows: Vec<AccessRow>,
    next: Option<String>,
    /// What a check of all entries found, where one was asked for: it reads every entry.
    count: Option<i64>,
    broken: Option<i64>,
    fault: Option<&'static str>,
}

#[derive(Serialize)]
struct AccessRow {
    no: i64,
    code: String,
    read: super::own::Read,
}

/// `/console/reads`: who read what.
pub(super) async fn reads(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let given = |name: &str| {
            let text = caller.visit.parameters.first(name).unwrap_or_default();
            text.chars().filter(|one| !one.is_control()).collect::<String>()
        };
        let (code, account) = (given("code"), given("account"));
        let below = caller.visit.parameters.first("below").and_then(|text| text.parse().ok());
        let checks = caller.visit.parameters.first("check").is_some();
        let (by_code, by_account) = (code.clone(), account.clone());
        let (page, checked) = counter
            .office(move |office| {
                let permit = office.permit(&signed, Scope::Platform)?;
                let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
                let (by_code, by_account) = (filled(&by_code), filled(&by_account));
                let asked = (by_code.as_deref(), by_account.as_deref(), below);
                let page = match office.reads(&permit, asked, limits::ACTS_ON_PAGE) {
                    Err(OfficeError::Absent(_)) => None,
                    page => Some(page?),
                };
                let checked = if checks { Some(office.check_reads()?) } else { None };
                Ok((page, checked))
            })
            .await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let fault = page.is_none().then_some("code");
        let (rows, below) = page.map(|page| (page.reads, page.below)).unwrap_or_default();
        let next = below.map(|below| {
            let below = below.to_string();
            let pairs = [("code", &code), ("account", &account), ("below", &below)];
            let pairs = pairs.map(|(name, value)| (name, Some(value.as_str())));
            let kept: Vec<_> = pairs.into_iter().filter(|(_, value)| *value != Some("")).collect();
            format!("{}{}", chrome.address, crate::parameters::query(&kept))
        });
        let context = AccessPage {
            chrome: &chrome,
            desk,
            code,
            account,
            rows: rows
                .into_iter()
                .map(|(code, no, item)| AccessRow { no, code, read: item.into() })
                .collect(),
            next,
            count: checked.as_ref().map(|found| found.rows),
            broken: checked.and_then(|found| found.first_break).map(|one| one.no),
            fault,
        };
        Ok(counter.private("console-reads.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

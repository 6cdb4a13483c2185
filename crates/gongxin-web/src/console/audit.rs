//! `/console/audit`: the chain of acts, with filters, and given out whole.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use gongxin_app::accounts::{AuditAsk, AuditFormat};
use gongxin_app::gate::{AuditRead, Scope};
use gongxin_model::Instant;
use serde::Serialize;

use super::{Caller, Desk};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::forms::{CHINA_OFFSET, read_day};
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

#[derive(Serialize)]
struct AuditPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    account: String,
    act: String,
    from: String,
    until: String,
    rows: Vec<Row>,
    next: Option<String>,
    months: u32,
}

#[derive(Serialize)]
struct Row {
    no: i64,
    at: Instant,
    account: String,
    act: String,
    about: String,
    is_done: bool,
    detail: String,
    origin: String,
    digest: String,
}

/// A page of acts.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let parameters = &caller.visit.parameters;
        let given = |name: &str| parameters.first(name).unwrap_or_default().to_owned();
        let (account, act) = (given("account"), given("act"));
        let (from, until) = (given("from"), given("until"));
        let ask = AuditAsk {
            account: Some(account.clone()).filter(|text| !text.is_empty()),
            act: Some(act.clone()).filter(|text| !text.is_empty()),
            from: begin(&from, 0)?,
            before: begin(&until, 1)?,
            below: parameters.first("below").and_then(|text| text.parse().ok()),
            above: None,
        };
        let (page, months) = counter
            .office(move |office| {
                let permit = office.permit::<AuditRead>(&signed, Scope::Platform)?;
                let page = office.audit(&permit, &ask, limits::ACTS_ON_PAGE)?;
                Ok((page, office.sign_in_policy().audit_months_least()))
            })
            .await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let next = page.below.map(|below| {
            let (account, act, from, until) =
                (filled(&account), filled(&act), filled(&from), filled(&until));
            let below = below.to_string();
            let pairs = [
                ("account", account.as_deref()),
                ("act", act.as_deref()),
                ("from", from.as_deref()),
                ("until", until.as_deref()),
                ("below", Some(below.as_str())),
            ];
            format!("{}{}", chrome.address, query(&pairs))
        });
        let row = |row: gongxin_app::accounts::AuditRow| Row {
            no: row.no,
            at: row.at,
            is_done: row.act.outcome == "done",
            account: row.act.account,
            act: row.act.act,
            about: row.act.about,
            detail: row.act.detail,
            origin: row.act.origin,
            digest: row.digest.to_string(),
        };
        let rows = page.rows.into_iter().map(row).collect();
        let context =
            AuditPage { chrome: &chrome, desk, account, act, from, until, rows, next, months };
        Ok(counter.private("console-audit.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// The first instant of a day in China, or of a day later.
fn begin(text: &str, days: i32) -> Result<Option<Instant>, Trouble> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = read_day(text).ok_or(Trouble::Day)?.plus_days(days);
    let start: Instant = format!("{day}T00:00:00Z").parse().map_err(|_| Trouble::Day)?;
    Ok(Some(Instant(start.0 - CHINA_OFFSET)))
}

/// All acts, as lines of JSON or of syslog.
pub(super) async fn export(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["format"])?;
        let signed = counter.sender(&caller).await?;
        let (format, kind, ending) = match caller.field("format") {
            "jsonl" => (AuditFormat::JsonLines, "application/jsonl", "jsonl"),
            "syslog" => (AuditFormat::Syslog, "text/plain; charset=utf-8", "log"),
            _ => return Err(Trouble::Form.into()),
        };
        let lines = counter
            .office(move |office| {
                let permit = office.permit::<AuditRead>(&signed, Scope::Platform)?;
                let mut lines = Vec::new();
                office.export_audit(&permit, format, &mut lines)?;
                Ok(lines)
            })
            .await?;
        let name = format!("attachment; filename=\"gongxin-audit.{ending}\"");
        let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
        Ok(answer::unkept((headers, lines).into_response()))
    };
    counter.end(&caller.visit, answer.await)
}

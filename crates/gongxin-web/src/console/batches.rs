//! `/console/batches`: what was handed in, what became of every row, and taking a hand-in back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::HandInItem;
use gongxin_app::gate::{BatchWithdraw, BodySee, HandInMake, Refused};
use gongxin_app::public::shown::Words;
use gongxin_app::{
    BatchAlert, BatchAsk, BatchCounts, BatchLine, BatchResult, TakenBack, findings_as_csv,
};
use gongxin_model::{BatchNo, Instant};
use serde::Serialize;

use super::intake::{WORKBOOK, file};
use super::{Answer, Caller, Desk, reason, see, words};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

#[derive(Serialize)]
struct BatchesPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    batches: Vec<Batch>,
    next: Option<String>,
}

/// A hand-in in a list.
#[derive(Serialize)]
pub(super) struct Batch {
    pub(super) no: i64,
    body_name: Words,
    pub(super) catalogue_name: Words,
    file: String,
    at: Instant,
    /// `open`, `done`, `withdrawn`.
    state: String,
    rows: u64,
}

impl From<HandInItem> for Batch {
    fn from(item: HandInItem) -> Self {
        Self {
            no: item.no,
            body_name: words(item.body_name),
            catalogue_name: words(item.catalogue_name),
            file: item.file,
            at: item.at,
            state: item.state,
            rows: item.rows,
        }
    }
}

#[derive(Serialize)]
struct BatchPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    batch: Batch,
    digest: Option<String>,
    same_as: Option<i64>,
    counts: BatchCounts,
    alerts: Vec<Alert>,
    taken_back: Option<Back>,
    lines: Vec<BatchLine>,
    total: usize,
    first: usize,
    last: usize,
    before: Option<String>,
    after: Option<String>,
    outcomes: Vec<Choice>,
    columns: Vec<Choice>,
    rules: Vec<Choice>,
    is_filtered: bool,
    may_mend: bool,
    may_withdraw: bool,
}

#[derive(Serialize)]
struct Alert {
    outcome: &'static str,
    what: String,
    rows: u64,
    /// Where these rows are listed.
    address: String,
}

#[derive(Serialize)]
struct Back {
    account: String,
    reason: String,
    at: Instant,
}

impl From<TakenBack> for Back {
    fn from(back: TakenBack) -> Self {
        Self { account: back.account, reason: back.reason, at: back.at }
    }
}

/// The outcomes by which one can choose, those to mend first.
const OUTCOMES: [&str; 6] = ["refused", "held", "accepted", "corrected", "unchanged", "file"];

fn choice(asked: &Option<String>, value: String, label: String) -> Choice {
    Choice { is_chosen: asked.as_deref() == Some(value.as_str()), value, label }
}

/// A value of a filter. Where it is one of our own words, its label is the last part of a key.
#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct WithdrawPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    batch: Batch,
    counts: BatchCounts,
    reason: String,
    is_unfit: bool,
    characters_most: usize,
}

/// The hand-ins of the account's bodies, the latest first.
pub(super) async fn list(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let below = caller.visit.parameters.first("below").and_then(|text| text.parse().ok());
        let page = counter
            .office(move |office| {
                let permits = office.bodies_of::<BodySee>(&signed)?;
                if permits.is_empty() {
                    return Err(Refused.into());
                }
                office.batches(&permits, (below, limits::BATCHES_ON_PAGE))
            })
            .await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let next = page.below.map(|below| {
            format!("{}{}", chrome.address, query(&[("below", Some(&below.to_string()))]))
        });
        let batches = page.items.into_iter().map(Batch::from).collect();
        let context = BatchesPage { chrome: &chrome, desk, batches, next };
        Ok(counter.private("console-batches.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// The number of a hand-in in an address.
pub(super) fn number(text: &str) -> Result<BatchNo, Trouble> {
    text.parse().map(BatchNo).map_err(|_| Trouble::Never)
}

/// The filter that an address names.
fn asked(caller: &Caller) -> BatchAsk {
    let named = |name| caller.visit.parameters.first(name).map(str::to_owned);
    BatchAsk {
        outcome: named("outcome"),
        column: named("column"),
        rule: named("rule"),
        from: named("from").and_then(|text| text.parse().ok()).unwrap_or(0),
        limit: limits::FINDINGS_ON_PAGE,
    }
}

/// One hand-in.
pub(super) async fn one(
    State(counter): State<Counter>,
    Path(batch): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let (no, ask, language) = (number(&batch)?, asked(&caller), caller.visit.language);
        let wanted = ask.clone();
        let (result, may_mend, may_withdraw) = counter
            .office(move |office| {
                let permit = office.permit_of_batch::<BodySee>(&signed, no)?;
                let result = office.batch(&permit, (no, language), &wanted)?;
                Ok((
                    result,
                    office.permit_of_batch::<HandInMake>(&signed, no).is_ok(),
                    office.permit_of_batch::<BatchWithdraw>(&signed, no).is_ok(),
                ))
            })
            .await?;
        let chrome = counter.chrome(&caller.visit).await?;
        page(&counter, (&chrome, desk), (result, &ask), (may_mend, may_withdraw)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn page(
    counter: &Counter,
    (chrome, desk): (&Chrome, Desk),
    (result, ask): (BatchResult, &BatchAsk),
    (may_mend, may_withdraw): (bool, bool),
) -> Answer {
    let address = |ask: &BatchAsk, from: usize| {
        let from = (from > 0).then(|| from.to_string());
        let pairs = [
            ("outcome", ask.outcome.as_deref()),
            ("column", ask.column.as_deref()),
            ("rule", ask.rule.as_deref()),
            ("from", from.as_deref()),
        ];
        format!("{}{}#findings", chrome.address, query(&pairs))
    };
    let alert = |one: BatchAlert| {
        let (outcome, rule) = (Some(one.outcome.to_owned()), Some(one.rule));
        let address = address(&BatchAsk { outcome, rule, ..BatchAsk::default() }, 0);
        Alert { address, outcome: one.outcome, what: one.what, rows: one.rows }
    };
    let (total, from) = (result.total, ask.from);
    let shown = result.lines.len();
    let is_back = result.taken_back.is_some() || result.item.state == "withdrawn";
    let context = BatchPage {
        chrome,
        digest: result.digest,
        same_as: result.same_as,
        counts: result.counts,
        alerts: result.alerts.into_iter().map(alert).collect(),
        taken_back: result.taken_back.map(Back::from),
        total,
        first: if shown > 0 { from + 1 } else { 0 },
        last: from + shown,
        before: (from > 0).then(|| address(ask, from.saturating_sub(ask.limit))),
        after: (from + shown < total).then(|| address(ask, from + shown)),
        outcomes: OUTCOMES
            .map(|one| choice(&ask.outcome, one.to_owned(), one.to_owned()))
            .into_iter()
            .collect(),
        columns: result
            .columns
            .into_iter()
            .map(|one| choice(&ask.column, one.clone(), one))
            .collect(),
        rules: result.rules.into_iter().map(|(id, what)| choice(&ask.rule, id, what)).collect(),
        is_filtered: ask.outcome.is_some() || ask.column.is_some() || ask.rule.is_some(),
        may_mend,
        may_withdraw: may_withdraw && !is_back && result.item.state == "done",
        batch: result.item.into(),
        lines: result.lines,
        desk,
    };
    Ok(counter.private("console-batch.html", &context, chrome, StatusCode::OK)?)
}

/// The receipt as a workbook of rows to correct, as a table of findings, or for programs.
pub(super) async fn receipt(
    State(counter): State<Counter>,
    Path((batch, form)): Path<(String, String)>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let (no, language) = (number(&batch)?, caller.visit.language);
        let spool = counter.spool()?;
        let name = format!("receipt-{}.{form}", no.0);
        let (bytes, kind) = counter
            .office(move |office| {
                let permit = office.permit_of_batch::<BodySee>(&signed, no)?;
                let ask = (no, language);
                Ok(match form.as_str() {
                    "xlsx" => (office.batch_workbook(&permit, ask, spool.directory())?, WORKBOOK),
                    "csv" => {
                        let mut bytes = Vec::new();
                        let receipt = office.batch_receipt(&permit, ask)?;
                        // Writing into memory cannot fail.
                        let _ = findings_as_csv(&receipt, language, &mut bytes);
                        (bytes, "text/csv; charset=utf-8")
                    }
                    "json" => {
                        let receipt = office.batch_receipt(&permit, ask)?;
                        let bytes = serde_json::to_vec_pretty(&receipt).map_err(|_| Refused)?;
                        (bytes, "application/json")
                    }
                    _ => return Err(Refused.into()),
                })
            })
            .await?;
        Ok(file(bytes, kind, &name))
    };
    counter.end(&caller.visit, answer.await)
}

/// What taking a hand-in back would do.
pub(super) async fn ask(
    State(counter): State<Counter>,
    Path(batch): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async { withdraw_page(&counter, &caller, &batch, false).await };
    counter.end(&caller.visit, answer.await)
}

async fn withdraw_page(counter: &Counter, caller: &Caller, batch: &str, is_unfit: bool) -> Answer {
    let signed = counter.whole(caller).await?;
    let desk = counter.desk_of(caller, &signed).await?;
    let (no, language) = (number(batch)?, caller.visit.language);
    let result = counter
        .office(move |office| {
            office.permit_of_batch::<BatchWithdraw>(&signed, no)?;
            let permit = office.permit_of_batch::<BodySee>(&signed, no)?;
            office.batch(&permit, (no, language), &BatchAsk::default())
        })
        .await?;
    if result.item.state != "done" {
        return Ok(see(caller, &format!("/console/batches/{}", no.0)));
    }
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if is_unfit { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = WithdrawPage {
        chrome: &chrome,
        desk,
        counts: result.counts,
        batch: result.item.into(),
        reason: caller.typed("reason"),
        is_unfit,
        characters_most: limits::REASON_CHARACTERS,
    };
    Ok(counter.private("console-withdraw.html", &context, &chrome, status)?)
}

/// Takes a hand-in back.
pub(super) async fn withdraw(
    State(counter): State<Counter>,
    Path(batch): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["reason"])?;
        let signed = counter.sender(&caller).await?;
        let no = number(&batch)?;
        let who = signed.clone();
        let permit =
            counter.office(move |office| office.permit_of_batch::<BatchWithdraw>(&who, no));
        let permit = permit.await?;
        let Some(reason) = reason(&caller) else {
            return withdraw_page(&counter, &caller, &batch, true).await;
        };
        counter.office(move |office| office.withdraw_batch(no, &permit, &reason)).await?;
        Ok(see(&caller, &format!("/console/batches/{}", no.0)))
    };
    counter.end(&caller.visit, answer.await)
}

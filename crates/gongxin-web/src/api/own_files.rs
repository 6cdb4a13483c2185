//! `POST /api/v1/own/hand-ins` and what becomes of it: the desk for systems, by key.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{BodySee, HandInMake, Refused, Scope};
use gongxin_app::{BatchAsk, BatchLine, OfficeError, ParcelFault, ParcelItem, Receipt};
use gongxin_model::BatchNo;
use http_body::Body as _;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::own::{bearer, without_key};
use super::problem::NotShown;
use crate::answer;
use crate::console::{Streaming, take};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

/// Where a hand-in is.
pub(crate) const BATCH: &str = "/api/v1/own/hand-ins/{batch}";
/// Where its findings are.
pub(crate) const FINDINGS: &str = "/api/v1/own/hand-ins/{batch}/findings";
/// Where a file is that came.
pub(crate) const PARCEL: &str = "/api/v1/own/parcels/{id}";

/// What is handed in.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read from the query by hand; here for the document")]
pub(crate) struct HandInQuery {
    /// The body for which it is handed in.
    #[param(example = "150000-market")]
    source: String,
    /// The record class; found by the header when left out.
    #[param(example = "penalty")]
    catalogue: Option<String>,
    /// The file's name, for the receipt.
    name: Option<String>,
}

/// Which findings.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read from the query by hand; here for the document")]
pub(crate) struct FindingsQuery {
    /// Of rows with this outcome: `accepted`, `unchanged`, `corrected`, `held`, `refused`, `file`.
    outcome: Option<String>,
    /// So many are passed over.
    from: Option<u32>,
}

/// A file that came, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnParcel {
    /// Its id, for `/api/v1/own/parcels/{id}`.
    id: String,
    /// `asks`, `waiting`, `running`, `interrupted`, `done`, `unread`.
    state: String,
    /// The record class; `null` where several fit: hand it in again and name one.
    catalogue: Option<String>,
    /// Record classes that fit alike.
    candidates: Vec<String>,
    /// The hand-in, once there is one.
    batch: Option<i64>,
    /// An earlier hand-in of the same file, where nothing is new.
    same_as: Option<i64>,
    /// Rows that were read so far.
    rows: u64,
    /// Why it could not be read.
    findings: Vec<String>,
}

impl From<ParcelItem> for OwnParcel {
    fn from(item: ParcelItem) -> Self {
        let (accepted, held, refused) = item.counts;
        let so_far = item.progress.map(|(progress, _)| progress.rows);
        let state = serde_json::to_value(item.state).ok();
        Self {
            id: item.id,
            state: state.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default(),
            catalogue: item.catalogue,
            candidates: item.candidates,
            batch: item.batch,
            same_as: item.same_as,
            rows: so_far.unwrap_or(accepted + held + refused),
            findings: item.findings.into_iter().map(|finding| finding.message).collect(),
        }
    }
}

/// What became of a hand-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnBatch {
    /// Its number.
    batch: i64,
    /// The body's code.
    source: String,
    /// The record class.
    catalogue: String,
    /// `open` while rows are read, `done`, `withdrawn`.
    state: String,
    /// All rows: accepted, held and refused.
    rows: u64,
    /// Rows that are records now.
    accepted: u64,
    /// Accepted rows that correct an earlier one.
    corrected: u64,
    /// Accepted rows that say nothing new.
    unchanged: u64,
    /// Rows that were held for a person to judge.
    held: u64,
    /// Held rows that wait still.
    held_open: u64,
    /// Rows that were not taken.
    refused: u64,
    /// Title, total and blank rows.
    skipped: u64,
    /// How often each rule was found.
    counts: BTreeMap<String, u64>,
}

/// Findings of a hand-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnFindings {
    /// How many there are.
    total: usize,
    /// At most 50 of them.
    findings: Vec<OwnFinding>,
}

/// A finding.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnFinding {
    /// The row as the supplier counts; `null` for the whole file.
    row: Option<u64>,
    /// The sheet or the member of an archive, where the file has several.
    part: Option<String>,
    /// What became of the row.
    outcome: String,
    /// The column as it was written.
    column: Option<String>,
    /// The rule.
    rule: String,
    /// What is wrong and what to do.
    message: String,
    /// The record that the row became, is or corrects.
    record: Option<String>,
}

impl From<BatchLine> for OwnFinding {
    fn from(line: BatchLine) -> Self {
        Self {
            row: line.row,
            part: line.part,
            outcome: line.outcome.to_owned(),
            column: line.column,
            rule: line.rule,
            message: format!("{}{}", line.what, line.todo),
            record: line.record,
        }
    }
}

async fn holder(counter: &Counter, headers: &HeaderMap) -> Result<Option<Signed>, Trouble> {
    let key = bearer(headers);
    counter.office(move |office| office.signed_by_key(&key, "api")).await
}

fn end(counter: &Counter, visit: &Visit, answer: Result<Response, Trouble>) -> Response {
    answer::unkept(counter.settle(visit, answer))
}

/// Hands in a file: its bytes are the body. It is taken in after the answer.
#[utoipa::path(
    post, path = "/api/v1/own/hand-ins", tag = "own", operation_id = "own_hand_in",
    params(HandInQuery), security(("key" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 202, body = OwnParcel, description = "It came whole; its rows follow."),
        (status = 401, description = "No key, or one that no longer holds."),
        (status = 413, description = "It is too large."),
        (status = 422, body = OwnParcel, description = "It cannot be read; the findings say why."),
        NotShown
    )
)]
pub(crate) async fn hand_in(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = take_in(&counter, &visit, (&headers, body)).await;
    end(&counter, &visit, answer)
}

async fn take_in(
    counter: &Counter,
    visit: &Visit,
    (headers, body): (&HeaderMap, Body),
) -> Result<Response, Trouble> {
    let Some(signed) = holder(counter, headers).await? else {
        return Ok(without_key());
    };
    let named = |name: &str| visit.parameters.first(name).map(str::to_owned);
    let source = named("source").ok_or(Trouble::Never)?;
    let asked =
        counter.office(move |office| office.permit::<HandInMake>(&signed, Scope::Body(source)));
    let permit = asked.await?;
    let name = named("name").unwrap_or_else(|| "api".to_owned());
    let streamed = async {
        let mut streaming = Streaming::begin(counter, &permit, name, named("catalogue")).await?;
        let mut body = body;
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let frame = frame.map_err(|_| ParcelFault::Broken)?;
            if let Ok(bytes) = frame.into_data() {
                streaming.push(&bytes).await?;
            }
        }
        streaming.end(visit.language).await
    };
    match streamed.await {
        Ok((id, is_ready)) => {
            let (spool, own, asked) = (counter.spool()?, permit.clone(), id.clone());
            let item = counter.office(move |office| office.parcel(&spool, &own, &asked)).await?;
            if is_ready {
                take(counter, permit, id, visit.language)?;
            }
            Ok((StatusCode::ACCEPTED, Json(OwnParcel::from(item))).into_response())
        }
        Err(fault) => refused(fault),
    }
}

/// Why a file was not taken.
fn refused(fault: ParcelFault) -> Result<Response, Trouble> {
    let said = fault.to_string();
    let (status, findings) = match fault {
        ParcelFault::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, vec![said]),
        ParcelFault::Busy => (StatusCode::TOO_MANY_REQUESTS, vec![said]),
        ParcelFault::Empty | ParcelFault::Broken => (StatusCode::UNPROCESSABLE_ENTITY, vec![said]),
        ParcelFault::Unread(findings) => {
            let messages = findings.into_iter().map(|finding| finding.message).collect();
            (StatusCode::UNPROCESSABLE_ENTITY, messages)
        }
        ParcelFault::Office(error) => return Err(error.into()),
    };
    let told = OwnParcel {
        id: String::new(),
        state: "unread".to_owned(),
        catalogue: None,
        candidates: Vec::new(),
        batch: None,
        same_as: None,
        rows: 0,
        findings,
    };
    Ok((status, Json(told)).into_response())
}

/// How far a file is that was handed in.
#[utoipa::path(
    get, path = "/api/v1/own/parcels/{id}", tag = "own", operation_id = "own_parcel",
    params(("id" = String, Path, description = "The parcel's id.")), security(("key" = [])),
    responses(
        (status = 200, body = OwnParcel, description = "How far it is."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn parcel(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let Some(signed) = holder(&counter, &headers).await? else {
            return Ok(without_key());
        };
        let spool = counter.spool()?;
        let item = counter
            .office(move |office| {
                let body = spool.body_of(&id).ok_or(Refused)?;
                let permit = office.permit::<HandInMake>(&signed, Scope::Body(body))?;
                office.parcel(&spool, &permit, &id)
            })
            .await?;
        answer::json(&OwnParcel::from(item), visit.language)
    };
    end(&counter, &visit, answer.await)
}

/// What became of a hand-in.
#[utoipa::path(
    get, path = "/api/v1/own/hand-ins/{batch}", tag = "own", operation_id = "own_batch",
    params(("batch" = i64, Path, description = "The hand-in's number.")), security(("key" = [])),
    responses(
        (status = 200, body = OwnBatch, description = "Its counts."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn batch(
    State(counter): State<Counter>,
    Path(batch): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let Some(signed) = holder(&counter, &headers).await? else {
            return Ok(without_key());
        };
        let (no, language) = (number(&batch)?, visit.language);
        let asked = counter.office(move |office| {
            let permit = office.permit_of_batch::<BodySee>(&signed, no)?;
            let result = office.batch(&permit, (no, language), &BatchAsk::default())?;
            let Receipt { counts, .. } = office.batch_receipt(&permit, (no, language))?;
            Ok::<_, OfficeError>((result, counts))
        });
        let (result, counts) = asked.await?;
        let own = OwnBatch {
            batch: result.item.no,
            source: result.item.body,
            catalogue: result.item.catalogue,
            state: result.item.state,
            rows: result.counts.rows,
            accepted: result.counts.accepted,
            corrected: result.counts.corrected,
            unchanged: result.counts.unchanged,
            held: result.counts.held,
            held_open: result.counts.held_open,
            refused: result.counts.refused,
            skipped: result.counts.skipped,
            counts,
        };
        answer::json(&own, visit.language)
    };
    end(&counter, &visit, answer.await)
}

fn number(text: &str) -> Result<BatchNo, Trouble> {
    text.parse().map(BatchNo).map_err(|_| Trouble::Never)
}

/// What was found in a hand-in, row by row. No cell of a refused row is kept.
#[utoipa::path(
    get, path = "/api/v1/own/hand-ins/{batch}/findings", tag = "own", operation_id = "own_findings",
    params(("batch" = i64, Path, description = "The hand-in's number."), FindingsQuery),
    security(("key" = [])),
    responses(
        (status = 200, body = OwnFindings, description = "A page of findings."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn findings(
    State(counter): State<Counter>,
    Path(batch): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let answer = async {
        let Some(signed) = holder(&counter, &headers).await? else {
            return Ok(without_key());
        };
        let (no, language) = (number(&batch)?, visit.language);
        let ask = BatchAsk {
            outcome: visit.parameters.first("outcome").map(str::to_owned),
            from: visit.parameters.first("from").and_then(|text| text.parse().ok()).unwrap_or(0),
            limit: limits::FINDINGS_ON_PAGE,
            ..BatchAsk::default()
        };
        let asked = counter.office(move |office| {
            let permit = office.permit_of_batch::<BodySee>(&signed, no)?;
            office.batch(&permit, (no, language), &ask)
        });
        let result = asked.await?;
        let findings = result.lines.into_iter().map(OwnFinding::from).collect();
        answer::json(&OwnFindings { total: result.total, findings }, visit.language)
    };
    end(&counter, &visit, answer.await)
}

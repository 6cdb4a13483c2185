//! `/console/held`: rows that wait for a person; a clerk's own, a steward's all. They are judged in the
//! queue of `/console/review`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{BodySee, HeldJudge, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{HeldFilter, HeldItem, Office, OfficeError};
use serde::Serialize;

use super::{BodyChoice, Caller, Desk, body_choices, words};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;

#[derive(Serialize)]
struct HeldPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    bodies: Vec<BodyChoice>,
    /// The body whose rows are shown; empty for all.
    body: String,
    /// `open`, `linked`, `refused`.
    state: String,
    rows: Vec<Row>,
    is_more: bool,
}

#[derive(Serialize)]
struct Row {
    number: i64,
    batch: i64,
    row: u64,
    catalogue_name: Words,
    source_name: Words,
    name: Option<String>,
    document: Option<String>,
    findings: Vec<String>,
    suggestions: usize,
}

/// What the account may see: everything, or the bodies that it may judge for.
fn seen(
    office: &Office,
    signed: &Signed,
    body: &str,
) -> Result<(Vec<Permit<BodySee>>, Permit<BodySee>), OfficeError> {
    let judged = office.bodies_of::<HeldJudge>(signed)?;
    let mut permits = Vec::new();
    for code in judged.iter().filter_map(Permit::body) {
        permits.push(office.permit::<BodySee>(signed, Scope::Body(code.to_owned()))?);
    }
    let first = permits.first().cloned().ok_or(Refused)?;
    let permit = match office.permit::<BodySee>(signed, Scope::Platform) {
        Ok(all) if body.is_empty() => all,
        _ if body.is_empty() => first,
        _ => permits.iter().find(|one| one.body() == Some(body)).cloned().ok_or(Refused)?,
    };
    Ok((permits, permit))
}

/// The rows.
pub(super) async fn list(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let parameters = &caller.visit.parameters;
        let body = parameters.first("body").unwrap_or_default().to_owned();
        let state = match parameters.first("state") {
            Some(state @ ("linked" | "refused")) => state.to_owned(),
            _ => "open".to_owned(),
        };
        let (asked, language) = (state.clone(), caller.visit.language);
        let (rows, bodies, body) = counter
            .office(move |office| {
                let (permits, permit) = seen(office, &signed, &body)?;
                let body = permit.body().unwrap_or_default().to_owned();
                let filter = HeldFilter { state: Some(asked), ..HeldFilter::default() };
                let items =
                    office.held_list(&permit, &filter, limits::HELD_ON_PAGE + 1, language)?;
                let rows: Result<Vec<Row>, OfficeError> =
                    items.into_iter().map(|item| row(office, item)).collect();
                Ok((rows?, body_choices(office, &permits, &body)?, body))
            })
            .await?;
        let most = usize::try_from(limits::HELD_ON_PAGE).unwrap_or(usize::MAX);
        let is_more = rows.len() > most;
        let rows = rows.into_iter().take(most).collect();
        let chrome = counter.chrome(&caller.visit).await?;
        let context = HeldPage { chrome: &chrome, desk, bodies, body, state, rows, is_more };
        Ok(counter.private("console-held.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

pub(super) fn named(office: &Office, item: &HeldItem) -> Result<(Words, Words), OfficeError> {
    let rules = office.rules()?;
    let bare = |text: &str| Words { zh: text.to_owned(), en: None };
    let catalogue = rules.rulebook.catalogue(&item.catalogue);
    let source = rules.rulebook.sources.get(&item.source);
    Ok((
        catalogue.map_or_else(|| bare(&item.catalogue), |found| words(found.name.clone())),
        source.map_or_else(|| bare(&item.source), |found| words(found.name.clone())),
    ))
}

fn row(office: &Office, item: HeldItem) -> Result<Row, OfficeError> {
    let (catalogue_name, source_name) = named(office, &item)?;
    Ok(Row {
        number: item.number,
        batch: item.batch,
        row: item.row,
        catalogue_name,
        source_name,
        name: item.name,
        document: item.document,
        findings: item.findings,
        suggestions: item.suggestions.len(),
    })
}

/// The fields of a row under their labels, in the order of their catalogue: whose it is comes first.
pub(super) fn filled(
    office: &Office,
    item: &HeldItem,
) -> Result<Vec<(Words, String)>, OfficeError> {
    let rules = office.rules()?;
    let catalogue = rules.rulebook.catalogue(&item.catalogue);
    let label = |code: &str| {
        let field = catalogue.and_then(|one| one.fields.iter().find(|field| field.code == code));
        field.map_or_else(
            || Words { zh: code.to_owned(), en: None },
            |field| words(field.name.clone()),
        )
    };
    let place = |code: &str| {
        let fields = catalogue.map(|one| one.fields.as_slice()).unwrap_or_default();
        fields.iter().position(|field| field.code == code).unwrap_or(usize::MAX)
    };
    let mut fields: Vec<&(String, String)> = item.fields.iter().collect();
    fields.sort_by_key(|(code, _)| place(code));
    Ok(fields.into_iter().map(|(code, value)| (label(code), value.clone())).collect())
}

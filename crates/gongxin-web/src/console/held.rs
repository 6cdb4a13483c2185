//! `/console/held`: rows that wait for a person, each beside whom it may be about; a clerk's own, a
//! steward's all.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{BodySee, HeldJudge, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{HeldFilter, HeldItem, HeldSuggestion, Office, OfficeError};
use serde::Serialize;

use super::{Answer, BodyChoice, Caller, Desk, body_choices, reason, see, words};
use crate::counter::{Counter, Trouble};
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

#[derive(Serialize)]
struct HeldOfPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    number: i64,
    batch: i64,
    row: u64,
    state: String,
    catalogue_name: Words,
    source_name: Words,
    name: Option<String>,
    identifiers: Vec<(String, String)>,
    fields: Vec<(Words, String)>,
    findings: Vec<String>,
    suggestions: Vec<HeldSuggestion>,
    /// The rows before and after it that wait too.
    before: Option<i64>,
    after: Option<i64>,
    reason: String,
    code: String,
    /// The last part of the key of what is wrong with the form, and the field that it is of.
    fault: Option<(&'static str, &'static str)>,
    characters_most: usize,
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

fn named(office: &Office, item: &HeldItem) -> Result<(Words, Words), OfficeError> {
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

/// One row.
pub(super) async fn one(
    State(counter): State<Counter>,
    Path(held): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        one_page(&counter, &caller, (signed, number(&held)?), None).await
    };
    counter.end(&caller.visit, answer.await)
}

fn number(text: &str) -> Result<i64, Trouble> {
    text.parse().map_err(|_| Trouble::Never)
}

async fn one_page(
    counter: &Counter,
    caller: &Caller,
    (signed, number): (Signed, i64),
    fault: Option<(&'static str, &'static str)>,
) -> Answer {
    let desk = counter.desk_of(caller, &signed).await?;
    let language = caller.visit.language;
    let (item, (catalogue_name, source_name), fields, around) = counter
        .office(move |office| {
            office.permit_of_held::<HeldJudge>(&signed, number)?;
            let permit = office.permit_of_held::<BodySee>(&signed, number)?;
            let item = office.held_show(&permit, number, language)?;
            let names = named(office, &item)?;
            let fields = filled(office, &item)?;
            let all = office.permit::<BodySee>(&signed, Scope::Platform).unwrap_or(permit);
            Ok((item, names, fields, office.held_around(&all, number)?))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = HeldOfPage {
        chrome: &chrome,
        desk,
        number,
        batch: item.batch,
        row: item.row,
        state: item.state,
        catalogue_name,
        source_name,
        name: item.name,
        identifiers: item.identifiers,
        fields,
        findings: item.findings,
        suggestions: item.suggestions,
        before: around.0,
        after: around.1,
        reason: caller.typed("reason"),
        code: caller.field("code").to_owned(),
        fault,
        characters_most: limits::REASON_CHARACTERS,
    };
    Ok(counter.private("console-held-of.html", &context, &chrome, status)?)
}

/// The fields of a row under their labels.
fn filled(office: &Office, item: &HeldItem) -> Result<Vec<(Words, String)>, OfficeError> {
    let rules = office.rules()?;
    let catalogue = rules.rulebook.catalogue(&item.catalogue);
    let label = |code: &str| {
        let field = catalogue.and_then(|one| one.fields.iter().find(|field| field.code == code));
        field.map_or_else(
            || Words { zh: code.to_owned(), en: None },
            |field| words(field.name.clone()),
        )
    };
    Ok(item.fields.iter().map(|(code, value)| (label(code), value.clone())).collect())
}

/// What is left to be done with a judgement.
enum Verdict {
    Link(String),
    Refuse(bool),
    Undo,
}

async fn judge(counter: &Counter, caller: &Caller, (held, verdict): (&str, Verdict)) -> Answer {
    let signed = counter.sender(caller).await?;
    let number = number(held)?;
    let who = signed.clone();
    let asked = counter.office(move |office| {
        let permit = office.permit_of_held::<HeldJudge>(&who, number)?;
        let see = office.permit_of_held::<BodySee>(&who, number)?;
        let all = office.permit::<BodySee>(&who, Scope::Platform).unwrap_or(see);
        Ok((permit, office.held_around(&all, number)?.1))
    });
    let (permit, after) = asked.await?;
    let Some(reason) = reason(caller) else {
        return one_page(counter, caller, (signed, number), Some(("reason", "reason"))).await;
    };
    let done = counter
        .asked(move |office| match verdict {
            Verdict::Link(code) => office.held_link(number, &code, &permit, &reason).map(|_| ()),
            Verdict::Refuse(is_person) => office.held_refuse(number, is_person, &permit, &reason),
            Verdict::Undo => office.held_undo(number, &permit, &reason).map(|_| ()),
        })
        .await;
    match done {
        Ok(()) => {
            let next = after
                .map_or_else(|| "/console/held".to_owned(), |no| format!("/console/held/{no}"));
            Ok(see(caller, &next))
        }
        Err(OfficeError::Absent(_)) => {
            one_page(counter, caller, (signed, number), Some(("code", "code"))).await
        }
        // Judged meanwhile by another, or no record as it stands: the page says how it stands.
        Err(OfficeError::Usage(_)) => {
            one_page(counter, caller, (signed, number), Some(("reason", "stands"))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// It is about the organisation of a code.
pub(super) async fn link(
    State(counter): State<Counter>,
    Path(held): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["code", "other", "reason"])?;
        let typed = [caller.field("other"), caller.field("code")];
        let code = typed.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned();
        judge(&counter, &caller, (&held, Verdict::Link(code))).await
    };
    counter.end(&caller.visit, answer.await)
}

/// It does not belong here, or is about a person.
pub(super) async fn refuse(
    State(counter): State<Counter>,
    Path(held): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["person", "reason"])?;
        let is_person = caller.field("person") == "yes";
        judge(&counter, &caller, (&held, Verdict::Refuse(is_person))).await
    };
    counter.end(&caller.visit, answer.await)
}

/// A judgement is taken back.
pub(super) async fn undo(
    State(counter): State<Counter>,
    Path(held): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["reason"])?;
        judge(&counter, &caller, (&held, Verdict::Undo)).await
    };
    counter.end(&caller.visit, answer.await)
}

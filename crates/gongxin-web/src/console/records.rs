//! Single rows in a form: one corrected in place, one typed anew. Both are hand-ins of one row.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{BodySee, HandInMake, HeldJudge, Permit, Refused};
use gongxin_app::public::shown::Words;
use gongxin_app::{
    EntryField, EntryForm, EntryKind, Office, OfficeError, RowAsk, RowForm, RowResult,
};
use gongxin_model::BatchNo;
use serde::Serialize;

use super::batches::number;
use super::{Answer, BodyChoice, Caller, Desk, body_choices, words};
use crate::counter::{Counter, Trouble};
use crate::page::Chrome;

#[derive(Serialize)]
struct RowPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    batch: i64,
    /// The row's number in the hand-in.
    number: u64,
    row: u64,
    part: Option<String>,
    outcome: &'static str,
    record: Option<String>,
    held: Option<i64>,
    is_bare: bool,
    catalogue_name: Words,
    fields: Vec<Field>,
    faults: Vec<String>,
    result: Option<Outcome>,
}

#[derive(Serialize)]
struct EntryPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    bodies: Vec<BodyChoice>,
    body: String,
    catalogue: String,
    catalogue_name: Words,
    fields: Vec<Field>,
    faults: Vec<String>,
    /// True while what was typed is shown to be checked.
    is_check: bool,
    result: Option<Outcome>,
}

/// A field of a form, ready for its template.
#[derive(Serialize)]
struct Field {
    code: String,
    name: Words,
    kind: EntryKind,
    options: Vec<Choice>,
    is_required: bool,
    characters_most: Option<usize>,
    value: String,
    faults: Vec<String>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: Words,
    is_chosen: bool,
}

/// What became of a row that was sent.
#[derive(Serialize)]
struct Outcome {
    outcome: &'static str,
    batch: Option<i64>,
    record: Option<String>,
    what: Vec<String>,
}

impl From<RowResult> for Outcome {
    fn from(result: RowResult) -> Self {
        Self {
            outcome: result.outcome,
            batch: result.batch,
            record: result.record,
            what: result.findings.into_iter().map(|finding| finding.message).collect(),
        }
    }
}

fn field(field: EntryField) -> Field {
    let chosen: Vec<&str> = field.value.split('；').map(str::trim).collect();
    let option = |(value, label): (String, gongxin_app::Text)| Choice {
        is_chosen: chosen.contains(&value.as_str()),
        value,
        label: words(label),
    };
    Field {
        options: field.options.clone().into_iter().map(option).collect(),
        code: field.code,
        name: words(field.name),
        kind: field.kind,
        is_required: field.is_required,
        characters_most: field.characters_most,
        value: field.value,
        faults: field.faults,
    }
}

/// A row of a hand-in, with what was found at its fields.
pub(super) async fn row(
    State(counter): State<Counter>,
    Path((batch, row)): Path<(String, String)>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let place = place(&batch, &row)?;
        let (_, form) = row_of(&counter, &caller, &signed, place).await?;
        row_page(&counter, &caller, (&signed, place), (form, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

fn place(batch: &str, row: &str) -> Result<(BatchNo, u64), Trouble> {
    Ok((number(batch)?, row.parse().map_err(|_| Trouble::Never)?))
}

async fn row_of(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (no, row): (BatchNo, u64),
) -> Result<(Permit<HandInMake>, RowForm), Trouble> {
    let (who, language) = (signed.clone(), caller.visit.language);
    let asked = counter.office(move |office| {
        let permit = office.permit_of_batch::<HandInMake>(&who, no)?;
        let see = office.permit_of_batch::<BodySee>(&who, no)?;
        Ok((permit, office.row_form(&see, (no, row), language)?))
    });
    asked.await
}

async fn row_page(
    counter: &Counter,
    caller: &Caller,
    (signed, (no, number)): (&Signed, (BatchNo, u64)),
    (form, result): (RowForm, Option<RowResult>),
) -> Answer {
    let desk = counter.desk_of(caller, signed).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let is_unfit = result.as_ref().is_some_and(|one| matches!(one.outcome, "held" | "refused"));
    let status = if is_unfit { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let RowForm { form, row: (row, part), outcome, record, held, is_bare } = form;
    let context = RowPage {
        chrome: &chrome,
        desk,
        batch: no.0,
        number,
        row,
        part,
        outcome,
        record,
        held,
        is_bare,
        catalogue_name: words(form.catalogue_name),
        fields: form.fields.into_iter().map(field).collect(),
        faults: form.faults,
        result: result.map(Outcome::from),
    };
    Ok(counter.private("console-row.html", &context, &chrome, status)?)
}

/// Takes in a row that was corrected in place.
pub(super) async fn correct(
    State(counter): State<Counter>,
    Path((batch, row)): Path<(String, String)>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.sender(&caller).await?;
        let place = place(&batch, &row)?;
        let (permit, mut form) = row_of(&counter, &caller, &signed, place).await?;
        only_form(&caller, &form.form, &[])?;
        let values = caller.entries();
        form.form.take(&values);
        clear(&mut form.form);
        let name =
            counter.words(&caller.visit, "row.name").replace("{batch}", &place.0.0.to_string());
        let ground = counter.words(&caller.visit, "row.ground");
        let (who, language, sent) = (signed.clone(), caller.visit.language, form.clone());
        let (told, result) = counter
            .office(move |office| {
                let judge = office.permit_of_batch::<HeldJudge>(&who, place.0)?;
                let ask = RowAsk {
                    catalogue: &sent.form.catalogue,
                    name: &name,
                    values: &values,
                    record: sent.record.as_deref(),
                    dry_run: false,
                    language,
                };
                let result = office.correct_row((&permit, &judge), (sent.held, &ground), &ask)?;
                told(office, sent.form.clone(), result)
            })
            .await?;
        form.form = told;
        row_page(&counter, &caller, (&signed, place), (form, Some(result))).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Puts what was found in a form beside its fields.
fn told(
    office: &Office,
    mut form: EntryForm,
    result: RowResult,
) -> Result<(EntryForm, RowResult), OfficeError> {
    office.tell_form(&mut form, &result.findings)?;
    Ok((form, result))
}

fn clear(form: &mut EntryForm) {
    form.faults.clear();
    form.fields.iter_mut().for_each(|field| field.faults.clear());
}

/// Refuses what a form of the catalogue does not hold.
fn only_form(caller: &Caller, form: &EntryForm, further: &[&str]) -> Result<(), Trouble> {
    let codes: Vec<&str> = form.fields.iter().map(|field| field.code.as_str()).collect();
    caller.only_entries(&codes, further)
}

/// The permit for the body that is asked for, else for the first that may supply the catalogue.
fn supplier(
    office: &Office,
    signed: &Signed,
    (body, catalogue): (&str, &str),
) -> Result<(Vec<Permit<HandInMake>>, Permit<HandInMake>), OfficeError> {
    let mut permits = office.bodies_of::<HandInMake>(signed)?;
    let mut fits = Vec::new();
    for permit in permits.drain(..) {
        if office.suppliable(&permit)?.iter().any(|one| one.id == catalogue) {
            fits.push(permit);
        }
    }
    let asked = |permit: &&Permit<HandInMake>| body.is_empty() || permit.body() == Some(body);
    let chosen = fits.iter().find(asked).cloned().ok_or(Refused)?;
    Ok((fits, chosen))
}

/// The empty form of a catalogue.
pub(super) async fn new(
    State(counter): State<Counter>,
    Path(catalogue): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let body = caller.visit.parameters.first("body").unwrap_or_default().to_owned();
        let who = signed.clone();
        let (form, bodies, body) = counter
            .office(move |office| {
                let (permits, permit) = supplier(office, &who, (&body, &catalogue))?;
                let body = permit.body().unwrap_or_default().to_owned();
                let bodies = body_choices(office, &permits, &body)?;
                Ok((office.entry_form(&permit, &catalogue)?, bodies, body))
            })
            .await?;
        entry_page(&counter, &caller, &signed, (form, bodies, body), (false, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn entry_page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (form, bodies, body): (EntryForm, Vec<BodyChoice>, String),
    (is_check, result): (bool, Option<RowResult>),
) -> Answer {
    let desk = counter.desk_of(caller, signed).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let is_unfit = result.as_ref().is_some_and(|one| one.outcome == "refused");
    let status = if is_unfit { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = EntryPage {
        chrome: &chrome,
        desk,
        bodies,
        body,
        catalogue: form.catalogue,
        catalogue_name: words(form.catalogue_name),
        fields: form.fields.into_iter().map(field).collect(),
        faults: form.faults,
        is_check,
        result: result.map(Outcome::from),
    };
    Ok(counter.private("console-entry.html", &context, &chrome, status)?)
}

/// Shows what was typed to be checked, lets it be changed, takes it in.
pub(super) async fn enter(
    State(counter): State<Counter>,
    Path(catalogue): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.sender(&caller).await?;
        let (body, step) = (caller.field("body").to_owned(), caller.field("step").to_owned());
        let (who, id) = (signed.clone(), catalogue.clone());
        let (mut form, bodies, permit) = counter
            .office(move |office| {
                let (permits, permit) = supplier(office, &who, (&body, &id))?;
                let bodies = body_choices(office, &permits, permit.body().unwrap_or_default())?;
                Ok((office.entry_form(&permit, &id)?, bodies, permit))
            })
            .await?;
        only_form(&caller, &form, &["body", "step"])?;
        let body = permit.body().unwrap_or_default().to_owned();
        let values = caller.entries();
        form.take(&values);
        if step == "change" {
            return entry_page(&counter, &caller, &signed, (form, bodies, body), (false, None))
                .await;
        }
        if !matches!(step.as_str(), "check" | "send") {
            return Err(Trouble::Form.into());
        }
        let is_check = step == "check";
        let name = counter.words(&caller.visit, "entry.name");
        let (language, sent) = (caller.visit.language, form);
        let (form, result) = counter
            .office(move |office| {
                let ask = RowAsk {
                    catalogue: &catalogue,
                    name: &name,
                    values: &values,
                    record: None,
                    dry_run: is_check,
                    language,
                };
                let result = office.enter_row(&permit, &ask)?;
                told(office, sent, result)
            })
            .await?;
        // What would be refused is mended before it is sent.
        let is_check = is_check && result.outcome != "refused";
        entry_page(&counter, &caller, &signed, (form, bodies, body), (is_check, Some(result))).await
    };
    counter.end(&caller.visit, answer.await)
}

//! `/console/cases/new/…`: a proposal to list, a shielding. One page for the document, one to check it; nothing is
//! kept before it is sent.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::cases::{
    CaseBody, CaseList, CaseRecord, CaseWay, Family, LINE_CHARACTERS, NewCase, SentPaper,
    TEXT_CHARACTERS,
};
use gongxin_app::gate::{CaseOpen, Permit, Refused};
use gongxin_app::{Office, OfficeError};
use gongxin_model::PublicId;
use gongxin_model::finding::Language;
use serde::Serialize;

use super::case_page::Fault;
use super::cases::Side;
use super::papers::{WithPapers, receive};
use super::{Answer, BodyChoice, Caller, Desk, Sending, body_choices, see};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;

/// What was typed so far.
#[derive(Debug, Clone, Default, Serialize)]
struct Draft {
    body: String,
    code: String,
    list: String,
    record: String,
    authority: String,
    reason: String,
    papers: Vec<String>,
}

/// What there is to choose from, and whom it is about.
#[derive(Debug, Default, Serialize)]
struct Offer {
    bodies: Vec<BodyChoice>,
    way: Option<CaseWay>,
    /// Lists of each body, by its code.
    lists: Vec<CaseList>,
    subject: Option<CaseBody>,
    records: Vec<CaseRecord>,
}

#[derive(Serialize)]
struct ProposePage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// `listing` or `shielding`.
    kind: &'static str,
    is_check: bool,
    offer: Offer,
    list: Option<CaseList>,
    record: Option<CaseRecord>,
    draft: Draft,
    fault: Option<Fault>,
    most: usize,
    line_most: usize,
}

/// A proposal to list.
pub(super) async fn show_listing(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = begun(&counter, &caller, Family::Listing).await;
    counter.end(&caller.visit, answer)
}

/// A shielding.
pub(super) async fn show_shielding(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = begun(&counter, &caller, Family::Shielding).await;
    counter.end(&caller.visit, answer)
}

/// A proposal to list, checked and sent.
pub(super) async fn listing(State(counter): State<Counter>, sending: Sending) -> Response {
    sent(&counter, sending, Family::Listing).await
}

/// A shielding, checked and sent.
pub(super) async fn shielding(State(counter): State<Counter>, sending: Sending) -> Response {
    sent(&counter, sending, Family::Shielding).await
}

async fn begun(counter: &Counter, caller: &Caller, family: Family) -> Answer {
    let signed = counter.whole(caller).await?;
    let asked = |name| caller.visit.parameters.first(name).unwrap_or_default().trim().to_owned();
    let draft = Draft { body: asked("body"), code: asked("code"), ..Draft::default() };
    page(counter, caller, &signed, (family, false, draft), None).await
}

const FIELDS: [&str; 9] =
    ["at", "to", "body", "code", "list", "record", "authority", "reason", "paper"];

async fn sent(counter: &Counter, sending: Sending, family: Family) -> Response {
    match receive(counter, sending, &FIELDS).await {
        Ok(form) => {
            let answer = sent_with(counter, &form, family).await;
            counter.end(&form.caller.visit, answer)
        }
        Err((caller, stop)) => counter.end(&caller.visit, Err(stop)),
    }
}

async fn sent_with(counter: &Counter, form: &WithPapers, family: Family) -> Answer {
    let WithPapers { caller, signed, sent, fault } = form;
    let field = |name: &str| caller.field(name).to_owned();
    let draft = Draft {
        body: field("body"),
        code: field("code"),
        list: field("list"),
        record: field("record"),
        authority: field("authority"),
        reason: field("reason"),
        papers: caller.form.all("paper", limits::FILTER_VALUES),
    };
    if caller.field("to") == "form" {
        return page(counter, caller, signed, (family, false, draft), None).await;
    }
    if fault.is_some() {
        return page(counter, caller, signed, (family, true, draft), fault.clone()).await;
    }
    let is_check = caller.field("at") == "check";
    if !is_check {
        let fault = missing(family, &draft);
        let (who, asked) = (signed.clone(), draft.clone());
        let fault = match fault {
            Some(fault) => Some(fault),
            None => counter.office(move |office| unfit(office, &who, family, &asked)).await?,
        };
        return page(counter, caller, signed, (family, fault.is_none(), draft), fault).await;
    }
    let (who, asked, sent) = (signed.clone(), draft.clone(), sent.clone());
    let done = counter
        .office(move |office| Fault::told(open(office, &who, family, (&asked, &sent))))
        .await?;
    match done {
        Ok(number) => Ok(see(caller, &format!("{}/{number}?new=1", Side::Console.path()))),
        Err(fault) => {
            let is_check = fault.at == "papers";
            page(counter, caller, signed, (family, is_check, draft), Some(fault)).await
        }
    }
}

/// What is missing or too long, at its field.
fn missing(family: Family, draft: &Draft) -> Option<Fault> {
    let fault = |key, at: &str| Some(Fault { key, value: None, at: at.to_owned() });
    let long = |most: usize, at: &str| {
        Some(Fault { key: "long", value: Some(most.to_string()), at: at.to_owned() })
    };
    let is_listing = family == Family::Listing;
    if draft.code.is_empty() {
        fault("code", "code")
    } else if is_listing && draft.list.is_empty() {
        fault("no-list", "list")
    } else if !is_listing && draft.record.is_empty() {
        fault("no-record", "record")
    } else if is_listing && draft.authority.is_empty() {
        fault("authority", "authority")
    } else if draft.authority.chars().count() > LINE_CHARACTERS {
        long(LINE_CHARACTERS, "authority")
    } else if is_listing && draft.reason.is_empty() {
        fault("reason", "reason")
    } else if draft.reason.chars().count() > TEXT_CHARACTERS {
        long(TEXT_CHARACTERS, "reason")
    } else {
        None
    }
}

/// What does not fit what there is: no such organisation, no paper, a list of another body.
fn unfit(
    office: &Office,
    who: &Signed,
    family: Family,
    draft: &Draft,
) -> Result<Option<Fault>, OfficeError> {
    let permit = permit_of(office, who, &draft.body)?;
    let offer = offered(office, (&permit, who), (family, draft), Language::Chinese)?;
    let fault = |key, value, at: &str| Ok(Some(Fault { key, value, at: at.to_owned() }));
    if offer.subject.is_none() {
        return fault("no-organisation", Some(draft.code.clone()), "code");
    }
    if family == Family::Listing && offer.lists.iter().all(|list| list.id != draft.list) {
        return fault("no-list", None, "list");
    }
    if family == Family::Shielding
        && offer.records.iter().all(|record| record.id.to_string() != draft.record)
    {
        return fault("no-record", None, "record");
    }
    let needed = offer.way.map(|way| way.needed).unwrap_or_default();
    if needed.iter().any(|paper| !draft.papers.contains(paper)) {
        return fault("no-paper", None, "paper-1");
    }
    Ok(None)
}

fn open(
    office: &Office,
    who: &Signed,
    family: Family,
    (draft, sent): (&Draft, &[SentPaper]),
) -> Result<String, OfficeError> {
    let permit = permit_of(office, who, &draft.body)?;
    let ways = office.case_ways(&permit, family, Language::Chinese)?;
    let way = ways.first().ok_or(Refused)?;
    let is_listing = family == Family::Listing;
    let record: Option<PublicId> = match is_listing {
        true => None,
        false => Some(draft.record.parse().map_err(|_| Refused)?),
    };
    let new = NewCase {
        procedure: &way.procedure,
        record,
        code: Some(draft.code.as_str()).filter(|_| is_listing),
        list: Some(draft.list.as_str()).filter(|_| is_listing),
        authority: Some(draft.authority.as_str()).filter(|_| is_listing),
        text: &draft.reason,
        papers: &draft.papers,
        sent,
        ..NewCase::default()
    };
    Ok(office.open_case(&permit, &new)?.number)
}

/// The permit for the body that was chosen; without one the only one there is.
fn permit_of(office: &Office, who: &Signed, body: &str) -> Result<Permit<CaseOpen>, OfficeError> {
    let mut permits = Side::Console.permits::<CaseOpen>(office, who)?;
    if let Some(at) = permits.iter().position(|permit| permit.body() == Some(body)) {
        return Ok(permits.swap_remove(at));
    }
    let is_chosen = !body.is_empty() && permits.iter().any(|permit| permit.body().is_some());
    match permits.into_iter().next() {
        Some(first) if !is_chosen => Ok(first),
        _ => Err(Refused.into()),
    }
}

/// What there is to choose from by a permit. Without a way there is nothing here.
fn offered(
    office: &Office,
    (permit, who): (&Permit<CaseOpen>, &Signed),
    (family, draft): (Family, &Draft),
    language: Language,
) -> Result<Offer, OfficeError> {
    let way = office.case_ways(permit, family, language)?.into_iter().next().ok_or(Refused)?;
    let permits = Side::Console.permits::<CaseOpen>(office, who)?;
    let chosen = permit.body().unwrap_or_default();
    let mut offer = Offer {
        bodies: body_choices(office, &permits, chosen)?,
        way: Some(way),
        ..Offer::default()
    };
    if family == Family::Listing {
        offer.lists = office.case_lists(permit, language)?;
    }
    if draft.code.is_empty() {
        return Ok(offer);
    }
    offer.subject = office.case_subject(permit, &draft.code)?;
    if family == Family::Shielding {
        offer.records = office.case_records_of(permit, (family, &draft.code), language)?;
    }
    Ok(offer)
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (family, is_check, mut draft): (Family, bool, Draft),
    fault: Option<Fault>,
) -> Answer {
    let (who, asked, language) = (signed.clone(), draft.clone(), caller.visit.language);
    let (offer, body) = counter
        .office(move |office| {
            let permit = permit_of(office, &who, &asked.body)?;
            let offer = offered(office, (&permit, &who), (family, &asked), language)?;
            Ok((offer, permit.body().unwrap_or_default().to_owned()))
        })
        .await?;
    if draft.authority.is_empty() && fault.is_none() {
        let own = offer.bodies.iter().find(|choice| choice.code == body);
        draft.authority = own.map(|choice| choice.name.zh.clone()).unwrap_or_default();
    }
    draft.body = body;
    if let ([only], true) = (offer.records.as_slice(), draft.record.is_empty()) {
        draft.record = only.id.to_string();
    }
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    // The first question has its answer: nobody has that code.
    let fault = fault.or_else(|| {
        let is_nobody = !draft.code.is_empty() && offer.subject.is_none();
        let value = Some(draft.code.clone());
        is_nobody.then(|| Fault { key: "no-organisation", value, at: "code".to_owned() })
    });
    let context = ProposePage {
        desk: counter.desk_of(caller, signed).await?,
        kind: family.word(),
        is_check: is_check && fault.is_none(),
        list: offer.lists.iter().find(|list| list.id == draft.list).cloned(),
        record: offer.records.iter().find(|one| one.id.to_string() == draft.record).cloned(),
        most: offer.way.as_ref().map_or(TEXT_CHARACTERS, |way| way.longest_text),
        line_most: LINE_CHARACTERS,
        offer,
        draft,
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("console-propose.html", &context, &chrome, status)?)
}

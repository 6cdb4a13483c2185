//! `/my/cases/new/…`: an objection, a repair or a reply, one question a page. What was answered goes along in
//! the form: nothing is kept before it is sent.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::cases::{
    CaseMatter, CaseRecord, CaseWay, Family, LINE_CHARACTERS, Matter, NewCase, SentPaper,
    TEXT_CHARACTERS,
};
use gongxin_app::gate::{CaseOpen, Permit, Refused};
use gongxin_app::{Office, OfficeError};
use gongxin_model::PublicId;
use gongxin_model::finding::Language;
use serde::Serialize;

use super::case_page::Fault;
use super::cases::{Side, opened};
use super::papers::{WithPapers, receive};
use super::{Answer, Caller, Desk, Sending};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;

/// A question of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Question {
    /// Which record.
    Records,
    /// It cannot be asked for yet, or not of this record, or a case is open.
    NotYet,
    /// What is wrong.
    What,
    /// Which field, and what it should say.
    Field,
    /// Why.
    Reason,
    /// The answers once more, with the papers.
    Check,
}

impl Question {
    fn named(word: &str) -> Option<Self> {
        match word {
            "what" => Some(Self::What),
            "field" => Some(Self::Field),
            "reason" => Some(Self::Reason),
            "check" => Some(Self::Check),
            _ => None,
        }
    }
}

/// What was answered so far.
#[derive(Debug, Clone, Default, Serialize)]
struct Draft {
    record: String,
    procedure: String,
    field: String,
    value: String,
    reason: String,
    papers: Vec<String>,
}

#[derive(Serialize)]
struct NewPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// `objection`, `repair` or `reply`.
    kind: &'static str,
    at: Question,
    records: Vec<CaseRecord>,
    matter: Option<CaseMatter>,
    ways: Vec<CaseWay>,
    way: Option<CaseWay>,
    draft: Draft,
    fault: Option<Fault>,
    most: usize,
    value_most: usize,
}

/// An objection.
pub(super) async fn show_objection(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = begun(&counter, &caller, Family::Objection).await;
    counter.end(&caller.visit, answer)
}

/// A repair.
pub(super) async fn show_repair(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = begun(&counter, &caller, Family::Repair).await;
    counter.end(&caller.visit, answer)
}

/// A reply.
pub(super) async fn show_reply(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = begun(&counter, &caller, Family::Reply).await;
    counter.end(&caller.visit, answer)
}

/// The next question of an objection.
pub(super) async fn objection(State(counter): State<Counter>, sending: Sending) -> Response {
    answered(&counter, sending, Family::Objection).await
}

/// The next question of a repair.
pub(super) async fn repair(State(counter): State<Counter>, sending: Sending) -> Response {
    answered(&counter, sending, Family::Repair).await
}

/// The next question of a reply.
pub(super) async fn reply(State(counter): State<Counter>, sending: Sending) -> Response {
    answered(&counter, sending, Family::Reply).await
}

async fn begun(counter: &Counter, caller: &Caller, family: Family) -> Answer {
    let signed = counter.whole(caller).await?;
    let record = caller.visit.parameters.first("record").unwrap_or_default().to_owned();
    let draft = Draft { record, ..Draft::default() };
    let first = if has_ways(family) { Question::What } else { Question::Reason };
    page(counter, caller, &signed, (family, first, draft), None).await
}

const FIELDS: [&str; 9] =
    ["at", "to", "record", "procedure", "field", "value", "reason", "paper", "send"];

async fn answered(counter: &Counter, sending: Sending, family: Family) -> Response {
    match receive(counter, sending, &FIELDS).await {
        Ok(form) => {
            let answer = answered_with(counter, &form, family).await;
            counter.end(&form.caller.visit, answer)
        }
        Err((caller, stop)) => counter.end(&caller.visit, Err(stop)),
    }
}

async fn answered_with(counter: &Counter, form: &WithPapers, family: Family) -> Answer {
    let WithPapers { caller, signed, sent, fault } = form;
    let field = |name: &str| caller.field(name).to_owned();
    let draft = Draft {
        record: field("record"),
        procedure: field("procedure"),
        field: field("field"),
        value: field("value"),
        reason: field("reason"),
        papers: caller.form.all("paper", limits::FILTER_VALUES),
    };
    if let Some(wanted) = Question::named(caller.field("to")) {
        return page(counter, caller, signed, (family, wanted, draft), None).await;
    }
    if fault.is_some() {
        return page(counter, caller, signed, (family, Question::Check, draft), fault.clone())
            .await;
    }
    let at = Question::named(caller.field("at")).unwrap_or(Question::What);
    let (next, fault) = after(at, family, &draft);
    if at != Question::Check || fault.is_some() {
        return page(counter, caller, signed, (family, next, draft), fault).await;
    }
    let (who, said, sent) = (signed.clone(), draft.clone(), sent.clone());
    let done = counter
        .office(move |office| Fault::told(send(office, &who, family, (&said, &sent))))
        .await?;
    match done {
        Ok(number) => Ok(opened(caller, &number)),
        Err(fault) => {
            let at = match fault.at.as_str() {
                "papers" => Question::Check,
                _ if fault.key == "open" => Question::Check,
                _ => Question::Reason,
            };
            page(counter, caller, signed, (family, at, draft), Some(fault)).await
        }
    }
}

/// The question behind one, or the same with what is wrong.
fn after(at: Question, family: Family, draft: &Draft) -> (Question, Option<Fault>) {
    let again = |key, value: Option<String>, field: &str| {
        (at, Some(Fault { key, value, at: field.to_owned() }))
    };
    match at {
        Question::What if draft.procedure.is_empty() => again("choose", None, "procedure-1"),
        Question::What if draft.procedure == "objection-content" => (Question::Field, None),
        Question::What => (Question::Reason, None),
        Question::Field if draft.field.is_empty() != draft.value.is_empty() => {
            again("pair", None, if draft.field.is_empty() { "field" } else { "value" })
        }
        Question::Field if draft.value.chars().count() > LINE_CHARACTERS => {
            again("long", Some(LINE_CHARACTERS.to_string()), "value")
        }
        Question::Field => (Question::Reason, None),
        Question::Reason if draft.reason.is_empty() && family != Family::Repair => {
            again("reason", None, "reason")
        }
        Question::Reason if draft.reason.chars().count() > TEXT_CHARACTERS => {
            again("long", Some(TEXT_CHARACTERS.to_string()), "reason")
        }
        Question::Reason => (Question::Check, None),
        Question::Check | Question::Records | Question::NotYet => (at, None),
    }
}

/// The permit that reaches a record, with what a case may be about.
fn reached(
    office: &Office,
    who: &Signed,
    record: PublicId,
    language: Language,
) -> Result<(Permit<CaseOpen>, CaseMatter), OfficeError> {
    for permit in Side::My.permits::<CaseOpen>(office, who)? {
        match office.case_matter(&permit, record, language) {
            Err(OfficeError::Refused(_)) => {}
            found => return Ok((permit, found?)),
        }
    }
    Err(Refused.into())
}

fn send(
    office: &Office,
    who: &Signed,
    family: Family,
    (draft, sent): (&Draft, &[SentPaper]),
) -> Result<String, OfficeError> {
    let record: PublicId = draft.record.parse().map_err(|_| Refused)?;
    let (permit, matter) = reached(office, who, record, Language::Chinese)?;
    let is_meant = |way: &&CaseWay| {
        way.family == family && (!has_ways(family) || way.procedure == draft.procedure)
    };
    let way = matter.ways.iter().find(is_meant).ok_or(Refused)?;
    let is_claim = way.matter == Some(Matter::Content) && !draft.field.is_empty();
    let new = NewCase {
        procedure: &way.procedure,
        record: Some(record),
        code: None,
        body: None,
        text: &draft.reason,
        claim: is_claim.then_some((draft.field.as_str(), draft.value.as_str())),
        papers: &draft.papers,
        sent,
        authority: None,
    };
    Ok(office.open_case(&permit, &new)?.number)
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (family, at, draft): (Family, Question, Draft),
    fault: Option<Fault>,
) -> Answer {
    let (who, record, language) = (signed.clone(), draft.record.clone(), caller.visit.language);
    let (records, matter) = counter
        .office(move |office| {
            if record.is_empty() {
                let mut records = Vec::new();
                for permit in Side::My.permits::<CaseOpen>(office, &who)? {
                    records.extend(office.case_records(&permit, family, language)?);
                }
                return Ok((records, None));
            }
            let record: PublicId = record.parse().map_err(|_| Refused)?;
            let (_, matter) = reached(office, &who, record, language)?;
            Ok((Vec::new(), Some(matter)))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let ways: Vec<CaseWay> = matter
        .iter()
        .flat_map(|matter| matter.ways.iter().filter(|way| way.family == family))
        .cloned()
        .collect();
    let chosen = ways.iter().find(|way| way.procedure == draft.procedure);
    let way = if has_ways(family) { chosen } else { ways.first() }.cloned();
    let at = match (&matter, &way) {
        (None, _) => Question::Records,
        (Some(_), None) if !has_ways(family) => Question::NotYet,
        (Some(_), Some(way)) if !has_ways(family) && !may_begin(way) => Question::NotYet,
        (Some(_), None) => Question::What,
        (Some(_), Some(_)) => at,
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = NewPage {
        desk: counter.desk_of(caller, signed).await?,
        kind: family.word(),
        at,
        records,
        matter,
        ways,
        most: way.as_ref().map_or(TEXT_CHARACTERS, |way| way.longest_text),
        way,
        draft,
        fault,
        value_most: LINE_CHARACTERS,
        chrome: &chrome,
    };
    Ok(counter.private("new-case.html", &context, &chrome, status)?)
}

/// True where whoever opens one chooses what it is against.
fn has_ways(family: Family) -> bool {
    family == Family::Objection
}

fn may_begin(way: &CaseWay) -> bool {
    way.from.is_none() && way.open.is_none()
}

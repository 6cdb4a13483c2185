//! `/my/cases/new/complaint`: a complaint about a body of the register or an agency, one question a page. What was
//! answered goes along in the form: nothing is kept before it is sent.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::cases::{CaseBody, CaseWay, Family, NewCase, SentPaper, TEXT_CHARACTERS};
use gongxin_app::gate::{CaseOpen, Permit, Refused, Scope};
use gongxin_app::{Office, OfficeError};
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
    /// About whom.
    About,
    /// Why.
    Reason,
    /// The answers once more, with the papers.
    Check,
}

impl Question {
    fn named(word: &str) -> Option<Self> {
        match word {
            "about" => Some(Self::About),
            "reason" => Some(Self::Reason),
            "check" => Some(Self::Check),
            _ => None,
        }
    }
}

/// What was answered so far.
#[derive(Debug, Clone, Default, Serialize)]
struct Draft {
    /// As which organisation, by its code.
    organisation: String,
    /// What was typed of whom it is about.
    typed: String,
    /// Whom it is about, by its code.
    against: String,
    reason: String,
    papers: Vec<String>,
}

#[derive(Serialize)]
struct ComplainPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    at: Question,
    organisations: Vec<String>,
    /// Bodies that fit what was typed.
    bodies: Vec<CaseBody>,
    about: Option<CaseBody>,
    way: CaseWay,
    draft: Draft,
    fault: Option<Fault>,
    most: usize,
}

/// The first question.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        page(&counter, &caller, &signed, (Question::About, Draft::default()), None).await
    };
    counter.end(&caller.visit, answer.await)
}

/// The next question.
pub(super) async fn answer(State(counter): State<Counter>, sending: Sending) -> Response {
    match receive(&counter, sending, &FIELDS).await {
        Ok(form) => {
            let answer = answered(&counter, &form).await;
            counter.end(&form.caller.visit, answer)
        }
        Err((caller, stop)) => counter.end(&caller.visit, Err(stop)),
    }
}

const FIELDS: [&str; 7] = ["at", "to", "organisation", "typed", "against", "reason", "paper"];

async fn answered(counter: &Counter, form: &WithPapers) -> Answer {
    let WithPapers { caller, signed, sent, fault } = form;
    let field = |name: &str| caller.field(name).to_owned();
    let mut draft = Draft {
        organisation: field("organisation"),
        typed: field("typed"),
        against: field("against"),
        reason: field("reason"),
        papers: caller.form.all("paper", limits::FILTER_VALUES),
    };
    if let Some(wanted) = Question::named(caller.field("to")) {
        return page(counter, caller, signed, (wanted, draft), None).await;
    }
    if fault.is_some() {
        return page(counter, caller, signed, (Question::Check, draft), fault.clone()).await;
    }
    let at = Question::named(caller.field("at")).unwrap_or(Question::About);
    let (who, asked) = (signed.clone(), draft.clone());
    let bodies = counter.office(move |office| found(office, &who, &asked)).await?;
    // What was typed names one alone: that is whom it is about.
    if let (Question::About, true, [only]) = (at, draft.against.is_empty(), bodies.as_slice()) {
        draft.against.clone_from(&only.code);
    }
    let (next, fault) = after(at, &draft, bodies.is_empty());
    if at != Question::Check || fault.is_some() {
        return page(counter, caller, signed, (next, draft), fault).await;
    }
    let (who, said, sent) = (signed.clone(), draft.clone(), sent.clone());
    let done =
        counter.office(move |office| Fault::told(send(office, &who, (&said, &sent)))).await?;
    match done {
        Ok(number) => Ok(opened(caller, &number)),
        Err(fault) => {
            let at = match fault.at.as_str() {
                "against" => Question::About,
                "papers" => Question::Check,
                _ => Question::Reason,
            };
            page(counter, caller, signed, (at, draft), Some(fault)).await
        }
    }
}

/// The question behind one, or the same with what is wrong.
fn after(at: Question, draft: &Draft, is_nobody: bool) -> (Question, Option<Fault>) {
    let again = |key, value: Option<String>, field: &str| {
        (at, Some(Fault { key, value, at: field.to_owned() }))
    };
    match at {
        Question::About if draft.against.is_empty() && draft.typed.is_empty() => {
            again("whom", None, "typed")
        }
        Question::About if draft.against.is_empty() && is_nobody => again("nobody", None, "typed"),
        // Several fit: one of them is chosen on the same page.
        Question::About if draft.against.is_empty() => (at, None),
        Question::About => (Question::Reason, None),
        Question::Reason if draft.reason.is_empty() => again("reason", None, "reason"),
        Question::Reason if draft.reason.chars().count() > TEXT_CHARACTERS => {
            again("long", Some(TEXT_CHARACTERS.to_string()), "reason")
        }
        Question::Reason => (Question::Check, None),
        Question::Check => (at, None),
    }
}

/// The permits of an account, and the one for the organisation that was chosen.
fn permit_of(
    office: &Office,
    who: &Signed,
    organisation: &str,
) -> Result<(Permit<CaseOpen>, Vec<String>), OfficeError> {
    let permits = Side::My.permits::<CaseOpen>(office, who)?;
    let code = |permit: &Permit<CaseOpen>| match permit.scope() {
        Scope::Organisation(code) => Some(code.clone()),
        _ => None,
    };
    let codes: Vec<String> = permits.iter().filter_map(code).collect();
    let at = codes.iter().position(|one| one == organisation || organisation.is_empty());
    let permit = permits.into_iter().nth(at.ok_or(Refused)?).ok_or(Refused)?;
    Ok((permit, codes))
}

/// The bodies that fit what was typed, or the one that was chosen.
fn found(office: &Office, who: &Signed, draft: &Draft) -> Result<Vec<CaseBody>, OfficeError> {
    let (permit, _) = permit_of(office, who, &draft.organisation)?;
    let wanted = if draft.against.is_empty() { &draft.typed } else { &draft.against };
    office.case_bodies(&permit, wanted, Language::Chinese)
}

fn send(
    office: &Office,
    who: &Signed,
    (draft, sent): (&Draft, &[SentPaper]),
) -> Result<String, OfficeError> {
    let (permit, _) = permit_of(office, who, &draft.organisation)?;
    let ways = office.case_ways(&permit, Family::Complaint, Language::Chinese)?;
    let way = ways.first().ok_or(Refused)?;
    let new = NewCase {
        procedure: &way.procedure,
        against: Some(draft.against.as_str()).filter(|code| !code.is_empty()),
        text: &draft.reason,
        papers: &draft.papers,
        sent,
        ..NewCase::default()
    };
    Ok(office.open_case(&permit, &new)?.number)
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (at, mut draft): (Question, Draft),
    fault: Option<Fault>,
) -> Answer {
    let (who, asked, language) = (signed.clone(), draft.clone(), caller.visit.language);
    let (organisations, own, way, bodies) = counter
        .office(move |office| {
            let (permit, codes) = permit_of(office, &who, &asked.organisation)?;
            let own = match permit.scope() {
                Scope::Organisation(code) => code.clone(),
                _ => String::new(),
            };
            let ways = office.case_ways(&permit, Family::Complaint, language)?;
            let way = ways.into_iter().next().ok_or(Refused)?;
            let wanted = if asked.against.is_empty() { &asked.typed } else { &asked.against };
            let bodies = match wanted.is_empty() {
                true => Vec::new(),
                false => office.case_bodies(&permit, wanted, language)?,
            };
            Ok((codes, own, way, bodies))
        })
        .await?;
    draft.organisation = own;
    let about = bodies.iter().find(|body| body.code == draft.against).cloned();
    // Without whom it is about there is no later question.
    let at = if about.is_none() { Question::About } else { at };
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = ComplainPage {
        desk: counter.desk_of(caller, signed).await?,
        at,
        organisations,
        bodies: if about.is_some() && at != Question::About { Vec::new() } else { bodies },
        about,
        most: way.longest_text,
        way,
        draft,
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("new-complaint.html", &context, &chrome, status)?)
}

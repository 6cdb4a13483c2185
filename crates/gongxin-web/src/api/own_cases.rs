//! `/api/v1/own/cases`: cases for an authority's or the platform's own systems, by key. The same permits and
//! the same use cases as the pages.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::cases::{
    CaseAct, CaseEntry, CaseFilter, CaseItem, CaseLine, CasePaper, NewCase, PaperSaid, Party, Step,
    Taken, Verdict,
};
use gongxin_app::gate::{CaseOpen, CaseSee, CaseStep, Permit, Refused};
use gongxin_app::{Office, OfficeError};
use gongxin_model::finding::Language;
use gongxin_model::{PublicId, Seq};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::own::{by_key, end};
use super::problem::{NotShown, Problem};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::visit::Visit;

/// Where they are.
pub(crate) const CASES: &str = "/api/v1/own/cases";
/// Where one is.
pub(crate) const CASE: &str = "/api/v1/own/cases/{number}";
/// Where a step is taken in one.
pub(crate) const STEPS: &str = "/api/v1/own/cases/{number}/steps";
/// As whom a key acts where it may as several.
const PARTIES: &[Party] = &[Party::Authority, Party::Steward, Party::Subject];
/// The most papers or values of one step.
const MOST: usize = 20;

/// Which cases.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read from the query by hand; here for the document")]
pub(crate) struct CaseQuery {
    /// `open`, `closed`, `overdue`; all when left out.
    #[param(example = "open")]
    only: Option<String>,
    /// A procedure.
    #[param(example = "objection-content")]
    procedure: Option<String>,
}

/// Cases, what is due first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCases {
    /// The cases.
    cases: Vec<OwnCase>,
    /// True where there are more than are given: narrow the question.
    more: bool,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCase {
    /// Its number.
    number: String,
    /// The procedure that it follows.
    procedure: String,
    /// What that is called.
    name: String,
    /// Where it stands.
    state: String,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    opened: gongxin_model::Instant,
    /// The record that it is about.
    record: Option<String>,
    /// The organisation's code.
    code: Option<String>,
    /// The body that decides; none for the platform.
    decider: Option<String>,
    /// By when somebody must act.
    #[schema(format = Date)]
    due: Option<String>,
    /// True where that day is over.
    overdue: bool,
}

impl From<CaseLine> for OwnCase {
    fn from(line: CaseLine) -> Self {
        Self {
            number: line.number,
            procedure: line.procedure,
            name: line.name,
            state: line.state,
            opened: line.opened,
            record: line.record.map(|id| id.to_string()),
            code: line.code,
            decider: line.decider,
            due: line.due.map(|day| day.to_string()),
            overdue: line.overdue,
        }
    }
}

/// A case with its course, and what the key may do in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCaseWhole {
    /// Where it stands.
    case: OwnCase,
    /// Its last entry: a step names it, so that nothing is done to what moved on meanwhile.
    last: u64,
    /// What whoever opened it says.
    text: Option<String>,
    /// What is said to be wrong.
    claim: Option<CaseValue>,
    /// What was found or decided last.
    verdict: Option<String>,
    /// The papers that came.
    papers: Vec<CasePiece>,
    /// The steps that the key may take now.
    may: Vec<OwnCaseMay>,
    /// Its course, the oldest first.
    course: Vec<OwnCaseEntry>,
}

/// A field and what it should say.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseValue {
    /// The field's code.
    #[schema(example = "penalty_amount")]
    field: String,
    /// The value.
    value: String,
}

/// A paper.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CasePiece {
    /// Its id within the procedure.
    id: String,
    /// What it is.
    name: String,
}

impl From<CasePaper> for CasePiece {
    fn from(paper: CasePaper) -> Self {
        Self { id: paper.id, name: paper.name }
    }
}

/// A step that may be taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCaseMay {
    /// The step.
    step: String,
    /// What it may say.
    verdicts: Vec<String>,
    /// The papers that must have come by then, and have not.
    missing: Vec<CasePiece>,
    /// True where it would be a judgement on one's own act: another person must take it.
    own_act: bool,
}

/// One entry of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCaseEntry {
    /// Its place in the archive.
    entry: u64,
    /// When it was received.
    #[schema(value_type = String, format = DateTime)]
    at: gongxin_model::Instant,
    /// What it does.
    kind: String,
    /// As whom: `subject`, `authority`, `steward`; never which account.
    party: Option<String>,
    /// The name of the body.
    body: Option<String>,
    /// What it says, field by field.
    says: Vec<CaseValue>,
    /// What the papers say that came with their text.
    texts: Vec<CasePaperSaid>,
}

/// What a paper says.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CasePaperSaid {
    /// Its id within the procedure.
    id: String,
    /// What it is.
    name: String,
    /// The SHA-256 digest of its file, hexadecimal: the file itself is not kept.
    digest: String,
    /// What it says.
    text: String,
    /// Its pages that hold no text, pictures at most: they are not kept.
    blank: Vec<usize>,
}

impl From<PaperSaid> for CasePaperSaid {
    fn from(said: PaperSaid) -> Self {
        let CasePaper { id, name } = said.paper;
        Self { id, name, digest: said.digest, text: said.text, blank: said.blank }
    }
}

impl From<CaseEntry> for OwnCaseEntry {
    fn from(entry: CaseEntry) -> Self {
        let says = entry.says.into_iter().map(|(field, value)| CaseValue { field, value });
        Self {
            entry: entry.entry,
            at: entry.at,
            kind: entry.kind,
            party: entry.party,
            body: entry.body,
            says: says.collect(),
            texts: entry.texts.into_iter().map(CasePaperSaid::from).collect(),
        }
    }
}

impl From<CaseItem> for OwnCaseWhole {
    fn from(item: CaseItem) -> Self {
        let may = item.may.into_iter().map(|may| OwnCaseMay {
            step: may.step.word().to_owned(),
            verdicts: may.verdicts.iter().map(|one| one.word().to_owned()).collect(),
            missing: may.missing.into_iter().map(CasePiece::from).collect(),
            own_act: may.is_own_act,
        });
        Self {
            last: item.last,
            text: item.text,
            claim: item.claim.map(|(field, value)| CaseValue { field, value }),
            verdict: item.verdict,
            papers: item.papers.into_iter().map(CasePiece::from).collect(),
            may: may.collect(),
            course: item.course.into_iter().map(OwnCaseEntry::from).collect(),
            case: item.line.into(),
        }
    }
}

/// A case to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseOpening {
    /// The procedure.
    #[schema(example = "objection-content")]
    procedure: String,
    /// The record that it is about; left out where it is about none: a proposal to list, a complaint.
    #[serde(default)]
    #[schema(example = "00000000000000000000000000")]
    record: Option<String>,
    /// The code of the organisation that a proposal to list is about.
    #[serde(default)]
    code: Option<String>,
    /// The list in which it would be entered.
    #[serde(default)]
    list: Option<String>,
    /// The body that proposes, where the key is for several.
    #[serde(default)]
    body: Option<String>,
    /// The name of the authority that proposes.
    #[serde(default)]
    authority: Option<String>,
    /// The body or agency that a complaint is about, by its code.
    #[serde(default)]
    against: Option<String>,
    /// What is said, 4,000 characters at most; no number of a person.
    text: String,
    /// What is said to be wrong.
    #[serde(default)]
    claim: Option<CaseValue>,
    /// The papers that come with it, by their ids within the procedure.
    #[serde(default)]
    papers: Vec<String>,
}

/// A step to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseStepping {
    /// The step.
    #[schema(example = "accept")]
    step: String,
    /// The last entry of the case as it was seen.
    seen: u64,
    /// What a finding or decision says.
    #[serde(default)]
    verdict: Option<String>,
    /// The reason, 4,000 characters at most; no number of a person.
    #[serde(default)]
    reason: Option<String>,
    /// The number of the document.
    #[serde(default)]
    number: Option<String>,
    /// The name of the authority that decided.
    #[serde(default)]
    authority: Option<String>,
    /// The record that the step names.
    #[serde(default)]
    record: Option<String>,
    /// The papers that come with it.
    #[serde(default)]
    papers: Vec<String>,
    /// What fields are to say from now on.
    #[serde(default)]
    settles: Vec<CaseValue>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCaseTaken {
    /// The number of the case.
    number: String,
    /// Where it stands now.
    state: String,
    /// By when somebody must act.
    #[schema(format = Date)]
    due: Option<String>,
    /// Records altered by it.
    records: u64,
}

impl From<Taken> for OwnCaseTaken {
    fn from(taken: Taken) -> Self {
        Self {
            number: taken.number,
            state: taken.state,
            due: taken.due.map(|day| day.to_string()),
            records: taken.records,
        }
    }
}

/// The cases that a key's account deals with, what is due first.
#[utoipa::path(
    get, path = "/api/v1/own/cases", tag = "own", operation_id = "own_cases",
    params(CaseQuery), security(("key" = [])),
    responses(
        (status = 200, body = OwnCases, description = "The cases."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn list(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let only = visit.parameters.first("only").unwrap_or_default();
    let filter = CaseFilter {
        procedure: visit.parameters.first("procedure").map(str::to_owned),
        closed: match only {
            "open" => Some(false),
            "closed" => Some(true),
            _ => None,
        },
        overdue: only == "overdue",
        by_due: true,
        ..CaseFilter::default()
    };
    let language = visit.language;
    let listed = by_key(&counter, &headers, move |office, who| {
        let permits = office.permits::<CaseSee>(who)?;
        if permits.is_empty() {
            return Err(Refused.into());
        }
        let lines = office.cases(&permits, &filter, limits::CASES_ON_PAGE + 1, language)?;
        let most = usize::try_from(limits::CASES_ON_PAGE).unwrap_or(usize::MAX);
        let more = lines.len() > most;
        Ok(OwnCases { cases: lines.into_iter().take(most).map(OwnCase::from).collect(), more })
    });
    end(&counter, &visit, listed.await)
}

/// One case with its course. Where somebody else than its organisation reads it, that is entered in the
/// access log first. A case of others is not told from one that there is not.
#[utoipa::path(
    get, path = "/api/v1/own/cases/{number}", tag = "own", operation_id = "own_case",
    params(("number" = String, Path, description = "The case's number.")), security(("key" = [])),
    responses(
        (status = 200, body = OwnCaseWhole, description = "The case."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn one(
    State(counter): State<Counter>,
    Path(number): Path<String>,
    visit: Visit,
    headers: HeaderMap,
) -> Response {
    let language = visit.language;
    let shown = by_key(&counter, &headers, move |office, who| {
        let permit = office.permit_in_case::<CaseSee>(who, &number, PARTIES)?;
        Ok(OwnCaseWhole::from(office.case_item(&permit, &number, language)?))
    });
    end(&counter, &visit, shown.await)
}

/// Opens a case, where its procedure lets the account: about a record, a proposal to list, a complaint.
#[utoipa::path(
    post, path = "/api/v1/own/cases", tag = "own", operation_id = "own_case_open",
    request_body = CaseOpening, security(("key" = [])),
    responses(
        (status = 200, body = OwnCaseTaken, description = "It is open."),
        (status = 401, description = "No key, or one that no longer holds."),
        (status = 422, description = "The procedure refuses; `fault` says why. Nothing was done.",
         body = Problem, content_type = "application/problem+json"),
        NotShown
    )
)]
pub(crate) async fn open(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Result<CaseOpening, _> = serde_json::from_slice(&body);
    let opened = by_key(&counter, &headers, move |office, who| {
        match asked.ok().filter(|asked| asked.papers.len() <= MOST) {
            Some(asked) => told(opened_by(office, who, &asked)),
            None => Ok(Err(Trouble::Body)),
        }
    });
    end(&counter, &visit, opened.await.and_then(flat))
}

/// Takes a step in a case, as it was seen: another step since then answers 409 and does nothing.
#[utoipa::path(
    post, path = "/api/v1/own/cases/{number}/steps", tag = "own", operation_id = "own_case_step",
    params(("number" = String, Path, description = "The case's number.")),
    request_body = CaseStepping, security(("key" = [])),
    responses(
        (status = 200, body = OwnCaseTaken, description = "It is done."),
        (status = 401, description = "No key, or one that no longer holds."),
        (status = 409, description = "Somebody took a step meanwhile. Nothing was done.",
         body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The procedure refuses; `fault` says why. Nothing was done.",
         body = Problem, content_type = "application/problem+json"),
        NotShown
    )
)]
pub(crate) async fn step(
    State(counter): State<Counter>,
    Path(number): Path<String>,
    visit: Visit,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Result<CaseStepping, _> = serde_json::from_slice(&body);
    let taken = by_key(&counter, &headers, move |office, who| {
        let permit = office.permit_in_case::<CaseStep>(who, &number, PARTIES)?;
        match asked {
            Ok(asked) => taken_by(office, &permit, &number, &asked),
            Err(_) => Ok(Err(Trouble::Body)),
        }
    });
    end(&counter, &visit, taken.await.and_then(flat))
}

fn opened_by(office: &Office, who: &Signed, asked: &CaseOpening) -> Result<Taken, OfficeError> {
    let record = asked.record.as_deref().map(str::parse::<PublicId>);
    let record = record.transpose().map_err(|_| Refused)?;
    let permit = opening_permit(office, who, (record, asked.body.as_deref()))?;
    let claim = asked.claim.as_ref();
    office.open_case(
        &permit,
        &NewCase {
            procedure: &asked.procedure,
            record,
            code: asked.code.as_deref().filter(|_| record.is_none()),
            body: None,
            text: &asked.text,
            claim: claim.map(|claim| (claim.field.as_str(), claim.value.as_str())),
            papers: &asked.papers,
            sent: &[],
            authority: asked.authority.as_deref(),
            list: asked.list.as_deref(),
            against: asked.against.as_deref(),
        },
    )
}

/// The permit that reaches the record; without one that of the body, or the only one there is.
fn opening_permit(
    office: &Office,
    who: &Signed,
    (record, body): (Option<PublicId>, Option<&str>),
) -> Result<Permit<CaseOpen>, OfficeError> {
    let mut permits = office.permits::<CaseOpen>(who)?;
    let Some(record) = record else {
        permits.retain(|permit| body.is_none() || permit.body() == body);
        return match (permits.pop(), permits.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(Refused.into()),
        };
    };
    for permit in permits {
        match office.case_matter(&permit, record, Language::Chinese) {
            Err(OfficeError::Refused(_)) => {}
            found => return found.map(|_| permit),
        }
    }
    Err(Refused.into())
}

fn taken_by(
    office: &Office,
    permit: &Permit<CaseStep>,
    number: &str,
    asked: &CaseStepping,
) -> Result<Result<Taken, Trouble>, OfficeError> {
    let record: Option<Result<PublicId, _>> = asked.record.as_deref().map(str::parse);
    let verdict = asked.verdict.as_deref().map(|word| Verdict::from_word(word).ok_or(()));
    let (Some(step), Ok(record), Ok(verdict), Ok(seen)) = (
        Step::from_word(&asked.step),
        record.transpose(),
        verdict.transpose(),
        i64::try_from(asked.seen),
    ) else {
        return Ok(Err(Trouble::Body));
    };
    if asked.papers.len() > MOST || asked.settles.len() > MOST {
        return Ok(Err(Trouble::Body));
    }
    let pair = |one: &CaseValue| (one.field.clone(), one.value.clone());
    let settles: Vec<(String, String)> = asked.settles.iter().map(pair).collect();
    let act = CaseAct {
        verdict,
        reason: asked.reason.as_deref(),
        number: asked.number.as_deref(),
        authority: asked.authority.as_deref(),
        papers: &asked.papers,
        record,
        settles: &settles,
        seen: Some(Seq(seen)),
        ..CaseAct::of(step)
    };
    told(office.take_step(permit, number, &act))
}

/// What the procedure says against what was asked; everything else is trouble.
fn told(done: Result<Taken, OfficeError>) -> Result<Result<Taken, Trouble>, OfficeError> {
    match done {
        Err(OfficeError::Case(fault)) => Ok(Err(Trouble::Case(fault.word()))),
        Err(OfficeError::Usage(_)) => Ok(Err(Trouble::Case("unfit"))),
        done => done.map(Ok),
    }
}

fn flat(done: Option<Result<Taken, Trouble>>) -> Result<Option<OwnCaseTaken>, Trouble> {
    done.transpose().map(|taken| taken.map(OwnCaseTaken::from))
}

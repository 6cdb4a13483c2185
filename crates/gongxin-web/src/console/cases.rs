//! `/console/cases` and `/my/cases`: cases that wait, and one with its course and what can be done.
//!
//! Both sides see the same course. Nobody sees an account: a step says which body or party took it.

use axum::extract::{Path, State as Held};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::cases::{
    CaseAct, CaseFilter, CaseLine, CaseRecord, Party, SentPaper, State, Step, Verdict,
};
use gongxin_app::gate::{Action, CaseSee, CaseStep, Permit, Refused, Scope};
use gongxin_app::{Office, OfficeError};
use gongxin_model::finding::Language;
use gongxin_model::{Day, Instant, Seq};
use serde::Serialize;

use super::case_page::{Fault, Typed, case_page, typed};
use super::papers::{WithPapers, receive};
use super::{Answer, Caller, Desk, Sending, see};
use crate::counter::Counter;
use crate::limits;
use crate::page::Chrome;

/// Which side of the counter a page is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// An enterprise's own cases.
    My,
    /// A department's, the platform's.
    Console,
}

impl Side {
    /// Where its cases are.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::My => "/my/cases",
            Self::Console => "/console/cases",
        }
    }

    /// The parties that work on it.
    const fn parties(self) -> &'static [Party] {
        match self {
            Self::My => &[Party::Subject],
            Self::Console => &[Party::Authority, Party::Steward],
        }
    }

    /// True for a permit of its own.
    fn has<A: Action>(self, permit: &Permit<A>) -> bool {
        let is_own = matches!(permit.scope(), Scope::Organisation(_));
        is_own == (self == Self::My)
    }

    /// The permits of an account on this side; without any there is nothing here.
    pub(super) fn permits<A: Action>(
        self,
        office: &Office,
        who: &Signed,
    ) -> Result<Vec<Permit<A>>, OfficeError> {
        let mut permits = office.permits::<A>(who)?;
        permits.retain(|permit| self.has(permit));
        if permits.is_empty() { Err(Refused.into()) } else { Ok(permits) }
    }

    /// The permit of an account in one case.
    fn permit<A: Action>(
        self,
        office: &Office,
        who: &Signed,
        case: &str,
    ) -> Result<Permit<A>, OfficeError> {
        let permit = office.permit_in_case(who, case, self.parties())?;
        if self.has(&permit) { Ok(permit) } else { Err(Refused.into()) }
    }
}

/// By when somebody must act.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Clock {
    /// `ahead`, `today`, `over`.
    kind: &'static str,
    due: Day,
    days: u64,
    may_move: bool,
}

/// A case in a list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    number: String,
    name: String,
    state: String,
    about: Option<CaseRecord>,
    subject: Option<String>,
    code: Option<String>,
    decider: Option<String>,
    opened: Instant,
    clock: Option<Clock>,
}

impl Line {
    pub(super) fn of(line: CaseLine, today: Day) -> Self {
        let clock = line.due.map(|due| {
            let kind = match due {
                due if due < today => "over",
                due if due == today => "today",
                _ => "ahead",
            };
            let days = line.working_days_left.map_or(0, i64::unsigned_abs);
            Clock { kind, due, days, may_move: line.due_may_move }
        });
        Self {
            number: line.number,
            name: line.name,
            state: line.state,
            about: line.about,
            subject: line.subject,
            code: line.code,
            decider: line.decider_name,
            opened: line.opened,
            clock,
        }
    }
}

#[derive(Serialize)]
struct ListPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    side: &'static str,
    cases: Vec<Line>,
    /// True where there are more than are shown.
    are_more: bool,
    most: u32,
    state: String,
    states: Vec<&'static str>,
    only: String,
}

/// The cases of an enterprise.
pub(super) async fn mine(Held(counter): Held<Counter>, caller: Caller) -> Response {
    let answer = list(&counter, &caller, Side::My).await;
    counter.end(&caller.visit, answer)
}

/// The cases of a department or the platform.
pub(super) async fn theirs(Held(counter): Held<Counter>, caller: Caller) -> Response {
    let answer = list(&counter, &caller, Side::Console).await;
    counter.end(&caller.visit, answer)
}

/// What of the cases is asked for: a state, and whether open, overdue or all.
fn filter(caller: &Caller) -> (CaseFilter, String, String) {
    let asked = |name| caller.visit.parameters.first(name).unwrap_or_default().to_owned();
    let state = State::from_word(&asked("state"));
    let only = asked("only");
    let filter = CaseFilter {
        state: state.map(|state| state.word().to_owned()),
        closed: match only.as_str() {
            "all" => None,
            "closed" => Some(true),
            _ => Some(false).filter(|_| state.is_none_or(|state| !state.is_final())),
        },
        overdue: only == "overdue",
        by_due: true,
        ..CaseFilter::default()
    };
    let only =
        if matches!(only.as_str(), "all" | "closed" | "overdue") { only } else { String::new() };
    (filter, state.map_or("", State::word).to_owned(), only)
}

async fn list(counter: &Counter, caller: &Caller, side: Side) -> Answer {
    let signed = counter.whole(caller).await?;
    let (filter, state, only) = filter(caller);
    let language = caller.visit.language;
    let who = signed.clone();
    let lines = counter
        .office(move |office| {
            let permits = side.permits::<CaseSee>(office, &who)?;
            office.cases(&permits, &filter, limits::CASES_ON_PAGE + 1, language)
        })
        .await?;
    let most = usize::try_from(limits::CASES_ON_PAGE).unwrap_or(usize::MAX);
    let are_more = lines.len() > most;
    let chrome = counter.chrome(&caller.visit).await?;
    let context = ListPage {
        desk: counter.desk_of(caller, &signed).await?,
        side: side.path(),
        cases: lines.into_iter().take(most).map(|line| Line::of(line, chrome.today)).collect(),
        are_more,
        most: limits::CASES_ON_PAGE,
        state,
        states: State::ALL.iter().map(|state| state.word()).collect(),
        only,
        chrome: &chrome,
    };
    Ok(counter.private("cases.html", &context, &chrome, StatusCode::OK)?)
}

/// A case of an enterprise.
pub(super) async fn my_one(
    Held(counter): Held<Counter>,
    Path(number): Path<String>,
    caller: Caller,
) -> Response {
    let answer = show(&counter, &caller, (Side::My, &number)).await;
    counter.end(&caller.visit, answer)
}

/// A case of a department or the platform.
pub(super) async fn one(
    Held(counter): Held<Counter>,
    Path(number): Path<String>,
    caller: Caller,
) -> Response {
    let answer = show(&counter, &caller, (Side::Console, &number)).await;
    counter.end(&caller.visit, answer)
}

async fn show(counter: &Counter, caller: &Caller, asked: (Side, &str)) -> Answer {
    let signed = counter.whole(caller).await?;
    page(counter, caller, &signed, asked, None).await
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (side, number): (Side, &str),
    fault: Option<Fault>,
) -> Answer {
    let (who, asked, language) = (signed.clone(), number.to_owned(), caller.visit.language);
    let item = counter
        .office(move |office| {
            let permit = side.permit::<CaseSee>(office, &who, &asked)?;
            office.case_item(&permit, &asked, language)
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let desk = counter.desk_of(caller, signed).await?;
    let status = match &fault {
        None => StatusCode::OK,
        Some(fault) if fault.key == "stale" => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let context = case_page(caller, (&chrome, desk), side, item, fault);
    Ok(counter.private("case.html", &context, &chrome, status)?)
}

/// A step of an enterprise.
pub(super) async fn my_step(
    Held(counter): Held<Counter>,
    Path(number): Path<String>,
    sending: Sending,
) -> Response {
    step(&counter, sending, (Side::My, &number)).await
}

/// A step of a department or the platform.
pub(super) async fn their_step(
    Held(counter): Held<Counter>,
    Path(number): Path<String>,
    sending: Sending,
) -> Response {
    step(&counter, sending, (Side::Console, &number)).await
}

const FIELDS: [&str; 15] = [
    "step",
    "seen",
    "verdict",
    "reason",
    "number",
    "authority",
    "record",
    "paper",
    "field1",
    "value1",
    "field2",
    "value2",
    "field3",
    "value3",
    "new",
];

async fn step(counter: &Counter, sending: Sending, asked: (Side, &str)) -> Response {
    match receive(counter, sending, &FIELDS).await {
        Ok(form) => {
            let answer = step_with(counter, &form, asked).await;
            counter.end(&form.caller.visit, answer)
        }
        Err((caller, stop)) => counter.end(&caller.visit, Err(stop)),
    }
}

async fn step_with(counter: &Counter, form: &WithPapers, (side, number): (Side, &str)) -> Answer {
    let WithPapers { caller, signed, sent, fault } = form;
    if fault.is_some() {
        return page(counter, caller, signed, (side, number), fault.clone()).await;
    }
    let (who, asked, typed) = (signed.clone(), number.to_owned(), typed(caller));
    let sent = sent.clone();
    let step = Step::from_word(caller.field("step"));
    let seen: Option<i64> = caller.field("seen").parse().ok();
    let taken = counter
        .office(move |office| {
            let permit = side.permit::<CaseStep>(office, &who, &asked)?;
            let (Some(step), Some(seen)) = (step, seen) else {
                return Ok(Err(Fault { key: "unfit", value: None, at: "reason".into() }));
            };
            Fault::told(take(office, &permit, &asked, (step, seen, &typed, &sent)))
        })
        .await?;
    match taken {
        Ok(()) => Ok(see(caller, &format!("{}/{number}", side.path()))),
        Err(fault) => page(counter, caller, signed, (side, number), Some(fault)).await,
    }
}

fn take(
    office: &Office,
    permit: &Permit<CaseStep>,
    case: &str,
    (step, seen, typed, sent): (Step, i64, &Typed, &[SentPaper]),
) -> Result<(), OfficeError> {
    let said = |text: &'_ String| (!text.is_empty()).then(|| text.clone());
    let (reason, number) = (said(&typed.reason), said(&typed.number));
    let authority = said(&typed.authority);
    let verdict = Verdict::from_word(&typed.verdict);
    // What the form offers to settle counts only where the decision says that something is wrong.
    let corrects = matches!(verdict, Some(Verdict::Upheld | Verdict::Partly));
    let settles: Vec<(String, String)> = typed
        .settles
        .iter()
        .filter(|(field, value)| corrects && !field.is_empty() && !value.is_empty())
        .cloned()
        .collect();
    let act = CaseAct {
        verdict,
        reason: reason.as_deref(),
        number: number.as_deref(),
        authority: authority.as_deref(),
        papers: &typed.papers,
        sent,
        record: typed.record.parse().ok(),
        settles: &settles,
        seen: Some(Seq(seen)),
        ..CaseAct::of(step)
    };
    office.take_step(permit, case, &act).map(drop)
}

/// The cases of an account that are due first, with their clocks.
pub(super) fn due(
    office: &Office,
    who: &Signed,
    (side, language): (Side, Language),
) -> Result<Vec<CaseLine>, OfficeError> {
    let Ok(permits) = side.permits::<CaseSee>(office, who) else {
        return Ok(Vec::new());
    };
    let filter = CaseFilter { closed: Some(false), by_due: true, ..CaseFilter::default() };
    office.cases(&permits, &filter, limits::CASES_DUE, language)
}

/// Where the cases of an account are; nowhere for one that has none.
pub(super) fn place(office: &Office, who: &Signed) -> Option<&'static str> {
    let sides = [Side::Console, Side::My];
    sides.into_iter().find(|side| side.permits::<CaseSee>(office, who).is_ok()).map(Side::path)
}

/// Goes on at a case that was just opened.
pub(super) fn opened(caller: &Caller, number: &str) -> Response {
    see(caller, &format!("{}/{number}?new=1", Side::My.path()))
}

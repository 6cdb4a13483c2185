//! A case as its entries say it: each step whole, so that the case is the fold of its entries.

use std::collections::BTreeSet;

use gongxin_model::{Body, Field, Kind, Value};
use gongxin_pack::{Family, Matter, Party, State, Step, Verdict};

use crate::case::{Actor, Case, Due};
use crate::transition::{Act, Transition};

/// The codes of the fields of a case's entries.
pub mod code {
    /// The procedure.
    pub const PROCEDURE: &str = "procedure";
    /// The family.
    pub const FAMILY: &str = "family";
    /// What an objection is against.
    pub const MATTER: &str = "matter";
    /// The number by which people name the case.
    pub const CASE_NUMBER: &str = "case-number";
    /// The record that it is about.
    pub const RECORD: &str = "record";
    /// The account that made the record.
    pub const MAKER: &str = "maker";
    /// The body that decides.
    pub const DECIDER: &str = "decider";
    /// The field that an objection says is wrong.
    pub const CLAIM_FIELD: &str = "claim-field";
    /// What an objection says it should be.
    pub const CLAIM_VALUE: &str = "claim-value";
    /// What a decision settles: `FIELD=VALUE` each.
    pub const SETTLES: &str = "settles";
    /// The step.
    pub const STEP: &str = "step";
    /// As whom it was taken.
    pub const PARTY: &str = "party";
    /// For which body.
    pub const BODY: &str = "body";
    /// What it says.
    pub const VERDICT: &str = "verdict";
    /// The number of the document.
    pub const NUMBER: &str = "number";
    /// The authority that decided.
    pub const AUTHORITY: &str = "authority";
    /// The reason; of an opening, what whoever opened it says.
    pub const REASON: &str = "reason";
    /// The papers that came with it.
    pub const PAPERS: &str = "papers";
    /// The digests of the files of papers: `PAPER=DIGEST` each.
    pub const PAPER_DIGESTS: &str = "paper-digests";
    /// Their pages that hold no text: `PAPER=PAGES` each, with commas between.
    pub const PAPER_BLANK: &str = "paper-blank";
    /// What the papers say: `PAPER=TEXT` each.
    pub const PAPER_TEXTS: &str = "paper-texts";
    /// Where the case stands then.
    pub const STATE: &str = "state";
    /// Since when.
    pub const ENTERED: &str = "entered";
    /// By when somebody must act.
    pub const DUE: &str = "due";
    /// Stands where that day is over.
    pub const OVERDUE: &str = "overdue";
    /// Stands where that day may move.
    pub const PROVISIONAL: &str = "provisional";
}

/// One entry about the case.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// What it does.
    pub kind: Kind,
    /// Its body; None once erased.
    pub body: Option<&'a Body>,
}

/// The fields of the entry of a transition, by the act that made it; None for what the clock did.
/// Sorted by code.
#[must_use]
pub fn fields(case: &Case, step: Option<Step>, act: Option<&Act<'_>>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut put = |code: &str, text: &str| {
        if !text.is_empty() {
            fields.push(Field::text(code, text));
        }
    };
    if step == Some(Step::Open) {
        put(code::PROCEDURE, &case.procedure);
        put(code::FAMILY, case.family.word());
        put(code::MATTER, case.matter.map_or("", Matter::word));
        put(code::MAKER, case.maker.as_deref().unwrap_or_default());
    }
    put(code::STEP, step.map_or("", Step::word));
    put(code::STATE, case.state.word());
    put(code::ENTERED, &case.entered_on.to_string());
    if let Some(due) = case.due {
        put(code::DUE, &due.day.to_string());
        put(code::PROVISIONAL, if due.provisional { "true" } else { "" });
    }
    put(code::OVERDUE, if case.overdue { "true" } else { "" });
    if let Some(act) = act {
        put(code::PARTY, act.actor.party.word());
        put(code::BODY, act.actor.body.as_deref().unwrap_or_default());
        put(code::VERDICT, act.verdict.map_or("", Verdict::word));
        put(code::NUMBER, act.number.unwrap_or_default());
        put(code::AUTHORITY, act.authority.unwrap_or_default());
        put(code::REASON, act.reason.unwrap_or_default());
        if !act.papers.is_empty() {
            let papers = act.papers.iter().map(|one| one.as_str().into()).collect();
            fields.push(Field {
                code: code::PAPERS.into(),
                value: Value::List(papers),
                written: None,
            });
        }
    }
    fields.sort_by(|left, right| left.code.cmp(&right.code));
    fields
}

impl Transition {
    /// The kind of its entry.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self.step {
            Step::Open => Kind::CaseOpened,
            Step::Decide | Step::Redecide | Step::Decline => Kind::CaseDecided,
            _ => Kind::CaseStep,
        }
    }
}

/// The case of its entries, in their order. None where the first is not one that opens a case, or
/// was erased.
#[must_use]
pub fn replay(events: &[Event<'_>]) -> Option<Case> {
    let (first, rest) = events.split_first()?;
    let mut case = opened(first.body.filter(|_| first.kind == Kind::CaseOpened)?)?;
    for event in rest {
        match (event.kind, event.body) {
            (Kind::CaseOverdue, _) => {
                case.overdue = true;
                case.times_overdue = case.times_overdue.saturating_add(1);
            }
            (Kind::CaseStep | Kind::CaseDecided, Some(body)) => apply(&mut case, body),
            // What was erased said something that nobody knows; what it led to says the next.
            _ => {}
        }
    }
    Some(case)
}

fn text<'a>(body: &'a Body, code: &str) -> Option<&'a str> {
    body.field(code).map(|field| field.value.first()).filter(|text| !text.is_empty())
}

fn actor(body: &Body) -> Option<Actor> {
    Some(Actor {
        account: body.actor.clone()?,
        party: text(body, code::PARTY).and_then(Party::from_word)?,
        body: text(body, code::BODY).map(str::to_owned),
    })
}

fn papers(body: &Body) -> BTreeSet<String> {
    let field = body.field(code::PAPERS);
    field
        .map(|field| field.value.all().iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

fn due(body: &Body) -> Option<Due> {
    let day = text(body, code::DUE)?.parse().ok()?;
    Some(Due { day, provisional: text(body, code::PROVISIONAL).is_some() })
}

fn opened(body: &Body) -> Option<Case> {
    let entered_on = text(body, code::ENTERED)?.parse().ok()?;
    Some(Case {
        procedure: text(body, code::PROCEDURE)?.to_owned(),
        family: text(body, code::FAMILY).and_then(Family::from_word)?,
        matter: text(body, code::MATTER).and_then(Matter::from_word),
        state: text(body, code::STATE).and_then(State::from_word)?,
        opened_on: entered_on,
        entered_on,
        due: due(body),
        overdue: false,
        times_overdue: 0,
        extended: false,
        opened_by: actor(body)?,
        maker: text(body, code::MAKER).map(str::to_owned),
        judged_by: BTreeSet::new(),
        verdict: None,
        number: None,
        papers: papers(body),
        appealed: false,
    })
}

fn apply(case: &mut Case, body: &Body) {
    let step = text(body, code::STEP).and_then(Step::from_word);
    let verdict = text(body, code::VERDICT).and_then(Verdict::from_word);
    let judges =
        matches!(step, Some(Step::Propose | Step::Decide | Step::Redecide | Step::Decline));
    if judges {
        case.judged_by.extend(body.actor.clone());
    }
    if judges || step == Some(Step::End) {
        case.verdict = verdict;
    }
    if let Some(number) = text(body, code::NUMBER) {
        case.number = Some(number.to_owned());
    }
    case.extended |= step == Some(Step::Extend);
    case.appealed |= step == Some(Step::Appeal);
    case.papers.extend(papers(body));
    case.state = text(body, code::STATE).and_then(State::from_word).unwrap_or(case.state);
    case.overdue = text(body, code::OVERDUE).is_some();
    if let Some(entered) = text(body, code::ENTERED).and_then(|day| day.parse().ok()) {
        case.entered_on = entered;
    }
    case.due = due(body);
}

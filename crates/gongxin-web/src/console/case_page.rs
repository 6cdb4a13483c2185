//! The page of a case: what it is about, its course, and the form of each step.

use gongxin_app::OfficeError;
use gongxin_app::cases::{
    CaseEntry, CaseFault, CaseField, CaseItem, CaseMatter, CaseMay, CasePaper, Need, PaperSaid,
    PaperTrouble, Refusal, State, Step, Verdict,
};
use gongxin_model::{Day, Instant};
use serde::Serialize;

use super::cases::{Line, Side};
use super::{Caller, Desk};
use crate::limits;
use crate::page::Chrome;

#[derive(Serialize)]
pub(super) struct CasePage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    side: &'static str,
    line: Line,
    last: u64,
    is_closed: bool,
    /// True where it was just opened by who asks.
    is_new: bool,
    decides: String,
    text: Option<String>,
    claim: Option<Claim>,
    matter: Option<CaseMatter>,
    verdict: Option<String>,
    papers: Vec<CasePaper>,
    /// The steps that who asks may take: the chief one first.
    steps: Vec<StepForm>,
    course: Vec<Taken>,
    /// The parties whose turn it is.
    turn: Vec<String>,
    fault: Option<Fault>,
}

/// What is said against what is claimed.
#[derive(Serialize)]
struct Claim {
    code: String,
    label: String,
    form: &'static str,
    now: String,
    claimed: String,
}

/// One entry of the course: which body or party, and what it said.
#[derive(Serialize)]
struct Taken {
    /// Its place in the course, which names what belongs to it on the page.
    nth: usize,
    at: Instant,
    /// The key of its words.
    what: String,
    party: Option<String>,
    body: Option<String>,
    is_own: bool,
    verdict: Option<String>,
    reason: Option<String>,
    number: Option<String>,
    authority: Option<String>,
    settles: Option<String>,
    papers: Vec<String>,
    /// Those of which the text came.
    texts: Vec<Said>,
    due: Option<Day>,
}

/// What a paper says.
#[derive(Serialize)]
struct Said {
    name: String,
    text: String,
    characters: usize,
    digest: String,
    /// The numbers of its pages without text.
    blank: String,
}

impl Said {
    fn of(said: &PaperSaid) -> Self {
        let blank: Vec<String> = said.blank.iter().map(ToString::to_string).collect();
        Self {
            name: said.paper.name.clone(),
            text: said.text.clone(),
            characters: said.text.chars().count(),
            digest: said.digest.clone(),
            blank: blank.join("、"),
        }
    }
}

/// The form of a step, with what was typed where it did not fit.
#[derive(Serialize)]
struct StepForm {
    step: Step,
    verdicts: Vec<Verdict>,
    has_reason: bool,
    has_number: bool,
    has_authority: bool,
    has_record: bool,
    /// The fields that a decision may settle; empty for other steps.
    fields: Vec<CaseField>,
    papers: Vec<CasePaper>,
    missing: Vec<CasePaper>,
    is_own_act: bool,
    is_chief: bool,
    typed: Typed,
}

/// What was typed.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Typed {
    pub(super) verdict: String,
    pub(super) reason: String,
    pub(super) number: String,
    pub(super) authority: String,
    pub(super) record: String,
    pub(super) settles: Vec<(String, String)>,
    pub(super) papers: Vec<String>,
}

/// What does not fit: the key of its words, what it is about, and the part of the form it is of.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fault {
    pub(super) key: &'static str,
    pub(super) value: Option<String>,
    pub(super) at: String,
}

impl Fault {
    /// What the office says against what was typed; everything else is trouble.
    pub(super) fn told<T>(done: Result<T, OfficeError>) -> Result<Result<T, Self>, OfficeError> {
        let fault = match done {
            Err(OfficeError::Case(fault)) => fault,
            Err(OfficeError::Usage(_)) => {
                return Ok(Err(Self { key: "unfit", value: None, at: "reason".into() }));
            }
            done => return done.map(Ok),
        };
        Ok(Err(Self::of(&fault)))
    }

    /// What the office says.
    pub(super) fn of(fault: &CaseFault) -> Self {
        let value = match fault {
            CaseFault::TooEarly { from, .. } => Some(from.to_string()),
            CaseFault::Open(number) => Some(number.clone()),
            CaseFault::Long(most) => Some(most.to_string()),
            CaseFault::Value { value, .. } => Some(value.clone()),
            CaseFault::Paper { why, .. } => match why {
                PaperTrouble::TooLarge(most) => Some((most >> 20).to_string()),
                PaperTrouble::Pages(most) | PaperTrouble::Long(most) => Some(most.to_string()),
                _ => None,
            },
            CaseFault::Papers(most) => Some(most.to_string()),
            _ => None,
        };
        let (key, at) = match fault {
            CaseFault::Step(Refusal::Missing { need: Need::Reason, .. }) => ("reason", "reason"),
            CaseFault::Step(Refusal::Missing { need: Need::Number, .. }) => ("number", "number"),
            CaseFault::Step(Refusal::Missing { need: Need::Authority, .. }) => {
                ("authority", "authority")
            }
            CaseFault::Step(Refusal::NotAVerdict(_)) => ("verdict", "verdict"),
            CaseFault::Step(Refusal::NoPaper { .. }) => ("no-paper", "papers"),
            CaseFault::Step(Refusal::OwnAct(_)) => ("own-act", "reason"),
            CaseFault::Step(_) => ("not-now", "reason"),
            CaseFault::Unsettled | CaseFault::Settles => (fault.word(), "field1"),
            CaseFault::Value { .. } | CaseFault::Fixed(_) => (fault.word(), "field1"),
            CaseFault::Paper { .. } | CaseFault::PaperPersonal { .. } | CaseFault::Papers(_) => {
                (fault.word(), "papers")
            }
            _ => (fault.word(), "reason"),
        };
        Self { key, value, at: at.to_owned() }
    }
}

pub(super) fn case_page<'a>(
    caller: &Caller,
    (chrome, desk): (&'a Chrome, Desk),
    side: Side,
    item: CaseItem,
    fault: Option<Fault>,
) -> CasePage<'a> {
    let is_closed = State::from_word(&item.line.state).is_some_and(State::is_final);
    let claim = claim_of(&item);
    let turn = turn_of(&item);
    let steps = steps_of(caller, &item, fault.is_some());
    CasePage {
        chrome,
        desk,
        side: side.path(),
        is_closed,
        is_new: caller.visit.parameters.first("new").is_some(),
        last: item.last,
        decides: item.line.decider_name.clone().unwrap_or(item.decides),
        text: item.text,
        claim,
        matter: item.matter,
        verdict: item.verdict,
        papers: item.papers,
        steps,
        course: (1..).zip(&item.course).map(taken).collect(),
        turn,
        line: Line::of(item.line, chrome.today),
        fault,
    }
}

fn claim_of(item: &CaseItem) -> Option<Claim> {
    let (code, claimed) = item.claim.clone()?;
    let fields = item.matter.as_ref().map(|matter| &matter.fields[..]).unwrap_or_default();
    let field = fields.iter().find(|field| field.code == code);
    Some(Claim {
        label: field.map_or_else(|| code.clone(), |field| field.label.clone()),
        form: field.map_or("text", |field| field.form),
        now: field.map(|field| field.now.clone()).unwrap_or_default(),
        code,
        claimed,
    })
}

/// Whose turn it is: whoever may take a step that leads on.
fn turn_of(item: &CaseItem) -> Vec<String> {
    let leads = |step: &str| !matches!(step, "supplement" | "extend" | "withdraw" | "return");
    let mut turn: Vec<String> = Vec::new();
    for (_, by) in item.open_steps.iter().filter(|(step, _)| leads(step)) {
        for party in by {
            if !turn.contains(party) {
                turn.push(party.clone());
            }
        }
    }
    turn
}

fn taken((nth, entry): (usize, &CaseEntry)) -> Taken {
    let said = |code: &str| entry.said(code).map(str::to_owned);
    Taken {
        nth,
        at: entry.at,
        what: match entry.kind.as_str() {
            "case-overdue" => "overdue".to_owned(),
            _ => said("step").unwrap_or_else(|| "lapse".to_owned()),
        },
        party: entry.party.clone(),
        body: entry.body.clone(),
        is_own: entry.is_own,
        verdict: said("verdict"),
        reason: said("reason"),
        number: said("number"),
        authority: said("authority"),
        settles: said("settles"),
        papers: names_alone(entry),
        texts: entry.texts.iter().map(Said::of).collect(),
        due: entry.said("due").and_then(|day| day.parse().ok()),
    }
}

/// The papers of an entry of which no text came.
fn names_alone(entry: &CaseEntry) -> Vec<String> {
    let has_text = |name: &&String| entry.texts.iter().any(|said| said.paper.name == **name);
    entry.papers.iter().filter(|name| !has_text(name)).cloned().collect()
}

/// How many fields a form of a decision has room for.
const SETTLED: usize = 3;

fn steps_of(caller: &Caller, item: &CaseItem, is_fault: bool) -> Vec<StepForm> {
    let aside = |step: Step| {
        matches!(step, Step::Supplement | Step::Extend | Step::Withdraw | Step::Return)
    };
    let sent = caller.field("step");
    let mut forms: Vec<StepForm> = Vec::new();
    for may in &item.may {
        let is_chief = !aside(may.step) && !forms.iter().any(|form| form.is_chief);
        let is_sent = is_fault && sent == may.step.word();
        forms.push(step_form(caller, item, may, (is_chief, is_sent)));
    }
    forms.sort_by_key(|form| !form.is_chief);
    forms
}

fn step_form(
    caller: &Caller,
    item: &CaseItem,
    may: &CaseMay,
    (is_chief, is_sent): (bool, bool),
) -> StepForm {
    let needs = |need| may.needs.contains(&need);
    let decides = matches!(may.step, Step::Decide | Step::Redecide);
    let corrects = decides
        && may.verdicts.contains(&Verdict::Upheld)
        && matches!(item.line.procedure.as_str(), "objection-content" | "objection-term");
    let mut typed = if is_sent { typed(caller) } else { Typed::default() };
    if corrects && !is_sent {
        typed.settles.extend(item.claim.clone());
    }
    if needs(Need::Authority) && !is_sent {
        typed.authority = item.line.decider_name.clone().unwrap_or_default();
    }
    typed.settles.resize(SETTLED, (String::new(), String::new()));
    let fields = item.matter.as_ref().filter(|_| corrects).map(|matter| matter.fields.clone());
    StepForm {
        step: may.step,
        verdicts: may.verdicts.clone(),
        has_reason: needs(Need::Reason) || decides || may.step == Step::Supplement,
        has_number: needs(Need::Number),
        has_authority: needs(Need::Authority),
        has_record: needs(Need::Record),
        fields: fields.unwrap_or_default(),
        papers: if may.step == Step::Supplement || !may.missing.is_empty() {
            may.papers.clone()
        } else {
            Vec::new()
        },
        missing: may.missing.clone(),
        is_own_act: may.is_own_act,
        is_chief,
        typed,
    }
}

pub(super) fn typed(caller: &Caller) -> Typed {
    let field = |name: &str| caller.field(name).to_owned();
    let pair = |nth: usize| (field(&format!("field{nth}")), field(&format!("value{nth}")));
    Typed {
        verdict: field("verdict"),
        reason: field("reason"),
        number: field("number"),
        authority: field("authority"),
        record: field("record"),
        settles: (1..=SETTLED).map(pair).collect(),
        papers: caller.form.all("paper", limits::FILTER_VALUES),
    }
}

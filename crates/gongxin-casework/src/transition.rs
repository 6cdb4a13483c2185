//! From a case and an act to the case after it.

use std::collections::BTreeSet;

use gongxin_model::Day;
use gongxin_pack::{
    Calendar, CaseProcedure, Matter, Move, Need, Overdue, Party, Since, State, Step, Verdict,
};

use crate::case::{Actor, Case, Due};
use crate::effect::{self, Effect};
use crate::refusal::Refusal;

/// Under which rules, and on which day.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The procedure of the pack.
    pub procedure: &'a CaseProcedure,
    /// The working days.
    pub calendar: &'a Calendar,
    /// The day.
    pub day: Day,
}

/// Something that somebody wants to do.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// The step.
    pub step: Step,
    /// Who.
    pub actor: Actor,
    /// What a finding or decision says.
    pub verdict: Option<Verdict>,
    /// The reason in words.
    pub reason: Option<&'a str>,
    /// The number of the document.
    pub number: Option<&'a str>,
    /// The name of the authority that decided.
    pub authority: Option<&'a str>,
    /// The papers that come with it.
    pub papers: BTreeSet<String>,
    /// The first day on which repair of the record may be asked for, where its rules have one.
    pub repair_from: Option<Day>,
    /// True where a record is named that fits.
    pub has_record: bool,
}

impl Act<'_> {
    /// A step by somebody, that says nothing yet.
    #[must_use]
    pub fn of(step: Step, actor: Actor) -> Self {
        Self {
            step,
            actor,
            verdict: None,
            reason: None,
            number: None,
            authority: None,
            papers: BTreeSet::new(),
            repair_from: None,
            has_record: false,
        }
    }

    fn states(&self, need: Need, day: Day) -> bool {
        let said = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        match need {
            Need::Reason => said(self.reason),
            Need::Number => said(self.number),
            Need::Authority => said(self.authority),
            Need::TermReached => self.repair_from.is_none_or(|from| from <= day),
            Need::Record => self.has_record,
        }
    }
}

/// What a step made of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// The case after it.
    pub case: Case,
    /// The step.
    pub step: Step,
    /// What must be carried out.
    pub effects: Vec<Effect>,
}

/// What the calendar alone does to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tick {
    /// A day is over: the case is marked, and goes on.
    Overdue(Case),
    /// A period is over: the case moves on.
    Lapsed(Transition),
}

/// Opens a case.
///
/// # Errors
/// The procedure does not hold on the day, the party may not open it, or something is missing.
pub fn open(
    act: &Act<'_>,
    matter_maker: Option<&str>,
    question: &Question<'_>,
) -> Result<Transition, Refusal> {
    let Question { procedure, day, .. } = *question;
    if !procedure.ground.holds(day) {
        return Err(Refusal::NotInForce);
    }
    let opening = &procedure.opening;
    let papers = act.papers.clone();
    asked(act, (&opening.by, &opening.needs, &opening.papers), &papers, question)?;
    let mut case = Case {
        procedure: procedure.id.clone(),
        family: procedure.family,
        matter: procedure.matter,
        state: State::Received,
        opened_on: day,
        entered_on: day,
        due: None,
        overdue: false,
        times_overdue: 0,
        extended: false,
        opened_by: act.actor.clone(),
        maker: matter_maker.map(str::to_owned),
        judged_by: BTreeSet::new(),
        verdict: None,
        number: None,
        papers,
        appealed: false,
    };
    case.due = due(&case, question);
    let kind = (case.family, case.matter);
    let effects = effect::of(kind, Step::Open, None, (State::Received, State::Received));
    Ok(Transition { case, step: Step::Open, effects })
}

/// Sees that a step comes from whom, and with what, it must.
fn asked(
    act: &Act<'_>,
    (by, needs, wanted): (&[Party], &[Need], &[String]),
    papers: &BTreeSet<String>,
    question: &Question<'_>,
) -> Result<(), Refusal> {
    let step = act.step;
    if !by.contains(&act.actor.party) {
        return Err(Refusal::NotTheParty { step, party: act.actor.party });
    }
    let knows = |id: &&String| question.procedure.papers.iter().any(|paper| paper.id == **id);
    if let Some(unknown) = act.papers.iter().find(|id| !knows(id)) {
        return Err(Refusal::UnknownPaper(unknown.clone()));
    }
    if let Some(need) = needs.iter().find(|need| !act.states(**need, question.day)) {
        return Err(Refusal::Missing { step, need: *need });
    }
    match wanted.iter().find(|paper| !papers.contains(*paper)) {
        Some(paper) => Err(Refusal::NoPaper { step, paper: paper.clone() }),
        None => Ok(()),
    }
}

impl Case {
    /// Takes a step.
    ///
    /// # Errors
    /// Why it cannot be taken; nothing has happened then.
    pub fn take(&self, act: &Act<'_>, question: &Question<'_>) -> Result<Transition, Refusal> {
        let Question { procedure, day, .. } = *question;
        let step = act.step;
        if procedure.id != self.procedure {
            return Err(Refusal::AnotherProcedure);
        }
        if self.is_closed() {
            return Err(Refusal::Closed);
        }
        if day < self.entered_on {
            return Err(Refusal::BeforeTheLast);
        }
        if self.tick(question).is_some() {
            return Err(Refusal::ClockFirst);
        }
        let rule = procedure.step(step).ok_or(Refusal::NoSuchStep(step))?;
        let way = self.way(act)?;
        let mut papers = self.papers.clone();
        papers.extend(act.papers.iter().cloned());
        asked(act, (&rule.by, &rule.needs, &rule.papers), &papers, question)?;
        let judges = matches!(step, Step::Propose | Step::Decide | Step::Redecide | Step::Decline);
        if judges && self.is_own_act(&act.actor.account) {
            return Err(Refusal::OwnAct(step));
        }
        if step == Step::Extend && self.extended {
            return Err(Refusal::AlreadyExtended);
        }
        let mut case = Self { papers, ..self.clone() };
        case.note(act, judges);
        Ok(case.moved(way, act.verdict, day, question))
    }

    /// The move that an act makes from here.
    fn way(&self, act: &Act<'_>) -> Result<&'static Move, Refusal> {
        let step = act.step;
        let moves = self.family.moves().iter();
        let here: Vec<&Move> =
            moves.filter(|one| one.step == step && one.from == self.state).collect();
        if here.is_empty() {
            return Err(Refusal::NotNow { step, state: self.state });
        }
        let says = |one: &&&Move| match act.verdict {
            Some(verdict) => one.verdicts.contains(&verdict),
            None => one.verdicts.is_empty(),
        };
        // A record is somebody's or it is not: whose it is cannot be right in part.
        let in_part = self.matter == Some(Matter::Link) && act.verdict == Some(Verdict::Partly);
        let way = here.iter().find(says).copied().filter(|_| !in_part);
        way.ok_or(Refusal::NotAVerdict(step))
    }

    fn note(&mut self, act: &Act<'_>, judges: bool) {
        if judges {
            self.judged_by.insert(act.actor.account.clone());
            self.verdict = act.verdict;
        }
        if act.step == Step::End {
            self.verdict = act.verdict;
        }
        if let Some(number) = act.number.filter(|number| !number.trim().is_empty()) {
            self.number = Some(number.to_owned());
        }
        self.extended |= act.step == Step::Extend;
        self.appealed |= act.step == Step::Appeal;
    }

    /// The case moved on. Where it stays in its state, the clock goes on.
    fn moved(
        self,
        way: &Move,
        verdict: Option<Verdict>,
        day: Day,
        question: &Question<'_>,
    ) -> Transition {
        let (from, to) = (self.state, way.to);
        let mut case = Self { state: to, ..self };
        if from != to {
            case.entered_on = day;
            case.overdue = false;
        }
        case.due = due(&case, question);
        // An extension that comes when the day is over makes up for it only where it reaches.
        case.overdue &= case.due.is_some_and(|due| due.day < day);
        let effects = effect::of((case.family, case.matter), way.step, verdict, (from, to));
        Transition { case, step: way.step, effects }
    }

    /// What the calendar alone does to the case by the day; None where nothing is over, or what is
    /// over was done before.
    #[must_use]
    pub fn tick(&self, question: &Question<'_>) -> Option<Tick> {
        let over = self.due.filter(|due| due.day < question.day && !self.is_closed())?;
        let lapse = self
            .family
            .moves()
            .iter()
            .find(|one| one.step == Step::Lapse && one.from == self.state);
        let clock = question.procedure.clock(self.state, self.entered_on);
        match lapse.filter(|_| clock.is_none_or(|clock| clock.overdue == Overdue::Lapse)) {
            // However late somebody looks: the next clock runs from the day after the last.
            Some(way) => {
                Some(Tick::Lapsed(self.clone().moved(way, None, over.day.plus_days(1), question)))
            }
            None if self.overdue => None,
            None => Some(Tick::Overdue(Self {
                overdue: true,
                times_overdue: self.times_overdue.saturating_add(1),
                ..self.clone()
            })),
        }
    }
}

/// By when somebody must act in the state that the case came to.
fn due(case: &Case, question: &Question<'_>) -> Option<Due> {
    let clock = question.procedure.clock(case.state, case.entered_on)?;
    let since = match clock.since {
        Since::State => case.entered_on,
        Since::Opening => case.opened_on,
    };
    let more = if case.extended { clock.extension_working_days } else { 0 };
    let days = clock.working_days.saturating_add(more);
    let deadline = question.calendar.add_working_days(since, days);
    Some(Due { day: deadline.day, provisional: deadline.provisional })
}

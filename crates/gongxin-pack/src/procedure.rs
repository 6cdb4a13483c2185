//! How a case is dealt with: who may take which step, by when, with which papers.
//!
//! What a family of cases *is* stands in code ([`Family::moves`]): which step leads from which state
//! to which, so that no pack can take away the right to be heard or let somebody judge their own
//! act. What law sets in figures and names stands in packs: clocks, parties, papers.

use gongxin_model::Day;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ground::{Ground, Text};
use crate::rulebook::Rulebook;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            JsonSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word in packs, entries and the store.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The one of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

words! {
    /// What kind of case it is. Closed: each has moves of its own.
    Family {
        /// 异议: a subject says that something shown of it is wrong.
        Objection = "objection",
        /// 信用修复: a subject asks that publication end before its term.
        Repair = "repair",
        /// 重整期间屏蔽: publication rests while a court-approved plan is carried out.
        Shielding = "shielding",
        /// 列入严重失信主体名单: an authority proposes an entry.
        Listing = "listing",
        /// 投诉: somebody complains about an agency or an authority.
        Complaint = "complaint",
        /// 当事人陈述: a subject says something that is published beside a record.
        Reply = "reply",
    }
}

words! {
    /// What an objection is against: that says who decides it.
    Matter {
        /// What the source says: the source's authority decides.
        Content = "content",
        /// Whose the record is: the platform decides.
        Link = "link",
        /// The computed term: the platform decides.
        Term = "term",
    }
}

words! {
    /// Where a case stands.
    State {
        /// 已提出.
        Received = "received",
        /// 已转交: it lies with the body that decides.
        Forwarded = "forwarded",
        /// 已受理, 核查中.
        Accepted = "accepted",
        /// 待复核: a finding waits for another person.
        Reviewed = "reviewed",
        /// 已告知: the subject was told of a proposal and may be heard.
        Noticed = "noticed",
        /// 已听取陈述申辩.
        Heard = "heard",
        /// 已答复.
        Answered = "answered",
        /// 已申请复核: another person decides anew.
        Appealed = "appealed",
        /// 执行中: the entry stands in its list, or the shield holds.
        InForce = "in-force",
        /// 已办结.
        Closed = "closed",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What can be done in a case.
    Step {
        /// It is opened.
        Open = "open",
        /// It is passed to the body that decides.
        Forward = "forward",
        /// That body gives it back: it is not its own, or the finding is not ready.
        Return = "return",
        /// It is accepted for examination.
        Accept = "accept",
        /// It is not accepted, with the reason.
        Decline = "decline",
        /// Papers are added.
        Supplement = "supplement",
        /// The deadline is extended, once.
        Extend = "extend",
        /// Who examined it states a finding.
        Propose = "propose",
        /// It is decided.
        Decide = "decide",
        /// The subject is told of a proposal.
        Notify = "notify",
        /// The subject is heard.
        Hear = "hear",
        /// The entry that was decided on came in.
        Enter = "enter",
        /// A second decision is asked for.
        Appeal = "appeal",
        /// It is decided a second time.
        Redecide = "redecide",
        /// What was in force ends.
        End = "end",
        /// Who opened it takes it back.
        Withdraw = "withdraw",
        /// A period passed in which nobody did what could be done.
        Lapse = "lapse",
    }
}

words! {
    /// What a finding or a decision says.
    Verdict {
        /// 属实.
        Upheld = "upheld",
        /// 部分属实.
        Partly = "partly",
        /// 不属实，维持.
        Dismissed = "dismissed",
        /// 准予.
        Granted = "granted",
        /// 不予.
        Refused = "refused",
        /// 不予受理.
        Declined = "declined",
        /// 决定列入.
        Listed = "listed",
        /// 决定不列入.
        NotListed = "not-listed",
        /// What was promised is done: a plan is carried out, conduct is corrected.
        Fulfilled = "fulfilled",
        /// It was not done.
        Failed = "failed",
        /// Its term is over.
        Expired = "expired",
    }
}

words! {
    /// As whom somebody takes a step.
    Party {
        /// The subject, or who may act for it.
        Subject = "subject",
        /// A body: the source, or the authority that decides.
        Authority = "authority",
        /// The platform's steward.
        Steward = "steward",
        /// The platform's clock: nobody.
        Clock = "clock",
    }
}

words! {
    /// What a step must state beside who takes it.
    Need {
        /// A reason in words.
        Reason = "reason",
        /// The number of a document.
        Number = "number",
        /// The name of the authority that decided.
        Authority = "authority",
        /// That the shortest publication of the record is over.
        TermReached = "term-reached",
        /// The record that it is about.
        Record = "record",
    }
}

words! {
    /// What happens when a clock runs out.
    Overdue {
        /// The case is marked, escalated and counted publicly; it goes on.
        Mark = "mark",
        /// The period is over: the case moves on without whoever could have acted.
        Lapse = "lapse",
    }
}

words! {
    /// From when a clock counts.
    Since {
        /// From the day on which the state was entered.
        State = "state",
        /// From the day on which the case was opened.
        Opening = "opening",
    }
}

/// One way on: a step taken in a state leads to another state, or to the same one. A decision leads
/// where its verdict says; a step without verdicts states none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The step.
    pub step: Step,
    /// Where it may be taken.
    pub from: State,
    /// Where it leads.
    pub to: State,
    /// What it may say.
    pub verdicts: &'static [Verdict],
}

const fn way(step: Step, from: State, to: State) -> Move {
    Move { step, from, to, verdicts: &[] }
}

const fn says(step: Step, from: State, to: State, verdicts: &'static [Verdict]) -> Move {
    Move { step, from, to, verdicts }
}

const FINDINGS: &[Verdict] = &[Verdict::Upheld, Verdict::Partly, Verdict::Dismissed];

/// Objections and complaints: examined by one, decided by another, once more by a third.
const EXAMINED: &[Move] = &[
    way(Step::Forward, State::Received, State::Forwarded),
    way(Step::Accept, State::Received, State::Accepted),
    way(Step::Accept, State::Forwarded, State::Accepted),
    way(Step::Return, State::Forwarded, State::Received),
    way(Step::Return, State::Reviewed, State::Accepted),
    way(Step::Supplement, State::Accepted, State::Accepted),
    way(Step::Extend, State::Accepted, State::Accepted),
    says(Step::Propose, State::Accepted, State::Reviewed, FINDINGS),
    says(Step::Decide, State::Reviewed, State::Answered, FINDINGS),
    way(Step::Appeal, State::Answered, State::Appealed),
    way(Step::Lapse, State::Answered, State::Closed),
    says(Step::Redecide, State::Appealed, State::Closed, FINDINGS),
    way(Step::Withdraw, State::Received, State::Withdrawn),
    way(Step::Withdraw, State::Forwarded, State::Withdrawn),
    way(Step::Withdraw, State::Accepted, State::Withdrawn),
    way(Step::Withdraw, State::Reviewed, State::Withdrawn),
    way(Step::Withdraw, State::Appealed, State::Withdrawn),
];

/// Repairs: the authority that decided decides; the platform records it.
const REPAIRED: &[Move] = &[
    way(Step::Forward, State::Received, State::Forwarded),
    way(Step::Accept, State::Received, State::Accepted),
    way(Step::Accept, State::Forwarded, State::Accepted),
    says(Step::Decline, State::Received, State::Answered, &[Verdict::Declined]),
    says(Step::Decline, State::Forwarded, State::Answered, &[Verdict::Declined]),
    way(Step::Supplement, State::Accepted, State::Accepted),
    way(Step::Extend, State::Accepted, State::Accepted),
    says(Step::Decide, State::Accepted, State::Closed, &[Verdict::Granted]),
    says(Step::Decide, State::Accepted, State::Answered, &[Verdict::Refused]),
    way(Step::Appeal, State::Answered, State::Appealed),
    way(Step::Lapse, State::Answered, State::Closed),
    says(Step::Redecide, State::Appealed, State::Closed, &[Verdict::Granted, Verdict::Refused]),
    way(Step::Withdraw, State::Received, State::Withdrawn),
    way(Step::Withdraw, State::Forwarded, State::Withdrawn),
    way(Step::Withdraw, State::Accepted, State::Withdrawn),
    way(Step::Withdraw, State::Appealed, State::Withdrawn),
];

/// Shieldings: a court approved; the shield holds until the plan is carried out or has failed.
const SHIELDED: &[Move] = &[
    says(Step::Decide, State::Received, State::InForce, &[Verdict::Granted]),
    says(Step::Decide, State::Received, State::Answered, &[Verdict::Refused]),
    way(Step::Appeal, State::Answered, State::Appealed),
    way(Step::Lapse, State::Answered, State::Closed),
    says(Step::Redecide, State::Appealed, State::InForce, &[Verdict::Granted]),
    says(Step::Redecide, State::Appealed, State::Closed, &[Verdict::Refused]),
    says(Step::End, State::InForce, State::Closed, &[Verdict::Fulfilled, Verdict::Failed]),
    way(Step::Withdraw, State::Received, State::Withdrawn),
    way(Step::Withdraw, State::Appealed, State::Withdrawn),
];

/// Listings: no decision before the subject was told and could be heard.
const LISTED: &[Move] = &[
    way(Step::Notify, State::Received, State::Noticed),
    way(Step::Hear, State::Noticed, State::Heard),
    way(Step::Lapse, State::Noticed, State::Heard),
    says(Step::Decide, State::Heard, State::Answered, &[Verdict::Listed]),
    says(Step::Decide, State::Heard, State::Closed, &[Verdict::NotListed]),
    way(Step::Enter, State::Answered, State::InForce),
    says(Step::End, State::InForce, State::Closed, &[Verdict::Fulfilled, Verdict::Expired]),
    way(Step::Withdraw, State::Received, State::Withdrawn),
    way(Step::Withdraw, State::Noticed, State::Withdrawn),
    way(Step::Withdraw, State::Heard, State::Withdrawn),
    way(Step::Withdraw, State::Answered, State::Withdrawn),
];

/// Replies: looked at by somebody before they are published, and published until they end.
const REPLIED: &[Move] = &[
    says(Step::Decide, State::Received, State::InForce, &[Verdict::Granted]),
    says(Step::Decide, State::Received, State::Answered, &[Verdict::Refused]),
    way(Step::Appeal, State::Answered, State::Appealed),
    way(Step::Lapse, State::Answered, State::Closed),
    says(Step::Redecide, State::Appealed, State::InForce, &[Verdict::Granted]),
    says(Step::Redecide, State::Appealed, State::Closed, &[Verdict::Refused]),
    way(Step::End, State::InForce, State::Closed),
    way(Step::Withdraw, State::Received, State::Withdrawn),
    way(Step::Withdraw, State::Appealed, State::Withdrawn),
];

impl Family {
    /// The moves of its cases, in the order of their course.
    #[must_use]
    pub const fn moves(self) -> &'static [Move] {
        match self {
            Self::Objection | Self::Complaint => EXAMINED,
            Self::Repair => REPAIRED,
            Self::Shielding => SHIELDED,
            Self::Listing => LISTED,
            Self::Reply => REPLIED,
        }
    }

    /// The states of its cases.
    #[must_use]
    pub fn states(self) -> Vec<State> {
        let moves = self.moves();
        let passed = |state: &State| {
            *state == State::Received
                || moves.iter().any(|one| one.from == *state || one.to == *state)
        };
        State::ALL.iter().copied().filter(passed).collect()
    }
}

impl State {
    /// True where nothing more can happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}

/// `procedures/*.toml`: how cases of one kind are dealt with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseProcedure {
    /// Its id: the word by which a case is opened.
    pub id: String,
    /// What kind of case it is.
    pub family: Family,
    /// What it is called.
    pub name: Text,
    /// What an objection of it is against; absent for other families.
    #[serde(default)]
    pub matter: Option<Matter>,
    /// The catalogues of the records it is about; empty where it is about none.
    #[serde(default)]
    pub catalogues: Vec<String>,
    /// Who may open it, and what that must come with.
    pub opening: Opening,
    /// Who decides, as the public page says it.
    pub decides: Text,
    /// Its days and what it stands on.
    pub ground: Ground,
    /// The papers it knows.
    #[serde(default)]
    pub papers: Vec<Paper>,
    /// The steps that can be taken, beside those of the clock.
    pub steps: Vec<StepRule>,
    /// Its clocks: one for each state in which somebody must act.
    pub clocks: Vec<CaseClock>,
}

/// A paper that a step may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Its id within the procedure.
    pub id: String,
    /// What it is.
    pub name: Text,
}

/// Who may open a case, and what that must come with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// As whom it may be opened.
    pub by: Vec<Party>,
    /// What it must state.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The papers that must come with it.
    #[serde(default)]
    pub papers: Vec<String>,
    /// The longest text that it may have, in characters; absent where any length that is kept
    /// will do.
    #[serde(default)]
    pub longest_text: Option<usize>,
}

/// Who may take a step, and what it must come with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRule {
    /// The step.
    pub step: Step,
    /// As whom it may be taken.
    pub by: Vec<Party>,
    /// What it must state.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// The papers that must have been handed in by then.
    #[serde(default)]
    pub papers: Vec<String>,
}

/// By when somebody must act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseClock {
    /// Its id within the packs.
    pub id: String,
    /// The state in which it runs.
    pub state: State,
    /// So many working days, the day it counts from not among them.
    pub working_days: u16,
    /// From when it counts.
    pub since: Since,
    /// So many working days more, where the deadline is extended.
    #[serde(default)]
    pub extension_working_days: u16,
    /// What happens when it runs out.
    pub overdue: Overdue,
    /// Its days and what it stands on.
    pub ground: Ground,
}

/// The longest clock that a pack may set, in working days.
pub const LONGEST_WORKING_DAYS: u16 = 120;

impl CaseProcedure {
    /// The clock of a state on a day.
    #[must_use]
    pub fn clock(&self, state: State, day: Day) -> Option<&CaseClock> {
        self.clocks.iter().find(|clock| clock.state == state && clock.ground.holds(day))
    }

    /// The rule of a step.
    #[must_use]
    pub fn step(&self, step: Step) -> Option<&StepRule> {
        self.steps.iter().find(|rule| rule.step == step)
    }

    /// True if its cases may be about a record of the catalogue.
    #[must_use]
    pub fn is_about(&self, catalogue: &str) -> bool {
        self.catalogues.iter().any(|one| one == "*" || one == catalogue)
    }

    /// The moves that it declares: those of its family whose step it names, and those of the clock.
    pub fn moves(&self) -> impl Iterator<Item = &'static Move> {
        let of_clock = |one: &Move| {
            let mut clocks = self.clocks.iter();
            one.step == Step::Lapse
                && clocks.any(|clock| clock.state == one.from && clock.overdue == Overdue::Lapse)
        };
        let moves = self.family.moves().iter();
        moves.filter(move |one| self.step(one.step).is_some() || of_clock(one))
    }
}

impl Rulebook {
    /// The procedures of a family that hold on a day, for records of a catalogue.
    pub fn procedures_for<'a>(
        &'a self,
        family: Family,
        catalogue: &str,
        day: Day,
    ) -> impl Iterator<Item = &'a CaseProcedure> {
        self.procedures.values().filter(move |one| {
            one.family == family && one.is_about(catalogue) && one.ground.holds(day)
        })
    }
}

//! Why something cannot be done in a case.

use gongxin_pack::{Need, Party, State, Step};

/// A step is refused. Nothing has happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The case is closed, and stays so.
    #[error("the case is closed")]
    Closed,
    /// The step leads nowhere from where the case stands.
    #[error("`{step}` cannot be taken while the case is `{state}`")]
    NotNow {
        /// The step.
        step: Step,
        /// Where the case stands.
        state: State,
    },
    /// The procedure has no such step.
    #[error("the procedure has no step `{0}`")]
    NoSuchStep(Step),
    /// As this party the step may not be taken.
    #[error("`{step}` is not for the {party}")]
    NotTheParty {
        /// The step.
        step: Step,
        /// As whom it was tried.
        party: Party,
    },
    /// The account made the record, opened the case, or judged in it before.
    #[error("`{0}` must be taken by another person: nobody decides on their own act")]
    OwnAct(Step),
    /// What it says is not among what it may say.
    #[error("`{0}` cannot say that")]
    NotAVerdict(Step),
    /// Something that it must state is missing.
    #[error("`{step}` must state: {need}")]
    Missing {
        /// The step.
        step: Step,
        /// What is missing.
        need: Need,
    },
    /// A paper is missing.
    #[error("`{step}` needs the paper `{paper}`")]
    NoPaper {
        /// The step.
        step: Step,
        /// The paper's id.
        paper: String,
    },
    /// A paper that the procedure does not know.
    #[error("the procedure knows no paper `{0}`")]
    UnknownPaper(String),
    /// The deadline was extended before.
    #[error("the deadline was extended before")]
    AlreadyExtended,
    /// A clock ran out first; what it does comes before.
    #[error("a clock ran out first")]
    ClockFirst,
    /// It would lie before what happened last.
    #[error("the day lies before what happened last")]
    BeforeTheLast,
    /// The procedure does not hold on the day.
    #[error("the procedure does not hold on the day")]
    NotInForce,
    /// It is another procedure than the case follows.
    #[error("the case follows another procedure")]
    AnotherProcedure,
}

impl Refusal {
    /// The word in packs' cases and answers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NotNow { .. } => "not-now",
            Self::NoSuchStep(_) => "no-such-step",
            Self::NotTheParty { .. } => "not-the-party",
            Self::OwnAct(_) => "own-act",
            Self::NotAVerdict(_) => "not-a-verdict",
            Self::Missing { .. } => "missing",
            Self::NoPaper { .. } => "no-paper",
            Self::UnknownPaper(_) => "unknown-paper",
            Self::AlreadyExtended => "already-extended",
            Self::ClockFirst => "clock-first",
            Self::BeforeTheLast => "before-the-last",
            Self::NotInForce => "not-in-force",
            Self::AnotherProcedure => "another-procedure",
        }
    }
}

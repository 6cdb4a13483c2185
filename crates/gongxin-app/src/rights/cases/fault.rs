//! Why nothing was opened and no step taken, for whoever typed it.

use gongxin_casework::Refusal;
use gongxin_intake::PaperTrouble;
use gongxin_model::Day;

/// What was asked for in a case does not fit. Nothing has happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseFault {
    /// The procedure refuses the step.
    #[error(transparent)]
    Step(#[from] Refusal),
    /// Repair is asked for before its first day.
    #[error("repair of this record can be asked for from {from} on; today is {today}")]
    TooEarly {
        /// The first day.
        from: Day,
        /// The day on which it was asked for.
        today: Day,
    },
    /// Repair or a shield is asked for of a record that is no longer published.
    #[error("the publication of the record has ended")]
    Ended,
    /// A reply to a record that is not adverse, or that the public does not see.
    #[error("a reply stands beside an adverse record, while that is published")]
    NoReply,
    /// Somebody else took a step since the case was looked at.
    #[error("somebody took a step in the case meanwhile; look at it again")]
    Stale,
    /// A case of the procedure about the same record is open.
    #[error("the case `{0}` about the same record is open")]
    Open(String),
    /// A text is longer than what is kept, in characters.
    #[error("a text has at most {0} characters")]
    Long(usize),
    /// A text holds what reads like a person's number.
    #[error("the text holds what reads like a {0}; numbers of persons are never kept")]
    Personal(&'static str),
    /// A paper cannot be taken.
    #[error("the paper `{paper}`: {why}")]
    Paper {
        /// Which.
        paper: String,
        /// Why.
        why: PaperTrouble,
    },
    /// What a paper says holds what reads like a person's number.
    #[error(
        "the paper `{paper}` holds what reads like a {what}; numbers of persons are never kept"
    )]
    PaperPersonal {
        /// Which.
        paper: String,
        /// What it reads like.
        what: &'static str,
    },
    /// Too many papers, or one of them twice.
    #[error("at most {0} papers come with one step, each once")]
    Papers(usize),
    /// A value does not fit the field that it is to be settled for.
    #[error("`{value}` in `{field}` is no {form}")]
    Value {
        /// The field.
        field: String,
        /// What was typed.
        value: String,
        /// What the field takes.
        form: &'static str,
    },
    /// A field that a case does not settle: it says which decision it is, and whose.
    #[error("`{0}` says which decision it is and whose; its source corrects that in a hand-in")]
    Fixed(String),
    /// A decision for the subject that says not what is right.
    #[error("an upheld objection says what is right: give the fields and their values")]
    Unsettled,
    /// A decision that settles nothing names values.
    #[error("only an upheld objection settles values")]
    Settles,
}

impl CaseFault {
    /// The word in answers and in the keys of words.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Step(refusal) => refusal.word(),
            Self::TooEarly { .. } => "too-early",
            Self::Ended => "ended",
            Self::NoReply => "no-reply",
            Self::Stale => "stale",
            Self::Open(_) => "open",
            Self::Long(_) => "long",
            Self::Personal(_) => "personal",
            Self::Paper { why, .. } => match why {
                PaperTrouble::Empty => "paper-empty",
                PaperTrouble::TooLarge(_) => "paper-large",
                PaperTrouble::Foreign => "paper-foreign",
                PaperTrouble::Protected => "paper-protected",
                PaperTrouble::NoText => "paper-no-text",
                PaperTrouble::Pages(_) => "paper-pages",
                PaperTrouble::Long(_) => "paper-long",
                PaperTrouble::Corrupt => "paper-corrupt",
            },
            Self::PaperPersonal { .. } => "paper-personal",
            Self::Papers(_) => "papers",
            Self::Value { .. } => "value",
            Self::Fixed(_) => "fixed",
            Self::Unsettled => "unsettled",
            Self::Settles => "settles",
        }
    }
}

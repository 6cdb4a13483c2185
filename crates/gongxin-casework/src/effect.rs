//! What a step has to be followed by.

use gongxin_pack::{Family, Matter, State, Step, Verdict};
use serde::Serialize;

/// Something that the office carries out in the same transaction, with the step's entry as cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The record is marked as disputed.
    Dispute,
    /// The mark goes.
    CloseDispute,
    /// The content is corrected as decided; the value is pinned.
    Correct,
    /// The link is withdrawn, and what followed from it.
    Unlink,
    /// The term is computed again, by what was decided.
    Recompute,
    /// Publication, sharing and use end.
    EndPublication,
    /// Publication rests.
    Shield,
    /// It rests no longer.
    Unshield,
    /// What the subject says is published beside the record.
    Reply,
    /// It is not any more.
    EndReply,
}

impl Effect {
    /// The word in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dispute => "dispute",
            Self::CloseDispute => "close-dispute",
            Self::Correct => "correct",
            Self::Unlink => "unlink",
            Self::Recompute => "recompute",
            Self::EndPublication => "end-publication",
            Self::Shield => "shield",
            Self::Unshield => "unshield",
            Self::Reply => "reply",
            Self::EndReply => "end-reply",
        }
    }
}

/// What follows from a step that led from a state to another.
pub(crate) fn of(
    (family, matter): (Family, Option<Matter>),
    step: Step,
    verdict: Option<Verdict>,
    (from, to): (State, State),
) -> Vec<Effect> {
    match family {
        Family::Objection => objection(matter, step, verdict, (from, to)),
        Family::Repair => match verdict {
            Some(Verdict::Granted) => vec![Effect::EndPublication],
            _ => Vec::new(),
        },
        Family::Shielding => match (step, verdict) {
            (Step::Decide | Step::Redecide, Some(Verdict::Granted)) => vec![Effect::Shield],
            (Step::End, Some(Verdict::Fulfilled)) => vec![Effect::EndPublication],
            (Step::End, Some(Verdict::Failed)) => vec![Effect::Unshield],
            _ => Vec::new(),
        },
        Family::Listing => match (step, verdict) {
            (Step::End, Some(Verdict::Fulfilled)) => vec![Effect::EndPublication],
            _ => Vec::new(),
        },
        Family::Reply => match (step, verdict) {
            (Step::Decide | Step::Redecide, Some(Verdict::Granted)) => vec![Effect::Reply],
            (Step::End, _) => vec![Effect::EndReply],
            _ => Vec::new(),
        },
        Family::Complaint => Vec::new(),
    }
}

fn objection(
    matter: Option<Matter>,
    step: Step,
    verdict: Option<Verdict>,
    (from, to): (State, State),
) -> Vec<Effect> {
    let mut effects = Vec::new();
    if matches!(step, Step::Decide | Step::Redecide)
        && matches!(verdict, Some(Verdict::Upheld | Verdict::Partly))
    {
        effects.push(match matter {
            Some(Matter::Link) => Effect::Unlink,
            Some(Matter::Term) => Effect::Recompute,
            _ => Effect::Correct,
        });
    }
    let disputes = |state: State| !state.is_final() && state != State::Answered;
    match (step == Step::Open || !disputes(from), disputes(to)) {
        (true, true) => effects.push(Effect::Dispute),
        (false, false) => effects.push(Effect::CloseDispute),
        _ => {}
    }
    effects
}

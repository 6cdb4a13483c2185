//! A case as it stands.

use std::collections::BTreeSet;

use gongxin_model::Day;
use gongxin_pack::{Family, Matter, Party, State, Verdict};
use serde::{Deserialize, Serialize};

/// Who acts: an account, as whom, and for which body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account's id; never a person's name.
    pub account: String,
    /// As whom.
    pub party: Party,
    /// The body (a source's code) that it acts for; None for the subject and the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// By when somebody must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The last day.
    pub day: Day,
    /// True where the holidays of its year are not published: the day may move.
    pub provisional: bool,
}

/// A case so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The procedure it follows.
    pub procedure: String,
    /// What kind of case it is.
    pub family: Family,
    /// What an objection is against.
    pub matter: Option<Matter>,
    /// Where it stands.
    pub state: State,
    /// The day on which it was opened.
    pub opened_on: Day,
    /// The day on which it came to where it stands.
    pub entered_on: Day,
    /// By when somebody must act; None where nobody must.
    pub due: Option<Due>,
    /// True if that day is over, and it was marked so.
    pub overdue: bool,
    /// How often a day was over.
    pub times_overdue: u32,
    /// True if its deadline was extended.
    pub extended: bool,
    /// Who opened it.
    pub opened_by: Actor,
    /// The account that made the record, where there is one.
    pub maker: Option<String>,
    /// The accounts that stated a finding, and that decided.
    pub judged_by: BTreeSet<String>,
    /// What was found or decided last.
    pub verdict: Option<Verdict>,
    /// The number of the decision.
    pub number: Option<String>,
    /// The papers that came so far.
    pub papers: BTreeSet<String>,
    /// True if a second decision was asked for.
    pub appealed: bool,
}

impl Case {
    /// True where nothing more can happen.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.state.is_final()
    }

    /// True while what it is about is marked as disputed: an objection that waits for an answer.
    #[must_use]
    pub fn is_dispute(&self) -> bool {
        self.family == Family::Objection && !self.is_closed() && self.state != State::Answered
    }

    /// True if the account may not judge: it made the record, opened the case, or judged before.
    #[must_use]
    pub fn is_own_act(&self, account: &str) -> bool {
        self.maker.as_deref() == Some(account)
            || self.opened_by.account == account
            || self.judged_by.contains(account)
    }
}

//! The packs' own tests: a record, a day, and what must come out. A lawyer can read and write them.

use std::collections::BTreeMap;

use gongxin_model::{Day, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rulebook::{Class, Party, State, Step, Verdict};

/// A file of cases.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The cases of records.
    #[serde(default)]
    pub cases: Vec<Case>,
    /// The cases of procedures.
    #[serde(default)]
    pub procedures: Vec<ProcedureCase>,
    /// What no case covers, and why.
    #[serde(default)]
    pub uncovered: Vec<Uncovered>,
}

/// An item that no case covers, and the reason; `pack test` refuses one that a case covers after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uncovered {
    /// The item, as `pack test` names it.
    pub item: String,
    /// Why no case covers it.
    pub reason: String,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence.
    pub name: String,
    /// The catalogue of the record.
    pub catalogue: String,
    /// The sector of the deciding authority.
    pub sector: String,
    /// Field code → canonical value.
    #[schemars(with = "BTreeMap<String, CaseValue>")]
    pub given: BTreeMap<String, Value>,
    /// The day on which it was handed in; the day of the decision where this is left out.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub received: Option<Day>,
    /// What happened to it afterwards, in its order.
    #[serde(default)]
    pub then: Vec<Happening>,
    /// The day asked for.
    #[schemars(with = "String")]
    pub as_of: Day,
    /// False: nothing unverified was adopted.
    #[serde(default = "yes")]
    pub adopted: bool,
    /// What must come out; what is left out is not compared.
    pub expect: Outcome,
}

/// One thing that happens to a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// The day on which it was handed in.
    #[schemars(with = "String")]
    pub on: Day,
    /// A catalogue of acts (`repair-result`, `revocation`, `shielding`) whose row names the decision;
    /// or `withdrawn` (its source takes the record back), `corrected` (its source says otherwise),
    /// `act-withdrawn` (the last act is taken back).
    pub what: String,
    /// The outcome that the act states.
    #[serde(default)]
    pub outcome: Option<String>,
    /// What a correction says otherwise: field code → canonical value, empty for no value.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, CaseValue>")]
    pub given: BTreeMap<String, Value>,
}

/// What happens to a record without an act: withdrawn, corrected, an act withdrawn.
pub const HAPPENINGS: [&str; 3] = ["withdrawn", "corrected", "act-withdrawn"];

/// A value in a case: one text, or several.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum CaseValue {
    One(String),
    Several(Vec<String>),
}

const fn yes() -> bool {
    true
}

/// A case of a procedure: what happened on which day, where the case then stands, by when who must act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcedureCase {
    /// What it shows, as a sentence.
    pub name: String,
    /// The procedure.
    pub procedure: String,
    /// The day on which it is opened.
    #[schemars(with = "String")]
    pub opened: Day,
    /// As whom.
    pub by: Party,
    /// The first day on which repair may be asked for, where the record has one.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub repair_from: Option<Day>,
    /// What happened, in its order.
    #[serde(default)]
    pub then: Vec<CaseHappening>,
    /// The day asked for: clocks run until then.
    #[schemars(with = "String")]
    pub as_of: Day,
    /// Where it then stands; left out where the last step is refused.
    #[serde(default)]
    pub state: Option<State>,
    /// By when somebody must act.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub due: Option<Day>,
    /// True if that day may move: the holidays of its year are not published.
    #[serde(default)]
    pub provisional: bool,
    /// True if that day is over.
    #[serde(default)]
    pub overdue: bool,
    /// Why the last step is refused: `not-the-party`, `own-act`, `not-now` …
    #[serde(default)]
    pub refused: Option<String>,
}

/// One thing that happens in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseHappening {
    /// The day.
    #[schemars(with = "String")]
    pub on: Day,
    /// The step.
    pub step: Step,
    /// As whom it is taken.
    pub by: Party,
    /// Which person of that party: `first` where this is left out.
    #[serde(default)]
    pub person: Option<String>,
    /// What it says.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// The number of the document.
    #[serde(default)]
    pub number: Option<String>,
    /// The reason.
    #[serde(default)]
    pub reason: Option<String>,
    /// The authority that decided.
    #[serde(default)]
    pub authority: Option<String>,
    /// The papers that come with it.
    #[serde(default)]
    pub papers: Vec<String>,
}

/// What a case expects, and what a run gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The class of conduct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// The id of the term rule that decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// `published`, `unpublished`, `shielded`, `ended` or `withdrawn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// Why, in the words of the store: `minor`, `repaired`, `no-basis`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The first day on which the public sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub first_public_day: Option<Day>,
    /// True if authorities may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
    /// The last day on which the public sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub last_public_day: Option<Day>,
    /// The first day on which repair may be applied for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub repair_from: Option<Day>,
}

/// The differences between what a case expects and what a run gave; empty where it passes.
#[must_use]
pub fn differences(expected: &Outcome, given: &Outcome) -> Vec<String> {
    fn compare<T: PartialEq + std::fmt::Debug>(
        name: &str,
        expected: Option<&T>,
        given: Option<&T>,
    ) -> Option<String> {
        let expected = expected?;
        (given != Some(expected)).then(|| match given {
            Some(given) => format!("{name}: expected {expected:?}, got {given:?}"),
            None => format!("{name}: expected {expected:?}, got none"),
        })
    }
    [
        compare("class", expected.class.as_ref(), given.class.as_ref()),
        compare("rule", expected.rule.as_ref(), given.rule.as_ref()),
        compare("reason", expected.reason.as_ref(), given.reason.as_ref()),
        compare("shared", expected.shared.as_ref(), given.shared.as_ref()),
        compare(
            "first_public_day",
            expected.first_public_day.as_ref(),
            given.first_public_day.as_ref(),
        ),
        compare("standing", expected.standing.as_ref(), given.standing.as_ref()),
        compare(
            "last_public_day",
            expected.last_public_day.as_ref(),
            given.last_public_day.as_ref(),
        ),
        compare("repair_from", expected.repair_from.as_ref(), given.repair_from.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

//! `POST /api/v1/own/checks`: a list of names and codes checked before a decision, by key.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use gongxin_app::check::{
    CHECK_ROWS, CheckAsk, CheckCandidate, CheckFound, Checked, CheckedRow, CheckedSubject, NameIs,
};
use gongxin_app::gate::CheckMake;
use gongxin_model::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::own::{by_key, end, one_body};
use super::problem::NotShown;
use super::shapes::Text;
use crate::counter::{Counter, Trouble};
use crate::visit::Visit;

/// Where it is.
pub(crate) const CHECKS: &str = "/api/v1/own/checks";

/// What is checked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChecksAsk {
    /// The body for which it is checked; may be left out where the key acts for one alone.
    #[serde(default)]
    #[schema(example = "150000-market")]
    body: Option<String>,
    /// The rows, 1 to 2,000.
    #[schema(min_items = 1, max_items = 2000)]
    rows: Vec<CheckRowAsk>,
}

/// A row: a name, a code, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRowAsk {
    /// The name.
    #[serde(default)]
    name: String,
    /// The unified social credit code; an older number will do.
    #[serde(default)]
    #[schema(example = "91150000720180740Y")]
    code: String,
}

/// A check. It informs and decides nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCheck {
    /// Its number.
    number: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// For which body.
    body: String,
    /// The rows, in their order.
    rows: Vec<OwnCheckRow>,
}

/// What a row comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCheckRow {
    /// Its number, from 1.
    row: u64,
    /// The name as given; empty for a row that is refused.
    name: String,
    /// The code as given; empty for a row that is refused.
    code: String,
    /// `organisation`, `wrong`: the code is none, `unknown`: nobody's here, `several`: an old number of
    /// several, `named`: only a name was given and there is no answer, `person`: refused.
    found: String,
    /// What is wrong with the code.
    wrong: Vec<String>,
    /// Who may be meant; none of them is the answer.
    candidates: Vec<OwnCandidate>,
    /// The organisation of the code.
    organisation: Option<OwnOrganisation>,
}

/// Who may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCandidate {
    /// Its code.
    code: String,
    /// Its present name.
    name: String,
    /// The state of its registration.
    state: Option<Text>,
    /// The last day on which it bore the name that was given; `null` where it bears it.
    #[schema(format = Date)]
    former_until: Option<String>,
}

/// The organisation of a code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnOrganisation {
    /// Its present code.
    code: String,
    /// Its present name; a person's is masked.
    name: String,
    /// The state of its registration.
    state: Option<Text>,
    /// The division of its registration.
    region: Option<Text>,
    /// True where no registration was received yet.
    provisional: bool,
    /// True where the number that was given is one that it had before.
    older_code: bool,
    /// Whose the name is that was given: `not-given`, `present`, `former`, `of-another`, `nobodys`,
    /// `not-compared`.
    name_is: String,
    /// The last day of a former name.
    #[schema(format = Date)]
    former_until: Option<String>,
    /// Who else bears or bore the name.
    others: Vec<OwnCandidate>,
    /// What is public about it today, class by class.
    public: Vec<OwnCount>,
    /// The lists on which it publicly is.
    lists: Vec<Text>,
}

/// How many records of a class are public.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnCount {
    /// The class.
    catalogue: String,
    /// What it is called.
    name: Text,
    /// How many.
    count: u64,
}

impl From<CheckCandidate> for OwnCandidate {
    fn from(one: CheckCandidate) -> Self {
        Self {
            code: one.code,
            name: one.name,
            state: one.state.map(Text::from),
            former_until: one.until.map(|day| day.to_string()),
        }
    }
}

fn candidates(all: Vec<CheckCandidate>) -> Vec<OwnCandidate> {
    all.into_iter().map(OwnCandidate::from).collect()
}

impl From<CheckedSubject> for OwnOrganisation {
    fn from(one: CheckedSubject) -> Self {
        let name_is = one.name_is.word().to_owned();
        let (former_until, others) = match one.name_is {
            NameIs::Former { until } => (Some(until.to_string()), Vec::new()),
            NameIs::OfAnother(others) => (None, candidates(others)),
            NameIs::NotGiven | NameIs::Present | NameIs::Nobodys | NameIs::NotCompared => {
                (None, Vec::new())
            }
        };
        let count = |one: gongxin_app::check::CheckCount| OwnCount {
            catalogue: one.catalogue,
            name: one.name.into(),
            count: one.count,
        };
        Self {
            code: one.code,
            name: one.name,
            state: one.state.map(Text::from),
            region: one.region.map(Text::from),
            provisional: one.is_provisional,
            older_code: one.is_older_code,
            name_is,
            former_until,
            others,
            public: one.counts.into_iter().map(count).collect(),
            lists: one.lists.into_iter().map(Text::from).collect(),
        }
    }
}

impl From<CheckedRow> for OwnCheckRow {
    fn from(row: CheckedRow) -> Self {
        let found = row.found.word().to_owned();
        let (mut wrong, mut shown, mut organisation) = (Vec::new(), Vec::new(), None);
        match row.found {
            CheckFound::Person => {}
            CheckFound::Wrong { facts, meant } => {
                wrong = facts.into_iter().map(|fact| fact.name().to_owned()).collect();
                shown = candidates(meant);
            }
            CheckFound::Unknown { meant } => shown = candidates(meant),
            CheckFound::Several(several) | CheckFound::Named(several) => {
                shown = candidates(several);
            }
            CheckFound::Organisation(one) => organisation = Some(OwnOrganisation::from(*one)),
        }
        let (name, code) = (row.name, row.code);
        Self { row: row.line, name, code, found, wrong, candidates: shown, organisation }
    }
}

impl From<Checked> for OwnCheck {
    fn from(checked: Checked) -> Self {
        Self {
            number: checked.number,
            at: checked.at,
            body: checked.body,
            rows: checked.rows.into_iter().map(OwnCheckRow::from).collect(),
        }
    }
}

/// Checks a list of names and codes: whose each code is, whether the name is that organisation's, and what is
/// public about it. Nothing of the list is kept but how many rows it had. A name alone has candidates and no
/// answer; a row that may be a person's is refused.
#[utoipa::path(
    post, path = "/api/v1/own/checks", tag = "own", operation_id = "own_checks",
    request_body = ChecksAsk, security(("key" = [])),
    responses(
        (status = 200, body = OwnCheck, description = "What each row comes to."),
        (status = 401, description = "No key, or one that no longer holds."),
        NotShown
    )
)]
pub(crate) async fn handle(
    State(counter): State<Counter>,
    visit: Visit,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asked: Result<ChecksAsk, _> = serde_json::from_slice(&body);
    let given = by_key(&counter, &headers, move |office, who| {
        let Some(asked) = asked.ok().filter(|one| (1..=CHECK_ROWS).contains(&one.rows.len()))
        else {
            return Ok(Err(Trouble::Body));
        };
        let permit = one_body::<CheckMake>(office, who, asked.body)?;
        let row = |(line, one): (u64, CheckRowAsk)| CheckAsk {
            line,
            name: one.name.trim().to_owned(),
            code: one.code.trim().to_owned(),
        };
        let rows: Vec<CheckAsk> = (1..).zip(asked.rows).map(row).collect();
        Ok(Ok(OwnCheck::from(office.check_list(&permit, &rows)?)))
    });
    end(&counter, &visit, given.await.and_then(Option::transpose))
}

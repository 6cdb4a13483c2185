//! `/console/rules`: the rulebook in force and the packs that may be adopted, what adopting would change, and the two
//! persons that it takes. What takes long is done beside what serves; the page says how far it is.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{Permit, RulesAdopt, Scope};
use gongxin_app::packs::FailedCase;
use gongxin_app::public::shown::Words;
use gongxin_app::public::shown::rules::{RuleChange, ShownItem};
use gongxin_app::{
    AdoptFault, AdoptPreview, AdoptProposal, AdoptRun, DiffLine, Office, OfficeError, PreviewKey,
    PreviewState, Ruled, Shelved,
};
use gongxin_model::{Day, Instant};
use serde::Serialize;

use super::{Answer, Caller, Desk, Stop, see, words};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::page::rules::part_word;

const HOME: &str = "/console/rules";

/// A value of the packs that nobody verified.
#[derive(Debug, Clone, Serialize)]
struct Item {
    id: String,
    what: Words,
    why: String,
    is_accepted: bool,
}

/// Something that keeps packs from being adopted.
#[derive(Debug, Clone, Serialize)]
struct Problem {
    file: String,
    line: Option<usize>,
    what: String,
    why: String,
    suggestion: String,
}

/// The packs as they lie there.
#[derive(Debug, Clone, Default, Serialize)]
struct Offered {
    digest: String,
    names: Vec<Words>,
    items: Vec<Item>,
    problems: Vec<Problem>,
    is_in_force: bool,
}

/// The rulebook in force.
#[derive(Debug, Clone, Serialize)]
struct InForce {
    no: i64,
    digest: String,
    at: Instant,
    accepted: usize,
    names: Vec<Words>,
}

/// A proposal with the word of its look at the effect.
#[derive(Debug, Clone, Serialize)]
struct Proposed {
    #[serde(flatten)]
    proposal: AdoptProposal,
    until_day: Day,
    accepted: usize,
    is_all: bool,
}

/// An adoption that goes on, or the last one.
#[derive(Debug, Clone, Serialize)]
struct Run {
    proposal: i64,
    records: u64,
    is_done: bool,
    is_failed: bool,
    ending: u64,
    appearing: u64,
}

#[derive(Serialize)]
struct RulesPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    in_force: InForce,
    offered: Option<Offered>,
    proposals: Vec<Proposed>,
    run: Option<Run>,
    is_moving: bool,
    fault: Option<&'static str>,
}

/// What is known for the pages, read at once.
struct Known {
    in_force: InForce,
    shelved: Result<(Arc<Shelved>, Vec<String>), String>,
    proposals: Vec<AdoptProposal>,
    run: Option<AdoptRun>,
}

fn permit(office: &Office, who: &Signed) -> Result<Permit<RulesAdopt>, OfficeError> {
    office.permit(who, Scope::Platform)
}

fn known(office: &Office, who: &Signed) -> Result<Known, OfficeError> {
    let permit = permit(office, who)?;
    let rules = office.rules()?;
    let accepted: Vec<String> = serde_json::from_str(&rules.adoption.accepted).unwrap_or_default();
    let shelved = match office.shelved(&permit) {
        // A directory that cannot be read is told, not a fault of the page.
        Err(error @ (OfficeError::Usage(_) | OfficeError::File { .. })) => Err(error.to_string()),
        found => Ok(found?),
    };
    Ok(Known {
        in_force: InForce {
            no: rules.adoption.no,
            digest: rules.adoption.digest.to_string(),
            at: rules.adoption.at,
            accepted: accepted.len(),
            names: rules.rulebook.packs.values().map(|pack| words(pack.name.clone())).collect(),
        },
        shelved,
        proposals: office.adoption_proposals(&permit)?,
        run: office.adoption_run(&permit),
    })
}

fn offered(shelved: &Shelved, accepted: &[String], in_force: &InForce) -> Offered {
    let item = |one: &gongxin_app::Unverified| Item {
        id: one.item.clone(),
        what: words(one.what.clone()),
        why: one.why.clone(),
        is_accepted: accepted.contains(&one.item),
    };
    let mut items: Vec<Item> = shelved.unverified.iter().map(item).collect();
    items.sort_by_key(|one| one.is_accepted);
    let problem = |one: &gongxin_app::PackProblem| Problem {
        file: one.file.clone(),
        line: one.line,
        what: one.what.clone(),
        why: one.why.clone(),
        suggestion: one.suggestion.clone(),
    };
    let digest = shelved.digest.to_string();
    Offered {
        names: shelved.names.iter().map(|name| words(name.clone())).collect(),
        items,
        problems: shelved.problems.iter().take(limits::PROBLEMS_NAMED).map(problem).collect(),
        is_in_force: digest == in_force.digest,
        digest,
    }
}

/// The rulebook in force and the packs that may be adopted.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        page(&counter, &caller, &signed, None).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    fault: Option<&'static str>,
) -> Answer {
    let who = signed.clone();
    let known = counter.office(move |office| known(office, &who)).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let is_unread = known.shelved.is_err();
    let offered =
        known.shelved.ok().map(|(shelved, accepted)| offered(&shelved, &accepted, &known.in_force));
    let run = known.run.map(|run| Run {
        proposal: run.proposal,
        records: run.records,
        is_done: matches!(run.outcome, Some(Ok(_))),
        is_failed: matches!(run.outcome, Some(Err(()))),
        ending: run
            .outcome
            .as_ref()
            .and_then(|done| done.as_ref().ok())
            .map_or(0, |one| one.ending),
        appearing: run
            .outcome
            .as_ref()
            .and_then(|done| done.as_ref().ok())
            .map_or(0, |one| one.appearing),
    });
    let fault = fault.or(is_unread.then_some("unread"));
    let status = match fault {
        Some("unread") | None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let context = RulesPage {
        desk: counter.desk_of(caller, signed).await?,
        is_moving: run.as_ref().is_some_and(|run| !run.is_done && !run.is_failed),
        proposals: known.proposals.into_iter().map(proposed).collect(),
        in_force: known.in_force,
        offered,
        run,
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("console-rules.html", &context, &chrome, status)?)
}

fn proposed(proposal: AdoptProposal) -> Proposed {
    Proposed {
        until_day: proposal.until.day(),
        accepted: proposal.order.accept.len(),
        is_all: proposal.order.accept.iter().any(|item| item == "all"),
        proposal,
    }
}

/// A rule that differs.
#[derive(Debug, Clone, Serialize)]
struct ChangeLine {
    item: ShownItem,
    change: RuleChange,
    parts: Vec<&'static str>,
}

/// Records that fare alike.
#[derive(Debug, Clone, Serialize)]
struct EffectLine {
    name: Words,
    before: Ruled,
    after: Ruled,
    /// What the rules are called; none where there is no rule.
    before_rule: Option<Words>,
    after_rule: Option<Words>,
    from: Day,
    until: Day,
    ending: u64,
    appearing: u64,
    sooner: u64,
    later: u64,
    named: Vec<String>,
}

impl EffectLine {
    fn of(line: &DiffLine, effect: &AdoptPreview) -> Self {
        let named = |ruled: &Ruled| effect.names.get(&ruled.rule).cloned().map(words);
        Self {
            before_rule: named(&line.before),
            after_rule: named(&line.after),
            name: words(line.name.clone()),
            before: line.before.clone(),
            after: line.after.clone(),
            from: line.decided_from,
            until: line.decided_until,
            ending: line.ending,
            appearing: line.appearing,
            sooner: line.sooner,
            later: line.later,
            named: line.named.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Serialize)]
struct PreviewPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    offered: Offered,
    /// Which look it is: its word in forms and addresses.
    with: String,
    /// The page of this look.
    here: String,
    /// `running`, `done`, `broken`, `failed`.
    state: &'static str,
    records: u64,
    ending: u64,
    appearing: u64,
    moved: u64,
    changes: Vec<ChangeLine>,
    lines: Vec<EffectLine>,
    failed: Vec<FailedCase>,
    /// The proposal that the look belongs to.
    proposal: Option<Proposed>,
    fault: Option<&'static str>,
}

/// What adopting the packs would change.
pub(super) async fn preview(
    State(counter): State<Counter>,
    Path(digest): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        looked(&counter, &caller, &signed, (&digest, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn looked(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (digest, fault): (&str, Option<&'static str>),
) -> Answer {
    let office = counter.staff().ok_or(Trouble::Never)?;
    let asked = |name| caller.visit.parameters.first(name).unwrap_or_default().to_owned();
    let number: Option<i64> = asked("proposal").parse().ok();
    let (who, digest, with) = (signed.clone(), digest.to_owned(), asked("with"));
    let found = counter.office(move |_| look(&office, &who, (digest, with, number))).await?;
    let (key, state, offered, proposal) = match found {
        Ok(found) => found,
        Err(AdoptFault::Broken) => return Ok(see(caller, HOME)),
        Err(_) => return Err(Trouble::Never.into()),
    };
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let number = proposal.as_ref().map(|one| one.number.to_string());
    let pairs = [("with", Some(key.with.as_str())), ("proposal", number.as_deref())];
    let mut context = PreviewPage {
        desk: counter.desk_of(caller, signed).await?,
        here: format!("{}{}", chrome.address, crate::parameters::query(&pairs)),
        proposal: proposal.map(proposed),
        with: key.with,
        offered,
        state: "running",
        records: 0,
        ending: 0,
        appearing: 0,
        moved: 0,
        changes: Vec::new(),
        lines: Vec::new(),
        failed: Vec::new(),
        fault,
        chrome: &chrome,
    };
    match state {
        PreviewState::Running(records) => context.records = records,
        PreviewState::Failed => context.state = "failed",
        PreviewState::Broken(failed) => {
            context.state = "broken";
            context.failed = failed.iter().take(limits::PROBLEMS_NAMED).cloned().collect();
        }
        PreviewState::Done(effect) => told(&mut context, &effect),
    }
    Ok(counter.private("console-rules-preview.html", &context, &chrome, status)?)
}

type Look = (PreviewKey, PreviewState, Offered, Option<AdoptProposal>);

/// The look that is asked for: that of a proposal, one that was begun, or a new one as things are accepted today.
fn look(
    office: &Arc<Office>,
    who: &Signed,
    (digest, with, number): (String, String, Option<i64>),
) -> Result<Result<Look, AdoptFault>, OfficeError> {
    let permit = permit(office, who)?;
    let known = known(office, who)?;
    let Ok((shelved, _)) = known.shelved else {
        return Ok(Err(AdoptFault::Broken));
    };
    if shelved.digest.to_string() != digest {
        return Ok(Err(AdoptFault::Altered));
    }
    let own = number.and_then(|no| known.proposals.iter().find(|one| one.number == no));
    let seen = PreviewKey { digest, with, base: known.in_force.no };
    let key = match (own, office.preview(&permit, &seen)) {
        (None, Some(_)) => Ok(seen),
        (own, _) => {
            let accept = own.map(|one| accepted_of(one, &shelved));
            office.begin_preview(&permit, &seen.digest, accept)
        }
    };
    let key = match key {
        Err(OfficeError::Adopt(fault)) => return Ok(Err(fault)),
        key => key?,
    };
    let none = || OfficeError::Absent("no look at the effect".to_owned());
    let (accept, state) = office.preview(&permit, &key).ok_or_else(none)?;
    let offered = offered(&shelved, &accept, &known.in_force);
    Ok(Ok((key, state, offered, own.cloned())))
}

/// What a proposal accepts, item by item.
fn accepted_of(proposal: &AdoptProposal, shelved: &Shelved) -> Vec<String> {
    let accept = &proposal.order.accept;
    if accept.iter().any(|item| item == "all") {
        return shelved.unverified.iter().map(|one| one.item.clone()).collect();
    }
    accept.clone()
}

fn told(context: &mut PreviewPage<'_>, effect: &AdoptPreview) {
    context.state = "done";
    context.records = effect.diff.records;
    context.ending = effect.diff.ending;
    context.appearing = effect.diff.appearing;
    context.moved = effect.diff.moved;
    context.lines = effect.diff.lines.iter().map(|line| EffectLine::of(line, effect)).collect();
    let line = |one: &gongxin_app::public::shown::rules::ShownRuleChange| {
        let mut parts: Vec<&'static str> = one.parts.iter().map(|part| part_word(part)).collect();
        parts.dedup();
        ChangeLine { item: one.item.clone(), change: one.change, parts }
    };
    context.changes = effect.changes.iter().map(line).collect();
}

/// Looks at the effect with other items accepted.
pub(super) async fn accept(
    State(counter): State<Counter>,
    Path(digest): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["accept"])?;
        let signed = counter.sender(&caller).await?;
        let office = counter.staff().ok_or(Trouble::Never)?;
        let accept = caller.form.all("accept", limits::ITEMS_ACCEPTED);
        let asked = digest.clone();
        let key = counter
            .office(move |_| {
                let permit = permit(&office, &signed)?;
                match office.begin_preview(&permit, &asked, Some(accept)) {
                    Err(OfficeError::Adopt(_)) => Ok(None),
                    key => key.map(Some),
                }
            })
            .await?;
        let Some(key) = key else {
            return Ok::<_, Stop>(see(&caller, HOME));
        };
        let query = crate::parameters::query(&[("with", Some(key.with.as_str()))]);
        Ok(see(&caller, &format!("{HOME}/preview/{digest}{query}")))
    };
    counter.end(&caller.visit, answer.await)
}

/// Proposes what was looked at.
pub(super) async fn propose(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["digest", "with"])?;
        let signed = counter.sender(&caller).await?;
        let (digest, with) = (caller.field("digest").to_owned(), caller.field("with").to_owned());
        let who = signed.clone();
        let done = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                let base = office.rules()?.adoption.no;
                faulty(office.propose_previewed(&permit, &PreviewKey { digest, with, base }))
            })
            .await?;
        ended(&counter, &caller, &signed, done).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Confirms what another proposed: the packs are adopted, beside what serves.
pub(super) async fn confirm(
    State(counter): State<Counter>,
    Path(number): Path<i64>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&[])?;
        let signed = counter.sender(&caller).await?;
        let office = counter.staff().ok_or(Trouble::Never)?;
        let who = signed.clone();
        let begun = counter
            .office(move |_| {
                let permit = permit(&office, &who)?;
                faulty(office.begin_adoption(permit, number))
            })
            .await?;
        ended(&counter, &caller, &signed, begun).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Takes a proposal back.
pub(super) async fn withdraw(
    State(counter): State<Counter>,
    Path(number): Path<i64>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&[])?;
        let signed = counter.sender(&caller).await?;
        let who = signed.clone();
        let done = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                faulty(office.withdraw_adoption(&permit, number))
            })
            .await?;
        ended(&counter, &caller, &signed, done).await
    };
    counter.end(&caller.visit, answer.await)
}

/// What the office says against an adoption, by its word; everything else is trouble.
fn faulty<T>(done: Result<T, OfficeError>) -> Result<Result<T, &'static str>, OfficeError> {
    match done {
        Err(OfficeError::Adopt(fault)) => Ok(Err(fault.word())),
        done => done.map(Ok),
    }
}

async fn ended<T>(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    done: Result<T, &'static str>,
) -> Answer {
    match done {
        Ok(_) => Ok(see(caller, HOME)),
        Err(word) => page(counter, caller, signed, Some(word)).await,
    }
}

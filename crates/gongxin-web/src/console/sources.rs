//! `/console/sources`: the register of supplying bodies for its steward: with days, deadlines and who follows whom; one
//! registered, one given its end. Both are checked on a page of their own first.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{Permit, Scope, SourceManage};
use gongxin_app::public::shown::Words;
use gongxin_app::{NewSource, Office, OfficeError, SourceEnd, SourceFault, SourceItem};
use gongxin_model::{Day, Instant};
use serde::Serialize;

use super::{Answer, Caller, Desk, see, words};
use crate::counter::{Counter, Trouble};
use crate::forms;
use crate::limits;
use crate::page::Chrome;

const HOME: &str = "/console/sources";

/// What does not fit, at its field.
#[derive(Debug, Clone, Serialize)]
struct Fault {
    key: &'static str,
    at: &'static str,
    value: Option<String>,
}

impl Fault {
    const fn at(key: &'static str, at: &'static str) -> Self {
        Self { key, at, value: None }
    }

    fn of(fault: &SourceFault) -> Self {
        let at = match fault {
            SourceFault::Code(_) | SourceFault::Taken(_) => "code",
            SourceFault::Catalogue(_) => "supplies",
            fault => fault.word(),
        };
        let value = match fault {
            SourceFault::Taken(value)
            | SourceFault::Follows(value)
            | SourceFault::Under(value)
            | SourceFault::Successor(value) => Some(value.clone()),
            _ => None,
        };
        Self { key: fault.word(), at, value }
    }
}

/// A body in the list, or whole.
#[derive(Debug, Clone, Serialize)]
struct Source {
    code: String,
    name: String,
    uscc: Option<String>,
    region: String,
    sector: Words,
    supplies: Vec<Words>,
    deadline: Option<u16>,
    is_peer: bool,
    from: Day,
    until: Option<Day>,
    under: Option<Named>,
    successors: Vec<Follower>,
    last: Option<Instant>,
    is_over: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Named {
    code: String,
    name: String,
}

#[derive(Debug, Clone, Serialize)]
struct Follower {
    who: Named,
    from: String,
}

/// Something to choose.
#[derive(Debug, Clone, Serialize)]
struct Choice {
    id: String,
    name: Words,
    is_chosen: bool,
}

fn permit(office: &Office, who: &Signed) -> Result<Permit<SourceManage>, OfficeError> {
    office.permit(who, Scope::Platform)
}

/// What the office says against what was typed; everything else is trouble.
fn told<T>(done: Result<T, OfficeError>) -> Result<Result<T, Fault>, OfficeError> {
    match done {
        Err(OfficeError::Source(fault)) => Ok(Err(Fault::of(&fault))),
        done => done.map(Ok),
    }
}

/// All bodies, as pages tell them.
fn all(office: &Office, permit: &Permit<SourceManage>) -> Result<Vec<Source>, OfficeError> {
    let rules = office.rules()?;
    let today = office.today();
    let named = |code: &str| Named {
        name: rules
            .rulebook
            .sources
            .get(code)
            .map_or_else(|| code.to_owned(), |one| one.name.zh.clone()),
        code: code.to_owned(),
    };
    let plain = |text: &str| Words { zh: text.to_owned(), en: None };
    let catalogue = |id: &String| match rules.rulebook.catalogue(id) {
        Some(one) => words(one.name.clone()),
        None => plain(id),
    };
    let of = |item: SourceItem| Source {
        sector: match rules.rulebook.sectors.get(&item.sector) {
            Some(sector) => words(sector.name.clone()),
            None => plain(&item.sector),
        },
        supplies: item.supplies.iter().map(catalogue).collect(),
        under: item.under.as_deref().map(named),
        successors: item
            .successors
            .iter()
            .map(|(code, from)| Follower { who: named(code), from: from.clone() })
            .collect(),
        is_over: item.until.is_some_and(|until| until <= today),
        code: item.code,
        name: item.name,
        uscc: item.uscc,
        region: item.region,
        deadline: item.deadline_working_days,
        is_peer: item.peer,
        from: item.from,
        until: item.until,
        last: item.last_hand_in,
    };
    Ok(office.sources(permit)?.into_iter().map(of).collect())
}

#[derive(Serialize)]
struct ListPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    sources: Vec<Source>,
    count: u64,
    q: String,
    are_more: bool,
}

/// The register, or the form of a new body.
pub(super) async fn list(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        if caller.visit.parameters.first("add").is_some() {
            return form(&counter, &caller, &signed, (Draft::default(), false, None)).await;
        }
        let who = signed.clone();
        let mut sources = counter.office(move |office| all(office, &permit(office, &who)?)).await?;
        let count = u64::try_from(sources.len()).unwrap_or(u64::MAX);
        let q = caller.visit.parameters.first("q").unwrap_or_default().trim().to_owned();
        if !q.is_empty() {
            sources.retain(|one| one.code == q || one.name.contains(&q));
        }
        let are_more = sources.len() > limits::SOURCES_ON_PAGE;
        sources.truncate(limits::SOURCES_ON_PAGE);
        let chrome = counter.chrome(&caller.visit).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let context = ListPage { chrome: &chrome, desk, sources, count, q, are_more };
        Ok(counter.private("console-sources.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// What is typed of a new body.
#[derive(Debug, Clone, Default, Serialize)]
struct Draft {
    code: String,
    name: String,
    uscc: String,
    region: String,
    sector: String,
    supplies: Vec<String>,
    deadline: String,
    follows: String,
    under: String,
    peer: bool,
}

impl Draft {
    fn sent(caller: &Caller) -> Self {
        let field = |name: &str| caller.field(name).to_owned();
        Self {
            code: field("code"),
            name: field("name"),
            uscc: field("uscc"),
            region: field("region"),
            sector: field("sector"),
            supplies: caller.form.all("supplies", limits::CATALOGUES_SUPPLIED),
            deadline: field("deadline"),
            follows: field("follows"),
            under: field("under"),
            peer: caller.field("peer") == "yes",
        }
    }

    fn new_source(&self) -> Result<NewSource<'_>, Fault> {
        let deadline = said(&self.deadline).map(str::parse).transpose();
        let deadline = deadline.map_err(|_| Fault::at("deadline", "deadline"))?;
        if self.supplies.is_empty() {
            return Err(Fault::at("supplies", "supplies"));
        }
        Ok(NewSource {
            code: &self.code,
            name: &self.name,
            uscc: said(&self.uscc),
            region: &self.region,
            sector: &self.sector,
            supplies: &self.supplies,
            peer: self.peer,
            follows: said(&self.follows),
            under: said(&self.under),
            deadline_working_days: deadline,
        })
    }
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

#[derive(Serialize)]
struct FormPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    draft: Draft,
    is_check: bool,
    sectors: Vec<Choice>,
    catalogues: Vec<Choice>,
    regions: Vec<Choice>,
    sources: Vec<Named>,
    fault: Option<Fault>,
}

async fn form(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (draft, is_check, fault): (Draft, bool, Option<Fault>),
) -> Answer {
    let (who, asked) = (signed.clone(), draft.clone());
    let (sectors, catalogues, regions, sources) = counter
        .office(move |office| {
            permit(office, &who)?;
            let rules = office.rules()?;
            let book = &rules.rulebook;
            let choice =
                |id: &str, name: Words, is_chosen| Choice { id: id.to_owned(), name, is_chosen };
            let sectors = book
                .sectors
                .iter()
                .map(|(id, one)| choice(id, words(one.name.clone()), *id == asked.sector));
            let catalogues = book
                .catalogues
                .iter()
                .map(|(id, one)| choice(id, words(one.name.clone()), asked.supplies.contains(id)));
            let regions = book.regions().map(|list| list.entries.as_slice()).unwrap_or_default();
            let regions = regions.iter().take(limits::REGIONS_CHOSEN).map(|one| {
                let name = Words {
                    zh: one.zh.clone(),
                    en: Some(one.en.clone()).filter(|en| !en.is_empty()),
                };
                choice(&one.code, name, one.code == asked.region)
            });
            let sources = book.sources.values();
            let sources =
                sources.map(|one| Named { code: one.code.clone(), name: one.name.zh.clone() });
            Ok((
                sectors.collect::<Vec<_>>(),
                catalogues.collect::<Vec<_>>(),
                regions.collect::<Vec<_>>(),
                sources.collect::<Vec<_>>(),
            ))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = FormPage {
        desk: counter.desk_of(caller, signed).await?,
        draft,
        is_check,
        sectors,
        catalogues,
        regions,
        sources,
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("console-source-new.html", &context, &chrome, status)?)
}

const FIELDS: [&str; 12] = [
    "at", "to", "code", "name", "uscc", "region", "sector", "supplies", "deadline", "follows",
    "under", "peer",
];

/// Checks a new body, then registers it.
pub(super) async fn add(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&FIELDS)?;
        let signed = counter.sender(&caller).await?;
        let draft = Draft::sent(&caller);
        if caller.field("to") == "form" {
            return form(&counter, &caller, &signed, (draft, false, None)).await;
        }
        let is_check = caller.field("at") == "check";
        let (who, sent) = (signed.clone(), draft.clone());
        let done = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                let new = match sent.new_source() {
                    Ok(new) => new,
                    Err(fault) => return Ok(Err(fault)),
                };
                match is_check {
                    true => told(office.add_source(&permit, &new)),
                    false => told(office.check_source(&permit, &new)),
                }
            })
            .await?;
        match done {
            Ok(()) if is_check => Ok(see(&caller, &format!("{HOME}/{}", draft.code))),
            Ok(()) => form(&counter, &caller, &signed, (draft, true, None)).await,
            Err(fault) => form(&counter, &caller, &signed, (draft, false, Some(fault))).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

#[derive(Serialize)]
struct OnePage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    source: Source,
    sources: Vec<Named>,
    until: String,
    successor: String,
    /// The day and the follower that are to be confirmed.
    is_check: bool,
    day: Option<Day>,
    follower: Option<Named>,
    fault: Option<Fault>,
}

/// One body.
pub(super) async fn one(
    State(counter): State<Counter>,
    Path(code): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        whole(&counter, &caller, &signed, (&code, None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn whole(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (code, day, fault): (&str, Option<Day>, Option<Fault>),
) -> Answer {
    let who = signed.clone();
    let sources = counter.office(move |office| all(office, &permit(office, &who)?)).await?;
    let source = sources.iter().find(|one| one.code == code).cloned().ok_or(Trouble::Never)?;
    let successor = caller.field("successor").to_owned();
    let others = sources.into_iter().filter(|one| one.code != code && one.until.is_none());
    let others: Vec<Named> = others.map(|one| Named { code: one.code, name: one.name }).collect();
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = OnePage {
        desk: counter.desk_of(caller, signed).await?,
        source,
        follower: others.iter().find(|one| one.code == successor).cloned(),
        sources: others,
        until: caller.field("until").to_owned(),
        successor,
        is_check: day.is_some() && fault.is_none(),
        day,
        fault,
        chrome: &chrome,
    };
    Ok(counter.private("console-source.html", &context, &chrome, status)?)
}

/// Checks the end of a body, then keeps it.
pub(super) async fn end(
    State(counter): State<Counter>,
    Path(code): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["at", "to", "until", "successor"])?;
        let signed = counter.sender(&caller).await?;
        if caller.field("to") == "form" {
            return whole(&counter, &caller, &signed, (&code, None, None)).await;
        }
        let is_check = caller.field("at") == "check";
        let day = forms::read_day(caller.field("until"));
        let (who, asked) = (signed.clone(), code.clone());
        let successor = caller.field("successor").to_owned();
        let done = counter
            .office(move |office| {
                let permit = permit(office, &who)?;
                let Some(until) = day else {
                    return Ok(Err(Fault::at("day", "until")));
                };
                let successor = Some(successor.as_str()).filter(|code| !code.is_empty());
                let end = SourceEnd { code: &asked, until, successor };
                match is_check {
                    true => told(office.end_source(&permit, end)),
                    false => told(office.check_source_end(&permit, end)),
                }
            })
            .await?;
        match done {
            Ok(()) if is_check => Ok(see(&caller, &format!("{HOME}/{code}"))),
            Ok(()) => whole(&counter, &caller, &signed, (&code, day, None)).await,
            Err(fault) => whole(&counter, &caller, &signed, (&code, None, Some(fault))).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

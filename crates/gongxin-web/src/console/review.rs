//! `/console/review`: the queue of held rows. Left the row as handed in, right whom it may be about; each
//! act is a button of a form, and the next row follows.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{BodySee, HandInMake, HeldJudge, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{
    Ground, HeldItem, HeldSuggestion, Office, OfficeError, OwnJudgement, QueuePlace, ReviewFault,
};
use gongxin_model::Instant;
use serde::Serialize;

use super::held::{filled, named};
use super::{Answer, Caller, Desk, reason, see, words};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;

#[derive(Serialize)]
struct EndPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// How many rows wait.
    waiting: u64,
    recent: Vec<Recent>,
}

#[derive(Serialize)]
struct ReviewPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    number: i64,
    batch: i64,
    row: u64,
    state: String,
    /// Who judged it.
    judged_by: Option<String>,
    is_adverse: bool,
    may_name_person: bool,
    catalogue_name: Words,
    source_name: Words,
    name: Option<String>,
    identifiers: Vec<(String, String)>,
    fields: Vec<(Words, String)>,
    findings: Vec<String>,
    candidates: Vec<Candidate>,
    /// Of how many somebody said that it is none of them.
    unlike: usize,
    grounds: Vec<&'static str>,
    before: Option<i64>,
    after: Option<i64>,
    waiting: u64,
    /// True where the account may correct the row in place.
    may_mend: bool,
    recent: Vec<Recent>,
    typed: Typed,
    /// What is wrong with the form, and the field that it is of.
    fault: Option<Fault>,
    characters_most: usize,
    /// The script of the keys; none in a build without npm.
    script: Option<String>,
}

/// A candidate beside what speaks for and against it.
#[derive(Serialize)]
struct Candidate {
    code: String,
    name: String,
    state: Option<Words>,
    region: Option<Words>,
    points: Vec<Point>,
}

/// What is said of one thing of the row.
#[derive(Serialize)]
struct Point {
    /// `code`, `name`, `document`.
    about: gongxin_app::Aspect,
    for_it: Vec<String>,
    against: Vec<String>,
}

/// A judgement of one's own that holds.
#[derive(Serialize)]
struct Recent {
    number: i64,
    judged: &'static str,
    at: Instant,
    name: Option<String>,
}

/// What the form held.
#[derive(Default, Serialize)]
struct Typed {
    code: String,
    other: String,
    ground: String,
    note: String,
    reason: String,
}

/// The last part of the key of what is wrong, and the field that it is of.
#[derive(Clone, Copy, Serialize)]
struct Fault {
    key: &'static str,
    field: &'static str,
}

impl From<ReviewFault> for Fault {
    fn from(fault: ReviewFault) -> Self {
        let (key, field) = match fault {
            ReviewFault::Judged => ("judged", "queue"),
            ReviewFault::Ground => ("ground", "ground"),
            ReviewFault::NameAlone => ("name_alone", "ground"),
            ReviewFault::NoCode => ("no_code", "ground"),
            ReviewFault::NoNumber => ("no_number", "ground"),
            ReviewFault::Unknown => ("unknown", "other"),
            ReviewFault::Several => ("several", "other"),
            ReviewFault::Stands => ("stands", "queue"),
        };
        Self { key, field }
    }
}

impl From<OwnJudgement> for Recent {
    fn from(one: OwnJudgement) -> Self {
        Self { number: one.number, judged: one.judged.word(), at: one.at, name: one.name }
    }
}

impl From<HeldSuggestion> for Candidate {
    fn from(one: HeldSuggestion) -> Self {
        let mut points: Vec<Point> = Vec::new();
        for point in one.points {
            let known = points.iter_mut().find(|known| known.about == point.about);
            let of = match known {
                Some(of) => of,
                None => {
                    points.push(Point {
                        about: point.about,
                        for_it: Vec::new(),
                        against: Vec::new(),
                    });
                    let Some(last) = points.last_mut() else {
                        continue;
                    };
                    last
                }
            };
            let side = if point.contradicts { &mut of.against } else { &mut of.for_it };
            side.push(point.text);
        }
        Self {
            code: one.code,
            name: one.name,
            state: one.state.map(words),
            region: one.region.map(words),
            points,
        }
    }
}

/// For whom an account judges: for the platform, or for each of its bodies.
struct Permits {
    judge: Vec<Permit<HeldJudge>>,
    see: Vec<Permit<BodySee>>,
}

impl Permits {
    fn of(office: &Office, signed: &Signed) -> Result<Self, OfficeError> {
        let (judge, see) = (
            office.permit::<HeldJudge>(signed, Scope::Platform),
            office.permit::<BodySee>(signed, Scope::Platform),
        );
        if let (Ok(judge), Ok(see)) = (judge, see) {
            return Ok(Self { judge: vec![judge], see: vec![see] });
        }
        let judge = office.bodies_of::<HeldJudge>(signed)?;
        let mut see = Vec::new();
        for code in judge.iter().filter_map(Permit::body) {
            see.push(office.permit::<BodySee>(signed, Scope::Body(code.to_owned()))?);
        }
        if judge.is_empty() { Err(Refused.into()) } else { Ok(Self { judge, see }) }
    }
}

/// The first row that waits; where none does, or the end was reached, what there is to say.
pub(super) async fn begin(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let is_end = caller.visit.parameters.first("end").is_some();
        let (place, recent) = counter
            .office(move |office| {
                let permits = Permits::of(office, &signed)?;
                let place = office.queue_place(&permits.see, 0)?;
                Ok((place, office.own_judgements(&permits.judge)?))
            })
            .await?;
        if let Some(first) = place.after.filter(|_| !is_end) {
            return Ok(see(&caller, &address(first)));
        }
        let chrome = counter.chrome(&caller.visit).await?;
        let recent = recent.into_iter().map(Recent::from).collect();
        let context = EndPage { chrome: &chrome, desk, waiting: place.waiting, recent };
        Ok(counter.private("console-review-end.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// Where a row is judged.
fn address(number: i64) -> String {
    format!("/console/review/{number}#queue")
}

/// One row.
pub(super) async fn show(
    State(counter): State<Counter>,
    Path(held): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        page(&counter, &caller, (signed, number(&held)?), None).await
    };
    counter.end(&caller.visit, answer.await)
}

fn number(text: &str) -> Result<i64, Trouble> {
    text.parse().map_err(|_| Trouble::Never)
}

/// What a page of a row needs of the office.
struct Asked {
    item: HeldItem,
    names: (Words, Words),
    fields: Vec<(Words, String)>,
    place: QueuePlace,
    recent: Vec<OwnJudgement>,
    may_mend: bool,
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    (signed, number): (Signed, i64),
    fault: Option<Fault>,
) -> Answer {
    let desk = counter.desk_of(caller, &signed).await?;
    let language = caller.visit.language;
    let asked = counter
        .office(move |office| {
            office.permit_of_held::<HeldJudge>(&signed, number)?;
            let permit = office.permit_of_held::<BodySee>(&signed, number)?;
            let item = office.held_show(&permit, number, language)?;
            let permits = Permits::of(office, &signed)?;
            Ok(Asked {
                names: named(office, &item)?,
                fields: if item.may_name_person { Vec::new() } else { filled(office, &item)? },
                item,
                place: office.queue_place(&permits.see, number)?,
                recent: office.own_judgements(&permits.judge)?,
                may_mend: office.permit_of_held::<HandInMake>(&signed, number).is_ok(),
            })
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let context = context(counter, caller, (&chrome, desk), (asked, fault));
    Ok(counter.private("console-review.html", &context, &chrome, status)?)
}

fn context<'a>(
    counter: &Counter,
    caller: &Caller,
    (chrome, desk): (&'a Chrome, Desk),
    (asked, fault): (Asked, Option<Fault>),
) -> ReviewPage<'a> {
    let Asked { item, names: (catalogue_name, source_name), fields, place, recent, may_mend } =
        asked;
    let fits = |ground: &Ground| *ground != Ground::Name || !item.is_adverse;
    let field = |name| caller.field(name).to_owned();
    ReviewPage {
        chrome,
        desk,
        number: item.number,
        batch: item.batch,
        row: item.row,
        state: item.state,
        judged_by: item.judged_by,
        is_adverse: item.is_adverse,
        may_name_person: item.may_name_person,
        catalogue_name,
        source_name,
        name: item.name,
        identifiers: item.identifiers,
        fields,
        findings: item.findings,
        candidates: item.suggestions.into_iter().map(Candidate::from).collect(),
        unlike: item.unlike,
        grounds: Ground::ALL.iter().filter(|one| fits(one)).map(|one| one.word()).collect(),
        before: place.before,
        after: place.after,
        waiting: place.waiting,
        may_mend,
        recent: recent.into_iter().map(Recent::from).collect(),
        typed: Typed {
            code: field("code"),
            other: field("other"),
            ground: field("ground"),
            note: field("note"),
            reason: field("reason"),
        },
        fault,
        characters_most: limits::REASON_CHARACTERS,
        script: counter.assets().review.clone(),
    }
}

/// What somebody does with a row.
enum Act {
    Link { code: String, ground: Option<Ground>, reason: String },
    None(Vec<String>),
    Unsure,
    Refuse { is_person: bool, reason: String },
    TakeBack(String),
}

/// The fields of the forms of a row.
const FIELDS: [&str; 8] = ["act", "code", "other", "ground", "note", "seen", "person", "reason"];

/// Judges a row, or takes a judgement back.
pub(super) async fn judge(
    State(counter): State<Counter>,
    Path(held): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&FIELDS)?;
        let signed = counter.sender(&caller).await?;
        let number = number(&held)?;
        let who = signed.clone();
        let (permit, place) = counter
            .office(move |office| {
                let permit = office.permit_of_held::<HeldJudge>(&who, number)?;
                let permits = Permits::of(office, &who)?;
                Ok((permit, office.queue_place(&permits.see, number)?))
            })
            .await?;
        let act = match act(&counter, &caller)? {
            Ok(act) => act,
            Err(fault) => return page(&counter, &caller, (signed, number), Some(fault)).await,
        };
        let is_taken_back = matches!(act, Act::TakeBack(_));
        match counter.asked(move |office| done(office, (number, &permit), act)).await {
            Ok(Ok(())) if is_taken_back => Ok(see(&caller, &address(number))),
            Ok(Ok(())) => {
                let next = place.after.map_or("/console/review?end=1".to_owned(), address);
                Ok(see(&caller, &next))
            }
            Ok(Err(fault)) => page(&counter, &caller, (signed, number), Some(fault.into())).await,
            Err(OfficeError::Usage(_)) => {
                let fault = ReviewFault::Judged.into();
                page(&counter, &caller, (signed, number), Some(fault)).await
            }
            Err(error) => Err(error.into()),
        }
    };
    counter.end(&caller.visit, answer.await)
}

fn done(
    office: &Office,
    (number, permit): (i64, &Permit<HeldJudge>),
    act: Act,
) -> Result<Result<(), ReviewFault>, OfficeError> {
    match act {
        Act::Link { code, ground, reason } => {
            let done = office.held_confirm(number, &code, (ground, &reason), permit)?;
            return Ok(done.map(|_| ()));
        }
        Act::None(seen) => office.held_none(number, permit, &seen).map(|_| ())?,
        Act::Unsure => office.held_unsure(number, permit)?,
        Act::Refuse { is_person, reason } => {
            office.held_refuse(number, is_person, permit, &reason)?;
        }
        Act::TakeBack(reason) => office.held_take_back(number, permit, &reason)?,
    }
    Ok(Ok(()))
}

/// What the form asks for, or what is wrong with it.
fn act(counter: &Counter, caller: &Caller) -> Result<Result<Act, Fault>, Trouble> {
    let fault = |key, field| Ok(Err(Fault { key, field }));
    match caller.field("act") {
        "link" => {
            let typed = [caller.field("other"), caller.field("code")];
            let Some(code) = typed.into_iter().find(|text| !text.is_empty()) else {
                return fault("choose", "whose");
            };
            let ground = Ground::of(caller.field("ground"));
            let Some(reason) = ground_in_words(counter, caller, ground.unwrap_or(Ground::Name))
            else {
                return fault("note", "note");
            };
            Ok(Ok(Act::Link { code: code.to_owned(), ground, reason }))
        }
        "none" => {
            let seen = caller.form.iter().filter(|(name, _)| *name == "seen");
            let seen: Vec<String> = seen.map(|(_, code)| code.to_owned()).collect();
            if seen.is_empty() || seen.len() > limits::CANDIDATES {
                return Err(Trouble::Form);
            }
            Ok(Ok(Act::None(seen)))
        }
        "unsure" => Ok(Ok(Act::Unsure)),
        "refuse" => match reason(caller) {
            Some(reason) => {
                Ok(Ok(Act::Refuse { is_person: caller.field("person") == "yes", reason }))
            }
            None => fault("reason", "reason"),
        },
        "undo" => match reason(caller) {
            Some(reason) => Ok(Ok(Act::TakeBack(reason))),
            None => fault("reason", "reason"),
        },
        _ => Err(Trouble::Form),
    }
}

/// The ground of a judgement as it stays with the record: none where what was added is too long.
fn ground_in_words(counter: &Counter, caller: &Caller, ground: Ground) -> Option<String> {
    let said = counter.words(&caller.visit, &format!("review.ground.{}", ground.word()));
    let note = caller.field("note");
    let colon = counter.words(&caller.visit, "value.colon");
    let text = if note.is_empty() { said } else { format!("{said}{colon}{note}") };
    (text.chars().count() <= limits::REASON_CHARACTERS).then_some(text)
}

//! `/console/check`: a list of names and codes checked before a decision: a workbook, a text file, or what was
//! pasted. Nothing of it is kept; the chain of acts has how many rows there were.

use std::sync::Arc;

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::check::{
    CHECK_ROWS, CheckAsk, CheckCandidate, CheckCount, CheckFault, CheckFound, Checked,
    CheckedSubject, NameIs,
};
use gongxin_app::gate::{CheckMake, Permit, Refused};
use gongxin_app::public::shown::Words;
use gongxin_app::{OfficeError, Sheet, Spool, write_sheets};
use gongxin_model::finding::Language;
use gongxin_model::{Day, Instant};
use serde::Serialize;

use super::intake::{WORKBOOK, field, file};
use super::{Answer, BodyChoice, Caller, Desk, Sending, body_choices, words};
use crate::counter::{Counter, Trouble};
use crate::forms;
use crate::limits;
use crate::page::Chrome;

#[derive(Serialize)]
struct CheckPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    bodies: Vec<BodyChoice>,
    body: String,
    list: String,
    fault: Option<&'static str>,
    /// Why the file cannot be read.
    why: Option<String>,
    rows_most: usize,
    mib_most: usize,
    result: Option<Shown>,
}

/// A check as a page shows it.
#[derive(Serialize)]
struct Shown {
    number: String,
    at: Instant,
    rows: Vec<Row>,
    /// How many rows came to each thing.
    tally: Vec<(&'static str, usize)>,
    /// The rows as they can be checked again.
    list: String,
}

#[derive(Serialize)]
struct Row {
    line: u64,
    name: String,
    code: String,
    found: &'static str,
    /// What is wrong with the code: last parts of keys.
    wrong: Vec<&'static str>,
    candidates: Vec<Candidate>,
    subject: Option<Subject>,
}

#[derive(Serialize)]
struct Candidate {
    code: String,
    name: String,
    state: Option<Words>,
    until: Option<Day>,
}

#[derive(Serialize)]
struct Subject {
    code: String,
    name: String,
    state: Option<Words>,
    region: Option<Words>,
    is_provisional: bool,
    is_older_code: bool,
    name_is: &'static str,
    until: Option<Day>,
    others: Vec<Candidate>,
    counts: Vec<(Words, u64)>,
    lists: Vec<Words>,
}

impl From<CheckCandidate> for Candidate {
    fn from(one: CheckCandidate) -> Self {
        let CheckCandidate { code, name, state, until } = one;
        Self { code, name, state: state.map(words), until }
    }
}

fn candidates(all: Vec<CheckCandidate>) -> Vec<Candidate> {
    all.into_iter().map(Candidate::from).collect()
}

impl From<CheckedSubject> for Subject {
    fn from(one: CheckedSubject) -> Self {
        let name_is = one.name_is.word();
        let (until, others) = match one.name_is {
            NameIs::Former { until } => (Some(until), Vec::new()),
            NameIs::OfAnother(others) => (None, candidates(others)),
            NameIs::NotGiven | NameIs::Present | NameIs::Nobodys | NameIs::NotCompared => {
                (None, Vec::new())
            }
        };
        let count = |CheckCount { name, count, .. }| (words(name), count);
        Self {
            code: one.code,
            name: one.name,
            state: one.state.map(words),
            region: one.region.map(words),
            is_provisional: one.is_provisional,
            is_older_code: one.is_older_code,
            name_is,
            until,
            others,
            counts: one.counts.into_iter().map(count).collect(),
            lists: one.lists.into_iter().map(words).collect(),
        }
    }
}

impl From<Checked> for Shown {
    fn from(checked: Checked) -> Self {
        let list = checked.rows.iter().filter(|row| row.found != CheckFound::Person);
        let list = list.map(|row| format!("{}\t{}", row.name, row.code));
        let list = list.collect::<Vec<_>>().join("\n");
        let row = |row: gongxin_app::check::CheckedRow| {
            let found = row.found.word();
            let (mut wrong, mut shown, mut subject) = (Vec::new(), Vec::new(), None);
            match row.found {
                CheckFound::Person => {}
                CheckFound::Wrong { facts, meant } => {
                    wrong = facts.into_iter().map(gongxin_model::code::Fact::name).collect();
                    shown = candidates(meant);
                }
                CheckFound::Unknown { meant } => shown = candidates(meant),
                CheckFound::Several(several) | CheckFound::Named(several) => {
                    shown = candidates(several);
                }
                CheckFound::Organisation(one) => subject = Some(Subject::from(*one)),
            }
            let (line, name, code) = (row.line, row.name, row.code);
            Row { line, name, code, found, wrong, candidates: shown, subject }
        };
        let rows: Vec<Row> = checked.rows.into_iter().map(row).collect();
        let words = ["organisation", "wrong", "unknown", "several", "named", "person"];
        let count = |word| (word, rows.iter().filter(|row| row.found == word).count());
        let tally = words.map(count).into_iter().filter(|(_, count)| *count > 0).collect();
        Self { number: checked.number, at: checked.at, rows, tally, list }
    }
}

/// What is wrong with what was sent.
struct Fault {
    key: &'static str,
    why: Option<String>,
}

impl From<CheckFault> for Fault {
    fn from(fault: CheckFault) -> Self {
        match fault {
            CheckFault::Unread(why) => Self { key: "unread", why: Some(why) },
            CheckFault::Many => Self { key: "many", why: None },
            CheckFault::Empty => Self { key: "empty", why: None },
        }
    }
}

/// The form.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        page(&counter, &caller, signed, None).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: Signed,
    result: Option<Result<Checked, Fault>>,
) -> Answer {
    let desk = counter.desk_of(caller, &signed).await?;
    let asked = caller.field("body").to_owned();
    let (bodies, body) = counter
        .office(move |office| {
            let permits = office.bodies_of::<CheckMake>(&signed)?;
            let permit = chosen(&permits, &asked)?;
            let body = permit.body().unwrap_or_default().to_owned();
            Ok((body_choices(office, &permits, &body)?, body))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let (result, fault) = match result {
        None => (None, None),
        Some(Ok(checked)) => (Some(Shown::from(checked)), None),
        Some(Err(fault)) => (None, Some(fault)),
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (fault, why) = fault.map_or((None, None), |fault| (Some(fault.key), fault.why));
    // Of a row that may be a person's nothing comes back, from a list that was checked neither.
    let list = if result.is_some() { String::new() } else { caller.typed("list") };
    let context = CheckPage {
        chrome: &chrome,
        desk,
        bodies,
        body,
        list,
        fault,
        why,
        rows_most: CHECK_ROWS,
        mib_most: limits::CHECK_FILE_BYTES >> 20,
        result,
    };
    Ok(counter.private("console-check.html", &context, &chrome, status)?)
}

/// The permit for the body that is asked for; for the first where none is.
fn chosen<'a>(
    permits: &'a [Permit<CheckMake>],
    asked: &str,
) -> Result<&'a Permit<CheckMake>, OfficeError> {
    let fits = |permit: &&Permit<CheckMake>| asked.is_empty() || permit.body() == Some(asked);
    Ok(permits.iter().find(fits).ok_or(Refused)?)
}

/// Checks what was sent.
pub(super) async fn send(State(counter): State<Counter>, sending: Sending) -> Response {
    let Sending { mut caller, pieces } = sending;
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let who = signed.clone();
        let may = counter
            .office(move |office| chosen(&office.bodies_of::<CheckMake>(&who)?, "").map(|_| ()));
        may.await?;
        let mut pieces = pieces.ok_or(Trouble::Form)?;
        let bytes = receive(&mut caller, &mut pieces).await?;
        caller.only(&["body", "list", "as"])?;
        caller.check_word(&signed)?;
        let permit = permit(&counter, &caller, signed.clone()).await?;
        let asked = match bytes {
            Err(fault) => Err(fault),
            Ok(bytes) => read(&counter, &caller, bytes).await?,
        };
        let result = match asked {
            Err(fault) => Err(fault),
            Ok(asked) => {
                Ok(counter.office(move |office| office.check_list(&permit, &asked)).await?)
            }
        };
        match result {
            Ok(checked) if caller.field("as") == "workbook" => {
                Ok(workbook(&counter, &caller, checked)?)
            }
            result => page(&counter, &caller, signed, Some(result)).await,
        }
    }
    .await;
    counter.end(&caller.visit, answer)
}

async fn permit(
    counter: &Counter,
    caller: &Caller,
    signed: Signed,
) -> Result<Permit<CheckMake>, Trouble> {
    let body = caller.field("body").to_owned();
    let asked = counter
        .office(move |office| chosen(&office.bodies_of::<CheckMake>(&signed)?, &body).cloned());
    asked.await
}

/// The fields and the bytes of the file; none where no file was chosen.
async fn receive(
    caller: &mut Caller,
    pieces: &mut Multipart,
) -> Result<Result<Vec<u8>, Fault>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(mut piece) = pieces.next_field().await.map_err(|_| Trouble::Form)? {
        let name = piece.name().unwrap_or_default().to_owned();
        if piece.file_name().is_none() {
            let most =
                if name == "list" { limits::CHECK_LIST_BYTES } else { limits::PIECE_FIELD_BYTES };
            let value = field(piece, most).await?;
            caller.form.push(&name, value);
            continue;
        }
        if name != "file" {
            return Err(Trouble::Form);
        }
        loop {
            let chunk = match piece.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => break,
                Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    return Ok(Err(Fault { key: "large", why: None }));
                }
                Err(_) => return Err(Trouble::Form),
            };
            if bytes.len() + chunk.len() > limits::CHECK_FILE_BYTES {
                return Ok(Err(Fault { key: "large", why: None }));
            }
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(Ok(bytes))
}

async fn read(
    counter: &Counter,
    caller: &Caller,
    bytes: Vec<u8>,
) -> Result<Result<Vec<CheckAsk>, Fault>, Trouble> {
    let (language, list) = (caller.visit.language, caller.typed("list"));
    let spool: Arc<Spool> = counter.spool()?;
    let read = counter.office(move |office| {
        if bytes.is_empty() {
            office.read_check_text(&list)
        } else {
            office.read_check(bytes, spool.child().cloned(), language)
        }
    });
    Ok(read.await?.map_err(Fault::from))
}

/// The result as a workbook.
fn workbook(counter: &Counter, caller: &Caller, checked: Checked) -> Result<Response, Trouble> {
    let word = |key: &str| counter.words(&caller.visit, key);
    let (number, at) = (checked.number.clone(), checked.at);
    let day = at.day();
    let shown = Shown::from(checked);
    let headers = [
        "check.line",
        "check.given_name",
        "check.given_code",
        "check.found",
        "check.name",
        "check.code",
        "check.state",
        "check.name_is",
        "check.public",
        "check.lists",
        "check.candidates",
    ];
    let about = [
        word("console.section.check"),
        word("check.number").replace("{number}", &number),
        word("check.at").replace("{time}", &forms::time_in_china(at)),
        word("check.informs"),
    ];
    let said = Said { counter, caller };
    let sheet = Sheet {
        name: word("console.section.check"),
        about: about.to_vec(),
        headers: headers.map(word).to_vec(),
        rows: shown.rows.iter().map(|row| said.cells(row)).collect(),
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    write_sheets(&mut bytes, day, &[sheet]).map_err(|_| Trouble::Lost)?;
    Ok(file(bytes.into_inner(), WORKBOOK, &format!("check-{number}.xlsx")))
}

/// The words of a workbook.
struct Said<'a> {
    counter: &'a Counter,
    caller: &'a Caller,
}

impl Said<'_> {
    fn word(&self, key: &str) -> String {
        self.counter.words(&self.caller.visit, key)
    }

    fn text(&self, text: &Words) -> String {
        match (self.caller.visit.language, text.en.as_deref()) {
            (Language::English, Some(en)) if !en.is_empty() => en.to_owned(),
            _ => text.zh.clone(),
        }
    }

    fn maybe(&self, text: Option<&Words>) -> String {
        text.map(|text| self.text(text)).unwrap_or_default()
    }

    fn cells(&self, row: &Row) -> Vec<String> {
        let mut found = vec![self.word(&format!("check.is.{}", row.found))];
        found.extend(row.wrong.iter().map(|key| self.word(&format!("check.wrong.{key}"))));
        let mut cells =
            vec![row.line.to_string(), row.name.clone(), row.code.clone(), found.join("；")];
        match &row.subject {
            None => cells.extend(std::iter::repeat_n(String::new(), 6)),
            Some(one) => cells.extend(self.of_subject(one)),
        }
        let others = row.subject.iter().flat_map(|one| &one.others);
        let named = row.candidates.iter().chain(others).map(|one| self.candidate(one));
        cells.push(named.collect::<Vec<_>>().join("；"));
        cells
    }

    fn of_subject(&self, one: &Subject) -> [String; 6] {
        let name_is = self.word(&format!("check.name_is_of.{}", one.name_is));
        let name_is = match one.until {
            Some(day) => name_is.replace("{day}", &day.to_string()),
            None => name_is,
        };
        let counts = one.counts.iter().map(|(name, count)| format!("{} {count}", self.text(name)));
        let counts = counts.collect::<Vec<_>>().join("；");
        let lists = one.lists.iter().map(|list| self.text(list)).collect::<Vec<_>>().join("；");
        let none = || self.word("check.nothing_public");
        [
            one.name.clone(),
            one.code.clone(),
            self.maybe(one.state.as_ref()),
            name_is,
            if counts.is_empty() { none() } else { counts },
            lists,
        ]
    }

    fn candidate(&self, one: &Candidate) -> String {
        let until =
            one.until.map(|day| self.word("check.former_until").replace("{day}", &day.to_string()));
        let parts = [one.name.clone(), one.code.clone(), self.maybe(one.state.as_ref())];
        let parts = parts.into_iter().chain(until).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" ")
    }
}

//! `/console/intake`: files over the counter, and the templates for them.

use std::sync::Arc;

use axum::extract::multipart::Field;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{HandInMake, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{OfficeError, Parcel, ParcelFault, ReceiptFinding, Spool};
use gongxin_model::finding::Language;
use serde::Serialize;

use super::parcels::take;
use super::{Answer, BodyChoice, Caller, Desk, Sending, body_choices, see, words};
use crate::answer;
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;

/// The media type of a workbook.
pub(super) const WORKBOOK: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

#[derive(Serialize)]
struct IntakePage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    bodies: Vec<BodyChoice>,
    /// The body that is chosen.
    body: String,
    catalogues: Vec<CatalogueChoice>,
    /// Files that were not taken, and why.
    faults: Vec<FileFault>,
    /// How many others of the same form were.
    taken: usize,
    mib_most: u64,
    files_most: usize,
    /// True where files of these bodies are under way.
    are_running: bool,
}

#[derive(Serialize)]
pub(super) struct CatalogueChoice {
    pub(super) id: String,
    pub(super) name: Words,
    pub(super) is_chosen: bool,
}

/// Why a file was not taken.
#[derive(Debug, Serialize)]
struct FileFault {
    file: String,
    /// The last part of the key of its words.
    key: &'static str,
    /// What was found in it, where it was looked into.
    what: Vec<String>,
}

/// The form.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let asked = caller.visit.parameters.first("body").map(str::to_owned);
        let catalogue = caller.visit.parameters.first("catalogue").map(str::to_owned);
        page(&counter, &caller, (signed, asked, catalogue), (Vec::new(), 0)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    (signed, asked, catalogue): (Signed, Option<String>, Option<String>),
    (faults, taken): (Vec<FileFault>, usize),
) -> Answer {
    let desk = counter.desk_of(caller, &signed).await?;
    let spool = counter.spool()?;
    let (mib_most, files_most) = (spool.policy().file_mib_most, spool.policy().files_most);
    let (bodies, body, catalogues, are_running) = counter
        .office(move |office| {
            let permits = office.bodies_of::<HandInMake>(&signed)?;
            let permit = chosen(&permits, asked.as_deref())?;
            let body = permit.body().unwrap_or_default().to_owned();
            let known = office.suppliable(permit)?.into_iter();
            let catalogues: Vec<CatalogueChoice> = known
                .map(|one| CatalogueChoice {
                    is_chosen: catalogue.as_deref() == Some(one.id.as_str()),
                    id: one.id,
                    name: words(one.name),
                })
                .collect();
            let bodies = body_choices(office, &permits, &body)?;
            Ok((bodies, body, catalogues, !office.parcels(&spool, &permits).is_empty()))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let context = IntakePage {
        chrome: &chrome,
        desk,
        bodies,
        body,
        catalogues,
        faults,
        taken,
        mib_most,
        files_most,
        are_running,
    };
    Ok(counter.private("console-intake.html", &context, &chrome, status)?)
}

/// The permit for the body that is asked for; for the first where none is.
fn chosen<'a>(
    permits: &'a [Permit<HandInMake>],
    asked: Option<&str>,
) -> Result<&'a Permit<HandInMake>, OfficeError> {
    let fits = |permit: &&Permit<HandInMake>| asked.is_none_or(|code| permit.body() == Some(code));
    Ok(permits.iter().find(fits).ok_or(Refused)?)
}

/// Takes files.
pub(super) async fn send(State(counter): State<Counter>, sending: Sending) -> Response {
    let Sending { mut caller, pieces } = sending;
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let who = signed.clone();
        counter
            .office(move |office| {
                let permits = office.bodies_of::<HandInMake>(&who)?;
                chosen(&permits, None).map(|_| ())
            })
            .await?;
        let mut pieces = pieces.ok_or(Trouble::Form)?;
        let arrived = receive(&counter, &mut caller, (&signed, &mut pieces)).await?;
        let Arrived { ready, waiting, faults } = arrived;
        let taken = ready.len() + waiting;
        for (permit, id) in ready {
            take(&counter, permit, id, caller.visit.language)?;
        }
        if faults.is_empty() && taken > 0 {
            return Ok(see(&caller, "/console/intake/running"));
        }
        let faults = if faults.is_empty() { vec![no_file()] } else { faults };
        let named = |name| Some(caller.field(name).to_owned()).filter(|text| !text.is_empty());
        let asked = (signed, named("body"), named("catalogue"));
        page(&counter, &caller, asked, (faults, taken)).await
    }
    .await;
    counter.end(&caller.visit, answer)
}

fn no_file() -> FileFault {
    FileFault { file: String::new(), key: "none", what: Vec::new() }
}

/// What arrived with a form.
#[derive(Default)]
struct Arrived {
    /// Parcels that can be taken in at once.
    ready: Vec<(Permit<HandInMake>, String)>,
    /// Parcels of which somebody must say what they are.
    waiting: usize,
    faults: Vec<FileFault>,
}

/// Reads the pieces of a form in their order: its fields, then its files, each streamed to disk.
async fn receive(
    counter: &Counter,
    caller: &mut Caller,
    (signed, pieces): (&Signed, &mut Multipart),
) -> Result<Arrived, Trouble> {
    let mut arrived = Arrived::default();
    let mut permit = None;
    let mut count = 0;
    while let Some(piece) = pieces.next_field().await.map_err(|_| Trouble::Form)? {
        let name = piece.name().unwrap_or_default().to_owned();
        if piece.file_name().is_none() {
            let value = field(piece, limits::PIECE_FIELD_BYTES).await?;
            caller.form.push(&name, value);
            continue;
        }
        let file = piece.file_name().unwrap_or_default().to_owned();
        if name != "file" || file.is_empty() {
            continue;
        }
        if permit.is_none() {
            // The session's word stands before the first file: nothing of another's is kept.
            caller.only(&["body", "catalogue"])?;
            caller.check_word(signed)?;
            permit = Some(permit_of(counter, caller, signed).await?);
        }
        count += 1;
        let most = counter.spool()?.policy().files_most;
        let Some(permit) = permit.as_ref().filter(|_| count <= most) else {
            arrived.faults.push(FileFault { file, key: "many", what: Vec::new() });
            break;
        };
        match parcel(counter, caller, permit, (&file, piece)).await {
            Ok((id, true)) => arrived.ready.push((permit.clone(), id)),
            Ok((_, false)) => arrived.waiting += 1,
            Err(fault) => arrived.faults.push(told(file, fault)?),
        }
    }
    if permit.is_none() {
        caller.only(&["body", "catalogue"])?;
        caller.check_word(signed)?;
    }
    Ok(arrived)
}

/// A field beside the files, of at most so many bytes.
pub(super) async fn field(mut piece: Field<'_>, most: usize) -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = piece.chunk().await.map_err(|_| Trouble::Form)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err(Trouble::Form);
        }
    }
    String::from_utf8(bytes).map_err(|_| Trouble::Form)
}

async fn permit_of(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
) -> Result<Permit<HandInMake>, Trouble> {
    let (who, body) = (signed.clone(), caller.field("body").to_owned());
    let asked = counter.office(move |office| {
        let permits = office.bodies_of::<HandInMake>(&who)?;
        chosen(&permits, Some(body.as_str()).filter(|code| !code.is_empty())).cloned()
    });
    asked.await
}

/// Streams a file to disk and looks what it is.
async fn parcel(
    counter: &Counter,
    caller: &Caller,
    permit: &Permit<HandInMake>,
    (name, mut piece): (&str, Field<'_>),
) -> Result<(String, bool), ParcelFault> {
    let catalogue = Some(caller.field("catalogue").to_owned()).filter(|id| !id.is_empty());
    let mut streaming = Streaming::begin(counter, permit, name.to_owned(), catalogue).await?;
    loop {
        match piece.chunk().await {
            Ok(Some(chunk)) => streaming.push(&chunk).await?,
            Ok(None) => break,
            Err(_) => return Err(ParcelFault::Broken),
        }
    }
    streaming.end(caller.visit.language).await
}

/// A file that comes piece by piece, written away from the threads that serve.
pub(crate) struct Streaming {
    counter: Counter,
    spool: Arc<Spool>,
    permit: Permit<HandInMake>,
    parcel: Option<Parcel>,
    gathered: Vec<u8>,
}

impl Streaming {
    pub(crate) async fn begin(
        counter: &Counter,
        permit: &Permit<HandInMake>,
        name: String,
        catalogue: Option<String>,
    ) -> Result<Self, ParcelFault> {
        let spool = counter.spool().map_err(|_| OfficeError::from(Refused))?;
        let (own, permit) = (Arc::clone(&spool), permit.clone());
        let asked = permit.clone();
        let begun = counter
            .asked(move |office| office.begin_parcel(&own, &asked, (&name, catalogue.as_deref())));
        let parcel = Some(begun.await?);
        Ok(Self { counter: counter.clone(), spool, permit, parcel, gathered: Vec::new() })
    }

    pub(crate) async fn push(&mut self, chunk: &[u8]) -> Result<(), ParcelFault> {
        self.gathered.extend_from_slice(chunk);
        if self.gathered.len() < limits::PARCEL_PIECE {
            return Ok(());
        }
        self.write().await
    }

    async fn write(&mut self) -> Result<(), ParcelFault> {
        let bytes = std::mem::take(&mut self.gathered);
        let Some(mut parcel) = self.parcel.take() else {
            return Err(ParcelFault::Broken);
        };
        let written = self.counter.asked(move |_| parcel.write(&bytes).map(|()| parcel));
        self.parcel = Some(written.await?);
        Ok(())
    }

    /// Ends it; gives its id and whether it can be taken in at once.
    pub(crate) async fn end(mut self, language: Language) -> Result<(String, bool), ParcelFault> {
        self.write().await?;
        let Some(parcel) = self.parcel.take() else {
            return Err(ParcelFault::Broken);
        };
        let (spool, permit) = (self.spool, self.permit);
        let ended =
            self.counter.asked(move |office| office.end_parcel(&spool, &permit, parcel, language));
        ended.await
    }
}

/// The words of why a file was not taken; trouble where it is the office's.
fn told(file: String, fault: ParcelFault) -> Result<FileFault, Trouble> {
    let said = |findings: Vec<ReceiptFinding>| {
        findings.into_iter().map(|finding| finding.message).collect()
    };
    let (key, what) = match fault {
        ParcelFault::TooLarge(_) => ("large", Vec::new()),
        ParcelFault::Empty => ("empty", Vec::new()),
        ParcelFault::Busy => ("busy", Vec::new()),
        ParcelFault::Broken => ("broken", Vec::new()),
        ParcelFault::Unread(findings) => ("unread", said(findings)),
        ParcelFault::Office(error) => return Err(error.into()),
    };
    Ok(FileFault { file, key, what })
}

/// The template of a catalogue.
pub(super) async fn template(
    State(counter): State<Counter>,
    Path((body, catalogue)): Path<(String, String)>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let language = caller.visit.language;
        let id = catalogue.clone();
        let bytes = counter
            .office(move |office| {
                let permit = office.permit::<HandInMake>(&signed, Scope::Body(body))?;
                if office.suppliable(&permit)?.iter().all(|one| one.id != id) {
                    return Err(Refused.into());
                }
                let mut bytes = std::io::Cursor::new(Vec::new());
                let rules = office.rules()?;
                gongxin_app::template(
                    &rules.rulebook,
                    &id,
                    (office.today(), language),
                    &mut bytes,
                )?;
                Ok(bytes.into_inner())
            })
            .await?;
        Ok(file(bytes, WORKBOOK, &format!("{catalogue}.xlsx")))
    };
    counter.end(&caller.visit, answer.await)
}

/// A file for whom it is for alone. Its name is of ids and numbers.
pub(super) fn file(bytes: Vec<u8>, kind: &str, name: &str) -> Response {
    let name = format!("attachment; filename=\"{name}\"");
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
    answer::unkept((headers, bytes).into_response())
}

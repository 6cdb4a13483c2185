//! `/console/intake/running`: files that are being taken in, how far each is, and what became of it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::gate::{HandInMake, Permit, Refused, Scope};
use gongxin_app::public::shown::Words;
use gongxin_app::{Office, OfficeError, ParcelItem, ParcelState};
use gongxin_model::Instant;
use gongxin_model::finding::Language;
use serde::Serialize;

use super::intake::CatalogueChoice;
use super::{Caller, Desk, see, words};
use crate::counter::{Counter, Trouble};
use crate::page::Chrome;

#[derive(Serialize)]
struct ParcelsPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    parcels: Vec<Item>,
    /// True where the page alters by itself.
    is_moving: bool,
    hours_most: i64,
}

#[derive(Serialize)]
struct Item {
    id: String,
    file: String,
    at: Instant,
    /// The last part of the key of its words.
    state: ParcelState,
    catalogue: Option<Words>,
    candidates: Vec<CatalogueChoice>,
    rows: u64,
    percent: Option<u64>,
    pace: Option<(u64, u64)>,
    batch: Option<i64>,
    same_as: Option<i64>,
    accepted: u64,
    held: u64,
    refused: u64,
    what: Vec<String>,
}

/// All that are there of the account's bodies.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let spool = counter.spool()?;
        let hours_most = spool.policy().rest_hours_most;
        let now = counter.now();
        let parcels: Vec<Item> = counter
            .office(move |office| {
                let permits = office.bodies_of::<HandInMake>(&signed)?;
                if permits.is_empty() {
                    return Err(Refused.into());
                }
                let found = office.parcels(&spool, &permits);
                found.into_iter().map(|one| item(office, one, now)).collect()
            })
            .await?;
        let moves = |one: &Item| matches!(one.state, ParcelState::Waiting | ParcelState::Running);
        let is_moving = parcels.iter().any(moves);
        let chrome = counter.chrome(&caller.visit).await?;
        let context = ParcelsPage { chrome: &chrome, desk, parcels, is_moving, hours_most };
        Ok(counter.private("console-parcels.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

fn item(office: &Office, parcel: ParcelItem, now: Instant) -> Result<Item, OfficeError> {
    let rules = office.rules()?;
    let name = |id: &str| match rules.rulebook.catalogue(id) {
        Some(found) => words(found.name.clone()),
        None => Words { zh: id.to_owned(), en: None },
    };
    let pace = parcel.pace(now);
    let progress = parcel.progress.as_ref().map(|(progress, _)| *progress);
    let choice = |id: String| CatalogueChoice { name: name(&id), id, is_chosen: false };
    let (accepted, held, refused) = parcel.counts;
    Ok(Item {
        catalogue: parcel.catalogue.as_deref().map(name),
        rows: progress.map_or(0, |progress| progress.rows),
        percent: progress.map(|one| (one.bytes * 100 / parcel.size.max(1)).min(100)),
        pace,
        id: parcel.id,
        file: parcel.file,
        at: parcel.at,
        state: parcel.state,
        candidates: parcel.candidates.into_iter().map(choice).collect(),
        batch: parcel.batch,
        same_as: parcel.same_as,
        accepted,
        held,
        refused,
        what: parcel.findings.into_iter().map(|finding| finding.message).collect(),
    })
}

/// Lets a parcel be taken in when its turn has come; whoever sent it may leave.
pub(crate) fn take(
    counter: &Counter,
    permit: Permit<HandInMake>,
    id: String,
    language: Language,
) -> Result<(), Trouble> {
    let (office, spool) = (counter.staff().ok_or(Trouble::Never)?, counter.spool()?);
    let own = std::sync::Arc::clone(&spool);
    spool.beside(move || {
        if let Err(error) = office.take_parcel(&own, &permit, (&id, language)) {
            tracing::error!(parcel = id, "a parcel could not be taken in: {error}");
        }
    });
    Ok(())
}

/// Says which catalogue a file is for.
pub(super) async fn choose(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["catalogue"])?;
        let signed = counter.sender(&caller).await?;
        let (spool, own, catalogue) =
            (counter.spool()?, id.clone(), caller.field("catalogue").to_owned());
        let permit = counter
            .office(move |office| {
                let body = spool.body_of(&own).ok_or(Refused)?;
                let permit = office.permit::<HandInMake>(&signed, Scope::Body(body))?;
                office.choose_catalogue(&spool, &permit, (&own, &catalogue))?;
                Ok(permit)
            })
            .await?;
        take(&counter, permit, id, caller.visit.language)?;
        Ok(see(&caller, "/console/intake/running"))
    };
    counter.end(&caller.visit, answer.await)
}

/// Goes on with a file that was cut off.
pub(super) async fn resume(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&[])?;
        let signed = counter.sender(&caller).await?;
        let (spool, own) = (counter.spool()?, id.clone());
        let permit = counter
            .office(move |office| {
                let body = spool.body_of(&own).ok_or(Refused)?;
                let permit = office.permit::<HandInMake>(&signed, Scope::Body(body))?;
                office.resume_parcel(&spool, &permit, &own)?;
                Ok(permit)
            })
            .await?;
        take(&counter, permit, id, caller.visit.language)?;
        Ok(see(&caller, "/console/intake/running"))
    };
    counter.end(&caller.visit, answer.await)
}

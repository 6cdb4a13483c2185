//! `/console` and `/my`: what is due.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::BodyItem;
use gongxin_app::gate::{OrganisationSee, Scope};
use gongxin_app::public::shown::Words;
use gongxin_model::Instant;
use serde::Serialize;

use super::batches::Batch;
use super::cases::{self, Line, Side};
use super::{Answer, Caller, Desk, Stop, see, start_of, words};
use crate::counter::{Counter, Trouble};
use crate::page::Chrome;

#[derive(Serialize)]
struct StartPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// True for who has a second factor.
    has_factor: bool,
    has_role: bool,
    bodies_count: usize,
    bodies: Vec<Body>,
    held: i64,
    hand_ins: Vec<Batch>,
    /// Cases that are due first.
    cases: Vec<Line>,
    /// Where all of them are.
    cases_at: &'static str,
    /// Codes of the organisations that the account acts for.
    organisations: Vec<String>,
}

#[derive(Serialize)]
struct Body {
    code: String,
    name: Words,
    last: Option<Instant>,
    held: i64,
}

impl From<BodyItem> for Body {
    fn from(item: BodyItem) -> Self {
        let BodyItem { code, name, last, held } = item;
        Self { code, name: words(name), last, held }
    }
}

/// The start page of a department, a steward, an administrator.
pub(super) async fn console(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = page(&counter, &caller, "/console").await;
    counter.end(&caller.visit, answer)
}

/// The start page of an enterprise.
pub(super) async fn mine(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = page(&counter, &caller, "/my").await;
    counter.end(&caller.visit, answer)
}

async fn page(counter: &Counter, caller: &Caller, path: &str) -> Answer {
    let signed = counter.whole(caller).await?;
    if start_of(&signed) != path {
        return Ok(see(caller, start_of(&signed)));
    }
    let desk = counter.desk_of(caller, &signed).await?;
    let (has_factor, has_role) = (signed.has_factor(), !signed.roles().is_empty());
    let side = if path == "/my" { Side::My } else { Side::Console };
    let language = caller.visit.language;
    let (start, organisations, due) = counter
        .office(move |office| {
            let held = signed.roles().iter().map(|held| held.scope.clone());
            let organisations = held.filter(|code| {
                let scope = Scope::Organisation(code.clone());
                office.permit::<OrganisationSee>(&signed, scope).is_ok()
            });
            let due = cases::due(office, &signed, (side, language))?;
            Ok((office.start(&signed)?, organisations.collect(), due))
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let context = StartPage {
        chrome: &chrome,
        desk,
        has_factor,
        has_role,
        bodies_count: start.bodies_count,
        bodies: start.bodies.into_iter().map(Body::from).collect(),
        held: start.held,
        hand_ins: start.hand_ins.into_iter().map(Batch::from).collect(),
        cases: due.into_iter().map(|line| Line::of(line, chrome.today)).collect(),
        cases_at: side.path(),
        organisations,
    };
    Ok(counter.private("console.html", &context, &chrome, StatusCode::OK)?)
}

/// Nothing has this address; who is not signed in does not learn even that.
pub(super) async fn nothing(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = match counter.whole(&caller).await {
        Ok(_) => Err(Stop::Trouble(Trouble::Never)),
        Err(stop) => Err(stop),
    };
    counter.end(&caller.visit, answer)
}

//! `/sign-in/with/…` and `/sign-in/return/…`: to another platform that says who somebody is, and back.
//!
//! A form of ours may lead to no other host, and the cookie of a session does not come along from one.
//! So both ways go through a page of ours that the browser leaves by itself, by a link where it does not.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::{Arrival, Entered, Journey, Leave, Outside, Signed};
use gongxin_app::public::shown::Words;
use gongxin_model::finding::Language;
use gongxin_model::openid::{Back, IdentityProvider, ProviderFault, Verified};
use serde::Serialize;

use super::enter::{form, goal};
use super::{Answer, Caller, Stop, see};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::parameters::Parameters;

/// The context of the page between here and there.
#[derive(Serialize)]
struct BetweenPage<'a> {
    chrome: &'a Chrome,
    /// The last part of the keys of its words.
    kind: &'static str,
    name: Words,
    /// Where to go on.
    on: String,
    /// True where the browser goes on by itself.
    goes_on: bool,
}

/// The provider of an id.
pub(super) fn of_id(counter: &Counter, id: &str) -> Option<Arc<dyn IdentityProvider>> {
    counter.providers().iter().find(|provider| provider.terms().id == id).cloned()
}

async fn between(
    counter: &Counter,
    caller: &Caller,
    provider: &Arc<dyn IdentityProvider>,
    (kind, on, goes_on): (&'static str, String, bool),
) -> Answer {
    let chrome = counter.chrome(&caller.visit).await?;
    let name = &provider.terms().name;
    let name = Words { zh: name.zh.clone(), en: Some(name.en.clone()) };
    let context = BetweenPage { chrome: &chrome, kind, name, on, goes_on };
    let status = if goes_on { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(counter.private("sign-in-between.html", &context, &chrome, status)?)
}

/// Sends who wants to sign in to another platform.
pub(super) async fn leave(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    mut caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["next"])?;
        let provider = of_id(&counter, &id).ok_or(Trouble::Never)?;
        let next = caller.next(caller.form.first("next")).unwrap_or_default();
        at_sign_in(&mut caller);
        match gone(&counter, &caller, &provider, (next, None)).await? {
            Some(answer) => Ok(answer),
            None => form(&counter, &caller, ("down", None)).await,
        }
    };
    let answer = answer.await;
    counter.end(&caller.visit, answer)
}

/// Begins a journey: the page that leads to the other platform, or none where that does not answer.
pub(super) async fn gone(
    counter: &Counter,
    caller: &Caller,
    provider: &Arc<dyn IdentityProvider>,
    (next, binding): (String, Option<Signed>),
) -> Result<Option<Response>, Stop> {
    let id = provider.terms().id.clone();
    let language = match caller.visit.language {
        Language::Chinese => "zh",
        Language::English => "en",
    };
    let (token, words) = counter
        .office(move |office| {
            let ask = Leave { provider: &id, language, next: &next };
            office.leave(&ask, binding.as_ref())
        })
        .await?;
    let now = counter.now();
    match counter.outside(provider, move |provider| provider.leave(&words, now)).await? {
        Ok(address) => {
            let page = between(counter, caller, provider, ("leave", address, true)).await?;
            Ok(Some(caller.give_journey(page, &token)))
        }
        Err(fault) => {
            tracing::warn!("nobody can leave for it: {fault}");
            Ok(None)
        }
    }
}

/// Takes who comes back.
pub(super) async fn back(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    mut caller: Caller,
) -> Response {
    let answer = async {
        let provider = of_id(&counter, &id).ok_or(Trouble::Never)?;
        let given = std::mem::take(&mut caller.visit.parameters);
        at_sign_in(&mut caller);
        let Some(journey) = arrived(&counter, &caller, &id, &given).await? else {
            return form(&counter, &caller, ("state", None)).await;
        };
        if journey.language == "en" {
            caller.visit.language = Language::English;
        }
        let verified = match vouched(&counter, &provider, &journey, &given).await? {
            Ok(verified) => verified,
            Err((why, fault)) => {
                let origin = caller.origin.clone();
                counter.office(move |office| office.not_vouched(&id, &why, &origin)).await?;
                return form(&counter, &caller, (fault, None)).await;
            }
        };
        received(&counter, &caller, &provider, (journey, verified)).await
    };
    let answer = answer.await.map(|response| caller.take_journey(response));
    counter.end(&caller.visit, answer)
}

/// The pages on the way are those of signing in; what came in their addresses goes into none of ours.
fn at_sign_in(caller: &mut Caller) {
    caller.visit.path = "/sign-in".to_owned();
    caller.visit.query = String::new();
    caller.visit.parameters = Parameters::default();
}

async fn arrived(
    counter: &Counter,
    caller: &Caller,
    provider: &str,
    given: &Parameters,
) -> Result<Option<Journey>, Trouble> {
    let fits = |text: &&str| text.len() <= limits::RETURN_BYTES;
    let state = given.first("state").filter(fits).unwrap_or_default().to_owned();
    let token = caller.journey.clone().unwrap_or_default();
    let (provider, origin) = (provider.to_owned(), caller.origin.clone());
    let arrived = counter.office(move |office| {
        office.come_back(&Arrival {
            token: &token,
            provider: &provider,
            state: &state,
            origin: &origin,
        })
    });
    arrived.await
}

/// Whom the provider vouches for; else the word for the chain of acts, and the key of what is said.
async fn vouched(
    counter: &Counter,
    provider: &Arc<dyn IdentityProvider>,
    journey: &Journey,
    given: &Parameters,
) -> Result<Result<Verified, (String, &'static str)>, Trouble> {
    if let Some(error) = given.first("error") {
        // RFC 6749, 4.1.2.1: a word of the provider's; of anything else only that it came.
        let is_word =
            error.len() <= 40 && error.bytes().all(|one| matches!(one, b'a'..=b'z' | b'_'));
        let why = if is_word { error } else { "error" };
        return Ok(Err((why.to_owned(), "not_vouched")));
    }
    let code = given.first("code").filter(|code| code.len() <= limits::RETURN_BYTES);
    let code = code.unwrap_or_default().to_owned();
    let issuer = given.first("iss").map(str::to_owned);
    let (words, now) = (journey.words.clone(), counter.now());
    let asked = counter.outside(provider, move |provider| {
        provider.verify(&Back { code: &code, issuer: issuer.as_deref(), words: &words }, now)
    });
    Ok(asked.await?.map_err(|fault| {
        tracing::warn!("nobody is vouched for: {fault}");
        let said = match fault {
            ProviderFault::Down { .. } => "down",
            _ => "not_vouched",
        };
        (fault.word().to_owned(), said)
    }))
}

/// Lets in, or binds, whom the provider vouches for.
async fn received(
    counter: &Counter,
    caller: &Caller,
    provider: &Arc<dyn IdentityProvider>,
    (journey, verified): (Journey, Verified),
) -> Answer {
    let next = caller.next(Some(&journey.next));
    let (device, origin) = (caller.device.clone(), caller.origin.clone());
    let of = Arc::clone(provider);
    let arrived = counter
        .office(move |office| office.arrive((of.terms(), &verified), &journey, (&device, &origin)));
    let account = || caller.at("/console/account");
    match arrived.await? {
        Outside::Entered(Entered::As { token, stage }) => {
            let on = goal(counter, caller, (&token, stage), next).await?;
            let page = between(counter, caller, provider, ("back", on, true)).await?;
            Ok(caller.give(page, &token))
        }
        Outside::Entered(Entered::Wait { until }) => {
            form(counter, caller, ("wait", Some(until))).await
        }
        Outside::Entered(Entered::Refused) => form(counter, caller, ("locked", None)).await,
        Outside::Unbound => form(counter, caller, ("unbound", None)).await,
        Outside::Bound => between(counter, caller, provider, ("bound", account(), true)).await,
        Outside::Taken => between(counter, caller, provider, ("taken", account(), false)).await,
        Outside::Over => between(counter, caller, provider, ("over", account(), false)).await,
    }
}

/// Leads on to where the session at the provider is ended, where it has such a place.
pub(super) async fn sign_out(
    counter: &Counter,
    caller: &Caller,
    provider: Arc<dyn IdentityProvider>,
) -> Answer {
    let now = counter.now();
    match counter.outside(&provider, move |provider| provider.sign_out(now)).await {
        Ok(Some(place)) => between(counter, caller, &provider, ("sign_out", place, true)).await,
        _ => Ok(see(caller, "/sign-in")),
    }
}

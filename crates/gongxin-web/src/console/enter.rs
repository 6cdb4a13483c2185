//! `/sign-in`, its second step, `/activate` and `/sign-out`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::{Activation, Entered, SignInAsk, Stage};
use gongxin_app::public::shown::Words;
use gongxin_model::Instant;
use gongxin_model::openid::{IdentityProvider, ProviderTerms};
use serde::Serialize;

use super::{Answer, Caller, Stop, outside, place_of, see, start_of};
use crate::counter::{Counter, Trouble};
use crate::page::Chrome;
use crate::parameters::query;

/// The context of the pages before one is signed in.
#[derive(Serialize)]
struct EnterPage<'a> {
    chrome: &'a Chrome,
    /// `enterprise` or `department`.
    side: &'static str,
    enterprise: String,
    department: String,
    action: String,
    next: Option<String>,
    /// What was typed: never a password.
    login: String,
    code: String,
    /// The last part of the key of what is wrong.
    fault: Option<&'static str>,
    /// Until when nobody may try.
    until: Option<Instant>,
    /// The word of the session that waits for its second step.
    word: String,
    least: usize,
    hours: i64,
    /// Other platforms by which one may sign in.
    providers: Vec<Button>,
}

/// A button to another platform.
#[derive(Serialize)]
pub(super) struct Button {
    pub(super) id: String,
    pub(super) name: Words,
}

/// The buttons to the other platforms.
pub(super) fn buttons(counter: &Counter) -> Vec<Button> {
    let button = |provider: &Arc<dyn IdentityProvider>| {
        let ProviderTerms { id, name, .. } = provider.terms();
        Button { id: id.clone(), name: Words { zh: name.zh.clone(), en: Some(name.en.clone()) } }
    };
    counter.providers().iter().map(button).collect()
}

/// The form of signing in, with what is wrong.
pub(super) async fn form(
    counter: &Counter,
    caller: &Caller,
    (fault, until): (&'static str, Option<Instant>),
) -> Answer {
    page(counter, caller, "sign-in.html", (Some(fault), until), "").await
}

async fn page(
    counter: &Counter,
    caller: &Caller,
    template: &str,
    (fault, until): (Option<&'static str>, Option<Instant>),
    word: &str,
) -> Answer {
    let chrome = counter.chrome(&caller.visit).await?;
    let office = counter.staff().ok_or(Trouble::Never)?;
    let policy = office.sign_in_policy();
    let parameters = &caller.visit.parameters;
    let given = |name: &str| {
        let typed = caller.form.first(name).or_else(|| parameters.first(name));
        typed.map(str::to_owned)
    };
    let next = caller.next(given("next").as_deref());
    let is_firm = given("for").is_none_or(|side| side != "department");
    let address = |side| {
        let pairs = [("for", Some(side)), ("next", next.as_deref())];
        format!("{}{}", caller.at("/sign-in"), query(&pairs))
    };
    let context = EnterPage {
        side: if is_firm { "enterprise" } else { "department" },
        enterprise: address("enterprise"),
        department: address("department"),
        action: chrome.address.clone(),
        login: given("login").unwrap_or_default(),
        code: given("code").unwrap_or_default(),
        word: word.to_owned(),
        least: policy.characters_least(),
        hours: policy.code_hours(),
        providers: buttons(counter),
        chrome: &chrome,
        next,
        fault,
        until,
    };
    let status = match fault {
        Some("down") => StatusCode::SERVICE_UNAVAILABLE,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    Ok(counter.private(template, &context, &chrome, status)?)
}

const FINE: (Option<&str>, Option<Instant>) = (None, None);

/// The empty form, or for who is signed in already the start page.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        match counter.signed(&caller).await? {
            Some(signed) if signed.is_whole() => Ok(see(&caller, start_of(&signed))),
            _ => page(&counter, &caller, "sign-in.html", FINE, "").await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Account and password.
pub(super) async fn sign_in(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["login", "password", "for", "next"])?;
        let (login, password) = (caller.field("login").to_owned(), caller.typed("password"));
        if login.is_empty() || password.is_empty() {
            return page(&counter, &caller, "sign-in.html", (Some("empty"), None), "").await;
        }
        let (device, origin) = (caller.device.clone(), caller.origin.clone());
        let turn = counter.password_turn().await?;
        let entered = counter.office(move |office| {
            let _turn = turn;
            let (login, password) = (&login, &password);
            office.sign_in(&SignInAsk { login, password, device: &device, origin: &origin })
        });
        entered_page(&counter, &caller, ("sign-in.html", ""), entered.await?).await
    };
    counter.end(&caller.visit, answer.await)
}

/// What follows an attempt to enter.
async fn entered_page(
    counter: &Counter,
    caller: &Caller,
    (template, word): (&str, &str),
    entered: Entered,
) -> Answer {
    match entered {
        Entered::As { token, stage } => {
            let next = caller.next(caller.form.first("next"));
            let to = goal(counter, caller, (&token, stage), next).await?;
            Ok(caller.give(crate::answer::see_other(&to), &token))
        }
        Entered::Refused => page(counter, caller, template, (Some("wrong"), None), word).await,
        Entered::Wait { until } => {
            page(counter, caller, template, (Some("wait"), Some(until)), word).await
        }
    }
}

/// Where who entered goes on.
pub(super) async fn goal(
    counter: &Counter,
    caller: &Caller,
    (token, stage): (&str, Stage),
    next: Option<String>,
) -> Result<String, Trouble> {
    Ok(match (stage, next) {
        (Stage::Factor, Some(next)) => {
            let path = caller.at("/sign-in/code");
            format!("{path}{}", query(&[("next", Some(next.as_str()))]))
        }
        // It has its language already.
        (Stage::Whole, Some(next)) => next,
        (Stage::Whole, None) => {
            let (holder, origin) = (token.to_owned(), caller.origin.clone());
            let asked = counter.office(move |office| office.signed(&holder, &origin)).await?;
            caller.at(asked.map_or("/console", |signed| start_of(&signed)))
        }
        (stage, _) => caller.at(place_of(stage)),
    })
}

/// The form of the second step.
pub(super) async fn show_code(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        match counter.signed(&caller).await? {
            Some(signed) if signed.stage() == Stage::Factor => {
                page(&counter, &caller, "sign-in-code.html", FINE, signed.form_word()).await
            }
            _ => Ok(see(&caller, "/sign-in")),
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// The second step.
pub(super) async fn code(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["code", "next"])?;
        let signed = counter.signed(&caller).await?;
        let Some(signed) = signed.filter(|signed| signed.stage() == Stage::Factor) else {
            return Ok(see(&caller, "/sign-in"));
        };
        caller.check_word(&signed)?;
        let (given, word) = (caller.field("code").to_owned(), signed.form_word().to_owned());
        let entered = counter.office(move |office| office.second_factor(&signed, &given)).await?;
        entered_page(&counter, &caller, ("sign-in-code.html", &word), entered).await
    };
    counter.end(&caller.visit, answer.await)
}

/// The form of the first sign-in.
pub(super) async fn show_activation(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = page(&counter, &caller, "activate.html", FINE, "").await;
    counter.end(&caller.visit, answer)
}

/// The first sign-in: a password by a one-time code.
pub(super) async fn activate(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["login", "code", "new", "again"])?;
        let (password, again) = (caller.typed("new"), caller.typed("again"));
        if password != again {
            return page(&counter, &caller, "activate.html", (Some("again"), None), "").await;
        }
        let (login, code) = (caller.field("login").to_owned(), caller.field("code").to_owned());
        let (device, origin) = (caller.device.clone(), caller.origin.clone());
        let turn = counter.password_turn().await?;
        let entered = counter.office(move |office| {
            let _turn = turn;
            office.activate(&Activation {
                login: &login,
                code: &code,
                password: &password,
                device: &device,
                origin: &origin,
            })
        });
        match entered.await? {
            Ok(entered) => entered_page(&counter, &caller, ("activate.html", ""), entered).await,
            Err(fault) => {
                page(&counter, &caller, "activate.html", (Some(fault.word()), None), "").await
            }
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Ends the session.
pub(super) async fn sign_out(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&[])?;
        let mut provider = None;
        if let Some(signed) = counter.signed(&caller).await? {
            caller.check_word(&signed)?;
            provider = signed.provider().and_then(|id| outside::of_id(&counter, id));
            counter.office(move |office| office.sign_out(&signed)).await?;
        }
        // Here it is over, whatever the other platform answers.
        let answer = match provider {
            Some(provider) => outside::sign_out(&counter, &caller, provider).await?,
            None => see(&caller, "/sign-in"),
        };
        Ok::<_, Stop>(caller.take(answer))
    };
    counter.end(&caller.visit, answer.await)
}

//! `/console/account`: what an account looks after of its own.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::OfficeError;
use gongxin_app::accounts::{Entered, IdentityItem, KeyAsk, OwnFault, Signed, Stage};
use gongxin_app::gate::{OwnKeys, Scope};
use gongxin_model::Instant;
use serde::Serialize;

use super::enter::{Button, buttons};
use super::{Answer, Caller, Desk, Stop, may_have_keys, see};
use crate::counter::{Counter, Trouble};
use crate::page::Chrome;
use crate::qr;

const HOME: &str = "/console/account";

#[derive(Serialize)]
struct AccountPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    has_factor: bool,
    recovery_left: i64,
    sessions: Vec<Session>,
    /// Absent for an account that makes no keys.
    keys: Option<Keys>,
    /// Other platforms by which one may sign in.
    providers: Vec<Button>,
    identities: Vec<IdentityItem>,
    has_password: bool,
    /// The last part of the key of what is wrong, and the form that it is of.
    fault: Option<(&'static str, &'static str)>,
    until: Option<Instant>,
    key_name: String,
    days_most: i64,
}

#[derive(Serialize)]
struct Session {
    id: String,
    made_at: Instant,
    seen_at: Instant,
    device: String,
    origin: String,
    is_this: bool,
}

#[derive(Serialize)]
struct Keys {
    /// What a key can be made for.
    actions: Vec<String>,
    keys: Vec<Key>,
}

#[derive(Serialize)]
struct Key {
    no: i64,
    name: String,
    actions: Vec<String>,
    until_at: Instant,
    used_at: Option<Instant>,
    is_revoked: bool,
    is_over: bool,
}

#[derive(Serialize)]
struct PasswordPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// True where its time is over.
    is_due: bool,
    fault: Option<&'static str>,
    until: Option<Instant>,
    least: usize,
}

#[derive(Serialize)]
struct FactorPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// True where it must be set up before going on.
    is_due: bool,
    has_factor: bool,
    /// The secret, in groups of four.
    secret: Vec<String>,
    qr: Option<qr::Drawn>,
    fault: Option<&'static str>,
    until: Option<Instant>,
}

#[derive(Serialize)]
struct ShownPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    /// Recovery codes, or none.
    codes: Vec<String>,
    /// A key, or none.
    key: Option<String>,
    on: String,
}

type Fault = Option<(&'static str, &'static str)>;

/// The account's own page.
pub(super) async fn show(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        page(&counter, &caller, signed, (None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

pub(super) async fn page(
    counter: &Counter,
    caller: &Caller,
    signed: Signed,
    (fault, until): (Fault, Option<Instant>),
) -> Answer {
    let desk = counter.desk_of(caller, &signed).await?;
    let has_factor = signed.has_factor();
    let has_password = signed.has_password();
    let now = counter.now();
    let (sessions, left, keys, days_most, identities) = counter
        .office(move |office| {
            let sessions = office.own_sessions(&signed)?;
            let keys = if may_have_keys(office, &signed) {
                let permit = office.permit(&signed, Scope::Account(signed.number()))?;
                Some((office.key_actions(&signed), office.own_keys(&permit)?))
            } else {
                None
            };
            let days_most = office.sign_in_policy().key_days_most();
            let identities = office.own_identities(&signed)?;
            Ok((sessions, office.recovery_codes_left(&signed)?, keys, days_most, identities))
        })
        .await?;
    let session = |item: gongxin_app::accounts::SessionItem| Session {
        id: item.id,
        made_at: item.made_at,
        seen_at: item.seen_at,
        device: item.device,
        origin: item.origin,
        is_this: item.is_this,
    };
    let key = |item: gongxin_app::accounts::KeyItem| Key {
        no: item.no,
        name: item.name,
        actions: item.actions,
        until_at: item.until_at,
        used_at: item.used_at,
        is_revoked: item.revoked_at.is_some(),
        is_over: item.until_at <= now,
    };
    let chrome = counter.chrome(&caller.visit).await?;
    let context = AccountPage {
        chrome: &chrome,
        desk,
        has_factor,
        recovery_left: left,
        sessions: sessions.into_iter().map(session).collect(),
        keys: keys
            .map(|(actions, keys)| Keys { actions, keys: keys.into_iter().map(key).collect() }),
        providers: buttons(counter),
        identities,
        has_password,
        fault,
        until,
        key_name: caller.field("name").to_owned(),
        days_most,
    };
    let status = status_of(fault.is_some());
    Ok(counter.private("console-account.html", &context, &chrome, status)?)
}

fn status_of(is_fault: bool) -> StatusCode {
    if is_fault { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

pub(super) fn told(fault: OwnFault) -> (&'static str, Option<Instant>) {
    match fault {
        OwnFault::Password(fault) => (fault.word(), None),
        OwnFault::Wrong => ("wrong", None),
        OwnFault::Wait(until) => ("wait", Some(until)),
    }
}

/// The form for another password.
pub(super) async fn show_password(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = at_stage(&counter, &caller, Stage::Password).await?;
        password_page(&counter, &caller, &signed, (None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Who is signed in, or has just this left to be done before.
async fn at_stage(counter: &Counter, caller: &Caller, stage: Stage) -> Result<Signed, Stop> {
    let signed = counter.holder(caller).await?;
    match signed.stage() {
        found if found == stage || found == Stage::Whole => Ok(signed),
        other => Err(Stop::Answer(see(caller, super::place_of(other)))),
    }
}

async fn password_page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (fault, until): (Option<&'static str>, Option<Instant>),
) -> Answer {
    let chrome = counter.chrome(&caller.visit).await?;
    let office = counter.staff().ok_or(Trouble::Never)?;
    let context = PasswordPage {
        chrome: &chrome,
        desk: counter.desk_of(caller, signed).await?,
        is_due: signed.stage() == Stage::Password,
        fault,
        until,
        least: office.sign_in_policy().characters_least(),
    };
    let status = status_of(fault.is_some());
    Ok(counter.private("console-password.html", &context, &chrome, status)?)
}

/// Another password.
pub(super) async fn password(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["present", "new", "again"])?;
        let signed = at_stage(&counter, &caller, Stage::Password).await?;
        caller.check_word(&signed)?;
        let (present, new) = (caller.typed("present"), caller.typed("new"));
        if new != caller.typed("again") {
            return password_page(&counter, &caller, &signed, (Some("again"), None)).await;
        }
        let turn = counter.password_turn().await?;
        let who = signed.clone();
        let changed = counter.office(move |office| {
            let _turn = turn;
            office.change_password(&who, &present, &new)
        });
        match changed.await? {
            Ok(entered) => Ok(gone_on(&caller, entered, HOME)),
            Err(fault) => {
                let (fault, until) = told(fault);
                password_page(&counter, &caller, &signed, (Some(fault), until)).await
            }
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Goes on as the session that came in place of the one before.
fn gone_on(caller: &Caller, entered: Entered, on: &str) -> Response {
    match entered {
        Entered::As { token, stage: Stage::Whole } => caller.give(see(caller, on), &token),
        Entered::As { token, stage } => caller.give(see(caller, super::place_of(stage)), &token),
        Entered::Refused | Entered::Wait { .. } => see(caller, "/sign-in"),
    }
}

/// The form for a second factor.
pub(super) async fn show_factor(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = at_stage(&counter, &caller, Stage::Enrol).await?;
        factor_page(&counter, &caller, &signed, (None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn factor_page(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (fault, until): (Option<&'static str>, Option<Instant>),
) -> Answer {
    let chrome = counter.chrome(&caller.visit).await?;
    let who = signed.clone();
    let secret = counter.office(move |office| office.offer_factor(&who)).await?;
    let secret = secret.ok_or(Trouble::Never)?;
    let issuer = crate::parameters::encode(&chrome.platform.name.zh);
    let login = crate::parameters::encode(signed.login());
    let address = format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}");
    let letters: Vec<char> = secret.chars().collect();
    let context = FactorPage {
        desk: counter.desk_of(caller, signed).await?,
        is_due: signed.stage() == Stage::Enrol,
        has_factor: signed.has_factor(),
        secret: letters.chunks(4).map(|group| group.iter().collect()).collect(),
        qr: qr::draw(&address),
        chrome: &chrome,
        fault,
        until,
    };
    let status = status_of(fault.is_some());
    Ok(counter.private("console-factor.html", &context, &chrome, status)?)
}

/// Confirms a second factor; shows the recovery codes this once.
pub(super) async fn factor(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["code", "present"])?;
        let signed = at_stage(&counter, &caller, Stage::Enrol).await?;
        caller.check_word(&signed)?;
        let (code, present) = (caller.field("code").to_owned(), caller.field("present").to_owned());
        let who = signed.clone();
        let confirmed = counter.office(move |office| office.confirm_factor(&who, &code, &present));
        match confirmed.await? {
            Ok((Entered::As { token, .. }, codes)) => {
                let (holder, origin) = (token.clone(), caller.origin.clone());
                let signed = counter.office(move |office| office.signed(&holder, &origin)).await?;
                let signed = signed.ok_or(Trouble::Never)?;
                let shown = shown(&counter, &caller, &signed, (codes, None)).await?;
                Ok(caller.give(shown, &token))
            }
            Ok(_) => Ok(see(&caller, "/sign-in")),
            Err(fault) => {
                let (fault, until) = told(fault);
                factor_page(&counter, &caller, &signed, (Some(fault), until)).await
            }
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// What is shown once.
async fn shown(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (codes, key): (Vec<String>, Option<String>),
) -> Answer {
    let chrome = counter.chrome(&caller.visit).await?;
    let desk = counter.desk_of(caller, signed).await?;
    let context = ShownPage { chrome: &chrome, desk, codes, key, on: caller.at(HOME) };
    Ok(counter.private("console-shown.html", &context, &chrome, StatusCode::OK)?)
}

/// New recovery codes.
pub(super) async fn recovery(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["code"])?;
        let signed = counter.sender(&caller).await?;
        let (who, code) = (signed.clone(), caller.field("code").to_owned());
        let renewed = counter.office(move |office| office.renew_recovery_codes(&who, &code));
        match renewed.await? {
            Ok(codes) => shown(&counter, &caller, &signed, (codes, None)).await,
            Err(fault) => {
                let (fault, until) = told(fault);
                page(&counter, &caller, signed, (Some(("recovery", fault)), until)).await
            }
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Ends a session of the account.
pub(super) async fn end_session(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["session"])?;
        let signed = counter.sender(&caller).await?;
        let id = caller.field("session").to_owned();
        counter.office(move |office| office.end_own_session(&signed, &id)).await?;
        Ok::<_, Stop>(see(&caller, HOME))
    };
    counter.end(&caller.visit, answer.await)
}

/// Makes a key; shows it this once.
pub(super) async fn make_key(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["name", "action", "days"])?;
        let signed = counter.sender(&caller).await?;
        let who = signed.clone();
        let name = caller.field("name").to_owned();
        let actions = caller.form.all("action", crate::limits::FILTER_VALUES);
        let days = caller.field("days").parse().unwrap_or(0);
        let made = counter
            .office(move |office| {
                let permit = office.permit::<OwnKeys>(&who, Scope::Account(who.number()))?;
                let ask = KeyAsk { name: &name, actions: &actions, days };
                match office.make_key(&permit, &who, &ask) {
                    Err(OfficeError::Usage(what)) => Ok(Err(what)),
                    made => made.map(Ok),
                }
            })
            .await?;
        match made {
            Ok(key) => shown(&counter, &caller, &signed, (Vec::new(), Some(key))).await,
            Err(what) => {
                let fault = match what.as_str() {
                    "name" => "key_name",
                    "days" => "key_days",
                    _ => "key_actions",
                };
                page(&counter, &caller, signed, (Some(("keys", fault)), None)).await
            }
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Revokes a key of the account.
pub(super) async fn revoke_key(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["key"])?;
        let signed = counter.sender(&caller).await?;
        let no = caller.field("key").parse().unwrap_or(0);
        counter
            .office(move |office| {
                let permit = office.permit::<OwnKeys>(&signed, Scope::Account(signed.number()))?;
                office.revoke_key(&permit, &signed, no)
            })
            .await?;
        Ok::<_, Stop>(see(&caller, HOME))
    };
    counter.end(&caller.visit, answer.await)
}

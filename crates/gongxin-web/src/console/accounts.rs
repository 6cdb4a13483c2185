//! `/console/accounts`: accounts and their roles, for the system and the security administrator.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::OfficeError;
use gongxin_app::accounts::{AccountItem, RoleGrant, Signed};
use gongxin_app::gate::{
    AccountAdd, AccountBind, AccountList, AccountLock, AccountReset, AccountRoles, Refused, Scope,
};
use gongxin_model::openid::IdentityProvider;
use serde::Serialize;

use super::{Answer, Caller, Desk, Stop, see};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

#[derive(Serialize)]
struct AccountsPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    may: May,
    accounts: Vec<AccountItem>,
    /// What was typed and did not fit.
    fault: Option<Fault>,
    login: String,
    post: String,
    /// A new account or a reset one with its one-time code, shown this once.
    made: Option<Made>,
}

#[derive(Serialize)]
struct AccountPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    may: May,
    account: AccountItem,
    is_own: bool,
    /// The issuers of identities that it can be bound to.
    issuers: Vec<String>,
    /// The roles, one a line, as the form takes them.
    roles: String,
    known_roles: Vec<(String, &'static str)>,
    fault: Option<Fault>,
    made: Option<Made>,
}

/// What the account may do to others.
#[derive(Debug, Clone, Copy, Serialize)]
struct May {
    add: bool,
    reset: bool,
    roles: bool,
    lock: bool,
    bind: bool,
}

#[derive(Serialize)]
struct Made {
    login: String,
    code: String,
    /// Where its holder sets a password.
    address: String,
    hours: i64,
}

/// What does not fit: the key of its words, and what was typed.
#[derive(Serialize)]
pub(super) struct Fault {
    key: &'static str,
    value: Option<String>,
}

async fn may(counter: &Counter, signed: &Signed) -> Result<May, Trouble> {
    let who = signed.clone();
    let asked = counter.office(move |office| {
        Ok(May {
            add: office.permit::<AccountAdd>(&who, Scope::Platform).is_ok(),
            reset: office.permit::<AccountReset>(&who, Scope::Platform).is_ok(),
            roles: office.permit::<AccountRoles>(&who, Scope::Platform).is_ok(),
            lock: office.permit::<AccountLock>(&who, Scope::Platform).is_ok(),
            bind: office.permit::<AccountBind>(&who, Scope::Platform).is_ok(),
        })
    });
    asked.await
}

/// All accounts.
pub(super) async fn list(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        list_page(&counter, &caller, signed, (None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn list_page(
    counter: &Counter,
    caller: &Caller,
    signed: Signed,
    (fault, made): (Option<Fault>, Option<Made>),
) -> Answer {
    let (desk, may) = (counter.desk_of(caller, &signed).await?, may(counter, &signed).await?);
    let accounts = counter
        .office(move |office| {
            let permit = office.permit::<AccountList>(&signed, Scope::Platform)?;
            office.accounts(&permit)
        })
        .await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let status = status_of(&fault);
    let is_made = made.is_some();
    let kept = |name| if is_made { String::new() } else { caller.field(name).to_owned() };
    let context = AccountsPage {
        login: kept("login"),
        post: kept("post"),
        chrome: &chrome,
        desk,
        may,
        accounts,
        fault,
        made,
    };
    Ok(counter.private("console-accounts.html", &context, &chrome, status)?)
}

fn status_of(fault: &Option<Fault>) -> StatusCode {
    if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

/// What does not fit is told beside the form; everything else is trouble.
pub(super) fn told<T>(done: Result<T, OfficeError>) -> Result<Result<T, Fault>, OfficeError> {
    match done {
        Err(OfficeError::Account(fault)) => {
            Ok(Err(Fault { key: fault.key(), value: fault.value().map(str::to_owned) }))
        }
        done => done.map(Ok),
    }
}

fn made(caller: &Caller, counter: &Counter, login: &str, code: String) -> Made {
    let hours = counter.staff().map_or(0, |office| office.sign_in_policy().code_hours());
    let path = caller.at("/activate");
    let pairs = query(&[("login", Some(login)), ("code", Some(&code))]);
    let address = format!("{}{path}{pairs}", caller.visit.origin);
    Made { login: login.to_owned(), code, address, hours }
}

/// Makes an account.
pub(super) async fn add(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["login", "post"])?;
        let signed = counter.sender(&caller).await?;
        let (login, post) = (caller.field("login").to_owned(), caller.field("post").to_owned());
        let who = signed.clone();
        let done = counter
            .office(move |office| {
                let permit = office.permit::<AccountAdd>(&who, Scope::Platform)?;
                told(office.add_account(&permit, &login, &post))
            })
            .await?;
        let shown = match done {
            Ok((_, code)) => (None, Some(made(&caller, &counter, caller.field("login"), code))),
            Err(fault) => (Some(fault), None),
        };
        list_page(&counter, &caller, signed, shown).await
    };
    counter.end(&caller.visit, answer.await)
}

/// One account.
pub(super) async fn one(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        one_page(&counter, &caller, signed, &id, (None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

pub(super) async fn one_page(
    counter: &Counter,
    caller: &Caller,
    signed: Signed,
    id: &str,
    (fault, code): (Option<Fault>, Option<String>),
) -> Answer {
    let (desk, may) = (counter.desk_of(caller, &signed).await?, may(counter, &signed).await?);
    let (is_own, wanted) = (signed.id() == id, id.to_owned());
    let (account, known_roles) = counter
        .office(move |office| {
            let permit = office.permit::<AccountList>(&signed, Scope::Platform)?;
            let found = office.accounts(&permit)?.into_iter().find(|one| one.id == wanted);
            let known = office.rights().roles().map(|role| {
                use gongxin_app::gate::RoleScope::{Agency, Body, Organisation, Platform};
                let scope = match role.scope {
                    Body => "body",
                    Organisation => "organisation",
                    Agency => "agency",
                    Platform => "platform",
                };
                (role.id.clone(), scope)
            });
            Ok((found.ok_or(Refused)?, known.collect::<Vec<_>>()))
        })
        .await?;
    let line = |grant: &RoleGrant| match grant.scope.as_str() {
        "" => grant.role.clone(),
        scope => format!("{}:{scope}", grant.role),
    };
    let roles = match &fault {
        Some(_) => caller.typed("roles"),
        None => account.roles.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    let chrome = counter.chrome(&caller.visit).await?;
    let status = status_of(&fault);
    let issuer = |provider: &Arc<dyn IdentityProvider>| provider.terms().issuer.clone();
    let issuers = counter.providers().iter().map(issuer).collect();
    let made = code.map(|code| made(caller, counter, &account.login, code));
    let context = AccountPage {
        chrome: &chrome,
        desk,
        may,
        account,
        is_own,
        issuers,
        roles,
        known_roles,
        fault,
        made,
    };
    Ok(counter.private("console-account-of.html", &context, &chrome, status)?)
}

/// Says which roles an account has.
pub(super) async fn roles(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["roles"])?;
        let signed = counter.sender(&caller).await?;
        let text = caller.typed("roles");
        let words = text.split_whitespace().take(limits::FILTER_VALUES);
        let grants: Vec<RoleGrant> = words.map(RoleGrant::read).collect();
        let (who, of) = (signed.clone(), id.clone());
        let done = counter
            .office(move |office| {
                let permit = office.permit::<AccountRoles>(&who, Scope::Platform)?;
                told(office.set_roles(&permit, &of, &grants))
            })
            .await?;
        match done {
            Ok(()) => Ok(see(&caller, &format!("/console/accounts/{id}"))),
            Err(fault) => one_page(&counter, &caller, signed, &id, (Some(fault), None)).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Locks or unlocks an account.
pub(super) async fn lock(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["lock"])?;
        let signed = counter.sender(&caller).await?;
        let is_locked = match caller.field("lock") {
            "yes" => true,
            "no" => false,
            _ => return Err(Stop::Trouble(Trouble::Form)),
        };
        let (who, of) = (signed.clone(), id.clone());
        let done = counter
            .office(move |office| {
                let permit = office.permit::<AccountLock>(&who, Scope::Platform)?;
                told(office.lock_account(&permit, &of, is_locked))
            })
            .await?;
        match done {
            Ok(()) => Ok(see(&caller, &format!("/console/accounts/{id}"))),
            Err(fault) => one_page(&counter, &caller, signed, &id, (Some(fault), None)).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Takes password and second factor from an account.
pub(super) async fn reset(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&[])?;
        let signed = counter.sender(&caller).await?;
        let (who, of) = (signed.clone(), id.clone());
        let done = counter
            .office(move |office| {
                let permit = office.permit::<AccountReset>(&who, Scope::Platform)?;
                told(office.reset_account(&permit, &of))
            })
            .await?;
        let shown = match done {
            Ok(code) => (None, Some(code)),
            Err(fault) => (Some(fault), None),
        };
        one_page(&counter, &caller, signed, &id, shown).await
    };
    counter.end(&caller.visit, answer.await)
}

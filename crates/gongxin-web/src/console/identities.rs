//! The identities of other platforms that an account is bound to: one's own, and another's by the system
//! administrator.

use axum::extract::{Path, State};
use axum::response::Response;
use gongxin_app::gate::{AccountBind, Scope};

use super::account::{page, told as told_own};
use super::accounts::{one_page, told};
use super::outside::{gone, of_id};
use super::{Caller, Stop, see};
use crate::counter::{Counter, Trouble};

const OWN: &str = "identities";

/// Sends who is signed in to another platform, to be bound to who they are there.
pub(super) async fn bind(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["provider", "present"])?;
        let signed = counter.sender(&caller).await?;
        let provider = of_id(&counter, caller.field("provider")).ok_or(Trouble::Never)?;
        let (who, present) = (signed.clone(), caller.typed("present"));
        let turn = counter.password_turn().await?;
        let proved = counter.office(move |office| {
            let _turn = turn;
            office.prove(&who, &present)
        });
        if let Err(fault) = proved.await? {
            let (fault, until) = told_own(fault);
            return page(&counter, &caller, signed, (Some((OWN, fault)), until)).await;
        }
        match gone(&counter, &caller, &provider, (String::new(), Some(signed.clone()))).await? {
            Some(answer) => Ok(answer),
            None => page(&counter, &caller, signed, (Some((OWN, "down")), None)).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Unbinds one's own account.
pub(super) async fn unbind(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["identity"])?;
        let signed = counter.sender(&caller).await?;
        let (who, id) = (signed.clone(), caller.field("identity").to_owned());
        match counter.office(move |office| office.unbind_own(&who, &id)).await? {
            true => Ok(see(&caller, "/console/account")),
            false => page(&counter, &caller, signed, (Some((OWN, "last")), None)).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Binds another's account.
pub(super) async fn bind_other(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["issuer", "subject"])?;
        let signed = counter.sender(&caller).await?;
        let (who, of) = (signed.clone(), id.clone());
        let named = (caller.field("issuer").to_owned(), caller.field("subject").to_owned());
        let done = counter
            .office(move |office| {
                let permit = office.permit::<AccountBind>(&who, Scope::Platform)?;
                told(office.bind_account(&permit, &of, (&named.0, &named.1)))
            })
            .await?;
        match done {
            Ok(()) => Ok(see(&caller, &format!("/console/accounts/{id}"))),
            Err(fault) => one_page(&counter, &caller, signed, &id, (Some(fault), None)).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Unbinds another's account.
pub(super) async fn unbind_other(
    State(counter): State<Counter>,
    Path(id): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        caller.only(&["identity"])?;
        let signed = counter.sender(&caller).await?;
        let (of, identity) = (id.clone(), caller.field("identity").to_owned());
        let done = counter
            .office(move |office| {
                let permit = office.permit::<AccountBind>(&signed, Scope::Platform)?;
                told(office.unbind_account(&permit, &of, Some(&identity)))
            })
            .await?;
        done.map_err(|_| Trouble::Never)?;
        Ok::<_, Stop>(see(&caller, &format!("/console/accounts/{id}")))
    };
    counter.end(&caller.visit, answer.await)
}

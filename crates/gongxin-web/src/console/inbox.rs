//! `/my/inbox` and `/console/inbox`: what an account was told, and how it is told.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use gongxin_app::accounts::Signed;
use gongxin_app::gate::{OwnWebhooks, Scope};
use gongxin_app::notices::{
    Channel, ChannelChoice, ContactItem, InboxItem, InboxThing, NoticeFault, NoticeKind,
    WebhookItem,
};
use gongxin_model::Instant;
use serde::Serialize;

use super::{Answer, Caller, Desk, Stop, see, start_of};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::parameters::query;

const SETTINGS: &str = "/console/inbox/settings";

#[derive(Serialize)]
struct InboxPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    items: Vec<Item>,
    /// The number up to which all can be marked as read.
    upto: i64,
    unread: i64,
    next: Option<String>,
    settings: String,
}

#[derive(Serialize)]
struct ItemPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    item: Item,
    back: String,
}

/// A notice as its page shows it.
#[derive(Serialize)]
struct Item {
    no: i64,
    at: Instant,
    is_unread: bool,
    /// None where the account may see that no more.
    kind: Option<&'static str>,
    thing: Option<InboxThing>,
    /// The page of the notice.
    address: String,
    /// The page of what it is about.
    link: Option<String>,
}

#[derive(Serialize)]
struct SettingsPage<'a> {
    chrome: &'a Chrome,
    desk: Desk,
    back: String,
    /// False where this platform sends no mail.
    has_mail: bool,
    contact: Contact,
    kinds: Vec<Choice>,
    /// Absent for an account that has no webhooks.
    webhooks: Option<Vec<Webhook>>,
    most: usize,
    tolerance_minutes: i64,
    hours: i64,
    again_minutes: i64,
    /// The secret of a new webhook, this once.
    secret: Option<String>,
    /// The form that something is wrong with, and the last part of the key of what.
    fault: Option<(&'static str, &'static str)>,
    typed: String,
}

#[derive(Serialize)]
struct Contact {
    address: Option<String>,
    asked: Option<String>,
    fault: Option<Fault>,
}

#[derive(Serialize)]
struct Choice {
    kind: &'static str,
    mail: bool,
    webhook: bool,
}

#[derive(Serialize)]
struct Webhook {
    no: i64,
    url: String,
    made_at: Instant,
    fault: Option<Fault>,
}

/// What was wrong with a try: a word of the locales, and the status that the other side gave.
#[derive(Serialize)]
pub(super) struct Fault {
    word: String,
    status: Option<String>,
}

impl Fault {
    pub(super) fn read(text: &str) -> Self {
        let (word, status) = text.split_once(' ').unwrap_or((text, ""));
        let status = Some(status.to_owned()).filter(|status| !status.is_empty());
        Self { word: word.to_owned(), status }
    }
}

/// Where the inbox of an account is.
pub(super) fn place(signed: &Signed) -> &'static str {
    if start_of(signed) == "/my" { "/my/inbox" } else { "/console/inbox" }
}

/// Where what a notice is about is seen.
fn link_of(thing: &InboxThing) -> String {
    match thing {
        InboxThing::Case { number, is_own: true, .. } => format!("/my/cases/{number}"),
        InboxThing::Case { number, .. } => format!("/console/cases/{number}"),
        InboxThing::Record { id, .. } => format!("/my/records/{id}"),
        InboxThing::Batch { no, .. } => format!("/console/batches/{no}"),
        InboxThing::Held { .. } => "/console/held".to_owned(),
        InboxThing::Organisation { .. } => "/my/records".to_owned(),
        InboxThing::Account { id, .. } => format!("/console/accounts/{id}"),
        InboxThing::Act { .. } | InboxThing::Key { .. } => "/console/account".to_owned(),
    }
}

impl Item {
    fn of(item: InboxItem, (caller, home): (&Caller, &str)) -> Self {
        let (kind, thing) = item.shown.map(|(kind, thing)| (kind.word(), thing)).unzip();
        Self {
            no: item.no,
            at: item.at,
            is_unread: item.is_unread,
            kind,
            address: caller.at(&format!("{home}/{}", item.no)),
            link: thing.as_ref().map(|thing| caller.at(&link_of(thing))),
            thing,
        }
    }
}

/// A page of the inbox.
pub(super) async fn list(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let below = caller.visit.parameters.first("below").and_then(|text| text.parse().ok());
        let who = signed.clone();
        let page = counter
            .office(move |office| office.inbox(&who, (below, limits::NOTICES_ON_PAGE)))
            .await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let next = page.below.map(|below| {
            format!("{}{}", chrome.address, query(&[("below", Some(&below.to_string()))]))
        });
        let home = place(&signed);
        let context = InboxPage {
            upto: page.items.first().map_or(0, |item| item.no),
            items: page.items.into_iter().map(|item| Item::of(item, (&caller, home))).collect(),
            unread: page.unread,
            settings: caller.at(SETTINGS),
            chrome: &chrome,
            desk,
            next,
        };
        Ok(counter.private("console-inbox.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// Marks what was seen in the list as read.
pub(super) async fn read_all(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["upto"])?;
        let signed = counter.sender(&caller).await?;
        let upto = caller.field("upto").parse().unwrap_or(0);
        let home = place(&signed);
        counter.office(move |office| office.see_notices(&signed, upto)).await?;
        Ok::<_, Stop>(see(&caller, home))
    };
    counter.end(&caller.visit, answer.await)
}

/// One notice; it is read by that.
pub(super) async fn one(
    State(counter): State<Counter>,
    Path(no): Path<String>,
    caller: Caller,
) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        let no = no.parse().map_err(|_| Trouble::Never)?;
        let who = signed.clone();
        let item = counter.office(move |office| office.inbox_item(&who, no)).await?;
        let desk = counter.desk_of(&caller, &signed).await?;
        let chrome = counter.chrome(&caller.visit).await?;
        let home = place(&signed);
        let item = Item::of(item, (&caller, home));
        let context = ItemPage { chrome: &chrome, desk, item, back: caller.at(home) };
        Ok(counter.private("console-inbox-item.html", &context, &chrome, StatusCode::OK)?)
    };
    counter.end(&caller.visit, answer.await)
}

/// How the account is told.
pub(super) async fn show_settings(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        let signed = counter.whole(&caller).await?;
        settings(&counter, &caller, &signed, (None, None)).await
    };
    counter.end(&caller.visit, answer.await)
}

async fn settings(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (fault, secret): (Option<(&'static str, &'static str)>, Option<String>),
) -> Answer {
    let who = signed.clone();
    let (own, may, policy) = counter
        .office(move |office| {
            let policy = office.notice_policy().clone();
            Ok((office.notice_settings(&who)?, office.may_have_webhooks(&who), policy))
        })
        .await?;
    let desk = counter.desk_of(caller, signed).await?;
    let chrome = counter.chrome(&caller.visit).await?;
    let ContactItem { address, asked, fault: wrong } = own.contact;
    let choice =
        |one: ChannelChoice| Choice { kind: one.kind.word(), mail: one.mail, webhook: one.webhook };
    let webhook = |one: WebhookItem| Webhook {
        no: one.no,
        url: one.url,
        made_at: one.made_at,
        fault: one.fault.as_deref().map(Fault::read),
    };
    let context = SettingsPage {
        desk,
        back: caller.at(place(signed)),
        has_mail: counter.settings().channels.mail,
        contact: Contact { address, asked, fault: wrong.as_deref().map(Fault::read) },
        kinds: own.kinds.into_iter().map(choice).collect(),
        webhooks: (may && counter.settings().channels.webhooks.is_some())
            .then(|| own.webhooks.into_iter().map(webhook).collect()),
        most: policy.webhooks_most(),
        tolerance_minutes: policy.tolerance_minutes(),
        hours: policy.code_hours(),
        again_minutes: policy.again_minutes(),
        secret,
        fault,
        typed: match fault {
            Some(("address", _)) => caller.field("address").to_owned(),
            Some(("url", _)) => caller.field("url").to_owned(),
            _ => String::new(),
        },
        chrome: &chrome,
    };
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(counter.private("console-inbox-settings.html", &context, &chrome, status)?)
}

/// Keeps over which channels the account is told of each kind.
pub(super) async fn choose(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["mail", "webhook"])?;
        let signed = counter.sender(&caller).await?;
        let mut chosen = Vec::new();
        for channel in Channel::ALL {
            let kinds = caller.form.all(channel.word(), limits::FILTER_VALUES);
            let known = kinds.iter().filter_map(|kind| NoticeKind::of(kind));
            chosen.extend(known.map(|kind| (kind, channel)));
        }
        counter.office(move |office| office.choose_channels(&signed, &chosen)).await?;
        Ok::<_, Stop>(see(&caller, SETTINGS))
    };
    counter.end(&caller.visit, answer.await)
}

/// What the settings come to: on where it went well, back with what is wrong where not.
async fn told(
    counter: &Counter,
    caller: &Caller,
    signed: &Signed,
    (form, done): (&'static str, Result<(), NoticeFault>),
) -> Answer {
    match done {
        Ok(()) => Ok(see(caller, SETTINGS)),
        Err(fault) => settings(counter, caller, signed, (Some((form, fault.word())), None)).await,
    }
}

/// Asks for an address: a code goes there.
pub(super) async fn ask_address(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["address"])?;
        let signed = counter.sender(&caller).await?;
        let (who, address) = (signed.clone(), caller.field("address").to_owned());
        let asked = counter.office(move |office| office.ask_address(&who, &address)).await?;
        told(&counter, &caller, &signed, ("address", asked)).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Confirms an address by the code that went there.
pub(super) async fn confirm_address(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["code"])?;
        let signed = counter.sender(&caller).await?;
        let (who, code) = (signed.clone(), caller.field("code").to_owned());
        let done = counter.office(move |office| office.confirm_address(&who, &code)).await?;
        told(&counter, &caller, &signed, ("code", done)).await
    };
    counter.end(&caller.visit, answer.await)
}

/// Removes the address.
pub(super) async fn remove_address(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&[])?;
        let signed = counter.sender(&caller).await?;
        counter.office(move |office| office.remove_address(&signed)).await?;
        Ok::<_, Stop>(see(&caller, SETTINGS))
    };
    counter.end(&caller.visit, answer.await)
}

/// Registers a webhook; shows its secret this once.
pub(super) async fn make_webhook(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["url"])?;
        let signed = counter.sender(&caller).await?;
        let (who, url) = (signed.clone(), caller.field("url").to_owned());
        let rules = counter.settings().channels.webhooks.ok_or(Trouble::Never)?;
        let made = counter
            .office(move |office| {
                let permit = office.permit::<OwnWebhooks>(&who, Scope::Account(who.number()))?;
                office.make_webhook(&permit, (&who, rules), &url)
            })
            .await?;
        match made {
            Ok(secret) => settings(&counter, &caller, &signed, (None, Some(secret))).await,
            Err(fault) => told(&counter, &caller, &signed, ("url", Err(fault))).await,
        }
    };
    counter.end(&caller.visit, answer.await)
}

/// Ends a webhook of the account.
pub(super) async fn end_webhook(State(counter): State<Counter>, caller: Caller) -> Response {
    let answer = async {
        caller.only(&["webhook"])?;
        let signed = counter.sender(&caller).await?;
        let no = caller.field("webhook").parse().unwrap_or(0);
        counter
            .office(move |office| {
                let scope = Scope::Account(signed.number());
                let permit = office.permit::<OwnWebhooks>(&signed, scope)?;
                office.end_webhook(&permit, &signed, no)
            })
            .await?;
        Ok::<_, Stop>(see(&caller, SETTINGS))
    };
    counter.end(&caller.visit, answer.await)
}

//! `gongxin notices`, and the channels that an operator has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use gongxin_app::Office;
use gongxin_app::gate::OutboxManage;
use gongxin_app::notices::{Carriers, Delivered, Gathered};
use gongxin_app::transport::{HookCarrier, HookRules, MailCarrier, MailRules, MailTls};
use gongxin_web::Channels;
use serde::Deserialize;
use serde_json::json;

use super::account::Operator;
use super::open;
use crate::arguments::{Notices, NoticesDeliver, NoticesList, NoticesRetry, Place};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json};

/// Over which channels notices go, as the operator writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    /// Where the site is: what addresses in letters begin with.
    site: String,
    mail: Option<StatedMail>,
    webhooks: Option<StatedHooks>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedMail {
    server: String,
    port: u16,
    tls: StatedTls,
    sender: String,
    login: Option<String>,
    /// The password stands in a file of its own, and nowhere else.
    password_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StatedTls {
    Whole,
    Start,
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct StatedHooks {
    loopback: bool,
    private: bool,
}

/// The channels of a file, and what pages are told of them; none where no file is named.
pub(super) fn channels(file: Option<&Path>) -> anyhow::Result<(Carriers, Channels)> {
    let Some(file) = file else {
        return Ok((Carriers::default(), Channels::default()));
    };
    let named = || format!("reading `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(named)?;
    let stated: Stated = toml::from_str(&text).with_context(named)?;
    if !stated.site.starts_with("https://") && !stated.site.starts_with("http://") {
        let what = format!("`site` in `{}` begins with https:// or http://", file.display());
        return Err(Usage(what).into());
    }
    let mut carriers = Carriers { site: stated.site, ..Carriers::default() };
    let mut told = Channels::default();
    if let Some(mail) = &stated.mail {
        carriers.mail = Some(Arc::new(MailCarrier::new(&rules(mail)?)?));
        told.mail = true;
    }
    if let Some(StatedHooks { loopback, private }) = stated.webhooks {
        let rules = HookRules { loopback, private };
        carriers.webhook = Some(Arc::new(HookCarrier::new(rules)?));
        told.webhooks = Some(rules);
    }
    Ok((carriers, told))
}

fn rules(mail: &StatedMail) -> anyhow::Result<MailRules> {
    let credentials = match (&mail.login, &mail.password_file) {
        (Some(login), Some(path)) => {
            let named = || format!("reading the password `{}`", path.display());
            let password = std::fs::read_to_string(path).with_context(named)?;
            Some((login.clone(), password.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => None,
        _ => {
            let what = "`login` and `password_file` of mail are given together";
            return Err(Usage(what.to_owned()).into());
        }
    };
    Ok(MailRules {
        server: mail.server.clone(),
        port: mail.port,
        tls: match mail.tls {
            StatedTls::Whole => MailTls::Whole,
            StatedTls::Start => MailTls::Start,
            StatedTls::None => MailTls::None,
        },
        sender: mail.sender.clone(),
        credentials,
    })
}

pub(crate) fn run(place: &Place, ask: &Notices) -> anyhow::Result<Exit> {
    let office = open(place)?;
    match ask {
        Notices::List(ask) => list(&office, place, ask),
        Notices::Deliver(ask) => deliver(&office, ask),
        Notices::Retry(ask) => retry(&office, place, ask),
    }
}

fn list(office: &Office, place: &Place, ask: &NoticesList) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<OutboxManage>()?;
    let page = office.outbox(&permit, ask.state.as_deref(), (ask.below, ask.limit))?;
    let failed = page.counts.get("failed").copied().unwrap_or(0);
    if ask.json {
        say_json(&page)?;
    } else {
        for one in &page.items {
            let (at, fault) = (one.made_at, one.fault.as_deref().unwrap_or("-"));
            let (no, channel, account) = (one.no, &one.channel, &one.account);
            say(&format!(
                "{no}\t{at}\t{channel}\t{account}\t{}\t{}\t{fault}",
                one.state, one.tries
            ));
        }
        if let Some(below) = page.below {
            say(&format!("more: --below {below}"));
        }
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Look })
}

fn deliver(office: &Office, ask: &NoticesDeliver) -> anyhow::Result<Exit> {
    let (carriers, _) = channels(ask.channels.notices.as_deref())?;
    let Gathered { notices, deliveries } = office.gather_notices(&|_| true)?;
    let mut channels = Vec::new();
    if carriers.mail.is_some() {
        channels.extend(["code", "mail"]);
    }
    if carriers.webhook.is_some() {
        channels.push("webhook");
    }
    let done = office.deliver_notices(&carriers, &channels, &|_| true)?;
    let Delivered { sent, later, failed, dropped } = done;
    if ask.json {
        say_json(&json!({
            "notices": notices, "deliveries": deliveries,
            "sent": sent, "later": later, "failed": failed, "dropped": dropped,
        }))?;
    } else {
        say(&format!("{notices} notices; {sent} sent, {later} later, {failed} given up"));
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Look })
}

fn retry(office: &Office, place: &Place, ask: &NoticesRetry) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<OutboxManage>()?;
    let again = office.retry_deliveries(&permit, ask.number)?;
    if ask.json {
        say_json(&json!({ "again": again }))?;
    } else {
        say(&format!("{again} on their way again"));
    }
    Ok(Exit::Done)
}

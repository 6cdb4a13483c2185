//! `gongxin access`: the log of who read what the public may not.

use gongxin_app::Office;
use serde_json::json;

use super::account::Operator;
use super::{language, open};
use crate::arguments::{Access, AccessList, Json, Place};
use crate::exit::Exit;
use crate::screen::{say, say_json};

pub(crate) fn run(place: &Place, ask: &Access) -> anyhow::Result<Exit> {
    let office = open(place)?;
    match ask {
        Access::List(ask) => list(&office, place, ask),
        Access::Verify(ask) => verify(&office, ask),
        Access::Purposes(ask) => purposes(&office, place, ask),
    }
}

fn list(office: &Office, place: &Place, ask: &AccessList) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit()?;
    let asked = (ask.organisation.as_deref(), ask.account.as_deref(), ask.below);
    let page = office.reads(&permit, asked, ask.limit)?;
    if ask.json {
        let read = |(code, no, read): &(String, i64, _)| json!({ "no": no, "organisation": code, "read": read });
        let reads: Vec<_> = page.reads.iter().map(read).collect();
        say_json(&json!({ "reads": reads, "below": page.below }))?;
        return Ok(Exit::Done);
    }
    for (code, no, read) in &page.reads {
        let (at, account, body) = (read.at, &read.account, &read.body);
        say(&format!("{no}\t{at}\t{code}\t{account}\t{body}\t{}\t{}", read.purpose, read.basis));
    }
    if let Some(below) = page.below {
        say(&format!("more: --below {below}"));
    }
    Ok(Exit::Done)
}

fn verify(office: &Office, ask: &Json) -> anyhow::Result<Exit> {
    let checked = office.check_reads()?;
    let first = checked.first_break.as_ref();
    if ask.json {
        say_json(&json!({
            "reads": checked.rows,
            "first_break": first.map(|one| json!({ "no": one.no, "what": one.what })),
        }))?;
    } else {
        match first {
            None => say(&format!("{} reads, none is missing or changed", checked.rows)),
            Some(one) => say(&format!("the log breaks at entry {}: it {}", one.no, one.what)),
        }
    }
    Ok(if first.is_none() { Exit::Done } else { Exit::Look })
}

fn purposes(office: &Office, place: &Place, ask: &Json) -> anyhow::Result<Exit> {
    let purposes = office.purposes()?;
    if ask.json {
        say_json(&json!(purposes))?;
        return Ok(Exit::Done);
    }
    let is_chinese = language(place)? == gongxin_model::finding::Language::Chinese;
    for one in purposes {
        let name = if is_chinese { &one.name.zh } else { &one.name.en };
        let told =
            if one.delay_days > 0 { format!("\t+{} d", one.delay_days) } else { String::new() };
        say(&format!("{}\t{name}{told}", one.id));
    }
    Ok(Exit::Done)
}

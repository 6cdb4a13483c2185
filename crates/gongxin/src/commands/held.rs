//! `gongxin held`: rows that wait for a person.

use gongxin_app::HeldItem;
use gongxin_model::BatchNo;

use super::{language, open};
use crate::arguments::{Held, Place};
use crate::exit::Exit;
use crate::screen::{say, say_json};

pub(crate) fn run(place: &Place, ask: &Held) -> anyhow::Result<Exit> {
    let language = language(place)?;
    let office = open(place)?;
    match ask {
        Held::List { batch, limit, json } => {
            let items = office.held_list(batch.map(BatchNo), *limit, language)?;
            if *json {
                say_json(&items)?;
            } else {
                items.iter().for_each(line);
            }
        }
        Held::Show { number, json } => {
            let item = office.held_show(*number, language)?;
            if *json {
                say_json(&item)?;
            } else {
                whole(&item);
            }
        }
        Held::Link { number, code, reason } => {
            let record = office.held_link(*number, code, &place.actor, reason)?;
            say(&format!("row {number} is accepted as record {record}"));
        }
        Held::Refuse { number, reason } => {
            office.held_refuse(*number, &place.actor, reason)?;
            say(&format!("row {number} is refused"));
        }
        Held::Undo { number, reason } => {
            office.held_undo(*number, &place.actor, reason)?;
            say(&format!("the judgement on row {number} is withdrawn; it is open again"));
        }
    }
    Ok(Exit::Done)
}

fn line(item: &HeldItem) {
    let first = item.suggestions.first();
    let meant = first.map(|one| format!("→ {} {}", one.code, one.name)).unwrap_or_default();
    say(&format!(
        "{:>6}  {}  第 {} 行  {}  {meant}",
        item.number,
        item.catalogue,
        item.row,
        item.name.as_deref().unwrap_or("— —"),
    ));
}

fn whole(item: &HeldItem) {
    line(item);
    for finding in &item.findings {
        say(&format!("        ? {finding}"));
    }
    for (code, value) in &item.fields {
        say(&format!("        {code}: {value}"));
    }
    for (place, one) in item.suggestions.iter().enumerate() {
        say(&format!("     {}. {} {} ({}‰)", place + 1, one.code, one.name, one.score));
        for reason in &one.reasons {
            say(&format!("          {reason}"));
        }
    }
}

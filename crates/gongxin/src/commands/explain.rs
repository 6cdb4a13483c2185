//! `gongxin pack explain`: what governs, since when, on which clause, how sure; in a lawyer's words.

use gongxin_app::circumstance::Clock as _;
use gongxin_app::packs::{
    Backing, Confidence, Governed, GoverningAsk, GoverningClass, GoverningList, GoverningRule,
    Published, gather, governing, without_store,
};
use gongxin_model::Day;

use super::open;
use crate::arguments::{Explain, Place};
use crate::door::MachineClock;
use crate::exit::Exit;
use crate::screen::{complain, say, say_json};

pub(crate) fn run(place: &Place, ask: &Explain) -> anyhow::Result<Exit> {
    let rulebook = match open(place).and_then(|office| Ok(office.rules()?)) {
        Ok(rules) => rules.rulebook.clone(),
        // Without a store the built-in packs are explained, with nothing adopted.
        Err(_) => without_store(&gather(false, &place.packs)?)?,
    };
    let Some(item) = &ask.item else {
        for catalogue in rulebook.catalogues.values() {
            say(&format!("{}  {}  {}", catalogue.id, catalogue.name.zh, catalogue.name.en));
        }
        return Ok(Exit::Done);
    };
    let Some(explanation) = rulebook.explain(item) else {
        complain(&format!("there is no `{item}`; `gongxin pack explain` lists the catalogues"));
        return Ok(Exit::Look);
    };
    let governed = governing(
        &rulebook,
        &GoverningAsk {
            item: &explanation.item,
            authority: ask.authority.as_deref(),
            decided_on: ask.decided_on,
            as_of: ask.as_of.unwrap_or_else(|| MachineClock.now().day()),
        },
    );
    if ask.json {
        let mut value = serde_json::to_value(&explanation)?;
        if let (Some(governed), Some(object)) = (&governed, value.as_object_mut()) {
            object.insert("governing".to_owned(), serde_json::to_value(governed)?);
        }
        say_json(&value)?;
        return Ok(Exit::Done);
    }
    say(&format!("{}  {}  {}", explanation.item, explanation.name.zh, explanation.name.en));
    if let Some(ground) = &explanation.ground {
        say(&format!("  {}", period(ground.from, ground.until)));
        say(&format!("  {}", sure(ground.confidence, ground.source.as_deref())));
    }
    for basis in &explanation.bases {
        let number = basis.number.as_deref().unwrap_or_default();
        let article = basis.article.as_deref().unwrap_or_default();
        let days = period(basis.from, basis.until);
        say(&format!("  《{}》{number} {article}, in force {days}", basis.title.zh));
    }
    match governed {
        Some(governed) => in_words(&governed),
        None => say(&serde_json::to_string_pretty(&explanation.value)?),
    }
    Ok(Exit::Done)
}

fn period(from: Day, until: Option<Day>) -> String {
    match until {
        Some(until) => format!("from {from} to {}", until.plus_days(-1)),
        None => format!("since {from}"),
    }
}

fn sure(confidence: Confidence, source: Option<&str>) -> String {
    let words = match confidence {
        Confidence::Verified => "verified: read in a source",
        Confidence::Partly => "verified in part",
        Confidence::Unverified => "not verified",
    };
    source.map_or_else(|| words.to_owned(), |source| format!("{words} ({source})"))
}

fn in_words(governed: &Governed) {
    let sector = governed.sector.as_ref().map(|one| format!(", sector {one}")).unwrap_or_default();
    let decided = governed.decided_on.map(|day| format!(", decided on {day}")).unwrap_or_default();
    say(&format!("on {}{decided}{sector}:", governed.as_of));
    match governed.adverse.as_deref() {
        Some("all") => say("  every record bears negatively on its subject"),
        Some("none") => say("  no record bears negatively on its subject"),
        Some(words) => say(&format!("  records bear negatively on their subject, {words}")),
        None => {}
    }
    governed.published.iter().for_each(published);
    if governed.published.iter().any(|one| one.when.is_some()) {
        say("  what has another value is for authorities, and never public");
    }
    let timed = governed.published.iter().any(|one| ["terms", "lists"].contains(&one.how));
    if timed && governed.rules.is_empty() {
        say("  no generation of rules covers it: archived, never public");
    }
    governed.rules.iter().for_each(rule);
    governed.lists.iter().for_each(list);
    if governed.rules.len() + governed.lists.len() > 1 {
        say("  where several apply to one record, the one that ends publication first counts");
    }
}

fn published(one: &Published) {
    let which = match &one.when {
        Some((field, values)) => format!("records with {field} = {}", values.join(", ")),
        None => "records".to_owned(),
    };
    let how = match one.how {
        "open" => "are public as long as they stand",
        "while-valid" => "are public as long as they stand, at most to the end of their validity",
        "terms" => "are public for a term, by the rules below",
        "lists" => "are public by the rule of their list, and at most by the rules below",
        _ => "are never public",
    };
    say(&format!("  {which} {how}"));
    if one.when.is_some() {
        stands(&one.backing);
    }
}

fn stands(backing: &Backing) {
    let clauses = &backing.clauses;
    if clauses.is_empty() {
        say("    no clause of it is in force on that day: nothing is published by it");
    }
    for clause in clauses {
        say(&format!("    {clause} on"));
    }
    say(&format!("    {}", sure(backing.confidence, backing.source.as_deref())));
    if !backing.backed {
        let item = &backing.item;
        say(&format!("    without effect until a steward adopts it: --accept-unverified {item}"));
    }
}

fn rule(one: &GoverningRule) {
    let backing = &one.backing;
    say(&format!("  {}  {}  {}", backing.item, backing.name.zh, backing.name.en));
    if let Some(from) = one.decided_from {
        say(&format!("    decisions {}", period(from, one.decided_until)));
    }
    if let Some(from) = one.applies_from {
        say(&format!("    comes to apply on {from}"));
    }
    stands(backing);
    one.classes.iter().for_each(class);
}

fn class(one: &GoverningClass) {
    let mut conduct: Vec<&str> = one.conduct.iter().map(|text| text.en.as_str()).collect();
    if one.otherwise {
        conduct.push("all other conduct");
    }
    let public = if !one.public {
        "not public".to_owned()
    } else {
        let most = one.max_months.map_or_else(
            || "as long as it stands".to_owned(),
            |months| format!("{months} months at most"),
        );
        let last = one.last_public_day.map(|day| format!(", to {day}")).unwrap_or_default();
        let months = one.min_months;
        let repair = one.repair_from.map(|day| format!(", from {day}")).unwrap_or_default();
        format!("public for {most}{last}; repair after {months} months{repair}")
    };
    say(&format!("    {} ({}): {public}", one.class.word(), conduct.join("; ")));
}

fn list(one: &GoverningList) {
    let backing = &one.backing;
    say(&format!("  {}  {}  {}", backing.item, backing.name.zh, backing.name.en));
    stands(backing);
    for time in &one.times {
        let conduct = time.conduct.as_ref().map_or("all other entries", |text| text.en.as_str());
        let most = time.max_months.map_or_else(
            || "until the duty is performed".to_owned(),
            |months| format!("{months} months at most"),
        );
        let last = time.last_day.map(|day| format!(", to {day}")).unwrap_or_default();
        let more = |words: &str, months: Option<u16>| {
            months.map(|months| format!("; {words} {months} months")).unwrap_or_default()
        };
        let stated = more("the authority may state up to", time.stated_months);
        let early = more("early exit after", time.early_exit_months);
        say(&format!("    {conduct}: {most}{last}{stated}{early}"));
    }
}

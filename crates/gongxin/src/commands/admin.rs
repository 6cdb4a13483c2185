//! Sources, withdrawals, the archive, and what is in order here.

use gongxin_app::NewSource;
use gongxin_model::BatchNo;
use serde_json::json;

use super::{house, open, open_or_found};
use crate::arguments::{Archive, Json, Place, Source, Tick, Withdraw};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json, spinner};

pub(crate) fn source(place: &Place, ask: &Source) -> anyhow::Result<Exit> {
    match ask {
        Source::Figures(ask) => return super::figures::figures(place, ask),
        Source::Declare(ask) => return super::figures::declare(place, ask),
        Source::List(_) | Source::Add(_) => {}
    }
    let office = open_or_found(place)?;
    match ask {
        Source::Figures(_) | Source::Declare(_) => {}
        Source::List(ask) => {
            let sources = office.sources()?;
            if ask.json {
                say_json(&sources)?;
                return Ok(Exit::Done);
            }
            for one in sources {
                let last = one.last_hand_in.map(|at| at.to_string());
                say(&format!(
                    "{}  {}  {}  {}",
                    one.code,
                    one.name,
                    one.supplies.join(","),
                    last.unwrap_or_default()
                ));
            }
        }
        Source::Add(ask) => {
            office.add_source(&NewSource {
                code: &ask.code,
                name: &ask.name,
                uscc: ask.uscc.as_deref(),
                region: &ask.region,
                sector: &ask.sector,
                supplies: &ask.supplies,
                peer: ask.peer,
                follows: ask.follows.as_deref(),
                actor: &place.actor,
            })?;
            say(&format!("`{}` may hand in {}", ask.code, ask.supplies.join(", ")));
        }
    }
    Ok(Exit::Done)
}

pub(crate) fn withdraw(place: &Place, ask: &Withdraw) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let done = match (&ask.record, ask.batch) {
        (Some(record), _) => {
            let id = record.parse().map_err(|error| Usage(format!("`{record}`: {error}")))?;
            office.withdraw_record(id, &place.actor, &ask.reason)?
        }
        (None, Some(batch)) => office.withdraw_batch(BatchNo(batch), &place.actor, &ask.reason)?,
        (None, None) => return Err(Usage("name a record or --batch".into()).into()),
    };
    if ask.json {
        say_json(&done)?;
    } else {
        say(&format!(
            "{} withdrawn, {} were before; {} others hold again",
            done.withdrawn, done.already, done.resumed
        ));
    }
    Ok(Exit::Done)
}

pub(crate) fn archive(place: &Place, ask: &Archive) -> anyhow::Result<Exit> {
    let ask = match ask {
        Archive::Fsck(ask) => ask,
        Archive::Digest(ask) => return house::digest(place, ask),
    };
    let office = open(place)?;
    let spinner = spinner("deriving again");
    let report = office.fsck(&mut |done| spinner.set_prefix(format!("{done}")));
    spinner.finish_and_clear();
    let report = report?;
    if ask.json {
        say_json(&report)?;
    } else {
        for problem in &report.problems {
            say(&format!("{} {}: {}", problem.table, problem.key, problem.what));
        }
        say(&format!(
            "{} entries, {} records, root {}: {} differences",
            report.entries,
            report.records,
            report.root,
            report.problems.len()
        ));
        if report.free_pages > 0 {
            say(&format!(
                "{} of {} pages of the file carry nothing and were not checked",
                report.free_pages, report.pages
            ));
        }
    }
    Ok(if report.problems.is_empty() { Exit::Done } else { Exit::Look })
}

pub(crate) fn tick(place: &Place, ask: &Tick) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let spinner = spinner("computing standings");
    let done = office.tick(ask.everything, &mut |done| spinner.set_prefix(format!("{done}")));
    spinner.finish_and_clear();
    let done = done?;
    if ask.json {
        say_json(&done)?;
    } else {
        say(&format!(
            "{} standings looked at, {} ended, {} appeared",
            done.looked_at, done.ended, done.appeared
        ));
    }
    Ok(Exit::Done)
}

pub(crate) fn doctor(place: &Place, ask: &Json) -> anyhow::Result<Exit> {
    let mut lines: Vec<(&str, bool, String)> = Vec::new();
    match open(place) {
        Err(error) => lines.push(("store", false, format!("{error:#}"))),
        Ok(office) => {
            let url = office.store().url().to_string();
            lines.push(match office.refuse_moved() {
                Ok(()) => ("store", true, url),
                Err(error) => ("store", false, format!("{url}: {error}")),
            });
            match office.rules() {
                Err(error) => lines.push(("rulebook", false, error.to_string())),
                Ok(rules) => {
                    lines.push(("rulebook", true, rules.adoption.digest.to_string()));
                    let rehearsal = rules.rulebook.is_rehearsal();
                    let what = if rehearsal { "invented region" } else { "none" };
                    lines.push(("rehearsal", true, what.to_owned()));
                    let left = rules.rulebook.unverified().len() - rules.rulebook.accepted.len();
                    let what = format!("{left} unverified items without effect");
                    lines.push(("law", left == 0, what));
                    let today = office.today();
                    let known = rules.rulebook.calendar.is_arranged(today);
                    let what = format!("holidays of {} are published", today.parts().0);
                    lines.push(("calendar", known, what));
                }
            }
        }
    }
    let well = lines.iter().all(|(_, well, _)| *well);
    if ask.json {
        let parts: Vec<_> = lines
            .iter()
            .map(|(part, well, what)| json!({ "part": part, "well": well, "what": what }))
            .collect();
        say_json(&json!({ "well": well, "parts": parts }))?;
    } else {
        for (part, well, what) in lines {
            say(&format!("{} {part}: {what}", if well { "·" } else { "✕" }));
        }
    }
    Ok(if well { Exit::Done } else { Exit::Look })
}

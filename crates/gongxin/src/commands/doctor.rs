//! `gongxin doctor`: what is in order here and what is missing.

use gongxin_app::{Office, OfficeError};
use gongxin_web::Settings;
use serde_json::json;

use super::{open, site};
use crate::arguments::{Doctor, Place, SiteFiles};
use crate::exit::Exit;
use crate::screen::{say, say_json};

/// One thing that was looked at: which, whether it is in order, and what was found.
type Line = (&'static str, bool, String);

pub(crate) fn run(place: &Place, ask: &Doctor) -> anyhow::Result<Exit> {
    let mut lines = Vec::new();
    let is_earnest = match open(place) {
        Err(error) => {
            lines.push(("store", false, format!("{error:#}")));
            false
        }
        Ok(office) => store(&office, &mut lines),
    };
    of_site(&ask.site, is_earnest, &mut lines);
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

/// Looks at the store. True where what it holds is not invented.
fn store(office: &Office, lines: &mut Vec<Line>) -> bool {
    let url = office.store().url().to_string();
    lines.push(match office.refuse_moved() {
        Ok(()) => ("store", true, url),
        Err(error) => ("store", false, format!("{url}: {error}")),
    });
    match rules(office, lines) {
        Ok(is_earnest) => is_earnest,
        Err(error) => {
            lines.push(("rulebook", false, error.to_string()));
            false
        }
    }
}

fn rules(office: &Office, lines: &mut Vec<Line>) -> Result<bool, OfficeError> {
    let rules = office.rules()?;
    lines.push(("rulebook", true, rules.adoption.digest.to_string()));
    let rehearsal = rules.rulebook.is_rehearsal();
    let what = if rehearsal { "invented region" } else { "none" };
    lines.push(("rehearsal", true, what.to_owned()));
    let left = rules.rulebook.unverified().len() - rules.rulebook.accepted.len();
    lines.push(("law", left == 0, format!("{left} unverified items without effect")));
    let today = office.today();
    let known = rules.rulebook.calendar.is_arranged(today);
    let what = format!("holidays of {} are published", today.parts().0);
    lines.push(("calendar", known, what));
    Ok(!rehearsal)
}

/// Looks at what the operator says of the site. An invented region needs to state nothing.
fn of_site(files: &SiteFiles, is_earnest: bool, lines: &mut Vec<Line>) {
    let settings = match site::settings(files) {
        Ok(settings) => settings,
        Err(error) => {
            lines.push(("site", false, format!("{error:#}")));
            return;
        }
    };
    let lacks = lacks(&settings);
    lines.push(match lacks.as_slice() {
        [] => ("site", true, "states all that a government site must".to_owned()),
        lacks => {
            let what =
                format!("does not state {} (docs/operate/site.md, `--site`)", lacks.join(", "));
            ("site", !is_earnest, what)
        }
    });
    lines.push((
        "map",
        true,
        match &settings.map {
            Some(map) => format!("{} divisions, approved as {}", map.divisions(), map.approval()),
            None => "none; `/statistics` has its tiles".to_owned(),
        },
    ));
}

/// What a government site must state and this one does not.
fn lacks(settings: &Settings) -> Vec<&'static str> {
    let foot = &settings.footer;
    let slots = [
        ("主办单位 (operator)", &foot.operator),
        ("联系方式 (contact)", &foot.contact),
        ("网站标识码 (site_code)", &foot.site_code),
        ("ICP备案号 (icp)", &foot.icp),
        ("公安备案号 (police)", &foot.police),
    ];
    let is_empty =
        |slot: &Option<String>| slot.as_deref().is_none_or(|text| text.trim().is_empty());
    slots.into_iter().filter(|(_, slot)| is_empty(slot)).map(|(name, _)| name).collect()
}

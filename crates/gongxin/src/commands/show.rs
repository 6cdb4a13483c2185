//! `gongxin subject` and `gongxin search`: the public view on the command line.

use std::sync::Arc;

use gongxin_app::public::shown::{
    Found, PageAsk, PublicDesk, RecordsAsk, SearchAsk, ShownRow, ShownSubject, View,
};
use gongxin_app::public::{NameScan, OfficeDesk};
use gongxin_model::{Day, Instant};
use serde_json::json;

use super::open;
use crate::arguments::{Place, Search, Subject};
use crate::exit::{Exit, Usage};
use crate::screen::{complain, say, say_json};

pub(crate) fn subject(place: &Place, ask: &Subject) -> anyhow::Result<Exit> {
    let view = View {
        as_of: ask.as_of.as_deref().map(read_day).transpose()?,
        known: ask.known.as_deref().map(read_time).transpose()?,
    };
    let office = open(place)?;
    if view.as_of.is_some_and(|day| day > office.today()) {
        return Err(Usage("--as-of lies in the future".into()).into());
    }
    if ask.all {
        return everything(&office, ask);
    }
    // A code is looked up in the store; no name is searched for.
    let desk = OfficeDesk::new(office, Arc::new(NameScan::default()));
    let mut found = desk.subject(&ask.code, view)?;
    if let Found::MovedTo(code) = &found {
        found = desk.subject(code, view)?;
    }
    let Found::Shown(subject) = found else {
        complain(&format!("no organisation is shown under `{}`", ask.code));
        return Ok(Exit::Look);
    };
    let rows = all_rows(&desk, &subject, view)?;
    if ask.json {
        return print_json(&subject, &rows).map(|()| Exit::Done);
    }
    say(&format!("{}  {}", subject.name, subject.code));
    for row in &rows {
        let number = row.title.as_deref().or(row.document_number.as_deref()).unwrap_or("— —");
        let until = row.published_until.map(|day| format!("公示至 {day}")).unwrap_or_default();
        say(&format!(
            "  {}  {number}  {}  {}  {until}",
            row.catalogue.words.zh,
            row.authority.as_deref().unwrap_or_default(),
            row.decided_on.map(|day| day.to_string()).unwrap_or_default(),
        ));
    }
    Ok(Exit::Done)
}

fn all_rows(
    desk: &OfficeDesk,
    subject: &ShownSubject,
    view: View,
) -> anyhow::Result<Vec<ShownRow>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let ask = RecordsAsk {
            code: subject.code.clone(),
            section: None,
            catalogue: None,
            year: None,
            page: PageAsk { after, size: 200 },
            view,
        };
        let Found::Shown(page) = desk.records(&ask)? else {
            return Ok(rows);
        };
        rows.extend(page.page.items);
        after = page.page.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

fn print_json(subject: &ShownSubject, rows: &[ShownRow]) -> anyhow::Result<()> {
    let records: Vec<_> = rows
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "catalogue": row.catalogue.code,
                "document_number": row.document_number,
                "title": row.title,
                "authority": row.authority,
                "decided_on": row.decided_on,
                "standing": "published",
                "published_until": row.published_until,
            })
        })
        .collect();
    say_json(&json!({
        "code": subject.code,
        "name": subject.name,
        "region": subject.region.as_ref().map(|region| &region.code),
        "status": subject.status.as_ref().map(|status| &status.code),
        "provisional": subject.provisional,
        "former_names": subject.former_names.iter().map(|name| &name.name).collect::<Vec<_>>(),
        "records": records,
    }))
}

fn everything(office: &gongxin_app::Office, ask: &Subject) -> anyhow::Result<Exit> {
    let Some(file) = office.whole_file(&ask.code)? else {
        complain(&format!("no organisation has the code `{}`", ask.code));
        return Ok(Exit::Look);
    };
    if ask.json {
        say_json(&file)?;
        return Ok(Exit::Done);
    }
    say(&format!("{}  {}", file.name, file.code.as_deref().unwrap_or("— —")));
    for record in &file.records {
        say(&format!(
            "  {}  {}  {} ({})",
            record.catalogue,
            record.title.as_deref().or(record.document_number.as_deref()).unwrap_or("— —"),
            record.standing,
            record.reason
        ));
    }
    Ok(Exit::Done)
}

fn read_day(text: &str) -> anyhow::Result<Day> {
    text.parse().map_err(|error| Usage(format!("`{text}`: {error}")).into())
}

fn read_time(text: &str) -> anyhow::Result<Instant> {
    text.parse().map_err(|error| Usage(format!("`{text}`: {error}")).into())
}

pub(crate) fn search(place: &Place, ask: &Search) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let names = Arc::new(NameScan::of(&office)?);
    let desk = OfficeDesk::new(office, names);
    let query: String = ask.text.join(" ").chars().filter(|c| !c.is_control()).take(200).collect();
    let size = u16::try_from(ask.limit.clamp(1, 1000)).unwrap_or(1000);
    let results = desk.search(&SearchAsk::first(query, size))?;
    let mut hits = Vec::new();
    for hit in &results.page.items {
        hits.push(json!({
            "code": hit.code,
            "name": hit.name,
            "region": hit.region.as_ref().map(|region| &region.code),
            "status": hit.status.as_ref().map(|status| &status.code),
            "established_on": hit.established_on,
            "matched": hit.matched,
            "way": hit.way,
        }));
    }
    if ask.json {
        say_json(&json!({
            "total": results.page.total,
            "results": hits,
            "suggestions": results.suggestions,
            "documents": results.documents,
        }))?;
        return Ok(Exit::Done);
    }
    for hit in &hits {
        let text = |key: &str| hit.get(key).and_then(|one| one.as_str()).unwrap_or_default();
        say(&format!("{}  {}", text("code"), text("name")));
    }
    for one in &results.documents {
        let number = one.record.document_number.as_deref().unwrap_or("— —");
        let kind = &one.record.catalogue.words.zh;
        say(&format!("{}  {}  {kind}  {number}", one.subject.code, one.subject.name));
    }
    for near in &results.suggestions {
        say(&format!("您要找的是不是：{} {}？", near.number, near.subject.name));
    }
    Ok(Exit::Done)
}

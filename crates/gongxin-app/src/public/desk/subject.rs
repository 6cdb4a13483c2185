//! A subject's page.

use gongxin_model::{Body, Day, RecordNo, SubjectNo};
use gongxin_pack::{Catalogue, Role};
use gongxin_store::{NameRow, Reader, ShownFilter, StandingRow, SubjectRow};

use super::super::shown::{
    Found, Section, ShownEvent, ShownFormerName, ShownFreshness, ShownSection, ShownSource,
    ShownSubject, SubjectEvent, Total, View,
};
use super::now::Now;
use super::past::{names_then, past, present_name};
use super::place::{Place, link, place};
use super::record::facts;
use super::row::{shown_row, word};
use super::{Answer, Books, LEGAL_FORMS, REGIONS, STATES, address, coded_in, mask, source_name};
use crate::derive::{histories, value};
use crate::rules::Rules;

/// Rows of a section on the subject's page.
const ROWS: usize = 10;
/// Events of the timeline.
const EVENTS: usize = 20;
/// Branches named on the page.
const BRANCHES: usize = 20;

pub(super) fn subject(
    today: Day,
    reader: &mut Reader<'_>,
    (books, now): (Books<'_>, &Now),
    code: &str,
    view: View,
) -> Answer<Found<ShownSubject>> {
    let rules = books.now;
    let row = match place(reader, code, today)? {
        Place::Subject(row) => *row,
        Place::Moved(code) => return Ok(Found::MovedTo(code)),
        Place::Never => return Ok(Found::Never),
    };
    let names = names_then(reader.names_of_one(&row)?, view);
    let registration = registration(today, reader, rules, &row, view)?;
    let (mut sections, rows) = if view.is_present() {
        (present_sections(today, reader, rules, row.no)?, first_shown(today, reader, row.no)?)
    } else {
        let rows = past(today, reader, books.then, row.no, view)?;
        (past_sections(rules, &rows), rows)
    };
    if let Some(basic) = sections.first_mut() {
        describe(rules, basic, registration.as_ref(), &row);
    }
    let (status, region) = if view.is_present() {
        (row.state.as_str(), row.region.as_str())
    } else {
        // What the registration of then said; the region is the code's where it said none.
        let said = |role| registration.as_ref().and_then(|(of, body)| value(body, of, role));
        (said(Role::Status).unwrap_or_default(), said(Role::Region).unwrap_or(&row.region))
    };
    let branches = reader.branches(row.no, 200)?;
    let head = match row.head {
        Some(head) => reader.subject(head)?,
        None => None,
    };
    let sources = sources(reader, (rules, now), &rows)?;
    let name = present_name(&names).unwrap_or(&row.name);
    let received = sources.iter().filter_map(|source| source.received).max();
    Ok(Found::Shown(Box::new(ShownSubject {
        code: address(reader, &row)?,
        name: mask(name, rules.hides(&row, name)),
        status: coded_in(rules, STATES, status),
        region: coded_in(rules, REGIONS, region),
        legal_form: coded_in(rules, LEGAL_FORMS, &row.legal_form),
        established_on: established(rules, &sections).map(|event| event.on),
        personal: rules.hides(&row, name),
        provisional: row.provisional,
        former_names: former_names(rules, &names, &row),
        namesakes: namesakes(reader, &row)?,
        head: head.map(|head| link(rules, reader, &head, view)).transpose()?,
        branch_count: branches.len() as u64,
        branches: branches
            .iter()
            .take(BRANCHES)
            .map(|branch| link(rules, reader, branch, view))
            .collect::<Answer<_>>()?,
        timeline: timeline(rules, &names, &sections, &row),
        sections,
        sources,
        freshness: ShownFreshness { received, checked: None },
    })))
}

fn former_names(rules: &Rules, names: &[NameRow], row: &SubjectRow) -> Vec<ShownFormerName> {
    let mut former: Vec<ShownFormerName> = names
        .iter()
        .filter(|name| name.until.is_some())
        .map(|name| ShownFormerName {
            name: mask(&name.name, rules.hides(row, &name.name)),
            from: Some(name.from),
            until: name.until.map(|day| day.plus_days(-1)),
        })
        .collect();
    former.reverse();
    former
}

/// How many others bear or bore the same name.
fn namesakes(reader: &mut Reader<'_>, row: &SubjectRow) -> Answer<u64> {
    if row.masked {
        return Ok(0);
    }
    let normal = gongxin_model::text::normalise_name(&row.name);
    let key = gongxin_subject::exact_key(&normal);
    let others: Vec<i64> = reader
        .name_keys(vec![key], 1_000)?
        .into_iter()
        .filter(|(_, no)| *no != row.no)
        .map(|(_, no)| no.0)
        .collect();
    let mut same: Vec<SubjectNo> = reader
        .names_of(others)?
        .into_iter()
        .filter(|name| gongxin_model::text::normalise_name(&name.name) == normal)
        .map(|name| name.subject)
        .collect();
    same.dedup();
    Ok(same.len() as u64)
}

fn present_sections(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    subject: SubjectNo,
) -> Answer<Vec<ShownSection>> {
    let counts = reader.shown_counts(subject, today, &ShownFilter::default())?;
    let mut sections = Vec::new();
    for section in Section::ALL {
        let of_section = word(section);
        let total: i64 =
            counts.iter().filter(|(name, _, _)| name == of_section).map(|(_, _, n)| n).sum();
        let mut rows = Vec::new();
        if total > 0 && section != Section::Basic {
            let filter = ShownFilter { section: Some(of_section.into()), ..Default::default() };
            rows = reader.shown(subject, today, &filter, None, ROWS as i64)?;
        }
        sections.push(ShownSection {
            section,
            rows: rows.iter().filter_map(|row| shown_row(rules, row)).collect(),
            total: Total::Exactly(u64::try_from(total).unwrap_or(0)),
            ..ShownSection::default()
        });
    }
    Ok(sections)
}

fn past_sections(rules: &Rules, rows: &[StandingRow]) -> Vec<ShownSection> {
    let section = |section| {
        let own: Vec<&StandingRow> =
            rows.iter().filter(|row| row.section == word(section)).collect();
        ShownSection {
            section,
            rows: own.iter().take(ROWS).filter_map(|row| shown_row(rules, row)).collect(),
            total: Total::Exactly(own.len() as u64),
            ..ShownSection::default()
        }
    };
    Section::ALL.into_iter().map(section).collect()
}

/// The basic section tells the facts of a registration instead of rows.
fn describe(
    rules: &Rules,
    basic: &mut ShownSection,
    registration: Option<&(&Catalogue, Body)>,
    row: &SubjectRow,
) {
    let told = |(catalogue, body): &(&Catalogue, Body)| facts(rules, catalogue, body, row);
    basic.rows.clear();
    basic.facts = registration.map(told).unwrap_or_default();
    basic.total = Total::Exactly(u64::from(!basic.facts.is_empty()));
}

/// The content of the registration that describes a subject, as far as it was known in the view,
/// where it is shown today.
fn registration<'a>(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &'a Rules,
    row: &SubjectRow,
    view: View,
) -> Answer<Option<(&'a Catalogue, Body)>> {
    if row.registration == 0 {
        return Ok(None);
    }
    let standing = reader.standings(vec![row.registration])?.into_iter().next();
    if !standing.is_some_and(|row| row.is_shown_on(today)) {
        return Ok(None);
    }
    let record = RecordNo(row.registration);
    let history = histories(reader, &[record])?.remove(&record).unwrap_or_default();
    let content = history
        .into_iter()
        .rev()
        .filter(|entry| view.known.is_none_or(|known| entry.at <= known))
        .find_map(|entry| entry.body.filter(|body| !body.fields.is_empty()));
    Ok(content.and_then(|body| Some((rules.rulebook.catalogue(body.catalogue.as_deref()?)?, body))))
}

/// Only what is still shown stands in the timeline.
fn timeline(
    rules: &Rules,
    names: &[NameRow],
    sections: &[ShownSection],
    row: &SubjectRow,
) -> Vec<ShownEvent> {
    let renamed = names.iter().skip(1).map(|name| ShownEvent {
        on: name.from,
        event: SubjectEvent::Renamed { name: mask(&name.name, rules.hides(row, &name.name)) },
    });
    let decided = sections.iter().flat_map(|section| &section.rows).filter_map(|row| {
        Some(ShownEvent {
            on: row.decided_on?,
            event: SubjectEvent::Decided {
                record: row.id,
                catalogue: row.catalogue.clone(),
                document_number: row.document_number.clone(),
            },
        })
    });
    let established = established(rules, sections);
    let mut events: Vec<ShownEvent> = renamed.chain(decided).chain(established).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.on));
    events.truncate(EVENTS);
    events
}

fn established(rules: &Rules, sections: &[ShownSection]) -> Option<ShownEvent> {
    let codes: Vec<&str> = rules
        .rulebook
        .catalogues
        .values()
        .filter_map(|catalogue| catalogue.code_of(Role::EstablishedOn))
        .collect();
    let facts = &sections.first()?.facts;
    let fact = facts.iter().find(|fact| codes.contains(&fact.field.as_str()))?;
    let on = fact.values.first()?.zh.parse().ok()?;
    Some(ShownEvent { on, event: SubjectEvent::Established })
}

fn first_shown(
    today: Day,
    reader: &mut Reader<'_>,
    subject: SubjectNo,
) -> Answer<Vec<StandingRow>> {
    Ok(reader.shown(subject, today, &ShownFilter::default(), None, 200)?)
}

/// The sources of records.
fn sources(
    reader: &mut Reader<'_>,
    (rules, now): (&Rules, &Now),
    rows: &[StandingRow],
) -> Answer<Vec<ShownSource>> {
    let numbers = rows.iter().map(|row| row.record.0).collect();
    let mut codes: Vec<String> =
        reader.records(numbers)?.into_iter().map(|record| record.source).collect();
    codes.sort_unstable();
    codes.dedup();
    let last = now.last_batches(reader)?;
    Ok(codes
        .into_iter()
        .map(|code| ShownSource {
            name: source_name(rules, &code),
            received: last.get(&code).copied(),
            code,
        })
        .collect())
}

//! A subject's page and the list of its records.

use std::collections::BTreeMap;

use gongxin_model::code::normalise_code;
use gongxin_model::{Day, Instant, RecordNo, SubjectNo};
use gongxin_pack::{Catalogue, Role, Section as PackSection};
use gongxin_store::{After, NameRow, Reader, ShownFilter, StandingRow, SubjectRow};

use super::super::shown::{
    Coded, DeskError, Found, Page, RecordsAsk, Section, ShownCount, ShownEvent, ShownFormerName,
    ShownFreshness, ShownLink, ShownOption, ShownRecords, ShownRow, ShownSection, ShownSource,
    ShownSubject, SubjectEvent, Total, View, Words,
};
use super::record::facts;
use super::{
    Books, REGIONS, STATES, Trouble, address, coded, coded_in, hidden, mask, public_name, words,
};
use crate::derive::{Summary, histories, stand};
use crate::rules::Rules;

type Answer<T> = Result<T, Trouble>;

/// Rows of a section on the subject's page.
const ROWS: i64 = 10;
/// Events of the timeline.
const EVENTS: usize = 20;
/// Past days are folded record by record; so many at most.
const PAST_LIMIT: i64 = 2_000;

/// The section of a page that a section of a pack is.
pub(super) fn section(pack: PackSection) -> Section {
    match pack {
        PackSection::Basic => Section::Basic,
        PackSection::Administrative => Section::Administrative,
        PackSection::Honour => Section::Honours,
        PackSection::Serious => Section::SeriousViolations,
        PackSection::Abnormal => Section::AbnormalOperation,
        PackSection::Commitment => Section::Commitments,
        PackSection::Evaluation => Section::Evaluations,
        PackSection::Judgment => Section::Courts,
        PackSection::Other => Section::Other,
        PackSection::Local => Section::Local,
    }
}

fn word(wanted: Section) -> &'static str {
    PackSection::ALL
        .into_iter()
        .find(|pack| section(*pack) == wanted)
        .map_or("other", PackSection::word)
}

/// What an address leads to.
pub(super) enum Place {
    Subject(Box<SubjectRow>),
    Moved(String),
    Never,
}

/// The subject under a code: itself, or where it is found today.
pub(super) fn place(reader: &mut Reader<'_>, code: &str, today: Day) -> Answer<Place> {
    let normal = normalise_code(code);
    let mut numbers: Vec<i64> =
        reader.codes(vec![normal.clone()])?.into_iter().map(|row| row.subject.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut found = Vec::new();
    for row in reader.subjects(numbers)? {
        if !hidden(reader, &row, today)? {
            found.push(row);
        }
    }
    if let Some(own) = found.iter().position(|row| row.code.as_deref() == Some(normal.as_str())) {
        return Ok(Place::Subject(Box::new(found.swap_remove(own))));
    }
    // An old number that two bear leads to neither.
    let [row] = found.as_slice() else {
        return Ok(Place::Never);
    };
    let present = address(reader, row)?;
    if present == normal {
        return Ok(Place::Subject(Box::new(row.clone())));
    }
    Ok(Place::Moved(present))
}

pub(super) fn subject(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    code: &str,
    view: View,
) -> Answer<Found<ShownSubject>> {
    let rules = books.now;
    let row = match place(reader, code, today)? {
        Place::Subject(row) => *row,
        Place::Moved(code) => return Ok(Found::MovedTo(code)),
        Place::Never => return Ok(Found::Never),
    };
    let names = reader.names_of(vec![row.no.0])?;
    let sections = sections(today, reader, books, &row, view)?;
    let branches = reader.branches(row.no, 200)?;
    let head = match row.head {
        Some(head) => reader.subject(head)?,
        None => None,
    };
    let timeline = timeline(rules, &names, &sections, row.masked);
    let sources = sources(reader, rules, row.no, today)?;
    let received = sources.iter().filter_map(|source| source.received).max();
    Ok(Found::Shown(Box::new(ShownSubject {
        code: address(reader, &row)?,
        name: name_on(&names, &row, view.as_of),
        status: coded_in(rules, STATES, &row.state),
        region: coded_in(rules, REGIONS, &row.region),
        provisional: row.provisional,
        former_names: former_names(&names, row.masked),
        namesakes: namesakes(reader, &row)?,
        head: head.map(|head| link(reader, &head)).transpose()?,
        branch_count: branches.len() as u64,
        branches: branches
            .iter()
            .take(20)
            .map(|branch| link(reader, branch))
            .collect::<Answer<_>>()?,
        sections,
        timeline,
        sources,
        freshness: ShownFreshness { received, checked: None },
    })))
}

pub(super) fn link(reader: &mut Reader<'_>, row: &SubjectRow) -> Answer<ShownLink> {
    Ok(ShownLink { code: address(reader, row)?, name: public_name(row) })
}

fn name_on(names: &[NameRow], row: &SubjectRow, as_of: Option<Day>) -> String {
    let then = as_of.and_then(|day| {
        names.iter().find(|name| name.from <= day && name.until.is_none_or(|until| day < until))
    });
    mask(then.map_or(&row.name, |name| &name.name), row.masked)
}

fn former_names(names: &[NameRow], masked: bool) -> Vec<ShownFormerName> {
    let mut former: Vec<ShownFormerName> = names
        .iter()
        .filter(|name| name.until.is_some())
        .map(|name| ShownFormerName {
            name: mask(&name.name, masked),
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

fn sections(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    row: &SubjectRow,
    view: View,
) -> Answer<Vec<ShownSection>> {
    let rules = books.now;
    let mut sections: Vec<ShownSection> = Section::ALL
        .into_iter()
        .map(|section| ShownSection { section, ..ShownSection::default() })
        .collect();
    if view.is_present() {
        fill_present(today, reader, rules, row, &mut sections)?;
    } else {
        fill_past(today, reader, books, row, view, &mut sections)?;
    }
    if let Some(basic) = sections.first_mut() {
        basic.rows.clear();
        basic.facts = registration(today, reader, rules, row, view)?;
        basic.total = Total::Exactly(u64::from(!basic.facts.is_empty()));
    }
    Ok(sections)
}

fn fill_present(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    row: &SubjectRow,
    sections: &mut [ShownSection],
) -> Answer<()> {
    let counts = reader.shown_counts(row.no, today, &ShownFilter::default())?;
    for shown in sections {
        let of_section = word(shown.section);
        let total: i64 =
            counts.iter().filter(|(name, _, _)| name == of_section).map(|(_, _, n)| n).sum();
        shown.total = Total::Exactly(u64::try_from(total).unwrap_or(0));
        if total > 0 && shown.section != Section::Basic {
            let filter = ShownFilter { section: Some(of_section.into()), ..Default::default() };
            let rows = reader.shown(row.no, today, &filter, None, ROWS)?;
            shown.rows = rows.iter().filter_map(|row| shown_row(rules, row)).collect();
        }
    }
    Ok(())
}

/// A past day: what may be shown today, folded as of then, as far as it was known then.
pub(super) fn past(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    subject: SubjectNo,
    view: View,
) -> Answer<Vec<StandingRow>> {
    let rows = reader.shown(subject, today, &ShownFilter::default(), None, PAST_LIMIT)?;
    let numbers: Vec<RecordNo> = rows.iter().map(|row| row.record).collect();
    let histories = histories(reader, &numbers)?;
    let as_of = view.as_of.unwrap_or(today);
    let mut then = Vec::new();
    for row in rows {
        let (Some(catalogue), Some(history)) =
            (books.then.rulebook.catalogue(&row.catalogue), histories.get(&row.record))
        else {
            continue;
        };
        let standing = stand(history, catalogue, &books.then.rulebook, as_of, view.known);
        let Some(standing) = standing else {
            continue;
        };
        let published = standing.publication == gongxin_standing::Publication::Published;
        if published && standing.shown_from <= as_of {
            then.push(row);
        }
    }
    Ok(then)
}

fn fill_past(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    row: &SubjectRow,
    view: View,
    sections: &mut [ShownSection],
) -> Answer<()> {
    let rows = past(today, reader, books, row.no, view)?;
    for shown in sections {
        let of_section = word(shown.section);
        let mut own: Vec<ShownRow> = rows
            .iter()
            .filter(|row| row.section == of_section)
            .filter_map(|row| shown_row(books.now, row))
            .collect();
        shown.total = Total::Exactly(own.len() as u64);
        own.truncate(usize::try_from(ROWS).unwrap_or(10));
        shown.rows = own;
    }
    Ok(())
}

/// The facts of the registration that describes a subject, where it is shown today.
fn registration(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    row: &SubjectRow,
    view: View,
) -> Answer<Vec<super::super::shown::ShownFact>> {
    if row.registration == 0 {
        return Ok(Vec::new());
    }
    let standing = reader.standings(vec![row.registration])?.into_iter().next();
    let shown = standing.is_some_and(|row| row.is_shown_on(today));
    let record = RecordNo(row.registration);
    let Some(history) = histories(reader, &[record])?.remove(&record).filter(|_| shown) else {
        return Ok(Vec::new());
    };
    let known = |at: Instant| view.known.is_none_or(|known| at <= known);
    let content = history
        .iter()
        .rev()
        .filter(|entry| known(entry.at))
        .find_map(|entry| entry.body.as_ref().filter(|body| !body.fields.is_empty()));
    let Some(body) = content else {
        return Ok(Vec::new());
    };
    let catalogue = body.catalogue.as_deref().and_then(|id| rules.rulebook.catalogue(id));
    Ok(catalogue.map(|catalogue| facts(rules, catalogue, body, row.masked)).unwrap_or_default())
}

/// A record as a line of a list.
pub(super) fn shown_row(rules: &Rules, row: &StandingRow) -> Option<ShownRow> {
    let catalogue = rules.rulebook.catalogue(&row.catalogue)?;
    let summary = Summary::of(row);
    let decided_on = summary.decided_on(row);
    Some(ShownRow {
        id: row.public_id,
        catalogue: coded(&catalogue.id, &catalogue.name),
        document_number: summary.number,
        title: summary.title,
        authority: summary.authority,
        authority_label: authority_label(catalogue),
        decided_on,
        published_until: last_day(row.shown_until),
        disputed: row.disputed,
    })
}

pub(super) fn last_day(until: Day) -> Option<Day> {
    (until < Day::FOREVER).then(|| until.plus_days(-1))
}

fn authority_label(catalogue: &Catalogue) -> Words {
    catalogue.with_role(Role::AuthorityName).map(|field| words(&field.name)).unwrap_or_default()
}

/// Only what is still shown stands in the timeline.
fn timeline(
    rules: &Rules,
    names: &[NameRow],
    sections: &[ShownSection],
    masked: bool,
) -> Vec<ShownEvent> {
    let renamed = names.iter().skip(1).map(|name| ShownEvent {
        on: name.from,
        event: SubjectEvent::Renamed { name: mask(&name.name, masked) },
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

/// The sources of what is shown of a subject.
fn sources(
    reader: &mut Reader<'_>,
    rules: &Rules,
    subject: SubjectNo,
    today: Day,
) -> Answer<Vec<ShownSource>> {
    let rows = reader.shown(subject, today, &ShownFilter::default(), None, 200)?;
    let numbers = rows.iter().map(|row| row.record.0).collect();
    let mut codes: Vec<String> =
        reader.records(numbers)?.into_iter().map(|record| record.source).collect();
    codes.sort_unstable();
    codes.dedup();
    let last: BTreeMap<String, Instant> = reader.last_batches()?;
    Ok(codes
        .into_iter()
        .map(|code| ShownSource {
            name: source_name(rules, &code),
            received: last.get(&code).copied(),
            code,
        })
        .collect())
}

pub(super) fn source_name(rules: &Rules, code: &str) -> String {
    let declared = rules.rulebook.sources.get(code);
    declared.map_or_else(|| code.to_owned(), |source| source.name.zh.clone())
}

pub(super) fn records(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    ask: &RecordsAsk,
) -> Answer<Found<ShownRecords>> {
    let rules = books.now;
    let row = match place(reader, &ask.code, today)? {
        Place::Subject(row) => *row,
        Place::Moved(code) => return Ok(Found::MovedTo(code)),
        Place::Never => return Ok(Found::Never),
    };
    let filter = ShownFilter {
        section: ask.section.map(|section| word(section).to_owned()),
        catalogue: ask.catalogue.clone(),
        year: ask.year,
    };
    let page = if ask.view.is_present() {
        present_page(today, reader, rules, &row, &filter, ask)?
    } else {
        past_page(today, reader, books, &row, &filter, ask)?
    };
    let counts = reader.shown_counts(row.no, today, &ShownFilter::default())?;
    let mut by_section: BTreeMap<Section, u64> = BTreeMap::new();
    let mut catalogues = Vec::new();
    for (name, catalogue, count) in &counts {
        let Some(pack) = PackSection::from_word(name) else {
            continue;
        };
        let count = u64::try_from(*count).unwrap_or(0);
        *by_section.entry(section(pack)).or_default() += count;
        let within = filter.section.as_ref().is_none_or(|wanted| wanted == name);
        if let Some(found) = rules.rulebook.catalogue(catalogue).filter(|_| within) {
            catalogues.push(ShownCount { of: coded(catalogue, &found.name), count });
        }
    }
    let years = reader.shown_years(row.no, today, &ShownFilter { year: None, ..filter })?;
    Ok(Found::Shown(Box::new(ShownRecords {
        subject: link(reader, &row)?,
        page,
        sections: by_section.into_iter().collect(),
        catalogues,
        years: years
            .into_iter()
            .map(|(year, count)| ShownOption {
                value: year.to_string(),
                words: Words::new(year.to_string(), year.to_string()),
                count: u64::try_from(count).ok(),
            })
            .collect(),
        freshness: ShownFreshness::default(),
    })))
}

fn present_page(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    row: &SubjectRow,
    filter: &ShownFilter,
    ask: &RecordsAsk,
) -> Answer<Page<ShownRow>> {
    let after = ask.page.after.as_deref().map(read_cursor).transpose()?;
    let size = usize::from(ask.page.size);
    let limit = i64::from(ask.page.size) + 1;
    let mut rows = reader.shown(row.no, today, filter, after.as_ref(), limit)?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| more).map(write_cursor);
    let counts = reader.shown_counts(row.no, today, filter)?;
    let total: i64 = counts.iter().map(|(_, _, count)| count).sum();
    Ok(Page {
        items: rows.iter().filter_map(|row| shown_row(rules, row)).collect(),
        next,
        total: total_of(u64::try_from(total).unwrap_or(0)),
    })
}

fn past_page(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    row: &SubjectRow,
    filter: &ShownFilter,
    ask: &RecordsAsk,
) -> Answer<Page<ShownRow>> {
    let mut rows = past(today, reader, books, row.no, ask.view)?;
    rows.retain(|row| {
        filter.section.as_ref().is_none_or(|section| *section == row.section)
            && filter.catalogue.as_ref().is_none_or(|catalogue| *catalogue == row.catalogue)
            && filter.year.is_none_or(|year| row.decided_on.parts().0 == year)
    });
    let total = rows.len();
    if let Some(after) = ask.page.after.as_deref().map(read_cursor).transpose()? {
        let passed = rows.iter().position(|row| row.record == after.record);
        rows.drain(..passed.map_or(0, |place| place + 1));
    }
    let size = usize::from(ask.page.size);
    let more = rows.len() > size;
    rows.truncate(size);
    Ok(Page {
        items: rows.iter().filter_map(|row| shown_row(books.now, row)).collect(),
        next: rows.last().filter(|_| more).map(write_cursor),
        total: total_of(total as u64),
    })
}

fn total_of(total: u64) -> Total {
    if total > 10_000 { Total::MoreThan(10_000) } else { Total::Exactly(total) }
}

/// A cursor tells section, day and the inner number turned by a constant: opaque enough not to be
/// counted, and valid after its record ended.
fn write_cursor(row: &StandingRow) -> String {
    format!("{}.{}.{:x}", row.section, row.decided_on, row.record.0 ^ TURN)
}

const TURN: i64 = 0x2c_91d7_5ae3;

fn read_cursor(text: &str) -> Answer<After> {
    let wrong = || Trouble::Desk(DeskError::Cursor);
    let mut parts = text.split('.');
    let section = parts.next().and_then(PackSection::from_word).ok_or_else(wrong)?;
    let decided_on = parts.next().and_then(|day| day.parse().ok()).ok_or_else(wrong)?;
    let number = parts.next().and_then(|hex| i64::from_str_radix(hex, 16).ok());
    let record = RecordNo(number.ok_or_else(wrong)? ^ TURN);
    if parts.next().is_some() {
        return Err(wrong());
    }
    Ok(After { section: section.word().to_owned(), decided_on, record })
}

/// The words of a catalogue.
pub(super) fn catalogue_words(catalogue: &Catalogue) -> Coded {
    coded(&catalogue.id, &catalogue.name)
}

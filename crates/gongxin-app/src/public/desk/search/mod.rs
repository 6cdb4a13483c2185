//! Search: codes first, then document numbers, then names.

mod codes;
mod documents;
mod facets;
mod names;

use std::collections::BTreeMap;

use gongxin_model::names::EXACT_TOTAL_LIMIT;
use gongxin_model::{Day, RecordNo, SubjectNo};
use gongxin_pack::Role;
use gongxin_seal::InstanceKey;
use gongxin_standing::{Effects, Event};
use gongxin_store::{NameRow, Reader, SubjectRow};

use super::super::names::searchable;
use super::super::shown::{DeskError, Matched, PageAsk, SearchAsk, ShownHit, ShownResults, Way};
use super::arrivals::{read_cursor, write_cursor};
use super::{
    Answer, LEGAL_FORMS, OfficeDesk, REGIONS, STATES, Trouble, address, coded_in, public_name,
};
use crate::derive::{event, histories, value};
use crate::rules::Rules;

/// A subject found, and what of it met the query.
struct Found {
    subject: SubjectNo,
    by: By,
    way: Way,
}

/// What of a subject met the query.
enum By {
    /// Its present name.
    Name,
    /// The searchable name at the place, which it no longer bears.
    Former(usize),
    /// Its present code.
    Code,
    /// The number, which is not its present code.
    Number(String),
}

pub(super) fn search(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    rules: &Rules,
    ask: &SearchAsk,
) -> Answer<ShownResults> {
    let asked = ask.query.trim();
    if asked.is_empty() {
        return Ok(ShownResults::default());
    }
    let today = desk.office.today();
    if let Some(results) = codes::by_code(reader, rules, asked, today)? {
        return Ok(results);
    }
    let documents = documents::by_number(desk.office.key(), reader, rules, asked, today)?;
    if !documents.is_empty() {
        return Ok(ShownResults { documents, ..ShownResults::default() });
    }
    names::by_name(desk, reader, rules, today, ask)
}

/// The page of a list of subjects found.
fn page<T>(all: &[T], key: &InstanceKey, ask: &PageAsk) -> Answer<(usize, usize, Option<String>)> {
    let offset = match &ask.after {
        None => 0,
        Some(after) => usize::try_from(read_cursor(key, after)?)
            .ok()
            .filter(|offset| *offset <= EXACT_TOTAL_LIMIT)
            .ok_or(Trouble::Desk(DeskError::Cursor))?,
    };
    let end = offset + usize::from(ask.size);
    Ok((offset, end.min(all.len()), (end < all.len()).then(|| write_cursor(key, end as i64))))
}

/// The subjects found as a page shows them, each as the store has it now.
fn hits(
    reader: &mut Reader<'_>,
    rules: &Rules,
    today: Day,
    found: &[Found],
) -> Answer<Vec<ShownHit>> {
    let numbers: Vec<i64> = found.iter().map(|one| one.subject.0).collect();
    let rows: BTreeMap<SubjectNo, SubjectRow> =
        reader.subjects(numbers.clone())?.into_iter().map(|row| (row.no, row)).collect();
    let names = reader.names_of(numbers)?;
    let established = established(reader, rules, today, rows.values())?;
    let mut hits = Vec::with_capacity(found.len());
    for one in found {
        let Some(row) = rows.get(&one.subject) else {
            continue;
        };
        hits.push(ShownHit {
            code: address(reader, row)?,
            name: public_name(row),
            matched: matched(rules, row, &names, &one.by),
            way: one.way,
            region: coded_in(rules, REGIONS, &row.region),
            form: coded_in(rules, LEGAL_FORMS, &row.legal_form),
            status: coded_in(rules, STATES, &row.state),
            established_on: established.get(&row.no).copied(),
            provisional: row.provisional,
        });
    }
    Ok(hits)
}

fn matched(rules: &Rules, row: &SubjectRow, names: &[NameRow], by: &By) -> Matched {
    let place = match by {
        By::Name => return Matched::Name,
        By::Code => return Matched::Code,
        By::Number(number) => return Matched::OlderNumber { number: number.clone() },
        By::Former(place) => *place,
    };
    let start = names.partition_point(|name| name.subject < row.no);
    let end = names.partition_point(|name| name.subject <= row.no);
    let own = names.get(start..end).unwrap_or_default();
    match searchable(rules, row, own).nth(place) {
        Some(name) => Matched::FormerName {
            name: name.name.clone(),
            from: Some(name.from),
            until: name.until.map(|day| day.plus_days(-1)),
        },
        None => Matched::Name,
    }
}

/// The day on which each subject was established, as its registration states it, where that is shown.
fn established<'r>(
    reader: &mut Reader<'_>,
    rules: &Rules,
    today: Day,
    rows: impl Iterator<Item = &'r SubjectRow>,
) -> Answer<BTreeMap<SubjectNo, Day>> {
    let of: BTreeMap<RecordNo, SubjectNo> = rows
        .filter(|row| row.registration != 0)
        .map(|row| (RecordNo(row.registration), row.no))
        .collect();
    let mut standings = reader.standings(of.keys().map(|record| record.0).collect())?;
    standings.retain(|row| row.is_shown_on(today));
    let records = reader.records(standings.iter().map(|row| row.record.0).collect())?;
    let numbers: Vec<RecordNo> = records.iter().map(|record| record.no).collect();
    let histories = histories(reader, &numbers)?;
    let day = |record: &gongxin_store::RecordRow| {
        let events: Vec<Event<'_>> = histories.get(&record.no)?.iter().map(event).collect();
        let content = Effects::replay(&events).content?;
        let catalogue = rules.rulebook.catalogue(&record.catalogue)?;
        let day: Day = value(content, catalogue, Role::EstablishedOn)?.parse().ok()?;
        Some((*of.get(&record.no)?, day))
    };
    Ok(records.iter().filter_map(day).collect())
}

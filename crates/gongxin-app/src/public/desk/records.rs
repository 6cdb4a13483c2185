//! The list of a subject's records.

use std::collections::BTreeMap;

use gongxin_model::{Day, RecordNo};
use gongxin_pack::Section as PackSection;
use gongxin_seal::InstanceKey;
use gongxin_store::{After, Reader, ShownFilter, StandingRow, SubjectRow};

use super::super::shown::{
    DeskError, Found, Page, RecordsAsk, Section, ShownCount, ShownFreshness, ShownOption,
    ShownRecords, ShownRow, Total, Words,
};
use super::arrivals::{read_cursor, write_cursor};
use super::past::past;
use super::place::{Place, link, place};
use super::row::{section, shown_row, word};
use super::{Answer, Books, Trouble, coded};
use crate::rules::Rules;

/// What the store, or the fold of a past day, says of a list.
struct Listed {
    /// The rows of the page and the one after them, if there is one.
    rows: Vec<StandingRow>,
    total: u64,
    /// How many rows there are, by section and catalogue, whatever is asked for.
    counts: Vec<(String, String, i64)>,
    /// How many rows there are, by year, whatever year is asked for; the latest first.
    years: Vec<(i16, i64)>,
}

pub(super) fn records(
    today: Day,
    reader: &mut Reader<'_>,
    books: Books<'_>,
    key: &InstanceKey,
    ask: &RecordsAsk,
) -> Answer<Found<ShownRecords>> {
    let rules = books.now;
    let subject = match place(reader, &ask.code, today)? {
        Place::Subject(row) => *row,
        Place::Moved(code) => return Ok(Found::MovedTo(code)),
        Place::Never => return Ok(Found::Never),
    };
    let filter = ShownFilter {
        section: ask.section.map(|section| word(section).to_owned()),
        catalogue: ask.catalogue.clone(),
        year: ask.year,
    };
    let after = ask.page.after.as_deref().map(|text| read_after(key, text)).transpose()?;
    let listed = if ask.view.is_present() {
        let size = i64::from(ask.page.size);
        of_present(today, reader, &subject, &filter, (after.as_ref(), size))?
    } else {
        let rows = past(today, reader, books.then, subject.no, ask.view)?;
        of_past(rows, &filter, after.as_ref())
    };
    let (sections, catalogues) = narrower(rules, &listed.counts, filter.section.as_deref());
    Ok(Found::Shown(Box::new(ShownRecords {
        subject: link(rules, reader, &subject, ask.view)?,
        sections,
        catalogues,
        years: listed
            .years
            .iter()
            .map(|(year, count)| ShownOption {
                value: year.to_string(),
                words: Words::new(year.to_string(), year.to_string()),
                count: u64::try_from(*count).ok(),
            })
            .collect(),
        page: page(rules, key, listed, usize::from(ask.page.size)),
        masked: rules.hides(&subject, &subject.name),
        freshness: ShownFreshness::default(),
    })))
}

fn of_present(
    today: Day,
    reader: &mut Reader<'_>,
    subject: &SubjectRow,
    filter: &ShownFilter,
    (after, size): (Option<&After>, i64),
) -> Answer<Listed> {
    let filtered = reader.shown_counts(subject.no, today, filter)?;
    let total: i64 = filtered.iter().map(|(_, _, count)| count).sum();
    let any_year = ShownFilter { year: None, ..filter.clone() };
    Ok(Listed {
        rows: reader.shown(subject.no, today, filter, after, size + 1)?,
        total: u64::try_from(total).unwrap_or(0),
        counts: reader.shown_counts(subject.no, today, &ShownFilter::default())?,
        years: reader.shown_years(subject.no, today, &any_year)?,
    })
}

fn of_past(mut rows: Vec<StandingRow>, filter: &ShownFilter, after: Option<&After>) -> Listed {
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in &rows {
        *counts.entry((row.section.clone(), row.catalogue.clone())).or_default() += 1;
    }
    let within =
        |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
    rows.retain(|row| {
        within(&filter.section, &row.section) && within(&filter.catalogue, &row.catalogue)
    });
    let year = |row: &StandingRow| row.decided_on.parts().0;
    let mut years: BTreeMap<i16, i64> = BTreeMap::new();
    for row in &rows {
        *years.entry(year(row)).or_default() += 1;
    }
    rows.retain(|row| filter.year.is_none_or(|wanted| year(row) == wanted));
    let total = rows.len() as u64;
    if let Some(after) = after {
        let passed = rows.iter().position(|row| row.record == after.record);
        rows.drain(..passed.map_or(0, |place| place + 1));
    }
    Listed {
        rows,
        total,
        counts: counts.into_iter().map(|((of, catalogue), count)| (of, catalogue, count)).collect(),
        years: years.into_iter().rev().collect(),
    }
}

/// The sections and, within the one asked for, the catalogues that a list can be narrowed to.
fn narrower(
    rules: &Rules,
    counts: &[(String, String, i64)],
    wanted: Option<&str>,
) -> (Vec<(Section, u64)>, Vec<ShownCount>) {
    let mut sections: BTreeMap<Section, u64> = BTreeMap::new();
    let mut catalogues = Vec::new();
    for (name, catalogue, count) in counts {
        let Some(pack) = PackSection::from_word(name) else {
            continue;
        };
        let count = u64::try_from(*count).unwrap_or(0);
        *sections.entry(section(pack)).or_default() += count;
        let is_within = wanted.is_none_or(|wanted| wanted == name);
        if let Some(found) = rules.rulebook.catalogue(catalogue).filter(|_| is_within) {
            catalogues.push(ShownCount { of: coded(catalogue, &found.name), count });
        }
    }
    (sections.into_iter().collect(), catalogues)
}

fn page(rules: &Rules, key: &InstanceKey, mut listed: Listed, size: usize) -> Page<ShownRow> {
    let more = listed.rows.len() > size;
    listed.rows.truncate(size);
    Page {
        items: listed.rows.iter().filter_map(|row| shown_row(rules, row)).collect(),
        next: listed.rows.last().filter(|_| more).map(|row| write_after(key, row)),
        total: total_of(listed.total),
    }
}

fn total_of(total: u64) -> Total {
    if total > 10_000 { Total::MoreThan(10_000) } else { Total::Exactly(total) }
}

/// A cursor tells section and day of the last row shown, and where the next begins to nobody but this
/// platform. It is valid after its record ended.
fn write_after(key: &InstanceKey, row: &StandingRow) -> String {
    format!("{}.{}.{}", row.section, row.decided_on, write_cursor(key, row.record.0))
}

fn read_after(key: &InstanceKey, text: &str) -> Answer<After> {
    let wrong = || Trouble::Desk(DeskError::Cursor);
    let mut parts = text.split('.');
    let section = parts.next().and_then(PackSection::from_word).ok_or_else(wrong)?;
    let decided_on = parts.next().and_then(|day| day.parse().ok()).ok_or_else(wrong)?;
    let record = RecordNo(read_cursor(key, parts.next().unwrap_or_default())?);
    if parts.next().is_some() {
        return Err(wrong());
    }
    Ok(After { section: section.word().to_owned(), decided_on, record })
}

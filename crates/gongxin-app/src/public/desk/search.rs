//! Search: codes first, then document numbers, then names.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::SubjectNo;
use gongxin_model::code::{CodeKind, normalise_code};
use gongxin_model::names::EXACT_TOTAL_LIMIT;
use gongxin_model::text::{normalise_document_number, normalise_name};
use gongxin_store::{CodeRow, NameRow, Reader, SubjectRow};
use gongxin_subject::code_neighbours;

use super::super::shown::{
    DeskError, Filters, Matched, Page, PageAsk, ShownFacet, ShownHit, ShownOption, ShownResults,
    ShownSuggestion, Total, Words,
};
use super::{Answer, OfficeDesk, REGIONS, STATES, Trouble, address, coded_in, hidden, public_name};
use crate::rules::Rules;

/// A subject found, and which of its names met the query.
struct Hit {
    subject: SubjectNo,
    former: bool,
    name: usize,
}

pub(super) fn search(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    rules: &Rules,
    query: &str,
    filters: &Filters,
    page: &PageAsk,
) -> Answer<ShownResults> {
    let query = query.trim();
    if query.is_empty() {
        return Ok(ShownResults::default());
    }
    let today = desk.office.today();
    if let Some(results) = by_code(reader, query, today)? {
        return Ok(results);
    }
    let (hits, total, more) = match by_number(reader, query, today)? {
        hits if !hits.is_empty() => {
            let total = hits.len();
            (hits, total, false)
        }
        _ => by_name(desk, query)?,
    };
    let narrowed = narrow(reader, hits, filters, today)?;
    let plain = *filters == Filters::default();
    let total = if plain && narrowed.is_whole { total } else { narrowed.kept.len() };
    let offset = offset(page)?;
    let size = usize::from(page.size);
    let shown: Vec<&(Hit, SubjectRow)> = narrowed.kept.iter().skip(offset).take(size).collect();
    let items = items(reader, rules, &shown)?;
    let next = (offset + size < narrowed.kept.len()).then(|| format!("o{}", offset + size));
    let total =
        if more { Total::MoreThan(EXACT_TOTAL_LIMIT as u64) } else { Total::Exactly(total as u64) };
    Ok(ShownResults {
        page: Page { items, next, total },
        direct: None,
        namesakes: namesakes(&narrowed.kept, reader, query)?,
        suggestion: None,
        facets: facets(rules, &narrowed),
    })
}

fn offset(page: &PageAsk) -> Answer<usize> {
    let Some(after) = &page.after else {
        return Ok(0);
    };
    after
        .strip_prefix('o')
        .and_then(|number| number.parse().ok())
        .filter(|offset| *offset <= EXACT_TOTAL_LIMIT)
        .ok_or(Trouble::Desk(DeskError::Cursor))
}

/// A query that is a code leads straight to its subject, or to the one a slip away.
fn by_code(
    reader: &mut Reader<'_>,
    query: &str,
    today: gongxin_model::Day,
) -> Answer<Option<ShownResults>> {
    let code = normalise_code(query);
    let shaped = code.len() >= 8
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && code.bytes().any(|byte| byte.is_ascii_digit());
    if !shaped {
        return Ok(None);
    }
    let mut found: Vec<SubjectNo> =
        reader.codes(vec![code.clone()])?.into_iter().map(|row| row.subject).collect();
    found.sort_unstable();
    found.dedup();
    if let [one] = found.as_slice()
        && let Some(row) = reader.subject(*one)?
        && !hidden(reader, &row, today)?
    {
        let direct = Some(address(reader, &row)?);
        return Ok(Some(ShownResults { direct, ..ShownResults::default() }));
    }
    if code.len() != 18 {
        return Ok(None);
    }
    let suggestion = suggestion(reader, &code, today)?;
    Ok(suggestion.map(|one| ShownResults { suggestion: Some(one), ..ShownResults::default() }))
}

fn suggestion(
    reader: &mut Reader<'_>,
    code: &str,
    today: gongxin_model::Day,
) -> Answer<Option<ShownSuggestion>> {
    let near: Vec<String> = code_neighbours(CodeKind::Uscc, code)
        .into_iter()
        .filter(|other| other.len() == code.len())
        .collect();
    let found: Vec<CodeRow> = reader.codes(near)?;
    let [one] = found.as_slice() else {
        return Ok(None);
    };
    let Some(row) = reader.subject(one.subject)? else {
        return Ok(None);
    };
    if hidden(reader, &row, today)? {
        return Ok(None);
    }
    let place = code.bytes().zip(one.code.bytes()).position(|(left, right)| left != right);
    Ok(Some(ShownSuggestion {
        place: place.and_then(|place| u8::try_from(place + 1).ok()).unwrap_or(0),
        code: one.code.clone(),
        name: public_name(&row),
    }))
}

/// Subjects of whom a record with the number is shown today.
fn by_number(reader: &mut Reader<'_>, query: &str, today: gongxin_model::Day) -> Answer<Vec<Hit>> {
    let number = normalise_document_number(query);
    if number.chars().filter(char::is_ascii_digit).count() < 2 {
        return Ok(Vec::new());
    }
    let records = reader.records_by_number(vec![number])?;
    let standings = reader.standings(records.into_iter().map(|(_, no)| no.0).collect())?;
    let subjects: BTreeSet<SubjectNo> =
        standings.into_iter().filter(|row| row.is_shown_on(today)).map(|row| row.subject).collect();
    Ok(subjects.into_iter().map(|subject| Hit { subject, former: false, name: 0 }).collect())
}

fn by_name(desk: &OfficeDesk, query: &str) -> Answer<(Vec<Hit>, usize, bool)> {
    let hits = desk.names.search(query, EXACT_TOTAL_LIMIT, 0)?;
    let found = hits
        .subjects
        .into_iter()
        .map(|hit| Hit { subject: hit.subject, former: !hit.is_current, name: hit.name })
        .collect();
    Ok((found, hits.total, hits.has_more))
}

/// What the filters leave.
struct Narrowed {
    kept: Vec<(Hit, SubjectRow)>,
    /// How often each value occurs before filtering.
    regions: BTreeMap<String, u64>,
    states: BTreeMap<String, u64>,
    is_whole: bool,
}

fn narrow(
    reader: &mut Reader<'_>,
    hits: Vec<Hit>,
    filters: &Filters,
    today: gongxin_model::Day,
) -> Answer<Narrowed> {
    let numbers: Vec<i64> = hits.iter().map(|hit| hit.subject.0).collect();
    let rows: BTreeMap<SubjectNo, SubjectRow> =
        reader.subjects(numbers)?.into_iter().map(|row| (row.no, row)).collect();
    let mut narrowed = Narrowed {
        kept: Vec::new(),
        regions: BTreeMap::new(),
        states: BTreeMap::new(),
        is_whole: true,
    };
    let within =
        |wanted: &[String], value: &str| wanted.is_empty() || wanted.iter().any(|one| one == value);
    for hit in hits {
        let Some(row) = rows.get(&hit.subject) else {
            continue;
        };
        if row.provisional && hidden(reader, row, today)? {
            narrowed.is_whole = false;
            continue;
        }
        *narrowed.regions.entry(row.region.clone()).or_default() += 1;
        *narrowed.states.entry(row.state.clone()).or_default() += 1;
        if within(&filters.regions, &row.region)
            && within(&filters.kinds, &row.kind)
            && within(&filters.statuses, &row.state)
        {
            narrowed.kept.push((hit, row.clone()));
        }
    }
    Ok(narrowed)
}

fn items(
    reader: &mut Reader<'_>,
    rules: &Rules,
    shown: &[&(Hit, SubjectRow)],
) -> Answer<Vec<ShownHit>> {
    let numbers: Vec<i64> = shown.iter().map(|(hit, _)| hit.subject.0).collect();
    let names = reader.names_of(numbers)?;
    let mut items = Vec::with_capacity(shown.len());
    for (hit, row) in shown {
        items.push(ShownHit {
            code: address(reader, row)?,
            name: public_name(row),
            matched: matched(hit, &names),
            region: coded_in(rules, REGIONS, &row.region),
            status: coded_in(rules, STATES, &row.state),
            provisional: row.provisional,
        });
    }
    Ok(items)
}

fn matched(hit: &Hit, names: &[NameRow]) -> Matched {
    let former = names.iter().filter(|name| name.subject == hit.subject).nth(hit.name);
    match former.filter(|_| hit.former) {
        Some(name) => Matched::FormerName {
            name: name.name.clone(),
            from: Some(name.from),
            until: name.until.map(|day| day.plus_days(-1)),
        },
        None => Matched::Name,
    }
}

fn namesakes(
    kept: &[(Hit, SubjectRow)],
    reader: &mut Reader<'_>,
    query: &str,
) -> Answer<Option<u64>> {
    let wanted = normalise_name(query);
    let few: Vec<i64> = kept.iter().take(50).map(|(hit, _)| hit.subject.0).collect();
    let same: BTreeSet<SubjectNo> = reader
        .names_of(few)?
        .into_iter()
        .filter(|name| normalise_name(&name.name) == wanted)
        .map(|name| name.subject)
        .collect();
    Ok((same.len() > 1).then_some(same.len() as u64))
}

fn facets(rules: &Rules, narrowed: &Narrowed) -> Vec<ShownFacet> {
    let lists = [("region", REGIONS, &narrowed.regions), ("status", STATES, &narrowed.states)];
    lists
        .into_iter()
        .filter(|(_, _, counts)| counts.len() > 1)
        .map(|(parameter, list, counts)| {
            let mut options: Vec<ShownOption> = counts
                .iter()
                .filter(|(value, _)| !value.is_empty())
                .map(|(value, count)| ShownOption {
                    value: value.clone(),
                    words: coded_in(rules, list, value)
                        .map_or_else(|| Words::chinese(value), |coded| coded.words),
                    count: Some(*count),
                })
                .collect();
            options.sort_by_key(|option| std::cmp::Reverse(option.count));
            options.truncate(12);
            ShownFacet { parameter: parameter.to_owned(), options }
        })
        .filter(|facet| facet.options.len() > 1)
        .collect()
}

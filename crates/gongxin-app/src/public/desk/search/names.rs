//! Part of a name leads to the subjects that bear or bore it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::names::{
    EXACT_TOTAL_LIMIT, Hit, Hits, NameAsk, NameFilters, search_form, sounds,
};
use gongxin_model::{Day, SubjectNo};
use gongxin_pack::NameShape;
use gongxin_store::Reader;

use super::super::super::shown::{Page, SearchAsk, ShownResults, Sort, Total, Way};
use super::super::{Answer, OfficeDesk, public_name};
use super::{By, Found, facets, hits, page};
use crate::rules::Rules;

/// The subjects by whose name the query is met.
pub(super) fn by_name(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    rules: &Rules,
    today: Day,
    ask: &SearchAsk,
) -> Answer<ShownResults> {
    let filters = filters(ask);
    // Of what reads like a person's name nothing is guessed.
    let is_literal = rules.rulebook.names.shape(&ask.query) == NameShape::Person;
    let mut look = |filters: &NameFilters| {
        shown_only(desk, reader, today, NameAsk { query: &ask.query, filters, is_literal })
    };
    let mut all = look(&NameFilters::default())?;
    let facets = facets::facets(rules, &all, ask);
    if filters != NameFilters::default() {
        if all.has_more {
            all = look(&filters)?;
        } else {
            all.subjects.retain(|hit| filters.keep(&hit.particulars));
        }
    }
    let mut narrowed = all;
    let can_sort = !narrowed.has_more && narrowed.subjects.len() > 1;
    if can_sort {
        sort(reader, &mut narrowed.subjects, ask.sort)?;
    }
    let is_namesake = |hit: &&Hit| hit.is_whole && hit.way == Way::Literal;
    let namesakes = narrowed.subjects.iter().filter(is_namesake).count() as u64;
    let (start, end, next) = page(&narrowed.subjects, desk.office.key(), &ask.page)?;
    let shown: Vec<Found> =
        narrowed.subjects.get(start..end).unwrap_or_default().iter().map(found).collect();
    let items = hits(reader, rules, today, &shown)?;
    let total = if narrowed.has_more {
        Total::MoreThan(EXACT_TOTAL_LIMIT as u64)
    } else {
        Total::Exactly(narrowed.subjects.len() as u64)
    };
    Ok(ShownResults {
        page: Page { items, next, total },
        namesakes: (namesakes > 1).then_some(namesakes),
        facets,
        can_sort,
        ..ShownResults::default()
    })
}

fn filters(ask: &SearchAsk) -> NameFilters {
    let filters = ask.filters.clone();
    NameFilters {
        regions: filters.regions,
        kinds: filters.kinds,
        forms: filters.forms,
        states: filters.statuses,
    }
}

fn found(hit: &Hit) -> Found {
    let by = if hit.is_current { By::Name } else { By::Former(hit.name) };
    Found { subject: hit.subject, by, way: hit.way }
}

/// What the index finds without those of whom nobody may learn: a provisional subject of whom
/// nothing is shown today exists only through what ended. It is not counted, and what is found beside
/// it is what would be found if it did not exist.
fn shown_only(
    desk: &OfficeDesk,
    reader: &mut Reader<'_>,
    today: Day,
    ask: NameAsk<'_>,
) -> Answer<Hits> {
    let mut without = BTreeSet::new();
    loop {
        let found = desk.names.search(&ask, &without)?;
        let provisional: BTreeSet<SubjectNo> = found
            .subjects
            .iter()
            .filter(|hit| hit.particulars.provisional)
            .map(|hit| hit.subject)
            .collect();
        if provisional.is_empty() {
            return Ok(found);
        }
        let numbers = provisional.iter().map(|subject| subject.0).collect();
        let shown = reader.subjects_shown(numbers, today)?;
        if shown.len() == provisional.len() {
            return Ok(found);
        }
        without.extend(provisional.difference(&shown));
    }
}

fn sort(reader: &mut Reader<'_>, found: &mut [Hit], by: Sort) -> Answer<()> {
    match by {
        Sort::Relevance => {}
        Sort::Newest => found.sort_by_key(|hit| Reverse(hit.particulars.registered_on)),
        Sort::Name => {
            let rows = reader.subjects(found.iter().map(|hit| hit.subject.0).collect())?;
            let keys: BTreeMap<SubjectNo, (Vec<String>, String)> =
                rows.iter().map(|row| (row.no, name_key(&public_name(row)))).collect();
            found.sort_by(|left, right| keys.get(&left.subject).cmp(&keys.get(&right.subject)));
        }
    }
    Ok(())
}

/// What puts names in order: the commonest reading of each character, then the name itself.
fn name_key(name: &str) -> (Vec<String>, String) {
    let first = |readings: Vec<String>| readings.into_iter().next().unwrap_or_default();
    (sounds(&search_form(name)).into_iter().map(first).collect(), name.to_owned())
}

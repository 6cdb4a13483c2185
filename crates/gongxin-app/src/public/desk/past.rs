//! A past day: what may be shown today, as it was then and as far as it was known then.

use std::cmp::Reverse;

use gongxin_model::{Day, SubjectNo};
use gongxin_pack::Section;
use gongxin_standing::Question;
use gongxin_store::{NameRow, Reader, RecordRow, ShownFilter, StandingRow};

use super::super::shown::View;
use super::Answer;
use crate::derive::{event, histories, standing_as};
use crate::rules::Rules;

/// Past days are folded record by record; so many at most.
pub(super) const PAST_LIMIT: i64 = 2_000;

/// The rows that a list showed then, in the order of lists; `then` is the rulebook of that time.
pub(super) fn past(
    today: Day,
    reader: &mut Reader<'_>,
    then: &Rules,
    subject: SubjectNo,
    view: View,
) -> Answer<Vec<StandingRow>> {
    let shown = reader.shown(subject, today, &ShownFilter::default(), None, PAST_LIMIT)?;
    let records = reader.records(shown.iter().map(|row| row.record.0).collect())?;
    let numbers: Vec<_> = records.iter().map(|record| record.no).collect();
    let histories = histories(reader, &numbers)?;
    let rulebook = &then.rulebook;
    let as_of = view.as_of.unwrap_or(today);
    let row = |record: &RecordRow| {
        let catalogue = rulebook.catalogue(&record.catalogue)?;
        let events: Vec<_> = histories.get(&record.no)?.iter().map(event).collect();
        let question = Question { as_of, known: view.known, catalogue, rulebook, explains: false };
        standing_as(record, &events, &question).map(|(row, _)| row)
    };
    let mut rows: Vec<StandingRow> =
        records.iter().filter_map(row).filter(|row| row.is_shown_on(as_of)).collect();
    rows.sort_by(|left, right| {
        let order = |row: &StandingRow| {
            (Section::from_word(&row.section), Reverse(row.decided_on), Reverse(row.record))
        };
        order(left).cmp(&order(right))
    });
    Ok(rows)
}

/// The names of a subject as they were in the view. A rename is known from the day on which it
/// holds.
pub(super) fn names_then(mut names: Vec<NameRow>, view: View) -> Vec<NameRow> {
    let days = [view.as_of, view.known.map(|known| known.day())];
    let Some(day) = days.into_iter().flatten().min() else {
        return names;
    };
    let first = names.iter().map(|name| name.from).min();
    // Of a day before all its names the first is the one that is known.
    names.retain(|name| name.from <= day || Some(name.from) == first);
    for name in &mut names {
        name.until = name.until.filter(|until| *until <= day);
    }
    names
}

/// The name without an end.
pub(super) fn present_name(names: &[NameRow]) -> Option<&str> {
    names.iter().rfind(|name| name.until.is_none()).map(|name| name.name.as_str())
}

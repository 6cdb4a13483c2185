//! What is shown of a subject on one day and was not on another. What may not be shown today is on
//! neither side: nothing tells of an end.

use std::collections::BTreeSet;

use gongxin_model::{Day, Instant, RecordNo};
use gongxin_standing::Event;
use gongxin_store::{Reader, ShownFilter, StandingRow, StoredEntry, SubjectRow};

use super::super::shown::{
    ChangesAsk, Found, Section, ShownChanges, ShownCorrected, ShownCorrection, ShownFormerName,
    View,
};
use super::past::{PAST_LIMIT, past};
use super::place::{Place, link, place};
use super::record::corrections;
use super::row::{shown_row, word};
use super::{Answer, mask};
use crate::derive::{event, histories};
use crate::rules::Rules;

/// The subject under a code and what came between two days. The rulebooks are those of today and of both days.
pub(super) fn changes(
    today: Day,
    reader: &mut Reader<'_>,
    (rules, earlier, later): (&Rules, &Rules, &Rules),
    ask: &ChangesAsk,
) -> Answer<Found<ShownChanges>> {
    let row = match place(reader, &ask.code, today)? {
        Place::Subject(row) => *row,
        Place::Moved(code) => return Ok(Found::MovedTo(code)),
        Place::Never => return Ok(Found::Never),
    };
    let before = past(today, reader, earlier, row.no, day_view(ask.from))?;
    let after = past(today, reader, later, row.no, day_view(ask.until))?;
    let known: BTreeSet<RecordNo> = before.iter().map(|row| row.record).collect();
    // What the registration says is told by itself.
    let decided = after.into_iter().filter(|row| row.section != word(Section::Basic));
    let (both, added): (Vec<_>, Vec<_>) = decided.partition(|row| known.contains(&row.record));
    let total = reader.shown_counts(row.no, today, &ShownFilter::default())?;
    let is_cut = total.iter().map(|(_, _, count)| count).sum::<i64>() > PAST_LIMIT;
    Ok(Found::Shown(Box::new(ShownChanges {
        subject: link(rules, reader, &row, View::default())?,
        added: added.iter().filter_map(|row| shown_row(rules, row)).collect(),
        corrected: corrected(reader, rules, &both, ask)?,
        renamed: renamed(reader, rules, &row, ask)?,
        registration: registration(today, reader, rules, &row, ask)?,
        is_cut,
    })))
}

/// A day as everybody saw it at its end.
pub(super) fn day_view(day: Day) -> View {
    View { as_of: Some(day), known: Some(end_of(day)) }
}

/// The last moment of a day.
pub(super) fn end_of(day: Day) -> Instant {
    Instant(day.plus_days(1).begins().0 - 1)
}

fn between(on: Day, ask: &ChangesAsk) -> bool {
    ask.from < on && on <= ask.until
}

fn corrected(
    reader: &mut Reader<'_>,
    rules: &Rules,
    rows: &[StandingRow],
    ask: &ChangesAsk,
) -> Answer<Vec<ShownCorrected>> {
    let mut found = Vec::new();
    for page in rows.chunks(500) {
        let numbers: Vec<RecordNo> = page.iter().map(|row| row.record).collect();
        let histories = histories(reader, &numbers)?;
        for row in page {
            let history = histories.get(&row.record).map_or(&[][..], Vec::as_slice);
            let corrections = corrections_of(rules, &row.catalogue, history, ask);
            if let (false, Some(row)) = (corrections.is_empty(), shown_row(rules, row)) {
                found.push(ShownCorrected { row, corrections });
            }
        }
    }
    Ok(found)
}

fn corrections_of(
    rules: &Rules,
    catalogue: &str,
    history: &[StoredEntry],
    ask: &ChangesAsk,
) -> Vec<ShownCorrection> {
    let Some(catalogue) = rules.rulebook.catalogue(catalogue) else {
        return Vec::new();
    };
    let events: Vec<Event<'_>> = history.iter().map(event).collect();
    let mut found = corrections(catalogue, &events);
    found.retain(|one| between(one.on, ask) && !one.fields.is_empty());
    found
}

fn renamed(
    reader: &mut Reader<'_>,
    rules: &Rules,
    row: &SubjectRow,
    ask: &ChangesAsk,
) -> Answer<Vec<ShownFormerName>> {
    let names = reader.names_of(vec![row.no.0])?;
    // The first name was taken by nobody's change.
    let taken = names.iter().skip(1).filter(|name| between(name.from, ask));
    let shown = taken.map(|name| ShownFormerName {
        name: mask(&name.name, rules.hides(row, &name.name)),
        from: Some(name.from),
        until: name.until.map(|day| day.plus_days(-1)),
    });
    Ok(shown.collect())
}

/// Corrections of the registration that describes a subject, where it is shown today.
fn registration(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    row: &SubjectRow,
    ask: &ChangesAsk,
) -> Answer<Vec<ShownCorrection>> {
    let standing = reader.standings(vec![row.registration])?.into_iter().next();
    let Some(shown) = standing.filter(|row| row.is_shown_on(today)) else {
        return Ok(Vec::new());
    };
    let history = histories(reader, &[shown.record])?.remove(&shown.record).unwrap_or_default();
    Ok(corrections_of(rules, &shown.catalogue, &history, ask))
}

//! What changed of the records of classes that are given out: opaque ids, and whether they are shown.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{Day, RecordNo};
use gongxin_store::{Reader, StandingRow};
use gongxin_subject::SubjectKind;

use super::super::shown::open_data::{OpenState, ShownOpenChange, ShownOpenChanges};
use super::super::shown::{DeskError, PageAsk};
use super::record::was_shown;
use super::{Answer, Trouble};
use crate::InstanceKey;
use crate::derive::histories;
use crate::rules::Rules;

/// So many changes one answer looks at.
const LOOKED_AT: usize = 2_000;

/// The changes after a cursor; without one, from now on.
pub(super) fn changes(
    today: Day,
    reader: &mut Reader<'_>,
    (rules, key): (&Rules, &InstanceKey),
    page: &PageAsk,
) -> Answer<ShownOpenChanges> {
    let last = reader.head()?.next_change - 1;
    let after =
        page.after.as_deref().map(|text| read_cursor(key, text)).transpose()?.unwrap_or(last);
    if after > last {
        return Err(Trouble::Desk(DeskError::Cursor));
    }
    let changes = reader.changes_after(after, LOOKED_AT)?;
    // As many as fill the page, each record once; what is behind comes with the next page.
    let mut records: Vec<i64> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut end = after;
    for change in &changes {
        if let Some(record) = change.record
            && seen.insert(record.0)
        {
            if records.len() == usize::from(page.size) {
                break;
            }
            records.push(record.0);
        }
        end = change.no;
    }
    let states = states(today, reader, rules, &records)?;
    let item = |no: &i64| states.get(no).copied();
    Ok(ShownOpenChanges {
        items: records.iter().filter_map(item).collect(),
        next: key.change_id(end).to_string(),
        is_last: end == last,
    })
}

/// What may be told of records: nothing of those that the public never saw.
fn states(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    records: &[i64],
) -> Answer<BTreeMap<i64, ShownOpenChange>> {
    let offered: BTreeSet<&str> =
        rules.rulebook.open_offers(today).map(|offer| offer.catalogue.as_str()).collect();
    let mut rows = reader.standings(records.to_vec())?;
    let is_offered = |row: &StandingRow| {
        let class = rules.rulebook.catalogue(&row.catalogue);
        class.is_some_and(|class| offered.contains(class.id.as_str()))
    };
    rows.retain(is_offered);
    let subjects = reader.subjects(rows.iter().map(|row| row.subject.0).collect())?;
    let organisations: BTreeSet<i64> = subjects
        .iter()
        .filter(|row| SubjectKind::from_name(&row.kind) == Some(SubjectKind::Organisation))
        .filter(|row| !rules.hides(row, &row.name))
        .map(|row| row.no.0)
        .collect();
    rows.retain(|row| organisations.contains(&row.subject.0));
    let ended: Vec<RecordNo> =
        rows.iter().filter(|row| !row.is_shown_on(today)).map(|row| row.record).collect();
    let histories = histories(reader, &ended)?;
    let state = |row: &StandingRow| {
        let received = || Some(histories.get(&row.record)?.first()?.at.day());
        let state = if row.is_shown_on(today) {
            OpenState::Shown
        } else if was_shown(row, received(), today) {
            OpenState::Gone
        } else {
            return None;
        };
        Some((row.record.0, ShownOpenChange { record: row.public_id, state }))
    };
    Ok(rows.iter().filter_map(state).collect())
}

fn read_cursor(key: &InstanceKey, text: &str) -> Answer<i64> {
    let change = text.parse().ok().and_then(|id| key.change_of(id));
    change.ok_or(Trouble::Desk(DeskError::Cursor))
}

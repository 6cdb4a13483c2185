//! Registers: records of many subjects, the latest received first.
//!
//! Records are numbered in the order of their receipt, so a register is walked down the numbers,
//! stretch by stretch. Which classes and sources a whole stretch has never alters; a keeper notes
//! it away from visits, and a visit passes over the stretches that have nothing of what it asks
//! for. What no keeper noted yet is read. One visit reads a bounded number of stretches and then
//! says how far it came: the answer is whole all the same, page after page.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{BatchNo, Day, Instant, RecordNo};
use gongxin_pack::{Catalogue, Publication, Role};
use gongxin_seal::InstanceKey;
use gongxin_standing::Question;
use gongxin_store::{
    AboutNo, ArrivalAsk, ArrivalRow, BatchRow, Reader, StandingRow, StoredEntry, SubjectRow,
};
use gongxin_subject::SubjectKind;

use super::super::shown::{
    DeskError, ShownBody, ShownEntry, ShownFact, ShownParty, ShownRegister, View, Words,
};
use super::noted::{Noted, STRETCH, list_of};
use super::record::facts;
use super::row::shown_row;
use super::{Answer, Trouble, address, mask, words};
use crate::derive::{event, histories, standing_as};
use crate::rules::Rules;

/// So many stretches one visit reads.
const STRETCHES_READ: usize = 12;
/// So many contents one visit reads, where a register looks into them.
const CONTENTS_READ: usize = 2_000;

/// What a walk looks for.
pub(super) struct Walk<'a> {
    /// Of these catalogues, by every id that they had.
    pub(super) catalogues: Vec<String>,
    /// By these sources; absent for every one.
    pub(super) sources: Option<Vec<String>>,
    /// Decided on this day or later.
    pub(super) from: Option<Day>,
    /// Decided on this day or before.
    pub(super) until: Option<Day>,
    /// Entries of this list.
    pub(super) list: Option<&'a str>,
    /// False where individual businesses are left out.
    pub(super) businesses: bool,
    /// The roles of fields that the register tells beside the row.
    pub(super) roles: &'a [Role],
    /// The day looked at.
    pub(super) view: View,
    /// Where the page begins, as the page before told it under the key, and its size.
    pub(super) key: &'a InstanceKey,
    pub(super) after: Option<&'a str>,
    pub(super) size: usize,
}

impl Walk<'_> {
    /// True where a content decides whether the register has its record.
    fn chooses(&self) -> bool {
        self.list.is_some() || !self.view.is_present()
    }

    /// True where the contents of records are read.
    fn looks_inside(&self) -> bool {
        self.chooses() || !self.roles.is_empty()
    }
}

/// The ids that a catalogue has and had.
pub(super) fn ids_of(catalogue: &Catalogue) -> impl Iterator<Item = String> {
    let former = catalogue.formerly.iter().map(|former| former.id.clone());
    std::iter::once(catalogue.id.clone()).chain(former)
}

/// Where a walk stands, and what it may still read.
struct Place {
    /// The first number no longer asked for.
    before: i64,
    stretches: usize,
    contents: usize,
}

/// A page of a register. `then` is the rulebook of the time looked at.
pub(super) fn walk(
    today: Day,
    reader: &mut Reader<'_>,
    (rules, then): (&Rules, &Rules),
    noted: &Noted,
    ask: &Walk<'_>,
) -> Answer<ShownRegister> {
    if ask.catalogues.is_empty() || ask.sources.as_ref().is_some_and(Vec::is_empty) {
        return Ok(ShownRegister::default());
    }
    let last = reader.head()?.next_record;
    let before = ask
        .after
        .map(|text| read_cursor(ask.key, text))
        .transpose()?
        .map_or(last, |after| after.min(last));
    let mut place = Place { before, stretches: STRETCHES_READ, contents: CONTENTS_READ };
    let mut found: Vec<Entry> = Vec::new();
    let context = Context { today, rules, then, ask };
    while place.before > 0 && found.len() <= ask.size {
        let stretch = (place.before - 1) / STRETCH;
        if !noted.may_have(rules.adoption.no, stretch, ask) {
            place.before = stretch * STRETCH;
            continue;
        }
        if place.stretches == 0 || place.contents == 0 {
            break;
        }
        context.read_stretch(reader, stretch * STRETCH, &mut place, &mut found)?;
    }
    let is_over = found.len() > ask.size;
    found.truncate(ask.size);
    let next = match found.last() {
        Some(entry) if is_over => Some(entry.row.standing.record.0),
        _ => Some(place.before).filter(|before| *before > 0),
    };
    let reached = match next {
        Some(next) if !is_over => received_at(reader, RecordNo(next))?,
        _ => None,
    };
    Ok(ShownRegister {
        items: context.entries(reader, found)?,
        next: next.map(|no| write_cursor(ask.key, no)),
        reached,
    })
}

/// The first record that was received at a time or later: numbers grow with the time of receipt.
pub(super) fn first_since(reader: &mut Reader<'_>, since: Instant) -> Answer<RecordNo> {
    let (mut low, mut high) = (0, reader.head()?.next_record);
    while low < high {
        let middle = low + (high - low) / 2;
        let record = reader.records_after(RecordNo(middle - 1), 1)?.into_iter().next();
        let about: Vec<AboutNo> = record.iter().map(|one| AboutNo::record(one.no)).collect();
        let received = reader.entries_about(&about)?.first().map(|entry| entry.at);
        if received.is_some_and(|at| at < since) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(RecordNo(low))
}

/// When the record of a number, or the next one there is, was handed in.
fn received_at(reader: &mut Reader<'_>, no: RecordNo) -> Answer<Option<Instant>> {
    let record = reader.records_after(RecordNo(no.0 - 1), 1)?.into_iter().next();
    let Some(record) = record else {
        return Ok(None);
    };
    Ok(reader.batch(record.batch)?.map(|batch| batch.at))
}

/// A record that is shown, with its content where the register looks into it.
struct Entry {
    row: ArrivalRow,
    history: Vec<StoredEntry>,
}

struct Context<'a> {
    today: Day,
    rules: &'a Rules,
    then: &'a Rules,
    ask: &'a Walk<'a>,
}

impl Context<'_> {
    /// Reads what is left of a stretch, from its end.
    fn read_stretch(
        &self,
        reader: &mut Reader<'_>,
        first: i64,
        place: &mut Place,
        found: &mut Vec<Entry>,
    ) -> Answer<()> {
        place.stretches -= 1;
        while place.before > first && found.len() <= self.ask.size && place.contents > 0 {
            let wanted = self.ask.size + 1 - found.len();
            // Where only some of what is read may be wanted, more is read at once.
            let limit = if self.ask.chooses() { wanted.max(200) } else { wanted };
            let limit = limit.min(place.contents);
            let arrivals = ArrivalAsk {
                from: RecordNo(first),
                before: RecordNo(place.before),
                catalogues: &self.ask.catalogues,
                sources: self.ask.sources.as_deref(),
                decided_from: self.ask.from,
                decided_until: self.ask.until,
            };
            let limit_cell = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = reader.arrivals(self.today, &arrivals, limit_cell)?;
            let is_last = rows.len() < limit;
            place.before = rows.last().map_or(first, |row| row.standing.record.0);
            if self.ask.looks_inside() {
                place.contents = place.contents.saturating_sub(rows.len());
            }
            found.extend(self.chosen(reader, rows)?);
            if is_last {
                place.before = first;
            }
        }
        Ok(())
    }

    /// Those of rows that the register has, as they were in the view.
    fn chosen(&self, reader: &mut Reader<'_>, rows: Vec<ArrivalRow>) -> Answer<Vec<Entry>> {
        let mut histories = BTreeMap::new();
        if self.ask.looks_inside() {
            let numbers: Vec<RecordNo> = rows.iter().map(|row| row.standing.record).collect();
            histories = self::histories(reader, &numbers)?;
        }
        let mut chosen = Vec::with_capacity(rows.len());
        for mut row in rows {
            let history = histories.remove(&row.standing.record).unwrap_or_default();
            if let Some(wanted) = self.ask.list
                && list_of(self.rules, &row.standing.catalogue, &history).as_deref() != Some(wanted)
            {
                continue;
            }
            if !self.ask.view.is_present() {
                match self.as_then(reader, &row, &history)? {
                    Some(standing) => row.standing = standing,
                    None => continue,
                }
            }
            chosen.push(Entry { row, history });
        }
        Ok(chosen)
    }

    /// The standing of a record as of the day looked at, where it was shown then.
    fn as_then(
        &self,
        reader: &mut Reader<'_>,
        row: &ArrivalRow,
        history: &[StoredEntry],
    ) -> Answer<Option<StandingRow>> {
        let rulebook = &self.then.rulebook;
        let Some(catalogue) = rulebook.catalogue(&row.standing.catalogue) else {
            return Ok(None);
        };
        let Some(record) = reader.record(row.standing.record)? else {
            return Ok(None);
        };
        let as_of = self.ask.view.as_of.unwrap_or(self.today);
        let known = self.ask.view.known;
        let question = Question { as_of, known, catalogue, rulebook, explains: false };
        let events: Vec<_> = history.iter().map(event).collect();
        let standing = standing_as(&record, &events, &question).map(|(row, _)| row);
        Ok(standing.filter(|row| row.is_shown_on(as_of)))
    }

    /// Records as the register shows them.
    fn entries(&self, reader: &mut Reader<'_>, found: Vec<Entry>) -> Answer<Vec<ShownEntry>> {
        let subjects: BTreeSet<i64> = found.iter().map(|one| one.row.standing.subject.0).collect();
        let subjects: BTreeMap<i64, SubjectRow> = reader
            .subjects(subjects.into_iter().collect())?
            .into_iter()
            .map(|row| (row.no.0, row))
            .collect();
        let batches: BTreeSet<i64> = found.iter().map(|one| one.row.batch.0).collect();
        let batches: BTreeMap<BatchNo, BatchRow> = reader
            .batches(batches.into_iter().collect())?
            .into_iter()
            .map(|row| (row.no, row))
            .collect();
        let mut entries = Vec::with_capacity(found.len());
        for Entry { row, history } in found {
            let Some(subject) = subjects.get(&row.standing.subject.0) else {
                continue;
            };
            let is_business =
                SubjectKind::from_name(&subject.kind) == Some(SubjectKind::IndividualBusiness);
            let received = batches.get(&row.batch).map(|batch| batch.at);
            let (Some(shown), Some(received)) = (shown_row(self.rules, &row.standing), received)
            else {
                continue;
            };
            if is_business && !self.ask.businesses {
                continue;
            }
            entries.push(ShownEntry {
                row: shown,
                subject: party(self.rules, reader, subject, self.ask.view)?,
                source: body(self.rules, &row.source),
                received,
                facts: self.facts(&row, &history, subject),
            });
        }
        Ok(entries)
    }

    /// The public facts of the roles that the register tells.
    fn facts(
        &self,
        row: &ArrivalRow,
        history: &[StoredEntry],
        subject: &SubjectRow,
    ) -> Vec<ShownFact> {
        let Some(catalogue) = self.rules.rulebook.catalogue(&row.standing.catalogue) else {
            return Vec::new();
        };
        let is_known =
            |entry: &&StoredEntry| self.ask.view.known.is_none_or(|known| entry.at <= known);
        let content = history
            .iter()
            .filter(is_known)
            .rev()
            .find_map(|entry| entry.body.as_ref().filter(|body| !body.fields.is_empty()));
        let (Some(content), false) = (content, self.ask.roles.is_empty()) else {
            return Vec::new();
        };
        let mut facts = facts(self.rules, catalogue, content, subject);
        facts.retain(|fact| {
            let role = catalogue.field(&fact.field).and_then(|field| field.role);
            role.is_some_and(|role| self.ask.roles.contains(&role))
        });
        facts
    }
}

/// A subject as a register names it.
fn party(
    rules: &Rules,
    reader: &mut Reader<'_>,
    row: &SubjectRow,
    view: View,
) -> Result<ShownParty, Trouble> {
    let is_masked = rules.hides(row, &row.name);
    if is_masked {
        return Ok(ShownParty { name: mask(&row.name, true), code: None });
    }
    if !view.is_present() {
        let link = super::place::link(rules, reader, row, view)?;
        return Ok(ShownParty { name: link.name, code: Some(link.code) });
    }
    let code = address(reader, row)?;
    Ok(ShownParty { name: row.name.clone(), code: Some(code) })
}

/// A body by its code.
pub(super) fn body(rules: &Rules, code: &str) -> ShownBody {
    let declared = rules.rulebook.sources.get(code);
    let name = declared.map_or_else(|| Words::chinese(code), |source| words(&source.name));
    ShownBody { code: code.to_owned(), name }
}

/// A cursor tells an inner number to nobody but this platform, and is valid after its record ended.
pub(super) fn write_cursor(key: &InstanceKey, no: i64) -> String {
    key.place_id(no).to_string()
}

pub(super) fn read_cursor(key: &InstanceKey, text: &str) -> Answer<i64> {
    let place = text.parse().ok().and_then(|id| key.place_of(id));
    place.filter(|no| *no > 0).ok_or(Trouble::Desk(DeskError::Cursor))
}

/// Whether the public sees anything of a class.
pub(super) fn is_public(catalogue: &Catalogue) -> bool {
    catalogue.publication != Publication::Never
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_to_who_made_it() {
        let (key, other) = (InstanceKey::new([7; 32]), InstanceKey::new([8; 32]));
        for no in [1, 4_096, 50_000_000] {
            let cursor = write_cursor(&key, no);
            assert_eq!(read_cursor(&key, &cursor).ok(), Some(no));
            assert!(read_cursor(&other, &cursor).is_err());
        }
        let record = key.record_id(RecordNo(1)).to_string();
        for wrong in ["", "x", "-1", "1b6e0394d7", &record, &write_cursor(&key, 0)] {
            assert!(read_cursor(&key, wrong).is_err(), "{wrong}");
        }
    }
}

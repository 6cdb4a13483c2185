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
use gongxin_standing::Question;
use gongxin_store::{
    ArrivalAsk, ArrivalRow, BatchRow, Reader, StandingRow, StoredEntry, SubjectRow,
};
use gongxin_subject::SubjectKind;

use super::super::shown::{
    DeskError, ShownBody, ShownEntry, ShownFact, ShownParty, ShownRegister, View, Words,
};
use super::record::facts;
use super::row::shown_row;
use super::{Answer, Trouble, address, mask, words};
use crate::derive::{event, histories, standing_as, value};
use crate::rules::Rules;

/// Records of a stretch: few enough that reading one is quick, many enough that a store of fifty
/// million records has some ten thousand.
const STRETCH: i64 = 4_096;
/// So many stretches one visit reads.
const STRETCHES_READ: usize = 12;
/// So many contents one visit reads, where a register looks into them.
const CONTENTS_READ: usize = 2_000;
/// So many stretches the keeper notes at once.
const NOTED_AT_ONCE: i64 = 64;

/// A class, who supplied it, and the list of its entries, where they name one.
pub(super) type Kinds = BTreeSet<(String, String, Option<String>)>;

/// What whole stretches of records have in them.
#[derive(Debug, Default)]
pub(super) struct Noted {
    /// The adoption by whose rulebook the lists were told.
    adoption: i64,
    /// Place by place from the first on.
    stretches: Vec<Kinds>,
}

impl Noted {
    /// How many stretches are noted by an adoption.
    pub(super) fn count(&self, adoption: i64) -> usize {
        if self.adoption == adoption { self.stretches.len() } else { 0 }
    }

    /// Takes what was read from a place on by an adoption, unless somebody noted that meanwhile.
    pub(super) fn take(&mut self, adoption: i64, from: usize, read: Vec<Kinds>) {
        if from != self.count(adoption) {
            return;
        }
        if self.adoption != adoption {
            *self = Self { adoption, stretches: Vec::new() };
        }
        self.stretches.extend(read);
    }

    /// True where a stretch may have something of what is asked for.
    fn may_have(&self, adoption: i64, place: i64, ask: &Walk<'_>) -> bool {
        let noted = usize::try_from(place).ok().and_then(|place| self.stretches.get(place));
        // What another rulebook called a list tells nothing.
        noted.filter(|_| self.adoption == adoption).is_none_or(|kinds| {
            kinds.iter().any(|(catalogue, source, list)| {
                ask.catalogues.contains(catalogue)
                    && ask.sources.as_ref().is_none_or(|sources| sources.contains(source))
                    && ask.list.is_none_or(|wanted| list.as_deref() == Some(wanted))
            })
        })
    }
}

/// Reads what the stretches from a place on have, some of those that are whole by now; nothing
/// where all are noted.
pub(super) fn unnoted(reader: &mut Reader<'_>, rules: &Rules, from: usize) -> Answer<Vec<Kinds>> {
    let first = i64::try_from(from).unwrap_or(i64::MAX);
    let until = (reader.head()?.next_record / STRETCH).min(first.saturating_add(NOTED_AT_ONCE));
    if first >= until {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<i64, Kinds> = BTreeMap::new();
    let (from, before) = (RecordNo(first * STRETCH), RecordNo(until * STRETCH));
    for (place, catalogue, source) in reader.stretches(from, before, STRETCH)? {
        found.entry(place).or_default().insert((catalogue, source, None));
    }
    let mut read = Vec::new();
    for place in first..until {
        let kinds = found.remove(&place).unwrap_or_default();
        read.push(with_lists(reader, rules, place, kinds)?);
    }
    Ok(read)
}

/// The same kinds, entries of lists with the lists that they name: an entry's list is part of its
/// key, and never alters.
fn with_lists(reader: &mut Reader<'_>, rules: &Rules, place: i64, kinds: Kinds) -> Answer<Kinds> {
    let by_list = |id: &str| {
        rules.rulebook.catalogue(id).is_some_and(|catalogue| catalogue.publication.is_by_list())
    };
    let (listed, mut rest): (Kinds, Kinds) = kinds.into_iter().partition(|(id, _, _)| by_list(id));
    if listed.is_empty() {
        return Ok(rest);
    }
    let mut records = reader.records_after(RecordNo(place * STRETCH - 1), STRETCH)?;
    records.retain(|record| record.no.0 < (place + 1) * STRETCH && by_list(&record.catalogue));
    for page in records.chunks(500) {
        let numbers: Vec<RecordNo> = page.iter().map(|record| record.no).collect();
        let histories = histories(reader, &numbers)?;
        for record in page {
            let history = histories.get(&record.no).map_or(&[][..], Vec::as_slice);
            let list = list_of(rules, &record.catalogue, history);
            rest.insert((record.catalogue.clone(), record.source.clone(), list));
        }
    }
    Ok(rest)
}

/// The id of the list that an entry is of.
fn list_of(rules: &Rules, catalogue: &str, history: &[StoredEntry]) -> Option<String> {
    let catalogue = rules.rulebook.catalogue(catalogue)?;
    let has_fields =
        |entry: &&StoredEntry| entry.body.as_ref().is_some_and(|b| !b.fields.is_empty());
    let body = history.iter().rev().find(has_fields)?.body.as_ref()?;
    let list = rules.rulebook.list_rule(value(body, catalogue, Role::ListCode)?)?;
    Some(list.id.clone())
}

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
    /// The key of the page and its size.
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
    let before = ask.after.map(read_cursor).transpose()?.map_or(last, |after| after.min(last));
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
        next: next.map(write_cursor),
        reached,
    })
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

/// A cursor tells an inner number turned by a constant: it cannot be counted with, and is valid
/// after its record ended.
fn write_cursor(no: i64) -> String {
    format!("{:x}", no ^ TURN)
}

const TURN: i64 = 0x1b_6e03_94d7;

fn read_cursor(text: &str) -> Answer<i64> {
    let wrong = || Trouble::Desk(DeskError::Cursor);
    let number = i64::from_str_radix(text, 16).map_err(|_| wrong())? ^ TURN;
    if number > 0 { Ok(number) } else { Err(wrong()) }
}

/// Whether the public sees anything of a class.
pub(super) fn is_public(catalogue: &Catalogue) -> bool {
    catalogue.publication != Publication::Never
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk_of(catalogue: &str, source: Option<&str>, list: Option<&'static str>) -> Walk<'static> {
        Walk {
            catalogues: vec![catalogue.to_owned()],
            sources: source.map(|source| vec![source.to_owned()]),
            from: None,
            until: None,
            list,
            businesses: true,
            roles: &[],
            view: View::default(),
            after: None,
            size: 50,
        }
    }

    #[test]
    fn a_stretch_is_passed_over_only_where_it_is_noted() {
        let kind = |catalogue: &str, list: Option<&str>| {
            (catalogue.to_owned(), "a".to_owned(), list.map(str::to_owned))
        };
        let mut noted = Noted::default();
        noted.take(1, 0, vec![[kind("penalty", None), kind("serious", Some("tax"))].into()]);
        // Read from another place, or twice: not taken.
        noted.take(1, 0, vec![Kinds::new()]);
        assert_eq!((noted.count(1), noted.count(2)), (1, 0));
        let cases = [
            (1, 0, walk_of("penalty", None, None), true),
            (1, 0, walk_of("penalty", Some("a"), None), true),
            (1, 0, walk_of("penalty", Some("b"), None), false),
            (1, 0, walk_of("licence", None, None), false),
            (1, 0, walk_of("serious", None, Some("tax")), true),
            (1, 0, walk_of("serious", None, Some("market")), false),
            (1, 1, walk_of("licence", None, None), true),
            (2, 0, walk_of("licence", None, None), true),
        ];
        for (adoption, place, ask, expected) in cases {
            let what = (adoption, place, &ask.catalogues, &ask.sources, ask.list);
            assert_eq!(noted.may_have(adoption, place, &ask), expected, "{what:?}");
        }
        noted.take(2, 0, vec![Kinds::new()]);
        assert_eq!((noted.count(1), noted.count(2)), (0, 1));
    }

    #[test]
    fn a_cursor_comes_back() {
        for no in [1, 4_096, 50_000_000] {
            assert_eq!(read_cursor(&write_cursor(no)).ok(), Some(no));
        }
        for wrong in ["", "x", "-1", "1b6e0394d7", "ffffffffffffffffff"] {
            assert!(read_cursor(wrong).is_err(), "{wrong}");
        }
    }
}

//! What is counted of one source, one class and one period.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{BatchNo, Day, Kind, PublicId, RecordNo, ReportingPeriod};
use gongxin_pack::{Catalogue, Quantity, Role, Rulebook, SourceDeclaration};
use gongxin_standing::{Effects, Event};
use gongxin_store::{BatchRow, DeclarationRow, Reader, RecordRow, StoredEntry};
use serde::Serialize;

use crate::OfficeError;
use crate::derive::{event, histories, value};
use crate::intake::Block;

/// So many records are read at once.
const PAGE: usize = 1_000;

/// A record that was handed in after its deadline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LateRecord {
    /// The day of the decision.
    pub decided_on: Day,
    /// The last day of the deadline.
    pub deadline: Day,
    /// The day it was handed in.
    pub handed_in: Day,
    /// Working days too late.
    pub working_days_late: u32,
    /// True where holidays of the time are not arranged yet: it was counted by weekdays alone.
    pub provisional: bool,
    /// The record's public id.
    pub record: String,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) declared: Option<u64>,
    pub(super) received: u64,
    /// None where the class has no deadline.
    pub(super) in_time: Option<u64>,
    pub(super) rows: u64,
    pub(super) rows_accepted: u64,
    pub(super) rows_clean: u64,
    pub(super) late: Vec<LateRecord>,
    /// How often each rule was found.
    pub(super) findings: BTreeMap<String, u64>,
}

impl Tally {
    /// A count; None where it is not known.
    pub(super) fn count(&self, quantity: Quantity) -> Option<u64> {
        match quantity {
            Quantity::Declared => self.declared,
            Quantity::Received => Some(self.received),
            Quantity::InTime => self.in_time,
            Quantity::Rows => Some(self.rows),
            Quantity::RowsAccepted => Some(self.rows_accepted),
            Quantity::RowsClean => Some(self.rows_clean),
        }
    }

    /// True where there is nothing to say.
    pub(super) fn is_empty(&self) -> bool {
        self.declared.is_none() && self.received == 0 && self.rows == 0
    }

    /// Adds another's counts. What one does not know nobody does.
    pub(super) fn add(&mut self, other: &Self) {
        let both = |left: Option<u64>, right: Option<u64>| Some(left? + right?);
        self.declared = both(self.declared, other.declared);
        self.in_time = both(self.in_time, other.in_time);
        self.received += other.received;
        self.rows += other.rows;
        self.rows_accepted += other.rows_accepted;
        self.rows_clean += other.rows_clean;
        for (rule, count) in &other.findings {
            *self.findings.entry(rule.clone()).or_default() += count;
        }
    }
}

/// What is counted, and as of when.
pub(super) struct Counting<'a> {
    pub(super) rulebook: &'a Rulebook,
    pub(super) source: &'a SourceDeclaration,
    pub(super) period: ReportingPeriod,
    pub(super) as_of: Day,
    /// The source's hand-ins since the period began, as far as they were known.
    pub(super) batches: &'a [BatchRow],
    /// What was stated by then.
    pub(super) declarations: &'a [DeclarationRow],
}

impl Counting<'_> {
    /// Counts for one class.
    pub(super) fn tally(
        &self,
        reader: &mut Reader<'_>,
        catalogue: &Catalogue,
    ) -> Result<Tally, OfficeError> {
        let mut tally = Tally { declared: self.declared(&catalogue.id), ..Tally::default() };
        let batches: Vec<&BatchRow> =
            self.batches.iter().filter(|batch| batch.catalogue == catalogue.id).collect();
        for batch in batches.iter().filter(|batch| self.period.contains(batch.at.day())) {
            for block in reader.row_blocks(batch.no)? {
                count_rows(&mut tally, &block);
            }
        }
        let numbers: Vec<BatchNo> = batches.iter().map(|batch| batch.no).collect();
        let days: BTreeMap<BatchNo, Day> =
            batches.iter().map(|batch| (batch.no, batch.at.day())).collect();
        let records = reader.records_of_batches(&numbers)?;
        let deadline = self.source.deadline_working_days.or(catalogue.deadline_working_days);
        tally.in_time = deadline.map(|_| 0);
        let mut first = BTreeMap::new();
        for page in records.chunks(PAGE) {
            let histories = histories(reader, page)?;
            for record in reader.records(page.iter().map(|no| no.0).collect())? {
                let history = histories.get(&record.no).map_or(&[][..], Vec::as_slice);
                let handed = self.handed(reader, &record, history, (&days, &mut first))?;
                if let Some((decided_on, handed_in)) =
                    handed.and_then(|day| Some((self.decided(catalogue, history)?, day)))
                {
                    self.count_record(
                        &mut tally,
                        deadline,
                        record.public_id,
                        (decided_on, handed_in),
                    );
                }
            }
        }
        tally.late.sort();
        Ok(tally)
    }

    /// How many decisions the source says it made: for the period itself, or for each of its months.
    fn declared(&self, catalogue: &str) -> Option<u64> {
        let stated = |period: ReportingPeriod| {
            let period = period.to_string();
            let mut found = self.declarations.iter().filter(|one| {
                one.source == self.source.code && one.catalogue == catalogue && one.period == period
            });
            found.next_back().and_then(|one| u64::try_from(one.decided).ok())
        };
        stated(self.period).or_else(|| self.period.months().map(stated).sum())
    }

    /// The day on which a record was handed in first, by its own row or by the one it replaced;
    /// None where it was taken back by the day that is asked for.
    fn handed(
        &self,
        reader: &mut Reader<'_>,
        record: &RecordRow,
        history: &[StoredEntry],
        (days, first): (&BTreeMap<BatchNo, Day>, &mut BTreeMap<RecordNo, Day>),
    ) -> Result<Option<Day>, OfficeError> {
        let events = self.known(history);
        let effects = Effects::replay(&events);
        // A row that waited for a person was handed in on the day of its file.
        let Some(own) = days.get(&record.batch).copied() else {
            return Ok(None);
        };
        let day = first.get(&record.no).map_or(own, |earlier| own.min(*earlier));
        let Some(withdrawn) = effects.of(Kind::Withdrawn) else {
            return Ok(effects.content.map(|_| day));
        };
        if let Some(cause) = withdrawn.causes.first() {
            let next = reader.entry(*cause)?.and_then(|entry| entry.about.as_record());
            if let Some(next) = next {
                first.entry(next).and_modify(|one| *one = day.min(*one)).or_insert(day);
            }
        }
        Ok(None)
    }

    /// The day of the decision, by the content of the day that is asked for, where it lies in the
    /// period.
    fn decided(&self, catalogue: &Catalogue, history: &[StoredEntry]) -> Option<Day> {
        let events = self.known(history);
        let content = Effects::replay(&events).content?;
        let day = value(content, catalogue, Role::DecidedOn)?.parse().ok()?;
        self.period.contains(day).then_some(day)
    }

    fn known<'h>(&self, history: &'h [StoredEntry]) -> Vec<Event<'h>> {
        history.iter().filter(|entry| entry.at.day() <= self.as_of).map(event).collect()
    }

    fn count_record(
        &self,
        tally: &mut Tally,
        deadline: Option<u16>,
        id: PublicId,
        (decided_on, handed_in): (Day, Day),
    ) {
        tally.received += 1;
        let (Some(days), Some(in_time)) = (deadline, &mut tally.in_time) else {
            return;
        };
        let calendar = &self.rulebook.calendar;
        let deadline = calendar.add_working_days(decided_on, days);
        if handed_in <= deadline.day {
            *in_time += 1;
            return;
        }
        tally.late.push(LateRecord {
            decided_on,
            deadline: deadline.day,
            handed_in,
            working_days_late: calendar.working_days_between(deadline.day, handed_in),
            provisional: deadline.provisional,
            record: id.to_string(),
        });
    }
}

/// Counts the rows of a block. Rows that say what was known say nothing about how well somebody
/// hands in.
fn count_rows(tally: &mut Tally, block: &str) {
    // What cannot be read counts nothing; `archive fsck` names it.
    let Ok(block) = serde_json::from_str::<Block>(block) else {
        return;
    };
    let of =
        |letters: &str| block.outcomes.chars().filter(|one| letters.contains(*one)).count() as u64;
    let accepted = of("ac");
    tally.rows += accepted + of("hr");
    tally.rows_accepted += accepted;
    tally.rows_clean += accepted.saturating_sub(block.noted);
    for finding in &block.findings {
        *tally.findings.entry(finding.rule.clone()).or_default() += 1;
    }
}

/// The classes that have figures: those with a deadline.
pub(super) fn classes<'a>(
    rulebook: &'a Rulebook,
    source: &SourceDeclaration,
) -> Vec<&'a Catalogue> {
    let ids: BTreeSet<&String> = source.supplies.iter().collect();
    let known = ids.into_iter().filter_map(|id| rulebook.catalogue(id));
    known
        .filter(|one| one.deadline_working_days.is_some() || source.deadline_working_days.is_some())
        .filter(|one| one.with_role(Role::DecidedOn).is_some())
        .collect()
}

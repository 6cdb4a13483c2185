//! What may be erased because the time is over for which its catalogue has it kept.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{Day, PublicId, RecordNo};
use gongxin_pack::{Catalogue, item};
use gongxin_store::{Reader, StandingRow};
use serde::Serialize;

use crate::gate::{Permit, RecordErase};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many records are looked at at once.
const PAGE: i64 = 2_000;

/// A record that may be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueRecord {
    /// Its public id.
    pub id: PublicId,
    /// Its catalogue.
    pub catalogue: String,
    /// Its source.
    pub source: String,
    /// The day from which the years count: its publication ended, or it was decided on.
    pub since: Day,
    /// The first day on which it need not be kept.
    pub due: Day,
    /// The clause that says how long it is kept.
    pub basis: String,
}

impl Office {
    /// The records whose retention is over, the oldest first, and at most so many. A catalogue without
    /// years keeps for good; one whose years nobody verified or adopted too. What a case waits about is
    /// kept until it is closed.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn erasures_due(
        &self,
        _: &Permit<RecordErase>,
        limit: usize,
    ) -> Result<Vec<DueRecord>, OfficeError> {
        let today = self.today();
        let mut due = Vec::new();
        let mut after = RecordNo(0);
        loop {
            let more = self.store.read(|reader| {
                let rules = self.rules_for(reader)?;
                let kept = keeping(&rules, today);
                if kept.is_empty() {
                    return Ok::<_, OfficeError>(false);
                }
                let page = reader.records_after(after, PAGE)?;
                let Some(last) = page.last() else {
                    return Ok(false);
                };
                after = last.no;
                let meant = page.iter().filter(|record| kept.contains_key(&*record.catalogue));
                let standings = reader.standings(meant.map(|record| record.no.0).collect())?;
                for row in standings {
                    let found =
                        kept.get(&*row.catalogue).and_then(|kept| is_due(kept, &row, today));
                    let Some((since, until)) = found.filter(|(_, until)| *until <= today) else {
                        continue;
                    };
                    if has_open_case(reader, row.record)? {
                        continue;
                    }
                    let record = page.iter().find(|record| record.no == row.record);
                    let basis =
                        kept.get(&*row.catalogue).map(|(one, _)| one.retention.ground.clone());
                    due.push(DueRecord {
                        id: row.public_id,
                        source: record.map(|record| record.source.clone()).unwrap_or_default(),
                        since,
                        due: until,
                        basis: basis.map(|one| rules.rulebook.cited(&one)).unwrap_or_default(),
                        catalogue: row.catalogue,
                    });
                }
                Ok(due.len() < limit)
            })?;
            if !more {
                due.truncate(limit);
                return Ok(due);
            }
        }
    }

    /// Those of some records whose retention is over: what may be erased on that ground.
    pub(super) fn is_over(&self, ids: &[PublicId]) -> Result<BTreeSet<PublicId>, OfficeError> {
        let today = self.today();
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let kept = keeping(&rules, today);
            let numbers = self.records_of(reader, ids)?.into_iter().map(|record| record.no.0);
            let standings = reader.standings(numbers.collect())?;
            let mut over = BTreeSet::new();
            for row in standings {
                let found = kept.get(&*row.catalogue).and_then(|kept| is_due(kept, &row, today));
                let is_over = found.is_some_and(|(_, until)| until <= today);
                if is_over && !has_open_case(reader, row.record)? {
                    over.insert(row.public_id);
                }
            }
            Ok(over)
        })
    }
}

type Kept<'a> = (&'a Catalogue, u16);

/// The catalogues that say for how many years their records are kept, on a ground that holds.
fn keeping(rules: &Rules, today: Day) -> BTreeMap<&str, Kept<'_>> {
    let in_force = |one: &Catalogue| {
        rules.rulebook.in_force(&item::retention(&one.id), &one.retention.ground, today)
    };
    let years = |one: &'_ Catalogue| one.retention.years.filter(|_| in_force(one));
    let all = rules.rulebook.catalogues.values();
    all.filter_map(|one| Some((one.id.as_str(), (one, years(one)?)))).collect()
}

/// Since when the years of a record count, and the first day behind them; None while it is published,
/// rests, or will be.
fn is_due((_, years): &Kept<'_>, row: &StandingRow, today: Day) -> Option<(Day, Day)> {
    let since = match row.publication.as_str() {
        "shielded" => None,
        "published" => (row.shown_until <= today).then_some(row.shown_until),
        "unpublished" => (row.next_day.is_none()).then_some(row.decided_on),
        _ => {
            let by_act = row.ended_at.map(gongxin_model::Instant::day);
            let by_term = Some(row.shown_until).filter(|day| *day < Day::FOREVER && *day <= today);
            by_term.into_iter().chain(by_act).min().or(Some(row.decided_on))
        }
    }?;
    Some((since, since.plus_months(i32::from(*years) * 12)))
}

fn has_open_case(reader: &mut Reader<'_>, record: RecordNo) -> Result<bool, OfficeError> {
    Ok(reader.cases_of_record(record)?.iter().any(|case| !case.closed))
}

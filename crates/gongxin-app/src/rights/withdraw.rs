//! A source takes a record back; what followed from it goes too.

use gongxin_model::{About, BatchNo, Body, Kind, PublicId, RecordNo, Seq};
use gongxin_pack::Nature;
use gongxin_standing::Effects;
use gongxin_store::{AboutNo, BatchRow, NewEntry, RecordRow, Writer};
use serde::Serialize;

use crate::acts::{StandingAct, Target, kind, reached};
use crate::derive::{event, histories, rederive, touched};
use crate::gate::{BatchWithdraw, Permit};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The state of a hand-in that was taken back.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// What a withdrawal did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// Records taken back.
    pub withdrawn: u64,
    /// Records that were withdrawn before.
    pub already: u64,
    /// Other records whose ends, shields or stays fell with them.
    pub resumed: u64,
}

impl Office {
    /// Takes back one record.
    ///
    /// # Errors
    /// There is no such record of the permit's body, or the store could not be written.
    pub fn withdraw_record(
        &self,
        id: PublicId,
        permit: &Permit<BatchWithdraw>,
        reason: &str,
    ) -> Result<Withdrawn, OfficeError> {
        let done = self.store.write(self.clock.now(), |writer| {
            let record = self.record_of(writer, id)?.filter(|one| permit.covers(&one.source));
            let record = record.ok_or_else(|| OfficeError::Absent(format!("no record `{id}`")))?;
            self.withdraw(writer, &[record.no], permit.actor(), reason)
        })?;
        self.acted(permit, &id.to_string(), &format!("withdrawn {}", done.withdrawn))?;
        Ok(done)
    }

    /// Takes back all records that a hand-in created. What it corrected of earlier ones, and rows of it
    /// that wait for a person, stay.
    ///
    /// # Errors
    /// There is no such hand-in of the permit's body, or the store could not be written.
    pub fn withdraw_batch(
        &self,
        batch: BatchNo,
        permit: &Permit<BatchWithdraw>,
        reason: &str,
    ) -> Result<Withdrawn, OfficeError> {
        let done = self.store.write(self.clock.now(), |writer| {
            let found = writer.batch(batch)?.filter(|one| permit.covers(&one.source));
            let Some(found) = found else {
                return Err(OfficeError::Absent(format!("no hand-in {batch}")));
            };
            let records = writer.records_of_batch(batch)?;
            let done = self.withdraw(writer, &records, permit.actor(), reason)?;
            // One that was cut off is not gone on with: handed in again, it is another.
            writer.update_batch(&BatchRow { state: WITHDRAWN.to_owned(), ..found })?;
            Ok(done)
        })?;
        self.acted(
            permit,
            &format!("batch-{}", batch.0),
            &format!("withdrawn {}", done.withdrawn),
        )?;
        Ok(done)
    }

    /// Withdraws records inside a transaction: an entry on each, and on whatever their acts had
    /// reached an entry that lets it hold again.
    pub(crate) fn withdraw(
        &self,
        writer: &mut Writer<'_>,
        numbers: &[RecordNo],
        actor: &str,
        reason: &str,
    ) -> Result<Withdrawn, OfficeError> {
        let rules = self.rules_for(writer)?;
        let mut done = Withdrawn::default();
        for chunk in numbers.chunks(2_000) {
            self.withdraw_chunk(writer, &rules, chunk, (actor, reason), &mut done)?;
        }
        Ok(done)
    }

    fn withdraw_chunk(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        numbers: &[RecordNo],
        (actor, reason): (&str, &str),
        done: &mut Withdrawn,
    ) -> Result<(), OfficeError> {
        let records = writer.records(numbers.iter().map(|no| no.0).collect())?;
        let histories = histories(writer, numbers)?;
        let mut entries = Vec::new();
        let mut changed = Vec::new();
        for record in &records {
            let history = histories.get(&record.no).map_or(&[][..], Vec::as_slice);
            let events: Vec<_> = history.iter().map(event).collect();
            if Effects::replay(&events).of(Kind::Withdrawn).is_some() {
                done.already += 1;
                continue;
            }
            done.withdrawn += 1;
            let nth = entries.len() as u64;
            let body = Body {
                actor: Some(actor.to_owned()),
                ground: Some(reason.to_owned()),
                ..Body::about(About::Record(record.public_id))
            };
            entries.push(self.entry(rules, record.no, Kind::Withdrawn, body, nth));
            changed.push(record.clone());
            let places: Vec<_> = history.iter().map(|entry| entry.seq).collect();
            for reached in self.reached(writer, rules, record, &places)? {
                done.resumed += 1;
                let body = Body {
                    actor: Some(actor.to_owned()),
                    ground: Some(reason.to_owned()),
                    causes: places.clone(),
                    ..Body::about(About::Record(reached.public_id))
                };
                let nth = entries.len() as u64;
                entries.push(self.entry(rules, reached.no, Kind::Resumed, body, nth));
                changed.push(reached);
            }
        }
        writer.append(&entries)?;
        let covered = self.cover(writer, rules, &mut changed, (actor, reason))?;
        writer.append(&covered)?;
        let today = writer.now().day();
        let rows = rederive(writer, &rules.rulebook, &changed, today)?;
        writer.put_standings(&rows)?;
        Ok(writer.tell("standing", &touched(&rows))?)
    }

    /// The records on which an act's entries did something that holds.
    pub(super) fn reached(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        act: &RecordRow,
        places: &[Seq],
    ) -> Result<Vec<RecordRow>, OfficeError> {
        let catalogue = rules.rulebook.catalogue(&act.catalogue);
        let (Some(subject), Some(catalogue)) = (act.subject, catalogue) else {
            return Ok(Vec::new());
        };
        if catalogue.nature != Nature::Act {
            return Ok(Vec::new());
        }
        reached(writer, subject, places)
    }

    /// A shield that holds again, because its lifting was taken back, covers what came while it
    /// was lifted, too: gives the entries that say so, and adds their records to the changed ones.
    fn cover(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        changed: &mut Vec<RecordRow>,
        (actor, reason): (&str, &str),
    ) -> Result<Vec<NewEntry>, OfficeError> {
        let mut entries = Vec::new();
        for record in changed.clone() {
            let catalogue = rules.rulebook.catalogue(&record.catalogue);
            let catalogue = catalogue.filter(|one| one.nature == Nature::Act);
            let (Some(subject), Some(catalogue)) = (record.subject, catalogue) else {
                continue;
            };
            let history = histories(writer, &[record.no])?.remove(&record.no).unwrap_or_default();
            let Some(act) = StandingAct::of_history(record.no, catalogue, &history) else {
                continue;
            };
            let acted = reached(writer, subject, &act.places)?;
            let mut left = Vec::new();
            for row in writer.standings_of(subject)? {
                let is_acted = acted.iter().any(|record| record.no == row.record);
                if !is_acted && act.reaches(&rules.rulebook, &Target::of_standing(&row)) {
                    left.push(row.record.0);
                }
            }
            for record in writer.records(left)? {
                let body = Body {
                    actor: Some(actor.to_owned()),
                    ground: Some(reason.to_owned()),
                    causes: vec![act.cause],
                    ..Body::about(About::Record(record.public_id))
                };
                let nth = (changed.len() + entries.len()) as u64;
                entries.extend(
                    kind(act.effect).map(|kind| self.entry(rules, record.no, kind, body, nth)),
                );
                changed.push(record);
            }
        }
        Ok(entries)
    }

    pub(crate) fn entry(
        &self,
        rules: &Rules,
        record: RecordNo,
        kind: Kind,
        body: Body,
        nth: u64,
    ) -> NewEntry {
        let adoption = (rules.adoption.no, rules.adoption.digest);
        let about = AboutNo::record(record);
        NewEntry { about, kind, adoption, body, salt: self.salt(None, nth, 0) }
    }
}

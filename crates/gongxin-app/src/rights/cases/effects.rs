//! What follows from a step, as entries on records that name the case's entries as their causes.

use std::collections::BTreeSet;

use gongxin_casework::{Effect, code};
use gongxin_model::{About, Body, Field, Kind, RecordNo, Seq, SubjectNo};
use gongxin_pack::Nature;
use gongxin_standing::{Effects, REPLY_FIELD};
use gongxin_store::{AboutNo, CaseRow, RecordRow, StoredEntry, Writer};

use super::{CaseFault, ENDS, GROUND, settled};
use crate::derive::{event, histories, rederive, touched};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// So many replacements are followed from a record to the one of today.
const REPLACEMENTS: usize = 1_000;

/// The entries that one step leads to, and the records that they alter.
struct Carrying<'a> {
    office: &'a Office,
    rules: &'a Rules,
    causes: Vec<Seq>,
    ground: String,
    entries: Vec<gongxin_store::NewEntry>,
    changed: Vec<RecordRow>,
}

impl Carrying<'_> {
    fn add(&mut self, record: &RecordRow, kind: Kind, body: Body) {
        let nth = self.entries.len() as u64 + 1;
        self.entries.push(self.office.entry(self.rules, record.no, kind, body, nth));
        if self.changed.iter().all(|one| one.no != record.no) {
            self.changed.push(record.clone());
        }
    }

    fn body(&self, record: &RecordRow) -> Body {
        Body {
            ground: Some(self.ground.clone()),
            causes: self.causes.clone(),
            ..Body::about(About::Record(record.public_id))
        }
    }

    fn say(&mut self, record: &RecordRow, kind: Kind) {
        let body = self.body(record);
        self.add(record, kind, body);
    }
}

impl Office {
    /// Carries out what follows from a step; gives how many records it altered.
    pub(super) fn carry_out(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        row: &CaseRow,
        effects: &[Effect],
        settles: &[(String, String)],
    ) -> Result<u64, OfficeError> {
        let corrects = effects.iter().any(|one| matches!(one, Effect::Correct | Effect::Recompute));
        if !settles.is_empty() && !corrects {
            return Err(CaseFault::Settles.into());
        }
        let Some(no) = row.record.filter(|_| !effects.is_empty()) else {
            return Ok(0);
        };
        let record = present(writer, no)?.ok_or_else(|| damaged(row))?;
        let opened = writer.entries_about(&[AboutNo::case(row.no)])?;
        let opened = opened.first().map_or(row.seq, |entry| entry.seq);
        let mut causes = vec![opened, row.seq];
        causes.dedup();
        let mut carrying = Carrying {
            office: self,
            rules,
            causes,
            ground: format!("{GROUND}{}", row.number),
            entries: Vec::new(),
            changed: Vec::new(),
        };
        let mut unlinked = None;
        for effect in effects {
            let left =
                self.one_effect(writer, &mut carrying, (row, &record), (*effect, settles))?;
            unlinked = unlinked.or(left);
        }
        let Carrying { entries, changed, .. } = carrying;
        writer.append(&entries)?;
        if let Some(left) = unlinked {
            writer.set_record_subject(record.no, None)?;
            writer.remove_standings(vec![record.no.0])?;
            // A record linked to nobody has no standing that would tell it: the faces of the
            // subject that it leaves are told by name.
            writer.tell("standing", &[(Some(left), Some(record.no))])?;
        }
        let numbers = changed.iter().map(|one| one.no.0).collect();
        let changed = writer.records(numbers)?;
        let today = writer.now().day();
        let rows = rederive(writer, &rules.rulebook, &changed, today)?;
        writer.put_standings(&rows)?;
        writer.tell("standing", &touched(&rows))?;
        Ok(changed.len() as u64)
    }

    /// Adds the entries of one effect; gives whose the record was where it is nobody's any more.
    fn one_effect(
        &self,
        writer: &mut Writer<'_>,
        carrying: &mut Carrying<'_>,
        (row, record): (&CaseRow, &RecordRow),
        (effect, settles): (Effect, &[(String, String)]),
    ) -> Result<Option<SubjectNo>, OfficeError> {
        match effect {
            Effect::Dispute => carrying.say(record, Kind::Disputed),
            Effect::CloseDispute => carrying.say(record, Kind::DisputeClosed),
            Effect::Correct => self.correct_by(writer, carrying, record, settles)?,
            Effect::Recompute if settles.is_empty() => carrying.changed.push(record.clone()),
            Effect::Recompute => self.correct_by(writer, carrying, record, settles)?,
            Effect::Unlink => return self.unlink(writer, carrying, record),
            Effect::EndPublication | Effect::Shield => {
                let ends = effect == Effect::EndPublication;
                let kind = if ends { Kind::PublicationEnded } else { Kind::Shielded };
                for one in self.of_decision(writer, record)? {
                    carrying.say(&one, kind);
                }
                writer.count(ENDS, 1);
            }
            Effect::Unshield => {
                for one in self.shielded_by(writer, row, record)? {
                    carrying.say(&one, Kind::Unshielded);
                }
            }
            Effect::Reply => {
                let opened = writer.entries_about(&[AboutNo::case(row.no)])?;
                let said = opened.first().and_then(|entry| entry.body.as_ref());
                let said = said.and_then(|body| body.field(code::REASON));
                let text = said.map(|field| field.value.first()).ok_or_else(|| damaged(row))?;
                let fields = vec![Field::text(REPLY_FIELD, text)];
                carrying.add(record, Kind::Replied, Body { fields, ..carrying.body(record) });
            }
            Effect::EndReply => carrying.say(record, Kind::ReplyEnded),
        }
        Ok(None)
    }

    /// What is decided of a decision holds for all its records of the same subject.
    fn of_decision(
        &self,
        writer: &mut Writer<'_>,
        record: &RecordRow,
    ) -> Result<Vec<RecordRow>, OfficeError> {
        let mut records = vec![record.clone()];
        if let Some(decision) = record.decision {
            let others = writer.records_of_decisions(&BTreeSet::from([decision]))?;
            records.extend(
                others
                    .into_iter()
                    .filter(|one| one.no != record.no && one.subject == record.subject),
            );
        }
        Ok(records)
    }

    /// The records over which a case holds a shield.
    fn shielded_by(
        &self,
        writer: &mut Writer<'_>,
        row: &CaseRow,
        record: &RecordRow,
    ) -> Result<Vec<RecordRow>, OfficeError> {
        let places: Vec<Seq> =
            writer.entries_about(&[AboutNo::case(row.no)])?.iter().map(|entry| entry.seq).collect();
        let records = self.of_decision(writer, record)?;
        let numbers: Vec<RecordNo> = records.iter().map(|one| one.no).collect();
        let histories = histories(writer, &numbers)?;
        let is_shielded = |one: &RecordRow| {
            let entries = histories.get(&one.no).map_or(&[][..], Vec::as_slice);
            let is_of_case = |entry: &StoredEntry| {
                entry.kind == Kind::Shielded
                    && entry
                        .body
                        .as_ref()
                        .is_some_and(|body| body.causes.iter().any(|cause| places.contains(cause)))
            };
            entries.iter().any(is_of_case)
        };
        Ok(records.into_iter().filter(is_shielded).collect())
    }

    /// A content as a decision settles it; the values that it settles are pinned.
    fn correct_by(
        &self,
        writer: &mut Writer<'_>,
        carrying: &mut Carrying<'_>,
        record: &RecordRow,
        settles: &[(String, String)],
    ) -> Result<(), OfficeError> {
        let rules = carrying.rules;
        let catalogue = rules.rulebook.catalogue(&record.catalogue);
        let catalogue = catalogue.ok_or_else(|| {
            OfficeError::Usage(format!("the rulebook has no catalogue `{}`", record.catalogue))
        })?;
        if settles.is_empty() {
            return Err(CaseFault::Unsettled.into());
        }
        let history = histories(writer, &[record.no])?.remove(&record.no).unwrap_or_default();
        let events: Vec<_> = history.iter().map(event).collect();
        let replayed = Effects::replay(&events);
        let content = replayed.content.ok_or_else(|| {
            OfficeError::Usage("nothing of the record's content is kept".to_owned())
        })?;
        let settled = settled::content(&rules.rulebook, catalogue, &content.fields, settles)?;
        let own: Vec<Field> =
            settled.iter().filter(|field| !settled::is_platforms(field)).cloned().collect();
        let sayer = content.source.clone().unwrap_or_else(|| record.source.clone());
        let mac = crate::intake::content_mac(self.key(), (&catalogue.id, &sayer), &own);
        let body = Body {
            subject: content.subject,
            catalogue: content.catalogue.clone(),
            source: content.source.clone(),
            batch: content.batch,
            row: content.row,
            fields: settled,
            ..carrying.body(record)
        };
        carrying.add(record, Kind::Corrected, body);
        writer.set_record_contents(&std::collections::BTreeMap::from([(record.no, mac)]))?;
        writer.count(settled::PINS, 1);
        Ok(())
    }

    /// Withdraws a link, and what followed from it; gives whose it was.
    fn unlink(
        &self,
        writer: &mut Writer<'_>,
        carrying: &mut Carrying<'_>,
        record: &RecordRow,
    ) -> Result<Option<SubjectNo>, OfficeError> {
        let Some(subject) = record.subject else {
            return Ok(None);
        };
        let rules = carrying.rules;
        let nature = rules.rulebook.catalogue(&record.catalogue).map(|one| one.nature);
        if nature == Some(Nature::Registration) {
            return Err(OfficeError::Usage(
                "a registration says whose it is by itself; its source takes it back".into(),
            ));
        }
        let history = histories(writer, &[record.no])?.remove(&record.no).unwrap_or_default();
        let places: Vec<Seq> = history.iter().map(|entry| entry.seq).collect();
        // What an act did to others it did because it was this subject's.
        for reached in self.reached(writer, rules, record, &places)? {
            let body = Body { causes: places.clone(), ..carrying.body(&reached) };
            carrying.add(&reached, Kind::Resumed, body);
        }
        // A shield over the whole subject covered it because it was this subject's.
        let events: Vec<_> = history.iter().map(event).collect();
        let replayed = Effects::replay(&events);
        let shields = replayed.holding.iter().filter(|one| one.kind == Kind::Shielded);
        let shields: Vec<Seq> = shields.map(|one| one.seq).collect();
        if !shields.is_empty() {
            let body = Body { causes: shields, ..carrying.body(record) };
            carrying.add(record, Kind::Resumed, body);
        }
        let left = Body { subject: Some(self.key().subject_id(subject)), ..carrying.body(record) };
        carrying.add(record, Kind::Unlinked, left);
        Ok(Some(subject))
    }
}

/// What a record is today: itself, or the one that replaced it when its key was corrected.
fn present(writer: &mut Writer<'_>, no: RecordNo) -> Result<Option<RecordRow>, OfficeError> {
    let mut present = no;
    for _ in 0..REPLACEMENTS {
        let history = histories(writer, &[present])?.remove(&present).unwrap_or_default();
        let events: Vec<_> = history.iter().map(event).collect();
        let effects = Effects::replay(&events);
        let cause = effects.of(Kind::Withdrawn).and_then(|effect| effect.causes.first().copied());
        let next = match cause {
            Some(cause) => writer.entry(cause)?.and_then(|entry| entry.about.as_record()),
            None => None,
        };
        match next {
            Some(next) => present = next,
            None => break,
        }
    }
    Ok(writer.record(present)?)
}

fn damaged(row: &CaseRow) -> OfficeError {
    gongxin_store::StoreError::Corrupt(format!("the record of case `{}`", row.number)).into()
}

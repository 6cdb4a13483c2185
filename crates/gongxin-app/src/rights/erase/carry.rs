//! An erasure carried out inside one transaction.

use gongxin_model::{About, Body, Field, Kind, RecordNo, Seq, SubjectNo};
use gongxin_store::{Erasure, ErasureOrder, StoredEntry, Writer};

use super::ERASURES;
use super::plan::{Plan, bodies};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The platform's own fields of an erased entry.
mod code {
    pub(super) const AUTHORITY: &str = "gx-authority";
    pub(super) const GROUND: &str = "gx-ground";
    pub(super) const NUMBER: &str = "gx-number";
    pub(super) const CONFIRMED: &str = "gx-confirmed";
}

impl Office {
    /// Takes away what a plan found, and leaves an entry on each record that says by which order.
    pub(super) fn carry_erasure(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        (plan, erasure): (&Plan, &Erasure),
    ) -> Result<(), OfficeError> {
        writer.overwrite_what_is_freed()?;
        let entries: Vec<_> = (0..)
            .zip(&plan.records)
            .map(|(nth, one)| {
                let of_cases =
                    plan.cases.iter().filter(|(case, _)| case.record == Some(one.row.no));
                let of_cases = of_cases.flat_map(|(_, entries)| bodies(entries));
                let mut causes: Vec<Seq> =
                    bodies(&one.history).chain(of_cases).map(|entry| entry.seq).collect();
                causes.sort_unstable();
                let body = body(About::Record(one.row.public_id), &erasure.order, causes);
                self.entry(rules, one.row.no, Kind::Erased, body, nth)
            })
            .collect();
        writer.append(&entries)?;
        let places: Vec<Seq> = plan.entries().into_iter().map(|(seq, _)| seq).collect();
        writer.erase_bodies(&places)?;
        let records: Vec<RecordNo> = plan.records.iter().map(|one| one.row.no).collect();
        writer.leave_marks_alone(&records)?;
        plan.cases.iter().try_for_each(|(case, _)| writer.put_case(&case.erased()))?;
        for row in &plan.held {
            writer.update_held(row.no, &row.state, &row.body)?;
        }
        for (batch, first, text) in &plan.blocks {
            writer.replace_row_block(*batch, *first, text)?;
        }
        plan.files.iter().try_for_each(|batch| writer.forget_file(*batch))?;
        writer.forget_answers(&records)?;
        let mut changed: Vec<(Option<SubjectNo>, Option<RecordNo>)> = Vec::new();
        for subject in plan.subjects() {
            if self.forget_of_subject(writer, rules, subject)? {
                changed.push((Some(subject), None));
            }
        }
        writer.tell("name", &changed)?;
        let of_record = |one: &super::family::Whole| (one.row.subject, Some(one.row.no));
        writer.tell("standing", &plan.records.iter().map(of_record).collect::<Vec<_>>())?;
        writer.count(ERASURES, 1);
        Ok(())
    }
}

/// What an erased entry says: the entries that it names, and by which order.
fn body(about: About, order: &ErasureOrder, causes: Vec<Seq>) -> Body {
    let mut actors = order.actors.iter();
    let actor = actors.next().cloned();
    let said = [
        (code::AUTHORITY, Some(&order.authority)),
        (code::CONFIRMED, actors.next()),
        (code::GROUND, Some(&order.ground)),
        (code::NUMBER, Some(&order.number)),
    ];
    let said = said.into_iter().filter_map(|(code, text)| Some((code, text?)));
    let fields = said.filter(|(_, text)| !text.is_empty());
    Body {
        actor,
        ground: Some(order.basis.clone()),
        causes,
        fields: fields.map(|(code, text)| Field::text(code, text.as_str())).collect(),
        ..Body::about(about)
    }
}

/// The order that an erased entry states.
pub(super) fn order_of(entry: &StoredEntry) -> ErasureOrder {
    let body = entry.body.as_ref();
    let said = |code: &str| {
        let field = body.and_then(|body| body.field(code));
        field.map(|field| field.value.first().to_owned()).unwrap_or_default()
    };
    let proposed = body.and_then(|body| body.actor.clone());
    let confirmed = Some(said(code::CONFIRMED)).filter(|account| !account.is_empty());
    ErasureOrder {
        ground: said(code::GROUND),
        basis: body.and_then(|body| body.ground.clone()).unwrap_or_default(),
        authority: said(code::AUTHORITY),
        number: said(code::NUMBER),
        actors: proposed.into_iter().chain(confirmed).collect(),
    }
}

//! Bodies that supply records: what they may supply, and when they last did.

use std::collections::BTreeMap;

use gongxin_model::{Day, Instant};
use gongxin_pack::{Catalogue, Family, FigureId, SourceDeclaration, item};
use gongxin_store::Reader;

use super::super::shown::{
    Coded, Found, ShownHandover, ShownSupplier, ShownSupplierPage, ShownSupply,
};
use super::arrivals::{body, is_public};
use super::kept::Kept;
use super::{Answer, REGIONS, coded, coded_in, words};
use crate::rules::Rules;

/// All bodies, by division and sector.
pub(super) fn suppliers(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    kept: Option<&Kept>,
) -> Answer<Vec<ShownSupplier>> {
    let last = reader.last_batches()?;
    let mut all: Vec<ShownSupplier> = rules
        .rulebook
        .sources
        .values()
        .map(|source| supplier(today, rules, source, &last, kept))
        .collect();
    let place = |one: &ShownSupplier| {
        let region = one.region.as_ref().map(|region| region.code.clone());
        (region, one.sector.code.clone(), one.body.code.clone())
    };
    all.sort_by_key(place);
    Ok(all)
}

/// One body.
pub(super) fn source(
    today: Day,
    reader: &mut Reader<'_>,
    rules: &Rules,
    kept: Option<&Kept>,
    code: &str,
) -> Answer<Found<ShownSupplierPage>> {
    let Some(source) = rules.rulebook.sources.get(code) else {
        return Ok(Found::Never);
    };
    let last = reader.last_batches()?;
    let by_class = reader.last_batches_of(code)?;
    let id = item::source(code);
    let backing = rules.rulebook.backing_of(id, &source.name, &source.ground, today);
    let classes = rules.rulebook.catalogues.values().filter(|class| source.may_supply(class));
    let handover = |other: &str, from: Day| ShownHandover { body: body(rules, other), from };
    let before = rules.rulebook.sources.values().flat_map(|one| {
        let took_over = one.successors.iter().filter(|next| next.code == code);
        took_over.map(|next| handover(&one.code, next.from))
    });
    Ok(Found::Shown(Box::new(ShownSupplierPage {
        supplier: supplier(today, rules, source, &last, kept),
        basis: backing.clauses,
        supplies: classes.map(|class| supply(today, rules, source, class, &by_class)).collect(),
        predecessors: before.collect(),
        successors: source.successors.iter().map(|next| handover(&next.code, next.from)).collect(),
        measured: kept.map(|kept| kept.of_classes(rules, code)),
        overdue_objections: overdue_objections(reader, rules, code)?,
    })))
}

/// How many objections a body lets wait beyond their day.
fn overdue_objections(reader: &mut Reader<'_>, rules: &Rules, code: &str) -> Answer<u64> {
    let procedures = rules.rulebook.procedures.values();
    let objections: Vec<String> = procedures
        .filter(|one| one.family == Family::Objection)
        .map(|one| one.id.clone())
        .collect();
    Ok(reader.overdue_by_decider(&objections)?.remove(code).unwrap_or(0))
}

/// A body as the list of all has it.
pub(super) fn supplier(
    today: Day,
    rules: &Rules,
    source: &SourceDeclaration,
    last: &BTreeMap<String, Instant>,
    kept: Option<&Kept>,
) -> ShownSupplier {
    let received = last.get(&source.code).copied();
    let replaced = source.successors.iter().map(|next| next.from).filter(|from| *from <= today);
    let replaced = replaced.min();
    let sector = rules.rulebook.sectors.get(&source.sector);
    ShownSupplier {
        body: body(rules, &source.code),
        region: coded_in(rules, REGIONS, &source.region),
        sector: sector.map_or_else(Coded::default, |one| coded(&one.id, &one.name)),
        received,
        overdue: match (received, deadline(rules, source)) {
            (Some(at), Some(days)) if replaced.is_none() => overdue(rules, at.day(), days, today),
            _ => 0,
        },
        timeliness: kept.and_then(|kept| kept.share(&source.code, FigureId::Timeliness)),
        peer: source.peer,
        replaced,
    }
}

/// The shortest deadline of what a body reports, in working days; none where nothing of it has one.
fn deadline(rules: &Rules, source: &SourceDeclaration) -> Option<u16> {
    if source.peer {
        return None;
    }
    let classes = rules.rulebook.catalogues.values().filter(|class| source.may_supply(class));
    let days = classes.filter_map(|class| class.deadline_working_days);
    source.deadline_working_days.or_else(|| days.min())
}

/// Working days since the last hand-in beyond the deadline.
fn overdue(rules: &Rules, last: Day, deadline: u16, today: Day) -> u32 {
    let since = rules.rulebook.calendar.working_days_between(last, today);
    since.saturating_sub(u32::from(deadline))
}

fn supply(
    today: Day,
    rules: &Rules,
    source: &SourceDeclaration,
    class: &Catalogue,
    last: &BTreeMap<String, Instant>,
) -> ShownSupply {
    let id = item::catalogue(&class.id);
    let backing = rules.rulebook.backing_of(id, &class.name, &class.ground, today);
    let deadline = source.deadline_working_days.filter(|_| class.deadline_working_days.is_some());
    ShownSupply {
        catalogue: Coded { code: class.id.clone(), words: words(&class.name) },
        basis: backing.clauses,
        deadline: deadline.or(class.deadline_working_days),
        received: super::arrivals::ids_of(class).filter_map(|id| last.get(&id).copied()).max(),
        is_public: is_public(class),
    }
}

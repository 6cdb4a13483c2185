//! `gongxin erase`: what goes by law, and the journal that keeps it gone.

use gongxin_app::erase::{EraseCounts, EraseGround, EraseOrder, Erased, JournalState};
use gongxin_app::gate::RecordErase;
use gongxin_app::{Office, OfficeError, StoreError};
use serde_json::json;

use super::account::Operator;
use super::{circumstances, open};
use crate::arguments::{Erase, EraseConfirm, EraseOrderAsk, EraseProposals, OnGround, Place};
use crate::exit::Exit;
use crate::screen::{say, say_json, tell};

/// So many records are erased by one order at most.
const DUE_MOST: usize = 1_000;

pub(crate) fn run(place: &Place, ask: &Erase) -> anyhow::Result<Exit> {
    if let Erase::Journal { write_again, json } = ask {
        return journal(place, *write_again, *json);
    }
    let office = open(place)?;
    match ask {
        Erase::Due(ask) => due(&office, place, ask),
        Erase::Propose(ask) => propose(&office, place, ask),
        Erase::List(ask) => list(&office, place, ask),
        Erase::Confirm(ask) => confirm(&office, place, ask),
        Erase::Clean(ask) => {
            let is_clean = office.clean(&Operator::new(&office, place).permit::<RecordErase>()?)?;
            if ask.json {
                say_json(&json!({ "is_clean": is_clean }))?;
            } else if is_clean {
                say("nothing of erased rows is left in the files of the store");
            }
            Ok(cleaned(is_clean))
        }
        Erase::Journal { .. } => Ok(Exit::Done),
    }
}

/// Says that a reader kept the files from being rewritten.
fn cleaned(is_clean: bool) -> Exit {
    if is_clean {
        return Exit::Done;
    }
    tell(
        "somebody was reading, and the write-ahead log still holds rows that were erased: run \
          `gongxin erase clean` again",
    );
    Exit::Look
}

fn due(office: &Office, place: &Place, ask: &EraseProposals) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<RecordErase>()?;
    let due = office.erasures_due(&permit, usize::from(ask.limit))?;
    if ask.json {
        say_json(&due)?;
        return Ok(Exit::Done);
    }
    for one in &due {
        let (id, since, until) = (one.id, one.since, one.due);
        say(&format!("{id}\t{}\t{}\t{since}\t{until}\t{}", one.catalogue, one.source, one.basis));
    }
    Ok(Exit::Done)
}

fn propose(office: &Office, place: &Place, ask: &EraseOrderAsk) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<RecordErase>()?;
    let records = if ask.due {
        office.erasures_due(&permit, DUE_MOST)?.into_iter().map(|one| one.id).collect()
    } else {
        ask.records.clone()
    };
    if records.is_empty() {
        tell("the retention of no record is over");
        return Ok(Exit::Look);
    }
    let order = EraseOrder {
        records,
        ground: match ask.ground {
            OnGround::Court => EraseGround::Court,
            OnGround::Retention => EraseGround::Retention,
        },
        basis: ask.basis.clone(),
        authority: ask.authority.clone(),
        number: ask.number.clone(),
    };
    if ask.dry_run {
        return preview(&office.preview_erasure(&permit, &order)?, ask.json);
    }
    let done = office.propose_erasure(&permit, &order)?;
    told(&done, ask.json)
}

fn preview(counts: &EraseCounts, json: bool) -> anyhow::Result<Exit> {
    if json {
        say_json(counts)?;
    } else {
        say(&format!("would go: {}", counted(counts)));
    }
    Ok(if counts.records == 0 { Exit::Look } else { Exit::Done })
}

fn counted(counts: &EraseCounts) -> String {
    let EraseCounts { records, entries, cases, held, rows, files, already } = counts;
    let already = if *already > 0 { format!("; erased before: {already}") } else { String::new() };
    format!(
        "{records} records, {entries} entries, {cases} cases, {held} held rows, {rows} rows with \
         findings, {files} whole hand-ins{already}"
    )
}

fn told(done: &Erased, json: bool) -> anyhow::Result<Exit> {
    let is_proposed = done.erasure.is_none() && done.proposal.is_some() && done.counts.records > 0;
    if json {
        say_json(done)?;
    } else if let Some(no) = done.erasure {
        say(&format!("erased, number {no} of the journal: {}", counted(&done.counts)));
    } else if let Some(number) = done.proposal.filter(|_| is_proposed) {
        say(&format!("proposal {number}, would go: {}", counted(&done.counts)));
        tell(&format!("another person confirms it: gongxin --actor ID erase confirm {number}"));
    } else {
        say(&format!("nothing to erase: {}", counted(&done.counts)));
    }
    if !done.is_clean {
        return Ok(cleaned(false));
    }
    Ok(if done.counts.records == 0 { Exit::Look } else { Exit::Done })
}

fn list(office: &Office, place: &Place, ask: &EraseProposals) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<RecordErase>()?;
    let proposals = office.erasure_proposals(&permit, ask.limit)?;
    if ask.json {
        say_json(&proposals)?;
        return Ok(Exit::Done);
    }
    for one in &proposals {
        let state = if one.is_confirmed { "confirmed" } else { "waits" };
        let (order, records) = (&one.order, one.order.records.len());
        say(&format!(
            "{}\t{state}\t{}\t{}\t{records} records\t{}\t{}",
            one.number,
            one.actor,
            order.ground.word(),
            order.authority,
            order.number
        ));
    }
    Ok(Exit::Done)
}

fn confirm(office: &Office, place: &Place, ask: &EraseConfirm) -> anyhow::Result<Exit> {
    let permit = Operator::new(office, place).permit::<RecordErase>()?;
    if ask.dry_run {
        return preview(&office.preview_proposal(&permit, ask.proposal)?, ask.json);
    }
    told(&office.confirm_erasure(&permit, ask.proposal)?, ask.json)
}

/// Looks after the journal itself, so the store is not compared with it first.
fn journal(place: &Place, write_again: bool, json: bool) -> anyhow::Result<Exit> {
    if let Some(path) = place.store.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return Err(OfficeError::from(StoreError::Absent(place.store.clone())).into());
    }
    let office = Office::open_unchecked(&circumstances(place)?)?;
    let state = if write_again { office.write_journal_again()? } else { office.journal_state()? };
    if json {
        say_json(&state)?;
    } else {
        let JournalState { path, lines, done, .. } = &state;
        say(&format!("{path}: {lines} erasures, the store has done {done}"));
    }
    if state.lines < state.done {
        return Ok(Exit::Failed);
    }
    Ok(cleaned(state.is_clean))
}

//! `gongxin rehearsal`: the invented region.

use std::sync::atomic::AtomicBool;

use gongxin_app::gate::Scope;
use gongxin_app::packs::gather;
use gongxin_app::rehearsal::write_files;
use gongxin_app::{AdoptAsk, ChildCommand, HandIn, Input, Office, Receipt};
use serde_json::json;

use super::account::Operator;
use super::{circumstances, language, open};
use crate::arguments::{Json, Place, Rehearsal, RehearsalSize};
use crate::exit::Exit;
use crate::screen::{bar, say, say_json, tell};

pub(crate) fn run(place: &Place, ask: &Rehearsal) -> anyhow::Result<Exit> {
    match ask {
        Rehearsal::Files { size, directory } => {
            let files = write_files(size.seed, size.organisations, directory, &mut |file| {
                tell(&format!("{}  {} rows", file.name, file.rows));
            })?;
            if size.json {
                say_json(&files)?;
            }
            Ok(Exit::Done)
        }
        Rehearsal::Load(size) => load(place, size),
        Rehearsal::Accounts(ask) => accounts(place, ask),
    }
}

fn accounts(place: &Place, ask: &Json) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let ready = Operator::new(&office, place).rehearsal_accounts()?;
    if ask.json {
        say_json(&ready)?;
        return Ok(Exit::Done);
    }
    say("ready accounts of the invented region, at /sign-in:");
    for one in &ready {
        let code = match one.has_factor {
            true => format!("  and the code of `gongxin account code {}`", one.login),
            false => String::new(),
        };
        say(&format!("  {:<14} {:<15} password: {}{code}", one.login, one.role, one.password));
    }
    Ok(Exit::Done)
}

fn load(place: &Place, size: &RehearsalSize) -> anyhow::Result<Exit> {
    let office = Office::open_or_found(&circumstances(place)?)?;
    let files = gather(true, &place.packs)?;
    let accept = ["all".to_owned()];
    let ask = AdoptAsk { files: &files, accept: &accept, dry_run: false };
    let adopted = office.adopt(&Operator::new(&office, place).permit()?, &ask, &mut |_| {})?;
    tell(&format!(
        "rulebook {} in force, {} unverified items accepted by {}",
        adopted.digest,
        adopted.accepted.len(),
        place.actor
    ));
    let directory = std::env::temp_dir().join(format!("gongxin-rehearsal-{}", std::process::id()));
    let written = write_files(size.seed, size.organisations, &directory, &mut |_| {});
    let result = written.map_err(anyhow::Error::from).and_then(|files| {
        let mut whole: Option<Receipt> = None;
        for file in &files {
            let receipt = hand_in(place, &office, file, &directory)?;
            match &mut whole {
                None => whole = Some(receipt),
                Some(whole) => whole.merge(receipt),
            }
        }
        Ok(whole.unwrap_or_default())
    });
    // What was written into a temporary place goes with the work, also when it failed.
    let _ = std::fs::remove_dir_all(&directory);
    let receipt = result?;
    let Receipt { rows, accepted, held, refused, skipped, .. } = receipt;
    if size.json {
        say_json(&json!({
            "rows": rows, "accepted": accepted, "held": held, "refused": refused,
            "skipped": skipped, "unchanged": receipt.unchanged, "corrected": receipt.corrected,
        }))?;
    } else {
        say(&format!(
            "{rows} rows: {accepted} accepted, {held} held, {refused} refused; {skipped} skipped"
        ));
    }
    Ok(Exit::Done)
}

fn hand_in(
    place: &Place,
    office: &Office,
    file: &gongxin_app::rehearsal::WrittenFile,
    directory: &std::path::Path,
) -> anyhow::Result<Receipt> {
    let path = directory.join(&file.name);
    let size = std::fs::metadata(&path)?.len();
    let bar = bar(size, &file.name);
    let stop = AtomicBool::new(false);
    let program = std::env::current_exe()?;
    let body = Scope::Body(file.source.clone());
    let permit = Operator::new(office, place).permit_for(body)?;
    let ask = HandIn {
        catalogue: &file.catalogue,
        permit: &permit,
        mapping: None,
        dry_run: false,
        language: language(place)?,
        child: Some(ChildCommand {
            program: program.into(),
            arguments: vec!["read-workbook".into()],
        }),
        stop: &stop,
    };
    let receipt = office.hand_in(&ask, &file.name, Input::File(path), &mut |progress| {
        bar.set_position(progress.bytes);
    });
    bar.finish_and_clear();
    let receipt = receipt?;
    tell(&format!(
        "{}: {} accepted, {} held, {} refused",
        file.name, receipt.accepted, receipt.held, receipt.refused
    ));
    Ok(receipt)
}

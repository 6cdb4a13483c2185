//! The whole store: backup, restore and its drill, moving house, what it holds.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use gongxin_app::{Contents, Drilled, MoveAsk, Moved, Office, OfficeError, StoreUrl};
use indicatif::ProgressBar;
use serde_json::{Map, Value, json};

use super::intake::stop_on_signal;
use super::{circumstances_at, open};
use crate::arguments::{Backup, Json, Migrate, Place, Restore};
use crate::door;
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json, spinner};

pub(crate) fn backup(place: &Place, ask: &Backup) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let spinner = spinner("copying");
    let done = office.backup(&ask.file, &mut |rows| spinner.set_prefix(format!("{rows} rows")));
    spinner.finish_and_clear();
    let done = done?;
    say(&format!("{}  {} rows  {}", ask.file.display(), done.rows, done.digest));
    Ok(Exit::Done)
}

pub(crate) fn restore(place: &Place, ask: &Restore) -> anyhow::Result<Exit> {
    let key = door::key_file(place.key_file.as_deref(), &place.store)?;
    let journal = door::journal_file(place.erasures.as_deref(), &place.store)?;
    if !ask.no_erasures && !journal.exists() {
        return Err(Usage(format!(
            "there is no journal of erasures at `{}`: what was erased since the backup would come back. \
             Put the store's there, or name it with --erasures; where nothing was ever erased, say \
             --no-erasures",
            journal.display()
        ))
        .into());
    }
    let circumstances = circumstances_at(&place.store, &key, journal)?;
    if ask.drill {
        let scratch = scratch(ask)?;
        let spinner = spinner("drill");
        let mut told = tell_on(&spinner);
        let drilled = Office::drill(&circumstances, &ask.file, &scratch, &mut told);
        spinner.finish_and_clear();
        return say_drilled(&drilled?, ask);
    }
    let spinner = spinner("restoring");
    let done = Office::restore(&circumstances, &ask.file, &mut |rows| {
        spinner.set_prefix(format!("{rows} rows"));
    });
    spinner.finish_and_clear();
    let done = done?;
    let erasures = Office::open(&circumstances)?.journal_state()?.done;
    let digest = done.digest.to_string();
    if ask.json {
        say_json(&json!({ "rows": done.rows, "digest": digest, "erasures": erasures }))?;
    } else {
        say(&format!("{} rows restored  {digest}", done.rows));
        say(&format!("{erasures} erasures of the journal are done in it"));
    }
    Ok(Exit::Done)
}

/// The file of a drill, with the backup's name.
fn scratch(ask: &Restore) -> anyhow::Result<PathBuf> {
    let name = ask.file.file_name();
    let name = name.ok_or_else(|| Usage(format!("`{}` is no file", ask.file.display())))?;
    let mut name = name.to_owned();
    name.push(".drill");
    Ok(match &ask.scratch {
        Some(directory) => directory.join(name),
        None => ask.file.with_file_name(name),
    })
}

fn say_drilled(drilled: &Drilled, ask: &Restore) -> anyhow::Result<Exit> {
    let exit = if drilled.is_well() { Exit::Done } else { Exit::Look };
    if ask.json {
        say_json(drilled)?;
        return Ok(exit);
    }
    let Drilled { rows, digest, entries, root, last, check, in_service } = drilled;
    for problem in &check.problems {
        say(&format!("{} {}: {}", problem.table, problem.key, problem.what));
    }
    let last = last.map_or_else(String::new, |at| format!(", the last of {at}"));
    say(&format!("{rows} rows restored  {digest}"));
    say(&format!("{entries} entries{last}, root {root}"));
    say(&format!("{} records checked: {} differences", check.records, check.problems.len()));
    say(&match in_service {
        None => "no store in service to compare it with".to_owned(),
        Some(store) if store.is_continued => {
            format!("the store in service goes on from it: {} entries since", store.entries_since)
        }
        Some(_) => "the log of the store in service does not go on from it".to_owned(),
    });
    Ok(exit)
}

pub(crate) fn digest(place: &Place, ask: &Json) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let spinner = spinner("reading");
    let held = office.contents(&mut |rows| spinner.set_prefix(format!("{rows} rows")));
    spinner.finish_and_clear();
    let held = held?;
    if ask.json {
        say_json(&contents_json(&held))?;
    } else {
        for table in &held.tables {
            say(&format!("{:<13} {:>12} rows  {}", table.name, table.rows, table.digest));
        }
        say(&format!("{:<13} {:>12} rows  {}", "all", held.rows, held.digest));
    }
    Ok(Exit::Done)
}

fn contents_json(held: &Contents) -> Value {
    let tables: Map<String, Value> = held
        .tables
        .iter()
        .map(|table| {
            let value = json!({ "rows": table.rows, "digest": table.digest.to_string() });
            (table.name.to_owned(), value)
        })
        .collect();
    json!({ "rows": held.rows, "digest": held.digest.to_string(), "tables": tables })
}

pub(crate) fn migrate(place: &Place, ask: &Migrate) -> anyhow::Result<Exit> {
    let from = ask.from.as_ref().unwrap_or(&place.store);
    let from_key = door::key_file(place.key_file.as_deref(), from)?;
    let journal = door::journal_file(place.erasures.as_deref(), from)?;
    let office = Office::open(&circumstances_at(from, &from_key, journal.clone())?)?;
    let Some(to) = &ask.to else {
        let was_closed = office.reopen()?;
        let what = if was_closed { "takes hand-ins again" } else { "was open" };
        say(&format!("{} {what}", office.store().url()));
        return Ok(Exit::Done);
    };
    let url: StoreUrl = to.parse().map_err(OfficeError::from)?;
    if url == *office.store().url() {
        return Err(Usage("a store does not move to where it is".into()).into());
    }
    let to_key = door::key_file(ask.to_key_file.as_deref().or(place.key_file.as_deref()), to)?;
    bring_key(&from_key, &to_key)?;
    let to_journal =
        door::journal_file(ask.to_erasures.as_deref().or(place.erasures.as_deref()), to)?;
    bring_journal(&journal, &to_journal)?;
    let stop = stop_on_signal();
    let spinner = spinner("moving");
    let asked = MoveAsk { to: &url, leave_open: ask.leave_open, stop: &stop };
    let moved = office.migrate(&asked, &mut tell_on(&spinner));
    spinner.finish_and_clear();
    say_moved(&office, &url, &to_key, ask, &moved?)?;
    Ok(Exit::Done)
}

/// The key must be where the new store's commands look for it before there is a store.
fn bring_key(from: &Path, to: &Path) -> anyhow::Result<()> {
    match (door::read_key(from)?, door::read_key(to)?) {
        (Some(key), None) => door::write_key(to, &key),
        (key, there) if key == there => Ok(()),
        _ => Err(Usage(format!(
            "`{}` is another store's key: name another file with --to-key-file",
            to.display()
        ))
        .into()),
    }
}

/// The journal goes along before there is a store that could be opened without it.
fn bring_journal(from: &Path, to: &Path) -> anyhow::Result<()> {
    if from == to || !from.exists() {
        return Ok(());
    }
    let named = || format!("bringing the journal of erasures to `{}`", to.display());
    let own = std::fs::read(from).with_context(named)?;
    let there = if to.exists() { std::fs::read(to).with_context(named)? } else { Vec::new() };
    // One that is there already is of this move, interrupted; nothing else is written over.
    if !own.starts_with(&there) {
        let to = to.display();
        return Err(Usage(format!(
            "`{to}` is another journal of erasures: name another file with --to-erasures"
        ))
        .into());
    }
    std::fs::write(to, own).with_context(named)
}

fn tell_on(spinner: &ProgressBar) -> impl FnMut(&str, u64) {
    let spinner = spinner.clone();
    move |what, rows| spinner.set_prefix(format!("{what}: {rows}"))
}

fn say_moved(
    office: &Office,
    to: &StoreUrl,
    key: &Path,
    ask: &Migrate,
    moved: &Moved,
) -> anyhow::Result<()> {
    let Moved { head, contents, rows, again } = moved;
    let from = office.store().url();
    let standings = contents.table("standing").map(|table| (table.rows, table.digest.to_string()));
    let (count, standings) = standings.unwrap_or_default();
    if ask.json {
        let mut value = contents_json(contents);
        if let Some(value) = value.as_object_mut() {
            value.extend(Map::from_iter([
                ("from".to_owned(), json!(from.to_string())),
                ("to".to_owned(), json!(to.to_string())),
                ("key_file".to_owned(), json!(key.display().to_string())),
                ("entries".to_owned(), json!(head.next_seq)),
                ("root".to_owned(), json!(head.root.to_string())),
                ("standings".to_owned(), json!({ "rows": count, "digest": standings })),
                ("rows_moved".to_owned(), json!(rows)),
                ("moved_again".to_owned(), json!(again)),
                ("left_open".to_owned(), json!(ask.leave_open)),
            ]));
        }
        return say_json(&value);
    }
    if !again.is_empty() {
        say(&format!("written to since it was begun, and moved again: {}", again.join(", ")));
    }
    for table in &contents.tables {
        say(&format!("{:<13} {:>12} rows  {}", table.name, table.rows, table.digest));
    }
    say(&format!("{rows} rows moved to {to}, key in `{}`", key.display()));
    say("both places hold the same:");
    say(&format!("  log        {} entries, root {}", head.next_seq, head.root));
    say(&format!("  standings  {count}, digest {standings}"));
    say(&format!("  all        {} rows, digest {}", contents.rows, contents.digest));
    say(&if ask.leave_open {
        format!("{from} is open as before")
    } else {
        format!("{from} takes nothing more; `gongxin migrate --reopen` if the move is given up")
    });
    Ok(())
}

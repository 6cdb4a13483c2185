//! `gongxin pack`: policy as data, checked and put in force.

use std::path::PathBuf;

use gongxin_app::packs::{Checked, check, from_directories, gather};
use gongxin_app::{AdoptAsk, Adopted, DiffAsk, Office, Ruled};

use super::account::Operator;
use super::{circumstances, open};
use crate::arguments::{Adopt, Diff, Pack, PackFiles, Place};
use crate::exit::Exit;
use crate::screen::{say, say_json, spinner, tell};

pub(crate) fn run(place: &Place, ask: &Pack) -> anyhow::Result<Exit> {
    match ask {
        Pack::Check(files) => report(files, &checked(place, files)?, false),
        Pack::Test(files) => report(files, &checked(place, files)?, true),
        Pack::Explain(ask) => super::explain::run(place, ask),
        Pack::Diff(ask) => diff(place, ask),
        Pack::Adopt(ask) => adopt(place, ask),
    }
}

fn checked(place: &Place, files: &PackFiles) -> anyhow::Result<Checked> {
    let directories: Vec<PathBuf> = files.directories.iter().chain(&place.packs).cloned().collect();
    let gathered = if files.directories.is_empty() {
        gather(true, &directories)?
    } else if files.directories.iter().any(|one| one.ends_with("national")) {
        from_directories(&directories)?
    } else {
        // A pack alone refers to the national one: it is checked together with the built-in ones.
        gather(false, &directories)?
    };
    Ok(check(&gathered))
}

fn report(files: &PackFiles, checked: &Checked, cases: bool) -> anyhow::Result<Exit> {
    if files.json {
        say_json(checked)?;
    } else {
        for problem in &checked.problems {
            say(&problem.to_string());
        }
        for failed in &checked.failed {
            say(&format!("{}: {}", failed.file, failed.name));
            failed.differences.iter().for_each(|one| say(&format!("    {one}")));
        }
        if cases {
            let failed = checked.failed.len() as u64;
            say(&format!("{} passed, {failed} failed", checked.cases - failed));
            covered(checked);
        } else if checked.is_well() {
            say(&format!(
                "{} catalogues, {} cases, {} unverified items: in order",
                checked.catalogues.len(),
                checked.cases,
                checked.unverified.len()
            ));
        }
    }
    let is_well = checked.is_well() && (!cases || checked.is_covered());
    Ok(if is_well { Exit::Done } else { Exit::Look })
}

/// What cases show, and what none does.
fn covered(checked: &Checked) {
    for item in &checked.uncovered {
        say(&format!("no case shows: {item}"));
    }
    for one in &checked.excused {
        say(&format!("no case shows: {} ({}: {})", one.item, one.file, one.reason));
    }
    for one in &checked.idle {
        say(&format!("{}: `{}` is shown by a case, or is nothing: remove it", one.file, one.item));
    }
    let open = checked.uncovered.len() + checked.excused.len();
    say(&format!("{} of {} items shown", checked.items - open as u64, checked.items));
}

fn diff(place: &Place, ask: &Diff) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let files = gather(ask.rehearsal || office.rules()?.rulebook.is_rehearsal(), &place.packs)?;
    let found = check(&files);
    if !found.is_well() {
        return report(&PackFiles { directories: Vec::new(), json: ask.json }, &found, false);
    }
    let spinner = spinner("folding records");
    let ask_office =
        DiffAsk { files: &files, accept: &ask.accept_unverified, as_of: ask.as_of, named: 0 };
    let compared = office
        .pack_diff(&ask_office, &mut |records| spinner.set_prefix(format!("{records} records")));
    spinner.finish_and_clear();
    let compared = compared?;
    if ask.json {
        say_json(&compared)?;
    } else {
        for line in &compared.lines {
            say(&format!("{}  {}  {}", line.catalogue, line.name.zh, line.name.en));
            say(&format!("  decided {} to {}", line.decided_from, line.decided_until));
            say(&format!("  {} -> {}", ruled(&line.before), ruled(&line.after)));
            let counts = [
                (line.ending, "end"),
                (line.appearing, "appear"),
                (line.sooner, "end sooner"),
                (line.later, "end later"),
            ];
            let counts: Vec<String> = counts
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, what)| format!("{count} {what}"))
                .collect();
            say(&format!("  {}", counts.join(", ")));
        }
        say(&format!(
            "on {}: {} records compared, {} end, {} appear, {} end on another day",
            compared.as_of, compared.records, compared.ending, compared.appearing, compared.moved
        ));
    }
    Ok(if compared.lines.is_empty() { Exit::Done } else { Exit::Look })
}

fn ruled(ruled: &Ruled) -> String {
    let parts = [ruled.publication, ruled.reason, Some(ruled.rule.as_str()), ruled.class];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "no such class".to_owned() } else { parts.join(" ") }
}

fn adopt(place: &Place, ask: &Adopt) -> anyhow::Result<Exit> {
    let files = gather(ask.rehearsal, &place.packs)?;
    let found = check(&files);
    if !found.is_well() {
        return report(&PackFiles { directories: Vec::new(), json: ask.json }, &found, false);
    }
    let office = Office::open_or_found(&circumstances(place)?)?;
    let spinner = spinner("folding records");
    let adopted = office.adopt(
        &Operator::new(&office, place).permit()?,
        &AdoptAsk { files: &files, accept: &ask.accept_unverified, dry_run: ask.dry_run },
        &mut |records| spinner.set_prefix(format!("{records} records")),
    );
    spinner.finish_and_clear();
    let adopted = adopted?;
    if ask.json {
        say_json(&adopted)?;
    } else {
        describe(&adopted, ask.dry_run, &place.actor);
    }
    Ok(Exit::Done)
}

fn describe(adopted: &Adopted, dry_run: bool, actor: &str) {
    let verb = match (adopted.new, dry_run) {
        (false, _) => "is in force already",
        (true, true) => "would be adopted",
        (true, false) => "is in force",
    };
    say(&format!("rulebook {} {verb}, by {actor}", adopted.digest));
    for item in &adopted.accepted {
        say(&format!("  accepted without verification: {item}"));
    }
    for item in &adopted.left_out {
        say(&format!("  without effect: {} ({})", item.item, item.why));
    }
    say(&format!(
        "  {} records looked at, {} end, {} appear",
        adopted.records, adopted.ending, adopted.appearing
    ));
}

/// Adopts the built-in packs and those on the command line, keeping what was accepted before.
pub(crate) fn adopt_quietly(
    office: &Office,
    place: &Place,
    rehearsal: bool,
    accepted: &str,
) -> anyhow::Result<()> {
    let files = gather(rehearsal, &place.packs)?;
    let accept: Vec<String> = serde_json::from_str(accepted).unwrap_or_default();
    let ask = AdoptAsk { files: &files, accept: &accept, dry_run: false };
    let permit = Operator::new(office, place).permit()?;
    let adopted = office.adopt(&permit, &ask, &mut |_| {})?;
    if adopted.new && !place.packs.is_empty() {
        tell(&format!("adopted with --packs: rulebook {}", adopted.digest));
    }
    Ok(())
}

//! `gongxin held`: rows that wait for a person.

use std::fs::File;
use std::path::Path;

use anyhow::Context as _;
use gongxin_app::gate::{BodySee, Permit};
use gongxin_app::{
    Docket, DocketAsk, DocketOutcome, HeldCounts, HeldFilter, HeldForm, HeldItem, Office, Undone,
    Verdict, Wanted,
};
use gongxin_model::BatchNo;
use gongxin_model::finding::Language;

use super::account::Operator;
use super::intake::{child_command, stop_on_signal};
use super::{language, open};
use crate::arguments::{Held, HeldFilter as Filter, Many, Place};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json, tell};

/// A sheet of judgements may have so many bytes.
const SHEET_BYTES: u64 = 64 << 20;
/// So many lines of a docket are printed; the JSON has all.
const PRINTED: usize = 40;

pub(crate) fn run(place: &Place, ask: &Held) -> anyhow::Result<Exit> {
    let language = language(place)?;
    let office = open(place)?;
    let see = Operator::new(&office, place).permit()?;
    match ask {
        Held::List { filter, limit, json } => {
            let items = office.held_list(&see, &wanted(filter), *limit, language)?;
            if *json {
                say_json(&items)?;
            } else {
                items.iter().for_each(line);
            }
        }
        Held::Count { filter, json } => {
            let counts = office.held_count(&see, &wanted(filter), language)?;
            if *json {
                say_json(&counts)?;
            } else {
                count(&counts);
            }
        }
        Held::Show { number, json } => {
            let item = office.held_show(&see, *number, language)?;
            if *json {
                say_json(&item)?;
            } else {
                whole(&item);
            }
        }
        Held::Export { filter, limit, file } => {
            export((&office, &see), &wanted(filter), (*limit, language), file)?;
        }
        Held::Decide { file, dry_run, json } => {
            let wanted = read_sheet(&office, file, language)?;
            return decide(&office, place, (&wanted, None), (*dry_run, *json));
        }
        Held::Link { number, code, reason, many } => {
            let verdict = Verdict::Link(code.clone());
            return judge(&office, place, (*number, &verdict, reason), many);
        }
        Held::Refuse { number, person, reason, many } => {
            let verdict = if *person { Verdict::Person } else { Verdict::Refuse };
            return judge(&office, place, (*number, &verdict, reason), many);
        }
        Held::Undo { number, docket, reason, dry_run, json } => match (number, docket) {
            (Some(number), _) => undo(&office, place, *number, reason)?,
            (None, Some(docket)) => {
                let stop = stop_on_signal();
                let permit = Operator::new(&office, place).permit()?;
                let undone =
                    office.held_undo_docket(docket, (&permit, reason.as_str()), *dry_run, &stop)?;
                if *json { say_json(&undone)? } else { undone_docket(&undone) }
            }
            (None, None) => {
                return Err(Usage("give a row's number, or a docket's name".to_owned()).into());
            }
        },
    }
    Ok(Exit::Done)
}

fn wanted(filter: &Filter) -> HeldFilter {
    HeldFilter {
        state: Some(filter.state.clone()),
        batch: filter.batch.map(BatchNo),
        catalogue: filter.catalogue.clone(),
        source: filter.source.clone(),
        reason: filter.reason.clone(),
        score_from: filter.score_from,
        score_below: filter.score_below,
    }
}

fn export(
    (office, permit): (&Office, &Permit<BodySee>),
    filter: &HeldFilter,
    (limit, language): (u32, Language),
    path: &Path,
) -> anyhow::Result<()> {
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let is_workbook = ending.as_deref().is_some_and(|ending| ending == "xlsx");
    let form = if is_workbook { HeldForm::Workbook } else { HeldForm::Csv };
    let said = || format!("writing the sheet `{}`", path.display());
    let out = File::create(path).with_context(said)?;
    let count =
        office.held_export(permit, filter, (form, limit, language), out).with_context(said)?;
    tell(&format!("{count} rows are in `{}`", path.display()));
    if usize::try_from(limit).is_ok_and(|limit| limit == count) {
        tell("there may be more: see `--limit` and the filters");
    }
    Ok(())
}

fn read_sheet(office: &Office, path: &Path, language: Language) -> anyhow::Result<Vec<Wanted>> {
    let unread = |error: std::io::Error| {
        Usage(format!("the sheet `{}` cannot be read: {error}", path.display()))
    };
    let size = std::fs::metadata(path).map_err(unread)?.len();
    if size > SHEET_BYTES {
        let why = format!("the sheet `{}` has more than {SHEET_BYTES} bytes", path.display());
        return Err(Usage(why).into());
    }
    let bytes = std::fs::read(path).map_err(unread)?;
    Ok(office.held_read_sheet(bytes, child_command(), language)?)
}

/// Judges one row, or all that are like it.
fn judge(
    office: &Office,
    place: &Place,
    (number, verdict, reason): (i64, &Verdict, &str),
    many: &Many,
) -> anyhow::Result<Exit> {
    if !many.all_like && !many.dry_run && !many.json {
        let permit = Operator::new(office, place).permit()?;
        match verdict {
            Verdict::Link(code) => {
                let record = office.held_link(number, code, &permit, reason)?;
                say(&format!("row {number} is accepted as record {record}"));
            }
            Verdict::Refuse | Verdict::Person => {
                let is_person = *verdict == Verdict::Person;
                office.held_refuse(number, is_person, &permit, reason)?;
                let gone = if is_person { "; nothing of it is kept" } else { "" };
                say(&format!("row {number} is refused{gone}"));
            }
        }
        return Ok(Exit::Done);
    }
    let numbers = if many.all_like {
        office.held_like(&Operator::new(office, place).permit()?, number)?
    } else {
        vec![number]
    };
    let one = |(line, number)| {
        let (verdict, reason) = (verdict.clone(), reason.to_owned());
        Wanted { line, number, verdict, reason }
    };
    let wanted: Vec<Wanted> = (1..).zip(numbers).map(one).collect();
    let like = many.all_like.then_some(number);
    decide(office, place, (&wanted, like), (many.dry_run, many.json))
}

fn decide(
    office: &Office,
    place: &Place,
    (wanted, like): (&[Wanted], Option<i64>),
    (dry_run, json): (bool, bool),
) -> anyhow::Result<Exit> {
    let stop = stop_on_signal();
    let permit = Operator::new(office, place).permit()?;
    let ask = DocketAsk {
        wanted,
        like,
        permit: &permit,
        dry_run,
        language: language(place)?,
        stop: &stop,
    };
    let docket = office.held_decide(&ask)?;
    if json {
        say_json(&docket)?;
    } else {
        judged(&docket);
    }
    let is_whole = !docket.counts.contains_key(&DocketOutcome::Impossible);
    Ok(if is_whole { Exit::Done } else { Exit::Look })
}

fn undo(office: &Office, place: &Place, number: i64, reason: &str) -> anyhow::Result<()> {
    let is_linked = office.held_undo(number, &Operator::new(office, place).permit()?, reason)?;
    let now = if is_linked {
        "by its own identifiers it is linked to another organisation now"
    } else {
        "it is open again"
    };
    say(&format!("the judgement on row {number} is withdrawn; {now}"));
    Ok(())
}

fn line(item: &HeldItem) {
    let first = item.suggestions.first();
    let meant = first
        .map(|one| format!("→ {} {} ({}‰)", one.code, one.name, one.score))
        .unwrap_or_default();
    say(&format!(
        "{:>6}  {}  第 {} 行  {}  {meant}",
        item.number,
        item.catalogue,
        item.row,
        item.name.as_deref().unwrap_or("— —"),
    ));
}

fn count(counts: &HeldCounts) {
    say(&format!("{:>8}", counts.rows));
    for (rule, rows) in &counts.reasons {
        let words = counts.words.get(rule).map(String::as_str).unwrap_or_default();
        say(&format!("{rows:>8}  {rule}  {words}"));
    }
    for (what, rows) in [("catalogue", &counts.catalogues), ("source", &counts.sources)] {
        for (name, rows) in rows {
            say(&format!("{rows:>8}  {what} {name}"));
        }
    }
    for (batch, rows) in &counts.batches {
        say(&format!("{rows:>8}  batch {batch}"));
    }
}

fn whole(item: &HeldItem) {
    line(item);
    for finding in &item.findings {
        say(&format!("        ? {finding}"));
    }
    for (code, value) in &item.fields {
        say(&format!("        {code}: {value}"));
    }
    for (place, one) in item.suggestions.iter().enumerate() {
        say(&format!("     {}. {} {} ({}‰)", place + 1, one.code, one.name, one.score));
        for reason in &one.reasons {
            say(&format!("          {reason}"));
        }
    }
}

fn judged(docket: &Docket) {
    for line in docket.lines.iter().take(PRINTED) {
        let fate = match line.fate {
            DocketOutcome::Linked => "linked",
            DocketOutcome::Refused => "refused",
            DocketOutcome::Already => "judged so before",
            DocketOutcome::Impossible => "impossible",
        };
        let written = line.written.as_deref().unwrap_or("— —");
        let mut text = format!("{:>6}  {fate}  {written}", line.number);
        if let (Some(code), Some(name)) = (&line.code, &line.name) {
            text.push_str(&format!("  → {code} {name}"));
        }
        if let Some(score) = line.score {
            text.push_str(&format!(" ({score}‰)"));
        }
        if let Some(record) = line.record.as_ref().filter(|_| !docket.dry_run) {
            text.push_str(&format!("  record {record}"));
        }
        say(&text);
        for told in line.message.iter().chain(&line.reasons) {
            say(&format!("          {told}"));
        }
    }
    if docket.lines.len() > PRINTED {
        tell(&format!("{} lines more; --json prints all", docket.lines.len() - PRINTED));
    }
    let of = |fate: DocketOutcome| docket.counts.get(&fate).copied().unwrap_or(0);
    let would = if docket.dry_run { "would be " } else { "" };
    say(&format!(
        "{} {would}linked, {} {would}refused, {} judged so before, {} impossible",
        of(DocketOutcome::Linked),
        of(DocketOutcome::Refused),
        of(DocketOutcome::Already),
        of(DocketOutcome::Impossible),
    ));
    if docket.dry_run {
        say("nothing was done");
    } else {
        say(&format!("docket {}; `gongxin held undo --docket` withdraws it", docket.docket));
    }
}

fn undone_docket(undone: &Undone) {
    let would = if undone.dry_run { "would be " } else { "" };
    say(&format!(
        "docket {}: {} rows {would}open again, {} {would}linked to another organisation by their \
         own identifiers, {} about persons stay refused",
        undone.docket,
        undone.open.len(),
        undone.linked.len(),
        undone.erased.len(),
    ));
}

//! The rehearsal's files through the real program, against the answer key.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::serve::{Scratch, gongxin};
use crate::suggestions;

/// How many organisations the region has, and its seed.
const REGION: [&str; 4] = ["--organisations", "1500", "--seed", "20"];

/// So many of 100 rows that can be linked must be.
const LINKED_PERCENT: usize = 99;

/// So many of 100 ruined names must have the true organisation among the first three suggestions.
const SUGGESTED_PERCENT: usize = 80;

/// Every so manyth organisation is ruined in every way.
const SLIPS_EVERY: usize = 6;

/// So many of 100 rows with a slip must have the true organisation as their first suggestion.
const SLIPS_FIRST_PERCENT: usize = 90;

/// So many of 100 must have it among the first three.
const SLIPS_THREE_PERCENT: usize = 95;

/// Of the rows with dirt that must be accepted, every so manyth is looked for on its subject.
const LOOK_AT_EVERY: usize = 3;

#[derive(Debug, Deserialize)]
struct File {
    name: String,
    catalogue: String,
    source: String,
}

#[derive(Debug, Deserialize)]
struct KeyRow {
    file: String,
    row: u64,
    expected: String,
    subject: Option<String>,
    document_number: Option<String>,
    dirt: String,
}

#[derive(Debug, Deserialize)]
struct Receipt {
    rows: usize,
    accepted: usize,
    held: usize,
    refused: usize,
    unchanged: usize,
    corrected: usize,
    findings: Vec<Finding>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    row: u64,
    severity: String,
}

#[derive(Debug, Deserialize)]
struct Held {
    number: u64,
    batch: usize,
    row: u64,
}

/// The program over a store of its own.
pub(crate) struct Program<'a> {
    pub(crate) path: &'a Path,
    pub(crate) store: String,
}

/// Loads a region and compares what became of every row with the key.
pub(crate) fn run() -> Result<()> {
    let path = gongxin()?;
    let scratch = Scratch::new("answers")?;
    let region = scratch.0.join("region");
    let program = Program {
        path: &path,
        store: format!("sqlite:{}", scratch.0.join("gongxin.db").display()),
    };
    let files = program.run("rehearsal files --json").args(REGION).args([&region]).output()?;
    let files: Vec<File> = serde_json::from_str(&files).context("the list of files")?;
    let key = read_key(&region)?;
    program.run("pack adopt --rehearsal --accept-unverified all").done()?;
    let mut wrong = Vec::new();
    let (mut to_link, mut linked) = (0, 0);
    for file in &files {
        let rows: Vec<&KeyRow> = key.iter().filter(|row| row.file == file.name).collect();
        let receipt = hand_in(&program, file, &region)?;
        counts_agree(&receipt, &rows, &file.name)?;
        let (one, other) = compare(&receipt, &rows, &mut wrong);
        (to_link, linked) = (to_link + one, linked + other);
    }
    for text in wrong.iter().take(20) {
        println!("not as the key says: {text}");
    }
    println!(
        "{linked} of {to_link} rows that can be linked are; {} not as the key says",
        wrong.len()
    );
    ensure!(linked * 100 >= to_link * LINKED_PERCENT, "too few rows are linked");
    ensure!(
        !wrong.iter().any(|text| text.contains("became accepted")),
        "accepted what must not be"
    );
    on_the_right_subject(&program, &key)?;
    suggested(&program, &files, &key)?;
    slips(&program, &files, &region)
}

/// Rows with one slip each: none is linked, and the true organisation is suggested.
fn slips(program: &Program<'_>, files: &[File], region: &Path) -> Result<()> {
    let first = files.iter().find(|file| file.catalogue == "registration");
    let first = first.context("a file of registrations")?;
    let known = suggestions::organisations(&region.join(&first.name))?;
    let some: Vec<_> = known.into_iter().step_by(SLIPS_EVERY).collect();
    let directory = region.parent().unwrap_or(region);
    let found = suggestions::measure(program, (&some, "159900-market"), directory, false)?;
    found.print();
    found.ensure(SLIPS_FIRST_PERCENT, SLIPS_THREE_PERCENT)
}

fn read_key(region: &Path) -> Result<Vec<KeyRow>> {
    let text = std::fs::read_to_string(region.join("key.jsonl")).context("the answer key")?;
    text.lines().map(|line| serde_json::from_str(line).context("a line of the key")).collect()
}

fn hand_in(program: &Program<'_>, file: &File, region: &Path) -> Result<Receipt> {
    let line = format!("intake --json --catalogue {} --source {}", file.catalogue, file.source);
    let receipt = program.run(&line).args([region.join(&file.name)]);
    // Held and refused rows make the exit code 1.
    let text = receipt.output_whatever(&[0, 1])?;
    serde_json::from_str(&text).with_context(|| format!("the receipt of {}", file.name))
}

fn counts_agree(receipt: &Receipt, rows: &[&KeyRow], file: &str) -> Result<()> {
    let sum = receipt.accepted + receipt.held + receipt.refused;
    ensure!(receipt.rows == sum, "{file}: {} rows, but outcomes for {sum}", receipt.rows);
    ensure!(receipt.rows == rows.len(), "{file}: {} rows, {} in the key", receipt.rows, rows.len());
    for (expected, count) in [("unchanged", receipt.unchanged), ("corrected", receipt.corrected)] {
        let wanted = rows.iter().filter(|row| row.expected == expected).count();
        ensure!(count == wanted, "{file}: {count} rows {expected}, {wanted} in the key");
    }
    Ok(())
}

/// How many rows can be linked, and how many are.
fn compare(receipt: &Receipt, rows: &[&KeyRow], wrong: &mut Vec<String>) -> (usize, usize) {
    let with = |severity: &str| -> BTreeSet<u64> {
        let findings = receipt.findings.iter();
        findings.filter(|finding| finding.severity == severity).map(|finding| finding.row).collect()
    };
    let (refused, held) = (with("error"), with("doubt"));
    let (mut to_link, mut linked) = (0, 0);
    for row in rows {
        let became = match row.row {
            number if refused.contains(&number) => "refused",
            number if held.contains(&number) => "held",
            _ => "accepted",
        };
        let is_to_link = matches!(row.expected.as_str(), "accepted" | "unchanged" | "corrected");
        to_link += usize::from(is_to_link);
        linked += usize::from(is_to_link && became == "accepted");
        let is_right = match row.expected.as_str() {
            "not-accepted" => became != "accepted",
            expected if is_to_link => became == "accepted" && expected != "held",
            expected => became == expected,
        };
        if !is_right {
            let KeyRow { file, row: number, expected, dirt, .. } = row;
            wrong.push(format!("{file} row {number} ({dirt}): {expected}, but became {became}"));
        }
    }
    (to_link, linked)
}

/// Dirty rows that were accepted stand on their subject and on no other.
fn on_the_right_subject(program: &Program<'_>, key: &[KeyRow]) -> Result<()> {
    let dirty = key.iter().filter(|row| row.expected == "accepted" && row.dirt != "none");
    let mut looked_at = 0;
    for row in dirty.step_by(LOOK_AT_EVERY) {
        let (Some(subject), Some(number)) = (&row.subject, &row.document_number) else { continue };
        let shown = program.run("subject --all --json").args([subject]).output()?;
        let found = shown.contains(number.as_str());
        ensure!(found, "{} row {} is not on its subject {subject}", row.file, row.row);
        looked_at += 1;
    }
    println!("{looked_at} rows with dirt looked at, all on the right subject");
    Ok(())
}

/// The true organisation is among the first three suggestions for ruined names.
fn suggested(program: &Program<'_>, files: &[File], key: &[KeyRow]) -> Result<()> {
    let ruined: BTreeMap<(&str, u64), &KeyRow> = key
        .iter()
        .filter(|row| row.dirt == "ruined-name-only")
        .map(|row| ((row.file.as_str(), row.row), row))
        .collect();
    let held = program.run("held list --json --limit 100000").output()?;
    let held: Vec<Held> = serde_json::from_str(&held).context("the held rows")?;
    let (mut asked, mut found) = (0, 0);
    for one in held {
        let file = one.batch.checked_sub(1).and_then(|place| files.get(place));
        let Some(row) = file.and_then(|file| ruined.get(&(file.name.as_str(), one.row))) else {
            continue;
        };
        let shown = program.run("held show --json").args([one.number.to_string()]).output()?;
        let shown: serde_json::Value = serde_json::from_str(&shown).context("a held row")?;
        let suggestions = shown["candidates"].as_array().or(shown["suggestions"].as_array());
        let has_subject = |one: &serde_json::Value| one["code"].as_str() == row.subject.as_deref();
        asked += 1;
        let among = suggestions.is_some_and(|all| all.iter().take(3).any(has_subject));
        found += usize::from(among);
    }
    println!("{found} of {asked} ruined names have the true organisation among three suggestions");
    ensure!(asked == ruined.len(), "{} ruined names, {asked} of them held", ruined.len());
    ensure!(found * 100 >= asked * SUGGESTED_PERCENT, "too few true suggestions");
    Ok(())
}

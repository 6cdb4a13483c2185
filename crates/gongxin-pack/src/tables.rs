//! Rows of the packs' CSV tables.

use std::collections::BTreeMap;

use gongxin_model::Day;

use crate::rulebook::{
    Cite, CodeEntry, Confidence, Ground, Parent, SourceDeclaration, Successor, Text,
};

/// A row: column name → cell; empty cells are left out.
pub(crate) type Row = BTreeMap<String, String>;

/// The rows of a table with their lines.
pub(crate) fn rows(text: &str) -> Result<Vec<(usize, Row)>, (usize, String)> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let fail = |error: csv::Error| {
        let line = error.position().map_or(1, |place| usize::try_from(place.line()).unwrap_or(1));
        (line, error.to_string())
    };
    let headers = reader.headers().map_err(fail)?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(fail)?;
        let line = record.position().map_or(1, |place| usize::try_from(place.line()).unwrap_or(1));
        let row = headers
            .iter()
            .zip(&record)
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect();
        rows.push((line, row));
    }
    Ok(rows)
}

fn need(row: &Row, name: &str) -> Result<String, String> {
    row.get(name).cloned().ok_or_else(|| format!("the column `{name}` is empty"))
}

fn day(row: &Row, name: &str) -> Result<Option<Day>, String> {
    row.get(name)
        .map(|cell| cell.parse().map_err(|_| format!("`{cell}` in `{name}` is no day YYYY-MM-DD")))
        .transpose()
}

fn list(row: &Row, name: &str) -> Vec<String> {
    row.get(name).map_or_else(Vec::new, |cell| cell.split('|').map(str::to_owned).collect())
}

/// An entry of a code list. Columns beyond the known ones go to `extra`.
pub(crate) fn entry(row: &Row) -> Result<CodeEntry, String> {
    let known = ["code", "zh", "en", "spellings", "from", "until", "parent"];
    Ok(CodeEntry {
        code: need(row, "code")?,
        zh: need(row, "zh")?,
        en: row.get("en").cloned().unwrap_or_default(),
        spellings: list(row, "spellings"),
        from: day(row, "from")?,
        until: day(row, "until")?,
        parent: row.get("parent").cloned(),
        extra: row
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()))
            .map(|(name, cell)| (name.clone(), cell.clone()))
            .collect(),
    })
}

/// The columns of the table of sources.
const SOURCE_COLUMNS: [&str; 19] = [
    "code",
    "zh",
    "en",
    "uscc",
    "region",
    "sector",
    "supplies",
    "deadline_working_days",
    "successor",
    "successor_from",
    "parent",
    "parent_from",
    "peer",
    "from",
    "until",
    "law",
    "article",
    "confidence",
    "source",
];

/// A declared source.
pub(crate) fn source(row: &Row) -> Result<SourceDeclaration, String> {
    if let Some(name) = row.keys().find(|name| !SOURCE_COLUMNS.contains(&name.as_str())) {
        return Err(format!("no reader knows the column `{name}`"));
    }
    let deadline = row.get("deadline_working_days").map(|cell| cell.parse().map_err(|_| cell));
    let successor_from = day(row, "successor_from")?;
    let parent_from = day(row, "parent_from")?;
    let parent = |code: &String| {
        let from = parent_from.ok_or("the column `parent_from` is empty")?;
        Ok::<_, String>(vec![Parent { code: code.clone(), from, until: None }])
    };
    let peer = match row.get("peer").map(String::as_str) {
        None => false,
        Some("yes") => true,
        Some(other) => return Err(format!("`{other}` in `peer`: write `yes` or nothing")),
    };
    let confidence = match need(row, "confidence")?.as_str() {
        "verified" => Confidence::Verified,
        "partly" => Confidence::Partly,
        "unverified" => Confidence::Unverified,
        other => return Err(format!("`{other}` is no confidence")),
    };
    Ok(SourceDeclaration {
        code: need(row, "code")?,
        name: Text { zh: need(row, "zh")?, en: need(row, "en")? },
        uscc: row.get("uscc").cloned(),
        region: need(row, "region")?,
        sector: need(row, "sector")?,
        supplies: list(row, "supplies"),
        deadline_working_days: deadline
            .transpose()
            .map_err(|cell| format!("`{cell}` is no number of days"))?,
        peer,
        successors: row
            .get("successor")
            .map(|code| {
                let from = successor_from.ok_or("the column `successor_from` is empty")?;
                Ok::<_, String>(Successor { code: code.clone(), from })
            })
            .transpose()?
            .into_iter()
            .collect(),
        parents: row.get("parent").map(parent).transpose()?.unwrap_or_default(),
        ground: Ground {
            from: day(row, "from")?.ok_or("the column `from` is empty")?,
            until: day(row, "until")?,
            basis: need(row, "law")?
                .split('|')
                .map(|law| Cite { law: law.to_owned(), article: row.get("article").cloned() })
                .collect(),
            confidence,
            source: row.get("source").cloned(),
        },
    })
}

/// The days of `MM-DD` or `MM-DD/MM-DD` in a year.
pub(crate) fn days(year: i16, range: &str) -> Option<Vec<Day>> {
    let (first, last) = range.split_once('/').unwrap_or((range, range));
    let parse = |text: &str| format!("{year:04}-{text}").parse::<Day>().ok();
    let (mut day, last) = (parse(first)?, parse(last)?);
    let mut days = Vec::new();
    while day <= last {
        days.push(day);
        day = day.plus_days(1);
    }
    (!days.is_empty()).then_some(days)
}

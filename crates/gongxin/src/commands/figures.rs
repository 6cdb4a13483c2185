//! `gongxin source figures` and `declare`: how well bodies hand in.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use anyhow::Context as _;
use gongxin_app::{Figures, FiguresAsk, Line, Measured, Text, figures_as_csv};
use gongxin_model::finding::Language;

use super::upload::scope;
use super::{language, open};
use crate::arguments::{Place, SourceDeclare, SourceFigures};
use crate::exit::Exit;
use crate::screen::{say, say_json, tell};

/// Late records that are named one by one on the screen; JSON and CSV have all.
const NAMED: usize = 20;

pub(crate) fn figures(place: &Place, ask: &SourceFigures) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let language = language(place)?;
    let figures = office.figures(&FiguresAsk {
        period: ask.period,
        scope: scope(ask.source.as_ref(), ask.region.as_ref()),
        as_of: ask.as_of,
        language,
    })?;
    if let Some(path) = &ask.csv {
        let said = || format!("writing the figures `{}`", path.display());
        let mut out = BufWriter::new(File::create(path).with_context(said)?);
        figures_as_csv(&figures, &mut out).and_then(|()| out.flush()).with_context(said)?;
    }
    if ask.json {
        say_json(&figures)?;
        return Ok(Exit::Done);
    }
    show(&figures, language);
    Ok(Exit::Done)
}

pub(crate) fn declare(place: &Place, ask: &SourceDeclare) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let stated = (ask.period, ask.decided);
    office.declare(&ask.code, &ask.catalogue, stated, &place.actor)?;
    say(&format!(
        "`{}` says it made {} decisions of `{}` in {}",
        ask.code, ask.decided, ask.catalogue, ask.period
    ));
    Ok(Exit::Done)
}

fn show(figures: &Figures, language: Language) {
    say(&format!("{}, as known at the end of {}", figures.period, figures.as_of));
    for line in figures.sources.iter().chain(&figures.regions) {
        show_line(line, language);
    }
    if figures.sources.is_empty() {
        tell("nothing was handed in, decided or declared in the period");
    }
    for one in &figures.definitions {
        let (name, says) = (pick(&one.name, language), pick(&one.definition, language));
        let confidence = format!("{:?}", one.confidence).to_lowercase();
        tell(&format!("{name}: {says} ({confidence})"));
    }
}

fn show_line(line: &Line, language: Language) {
    let name = line.name.as_ref().map(|name| pick(name, language)).unwrap_or_default();
    let who = line.source.as_deref().unwrap_or(&line.region);
    let figures: Vec<String> = line.figures.iter().map(|one| figure(one, language)).collect();
    say(&format!("{who}  {name}  {}  {}", line.catalogue, figures.join("  ")));
    for late in line.late.iter().take(NAMED) {
        say(&format!(
            "  late  {}  decided {}, due {}, handed in {}, {} working days late{}",
            late.record,
            late.decided_on,
            late.deadline,
            late.handed_in,
            late.working_days_late,
            if late.provisional { " (holidays not arranged yet)" } else { "" }
        ));
    }
    if line.late.len() > NAMED {
        say(&format!("  late  {} more: --json has all", line.late.len() - NAMED));
    }
    for found in line.findings.iter().filter(|_| line.source.is_some()) {
        say(&format!("  found  {} × {}  {}", found.count, found.rule, found.message));
    }
}

fn figure(one: &Measured, language: Language) -> String {
    let number = |count: Option<u64>| {
        let unknown = if language == Language::Chinese { "未知" } else { "unknown" };
        count.map_or_else(|| unknown.to_owned(), |count| count.to_string())
    };
    let per_mille = one.per_mille.map_or_else(|| "—".to_owned(), |rate| format!("{rate}‰"));
    let (part, whole) = (number(one.numerator), number(one.denominator));
    format!("{} {per_mille} ({part}/{whole})", pick(&one.name, language))
}

fn pick(text: &Text, language: Language) -> &str {
    if language == Language::English && !text.en.is_empty() { &text.en } else { &text.zh }
}

//! `gongxin case`: objections, repairs, shieldings, listings, complaints.

use std::io::Read as _;

use anyhow::Context as _;
use gongxin_app::cases::{
    CaseAct, CaseFilter, CaseItem, CaseLine, NewCase, PaperSaid, Party, SentPaper, State, Step,
    Taken,
};
use gongxin_app::gate::{Action, CaseOpen as MayOpen, CaseSee, CaseStep as MayStep, Permit, Scope};
use gongxin_app::{Limits, Office, OfficeError};
use gongxin_model::finding::Language;

use super::intake::paper_command;
use super::{circumstances, language, open};
use crate::arguments::{Acting, Case, CaseDecide, CaseList, CaseOpen, CaseStep, Place, Stating};
use crate::exit::Exit;
use crate::screen::{say, say_json};

pub(crate) fn run(place: &Place, ask: &Case) -> anyhow::Result<Exit> {
    let language = language(place)?;
    match ask {
        Case::Open(ask) => open_case(place, ask)?,
        Case::List(ask) => list(place, ask, language)?,
        Case::Show { case, json } => {
            let item = item(place, &*open(place)?, case)?;
            if *json { say_json(&item)? } else { show(&item) }
        }
        Case::Step(ask) => step(place, ask)?,
        Case::Decide(ask) => decide(place, ask)?,
    }
    Ok(Exit::Done)
}

/// The permit of who works at the machine, for a scope.
fn permit<A: Action>(place: &Place, office: &Office, scope: Scope) -> anyhow::Result<Permit<A>> {
    let key = circumstances(place)?.key;
    Ok(office.permit_at_machine(&key, &place.actor, scope)?)
}

/// For whom somebody acts: the organisation itself, a body, the platform.
fn scope(
    acting: &Acting,
    code: impl FnOnce() -> anyhow::Result<Option<String>>,
) -> anyhow::Result<Scope> {
    let usage = |what: &str| OfficeError::Usage(what.to_owned());
    Ok(match acting.party {
        Party::Subject => {
            let none =
                "an organisation without a code acts for itself in no case: open it as steward";
            Scope::Organisation(code()?.ok_or_else(|| usage(none))?)
        }
        Party::Authority => {
            let body = acting.body.clone();
            Scope::Body(body.ok_or_else(|| usage("an authority is named by --body"))?)
        }
        Party::Steward | Party::Clock => Scope::Platform,
    })
}

fn item(place: &Place, office: &Office, case: &str) -> anyhow::Result<CaseItem> {
    let permit = permit::<CaseSee>(place, office, Scope::Platform)?;
    Ok(office.case_item(&permit, case, language(place)?)?)
}

fn open_case(place: &Place, ask: &CaseOpen) -> anyhow::Result<()> {
    let (papers, sent) = papers(&ask.papers)?;
    let new = NewCase {
        procedure: &ask.procedure,
        record: ask.record,
        code: ask.code.as_deref(),
        body: ask.acting.body.as_deref(),
        text: &ask.reason,
        claim: ask.field.as_deref().zip(ask.value.as_deref()),
        papers: &papers,
        sent: &sent,
        authority: ask.authority.as_deref(),
    };
    let office = open(place)?;
    let scope = scope(&ask.acting, || match ask.record {
        Some(record) => {
            let whole = permit::<MayOpen>(place, &office, Scope::Platform)?;
            Ok(office.case_matter(&whole, record, language(place)?)?.code)
        }
        None => Ok(ask.code.clone()),
    })?;
    let taken = office.open_case(&permit(place, &office, scope)?, &new)?;
    told(&taken, ask.json)
}

/// The papers that are named, and those of which a file is given.
fn papers(named: &[String]) -> anyhow::Result<(Vec<String>, Vec<SentPaper>)> {
    let (mut papers, mut sent) = (Vec::new(), Vec::new());
    for one in named {
        let Some((id, file)) = one.split_once('=') else {
            papers.push(one.clone());
            continue;
        };
        let told = || format!("reading the paper `{file}`");
        let mut bytes = Vec::new();
        // One byte more than is read says that there are more.
        let most = Limits::default().paper_bytes.saturating_add(1);
        let opened = std::fs::File::open(file).with_context(told)?;
        opened.take(most).read_to_end(&mut bytes).with_context(told)?;
        let read = SentPaper::read(id, &bytes, paper_command().as_ref());
        sent.push(read.map_err(OfficeError::from)?);
    }
    Ok((papers, sent))
}

/// The child's side.
pub(super) fn read_paper() -> anyhow::Result<Exit> {
    gongxin_app::serve_paper(std::io::stdin(), std::io::stdout(), &Limits::default())?;
    Ok(Exit::Done)
}

fn act<'a>(
    step: Step,
    stating: &'a Stating,
    (papers, sent): &'a (Vec<String>, Vec<SentPaper>),
) -> CaseAct<'a> {
    CaseAct {
        reason: stating.reason.as_deref(),
        number: stating.number.as_deref(),
        authority: stating.authority.as_deref(),
        papers,
        sent,
        ..CaseAct::of(step)
    }
}

fn step(place: &Place, ask: &CaseStep) -> anyhow::Result<()> {
    let papers = papers(&ask.stating.papers)?;
    let act = act(ask.step, &ask.stating, &papers);
    let act = CaseAct { verdict: ask.verdict, record: ask.record, ..act };
    let office = open(place)?;
    let scope = scope(&ask.acting, || Ok(item(place, &office, &ask.case)?.line.code))?;
    let taken = office.take_step(&permit::<MayStep>(place, &office, scope)?, &ask.case, &act)?;
    told(&taken, ask.json)
}

fn decide(place: &Place, ask: &CaseDecide) -> anyhow::Result<()> {
    let office = open(place)?;
    let item = item(place, &office, &ask.case)?;
    let again = item.line.state == State::Appealed.word();
    let step = if again { Step::Redecide } else { Step::Decide };
    let papers = papers(&ask.stating.papers)?;
    let act = act(step, &ask.stating, &papers);
    let act = CaseAct { verdict: Some(ask.verdict), settles: &ask.settles, ..act };
    let scope = scope(&ask.acting, || Ok(item.line.code))?;
    let taken = office.take_step(&permit::<MayStep>(place, &office, scope)?, &ask.case, &act)?;
    told(&taken, ask.json)
}

fn told(taken: &Taken, json: bool) -> anyhow::Result<()> {
    if json {
        return say_json(taken);
    }
    let due = taken.due.map(|day| {
        let may_move = if taken.due_may_move { " (may move)" } else { "" };
        format!(", due {day}{may_move}")
    });
    say(&format!("{} is {}{}", taken.number, taken.state, due.unwrap_or_default()));
    for effect in &taken.effects {
        say(&format!("  {}", effect.word()));
    }
    Ok(())
}

fn list(place: &Place, ask: &CaseList, language: Language) -> anyhow::Result<()> {
    let filter = CaseFilter {
        procedure: ask.procedure.clone(),
        decider: ask.decider.clone(),
        closed: if ask.all { None } else { Some(false) },
        overdue: ask.overdue,
        ..CaseFilter::default()
    };
    let office = open(place)?;
    let whole = permit::<CaseSee>(place, &office, Scope::Platform)?;
    let lines = office.cases(&[whole], &filter, ask.limit, language)?;
    if ask.json {
        return say_json(&lines);
    }
    lines.iter().for_each(|line| say(&line_text(line)));
    Ok(())
}

fn line_text(line: &CaseLine) -> String {
    let due = match (line.due, line.working_days_left) {
        (Some(day), Some(left)) if left < 0 => {
            format!("due {day}, {} working days overdue", left.abs())
        }
        (Some(day), Some(left)) => format!("due {day}, {left} working days left"),
        _ => String::new(),
    };
    let who = line.decider.as_deref().unwrap_or("platform");
    format!("{}  {}  {}  {who}  {due}", line.number, line.name, line.state)
}

fn show(item: &CaseItem) {
    say(&line_text(&item.line));
    if let Some(record) = item.line.record {
        say(&format!("  record {record}"));
    }
    say(&format!("  decided by {}", item.decides));
    if let Some(text) = &item.text {
        say(&format!("  says {text}"));
    }
    if let Some((field, value)) = &item.claim {
        say(&format!("  {field} should be {value}"));
    }
    for (step, by) in &item.open_steps {
        say(&format!("  next: {step} by {}", by.join(" or ")));
    }
    for entry in &item.course {
        let says: Vec<String> =
            entry.says.iter().map(|(code, text)| format!("{code}={text}")).collect();
        let actor = entry.actor.as_deref().unwrap_or("–");
        say(&format!("{}  {}  {}  {actor}  {}", entry.entry, entry.at, entry.kind, says.join(" ")));
        for PaperSaid { paper, text, .. } in &entry.texts {
            say(&format!("  paper {}:", paper.id));
            text.lines().for_each(|line| say(&format!("    {line}")));
        }
    }
}

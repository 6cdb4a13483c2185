//! Sources, withdrawals, the archive, and what is in order here.

use gongxin_app::{NewSource, SourceEnd};
use gongxin_model::BatchNo;

use super::account::Operator;
use super::{house, open, open_or_found};
use crate::arguments::{Archive, Place, Source, Tick, Withdraw};
use crate::exit::{Exit, Usage};
use crate::screen::{say, say_json, spinner};

pub(crate) fn source(place: &Place, ask: &Source) -> anyhow::Result<Exit> {
    match ask {
        Source::Figures(ask) => return super::figures::figures(place, ask),
        Source::Declare(ask) => return super::figures::declare(place, ask),
        Source::List(_) | Source::Add(_) | Source::End(_) => {}
    }
    let office = open_or_found(place)?;
    match ask {
        Source::Figures(_) | Source::Declare(_) => {}
        Source::List(ask) => {
            let sources = office.sources(&Operator::new(&office, place).permit()?)?;
            if ask.json {
                say_json(&sources)?;
                return Ok(Exit::Done);
            }
            for one in sources {
                let last = one.last_hand_in.map(|at| at.to_string());
                say(&format!(
                    "{}  {}  {}  {}",
                    one.code,
                    one.name,
                    one.supplies.join(","),
                    last.unwrap_or_default()
                ));
            }
        }
        Source::Add(ask) => {
            let new = NewSource {
                code: &ask.code,
                name: &ask.name,
                uscc: ask.uscc.as_deref(),
                region: &ask.region,
                sector: &ask.sector,
                supplies: &ask.supplies,
                peer: ask.peer,
                follows: ask.follows.as_deref(),
                under: ask.under.as_deref(),
                deadline_working_days: ask.deadline,
            };
            office.add_source(&Operator::new(&office, place).permit()?, &new)?;
            say(&format!("`{}` may hand in {}", ask.code, ask.supplies.join(", ")));
        }
        Source::End(ask) => {
            let end = SourceEnd {
                code: &ask.code,
                until: ask.until,
                successor: ask.successor.as_deref(),
            };
            office.end_source(&Operator::new(&office, place).permit()?, end)?;
            say(&format!("`{}` ends on {}", ask.code, ask.until));
        }
    }
    Ok(Exit::Done)
}

pub(crate) fn withdraw(place: &Place, ask: &Withdraw) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let done = match (&ask.record, ask.batch) {
        (Some(record), _) => {
            let id = record.parse().map_err(|error| Usage(format!("`{record}`: {error}")))?;
            office.withdraw_record(id, &Operator::new(&office, place).permit()?, &ask.reason)?
        }
        (None, Some(batch)) => {
            let permit = Operator::new(&office, place).permit()?;
            office.withdraw_batch(BatchNo(batch), &permit, &ask.reason)?
        }
        (None, None) => return Err(Usage("name a record or --batch".into()).into()),
    };
    if ask.json {
        say_json(&done)?;
    } else {
        say(&format!(
            "{} withdrawn, {} were before; {} others hold again",
            done.withdrawn, done.already, done.resumed
        ));
    }
    Ok(Exit::Done)
}

pub(crate) fn archive(place: &Place, ask: &Archive) -> anyhow::Result<Exit> {
    let ask = match ask {
        Archive::Fsck(ask) => ask,
        Archive::Digest(ask) => return house::digest(place, ask),
    };
    let office = open(place)?;
    let spinner = spinner("deriving again");
    let report = office.fsck(&mut |done| spinner.set_prefix(format!("{done}")));
    spinner.finish_and_clear();
    let report = report?;
    if ask.json {
        say_json(&report)?;
    } else {
        for problem in &report.problems {
            say(&format!("{} {}: {}", problem.table, problem.key, problem.what));
        }
        say(&format!(
            "{} entries, {} records, root {}: {} differences",
            report.entries,
            report.records,
            report.root,
            report.problems.len()
        ));
        if report.free_pages > 0 {
            say(&format!(
                "{} of {} pages of the file carry nothing and were not checked",
                report.free_pages, report.pages
            ));
        }
    }
    Ok(if report.problems.is_empty() { Exit::Done } else { Exit::Look })
}

pub(crate) fn tick(place: &Place, ask: &Tick) -> anyhow::Result<Exit> {
    let office = open(place)?;
    let spinner = spinner("computing standings");
    let done = office.tick(ask.everything, &mut |done| spinner.set_prefix(format!("{done}")));
    spinner.finish_and_clear();
    let done = done?;
    if ask.json {
        say_json(&done)?;
    } else {
        say(&format!(
            "{} standings looked at, {} ended, {} appeared",
            done.looked_at, done.ended, done.appeared
        ));
        if done.cases.overdue + done.cases.lapsed > 0 {
            let cases = done.cases;
            say(&format!("{} cases overdue, {} moved on", cases.overdue, cases.lapsed));
        }
    }
    Ok(Exit::Done)
}

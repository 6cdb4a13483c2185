//! Things of which somebody is told, read from what is durable.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_casework::code;
use gongxin_model::{BatchNo, Body, Day, Instant, Kind, RecordNo, SubjectNo};
use gongxin_pack::{CaseProcedure, Party, State, Step};
use gongxin_store::desk::{AuditRow, KeyRow};
use gongxin_store::{BatchRow, CaseRow, EntryHead, Reader, StoredEntry};

use super::audience::People;
use super::{About, NoticeKind};
use crate::accounts::account_number;
use crate::cases::is_bodys_alone;
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// What the policy calls the account that a thing is about.
pub(super) const ONESELF: &str = "self";
/// So many cases are looked at each day.
const CASES: i64 = 100_000;

/// Whom a thing concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Audience {
    Organisation(SubjectNo),
    Body(String),
    Platform,
    Account(i64),
}

/// Something of which accounts are told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thing {
    pub(super) kind: NoticeKind,
    /// What it is: an account has one notice of each.
    pub(super) key: String,
    pub(super) at: Instant,
    pub(super) about: About,
    pub(super) audience: Audience,
    /// The account that did it, which is not told.
    pub(super) by: Option<String>,
}

/// What an entry about a record is for the organisation; none where it alters nothing for it.
const fn of_record(kind: Kind) -> Option<NoticeKind> {
    match kind {
        Kind::Received | Kind::Linked => Some(NoticeKind::RecordNew),
        Kind::Corrected => Some(NoticeKind::RecordCorrected),
        Kind::Withdrawn
        | Kind::SharingEnded
        | Kind::PublicationEnded
        | Kind::Quashed
        | Kind::Erased => Some(NoticeKind::RecordEnded),
        Kind::Resumed | Kind::Unshielded => Some(NoticeKind::RecordResumed),
        Kind::Shielded | Kind::Stayed => Some(NoticeKind::RecordRests),
        Kind::Disputed => Some(NoticeKind::RecordDisputed),
        Kind::DisputeClosed => Some(NoticeKind::RecordAnswered),
        Kind::Unlinked => Some(NoticeKind::RecordLeft),
        // The case that leads to it tells.
        Kind::Replied | Kind::ReplyEnded
        // About no record.
        | Kind::IdentifierClaimed
        | Kind::Joined
        | Kind::Parted
        | Kind::Succeeded
        | Kind::CaseOpened
        | Kind::CaseStep
        | Kind::CaseDecided
        | Kind::CaseOverdue
        | Kind::RulebookAdopted
        | Kind::Configured => None,
    }
}

/// The things that entries are.
pub(super) fn of_entries(
    office: &Office,
    reader: &mut Reader<'_>,
    (people, rules): (&People, &Rules),
    heads: &[EntryHead],
) -> Result<Vec<Thing>, OfficeError> {
    let Some(first) = people.first() else {
        return Ok(Vec::new());
    };
    let heads: Vec<&EntryHead> = heads.iter().filter(|head| head.at >= first).collect();
    let numbers: BTreeSet<i64> =
        heads.iter().filter_map(|head| head.about.as_record()).map(|no| no.0).collect();
    let subjects = subjects_of(reader, people, numbers)?;
    let mut things = Vec::new();
    for head in heads {
        if head.about.as_case().is_some() {
            if let Some(entry) = reader.entry(head.seq)? {
                things.extend(of_case_entry(reader, rules, &entry)?);
            }
        } else if let Some(record) = head.about.as_record() {
            let thing = of_record_entry(office, reader, head, (record, &subjects))?;
            things.extend(thing);
        }
    }
    Ok(things)
}

/// Whose records are, of organisations for which somebody acts.
fn subjects_of(
    reader: &mut Reader<'_>,
    people: &People,
    numbers: BTreeSet<i64>,
) -> Result<BTreeMap<RecordNo, SubjectNo>, OfficeError> {
    if people.subjects().is_empty() || numbers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let records = reader.records(numbers.into_iter().collect())?;
    let own = records.into_iter().filter_map(|record| Some((record.no, record.subject?)));
    Ok(own.filter(|(_, subject)| people.represents(*subject)).collect())
}

fn of_record_entry(
    office: &Office,
    reader: &mut Reader<'_>,
    head: &EntryHead,
    (record, subjects): (RecordNo, &BTreeMap<RecordNo, SubjectNo>),
) -> Result<Option<Thing>, OfficeError> {
    let Some(kind) = of_record(head.kind) else {
        return Ok(None);
    };
    let left = kind == NoticeKind::RecordLeft;
    let subject = if left {
        // The record is nobody's by now; the entry says whose it was.
        let body = reader.entry(head.seq)?.and_then(|entry| entry.body);
        body.and_then(|body| body.subject).and_then(|id| office.key().subject_of(id))
    } else {
        subjects.get(&record).copied()
    };
    Ok(subject.map(|subject| Thing {
        kind,
        key: key(head.seq.0, head.at),
        at: head.at,
        about: if left { About::Organisation } else { About::Record(record.0) },
        audience: Audience::Organisation(subject),
        by: None,
    }))
}

/// What an entry is called. The time is part of it: beside a store that was restored the same place may
/// hold another entry.
fn key(seq: i64, at: Instant) -> String {
    format!("entry/{seq}/{}", at.0)
}

/// What an entry about a case is, for everybody whom it concerns: what stands first counts for who would
/// be told of it twice.
fn of_case_entry(
    reader: &mut Reader<'_>,
    rules: &Rules,
    entry: &StoredEntry,
) -> Result<Vec<Thing>, OfficeError> {
    let (Some(no), Some(body)) = (entry.about.as_case(), &entry.body) else {
        return Ok(Vec::new());
    };
    let Some(row) = reader.case(no)? else {
        return Ok(Vec::new());
    };
    let thing = |kind, audience| Thing {
        kind,
        key: key(entry.seq.0, entry.at),
        at: entry.at,
        about: About::Case(no.0),
        audience,
        by: body.actor.clone(),
    };
    let is_told = !is_bodys_alone(&row, entry)?;
    let subject = row.subject.filter(|_| is_told).map(Audience::Organisation);
    let decider = || row.decider.clone().map_or(Audience::Platform, Audience::Body);
    let mut things = Vec::new();
    if entry.kind == Kind::CaseOverdue {
        let stewards = row.decider.is_some().then_some(Audience::Platform);
        let all = [Some(decider()), stewards, subject].into_iter().flatten();
        things.extend(all.map(|one| thing(NoticeKind::CaseOverdue, one)));
        return Ok(things);
    }
    if entry.kind == Kind::CaseDecided {
        things.extend(subject.clone().map(|one| thing(NoticeKind::CaseDecided, one)));
        let source = source_of(reader, &row)?.filter(|source| row.decider.as_ref() != Some(source));
        things.extend(source.map(|one| thing(NoticeKind::CaseSettled, Audience::Body(one))));
    }
    let rule = rules.rulebook.procedures.get(&row.procedure);
    let waits = rule.map(|rule| awaited(rule, state_of(body), &row)).unwrap_or_default();
    things.extend(waits.into_iter().map(|one| thing(NoticeKind::CaseWaits, one)));
    things.extend(subject.map(|one| thing(NoticeKind::CaseMoved, one)));
    Ok(things)
}

fn state_of(body: &Body) -> Option<State> {
    body.field(code::STATE).and_then(|field| State::from_word(field.value.first()))
}

/// The body that handed in the record of a case.
fn source_of(reader: &mut Reader<'_>, row: &CaseRow) -> Result<Option<String>, OfficeError> {
    let record = row.record.map(|no| reader.record(no)).transpose()?.flatten();
    Ok(record.map(|record| record.source))
}

/// Who must act, or may alone, where a case stands so: those who may take a step that moves it on, while a
/// clock runs.
fn awaited(rule: &CaseProcedure, state: Option<State>, row: &CaseRow) -> Vec<Audience> {
    let Some(state) = state.filter(|state| rule.clocks.iter().any(|one| one.state == *state))
    else {
        return Vec::new();
    };
    let leads_on = |step: Step| {
        !matches!(
            step,
            Step::Open
                | Step::Supplement
                | Step::Extend
                | Step::Return
                | Step::Decline
                | Step::Withdraw
                | Step::Lapse
        )
    };
    let ways = rule.moves().filter(|way| way.from == state && leads_on(way.step));
    let parties: BTreeSet<&str> = ways
        .filter_map(|way| rule.step(way.step))
        .flat_map(|step| step.by.iter().map(|party| party.word()))
        .collect();
    let audience = |word: &str| match Party::from_word(word)? {
        Party::Subject => row.subject.map(Audience::Organisation),
        Party::Authority => row.decider.clone().map(Audience::Body),
        Party::Steward => Some(Audience::Platform),
        Party::Clock => None,
    };
    parties.into_iter().filter_map(audience).collect()
}

/// The thing that a hand-in is that came to its end.
pub(super) fn of_batch(row: &BatchRow) -> Thing {
    Thing {
        kind: NoticeKind::BatchDone,
        key: format!("batch/{}/{}", row.no, row.at.0),
        at: row.at,
        about: About::Batch(BatchNo(row.no.0)),
        audience: Audience::Body(row.source.clone()),
        by: None,
    }
}

/// The thing that an act at the desk is; none where nobody is told of it.
pub(super) fn of_act(row: &AuditRow) -> Option<Thing> {
    if row.act.outcome != "done" {
        return None;
    }
    let about = row.act.about.as_str();
    let (kind, about, audience) = match row.act.act.as_str() {
        "account.lock" if row.act.detail == "locked" => {
            (NoticeKind::AccountLocked, About::Account(about.to_owned()), Audience::Platform)
        }
        "account.reset" => {
            (NoticeKind::AccountLocked, About::Account(about.to_owned()), Audience::Platform)
        }
        // That a code was asked for alters nothing yet.
        "own.address" if row.act.detail == "asked" => return None,
        act @ ("own.password" | "own.factor" | "own.recovery" | "own.key.make" | "own.address"
        | "own.webhook.make") => {
            let account = account_number(&row.act.account)?;
            (NoticeKind::AccountChanged, About::Act(act.to_owned()), Audience::Account(account))
        }
        _ => return None,
    };
    // Of an act of one's own one is told: somebody else may have done it.
    let by = (kind != NoticeKind::AccountChanged).then(|| row.act.account.clone());
    let key = format!("act/{}", row.no);
    Some(Thing { kind, key, at: row.at, about, audience, by })
}

/// The things that the calendar makes, since the last day on which it was looked at.
pub(super) fn of_day(
    office: &Office,
    reader: &mut Reader<'_>,
    (people, rules): (&People, &Rules),
    (last, today): (Option<Day>, Day),
) -> Result<Vec<Thing>, OfficeError> {
    let at = office.clock.now();
    let mut things = near_cases(office, reader, rules, (today, at))?;
    let held_days = office.notices.held_time();
    for (source, count) in reader.held_by_source()? {
        if count > 0 {
            let key = format!("held/{source}/{}", today.begins().0.div_euclid(held_days));
            let (about, audience) = (About::Held(source.clone()), Audience::Body(source));
            let kind = NoticeKind::HeldWaits;
            things.push(Thing { kind, key, at, about, audience, by: None });
        }
    }
    // The calendar ends publications without an entry.
    let from = last.unwrap_or(today);
    for subject in people.subjects() {
        for row in reader.standings_of(subject)? {
            let until = row.shown_until;
            if row.publication == "published" && from < until && until <= today {
                things.push(Thing {
                    kind: NoticeKind::RecordEnded,
                    key: format!("until/{}/{until}", row.record),
                    at,
                    about: About::Record(row.record.0),
                    audience: Audience::Organisation(subject),
                    by: None,
                });
            }
        }
    }
    Ok(things)
}

fn near_cases(
    office: &Office,
    reader: &mut Reader<'_>,
    rules: &Rules,
    (today, at): (Day, Instant),
) -> Result<Vec<Thing>, OfficeError> {
    let ahead = office.notices.case_working_days();
    let last = rules.rulebook.calendar.add_working_days(today, ahead).day;
    let mut things = Vec::new();
    for row in reader.cases_due(last.plus_days(1), gongxin_model::CaseNo(0), CASES)? {
        let Some(due) = row.due.filter(|due| *due >= today) else {
            continue;
        };
        let rule = rules.rulebook.procedures.get(&row.procedure);
        let waits = rule.map(|rule| awaited(rule, State::from_word(&row.state), &row));
        things.extend(waits.unwrap_or_default().into_iter().map(|audience| Thing {
            kind: NoticeKind::CaseNear,
            key: format!("near/case/{}/{due}", row.no),
            at,
            about: About::Case(row.no.0),
            audience,
            by: None,
        }));
    }
    Ok(things)
}

/// The thing that a key is that ends soon.
pub(super) fn of_key(key: &KeyRow, at: Instant) -> Thing {
    Thing {
        kind: NoticeKind::KeyEnds,
        key: format!("key/{}", key.no),
        at,
        about: About::Key(key.no),
        audience: Audience::Account(key.account),
        by: None,
    }
}

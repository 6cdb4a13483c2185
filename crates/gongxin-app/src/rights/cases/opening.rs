//! What a case that is opened is about, and what no procedure can know of it.

use gongxin_model::code::Uscc;
use gongxin_model::{Day, SubjectNo};
use gongxin_pack::{CaseProcedure, Family, Matter};
use gongxin_standing::{Effects, Event, Question, Standing};
use gongxin_store::{RecordRow, StandingRow, Writer};

use super::CaseFault;
use super::listing::may_enter;
use super::reach::reaches_record;
use super::step::NewCase;
use crate::derive::{event, histories, standing_as};
use crate::gate::{CaseOpen, Permit, Scope};
use crate::rights::judge::one_subject;
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// What a case is about, inside this store.
pub(super) struct Matters {
    pub(super) record: Option<RecordRow>,
    pub(super) subject: Option<SubjectNo>,
    pub(super) decider: Option<String>,
    pub(super) maker: Option<String>,
    /// The first day on which repair may be asked for.
    pub(super) repair_from: Option<Day>,
    /// True where its publication has ended.
    pub(super) has_ended: bool,
    /// True for an adverse record that is published: its subject may reply to it.
    pub(super) takes_reply: bool,
}

impl Office {
    /// What a new case is about: its record, whose it is, who decides, and who made it.
    pub(super) fn matters(
        &self,
        writer: &mut Writer<'_>,
        (rules, rule): (&Rules, &CaseProcedure),
        permit: &Permit<CaseOpen>,
        new: &NewCase<'_>,
    ) -> Result<Matters, OfficeError> {
        let today = writer.now().day();
        let is_platforms = is_platforms(rule);
        if let Some(body) = new.body.filter(|body| !rules.rulebook.sources.contains_key(*body)) {
            return Err(OfficeError::Absent(format!("there is no source `{body}`")));
        }
        let Some(id) = new.record else {
            let subject = match new.code.map(|code| (code, one_subject(writer, code))) {
                Some((code, Err(OfficeError::Absent(_)))) => {
                    return Err(CaseFault::NoOrganisation(code.to_owned()).into());
                }
                Some((_, found)) => Some(found?),
                None => None,
            };
            let decider = new.body.filter(|_| !is_platforms).map(str::to_owned);
            let matters = Matters {
                record: None,
                subject,
                decider,
                maker: None,
                repair_from: None,
                has_ended: false,
                takes_reply: false,
            };
            return Ok(matters);
        };
        let record = self.record_of(writer, id)?;
        let no_record = || OfficeError::Absent(format!("no record `{id}`"));
        let record = record.ok_or_else(no_record)?;
        if !reaches_record(writer, (rules, today), permit, &record)? {
            return Err(no_record());
        }
        if !rule.is_about(&record.catalogue) {
            let what = format!("`{}` is not about records of `{}`", rule.id, record.catalogue);
            return Err(OfficeError::Usage(what));
        }
        let history = histories(writer, &[record.no])?.remove(&record.no).unwrap_or_default();
        let events: Vec<_> = history.iter().map(event).collect();
        let maker = Effects::replay(&events).content.and_then(|body| body.actor.clone());
        let asked = standing(rules, &record, &events, today);
        let repair_from = asked.as_ref().and_then(|(_, one)| one.repairable_from);
        let has_ended = asked.as_ref().is_some_and(|(row, _)| is_over(row, today));
        let takes_reply = asked.is_some_and(|(row, _)| takes_reply(rules, &row, &events, today));
        let source = rules.rulebook.present_source(&record.source, today);
        let decider = source.map_or(record.source.as_str(), |source| &source.code).to_owned();
        let decider = Some(decider).filter(|_| !is_platforms);
        let subject = record.subject;
        let record = Some(record);
        Ok(Matters { record, subject, decider, maker, repair_from, has_ended, takes_reply })
    }

    /// What no procedure can know: whose it is, and that the same is not asked twice at once.
    pub(super) fn check_opening(
        &self,
        writer: &mut Writer<'_>,
        (rules, rule): (&Rules, &CaseProcedure),
        new: &NewCase<'_>,
        matters: &Matters,
    ) -> Result<(), OfficeError> {
        let today = writer.now().day();
        let usage = |what: String| Err(OfficeError::Usage(what));
        if rule.family == Family::Listing {
            if matters.subject.is_none() {
                return usage("a proposal names the organisation by its code".into());
            }
            let Some(body) = &matters.decider else {
                return usage("a proposal names the body that decides".into());
            };
            let list = new.list.and_then(|id| rules.rulebook.lists.get(id));
            if !list.is_some_and(|list| may_enter(rules, body, list, today)) {
                return Err(CaseFault::NoList.into());
            }
        } else if new.list.is_some() {
            return usage("only a proposal names a list".into());
        }
        match (rule.family, new.against) {
            (Family::Complaint, Some(code)) if is_known_body(rules, code) => {}
            (Family::Complaint, _) => return Err(CaseFault::Nobody.into()),
            (_, Some(_)) => return usage("only a complaint is about a body or agency".into()),
            (_, None) => {}
        }
        let Some(record) = &matters.record else {
            return Ok(());
        };
        if record.subject.is_none() {
            return usage("the record is linked to nobody".into());
        }
        if matters.has_ended && matches!(rule.family, Family::Repair | Family::Shielding) {
            return Err(CaseFault::Ended.into());
        }
        if rule.family == Family::Reply && !matters.takes_reply {
            return Err(CaseFault::NoReply.into());
        }
        if let Some((field, _)) = new.claim {
            let catalogue = rules.rulebook.catalogue(&record.catalogue);
            if catalogue.is_none_or(|one| one.field(field).is_none()) {
                return usage(format!("`{}` has no field `{field}`", record.catalogue));
            }
        }
        let open = writer.cases_of_record(record.no)?;
        match open.iter().find(|one| !one.closed && one.procedure == rule.id) {
            Some(one) => Err(CaseFault::Open(one.number.clone()).into()),
            None => Ok(()),
        }
    }
}

/// True for whom a complaint may be about: a body of the register, or an agency by its unified code.
pub(super) fn is_known_body(rules: &Rules, code: &str) -> bool {
    rules.rulebook.sources.contains_key(code) || Uscc::read(code).sound().is_some()
}

/// True where the platform decides, and no body.
pub(super) fn is_platforms(rule: &CaseProcedure) -> bool {
    matches!(rule.matter, Some(Matter::Link | Matter::Term))
        || matches!(rule.family, Family::Complaint | Family::Reply)
}

/// How a record of an organisation stands on a day.
pub(super) fn standing(
    rules: &Rules,
    record: &RecordRow,
    events: &[Event<'_>],
    today: Day,
) -> Option<(StandingRow, Standing)> {
    let rulebook = &rules.rulebook;
    let catalogue = rulebook.catalogue(&record.catalogue)?;
    let asked = Question { as_of: today, known: None, catalogue, rulebook, explains: false };
    standing_as(record, events, &asked)
}

/// True where a subject may say something beside a record: an adverse one that the public sees.
pub(super) fn takes_reply(
    rules: &Rules,
    row: &StandingRow,
    events: &[Event<'_>],
    today: Day,
) -> bool {
    let content = Effects::replay(events).content;
    let catalogue = rules.rulebook.catalogue(&row.catalogue);
    row.is_shown_on(today)
        && catalogue.zip(content).is_some_and(|(of, body)| of.is_adverse(&body.fields))
}

/// True where a publication has ended by an act, or by the day.
pub(super) fn is_over(row: &StandingRow, today: Day) -> bool {
    let by_day = row.publication == "published" && row.shown_until <= today;
    by_day || matches!(row.publication.as_str(), "ended" | "withdrawn")
}

/// A case that an organisation opens is about itself; one that a body opens is its own to decide.
pub(super) fn of_whom<'a>(permit: &'a Permit<CaseOpen>, new: &NewCase<'a>) -> NewCase<'a> {
    let mut own = new.clone();
    match permit.scope() {
        Scope::Organisation(code) if new.record.is_none() => own.code = Some(code),
        Scope::Body(body) => own.body = Some(body),
        _ => {}
    }
    own
}

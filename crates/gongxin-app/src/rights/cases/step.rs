//! A case opened, and a step taken.

use std::collections::BTreeSet;

use gongxin_casework::{Act, Actor, Case, Effect, Refusal, Transition, code, fields, open};
use gongxin_model::text::normalise_document_number;
use gongxin_model::{About, Body, Day, Field, Kind, PublicId, Seq, Value};
use gongxin_pack::{CaseProcedure, Family, Need, Role, Step, Verdict};
use gongxin_standing::Effects;
use gongxin_store::{AboutNo, CaseRow, NewEntry, RecordRow, Writer};
use serde::Serialize;

use super::opening::of_whom;
use super::papers::{self, SentPaper};
use super::reach::{actor_of, reaches};
use super::{
    CaseFault, LINE_CHARACTERS, TEXT_CHARACTERS, absent, case_of, kept, procedure, question,
    refused,
};
use crate::derive::{event, histories, value};
use crate::gate::{CaseOpen, CaseStep, Permit};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// A case that somebody opens.
#[derive(Debug, Clone)]
pub struct NewCase<'a> {
    /// The procedure: `objection-content`, `repair`.
    pub procedure: &'a str,
    /// The record that it is about.
    pub record: Option<PublicId>,
    /// The code of the organisation that it is about, where there is no record yet.
    pub code: Option<&'a str>,
    /// The body that it is about or that decides, where no record says it.
    pub body: Option<&'a str>,
    /// What whoever opens it says.
    pub text: &'a str,
    /// The field that is wrong, and what it should be.
    pub claim: Option<(&'a str, &'a str)>,
    /// The papers that come with it.
    pub papers: &'a [String],
    /// Those of which the text comes along.
    pub sent: &'a [SentPaper],
    /// The name of the authority that proposes.
    pub authority: Option<&'a str>,
}

/// A step that somebody takes.
#[derive(Debug, Clone)]
pub struct CaseAct<'a> {
    /// The step.
    pub step: Step,
    /// What a finding or decision says.
    pub verdict: Option<Verdict>,
    /// The reason in words.
    pub reason: Option<&'a str>,
    /// The number of the document.
    pub number: Option<&'a str>,
    /// The name of the authority that decided.
    pub authority: Option<&'a str>,
    /// The papers that come with it.
    pub papers: &'a [String],
    /// Those of which the text comes along.
    pub sent: &'a [SentPaper],
    /// The record that the step names: the entry that a listing led to.
    pub record: Option<PublicId>,
    /// What fields are to say from now on, by an upheld objection: code and value.
    pub settles: &'a [(String, String)],
    /// The last entry of the case as whoever acts saw it: where another came since, nothing is done.
    pub seen: Option<Seq>,
}

impl CaseAct<'_> {
    /// A step that says nothing yet.
    #[must_use]
    pub const fn of(step: Step) -> Self {
        Self {
            step,
            verdict: None,
            reason: None,
            number: None,
            authority: None,
            papers: &[],
            sent: &[],
            record: None,
            settles: &[],
            seen: None,
        }
    }
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The number of the case.
    pub number: String,
    /// Its public id.
    pub id: PublicId,
    /// Where it stands now.
    pub state: String,
    /// By when somebody must act.
    pub due: Option<Day>,
    /// True if that day may move: the holidays of its year are not published.
    pub due_may_move: bool,
    /// What was carried out.
    pub effects: Vec<Effect>,
    /// Records altered by it.
    pub records: u64,
}

impl Office {
    /// Opens a case.
    ///
    /// # Errors
    /// There is no such record, organisation or procedure, something is missing, or the text holds a
    /// person's number.
    pub fn open_case(
        &self,
        permit: &Permit<CaseOpen>,
        new: &NewCase<'_>,
    ) -> Result<Taken, OfficeError> {
        let actor = &actor_of(permit)?;
        let new = &of_whom(permit, new);
        // What a clock did to other cases about the record stays, whatever becomes of this one.
        self.tick_about(new.record)?;
        let taken = self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let day = writer.now().day();
            let rule = procedure(&rules.rulebook, new.procedure)?;
            texts(
                &rules,
                day,
                [Some(new.text), new.authority, None, new.claim.map(|(_, value)| value)],
            )?;
            if let Some(most) = rule.opening.longest_text
                && new.text.chars().count() > most
            {
                return Err(CaseFault::Long(most).into());
            }
            papers::check(&rules, day, new.sent)?;
            let matters = self.matters(writer, (&rules, rule), permit, new)?;
            self.check_opening(writer, rule, new, &matters)?;
            let act = Act {
                reason: Some(new.text),
                authority: new.authority,
                papers: came(new.papers, new.sent),
                repair_from: matters.repair_from,
                has_record: matters.record.is_some(),
                ..Act::of(Step::Open, actor.clone())
            };
            let asked = question(&rules.rulebook, rule, day);
            let transition = open(&act, matters.maker.as_deref(), &asked)
                .map_err(|why| self.refusal(&why, matters.repair_from))?;
            let no = writer.new_case()?;
            let id = self.key().case_id(no);
            let number = number(rule, day, no.0);
            let mut fields = fields(&transition.case, Some(Step::Open), Some(&act));
            fields.push(Field::text(code::CASE_NUMBER, number.as_str()));
            let optional = [
                (code::RECORD, matters.record.as_ref().map(|one| one.public_id.to_string())),
                (code::DECIDER, matters.decider.clone()),
                (code::CLAIM_FIELD, new.claim.map(|(field, _)| field.to_owned())),
                (code::CLAIM_VALUE, new.claim.map(|(_, value)| value.to_owned())),
            ];
            let said = optional.into_iter().filter_map(|(code, text)| Some((code, text?)));
            fields.extend(said.map(|(code, text)| Field::text(code, text)));
            fields.extend(papers::fields(new.sent));
            let row = CaseRow {
                no,
                public_id: id,
                number,
                procedure: rule.id.clone(),
                state: String::new(),
                record: matters.record.as_ref().map(|one| one.no),
                subject: matters.subject,
                decider: matters.decider.clone(),
                opened_at: writer.now(),
                seq: Seq(0),
                due: None,
                overdue: false,
                closed: false,
                body: String::new(),
            };
            self.carry(writer, &rules, (row, actor), (&transition, fields), &[])
        })?;
        self.acted(permit, &taken.number, new.procedure)?;
        Ok(taken)
    }

    fn tick_about(&self, record: Option<PublicId>) -> Result<(), OfficeError> {
        let Some(id) = record else {
            return Ok(());
        };
        let open = self.store.read::<_, OfficeError>(|reader| {
            let record = self.record_of(reader, id)?;
            Ok(record.map_or(Ok(Vec::new()), |record| reader.cases_of_record(record.no))?)
        })?;
        open.iter().try_for_each(|row| self.tick_case(row.no).map(drop))
    }

    /// Takes a step in a case: forwards, accepts, decides, appeals, withdraws it.
    ///
    /// # Errors
    /// There is no such case, or the step cannot be taken, with the reason.
    pub fn take_step(
        &self,
        permit: &Permit<CaseStep>,
        case: &str,
        act: &CaseAct<'_>,
    ) -> Result<Taken, OfficeError> {
        let actor = &actor_of(permit)?;
        let found = self.store.read(|reader| {
            let row = case_of(self, reader, case)?;
            if reaches(reader, permit, &row)? { Ok(row) } else { Err(absent(case)) }
        })?;
        // What a clock did stays, whatever becomes of the step.
        let ticked = self.tick_case(found.no)?;
        let taken = self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let day = writer.now().day();
            let row = case_of(self, writer, case)?;
            // What a clock marked meanwhile alters nothing of what was looked at.
            let is_seen = act.seen.is_none_or(|seen| seen == row.seq || ticked.overdue > 0);
            if !is_seen || (act.seen.is_some() && ticked.lapsed > 0) {
                return Err(CaseFault::Stale.into());
            }
            let standing = kept(&row)?;
            let rule = procedure(&rules.rulebook, &row.procedure)?;
            let values = act.settles.iter().map(|(_, value)| Some(value.as_str()));
            texts(&rules, day, [act.reason, act.number, act.authority].into_iter().chain(values))?;
            papers::check(&rules, day, act.sent)?;
            let named = self.named_entry(writer, &rules, (&row, &standing), act)?;
            let wanted = Act {
                verdict: act.verdict,
                reason: act.reason,
                number: act.number,
                authority: act.authority,
                papers: came(act.papers, act.sent),
                has_record: named.is_some(),
                ..Act::of(act.step, actor.clone())
            };
            let asked = question(&rules.rulebook, rule, day);
            let transition = standing.take(&wanted, &asked).map_err(|why| refused(&why))?;
            let mut fields = fields(&transition.case, Some(act.step), Some(&wanted));
            let named_id = named.as_ref().map(|one| one.public_id.to_string());
            fields.extend(named_id.map(|id| Field::text(code::RECORD, id)));
            fields.extend(settled(act.settles));
            fields.extend(papers::fields(act.sent));
            let row = CaseRow { record: named.map(|one| one.no).or(row.record), ..row };
            self.carry(writer, &rules, (row, actor), (&transition, fields), act.settles)
        })?;
        let verdict = act.verdict.map_or("", Verdict::word);
        self.acted(permit, &taken.number, format!("{} {verdict}", act.step).trim())?;
        Ok(taken)
    }

    /// Writes the entry of a transition and whatever follows from it.
    pub(super) fn carry(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        (row, actor): (CaseRow, &Actor),
        (transition, mut fields): (&Transition, Vec<Field>),
        settles: &[(String, String)],
    ) -> Result<Taken, OfficeError> {
        fields.sort_by(|left, right| left.code.cmp(&right.code));
        let row =
            self.write_case_entry(writer, rules, row, (transition.kind(), Some(actor)), fields)?;
        let row = self.keep_case(writer, row, &transition.case)?;
        let records = self.carry_out(writer, rules, &row, &transition.effects, settles)?;
        Ok(taken(&row, &transition.case, transition.effects.clone(), records))
    }

    /// Appends an entry about a case.
    pub(super) fn write_case_entry(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        row: CaseRow,
        (kind, actor): (Kind, Option<&Actor>),
        fields: Vec<Field>,
    ) -> Result<CaseRow, OfficeError> {
        let subject = row.subject.map(|no| self.key().subject_id(no));
        let body = Body {
            subject,
            actor: actor.map(|actor| actor.account.clone()),
            causes: if kind == Kind::CaseOpened { Vec::new() } else { vec![row.seq] },
            fields,
            ..Body::about(About::Case(row.public_id))
        };
        let seq = writer.next_seq();
        let adoption = (rules.adoption.no, rules.adoption.digest);
        let salt = self.salt(None, 0, 0);
        writer.append(&[NewEntry { about: AboutNo::case(row.no), kind, adoption, body, salt }])?;
        Ok(CaseRow { seq, ..row })
    }

    /// Keeps where a case stands.
    pub(super) fn keep_case(
        &self,
        writer: &mut Writer<'_>,
        row: CaseRow,
        case: &Case,
    ) -> Result<CaseRow, OfficeError> {
        let row = with_case(row, case);
        writer.put_case(&row)?;
        Ok(row)
    }

    /// The record that a step names: an entry in a list, of the same organisation, by the number that
    /// was decided.
    fn named_entry(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        (row, case): (&CaseRow, &Case),
        act: &CaseAct<'_>,
    ) -> Result<Option<RecordRow>, OfficeError> {
        let Some(id) = act.record else {
            return Ok(None);
        };
        let record = self.record_of(writer, id)?;
        let record = record.ok_or_else(|| OfficeError::Absent(format!("no record `{id}`")))?;
        let rule = procedure(&rules.rulebook, &row.procedure)?;
        let history = histories(writer, &[record.no])?.remove(&record.no).unwrap_or_default();
        let events: Vec<_> = history.iter().map(event).collect();
        let catalogue = rules.rulebook.catalogue(&record.catalogue);
        let content = Effects::replay(&events).content;
        let number = catalogue
            .zip(content)
            .and_then(|(catalogue, body)| value(body, catalogue, Role::DocumentNumber))
            .map(normalise_document_number);
        let decided = case.number.as_deref().map(normalise_document_number);
        let fits = rule.is_about(&record.catalogue)
            && record.subject == row.subject
            && decided.is_some()
            && number == decided;
        if fits {
            return Ok(Some(record));
        }
        Err(OfficeError::Usage(format!(
            "`{id}` is not the entry that was decided on: its list, organisation and document number \
             must be those of the case"
        )))
    }

    /// Says of a repair that is asked for too early from which day it can be.
    fn refusal(&self, why: &Refusal, repair_from: Option<Day>) -> OfficeError {
        match (why, repair_from) {
            (Refusal::Missing { need: Need::TermReached, .. }, Some(day)) => {
                CaseFault::TooEarly { from: day, today: self.today() }.into()
            }
            _ => refused(why),
        }
    }
}

/// The row of a case that stands so.
pub(super) fn with_case(row: CaseRow, case: &Case) -> CaseRow {
    CaseRow {
        state: case.state.word().to_owned(),
        due: case.due.map(|due| due.day),
        overdue: case.overdue,
        closed: case.is_closed(),
        // A case is plain data: writing it cannot fail.
        body: serde_json::to_string(case).unwrap_or_default(),
        ..row
    }
}

/// The papers that come with a step, by name alone or with their text.
fn came(named: &[String], sent: &[SentPaper]) -> BTreeSet<String> {
    named.iter().chain(sent.iter().map(|one| &one.paper)).cloned().collect()
}

/// What a decision settles, as its entry says it.
fn settled(settles: &[(String, String)]) -> Option<Field> {
    let all: Vec<_> =
        settles.iter().map(|(code, value)| format!("{code}={value}").into()).collect();
    let field = Field { code: code::SETTLES.into(), value: Value::List(all), written: None };
    (!settles.is_empty()).then_some(field)
}

fn taken(row: &CaseRow, case: &Case, effects: Vec<Effect>, records: u64) -> Taken {
    Taken {
        number: row.number.clone(),
        id: row.public_id,
        state: row.state.clone(),
        due: row.due,
        due_may_move: case.due.is_some_and(|due| due.provisional),
        effects,
        records,
    }
}

/// The number by which people name a case: what it is, the year, and a running number.
fn number(rule: &CaseProcedure, day: Day, no: i64) -> String {
    let letter = match rule.family {
        Family::Objection => 'Y',
        Family::Repair => 'X',
        Family::Shielding => 'P',
        Family::Listing => 'L',
        Family::Complaint => 'T',
        Family::Reply => 'C',
    };
    format!("{letter}-{}-{no:06}", day.parts().0)
}

/// Sees that texts can be kept: not too long, and without numbers of persons.
fn texts<'a>(
    rules: &Rules,
    day: Day,
    texts: impl IntoIterator<Item = Option<&'a str>>,
) -> Result<(), OfficeError> {
    let scan = rules.shared.personal_scan(day);
    for (place, text) in texts.into_iter().enumerate() {
        let Some(text) = text else { continue };
        // The second and third are lines: an authority, a number.
        let most = if matches!(place, 1 | 2) { LINE_CHARACTERS } else { TEXT_CHARACTERS };
        if text.chars().count() > most {
            return Err(CaseFault::Long(most).into());
        }
        if let Some(hit) = scan.find(text).first() {
            return Err(CaseFault::Personal(hit.kind.name()).into());
        }
    }
    Ok(())
}

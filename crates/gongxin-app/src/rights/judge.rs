//! One held row judged, and a judgement withdrawn.

use gongxin_intake::draft::Draft;
use gongxin_model::text::normalise_name;
use gongxin_model::{Day, RecordNo, SubjectNo};
use gongxin_pack::Nature;
use gongxin_store::{HeldRow, Reader, Writer};

use super::held::HELD_PAGE;
use crate::acts::acting_on;
use crate::bearers::bearers;
use crate::gate::{Action, HeldJudge, Permit};
use crate::intake::{HeldBody, Judged, Marks, Prepared, Row, Settlement, Settling, Start, Terms};
use crate::{Office, OfficeError, texts};

/// Who judges, on what ground, and as part of which docket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) actor: &'a str,
    pub(super) reason: &'a str,
    pub(super) docket: Option<&'a str>,
}

impl Judge<'_> {
    fn judged(&self, record: Option<i64>, erased: bool) -> Judged {
        Judged {
            actor: self.actor.to_owned(),
            reason: self.reason.to_owned(),
            record,
            docket: self.docket.map(str::to_owned),
            erased,
        }
    }
}

/// What withdrawing a judgement did to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reopened {
    /// It waits again.
    Open,
    /// Its identifiers, by themselves, are another organisation's by now: it is linked to that one.
    Linked,
}

impl Office {
    /// Judges that a held row is about the organisation with the code: the record is accepted, by
    /// the steward's judgement and on its ground.
    ///
    /// # Errors
    /// There is no such row or organisation, or the row was judged before.
    pub fn held_link(
        &self,
        number: i64,
        code: &str,
        permit: &Permit<HeldJudge>,
        reason: &str,
    ) -> Result<String, OfficeError> {
        let judge = Judge { actor: permit.actor(), reason, docket: None };
        let (terms, id) = self.store.write(self.clock.now(), |writer| {
            let row = open_row(writer, number, permit)?;
            let subject = one_subject(writer, code)?;
            let (terms, record) = self.link_row(writer, &row, subject, judge)?;
            let Some(record) = record else {
                return Err(OfficeError::Usage(format!(
                    "row {number} cannot be accepted as it stands; correct it at its source"
                )));
            };
            let found = writer.record(record)?;
            Ok((terms, found.map(|record| record.public_id.to_string()).unwrap_or_default()))
        })?;
        // An act may have waited for what was judged just now.
        self.retry_acts(&terms)?;
        self.acted(permit, &about(number), &format!("linked {id}"))?;
        Ok(id)
    }

    /// Links a row to a subject inside a transaction; no record where the row cannot be accepted as
    /// it stands, and nothing is written then.
    pub(super) fn link_row(
        &self,
        writer: &mut Writer<'_>,
        row: &HeldRow,
        subject: SubjectNo,
        judge: Judge<'_>,
    ) -> Result<(Terms, Option<RecordNo>), OfficeError> {
        let today = writer.now().day();
        let terms = self.terms_of(writer, row, judge.actor, today)?;
        let settled = self.accept_held(writer, &terms, row, Some((subject, judge)))?;
        let record = match settled {
            Settling::Made(record) => Some(record),
            Settling::Stays | Settling::Corrected => None,
        };
        Ok((terms, record))
    }

    /// Judges that a held row does not belong here. Of a row about a person nothing stays but that
    /// it was refused, and what recognises it when it comes again.
    ///
    /// # Errors
    /// There is no such row, or it was judged before.
    pub fn held_refuse(
        &self,
        number: i64,
        is_person: bool,
        permit: &Permit<HeldJudge>,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let judge = Judge { actor: permit.actor(), reason, docket: None };
        self.store.write(self.clock.now(), |writer| {
            let row = open_row(writer, number, permit)?;
            refuse_row(writer, &row, is_person, judge)
        })?;
        self.acted(permit, &about(number), if is_person { "person" } else { "refused" })
    }

    /// Withdraws a judgement: the row is open again, the record that it made is withdrawn with
    /// everything that followed.
    ///
    /// # Errors
    /// There is no such row, it was not judged, or nothing of it was kept.
    pub fn held_undo(
        &self,
        number: i64,
        permit: &Permit<HeldJudge>,
        reason: &str,
    ) -> Result<bool, OfficeError> {
        let judge = Judge { actor: permit.actor(), reason, docket: None };
        let reopened = self.store.write(self.clock.now(), |writer| {
            let row = covered(writer, number, permit)?;
            self.reopen_held(writer, &row, judge)
        })?;
        self.acted(permit, &about(number), "undone")?;
        Ok(reopened == Reopened::Linked)
    }

    /// Opens a judged row again inside a transaction, and asks the linker of today about it: what
    /// relied on the judgement relies on the row's identifiers now. Never for the subject that the
    /// judgement had named.
    pub(super) fn reopen_held(
        &self,
        writer: &mut Writer<'_>,
        row: &HeldRow,
        judge: Judge<'_>,
    ) -> Result<Reopened, OfficeError> {
        let number = row.no;
        let mut body = HeldBody::from_json(&row.body)?;
        let Some(judged) = body.judgement.take() else {
            return Err(OfficeError::Usage(format!("row {number} was not judged")));
        };
        if judged.erased {
            return Err(OfficeError::Usage(format!(
                "row {number} was about a person and nothing of it was kept; if it was not, hand \
                 it in again with a code"
            )));
        }
        let Some(record) = judged.record.map(RecordNo) else {
            writer.update_held(number, "open", &body.to_json()?)?;
            return Ok(Reopened::Open);
        };
        let left = writer.record(record)?.and_then(|record| record.subject);
        self.withdraw(writer, &[record], judge.actor, judge.reason)?;
        let today = writer.now().day();
        let terms = self.terms_of(writer, row, judge.actor, today)?;
        let marks = Marks::of(&body.draft, self.key(), &terms);
        // The row may be judged again, for another: its key is free.
        writer.forget_marks(marks.found_by(), marks.content)?;
        writer.update_held(number, "open", &body.to_json()?)?;
        let row = HeldRow { state: "open".to_owned(), body: body.to_json()?, ..row.clone() };
        let is_same = |subject: SubjectNo| Some(subject) == left;
        match self.accept_unless(writer, &terms, &row, None, &is_same)? {
            Settling::Made(_) => Ok(Reopened::Linked),
            Settling::Stays | Settling::Corrected => Ok(Reopened::Open),
        }
    }

    /// The terms under which a held row was handed in, with the rules of today.
    pub(super) fn terms_of(
        &self,
        reader: &mut Reader<'_>,
        row: &HeldRow,
        actor: &str,
        today: Day,
    ) -> Result<Terms, OfficeError> {
        let rules = self.rules_for(reader)?;
        let catalogue = rules.rulebook.catalogue(&row.catalogue).cloned().ok_or_else(|| {
            OfficeError::Usage(format!("the rulebook has no catalogue `{}`", row.catalogue))
        })?;
        Ok(Terms {
            catalogue,
            source: row.source.clone(),
            actor: actor.to_owned(),
            today,
            figures: rules.figures(today)?,
            rules,
        })
    }

    /// Accepts a held row: for the subject that a person named, or by the linker's judgement of
    /// today.
    fn accept_held(
        &self,
        writer: &mut Writer<'_>,
        terms: &Terms,
        row: &HeldRow,
        judged: Option<(SubjectNo, Judge<'_>)>,
    ) -> Result<Settling, OfficeError> {
        self.accept_unless(writer, terms, row, judged, &|_| false)
    }

    /// The same; nothing is written where the subject is one that it must not be.
    fn accept_unless(
        &self,
        writer: &mut Writer<'_>,
        terms: &Terms,
        row: &HeldRow,
        judged: Option<(SubjectNo, Judge<'_>)>,
        must_not: &dyn Fn(SubjectNo) -> bool,
    ) -> Result<Settling, OfficeError> {
        let mut body = HeldBody::from_json(&row.body)?;
        let again = Row {
            number: row.row,
            part: None,
            draft: Some(Prepared::of(body.draft.clone(), self.key(), terms)),
            findings: Vec::new(),
            held: false,
        };
        let start = Start::of(writer);
        let mut settlement = Settlement::new(self, terms, row.batch, writer, start);
        let settled = settlement
            .settle_held(&again, judged.map(|(subject, judge)| (subject, judge.reason)))?;
        let record = match settled {
            Settling::Stays => return Ok(settled),
            Settling::Made(_) if settlement.made_for().is_some_and(must_not) => {
                return Ok(Settling::Stays);
            }
            Settling::Made(record) => Some(record.0),
            Settling::Corrected => None,
        };
        settlement.into_writes().0.keep(writer, terms)?;
        let by_itself = Judge { actor: &terms.actor, reason: "", docket: None };
        let judge = judged.map_or(by_itself, |(_, judge)| judge);
        body.judgement = Some(judge.judged(record, false));
        writer.update_held(row.no, "linked", &body.to_json()?)?;
        Ok(settled)
    }

    /// Tries again the acts that wait for what may have been handed in: a decision, or a shield.
    pub(crate) fn retry_acts(&self, handed_in: &Terms) -> Result<(), OfficeError> {
        let own = &handed_in.catalogue;
        let mut waiting: Vec<String> = acting_on(&handed_in.rules.rulebook, own)
            .into_iter()
            .map(|one| one.id.clone())
            .collect();
        if own.nature == Nature::Act {
            waiting.push(own.id.clone());
        }
        if waiting.is_empty() {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let held = |reader: &mut Reader<'_>| reader.held_of(waiting.clone(), after, HELD_PAGE);
            let rows = self.store.read::<_, OfficeError>(|reader| Ok(held(reader)?))?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = last.no;
            let mut again = Vec::new();
            for row in &rows {
                if waits_for_another(&HeldBody::from_json(&row.body)?) {
                    again.push(row.no);
                }
            }
            if again.is_empty() {
                continue;
            }
            self.store.write(self.clock.now(), |writer| {
                for no in again {
                    let row = writer.held_one(no)?;
                    if let Some(row) = row.filter(|row| row.state == "open") {
                        let today = writer.now().day();
                        let terms = self.terms_of(writer, &row, &handed_in.actor, today)?;
                        self.accept_held(writer, &terms, &row, None)?;
                    }
                }
                Ok::<_, OfficeError>(())
            })?;
        }
    }
}

/// Refuses a row inside a transaction.
pub(super) fn refuse_row(
    writer: &mut Writer<'_>,
    row: &HeldRow,
    is_person: bool,
    judge: Judge<'_>,
) -> Result<(), OfficeError> {
    let mut body = HeldBody::from_json(&row.body)?;
    if is_person {
        body.draft = Draft::default();
        body.findings.clear();
        body.unlike.clear();
    }
    body.judgement = Some(judge.judged(None, is_person));
    Ok(writer.update_held(row.no, "refused", &body.to_json()?)?)
}

/// True where a row is held because what it is about was not here.
fn waits_for_another(body: &HeldBody) -> bool {
    let waits = [texts::TARGET_UNKNOWN, texts::TARGET_DIFFERS, texts::SHIELD_UNKNOWN];
    body.findings.iter().any(|finding| waits.iter().any(|rule| rule.id == finding.rule))
}

pub(super) fn absent(number: i64) -> OfficeError {
    OfficeError::Absent(format!("there is no held row {number}"))
}

/// How the chain of acts names a row.
pub(super) fn about(number: i64) -> String {
    format!("held-{number}")
}

/// A row that the permit is for. One of another body is answered like one that there is not.
pub(super) fn covered<A: Action>(
    reader: &mut Reader<'_>,
    number: i64,
    permit: &Permit<A>,
) -> Result<HeldRow, OfficeError> {
    let row = reader.held_one(number)?.filter(|row| permit.covers(&row.source));
    row.ok_or_else(|| absent(number))
}

pub(super) fn open_row(
    reader: &mut Reader<'_>,
    number: i64,
    permit: &Permit<HeldJudge>,
) -> Result<HeldRow, OfficeError> {
    let row = covered(reader, number, permit)?;
    if row.state == "open" {
        return Ok(row);
    }
    Err(OfficeError::Usage(format!(
        "row {number} is {} already; `gongxin held undo` withdraws a judgement",
        row.state
    )))
}

/// The one subject of a code.
pub(super) fn one_subject(reader: &mut Reader<'_>, code: &str) -> Result<SubjectNo, OfficeError> {
    let normal = gongxin_model::code::normalise_code(code);
    let mut found: Vec<SubjectNo> =
        bearers(reader, vec![normal])?.into_iter().map(|row| row.subject).collect();
    found.dedup();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(OfficeError::Absent(format!(
            "no organisation with the code `{}`",
            normalise_name(code)
        ))),
        _ => Err(OfficeError::Usage(format!("`{code}` is the code of several; use another one"))),
    }
}

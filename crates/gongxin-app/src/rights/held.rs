//! Held rows: seen beside their candidates, judged, and a judgement withdrawn.

use gongxin_model::finding::Language;
use gongxin_model::text::normalise_name;
use gongxin_model::{BatchNo, Day, Finding, RecordNo, SubjectNo};
use gongxin_pack::Nature;
use gongxin_store::{HeldRow, Reader, Writer};
use serde::Serialize;

use crate::acts::acting_on;
use crate::intake::{
    HeldBody, Judged, Marks, Prepared, Row, Settlement, Settling, Start, Terms, WorkingSet,
};
use crate::rules::texts_of;
use crate::{Office, OfficeError, linker, texts};

/// So many held rows are tried again in one transaction.
const HELD_PAGE: i64 = 500;

/// A held row as a steward sees it.
#[derive(Debug, Clone, Serialize)]
pub struct HeldItem {
    /// Its number.
    pub number: i64,
    /// The hand-in.
    pub batch: i64,
    /// The row in it.
    pub row: u64,
    /// The catalogue.
    pub catalogue: String,
    /// The source.
    pub source: String,
    /// `open`, `linked`, `refused`.
    pub state: String,
    /// The counterpart's name as written.
    pub name: Option<String>,
    /// Its identifiers as written: kind and code.
    pub identifiers: Vec<(String, String)>,
    /// The fields of the row.
    pub fields: Vec<(String, String)>,
    /// Why it is held.
    pub findings: Vec<String>,
    /// Whom it may be about, best first.
    pub suggestions: Vec<HeldSuggestion>,
}

/// A candidate with its reasons.
#[derive(Debug, Clone, Serialize)]
pub struct HeldSuggestion {
    /// The code it is shown under.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How well it fits, per mille.
    pub score: u32,
    /// Why, in words.
    pub reasons: Vec<String>,
}

impl Office {
    /// Open held rows, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn held_list(
        &self,
        batch: Option<BatchNo>,
        limit: u32,
        language: Language,
    ) -> Result<Vec<HeldItem>, OfficeError> {
        self.store.read(|reader| {
            let rows = reader.held("open", batch, 0, i64::from(limit))?;
            let mut set = WorkingSet::default();
            rows.iter().map(|row| self.held_item(reader, &mut set, row, language)).collect()
        })
    }

    /// One held row with its candidates.
    ///
    /// # Errors
    /// There is no such row.
    pub fn held_show(&self, number: i64, language: Language) -> Result<HeldItem, OfficeError> {
        self.store.read(|reader| {
            let row = reader.held_one(number)?.ok_or_else(|| absent(number))?;
            self.held_item(reader, &mut WorkingSet::default(), &row, language)
        })
    }

    fn held_item(
        &self,
        reader: &mut Reader<'_>,
        set: &mut WorkingSet,
        row: &HeldRow,
        language: Language,
    ) -> Result<HeldItem, OfficeError> {
        let body = HeldBody::from_json(&row.body)?;
        let words = gongxin_subject::reason_texts();
        let rules = self.rules_for(reader)?;
        // Looked for when somebody looks: among all that are registered by now.
        let suggestions = match self.terms_of(reader, row, "", self.today()) {
            Ok(terms) => {
                let draft = Prepared::of(body.draft.clone(), self.key(), &terms);
                let candidates = set.further_candidates(reader, &draft, &terms.figures)?;
                linker::suggestions(&draft.claims, &candidates, &terms)
            }
            // Its catalogue is gone; the row is still there to be refused.
            Err(OfficeError::Usage(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let message = |finding: &Finding| {
            texts_of(finding, &self.texts, &rules.texts).message(finding, language)
        };
        Ok(HeldItem {
            number: row.no,
            batch: row.batch.0,
            row: row.row,
            catalogue: row.catalogue.clone(),
            source: row.source.clone(),
            state: row.state.clone(),
            name: body.draft.claims.name.clone(),
            identifiers: body
                .draft
                .claims
                .identifiers
                .iter()
                .map(|one| (one.kind.name().to_owned(), one.code.to_string()))
                .collect(),
            fields: body
                .draft
                .fields
                .iter()
                .map(|field| (field.code.to_string(), field.value.joined()))
                .collect(),
            findings: body.findings.iter().map(message).collect(),
            suggestions: suggestions
                .iter()
                .map(|one| HeldSuggestion {
                    code: one.code.clone(),
                    name: one.name.clone(),
                    score: one.score,
                    reasons: one.reasons.iter().map(|why| words.text(why, language)).collect(),
                })
                .collect(),
        })
    }

    /// Judges that a held row is about the organisation with the code: the record is accepted, by
    /// the steward's judgement and on its ground.
    ///
    /// # Errors
    /// There is no such row or organisation, or the row was judged before.
    pub fn held_link(
        &self,
        number: i64,
        code: &str,
        actor: &str,
        reason: &str,
    ) -> Result<String, OfficeError> {
        let (terms, id) = self.store.write(self.clock.now(), |writer| {
            let row = open_row(writer, number)?;
            let subject = one_subject(writer, code)?;
            let today = writer.now().day();
            let terms = self.terms_of(writer, &row, actor, today)?;
            let settled = self.accept_held(writer, &terms, &row, Some((subject, reason)))?;
            let Settling::Made(record) = settled else {
                return Err(OfficeError::Usage(format!(
                    "row {number} cannot be accepted as it stands; correct it at its source"
                )));
            };
            let found = writer.record(record)?;
            Ok((terms, found.map(|record| record.public_id.to_string()).unwrap_or_default()))
        })?;
        // An act may have waited for what was judged just now.
        self.retry_acts(&terms)?;
        Ok(id)
    }

    /// Judges that a held row does not belong here.
    ///
    /// # Errors
    /// There is no such row, or it was judged before.
    pub fn held_refuse(&self, number: i64, actor: &str, reason: &str) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let row = open_row(writer, number)?;
            let mut body = HeldBody::from_json(&row.body)?;
            body.judgement =
                Some(Judged { actor: actor.into(), reason: reason.into(), record: None });
            Ok(writer.update_held(number, "refused", &body.to_json()?)?)
        })
    }

    /// Withdraws a judgement: the row is open again, the record that it made is withdrawn with
    /// everything that followed.
    ///
    /// # Errors
    /// There is no such row, or it was not judged.
    pub fn held_undo(&self, number: i64, actor: &str, reason: &str) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let row = writer.held_one(number)?.ok_or_else(|| absent(number))?;
            let mut body = HeldBody::from_json(&row.body)?;
            let Some(judged) = body.judgement.take() else {
                return Err(OfficeError::Usage(format!("row {number} was not judged")));
            };
            if let Some(record) = judged.record {
                self.withdraw(writer, &[RecordNo(record)], actor, reason)?;
                let today = writer.now().day();
                let terms = self.terms_of(writer, &row, actor, today)?;
                let marks = Marks::of(&body.draft, self.key(), &terms);
                // The row may be judged again, for another: its key is free.
                writer.forget_marks(marks.found_by(), marks.content)?;
            }
            Ok(writer.update_held(number, "open", &body.to_json()?)?)
        })
    }

    /// The terms under which a held row was handed in, with the rules of today.
    fn terms_of(
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
        judged: Option<(SubjectNo, &str)>,
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
        let settled = settlement.settle_held(&again, judged)?;
        let record = match settled {
            Settling::Stays => return Ok(settled),
            Settling::Made(record) => Some(record.0),
            Settling::Corrected => None,
        };
        settlement.into_writes().0.keep(writer, terms)?;
        body.judgement = Some(Judged {
            actor: terms.actor.clone(),
            reason: judged.map(|(_, reason)| reason.to_owned()).unwrap_or_default(),
            record,
        });
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

/// True where a row is held because what it is about was not here.
fn waits_for_another(body: &HeldBody) -> bool {
    let waits = [texts::TARGET_UNKNOWN, texts::TARGET_DIFFERS, texts::SHIELD_UNKNOWN];
    body.findings.iter().any(|finding| waits.iter().any(|rule| rule.id == finding.rule))
}

fn absent(number: i64) -> OfficeError {
    OfficeError::Absent(format!("there is no held row {number}"))
}

fn open_row(writer: &mut Writer<'_>, number: i64) -> Result<HeldRow, OfficeError> {
    let row = writer.held_one(number)?.ok_or_else(|| absent(number))?;
    if row.state == "open" {
        return Ok(row);
    }
    Err(OfficeError::Usage(format!(
        "row {number} is {} already; `gongxin held undo` withdraws a judgement",
        row.state
    )))
}

/// The one subject of a code.
fn one_subject(writer: &mut Writer<'_>, code: &str) -> Result<SubjectNo, OfficeError> {
    let normal = gongxin_model::code::normalise_code(code);
    let mut found: Vec<SubjectNo> =
        writer.codes(vec![normal])?.into_iter().map(|row| row.subject).collect();
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

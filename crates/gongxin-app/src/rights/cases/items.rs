//! Cases as they are listed and read.

use gongxin_casework::{Case, code};
use gongxin_model::finding::Language;
use gongxin_model::{Body, Day, Instant, PublicId};
use gongxin_pack::{CaseProcedure, Text};
use gongxin_store::{AboutNo, CaseAsk, CaseRow, Reader, StoredEntry};
use serde::Serialize;

use super::{case_of, kept, procedure};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// Which cases are asked for. What is None does not matter.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Of this procedure.
    pub procedure: Option<String>,
    /// Decided by this body.
    pub decider: Option<String>,
    /// Only open ones, or only closed ones.
    pub closed: Option<bool>,
    /// Only those of which a day is over.
    pub overdue: bool,
}

/// A case in a list.
#[derive(Debug, Clone, Serialize)]
pub struct CaseLine {
    /// The number by which people name it.
    pub number: String,
    /// Its public id.
    pub id: PublicId,
    /// The procedure it follows.
    pub procedure: String,
    /// What that is called.
    pub name: String,
    /// Where it stands.
    pub state: String,
    /// When it was opened.
    pub opened: Instant,
    /// The record it is about.
    pub record: Option<PublicId>,
    /// The code of the organisation it is about.
    pub code: Option<String>,
    /// The body that decides; None for the platform.
    pub decider: Option<String>,
    /// By when somebody must act.
    pub due: Option<Day>,
    /// True if that day may move: the holidays of its year are not published.
    pub due_may_move: bool,
    /// True if that day is over.
    pub overdue: bool,
    /// The working days that are left; negative where the day is over.
    pub working_days_left: Option<i64>,
}

/// A case with its course.
#[derive(Debug, Clone, Serialize)]
pub struct CaseItem {
    /// Where it stands.
    #[serde(flatten)]
    pub line: CaseLine,
    /// Who decides, as the pack says it.
    pub decides: String,
    /// What whoever opened it says; None where it was erased.
    pub text: Option<String>,
    /// The field that it says is wrong, and what it should be.
    pub claim: Option<(String, String)>,
    /// What was found or decided last.
    pub verdict: Option<String>,
    /// The papers that came: which they are. The papers themselves are not kept here.
    pub papers: Vec<CasePaper>,
    /// The steps that can be taken from here, with who may take each.
    pub open_steps: Vec<(String, Vec<String>)>,
    /// Its course, the oldest first.
    pub course: Vec<CaseEntry>,
}

/// A paper that came.
#[derive(Debug, Clone, Serialize)]
pub struct CasePaper {
    /// Its id within the procedure.
    pub id: String,
    /// What it is.
    pub name: String,
}

/// One entry of a case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseEntry {
    /// Its place in the archive.
    pub entry: u64,
    /// When it was received.
    pub at: Instant,
    /// What it does.
    pub kind: String,
    /// The account that acted.
    pub actor: Option<String>,
    /// What it says, field by field.
    pub says: Vec<(String, String)>,
}

impl Office {
    /// Cases, the oldest first.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn cases(
        &self,
        filter: &CaseFilter,
        limit: u32,
        language: Language,
    ) -> Result<Vec<CaseLine>, OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let ask = CaseAsk {
                procedure: filter.procedure.clone(),
                decider: filter.decider.clone(),
                closed: filter.closed,
                overdue: filter.overdue,
                after: None,
                limit: i64::from(limit),
            };
            let rows = reader.cases(&ask)?;
            rows.iter().map(|row| self.case_line(reader, &rules, row, language)).collect()
        })
    }

    /// One case with its course.
    ///
    /// # Errors
    /// There is no such case.
    pub fn case_item(&self, case: &str, language: Language) -> Result<CaseItem, OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let row = case_of(self, reader, case)?;
            let standing = kept(&row)?;
            let rule = procedure(&rules.rulebook, &row.procedure)?;
            let entries = reader.entries_about(&[AboutNo::case(row.no)])?;
            let opened = entries.first().and_then(|entry| entry.body.as_ref());
            let said = |code: &str| text(opened?, code);
            Ok(CaseItem {
                line: self.case_line(reader, &rules, &row, language)?,
                decides: words(&rule.decides, language),
                text: said(code::REASON),
                claim: said(code::CLAIM_FIELD).zip(said(code::CLAIM_VALUE)),
                verdict: standing.verdict.map(|verdict| verdict.word().to_owned()),
                papers: papers(rule, &standing, language),
                open_steps: open_steps(rule, &standing),
                course: entries.iter().map(entry_of).collect(),
            })
        })
    }

    fn case_line(
        &self,
        reader: &mut Reader<'_>,
        rules: &Rules,
        row: &CaseRow,
        language: Language,
    ) -> Result<CaseLine, OfficeError> {
        let case = kept(row)?;
        let today = self.today();
        let record = match row.record {
            Some(no) => reader.record(no)?.map(|record| record.public_id),
            None => None,
        };
        let subject = match row.subject {
            Some(no) => reader.subject(no)?,
            None => None,
        };
        let calendar = &rules.rulebook.calendar;
        let left = |due: Day| {
            let ahead = i64::from(calendar.working_days_between(today, due));
            let behind = i64::from(calendar.working_days_between(due, today));
            if due < today { -behind } else { ahead }
        };
        let named = rules.rulebook.procedures.get(&row.procedure);
        Ok(CaseLine {
            number: row.number.clone(),
            id: row.public_id,
            procedure: row.procedure.clone(),
            name: named.map_or_else(String::new, |rule| words(&rule.name, language)),
            state: row.state.clone(),
            opened: row.opened_at,
            record,
            code: subject.and_then(|subject| subject.code),
            decider: row.decider.clone(),
            due: row.due,
            due_may_move: case.due.is_some_and(|due| due.provisional),
            overdue: row.overdue,
            working_days_left: row.due.map(left),
        })
    }
}

fn words(text: &Text, language: Language) -> String {
    match language {
        Language::Chinese => text.zh.clone(),
        Language::English => text.en.clone(),
    }
}

fn text(body: &Body, code: &str) -> Option<String> {
    body.field(code).map(|field| field.value.joined()).filter(|text| !text.is_empty())
}

fn papers(rule: &CaseProcedure, case: &Case, language: Language) -> Vec<CasePaper> {
    let came = rule.papers.iter().filter(|paper| case.papers.contains(&paper.id));
    came.map(|paper| CasePaper { id: paper.id.clone(), name: words(&paper.name, language) })
        .collect()
}

fn open_steps(rule: &CaseProcedure, case: &Case) -> Vec<(String, Vec<String>)> {
    let mut steps: Vec<(String, Vec<String>)> = Vec::new();
    for way in rule.family.moves().iter().filter(|way| way.from == case.state) {
        let Some(step) = rule.step(way.step) else { continue };
        if steps.iter().all(|(word, _)| word != way.step.word()) {
            let by = step.by.iter().map(|party| party.word().to_owned()).collect();
            steps.push((way.step.word().to_owned(), by));
        }
    }
    steps
}

fn entry_of(entry: &StoredEntry) -> CaseEntry {
    let fields = entry.body.as_ref().map(|body| &body.fields[..]).unwrap_or_default();
    CaseEntry {
        entry: u64::try_from(entry.seq.0).unwrap_or(0),
        at: entry.at,
        kind: entry.kind.name().to_owned(),
        actor: entry.body.as_ref().and_then(|body| body.actor.clone()),
        says: fields.iter().map(|field| (field.code.to_string(), field.value.joined())).collect(),
    }
}

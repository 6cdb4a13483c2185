//! Cases as they are listed and read.

use gongxin_casework::{Case, code};
use gongxin_model::finding::Language;
use gongxin_model::{Body, Day, Instant, PublicId, RecordNo, SubjectNo};
use gongxin_pack::{CaseProcedure, Need, Paper, Step, Text, Verdict};
use gongxin_store::{AboutNo, CaseAsk, CaseRow, Reader, StoredEntry};
use serde::Serialize;

use super::matter::{CaseMatter, CaseRecord, case_record, claimed, content};
use super::papers::{self, PaperSaid};
use super::reach::{own_subject, party_of, reaches};
use super::{absent, case_of, kept, procedure};
use crate::derive::histories;
use crate::file::ReadAsk;
use crate::gate::{CaseSee, Permit, Scope};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// The purpose for which who deals with a case reads it; the packs say what it stands on.
const PURPOSE: &str = "case";

/// Which cases are asked for. What is None does not matter.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Of this procedure.
    pub procedure: Option<String>,
    /// Decided by this body.
    pub decider: Option<String>,
    /// Standing so.
    pub state: Option<String>,
    /// Only open ones, or only closed ones.
    pub closed: Option<bool>,
    /// Only those of which a day is over.
    pub overdue: bool,
    /// What is due first stands first, in place of the oldest.
    pub by_due: bool,
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
    /// The same with what it is called.
    pub about: Option<CaseRecord>,
    /// The code of the organisation it is about.
    pub code: Option<String>,
    /// The name of the organisation it is about.
    pub subject: Option<String>,
    /// The body that decides; None for the platform.
    pub decider: Option<String>,
    /// The name of that body.
    pub decider_name: Option<String>,
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
    /// Its last entry: a step names it, so that nothing is done to what moved on meanwhile.
    pub last: u64,
    /// Who decides, as the pack says it.
    pub decides: String,
    /// What whoever opened it says; None where it was erased.
    pub text: Option<String>,
    /// The field that it says is wrong, and what it should be.
    pub claim: Option<(String, String)>,
    /// The record as it is, with the fields that a decision may settle.
    pub matter: Option<CaseMatter>,
    /// What was found or decided last.
    pub verdict: Option<String>,
    /// The papers that came: which they are.
    pub papers: Vec<CasePaper>,
    /// The steps that can be taken from here, with who may take each.
    pub open_steps: Vec<(String, Vec<String>)>,
    /// Those that who asks may take.
    pub may: Vec<CaseMay>,
    /// Its course, the oldest first.
    pub course: Vec<CaseEntry>,
}

/// A step that who asks may take.
#[derive(Debug, Clone, Serialize)]
pub struct CaseMay {
    /// The step.
    pub step: Step,
    /// What it may say.
    pub verdicts: Vec<Verdict>,
    /// What it must state.
    pub needs: Vec<Need>,
    /// The papers that the procedure knows.
    pub papers: Vec<CasePaper>,
    /// The papers that must have come by then, and have not.
    pub missing: Vec<CasePaper>,
    /// True where it would be a judgement on one's own act: another person must take it.
    pub is_own_act: bool,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CasePaper {
    /// Its id within the procedure.
    pub id: String,
    /// What it is.
    pub name: String,
}

impl CasePaper {
    pub(super) fn of(paper: &Paper, language: Language) -> Self {
        Self { id: paper.id.clone(), name: words(&paper.name, language) }
    }
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
    /// True where that is who asks.
    pub is_own: bool,
    /// As whom.
    pub party: Option<String>,
    /// The name of the body acted for.
    pub body: Option<String>,
    /// The names of the papers that came with it.
    pub papers: Vec<String>,
    /// What the papers say of which the text came.
    pub texts: Vec<PaperSaid>,
    /// What it says, field by field.
    pub says: Vec<(String, String)>,
}

impl CaseEntry {
    /// What it says in a field.
    #[must_use]
    pub fn said(&self, code: &str) -> Option<&str> {
        let found = self.says.iter().find(|(own, _)| own == code);
        found.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }
}

impl Office {
    /// The cases that permits reach, the oldest first, or what is due first.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn cases(
        &self,
        permits: &[Permit<CaseSee>],
        filter: &CaseFilter,
        limit: u32,
        language: Language,
    ) -> Result<Vec<CaseLine>, OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let ask = CaseAsk {
                erased: false,
                procedure: filter.procedure.clone(),
                state: filter.state.clone(),
                deciders: filter.decider.clone().map(|one| vec![one]),
                subjects: None,
                closed: filter.closed,
                overdue: filter.overdue,
                by_due: filter.by_due,
                after: None,
                limit: i64::from(limit),
            };
            let mut rows = Vec::new();
            for ask in narrowed(reader, permits, ask)? {
                rows.extend(reader.cases(&ask)?);
            }
            rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            let numbers: Vec<RecordNo> = rows.iter().filter_map(|row| row.record).collect();
            let histories = histories(reader, &numbers)?;
            let line = |row: &CaseRow| {
                let history = row.record.and_then(|no| histories.get(&no));
                self.case_line(
                    reader,
                    &rules,
                    (row, history.map_or(&[][..], Vec::as_slice)),
                    language,
                )
            };
            rows.iter().map(line).collect()
        })
    }

    /// One case with its course, and what who asks may do in it. Where somebody else than its subject
    /// asks, that is a read of what is not public: it is entered in the access log first.
    ///
    /// # Errors
    /// The permit does not reach it, or there is none: the two are not told apart. Or the read cannot be
    /// entered: then nothing is given.
    pub fn case_item(
        &self,
        permit: &Permit<CaseSee>,
        case: &str,
        language: Language,
    ) -> Result<CaseItem, OfficeError> {
        let (subject, item) = self.found_case(permit, case, language)?;
        let is_own = matches!(permit.scope(), Scope::Organisation(_));
        let Some(subject) = subject.filter(|_| !is_own) else {
            return Ok(item);
        };
        let number = item.line.number.clone();
        let what = format!("case {number}");
        let ask = ReadAsk { purpose: PURPOSE.to_owned(), basis: number };
        Ok(self.disclose(permit, subject, (&ask, &what), item)?.into_content())
    }

    fn found_case(
        &self,
        permit: &Permit<CaseSee>,
        case: &str,
        language: Language,
    ) -> Result<(Option<SubjectNo>, CaseItem), OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let row = case_of(self, reader, case)?;
            if !reaches(reader, permit, &row)? {
                return Err(absent(case));
            }
            let standing = kept(&row)?;
            let rule = procedure(&rules.rulebook, &row.procedure)?;
            let entries = reader.entries_about(&[AboutNo::case(row.no)])?;
            let opened = entries.first().and_then(|entry| entry.body.as_ref());
            let record = match row.record {
                Some(no) => reader.record(no)?,
                None => None,
            };
            let matter = match &record {
                Some(record) => Some(self.matter(reader, &rules, record, language)?),
                None => None,
            };
            let history = match row.record {
                Some(no) => histories(reader, &[no])?.remove(&no).unwrap_or_default(),
                None => Vec::new(),
            };
            let asks = Asks { rules: &rules, rule, permit, language };
            let item = CaseItem {
                line: self.case_line(reader, &rules, (&row, &history), language)?,
                last: u64::try_from(row.seq.0).unwrap_or(0),
                decides: words(&rule.decides, language),
                text: opened.and_then(|body| text(body, code::REASON)),
                claim: opened.and_then(claimed),
                matter,
                verdict: standing.verdict.map(|verdict| verdict.word().to_owned()),
                papers: came(rule, &standing, language),
                open_steps: open_steps(rule, &standing),
                may: asks.may(&standing)?,
                course: entries.iter().map(|entry| asks.entry_of(entry)).collect(),
            };
            Ok((row.subject, item))
        })
    }

    fn case_line(
        &self,
        reader: &mut Reader<'_>,
        rules: &Rules,
        (row, history): (&CaseRow, &[StoredEntry]),
        language: Language,
    ) -> Result<CaseLine, OfficeError> {
        let case = kept(row)?;
        let today = self.today();
        let record = match row.record {
            Some(no) => reader.record(no)?,
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
        let body = row.decider.as_ref().and_then(|code| rules.rulebook.sources.get(code));
        let about = record.as_ref().map(|one| case_record(rules, one, content(history), language));
        Ok(CaseLine {
            number: row.number.clone(),
            id: row.public_id,
            procedure: row.procedure.clone(),
            name: named.map_or_else(String::new, |rule| words(&rule.name, language)),
            state: row.state.clone(),
            opened: row.opened_at,
            record: record.map(|record| record.public_id),
            about,
            subject: subject.as_ref().map(|subject| subject.name.clone()),
            code: subject.and_then(|subject| subject.code),
            decider: row.decider.clone(),
            decider_name: body.map(|source| words(&source.name, language)),
            due: row.due,
            due_may_move: case.due.is_some_and(|due| due.provisional),
            overdue: row.overdue,
            working_days_left: row.due.map(left),
        })
    }
}

/// The questions that together ask for what permits reach.
fn narrowed(
    reader: &mut Reader<'_>,
    permits: &[Permit<CaseSee>],
    ask: CaseAsk,
) -> Result<Vec<CaseAsk>, OfficeError> {
    if permits.iter().any(|permit| *permit.scope() == Scope::Platform) {
        return Ok(vec![ask]);
    }
    let (mut bodies, mut subjects) = (Vec::new(), Vec::new());
    for permit in permits {
        match permit.scope() {
            Scope::Body(code) => bodies.push(code.clone()),
            Scope::Organisation(code) => {
                subjects.extend(own_subject(reader, code)?.map(|own| own.no));
            }
            Scope::Platform | Scope::Account(_) => {}
        }
    }
    if let Some(wanted) = &ask.deciders {
        bodies.retain(|code| wanted.contains(code));
    }
    let of_bodies = CaseAsk { deciders: Some(bodies), ..ask.clone() };
    let of_subjects = CaseAsk { subjects: Some(subjects), ..ask };
    Ok(vec![of_bodies, of_subjects])
}

/// Who asks for a case, and under which rules.
struct Asks<'a> {
    rules: &'a Rules,
    rule: &'a CaseProcedure,
    permit: &'a Permit<CaseSee>,
    language: Language,
}

impl Asks<'_> {
    /// The steps that who asks may take from where the case stands.
    fn may(&self, case: &Case) -> Result<Vec<CaseMay>, OfficeError> {
        let party = party_of(self.permit)?;
        let mut all: Vec<CaseMay> = Vec::new();
        for way in self.rule.family.moves().iter().filter(|way| way.from == case.state) {
            let Some(rule) = self.rule.step(way.step).filter(|rule| rule.by.contains(&party))
            else {
                continue;
            };
            if way.step == Step::Extend && case.extended {
                continue;
            }
            if let Some(known) = all.iter_mut().find(|one| one.step == way.step) {
                known.verdicts.extend(way.verdicts);
                continue;
            }
            let judges =
                matches!(way.step, Step::Propose | Step::Decide | Step::Redecide | Step::Decline);
            let paper = |id: &String| self.rule.papers.iter().find(|paper| paper.id == *id);
            let missing = rule.papers.iter().filter(|id| !case.papers.contains(*id));
            let named = |paper| CasePaper::of(paper, self.language);
            all.push(CaseMay {
                step: way.step,
                verdicts: way.verdicts.to_vec(),
                needs: rule.needs.clone(),
                papers: self.rule.papers.iter().map(named).collect(),
                missing: missing.filter_map(paper).map(named).collect(),
                is_own_act: judges && case.is_own_act(self.permit.actor()),
            });
        }
        // Whose a record is cannot be right in part.
        if case.matter == Some(gongxin_pack::Matter::Link) {
            all.iter_mut().for_each(|one| one.verdicts.retain(|one| *one != Verdict::Partly));
        }
        Ok(all)
    }

    fn entry_of(&self, entry: &StoredEntry) -> CaseEntry {
        let body = entry.body.as_ref();
        let fields = body.map(|body| &body.fields[..]).unwrap_or_default();
        let said = |code: &str| body.and_then(|body| text(body, code));
        let came = body.and_then(|body| body.field(code::PAPERS));
        let came = came.map(|field| field.value.all()).unwrap_or_default();
        let papers =
            self.rule.papers.iter().filter(|paper| came.contains(&paper.id.as_str().into()));
        let acted_for = said(code::BODY).map(|code| {
            let source = self.rules.rulebook.sources.get(&code);
            source.map_or(code, |source| words(&source.name, self.language))
        });
        let actor = body.and_then(|body| body.actor.clone());
        CaseEntry {
            entry: u64::try_from(entry.seq.0).unwrap_or(0),
            at: entry.at,
            kind: entry.kind.name().to_owned(),
            is_own: actor.as_deref() == Some(self.permit.actor()),
            actor,
            party: said(code::PARTY),
            body: acted_for,
            papers: papers.map(|paper| words(&paper.name, self.language)).collect(),
            texts: body.map_or_else(Vec::new, |body| papers::said(body, self.rule, self.language)),
            says: fields
                .iter()
                .filter(|field| !papers::is_text(&field.code))
                .map(|field| (field.code.to_string(), field.value.joined()))
                .collect(),
        }
    }
}

pub(super) fn words(text: &Text, language: Language) -> String {
    match language {
        Language::Chinese => text.zh.clone(),
        Language::English => text.en.clone(),
    }
}

fn text(body: &Body, code: &str) -> Option<String> {
    body.field(code).map(|field| field.value.joined()).filter(|text| !text.is_empty())
}

fn came(rule: &CaseProcedure, case: &Case, language: Language) -> Vec<CasePaper> {
    let named = rule.papers.iter().filter(|paper| case.papers.contains(&paper.id));
    named.map(|paper| CasePaper::of(paper, language)).collect()
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

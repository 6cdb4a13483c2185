//! What a case is about, and which ways there are to open one: for pages that say the limits first.

use std::collections::BTreeMap;

use gongxin_casework::code;
use gongxin_model::finding::Language;
use gongxin_model::{Body, Day, PublicId, RecordNo, Value};
use gongxin_pack::{
    CaseProcedure, CodeEntry, CodeList, Confidence, Family, Field, FieldType, Matter, Party, Role,
    State, Text,
};
use gongxin_standing::Effects;
use gongxin_store::{Reader, RecordRow, StandingRow, StoredEntry};
use serde::Serialize;

use super::items::{CasePaper, words};
use super::opening::{is_over, is_platforms, standing, takes_reply};
use super::reach::{own_subject, reaches_record};
use super::{TEXT_CHARACTERS, settled};
use crate::derive::{event, histories, value, written};
use crate::gate::{CaseOpen, Permit, Refused, Scope};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// Records of an organisation that are offered to choose from.
const OFFERED: usize = 300;
/// Codes of a list that are offered to choose from; of a longer list the code is typed.
const CHOICES: usize = 100;

/// A record as a case names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRecord {
    /// Its public id.
    pub id: PublicId,
    /// What its catalogue is called.
    pub catalogue: String,
    /// The number of its document, as written.
    pub number: Option<String>,
    /// Who decided, as written.
    pub authority: Option<String>,
    /// The day of the decision.
    pub decided_on: Option<String>,
}

/// What a case about a record may be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseMatter {
    /// The record.
    pub record: CaseRecord,
    /// The code of its organisation.
    pub code: Option<String>,
    /// The name of its organisation.
    pub name: String,
    /// Its fields that a decision may settle, with what they say now.
    pub fields: Vec<CaseField>,
    /// The ways to open a case, for who asks.
    pub ways: Vec<CaseWay>,
}

/// A field that a decision may settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseField {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub label: String,
    /// What it says now; empty where it says nothing.
    pub now: String,
    /// In which form it is typed: `day`, `wan`, `yuan`, `code`, `text`.
    pub form: &'static str,
    /// The codes that may be typed, each with what it means; empty for other forms.
    pub codes: Vec<(String, String)>,
}

/// A way to open a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseWay {
    /// The procedure.
    pub procedure: String,
    /// What it is called.
    pub name: String,
    /// What kind of case it is.
    pub family: Family,
    /// What an objection is against.
    pub matter: Option<Matter>,
    /// Who decides: a body by its name, or as the pack says it.
    pub decides: String,
    /// What it stands on.
    pub basis: String,
    /// True where that was read, and is not a choice of the pack.
    pub is_verified: bool,
    /// The papers it knows.
    pub papers: Vec<CasePaper>,
    /// Those that must come with it, by their ids.
    pub needed: Vec<String>,
    /// The longest text that it may be opened with, in characters.
    pub longest_text: usize,
    /// Its time limits, in the order of its course.
    pub limits: Vec<CaseLimit>,
    /// The day from which repair may be asked for, where it lies ahead.
    pub from: Option<Day>,
    /// The number of a case of it that is open.
    pub open: Option<String>,
}

/// A time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseLimit {
    /// The state in which it runs.
    pub state: State,
    /// So many working days.
    pub working_days: u16,
    /// What it stands on.
    pub basis: String,
    /// True where the figure was read, and is not chosen until somebody finds it.
    pub is_verified: bool,
}

impl Office {
    /// What a case about a record may be about, and the ways to open one.
    ///
    /// # Errors
    /// The permit does not reach the record, or there is none: the two are not told apart.
    pub fn case_matter(
        &self,
        permit: &Permit<CaseOpen>,
        record: PublicId,
        language: Language,
    ) -> Result<CaseMatter, OfficeError> {
        let party = super::reach::party_of(permit)?;
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let today = self.today();
            let row = self.record_of(reader, record)?.ok_or(Refused)?;
            if !reaches_record(reader, (&rules, today), permit, &row)? {
                return Err(Refused.into());
            }
            let found = self.matter(reader, &rules, &row, language)?;
            let ways = self.ways(reader, (&rules, today), (&row, party), language)?;
            Ok(CaseMatter { ways, ..found })
        })
    }

    /// The records of an organisation that a case of a family may be about.
    ///
    /// # Errors
    /// The permit is for no organisation.
    pub fn case_records(
        &self,
        permit: &Permit<CaseOpen>,
        family: Family,
        language: Language,
    ) -> Result<Vec<CaseRecord>, OfficeError> {
        let Scope::Organisation(code) = permit.scope() else {
            return Err(Refused.into());
        };
        self.offered_records(permit, (family, code), language)
    }

    /// The records of an organisation about which who has the permit may open a case of a family.
    pub(super) fn offered_records(
        &self,
        permit: &Permit<CaseOpen>,
        (family, code): (Family, &str),
        language: Language,
    ) -> Result<Vec<CaseRecord>, OfficeError> {
        let party = super::reach::party_of(permit)?;
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let today = self.today();
            let Some(own) = own_subject(reader, code)? else {
                return Ok(Vec::new());
            };
            let standings = reader.standings_of(own.no)?;
            let is_meant = |catalogue: &str| {
                let ways = rules.rulebook.procedures_for(family, catalogue, today);
                ways.into_iter().any(|rule| rule.opening.by.contains(&party))
            };
            let is_open = |row: &StandingRow| {
                if party == Party::Subject { !is_over(row, today) } else { row.is_shown_on(today) }
            };
            let live: BTreeMap<RecordNo, StandingRow> = standings
                .into_iter()
                .filter(|row| is_open(row) && is_meant(&row.catalogue))
                .take(OFFERED)
                .map(|row| (row.record, row))
                .collect();
            let mut rows = Vec::new();
            for row in reader.records(live.keys().map(|no| no.0).collect())? {
                if reaches_record(reader, (&rules, today), permit, &row)? {
                    rows.push(row);
                }
            }
            let histories = histories(reader, &rows.iter().map(|row| row.no).collect::<Vec<_>>())?;
            let called = |row: &RecordRow| {
                let history = histories.get(&row.no).map_or(&[][..], Vec::as_slice);
                let events: Vec<_> = history.iter().map(event).collect();
                let can_reply = |row| takes_reply(&rules, row, &events, today);
                let fits = family != Family::Reply || live.get(&row.no).is_some_and(can_reply);
                fits.then(|| case_record(&rules, row, content(history), language))
            };
            Ok(rows.iter().filter_map(called).collect())
        })
    }

    /// A record with the fields that a decision may settle.
    pub(super) fn matter(
        &self,
        reader: &mut Reader<'_>,
        rules: &Rules,
        record: &RecordRow,
        language: Language,
    ) -> Result<CaseMatter, OfficeError> {
        let history = histories(reader, &[record.no])?.remove(&record.no).unwrap_or_default();
        let body = content(&history);
        let subject = match record.subject {
            Some(no) => reader.subject(no)?,
            None => None,
        };
        let catalogue = rules.rulebook.catalogue(&record.catalogue);
        let fields = catalogue.zip(body).map(|(catalogue, body)| {
            let own = catalogue.fields.iter().filter(|field| settled::can_be(catalogue, field));
            own.map(|field| case_field(rules, field, body, language)).collect()
        });
        Ok(CaseMatter {
            record: case_record(rules, record, body, language),
            code: subject.as_ref().and_then(|subject| subject.code.clone()),
            name: subject.map(|subject| subject.name).unwrap_or_default(),
            fields: fields.unwrap_or_default(),
            ways: Vec::new(),
        })
    }

    fn ways(
        &self,
        reader: &mut Reader<'_>,
        (rules, today): (&Rules, Day),
        (record, party): (&RecordRow, Party),
        language: Language,
    ) -> Result<Vec<CaseWay>, OfficeError> {
        let history = histories(reader, &[record.no])?.remove(&record.no).unwrap_or_default();
        let events: Vec<_> = history.iter().map(event).collect();
        let rulebook = &rules.rulebook;
        let standing = standing(rules, record, &events, today);
        let repair_from = standing.as_ref().and_then(|(_, one)| one.repairable_from);
        let has_ended = standing.as_ref().is_some_and(|(row, _)| is_over(row, today));
        let can_reply = standing.is_some_and(|(row, _)| takes_reply(rules, &row, &events, today));
        let open = reader.cases_of_record(record.no)?;
        let source = rulebook.present_source(&record.source, today);
        let own = rulebook.procedures.values().filter(|rule| {
            rule.is_about(&record.catalogue)
                && rule.ground.holds(today)
                && rule.opening.by.contains(&party)
                && !(has_ended && matches!(rule.family, Family::Repair | Family::Shielding))
                && (can_reply || rule.family != Family::Reply)
        });
        let of = |rule: &CaseProcedure| {
            let body = source.filter(|_| !is_platforms(rule)).map(|source| &source.name);
            let from = repair_from.filter(|from| rule.family == Family::Repair && *from > today);
            let number = open.iter().find(|one| !one.closed && one.procedure == rule.id);
            let open = number.map(|one| one.number.clone());
            way((rules, today), rule, Offered { decides: body, from, open }, language)
        };
        Ok(own.map(of).collect())
    }
}

/// What is known of a way beside its procedure.
#[derive(Default)]
pub(super) struct Offered<'a> {
    /// The name of the body that decides, where a record says which.
    pub(super) decides: Option<&'a Text>,
    /// The day from which repair may be asked for, where it lies ahead.
    pub(super) from: Option<Day>,
    /// The number of a case of it that is open.
    pub(super) open: Option<String>,
}

/// A way to open a case.
pub(super) fn way(
    (rules, today): (&Rules, Day),
    rule: &CaseProcedure,
    offered: Offered<'_>,
    language: Language,
) -> CaseWay {
    CaseWay {
        procedure: rule.id.clone(),
        name: words(&rule.name, language),
        family: rule.family,
        matter: rule.matter,
        decides: words(offered.decides.unwrap_or(&rule.decides), language),
        basis: rules.rulebook.cited(&rule.ground),
        is_verified: rule.ground.confidence == Confidence::Verified,
        papers: rule.papers.iter().map(|paper| CasePaper::of(paper, language)).collect(),
        needed: rule.opening.papers.clone(),
        longest_text: rule.opening.longest_text.unwrap_or(TEXT_CHARACTERS),
        limits: limits(rules, rule, today),
        from: offered.from,
        open: offered.open,
    }
}

fn limits(rules: &Rules, rule: &CaseProcedure, today: Day) -> Vec<CaseLimit> {
    let clocks = rule.clocks.iter().filter(|clock| clock.ground.holds(today));
    clocks
        .map(|clock| CaseLimit {
            state: clock.state,
            working_days: clock.working_days,
            basis: rules.rulebook.cited(&clock.ground),
            is_verified: clock.ground.confidence == Confidence::Verified,
        })
        .collect()
}

/// What a record says by its entries.
pub(super) fn content(history: &[StoredEntry]) -> Option<&Body> {
    let events: Vec<_> = history.iter().map(event).collect();
    Effects::replay(&events).content
}

pub(super) fn case_record(
    rules: &Rules,
    record: &RecordRow,
    body: Option<&Body>,
    language: Language,
) -> CaseRecord {
    let catalogue = rules.rulebook.catalogue(&record.catalogue);
    let said = |role: Role| body.zip(catalogue).and_then(|(body, of)| written(body, of, role));
    let day = body.zip(catalogue).and_then(|(body, of)| value(body, of, Role::DecidedOn));
    CaseRecord {
        id: record.public_id,
        catalogue: catalogue
            .map_or_else(|| record.catalogue.clone(), |one| words(&one.name, language)),
        number: said(Role::DocumentNumber),
        authority: said(Role::AuthorityName),
        decided_on: day.map(str::to_owned),
    }
}

/// A field with what it says in a content.
pub(super) fn case_field(
    rules: &Rules,
    field: &Field,
    body: &Body,
    language: Language,
) -> CaseField {
    let list = field.code_list().and_then(|id| rules.rulebook.code_list(id));
    let form = match &field.kind {
        FieldType::Day => "day",
        FieldType::Wan => "wan",
        FieldType::Yuan => "yuan",
        _ if list.is_some() => "code",
        _ => "text",
    };
    let entries = list.map_or(&[][..], |list| list.entries.as_slice());
    let codes = entries.iter().map(|one| (one.code.clone(), label(one, language)));
    let now = body.field(&field.code).map(|found| said(list, &found.value, language));
    CaseField {
        code: field.code.clone(),
        label: words(&field.name, language),
        now: now.unwrap_or_default(),
        form,
        codes: if entries.len() > CHOICES { Vec::new() } else { codes.collect() },
    }
}

fn label(entry: &CodeEntry, language: Language) -> String {
    match language {
        Language::English if !entry.en.is_empty() => entry.en.clone(),
        _ => entry.zh.clone(),
    }
}

/// A value in words: codes by what they mean.
fn said(list: Option<&CodeList>, value: &Value, language: Language) -> String {
    let Some(list) = list else {
        return value.joined();
    };
    let meant = |code: &str| {
        list.by_code(code).map_or_else(|| code.to_owned(), |entry| label(entry, language))
    };
    value.all().iter().map(|code| meant(code.as_str())).collect::<Vec<_>>().join("、")
}

/// What an objection claims: the field, and what it should say.
pub(super) fn claimed(body: &Body) -> Option<(String, String)> {
    let text = |code: &str| body.field(code).map(|field| field.value.joined());
    text(code::CLAIM_FIELD).zip(text(code::CLAIM_VALUE))
}

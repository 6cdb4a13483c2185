//! Proposals to enter an organisation in a list of serious violations: into which list, and which entry
//! it led to.

use gongxin_casework::{Case, code};
use gongxin_model::finding::Language;
use gongxin_model::text::normalise_document_number;
use gongxin_model::{Body, Day, Kind};
use gongxin_pack::{CaseProcedure, Family, ListRule, Role, State};
use gongxin_standing::Effects;
use gongxin_store::{CaseRow, Reader, RecordRow, StoredEntry};
use serde::Serialize;

use super::items::{text, words};
use super::kept;
use super::matter::{CaseRecord, case_record, content};
use crate::OfficeError;
use crate::derive::{event, histories, value};
use crate::rules::Rules;

/// A list into which a body may propose that somebody be entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseList {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Who decides, as its rule says it.
    pub authority: String,
    /// What it stands on.
    pub basis: String,
    /// The longest time on it, in months; None where it has none.
    pub months: Option<u16>,
    /// Months after which an early exit may be asked for.
    pub exit_months: Option<u16>,
}

impl CaseList {
    pub(super) fn of(rules: &Rules, list: &ListRule, language: Language) -> Self {
        Self {
            id: list.id.clone(),
            name: words(&list.name, language),
            authority: words(&list.authority, language),
            basis: rules.rulebook.cited(&list.ground),
            months: list.max_months,
            exit_months: list.early_exit_months,
        }
    }
}

/// True where a body may enter somebody in a list, and the list stands on a basis in force.
pub(super) fn may_enter(rules: &Rules, body: &str, list: &ListRule, today: Day) -> bool {
    let rulebook = &rules.rulebook;
    let sector = rulebook.sources.get(body).map(|source| &source.sector);
    rulebook.list_in_force(list, None, today)
        && (list.sectors.is_empty() || sector.is_some_and(|own| list.sectors.contains(own)))
}

/// True while a proposal is its body's alone: the subject was not given notice of it.
pub(super) fn is_before_notice(case: &Case) -> bool {
    // A notice has a number, and nothing before it has.
    case.family == Family::Listing && case.number.is_none()
}

/// True for an entry of a case that its subject is not told of: a proposal before notice of it.
pub(crate) fn is_bodys_alone(row: &CaseRow, entry: &StoredEntry) -> Result<bool, OfficeError> {
    let case = kept(row)?;
    let is_proposal = case.family == Family::Listing && entry.kind == Kind::CaseOpened;
    Ok(is_proposal || is_before_notice(&case))
}

/// What a proposal says that its entry must be.
pub(super) struct Wanted<'a> {
    pub(super) rules: &'a Rules,
    pub(super) rule: &'a CaseProcedure,
    pub(super) case: &'a Case,
    /// The list; None for a proposal that was made before proposals named one.
    pub(super) list: Option<String>,
}

impl Wanted<'_> {
    /// The same of an opening.
    pub(super) fn list_of(opened: Option<&Body>) -> Option<String> {
        opened.and_then(|body| text(body, code::LIST))
    }

    /// True for an entry of the organisation in the list, by the number that was decided.
    pub(super) fn is_entry(
        &self,
        row: &CaseRow,
        record: &RecordRow,
        history: &[StoredEntry],
    ) -> bool {
        let events: Vec<_> = history.iter().map(event).collect();
        let content = Effects::replay(&events).content;
        let said = |role| {
            let catalogue = self.rules.rulebook.catalogue(&record.catalogue)?;
            value(content?, catalogue, role)
        };
        let number = said(Role::DocumentNumber).map(normalise_document_number);
        let decided = self.case.number.as_deref().map(normalise_document_number);
        let is_in_list = self.list.as_deref().is_none_or(|list| said(Role::ListCode) == Some(list));
        self.rule.is_about(&record.catalogue)
            && record.subject == row.subject
            && decided.is_some()
            && number == decided
            && is_in_list
    }

    /// The entries that came in and fit, where the case waits for one.
    pub(super) fn entries(
        &self,
        reader: &mut Reader<'_>,
        row: &CaseRow,
        language: Language,
    ) -> Result<Vec<CaseRecord>, OfficeError> {
        let waits = self.case.family == Family::Listing && self.case.state == State::Answered;
        let Some(subject) = row.subject.filter(|_| waits) else {
            return Ok(Vec::new());
        };
        let standings = reader.standings_of(subject)?;
        let own = standings.iter().filter(|one| self.rule.is_about(&one.catalogue));
        let records = reader.records(own.map(|one| one.record.0).collect())?;
        let histories = histories(reader, &records.iter().map(|one| one.no).collect::<Vec<_>>())?;
        let of = |record: &RecordRow| {
            let history = histories.get(&record.no).map_or(&[][..], Vec::as_slice);
            let fits = self.is_entry(row, record, history);
            fits.then(|| case_record(self.rules, record, content(history), language))
        };
        Ok(records.iter().filter_map(of).collect())
    }
}

//! Held rows, seen beside their candidates.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::finding::Language;
use gongxin_model::text::normalise_document_number;
use gongxin_model::{BatchNo, Finding, Severity};
use gongxin_pack::{Role, Text};
use gongxin_seal::{InstanceKey, NumberMark};
use gongxin_store::{HeldAsk, HeldRow, Reader};
use gongxin_subject::{Aspect, KnownDecision, ReasonTexts};
use serde::Serialize;

use super::judge::covered;
use crate::acts::text;
use crate::gate::{BodySee, Permit};
use crate::intake::{HeldBody, Prepared, Similar, Terms, WorkingSet};
use crate::rules::texts_of;
use crate::{Office, OfficeError, linker};

/// So many held rows are read at once.
pub(super) const HELD_PAGE: i64 = 500;
/// For so many rows the subjects of similar names are looked up together: few enough that a short
/// list does not wait for a long one.
const SUGGESTED_TOGETHER: usize = 100;

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
    /// The number of the decision as written.
    pub document: Option<String>,
    /// The fields of the row.
    pub fields: Vec<(String, String)>,
    /// The rules by which it is held.
    pub reasons: Vec<String>,
    /// Why it is held, in words.
    pub findings: Vec<String>,
    /// The docket in which it was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docket: Option<String>,
    /// Whom it may be about, best first.
    pub suggestions: Vec<HeldSuggestion>,
    /// True where a record of it would speak against its subject, or take away what does.
    #[serde(skip)]
    pub is_adverse: bool,
    /// True where its text may name a person: only what it is recognised by is to be shown.
    #[serde(skip)]
    pub may_name_person: bool,
    /// Who judged it.
    #[serde(skip)]
    pub judged_by: Option<String>,
    /// Of how many somebody said that it is none of them; they are suggested no more.
    #[serde(skip)]
    pub unlike: usize,
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
    /// The same, each with what it is about and whether it contradicts.
    #[serde(skip)]
    pub points: Vec<HeldPoint>,
    /// The state of its registration, where one was received.
    #[serde(skip)]
    pub state: Option<Text>,
    /// The division of its registration.
    #[serde(skip)]
    pub region: Option<Text>,
}

/// A reason for a candidate, or against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldPoint {
    /// What of the row it is about.
    pub about: Aspect,
    /// True where it contradicts.
    pub contradicts: bool,
    /// In words.
    pub text: String,
}

/// Which held rows are asked for. What is None does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldFilter {
    /// Only in this state; open ones where it is None.
    pub state: Option<String>,
    /// Only of this hand-in.
    pub batch: Option<BatchNo>,
    /// Only of this catalogue.
    pub catalogue: Option<String>,
    /// Only from this source.
    pub source: Option<String>,
    /// Only held by this rule, such as `subject.name-only`.
    pub reason: Option<String>,
    /// Only with a first suggestion of at least so many per mille.
    pub score_from: Option<u32>,
    /// Only with a first suggestion of less than so many per mille, or none.
    pub score_below: Option<u32>,
}

impl HeldFilter {
    /// What the store is asked; none where it is of a body that the permit is not for.
    fn ask<'a>(&'a self, permit: &'a Permit<BodySee>) -> Option<HeldAsk<'a>> {
        let source = match (self.source.as_deref(), permit.body()) {
            (Some(asked), _) if !permit.covers(asked) => return None,
            (asked, own) => asked.or(own),
        };
        let state = self.state.as_deref().unwrap_or("open");
        Some(HeldAsk { state, batch: self.batch, catalogue: self.catalogue.as_deref(), source })
    }

    fn fits_reason(&self, body: &HeldBody) -> bool {
        self.reason.as_ref().is_none_or(|rule| reasons(body).contains(rule.as_str()))
    }

    fn weighs_scores(&self) -> bool {
        self.score_from.is_some() || self.score_below.is_some()
    }

    fn fits_score(&self, best: Option<u32>) -> bool {
        let best = best.unwrap_or(0);
        self.score_from.is_none_or(|from| best >= from)
            && self.score_below.is_none_or(|below| best < below)
    }
}

/// How many held rows there are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeldCounts {
    /// In all.
    pub rows: u64,
    /// By the rule that holds them; a row with several counts for each.
    pub reasons: BTreeMap<String, u64>,
    /// What each of those rules says, in words.
    pub words: BTreeMap<String, String>,
    /// By catalogue.
    pub catalogues: BTreeMap<String, u64>,
    /// By source.
    pub sources: BTreeMap<String, u64>,
    /// By hand-in.
    pub batches: BTreeMap<i64, u64>,
}

impl HeldCounts {
    fn add(&mut self, row: &HeldRow, body: &HeldBody) {
        self.rows += 1;
        for rule in reasons(body) {
            *self.reasons.entry(rule.to_owned()).or_default() += 1;
        }
        *self.catalogues.entry(row.catalogue.clone()).or_default() += 1;
        *self.sources.entry(row.source.clone()).or_default() += 1;
        *self.batches.entry(row.batch.0).or_default() += 1;
    }
}

/// The rules that hold a row, each once.
fn reasons(body: &HeldBody) -> BTreeSet<&str> {
    let grave = body.findings.iter().filter(|finding| finding.severity >= Severity::Doubt);
    grave.map(|finding| finding.rule.as_str()).collect()
}

/// In which words a steward is told.
pub(super) struct Told {
    pub(super) language: Language,
    pub(super) words: ReasonTexts,
}

impl Told {
    fn new(language: Language) -> Self {
        Self { language, words: gongxin_subject::reason_texts() }
    }
}

impl Office {
    /// Held rows that fit, oldest first, at most so many.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn held_list(
        &self,
        permit: &Permit<BodySee>,
        filter: &HeldFilter,
        limit: u32,
        language: Language,
    ) -> Result<Vec<HeldItem>, OfficeError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let told = Told::new(language);
        let mut items = Vec::new();
        self.each_held((permit, filter), true, &mut |reader, seen| {
            let item = self.held_item(reader, seen, &told)?;
            if filter.fits_score(item.suggestions.first().map(|one| one.score)) {
                items.push(item);
            }
            Ok(items.len() < limit)
        })?;
        items.truncate(limit);
        Ok(items)
    }

    /// How many held rows fit, by reason, catalogue, source and hand-in.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn held_count(
        &self,
        permit: &Permit<BodySee>,
        filter: &HeldFilter,
        language: Language,
    ) -> Result<HeldCounts, OfficeError> {
        let told = Told::new(language);
        let mut counts = HeldCounts::default();
        let weighs = filter.weighs_scores();
        self.each_held((permit, filter), weighs, &mut |reader, seen| {
            let best = if weighs {
                let item = self.held_item(reader, seen, &told)?;
                item.suggestions.first().map(|one| one.score)
            } else {
                None
            };
            if !weighs || filter.fits_score(best) {
                counts.add(seen.row, seen.body);
            }
            Ok(true)
        })?;
        let rules = self.rules()?;
        for rule in counts.reasons.keys() {
            let finding = Finding { rule: rule.clone(), ..Finding::new(crate::texts::STILL_HELD) };
            let said = texts_of(&finding, &self.texts, &rules.texts).message(&finding, language);
            counts.words.insert(rule.clone(), said);
        }
        Ok(counts)
    }

    /// Hands the held rows that fit, but for their suggestions, to `each`, page by page, until it
    /// wants no more. Whom they may mean is looked up for a page at once, where it is wanted.
    fn each_held(
        &self,
        (permit, filter): (&Permit<BodySee>, &HeldFilter),
        suggests: bool,
        each: &mut dyn FnMut(&mut Reader<'_>, &Seen<'_>) -> Result<bool, OfficeError>,
    ) -> Result<(), OfficeError> {
        let Some(ask) = filter.ask(permit) else {
            return Ok(());
        };
        let mut after = Some(0);
        while let Some(from) = after {
            after = self.store.read::<_, OfficeError>(|reader| {
                let rows = reader.held(ask, from, HELD_PAGE)?;
                let mut fitting = Vec::new();
                for row in &rows {
                    let body = HeldBody::from_json(&row.body)?;
                    if filter.fits_reason(&body) {
                        fitting.push((row, body));
                    }
                }
                for chunk in fitting.chunks(SUGGESTED_TOGETHER) {
                    let drafts = self.prepared(reader, chunk, suggests)?;
                    let similar = similar(reader, &drafts)?;
                    for ((row, body), draft) in chunk.iter().zip(&drafts) {
                        let draft = draft.as_ref();
                        let seen =
                            Seen { row, body, draft, similar: &similar, is_looked_at: false };
                        if !each(reader, &seen)? {
                            return Ok(None);
                        }
                    }
                }
                Ok(rows.last().map(|row| row.no))
            })?;
        }
        Ok(())
    }

    /// The drafts of rows with the terms of today; None where nothing is to be suggested, or where
    /// a row's catalogue is gone: it is still there to be refused.
    fn prepared(
        &self,
        reader: &mut Reader<'_>,
        rows: &[(&HeldRow, HeldBody)],
        suggests: bool,
    ) -> Result<Vec<Option<(Prepared, Terms)>>, OfficeError> {
        let mut drafts = Vec::new();
        for (row, body) in rows {
            let draft = if suggests { self.draft_of(reader, row, body)? } else { None };
            drafts.push(draft);
        }
        Ok(drafts)
    }

    pub(super) fn draft_of(
        &self,
        reader: &mut Reader<'_>,
        row: &HeldRow,
        body: &HeldBody,
    ) -> Result<Option<(Prepared, Terms)>, OfficeError> {
        match self.terms_of(reader, row, "", self.today()) {
            Ok(terms) => Ok(Some((Prepared::of(body.draft.clone(), self.key(), &terms), terms))),
            Err(OfficeError::Usage(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One held row with its candidates.
    ///
    /// # Errors
    /// There is no such row.
    pub fn held_show(
        &self,
        permit: &Permit<BodySee>,
        number: i64,
        language: Language,
    ) -> Result<HeldItem, OfficeError> {
        self.store.read(|reader| {
            let row = covered(reader, number, permit)?;
            let body = HeldBody::from_json(&row.body)?;
            let draft = self.draft_of(reader, &row, &body)?;
            let similar = similar(reader, std::slice::from_ref(&draft))?;
            let draft = draft.as_ref();
            let seen =
                Seen { row: &row, body: &body, draft, similar: &similar, is_looked_at: true };
            self.held_item(reader, &seen, &Told::new(language))
        })
    }

    /// The rows before and after one that wait too, of what the permit is for.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn held_around(
        &self,
        permit: &Permit<BodySee>,
        number: i64,
    ) -> Result<(Option<i64>, Option<i64>), OfficeError> {
        Ok(self.store.read(|reader| reader.held_around(number, permit.body()))?)
    }

    fn held_item(
        &self,
        reader: &mut Reader<'_>,
        seen: &Seen<'_>,
        told: &Told,
    ) -> Result<HeldItem, OfficeError> {
        let language = &told.language;
        let Seen { row, body, draft, similar, .. } = *seen;
        let rules = self.rules_for(reader)?;
        // Looked for when somebody looks: among all that are registered by now.
        let suggestions = match draft {
            Some((draft, terms)) => {
                let decisions = known_decisions(self.key(), reader, draft, terms)?;
                let mut set = WorkingSet::default();
                let by = (similar, &terms.figures);
                let found = set.further_candidates(reader, (draft, &decisions), by)?;
                let suggestions = linker::suggestions(&draft.claims, &found, &decisions, terms);
                if seen.is_looked_at {
                    super::review::with_bearers(reader, (draft, terms), suggestions)?
                } else {
                    suggestions
                }
            }
            None => Vec::new(),
        };
        let suggestions = super::review::told(reader, &rules, (suggestions, body), told)?;
        let message = |finding: &Finding| {
            texts_of(finding, &self.texts, &rules.texts).message(finding, *language)
        };
        let claims = &body.draft.claims;
        let codes = claims.identifiers.iter();
        let fields = body.draft.fields.iter();
        Ok(HeldItem {
            number: row.no,
            batch: row.batch.0,
            row: row.row,
            catalogue: row.catalogue.clone(),
            source: row.source.clone(),
            state: row.state.clone(),
            name: claims.name.clone(),
            identifiers: codes
                .map(|one| (one.kind.name().to_owned(), one.code.to_string()))
                .collect(),
            document: body.draft.document_number.clone(),
            fields: fields.map(|one| (one.code.to_string(), one.value.joined())).collect(),
            reasons: reasons(body).into_iter().map(str::to_owned).collect(),
            findings: body.findings.iter().map(message).collect(),
            docket: body.judgement.as_ref().and_then(|judged| judged.docket.clone()),
            suggestions,
            is_adverse: super::review::is_adverse(&rules, row, body),
            may_name_person: body.draft.hold_publication,
            judged_by: body.judgement.as_ref().map(|judged| judged.actor.clone()),
            unlike: body.unlike.len(),
        })
    }
}

/// A held row as it is looked at: with its draft under the terms of today, and the subjects of
/// names like its own.
#[derive(Clone, Copy)]
struct Seen<'a> {
    row: &'a HeldRow,
    body: &'a HeldBody,
    draft: Option<&'a (Prepared, Terms)>,
    similar: &'a Similar,
    /// True where somebody looks at this row alone.
    is_looked_at: bool,
}

/// Looks up the subjects of names like those of drafts.
fn similar(
    reader: &mut Reader<'_>,
    drafts: &[Option<(Prepared, Terms)>],
) -> Result<Similar, OfficeError> {
    let all = || drafts.iter().flatten();
    match all().next() {
        Some((_, terms)) => Similar::load(reader, all().map(|(draft, _)| draft), &terms.figures),
        None => Ok(Similar::default()),
    }
}

/// The decisions known here that have the number which a draft states as its own or, of an act, as
/// its target's. A number that many decisions have tells nothing.
fn known_decisions(
    key: &InstanceKey,
    reader: &mut Reader<'_>,
    draft: &Prepared,
    terms: &Terms,
) -> Result<Vec<KnownDecision>, OfficeError> {
    let target = text(&terms.catalogue, &draft.fields, Role::TargetDocumentNumber);
    let own = draft.document_number.clone();
    let mut numbers: BTreeMap<String, (NumberMark, String)> = BTreeMap::new();
    for number in [target, own].into_iter().flatten() {
        let normal = normalise_document_number(&number);
        if !normal.is_empty() {
            let mark = key.number_mark(&normal);
            numbers.entry(normal).or_insert((mark, number));
        }
    }
    let marks = numbers.values().map(|(mark, _)| *mark).collect();
    let found = reader.records_by_number(&marks)?;
    let most = usize::try_from(terms.figures.suggestions_most).unwrap_or(usize::MAX);
    let mut decisions = Vec::new();
    for (mark, written) in numbers.into_values() {
        let records: Vec<i64> =
            found.iter().filter(|(of, _)| *of == mark).map(|(_, no)| no.0).collect();
        if records.len() > most {
            continue;
        }
        let subjects: BTreeSet<_> =
            reader.records(records)?.into_iter().filter_map(|record| record.subject).collect();
        let known = |subject| KnownDecision { subject, number: written.clone() };
        decisions.extend(subjects.into_iter().map(known));
    }
    Ok(decisions)
}

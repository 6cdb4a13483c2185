//! What an erasure takes: looked for before anything is written, and counted for whoever decides.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_intake::draft::Draft;
use gongxin_model::{BatchNo, Digest, Kind, PublicId, RecordNo, Seq, SubjectNo};
use gongxin_pack::Role;
use gongxin_store::{AboutNo, CaseRow, HeldRow, Reader, StoreError, StoredEntry};
use serde::Serialize;

use super::family::{Whole, family, is_content, number};
use crate::acts::acting_on;
use crate::intake::{Block, HeldBody, Judged, Marks, Terms};
use crate::rules::Rules;
use crate::{Office, OfficeError, texts};

/// So many held rows are read at once.
const PAGE: i64 = 500;

/// How much an erasure takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct EraseCounts {
    /// Records, those that tell of another among them.
    pub records: u64,
    /// Entries whose content and salt go.
    pub entries: u64,
    /// Cases about them.
    pub cases: u64,
    /// Rows of hand-ins that were held.
    pub held: u64,
    /// Rows of hand-ins in which something was found.
    pub rows: u64,
    /// Hand-ins of which nothing is left.
    pub files: u64,
    /// Records asked for that were erased before.
    pub already: u64,
}

/// What an erasure takes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) records: Vec<Whole>,
    pub(super) cases: Vec<(CaseRow, Vec<StoredEntry>)>,
    /// Held rows as they will be.
    pub(super) held: Vec<HeldRow>,
    /// Blocks of outcomes as they will be: hand-in, first row, text.
    pub(super) blocks: Vec<(BatchNo, u64, String)>,
    pub(super) rows: u64,
    /// Hand-ins of which nothing is left.
    pub(super) files: Vec<BatchNo>,
}

impl Plan {
    pub(super) fn counts(&self, already: usize) -> EraseCounts {
        let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        let own: usize = self.records.iter().map(|one| bodies(&one.history).count()).sum();
        let of_cases: usize = self.cases.iter().map(|(_, entries)| bodies(entries).count()).sum();
        EraseCounts {
            records: count(self.records.len()),
            entries: count(own + of_cases),
            cases: count(self.cases.len()),
            held: count(self.held.len()),
            rows: self.rows,
            files: count(self.files.len()),
            already: count(already),
        }
    }

    /// Every entry whose content goes: place and leaf.
    pub(super) fn entries(&self) -> Vec<(Seq, Digest)> {
        let own = self.records.iter().flat_map(|one| bodies(&one.history));
        let of_cases = self.cases.iter().flat_map(|(_, entries)| bodies(entries));
        let mut all: Vec<_> = own.chain(of_cases).map(|entry| (entry.seq, entry.leaf)).collect();
        all.sort_unstable();
        all
    }

    pub(super) fn subjects(&self) -> BTreeSet<SubjectNo> {
        self.records.iter().filter_map(|one| one.row.subject).collect()
    }
}

/// Those of entries that have content and lose it.
pub(super) fn bodies(entries: &[StoredEntry]) -> impl Iterator<Item = &StoredEntry> {
    entries.iter().filter(|entry| entry.kind != Kind::Erased && entry.body.is_some())
}

impl Office {
    /// Looks for everything that tells what records say.
    pub(super) fn plan_erasure(
        &self,
        reader: &mut Reader<'_>,
        rules: &Rules,
        asked: &[RecordNo],
    ) -> Result<Plan, OfficeError> {
        let records = family(reader, (&rules.rulebook, self.key()), asked)?;
        let mut plan = Plan { records, ..Plan::default() };
        for one in &plan.records {
            for case in reader.cases_of_record(one.row.no)? {
                let entries = reader.entries_about(&[AboutNo::case(case.no)])?;
                plan.cases.push((case, entries));
            }
        }
        plan.held = self.held_that_tell(reader, rules, &plan.records)?;
        self.rows_that_tell(reader, &mut plan)?;
        plan.files = files(reader, &plan.records)?;
        Ok(plan)
    }

    /// The held rows that tell of records: they became one, would correct one, or name one.
    fn held_that_tell(
        &self,
        reader: &mut Reader<'_>,
        rules: &Rules,
        records: &[Whole],
    ) -> Result<Vec<HeldRow>, OfficeError> {
        let rulebook = &rules.rulebook;
        let own: BTreeSet<&str> = records.iter().map(|one| one.row.catalogue.as_str()).collect();
        let acts = own.iter().filter_map(|id| rulebook.catalogue(id));
        let acts = acts.flat_map(|catalogue| acting_on(rulebook, catalogue));
        let catalogues: BTreeSet<&str> =
            own.iter().copied().chain(acts.map(|one| one.id.as_str())).collect();
        let telling = Telling {
            records: records.iter().map(|one| one.row.no).collect(),
            ids: records.iter().map(|one| one.row.public_id).collect(),
            numbers: records
                .iter()
                .flat_map(|one| one.numbers(rulebook, Role::DocumentNumber))
                .collect(),
        };
        let mut found = Vec::new();
        for catalogue in catalogues {
            let mut after = 0;
            loop {
                let page = reader.held_in(catalogue, after, PAGE)?;
                let Some(last) = page.last() else {
                    break;
                };
                after = last.no;
                for row in page {
                    let body = HeldBody::from_json(&row.body)?;
                    if self.tells(reader, &telling, (&row, &body))? {
                        found.push(blotted(row, body)?);
                    }
                }
            }
        }
        Ok(found)
    }

    fn tells(
        &self,
        reader: &mut Reader<'_>,
        telling: &Telling,
        (row, body): (&HeldRow, &HeldBody),
    ) -> Result<bool, OfficeError> {
        let judged = body.judgement.as_ref();
        if judged.is_some_and(|judged| judged.erased) {
            return Ok(false);
        }
        let became = judged.and_then(|judged| judged.record).map(RecordNo);
        if became.is_some_and(|no| telling.records.contains(&no))
            || body.draft.record_id.is_some_and(|id| telling.ids.contains(&id))
        {
            return Ok(true);
        }
        let today = self.today();
        // A class that the rulebook no longer has recognises nothing.
        let Ok(terms) = self.terms_of(reader, row, "", today) else {
            return Ok(false);
        };
        let key = Marks::of(&body.draft, self.key(), &terms).found_by();
        let keyed = reader.records_by_key(vec![key.to_vec()])?;
        if keyed.iter().any(|(_, no)| telling.records.contains(no)) {
            return Ok(true);
        }
        self.names_only(reader, telling, (&terms, &body.draft))
    }

    /// True for an act that names a decision of these, and of no other.
    fn names_only(
        &self,
        reader: &mut Reader<'_>,
        telling: &Telling,
        (terms, draft): (&Terms, &Draft),
    ) -> Result<bool, OfficeError> {
        let named = number(&terms.catalogue, &draft.fields, Role::TargetDocumentNumber);
        let Some(named) = named.filter(|named| telling.numbers.contains(named)) else {
            return Ok(false);
        };
        let marks = BTreeSet::from([self.key().number_mark(&named)]);
        let all: Vec<RecordNo> =
            reader.records_by_number(&marks)?.into_iter().map(|(_, no)| no).collect();
        let erased = reader.erased(&all)?;
        Ok(all.iter().all(|no| telling.records.contains(no) || erased.contains(no)))
    }

    /// The rows of hand-ins in which something was found that tells of records.
    fn rows_that_tell(&self, reader: &mut Reader<'_>, plan: &mut Plan) -> Result<(), OfficeError> {
        let mut places: BTreeMap<BatchNo, BTreeSet<u64>> = BTreeMap::new();
        let mut handed: BTreeSet<(String, String)> = BTreeSet::new();
        for one in &plan.records {
            handed.insert((one.row.source.clone(), one.row.catalogue.clone()));
            for entry in one.history.iter().filter(|entry| is_content(entry.kind)) {
                let body = entry.body.as_ref();
                if let Some((batch, row)) = body.and_then(|body| body.batch.zip(body.row)) {
                    places.entry(batch).or_default().insert(row);
                }
            }
        }
        for row in &plan.held {
            handed.insert((row.source.clone(), row.catalogue.clone()));
            places.entry(row.batch).or_default().insert(row.row);
        }
        let ids: BTreeSet<PublicId> = plan.records.iter().map(|one| one.row.public_id).collect();
        for (source, catalogue) in handed {
            let batches = reader.batches_in(&source, &catalogue)?;
            for batch in batches {
                places.entry(batch.no).or_default();
            }
        }
        for (batch, rows) in places {
            for (first, text) in reader.placed_row_blocks(batch)? {
                let block: Block = serde_json::from_str(&text)
                    .map_err(|_| StoreError::Corrupt(format!("row_block of hand-in {batch}")))?;
                if let Some((block, blotted)) = blot(block, &rows, &ids) {
                    let text = serde_json::to_string(&block)
                        .map_err(|_| StoreError::Corrupt(format!("row_block of {batch}")))?;
                    plan.blocks.push((batch, first, text));
                    plan.rows += blotted;
                }
            }
        }
        Ok(())
    }
}

/// What tells of records.
struct Telling {
    records: BTreeSet<RecordNo>,
    ids: BTreeSet<PublicId>,
    numbers: BTreeSet<String>,
}

/// A held row of which nothing is left but that it is not taken.
fn blotted(row: HeldRow, body: HeldBody) -> Result<HeldRow, OfficeError> {
    let before = body.judgement;
    let judgement = Judged {
        actor: before.as_ref().map(|one| one.actor.clone()).unwrap_or_default(),
        reason: String::new(),
        record: None,
        docket: before.and_then(|one| one.docket),
        erased: true,
    };
    let body = HeldBody {
        draft: Draft::default(),
        findings: Vec::new(),
        judgement: Some(judgement),
        unlike: Vec::new(),
    };
    Ok(HeldRow { state: "refused".to_owned(), body: body.to_json()?, ..row })
}

/// A block in which what was found in rows is replaced by the one rule that they were erased; None
/// where there is nothing to replace.
fn blot(mut block: Block, rows: &BTreeSet<u64>, ids: &BTreeSet<PublicId>) -> Option<(Block, u64)> {
    let mut gone = BTreeSet::new();
    for row in &mut block.rows {
        if rows.contains(&row.0) || row.3.is_some_and(|id| ids.contains(&id)) {
            gone.insert(row.0);
            row.3 = None;
        }
    }
    let of_ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    for finding in &mut block.findings {
        let names = finding.values.values().any(|value| of_ids.contains(value));
        if finding.row.is_some_and(|row| gone.contains(&row)) || names {
            finding.rule = texts::ERASED.id.to_owned();
            finding.values.clear();
            gone.extend(finding.row);
        }
    }
    let count = u64::try_from(gone.len()).unwrap_or(u64::MAX);
    (!gone.is_empty()).then_some((block, count))
}

/// The hand-ins all of whose records go or are gone.
fn files(reader: &mut Reader<'_>, records: &[Whole]) -> Result<Vec<BatchNo>, OfficeError> {
    let own: BTreeSet<RecordNo> = records.iter().map(|one| one.row.no).collect();
    let batches: BTreeSet<BatchNo> = records.iter().map(|one| one.row.batch).collect();
    let mut found = Vec::new();
    for batch in batches {
        let others: Vec<RecordNo> =
            reader.records_of_batch(batch)?.into_iter().filter(|no| !own.contains(no)).collect();
        if reader.erased(&others)?.len() == others.len() {
            found.push(batch);
        }
    }
    Ok(found)
}

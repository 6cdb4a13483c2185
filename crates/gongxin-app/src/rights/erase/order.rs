//! Who orders an erasure: one proposes, where the table of rights says so another confirms.

use std::collections::BTreeSet;

use gongxin_model::{PublicId, RecordNo};
use gongxin_store::desk::{AuditAsk, AuditRow};
use gongxin_store::{ErasureOrder, Reader};
use serde::{Deserialize, Serialize};

use super::plan::EraseCounts;
use crate::cases::LINE_CHARACTERS;
use crate::gate::{Action, Permit, RecordErase};
use crate::{Office, OfficeError};

/// So many records are erased by one order at most.
const RECORDS_MOST: usize = 1_000;
/// What the chain of acts says a proposal is about, and its confirmation.
const PROPOSED: &str = "proposed";
const CONFIRMED: &str = "confirmed";

/// What an erasure stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EraseGround {
    /// A court ordered it.
    Court,
    /// The time for which its catalogue has it kept is over.
    Retention,
}

impl EraseGround {
    /// Its word in entries and journal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Retention => "retention",
        }
    }
}

/// An order to erase records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EraseOrder {
    /// The records, by their public ids.
    pub records: Vec<PublicId>,
    /// What it stands on.
    pub ground: EraseGround,
    /// The clause or ruling, in words.
    pub basis: String,
    /// Who decided.
    pub authority: String,
    /// The number of the document.
    pub number: String,
}

/// A proposal to erase, as the chain of acts keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its number: that of its act.
    pub number: i64,
    /// The account that proposes.
    pub actor: String,
    /// What it proposes.
    pub order: EraseOrder,
    /// True where it was confirmed.
    pub is_confirmed: bool,
}

/// What an erasure did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// The number of the proposal; none where nothing was kept of it.
    pub proposal: Option<i64>,
    /// The number in the journal; none where nothing was erased.
    pub erasure: Option<i64>,
    /// How much goes.
    pub counts: EraseCounts,
    /// False where a reader kept the store's files from being rewritten: `gongxin erase clean`.
    pub is_clean: bool,
}

impl Office {
    /// What an order would take, without taking it.
    ///
    /// # Errors
    /// There is no such record, or something is missing.
    pub fn preview_erasure(
        &self,
        _: &Permit<RecordErase>,
        order: &EraseOrder,
    ) -> Result<EraseCounts, OfficeError> {
        self.check_order(order)?;
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let (asked, already) = self.asked(reader, order)?;
            Ok(self.plan_erasure(reader, &rules, &asked)?.counts(already))
        })
    }

    /// Proposes an erasure; where one person is enough by the table of rights, does it.
    ///
    /// # Errors
    /// There is no such record, something is missing, or the store could not be written.
    pub fn propose_erasure(
        &self,
        permit: &Permit<RecordErase>,
        order: &EraseOrder,
    ) -> Result<Erased, OfficeError> {
        let counts = self.preview_erasure(permit, order)?;
        if self.rights.persons(RecordErase::ID) < 2 {
            return self.erase(permit, (order, None), vec![permit.actor().to_owned()]);
        }
        let detail = serde_json::to_string(order)
            .map_err(|error| OfficeError::Usage(format!("writing the order: {error}")))?;
        let number = self.acted_as(permit, PROPOSED, &detail)?;
        Ok(Erased { proposal: Some(number), erasure: None, counts, is_clean: true })
    }

    /// The proposals, the latest first.
    ///
    /// # Errors
    /// The desk cannot be read.
    pub fn erasure_proposals(
        &self,
        _: &Permit<RecordErase>,
        limit: u16,
    ) -> Result<Vec<Proposal>, OfficeError> {
        let ask = AuditAsk { act: Some(RecordErase::ID.to_owned()), ..AuditAsk::default() };
        let rows = self.desk.read(|reader| reader.audit(&ask, i64::from(limit) * 2))?;
        let confirmed: BTreeSet<&str> = rows
            .iter()
            .filter_map(|row| row.act.about.strip_prefix(CONFIRMED)?.strip_prefix('-'))
            .collect();
        let of = |row: &AuditRow| {
            let number = row.no.to_string();
            proposal(row, confirmed.contains(number.as_str()))
        };
        Ok(rows.iter().filter_map(of).take(usize::from(limit)).collect())
    }

    /// Confirms a proposal of another's and carries it out.
    ///
    /// # Errors
    /// There is no such proposal, it is one's own, or the store could not be written. Interrupted, it
    /// is carried out by whoever opens the store next.
    pub fn confirm_erasure(
        &self,
        permit: &Permit<RecordErase>,
        number: i64,
    ) -> Result<Erased, OfficeError> {
        let proposal = self.proposal(number)?;
        if proposal.actor == permit.actor() {
            return Err(OfficeError::Usage(format!(
                "proposal {number} is by `{}`: another person confirms it",
                proposal.actor
            )));
        }
        let actors = vec![proposal.actor, permit.actor().to_owned()];
        self.erase(permit, (&proposal.order, Some(number)), actors)
    }

    /// What a proposal would take.
    ///
    /// # Errors
    /// There is no such proposal.
    pub fn preview_proposal(
        &self,
        permit: &Permit<RecordErase>,
        number: i64,
    ) -> Result<EraseCounts, OfficeError> {
        self.preview_erasure(permit, &self.proposal(number)?.order)
    }

    fn proposal(&self, number: i64) -> Result<Proposal, OfficeError> {
        let ask = AuditAsk { below: Some(number.saturating_add(1)), ..AuditAsk::default() };
        let rows = self.desk.read(|reader| reader.audit(&ask, 1))?;
        let found = rows.first().filter(|row| row.no == number);
        found.and_then(|row| proposal(row, false)).ok_or_else(|| {
            OfficeError::Absent(format!("there is no proposal {number} to erase anything"))
        })
    }

    /// Writes an erasure into the journal, then carries it out.
    fn erase(
        &self,
        permit: &Permit<RecordErase>,
        (order, proposal): (&EraseOrder, Option<i64>),
        actors: Vec<String>,
    ) -> Result<Erased, OfficeError> {
        self.check_order(order)?;
        self.catch_up()?;
        let journal = self.journal()?;
        let platform = self.store.founding().platform;
        let (counts, erasure) = self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let (asked, already) = self.asked(writer, order)?;
            let plan = self.plan_erasure(writer, &rules, &asked)?;
            let counts = plan.counts(already);
            if plan.records.is_empty() {
                return Ok::<_, OfficeError>((counts, None));
            }
            let stated = ErasureOrder {
                ground: order.ground.word().to_owned(),
                basis: order.basis.clone(),
                authority: order.authority.clone(),
                number: order.number.clone(),
                actors,
            };
            // From here on it is decided: whatever breaks, whoever opens the store next does it.
            let erasure = journal.append(platform, (writer.now(), &stated), plan.entries())?;
            self.carry_erasure(writer, &rules, (&plan, &erasure))?;
            Ok((counts, Some(erasure.no)))
        })?;
        let about = proposal.map_or_else(String::new, |number| format!("{CONFIRMED}-{number}"));
        let EraseCounts { records, entries, .. } = counts;
        self.acted(permit, &about, &format!("erased {records} records, {entries} entries"))?;
        let is_clean = self.clean_up(false)?;
        Ok(Erased { proposal, erasure, counts, is_clean })
    }

    /// Rewrites what the store's files keep of rows that were erased.
    ///
    /// # Errors
    /// The store cannot be written, or there is no room for a second copy.
    pub fn clean(&self, permit: &Permit<RecordErase>) -> Result<bool, OfficeError> {
        let is_clean = gongxin_store::clean(&self.store, true)? && self.clean_up(true)?;
        self.acted(permit, "", "cleaned")?;
        Ok(is_clean)
    }

    /// The records that an order names and that are not erased yet, and how many are.
    fn asked(
        &self,
        reader: &mut Reader<'_>,
        order: &EraseOrder,
    ) -> Result<(Vec<RecordNo>, usize), OfficeError> {
        let found = self.records_of(reader, &order.records)?;
        let known: BTreeSet<PublicId> = found.iter().map(|record| record.public_id).collect();
        if let Some(id) = order.records.iter().find(|id| !known.contains(id)) {
            return Err(OfficeError::Absent(format!("no record `{id}`")));
        }
        let numbers: Vec<RecordNo> = found.iter().map(|record| record.no).collect();
        let erased = reader.erased(&numbers)?;
        let left = numbers.into_iter().filter(|no| !erased.contains(no)).collect();
        Ok((left, erased.len()))
    }

    /// Sees that an order states what it stands on, and no number of a person: it is kept for good.
    fn check_order(&self, order: &EraseOrder) -> Result<(), OfficeError> {
        let usage = |what: String| Err(OfficeError::Usage(what));
        if order.records.is_empty() || order.records.len() > RECORDS_MOST {
            return usage(format!("an order names 1 to {RECORDS_MOST} records"));
        }
        if order.ground == EraseGround::Retention {
            let over = self.is_over(&order.records)?;
            if let Some(id) = order.records.iter().find(|id| !over.contains(id)) {
                return usage(format!("the time for which `{id}` is kept is not over"));
            }
        }
        let rules = self.rules()?;
        let scan = rules.shared.personal_scan(self.today());
        let texts =
            [("basis", &order.basis), ("authority", &order.authority), ("number", &order.number)];
        for (what, text) in texts {
            // What is kept to its end by a pack needs no document; a court's order has a number.
            let may_lack = order.ground == EraseGround::Retention && what == "number";
            if text.trim().is_empty() && !may_lack {
                return usage(format!("an order states its {what}"));
            }
            if text.chars().count() > LINE_CHARACTERS {
                return usage(format!("the {what} has more than {LINE_CHARACTERS} characters"));
            }
            if let Some(hit) = scan.find(text).first() {
                return usage(format!("the {what} holds a person's {}", hit.kind.name()));
            }
        }
        Ok(())
    }
}

fn proposal(row: &AuditRow, is_confirmed: bool) -> Option<Proposal> {
    let is_one = row.act.act == RecordErase::ID && row.act.about == PROPOSED;
    let order = is_one.then(|| serde_json::from_str(&row.act.detail).ok()).flatten()?;
    Some(Proposal { number: row.no, actor: row.act.account.clone(), order, is_confirmed })
}

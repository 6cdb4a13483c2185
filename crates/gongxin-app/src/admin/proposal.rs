//! Packs adopted at the counter: one steward proposes, having seen the effect, another confirms. A proposal is an act
//! of the chain, like that of an erasure.

use std::collections::BTreeMap;

use gongxin_model::{Digest, Instant};
use gongxin_pack::{PackFiles, manifest};
use gongxin_seal::HashSuite;
use gongxin_store::desk::{AuditAsk, AuditRow};
use serde::{Deserialize, Serialize};

use super::adopt::told;
use super::{AdoptAsk, Adopted};
use crate::gate::{Action, Permit, RulesAdopt};
use crate::{Office, OfficeError};

/// What the chain of acts says a proposal is about; its number follows where it is about one.
const PROPOSED: &str = "proposed";
const CONFIRMED: &str = "confirmed-";
const WITHDRAWN: &str = "withdrawn-";
/// The acts of adoption that are looked through for proposals.
const LOOKED_AT: i64 = 1_000;
const DAY: i64 = 24 * 3600 * 1_000_000;

/// How packs are adopted at the counter.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdoptPolicy {
    pub(crate) proposal_days: i64,
    pub(crate) proposals_shown: usize,
    pub(crate) records_named: usize,
    pub(crate) previews_most: usize,
}

impl AdoptPolicy {
    pub(crate) fn shipped() -> Result<Self, OfficeError> {
        Ok(toml::from_str(include_str!("../../policy/adoption.toml"))?)
    }
}

/// What is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptOrder {
    /// The digest of the packs, in hexadecimal.
    pub digest: String,
    /// The unverified items that are accepted, sorted; `all` for every one.
    pub accept: Vec<String>,
    /// The adoption that was in force when the effect was looked at.
    pub base: i64,
}

/// How a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AdoptState {
    /// It waits for another person.
    Waiting,
    /// It was confirmed, and the packs adopted.
    Confirmed,
    /// It was taken back.
    Withdrawn,
    /// Nobody confirmed it in time.
    Expired,
    /// Another rulebook came in force since: its effect is no longer the one that was looked at.
    Overtaken,
}

/// A proposal to adopt packs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdoptProposal {
    /// Its number: that of its act.
    pub number: i64,
    /// The account that proposes.
    pub actor: String,
    /// When.
    pub at: Instant,
    /// Until when it waits.
    pub until: Instant,
    /// What it proposes.
    pub order: AdoptOrder,
    /// How it stands.
    pub state: AdoptState,
    /// True for the proposal of who asks: another person confirms it.
    pub is_own: bool,
}

/// Why packs are not proposed, or a proposal not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdoptFault {
    /// Whoever proposes does not confirm.
    #[error("another person confirms what one proposes")]
    Own,
    /// It does not wait any more.
    #[error("the proposal no longer waits")]
    Settled,
    /// The packs are other ones than those that were looked at.
    #[error("the packs are no longer those that were looked at")]
    Altered,
    /// The packs have problems.
    #[error("the packs have problems")]
    Broken,
    /// The effect was not looked at.
    #[error("the effect was not looked at")]
    Unseen,
    /// The same rulebook is in force.
    #[error("the same rulebook is in force")]
    InForce,
    /// The same is proposed already.
    #[error("the same is proposed already")]
    Proposed,
    /// Another adoption is under way.
    #[error("an adoption is under way")]
    Busy,
}

impl AdoptFault {
    /// The word in the keys of words.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Settled => "settled",
            Self::Altered => "altered",
            Self::Broken => "broken",
            Self::Unseen => "unseen",
            Self::InForce => "in-force",
            Self::Proposed => "proposed",
            Self::Busy => "busy",
        }
    }
}

/// The digest of packs, as an adoption keeps it.
pub(super) fn digest_of(files: &PackFiles) -> Digest {
    HashSuite::Sha256.digest(&[&manifest(files)])
}

impl Office {
    /// The proposals to adopt packs, the latest first.
    ///
    /// # Errors
    /// The desk or the store cannot be read.
    pub fn adoption_proposals(
        &self,
        permit: &Permit<RulesAdopt>,
    ) -> Result<Vec<AdoptProposal>, OfficeError> {
        let policy = AdoptPolicy::shipped()?;
        let ask = AuditAsk { act: Some(RulesAdopt::ID.to_owned()), ..AuditAsk::default() };
        let rows = self.desk.read(|reader| reader.audit(&ask, LOOKED_AT))?;
        let in_force = self.in_force()?.map_or(0, |row| row.no);
        let mut settled = BTreeMap::new();
        for row in &rows {
            let about = row.act.about.as_str();
            for (start, state) in
                [(CONFIRMED, AdoptState::Confirmed), (WITHDRAWN, AdoptState::Withdrawn)]
            {
                let number = about.strip_prefix(start).and_then(|text| text.parse::<i64>().ok());
                settled.extend(number.map(|number| (number, state)));
            }
        }
        let now = self.clock.now();
        let of = |row: &AuditRow| {
            let mut found = proposal(row, permit.actor(), policy)?;
            found.state = match settled.get(&row.no) {
                Some(state) => *state,
                None if found.order.base != in_force => AdoptState::Overtaken,
                None if found.until < now => AdoptState::Expired,
                None => AdoptState::Waiting,
            };
            Some(found)
        };
        Ok(rows.iter().filter_map(of).take(policy.proposals_shown).collect())
    }

    /// Proposes that packs be adopted. Gives the number of the proposal.
    ///
    /// # Errors
    /// The packs have problems, are in force already, or are proposed already.
    pub(super) fn propose_adoption(
        &self,
        permit: &Permit<RulesAdopt>,
        (files, accept): (&PackFiles, &[String]),
    ) -> Result<i64, OfficeError> {
        let (_, accepted, left_out) = self.effective(files, accept)?;
        let digest = digest_of(files);
        let current = self.in_force()?;
        let kept = serde_json::to_string(&accepted).unwrap_or_default();
        if current.as_ref().is_some_and(|row| row.digest == digest && row.accepted == kept) {
            return Err(AdoptFault::InForce.into());
        }
        let all = left_out.is_empty() && !accepted.is_empty();
        let order = AdoptOrder {
            digest: digest.to_string(),
            accept: if all { vec!["all".to_owned()] } else { accepted.into_iter().collect() },
            base: current.map_or(0, |row| row.no),
        };
        let waits = |one: &AdoptProposal| one.state == AdoptState::Waiting && one.order == order;
        if self.adoption_proposals(permit)?.iter().any(waits) {
            return Err(AdoptFault::Proposed.into());
        }
        let detail = serde_json::to_string(&order)
            .map_err(|error| OfficeError::Usage(format!("writing the order: {error}")))?;
        self.acted_as(permit, PROPOSED, &detail)
    }

    /// The proposal of a number, while it waits.
    ///
    /// # Errors
    /// There is none, or it no longer waits.
    pub(super) fn waiting_proposal(
        &self,
        permit: &Permit<RulesAdopt>,
        number: i64,
    ) -> Result<AdoptProposal, OfficeError> {
        let all = self.adoption_proposals(permit)?;
        let found = all.into_iter().find(|one| one.number == number).ok_or_else(|| {
            OfficeError::Absent(format!("there is no proposal {number} to adopt anything"))
        })?;
        match found.state {
            AdoptState::Waiting => Ok(found),
            _ => Err(AdoptFault::Settled.into()),
        }
    }

    /// Confirms a proposal of another's: the packs are adopted.
    ///
    /// # Errors
    /// There is no such proposal, it is one's own, it no longer waits, the packs are not those that were
    /// looked at, or the store could not be written.
    pub fn confirm_adoption(
        &self,
        permit: &Permit<RulesAdopt>,
        number: i64,
        files: &PackFiles,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Adopted, OfficeError> {
        let proposal = self.confirmable(permit, number, files)?;
        let ask = AdoptAsk { files, accept: &proposal.order.accept, dry_run: false };
        let by = (permit.actor(), Some(proposal.actor.as_str()));
        let adopted = self.put_in_force(&ask, by, progress)?;
        self.acted(permit, &format!("{CONFIRMED}{number}"), &told(&adopted))?;
        Ok(adopted)
    }

    /// A proposal that the account may confirm, of packs that are still the same.
    pub(super) fn confirmable(
        &self,
        permit: &Permit<RulesAdopt>,
        number: i64,
        files: &PackFiles,
    ) -> Result<AdoptProposal, OfficeError> {
        let proposal = self.waiting_proposal(permit, number)?;
        if proposal.is_own {
            return Err(AdoptFault::Own.into());
        }
        if proposal.order.digest != digest_of(files).to_string() {
            return Err(AdoptFault::Altered.into());
        }
        Ok(proposal)
    }

    /// Takes a proposal back: one's own, or another's that one does not confirm.
    ///
    /// # Errors
    /// There is no such proposal, or it no longer waits.
    pub fn withdraw_adoption(
        &self,
        permit: &Permit<RulesAdopt>,
        number: i64,
    ) -> Result<(), OfficeError> {
        self.waiting_proposal(permit, number)?;
        self.acted(permit, &format!("{WITHDRAWN}{number}"), "")
    }

    /// The adoption in force; None where there is none.
    pub(super) fn in_force(&self) -> Result<Option<gongxin_store::AdoptionRow>, OfficeError> {
        self.store.read(|reader| Ok::<_, OfficeError>(reader.adoption()?))
    }
}

fn proposal(row: &AuditRow, who: &str, policy: AdoptPolicy) -> Option<AdoptProposal> {
    let is_one = row.act.act == RulesAdopt::ID && row.act.about == PROPOSED;
    let order = is_one.then(|| serde_json::from_str(&row.act.detail).ok()).flatten()?;
    Some(AdoptProposal {
        number: row.no,
        actor: row.act.account.clone(),
        at: row.at,
        until: Instant(row.at.0.saturating_add(policy.proposal_days.saturating_mul(DAY))),
        order,
        state: AdoptState::Waiting,
        is_own: row.act.account == who,
    })
}

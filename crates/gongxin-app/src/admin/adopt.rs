//! Adoption: a rulebook is put in force, visibly, by a named account.

use std::collections::{BTreeMap, BTreeSet};

use gongxin_model::{About, Body, CompactString, Digest, Field, Kind, RecordNo, Value};
use gongxin_pack::{EffectiveRulebook, PackFiles, Unverified, manifest};
use gongxin_seal::HashSuite;
use gongxin_store::{AboutNo, AdoptionRow, NewEntry, StandingRow, Writer};
use serde::Serialize;

use crate::derive::{rederive, touched};
use crate::gate::{Action, Permit, Refused, RulesAdopt};
use crate::{Office, OfficeError};

/// What the chain of acts says that an adoption at the machine is.
const ADOPTED: &str = "adopted";

/// What is to be adopted.
#[derive(Debug, Clone)]
pub struct AdoptAsk<'a> {
    /// The files of all packs.
    pub files: &'a PackFiles,
    /// Ids of unverified values to accept; `all` accepts every one.
    pub accept: &'a [String],
    /// Say what would change, change nothing.
    pub dry_run: bool,
}

/// What an adoption did, or would do.
#[derive(Debug, Clone, Serialize)]
pub struct Adopted {
    /// The rulebook's digest.
    pub digest: Digest,
    /// False where it, with the same acceptances, was in force already.
    pub new: bool,
    /// Unverified values that were accepted.
    pub accepted: Vec<String>,
    /// Unverified values that stay without effect.
    pub left_out: Vec<Unverified>,
    /// Records whose publication ends by it.
    pub ending: u64,
    /// Records that are published by it.
    pub appearing: u64,
    /// Records that were looked at.
    pub records: u64,
}

impl Office {
    /// Adopts packs, at the machine. At the counter it takes two persons where the table of rights says so:
    /// see [`Office::confirm_adoption`].
    ///
    /// # Errors
    /// The packs have problems, an id to accept is unknown, one person is not enough, or the store could not
    /// be written.
    pub fn adopt(
        &self,
        permit: &Permit<RulesAdopt>,
        ask: &AdoptAsk<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Adopted, OfficeError> {
        if self.rights.persons(RulesAdopt::ID) > 1 && !permit.is_at_machine() {
            return Err(Refused.into());
        }
        let adopted = self.put_in_force(ask, (permit.actor(), None), progress)?;
        if adopted.new && !ask.dry_run {
            self.acted(permit, ADOPTED, &told(&adopted))?;
        }
        Ok(adopted)
    }

    /// Puts a rulebook in force, by an account, and by who proposed it where that is another.
    pub(super) fn put_in_force(
        &self,
        ask: &AdoptAsk<'_>,
        by: (&str, Option<&str>),
        progress: &mut dyn FnMut(u64),
    ) -> Result<Adopted, OfficeError> {
        let (rulebook, accepted, left_out) = self.effective(ask.files, ask.accept)?;
        let bytes = manifest(ask.files);
        let digest = HashSuite::Sha256.digest(&[&bytes]);
        let mut adopted = Adopted {
            digest,
            new: true,
            accepted: accepted.iter().cloned().collect(),
            left_out,
            ending: 0,
            appearing: 0,
            records: 0,
        };
        let accepted = serde_json::to_string(&accepted).unwrap_or_default();
        let current = self.store.read(|reader| Ok::<_, OfficeError>(reader.adoption()?))?;
        if current.as_ref().is_some_and(|row| row.digest == digest && row.accepted == accepted) {
            adopted.new = false;
            return Ok(adopted);
        }
        let number = current.map_or(1, |row| row.no + 1);
        let work = |writer: &mut Writer<'_>| {
            self.write_adoption(writer, by, &bytes, (number, digest, &accepted))?;
            self.refold_all(writer, &rulebook, &mut adopted, progress)?;
            // An error undoes the transaction; for a dry run this one is meant.
            if ask.dry_run { Err(OfficeError::Stopped) } else { Ok(()) }
        };
        match self.store.write(self.clock.now(), work) {
            Err(OfficeError::Stopped) if ask.dry_run => Ok(adopted),
            Err(error) => Err(error),
            Ok(()) => Ok(adopted),
        }
    }

    /// The rulebook that packs would make, with the sources registered here; the ids that are
    /// accepted without verification, and what stays without effect.
    pub(super) fn effective(
        &self,
        files: &PackFiles,
        accept: &[String],
    ) -> Result<(EffectiveRulebook, BTreeSet<String>, Vec<Unverified>), OfficeError> {
        let (rulebook, problems) = gongxin_pack::read(files);
        let rulebook = rulebook.ok_or(OfficeError::Packs(problems.len()))?;
        let unverified = rulebook.unverified();
        let accepted = accepted(accept, &unverified)?;
        let left_out = unverified.into_iter().filter(|one| !accepted.contains(&one.item)).collect();
        let mut rulebook = EffectiveRulebook::new(rulebook, accepted.clone());
        for (code, body) in self.store.read(|reader| Ok::<_, OfficeError>(reader.sources()?))? {
            if let Ok(source) = serde_json::from_str(&body) {
                rulebook.rulebook.sources.insert(code, source);
            }
        }
        Ok((rulebook, accepted, left_out))
    }

    fn write_adoption(
        &self,
        writer: &mut Writer<'_>,
        (actor, proposed_by): (&str, Option<&str>),
        bytes: &[u8],
        (no, digest, accepted): (i64, Digest, &str),
    ) -> Result<(), OfficeError> {
        let packed = zstd::bulk::compress(bytes, 9)
            .map_err(|error| OfficeError::File { act: "packing".into(), why: error.to_string() })?;
        writer.keep_rulebook(&digest, &packed)?;
        let list: Vec<CompactString> = serde_json::from_str(accepted).unwrap_or_default();
        let field = Field { code: "accepted".into(), value: Value::List(list), written: None };
        let proposed = proposed_by.map(|account| Field::text("proposed-by", account));
        let body = Body {
            actor: Some(actor.to_owned()),
            fields: [Some(field), proposed].into_iter().flatten().collect(),
            ..Body::about(About::Rulebook(digest))
        };
        let entry = NewEntry {
            about: AboutNo::RULEBOOK,
            kind: Kind::RulebookAdopted,
            adoption: (no, digest),
            body,
            salt: self.salt(None, 0, 0),
        };
        let places = writer.append(&[entry])?;
        let seq = places.first().copied().unwrap_or(gongxin_model::Seq(0));
        let at = writer.now();
        let accepted = accepted.to_owned();
        Ok(writer.insert_adoption(&AdoptionRow { no, digest, seq, at, accepted })?)
    }

    /// Folds every record under the new rulebook and counts what ends and what appears.
    fn refold_all(
        &self,
        writer: &mut Writer<'_>,
        rulebook: &EffectiveRulebook,
        adopted: &mut Adopted,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), OfficeError> {
        let today = writer.now().day();
        let mut after = RecordNo(0);
        loop {
            let records = writer.records_after(after, 5_000)?;
            let Some(last) = records.last() else {
                return Ok(());
            };
            after = last.no;
            let before = writer.standings(records.iter().map(|record| record.no.0).collect())?;
            let rows = rederive(writer, rulebook, &records, today)?;
            let was: BTreeSet<RecordNo> = shown(&before);
            let is: BTreeSet<RecordNo> = shown(&rows);
            adopted.records += records.len() as u64;
            adopted.ending += was.difference(&is).count() as u64;
            adopted.appearing += is.difference(&was).count() as u64;
            let before: BTreeMap<RecordNo, &StandingRow> =
                before.iter().map(|row| (row.record, row)).collect();
            let is_changed = |row: &&StandingRow| before.get(&row.record) != Some(row);
            let changed: Vec<_> = rows.iter().filter(is_changed).cloned().collect();
            writer.put_standings(&changed)?;
            writer.tell("standing", &touched(&changed))?;
            progress(adopted.records);
        }
    }
}

/// What the chain of acts says of an adoption.
pub(super) fn told(adopted: &Adopted) -> String {
    let Adopted { digest, records, ending, appearing, .. } = adopted;
    format!("{digest}: {records} records looked at, {ending} end, {appearing} appear")
}

fn shown(rows: &[StandingRow]) -> BTreeSet<RecordNo> {
    rows.iter().filter(|row| row.publication == "published").map(|row| row.record).collect()
}

fn accepted(wanted: &[String], unverified: &[Unverified]) -> Result<BTreeSet<String>, OfficeError> {
    if wanted.iter().any(|one| one == "all") {
        return Ok(unverified.iter().map(|one| one.item.clone()).collect());
    }
    for one in wanted {
        if !unverified.iter().any(|known| known.item == *one) {
            return Err(OfficeError::Usage(format!("no unverified item `{one}` in these packs")));
        }
    }
    Ok(wanted.iter().cloned().collect())
}

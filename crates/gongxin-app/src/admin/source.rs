//! The register of supplying bodies.

use gongxin_model::{About, Body, Field, Instant, Kind, Seq};
use gongxin_pack::{Confidence, Ground, Parent, SourceDeclaration, Successor, Text};
use gongxin_store::{AboutNo, NewEntry, Writer};
use serde::Serialize;

use crate::rules::{Rules, SOURCES};
use crate::{Office, OfficeError};

/// A source as it is listed.
#[derive(Debug, Clone, Serialize)]
pub struct SourceItem {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Option<String>,
    /// Its region (GB/T 2260).
    pub region: String,
    /// Its sector.
    pub sector: String,
    /// The catalogues it may supply.
    pub supplies: Vec<String>,
    /// Working days from decision to hand-in, where it has a deadline of its own.
    pub deadline_working_days: Option<u16>,
    /// True for another platform, which hands down what others decided.
    pub peer: bool,
    /// Who took over from it: code and day.
    pub successors: Vec<(String, String)>,
    /// Its last hand-in.
    pub last_hand_in: Option<Instant>,
}

/// A source to be registered.
#[derive(Debug, Clone)]
pub struct NewSource<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its unified social credit code.
    pub uscc: Option<&'a str>,
    /// Its region.
    pub region: &'a str,
    /// Its sector.
    pub sector: &'a str,
    /// The catalogues it may supply.
    pub supplies: &'a [String],
    /// True for another platform, which hands down what others decided.
    pub peer: bool,
    /// The body it followed.
    pub follows: Option<&'a str>,
    /// The body that it is an office of.
    pub under: Option<&'a str>,
    /// The account that registers it.
    pub actor: &'a str,
}

impl Office {
    /// All registered sources, by code.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn sources(&self) -> Result<Vec<SourceItem>, OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let last = reader.last_batches()?;
            Ok(rules
                .rulebook
                .sources
                .values()
                .map(|one| SourceItem {
                    code: one.code.clone(),
                    name: one.name.zh.clone(),
                    uscc: one.uscc.clone(),
                    region: one.region.clone(),
                    sector: one.sector.clone(),
                    supplies: one.supplies.clone(),
                    deadline_working_days: one.deadline_working_days,
                    peer: one.peer,
                    successors: one
                        .successors
                        .iter()
                        .map(|next| (next.code.clone(), next.from.to_string()))
                        .collect(),
                    last_hand_in: last.get(&one.code).copied(),
                })
                .collect())
        })
    }

    /// Registers a source; it may hand in at once.
    ///
    /// # Errors
    /// The code is taken or malformed, or a sector, region or catalogue is unknown.
    pub fn add_source(&self, new: &NewSource<'_>) -> Result<(), OfficeError> {
        self.store.write(self.clock.now(), |writer| {
            let rules = self.rules_for(writer)?;
            let rulebook = &rules.rulebook;
            check(new, rulebook)?;
            let today = writer.now().day();
            let declaration = SourceDeclaration {
                code: new.code.to_owned(),
                name: Text { zh: new.name.to_owned(), en: new.name.to_owned() },
                uscc: new.uscc.map(str::to_owned),
                region: new.region.to_owned(),
                sector: new.sector.to_owned(),
                supplies: new.supplies.to_vec(),
                deadline_working_days: None,
                peer: new.peer,
                successors: Vec::new(),
                parents: (new.under.iter())
                    .map(|code| Parent { code: (*code).to_owned(), from: today, until: None })
                    .collect(),
                ground: Ground {
                    from: today,
                    until: None,
                    basis: Vec::new(),
                    confidence: Confidence::Verified,
                    source: Some(format!("registered by {}", new.actor)),
                },
            };
            let mut changed = vec![declaration];
            if let Some(before) = new.follows.and_then(|code| rulebook.sources.get(code)) {
                let mut before = before.clone();
                before.successors.push(Successor { code: new.code.to_owned(), from: today });
                changed.push(before);
            }
            for one in changed {
                let json = serde_json::to_string(&one)
                    .map_err(|error| OfficeError::Usage(error.to_string()))?;
                let body = Body {
                    actor: Some(new.actor.to_owned()),
                    fields: vec![Field::text("source", json.clone())],
                    ..Body::about(About::Platform)
                };
                let seq = self.configure(writer, &rules, body)?;
                writer.put_source(&one.code, &json, seq)?;
            }
            writer.count(SOURCES, 1);
            Ok(())
        })
    }

    /// Keeps what was configured of the platform as an entry; gives its place.
    pub(crate) fn configure(
        &self,
        writer: &mut Writer<'_>,
        rules: &Rules,
        body: Body,
    ) -> Result<Seq, OfficeError> {
        let entry = NewEntry {
            about: AboutNo::PLATFORM,
            kind: Kind::Configured,
            adoption: (rules.adoption.no, rules.adoption.digest),
            body,
            salt: self.salt(None, 0, 0),
        };
        let seq = writer.next_seq();
        writer.append(&[entry])?;
        Ok(seq)
    }
}

fn check(new: &NewSource<'_>, rulebook: &gongxin_pack::Rulebook) -> Result<(), OfficeError> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if new.code.is_empty() || new.code.len() > 64 || !new.code.chars().all(plain) {
        return Err(OfficeError::Usage(format!(
            "`{}` is not a source code: letters, digits and hyphens, at most 64",
            new.code
        )));
    }
    if rulebook.sources.contains_key(new.code) {
        return Err(OfficeError::Usage(format!("`{}` is registered already", new.code)));
    }
    let known: Vec<&str> = rulebook.sectors.keys().map(String::as_str).collect();
    if !known.contains(&new.sector) {
        return Err(OfficeError::Usage(format!(
            "no sector `{}`; there are {}",
            new.sector,
            known.join(", ")
        )));
    }
    for catalogue in new.supplies {
        if rulebook.catalogue(catalogue).is_none() {
            return Err(OfficeError::Usage(format!("no catalogue `{catalogue}`")));
        }
    }
    if let Some(code) = new.follows.filter(|code| !rulebook.sources.contains_key(*code)) {
        return Err(OfficeError::Usage(format!("no source `{code}` to follow")));
    }
    if let Some(code) = new.under.filter(|code| !rulebook.sources.contains_key(*code)) {
        return Err(OfficeError::Usage(format!("no source `{code}` to be under")));
    }
    Ok(())
}

//! What there is to begin a case with where it is about no record yet, or its record is to be found: the
//! ways of a family, lists, organisations by their codes, bodies by their names.

use gongxin_model::code::Uscc;
use gongxin_model::finding::Language;
use gongxin_model::text::normalise_name;
use gongxin_pack::{CaseProcedure, Family, Party};
use gongxin_store::Reader;
use serde::Serialize;

use super::items::words;
use super::listing::{CaseList, may_enter};
use super::matter::{CaseRecord, CaseWay, Offered, way};
use super::opening::is_platforms;
use super::reach::{own_subject, party_of};
use crate::gate::{CaseOpen, Permit, Refused, Scope};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// Bodies that are offered to choose from by what was typed of their names.
const BODIES: usize = 20;

/// An organisation or a body, as a case names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseBody {
    /// Its code: in the register of sources, or its unified code.
    pub code: String,
    /// Its name; the code again where the name is not to be shown, or not known.
    pub name: String,
}

impl Office {
    /// The ways to open cases of a family that are about no record yet.
    ///
    /// # Errors
    /// The permit is for nobody who opens cases.
    pub fn case_ways(
        &self,
        permit: &Permit<CaseOpen>,
        family: Family,
        language: Language,
    ) -> Result<Vec<CaseWay>, OfficeError> {
        let party = party_of(permit)?;
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let today = self.today();
            let own = rules.rulebook.procedures.values().filter(|rule| {
                rule.family == family
                    && rule.ground.holds(today)
                    && rule.opening.by.contains(&party)
            });
            let body = permit.body().and_then(|code| rules.rulebook.sources.get(code));
            let of = |rule: &CaseProcedure| {
                let decides = body.filter(|_| !is_platforms(rule)).map(|source| &source.name);
                let offered = Offered { decides, ..Offered::default() };
                way((&rules, today), rule, offered, language)
            };
            Ok(own.map(of).collect())
        })
    }

    /// The lists into which the body of a permit may propose that somebody be entered.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn case_lists(
        &self,
        permit: &Permit<CaseOpen>,
        language: Language,
    ) -> Result<Vec<CaseList>, OfficeError> {
        let body = permit.body().ok_or(Refused)?;
        let rules = self.rules()?;
        let today = self.today();
        let lists = rules.rulebook.lists.values();
        let own = lists.filter(|list| may_enter(&rules, body, list, today));
        Ok(own.map(|list| CaseList::of(&rules, list, language)).collect())
    }

    /// The organisation of a code, for who checks whom a case would be about; None where nobody has it.
    ///
    /// # Errors
    /// The permit is an organisation's own, or the store cannot be read.
    pub fn case_subject(
        &self,
        permit: &Permit<CaseOpen>,
        code: &str,
    ) -> Result<Option<CaseBody>, OfficeError> {
        if party_of(permit)? == Party::Subject {
            return Err(Refused.into());
        }
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            organisation(reader, &rules, code)
        })
    }

    /// The published records of an organisation about which the body of a permit, or the platform, may
    /// open a case of a family. What the public does not see is not looked for: that would be a read.
    ///
    /// # Errors
    /// The permit is an organisation's own, or the store cannot be read.
    pub fn case_records_of(
        &self,
        permit: &Permit<CaseOpen>,
        (family, code): (Family, &str),
        language: Language,
    ) -> Result<Vec<CaseRecord>, OfficeError> {
        if matches!(permit.scope(), Scope::Organisation(_) | Scope::Account(_)) {
            return Err(Refused.into());
        }
        self.offered_records(permit, (family, code), language)
    }

    /// Whom a complaint may be about, by what was typed: a body of the register by its code or part of its
    /// name, or an agency by its unified code.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn case_bodies(
        &self,
        _: &Permit<CaseOpen>,
        typed: &str,
        language: Language,
    ) -> Result<Vec<CaseBody>, OfficeError> {
        self.store.read(|reader| {
            let rules = self.rules_for(reader)?;
            let wanted = normalise_name(typed);
            let sources = rules.rulebook.sources.values().filter(|source| !source.peer);
            let mut found: Vec<CaseBody> = sources
                .filter(|source| {
                    let has = |name: &str| normalise_name(name).contains(&wanted);
                    source.code == typed
                        || (!wanted.is_empty() && (has(&source.name.zh) || has(&source.name.en)))
                })
                .take(BODIES)
                .map(|source| CaseBody {
                    code: source.code.clone(),
                    name: words(&source.name, language),
                })
                .collect();
            let is_it =
                |body: &CaseBody| body.code == typed || normalise_name(&body.name) == wanted;
            if let Some(exact) = found.iter().find(|body| is_it(body)).cloned() {
                found = vec![exact];
            }
            if let Some(sound) = Uscc::read(typed).sound().filter(|_| found.is_empty()) {
                let code = sound.as_str().to_owned();
                let known = organisation(reader, &rules, &code)?;
                found.push(known.unwrap_or_else(|| CaseBody { name: code.clone(), code }));
            }
            Ok(found)
        })
    }
}

/// The organisation of a code. A name that may be a person's is not told.
pub(super) fn organisation(
    reader: &mut Reader<'_>,
    rules: &Rules,
    code: &str,
) -> Result<Option<CaseBody>, OfficeError> {
    let found = own_subject(reader, code)?;
    Ok(found.map(|subject| {
        let code = subject.code.clone().unwrap_or_else(|| code.to_owned());
        let is_hidden = rules.hides(&subject, &subject.name);
        CaseBody { name: if is_hidden { code.clone() } else { subject.name }, code }
    }))
}

/// Whom a code of a complaint names.
pub(super) fn named(
    reader: &mut Reader<'_>,
    rules: &Rules,
    (code, language): (&str, Language),
) -> Result<CaseBody, OfficeError> {
    if let Some(source) = rules.rulebook.sources.get(code) {
        return Ok(CaseBody { code: code.to_owned(), name: words(&source.name, language) });
    }
    let found = organisation(reader, rules, code)?;
    Ok(found.unwrap_or_else(|| CaseBody { code: code.to_owned(), name: code.to_owned() }))
}

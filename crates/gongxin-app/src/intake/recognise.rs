//! Which catalogue a file is for: by its header, among those that the body may supply.

use std::path::Path;
use std::sync::Arc;

use gongxin_intake::{ChildCommand, Intake, Limits, Mapping, Options};
use gongxin_model::Finding;
use gongxin_pack::{Catalogue, Text};

use super::Input;
use super::hand_in::may_supply;
use super::input::{opened, unopened};
use crate::gate::{Action, Permit, Refused};
use crate::rules::Rules;
use crate::{Office, OfficeError};

/// A catalogue that a body may hand in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppliable {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Text,
}

/// What was found out about a file.
#[derive(Debug)]
pub enum Recognised {
    /// It is for this catalogue.
    For(String),
    /// Several fit alike: somebody must choose.
    Several(Vec<String>),
    /// It cannot be read: why.
    Not(Vec<Finding>),
}

impl Office {
    /// The catalogues that the permit's body may hand in to, in the order of the report's sections.
    ///
    /// # Errors
    /// The body is no longer there, or no rulebook is in force.
    pub fn suppliable<A: Action>(
        &self,
        permit: &Permit<A>,
    ) -> Result<Vec<Suppliable>, OfficeError> {
        let rules = self.rules()?;
        let found = self.catalogues_of(&rules, permit)?;
        let item = |one: &Catalogue| Suppliable { id: one.id.clone(), name: one.name.clone() };
        Ok(found.into_iter().map(item).collect())
    }

    fn catalogues_of<'r, A: Action>(
        &self,
        rules: &'r Rules,
        permit: &Permit<A>,
    ) -> Result<Vec<&'r Catalogue>, OfficeError> {
        let book = &rules.rulebook;
        let source = permit.body().and_then(|code| book.sources.get(code)).ok_or(Refused)?;
        let all = book.catalogues.values();
        let mut found: Vec<&Catalogue> = all.filter(|one| may_supply(book, source, one)).collect();
        found.sort_by(|left, right| (left.section, &left.id).cmp(&(right.section, &right.id)));
        Ok(found)
    }

    /// Finds which catalogue a file of the permit's body is for: opens it by each that it may be for, or by the
    /// one that was chosen, and counts the fields that its header names.
    ///
    /// # Errors
    /// The body is no longer there, or no rulebook is in force.
    pub fn recognise<A: Action>(
        &self,
        permit: &Permit<A>,
        path: &Path,
        (chosen, child): (Option<&str>, Option<&ChildCommand>),
    ) -> Result<Recognised, OfficeError> {
        let rules = self.rules()?;
        let mut fits: Vec<(usize, String)> = Vec::new();
        let mut faults = Vec::new();
        for one in self.catalogues_of(&rules, permit)? {
            if chosen.is_some_and(|id| id != one.id) {
                continue;
            }
            match self.known_fields(&rules, one, path, child) {
                Ok(known) => fits.push((known, one.id.clone())),
                // What one catalogue says of a file that none can read, the others say too.
                Err(findings) if faults.is_empty() => faults = findings,
                Err(_) => {}
            }
        }
        let best = fits.iter().map(|(known, _)| *known).max().unwrap_or(0);
        fits.retain(|(known, _)| *known == best);
        let mut ids: Vec<String> = fits.into_iter().map(|(_, id)| id).collect();
        Ok(match (ids.pop(), ids.is_empty()) {
            (None, _) => Recognised::Not(faults),
            (Some(only), true) => Recognised::For(only),
            (Some(last), false) => {
                ids.push(last);
                Recognised::Several(ids)
            }
        })
    }

    /// How many fields of a catalogue the header of a file names.
    fn known_fields(
        &self,
        rules: &Rules,
        catalogue: &Catalogue,
        path: &Path,
        child: Option<&ChildCommand>,
    ) -> Result<usize, Vec<Finding>> {
        let source =
            opened(Input::File(path.to_owned())).map_err(|error| vec![unopened(&error)])?;
        let options = Options {
            rulebook: Arc::clone(&rules.shared),
            catalogue: catalogue.id.clone(),
            mapping: Mapping::default(),
            today: self.today(),
            child: child.cloned(),
            limits: Limits::default(),
        };
        let facts = Intake::open(source.0, options)?.facts();
        let mut known: Vec<&String> =
            facts.columns.iter().filter_map(|(_, code)| code.as_ref()).collect();
        known.sort_unstable();
        known.dedup();
        Ok(known.len())
    }
}

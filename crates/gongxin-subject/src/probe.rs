//! What the office must look up for a row.

use std::collections::BTreeSet;

use gongxin_model::code::{CodeKind, OrganisationCode};

use crate::claims::organisation_part;
use crate::{Claims, code_neighbours, exact_key, query_keys};

/// Codes and name keys to look up, each once, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probes {
    /// Codes with the kind under which they are sought.
    pub codes: Vec<(CodeKind, String)>,
    /// Name keys, as [`crate::exact_key`] or [`crate::similar_keys`] made them when the subject was
    /// named.
    pub names: Vec<i64>,
}

/// The codes under which a subject is kept so that it is found by each of their readings: a unified
/// code also as the organisation code in it, if that passes its own check.
#[must_use]
pub fn index_codes(kind: CodeKind, code: &str) -> Vec<(CodeKind, String)> {
    let mut codes = vec![(kind, code.to_owned())];
    if kind != CodeKind::OrganisationCode
        && let Some(part) = sound_part(kind, code)
    {
        codes.push((CodeKind::OrganisationCode, part.to_owned()));
    }
    codes
}

/// What decides a row: its codes in all their readings and the key of its whole name.
#[must_use]
pub fn probes(claims: &Claims) -> Probes {
    let mut codes = BTreeSet::new();
    for identifier in &claims.identifiers {
        codes.insert((identifier.kind, identifier.code.clone()));
        // The organisation code in it, and a subject that is kept by its organisation code only.
        if let Some(part) = sound_part(identifier.kind, &identifier.code) {
            codes.insert((CodeKind::OrganisationCode, part.to_owned()));
        }
        if identifier.kind == CodeKind::TaxNumber && identifier.code.len() == 18 {
            codes.insert((CodeKind::Uscc, identifier.code.clone()));
        }
    }
    let names = claims.normal_name().map(|name| vec![exact_key(&name)]).unwrap_or_default();
    Probes { codes: codes.into_iter().collect(), names }
}

/// What may be meant by a row that is held: codes one slip away from an unsound one, and the keys of
/// similar names.
#[must_use]
pub fn suggestion_probes(claims: &Claims) -> Probes {
    let mut codes = BTreeSet::new();
    for identifier in claims.identifiers.iter().filter(|identifier| !identifier.sound) {
        for neighbour in code_neighbours(identifier.kind, &identifier.code) {
            codes.insert((identifier.kind, neighbour));
        }
        // One slip may be in the organisation code inside, of a subject that is kept by that alone.
        let inside = organisation_part(identifier.kind, &identifier.code)
            .filter(|_| identifier.kind != CodeKind::OrganisationCode);
        for neighbour in
            inside.map(|part| code_neighbours(CodeKind::OrganisationCode, part)).unwrap_or_default()
        {
            codes.insert((CodeKind::OrganisationCode, neighbour));
        }
    }
    let names = claims.name.as_deref().map(query_keys).unwrap_or_default();
    Probes { codes: codes.into_iter().collect(), names }
}

/// The organisation code in a code, if it passes its own check.
pub(crate) fn sound_part(kind: CodeKind, code: &str) -> Option<&str> {
    organisation_part(kind, code).filter(|part| OrganisationCode::read(part).facts.is_sound())
}

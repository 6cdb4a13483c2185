//! Which subjects a held row may be about, best first, each with its reasons.

use gongxin_model::code::CodeKind;
use gongxin_model::{PublicId, SubjectNo};
use serde::{Deserialize, Serialize};

use crate::neighbours::look_alike;
use crate::{Candidate, Claims, Likeness, Reason, code_distance, likeness};

/// The most suggestions that a held row carries.
pub const SUGGESTION_LIMIT: usize = 9;

/// A subject that a held row may be about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The subject inside the store.
    pub subject: SubjectNo,
    /// Its id outside.
    pub public_id: PublicId,
    /// Its present name.
    pub name: String,
    /// The code that it is shown under.
    pub code: String,
    /// How well it fits, per mille.
    pub score: u32,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// The candidates that have anything in common with the claims, best first, at most
/// [`SUGGESTION_LIMIT`]. Equal scores keep the order of subjects.
#[must_use]
pub fn rank(claims: &Claims, candidates: &[Candidate]) -> Vec<Suggestion> {
    let mut suggestions: Vec<Suggestion> =
        candidates.iter().filter_map(|candidate| suggest(claims, candidate)).collect();
    suggestions
        .sort_by(|one, other| other.score.cmp(&one.score).then(one.subject.cmp(&other.subject)));
    suggestions.dedup_by_key(|suggestion| suggestion.subject);
    suggestions.truncate(SUGGESTION_LIMIT);
    suggestions
}

/// Names less alike than this, without any code in common, are no suggestion.
const FLOOR: u32 = 300;

fn suggest(claims: &Claims, candidate: &Candidate) -> Option<Suggestion> {
    let mut reasons = Vec::new();
    let (code, has_codes) = code_score(claims, candidate, &mut reasons);
    let name = name_score(claims, candidate, &mut reasons);
    let score = match (has_codes, claims.name.is_some()) {
        (true, true) => (code * 4 + name * 6) / 10,
        (true, false) => code,
        (false, _) => name,
    };
    if code == 0 && name < FLOOR {
        return None;
    }
    Some(Suggestion {
        subject: candidate.subject,
        public_id: candidate.public_id,
        name: candidate.display_name().to_owned(),
        code: candidate.display_code().to_owned(),
        score,
        reasons,
    })
}

/// The best agreement of a code, and whether any two codes could be compared.
fn code_score(claims: &Claims, candidate: &Candidate, reasons: &mut Vec<Reason>) -> (u32, bool) {
    let (mut best, mut compared) = (0, false);
    for kind in CodeKind::ALL {
        for identifier in claims.identifiers.iter().filter(|identifier| identifier.kind == kind) {
            if candidate.carries(kind, &identifier.code) {
                reasons.push(Reason::CodeAgrees { code: kind });
                (best, compared) = (1000, true);
                continue;
            }
            let Some(own) = candidate.code(kind) else {
                continue;
            };
            compared = true;
            let characters = code_distance(own, &identifier.code);
            // No single slip makes one sound code of another.
            let score = match characters {
                _ if identifier.sound => 0,
                1 => 850,
                2 => 700,
                3 => 500,
                _ => 0,
            };
            if score == 0 {
                reasons.push(Reason::CodeDiffers { code: kind });
                continue;
            }
            best = best.max(score + u32::from(only_look_alikes(own, &identifier.code)) * 100);
            reasons.push(Reason::CodeNear { code: kind, characters });
        }
    }
    (best, compared)
}

fn only_look_alikes(one: &str, other: &str) -> bool {
    one.chars().count() == other.chars().count()
        && one
            .chars()
            .zip(other.chars())
            .all(|(left, right)| left == right || look_alike(left, right))
}

fn name_score(claims: &Claims, candidate: &Candidate, reasons: &mut Vec<Reason>) -> u32 {
    let Some(normal) = claims.normal_name() else {
        return 0;
    };
    if let Some(same) = candidate.name_like(&normal) {
        reasons.push(if same.is_current() {
            Reason::NameAgrees
        } else {
            Reason::FormerName { name: same.name.clone() }
        });
        return if same.is_current() { 1000 } else { 980 };
    }
    let name = claims.name.as_deref().unwrap_or_default();
    let best: Option<(Likeness, &str, bool)> = candidate
        .names
        .iter()
        .map(|own| (likeness(name, &own.name), own.name.as_str(), own.is_current()))
        .max_by(|one, other| one.0.per_mille.cmp(&other.0.per_mille).then(one.2.cmp(&other.2)));
    let Some((like, own, current)) = best else {
        return 0;
    };
    if like.per_mille < FLOOR {
        reasons.push(Reason::NameUnrelated);
        return like.per_mille;
    }
    if !current {
        reasons.push(Reason::FormerName { name: own.to_owned() });
    }
    reasons.push(Reason::NameSimilar { per_mille: like.per_mille });
    reasons.extend(like.reasons);
    like.per_mille
}

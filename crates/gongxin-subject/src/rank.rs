//! Which subjects a held row may be about, best first, each with its reasons.

use gongxin_model::code::CodeKind;
use gongxin_model::{PublicId, SubjectNo};
use serde::{Deserialize, Serialize};

use crate::neighbours::look_alike;
use crate::{Candidate, Claims, Figures, Likeness, Reason, code_distance, likeness};

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

/// The candidates that have anything in common with the claims, best first, at most as many as a
/// person looks at. Equal scores keep the order of subjects.
#[must_use]
pub fn rank(claims: &Claims, candidates: &[Candidate], figures: &Figures) -> Vec<Suggestion> {
    let ranking = Ranking { claims, figures };
    let mut suggestions: Vec<Suggestion> =
        candidates.iter().filter_map(|candidate| ranking.suggest(candidate)).collect();
    suggestions
        .sort_by(|one, other| other.score.cmp(&one.score).then(one.subject.cmp(&other.subject)));
    suggestions.dedup_by_key(|suggestion| suggestion.subject);
    suggestions.truncate(usize::try_from(figures.suggestions_most).unwrap_or(usize::MAX));
    suggestions
}

struct Ranking<'a> {
    claims: &'a Claims,
    figures: &'a Figures,
}

impl Ranking<'_> {
    fn suggest(&self, candidate: &Candidate) -> Option<Suggestion> {
        let mut reasons = Vec::new();
        let (code, has_codes) = self.code_score(candidate, &mut reasons);
        let name = self.name_score(candidate, &mut reasons);
        let share = self.figures.code_share.min(1000);
        let score = match (has_codes, self.claims.name.is_some()) {
            (true, true) => (code * share + name * (1000 - share)) / 1000,
            (true, false) => code,
            (false, _) => name,
        };
        // Without any code in common, a name that is hardly like another suggests nothing.
        if code == 0 && name < self.figures.suggestion_floor {
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
    fn code_score(&self, candidate: &Candidate, reasons: &mut Vec<Reason>) -> (u32, bool) {
        let (mut best, mut compared) = (0, false);
        let identifiers = &self.claims.identifiers;
        for kind in CodeKind::ALL {
            for identifier in identifiers.iter().filter(|identifier| identifier.kind == kind) {
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
                let slips = characters.checked_sub(1).filter(|_| !identifier.sound);
                let score = slips.and_then(|slips| self.figures.code_slips.get(slips));
                let Some(score) = score.filter(|score| **score > 0) else {
                    reasons.push(Reason::CodeDiffers { code: kind });
                    continue;
                };
                let alike = u32::from(only_look_alikes(own, &identifier.code));
                best = best.max(score + alike * self.figures.code_look_alike);
                reasons.push(Reason::CodeNear { code: kind, characters });
            }
        }
        (best, compared)
    }

    fn name_score(&self, candidate: &Candidate, reasons: &mut Vec<Reason>) -> u32 {
        let Some(normal) = self.claims.normal_name() else {
            return 0;
        };
        if let Some(same) = candidate.name_like(&normal) {
            reasons.push(if same.is_current() {
                Reason::NameAgrees
            } else {
                Reason::FormerName { name: same.name.clone() }
            });
            return if same.is_current() { 1000 } else { self.figures.former_name };
        }
        let name = self.claims.name.as_deref().unwrap_or_default();
        let best: Option<(Likeness, &str, bool)> = candidate
            .names
            .iter()
            .map(|own| {
                (likeness(name, &own.name, self.figures), own.name.as_str(), own.is_current())
            })
            .max_by(|one, other| one.0.per_mille.cmp(&other.0.per_mille).then(one.2.cmp(&other.2)));
        let Some((like, own, current)) = best else {
            return 0;
        };
        if like.per_mille < self.figures.suggestion_floor {
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
}

fn only_look_alikes(one: &str, other: &str) -> bool {
    one.chars().count() == other.chars().count()
        && one
            .chars()
            .zip(other.chars())
            .all(|(left, right)| left == right || look_alike(left, right))
}

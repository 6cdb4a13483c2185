//! Which subjects a held row may be about, best first, each with its reasons.

use std::cmp::Reverse;

use gongxin_model::code::CodeKind;
use gongxin_model::{PublicId, SubjectNo};
use serde::{Deserialize, Serialize};

use crate::by_parts::compare;
use crate::neighbours::look_alike;
use crate::{Candidate, Claims, Dissected, Reason, Yardstick, code_distance, likeness};

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

/// A decision that is known here and has the number that a row states: whose it is, and the number
/// as the row writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDecision {
    /// Whose.
    pub subject: SubjectNo,
    /// The number.
    pub number: String,
}

/// The candidates that have anything in common with the claims, or with a decision that the row
/// names, best first, at most as many as a person looks at. Of equal
/// scores the name that is alike by more characters is first.
#[must_use]
pub fn rank(
    claims: &Claims,
    candidates: &[Candidate],
    decisions: &[KnownDecision],
    by: &Yardstick<'_>,
) -> Vec<Suggestion> {
    let written = claims.name.as_deref().map(|name| Dissected::of(name, by.words));
    let ranking = Ranking { claims, written: written.unwrap_or_default(), decisions, by };
    let mut found: Vec<(u32, Suggestion)> =
        candidates.iter().filter_map(|candidate| ranking.suggest(candidate)).collect();
    found.sort_by_key(|(letters, one)| (Reverse(one.score), Reverse(*letters), one.subject));
    let mut suggestions: Vec<Suggestion> = found.into_iter().map(|(_, one)| one).collect();
    suggestions.dedup_by_key(|suggestion| suggestion.subject);
    suggestions.truncate(usize::try_from(by.figures.suggestions_most).unwrap_or(usize::MAX));
    suggestions
}

struct Ranking<'a> {
    claims: &'a Claims,
    written: Dissected,
    decisions: &'a [KnownDecision],
    by: &'a Yardstick<'a>,
}

/// How alike the row's name is to one of a subject's.
struct Alike<'a> {
    per_mille: u32,
    /// Character by character alone.
    letters: u32,
    name: &'a str,
    current: bool,
    reasons: Vec<Reason>,
}

impl Ranking<'_> {
    /// The suggestion, and how alike the names are character by character.
    fn suggest(&self, candidate: &Candidate) -> Option<(u32, Suggestion)> {
        let figures = &self.by.figures;
        let mut reasons = Vec::new();
        let (code, has_codes) = self.code_score(candidate, &mut reasons);
        let document = self.document_score(candidate, &mut reasons);
        let (name, letters) = self.name_score(candidate, &mut reasons);
        let share = figures.code_share.min(1000);
        let score = match (has_codes, self.claims.name.is_some()) {
            (true, true) => (code * share + name * (1000 - share)) / 1000,
            (true, false) => code,
            (false, _) => name,
        };
        // Without any code or decision in common, a name that is hardly like another suggests nothing.
        if code == 0 && document == 0 && name < figures.suggestion_floor {
            return None;
        }
        let suggestion = Suggestion {
            subject: candidate.subject,
            public_id: candidate.public_id,
            name: candidate.display_name().to_owned(),
            code: candidate.display_code().to_owned(),
            score: score.max(document),
            reasons,
        };
        Some((letters, suggestion))
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
                let score = slips.and_then(|slips| self.by.figures.code_slips.get(slips));
                let Some(score) = score.filter(|score| **score > 0) else {
                    reasons.push(Reason::CodeDiffers { code: kind });
                    continue;
                };
                let alike = u32::from(only_look_alikes(own, &identifier.code));
                best = best.max(score + alike * self.by.figures.code_look_alike);
                reasons.push(Reason::CodeNear { code: kind, characters });
            }
        }
        (best, compared)
    }

    fn document_score(&self, candidate: &Candidate, reasons: &mut Vec<Reason>) -> u32 {
        let mut known = self.decisions.iter().filter(|one| one.subject == candidate.subject);
        known.next().map_or(0, |one| {
            reasons.push(Reason::SameDocument { number: one.number.clone() });
            self.by.figures.same_document
        })
    }

    /// How alike the names are, and how alike character by character.
    fn name_score(&self, candidate: &Candidate, reasons: &mut Vec<Reason>) -> (u32, u32) {
        let figures = &self.by.figures;
        let Some(normal) = self.claims.normal_name() else {
            return (0, 0);
        };
        if let Some(same) = candidate.name_like(&normal) {
            reasons.push(if same.is_current() {
                Reason::NameAgrees
            } else {
                Reason::FormerName { name: same.name.clone() }
            });
            return (if same.is_current() { 1000 } else { figures.former_name }, 1000);
        }
        let name = self.claims.name.as_deref().unwrap_or_default();
        let best = candidate
            .names
            .iter()
            .map(|own| self.alike(name, &own.name, own.is_current()))
            .max_by_key(|alike| (alike.per_mille, alike.letters, alike.current));
        let Some(best) = best else {
            return (0, 0);
        };
        if best.per_mille < figures.suggestion_floor {
            reasons.push(Reason::NameUnrelated);
            return (best.per_mille, best.letters);
        }
        if !best.current {
            reasons.push(Reason::FormerName { name: best.name.to_owned() });
        }
        reasons.push(Reason::NameSimilar { per_mille: best.per_mille });
        reasons.extend(best.reasons);
        (best.per_mille, best.letters)
    }

    /// The better of both comparisons, character by character and part by part, with the reasons of
    /// both; less where one name is a branch's.
    fn alike<'n>(&self, written: &str, own: &'n str, current: bool) -> Alike<'n> {
        let by_letters = likeness(written, own, self.by);
        let registered = Dissected::of(own, self.by.words);
        let by_parts = compare(&self.written, &registered, self.by);
        let letters = by_letters.per_mille * by_parts.branch / 1000;
        let per_mille = letters.max(by_parts.per_mille);
        let mut reasons = by_parts.reasons;
        let told: Vec<Reason> =
            by_letters.reasons.into_iter().filter(|one| !reasons.contains(one)).collect();
        reasons.extend(told);
        Alike { per_mille, letters, name: own, current, reasons }
    }
}

fn only_look_alikes(one: &str, other: &str) -> bool {
    one.chars().count() == other.chars().count()
        && one
            .chars()
            .zip(other.chars())
            .all(|(left, right)| left == right || look_alike(left, right))
}

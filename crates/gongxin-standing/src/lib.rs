//! What a record may do on a day.
//!
//! [`fold()`] is a pure function of the record's entries (up to what was known), its catalogue and
//! the adopted rulebook, and the day asked for. It answers on independent axes, each with its
//! reason, and shows step by step how the term was computed. Stored standings are its cache.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation)]

mod effects;
mod fold;
mod term;

pub use effects::{Content, Effect, Effects, Event, REPLY_FIELD, Reply};
pub use fold::{Question, Standing, fold};
pub use term::{Step, StepKind, Term};

use serde::{Deserialize, Serialize};

/// The version of the fold. A change that alters any answer is a new version (ADR 0005).
pub const VERSION: i64 = 1;

/// The platform's own field that keeps an adverse record from publication: free text in which
/// something about a person was found. The archive has the record, no face does.
pub const HOLD_FIELD: &str = "gx-hold";

/// The ground of an end that a record takes over from the one that it replaces: that one's term
/// was over, and a corrected key does not open it again.
pub const TERM_OVER_GROUND: &str = "term-over";

/// The axis of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Publication {
    /// The public may see it.
    Published,
    /// It is in the archive, and was never to be shown.
    Unpublished,
    /// It rests while a reorganisation is carried out.
    Shielded,
    /// It was shown, and no longer is.
    Ended,
    /// The source took it back, or the decision fell.
    Withdrawn,
}

impl Publication {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Published, Self::Unpublished, Self::Shielded, Self::Ended, Self::Withdrawn];

    /// The word in the store and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Unpublished => "unpublished",
            Self::Shielded => "shielded",
            Self::Ended => "ended",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Why publication is as it is. The words for people are in the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The catalogue is public and nothing stands against it.
    Public,
    /// The catalogue's scope is narrower than the public.
    Scope,
    /// No clause in force, or an unverified one that nobody adopted.
    NoBasis,
    /// No generation of term rules covers the decision.
    NoGeneration,
    /// Minor conduct: summary procedure, or only a warning or criticism.
    Minor,
    /// Something about a person was found in its text.
    PersonalData,
    /// It is linked to no subject.
    Unlinked,
    /// The day asked for lies before the term starts.
    NotYet,
    /// The term is over.
    TermOver,
    /// The competent authority decided on repair.
    Repaired,
    /// The authority, or the list's, ended it.
    EndedByAuthority,
    /// The source took it back.
    TakenBack,
    /// The decision was quashed, changed or found unlawful.
    Quashed,
    /// The force of the decision is stayed.
    Stayed,
    /// A court approved a reorganisation plan or a settlement.
    Reorganisation,
    /// Content was erased.
    Erased,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 16] = [
        Self::Public,
        Self::Scope,
        Self::NoBasis,
        Self::NoGeneration,
        Self::Minor,
        Self::PersonalData,
        Self::Unlinked,
        Self::NotYet,
        Self::TermOver,
        Self::Repaired,
        Self::EndedByAuthority,
        Self::TakenBack,
        Self::Quashed,
        Self::Stayed,
        Self::Reorganisation,
        Self::Erased,
    ];

    /// The word in the store.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Scope => "scope",
            Self::NoBasis => "no-basis",
            Self::NoGeneration => "no-generation",
            Self::Minor => "minor",
            Self::PersonalData => "personal-data",
            Self::Unlinked => "unlinked",
            Self::NotYet => "not-yet",
            Self::TermOver => "term-over",
            Self::Repaired => "repaired",
            Self::EndedByAuthority => "ended-by-authority",
            Self::TakenBack => "taken-back",
            Self::Quashed => "quashed",
            Self::Stayed => "stayed",
            Self::Reorganisation => "reorganisation",
            Self::Erased => "erased",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_one_states_or_one_reasons() {
        let states: std::collections::BTreeSet<_> =
            Publication::ALL.iter().map(|state| state.word()).collect();
        let reasons: std::collections::BTreeSet<_> =
            Reason::ALL.iter().map(|reason| reason.word()).collect();
        // As many words as there are variants: none is left out, none twice.
        assert_eq!(states.len(), Publication::Withdrawn as usize + 1);
        assert_eq!(reasons.len(), Reason::Erased as usize + 1);
    }
}

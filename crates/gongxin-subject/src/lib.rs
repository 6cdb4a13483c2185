//! Finds the organisation a row is about: candidate, explained match, judgement.
//!
//! Pure: what a row claims and what the store knows come in as values, a judgement goes out. The
//! office asks in two steps. [`probes`] names the codes and the one name key that decide; every row
//! needs them, so they are few. Only a row that is [`Judgement::Held`] needs [`suggestion_probes`]:
//! the office adds what they find to the candidates and judges again. The second judgement is the
//! same as the first, with more suggestions: what decides is never a likeness.
//!
//! What the row that founds a subject and what its registrations make of it is decided here too:
//! [`Description`].
//!
//! Promise 2 lives here: an adverse record is linked by identifiers, never by a name alone.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::float_arithmetic)]

mod by_parts;
mod claims;
mod description;
mod dissect;
mod figures;
mod judge;
mod keys;
mod likeness;
mod neighbours;
mod parts;
mod probe;
mod rank;
mod reason;
pub mod rules;
mod yardstick;

#[cfg(test)]
mod tests;

pub use claims::{Candidate, Claims, DatedName, Identifier};
pub use description::{Description, Grounds, Statement, SubjectKind, claimed_codes};
pub use dissect::{Dissected, NamePart};
pub use figures::Figures;
pub use judge::{Judgement, LinkPolicy, LinkRule, judge};
pub use keys::{KEY_VERSION, exact_key, query_keys, similar_keys};
pub use likeness::{Likeness, likeness};
pub use neighbours::{code_distance, code_neighbours, code_slips};
pub use probe::{Probes, index_codes, probes, suggestion_probes};
pub use rank::{KnownDecision, Suggestion, rank};
pub use reason::{Agreement, Aspect, Reason, ReasonTexts, reason_texts};
pub use yardstick::Yardstick;

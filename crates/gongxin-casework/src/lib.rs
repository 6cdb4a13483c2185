//! Cases: objection, repair, shielding, listing, complaint, as pure transitions with due dates.
//!
//! A case and something that somebody wants to do come in, with the procedure of the pack and the
//! calendar; what the case is then and what must be carried out comes back, or a [`Refusal`] that
//! says why not. [`Case::tick`] says what the calendar alone does. Every step is an entry, and
//! [`replay`] makes the case of its entries again, whatever packs say by then.

#![warn(clippy::indexing_slicing, clippy::cast_possible_truncation, clippy::float_arithmetic)]

mod case;
mod effect;
mod entry;
mod refusal;
mod transition;

pub use case::{Actor, Case, Due};
pub use effect::Effect;
pub use entry::{Event, code, fields, replay};
pub use refusal::Refusal;
pub use transition::{Act, Question, Tick, Transition, open};

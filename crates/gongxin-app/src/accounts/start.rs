//! What an account sees first: what came lately, and what waits.

use gongxin_model::Instant;

use super::Signed;
use crate::gate::{BodySee, Permit};
use crate::{Office, OfficeError};

/// Hand-ins that are shown.
const HAND_INS: i64 = 10;
/// Bodies of which each is named; of more only sums are told.
const BODIES: usize = 12;

/// What an account sees first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// How many bodies it acts for.
    pub bodies_count: usize,
    /// The bodies, where they are few.
    pub bodies: Vec<BodyItem>,
    /// Rows of theirs that wait for a person.
    pub held: i64,
    /// Their last hand-ins, the latest first.
    pub hand_ins: Vec<HandInItem>,
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyItem {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: gongxin_pack::Text,
    /// Its last hand-in.
    pub last: Option<Instant>,
    /// Rows of it that wait for a person.
    pub held: i64,
}

/// A hand-in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct HandInItem {
    /// Its number.
    pub no: i64,
    /// The body's code.
    pub body: String,
    /// The body's name.
    pub body_name: gongxin_pack::Text,
    /// The catalogue.
    pub catalogue: String,
    /// The catalogue's name.
    pub catalogue_name: gongxin_pack::Text,
    /// The file's name.
    pub file: String,
    /// When.
    pub at: Instant,
    /// `open` while it is being taken in, `done`.
    pub state: String,
    /// Rows that were read so far.
    pub rows: u64,
}

impl Office {
    /// What an account sees first of the bodies that it acts for; nothing of others.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn start(&self, who: &Signed) -> Result<Start, OfficeError> {
        let permits = self.bodies_of(who)?;
        if permits.is_empty() {
            return Ok(Start::default());
        }
        self.start_of(&permits)
    }

    /// The last hand-ins of bodies, and what waits of them.
    ///
    /// # Errors
    /// No rulebook is in force, or the store cannot be read.
    pub fn start_of(&self, permits: &[Permit<BodySee>]) -> Result<Start, OfficeError> {
        let codes: Vec<String> =
            permits.iter().filter_map(|permit| permit.body().map(str::to_owned)).collect();
        let rules = self.rules()?;
        let book = &rules.rulebook;
        let (batches, held, last) = self.store.read(|reader| {
            let batches = reader.batches_of(codes.clone(), HAND_INS)?;
            Ok::<_, OfficeError>((batches, reader.held_by_source()?, reader.last_batches()?))
        })?;
        let name = |code: &str| book.sources.get(code).map(|source| source.name.clone());
        let unknown = |code: &str| gongxin_pack::Text { zh: code.to_owned(), en: code.to_owned() };
        let hand_ins = batches.into_iter().map(|row| HandInItem::of(row, book));
        let waiting = |code: &String| held.get(code).copied().unwrap_or(0);
        let body = |code: &String| BodyItem {
            code: code.clone(),
            name: name(code).unwrap_or_else(|| unknown(code)),
            last: last.get(code).copied(),
            held: waiting(code),
        };
        let are_few = codes.len() <= BODIES;
        Ok(Start {
            bodies_count: codes.len(),
            bodies: if are_few { codes.iter().map(body).collect() } else { Vec::new() },
            held: codes.iter().map(waiting).sum(),
            hand_ins: hand_ins.collect(),
        })
    }
}

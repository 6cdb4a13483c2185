//! What comes from outside as a parameter: time and chance.

use gongxin_model::{BatchNo, Instant};

/// Tells the time. The door reads the machine's clock; tests set their own.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The time now.
    fn now(&self) -> Instant;
}

/// What a random value is for. A source of chance may ignore it; a seeded one derives the value
/// from it, so that an interrupted and resumed run draws what an uninterrupted one drew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Draw {
    /// What is drawn.
    pub purpose: Purpose,
    /// The hand-in it is drawn for, where there is one.
    pub batch: Option<BatchNo>,
    /// The row, or the count within an act of the office.
    pub row: u64,
    /// The how manyth value of the purpose for the row.
    pub nth: u32,
}

/// The purposes of random values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The salt of an entry.
    Salt,
    /// A record's public id.
    Record,
    /// A subject's public id.
    Subject,
    /// A platform's identity.
    Platform,
}

/// Draws random values.
pub trait Chance: Send + Sync + std::fmt::Debug {
    /// 128 bits for a purpose.
    fn draw(&self, draw: Draw) -> [u8; 16];
}

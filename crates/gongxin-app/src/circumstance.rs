//! What comes from outside as a parameter: time and chance.

use std::sync::{Mutex, PoisonError};

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
    /// A platform's identity.
    Platform,
    /// A token, a salt of a password, a code: what nobody must guess.
    Secret,
}

/// Draws random values.
pub trait Chance: Send + Sync + std::fmt::Debug {
    /// 128 bits for a purpose.
    fn draw(&self, draw: Draw) -> [u8; 16];
}

/// So many bytes are drawn at once.
const POOL: usize = 4096;

/// A source of chance over one that is dear to ask: it draws many bytes and gives each once.
pub struct Pooled {
    fill: fn(&mut [u8]),
    pool: Mutex<(Box<[u8; POOL]>, usize)>,
}

impl std::fmt::Debug for Pooled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pooled(…)")
    }
}

impl Pooled {
    /// Over whatever fills bytes with chance.
    #[must_use]
    pub fn new(fill: fn(&mut [u8])) -> Self {
        Self { fill, pool: Mutex::new((Box::new([0; POOL]), POOL)) }
    }
}

impl Chance for Pooled {
    fn draw(&self, _: Draw) -> [u8; 16] {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let (bytes, used) = &mut *pool;
        if *used >= POOL {
            (self.fill)(bytes.as_mut_slice());
            *used = 0;
        }
        let mut drawn = [0; 16];
        if let Some(next) = bytes.get_mut(*used..*used + drawn.len()) {
            // What was given is nowhere else.
            drawn.swap_with_slice(next);
        }
        *used += drawn.len();
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_drawn_is_given_once() {
        // Counts on, so that every 16 bytes are another number.
        fn count(bytes: &mut [u8]) {
            static NEXT: Mutex<u128> = Mutex::new(1);
            let mut next = NEXT.lock().unwrap();
            for place in bytes.chunks_mut(16) {
                place.copy_from_slice(&next.to_be_bytes());
                *next += 1;
            }
        }
        let chance = Pooled::new(count);
        let draw = Draw { purpose: Purpose::Salt, batch: None, row: 0, nth: 0 };
        let drawn: Vec<u128> = (0..1_000).map(|_| u128::from_be_bytes(chance.draw(draw))).collect();
        assert_eq!(drawn, (1..=1_000).collect::<Vec<u128>>());
    }
}

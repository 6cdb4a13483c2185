//! Chance that can be asked for at any place: a hash of seed, stream and index.

/// What is drawn for; each stream is independent of the others.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stream {
    Organisation = 1,
    Rename,
    Licence,
    LicenceDirt,
    Penalty,
    PenaltyDirt,
    Listing,
    Act,
    Measured,
    Query,
}

/// The draws of one row, in order.
#[derive(Debug, Clone)]
pub(crate) struct Dice {
    state: u64,
}

/// Mixes 64 bits so that every bit of the input touches every bit of the output (the finaliser of
/// SplitMix64).
pub(crate) const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Dice {
    /// The draws for an index of a stream.
    pub(crate) const fn new(seed: u64, stream: Stream, index: u64) -> Self {
        let stream = mix(seed ^ (stream as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self { state: mix(stream ^ index.wrapping_mul(0xd134_2543_de82_ef95)) }
    }

    /// The next 64 bits.
    pub(crate) const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number below `end`; 0 if there is none.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        let wide = (self.bits() as u128) * (end as u128);
        (wide >> 64) as u64
    }

    /// True in so many of 10,000 cases.
    pub(crate) const fn happens(&mut self, per_ten_thousand: u64) -> bool {
        self.below(10_000) < per_ten_thousand
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let place = self.below(among.len() as u64) as usize;
        &among[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_seed_stream_and_index_only() {
        let draw = |seed, stream, index| Dice::new(seed, stream, index).bits();
        let one = draw(1, Stream::Penalty, 7);
        assert_eq!(one, draw(1, Stream::Penalty, 7));
        assert_ne!(one, draw(2, Stream::Penalty, 7));
        assert_ne!(one, draw(1, Stream::Licence, 7));
        assert_ne!(one, draw(1, Stream::Penalty, 8));
    }

    #[test]
    fn what_is_drawn_lies_below_its_end_and_everywhere() {
        let mut seen = [0_u32; 6];
        for index in 0..6000 {
            seen[Dice::new(3, Stream::Act, index).below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
        assert_eq!(Dice::new(1, Stream::Act, 1).below(0), 0);
    }
}

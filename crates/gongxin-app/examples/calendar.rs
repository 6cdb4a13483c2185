//! The simulated calendar of five years, day by day, for as many seeds as are asked for:
//! `cargo run -p gongxin-app --example calendar -- 20 [FIRST]`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a long run of the tests' simulation: it fails by panicking and says how it goes"
)]

#[path = "../tests/sim/mod.rs"]
mod sim;

use gongxin_store::testing::{Engine, Place};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().unwrap());
    let (seeds, first) = (numbers.next().unwrap_or(10), numbers.next().unwrap_or(1));
    for seed in first..first + seeds {
        let place = Place::new(Engine::Sqlite);
        let tally = sim::run(&place, seed, true);
        println!("seed {seed}: {tally:?}");
        assert_eq!((tally.unlawful, tally.missing, tally.reappeared), (0, 0, 0));
    }
}

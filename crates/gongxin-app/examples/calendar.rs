//! The simulated calendar for many seeds: `cargo run -p gongxin-app --example calendar -- 20 [FIRST]`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a long run of the tests' simulation: it fails by panicking and says how it goes"
)]

#[path = "../tests/sim/mod.rs"]
mod sim;

use gongxin_store::testing::{Engine, Place};
use sim::Setting;
use sim::law::day;
use sim::plan::{Order, Span};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().unwrap());
    let (seeds, first) = (numbers.next().unwrap_or(10), numbers.next().unwrap_or(1));
    for seed in first..first + seeds {
        let setting = Setting {
            seed,
            span: Span { first: day("2021-07-01"), last: day("2027-06-30"), organisations: 8 },
            order: if seed % 2 == 0 { Order::ActsFirst } else { Order::RecordsFirst },
            adopted: seed % 3 != 0,
            foresees: seed % 4 == 0,
            ticks: true,
            slip: None,
        };
        let tally = sim::run(&Place::new(Engine::Sqlite), setting);
        println!("{setting:?}: {tally:#?}");
        assert_eq!((tally.unlawful, tally.missing), (0, 0));
    }
}

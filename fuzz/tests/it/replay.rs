//! Seeds, and seeds changed by chance, the same in every run. `cargo xtask soak` goes further.

use gongxin_fuzz::mutate::{Chance, mutated};
use gongxin_fuzz::{TARGETS, target};

/// Inputs made of a target's seeds.
const INPUTS: u64 = 300;
const SEED: u64 = 20_261_124;

fn replay(name: &str) {
    let target = target(name).unwrap();
    let seeds = (target.seeds)();
    for seed in &seeds {
        (target.run)(seed);
    }
    let mut chance = Chance::new(SEED);
    for input in 0..INPUTS {
        let from = chance.below(seeds.len());
        let bytes = mutated(&seeds[from], &seeds, &mut chance);
        let done = std::panic::catch_unwind(|| (target.run)(&bytes));
        assert!(done.is_ok(), "{name}, seed {SEED}, input {input}: {bytes:?}");
    }
}

macro_rules! replays {
    ($($name:ident)*) => {
        $(#[test] fn $name() { replay(stringify!($name)); })*

        #[test]
        fn every_target_is_replayed() {
            assert_eq!(TARGETS.map(|target| target.name), [$(stringify!($name)),*]);
        }
    };
}

replays! { csv json xml xls xlsx ods zip header values mapping codes names pack canonical }

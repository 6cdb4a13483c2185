//! The end is the end: after random histories of acts nothing that is derived carries what ended, and
//! everything that did not end is shown.
//!
//! A history is what becomes of one decision: it is corrected, repaired, revoked, shielded, withdrawn,
//! unlinked, erased, its term ends; acts are taken back. Many histories share a world, so that they are
//! cheap; what each comes to is kept by a model of its own, and compared with every face after each round.

mod acts;
mod places;
mod tables;
mod walk;

use gongxin_store::testing::{Engine, Place};

use acts::Histories;

/// Subjects of a world, and decisions of each: a history a decision.
const SUBJECTS: u32 = 25;
const OF_EACH: u32 = 20;
/// Acts that a history has at most.
const ROUNDS: u32 = 6;

/// Every act that a history may have.
const ACTS: [&str; 15] = [
    "correct",
    "rename",
    "repair",
    "take back the repair",
    "quash",
    "take back the quash",
    "shield",
    "take back the shield",
    "withdraw",
    "withdraw the batch",
    "erase",
    "unlink",
    "uphold",
    "hand in again",
    "nothing",
];

/// So many histories are played where nobody asks for another number: 10,000.
const WORLDS: u64 = 20;
/// Of so many worlds one is on PostgreSQL.
const ON_POSTGRES: u64 = 10;

/// The worlds of one of the shards in which they are played side by side.
#[expect(clippy::print_stdout, reason = "what a run saw is read where tests are not captured")]
fn play(shard: u64, shards: u64) {
    #[expect(clippy::disallowed_methods, reason = "the soak passes its histories so")]
    let asked = std::env::var("GONGXIN_SOAK_HISTORIES").ok().map(|text| text.parse().unwrap());
    let each = u64::from(SUBJECTS * OF_EACH);
    let worlds = asked.map_or(WORLDS, |histories: u64| histories.div_ceil(each));
    #[expect(clippy::disallowed_methods, reason = "the soak passes where chance begins so")]
    let first = std::env::var("GONGXIN_SOAK_SEED").map_or(0, |text| text.parse().unwrap());
    let mut tally = walk::Tally::default();
    for nth in (0..worlds).filter(|nth| nth % shards == shard) {
        let engine = if nth % ON_POSTGRES == 5 { Engine::Postgres } else { Engine::Sqlite };
        tally += world(&Place::new(engine), first * 1_000_000 + nth);
    }
    if tally.histories > 1_000 {
        // Enough happened, and enough was shown meanwhile, for the zero to mean something.
        assert!(tally.ended * 3 > tally.histories, "{tally:?}");
        assert!(tally.shown > tally.histories, "{tally:?}");
        let seldom: Vec<&str> =
            ACTS.into_iter().filter(|act| !tally.acts.contains_key(act)).collect();
        assert!(seldom.is_empty(), "never: {seldom:?}, {tally:?}");
    }
    println!("{tally:?}");
}

/// Plays one world and compares it after each round.
fn world(place: &Place, seed: u64) -> walk::Tally {
    let mut histories = Histories::begin(place, seed, (SUBJECTS, OF_EACH));
    let mut shown = 0;
    for _ in 0..ROUNDS {
        histories.round();
        shown += walk::compare(&histories, false).shown;
    }
    walk::Tally { shown, ..walk::compare(&histories, true) }
}

#[test]
fn random_histories_leave_no_residue_first_half() {
    play(0, 2);
}

#[test]
fn random_histories_leave_no_residue_second_half() {
    play(1, 2);
}

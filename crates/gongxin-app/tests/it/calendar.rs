//! Five simulated years with changes of law: nothing unlawful is ever public. The long run of many
//! seeds, day by day, is the example `calendar`.

use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};

use crate::sim::run;

engine_test! {
    no_day_of_five_years_shows_what_is_unlawful
}

fn no_day_of_five_years_shows_what_is_unlawful(place: &Place) {
    // With an odd seed the platform looks daily for what the calendar turned; with an even one the
    // public relies on nothing.
    let seed = if place.engine == Engine::Postgres { 2 } else { 1 };
    let tally = run(place, seed, false);
    let wrongs = tally.wrongs.join("\n");
    assert_eq!((tally.unlawful, tally.missing, tally.reappeared), (0, 0, 0), "{seed}: {wrongs}");
    assert!(tally.records > 100 && tally.acts > 20 && tally.corrections > 30, "{tally:?}");
    assert!(tally.adoptions == 5 && tally.shown > 5_000, "{tally:?}");
}

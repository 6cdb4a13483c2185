//! Six simulated years with changes of law: on no day does the public see what the law does not let
//! it see, and on none does it miss what the law lets it. Many seeds play in the example `calendar`.

use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};

use crate::sim::law::day;
use crate::sim::plan::{Order, Span};
use crate::sim::{Setting, Tally, run};

engine_test! {
    no_day_shows_too_much_or_too_little
    no_day_shows_too_much_or_too_little_where_acts_come_first
    without_a_steward_nothing_rests_on_what_is_not_verified
    where_nobody_looks_at_night_nothing_unlawful_is_shown
}

/// Six years on SQLite; on PostgreSQL the one around Order 36, to see that it answers alike.
fn setting(place: &Place) -> Setting {
    let (first, last) = match place.engine {
        Engine::Sqlite => ("2021-07-01", "2027-06-30"),
        Engine::Postgres => ("2025-10-01", "2026-09-30"),
    };
    Setting {
        seed: 1,
        span: Span { first: day(first), last: day(last), organisations: 8 },
        order: Order::RecordsFirst,
        adopted: true,
        foresees: false,
        ticks: true,
        slip: None,
    }
}

/// The short span, wherever it is played.
fn short(place: &Place) -> Setting {
    let span = Span { first: day("2025-10-01"), last: day("2026-12-31"), organisations: 8 };
    Setting { span, ..setting(place) }
}

#[expect(clippy::print_stdout, reason = "what a run saw is read where tests are not captured")]
fn played(place: &Place, setting: Setting) -> Tally {
    let tally = run(place, setting);
    println!("{tally:#?}");
    tally
}

fn assert_lawful(tally: &Tally) {
    let wrongs = tally.wrongs.join("\n");
    assert_eq!((tally.unlawful, tally.missing), (0, 0), "{wrongs}");
}

/// Enough happened for the two zeros to mean something.
fn assert_eventful(tally: &Tally, place: &Place) {
    if place.engine == Engine::Sqlite {
        assert!(tally.days > 5 * 365 && tally.records > 300 && tally.adoptions == 5, "{tally:?}");
        assert!(tally.late > 100 && tally.corrections > 100 && tally.acts > 50, "{tally:?}");
        assert!(tally.fallen_acts > 10 && tally.withdrawals > 10, "{tally:?}");
        assert!(tally.public > 50_000, "{tally:?}");
    }
    assert!(tally.reads > 8 * tally.days && tally.public > 1_000, "{tally:?}");
}

fn no_day_shows_too_much_or_too_little(place: &Place) {
    let tally = played(place, setting(place));
    assert_lawful(&tally);
    assert_eventful(&tally, place);
}

fn no_day_shows_too_much_or_too_little_where_acts_come_first(place: &Place) {
    // The other half of the ways: every law is known from the first day.
    let order = Order::ActsFirst;
    let foresees = place.engine == Engine::Postgres;
    let tally = played(place, Setting { order, foresees, ..setting(place) });
    assert_lawful(&tally);
    assert_eventful(&tally, place);
    assert!(tally.waiting_acts == tally.acts, "{tally:?}");
}

fn without_a_steward_nothing_rests_on_what_is_not_verified(place: &Place) {
    let tally = played(place, Setting { seed: 3, adopted: false, ..short(place) });
    assert_lawful(&tally);
    assert!(tally.public > 1_000, "{tally:?}");
}

/// What the calendar alone lets be seen is not seen until somebody looks; the rest is as ever.
fn where_nobody_looks_at_night_nothing_unlawful_is_shown(place: &Place) {
    let tally = played(place, Setting { seed: 4, ticks: false, foresees: true, ..short(place) });
    assert_eq!(tally.unlawful, 0, "{}", tally.wrongs.join("\n"));
    assert!(tally.public > 1_000, "{tally:?}");
}

/// One month too many, or one too few, is seen: the two zeros are not those of a blind judge.
#[test]
fn a_slip_of_a_month_is_noticed_in_either_direction() {
    for (months, sees) in [(13, [true, false]), (11, [false, true])] {
        let place = Place::new(Engine::Sqlite);
        let span = Span { first: day("2026-04-01"), last: day("2027-06-30"), organisations: 8 };
        let tally = run(&place, Setting { span, slip: Some(months), ..setting(&place) });
        assert_eq!([tally.unlawful > 0, tally.missing > 0], sees, "{months}: {tally:?}");
    }
}

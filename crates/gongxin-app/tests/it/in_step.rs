//! Several offices over one store, as several `serve` beside an intake: they answer all the while,
//! and after it alike.

use std::sync::atomic::{AtomicBool, Ordering};

use gongxin_app::Input;
use gongxin_app::public::shown::{Found, PublicDesk, SearchAsk, View};
use gongxin_app::public::{NameScan, OfficeDesk};
use gongxin_model::names::NameIndex;
use gongxin_store::engine_test;
use gongxin_store::testing::Place;

use crate::rows::{
    CREDIT, ENVIRONMENT, MARKET, Penalty, Registration, code, name, penalties, registrations,
    repair,
};
use crate::world::{World, ask, clerk, hand_in};

engine_test! {
    two_offices_follow_a_batch_that_a_third_one_loads
    both_answer_while_batches_load_and_agree_after
    an_index_that_is_ahead_of_its_store_is_filled_anew
}

const ROWS: u32 = 60;

fn rows() -> Vec<Registration> {
    (1..=ROWS).map(Registration::of).collect()
}

fn lag(world: &World) -> u64 {
    let health = world.desk.health();
    assert!(health.well && !health.moved);
    health.faces[0].lag
}

fn is_shown(world: &World, number: u32) -> bool {
    matches!(world.subject(&code(number)), Found::Shown(_))
}

fn two_offices_follow_a_batch_that_a_third_one_loads(place: &Place) {
    let first = World::new(place);
    let (second, idle) = (first.beside(place), first.beside(place));
    idle.follow();
    let loading = first.office_with(std::sync::Arc::new(|_| false), 10);
    let stop = AtomicBool::new(false);
    let input = Input::File(first.file(&registrations(&rows())));
    let (mut seen, mut behind) = (0, 0);
    let receipt = loading.hand_in(
        &ask("registration", &clerk(&loading, MARKET), &stop),
        "file.csv",
        input,
        &mut |now| {
            let last = u32::try_from(now.rows).unwrap();
            if last == 0 || last == seen {
                return;
            }
            seen = last;
            for world in [&first, &second] {
                assert!(lag(world) > 0);
                // By its code at once, by its name as soon as the index has followed.
                assert!(is_shown(world, last), "{last}");
                assert_eq!(world.found(&name(last)), [code(last)]);
                assert_eq!(lag(world), 0);
                // A name that is not there yet may find one that differs in a character.
                let found = world.found(&name(last + 1));
                assert!(!is_shown(world, last + 1) && !found.contains(&code(last + 1)));
            }
            // One that does not follow says how far it is behind.
            assert!(lag(&idle) > behind && is_shown(&idle, last));
            behind = lag(&idle);
        },
    );
    assert_eq!(receipt.unwrap().accepted, u64::from(ROWS));
    assert!(seen >= ROWS - 10, "{seen}");
    idle.follow();
    assert_eq!((lag(&idle), idle.found(&name(ROWS))), (0, vec![code(ROWS)]));
}

/// What strangers learn of all organisations.
fn told(world: &World) -> Vec<String> {
    let of = |number| {
        let rows = world.page_rows(&code(number), View::default());
        format!("{:?} {:?} {rows:?}", world.found(&name(number)), world.subject(&code(number)))
    };
    (1..=ROWS).map(of).collect()
}

fn both_answer_while_batches_load_and_agree_after(place: &Place) {
    let first = World::new(place);
    let second = first.beside(place);
    let loading = first.office_with(std::sync::Arc::new(|_| false), 4);
    let decisions: Vec<Penalty> = (1..=ROWS).map(|no| Penalty::of(no, no)).collect();
    let files = [
        ("registration", MARKET, registrations(&rows())),
        ("penalty", ENVIRONMENT, penalties(&decisions)),
        ("repair-result", CREDIT, repair(&decisions[6], "准予修复")),
    ];
    let is_done = AtomicBool::new(false);
    let answered = std::thread::scope(|scope| {
        let asking = [&first, &second].map(|world| {
            scope.spawn(|| {
                let mut answers = 0_u64;
                while !is_done.load(Ordering::Relaxed) {
                    let number = u32::try_from(answers % u64::from(ROWS)).unwrap() + 1;
                    let found = world.found(&name(number));
                    // One that is not there yet may be answered with names that are like it.
                    let is_found = found.contains(&code(number));
                    assert!(!is_found || found == [code(number)], "{found:?}");
                    // What was found is there, and stays there.
                    assert!(!is_found || is_shown(world, number));
                    world.page_rows(&code(number), View::default());
                    world.desk.home().unwrap();
                    answers += 1;
                }
                answers
            })
        });
        for (catalogue, source, text) in &files {
            let input = Input::File(first.file(text));
            let receipt = hand_in(&loading, catalogue, source, input, false).unwrap();
            assert_eq!(receipt.accepted, receipt.rows, "{:?}", receipt.findings);
        }
        is_done.store(true, Ordering::Relaxed);
        asking.map(|asking| asking.join().unwrap())
    });
    assert!(answered.iter().all(|answers| *answers > 0), "{answered:?}");
    let at_first = told(&first);
    assert_eq!(at_first, told(&second));
    let fresh = first.beside(place);
    assert_eq!(at_first, told(&fresh));
    // The repaired one is gone from both, one that was not is on both.
    for world in [&first, &second] {
        let penalties = |number| world.page_rows(&code(number), View::default()).len();
        assert_eq!((penalties(7), penalties(8)), (0, 1));
    }
    first.assert_well();
}

fn an_index_that_is_ahead_of_its_store_is_filled_anew(place: &Place) {
    let world = World::registered(place, 3);
    let names = std::sync::Arc::new(NameScan::default());
    // Of a store with a longer past.
    names.commit(1_000_000).unwrap();
    let index = std::sync::Arc::clone(&names) as std::sync::Arc<dyn NameIndex>;
    let desk = OfficeDesk::new(std::sync::Arc::clone(&world.office), index);
    assert!(desk.health().faces[0].lag > 0);
    world.office.follow(names.as_ref()).unwrap();
    assert_eq!(desk.health().faces[0].lag, 0);
    let found = desk.search(&SearchAsk::first(name(2), 10)).unwrap();
    assert_eq!(found.page.items.len(), 1);
}

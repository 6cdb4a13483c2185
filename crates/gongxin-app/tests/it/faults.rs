//! What befalls a hand-in from outside: said clearly, and the repeated command ends as if nothing
//! had been.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gongxin_app::{Input, Office, OfficeError, Receipt};
use gongxin_store::testing::cut_connections;
use gongxin_store::{FaultPoint, StoreError};

use crate::rows::{ENVIRONMENT, MARKET, Penalty, Registration, penalties, registrations};
use crate::world::{World, ask, clerk, hand_in, head, rules, standing_digest};
use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};

engine_test! {
    a_lost_connection_leaves_no_trace
    two_that_hand_in_one_file_do_not_double_it
    whoever_writes_between_is_seen
    however_a_file_is_cut_it_comes_to_the_same
    what_cannot_be_opened_has_a_receipt
}

const ROWS: u32 = 60;
const CHUNK: usize = 7;

/// Registrations are there; decisions about them are handed in, some twice.
fn prepared(place: &Place) -> (World, String) {
    let world = World::new(place);
    let rows: Vec<Registration> = (1..=ROWS).map(Registration::of).collect();
    world.hand_in_file("registration", MARKET, &registrations(&rows));
    let mut decisions: Vec<Penalty> = (1..=ROWS).map(|no| Penalty::of(no + 5, no)).collect();
    decisions.push(Penalty { fine: "7".into(), ..Penalty::of(13, 8) });
    (world, penalties(&decisions))
}

fn give(office: &Office, world: &World, text: &str) -> Result<Receipt, OfficeError> {
    // One path for all runs: the receipt names the file, not the path.
    hand_in(office, "penalty", ENVIRONMENT, Input::File(world.file(text)), false)
}

/// What a hand-in comes to when nothing befalls it.
fn whole(place: &Place) -> (Receipt, i64, String) {
    let other = place.other();
    let (world, text) = prepared(&other);
    let office = world.office_with(Arc::new(|_| false), CHUNK);
    let receipt = give(&office, &world, &text).unwrap();
    assert_eq!(receipt.rows, u64::from(ROWS) + 1);
    (receipt, head(&office).next_seq, standing_digest(&office))
}

fn assert_is_whole(place: &Place, office: &Office, receipt: &Receipt) {
    let (expected, next, standings) = whole(place);
    assert_eq!(*receipt, expected);
    assert_eq!((head(office).next_seq, standing_digest(office)), (next, standings));
}

fn a_lost_connection_leaves_no_trace(place: &Place) {
    if place.engine == Engine::Sqlite {
        // There is no connection to lose.
        return;
    }
    let (world, text) = prepared(place);
    let commits = AtomicU64::new(0);
    let url = place.url.clone();
    let faults = move |point: FaultPoint| {
        let is_third =
            point == FaultPoint::BeforeCommit && commits.fetch_add(1, Ordering::Relaxed) == 2;
        if is_third {
            cut_connections(&url).unwrap();
        }
        false
    };
    let office = world.office_with(Arc::new(faults), CHUNK);
    let lost = give(&office, &world, &text).unwrap_err();
    assert!(matches!(lost, OfficeError::Store(StoreError::Lost(_))), "{lost}");
    assert!(lost.is_interruption());
    assert!(lost.to_string().contains("run the command again"), "{lost}");
    let receipt = give(&office, &world, &text).unwrap();
    world.assert_well();
    assert_is_whole(place, &office, &receipt);
}

#[test]
fn a_full_disk_in_the_middle_of_a_file_leaves_no_trace() {
    let place = Place::new(Engine::Sqlite);
    let (world, text) = prepared(&place);
    let office = world.office_with(Arc::new(|_| false), CHUNK);
    // No more than what is there, and a few pages: some chunks go in, and then no more.
    let there = office.store().limit_pages(1).unwrap();
    let mut stops = 0;
    let receipt = loop {
        let room = there + 4 * (stops + 1);
        office.store().limit_pages(room).unwrap();
        match give(&office, &world, &text) {
            Ok(receipt) => break receipt,
            Err(full) => {
                assert!(matches!(full, OfficeError::Store(StoreError::Full)), "{full}");
                assert!(full.is_interruption());
                assert!(full.to_string().contains("make room and run the command again"));
                stops += 1;
                assert!(stops < 500, "it never ends");
            }
        }
    };
    assert!(stops > 1, "stopped {stops} times");
    world.assert_well();
    assert_is_whole(&place, &office, &receipt);
}

fn two_that_hand_in_one_file_do_not_double_it(place: &Place) {
    let (world, text) = prepared(place);
    let path = world.file(&text);
    let office = world.office_with(Arc::new(|_| false), CHUNK);
    let other = world.office_with(Arc::new(|_| false), CHUNK);
    let stop = AtomicBool::new(false);
    let permit = clerk(&world.office, ENVIRONMENT);
    let ask = ask("penalty", &permit, &stop);
    let mut second = None;
    let first = office.hand_in(&ask, "file.csv", Input::File(path.clone()), &mut |_| {
        // Once the first has kept a chunk, the second takes up the same hand-in and ends it.
        second.get_or_insert_with(|| {
            hand_in(&other, "penalty", ENVIRONMENT, Input::File(path.clone()), false)
        });
    });
    let busy = first.unwrap_err();
    assert!(busy.is_interruption(), "{busy}");
    assert!(busy.to_string().contains("another process"), "{busy}");
    assert_is_whole(place, &other, &second.unwrap().unwrap());
    let again = give(&office, &world, &text).unwrap();
    assert_eq!((again.accepted, again.unchanged), (again.rows, again.rows));
    world.assert_well();
}

/// Rows are settled ahead of their transaction. What another writes meanwhile must not escape them:
/// here the very rows that the file comes to later, and organisations that push the numbers on.
fn whoever_writes_between_is_seen(place: &Place) {
    let (world, text) = prepared(place);
    let office = world.office_with(Arc::new(|_| false), 4);
    let other = world.office_with(Arc::new(|_| false), CHUNK);
    let mut later: Vec<u32> = (ROWS - 9..=ROWS).collect();
    let stop = AtomicBool::new(false);
    let permit = clerk(&world.office, ENVIRONMENT);
    let ask = ask("penalty", &permit, &stop);
    let mut foreign = 0;
    let receipt = office
        .hand_in(&ask, "file.csv", Input::File(world.file(&text)), &mut |_| {
            let Some(no) = later.pop() else { return };
            let give = |catalogue, source, text: String| {
                let pipe = Input::Pipe(Box::new(std::io::Cursor::new(text.into_bytes())));
                hand_in(&other, catalogue, source, pipe, false).unwrap()
            };
            let ahead = give("penalty", ENVIRONMENT, penalties(&[Penalty::of(no + 5, no)]));
            let beside = give("registration", MARKET, registrations(&[Registration::of(900 + no)]));
            assert_eq!((ahead.accepted, beside.accepted), (1, 1));
            foreign += 1;
        })
        .unwrap();
    assert_eq!(foreign, 10);
    assert_eq!((receipt.accepted, receipt.corrected), (receipt.rows, 1));
    assert_eq!(receipt.unchanged, foreign);
    world.assert_well();
    // What the file and the others brought is there once.
    let (_, next, _) = whole(place);
    assert_eq!(i64::try_from(foreign).unwrap() + next, head(&office).next_seq);
}

fn however_a_file_is_cut_it_comes_to_the_same(place: &Place) {
    let results: Vec<_> = [1, 2, 10, 7, 100]
        .into_iter()
        .map(|rows| {
            let other = place.other();
            let (world, text) = prepared(&other);
            let office = world.office_with(Arc::new(|_| false), rows);
            let receipt = give(&office, &world, &text).unwrap();
            world.assert_well();
            (receipt, head(&office).root, standing_digest(&office))
        })
        .collect();
    for result in &results {
        assert_eq!(result, &results[0]);
    }
}

fn what_cannot_be_opened_has_a_receipt(place: &Place) {
    let world = World::new(place);
    let before = world.head();
    let absent = place.directory.path().join("absent.csv");
    let directory = place.directory.path().to_owned();
    for (path, rule) in [(absent, "intake.file-absent"), (directory, "intake.file-directory")] {
        let receipt = world.ask("registration", MARKET, Input::File(path), false).unwrap();
        assert_eq!(rules(&receipt), [rule]);
        assert!(!receipt.files[0].read);
    }
    assert_eq!(world.head(), before);
}

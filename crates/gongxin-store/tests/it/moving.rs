//! A store that moves house: equal on either engine, whatever interrupts it, and never two that grow.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use gongxin_model::{BatchNo, Instant, PublicId};
use gongxin_seal::HashSuite;
use gongxin_store::testing::{Engine, Place, founding};
use gongxin_store::{
    FaultPoint, Faults, Founding, Move, Moved, Store, StoreError, StoreUrl, contents, engine_test,
    fsck, integrate, migrate, reopen,
};

use crate::world::{chunk, filled};

engine_test! {
    a_store_moves_to_either_engine_and_back
    stopped_at_any_commit_it_goes_on_and_comes_out_the_same
    what_was_written_between_two_runs_is_moved_too
    only_an_empty_place_is_moved_into
    nobody_writes_beside_a_move_unless_the_store_stays_open
    asked_to_stop_it_stops_and_goes_on
    a_store_of_the_format_before_is_brought_forward
}

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
static GO_ON: AtomicBool = AtomicBool::new(false);

fn ask<'a>(from: &'a Store, to: &'a StoreUrl) -> Move<'a> {
    Move {
        from,
        to,
        leave_open: false,
        rows: 7,
        now: Instant(5_000_000),
        stop: &GO_ON,
        faults: None,
    }
}

fn moved(from: &Store, to: &StoreUrl) -> Result<Moved, StoreError> {
    migrate(&ask(from, to), &mut |_, _| ())
}

/// Writes a chunk of rows more.
fn grow(store: &Store, rows: u64) -> Result<(), StoreError> {
    store.write(Instant(4_000_000), |writer| {
        let mut batch = writer.batch(BatchNo(1))?.unwrap();
        chunk(writer, &mut batch, rows)
    })
}

fn held_equal(new: &StoreUrl, moved: &Moved) {
    let new = Store::open(new).unwrap();
    assert_eq!(contents(&new, &mut |_, _| ()).unwrap(), moved.contents);
    assert_eq!(new.read(|reader| reader.head()).unwrap(), moved.head);
    fsck(&new, &mut |problem| panic!("{problem}")).unwrap();
}

fn a_store_moves_to_either_engine_and_back(place: &Place) {
    let store = place.founded();
    filled(&store, 60);
    let was = contents(&store, &mut |_, _| ()).unwrap();
    for engine in ENGINES {
        let given_up = Place::new(engine);
        let faults: Faults = Arc::new(|point| point == FaultPoint::AfterCommit);
        let begun = Move { faults: Some(faults), ..ask(&store, &given_up.url) };
        assert!(migrate(&begun, &mut |_, _| ()).is_err());
        let there = Place::new(engine);
        let mut told = Vec::new();
        let done = migrate(&ask(&store, &there.url), &mut |what, _| told.push(what.to_owned()));
        let done = done.unwrap();
        assert_eq!((&done.contents, done.rows, &done.again[..]), (&was, was.rows, &[][..]));
        for expected in ["standing", "standing, index", "standing, proved"] {
            assert!(told.iter().any(|what| what == expected), "{told:?}");
        }
        held_equal(&there.url, &done);
        // The old one is read, and takes nothing more.
        assert_eq!(contents(&store, &mut |_, _| ()).unwrap(), was);
        let refused = grow(&store, 1);
        assert!(matches!(refused, Err(StoreError::Moved { .. })), "{refused:?}");
        // Asked again, it proves again and moves nothing; elsewhere it is not moved a second time.
        let again = moved(&store, &there.url).unwrap();
        assert_eq!((again.rows, &again.contents), (0, &was));
        let elsewhere = Place::new(engine);
        assert!(matches!(moved(&store, &elsewhere.url), Err(StoreError::Moved { .. })));
        // Nor where that was begun and given up.
        assert!(matches!(moved(&store, &given_up.url), Err(StoreError::Moved { .. })));
        // Back again, once the new one has grown.
        let new = Store::open(&there.url).unwrap();
        grow(&new, 3).unwrap();
        assert!(matches!(moved(&store, &there.url), Err(StoreError::Occupied(_))));
        let back = place.other();
        let done = moved(&new, &back.url).unwrap();
        held_equal(&back.url, &done);
        assert_ne!(done.contents.digest, was.digest);
        assert!(reopen(&store).unwrap());
        assert!(!reopen(&store).unwrap());
    }
    grow(&store, 1).unwrap();
}

/// Moves until it is done, however often it is stopped; says how often.
fn stubbornly(from: &Store, to: &StoreUrl, faults: &Faults) -> (Moved, u64) {
    let mut stops = 0;
    loop {
        let ask = Move { faults: Some(Arc::clone(faults)), ..ask(from, to) };
        match migrate(&ask, &mut |_, _| ()) {
            Ok(done) => return (done, stops),
            Err(error) => {
                assert!(error.is_interruption(), "{error}");
                stops += 1;
                assert!(stops < 2_000, "it never ends");
                // Neither half a store is taken for one, nor are there two that grow.
                let new = Store::open(to);
                let write = from.write(Instant(4_000_000), |_| Ok::<_, StoreError>(()));
                let closed = matches!(write, Err(StoreError::Moved { .. }));
                assert!(new.is_err() || closed);
                if let Err(error) = new {
                    let half = matches!(error, StoreError::HalfMoved { .. });
                    assert!(half || matches!(error, StoreError::Absent(_)), "{error}");
                }
            }
        }
    }
}

fn stopped_at_any_commit_it_goes_on_and_comes_out_the_same(place: &Place) {
    let store = place.founded();
    filled(&store, 15);
    let was = contents(&store, &mut |_, _| ()).unwrap();
    for engine in ENGINES {
        for plan in ["before", "after", "seeded"] {
            let passed = [AtomicU64::new(0), AtomicU64::new(0)];
            let faults: Faults = Arc::new(move |point| {
                let nth = usize::from(point == FaultPoint::AfterCommit);
                let number = passed[nth].fetch_add(1, Ordering::Relaxed);
                match (plan, point) {
                    // The one that stopped, tried again, passes; the next one stops.
                    ("before", FaultPoint::BeforeCommit) => number.is_multiple_of(2),
                    ("after", FaultPoint::AfterCommit) => !number.is_multiple_of(2),
                    ("seeded", _) => {
                        let drawn = format!("{engine:?}/{point:?}/{number}");
                        HashSuite::Sha256.digest(&[drawn.as_bytes()]).0[0].is_multiple_of(4)
                    }
                    _ => false,
                }
            });
            let there = Place::new(engine);
            let (done, stops) = stubbornly(&store, &there.url, &faults);
            assert!(stops >= 20, "{plan}: {stops}");
            assert_eq!(done.contents.tables.len(), was.tables.len());
            assert_eq!((done.contents.digest, &done.again[..]), (was.digest, &[][..]), "{plan}");
            held_equal(&there.url, &done);
            reopen(&store).unwrap();
        }
    }
}

fn what_was_written_between_two_runs_is_moved_too(place: &Place) {
    for engine in ENGINES {
        let here = place.other();
        let store = here.founded();
        filled(&store, 30);
        let there = Place::new(engine);
        let commits = AtomicU64::new(0);
        // Behind the tables and before the indexes.
        let faults: Faults = Arc::new(move |point| {
            point == FaultPoint::AfterCommit && commits.fetch_add(1, Ordering::Relaxed) == 60
        });
        let first = Move { faults: Some(faults), ..ask(&store, &there.url) };
        assert!(matches!(migrate(&first, &mut |_, _| ()), Err(StoreError::Fault(_))));
        grow(&store, 9).unwrap();
        store.write(Instant(4_000_001), |writer| writer.set_face("names", "one", 2)).unwrap();
        let done = moved(&store, &there.url).unwrap();
        assert!(done.again.contains(&"log_head"), "{:?}", done.again);
        assert_eq!(contents(&store, &mut |_, _| ()).unwrap(), done.contents);
        held_equal(&there.url, &done);
    }
}

fn only_an_empty_place_is_moved_into(place: &Place) {
    let store = place.founded();
    filled(&store, 3);
    for engine in ENGINES {
        // Somebody else's tables.
        let there = Place::new(engine);
        there.tamper("CREATE TABLE entry_of_another (no INTEGER)");
        let refused = moved(&store, &there.url);
        assert!(matches!(refused, Err(StoreError::Foreign(_))), "{refused:?}");
        there.tamper("INSERT INTO entry_of_another VALUES (1)");
        // Another platform's store, whole and by halves.
        let there = Place::new(engine);
        let founding = Founding { platform: PublicId([2; 16]), ..founding() };
        let other = Store::found(&there.url, &founding).unwrap();
        assert!(matches!(moved(&store, &there.url), Err(StoreError::Occupied(_))));
        let third = Place::new(engine);
        let faults: Faults = Arc::new(|point| point == FaultPoint::AfterCommit);
        let begun = Move { faults: Some(faults), ..ask(&other, &third.url) };
        assert!(migrate(&begun, &mut |_, _| ()).is_err());
        let refused = moved(&store, &third.url);
        assert!(matches!(refused, Err(StoreError::HalfMoved { .. })), "{refused:?}");
    }
    // Itself by another name: it must not be closed.
    let same = match &place.url {
        StoreUrl::Sqlite(path) => {
            let (directory, name) = (path.parent().unwrap(), path.file_name().unwrap());
            StoreUrl::Sqlite(directory.join(".").join(name))
        }
        StoreUrl::Postgres(url) => StoreUrl::Postgres(format!("{url}?application_name=x")),
    };
    assert!(matches!(moved(&store, &same), Err(StoreError::Occupied(_))));
    let there = Place::new(Engine::Sqlite);
    std::fs::write(there.file().unwrap(), "年度报告".repeat(500)).unwrap();
    assert!(matches!(moved(&store, &there.url), Err(StoreError::Foreign(_))));
    grow(&store, 1).unwrap();
}

fn nobody_writes_beside_a_move_unless_the_store_stays_open(place: &Place) {
    let store = place.founded();
    filled(&store, 30);
    let was = contents(&store, &mut |_, _| ()).unwrap();
    for engine in ENGINES {
        let there = Place::new(engine);
        let tried = Cell::new(0);
        let ask = ask(&store, &there.url);
        let done = migrate(&ask, &mut |_, rows| {
            if rows == 21 {
                // A connection that waited in vain is not used again.
                store.wait_at_most(Duration::from_millis(5)).unwrap();
                let locked = grow(&store, 1);
                assert!(matches!(locked, Err(StoreError::Locked)), "{locked:?}");
                tried.set(tried.get() + 1);
            }
        });
        assert_eq!(done.unwrap().contents, was);
        assert!(tried.get() > 3);
        reopen(&store).unwrap();
    }
    for engine in ENGINES {
        let was = contents(&store, &mut |_, _| ()).unwrap();
        let there = Place::new(engine);
        let ask = Move { leave_open: true, ..ask(&store, &there.url) };
        let done = migrate(&ask, &mut |_, rows| {
            if rows == 21 {
                grow(&store, 1).unwrap();
            }
        });
        let done = done.unwrap();
        assert_eq!(done.contents, was);
        held_equal(&there.url, &done);
        assert!(contents(&store, &mut |_, _| ()).unwrap().rows > was.rows);
        grow(&store, 1).unwrap();
    }
}

fn asked_to_stop_it_stops_and_goes_on(place: &Place) {
    let store = place.founded();
    filled(&store, 30);
    for engine in ENGINES {
        let there = Place::new(engine);
        let mut stops = 0;
        for at in [3, 40, 90, 130] {
            let stop = AtomicBool::new(false);
            let mut told = 0;
            let ask = Move { stop: &stop, ..ask(&store, &there.url) };
            let stopped = migrate(&ask, &mut |_, _| {
                told += 1;
                stop.store(told > at, Ordering::Relaxed);
            });
            stops += u64::from(matches!(stopped, Err(StoreError::Stopped)));
        }
        assert!(stops >= 3, "{stops}");
        let done = moved(&store, &there.url).unwrap();
        held_equal(&there.url, &done);
        reopen(&store).unwrap();
    }
}

fn a_store_of_the_format_before_is_brought_forward(place: &Place) {
    let store = place.founded();
    filled(&store, 7);
    let before = contents(&store, &mut |_, _| ()).unwrap();
    drop(store);
    let added = ["article", "case_file", "log_hash", "checkpoint", "log_key"];
    for (format, new) in [(5, &added[..]), (6, &added[1..]), (7, &added[2..])] {
        new.iter().for_each(|table| place.tamper(&format!("DROP TABLE {table}")));
        place.tamper(&format!("UPDATE meta SET value = '{format}' WHERE key = 'format'"));
        let store = Store::open(&place.url).unwrap();
        assert_eq!(contents(&store, &mut |_, _| ()).unwrap(), before);
        // On SQLite it compares the statements that made the tables as well.
        fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
        // The log begins on what is there already.
        integrate(&store, Instant(9_000), 9).unwrap();
    }
    place.tamper("UPDATE meta SET value = '4' WHERE key = 'format'");
    assert!(matches!(Store::open(&place.url), Err(StoreError::Format { found: 4, known: 8 })));
}

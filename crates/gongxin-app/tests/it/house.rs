//! The whole store while it is in use: backed up in the midst of a batch, tried out, moved.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gongxin_app::Input;
use gongxin_app::public::shown::PublicDesk as _;
use gongxin_app::{Circumstances, Drilled, InstanceKey, MoveAsk, Office, OfficeError, StoreError};
use gongxin_model::Digest;
use gongxin_store::testing::{Engine, Place};
use gongxin_store::{Store, engine_test};

use crate::rows::{ENVIRONMENT, MARKET, Penalty, Registration, penalties, registrations};
use crate::world::{World, ask, clerk, hand_in, head, standing_digest};

engine_test! {
    a_backup_from_the_midst_of_a_batch_goes_on_to_the_same_archive
    a_store_moved_in_the_midst_of_a_batch_goes_on_to_the_same_archive
    a_drill_finds_what_is_wrong_and_leaves_nothing
    a_store_that_was_left_says_so
}

const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
const ROWS: u32 = 40;
/// Rows of a transaction.
const CHUNK: usize = 10;

/// What must be equal: places in the log, its root, every standing.
fn outcome(office: &Office) -> (i64, Digest, String) {
    let head = head(office);
    (head.next_seq, head.root, standing_digest(office))
}

/// Decisions about organisations of which the last are not registered.
fn decisions() -> String {
    let rows: Vec<Penalty> = (1..=ROWS).map(|no| Penalty::of(no, no)).collect();
    penalties(&rows)
}

fn registered(place: &Place) -> World {
    let world = World::new(place);
    let rows: Vec<Registration> = (1..=ROWS - 5).map(Registration::of).collect();
    world.hand_in_file("registration", MARKET, &registrations(&rows));
    world
}

/// Finishes the batch in another place.
fn finished(world: &World, place: &Place, file: &Path) -> (i64, Digest, String) {
    let world = world.beside(place);
    world.assert_well();
    let office = world.office_with(Arc::new(|_| false), CHUNK);
    let input = Input::File(file.to_owned());
    let receipt = hand_in(&office, "penalty", ENVIRONMENT, input, false).unwrap();
    assert_eq!(receipt.rows, u64::from(ROWS));
    world.assert_well();
    outcome(&world.office)
}

fn a_backup_from_the_midst_of_a_batch_goes_on_to_the_same_archive(place: &Place) {
    let world = registered(place);
    let file = world.file(&decisions());
    let loading = world.office_with(Arc::new(|_| false), CHUNK);
    let stop = AtomicBool::new(false);
    let mut backups: Vec<PathBuf> = Vec::new();
    let input = Input::File(file.clone());
    let receipt = loading.hand_in(
        &ask("penalty", &clerk(&loading, ENVIRONMENT), &stop),
        "file.csv",
        input,
        &mut |now| {
            let to = place.directory.path().join(format!("{}.backup", now.rows));
            if !to.exists() {
                world.office.backup(&to, &mut |_| ()).unwrap();
                backups.push(to);
            }
        },
    );
    assert_eq!(receipt.unwrap().rows, u64::from(ROWS));
    let whole = outcome(&world.office);
    assert!(backups.len() >= 4, "{backups:?}");
    for engine in ENGINES {
        for backup in &backups {
            let there = Place::new(engine);
            let circumstances = world.circumstances_at(&there);
            Office::restore(&circumstances, backup, &mut |_| ()).unwrap();
            assert_eq!(finished(&world, &there, &file), whole);
        }
    }
}

fn moving<'a>(to: &'a Place, stop: &'a AtomicBool) -> MoveAsk<'a> {
    MoveAsk { to: &to.url, leave_open: false, stop }
}

fn a_store_moved_in_the_midst_of_a_batch_goes_on_to_the_same_archive(place: &Place) {
    let whole = {
        let place = place.other();
        let world = registered(&place);
        let file = world.file(&decisions());
        finished(&world, &place, &file)
    };
    for engine in ENGINES {
        let place = place.other();
        let world = registered(&place);
        let file = world.file(&decisions());
        let loading = world.office_with(Arc::new(|_| false), CHUNK);
        let stop = AtomicBool::new(false);
        let input = Input::File(file.clone());
        let cut = loading.hand_in(
            &ask("penalty", &clerk(&loading, ENVIRONMENT), &stop),
            "file.csv",
            input,
            &mut |now| {
                stop.store(now.rows > 10, Ordering::Relaxed);
            },
        );
        assert!(matches!(cut, Err(OfficeError::Stopped)), "{cut:?}");
        let (there, go_on) = (Place::new(engine), AtomicBool::new(false));
        // An office that was open before is as closed as any later one.
        world.office.migrate(&moving(&there, &go_on), &mut |_, _| ()).unwrap();
        let input = Input::File(file.clone());
        let refused = hand_in(&loading, "penalty", ENVIRONMENT, input, false);
        assert!(
            matches!(refused, Err(OfficeError::Store(StoreError::Moved { .. }))),
            "{refused:?}"
        );
        assert_eq!(finished(&world, &there, &file), whole);
    }
}

fn a_drill_finds_what_is_wrong_and_leaves_nothing(place: &Place) {
    let world = World::registered(place, 6);
    let directory = place.directory.path();
    let (file, scratch) = (directory.join("a.backup"), directory.join("a.backup.drill"));
    let done = world.office.backup(&file, &mut |_| ()).unwrap();
    let before = head(&world.office);
    world.hand_in("penalty", ENVIRONMENT, &penalties(&[Penalty::of(1, 1)]));
    let now = world.office.contents(&mut |_| ()).unwrap();
    let drill = |circumstances: &Circumstances| -> Result<Drilled, OfficeError> {
        let drilled = Office::drill(circumstances, &file, &scratch, &mut |_, _| ());
        let left = std::fs::read_dir(directory).unwrap();
        let is_scratch = |name: &str| name.starts_with("a.backup.");
        assert!(
            left.into_iter().all(|one| !is_scratch(one.unwrap().file_name().to_str().unwrap()))
        );
        drilled
    };
    let here = world.circumstances_at(place);
    // What a drill that was cut off left behind is in nobody's way.
    std::fs::write(&scratch, "half").unwrap();
    let drilled = drill(&here).unwrap();
    assert!(drilled.is_well(), "{drilled:?}");
    assert_eq!((drilled.rows, &drilled.digest), (done.rows, &done.digest.to_string()));
    assert_eq!(
        (drilled.entries, &drilled.root),
        (before.next_seq as u64, &before.root.to_string())
    );
    let in_service = drilled.in_service.unwrap();
    assert_eq!(in_service.entries_since, head(&world.office).next_seq - before.next_seq);
    assert_eq!(world.office.contents(&mut |_| ()).unwrap(), now);
    // Without a store in service it is still a drill.
    let gone = place.other();
    let drilled = drill(&world.circumstances_at(&gone)).unwrap();
    assert!(drilled.is_well() && drilled.in_service.is_none());
    // Another log, though the key is the same.
    let other = place.other();
    World::new(&other);
    let drilled = drill(&world.circumstances_at(&other)).unwrap();
    assert!(!drilled.is_well() && !drilled.in_service.unwrap().is_continued);
    // Another key.
    let strange = Circumstances { key: InstanceKey::new([8; 32]), ..here.clone() };
    assert!(matches!(drill(&strange), Err(OfficeError::Store(StoreError::WrongKey))));
    // A backup of what was damaged before, and a damaged backup.
    place.spoil_standings();
    std::fs::remove_file(&file).unwrap();
    world.office.backup(&file, &mut |_| ()).unwrap();
    let drilled = drill(&here).unwrap();
    assert!(!drilled.is_well() && !drilled.check.problems.is_empty());
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(drill(&here), Err(OfficeError::Store(StoreError::Backup(_)))));
}

fn a_store_that_was_left_says_so(place: &Place) {
    let world = World::registered(place, 2);
    let there = place.other();
    let go_on = AtomicBool::new(false);
    assert!(world.desk.health().well);
    let moved = world.office.migrate(&moving(&there, &go_on), &mut |_, _| ()).unwrap();
    assert!(moved.rows > 0 && moved.again.is_empty());
    let health = world.desk.health();
    assert!(!health.well && health.moved);
    assert!(world.office.refuse_moved().is_err());
    let new = world.beside(&there);
    assert!(new.desk.health().well && !new.desk.health().moved);
    assert!(world.office.reopen().unwrap());
    assert!(world.desk.health().well);
    Store::open(&there.url).unwrap();
}

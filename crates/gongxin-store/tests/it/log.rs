//! The public log beside the archive: integrated in batches, on a store that holds entries already,
//! resumed, checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gongxin_model::{Digest, Instant};
use gongxin_seal::{
    Checkpoint, HashSuite, Note, SignatureKind, SigningKey, Tile, envelope_bytes, tree_hash,
    verify_consistency, verify_inclusion,
};
use gongxin_store::testing::{Place, founding};
use gongxin_store::{
    CheckpointRow, FaultPoint, Problem, Sequenced, Store, StoreError, engine_test, fsck, integrate,
};

use crate::world::filled;

engine_test! {
    tiles_are_what_the_entries_give
    integration_stops_anywhere_and_goes_on
    two_who_integrate_keep_each_root_once
    the_head_has_the_root_of_the_tree
    each_difference_of_the_log_is_named
}

const SUITE: HashSuite = HashSuite::Sha256;
const NOW: Instant = Instant(9_000_000);

fn whole(store: &Store) -> Sequenced {
    loop {
        let done = integrate(store, NOW, 2).unwrap();
        if done.is_whole() {
            return done;
        }
    }
}

fn leaves(store: &Store) -> Vec<Digest> {
    let read = store.read(|reader| -> Result<_, StoreError> {
        let entries = reader.head()?.next_seq;
        reader.envelopes(0, entries)
    });
    read.unwrap().iter().map(|envelope| SUITE.leaf(&envelope_bytes(envelope))).collect()
}

fn tile(store: &Store, level: u8, index: u64, width: u16) -> Vec<Digest> {
    store.read(|reader| reader.log_tile(Tile { level, index, width })).unwrap()
}

fn tiles_are_what_the_entries_give(place: &Place) {
    let store = place.founded();
    assert_eq!(integrate(&store, NOW, 9).unwrap(), Sequenced { integrated: 0, entries: 0 });
    filled(&store, 1_199);
    let leaves = leaves(&store);
    assert_eq!(leaves.len(), 1_200);
    let roots: Vec<Digest> = leaves.chunks_exact(256).map(|part| tree_hash(SUITE, part)).collect();
    // Before anything is integrated, and after.
    for _ in 0..2 {
        assert_eq!(tile(&store, 0, 0, 256), leaves[..256]);
        assert_eq!(tile(&store, 0, 4, 176), leaves[1_024..]);
        assert_eq!(tile(&store, 0, 4, 3), leaves[1_024..1_027]);
        assert_eq!(tile(&store, 1, 0, 4), roots);
        assert_eq!(tile(&store, 1, 0, 2), roots[..2]);
        assert_eq!(whole(&store), Sequenced { integrated: 1_024, entries: 1_200 });
    }
    let beyond = |tile| store.read(|reader| reader.log_tile(tile)).is_err();
    assert!(beyond(Tile { level: 0, index: 4, width: 177 }));
    assert!(beyond(Tile { level: 0, index: u64::MAX, width: 1 }));
    assert!(beyond(Tile { level: 1, index: 0, width: 5 }));
}

fn integration_stops_anywhere_and_goes_on(place: &Place) {
    drop(place.founded());
    let plain = Store::open(&place.url).unwrap();
    filled(&plain, 1_100);
    for point in [FaultPoint::BeforeCommit, FaultPoint::AfterCommit] {
        let stops = Arc::new(AtomicBool::new(true));
        let faults = Arc::new(move |at| at == point && stops.swap(false, Ordering::Relaxed));
        let store = Store::open(&place.url).unwrap().with_faults(faults);
        assert!(integrate(&store, NOW, 1).is_err());
        assert!(integrate(&store, NOW, 1).is_ok());
    }
    // Of four full tiles one was kept each time but the first.
    assert_eq!(plain.read(|reader| reader.log_level(1)).unwrap(), 3);
    assert_eq!(whole(&plain), Sequenced { integrated: 1_024, entries: 1_101 });
    fsck(&plain, &mut |problem| panic!("{problem}")).unwrap();
}

fn two_who_integrate_keep_each_root_once(place: &Place) {
    let store = place.founded();
    filled(&store, 2_600);
    let stores: Vec<Store> = (0..3).map(|_| Store::open(&place.url).unwrap()).collect();
    std::thread::scope(|scope| {
        stores.iter().for_each(|store| {
            scope.spawn(|| whole(store));
        });
    });
    assert_eq!(store.read(|reader| reader.log_level(1)).unwrap(), 10);
    fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
}

fn the_head_has_the_root_of_the_tree(place: &Place) {
    let store = place.founded();
    filled(&store, 800);
    whole(&store);
    let leaves = leaves(&store);
    store
        .read(|reader| -> Result<(), StoreError> {
            let root = reader.head()?.root;
            let older = reader.log_tree(300).root()?;
            let mut tree = reader.log_tree(801);
            assert_eq!(tree.root()?, root);
            for index in [0, 255, 256, 511, 767, 768, 800] {
                let proof = tree.inclusion(index)?.unwrap();
                let leaf = leaves[usize::try_from(index).unwrap()];
                assert_eq!(verify_inclusion(SUITE, &leaf, (index, 801), &proof, &root), Ok(()));
            }
            let proof = tree.consistency(300)?.unwrap();
            assert_eq!(verify_consistency(SUITE, (300, &older), (801, &root), &proof), Ok(()));
            Ok(())
        })
        .unwrap();
}

/// A store of 900 entries with two checkpoints, the second signed by two keys.
fn signed(place: &Place) -> Store {
    let store = place.founded();
    filled(&store, 899);
    whole(&store);
    let keys: Vec<SigningKey> = [1, 2]
        .map(|byte| SigningKey::new("log", SignatureKind::Ed25519, &[byte; 32]).unwrap())
        .into();
    for (no, size) in [(1, 700), (2, 900)] {
        let keys = &keys[..usize::try_from(no).unwrap()];
        let root = store.read(|reader| reader.log_tree(size).root()).unwrap();
        let checkpoint = Checkpoint { origin: "log".into(), size, root, extensions: Vec::new() };
        let mut note = Note::new(checkpoint.to_string());
        keys.iter().for_each(|key| key.add_to(&mut note, 0));
        let size = i64::try_from(size).unwrap();
        let row = CheckpointRow { no, size, at: NOW, root, note: note.to_string() };
        let keys: Vec<String> = keys.iter().map(|key| key.public().to_string()).collect();
        store.write(NOW, |writer| writer.insert_checkpoint(&row, &keys)).unwrap();
    }
    store
}

fn each_difference_of_the_log_is_named(place: &Place) {
    let store = signed(place);
    fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
    let kept = store.read(|reader| reader.log_keys()).unwrap();
    assert_eq!(kept.iter().map(|key| (key.first, key.last)).collect::<Vec<_>>(), [(1, 2), (2, 2)]);
    assert_eq!(store.read(|reader| reader.checkpoint()).unwrap().unwrap().size, 900);
    assert_eq!(store.founding(), &founding());
    drop(store);
    let zero = format!("x'{}'", "00".repeat(32));
    let cases = [
        (format!("UPDATE log_hash SET hash = {zero} WHERE no = 1"), "log_hash", "1/1"),
        ("DELETE FROM log_hash WHERE no = 1".into(), "log_hash", "1/2"),
        ("UPDATE log_hash SET no = 3 WHERE no = 2".into(), "log_hash", "1/3"),
        (format!("UPDATE checkpoint SET root = {zero} WHERE no = 1"), "checkpoint", "1"),
        ("UPDATE checkpoint SET size = 701 WHERE no = 1".into(), "checkpoint", "1"),
        ("UPDATE checkpoint SET note = 'x' WHERE no = 2".into(), "checkpoint", "2"),
        ("DELETE FROM checkpoint WHERE no = 1".into(), "checkpoint", "2"),
        ("UPDATE log_key SET first = 1 WHERE no = 2".into(), "checkpoint", "1"),
        ("UPDATE log_key SET key = 'x' WHERE no = 2".into(), "log_key", "2"),
    ];
    for (damage, table, key) in cases {
        place.tamper("CREATE TABLE kept_hash AS SELECT * FROM log_hash");
        place.tamper("CREATE TABLE kept_point AS SELECT * FROM checkpoint");
        place.tamper("CREATE TABLE kept_key AS SELECT * FROM log_key");
        place.tamper(&damage);
        let mut found: Vec<Problem> = Vec::new();
        let store = Store::open(&place.url).unwrap();
        fsck(&store, &mut |problem| found.push(problem)).unwrap();
        let is_named = |one: &Problem| {
            one.table == table && one.key == key && one.what != "the row is not what was written"
        };
        assert!(found.iter().any(is_named), "{damage}: {found:?}");
        for (table, kept) in
            [("log_hash", "kept_hash"), ("checkpoint", "kept_point"), ("log_key", "kept_key")]
        {
            place.tamper(&format!("DELETE FROM {table}"));
            place.tamper(&format!("INSERT INTO {table} SELECT * FROM {kept}"));
            place.tamper(&format!("DROP TABLE {kept}"));
        }
    }
}

//! Backups: the same content again, on either engine, or nothing.

use gongxin_model::{BatchNo, Instant};
use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place, founding};
use gongxin_store::{Contents, Store, StoreError, backup, contents, fsck, restore};

use crate::world::{chunk, filled};

engine_test! {
    a_backup_restores_on_either_engine
    a_damaged_backup_restores_nothing
    a_backup_in_the_midst_of_writes_is_of_one_moment
    a_backup_is_restored_with_its_own_key_only
}

fn key() -> String {
    founding().key_fingerprint
}

fn held_by(store: &Store) -> Contents {
    contents(store, &mut |_, _| ()).unwrap()
}

fn a_backup_restores_on_either_engine(place: &Place) {
    let store = place.founded();
    filled(&store, 600);
    let head = store.read(|reader| reader.head()).unwrap();
    let file = place.directory.path().join("backup");
    let mut told = 0;
    let written = backup(&store, &file, &mut |_, rows| told += rows).unwrap();
    assert!(told >= written.rows && written.rows > 4_000);
    assert_eq!(held_by(&store), written);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let other = Place::new(engine);
        assert_eq!(restore(&file, &other.url, &key(), &mut |_, _| ()).unwrap(), written);
        let copy = Store::open(&other.url).unwrap();
        assert_eq!(copy.read(|reader| reader.head()).unwrap(), head);
        fsck(&copy, &mut |problem| panic!("{problem}")).unwrap();
        let again = place.directory.path().join("again");
        assert_eq!(backup(&copy, &again, &mut |_, _| ()).unwrap().digest, written.digest);
        // Nothing is written over what is there.
        let refused = restore(&file, &other.url, &key(), &mut |_, _| ());
        assert!(matches!(refused, Err(StoreError::Occupied(_))));
    }
}

fn a_damaged_backup_restores_nothing(place: &Place) {
    let store = place.founded();
    filled(&store, 20);
    let file = place.directory.path().join("backup");
    backup(&store, &file, &mut |_, _| ()).unwrap();
    let sound = std::fs::read(&file).unwrap();
    let last = sound.len() - 1;
    for (cut, flip) in [(sound.len(), 3), (sound.len(), last / 2), (last / 2, 1_000), (20, 18)] {
        let mut broken = sound[..cut].to_vec();
        broken[flip] ^= 1;
        std::fs::write(&file, &broken).unwrap();
        let other = place.other();
        let error = restore(&file, &other.url, &key(), &mut |_, _| ()).unwrap_err();
        assert!(matches!(error, StoreError::Backup(_)), "{error}");
        assert!(matches!(Store::open(&other.url), Err(StoreError::Absent(_))));
    }
}

/// Writes a chunk of rows more.
fn grow(store: &Store) {
    store
        .write(Instant(4_000_000), |writer| {
            let mut batch = writer.batch(BatchNo(1))?.unwrap();
            chunk(writer, &mut batch, 9)
        })
        .unwrap();
}

fn a_backup_in_the_midst_of_writes_is_of_one_moment(place: &Place) {
    let store = place.founded();
    filled(&store, 40);
    let before = held_by(&store);
    let file = place.directory.path().join("backup");
    // Between any two tables somebody writes to all of them.
    let written = backup(&store, &file, &mut |_, _| grow(&store)).unwrap();
    assert_eq!(written, before);
    assert!(held_by(&store).rows > before.rows + 20 * 9);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let other = Place::new(engine);
        restore(&file, &other.url, &key(), &mut |_, _| ()).unwrap();
        let copy = Store::open(&other.url).unwrap();
        assert_eq!(held_by(&copy), before);
        fsck(&copy, &mut |problem| panic!("{problem}")).unwrap();
    }
    // And beside a writer that never waits for it.
    let writing = Store::open(&place.url).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..40).for_each(|_| grow(&writing)));
        for nth in 0..3 {
            let file = place.directory.path().join(format!("backup-{nth}"));
            let written = backup(&store, &file, &mut |_, _| ()).unwrap();
            let other = place.other();
            restore(&file, &other.url, &key(), &mut |_, _| ()).unwrap();
            let copy = Store::open(&other.url).unwrap();
            assert_eq!(held_by(&copy), written);
            fsck(&copy, &mut |problem| panic!("{problem}")).unwrap();
        }
        writer.join().unwrap();
    });
}

fn a_backup_is_restored_with_its_own_key_only(place: &Place) {
    let store = place.founded();
    filled(&store, 3);
    let file = place.directory.path().join("backup");
    backup(&store, &file, &mut |_, _| ()).unwrap();
    let other = place.other();
    let refused = restore(&file, &other.url, "4567", &mut |_, _| ());
    assert!(matches!(refused, Err(StoreError::WrongKey)), "{refused:?}");
    assert!(matches!(Store::open(&other.url), Err(StoreError::Absent(_))));
    let left = std::fs::read_dir(other.directory.path()).unwrap().count();
    assert_eq!(left, 0);
    restore(&file, &other.url, &key(), &mut |_, _| ()).unwrap();
}

//! Backups: the same content again, on either engine, or nothing.

use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};
use gongxin_store::{Store, StoreError, backup, fsck, restore};

use crate::world::filled;

engine_test! {
    a_backup_restores_on_either_engine
    a_damaged_backup_restores_nothing
}

fn a_backup_restores_on_either_engine(place: &Place) {
    let store = place.founded();
    filled(&store, 600);
    let head = store.read(|reader| reader.head()).unwrap();
    let file = place.directory.path().join("backup");
    let mut told = 0;
    let written = backup(&store, &file, &mut |_, rows| told += rows).unwrap();
    assert!(told >= written.rows && written.rows > 5_000);
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let other = Place::new(engine);
        assert_eq!(restore(&file, &other.url, &mut |_, _| ()).unwrap(), written);
        let copy = Store::open(&other.url).unwrap();
        assert_eq!(copy.read(|reader| reader.head()).unwrap(), head);
        fsck(&copy, &mut |problem| panic!("{problem}")).unwrap();
        let again = place.directory.path().join("again");
        assert_eq!(backup(&copy, &again, &mut |_, _| ()).unwrap().digest, written.digest);
        // Nothing is written over what is there.
        let refused = restore(&file, &other.url, &mut |_, _| ());
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
        let error = restore(&file, &other.url, &mut |_, _| ()).unwrap_err();
        assert!(matches!(error, StoreError::Backup(_)), "{error}");
        assert!(matches!(Store::open(&other.url), Err(StoreError::Absent(_))));
    }
}

//! Stopped writes, lost connections, full disks: nothing lost, nothing doubled, a clear message.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gongxin_model::{BatchNo, Instant};
use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};
use gongxin_store::{FaultPoint, LogHead, Store, StoreError, StoreUrl, fsck};

use crate::world::{adopt, batch_row, chunk, filled};

engine_test! {
    stopped_at_any_commit_the_same_archive_comes_out
    a_lost_connection_is_said_and_the_next_call_works
}

const CHUNKS: u64 = 6;

/// Hands in what is left of the batch, chunk by chunk, as the office does.
fn hand_in(store: &Store) -> Result<LogHead, StoreError> {
    loop {
        let more = store.write(Instant(3_000_000), |writer| -> Result<bool, StoreError> {
            let mut batch = match writer.batch(BatchNo(1))? {
                Some(batch) => batch,
                None => {
                    let batch = batch_row(writer.new_batch(), writer.now());
                    writer.insert_batch(&batch)?;
                    batch
                }
            };
            if batch.next_row >= 2 + CHUNKS * 7 {
                return Ok(false);
            }
            chunk(writer, &mut batch, 7)?;
            Ok(true)
        })?;
        if !more {
            return store.read(|reader| reader.head());
        }
    }
}

fn stopped_at_any_commit_the_same_archive_comes_out(place: &Place) {
    let whole = {
        let other = place.other();
        let store = other.founded();
        adopt(&store, Instant(1));
        hand_in(&store).unwrap()
    };
    // Every fault point once, and then two at a time.
    for stop in 0..CHUNKS * 2 {
        let other = place.other();
        adopt(&other.founded(), Instant(1));
        let passed = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&passed);
        let faults = move |_: FaultPoint| {
            let number = counter.fetch_add(1, Ordering::Relaxed);
            number == stop || number == stop + 3
        };
        let store = Store::open(&other.url).unwrap().with_faults(Arc::new(faults));
        let mut stops = 0;
        let head = loop {
            match hand_in(&store) {
                Ok(head) => break head,
                Err(error) => {
                    assert!(error.is_interruption(), "{error}");
                    stops += 1;
                }
            }
        };
        assert!(stops >= 1);
        assert_eq!(head, whole, "stopped at {stop}");
        fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
    }
}

fn a_lost_connection_is_said_and_the_next_call_works(place: &Place) {
    let store = place.founded();
    filled(&store, 3);
    let StoreUrl::Postgres(_) = &place.url else {
        return;
    };
    let cut = || {
        place.tamper(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
    };
    // Lost while idle: nobody notices.
    store.read(|reader| reader.head()).unwrap();
    cut();
    let before = store.read(|reader| reader.head()).unwrap();
    // Lost inside a write: said, and nothing of it remains.
    let failed = store.write(Instant(9_000_000), |writer| -> Result<(), StoreError> {
        let mut batch = writer.batch(BatchNo(1))?.unwrap();
        chunk(writer, &mut batch, 5)?;
        cut();
        chunk(writer, &mut batch, 5)
    });
    assert!(matches!(&failed, Err(StoreError::Lost(_))), "{failed:?}");
    assert_eq!(store.read(|reader| reader.head()).unwrap(), before);
    store
        .write(Instant(9_000_000), |writer| {
            let mut batch = writer.batch(BatchNo(1))?.unwrap();
            chunk(writer, &mut batch, 5)
        })
        .unwrap();
    fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
}

fn adopted_on_sqlite() -> (Place, Store) {
    let place = Place::new(Engine::Sqlite);
    let store = place.founded();
    adopt(&store, Instant(1));
    (place, store)
}

#[test]
fn a_truncated_log_of_sqlite_gives_a_whole_prefix() {
    let (place, store) = adopted_on_sqlite();
    let mut heads = vec![store.read(|reader| reader.head()).unwrap()];
    for _ in 0..4 {
        store
            .write(Instant(2), |writer| -> Result<(), StoreError> {
                let mut batch = match writer.batch(BatchNo(1))? {
                    Some(batch) => batch,
                    None => {
                        let batch = batch_row(writer.new_batch(), writer.now());
                        writer.insert_batch(&batch)?;
                        batch
                    }
                };
                chunk(writer, &mut batch, 2)
            })
            .unwrap();
        heads.push(store.read(|reader| reader.head()).unwrap());
    }
    let file = place.file().unwrap();
    let log = file.with_extension("db-wal");
    let (content, written) = (std::fs::read(&file).unwrap(), std::fs::read(&log).unwrap());
    let frame = 24 + 4_096;
    let mut found = std::collections::BTreeSet::new();
    for length in (32..=written.len()).step_by(frame).chain([written.len() / 2 + 7]) {
        let cut = tempfile::tempdir().unwrap();
        let copy = cut.path().join("store.db");
        std::fs::write(&copy, &content).unwrap();
        std::fs::write(cut.path().join("store.db-wal"), &written[..length]).unwrap();
        match Store::open(&StoreUrl::Sqlite(copy)) {
            // Not even the founding is in it.
            Err(error) => assert!(matches!(error, StoreError::Absent(_)), "{error}"),
            Ok(store) => {
                let head = store.read(|reader| reader.head()).unwrap();
                if head.next_seq > 0 {
                    assert!(heads.contains(&head), "{length}");
                    found.insert(head.next_seq);
                }
                fsck(&store, &mut |problem| panic!("{length}: {problem}")).unwrap();
            }
        }
    }
    assert_eq!(found.len(), heads.len());
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let place = Place::new(Engine::Sqlite);
    let store = place.founded();
    filled(&store, 3);
    let before = store.read(|reader| reader.head()).unwrap();
    // The writer's connection may not grow the file beyond what it has.
    let pages = store.limit_pages(40).unwrap();
    assert!(pages >= 40);
    let write = || {
        store.write(Instant(9_000_000), |writer| {
            let mut batch = writer.batch(BatchNo(1))?.unwrap();
            chunk(writer, &mut batch, 500)
        })
    };
    let full = write().unwrap_err();
    assert!(matches!(full, StoreError::Full), "{full}");
    assert!(full.to_string().contains("make room"));
    assert_eq!(store.read(|reader| reader.head()).unwrap(), before);
    store.limit_pages(1 << 20).unwrap();
    write().unwrap();
    fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
}

#[test]
fn another_writer_is_waited_for_and_then_named() {
    let (place, store) = adopted_on_sqlite();
    let other = rusqlite::Connection::open(place.file().unwrap()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    store.wait_at_most(std::time::Duration::from_millis(20)).unwrap();
    let locked = store
        .write(Instant(2), |writer| -> Result<(), StoreError> {
            writer.count("x", 1);
            Ok(())
        })
        .unwrap_err();
    assert!(matches!(locked, StoreError::Locked), "{locked}");
    other.execute_batch("COMMIT").unwrap();
    store
        .write(Instant(2), |writer| -> Result<(), StoreError> {
            writer.count("x", 1);
            Ok(())
        })
        .unwrap();
}

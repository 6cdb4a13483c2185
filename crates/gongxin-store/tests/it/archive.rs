//! The archive: places, times, seals, erasure.

use gongxin_model::{About, Body, Instant, Kind, PublicId, Seq};
use gongxin_seal::{EncodedBody, HashSuite, Salt, body_bytes, commitments, root};
use gongxin_store::engine_test;
use gongxin_store::testing::{Place, founding};
use gongxin_store::{AboutNo, NewEntry, Store, StoreError};

use crate::world::{RULEBOOK, adopt, body, bytes, entry, filled, record_row};

engine_test! {
    entries_come_back_as_written
    places_are_gapless_and_time_never_decreases
    what_is_founded_is_found
    a_failed_write_leaves_nothing
    a_dictionary_serves_every_later_entry
    erased_content_is_gone_and_its_envelope_stays
    writers_take_turns
}

fn what_is_founded_is_found(place: &Place) {
    assert!(matches!(Store::open(&place.url), Err(StoreError::Absent(_))));
    drop(place.founded());
    let store = Store::open(&place.url).unwrap();
    assert_eq!(store.founding(), &founding());
    // Founding again opens what is there.
    let mut other = founding();
    other.platform = PublicId([2; 16]);
    assert_eq!(Store::found(&place.url, &other).unwrap().founding(), &founding());
}

fn entries_come_back_as_written(place: &Place) {
    let store = place.founded();
    filled(&store, 10);
    let entries = store.read(|reader| reader.entries_from(Seq(0), 100)).unwrap();
    assert_eq!(entries.len(), 11);
    for (place, found) in entries.iter().enumerate() {
        assert_eq!(found.seq.0, i64::try_from(place).unwrap());
        let (written, salt) = (found.body.as_ref().unwrap(), found.salt.unwrap());
        let written = EncodedBody::of(written);
        let sealed = root(HashSuite::Sha256, &commitments(HashSuite::Sha256, &salt, &written));
        assert_eq!(found.commitments, sealed);
    }
    let record = record_row(
        gongxin_model::RecordNo(1),
        gongxin_model::SubjectNo(1),
        gongxin_model::BatchNo(1),
    );
    let about = store.read(|reader| reader.entries_about(&[AboutNo::record(record.no)])).unwrap();
    assert_eq!(about.len(), 1);
    assert_eq!(about[0].kind, Kind::Received);
    assert_eq!(body_bytes(about[0].body.as_ref().unwrap()), body_bytes(&body(&record, 2)));
}

fn places_are_gapless_and_time_never_decreases(place: &Place) {
    let store = place.founded();
    adopt(&store, Instant(5_000));
    let append = |at: i64, number: i64| {
        store
            .write(Instant(at), |writer| -> Result<_, StoreError> {
                let entry = NewEntry {
                    about: AboutNo::PLATFORM,
                    kind: Kind::Configured,
                    adoption: (1, RULEBOOK),
                    body: Body::about(About::Platform),
                    salt: Salt(bytes("salt", number)),
                };
                Ok((writer.append(&[entry])?, writer.now()))
            })
            .unwrap()
    };
    assert_eq!(append(4_000, 1), (vec![Seq(1)], Instant(5_000)));
    assert_eq!(append(6_000, 2), (vec![Seq(2)], Instant(6_000)));
    let head = store.read(|reader| reader.head()).unwrap();
    assert_eq!((head.next_seq, head.last_at), (3, Instant(6_000)));
    assert_eq!(head.frontier.size(), 3);
}

fn a_failed_write_leaves_nothing(place: &Place) {
    let store = place.founded();
    filled(&store, 3);
    let before = store.read(|reader| reader.head()).unwrap();
    let failed = store.write(Instant(9_000_000), |writer| -> Result<(), StoreError> {
        let batch = writer.batch(gongxin_model::BatchNo(1))?;
        crate::world::chunk(writer, &mut batch.unwrap(), 5)?;
        Err(StoreError::Engine("enough".to_owned()))
    });
    assert!(matches!(failed, Err(StoreError::Engine(_))));
    assert_eq!(store.read(|reader| reader.head()).unwrap(), before);
    assert_eq!(store.read(|reader| reader.entries_from(Seq(0), 100)).unwrap().len(), 4);
    assert_eq!(store.read(|reader| reader.counter("records")).unwrap(), 3);
}

fn a_dictionary_serves_every_later_entry(place: &Place) {
    let store = place.founded();
    filled(&store, 600);
    drop(store);
    let store = Store::open(&place.url).unwrap();
    let record = record_row(
        gongxin_model::RecordNo(5),
        gongxin_model::SubjectNo(5),
        gongxin_model::BatchNo(1),
    );
    store
        .write(Instant(9_000_000), |writer| {
            writer.append(&[entry(&record, Kind::Corrected, body(&record, 77), 9_999)])
        })
        .unwrap();
    let about = store.read(|reader| reader.entries_about(&[AboutNo::record(record.no)])).unwrap();
    let kinds: Vec<_> = about.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [Kind::Received, Kind::Corrected]);
    assert_eq!(about[1].body.as_ref().unwrap().row, Some(77));
}

fn erased_content_is_gone_and_its_envelope_stays(place: &Place) {
    let store = place.founded();
    filled(&store, 5);
    let erase = |name_it: bool| {
        store
            .write(Instant(9_000_000), |writer| -> Result<_, StoreError> {
                if name_it {
                    let record = record_row(
                        gongxin_model::RecordNo(2),
                        gongxin_model::SubjectNo(2),
                        gongxin_model::BatchNo(1),
                    );
                    let mut body = Body::about(About::Record(record.public_id));
                    body.causes = vec![Seq(2)];
                    writer.append(&[entry(&record, Kind::Erased, body, 500)])?;
                }
                writer.erase_bodies(&[Seq(2)])
            })
            .unwrap();
    };
    erase(false);
    let entries = store.read(|reader| reader.entries_from(Seq(2), 1)).unwrap();
    assert_eq!((entries[0].body.as_ref(), entries[0].salt), (None, None));
    let mut problems = Vec::new();
    gongxin_store::fsck(&store, &mut |problem| problems.push(problem)).unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].table, problems[0].key.as_str()), ("entry", "2"));
    erase(true);
    let report = gongxin_store::fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
    assert_eq!((report.entries, report.erased), (7, 1));
}

fn writers_take_turns(place: &Place) {
    let store = place.founded();
    adopt(&store, Instant(1));
    std::thread::scope(|scope| {
        for writer in 0..4_i64 {
            let url = &place.url;
            scope.spawn(move || {
                let store = Store::open(url).unwrap();
                for number in 0..25 {
                    let salt = Salt(bytes("salt", writer * 1_000 + number));
                    store
                        .write(Instant(number), |writer| {
                            writer.append(&[NewEntry {
                                about: AboutNo::PLATFORM,
                                kind: Kind::Configured,
                                adoption: (1, RULEBOOK),
                                body: Body::about(About::Platform),
                                salt,
                            }])
                        })
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(store.read(|reader| reader.head()).unwrap().next_seq, 101);
    gongxin_store::fsck(&store, &mut |problem| panic!("{problem}")).unwrap();
}

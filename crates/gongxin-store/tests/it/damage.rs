//! `fsck` names what is damaged, precisely.

use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};
use gongxin_store::{Problem, Store, fsck};

use crate::world::filled;

engine_test! {
    a_sound_store_has_no_problem
    each_damage_is_named
}

fn problems(store: &Store) -> Vec<Problem> {
    let mut found = Vec::new();
    let report = fsck(store, &mut |problem| found.push(problem)).unwrap();
    assert_eq!(report.problems, found.len() as u64);
    found
}

fn a_sound_store_has_no_problem(place: &Place) {
    let store = place.founded();
    assert_eq!(problems(&store), []);
    filled(&store, 600);
    assert_eq!(problems(&store), []);
    let report = fsck(&store, &mut |_| ()).unwrap();
    assert_eq!(report.entries, 601);
    assert!(report.rows > 600 * 6);
}

fn each_damage_is_named(place: &Place) {
    let cases: &[(&str, &str, &str)] = &[
        ("UPDATE entry SET at = at + 1 WHERE seq = 3", "entry", "3"),
        ("UPDATE entry SET kind = 258 WHERE seq = 3", "entry", "3"),
        ("UPDATE entry SET about = 8 WHERE seq = 4", "entry", "4"),
        ("UPDATE entry SET salt = x'00112233445566778899aabbccddeeff' WHERE seq = 5", "entry", "5"),
        (
            "UPDATE entry SET dictionary = NULL, salt = NULL, body = NULL WHERE seq = 5",
            "entry",
            "5",
        ),
        ("DELETE FROM entry WHERE seq = 6", "entry", "6"),
        ("UPDATE log_head SET next_seq = 99", "log_head", "1"),
        ("UPDATE record SET subject = 1 WHERE no = 4", "record", "4"),
        ("UPDATE standing SET shown_until = 29990101 WHERE record = 4", "standing", "4"),
        ("UPDATE subject SET name = 'x' WHERE no = 2", "subject", "2"),
        ("UPDATE standing SET section = 99 WHERE record = 4", "standing", "4"),
        ("UPDATE word SET text = 'x' WHERE no = 1", "word", "1"),
        ("DELETE FROM word WHERE no = 2", "word", ""),
        ("UPDATE change SET what = 'x' WHERE last = 12", "change", "12"),
        ("UPDATE change SET count = 11 WHERE last = 12", "change", "12"),
        ("DELETE FROM change WHERE last = 12", "log_head", "1"),
        ("UPDATE row_block SET body = x'00'", "row_block", "1/2"),
        ("UPDATE held SET state = 'linked'", "held", "1"),
        ("UPDATE counter SET value = 7 WHERE name = 'records'", "counter", "records"),
        ("UPDATE meta SET value = 'sm3' WHERE key = 'suite'", "meta", "suite"),
        ("UPDATE adoption SET accepted = 'x'", "adoption", "1"),
        ("UPDATE rulebook SET body = x'01'", "rulebook", &"09".repeat(32)),
        ("UPDATE record SET id_low = 1 WHERE no = 3", "record", "3"),
        ("UPDATE record SET key_high = 1 WHERE no = 3", "record", "3"),
    ];
    for (sql, table, key) in cases {
        let other = place.other();
        let store = other.founded();
        filled(&store, 12);
        other.tamper(sql);
        let found = problems(&store);
        let named = found.iter().any(|problem| problem.table == *table && problem.key == *key);
        assert!(named, "{sql}: {found:?}");
    }
}

#[test]
fn any_changed_byte_of_the_content_is_named() {
    let place = Place::new(Engine::Sqlite);
    let store = place.founded();
    filled(&store, 40);
    drop(store);
    let file = place.file().unwrap();
    // The log is carried over when the last connection closes.
    rusqlite::Connection::open(&file)
        .unwrap()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE")
        .unwrap();
    let sound = std::fs::read(&file).unwrap();
    let content = cells_of(&file);
    assert!(content.len() > 300, "{}", content.len());
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("store.db");
    // Each value that stands in the file in one place only is changed in one byte, in turn.
    let mut tried = 0;
    for (index, value) in content.iter().enumerate().step_by(5) {
        let places: Vec<usize> = sound
            .windows(value.len())
            .enumerate()
            .filter(|(_, window)| *window == value.as_slice())
            .map(|(place, _)| place)
            .collect();
        let [found] = places.as_slice() else {
            continue;
        };
        let mut broken = sound.clone();
        broken[found + index % value.len()] ^= 1 << (index % 8);
        std::fs::write(&copy, &broken).unwrap();
        tried += 1;
        let named = match Store::open(&gongxin_store::StoreUrl::Sqlite(copy.clone())) {
            // The founding itself is damaged, and opening says so.
            Err(_) => true,
            Ok(store) => fsck(&store, &mut |_| ()).map_or(true, |report| report.problems > 0),
        };
        assert!(named, "byte {found} of {value:?}");
        for tail in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(directory.path().join(format!("store.db{tail}")));
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn a_lost_index_is_named() {
    let place = Place::new(Engine::Sqlite);
    let store = place.founded();
    filled(&store, 3);
    place.tamper("DROP INDEX entry_about");
    let found = problems(&store);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].table, "entry");
}

/// All texts and bytes of all tables that are long enough to be found in the file.
fn cells_of(file: &std::path::Path) -> Vec<Vec<u8>> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut cells = Vec::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for place in 0..width {
                match row.get_ref(place).unwrap() {
                    rusqlite::types::ValueRef::Text(bytes)
                    | rusqlite::types::ValueRef::Blob(bytes)
                        if bytes.len() >= 6 =>
                    {
                        cells.push(bytes.to_vec());
                    }
                    _ => {}
                }
            }
        }
    }
    cells
}

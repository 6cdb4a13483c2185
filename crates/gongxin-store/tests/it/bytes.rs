//! Any byte of an SQLite file, changed: `fsck` names it, or nothing that is read has altered.

use std::path::Path;

use gongxin_store::{Store, StoreError, StoreUrl, fsck};
use rusqlite::types::Value;

use crate::world::{bytes, filled};
use gongxin_store::testing::{Engine, Place};

/// Bytes changed at random, beside those at the heads of the file and of its pages.
const TRIES: u64 = 90;
const PAGE: usize = 4096;

/// What is in a file: every row of every table, in the order of the keys, and how they are made.
type Content = Vec<(String, Vec<Vec<Value>>)>;

fn content(file: &Path) -> rusqlite::Result<Content> {
    let connection = rusqlite::Connection::open(file)?;
    let read = |sql: &str| {
        let mut statement = connection.prepare(sql)?;
        let width = statement.column_count();
        let rows =
            statement.query_map([], |row| (0..width).map(|place| row.get(place)).collect())?;
        rows.collect::<rusqlite::Result<Vec<Vec<Value>>>>()
    };
    let made = read("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2, 3")?;
    let mut content = vec![(String::new(), made.clone())];
    for row in made {
        if let [Value::Text(kind), Value::Text(name), ..] = row.as_slice()
            && kind == "table"
        {
            content.push((name.clone(), read(&format!("SELECT * FROM {name} ORDER BY 1, 2"))?));
        }
    }
    Ok(content)
}

/// What became of a changed byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Named,
    Unused,
    Missed,
}

struct Trial {
    sound: Vec<u8>,
    content: Content,
    directory: tempfile::TempDir,
}

impl Trial {
    fn new() -> Self {
        let place = Place::new(Engine::Sqlite);
        filled(&place.founded(), 60);
        // Pages that once held something and are free now.
        place.tamper(
            "CREATE TABLE scrap (x BLOB); INSERT INTO scrap VALUES (randomblob(30000)); \
             DROP TABLE scrap; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE",
        );
        let file = place.file().unwrap();
        let sound = std::fs::read(&file).unwrap();
        assert_eq!(sound.len() % PAGE, 0);
        Self { content: content(&file).unwrap(), sound, directory: tempfile::tempdir().unwrap() }
    }

    fn fate(&self, place: usize, change: u8) -> Fate {
        let file = self.directory.path().join("store.db");
        for tail in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(self.directory.path().join(format!("store.db{tail}")));
        }
        let mut broken = self.sound.clone();
        broken[place] ^= change;
        std::fs::write(&file, &broken).unwrap();
        let checked = Store::open(&StoreUrl::Sqlite(file.clone())).and_then(
            |store| -> Result<u64, StoreError> { Ok(fsck(&store, &mut |_| ())?.problems) },
        );
        if checked.is_ok_and(|problems| problems == 0) {
            let same = content(&file).is_ok_and(|found| found == self.content);
            if same { Fate::Unused } else { Fate::Missed }
        } else {
            Fate::Named
        }
    }
}

#[test]
fn a_changed_byte_is_named_or_carries_nothing() {
    let trial = Trial::new();
    let size = trial.sound.len();
    let pages = size / PAGE;
    let random = (0..TRIES).map(|number| {
        let draw = u128::from_be_bytes(bytes("offset", i64::try_from(number).unwrap()));
        let place = usize::try_from((draw >> 8) % u128::try_from(size).unwrap()).unwrap();
        (place, u8::try_from(draw % 255).unwrap() + 1)
    });
    // Of the file's head every fourth byte, of each page's head one.
    let heads = (0..25).map(|word| (word * 4 + 3, 1 << (word % 8)));
    let of_pages = (1..pages).map(|page| (page * PAGE + [0, 3, 5, 8][page % 4], 1));
    let (mut named, mut unused, mut missed) = (0, 0, Vec::new());
    for (place, change) in random.chain(heads).chain(of_pages) {
        match trial.fate(place, change) {
            Fate::Named => named += 1,
            Fate::Unused => unused += 1,
            Fate::Missed => missed.push((place, change)),
        }
    }
    assert_eq!(missed, [], "of {size} bytes; {named} named, {unused} unused");
    assert!(named > 60 && unused > 20, "{named} named, {unused} unused");
}

/// The pages that carry nothing are counted, so that nobody takes them for checked.
#[test]
fn free_pages_are_counted() {
    let place = Place::new(Engine::Sqlite);
    let store = place.founded();
    filled(&store, 3);
    let before = fsck(&store, &mut |_| ()).unwrap();
    assert_eq!(before.free_pages, 0);
    assert!(before.pages > 10);
    place.tamper(
        "CREATE TABLE scrap (x BLOB); INSERT INTO scrap VALUES (randomblob(30000)); DROP TABLE scrap",
    );
    let after = fsck(&store, &mut |_| ()).unwrap();
    assert_eq!(after.problems, 0);
    // The list of tables may have taken a page for the one more.
    assert!((after.pages - before.pages).abs_diff(after.free_pages) <= 1, "{after:?}");
    assert!(after.free_pages >= 7, "{after:?}");
}

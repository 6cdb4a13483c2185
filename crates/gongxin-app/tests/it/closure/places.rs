//! The register of every place that something of a record may rest in, and how what ended is looked for
//! there. A table, a file or a method of the public desk that is not registered fails a test; and in each
//! something is planted that the walk must find.

use std::collections::BTreeSet;

use gongxin_store::engine_test;
use gongxin_store::testing::{Place, plant, table_names};

use super::acts::{Histories, number};
use super::tables;
use super::walk::{Ended, FACES, Residue, residue, tokens};
use crate::rows::code;

engine_test! {
    every_table_is_registered
    what_is_planted_in_a_table_is_found
    what_is_planted_on_a_face_is_found
}

/// How what ended is looked for in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rests {
    /// It grows only; what is erased leaves it.
    Archive,
    /// It is derived: the public sees nothing of it that ended, and what is erased leaves it.
    Derived,
    /// It is the desk's: accounts and what they did. It names records by opaque ids.
    Desk,
    /// It holds rules, words, numbers, nothing of any record.
    Apart,
}

/// Every table of the store and of the desk.
const TABLES: &[(&str, Rests)] = &[
    ("meta", Rests::Apart),
    ("log_head", Rests::Apart),
    ("rulebook", Rests::Apart),
    ("adoption", Rests::Apart),
    ("source", Rests::Apart),
    ("word", Rests::Apart),
    ("dictionary", Rests::Archive),
    ("batch", Rests::Archive),
    ("row_block", Rests::Archive),
    ("held", Rests::Archive),
    ("entry", Rests::Archive),
    ("record", Rests::Archive),
    ("seen", Rests::Archive),
    ("subject", Rests::Derived),
    ("subject_code", Rests::Derived),
    ("subject_name", Rests::Derived),
    ("name_key", Rests::Derived),
    ("name_block", Rests::Derived),
    ("standing", Rests::Derived),
    ("change", Rests::Derived),
    ("face", Rests::Derived),
    ("upload", Rests::Archive),
    ("upload_row", Rests::Archive),
    ("declaration", Rests::Archive),
    ("counter", Rests::Apart),
    ("article", Rests::Apart),
    ("case_file", Rests::Derived),
    ("log_hash", Rests::Apart),
    ("checkpoint", Rests::Apart),
    ("log_key", Rests::Apart),
    ("desk_head", Rests::Desk),
    ("account", Rests::Desk),
    ("account_role", Rests::Desk),
    ("recovery_code", Rests::Desk),
    ("audit", Rests::Desk),
    ("api_key", Rests::Desk),
    ("session", Rests::Desk),
    ("attempt", Rests::Desk),
    ("access_head", Rests::Desk),
    ("access", Rests::Desk),
    ("identity", Rests::Desk),
    ("journey", Rests::Desk),
    ("courier", Rests::Desk),
    ("notice", Rests::Desk),
    ("delivery", Rests::Desk),
    ("contact", Rests::Desk),
    ("notice_choice", Rests::Desk),
    ("webhook", Rests::Desk),
];

fn every_table_is_registered(_: &Place) {
    let there: BTreeSet<&str> = table_names().into_iter().collect();
    let listed: BTreeSet<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(there, listed, "register the new table, and say how what ended is looked for in it");
    assert_eq!(listed.len(), TABLES.len(), "one is listed twice");
    let source = include_str!("../../../src/public/shown/desk.rs");
    let (_, desk) = source.split_once("pub trait PublicDesk").unwrap();
    let methods: BTreeSet<&str> =
        desk.split("    fn ").skip(1).filter_map(|part| part.split('(').next()).collect();
    let listed: BTreeSet<&str> = FACES.iter().map(|(name, _)| *name).collect();
    assert_eq!(methods, listed, "list the new face, and all that it says");
}

/// A small world in which one decision was erased; its token and another that is shown.
fn small(place: &Place) -> (Histories, u32) {
    let histories = Histories::begin(place, 7, (2, 2));
    let token = histories.all[0].token;
    (histories, token)
}

/// A text that ended or was erased, put into one row of a table, is named with that table.
fn what_is_planted_in_a_table_is_found(place: &Place) {
    let (histories, _) = small(place);
    let world = &histories.world;
    let planted = 900_001;
    let ended = Ended { ended: BTreeSet::from([planted]), erased: BTreeSet::from([planted]) };
    assert_eq!(tables::residue(world, &ended), []);
    let mut empty = Vec::new();
    for (table, _) in TABLES {
        if !plant(&place.url, table, None, &number(planted)).unwrap() {
            empty.push(*table);
            continue;
        }
        let found = tables::values(world, &ended);
        let named = Residue { face: (*table).to_owned(), token: planted };
        assert!(found.contains(&named), "{table}: {found:?}");
    }
    assert_eq!(empty, ["record", "name_key", "access_head"], "they hold numbers alone");
}

/// What a face would say that trusted a derived row which was not ended.
fn what_is_planted_on_a_face_is_found(place: &Place) {
    let (histories, token) = small(place);
    let world = &histories.world;
    let faces = |token: u32| -> BTreeSet<String> {
        let ended = Ended { ended: BTreeSet::from([token]), erased: BTreeSet::new() };
        let terms = [number(token)];
        let found = residue(world, histories.subjects, &ended, &terms);
        found.into_iter().map(|one| one.face).collect()
    };
    // It is shown: a walk that looked nowhere would find nothing.
    let of_decision: BTreeSet<String> =
        ["search", "subject", "records", "record", "double_publicity", "changes", "open_file"]
            .map(str::to_owned)
            .into();
    world.follow();
    assert_eq!(faces(token), of_decision);
    let ended = Ended { ended: BTreeSet::from([token]), erased: BTreeSet::new() };
    assert!(!tables::standings(world, histories.today(), &ended).is_empty());
    // It ends, and everything lets go of it at once.
    let id = world
        .file_of(&code(histories.all[0].subject))
        .into_iter()
        .find(|record| record.document_number.as_deref() == Some(&*number(token)));
    let id = id.unwrap().id.parse().unwrap();
    world.office.withdraw_record(id, &world.whole("clerk"), "mistake").unwrap();
    assert_eq!(faces(token), BTreeSet::new());
    assert!(tables::standings(world, histories.today(), &ended).is_empty());
    // A standing that somebody let stand.
    gongxin_store::testing::show_again(&place.url, &number(token)).unwrap();
    assert!(!tables::standings(world, histories.today(), &ended).is_empty());
    let found = faces(token);
    for face in ["subject", "records", "double_publicity", "search"] {
        assert!(found.contains(face), "{face}: {found:?}");
    }
    // A name that nobody took away.
    plant(&place.url, "subject", Some("name"), &number(900_002)).unwrap();
    assert!(faces(900_002).contains("subject"), "{:?}", faces(900_002));
    let mut planted = 0;
    let mut places = vec![world.open_directory()];
    while let Some(directory) = places.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                places.push(path);
            } else {
                planted += 1;
                assert_registered(&path);
            }
        }
    }
    assert!(planted > 0);
    assert!(tokens(&number(5)).contains(&5));
}

/// The endings of the files of open data; each is made from the same rows, and none is given out that
/// has a row which ended.
const OPEN_FILES: [&str; 7] =
    [".csv.gz", ".jsonl.gz", ".parquet", ".json", ".members", ".bin", ".csv"];

fn assert_registered(path: &std::path::Path) {
    let name = path.file_name().unwrap().to_string_lossy();
    let known = OPEN_FILES.iter().any(|ending| name.ends_with(ending));
    assert!(known, "register the new file of open data: {name}");
}

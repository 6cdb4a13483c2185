//! Cursor, locks, and files that are not what they were.

use std::fs;
use std::path::{Path, PathBuf};

use gongxin_model::names::NameIndex as _;
use gongxin_search::{SearchError, TantivyIndex};

use crate::{document, find};

fn filled(directory: &Path) {
    let index = TantivyIndex::open(directory).unwrap().index;
    index.apply(&[document(1, &["甲乙公司"])]).unwrap();
    index.commit(41).unwrap();
    // Never committed: neither the document nor a cursor may be seen later.
    index.apply(&[document(2, &["甲丙公司"])]).unwrap();
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory.join("names-2"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
        .collect();
    files.sort();
    files
}

#[test]
fn cursor_and_names_move_together() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(TantivyIndex::open(directory.path()).unwrap().index.cursor().unwrap(), None);
    filled(directory.path());
    let opened = TantivyIndex::open(directory.path()).unwrap();
    assert_eq!(opened.rebuilt_because, None);
    assert_eq!(opened.index.cursor().unwrap(), Some(41));
    assert_eq!(find(&opened.index, "甲").subjects.len(), 1);
}

#[test]
fn one_writes_and_many_read() {
    let directory = tempfile::tempdir().unwrap();
    assert!(TantivyIndex::open_for_reading(directory.path()).unwrap().is_none());
    filled(directory.path());
    let writer = TantivyIndex::open(directory.path()).unwrap().index;
    assert!(matches!(TantivyIndex::open(directory.path()), Err(SearchError::Busy(_))));
    let reader = TantivyIndex::open_for_reading(directory.path()).unwrap().unwrap();
    assert_eq!(find(&reader, "乙").subjects.len(), 1);
    assert_eq!(
        reader.commit(1).unwrap_err().to_string(),
        "the name index failed: it was opened for reading"
    );
    drop(writer);
}

#[test]
fn damage_of_any_file_is_noticed_and_mended() {
    let count = {
        let directory = tempfile::tempdir().unwrap();
        filled(directory.path());
        files(directory.path()).len()
    };
    for place in 0..count {
        for is_cut in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            filled(directory.path());
            let file = files(directory.path()).remove(place);
            let bytes = fs::read(&file).unwrap();
            if is_cut {
                fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
            } else {
                fs::remove_file(&file).unwrap();
            }
            let opened = TantivyIndex::open(directory.path()).unwrap();
            let index = &opened.index;
            if opened.rebuilt_because.is_some() {
                assert_eq!(index.cursor().unwrap(), None, "{}", file.display());
                index.apply(&[document(1, &["甲乙公司"])]).unwrap();
                index.commit(41).unwrap();
            }
            assert_eq!(index.cursor().unwrap(), Some(41), "{}", file.display());
            assert_eq!(find(index, "甲乙").subjects.len(), 1, "{}", file.display());
        }
    }
}

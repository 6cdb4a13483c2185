//! The region as files.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::collections::{BTreeMap, BTreeSet};

use gongxin_rehearsal::{Dirt, Expected, Format, KeyRow, Region, RehearsalFile};

fn written(file: &RehearsalFile) -> (Vec<u8>, Vec<KeyRow>) {
    let (mut bytes, mut key) = (Vec::new(), Vec::new());
    file.write_to(&mut bytes, &mut |row| key.push(row)).unwrap();
    (bytes, key)
}

fn text(file: &RehearsalFile, bytes: &[u8]) -> String {
    match file.format {
        Format::CsvGb18030 => {
            let (text, _, is_broken) = encoding_rs::GB18030.decode(bytes);
            assert!(!is_broken);
            text.into_owned()
        }
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let files = Region::new(5, 300).files();
    let others = Region::new(6, 300).files();
    for (file, other) in files.iter().zip(&others) {
        let (bytes, key) = written(file);
        assert_eq!(written(file), (bytes.clone(), key.clone()), "{}", file.name);
        if !key.is_empty() {
            assert_ne!(written(other).0, bytes, "{}", file.name);
        }
    }
}

#[test]
fn files_have_names_of_their_own_and_all_catalogues_occur() {
    let files = Region::new(1, 10_000).files();
    let names: BTreeSet<_> = files.iter().map(|file| &file.name).collect();
    assert_eq!(names.len(), files.len());
    let catalogues: BTreeSet<_> = files.iter().map(|file| file.catalogue).collect();
    assert_eq!(catalogues.len(), 7);
    let formats: BTreeSet<_> = files.iter().map(|file| file.format).collect();
    assert_eq!(formats.len(), 5);
}

#[test]
fn the_default_region_has_its_size_and_every_kind_of_dirt() {
    let mut rows = BTreeMap::<&str, u64>::new();
    let mut dirt = BTreeMap::<Dirt, u64>::new();
    for file in Region::new(1, 10_000).files() {
        let (_, key) = written(&file);
        assert!(!key.is_empty(), "{}", file.name);
        let (stated, made) = (file.rows as f64, key.len() as f64);
        assert!(
            made < stated * 2.0 + 40.0 && stated < made * 2.0 + 40.0,
            "{} {stated} {made}",
            file.name
        );
        *rows.entry(file.catalogue).or_default() += key.len() as u64;
        for row in key {
            assert_eq!(row.subject.is_none(), row.expected == Expected::Refused);
            *dirt.entry(row.dirt).or_default() += 1;
        }
    }
    assert!((10_000..11_000).contains(&rows["registration"]), "{rows:?}");
    assert!((13_000..16_000).contains(&rows["licence"]), "{rows:?}");
    assert!((7_900..8_500).contains(&rows["penalty"]), "{rows:?}");
    for catalogue in ["serious-violation", "repair-result", "revocation", "shielding"] {
        assert!(rows[catalogue] > 20, "{rows:?}");
    }
    for one in Dirt::OF_DECISIONS {
        assert!(dirt.get(&one).is_some_and(|count| *count > 20), "{one:?} {dirt:?}");
    }
    assert!(dirt[&Dirt::FormerName] > 50 && dirt[&Dirt::Corrected] > 300, "{dirt:?}");
}

#[test]
fn the_key_names_the_rows_by_their_lines() {
    for file in Region::new(3, 1_000).files() {
        if file.format == Format::Xlsx {
            continue;
        }
        let (bytes, key) = written(&file);
        let text = text(&file, &bytes);
        let lines: Vec<&str> = text.lines().collect();
        for row in key {
            let line = lines[row.row as usize - 1];
            let shows_code = row.subject.as_ref().is_some_and(|code| line.contains(code));
            if matches!(
                row.dirt,
                Dirt::None | Dirt::RuinedName | Dirt::Repeated | Dirt::SwappedName
            ) {
                assert!(shows_code, "{} {} {line}", file.name, row.row);
            } else if matches!(row.dirt, Dirt::Person | Dirt::NameOnly | Dirt::WrongCode) {
                assert!(!shows_code, "{} {} {line}", file.name, row.row);
            }
        }
    }
}

#[test]
fn a_row_does_not_depend_on_the_size_of_its_file() {
    let line_of = |organisations: u64| {
        let file = &Region::new(9, organisations).files()[0];
        let (bytes, _) = written(file);
        text(file, &bytes).lines().nth(40).unwrap().to_owned()
    };
    assert_eq!(line_of(500), line_of(2_000));
}

#[test]
fn files_to_measure_with_have_their_width_and_a_row_an_organisation() {
    let files = Region::new(4, 2_000).measured();
    for (file, (columns, rows, width)) in
        files.iter().zip([(15, 2_000..2_001, 210..230), (30, 2_001..2_040, 980..1_020)])
    {
        let (bytes, _) = written(file);
        let text = text(file, &bytes);
        let (header, lines) = text.split_once('\n').unwrap();
        assert_eq!(header.split(',').count(), columns, "{}", file.name);
        let made = lines.lines().count();
        assert!(rows.contains(&made), "{} {made}", file.name);
        assert!(width.contains(&(bytes.len() / made)), "{} {}", file.name, bytes.len() / made);
    }
}

#[test]
fn five_of_a_hundred_registrations_to_measure_with_have_dirt() {
    let region = Region::new(4, 10_000);
    let [file, _] = region.measured();
    let (bytes, key) = written(&file);
    // What is measured with has no answers.
    assert_eq!(key, []);
    let is_dirty = |(index, line): &(usize, &str)| {
        let one = region.organisation(*index as u64);
        let is_registered = line.starts_with(&format!("{},{},", one.name(), one.code));
        !is_registered || line.contains("/02/30")
    };
    let text = text(&file, &bytes);
    let dirty = text.lines().skip(1).enumerate().filter(is_dirty).count();
    assert!((450..550).contains(&dirty), "{dirty}");
}

#[test]
fn a_broken_pipe_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for file in Region::new(1, 50).files() {
        assert!(file.write_to(&mut Full, &mut |_| ()).is_err(), "{}", file.name);
    }
}

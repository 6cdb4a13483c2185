//! Tiles: paths, widths and bundles as C2SP tlog-tiles says.

use gongxin_seal::{TILE_WIDTH, Tile, TileFile, read_bundle, width_at, write_bundle};
use proptest::prelude::*;

fn hashes(level: u8, index: u64, width: u16) -> TileFile {
    TileFile::Hashes(Tile { level, index, width })
}

#[test]
fn each_tile_has_one_path() {
    let cases = [
        // The example of the specification.
        ("0/x001/x234/067", hashes(0, 1_234_067, TILE_WIDTH)),
        ("0/000", hashes(0, 0, TILE_WIDTH)),
        ("0/999", hashes(0, 999, TILE_WIDTH)),
        ("0/x001/000", hashes(0, 1_000, TILE_WIDTH)),
        ("63/005.p/255", hashes(63, 5, 255)),
        ("2/000.p/1", hashes(2, 0, 1)),
        ("entries/x001/234.p/17", TileFile::Entries(Tile { level: 0, index: 1_234, width: 17 })),
        ("entries/000", TileFile::Entries(Tile { level: 0, index: 0, width: TILE_WIDTH })),
    ];
    for (path, file) in cases {
        assert_eq!(file.to_string(), path);
        assert_eq!(path.parse(), Ok(file), "{path}");
    }
    let refused = [
        "",
        "/",
        "0",
        "0/",
        "0/0",
        "0/00",
        "0/0000",
        "00/000",
        "64/000",
        "-1/000",
        "+1/000",
        "0/x000/001",
        "0/x001",
        "0/001/002",
        "0/x001/x002",
        "0/001.p/0",
        "0/001.p/256",
        "0/001.p/01",
        "0/001.p/+1",
        "0/001.p/",
        "0/001.p/7/",
        "0/001/",
        "0/00a",
        "0/x1/000",
        "entries/",
        "entries/1",
        "data/000",
        "0/x018/x446/x744/x073/x709/x551/x616",
        "0/x999/x999/x999/x999/x999/x999/999",
        "0/００１",
    ];
    for path in refused {
        assert!(path.parse::<TileFile>().is_err(), "{path}");
    }
}

#[test]
fn widths_are_those_of_the_specification() {
    // A tree of 70,000: 273 full tiles and one of 112; one full above and one of 17; one of 1.
    let cases = [
        (70_000, 0, 0, 256),
        (70_000, 0, 272, 256),
        (70_000, 0, 273, 112),
        (70_000, 0, 274, 0),
        (70_000, 1, 0, 256),
        (70_000, 1, 1, 17),
        (70_000, 2, 0, 1),
        (70_000, 3, 0, 0),
        (256, 0, 0, 256),
        (256, 1, 0, 1),
        (0, 0, 0, 0),
        (u64::MAX, 0, u64::MAX, 0),
        (u64::MAX, 63, 0, 0),
    ];
    for (size, level, index, width) in cases {
        assert_eq!(width_at(size, level, index), width, "{size} {level} {index}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_path_reads_back(level in 0_u8..64, index in any::<u64>(), width in 1_u16..=256) {
        let file = hashes(level, index, width);
        prop_assert_eq!(file.to_string().parse(), Ok(file));
    }

    #[test]
    fn any_path_is_refused_or_the_only_one(path in "(0|1|entries|x)/[x0-9/.p]{0,16}") {
        if let Ok(file) = path.parse::<TileFile>() {
            prop_assert_eq!(file.to_string(), path);
        }
    }

    #[test]
    fn a_bundle_reads_back(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..20)) {
        let bytes = write_bundle(entries.iter().map(Vec::as_slice)).unwrap();
        let width = u16::try_from(entries.len()).unwrap();
        let read = read_bundle(&bytes, width).unwrap();
        prop_assert_eq!(read, entries);
        prop_assert!(read_bundle(&bytes, width + 1).is_err());
        prop_assert!(read_bundle(&bytes[..bytes.len() - 1], width).is_err());
    }
}

#[test]
fn an_entry_that_no_bundle_can_hold_is_refused() {
    let long = vec![0; 65_536];
    assert!(write_bundle([long.as_slice()]).is_err());
    assert!(write_bundle([&long[1..]]).is_ok());
}

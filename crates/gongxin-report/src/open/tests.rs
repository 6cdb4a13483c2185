use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::record::{Field, Row};
use proptest::prelude::*;

use super::*;

fn columns() -> Vec<OpenColumn> {
    [
        ("text", OpenKind::Text),
        ("texts", OpenKind::Texts),
        ("day", OpenKind::Day),
        ("flag", OpenKind::Flag),
    ]
    .map(|(name, kind)| OpenColumn { name: name.into(), kind })
    .to_vec()
}

fn written(format: OpenFormat, rows: &[Vec<OpenCell>]) -> Vec<u8> {
    let mut file = OpenFile::begin(format, &columns(), Vec::new()).unwrap();
    for some in rows.chunks(3) {
        file.push(some).unwrap();
    }
    file.end().unwrap()
}

/// What a reader finds: empty texts and lists are none.
fn told(rows: &[Vec<OpenCell>]) -> Vec<Vec<OpenCell>> {
    let told = |cell: &OpenCell| match cell {
        OpenCell::Text(text) if text.is_empty() => OpenCell::Absent,
        OpenCell::Texts(texts) if texts.is_empty() => OpenCell::Absent,
        other => other.clone(),
    };
    rows.iter().map(|row| row.iter().map(told).collect()).collect()
}

fn from_json(line: &str) -> Vec<OpenCell> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
    let get = |name: &str| object.get(name);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    vec![
        get("text").map_or(OpenCell::Absent, |one| OpenCell::Text(text(one))),
        get("texts").map_or(OpenCell::Absent, |one| {
            OpenCell::Texts(one.as_array().unwrap().iter().map(text).collect())
        }),
        get("day").map_or(OpenCell::Absent, |one| OpenCell::Day(text(one).parse().unwrap())),
        get("flag").map_or(OpenCell::Absent, |one| OpenCell::Flag(one.as_bool().unwrap())),
    ]
}

fn from_parquet(row: &Row) -> Vec<OpenCell> {
    let cell = |field: &Field| match field {
        Field::Null => OpenCell::Absent,
        Field::Str(text) => OpenCell::Text(text.clone()),
        Field::Bool(flag) => OpenCell::Flag(*flag),
        Field::Date(days) => OpenCell::Day("1970-01-01".parse::<Day>().unwrap().plus_days(*days)),
        Field::ListInternal(list) => {
            let text = |one: &Field| match one {
                Field::Str(text) => text.clone(),
                other => panic!("{other:?}"),
            };
            OpenCell::Texts(list.elements().iter().map(text).collect())
        }
        other => panic!("{other:?}"),
    };
    row.get_column_iter().map(|(_, field)| cell(field)).collect()
}

fn read_parquet(bytes: Vec<u8>) -> Vec<Vec<OpenCell>> {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| from_parquet(&row.unwrap())).collect()
}

fn cell_text() -> impl Strategy<Value = String> {
    prop_oneof!["[=+@'\"a,\n\r\u{feff}字 -]{0,6}", ".{0,12}"]
}

fn rows() -> impl Strategy<Value = Vec<Vec<OpenCell>>> {
    let day = (-700_000_i32..700_000)
        .prop_map(|days| OpenCell::Day("1970-01-01".parse::<Day>().unwrap().plus_days(days)));
    let absent = || Just(OpenCell::Absent);
    let row = (
        prop_oneof![absent(), cell_text().prop_map(OpenCell::Text)],
        prop_oneof![
            absent(),
            proptest::collection::vec(cell_text(), 0..4).prop_map(OpenCell::Texts)
        ],
        prop_oneof![absent(), day],
        prop_oneof![absent(), any::<bool>().prop_map(OpenCell::Flag)],
    );
    let row = row.prop_map(|(text, texts, day, flag)| vec![text, texts, day, flag]);
    proptest::collection::vec(row, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn json_lines_and_parquet_read_back_as_they_were(rows in rows()) {
        let lines = String::from_utf8(written(OpenFormat::JsonLines, &rows)).unwrap();
        let read: Vec<_> = lines.split_terminator('\n').map(from_json).collect();
        prop_assert_eq!(read, told(&rows));
        prop_assert_eq!(read_parquet(written(OpenFormat::Parquet, &rows)), told(&rows));
    }

    #[test]
    fn a_csv_reads_back_but_for_the_mark_of_a_text(rows in rows()) {
        let bytes = written(OpenFormat::Csv, &rows);
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
        let mut reader = csv_reader(text);
        let read: Vec<Vec<String>> = reader
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect();
        let expected: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| crate::safe(&csv_cell(cell)).into_owned()).collect())
            .collect();
        prop_assert_eq!(read, expected);
    }
}

fn csv_reader(text: &[u8]) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new().from_reader(text)
}

#[test]
fn more_rows_than_a_group_are_whole() {
    let rows: Vec<Vec<OpenCell>> = (0..45_001)
        .map(|no| {
            let text = OpenCell::Text(format!("{no}"));
            vec![text, OpenCell::Absent, OpenCell::Absent, OpenCell::Flag(no % 2 == 0)]
        })
        .collect();
    assert_eq!(read_parquet(written(OpenFormat::Parquet, &rows)), rows);
}

#[test]
fn the_same_rows_are_the_same_bytes() {
    let row = vec![
        OpenCell::Text("=1".into()),
        OpenCell::Texts(vec!["罚款".into(), "没收".into()]),
        OpenCell::Day("2026-05-04".parse().unwrap()),
        OpenCell::Flag(false),
    ];
    for format in [OpenFormat::Csv, OpenFormat::JsonLines, OpenFormat::Parquet] {
        let one = written(format, std::slice::from_ref(&row));
        assert_eq!(one, written(format, std::slice::from_ref(&row)), "{format:?}");
    }
    let text = String::from_utf8(written(OpenFormat::Csv, std::slice::from_ref(&row))).unwrap();
    let expected = "\u{feff}\"text\",\"texts\",\"day\",\"flag\"\r\n\
                    \"'=1\",\"罚款；没收\",\"2026-05-04\",\"false\"\r\n";
    assert_eq!(text, expected);
}

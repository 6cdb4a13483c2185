//! Samples of open data.

use std::io::{Cursor, Read};

use gongxin_app::public::shown::open_data::*;
use gongxin_app::public::shown::{Coded, Words};

use super::values::{at, day, id, licence, penalty};

/// What a sample file has.
pub(crate) const CONTENT: &str = "{\"record\":\"1\"}\n";
/// The name of the sample that is given out, of one that is being made anew, and of one whose
/// reader must not get to its end.
pub(crate) const HELD: &str = "penalty-159900-2026";
pub(crate) const RENEWED: &str = "penalty-159900-2025";
pub(crate) const ENDING: &str = "penalty-159900-2024";

fn file(format: OpenFormat, bytes: u64) -> ShownOpenFile {
    ShownOpenFile { format, bytes, digest: format!("{:064x}", bytes) }
}

fn shard(name: &str, division: (&str, &str, &str), year: i16, rows: Option<u64>) -> ShownOpenShard {
    let (code, zh, en) = division;
    ShownOpenShard {
        name: name.into(),
        division: Coded { code: code.into(), words: Words::new(zh, en) },
        year,
        held: rows.map(|rows| ShownOpenHeld {
            rows,
            files: vec![
                file(OpenFormat::Csv, rows * 612),
                file(OpenFormat::JsonLines, rows * 801),
                file(OpenFormat::Parquet, rows * 102),
            ],
        }),
    }
}

const STATE: (&str, &str, &str) = ("159900", "演练州", "Rehearsal Prefecture");
const ELSEWHERE: (&str, &str, &str) = ("", "区域外或未注明", "Elsewhere or not stated");

fn penalties() -> ShownOpenClass {
    ShownOpenClass {
        of: penalty(),
        about: Words::new("正在公示的行政处罚决定。", "Penalties that are published."),
        adverse: true,
        basis: vec!["《政府信息公开条例》（国务院令第711号） 2019-05-15".into()],
        confidence: "unverified".into(),
        shards: vec![
            shard(HELD, STATE, 2026, Some(12_345)),
            shard("penalty-elsewhere-2026", ELSEWHERE, 2026, Some(3)),
            shard(RENEWED, STATE, 2025, None),
            shard(ENDING, STATE, 2024, Some(2_000_000)),
        ],
    }
}

fn licences() -> ShownOpenClass {
    ShownOpenClass {
        of: licence(),
        about: Words::chinese("行政许可决定。"),
        adverse: false,
        basis: Vec::new(),
        confidence: "partly".into(),
        shards: Vec::new(),
    }
}

fn terms() -> ShownLicence {
    ShownLicence {
        name: Words::new("开放数据使用说明", "Terms of use of open data"),
        address: Some("https://credit.example/terms".into()),
        terms: Words::new("可以免费使用，须注明来源。", "Free to use; name the source."),
        basis: vec!["《政府信息公开条例》（国务院令第711号） 2019-05-15".into()],
        confidence: "unverified".into(),
    }
}

fn made() -> ShownOpenEdition {
    ShownOpenEdition { day: day("2026-11-24"), made: at("2026-11-23T16:05:10Z") }
}

/// What is given out: all, before the first making, and nothing.
pub(crate) fn open_data() -> Vec<(&'static str, ShownOpenData)> {
    let full = ShownOpenData {
        licence: Some(terms()),
        rebuild_days: 1,
        edition: Some(made()),
        classes: vec![penalties(), licences()],
    };
    let unmade = ShownOpenData {
        edition: None,
        classes: vec![licences()],
        rebuild_days: 7,
        licence: Some(ShownLicence { address: None, ..terms() }),
    };
    vec![("full", full), ("unmade", unmade), ("nothing", ShownOpenData::default())]
}

/// Classes that are given out.
pub(crate) fn open_classes() -> Vec<(&'static str, ShownOpenPage)> {
    let column = |code: &str, kind, list: Option<&str>| ShownOpenColumn {
        code: code.into(),
        name: Words::new("罚款金额", "fine"),
        kind,
        list: list.map(str::to_owned),
    };
    let base = |code: &str, kind, list: Option<&str>| ShownOpenColumn {
        name: Words::default(),
        ..column(code, kind, list)
    };
    let coded = |code: &str, zh: &str| Coded { code: code.into(), words: Words::chinese(zh) };
    let columns = vec![
        base("record", OpenType::Text, None),
        base("region", OpenType::Code, Some("regions")),
        base("decided_on", OpenType::Day, None),
        base("disputed", OpenType::Flag, None),
        column("CF_NR_FK", OpenType::TenThousandYuan, None),
        column("CF_CFLB", OpenType::Codes, Some("penalty-kinds")),
        column("X_YUAN", OpenType::Yuan, None),
    ];
    let lists = vec![
        ShownOpenList {
            of: coded("penalty-kinds", "处罚类别"),
            codes: vec![coded("罚款", "罚款"), coded("2", "警告")],
        },
        ShownOpenList {
            of: coded("regions", "行政区划"),
            codes: (0..200).map(|no| coded(&format!("1599{no:02}"), "演练县")).collect(),
        },
    ];
    let page = |class, edition| ShownOpenPage {
        class,
        licence: terms(),
        rebuild_days: 1,
        edition,
        columns: columns.clone(),
        lists: lists.clone(),
    };
    vec![("full", page(penalties(), Some(made()))), ("unmade", page(licences(), None))]
}

/// A file that is given out.
pub(crate) fn opened(name: &str, format: OpenFormat) -> OpenedFile {
    let content: Box<dyn Read + Send> = if name == ENDING {
        Box::new(std::io::repeat(b'x').take(64 << 20))
    } else {
        Box::new(Cursor::new(CONTENT))
    };
    let length = if name == ENDING { 64 << 20 } else { CONTENT.len() as u64 };
    OpenedFile { file: file(format, length), gzip: false, length, adverse: true, content }
}

/// What changed.
pub(crate) fn open_changes(after: Option<&str>) -> ShownOpenChanges {
    let one = |no, state| ShownOpenChange { record: id(no), state };
    let items = match after {
        None => Vec::new(),
        Some(_) => vec![one(1, OpenState::Shown), one(9, OpenState::Gone)],
    };
    ShownOpenChanges { items, next: "2c51e907ff".into(), is_last: after.is_some() }
}

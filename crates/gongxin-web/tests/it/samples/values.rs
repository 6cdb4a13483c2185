//! The sample values.

use gongxin_app::public::shown::*;
use gongxin_model::{Day, Instant, PublicId};

/// The code of the sample that has everything.
pub(crate) const FULL: &str = "91159900R00000170M";
/// The code of the sample that has nothing.
pub(crate) const EMPTY: &str = "91159903R000003308";
/// An older number of [`FULL`].
pub(crate) const OLDER: &str = "159900000001701";

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(crate) fn id(byte: u8) -> PublicId {
    PublicId([byte; 16])
}

pub(super) fn coded(code: &str, zh: &str, en: &str) -> Coded {
    Coded { code: code.into(), words: Words::new(zh, en) }
}

pub(super) fn fact(field: &str, zh: &str, en: &str, values: &[&str], form: FactForm) -> ShownFact {
    ShownFact {
        field: field.into(),
        label: Words::new(zh, en),
        values: values.iter().map(|value| Words::chinese(*value)).collect(),
        form,
    }
}

pub(crate) fn region() -> Coded {
    coded("159900", "演练市甲旗", "Jia Banner, Rehearsal City")
}

pub(crate) fn penalty() -> Coded {
    coded("penalty", "行政处罚", "Administrative penalty")
}

pub(crate) fn licence() -> Coded {
    coded("licence", "行政许可", "Administrative licence")
}

pub(crate) fn freshness() -> ShownFreshness {
    ShownFreshness {
        received: Some(at("2026-11-24T01:12:00Z")),
        checked: Some(at("2026-11-23T18:00:00Z")),
    }
}

pub(crate) fn sources() -> Vec<ShownSource> {
    let source = |code: &str, name: &str, received: Option<&str>| ShownSource {
        code: code.into(),
        name: name.into(),
        received: received.map(at),
    };
    vec![
        source("S01", "演练市市场监督管理局", Some("2026-11-24T01:12:00Z")),
        source("S02", "演练市生态环境局", Some("2026-11-20T06:40:00Z")),
        source("S03", "演练市行政审批和政务服务局", None),
    ]
}

/// Rows: a disputed penalty, licences, one without a number or an end.
pub(crate) fn rows(count: usize) -> Vec<ShownRow> {
    let row = |place: usize| ShownRow {
        id: id(u8::try_from(place % 3 + 1).unwrap()),
        catalogue: if place.is_multiple_of(3) { penalty() } else { licence() },
        document_number: (place % 3 != 2).then(|| format!("演环罚〔2026〕{}号", place + 17)),
        title: None,
        authority: (place % 5 != 4).then(|| "演练市生态环境局".to_owned()),
        authority_label: if place.is_multiple_of(3) {
            Words::new("处罚机关", "Penalising authority")
        } else {
            Words::new("许可机关", "Licensing authority")
        },
        decided_on: (place % 7 != 6).then(|| day("2026-03-15").plus_days(-(place as i32))),
        published_until: (place.is_multiple_of(3))
            .then(|| day("2027-03-14").plus_days(-(place as i32))),
        disputed: place == 0,
    };
    (0..count).map(row).collect()
}

pub(crate) fn subjects() -> Vec<(&'static str, ShownSubject)> {
    vec![("full", full_subject()), ("empty", empty_subject()), ("behind", behind_subject())]
}

fn sections(fill: impl Fn(Section) -> ShownSection) -> Vec<ShownSection> {
    Section::ALL.into_iter().map(fill).collect()
}

pub(crate) fn full_subject() -> ShownSubject {
    let fill = |section| {
        let (facts, rows, total) = match section {
            Section::Basic => (basic(), Vec::new(), Total::Exactly(0)),
            Section::Administrative => (Vec::new(), rows(10), Total::Exactly(120)),
            Section::Honours => (Vec::new(), rows(1), Total::Exactly(1)),
            Section::Commitments => (Vec::new(), rows(3), Total::Exactly(3)),
            Section::Other => (Vec::new(), rows(10), Total::MoreThan(10_000)),
            _ => (Vec::new(), Vec::new(), Total::Exactly(0)),
        };
        ShownSection { section, facts, rows, total, behind: false }
    };
    ShownSubject {
        code: FULL.into(),
        name: "演练北方牧业有限公司".into(),
        status: Some(coded("active", "存续", "registered")),
        region: Some(region()),
        legal_form: Some(coded("1100", "有限责任公司", "Limited liability company")),
        established_on: Some(day("2009-03-01")),
        personal: false,
        provisional: false,
        former_names: vec![ShownFormerName {
            name: "演练北方畜产有限公司".into(),
            from: Some(day("2009-03-01")),
            until: Some(day("2018-05-02")),
        }],
        namesakes: 1,
        head: None,
        branches: vec![ShownLink {
            code: EMPTY.into(),
            name: "演练北方牧业有限公司乙区分公司".into(),
        }],
        branch_count: 1,
        sections: sections(fill),
        timeline: timeline(),
        sources: sources(),
        freshness: freshness(),
    }
}

fn basic() -> Vec<ShownFact> {
    vec![
        fact("ZT_MC", "企业名称", "Name", &["演练北方牧业有限公司"], FactForm::Text),
        fact("ZT_DM", "统一社会信用代码", "Unified social credit code", &[FULL], FactForm::Code),
        fact("ZT_FR", "法定代表人", "Legal representative", &["张某某"], FactForm::Text),
        fact(
            "ZT_LX",
            "企业类型",
            "Legal form",
            &["有限责任公司（自然人投资或控股）"],
            FactForm::Text,
        ),
        fact("ZT_CL", "成立日期", "Established", &["2009-03-01"], FactForm::Day),
        fact("ZT_ZS", "住所", "Address", &[], FactForm::Text),
    ]
}

fn timeline() -> Vec<ShownEvent> {
    vec![
        ShownEvent {
            on: day("2026-03-15"),
            event: SubjectEvent::Decided {
                record: id(1),
                catalogue: penalty(),
                document_number: Some("演环罚〔2026〕17号".into()),
            },
        },
        ShownEvent {
            on: day("2020-01-02"),
            event: SubjectEvent::Status { status: coded("active", "存续", "registered") },
        },
        ShownEvent {
            on: day("2018-05-03"),
            event: SubjectEvent::Renamed { name: "演练北方牧业有限公司".into() },
        },
        ShownEvent { on: day("2009-03-01"), event: SubjectEvent::Established },
    ]
}

pub(crate) fn empty_subject() -> ShownSubject {
    ShownSubject {
        code: EMPTY.into(),
        name: "演练超长名称的草原生态畜牧业综合开发与农副产品精深加工流通服务专业合作社联合社"
            .into(),
        provisional: true,
        head: Some(ShownLink { code: FULL.into(), name: "演练北方牧业有限公司".into() }),
        sections: sections(|section| ShownSection { section, ..ShownSection::default() }),
        ..ShownSubject::default()
    }
}

pub(crate) fn behind_subject() -> ShownSubject {
    let fill = |section| ShownSection {
        section,
        behind: section != Section::Basic,
        facts: if section == Section::Basic { basic() } else { Vec::new() },
        ..ShownSection::default()
    };
    let former = |from: Option<&str>, until: Option<&str>| ShownFormerName {
        name: "<b>曾用 & 名</b>".into(),
        from: from.map(day),
        until: until.map(day),
    };
    ShownSubject {
        code: OLDER.into(),
        name: "演练“引号”商贸<有限>公司".into(),
        former_names: vec![former(None, Some("2018-05-02")), former(None, None)],
        sections: sections(fill),
        ..empty_subject()
    }
}

pub(crate) fn homes() -> Vec<(&'static str, ShownHome)> {
    let count = |of: Coded, count, register| ShownRecent { of, count, register };
    let honour = coded("honour", "荣誉", "Honours");
    let commitment = coded("commitment", "信用承诺", "Commitments");
    vec![
        (
            "full",
            ShownHome {
                subjects: 1_612_004,
                records: 50_118_220,
                recent: vec![
                    count(licence(), 1204, Some(RegisterName::DoublePublicity)),
                    count(commitment, 36, Some(RegisterName::Commitments)),
                    count(honour, 5, None),
                ],
                sources: super::registers::suppliers(),
                source_count: 41,
                notices: super::articles::articles().into_iter().map(|(_, one)| one.line).collect(),
                is_counted: true,
            },
        ),
        ("empty", ShownHome { is_counted: true, ..ShownHome::default() }),
        ("not counted", ShownHome::default()),
    ]
}

/// Hits in every way they can match.
pub(crate) fn hits() -> Vec<ShownHit> {
    let former = |from: Option<&str>, until: Option<&str>| Matched::FormerName {
        name: "演练北方牧业有限公司".into(),
        from: from.map(day),
        until: until.map(day),
    };
    let hit = |name: &str, code: &str, matched| ShownHit {
        code: code.into(),
        name: name.into(),
        matched,
        way: Way::Literal,
        region: Some(region()),
        form: Some(coded("有限责任公司", "有限责任公司", "limited liability company")),
        status: Some(coded("active", "存续", "registered")),
        established_on: Some(day("2009-03-01")),
        provisional: false,
    };
    vec![
        hit("演练北方牧业有限公司", FULL, Matched::Name),
        hit("演练宏达乳品有限公司", EMPTY, former(Some("2009-03-01"), Some("2014-06-30"))),
        hit("演练某某商贸有限公司", EMPTY, former(None, Some("2014-06-30"))),
        hit("演练某某贸易有限公司", EMPTY, former(None, None)),
        hit("演练旧号有限公司", EMPTY, Matched::OlderNumber { number: OLDER.into() }),
        ShownHit { way: Way::Near, ..hit("演练北芳牧业有限公司", EMPTY, Matched::Name) },
        ShownHit {
            region: None,
            status: None,
            established_on: None,
            provisional: true,
            ..hit(&empty_subject().name, EMPTY, Matched::Code)
        },
    ]
}

pub(crate) fn facets() -> Vec<ShownFacet> {
    let option = |value: &str, zh: &str, en: &str, count| ShownOption {
        value: value.into(),
        words: Words::new(zh, en),
        count,
    };
    let facet = |parameter: &str, options| ShownFacet { parameter: parameter.into(), options };
    vec![
        facet(
            "region",
            vec![
                option("159900", "甲旗", "Jia Banner", Some(14)),
                option("159901", "乙区", "Yi District", Some(9)),
            ],
        ),
        facet("form", vec![option("有限责任公司", "有限责任公司", "limited company", None)]),
        facet(
            "status",
            vec![
                option("active", "存续", "registered", Some(19)),
                option("closed", "注销", "deregistered", Some(4)),
            ],
        ),
    ]
}

//! The sample records.

use gongxin_app::public::shown::*;
use gongxin_model::Digest;

use super::values::*;

pub(crate) fn records() -> Vec<(&'static str, ShownRecord)> {
    vec![("penalty", penalty_record()), ("licence", licence_record()), ("bare", bare_record())]
}

fn step(part: TermPart, day_text: Option<&str>, months: Option<u32>) -> ShownTermStep {
    ShownTermStep {
        part,
        day: day_text.map(day),
        months,
        words: None,
        basis: Some("国家发展和改革委员会令第36号 第十一条".into()),
    }
}

fn penalty_facts() -> Vec<ShownFact> {
    let fact_text = "2026年2月3日检查时，该单位污水处理设施未正常运行，外排废水化学需氧量超过许可排放浓度限值。";
    vec![
        fact(
            "CF_WSH",
            "行政处罚决定文书号",
            "Document number",
            &["演环罚〔2026〕17号"],
            FactForm::Number,
        ),
        fact(
            "CF_WFXW",
            "违法行为类型",
            "Kind of conduct",
            &["不正常运行水污染防治设施"],
            FactForm::Text,
        ),
        fact("CF_SY", "违法事实", "Facts", &[fact_text], FactForm::Text),
        fact(
            "CF_YJ",
            "处罚依据",
            "Legal basis",
            &["《中华人民共和国水污染防治法》第八十三条第三项"],
            FactForm::Text,
        ),
        ShownFact {
            field: "CF_CFLB".into(),
            label: Words::new("处罚类别", "Kinds of penalty"),
            values: vec![Words::new("罚款", "fine"), Words::new("责令停产停业", "order to stop")],
            form: FactForm::Text,
        },
        fact("CF_NR_FK", "罚款金额", "Fine", &["0.2"], FactForm::TenThousandYuan),
        fact("CF_NR_WFFF", "没收金额", "Confiscated", &["约两万"], FactForm::TenThousandYuan),
        fact("CF_JE", "加处金额", "Added", &["12345.6"], FactForm::Yuan),
        fact("CF_JDRQ", "处罚决定日期", "Decided on", &["2026-03-15"], FactForm::Day),
        fact("CF_DM", "处罚机关代码", "Authority code", &["11159900000000017X"], FactForm::Code),
        fact("CF_BZ", "备注", "Note", &[], FactForm::Text),
    ]
}

fn origin(entry: u64) -> ShownOrigin {
    ShownOrigin {
        source: "演练市生态环境局".into(),
        source_code: "S02".into(),
        received: at("2026-03-20T02:05:11Z"),
        entry,
        digest: Digest([0x7c; 32]),
        rulebook: Digest([0x1f; 32]),
    }
}

pub(crate) fn penalty_record() -> ShownRecord {
    let class = ShownTermStep {
        words: Some(Words::new("一般失信行为", "ordinary")),
        ..step(TermPart::Class, None, None)
    };
    let starts = ShownTermStep {
        words: Some(Words::new("决定日期", "day of the decision")),
        ..step(TermPart::Starts, Some("2026-03-15"), None)
    };
    let rule = ShownTermStep {
        words: Some(Words::new(
            "信用修复管理办法（2026年4月1日起）",
            "Rules on credit repair (since 1 April 2026)",
        )),
        ..step(TermPart::Rule, None, None)
    };
    ShownRecord {
        id: id(1),
        subject: ShownLink { code: FULL.into(), name: "演练北方牧业有限公司".into() },
        catalogue: penalty(),
        section: Section::Administrative,
        adverse: true,
        document_number: Some("演环罚〔2026〕17号".into()),
        title: None,
        authority: Some("演练市生态环境局".into()),
        decided_on: Some(day("2026-03-15")),
        published_until: Some(day("2027-03-14")),
        facts: penalty_facts(),
        why: ShownWhy {
            basis: vec![
                "《中华人民共和国行政处罚法》第四十八条".into(),
                "《企业信息公示暂行条例》第七条".into(),
            ],
            entry: Words::new("行政处罚信息", "Administrative penalties"),
            source: "演练市生态环境局".into(),
        },
        term: vec![
            rule,
            starts,
            class,
            step(TermPart::Minimum, None, Some(3)),
            step(TermPart::RepairFrom, Some("2026-06-15"), None),
            step(TermPart::Maximum, Some("2027-03-14"), Some(12)),
            ShownTermStep { basis: None, ..step(TermPart::StatedEnd, Some("2027-06-30"), Some(1)) },
            step(TermPart::Ends, Some("2027-03-14"), None),
        ],
        earlier_of_two: true,
        rights: ShownRights {
            objection: Some(ShownLimit { working_days: 7, is_verified: false }),
            repair: Some(ShownLimit { working_days: 10, is_verified: true }),
            repair_from: Some(day("2026-06-15")),
        },
        dispute: Some(ShownDispute {
            on: day("2026-11-02"),
            authority: "演练市生态环境局".into(),
            due: Some(day("2026-11-27")),
        }),
        reply: Some(ShownReply {
            text:
                "超标排放发生在设备检修期间。\n检修后已连续六个月达标，监测报告送生态环境局备案。"
                    .into(),
            on: day("2026-11-05"),
        }),
        corrections: vec![ShownCorrection {
            on: day("2026-04-02"),
            fields: vec![Words::new("罚款金额", "Fine"), Words::new("处罚内容", "Content")],
        }],
        origin: origin(48_213),
        freshness: freshness(),
    }
}

pub(crate) fn licence_record() -> ShownRecord {
    ShownRecord {
        id: id(2),
        catalogue: licence(),
        adverse: false,
        document_number: Some("演审字〔2025〕第00123号".into()),
        published_until: Some(day("2030-06-30")),
        term: vec![step(TermPart::StatedEnd, Some("2030-06-30"), None)],
        earlier_of_two: false,
        rights: ShownRights { repair: None, repair_from: None, ..penalty_record().rights },
        dispute: Some(ShownDispute { due: None, ..penalty_record().dispute.unwrap() }),
        reply: None,
        corrections: Vec::new(),
        ..penalty_record()
    }
}

pub(crate) fn bare_record() -> ShownRecord {
    ShownRecord {
        id: id(3),
        catalogue: coded("commitment", "信用承诺", "Commitment"),
        section: Section::Commitments,
        document_number: None,
        authority: None,
        decided_on: None,
        published_until: None,
        facts: Vec::new(),
        term: Vec::new(),
        rights: ShownRights::default(),
        dispute: None,
        freshness: ShownFreshness::default(),
        why: ShownWhy { basis: Vec::new(), ..penalty_record().why },
        ..licence_record()
    }
}

//! The samples of registers, lists and bodies.

use gongxin_app::public::shown::*;

use super::values::*;

fn body(code: &str, zh: &str) -> ShownBody {
    ShownBody { code: code.into(), name: Words::chinese(zh) }
}

/// Entries of a register: linked ones, one under a masked name, one with facts.
pub(crate) fn entries(count: usize) -> Vec<ShownEntry> {
    let entry = |(place, row): (usize, ShownRow)| ShownEntry {
        row,
        subject: if place % 4 == 3 {
            ShownParty { name: "张**".into(), code: None }
        } else {
            ShownParty { name: full_subject().name, code: Some(FULL.into()) }
        },
        source: body("S02", "演练市生态环境局"),
        received: at("2026-11-20T06:40:00Z"),
        facts: if place % 5 == 1 {
            vec![
                fact("CN_LX", "承诺类型", "Kind", &["主动承诺"], FactForm::Text),
                fact("CN_YXQ", "承诺有效期至", "Valid until", &["2027-01-31"], FactForm::Day),
                fact("CN_X", "空", "Empty", &[], FactForm::Text),
            ]
        } else {
            Vec::new()
        },
    };
    rows(count).into_iter().enumerate().map(entry).collect()
}

/// A page of a register of `entries(120)`. Key `stop` is of a visit that read as far as it may.
pub(crate) fn register(ask: &PageAsk) -> Result<ShownRegister, DeskError> {
    if ask.after.as_deref() == Some("stop") {
        let reached = Some(at("2026-10-01T01:00:00Z"));
        return Ok(ShownRegister { items: Vec::new(), next: Some("100".into()), reached });
    }
    let start =
        ask.after.as_ref().map_or(Ok(0), |key| key.parse().map_err(|_| DeskError::Cursor))?;
    let all = entries(120);
    let end = start + usize::from(ask.size);
    let next = (end < all.len()).then(|| end.to_string());
    let items = all.into_iter().skip(start).take(usize::from(ask.size)).collect();
    Ok(ShownRegister { items, next, reached: None })
}

pub(crate) fn narrowing() -> ShownNarrowing {
    let option = |value: &str, zh: &str, en: Option<&str>| ShownOption {
        value: value.into(),
        words: Words { zh: zh.into(), en: en.map(str::to_owned) },
        count: None,
    };
    ShownNarrowing {
        regions: vec![
            option("159900", "演练市", Some("Rehearsal City")),
            option("159901", "演练市乙区", Some("Yi District")),
        ],
        sources: vec![
            option("S02", "演练市生态环境局", None),
            option("S01", "演练市市场监督管理局", None),
        ],
        catalogues: vec![
            option("licence", "行政许可", Some("Licences")),
            option("penalty", "行政处罚", Some("Penalties")),
        ],
    }
}

pub(crate) fn measured() -> ShownMeasured {
    let definition = |id: &str, zh: &str, en: &str, confidence: &str| ShownDefinition {
        id: id.into(),
        name: Words::new(zh, en),
        definition: Words::new(format!("{zh}的算法"), format!("How the {en} is computed")),
        confidence: confidence.into(),
        source: Some("our own choice".into()),
    };
    let share = |part, whole| ShownShare::Of { part, whole, per_mille: part * 1000 / whole };
    let line = |code: &str, zh: &str, figures: Vec<ShownShare>| ShownMeasures {
        of: Coded { code: code.into(), words: Words::chinese(zh) },
        figures,
    };
    ShownMeasured {
        period: "2026-10".into(),
        as_of: day("2026-11-23"),
        least: 5,
        definitions: vec![
            definition("reporting", "上报率", "reporting rate", "unverified"),
            definition("compliance", "合规率", "compliance rate", "verified"),
            definition("timeliness", "及时率", "timeliness", "partly"),
        ],
        lines: vec![
            line(
                "S01",
                "演练市市场监督管理局",
                vec![ShownShare::Unknown, share(99, 100), share(1203, 1204)],
            ),
            line("S02", "演练市生态环境局", vec![share(1, 7), ShownShare::Few, ShownShare::Few]),
        ],
    }
}

pub(crate) fn suppliers() -> Vec<ShownSupplier> {
    let supplier = |code: &str, zh: &str, received: Option<&str>| ShownSupplier {
        body: body(code, zh),
        region: Some(region()),
        sector: coded("market", "市场监管", "market regulation"),
        received: received.map(at),
        ..ShownSupplier::default()
    };
    let timeliness = Some(ShownShare::Of { part: 992, whole: 1000, per_mille: 992 });
    vec![
        ShownSupplier {
            timeliness,
            ..supplier("S01", "演练市市场监督管理局", Some("2026-11-24T01:12:00Z"))
        },
        ShownSupplier {
            overdue: 2,
            timeliness: Some(ShownShare::Few),
            ..supplier("S02", "演练市生态环境局", Some("2026-11-22T17:40:00Z"))
        },
        supplier("S03", "演练市行政审批和政务服务局", None),
        ShownSupplier {
            replaced: Some(day("2018-11-01")),
            ..supplier("S04", "演练市工商行政管理局", Some("2018-10-08T01:12:00Z"))
        },
        ShownSupplier {
            peer: true, region: None, ..supplier("S05", "全国信用信息共享平台", None)
        },
    ]
}

pub(crate) fn supplier_page(code: &str) -> Option<ShownSupplierPage> {
    let supplier = suppliers().into_iter().find(|one| one.body.code == code)?;
    let is_whole = code == "S01";
    let supply = |catalogue, deadline, received: Option<&str>, is_public| ShownSupply {
        catalogue,
        basis: vec![
            "《企业信息公示暂行条例》第七条 2014-10-01".into(),
            "《目录》 2022-01-01".into(),
        ],
        deadline,
        received: received.map(at),
        is_public,
    };
    let handover =
        |code: &str, zh: &str| ShownHandover { body: body(code, zh), from: day("2018-11-01") };
    if !is_whole {
        return Some(ShownSupplierPage { supplier, ..ShownSupplierPage::default() });
    }
    Some(ShownSupplierPage {
        supplier,
        basis: vec!["《公共信用信息管理办法》 2018-01-01".into()],
        supplies: vec![
            supply(licence(), Some(7), Some("2026-11-23T01:12:00Z"), true),
            supply(penalty(), None, None, false),
        ],
        predecessors: vec![handover("S04", "演练市工商行政管理局")],
        successors: vec![handover("S03", "演练市行政审批和政务服务局")],
        measured: Some(measured()),
        overdue_objections: 2,
    })
}

pub(crate) fn lists() -> Vec<ShownList> {
    let term = |conduct: Option<Words>, max_months, stated_months| ShownListTerm {
        conduct,
        early_exit_months: Some(12),
        max_months,
        stated_months,
    };
    let list = |code: &str, zh: &str, terms| ShownList {
        list: coded(code, zh, "A list"),
        authority: Words::new("市场监督管理部门", "market regulation authorities"),
        basis: vec!["《市场监督管理严重违法失信名单管理办法》（第44号） 2021-09-01".into()],
        confidence: "unverified".into(),
        known_from: Some("recalled".into()),
        terms,
        names_individual_businesses: true,
    };
    vec![
        list(
            "market",
            "市场监督管理严重违法失信名单",
            vec![
                term(None, Some(36), None),
                term(Some(Words::new("妨碍执行", "obstructs")), Some(24), Some(60)),
                term(Some(Words::chinese("拒不履行")), None, None),
            ],
        ),
        ShownList {
            names_individual_businesses: false,
            confidence: "partly".into(),
            ..list("abnormal-list", "经营异常名录", Vec::new())
        },
    ]
}

pub(crate) fn changes(code: &str) -> ShownChanges {
    let subject = ShownLink { code: code.into(), name: full_subject().name };
    if code != FULL {
        return ShownChanges { subject, ..ShownChanges::default() };
    }
    let correction = |fields: &[&str]| ShownCorrection {
        on: day("2026-10-08"),
        fields: fields.iter().map(|field| Words::chinese(*field)).collect(),
    };
    let row = rows(1).remove(0);
    ShownChanges {
        subject,
        added: rows(4),
        corrected: vec![ShownCorrected {
            row,
            corrections: vec![correction(&["罚款金额", "决定日期"])],
        }],
        renamed: vec![ShownFormerName {
            name: "演练北方牧业有限公司".into(),
            from: Some(day("2026-09-01")),
            until: None,
        }],
        registration: vec![correction(&["住所"])],
        is_cut: true,
    }
}

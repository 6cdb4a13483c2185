//! Samples of the figures.

use std::sync::Arc;

use gongxin_app::public::shown::Words;
use gongxin_app::public::shown::statistics::*;

use super::values::{at, day, licence, penalty};

fn division(code: &str, zh: &str, en: &str, tile: Option<(u16, u16)>) -> ShownDivision {
    ShownDivision { code: code.into(), words: Words::new(zh, en), tile }
}

fn industry(code: &str, zh: &str, en: &str) -> ShownIndustry {
    ShownIndustry { code: code.into(), words: Words::new(zh, en) }
}

fn authority(timeliness: ShownRate, compliance: ShownRate) -> ShownAuthority {
    ShownAuthority {
        code: "159900-environment".into(),
        name: Words::chinese("演练市生态环境局"),
        of: penalty(),
        timeliness,
        compliance,
    }
}

/// The figures of an invented region, and those of one without anything.
pub(crate) fn statistics() -> Vec<(&'static str, Arc<ShownStatistics>)> {
    use ShownFigure::{Count, Small, Withheld};
    let licences = ShownClassFigures {
        of: licence(),
        total: Count(12_345),
        divisions: vec![Count(12_000), Count(312), Small, Withheld],
        months: (1..=12).map(|month| if month < 11 { Count(month * 100) } else { Small }).collect(),
        industries: vec![Count(10_000), Count(2_300), Small, Withheld],
    };
    let penalties = ShownClassFigures {
        of: penalty(),
        total: Small,
        divisions: vec![Small; 4],
        months: Vec::new(),
        industries: vec![Small; 4],
    };
    let full = ShownStatistics {
        edition: day("2026-11-01"),
        counted: at("2026-10-31T16:00:10Z"),
        least: 5,
        leading: Some("licence".into()),
        region: Words::new("演练州", "Rehearsal Prefecture"),
        divisions: vec![
            division("159901", "演练一县", "Rehearsal County 1", Some((0, 0))),
            division("159902", "呼伦贝尔", "Hulunbuir", Some((5, 4))),
            division("159903", "演练三县", "Rehearsal County 3", Some((1, 1))),
            ShownDivision { code: String::new(), words: Words::default(), tile: None },
        ],
        industries: vec![
            industry(
                "A",
                "农、林、牧、渔业",
                "Agriculture, forestry, animal husbandry and fishery",
            ),
            industry("C", "制造业", "Manufacturing"),
            industry("T", "国际组织", "International organisations"),
            ShownIndustry::default(),
        ],
        organisations: vec![Count(1_200), Count(640), Small, Withheld],
        years: vec![
            ShownYear { year: Some(2026), classes: vec![licences] },
            ShownYear { year: Some(2025), classes: Vec::new() },
            ShownYear { year: None, classes: vec![penalties] },
        ],
        period: "2026-10".into(),
        authorities: vec![
            authority(ShownRate::PerMille(995), ShownRate::Small),
            authority(ShownRate::Unknown, ShownRate::PerMille(1_000)),
        ],
    };
    let bare = ShownStatistics {
        divisions: Vec::new(),
        industries: Vec::new(),
        organisations: Vec::new(),
        years: Vec::new(),
        authorities: Vec::new(),
        ..full.clone()
    };
    vec![("full", Arc::new(full)), ("bare", Arc::new(bare))]
}

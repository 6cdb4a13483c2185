//! The words of findings, of all rooms that find.

use gongxin_model::FindingTexts;

/// The words of all findings that the office can hand out. The packs' own checks bring theirs
/// with the rulebook.
pub(crate) fn finding_texts() -> FindingTexts {
    let own = FindingTexts::parse(include_str!("../locales/findings.toml"));
    own.unwrap_or_default()
        .merge(gongxin_intake::rules::texts())
        .merge(&gongxin_subject::rules::texts())
}

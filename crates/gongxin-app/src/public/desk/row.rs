//! A record as a line of a list.

use gongxin_model::Day;
use gongxin_pack::{Catalogue, Role, Section as PackSection};
use gongxin_store::StandingRow;

use super::super::shown::{Section, ShownRow, Words};
use super::{coded, words};
use crate::derive::Summary;
use crate::rules::Rules;

/// A record as a line of a list.
pub(super) fn shown_row(rules: &Rules, row: &StandingRow) -> Option<ShownRow> {
    let catalogue = rules.rulebook.catalogue(&row.catalogue)?;
    let summary = Summary::of(row);
    let decided_on = summary.decided_on(row);
    Some(ShownRow {
        id: row.public_id,
        catalogue: coded(&catalogue.id, &catalogue.name),
        document_number: summary.number,
        title: summary.title,
        authority: summary.authority,
        authority_label: authority_label(catalogue),
        decided_on,
        published_until: last_day(row.shown_until),
        disputed: row.disputed,
    })
}

/// The last day of a publication; none where it has no end.
pub(super) fn last_day(until: Day) -> Option<Day> {
    (until < Day::FOREVER).then(|| until.plus_days(-1))
}

fn authority_label(catalogue: &Catalogue) -> Words {
    catalogue.with_role(Role::AuthorityName).map(|field| words(&field.name)).unwrap_or_default()
}

/// The section of a page that a section of a pack is.
pub(crate) fn section(pack: PackSection) -> Section {
    match pack {
        PackSection::Basic => Section::Basic,
        PackSection::Administrative => Section::Administrative,
        PackSection::Honour => Section::Honours,
        PackSection::Serious => Section::SeriousViolations,
        PackSection::Abnormal => Section::AbnormalOperation,
        PackSection::Commitment => Section::Commitments,
        PackSection::Evaluation => Section::Evaluations,
        PackSection::Judgment => Section::Courts,
        PackSection::Other => Section::Other,
        PackSection::Local => Section::Local,
    }
}

/// The section of a pack by its word.
pub(super) fn word(wanted: Section) -> &'static str {
    PackSection::ALL
        .into_iter()
        .find(|pack| section(*pack) == wanted)
        .map_or("other", PackSection::word)
}

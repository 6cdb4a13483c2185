//! Lists, and what ends or hides a record.

use crate::authority::{Sector, authority, court, credit_lead};
use crate::chance::{Dice, Stream};
use crate::decision::{Decision, Place, slashed};
use crate::dirt::Dirt;
use crate::file::{Answer, Line};
use crate::organisation::{Kind, day};
use crate::penalty::{Fate, fate, line_again, penalty};
use crate::region::Region;

/// Columns of entries in lists of seriously untrustworthy entities.
pub(crate) const LISTING_COLUMNS: [&str; 13] = [
    "主体名称",
    "统一社会信用代码",
    "名单代码",
    "列入决定机关",
    "列入决定机关统一社会信用代码",
    "列入决定文书号",
    "列入事由",
    "列入依据",
    "列入日期",
    "计划移出日期",
    "移出日期",
    "移出事由",
    "备注",
];

/// Columns of repair results.
pub(crate) const REPAIR_COLUMNS: [&str; 9] = [
    "主体名称",
    "统一社会信用代码",
    "修复决定文书号",
    "修复决定机关",
    "修复决定日期",
    "原决定文书号",
    "原决定机关",
    "修复依据",
    "备注",
];

/// Columns of revocations.
pub(crate) const REVOCATION_COLUMNS: [&str; 9] = [
    "主体名称",
    "统一社会信用代码",
    "撤销决定文书号",
    "撤销机关",
    "撤销日期",
    "原决定文书号",
    "原决定机关",
    "撤销原因",
    "备注",
];

/// Columns of shieldings.
pub(crate) const SHIELDING_COLUMNS: [&str; 9] = [
    "主体名称",
    "统一社会信用代码",
    "裁定文书号",
    "裁定机关",
    "裁定日期",
    "原决定文书号",
    "原决定机关",
    "屏蔽原因",
    "备注",
];

/// The sectors that keep a list, with its code, and what puts on it.
pub(crate) const LISTS: [(Sector, &str, &str); 3] = [
    (Sector::Market, "market", "销售不符合食品安全标准的食品，情节严重"),
    (Sector::Tax, "tax", "虚开增值税专用发票"),
    (Sector::HumanResources, "wages", "拖欠农民工工资"),
];

/// Hands the entry at a place of a sector's list to `each`, if there is one.
pub(crate) fn listing(
    region: &Region,
    (sector, list, reason): (Sector, &str, &str),
    number: u64,
    each: &mut dyn FnMut(Line),
) {
    let index = (sector as u64) << 48 | number;
    let mut dice = Dice::new(region.seed(), Stream::Listing, index);
    let about = region.organisation(dice.below(region.organisations()));
    if matches!(about.kind, Kind::IndividualBusiness | Kind::Institution) {
        return;
    }
    // Between 2022-03-01 and half a year before the last day.
    let first = 8825;
    let span = region.last_day_number().saturating_sub(first + 180).max(1);
    let listed_on = day(first + dice.below(span));
    let is_removed = dice.happens(1500);
    let body = authority(sector, 0);
    let (year, _, _) = listed_on.parts();
    let cells = vec![
        about.name_on(listed_on).to_owned(),
        about.code.clone(),
        list.to_owned(),
        body.name,
        body.code,
        format!("演{}列字〔{year}〕{}号", sector.words().1, number + 1),
        reason.to_owned(),
        "演练依据".to_owned(),
        slashed(listed_on),
        slashed(listed_on.plus_months(36)),
        if is_removed { slashed(listed_on.plus_months(6)) } else { String::new() },
        if is_removed { "信用修复".to_owned() } else { String::new() },
        String::new(),
    ];
    each(Line::row(cells, Answer::about(&about, Dirt::None)));
}

/// Hands the act on the penalty at a place to `each`, if its fate is the wanted one.
pub(crate) fn act(region: &Region, place: Place, wanted: Fate, each: &mut dyn FnMut(Line)) {
    let penalty = penalty(region, place);
    if fate(region, place, &penalty) != wanted {
        return;
    }
    if let Some(line) = line_again(region, place, wanted) {
        each(line);
        return;
    }
    let (body, short, reason) = match wanted {
        Fate::Repaired => (credit_lead(), "信修字", "履行行政处罚决定，纠正失信行为"),
        Fate::Revoked => (authority(Sector::Market, 0), "撤字", "原行政处罚决定适用依据错误"),
        _ => (court(), "破裁字", "人民法院裁定批准重整计划"),
    };
    let cells = act_cells(region, place, &penalty, (&body.name, short, reason));
    each(Line::row(cells, Answer::about(&penalty.about, Dirt::None)));
}

fn act_cells(
    region: &Region,
    place: Place,
    penalty: &Decision,
    (body, short, reason): (&str, &str, &str),
) -> Vec<String> {
    let on = penalty.decided_on.plus_months(4).min(region.last_day());
    let (year, _, _) = on.parts();
    let number = place.number * Sector::ALL.len() as u64 + place.sector as u64 + 1;
    vec![
        penalty.about.name_on(on).to_owned(),
        penalty.about.code.clone(),
        format!("演{short}〔{year}〕{number}号"),
        body.to_owned(),
        slashed(on),
        penalty.document_number.clone(),
        penalty.authority.name.clone(),
        reason.to_owned(),
        String::new(),
    ]
}

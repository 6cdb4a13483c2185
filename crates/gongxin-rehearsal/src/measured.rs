//! Files that are made to be measured with: rows of a stated width and a stated share of dirt, so
//! that figures of different days compare.

use crate::authority::{Sector, place_name};
use crate::chance::{Dice, Stream};
use crate::decision::{Place, impossible};
use crate::dirt::{disguise, spoil};
use crate::file::Line;
use crate::organisation::person;
use crate::penalty;
use crate::region::Region;

/// Of 10,000 registrations so many have dirt.
const DIRT: u64 = 500;
/// A long penalty is filled up to so many bytes.
const LONG_BYTES: usize = 1000;

/// The columns of the narrow registrations.
pub(crate) const COLUMNS: [&str; 15] = [
    "企业名称",
    "统一社会信用代码",
    "工商注册号",
    "组织机构代码",
    "法定代表人",
    "企业类型",
    "注册资本(万元)",
    "成立日期",
    "核准日期",
    "营业期限至",
    "所在省份",
    "地区",
    "登记状态",
    "曾用名",
    "经营范围",
];

/// Hands one narrow registration for each organisation to `each`: about 220 bytes. They have no
/// answer: what becomes of them is not what is measured.
pub(crate) fn registrations(region: &Region, each: &mut dyn FnMut(Line)) {
    for index in 0..region.organisations() {
        each(Line::unanswered(registration(region, index)));
    }
}

fn registration(region: &Region, index: u64) -> Vec<String> {
    let one = region.organisation(index);
    let mut dice = Dice::new(region.seed(), Stream::Measured, index);
    let confirmed = one.registered_on.plus_months(18);
    let former = one.renamed.as_ref().map(|_| one.first_name.clone()).unwrap_or_default();
    let mut cells = vec![
        one.name().to_owned(),
        one.code.clone(),
        one.registration_number.clone().unwrap_or_default(),
        one.organisation_code.clone(),
        one.representative.clone(),
        one.legal_form.clone(),
        one.capital.to_string(),
        one.registered_on.to_string(),
        confirmed.to_string(),
        one.registered_on.plus_months(240).to_string(),
        "演练州".to_owned(),
        place_name(one.county),
        "存续".to_owned(),
        former,
        "一般项目：演练销售".to_owned(),
    ];
    if dice.happens(DIRT) {
        match dice.below(5) {
            0 | 1 => cells[1] = disguise(&one.code, &mut dice),
            2 => cells[1] = spoil(&one.code, &mut dice),
            3 => cells[8] = impossible(confirmed),
            _ => (cells[0], cells[1]) = (person(&mut dice), String::new()),
        }
    }
    cells
}

/// What facts are told with, until a row is as long as rows of large authorities are.
const FACTS: [&str; 6] = [
    "经查，当事人在现场检查中未能提供有关材料，执法人员当场制作现场笔录并拍照取证。",
    "当事人收到责令改正通知书后，在规定期限内提交了整改报告，并配合调查。",
    "上述事实有现场检查笔录、询问笔录、营业执照复印件、照片等证据证明。",
    "本机关依法告知当事人陈述、申辩和要求听证的权利，当事人在法定期限内未提出。",
    "综合违法行为的性质、情节、社会危害程度，参照行政处罚裁量基准作出处罚。",
    "当事人应当自收到决定书之日起十五日内缴纳罚款；逾期不缴的，依法加处罚款。",
];

/// Hands as many penalties as there are organisations to `each`, with the usual dirt, each row of
/// about 1,000 bytes. A row that the dirt repeats comes twice.
pub(crate) fn penalties(region: &Region, each: &mut dyn FnMut(Line)) {
    let sectors = Sector::ALL.len() as u64;
    for index in 0..region.organisations() {
        let sector = Sector::ALL[(index % sectors) as usize];
        let place = Place { sector, number: index / sectors };
        penalty::lines(region, place, &mut |mut line| {
            lengthen(line.cells_mut(), index);
            each(line);
        });
    }
}

fn lengthen(cells: &mut [String], index: u64) {
    // The commas and the line's end count too.
    let mut bytes = cells.iter().map(|cell| cell.len() + 1).sum::<usize>();
    let sentences = FACTS.iter().cycle().skip(index as usize % FACTS.len());
    for sentence in sentences {
        if bytes + sentence.len() / 2 > LONG_BYTES {
            return;
        }
        cells[penalty::FACTS].push_str(sentence);
        bytes += sentence.len();
    }
}

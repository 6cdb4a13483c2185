//! Administrative licences, edition B.

use crate::authority::{Sector, authority};
use crate::chance::Stream;
use crate::decision::{Decision, Place, Source, impossible, slashed};
use crate::dirt::{Counterpart, Dirt};
use crate::file::{Answer, Line};
use crate::penalty::counterpart_cells;
use crate::region::Region;

/// The columns: code as on the wire, name in Chinese.
pub(crate) const COLUMNS: [(&str, &str); 28] = [
    ("XK_XDR_MC", "行政相对人名称"),
    ("XK_XDR_LB", "行政相对人类别"),
    ("XK_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("XK_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    ("XK_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    ("XK_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("XK_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    ("XK_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    ("XK_FRDB", "法定代表人"),
    ("XK_FR_ZJLX", "法定代表人证件类型"),
    ("XK_FR_ZJHM", "法定代表人证件号码"),
    ("XK_XDR_ZJLX", "证件类型"),
    ("XK_XDR_ZJHM", "证件号码"),
    ("XK_XKWS", "行政许可决定文书名称"),
    ("XK_WSH", "行政许可决定文书号"),
    ("XK_XKLB", "许可类别"),
    ("XK_XKZS", "许可证书名称"),
    ("XK_XKBH", "许可编号"),
    ("XK_NR", "许可内容"),
    ("XK_JDRQ", "许可决定日期"),
    ("XK_YXQZ", "有效期自"),
    ("XK_YXQZI", "有效期至"),
    ("XK_XKJG", "许可机关"),
    ("XK_XKJGDM", "许可机关统一社会信用代码"),
    ("XK_ZT", "当前状态"),
    ("XK_LYDW", "数据来源单位"),
    ("XK_LYDWDM", "数据来源单位统一社会信用代码"),
    ("BZ", "备注"),
];

const SOURCE: Source = Source { content: Stream::Licence, dirt: Stream::LicenceDirt, act: "许" };

/// Certificate, kind of licence and content by sector.
const fn certificate(sector: Sector) -> (&'static str, &'static str, &'static str) {
    match sector {
        Sector::Market => ("食品经营许可证", "普通", "准予从事食品经营"),
        Sector::Environment => ("排污许可证", "普通", "准予排放污染物"),
        Sector::Safety => ("安全生产许可证", "普通", "准予从事生产经营"),
        Sector::Housing => ("建筑业企业资质证书", "认可", "准予核定建筑业企业资质"),
        Sector::Transport => ("道路运输经营许可证", "普通", "准予从事道路货物运输"),
        Sector::Tax => ("增值税专用发票最高开票限额准予书", "核准", "准予核定最高开票限额"),
        Sector::HumanResources => ("劳务派遣经营许可证", "普通", "准予从事劳务派遣"),
    }
}

/// Hands the licence's lines to `each`: one, or two for a repeated row.
pub(crate) fn lines(region: &Region, place: Place, each: &mut dyn FnMut(Line)) {
    let mut licence = place.decision(region, &SOURCE);
    let dice = &mut licence.dirt_dice;
    let (about, on) = (&licence.about, licence.decided_on);
    let (counterpart, dirt) = Counterpart::soiled(region, about, on, licence.dirt, dice);
    let mut cells = cells(&licence, place, &counterpart);
    if dirt == Dirt::WrongDate {
        cells[19] = impossible(licence.decided_on);
    }
    let first = if dirt == Dirt::Repeated { Dirt::None } else { dirt };
    let repeated = (dirt == Dirt::Repeated).then(|| cells.clone());
    let answer = |dirt| Answer::about(&licence.about, dirt).with_number(&licence.document_number);
    each(Line::row(cells, answer(first)));
    if let Some(cells) = repeated {
        each(Line::row(cells, answer(dirt)));
    }
}

fn cells(licence: &Decision, place: Place, counterpart: &Counterpart) -> Vec<String> {
    let mut dice = licence.dice.clone();
    let (name, kind, content) = certificate(place.sector);
    let source = authority(place.sector, 0);
    let until = if dice.happens(1500) {
        "2099/12/31".to_owned()
    } else {
        slashed(licence.decided_on.plus_months(36 + 12 * dice.below(3) as i32))
    };
    let mut cells = counterpart_cells(counterpart);
    cells.extend([
        format!("{name}准予行政许可决定书"),
        licence.document_number.clone(),
        kind.to_owned(),
        name.to_owned(),
        format!("演许{}{:08}", place.sector as u64 + 1, place.number + 1),
        content.to_owned(),
        slashed(licence.decided_on),
        slashed(licence.decided_on),
        until,
        licence.authority.name.clone(),
        licence.authority.code.clone(),
        "1".to_owned(),
        source.name,
        source.code,
        String::new(),
    ]);
    cells
}

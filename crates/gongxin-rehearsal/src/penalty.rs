//! Administrative penalties, edition B.

use gongxin_model::Day;

use crate::authority::{Sector, authority};
use crate::chance::{Dice, Stream};
use crate::decision::{Decision, Place, Source, impossible, slashed};
use crate::dirt::{Counterpart, Dirt};
use crate::file::{Answer, Line};
use crate::region::Region;

/// The columns: code as on the wire, name in Chinese.
pub(crate) const COLUMNS: [(&str, &str); 30] = [
    ("CF_XDR_MC", "行政相对人名称"),
    ("CF_XDR_LB", "行政相对人类别"),
    ("CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"),
    ("CF_XDR_GSZC", "行政相对人代码_2(工商注册号)"),
    ("CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"),
    ("CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)"),
    ("CF_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"),
    ("CF_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"),
    ("CF_FRDB", "法定代表人"),
    ("CF_FR_ZJLX", "法定代表人证件类型"),
    ("CF_FR_ZJHM", "法定代表人证件号码"),
    ("CF_XDR_ZJLX", "证件类型"),
    ("CF_XDR_ZJHM", "证件号码"),
    ("CF_WSH", "行政处罚决定书文号"),
    ("CF_WFXW", "违法行为类型"),
    ("CF_SY", "违法事实"),
    ("CF_YJ", "处罚依据"),
    ("CF_CFLB", "处罚类别"),
    ("CF_NR", "处罚内容"),
    ("CF_NR_FK", "罚款金额(万元)"),
    ("CF_NR_WFFF", "没收违法所得、没收非法财物的金额(万元)"),
    ("CF_NR_ZKDX", "暂扣或吊销证照名称及编号"),
    ("CF_JDRQ", "处罚决定日期"),
    ("CF_YXQ", "处罚有效期"),
    ("CF_GSJZQ", "公示截止期"),
    ("CF_CFJG", "处罚机关"),
    ("CF_CFJGDM", "处罚机关统一社会信用代码"),
    ("CF_SJLY", "数据来源单位"),
    ("CF_SJLYDM", "数据来源单位统一社会信用代码"),
    ("BZ", "备注"),
];

/// The place of the facts among the columns.
pub(crate) const FACTS: usize = 15;

const SOURCE: Source = Source { content: Stream::Penalty, dirt: Stream::PenaltyDirt, act: "罚" };

/// The penalty at a place.
pub(crate) fn penalty(region: &Region, place: Place) -> Decision {
    place.decision(region, &SOURCE)
}

/// What becomes of a penalty later; drawn for those that went in without dirt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Stays,
    Repaired,
    Revoked,
    Shielded,
    SentAgain,
    Corrected,
}

/// What becomes of a penalty.
pub(crate) fn fate(region: &Region, place: Place, penalty: &Decision) -> Fate {
    let index = (place.sector as u64) << 48 | place.number;
    let draw = Dice::new(region.seed(), Stream::Act, index).below(10_000);
    let is_recent = penalty.decided_on.plus_months(4) > region.last_day();
    let is_market = place.sector == Sector::Market;
    match draw {
        _ if penalty.dirt != Dirt::None || is_recent => Fate::Stays,
        0..400 => Fate::Repaired,
        400..500 if is_market => Fate::Revoked,
        500..550 => Fate::Shielded,
        600..900 if is_market => Fate::SentAgain,
        900..1100 if is_market => Fate::Corrected,
        _ => Fate::Stays,
    }
}

/// What was decided.
struct Content {
    violation: &'static str,
    basis: &'static str,
    kinds: &'static str,
    text: String,
    fine: String,
    confiscated: String,
    licence: String,
}

/// Sector, violation and the law breached. The laws are real, the cases are not.
const VIOLATIONS: [(Sector, &str, &str); 21] = [
    (Sector::Market, "销售不符合食品安全标准的食品", "《中华人民共和国食品安全法》"),
    (Sector::Market, "发布虚假广告", "《中华人民共和国广告法》"),
    (Sector::Market, "未按规定公示年度报告", "《企业信息公示暂行条例》"),
    (Sector::Environment, "超标排放水污染物", "《中华人民共和国水污染防治法》"),
    (Sector::Environment, "未批先建", "《中华人民共和国环境影响评价法》"),
    (Sector::Environment, "未按规定贮存危险废物", "《中华人民共和国固体废物污染环境防治法》"),
    (Sector::Safety, "未对从业人员进行安全生产教育和培训", "《中华人民共和国安全生产法》"),
    (Sector::Safety, "特种作业人员未持证上岗", "《中华人民共和国安全生产法》"),
    (Sector::Safety, "未建立事故隐患排查治理制度", "《中华人民共和国安全生产法》"),
    (Sector::Housing, "未取得施工许可证擅自施工", "《中华人民共和国建筑法》"),
    (Sector::Housing, "将工程转包", "《建设工程质量管理条例》"),
    (Sector::Housing, "未取得预售许可证预售商品房", "《城市房地产开发经营管理条例》"),
    (
        Sector::Transport,
        "未取得道路运输经营许可擅自从事道路运输经营",
        "《中华人民共和国道路运输条例》",
    ),
    (Sector::Transport, "超限运输", "《公路安全保护条例》"),
    (Sector::Transport, "未按规定维护和检测运输车辆", "《中华人民共和国道路运输条例》"),
    (Sector::Tax, "未按规定期限办理纳税申报", "《中华人民共和国税收征收管理法》"),
    (Sector::Tax, "虚开发票", "《中华人民共和国发票管理办法》"),
    (Sector::Tax, "未按规定设置账簿", "《中华人民共和国税收征收管理法》"),
    (Sector::HumanResources, "拖欠劳动者工资", "《劳动保障监察条例》"),
    (Sector::HumanResources, "未按规定缴纳社会保险费", "《中华人民共和国社会保险法》"),
    (Sector::HumanResources, "违反规定延长工作时间", "《劳动保障监察条例》"),
];

fn content(penalty: &Decision, sector: Sector) -> Content {
    let mut dice = penalty.dice.clone();
    let own: Vec<_> = VIOLATIONS.iter().filter(|(of, _, _)| *of == sector).collect();
    let (_, violation, basis) = **dice.pick(&own);
    let fine = *dice.pick(&["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10.5", "50", "120"]);
    let gain = *dice.pick(&["0.03", "0.18", "1.2", "6"]);
    let mut made = Content {
        violation,
        basis,
        kinds: "罚款",
        text: format!("罚款{fine}万元"),
        fine: fine.to_owned(),
        confiscated: String::new(),
        licence: String::new(),
    };
    let without_fine = |made: &mut Content, kinds, text: &str| {
        (made.kinds, made.text, made.fine) = (kinds, text.to_owned(), String::new());
    };
    match dice.below(100) {
        0..56 => {}
        56..72 => without_fine(&mut made, "警告", "警告"),
        72..82 => {
            made.kinds = "警告;罚款";
            made.text = format!("警告；罚款{fine}万元");
        }
        82..94 => {
            made.kinds = "罚款;没收违法所得、没收非法财物";
            made.text = format!("没收违法所得{gain}万元；罚款{fine}万元");
            made.confiscated = gain.to_owned();
        }
        94..98 => without_fine(&mut made, "责令停产停业", "责令停产停业整顿"),
        _ => {
            let text = "吊销许可证";
            without_fine(&mut made, "暂扣或者吊销许可证、暂扣或者吊销执照", text);
            made.licence = format!("演练许可证 演许{}", 1000 + dice.below(9000));
        }
    }
    made
}

/// Hands the penalty's lines to `each`: one, or two for a repeated row.
pub(crate) fn lines(region: &Region, place: Place, each: &mut dyn FnMut(Line)) {
    let mut penalty = penalty(region, place);
    let (counterpart, dirt) = soil(region, &mut penalty);
    let mut cells = cells(&penalty, place.sector, &counterpart);
    if dirt == Dirt::WrongDate {
        cells[22] = impossible(penalty.decided_on);
    }
    let first = if dirt == Dirt::Repeated { Dirt::None } else { dirt };
    let repeated = (dirt == Dirt::Repeated).then(|| cells.clone());
    let answer = |dirt| Answer::about(&penalty.about, dirt).with_number(&penalty.document_number);
    each(Line::row(cells, answer(first)));
    if let Some(cells) = repeated {
        each(Line::row(cells, answer(dirt)));
    }
}

/// The line of a penalty handed in before, the same or with another fine.
pub(crate) fn line_again(region: &Region, place: Place, fate: Fate) -> Option<Line> {
    let mut penalty = penalty(region, place);
    let (counterpart, _) = soil(region, &mut penalty);
    let mut cells = cells(&penalty, place.sector, &counterpart);
    let dirt = match fate {
        Fate::SentAgain => Dirt::Repeated,
        Fate::Corrected => {
            cells[16].push_str("（更正）");
            cells[18].push_str("（更正）");
            Dirt::Corrected
        }
        _ => return None,
    };
    let answer = Answer::about(&penalty.about, dirt).with_number(&penalty.document_number);
    Some(Line::row(cells, answer))
}

fn soil(region: &Region, penalty: &mut Decision) -> (Counterpart, Dirt) {
    let dice = &mut penalty.dirt_dice;
    Counterpart::soiled(region, &penalty.about, penalty.decided_on, penalty.dirt, dice)
}

fn cells(penalty: &Decision, sector: Sector, counterpart: &Counterpart) -> Vec<String> {
    let content = content(penalty, sector);
    let source = authority(sector, 0);
    let facts = format!("当事人{}，事实清楚，证据充分。", content.violation);
    let valid_until: Day = penalty.decided_on.plus_months(12);
    let mut cells = counterpart_cells(counterpart);
    cells.extend([
        penalty.document_number.clone(),
        content.violation.to_owned(),
        facts,
        format!("演练依据：{}", content.basis),
        content.kinds.to_owned(),
        content.text,
        content.fine,
        content.confiscated,
        content.licence,
        slashed(penalty.decided_on),
        slashed(valid_until),
        String::new(),
        penalty.authority.name.clone(),
        penalty.authority.code.clone(),
        source.name,
        source.code,
        String::new(),
    ]);
    cells
}

/// The thirteen columns that penalties and licences begin with.
pub(crate) fn counterpart_cells(counterpart: &Counterpart) -> Vec<String> {
    let empty = String::new;
    vec![
        counterpart.name.clone(),
        counterpart.category.to_owned(),
        counterpart.code.clone(),
        counterpart.registration_number.clone(),
        counterpart.organisation_code.clone(),
        empty(),
        empty(),
        empty(),
        counterpart.representative.clone(),
        empty(),
        empty(),
        counterpart.certificate_kind.to_owned(),
        counterpart.certificate_number.clone(),
    ]
}

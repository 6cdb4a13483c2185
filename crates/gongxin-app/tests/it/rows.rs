//! The small tables that the tests hand in, in the official layouts.

use gongxin_model::code::{OrganisationCode, Uscc};

/// The market regulator of the rehearsal region.
pub(crate) const MARKET: &str = "159900-market";
/// The environment bureau, whose sector is under Order 36.
pub(crate) const ENVIRONMENT: &str = "159900-environment";
/// Another body that supplies penalties.
pub(crate) const HOUSING: &str = "159900-housing";
/// The body that supplies results of repair and revocations.
pub(crate) const CREDIT: &str = "159900-credit";
/// The court that orders shielding.
pub(crate) const COURT: &str = "159900-court";
/// The environment bureau as decisions name it.
pub(crate) const BUREAU: &str = "演练州生态环境局";

/// A sound unified code of the region for the number.
pub(crate) fn code(number: u32) -> String {
    let organisation = OrganisationCode::with_check(&format!("7{number:07}")).unwrap();
    Uscc::with_check(&format!("91159901{organisation}")).unwrap().as_str().to_owned()
}

/// The organisation code inside a unified code.
pub(crate) fn organisation_code(code: &str) -> String {
    format!("{}-{}", &code[8..16], &code[16..17])
}

/// The name that goes with the number.
pub(crate) fn name(number: u32) -> String {
    let (hundreds, tens, ones) = (number / 100 % 10, number / 10 % 10, number % 10);
    let letter =
        |digit: u32| ["云", "禾", "川", "岭", "松", "柏", "枫", "霞", "澜", "晨"][digit as usize];
    format!("演练州{}{}{}商贸有限公司", letter(hundreds), letter(tens), letter(ones))
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

/// A table of values separated by commas.
pub(crate) fn csv<'a>(headers: &[&str], rows: impl IntoIterator<Item = Vec<&'a str>>) -> String {
    let line = |cells: &[&str]| cells.iter().map(|one| cell(one)).collect::<Vec<_>>().join(",");
    let mut text = line(headers) + "\r\n";
    for row in rows {
        text += &line(&row);
        text += "\r\n";
    }
    text
}

/// A registration.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) approved: String,
    pub(crate) representative: String,
    pub(crate) state: String,
}

impl Registration {
    pub(crate) fn of(number: u32) -> Self {
        Self {
            name: name(number),
            code: code(number),
            approved: "2020-03-02".into(),
            representative: "白雪莲".into(),
            state: "存续".into(),
        }
    }
}

pub(crate) fn registrations(rows: &[Registration]) -> String {
    let headers = [
        "企业名称",
        "统一社会信用代码",
        "法定代表人",
        "成立日期",
        "核准日期",
        "登记机关",
        "登记状态",
        "地区",
    ];
    let rows = rows.iter().map(|row| {
        let registrar = "演练州市场监督管理局";
        vec![
            row.name.as_str(),
            &row.code,
            &row.representative,
            "2015-05-06",
            &row.approved,
            registrar,
            &row.state,
            "159901",
        ]
    });
    csv(&headers, rows)
}

/// A penalty, of edition B.
#[derive(Debug, Clone)]
pub(crate) struct Penalty {
    pub(crate) name: String,
    pub(crate) category: String,
    pub(crate) code: String,
    pub(crate) organisation_code: String,
    pub(crate) certificate: String,
    pub(crate) number: String,
    pub(crate) kinds: String,
    pub(crate) fine: String,
    pub(crate) decided: String,
    pub(crate) authority: String,
}

impl Penalty {
    /// A fine of the environment bureau for the organisation of the number.
    pub(crate) fn of(number: u32, document: u32) -> Self {
        Self {
            name: name(number),
            category: "法人及非法人组织".into(),
            code: code(number),
            organisation_code: String::new(),
            certificate: String::new(),
            number: format!("演环罚〔2026〕{document}号"),
            kinds: "罚款".into(),
            fine: "2.5".into(),
            decided: "2026-05-04".into(),
            authority: BUREAU.into(),
        }
    }
}

pub(crate) fn penalties(rows: &[Penalty]) -> String {
    let headers = [
        "行政相对人名称",
        "行政相对人类别",
        "行政相对人代码_1(统一社会信用代码)",
        "行政相对人代码_3(组织机构代码)",
        "证件号码",
        "行政处罚决定书文号",
        "违法行为类型",
        "违法事实",
        "处罚依据",
        "处罚类别",
        "处罚内容",
        "罚款金额(万元)",
        "处罚决定日期",
        "处罚有效期",
        "处罚机关",
        "数据来源单位",
    ];
    let rows = rows.iter().map(|row| {
        vec![
            row.name.as_str(),
            &row.category,
            &row.code,
            &row.organisation_code,
            &row.certificate,
            &row.number,
            "超标排放水污染物",
            "未按规定处理生产废水",
            "《中华人民共和国水污染防治法》第八十三条",
            &row.kinds,
            "处以罚款",
            &row.fine,
            &row.decided,
            "2099-12-31",
            &row.authority,
            BUREAU,
        ]
    });
    csv(&headers, rows)
}

/// A repair result for a penalty.
pub(crate) fn repair(of: &Penalty, outcome: &str) -> String {
    let headers = [
        "主体名称",
        "统一社会信用代码",
        "修复决定文书号",
        "修复决定机关",
        "修复决定日期",
        "原决定文书号",
        "原决定机关",
        "修复结果",
    ];
    let row = vec![
        of.name.as_str(),
        &of.code,
        "演信修〔2026〕7号",
        "演练州发展和改革委员会",
        "2026-11-20",
        &of.number,
        &of.authority,
        outcome,
    ];
    csv(&headers, [row])
}

/// A revocation of a penalty.
pub(crate) fn revocation(of: &Penalty) -> String {
    let headers = [
        "主体名称",
        "统一社会信用代码",
        "撤销决定文书号",
        "撤销机关",
        "撤销日期",
        "原决定文书号",
        "原决定机关",
        "撤销类型",
    ];
    let row = vec![
        of.name.as_str(),
        &of.code,
        "演政复〔2026〕3号",
        "演练州人民政府",
        "2026-11-20",
        &of.number,
        &of.authority,
        "撤销",
    ];
    csv(&headers, [row])
}

/// Penalties as a corrected workbook has them: each with the id of the record it corrects.
pub(crate) fn named(rows: &[(&str, Penalty)]) -> String {
    let penalties: Vec<Penalty> = rows.iter().map(|(_, penalty)| penalty.clone()).collect();
    let ids = std::iter::once("公信记录标识").chain(rows.iter().map(|(id, _)| *id));
    let lines = penalties_lines(&penalties);
    ids.zip(lines).map(|(id, line)| format!("{id},{line}\r\n")).collect()
}

fn penalties_lines(rows: &[Penalty]) -> Vec<String> {
    penalties(rows).lines().map(str::to_owned).collect()
}

/// A court's ruling on everything of an organisation, or on what a number names.
pub(crate) fn ruling(number: u32, ruling: &str, day: &str, names: &str, outcome: &str) -> String {
    ruled((&name(number), &code(number)), ruling, day, names, outcome)
}

/// A court's ruling that shields a penalty while a plan is carried out, or ends that.
pub(crate) fn shielding(of: &Penalty, ruling: &str, outcome: &str) -> String {
    ruled((&of.name, &of.code), ruling, "2026-11-20", &of.number, outcome)
}

fn ruled(
    (name, code): (&str, &str),
    ruling: &str,
    day: &str,
    names: &str,
    outcome: &str,
) -> String {
    let headers = [
        "主体名称",
        "统一社会信用代码",
        "裁定文书号",
        "裁定机关",
        "裁定日期",
        "原决定文书号",
        "屏蔽类型",
    ];
    csv(&headers, [vec![name, code, ruling, "演练州中级人民法院", day, names, outcome]])
}

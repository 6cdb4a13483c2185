//! The queue of held rows: judged on a ground, one after another, and undone; by forms alone.

use crate::html::check;
use crate::staff::{MARKET, MARKET_EAST, PENALTIES, Session, Staff, penalty, three_penalties};

const FIRM: &str = "91150000720180740Y";
const ORGANISATION: &str = "法人及非法人组织";
/// The name of the firm, which tells nothing by itself.
const NEARLY: &str = "演练州云禾商贸有限公司";
const OTHER: &str = "云禾白雪莲有限公司";

fn with_clerk() -> (Staff, Session) {
    let staff = Staff::new();
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    let session = staff.session("clerk-1");
    (staff, session)
}

/// The firm, and as many penalties by a name alone.
fn rows(count: u32) -> String {
    let mut lines = vec![PENALTIES.to_owned()];
    lines.push(penalty("演练州云禾商贸有限公司", ORGANISATION, FIRM, 100));
    lines.extend((1..=count).map(|number| penalty(NEARLY, ORGANISATION, "", number)));
    lines.join("\r\n")
}

#[test]
fn a_row_is_judged_on_a_ground_and_the_judgement_undone() {
    let (staff, clerk) = with_clerk();
    staff.hand_in("penalty", MARKET, &rows(1));
    let page = staff.get("/console/review/1", Some(&clerk)).text();
    check("the queue", "zh-Hans-CN", &page);
    assert!(page.contains(&format!("value=\"{FIRM}\"")), "{page}");
    // Nothing is preselected, and no ground by the name is offered for what is adverse.
    assert!(!page.contains(" checked") && !page.contains("ground-name"), "{page}");
    let link = |more: &[(&str, &str)]| {
        let mut fields = vec![("act", "link")];
        fields.extend_from_slice(more);
        staff.post("/console/review/1", &clerk, &fields)
    };
    for (fields, said) in [
        (&[][..], "请选定候选"),
        (&[("code", FIRM)], "请选择依据"),
        (&[("code", FIRM), ("ground", "name")], "不能仅凭名称确认"),
        (&[("code", FIRM), ("ground", "code")], "没有与该单位一致的统一社会信用代码"),
        (&[("code", FIRM), ("ground", "number")], "没有与该单位一致的旧注册号"),
        (&[("other", "91150000000000000X"), ("ground", "document")], "没有此代码的单位"),
        (&[("code", FIRM), ("ground", "document"), ("note", &"长".repeat(500))], "最多 500 个字"),
    ] {
        let answer = link(fields);
        assert!(answer.status == 422 && answer.text().contains(said), "{said}: {}", answer.text());
        check(said, "zh-Hans-CN", &answer.text());
    }
    let done = link(&[("code", FIRM), ("ground", "document"), ("note", "<b>卷宗</b>")]);
    assert_eq!(done.status, 303, "{}", done.text());
    let shown = || staff.get(&format!("/subject/{FIRM}"), None).text();
    assert!(shown().contains("演市监罚〔2026〕1号"));
    // Judged once: who comes later is told so, and by whom.
    let late = link(&[("code", FIRM), ("ground", "document")]);
    assert!(late.status == 422 && late.text().contains("此行已有判定"), "{}", late.text());
    check("judged meanwhile", "zh-Hans-CN", &late.text());
    let end = staff.get("/console/review?end=1", Some(&clerk)).text();
    check("the end of the queue", "zh-Hans-CN", &end);
    assert!(end.contains("对疑问数据 1 的判定"), "{end}");
    let undo = [("act", "undo"), ("reason", "撤销本人刚作出的判定")];
    let undone = staff.post("/console/review/1", &clerk, &undo);
    assert_eq!(undone.header("location"), "/console/review/1#queue");
    assert!(!shown().contains("演市监罚〔2026〕1号"));
    let end = staff.get("/console/review?end=1", Some(&clerk)).text();
    assert!(!end.contains("对疑问数据 1 的判定"), "{end}");
}

#[test]
fn the_next_row_follows_each_act() {
    let (staff, clerk) = with_clerk();
    let text = rows(4).replace(
        &format!("{NEARLY},{ORGANISATION},,演市监罚〔2026〕3号"),
        &format!("{OTHER},{ORGANISATION},,演市监罚〔2026〕3号"),
    );
    staff.hand_in("penalty", MARKET, &text);
    let first = staff.get("/console/review", Some(&clerk));
    assert_eq!(first.header("location"), "/console/review/1#queue");
    for (row, fields, next) in [
        (1, vec![("act", "unsure")], "/console/review/2#queue"),
        (2, vec![("act", "none"), ("seen", FIRM)], "/console/review/3#queue"),
        (
            3,
            vec![("act", "refuse"), ("person", "yes"), ("reason", "自然人")],
            "/console/review/4#queue",
        ),
        (4, vec![("act", "link"), ("code", FIRM), ("ground", "source")], "/console/review?end=1"),
    ] {
        let answer = staff.post(&format!("/console/review/{row}"), &clerk, &fields);
        assert_eq!(answer.header("location"), next, "{}", answer.text());
    }
    let at = |row: i64| staff.get(&format!("/console/review/{row}"), Some(&clerk)).text();
    // None of them: it waits on, and they are suggested no more until that is undone.
    let page = at(2);
    assert!(page.contains("另有 1 家已判定为不是") && !page.contains("code-1"), "{page}");
    assert_eq!(
        staff.post("/console/review/2", &clerk, &[("act", "undo"), ("reason", "r")]).status,
        303
    );
    assert!(at(2).contains("code-1"));
    // Of a person's row nothing is left, and nothing to undo.
    let erased = at(3);
    assert!(!erased.contains(OTHER) && erased.contains("未保存内容"), "{erased}");
    let undo = staff.post("/console/review/3", &clerk, &[("act", "undo"), ("reason", "r")]);
    assert_eq!(undo.status, 422);
    check("nothing to undo", "zh-Hans-CN", &undo.text());
    // What cannot be told waits on.
    assert!(at(1).contains("name=\"ground\""));
}

#[test]
fn a_licence_is_taken_by_its_name() {
    let (staff, clerk) = with_clerk();
    staff.hand_in("penalty", MARKET, &rows(0));
    let columns = "行政相对人名称,行政许可决定文书名称,许可类别,许可编号,许可内容,许可决定日期,有效期自,有效期至,许可机关,当前状态";
    let row = format!(
        "{NEARLY},食品经营许可证,普通,演食〔2026〕1号,食品销售,2026-11-20,2026-11-20,长期,演练市场监督管理局,有效"
    );
    staff.hand_in("licence", MARKET, &format!("{columns}\r\n{row}"));
    let page = staff.get("/console/review/1", Some(&clerk)).text();
    check("a licence", "zh-Hans-CN", &page);
    assert!(page.contains("ground-name"), "{page}");
    let fields = [("act", "link"), ("code", FIRM)];
    let answer = staff.post("/console/review/1", &clerk, &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[test]
fn a_text_that_may_name_a_person_is_not_shown() {
    let (staff, clerk) = with_clerk();
    let row = penalty(NEARLY, ORGANISATION, "", 1)
        .replace("虚假宣传,《", "经查，乌云其木格电话13812345678,《");
    staff.hand_in("penalty", MARKET, &format!("{PENALTIES}\r\n{row}"));
    let page = staff.get("/console/review/1", Some(&clerk)).text();
    assert!(page.contains("文字中可能有个人姓名") && !page.contains("乌云其木格"), "{page}");
}

/// A clerk sees its own body's rows and those under it; a steward all; an officer none.
#[test]
fn a_queue_has_what_its_judge_may_judge() {
    let (staff, clerk) = with_clerk();
    staff.account("east-1", &[&format!("clerk:{MARKET_EAST}")]);
    staff.account("steward-1", &["steward"]);
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    let [east, steward, officer] =
        ["east-1", "steward-1", "officer-1"].map(|one| staff.session(one));
    staff.hand_in("penalty", MARKET, &three_penalties());
    staff.hand_in("penalty", MARKET_EAST, &rows(1));
    let begin = |session: &Session| staff.get("/console/review", Some(session));
    assert_eq!(begin(&clerk).header("location"), "/console/review/1#queue");
    assert_eq!(begin(&east).header("location"), "/console/review/2#queue");
    assert_eq!(begin(&steward).header("location"), "/console/review/1#queue");
    assert_eq!(begin(&officer).status, 404);
    let page =
        |session: &Session, row: i64| staff.get(&format!("/console/review/{row}"), Some(session));
    assert_eq!(page(&east, 1).status, 404);
    assert!(page(&clerk, 1).text().contains("/console/review/2#queue"));
    assert!(!page(&east, 2).text().contains("/console/review/1#queue"));
    // A judgement of one is no other's to undo from their list.
    let fields = [("act", "link"), ("code", FIRM), ("ground", "source")];
    assert_eq!(staff.post("/console/review/2", &steward, &fields).status, 303);
    let list = |session: &Session| staff.get("/console/review?end=1", Some(session)).text();
    assert!(list(&steward).contains("对疑问数据 2 的判定"));
    assert!(!list(&east).contains("对疑问数据 2 的判定"));
    // Whoever may judge it may take it back with a reason.
    let undo = [("act", "undo"), ("reason", "来源单位更正")];
    assert_eq!(staff.post("/console/review/2", &east, &undo).status, 303);
}

#[test]
fn a_form_of_the_queue_holds_nothing_else() {
    let (staff, clerk) = with_clerk();
    staff.hand_in("penalty", MARKET, &rows(1));
    for fields in [
        vec![("act", "link"), ("actor", "account-9"), ("code", FIRM), ("ground", "document")],
        vec![("act", "accept"), ("code", FIRM)],
        vec![("act", "none")],
        Vec::new(),
    ] {
        let answer = staff.post("/console/review/1", &clerk, &fields);
        assert_eq!(answer.status, 403, "{fields:?}");
    }
    let stranger = Session { word: "none".to_owned(), ..clerk.clone() };
    assert_eq!(staff.post("/console/review/1", &stranger, &[("act", "unsure")]).status, 403);
}

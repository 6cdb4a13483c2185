//! Cases that begin at the desk, and a complaint: a proposal to list from its first line to the day on which nothing is
//! left of it, a shielding and its resumption, and whoever is not meant.

use crate::cases::{code, done, hand_in, number, penalised, step};
use crate::client::Answer;
use crate::html::check;
use crate::staff::{MARKET, Session, Staff};

const ENVIRONMENT: &str = "150000-environment";
const LISTING: &str = "/console/cases/new/listing";
const SHIELDING: &str = "/console/cases/new/shielding";
const COMPLAINT: &str = "/my/cases/new/complaint";

/// A body with two officers, a firm, another body's officer, a steward.
struct Desk {
    staff: Staff,
    penalty: String,
}

impl Desk {
    fn new() -> Self {
        let staff = Staff::new();
        let penalty = penalised(&staff, &code(1), MARKET);
        staff.account("firm-1", &[&format!("representative:{}", code(1))]);
        for officer in ["officer-1", "officer-2"] {
            staff.account(officer, &[&format!("officer:{MARKET}")]);
        }
        staff.account("officer-9", &[&format!("officer:{ENVIRONMENT}")]);
        for steward in ["steward-1", "steward-2"] {
            staff.account(steward, &["steward"]);
        }
        Self { staff, penalty }
    }

    fn sessions<const N: usize>(&self, logins: [&str; N]) -> [Session; N] {
        logins.map(|login| self.staff.session(login))
    }

    fn get(&self, path: &str, who: &Session) -> Answer {
        self.staff.get(path, Some(who))
    }

    /// Checks a proposal and sends it; gives the last answer.
    fn proposes(&self, who: &Session, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("code", code),
            ("body", MARKET),
            ("list", "market"),
            ("authority", "内蒙古自治区市场监督管理局"),
            ("reason", "提交虚假材料取得登记，拟列入。"),
            ("paper", "proposal"),
        ];
        fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        fields.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        let mut sent = fields.clone();
        sent.push(("at", "form"));
        let checked = self.staff.post(LISTING, who, &sent);
        if checked.status != 200 {
            return checked;
        }
        check("listing checked", "zh-Hans-CN", &checked.text());
        fields.push(("at", "check"));
        self.staff.post(LISTING, who, &fields)
    }
}

/// An entry in the list, as a clerk hands it in.
fn entry(code: &str, document: &str) -> String {
    let tail = &code[code.len() - 4..];
    format!(
        "主体名称,统一社会信用代码,名单代码,列入决定机关,列入决定文书号,列入事由,列入依据,列入日期\r\n\
         呼和浩特市{tail}商贸有限公司,{code},market,内蒙古自治区市场监督管理局,{document},\
         提交虚假材料取得登记,市场监督管理严重违法失信名单管理办法第十条,2026-11-24\r\n"
    )
}

#[test]
fn a_proposal_is_heard_decided_entered_and_ended_and_nothing_is_left() {
    let desk = Desk::new();
    let [firm, one, two, other] = desk.sessions(["firm-1", "officer-1", "officer-2", "officer-9"]);
    let firm_code = code(1);
    assert!(desk.get("/console/cases", &one).text().contains(LISTING));
    let page = desk.get(&format!("{LISTING}?body={MARKET}"), &one).text();
    for said in ["市场监督管理严重违法失信名单", "办理时限", "依据", "内蒙古自治区市场监督管理局"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("重大税收违法失信主体"), "a list of another sector");
    let number = number(&desk.proposes(&one, &firm_code, &[]));
    assert!(number.starts_with("L-"), "{number}");
    let (theirs, own) = (format!("/console/cases/{number}"), format!("/my/cases/{number}"));
    // Before notice it is the body's alone.
    assert_eq!(desk.get(&own, &firm).status, 404);
    assert!(!desk.get("/my/cases", &firm).text().contains(&number));
    assert_eq!(desk.get(&theirs, &other).status, 404);
    desk.staff.office.gather_notices(&|_| true).unwrap();
    assert!(!desk.get("/my/inbox", &firm).text().contains(&number));
    let bare = step(&desk.staff, &theirs, &one, &[("step", "notify")]);
    assert_eq!(bare.status, 422);
    assert!(bare.text().contains("href=\"#notify-number\""), "{}", bare.text());
    check("notify without number", "zh-Hans-CN", &bare.text());
    let told = [("step", "notify"), ("number", "内市监告〔2026〕3号")];
    done(&step(&desk.staff, &theirs, &one, &told));
    desk.staff.pass(1);
    desk.staff.office.gather_notices(&|_| true).unwrap();
    assert!(desk.get("/my/inbox", &firm).text().contains(&number), "the firm has notice");
    let page = desk.get(&own, &firm).text();
    assert!(page.contains("提交虚假材料取得登记") && page.contains("value=\"hear\""), "{page}");
    check("heard", "zh-Hans-CN", &page);
    let said =
        [("step", "hear"), ("reason", "材料由代理机构提交，已更正。"), ("paper", "statement")];
    done(&step(&desk.staff, &own, &firm, &said));
    assert!(desk.get(&theirs, &two).text().contains("材料由代理机构提交"));
    let decision = [
        ("step", "decide"),
        ("verdict", "listed"),
        ("authority", "内蒙古自治区市场监督管理局"),
        ("number", "内市监列〔2026〕3号"),
        ("reason", "陈述不影响事实认定。"),
    ];
    // Who proposed does not decide.
    assert!(desk.get(&theirs, &one).text().contains("须由另一人办理"));
    assert_eq!(step(&desk.staff, &theirs, &one, &decision).status, 422);
    let bare = step(&desk.staff, &theirs, &two, &[("step", "decide"), ("verdict", "listed")]);
    assert_eq!(bare.status, 422);
    done(&step(&desk.staff, &theirs, &two, &decision));
    assert!(desk.get(&theirs, &two).text().contains("还没有收到"));
    hand_in(&desk.staff, "serious-violation", MARKET, &entry(&firm_code, "内市监列〔2026〕9号"));
    assert!(desk.get(&theirs, &two).text().contains("还没有收到"), "another decision's entry");
    hand_in(&desk.staff, "serious-violation", MARKET, &entry(&firm_code, "内市监列〔2026〕3号"));
    let file = desk.staff.office.whole_file(&firm_code).unwrap().unwrap();
    let listed: Vec<String> = file
        .records
        .iter()
        .filter(|one| one.catalogue == "serious-violation")
        .map(|one| one.id.clone())
        .collect();
    let page = desk.get(&theirs, &two).text();
    let entered = listed.iter().find(|id| page.contains(&format!("value=\"{id}\""))).unwrap();
    let another = listed.iter().find(|id| *id != entered).unwrap();
    assert!(!page.contains(&format!("value=\"{another}\"")), "{page}");
    check("to be entered", "zh-Hans-CN", &page);
    let wrong = step(&desk.staff, &theirs, &two, &[("step", "enter"), ("record", another)]);
    assert!(wrong.status == 422 && wrong.text().contains("不是所决定的条目"), "{}", wrong.text());
    done(&step(&desk.staff, &theirs, &two, &[("step", "enter"), ("record", entered)]));
    for face in [format!("/subject/{firm_code}"), "/lists/market".to_owned()] {
        let text = desk.staff.get(&face, None).text();
        assert!(text.contains("内市监列〔2026〕3号"), "{face}: {text}");
    }
    let exit = [
        ("step", "end"),
        ("verdict", "fulfilled"),
        ("number", "内市监移〔2027〕1号"),
        ("reason", "已改正，准予移出。"),
    ];
    done(&step(&desk.staff, &theirs, &two, &exit));
    desk.staff.pass(2);
    for face in [
        format!("/subject/{firm_code}"),
        format!("/subject/{firm_code}/records"),
        format!("/api/v1/subjects/{firm_code}"),
        format!("/api/v1/records/{entered}"),
        "/lists/market".to_owned(),
        "/api/v1/lists/market".to_owned(),
        "/search?q=%E5%86%85%E5%B8%82%E7%9B%91%E5%88%97%E3%80%942026%E3%80%953%E5%8F%B7".to_owned(),
        "/".to_owned(),
    ] {
        let text = desk.staff.get(&face, None).text();
        for trace in ["内市监列〔2026〕3号</", "内市监移", entered.as_str(), "准予移出"]
        {
            let is_asked = face.contains(trace);
            assert!(is_asked || !text.contains(trace), "{face}: {trace}: {text}");
        }
    }
    assert_eq!(desk.staff.get(&format!("/record/{entered}"), None).status, 410);
    let page = desk.get(&own, &firm).text();
    assert!(page.contains("已办结") && page.contains("准予移出"), "{page}");
}

#[test]
fn what_does_not_fit_a_proposal_is_said_at_its_field() {
    let desk = Desk::new();
    let [one] = desk.sessions(["officer-1"]);
    for (slip, place) in [
        (("code", ""), "#code"),
        (("code", "91150100000000000X"), "#code"),
        (("list", ""), "#list-1"),
        (("list", "tax"), "#list-1"),
        (("authority", ""), "#authority"),
        (("reason", ""), "#reason"),
        (("paper", ""), "#paper-1"),
        (("reason", "联系人电话13912345678"), "#reason"),
    ] {
        let answer = desk.proposes(&one, &code(1), &[slip]);
        assert_eq!(answer.status, 422, "{slip:?}: {}", answer.text());
        let text = answer.text();
        assert!(text.contains(&format!("href=\"{place}\"")), "{slip:?}: {text}");
        check(&format!("{slip:?}"), "zh-Hans-CN", &text);
    }
    let cases = desk.staff.get("/console/cases?only=all", Some(&one)).text();
    assert!(!cases.contains("L-2026"), "nothing was opened");
}

#[test]
fn a_shield_rests_on_a_record_until_it_is_lifted() {
    let desk = Desk::new();
    let [one, two, other, steward] =
        desk.sessions(["officer-1", "officer-2", "officer-9", "steward-1"]);
    let firm = code(1);
    let at = format!("{SHIELDING}?body={MARKET}&code={firm}");
    let page = desk.get(&at, &one).text();
    assert!(page.contains(&desk.penalty) && page.contains("法院裁定书"), "{page}");
    check("shielding", "zh-Hans-CN", &page);
    // Another body's officer finds nothing of its own there; the steward finds what all may see.
    let elsewhere = format!("{SHIELDING}?body={ENVIRONMENT}&code={}", code(1));
    assert!(!desk.get(&elsewhere, &other).text().contains(&desk.penalty));
    assert!(
        desk.get(&format!("{SHIELDING}?code={}", code(1)), &steward).text().contains(&desk.penalty)
    );
    let base =
        [("body", MARKET), ("code", firm.as_str()), ("record", desk.penalty.as_str())].to_vec();
    let send = |more: &[(&str, &str)]| {
        let mut fields = base.clone();
        fields.extend(more);
        desk.staff.post(SHIELDING, &one, &fields)
    };
    let bare = send(&[("at", "form")]);
    assert!(bare.status == 422 && bare.text().contains("#paper-1"), "{}", bare.text());
    let checked = send(&[("at", "form"), ("paper", "ruling"), ("reason", "呼和浩特中院裁定")]);
    assert!(checked.status == 200 && checked.text().contains("核对后提交"), "{}", checked.text());
    let sent = send(&[("at", "check"), ("paper", "ruling"), ("reason", "呼和浩特中院裁定")]);
    let theirs = format!("/console/cases/{}", number(&sent));
    assert!(desk.get(&theirs, &one).text().contains("须由另一人办理"));
    let granted = [
        ("step", "decide"),
        ("verdict", "granted"),
        ("authority", "内蒙古自治区市场监督管理局"),
        ("number", "内市监屏〔2026〕1号"),
    ];
    done(&step(&desk.staff, &theirs, &two, &granted));
    let public = format!("/record/{}", desk.penalty);
    assert_eq!(desk.staff.get(&public, None).status, 410);
    let lifted = [("step", "end"), ("verdict", "failed"), ("reason", "重整计划未能执行")];
    done(&step(&desk.staff, &theirs, &two, &lifted));
    desk.staff.pass(2);
    assert_eq!(desk.staff.get(&public, None).status, 200);
    // A record of another body's is not shielded by this one, whatever a form says.
    let foreign = penalised(&desk.staff, &code(2), ENVIRONMENT);
    let fields = [
        ("at", "check"),
        ("body", MARKET),
        ("code", &*code(2)),
        ("record", foreign.as_str()),
        ("paper", "ruling"),
    ];
    assert_eq!(desk.staff.post(SHIELDING, &one, &fields).status, 404);
}

#[test]
fn a_firm_complains_of_an_authority_and_two_stewards_answer() {
    let desk = Desk::new();
    let [firm, officer, one, two] =
        desk.sessions(["firm-1", "officer-1", "steward-1", "steward-2"]);
    let send = |fields: &[(&str, &str)]| desk.staff.post(COMPLAINT, &firm, fields);
    check("complaint", "zh-Hans-CN", &desk.get(COMPLAINT, &firm).text());
    assert_eq!(send(&[("at", "about")]).status, 422);
    let nobody = send(&[("at", "about"), ("typed", "没有这个部门")]);
    assert!(nobody.status == 422 && nobody.text().contains("没有这个部门或机构"));
    let several = send(&[("at", "about"), ("typed", "市场监督")]);
    assert!(several.status == 200 && several.text().contains("against-2"), "{}", several.text());
    let known = send(&[("at", "about"), ("typed", MARKET)]);
    assert!(known.text().contains("说明投诉事项"), "{}", known.text());
    let agency = send(&[("at", "about"), ("typed", &code(7))]);
    assert!(agency.text().contains("说明投诉事项"), "{}", agency.text());
    let base = [("against", MARKET), ("reason", "修复后仍向第三方提供原信息。")];
    let with = |at: &'static str| [&base[..], &[("at", at)]].concat();
    assert_eq!(send(&[("at", "reason"), ("against", MARKET)]).status, 422);
    let checked = send(&with("reason"));
    assert!(checked.status == 200 && checked.text().contains("核对后提交"));
    check("complaint checked", "zh-Hans-CN", &checked.text());
    assert_eq!(send(&[("at", "check"), ("against", "nobody"), ("reason", "x")]).status, 422);
    let number = number(&send(&with("check")));
    assert!(number.starts_with("T-"), "{number}");
    let theirs = format!("/console/cases/{number}");
    assert_eq!(desk.get(&theirs, &officer).status, 404, "it is the platform's to answer");
    let page = desk.get(&theirs, &one).text();
    assert!(page.contains("投诉对象") && page.contains(MARKET), "{page}");
    done(&step(&desk.staff, &theirs, &one, &[("step", "accept")]));
    let finding = [("step", "propose"), ("verdict", "upheld"), ("reason", "属实")];
    done(&step(&desk.staff, &theirs, &one, &finding));
    let decision = [("step", "decide"), ("verdict", "upheld"), ("reason", "已要求改正")];
    assert_eq!(step(&desk.staff, &theirs, &one, &decision).status, 422);
    done(&step(&desk.staff, &theirs, &two, &decision));
    let own = desk.get(&format!("/my/cases/{number}"), &firm).text();
    assert!(own.contains("已要求改正") && own.contains("value=\"appeal\""), "{own}");
}

#[test]
fn the_pages_are_well_made_in_both_languages() {
    let desk = Desk::new();
    let [firm, one, steward] = desk.sessions(["firm-1", "officer-1", "steward-1"]);
    let found = format!("{SHIELDING}?code={}", code(1));
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, who) in [
            (LISTING, &one),
            (SHIELDING, &one),
            (SHIELDING, &steward),
            (found.as_str(), &steward),
            (COMPLAINT, &firm),
            ("/console/cases", &one),
            ("/my/cases", &firm),
        ] {
            let answer = desk.get(&format!("{prefix}{path}"), who);
            assert_eq!(answer.status, 200, "{prefix}{path}: {}", answer.text());
            check(&format!("{prefix}{path}"), lang, &answer.text());
        }
        let fields = [("at", "reason"), ("against", MARKET), ("reason", "未及时更新")];
        let answer = desk.staff.post(&format!("{prefix}{COMPLAINT}"), &firm, &fields);
        assert_eq!(answer.status, 200, "{}", answer.text());
        check(&format!("{prefix}{COMPLAINT} sent"), lang, &answer.text());
    }
}

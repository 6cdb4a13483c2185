//! Objection and repair in the browser: whole stories, whoever is not meant, and what does not fit.

use gongxin_app::InstanceKey;
use gongxin_app::gate::{CaseOpen, Scope};
use gongxin_model::code::{OrganisationCode, Uscc};

use crate::client::Answer;
use crate::html::check;
use crate::staff::{Session, Staff};

const ENVIRONMENT: &str = "150000-environment";
const MARKET: &str = crate::staff::MARKET;

pub(crate) fn code(number: u32) -> String {
    let organisation = OrganisationCode::with_check(&format!("7{number:07}")).unwrap();
    Uscc::with_check(&format!("91150100{organisation}")).unwrap().as_str().to_owned()
}

pub(crate) fn hand_in(staff: &Staff, catalogue: &str, source: &str, text: &str) {
    let receipt = staff.hand_in(catalogue, source, text);
    assert_eq!(receipt.accepted, receipt.rows, "{:?}", receipt.findings);
}

/// Registers an organisation and fines it; gives the id of the penalty.
pub(crate) fn penalised(staff: &Staff, code: &str, source: &str) -> String {
    penalised_on(staff, code, (source, "2026-05-04"))
}

/// The same, by a decision of a day.
pub(crate) fn penalised_on(staff: &Staff, code: &str, (source, day): (&str, &str)) -> String {
    let tail = &code[code.len() - 4..];
    let name = format!("呼和浩特市{tail}商贸有限公司");
    let registration = format!(
        "企业名称,统一社会信用代码,法定代表人,成立日期,核准日期,登记机关,登记状态,地区\r\n\
         {name},{code},白雪莲,2015-05-06,2020-03-02,呼和浩特市市场监督管理局,存续,150102\r\n"
    );
    hand_in(staff, "registration", MARKET, &registration);
    let penalty = format!(
        "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号,违法行为类型,\
         违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,数据来源单位\r\n\
         {name},法人及非法人组织,{code},蒙环罚〔2026〕{tail}号,超标排放水污染物,未按规定处理生产废水,\
         《中华人民共和国水污染防治法》第八十三条,罚款,处以罚款,2.5,{day},2099-12-31,\
         内蒙古自治区生态环境厅,内蒙古自治区生态环境厅\r\n"
    );
    hand_in(staff, "penalty", source, &penalty);
    let file = staff.office.whole_file(code).unwrap().unwrap();
    file.records.into_iter().find(|one| one.catalogue == "penalty").unwrap().id
}

/// Opens an objection at the machine; gives its number.
pub(crate) fn disputed(staff: &Staff, code: &str, record: &str) -> String {
    let key = InstanceKey::new([7; 32]);
    let scope = Scope::Organisation(code.to_owned());
    let permit = staff.office.permit_at_machine::<CaseOpen>(&key, "firm", scope).unwrap();
    let new = gongxin_app::cases::NewCase {
        procedure: "objection-content",
        record: Some(record.parse().unwrap()),
        text: "金额有误",
        ..gongxin_app::cases::NewCase::default()
    };
    staff.office.open_case(&permit, &new).unwrap().number
}

/// Two organisations with a penalty each, and accounts on every side.
struct Desk {
    staff: Staff,
    record: String,
    other: String,
}

impl Desk {
    fn new() -> Self {
        let staff = Staff::new();
        let record = penalised(&staff, &code(1), ENVIRONMENT);
        let other = penalised(&staff, &code(2), ENVIRONMENT);
        staff.account("firm-1", &[&format!("representative:{}", code(1))]);
        staff.account("firm-2", &[&format!("representative:{}", code(2))]);
        for officer in ["officer-1", "officer-2"] {
            staff.account(officer, &[&format!("officer:{ENVIRONMENT}")]);
        }
        staff.account("officer-9", &[&format!("officer:{MARKET}")]);
        staff.account("steward-1", &["steward"]);
        Self { staff, record, other }
    }

    fn sessions<const N: usize>(&self, logins: [&str; N]) -> [Session; N] {
        logins.map(|login| self.staff.session(login))
    }

    /// Answers the questions of an objection; gives the last answer.
    fn object(&self, firm: &Session, reason: &str, value: &str) -> Answer {
        let at = "/my/cases/new/objection";
        let mut fields = vec![("record", self.record.as_str()), ("procedure", "objection-content")];
        for (question, answers) in [
            ("what", vec![]),
            ("field", vec![("field", "CF_NR_FK"), ("value", value)]),
            ("reason", vec![("reason", reason)]),
        ] {
            fields.extend(answers);
            let mut sent = fields.clone();
            sent.push(("at", question));
            let answer = self.staff.post(at, firm, &sent);
            assert_eq!(answer.status, 200, "{question}: {}", answer.text());
            if !reason.contains('<') {
                check(question, "zh-Hans-CN", &answer.text());
            }
        }
        fields.push(("at", "check"));
        self.staff.post(at, firm, &fields)
    }

    fn step(&self, at: &str, who: &Session, fields: &[(&str, &str)]) -> Answer {
        step(&self.staff, at, who, fields)
    }

    fn public(&self) -> Answer {
        self.staff.get(&format!("/record/{}", self.record), None)
    }
}

/// Takes a step as the page of the case lets one.
pub(crate) fn step(staff: &Staff, at: &str, who: &Session, fields: &[(&str, &str)]) -> Answer {
    let page = staff.get(at, Some(who)).text();
    // Where the page has no form, the last entry is as good as any.
    let seen = page.split_once("name=\"seen\" value=\"").map_or("0", |(_, rest)| rest);
    let seen = seen.split_once('"').map_or("0", |(seen, _)| seen).to_owned();
    let mut sent = fields.to_vec();
    sent.push(("seen", &seen));
    staff.post(at, who, &sent)
}

pub(crate) fn number(opened: &Answer) -> String {
    assert_eq!(opened.status, 303, "{}", opened.text());
    let place = opened.header("location").rsplit_once('/').unwrap().1;
    place.split_once('?').unwrap().0.to_owned()
}

pub(crate) fn done(answer: &Answer) {
    assert_eq!(answer.status, 303, "{}", answer.text());
}

#[test]
fn a_firm_objects_two_officers_decide_and_every_face_follows() {
    let desk = Desk::new();
    let [firm, one, two, steward] =
        desk.sessions(["firm-1", "officer-1", "officer-2", "steward-1"]);
    assert!(
        desk.public().text().contains(&format!("/my/cases/new/objection?record={}", desk.record))
    );
    let first =
        desk.staff.get(&format!("/my/cases/new/objection?record={}", desk.record), Some(&firm));
    let text = first.text();
    assert!(text.contains("个工作日") && text.contains("生态环境厅"), "limits come first: {text}");
    let opened = desk.object(&firm, "罚款金额应为1万元，附决定书", "1");
    let number = number(&opened);
    let page = desk.staff.get(opened.header("location"), Some(&firm)).text();
    assert!(
        page.contains("已提交，编号") && page.contains(&number) && page.contains("下一步办理期限")
    );
    assert!(desk.public().text().contains("异议处理中"));
    let theirs = format!("/console/cases/{number}");
    done(&desk.step(&theirs, &steward, &[("step", "forward")]));
    done(&desk.step(&theirs, &one, &[("step", "accept")]));
    let proposal = [("step", "propose"), ("verdict", "upheld"), ("reason", "与决定书不符")];
    done(&desk.step(&theirs, &one, &proposal));
    // Who stated the finding does not decide, and is told why.
    let own = desk.staff.get(&theirs, Some(&one)).text();
    assert!(own.contains("须由另一人办理"), "{own}");
    assert!(!own.contains("value=\"decide\""));
    let decision = [
        ("step", "decide"),
        ("verdict", "upheld"),
        ("reason", "应为1万元"),
        ("field1", "CF_NR_FK"),
        ("value1", "1"),
    ];
    let page = desk.staff.get(&theirs, Some(&two)).text();
    assert!(page.contains("value=\"decide\"") && page.contains("2.5"), "{page}");
    done(&desk.step(&theirs, &two, &decision));
    let shown = desk.public().text();
    assert!(!shown.contains("异议处理中") && !shown.contains("25,000"), "{shown}");
    let api = desk.staff.get(&format!("/api/v1/records/{}", desk.record), None).text();
    assert!(!api.contains("\"2.5\""), "{api}");
    // The firm sees every step, and bodies, never an account.
    let page = desk.staff.get(&format!("/my/cases/{number}"), Some(&firm)).text();
    assert!(page.contains("应为1万元") && page.contains("内蒙古自治区生态环境厅"), "{page}");
    assert!(!page.contains("account-") && !page.contains("officer-"), "{page}");
    assert!(page.contains("value=\"appeal\""), "{page}");
}

#[test]
fn a_firm_says_something_beside_its_penalty_until_it_takes_that_down() {
    let desk = Desk::new();
    let [firm, officer, steward] = desk.sessions(["firm-1", "officer-1", "steward-1"]);
    let link = format!("/my/cases/new/reply?record={}", desk.record);
    assert!(desk.public().text().contains(&link));
    let form = desk.staff.get(&link, Some(&firm)).text();
    assert!(form.contains("最多 500 字") && form.contains("由平台决定"), "{form}");
    let send = |at: &str, reason: &str| {
        let fields = [("record", desk.record.as_str()), ("reason", reason), ("at", at)];
        desk.staff.post("/my/cases/new/reply", &firm, &fields)
    };
    assert_eq!(send("reason", "").status, 422);
    let text = "检修后已连续六个月达标。<script>alert(1)</script>";
    let before = send("reason", text);
    check("reply", "zh-Hans-CN", &before.text());
    for (wrong, said) in [("长".repeat(501), "最多 500 字"), ("电话13912345678".into(), "请去掉")]
    {
        let refused = send("check", &wrong);
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    let number = number(&send("check", text));
    assert!(!desk.public().text().contains("当事人陈述</h2>"), "nobody looked at it yet");
    let theirs = format!("/console/cases/{number}");
    assert_eq!(
        desk.staff.get(&theirs, Some(&officer)).status,
        404,
        "it is the platform's to look at"
    );
    let granted = [("step", "decide"), ("verdict", "granted"), ("reason", "无个人信息")];
    done(&desk.step(&theirs, &steward, &granted));
    let shown = desk.public().text();
    assert!(shown.contains("达标。&lt;script&gt;") && !shown.contains("<script>alert"), "{shown}");
    assert!(shown.contains("平台未核实") && !shown.contains(&link), "{shown}");
    let api = desk.staff.get(&format!("/api/v1/records/{}", desk.record), None).text();
    assert!(api.contains("\"reply\":{\"text\":\"检修后"), "{api}");
    let own = format!("/my/cases/{number}");
    done(&desk.step(&own, &firm, &[("step", "end"), ("reason", "不再需要")]));
    assert!(!desk.public().text().contains("六个月达标"));
    // A registration takes none, and another's penalty is not there.
    let code = code(1);
    let file = desk.staff.office.whole_file(&code).unwrap().unwrap();
    let registration = file.records.into_iter().find(|one| one.catalogue == "registration");
    let at = format!("/my/cases/new/reply?record={}", registration.unwrap().id);
    assert!(desk.staff.get(&at, Some(&firm)).text().contains("只有正在公示的不利信息"));
    let others = format!("/my/cases/new/reply?record={}", desk.other);
    assert_eq!(desk.staff.get(&others, Some(&firm)).status, 404);
}

#[test]
fn a_penalty_is_repaired_and_nothing_is_left_on_any_public_face() {
    let desk = Desk::new();
    let [firm, one, two] = desk.sessions(["firm-1", "officer-1", "officer-2"]);
    let at = format!("/my/cases/new/repair?record={}", desk.record);
    let page = desk.staff.get(&at, Some(&firm)).text();
    assert!(page.contains("10 个工作日"), "{page}");
    let base = [("record", desk.record.as_str()), ("reason", "已整改并缴纳罚款")];
    let send = |more: &[(&str, &str)]| {
        let mut fields = base.to_vec();
        fields.extend(more);
        desk.staff.post("/my/cases/new/repair", &firm, &fields)
    };
    assert_eq!(send(&[("at", "reason")]).status, 200);
    let bare = send(&[("at", "check")]);
    assert_eq!(bare.status, 422);
    assert!(bare.text().contains("请附上需要的材料"), "{}", bare.text());
    let papers = [("at", "check"), ("paper", "duties-fulfilled"), ("paper", "commitment")];
    let number = number(&send(&papers));
    let theirs = format!("/console/cases/{number}");
    done(&desk.step(&theirs, &one, &[("step", "accept")]));
    let granted = [
        ("step", "decide"),
        ("verdict", "granted"),
        ("authority", "内蒙古自治区生态环境厅"),
        ("number", "蒙环修〔2026〕2号"),
    ];
    done(&desk.step(&theirs, &two, &granted));
    assert_eq!(desk.public().status, 410);
    let tail = &code(1)[14..];
    let traces =
        [format!("蒙环罚〔2026〕{tail}号"), desk.record.clone(), "信用修复决定".to_owned()];
    for face in [
        format!("/subject/{}", code(1)),
        format!("/subject/{}/records", code(1)),
        format!("/subject/{}/changes?from=2026-05-01&to=2026-11-24", code(1)),
        format!("/api/v1/subjects/{}", code(1)),
        format!("/api/v1/records/{}", desk.record),
        "/double-publicity".to_owned(),
        "/api/v1/double-publicity".to_owned(),
        format!("/search?q={tail}"),
        "/".to_owned(),
    ] {
        let text = desk.staff.get(&face, None).text();
        for trace in &traces {
            assert!(!text.contains(trace.as_str()), "{face}: {trace}");
        }
    }
    // Asked again there is no way: the page says so and opens nothing.
    let again = send(&papers);
    assert_ne!(again.status, 303, "{}", again.text());
}

#[test]
fn of_what_is_anothers_one_learns_nothing() {
    let desk = Desk::new();
    let number = disputed(&desk.staff, &code(1), &desk.record);
    let [own, firm, other, steward] = desk.sessions(["firm-1", "firm-2", "officer-9", "steward-1"]);
    let get = |path: &str, who: &Session| desk.staff.get(path, Some(who));
    assert_eq!(get(&format!("/my/cases/{number}"), &own).status, 200);
    let mut tried = 0;
    for (who, place) in [(&firm, "/my/cases"), (&other, "/console/cases"), (&own, "/console/cases")]
    {
        let absent = get(&format!("{place}/Y-2026-999999"), who);
        assert_eq!(absent.status, 404);
        let there = get(&format!("{place}/{number}"), who);
        assert_eq!((there.status, &there.body), (absent.status, &absent.body), "{place}");
        let step = [("step", "withdraw"), ("seen", "1")];
        let sent = desk.staff.post(&format!("{place}/{number}"), who, &step);
        assert_eq!((sent.status, &sent.body), (absent.status, &absent.body), "{place}");
        tried += 1;
    }
    assert_eq!(tried, 3);
    assert_eq!(get(&format!("/my/cases/{number}"), &steward).status, 404, "the steward is no firm");
    assert!(!get("/my/cases", &firm).text().contains(&number));
    assert!(!get("/console/cases", &other).text().contains(&number));
    // Nor is a case opened about another's record, whatever a form says.
    for record in [&desk.record, &"0".repeat(26)] {
        let at = format!("/my/cases/new/objection?record={record}");
        assert_eq!(get(&at, &firm).status, 404);
        let fields = [
            ("at", "check"),
            ("record", record.as_str()),
            ("procedure", "objection-link"),
            ("reason", "不是本单位"),
        ];
        assert_eq!(desk.staff.post("/my/cases/new/objection", &firm, &fields).status, 404);
    }
    let page = get("/my/cases/new/objection", &firm).text();
    assert!(page.contains(&desk.other) && !page.contains(&desk.record));
}

#[test]
fn a_text_stays_text_wherever_it_is_shown() {
    let desk = Desk::new();
    let [firm, one, two] = desk.sessions(["firm-1", "officer-1", "officer-2"]);
    let attack = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>{{7*7}}";
    let opened = desk.object(&firm, attack, attack);
    let number = number(&opened);
    let theirs = format!("/console/cases/{number}");
    done(&desk.step(&theirs, &one, &[("step", "accept")]));
    let proposal = [("step", "propose"), ("verdict", "dismissed"), ("reason", attack)];
    done(&desk.step(&theirs, &one, &proposal));
    for (path, who) in
        [(&theirs, &two), (&format!("/my/cases/{number}"), &firm), (&"/my".to_owned(), &firm)]
    {
        for prefix in ["", "/en"] {
            let page = desk.staff.get(&format!("{prefix}{path}"), Some(who)).text();
            assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{path}");
        }
    }
    let fault = [
        ("step", "decide"),
        ("verdict", attack),
        ("reason", attack),
        ("number", attack),
        ("field1", attack),
        ("value1", attack),
    ];
    let answer = desk.step(&theirs, &two, &fault);
    assert_eq!(answer.status, 422);
    assert!(!answer.text().contains("<script>alert"));
    // What reads like a person's number is not kept, and what was typed is there to be mended.
    let personal = [
        ("step", "decide"),
        ("verdict", "dismissed"),
        ("reason", "经办人身份证150102199003071234"),
    ];
    let answer = desk.step(&theirs, &two, &personal);
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("平台不保存"), "{}", answer.text());
}

#[test]
fn what_was_sent_twice_or_too_late_is_done_once() {
    let desk = Desk::new();
    let [firm, one, two] = desk.sessions(["firm-1", "officer-1", "officer-2"]);
    let number = number(&desk.object(&firm, "金额有误", "1"));
    let again = desk.object(&firm, "金额有误", "1");
    assert_eq!(again.status, 422);
    assert!(again.text().contains(&number), "{}", again.text());
    let theirs = format!("/console/cases/{number}");
    let page = desk.staff.get(&theirs, Some(&two)).text();
    let seen = page.split_once("name=\"seen\" value=\"").unwrap().1.split_once('"').unwrap().0;
    done(&desk.step(&theirs, &one, &[("step", "accept")]));
    // The other officer still has the page of before.
    let late = desk.staff.post(&theirs, &two, &[("step", "accept"), ("seen", seen)]);
    assert_eq!(late.status, 409);
    assert!(late.text().contains("其他人刚刚办理"), "{}", late.text());
    // A form without a session's word, with a field of its own, or from elsewhere does nothing.
    for (fields, word) in [(vec![("step", "withdraw"), ("as", "steward")], true), (vec![], false)] {
        let answer = if word {
            desk.staff.post(&theirs, &one, &fields)
        } else {
            desk.staff.send("POST", &theirs, Some(&one), &[], "step=withdraw&seen=1")
        };
        assert_eq!(answer.status, 403);
    }
}

#[test]
fn every_page_of_cases_is_well_made() {
    let desk = Desk::new();
    let [firm, one, steward] = desk.sessions(["firm-1", "officer-1", "steward-1"]);
    let opened = disputed(&desk.staff, &code(1), &desk.record);
    let (record, other) = (&desk.record, &desk.other);
    let own = format!("/my/cases/{opened}");
    let theirs = format!("/console/cases/{opened}");
    let ways = [
        format!("/my/cases/new/objection?record={record}"),
        format!("/my/cases/new/repair?record={record}"),
    ];
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, who) in [
            ("/my", &firm),
            ("/my/cases", &firm),
            ("/my/cases?only=all&state=closed", &firm),
            (own.as_str(), &firm),
            ("/my/cases/new/objection", &firm),
            ("/my/cases/new/repair", &firm),
            (ways[0].as_str(), &firm),
            (ways[1].as_str(), &firm),
            ("/console", &one),
            ("/console/cases", &one),
            ("/console/cases?only=overdue", &steward),
            (theirs.as_str(), &one),
            (theirs.as_str(), &steward),
        ] {
            let answer = desk.staff.get(&format!("{prefix}{path}"), Some(who));
            assert_eq!(answer.status, 200, "{prefix}{path}: {}", answer.text());
            check(&format!("{prefix}{path}"), lang, &answer.text());
        }
        for at in ["what", "field", "reason", "check"] {
            let fields = [("at", at), ("record", other.as_str()), ("value", "x")];
            let answer =
                desk.staff.post(&format!("{prefix}/my/cases/new/objection"), &firm, &fields);
            assert_eq!(answer.status, 404, "another's");
            let fields = [("at", at), ("record", record.as_str()), ("value", "x")];
            let answer =
                desk.staff.post(&format!("{prefix}/my/cases/new/objection"), &firm, &fields);
            assert!(matches!(answer.status.as_u16(), 200 | 422 | 404), "{at}: {}", answer.status);
            check(&format!("{prefix} {at}"), lang, &answer.text());
        }
    }
    assert!(desk.staff.get("/my", Some(&firm)).text().contains(&opened));
    assert!(desk.staff.get("/console", Some(&one)).text().contains(&opened));
}

#[test]
fn a_paper_comes_as_a_file_and_leaves_as_its_text() {
    let desk = Desk::new();
    let [firm, one, steward] = desk.sessions(["firm-1", "officer-1", "steward-1"]);
    let at = "/my/cases/new/objection";
    let fields = [
        ("record", desk.record.as_str()),
        ("procedure", "objection-content"),
        ("reason", "金额有误"),
        ("at", "check"),
    ];
    let check_page = desk.staff.post(at, &firm, &[&fields[..3], &[("at", "reason")]].concat());
    let text = check_page.text();
    assert!(text.contains("multipart/form-data") && text.contains("name=\"file-proof\""), "{text}");
    let send = |bytes: &[u8]| {
        desk.staff.send_pieces(at, &firm, (&fields, &[("file-proof", "说明.txt", bytes)]))
    };
    let letter = "罚款金额应为1万元，见决定书第二页。<script>alert(1)</script>";
    for (bytes, words) in [
        (&b"\x89PNG\r\n\x1a\n"[..], "请选择 DOCX、ODT、PDF 或纯文本文件"),
        (b"", "文件是空的"),
        (b"  \n", "文件中没有文字"),
        ("身份证号 150102199003071234".as_bytes(), "平台不保存这类信息"),
    ] {
        let refused = send(bytes);
        assert_eq!(refused.status, 422, "{words}: {}", refused.text());
        let text = refused.text();
        assert!(text.contains(words) && !text.contains("15010219900307"), "{words}: {text}");
        check("paper", "zh-Hans-CN", &text);
    }
    // A form without files is as small as any.
    let long = "长".repeat(100_000);
    let sent = [&fields[..2], &[("reason", long.as_str()), ("at", "reason")]].concat();
    assert_eq!(desk.staff.post(at, &firm, &sent).status, 403);
    let large = send(&vec![b'a'; (10 << 20) + 1]);
    assert_eq!(large.status, 422);
    assert!(large.text().contains("小于 10 MB"), "{}", large.text());
    assert_eq!(desk.public().text().matches("异议处理中").count(), 0, "nothing was opened");
    let number = number(&send(letter.as_bytes()));
    let theirs = format!("/console/cases/{number}");
    for (path, who) in [(format!("/my/cases/{number}"), &firm), (theirs.clone(), &one)] {
        let text = desk.staff.get(&path, Some(who)).text();
        check("case", "zh-Hans-CN", &text);
        assert!(text.contains("见决定书第二页。") && text.contains("&lt;script&gt;"), "{text}");
        assert!(text.contains("SHA-256"));
    }
    // A paper comes with a step as well; a form of another session brings none.
    done(&desk.step(&theirs, &steward, &[("step", "forward")]));
    done(&desk.step(&theirs, &one, &[("step", "accept")]));
    let mine = format!("/my/cases/{number}");
    let page = desk.staff.get(&mine, Some(&firm)).text();
    assert!(page.contains("multipart/form-data"), "{page}");
    let seen = page.split_once("name=\"seen\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let fields = [("step", "supplement"), ("seen", seen), ("reason", "")];
    let files: [(&str, &str, &[u8]); 1] = [("file-proof", "a.txt", "补充凭证".as_bytes())];
    let other = Session { word: one.word.clone(), ..firm.clone() };
    assert_eq!(desk.staff.send_pieces(&mine, &other, (&fields, &files)).status, 403);
    done(&desk.staff.send_pieces(&mine, &firm, (&fields, &files)));
    assert!(desk.staff.get(&theirs, Some(&one)).text().contains("补充凭证"));
    assert!(!desk.public().text().contains("决定书第二页"));
}

//! An organisation's file behind the counter: for a purpose, entered first, and seen by the organisation.

use gongxin_model::code::{OrganisationCode, Uscc};

use crate::html::check;
use crate::staff::{MARKET, Session, Staff};

const FIRM: &str = "91150000720180740Y";
const ROWS: &str = "企业名称,统一社会信用代码,法定代表人,成立日期,核准日期,登记机关,登记状态,地区\r\n\
    内蒙古云川商贸有限公司,91150000720180740Y,白雪莲,2015-05-06,2020-03-02,内蒙古自治区市场监督管理局,存续,150000\r\n";

/// A sound code of an organisation that the platform knows nothing of.
pub(crate) fn unknown() -> String {
    let organisation = OrganisationCode::with_check("71234567").unwrap();
    Uscc::with_check(&format!("91150000{organisation}")).unwrap().as_str().to_owned()
}

/// An office that knows one organisation.
fn registered() -> Staff {
    let staff = Staff::new();
    let receipt = staff.hand_in("registration", MARKET, ROWS);
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
    staff
}

fn stated<'a>(purpose: &'a str, basis: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![("code", FIRM), ("body", MARKET), ("purpose", purpose), ("basis", basis)]
}

#[test]
fn a_file_is_given_for_a_purpose_and_its_organisation_sees_it() {
    let staff = registered();
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    let unknown = unknown();
    let roles = [format!("representative:{FIRM}"), format!("representative:{unknown}")];
    staff.account("firm-1", &[&roles[0], &roles[1]]);
    staff.account("auditor", &["audit"]);
    let [officer, firm, audit] =
        ["officer-1", "firm-1", "auditor"].map(|login| staff.session(login));
    let ask =
        |session: &Session, fields: &[(&str, &str)]| staff.post("/console/file", session, fields);
    for (purpose, basis) in [("", "检查1号"), ("supervision", ""), ("supervision", "13812345678")]
    {
        let answer = ask(&officer, &stated(purpose, basis));
        assert_eq!(answer.status, 422, "{purpose} {basis}");
        check("/console/file", "zh-Hans-CN", &answer.text());
    }
    let absent = [&[("code", "none")][..], &stated("supervision", "检查1号")[1..]].concat();
    assert_eq!(ask(&officer, &absent).status, 422);
    let none = staff.get("/my/reads", Some(&firm)).text();
    assert!(none.contains("没有查询记录"), "{none}");

    let basis = "检查<script>alert(1)</script>1号";
    let given = ask(&officer, &stated("supervision", basis));
    assert_eq!(given.status, 200, "{}", given.text());
    assert_eq!(given.header("cache-control"), "no-store");
    assert!(given.text().contains("内蒙古云川商贸有限公司"), "{}", given.text());
    check("/console/file", "zh-Hans-CN", &given.text());
    let of_known = format!("/my/records?organisation={FIRM}");
    let reads_of = format!("/my/reads?organisation={FIRM}");
    let of_unknown = format!("/my/records?organisation={unknown}");
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, session, text) in [
            (of_known.as_str(), &firm, "云川商贸"),
            (reads_of.as_str(), &firm, "检查&lt;script&gt;"),
            ("/console/reads", &audit, "检查&lt;script&gt;"),
            ("/console/reads?check=all", &audit, "class=\"band note\""),
            ("/console/reads?code=91150000720180740Y", &audit, "检查&lt;script&gt;"),
            ("/console/reads?code=none", &audit, "role=\"alert\""),
            ("/console/file", &officer, "supervision"),
            (of_unknown.as_str(), &firm, "class=\"empty\""),
        ] {
            let answer = staff.get(&format!("{prefix}{path}"), Some(session));
            let page = answer.text();
            assert_eq!(answer.status, 200, "{prefix}{path}: {page}");
            check(&format!("{prefix}{path}"), lang, &page);
            assert!(page.contains(text) && !page.contains("<script>alert"), "{path}: {page}");
        }
    }
    // One record, from the list.
    let list = staff.get(&of_known, Some(&firm)).text();
    let from = list.find("/my/records/").unwrap();
    let id = &list[from + 12..][..32];
    let path = format!("/my/records/{id}?organisation={FIRM}");
    let page = staff.get(&path, Some(&firm));
    assert_eq!(page.status, 200, "{}", page.text());
    check("/my/records/{id}", "zh-Hans-CN", &page.text());
    let of_another = format!("/my/records/{id}?organisation={unknown}");
    let absent = staff.get("/my/records/nothing", Some(&firm));
    let other = staff.get(&of_another, Some(&firm));
    assert_eq!((other.status.as_u16(), absent.status.as_u16()), (200, 404));
    assert!(!other.text().contains("白雪莲"), "{}", other.text());
    // Another's organisation is nobody's.
    let other = staff.get("/my/records?organisation=91150000720180999X", Some(&firm));
    assert_eq!(other.status, 404);
}

#[test]
fn a_system_reads_by_key_and_is_entered_too() {
    let staff = registered();
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    let officer = staff.session("officer-1");
    let key = |action: &str| {
        let fields = [("name", "系统"), ("action", action), ("days", "30")];
        let text = staff.post("/console/account/keys", &officer, &fields).text();
        format!("Bearer {}", &text[text.find("gongxin_").unwrap()..][..60])
    };
    let (reads, sees) = (key("organisation.read"), key("body.see"));
    let post = |bearer: &str, body: &str| {
        let headers = [("authorization", bearer), ("content-type", "application/json")];
        staff.send("POST", "/api/v1/own/files", None, &headers, body)
    };
    let body = |purpose: &str, basis: &str, of: &str| {
        format!(r#"{{"code":"{FIRM}","body":"{of}","purpose":"{purpose}","basis":"{basis}"}}"#)
    };
    let sound = body("supervision", "检查1号", MARKET);
    assert_eq!(post("", &sound).status, 401);
    assert_eq!(post("Bearer gongxin_0", &sound).status, 401);
    assert_eq!(post(&sees, &sound).status, 404, "the key was not made for it");
    assert_eq!(post(&reads, &body("supervision", "检查1号", "150000-environment")).status, 404);
    assert_eq!(post(&reads, "{").status, 400);
    assert_eq!(post(&reads, &body("supervision", "", MARKET)).status, 422);
    assert_eq!(post(&reads, &body("curiosity", "检查1号", MARKET)).status, 422);
    assert_eq!(staff.office.check_reads().unwrap().rows, 0);
    let answer = post(&reads, &sound);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let given: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!(given["entry"]["number"], 1);
    assert_eq!(given["records"][0]["catalogue"], "registration");
    assert_eq!(staff.office.check_reads().unwrap().rows, 1);
}

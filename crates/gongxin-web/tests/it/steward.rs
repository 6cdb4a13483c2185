//! What stewards do in the browser: packs adopted by two of them after a look at the effect, notices and guides, the
//! register of supplying bodies.

use std::path::PathBuf;

use gongxin_app::PackShelf;

use crate::cases::{code, done, penalised_on};
use crate::client::Answer;
use crate::html::check;
use crate::staff::{MARKET, Session, Staff};

const RULES: &str = "/console/rules";

/// Stewards before a platform with a penalty that is public by a rule which nobody verified, and other packs than those
/// in force on the shelf.
struct Desk {
    staff: Staff,
    record: String,
    pack: PathBuf,
    one: Session,
    two: Session,
}

impl Desk {
    /// The national pack with a file of it replaced.
    fn with(file: &str, alter: impl Fn(&str) -> String) -> Self {
        let staff = Staff::new();
        let record = penalised_on(&staff, &code(1), (MARKET, "2026-01-12"));
        let pack = staff.directory.path().join("packs/national");
        let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packs/national");
        std::fs::create_dir_all(pack.join(file).parent().unwrap()).unwrap();
        for name in ["pack.toml", file] {
            let text = std::fs::read_to_string(directory.join(name)).unwrap();
            let text = if name == file { alter(&text) } else { text };
            std::fs::write(pack.join(name), text).unwrap();
        }
        staff.office.offer_packs(PackShelf::of(vec![pack.clone()]));
        for steward in ["steward-1", "steward-2"] {
            staff.account(steward, &["steward"]);
        }
        let [one, two] = ["steward-1", "steward-2"].map(|login| staff.session(login));
        Self { staff, record, pack, one, two }
    }

    fn get(&self, path: &str, who: &Session) -> Answer {
        let answer = self.staff.get(path, Some(who));
        self.staff.office.shelf().wait();
        answer
    }

    /// A look at the effect, once it is known.
    fn looked(&self, path: &str, who: &Session) -> String {
        assert_eq!(self.get(path, who).status, 200);
        let answer = self.staff.get(path, Some(who));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text()
    }

    fn proposal(&self) -> String {
        let text = self.staff.get(RULES, Some(&self.one)).text();
        let number = text.split_once("?proposal=").unwrap().1;
        number.split_once('"').unwrap().0.to_owned()
    }
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let place = format!("name=\"{name}\" value=\"");
    text.split_once(place.as_str()).unwrap().1.split_once('"').unwrap().0
}

const FILE: &str = "catalogues/penalty.toml";

/// Other packs that say the same.
fn same(text: &str) -> String {
    format!("{text}\n# looked through\n")
}

#[test]
fn a_steward_sees_the_effect_and_another_adopts() {
    let desk = Desk::with(FILE, same);
    let digest = desk.staff.digest();
    let page = desk.get(RULES, &desk.one).text();
    assert!(page.contains(&digest) && page.contains("与现行的不同"), "{page}");
    let (items, force) = (page.find("id=\"unverified\""), page.find("id=\"in-force\""));
    assert!(items.is_some() && items < force, "what is unverified comes first");
    let at = format!("{RULES}/preview/{digest}");
    // As things are accepted today nothing alters; with nothing accepted a penalty is public no longer.
    let seen = desk.looked(&at, &desk.one);
    assert!(seen.contains("没有信息受影响"), "{seen}");
    let other = desk.staff.post(&at, &desk.one, &[]);
    assert_eq!(other.status, 303);
    let look = other.header("location").to_owned();
    let seen = desk.looked(&look, &desk.one);
    check("effect", "zh-Hans-CN", &seen);
    assert!(seen.contains("1 条停止公示") && seen.contains(&desk.record), "{seen}");
    assert!(seen.contains("行政处罚") && seen.contains("不再采用"), "{seen}");
    check("effect", "en", &desk.looked(&format!("/en{look}"), &desk.one));
    let with = field(&seen, "with").to_owned();
    // What was not looked at is not proposed.
    let unseen = [("digest", digest.as_str()), ("with", "0")];
    let refused = desk.staff.post("/console/rules/proposals", &desk.one, &unseen);
    assert!(refused.status == 422 && refused.text().contains("请先看采用后的影响"));
    let looked_at = [("digest", digest.as_str()), ("with", with.as_str())];
    done(&desk.staff.post("/console/rules/proposals", &desk.one, &looked_at));
    let twice = desk.staff.post("/console/rules/proposals", &desk.one, &looked_at);
    assert!(twice.status == 422 && twice.text().contains("相同的建议"), "{}", twice.text());
    let number = desk.proposal();
    let confirm = format!("/console/rules/proposals/{number}/confirm");
    // Nobody confirms what they proposed.
    let own = desk.looked(&format!("{at}?proposal={number}"), &desk.one);
    assert!(own.contains("由另一人确认") && !own.contains("/confirm\""), "{own}");
    let refused = desk.staff.post(&confirm, &desk.one, &[]);
    assert!(refused.status == 422 && refused.text().contains("由另一人确认"));
    let public = format!("/record/{}", desk.record);
    assert_eq!(desk.staff.get(&public, None).status, 200);
    let other = desk.looked(&format!("{at}?proposal={number}"), &desk.two);
    assert!(other.contains("/confirm\""), "{other}");
    done(&desk.staff.post(&confirm, &desk.two, &[]));
    desk.staff.office.shelf().wait();
    desk.staff.pass(2);
    // It stands on nothing that anybody accepted: as far as strangers learn, it never was.
    assert_eq!(desk.staff.get(&public, None).status, 404, "the faces follow");
    let page = desk.get(RULES, &desk.two).text();
    assert!(page.contains("建议已采用：1 条停止公示") && page.contains("与现行的相同"), "{page}");
    check("adopted", "zh-Hans-CN", &page);
    assert_eq!(desk.staff.post(&confirm, &desk.two, &[]).status, 422, "once");
    // Each is an act of the chain, by its account.
    desk.staff.account("auditor", &["audit"]);
    let auditor = desk.staff.session("auditor");
    let acts = desk.staff.get("/console/audit?act=rules.adopt", Some(&auditor)).text();
    assert!(acts.contains("proposed") && acts.contains(&format!("confirmed-{number}")), "{acts}");
}

#[test]
fn a_proposal_ends_with_its_time_its_packs_or_its_rulebook() {
    let desk = Desk::with(FILE, same);
    let digest = desk.staff.digest();
    let at = format!("{RULES}/preview/{digest}");
    let propose = |text: &str| {
        let with = field(text, "with").to_owned();
        let fields = [("digest", digest.as_str()), ("with", with.as_str())];
        done(&desk.staff.post("/console/rules/proposals", &desk.one, &fields));
        desk.proposal()
    };
    let number = propose(&desk.looked(&at, &desk.one));
    let withdraw = format!("/console/rules/proposals/{number}/withdraw");
    done(&desk.staff.post(&withdraw, &desk.two, &[]));
    let confirm = |number: &str| {
        let path = format!("/console/rules/proposals/{number}/confirm");
        desk.staff.post(&path, &desk.two, &[]).status.as_u16()
    };
    assert_eq!(confirm(&number), 422);
    assert_eq!(confirm("999999"), 404);
    // Other packs than those that were looked at.
    let number = propose(&desk.looked(&at, &desk.one));
    let file = desk.pack.join(FILE);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n# another word\n")).unwrap();
    assert_eq!(confirm(&number), 422);
    assert!(desk.get(RULES, &desk.two).text().contains("规则包已有改动"));
    assert_eq!(desk.get(&at, &desk.two).status, 404, "these packs are not there any more");
    std::fs::write(&file, text).unwrap();
    // Nobody in time.
    desk.staff.pass(15 * 24 * 60);
    desk.staff.account("steward-3", &["steward"]);
    let two = desk.staff.session("steward-3");
    let page = desk.staff.get(RULES, Some(&two)).text();
    assert!(page.contains("已过期"), "{page}");
    let path = format!("/console/rules/proposals/{number}/confirm");
    assert_eq!(desk.staff.post(&path, &two, &[]).status, 422);
}

#[test]
fn a_broken_pack_says_where_and_why() {
    let desk = Desk::with(FILE, |text| {
        text.replacen("section = \"administrative\"", "section = \"nowhere\"", 1)
    });
    let page = desk.get(RULES, &desk.one).text();
    assert!(page.contains("national/catalogues/penalty.toml:"), "{page}");
    assert!(page.contains("不能采用") && !page.contains("/preview/"), "{page}");
    check("broken", "zh-Hans-CN", &page);
    let at = format!("{RULES}/preview/{}", desk.staff.digest());
    assert_eq!(desk.get(&at, &desk.one).status, 303);
    // A directory that is gone is told calmly.
    std::fs::remove_file(desk.pack.join("pack.toml")).unwrap();
    let page = desk.get(RULES, &desk.one);
    assert!(page.status == 200 && page.text().contains("读不出来"), "{}", page.text());
}

#[test]
fn a_notice_is_drafted_looked_at_published_and_taken_back() {
    let staff = Staff::new();
    staff.account("steward-1", &["steward"]);
    let one = staff.session("steward-1");
    let list = "/console/articles";
    for (fields, place) in [
        (vec![("slug", "Rules"), ("kind", "notice")], "#slug"),
        (vec![("slug", "rules")], "#kind-notice"),
    ] {
        let answer = staff.post(list, &one, &fields);
        assert!(answer.status == 422 && answer.text().contains(place), "{}", answer.text());
        check("slip", "zh-Hans-CN", &answer.text());
    }
    let begun = staff.post(list, &one, &[("slug", "rules"), ("kind", "notice")]);
    assert_eq!(begun.header("location"), "/console/articles/rules?kind=notice");
    let at = "/console/articles/rules";
    assert_eq!(staff.get(at, Some(&one)).status, 404, "nothing is kept yet");
    check("new", "zh-Hans-CN", &staff.get(begun.header("location"), Some(&one)).text());
    let text = "自 **2026年12月1日** 起。\r\n\r\n<script>alert(1)</script>";
    let fields = |title: &'static str, text: &'static str| {
        vec![("kind", "notice"), ("zh-title", title), ("zh-issuer", "演练局"), ("zh-text", text)]
    };
    for (title, text, place) in [
        ("", "文", "#zh-title"),
        ("题", " ", "#zh-text"),
        ("题", "一\n证件 11010519491231002X", "#zh-text"),
    ] {
        let answer = staff.post(at, &one, &fields(title, text));
        assert!(answer.status == 422 && answer.text().contains(place), "{}", answer.text());
        check("slip", "zh-Hans-CN", &answer.text());
    }
    let kept = staff.post(at, &one, &fields("规则更新", text));
    assert_eq!(kept.header("location"), "/console/articles/rules/preview");
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for path in [list.to_owned(), at.to_owned(), format!("{at}/preview")] {
            let page = staff.get(&format!("{prefix}{path}"), Some(&one));
            assert_eq!(page.status, 200, "{prefix}{path}: {}", page.text());
            check(&format!("{prefix}{path}"), lang, &page.text());
        }
    }
    let preview = staff.get(&format!("{at}/preview"), Some(&one)).text();
    assert!(preview.contains("<strong>2026年12月1日</strong>"), "{preview}");
    assert!(!preview.contains("<script>alert"), "{preview}");
    assert_eq!(staff.get("/notices/rules", None).status, 404, "a draft is nobody's");
    for (fields, place) in [
        (vec![("from", "tomorrow")], "#from"),
        (vec![("from", "2026-12-05"), ("through", "2026-12-01")], "#through"),
    ] {
        let answer = staff.post(&format!("{at}/publish"), &one, &fields);
        assert!(answer.status == 422 && answer.text().contains(place), "{}", answer.text());
    }
    done(&staff.post(&format!("{at}/publish"), &one, &[("through", "2026-12-31")]));
    assert_eq!(staff.get("/notices/rules", None).status, 200);
    assert_eq!(staff.post(&format!("{at}/withdraw"), &one, &[]).status, 422);
    done(&staff.post(&format!("{at}/withdraw"), &one, &[("reason", "日期有误")]));
    staff.pass(2);
    assert_eq!(staff.get("/notices/rules", None).status, 410);
    staff.account("auditor", &["audit"]);
    let auditor = staff.session("auditor");
    let acts = staff.get("/console/audit?act=article.manage", Some(&auditor)).text();
    assert!(acts.contains("publish from") && acts.contains("withdraw"), "{acts}");
}

#[test]
fn a_body_is_registered_and_followed_by_another() {
    let staff = Staff::new();
    staff.account("steward-1", &["steward"]);
    let one = staff.session("steward-1");
    let (list, add) = ("/console/sources", "/console/sources?add=1");
    let send = |more: &[(&str, &str)]| {
        let mut fields = vec![
            ("code", "150100-inspection"),
            ("name", "呼和浩特市市场监管综合行政执法局"),
            ("region", "150100"),
            ("sector", "market"),
            ("supplies", "penalty"),
            ("at", "form"),
        ];
        fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        fields.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        staff.post(list, &one, &fields)
    };
    for slip in [
        ("code", "a b"),
        ("code", MARKET),
        ("name", ""),
        ("uscc", "123"),
        ("region", ""),
        ("sector", ""),
        ("supplies", ""),
        ("deadline", "x"),
        ("deadline", "999"),
        ("under", "nobody"),
    ] {
        let answer = send(&[slip]);
        assert_eq!(answer.status, 422, "{slip:?}: {}", answer.text());
        let place = if slip.0 == "supplies" { "supplies-1" } else { slip.0 };
        let text = answer.text();
        assert!(text.contains(&format!("href=\"#{place}\"")), "{slip:?}: {text}");
        check(&format!("{slip:?}"), "zh-Hans-CN", &text);
    }
    let checked = send(&[("deadline", "5"), ("under", MARKET)]);
    assert!(checked.status == 200 && checked.text().contains("核对后提交"), "{}", checked.text());
    check("checked", "zh-Hans-CN", &checked.text());
    done(&send(&[("deadline", "5"), ("under", MARKET), ("at", "check")]));
    let at = "/console/sources/150100-inspection";
    let page = staff.get(at, Some(&one)).text();
    assert!(page.contains("5 个工作日") && page.contains("内蒙古自治区市场监督管理局"), "{page}");
    let end = |fields: &[(&str, &str)]| staff.post(at, &one, fields);
    for (fields, place) in [
        (vec![("until", "soon")], "#until"),
        (vec![("until", "2020-01-01")], "#until"),
        (vec![("until", "2027-01-01"), ("successor", "150100-inspection")], "#successor"),
    ] {
        let answer = end(&fields);
        assert!(answer.status == 422 && answer.text().contains(place), "{}", answer.text());
    }
    let day = [("until", "2027-01-01"), ("successor", MARKET)];
    let checked = end(&day);
    assert!(
        checked.status == 200 && checked.text().contains("登记后不能改回"),
        "{}",
        checked.text()
    );
    check("end checked", "zh-Hans-CN", &checked.text());
    done(&end(&[&day[..], &[("at", "check")]].concat()));
    assert_eq!(end(&[&day[..], &[("at", "check")]].concat()).status, 422, "once");
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for path in [list, add, at, "/console/sources?q=150100-inspection"] {
            let page = staff.get(&format!("{prefix}{path}"), Some(&one));
            assert_eq!(page.status, 200, "{prefix}{path}: {}", page.text());
            check(&format!("{prefix}{path}"), lang, &page.text());
        }
    }
    assert!(staff.get(at, Some(&one)).text().contains("2027-01-01"));
}

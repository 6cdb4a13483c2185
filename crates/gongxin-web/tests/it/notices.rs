//! The inbox, its settings, and the outbox, as pages.

use gongxin_app::InstanceKey;
use gongxin_app::gate::{OutboxManage, Permit, Scope};
use gongxin_app::notices::{Carried, Carrier, Carriers, Fault, Letter, NoticeKind};
use std::sync::{Arc, Mutex};

use crate::cases::{disputed, penalised};
use crate::html::check;
use crate::staff::{MARKET, Session, Staff, three_penalties};

const FIRM: &str = "91150000720180740Y";

/// Keeps what it was given, and answers always alike.
#[derive(Debug)]
struct Kept(Mutex<Vec<Letter>>, Carried);

impl Carrier for Kept {
    fn carry(&self, letter: &Letter) -> Carried {
        self.0.lock().unwrap().push(letter.clone());
        self.1.clone()
    }
}

fn deliver(staff: &Staff, answer: Carried) -> Vec<Letter> {
    let kept = Arc::new(Kept(Mutex::default(), answer));
    let carriers = Carriers {
        site: "https://credit.example".to_owned(),
        mail: Some(Arc::clone(&kept) as Arc<dyn Carrier>),
        webhook: Some(Arc::clone(&kept) as Arc<dyn Carrier>),
    };
    staff.office.deliver_notices(&carriers, &["code", "mail", "webhook"], &|_| true).unwrap();
    kept.0.lock().unwrap().clone()
}

fn told() -> (Staff, [Session; 4]) {
    let staff = Staff::new();
    staff.account("firm-1", &[&format!("representative:{FIRM}")]);
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    staff.account("sysadmin", &["system"]);
    staff.pass(1);
    staff.hand_in("penalty", MARKET, &three_penalties());
    let record = penalised(&staff, FIRM, MARKET);
    disputed(&staff, FIRM, &record);
    staff.office.gather_notices(&|_| true).unwrap();
    let sessions = ["firm-1", "clerk-1", "officer-1", "sysadmin"].map(|one| staff.session(one));
    (staff, sessions)
}

/// The addresses of notices in a page.
fn notices(page: &str, home: &str) -> Vec<String> {
    let start = format!("href=\"{home}/");
    let links = page.match_indices(&start).map(|(at, _)| &page[at + 6..]);
    let paths = links.filter_map(|rest| rest.split('"').next().map(str::to_owned));
    paths.filter(|path| path.ends_with(|one: char| one.is_ascii_digit())).collect()
}

#[test]
fn every_page_of_notices_is_well_made() {
    let (staff, [firm, clerk, officer, system]) = told();
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (home, session) in
            [("/my/inbox", &firm), ("/console/inbox", &clerk), ("/console/inbox", &officer)]
        {
            let at = format!("{prefix}{home}");
            let list = staff.get(&at, Some(session));
            assert_eq!(list.status, 200, "{at}: {}", list.text());
            check(&at, lang, &list.text());
            let items = notices(&list.text(), &at);
            assert!(!items.is_empty(), "{at}: {}", list.text());
            for item in items {
                let page = staff.get(&item, Some(session));
                assert_eq!(page.status, 200, "{item}: {}", page.text());
                check(&item, lang, &page.text());
            }
        }
        for session in [&firm, &clerk, &system] {
            let at = format!("{prefix}/console/inbox/settings");
            let page = staff.get(&at, Some(session));
            assert_eq!(page.status, 200, "{}", page.text());
            check(&at, lang, &page.text());
        }
        let at = format!("{prefix}/console/outbox");
        let page = staff.get(&at, Some(&system));
        assert_eq!(page.status, 200, "{}", page.text());
        check(&at, lang, &page.text());
    }
}

/// Every kind and every fault has its words, in both languages.
#[test]
fn every_word_of_notices_is_there() {
    for source in [include_str!("../../locales/zh.toml"), include_str!("../../locales/en.toml")] {
        let has = |table: &str, key: &str| {
            let head = format!("\n[{table}]\n");
            let at = source.find(&head).unwrap_or_else(|| panic!("{table}"));
            let rest = &source[at + head.len()..];
            let own = rest.split("\n[").next().unwrap_or_default();
            own.lines().any(|line| line.starts_with(&format!("{key} = ")))
        };
        for kind in NoticeKind::ALL {
            let (group, key) = kind.word().split_once('.').unwrap();
            assert!(has(&format!("inbox.kind.{group}"), key), "{}", kind.word());
            assert!(has(&format!("inbox.says.{group}"), key), "{}", kind.word());
        }
        for word in Fault::WORDS {
            assert!(has("inbox.fault", word), "{word}");
        }
    }
}

#[test]
fn an_address_and_a_webhook_are_set_up_and_nothing_typed_is_a_script() {
    let (staff, [firm, _, _, system]) = told();
    let page = || staff.get("/console/inbox/settings", Some(&firm)).text();
    for (path, fields) in [
        ("address", vec![("address", "\"><script>alert(1)</script>")]),
        ("address", vec![("address", "13800138000@example.cn")]),
        ("address/confirm", vec![("code", "<b>")]),
        ("webhooks", vec![("url", "javascript:alert(1)")]),
        ("webhooks", vec![("url", "https://169.254.169.254/\"><script>alert(1)</script>")]),
    ] {
        for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
            let at = format!("{prefix}/console/inbox/{path}");
            let answer = staff.post(&at, &firm, &fields);
            assert_eq!(answer.status, 422, "{at}: {}", answer.text());
            check(&at, lang, &answer.text());
            assert!(!answer.text().contains("<script>alert"), "{at}");
        }
    }
    // The address counts when its code came back.
    let at = "/console/inbox/address";
    assert_eq!(staff.post(at, &firm, &[("address", "office@example.gov.cn")]).status, 303);
    check("asked", "zh-Hans-CN", &page());
    let letters = deliver(&staff, Carried::Taken);
    let Some(Letter::Mail { text, .. }) = letters.last() else { panic!("{letters:?}") };
    let is_code = |line: &&str| line.len() == 19 && line.matches('-').count() == 3;
    let code = text.lines().find(is_code).unwrap();
    assert_eq!(staff.post("/console/inbox/address/confirm", &firm, &[("code", code)]).status, 303);
    assert!(page().contains("office@example.gov.cn"));
    // No administrator sees it.
    staff.account("secadmin", &["security"]);
    let secadmin = staff.session("secadmin");
    for (path, session) in [
        ("/console/outbox", &system),
        ("/console/accounts", &system),
        ("/console/accounts/account-1", &secadmin),
    ] {
        let seen = staff.get(path, Some(session));
        assert!(seen.status == 200 && !seen.text().contains("office@example"), "{path}");
    }
    // A secret is shown once.
    let url = "https://systems.example.gov.cn/hook";
    let made = staff.post("/console/inbox/webhooks", &firm, &[("url", url)]);
    assert_eq!(made.status, 200, "{}", made.text());
    check("made", "zh-Hans-CN", &made.text());
    assert!(made.text().contains("whsec_"));
    assert!(page().contains(url) && !page().contains("whsec_"));
    assert_eq!(staff.post("/console/inbox/webhooks/end", &firm, &[("webhook", "9")]).status, 404);
    assert_eq!(staff.post("/console/inbox/webhooks/end", &firm, &[("webhook", "1")]).status, 303);
    assert!(!page().contains(url));
    assert_eq!(staff.post("/console/inbox/address/remove", &firm, &[]).status, 303);
    assert!(!page().contains("office@example"));
    // A field that a form does not have, and a form of nobody's session.
    let more = [("address", "a@example.cn"), ("account", "2")];
    assert_eq!(staff.post(at, &firm, &more).status, 403);
    let none = staff.send("POST", at, Some(&firm), &[], "address=a%40example.cn");
    assert_eq!(none.status, 403);
}

#[test]
fn what_failed_is_seen_by_the_system_administrator_and_sent_again() {
    let (staff, [firm, clerk, _, system]) = told();
    let chosen = [("webhook", "account.changed")];
    assert_eq!(staff.post("/console/inbox/settings", &firm, &chosen).status, 303);
    let url = [("url", "https://systems.example.gov.cn/hook")];
    assert_eq!(staff.post("/console/inbox/webhooks", &firm, &url).status, 200);
    staff.office.gather_notices(&|_| true).unwrap();
    deliver(&staff, Carried::Never(Fault::with("turned-away", 410)));
    let page = staff.get("/console/outbox?state=failed", Some(&system));
    assert_eq!(page.status, 200);
    check("failed", "zh-Hans-CN", &page.text());
    assert!(
        page.text().contains("410") && !page.text().contains("systems.example"),
        "{}",
        page.text()
    );
    let settings = staff.get("/en/console/inbox/settings", Some(&firm));
    check("settings with a fault", "en", &settings.text());
    assert!(settings.text().contains("410"));
    assert_eq!(staff.post("/console/outbox", &clerk, &[("delivery", "all")]).status, 404);
    assert_eq!(staff.post("/console/outbox", &system, &[("delivery", "all")]).status, 303);
    assert!(!deliver(&staff, Carried::Taken).is_empty());
    let key = InstanceKey::new([7; 32]);
    let permit: Permit<OutboxManage> =
        staff.office.permit_at_machine(&key, "op", Scope::Platform).unwrap();
    let counts = staff.office.outbox(&permit, None, (None, 9)).unwrap().counts;
    assert_eq!(counts.get("failed"), None, "{counts:?}");
}

#[test]
fn the_number_of_unread_ones_stands_in_the_bar_and_goes() {
    let (staff, [firm, ..]) = told();
    let bar = || staff.get("/my/inbox", Some(&firm)).text();
    assert!(bar().contains("未读"), "{}", bar());
    let upto = notices(&bar(), "/my/inbox")[0].rsplit('/').next().unwrap().to_owned();
    let done = staff.post("/my/inbox", &firm, &[("upto", &upto)]);
    assert_eq!(done.status, 303);
    assert!(!bar().contains("未读"), "{}", bar());
    // Another's stay.
    let clerk = staff.session("clerk-1");
    assert!(staff.get("/console/inbox", Some(&clerk)).text().contains("未读"));
    // One of another is answered like one that there is not.
    let own = format!("/console/inbox/{upto}");
    let foreign = staff.get(&own, Some(&clerk));
    let none = staff.get("/console/inbox/99999", Some(&clerk));
    assert_eq!((foreign.status.as_u16(), &foreign.body), (404, &none.body));
}

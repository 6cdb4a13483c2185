//! Cases by key: whose they are, what is stale, what the procedure refuses.

use serde_json::{Value, json};

use crate::cases::{disputed, penalised};
use crate::client::Answer;
use crate::staff::{MARKET, Staff};

const FIRM: &str = "91150000720180740Y";
const ACTIONS: [&str; 3] = ["case.see", "case.open", "case.step"];

/// A key of an account for these actions, as it is sent.
fn key(staff: &Staff, login: &str, actions: &[&str]) -> String {
    let session = staff.session(login);
    let mut fields = vec![("name", "系统"), ("days", "30")];
    fields.extend(actions.iter().map(|action| ("action", *action)));
    let made = staff.post("/console/account/keys", &session, &fields);
    assert_eq!(made.status, 200, "{}", made.text());
    let text = made.text();
    format!("Bearer {}", &text[text.find("gongxin_").unwrap()..][..60])
}

fn ask(staff: &Staff, method: &str, path: &str, key: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let path = format!("/api/v1/own/cases{path}");
    staff.send(method, &path, None, &[("authorization", key)], &body)
}

#[test]
fn a_bodys_system_works_on_its_cases_and_on_no_others() {
    let staff = Staff::new();
    let record = penalised(&staff, FIRM, MARKET);
    let case = disputed(&staff, FIRM, &record);
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    staff.account("officer-2", &["officer:150000-environment"]);
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    let own = key(&staff, "officer-1", &ACTIONS);
    let other = key(&staff, "officer-2", &ACTIONS);
    let listed = ask(&staff, "GET", "?only=open", &own, &Value::Null);
    assert_eq!(listed.json()["cases"][0]["number"], case.as_str(), "{}", listed.text());
    let none = ask(&staff, "GET", "", &other, &Value::Null);
    assert_eq!((none.status.as_u16(), none.json()["cases"].clone()), (200, json!([])));

    // Another's is answered like one that there is not, on every operation; nothing is done.
    let at = format!("/{case}");
    let steps = format!("/{case}/steps");
    let accept = json!({ "step": "accept", "seen": 1 });
    for (method, place, absent, body) in [
        ("GET", at.as_str(), "/none", &Value::Null),
        ("POST", steps.as_str(), "/none/steps", &accept),
    ] {
        let answer = ask(&staff, method, place, &other, body);
        let nothing = ask(&staff, method, absent, &other, body);
        assert_eq!((answer.status.as_u16(), &answer.body), (404, &nothing.body), "{method}");
    }
    let opening = json!({ "procedure": "objection-link", "record": record, "text": "不是本单位" });
    assert_eq!(ask(&staff, "POST", "", &other, &opening).status, 404);
    // Nor does a key do what it was not made for, or none at all.
    let seeing = key(&staff, "officer-1", &["case.see"]);
    assert_eq!(ask(&staff, "GET", &at, &seeing, &Value::Null).status, 200);
    assert_eq!(ask(&staff, "POST", &steps, &seeing, &accept).status, 404);
    let clerk = key(&staff, "clerk-1", &["body.see"]);
    assert_eq!(ask(&staff, "GET", "", &clerk, &Value::Null).status, 404);
    for wrong in ["", "Bearer gongxin_0"] {
        assert_eq!(ask(&staff, "GET", &at, wrong, &Value::Null).status, 401);
        assert_eq!(ask(&staff, "POST", &steps, wrong, &accept).status, 401);
    }

    // A step once, as the case was seen.
    let shown = ask(&staff, "GET", &at, &own, &Value::Null).json();
    assert!(!shown.to_string().contains("account-"), "no account is told: {shown}");
    let may: Vec<&str> =
        shown["may"].as_array().unwrap().iter().map(|one| one["step"].as_str().unwrap()).collect();
    assert!(may.contains(&"accept"), "{may:?}");
    let stale = ask(&staff, "POST", &steps, &own, &json!({ "step": "accept", "seen": 1 }));
    assert_eq!((stale.status.as_u16(), stale.json()["fault"].clone()), (409, json!("stale")));
    let seen = shown["last"].clone();
    let accept = json!({ "step": "accept", "seen": seen });
    let taken = ask(&staff, "POST", &steps, &own, &accept);
    assert_eq!((taken.status.as_u16(), taken.json()["state"].clone()), (200, json!("accepted")));
    assert_eq!(ask(&staff, "POST", &steps, &own, &accept).status, 409);
}

#[test]
fn what_cannot_be_read_and_what_the_procedure_refuses_does_nothing() {
    let staff = Staff::new();
    let record = penalised(&staff, FIRM, MARKET);
    let case = disputed(&staff, FIRM, &record);
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    let key = key(&staff, "officer-1", &ACTIONS);
    let steps = format!("/{case}/steps");
    let at = format!("/{case}");
    let seen = ask(&staff, "GET", &at, &key, &Value::Null).json()["last"].clone();
    let many: Vec<Value> = (0..21).map(|_| json!("paper")).collect();
    for (body, status) in [
        (Value::Null, 400),
        (json!([]), 400),
        (json!({ "step": "fly", "seen": seen }), 400),
        (json!({ "step": "accept" }), 400),
        (json!({ "step": "accept", "seen": -1 }), 400),
        (json!({ "step": "accept", "seen": u64::MAX }), 400),
        (json!({ "step": "accept", "seen": seen, "role": "steward" }), 400),
        (json!({ "step": "accept", "seen": seen, "verdict": "perhaps" }), 400),
        (json!({ "step": "accept", "seen": seen, "record": "x" }), 400),
        (json!({ "step": "accept", "seen": seen, "papers": many }), 400),
        (json!({ "step": "decide", "seen": seen, "verdict": "upheld", "reason": "x" }), 422),
        (json!({ "step": "accept", "seen": seen, "reason": "电话13800000000" }), 422),
    ] {
        let answer = ask(&staff, "POST", &steps, &key, &body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        if status == 422 {
            assert!(answer.json()["fault"].is_string(), "{body}");
        }
    }
    for body in [
        json!({ "procedure": "none", "record": record, "text": "x" }),
        json!({ "procedure": "objection-content", "record": record, "text": "又一件" }),
    ] {
        let answer = ask(&staff, "POST", "", &key, &body);
        assert_eq!(answer.status, 422, "{body}: {}", answer.text());
    }
    assert_eq!(ask(&staff, "GET", &at, &key, &Value::Null).json()["last"], seen);
}

#[test]
fn a_proposal_is_opened_by_key_for_the_body_that_is_named() {
    let staff = Staff::new();
    penalised(&staff, FIRM, MARKET);
    staff.account("officer-1", &[&format!("officer:{MARKET}")]);
    let own = key(&staff, "officer-1", &ACTIONS);
    let opening = |body: Option<&str>, list: Option<&str>| {
        let opening = json!({
            "procedure": "listing", "code": FIRM, "list": list, "body": body,
            "authority": "内蒙古自治区市场监督管理局", "text": "拟列入", "papers": ["proposal"],
        });
        ask(&staff, "POST", "", &own, &opening)
    };
    // The key is for an office under the body as well: which of them proposes must be said.
    assert_eq!(opening(None, Some("market")).status, 404);
    assert_eq!(opening(Some("150000-environment"), Some("market")).status, 404);
    for list in [None, Some("tax"), Some("nothing")] {
        let refused = opening(Some(MARKET), list);
        assert_eq!(refused.status, 422, "{list:?}");
        assert_eq!(refused.json()["fault"], "no-list", "{}", refused.text());
    }
    let opened = opening(Some(MARKET), Some("market"));
    assert_eq!(opened.status, 200, "{}", opened.text());
    assert!(opened.json()["number"].as_str().unwrap().starts_with("L-"));
}

//! Every endpoint that needs a right, called without, with too little, and with another's.

use gongxin_app::gate::ACTIONS;
use gongxin_web::endpoints;

use crate::cases::{disputed, penalised};
use crate::staff::{MARKET, PENALTIES, Session, Staff, penalty, three_penalties};

/// The endpoints that no case here calls. Committed, and empty.
const UNCOVERED: &str = include_str!("uncovered-endpoints.txt");

/// Whom an endpoint answers: `all` who are signed in, or the roles named.
const ANSWERED: &[(&str, &str)] = &[
    ("GET /my", "all"),
    ("GET /my/records", "representative"),
    ("GET /my/records/{record}", "representative"),
    ("GET /my/reads", "representative"),
    ("GET /console", "all"),
    ("GET /console/file", "officer steward"),
    ("POST /console/file", "officer steward"),
    ("GET /console/account", "all"),
    ("GET /console/account/password", "all"),
    ("POST /console/account/password", "all"),
    ("GET /console/account/factor", "all"),
    ("POST /console/account/factor", "all"),
    ("POST /console/account/recovery", "all"),
    ("POST /console/account/sessions", "all"),
    ("POST /console/account/keys", "clerk officer steward agency"),
    ("POST /console/account/keys/revoke", "clerk officer steward agency"),
    ("POST /console/account/identities", "all"),
    ("POST /console/account/identities/remove", "all"),
    ("GET /console/accounts", "system security"),
    ("POST /console/accounts", "system"),
    ("GET /console/accounts/{id}", "system security"),
    ("POST /console/accounts/{id}/roles", "security"),
    ("POST /console/accounts/{id}/lock", "security"),
    ("POST /console/accounts/{id}/reset", "system"),
    ("POST /console/accounts/{id}/identities", "system"),
    ("POST /console/accounts/{id}/identities/remove", "system"),
    ("GET /console/audit", "audit"),
    ("POST /console/audit/export", "audit"),
    ("GET /console/reads", "audit"),
    ("GET /my/cases", "representative"),
    ("GET /my/cases/new/objection", "representative"),
    ("POST /my/cases/new/objection", "representative"),
    ("GET /my/cases/new/repair", "representative"),
    ("POST /my/cases/new/repair", "representative"),
    ("GET /my/cases/new/reply", "representative"),
    ("POST /my/cases/new/reply", "representative"),
    ("GET /my/cases/new/complaint", "representative"),
    ("POST /my/cases/new/complaint", "representative"),
    ("GET /console/cases/new/listing", "officer"),
    ("POST /console/cases/new/listing", "officer"),
    ("GET /console/cases/new/shielding", "officer steward"),
    ("POST /console/cases/new/shielding", "officer steward"),
    ("GET /my/cases/{no}", "representative"),
    ("POST /my/cases/{no}", "representative"),
    ("GET /console/cases", "officer steward"),
    ("GET /console/cases/{no}", "officer steward"),
    ("POST /console/cases/{no}", "officer steward"),
    ("GET /console/rules", "steward"),
    ("GET /console/rules/preview/{digest}", "steward"),
    ("POST /console/rules/preview/{digest}", "steward"),
    ("POST /console/rules/proposals", "steward"),
    ("POST /console/rules/proposals/{proposal}/confirm", "steward"),
    ("POST /console/rules/proposals/{proposal}/withdraw", "steward"),
    ("GET /console/articles", "steward"),
    ("POST /console/articles", "steward"),
    ("GET /console/articles/{slug}", "steward"),
    ("POST /console/articles/{slug}", "steward"),
    ("GET /console/articles/{slug}/preview", "steward"),
    ("POST /console/articles/{slug}/publish", "steward"),
    ("POST /console/articles/{slug}/withdraw", "steward"),
    ("GET /console/sources", "steward"),
    ("POST /console/sources", "steward"),
    ("GET /console/sources/{code}", "steward"),
    ("POST /console/sources/{code}", "steward"),
    ("GET /console/intake", "clerk"),
    ("POST /console/intake", "clerk"),
    ("GET /console/intake/running", "clerk"),
    ("POST /console/intake/running/{parcel}/catalogue", "clerk"),
    ("POST /console/intake/running/{parcel}/resume", "clerk"),
    ("GET /console/intake/templates/{body}/{catalogue}", "clerk"),
    ("GET /console/batches", "clerk officer steward"),
    ("GET /console/batches/{batch}", "clerk officer steward"),
    ("GET /console/batches/{batch}/receipt/{form}", "clerk officer steward"),
    ("GET /console/batches/{batch}/withdraw", "clerk"),
    ("POST /console/batches/{batch}/withdraw", "clerk"),
    ("GET /console/batches/{batch}/rows/{row}", "clerk"),
    ("POST /console/batches/{batch}/rows/{row}", "clerk"),
    ("GET /console/records/new/{catalogue}", "clerk"),
    ("POST /console/records/new/{catalogue}", "clerk"),
    ("GET /console/held", "clerk steward"),
    ("GET /console/review", "clerk steward"),
    ("GET /console/review/{held}", "clerk steward"),
    ("POST /console/review/{held}", "clerk steward"),
    ("GET /console/quality", "clerk officer steward"),
    ("GET /console/quality/{month}", "clerk officer steward"),
    ("GET /console/quality/{month}/workbook", "clerk officer"),
    ("GET /console/check", "clerk officer"),
    ("POST /console/check", "clerk officer"),
    ("GET /my/inbox", "all"),
    ("POST /my/inbox", "all"),
    ("GET /my/inbox/{notice}", "representative"),
    ("GET /console/inbox", "all"),
    ("POST /console/inbox", "all"),
    ("GET /console/inbox/settings", "all"),
    ("POST /console/inbox/settings", "all"),
    ("POST /console/inbox/address", "all"),
    ("POST /console/inbox/address/confirm", "all"),
    ("POST /console/inbox/address/remove", "all"),
    ("POST /console/inbox/webhooks", "clerk officer steward agency representative"),
    ("POST /console/inbox/webhooks/end", "clerk officer steward agency representative"),
    ("GET /console/inbox/{notice}", "representative"),
    ("GET /console/outbox", "system"),
    ("POST /console/outbox", "system"),
];

/// What stands in the addresses of things that are there.
const PLACES: &[(&str, &str)] = &[
    ("{batch}", "1"),
    ("{row}", "2"),
    ("{held}", "1"),
    ("{form}", "csv"),
    ("{body}", MARKET),
    ("{catalogue}", "penalty"),
    ("{parcel}", "none"),
    ("{number}", "none"),
    ("{proposal}", "1"),
    ("{slug}", "a-draft"),
    ("{code}", MARKET),
    ("{month}", "2026-11"),
    // Of the representative alone: see the cast.
    ("{notice}", "1"),
];

const FIRM: &str = "91150000720180740Y";

/// Fields with which a form would do what it is for.
fn fields(path: &str) -> Vec<(&'static str, &'static str)> {
    match path {
        "/console/account/password" => vec![("present", "x"), ("new", "y"), ("again", "y")],
        "/console/account/factor" => vec![("code", "000000")],
        "/console/account/recovery" => vec![("code", "000000")],
        "/console/account/sessions" => vec![("session", "none")],
        "/console/account/keys" => vec![("name", "k"), ("action", "body.see"), ("days", "1")],
        "/console/account/keys/revoke" => vec![("key", "9999")],
        "/console/account/identities" => vec![("provider", "none"), ("present", "x")],
        "/console/account/identities/remove" | "/console/accounts/{id}/identities/remove" => {
            vec![("identity", "none")]
        }
        "/console/accounts/{id}/identities" => {
            vec![("issuer", "https://sso.example"), ("subject", "x")]
        }
        "/console/accounts" => vec![("login", "new-one"), ("post", "岗位")],
        "/console/accounts/{id}/roles" => vec![("roles", "clerk:150000-market")],
        "/console/accounts/{id}/lock" => vec![("lock", "yes")],
        "/console/file" => vec![
            ("code", FIRM),
            ("body", MARKET),
            ("purpose", "supervision"),
            ("basis", "检查通知1号"),
        ],
        "/console/audit/export" => vec![("format", "jsonl")],
        "/my/cases/new/objection"
        | "/my/cases/new/repair"
        | "/my/cases/new/reply"
        | "/my/cases/new/complaint"
        | "/console/cases/new/listing"
        | "/console/cases/new/shielding" => vec![("at", "check")],
        "/my/cases/{no}" | "/console/cases/{no}" => vec![("step", "withdraw"), ("seen", "1")],
        "/console/intake/running/{parcel}/catalogue" => vec![("catalogue", "penalty")],
        "/console/batches/{batch}/withdraw" => vec![("reason", "wrong")],
        "/console/review/{held}" => vec![("act", "refuse"), ("reason", "seen")],
        "/my/inbox" | "/console/inbox" => vec![("upto", "1")],
        "/console/inbox/address" => vec![("address", "office@example.gov.cn")],
        "/console/inbox/address/confirm" => vec![("code", "0000")],
        "/console/inbox/webhooks" => vec![("url", "https://systems.example.gov.cn/hook")],
        "/console/inbox/webhooks/end" => vec![("webhook", "1")],
        "/console/outbox" => vec![("delivery", "all")],
        "/console/rules/proposals" => vec![("digest", "0"), ("with", "0")],
        "/console/articles" => vec![("slug", "another"), ("kind", "notice")],
        "/console/articles/{slug}" => vec![("zh-title", "题"), ("zh-text", "文")],
        "/console/articles/{slug}/publish" => vec![("from", "2026-11-24")],
        "/console/articles/{slug}/withdraw" => vec![("reason", "x")],
        "/console/sources" => vec![("code", "x"), ("name", "某局")],
        "/console/sources/{code}" => vec![("until", "2027-01-01")],
        _ => Vec::new(),
    }
}

/// A file with one penalty.
fn penalty_of(code: &str, number: u32) -> String {
    let row = penalty("演练州云禾商贸有限公司", "法人及非法人组织", code, number);
    format!("{PENALTIES}\r\n{row}")
}

struct Cast {
    staff: Staff,
    sessions: Vec<(&'static str, Session)>,
    target: String,
    case: String,
    record: String,
    /// Of the packs that a steward may look at.
    digest: String,
}

fn cast() -> Cast {
    let staff = Staff::new();
    let target = staff.account("target", &[]);
    staff.hand_in("penalty", MARKET, &three_penalties());
    let record = penalised(&staff, FIRM, MARKET);
    let case = disputed(&staff, FIRM, &record);
    let roles = [
        ("clerk", format!("clerk:{MARKET}")),
        ("officer", format!("officer:{MARKET}")),
        ("steward", "steward".to_owned()),
        ("representative", format!("representative:{FIRM}")),
        ("agency", format!("agency:{FIRM}")),
        ("system", "system".to_owned()),
        ("security", "security".to_owned()),
        ("audit", "audit".to_owned()),
        ("none", String::new()),
    ];
    for (role, grant) in &roles {
        let grants: Vec<&str> =
            [grant.as_str()].into_iter().filter(|one| !one.is_empty()).collect();
        staff.account(&format!("holder-{role}"), &grants);
    }
    // Something that is told to the representative alone, as the first notice of all.
    staff.pass(1);
    staff.hand_in("penalty", MARKET, &penalty_of(FIRM, 77));
    staff.office.gather_notices(&|_| true).unwrap();
    let sessions = roles.iter().map(|(role, _)| (*role, staff.session(&format!("holder-{role}"))));
    let sessions = sessions.collect();
    let digest = staff.digest();
    staff.draft("a-draft", "草稿");
    Cast { sessions, target, case, record, digest, staff }
}

#[test]
fn every_endpoint_answers_whom_it_should_and_nobody_else() {
    let Cast { staff, sessions, target, case, record, digest } = cast();
    let mut uncovered = Vec::new();
    for (method, path) in endpoints() {
        let name = format!("{method} {path}");
        let answered = ANSWERED.iter().find(|(endpoint, _)| *endpoint == name);
        let Some((_, answered)) = answered else {
            uncovered.push(name);
            continue;
        };
        let at = path.replace("{id}", &target).replace("{no}", &case);
        let at = at.replace("{record}", &record).replace("{digest}", &digest);
        let at = PLACES.iter().fold(at, |at, (name, value)| at.replace(name, value));
        // Nobody: sent to sign in, whatever the address.
        let nobody = staff.send(method, &at, None, &[], "");
        let location = nobody.header("location");
        assert!(nobody.status == 303 && location.starts_with("/sign-in"), "{name}: {nobody:?}");
        for (role, session) in &sessions {
            let may = *answered == "all" || answered.split(' ').any(|one| one == *role);
            let answer = match method {
                "GET" => staff.get(&at, Some(session)),
                _ if may => continue,
                _ => staff.post(&at, session, &fields(path)),
            };
            let (status, what) = (answer.status.as_u16(), format!("{name} by {role}"));
            if may {
                assert!(matches!(status, 200 | 303), "{what}: {status}");
            } else {
                assert_eq!(status, 404, "{what}");
                // The same as where there is nothing.
                let nothing = staff.get("/console/nothing", Some(session));
                assert_eq!(answer.body, nothing.body, "{what}");
            }
        }
        // What nobody may do was done by nobody.
        let state = staff.state(&target);
        assert!(state.roles.is_empty() && state.state == "active" && state.has_password, "{name}");
    }
    // Those of the API are opened by keys alone, below.
    uncovered.retain(|name| !name.contains(" /api/v1/own/"));
    assert_eq!(uncovered.join("\n"), UNCOVERED.trim_end());
    assert_eq!(ACTIONS.len(), 25, "an action without an endpoint is not shown here");
}

/// A right of one body opens nothing of another, with a session or a key.
#[test]
fn the_wrong_bodys_rights_open_nothing() {
    let Cast { staff, sessions, .. } = cast();
    let clerk = &sessions.iter().find(|(role, _)| *role == "clerk").unwrap().1;
    let made = staff.post(
        "/console/account/keys",
        clerk,
        &[("name", "系统"), ("action", "body.see"), ("days", "30")],
    );
    let text = made.text();
    let key = &text[text.find("gongxin_").unwrap()..][..60];
    let bearer = format!("Bearer {key}");
    let ask = |query: &str, bearer: &str| {
        let path = format!("/api/v1/own/hand-ins{query}");
        staff.send("GET", &path, None, &[("authorization", bearer)], "")
    };
    assert_eq!(ask("", &bearer).status, 200);
    for own in ["150000-market", "150102-market-east"] {
        assert_eq!(ask(&format!("?source={own}"), &bearer).status, 200, "{own}");
    }
    let other = ask("?source=150000-environment", &bearer);
    let absent = ask("?source=no-such-body", &bearer);
    assert_eq!((other.status.as_u16(), &other.body), (404, &absent.body));
    for wrong in ["", "Bearer ", "Bearer gongxin_0", "Basic x", &bearer[..bearer.len() - 1]] {
        assert_eq!(ask("", wrong).status, 401, "{wrong}");
    }
    // A key is no session, and a session no key.
    let as_key = format!("Bearer {}", clerk.token);
    assert_eq!(ask("", &as_key).status, 401);
    // Revoked it opens nothing, nor does another's form revoke it.
    let officer = &sessions.iter().find(|(role, _)| *role == "officer").unwrap().1;
    assert_eq!(staff.post("/console/account/keys/revoke", officer, &[("key", "1")]).status, 404);
    assert_eq!(ask("", &bearer).status, 200);
    assert_eq!(staff.post("/console/account/keys/revoke", clerk, &[("key", "1")]).status, 303);
    assert_eq!(ask("", &bearer).status, 401);
}

//! Signing in by another platform, and what an attacker tries on the way there and back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gongxin_app::accounts::AuditAsk;
use gongxin_app::gate::{AccountBind, AccountLock, AuditRead, Scope};
use gongxin_app::{InstanceKey, OfficeError};
use gongxin_model::Instant;
use gongxin_model::openid::{
    Back, BodyGrant, FactorTerms, GrantTerms, IdentityProvider, JourneyWords, ProviderFault,
    ProviderName, ProviderTerms, Verified,
};

use crate::client::Answer;
use crate::html::check;
use crate::staff::{MARKET, PASSWORD, Session, Staff, form, three_penalties};

const FIRM: &str = "91150000720180740Y";

/// A provider that vouches for whom a code names: `person` or `person;claim=value;amr=value`.
#[derive(Debug)]
struct Fake {
    terms: ProviderTerms,
    asked: AtomicUsize,
    is_down: Mutex<bool>,
}

fn provider(id: &str) -> Arc<Fake> {
    let body = BodyGrant {
        claim: "org".into(),
        value: "market".into(),
        role: "clerk".into(),
        body: MARKET.into(),
    };
    Arc::new(Fake {
        terms: ProviderTerms {
            id: id.into(),
            issuer: format!("https://{id}.example"),
            name: ProviderName { zh: "统一身份认证".into(), en: "Unified identity".into() },
            second_factor: FactorTerms {
                amr: BTreeSet::from(["otp".into()]),
                acr: BTreeSet::new(),
            },
            grants: GrantTerms {
                organisation: Some("uscc".into()),
                new_accounts: true,
                post: Some("企业代表".into()),
                bodies: vec![body],
            },
        },
        asked: AtomicUsize::new(0),
        is_down: Mutex::new(false),
    })
}

impl Fake {
    fn fault(&self) -> Result<(), ProviderFault> {
        let down = ProviderFault::Down { id: self.terms.id.clone(), why: "a test".into() };
        if *self.is_down.lock().unwrap() { Err(down) } else { Ok(()) }
    }
}

impl IdentityProvider for Fake {
    fn terms(&self) -> &ProviderTerms {
        &self.terms
    }

    fn leave(&self, words: &JourneyWords, _: Instant) -> Result<String, ProviderFault> {
        self.fault()?;
        Ok(format!("{}/authorize?nonce={}&state={}.", self.terms.issuer, words.nonce, words.state))
    }

    fn verify(&self, back: &Back<'_>, _: Instant) -> Result<Verified, ProviderFault> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.fault()?;
        let mut parts = back.code.split(';');
        let subject = parts.next().unwrap().to_owned();
        if subject == "forged" {
            return Err(ProviderFault::Token("forged".into()));
        }
        let mut verified = Verified {
            issuer: self.terms.issuer.clone(),
            subject,
            methods: BTreeSet::new(),
            class: None,
            claims: BTreeMap::new(),
        };
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            if name == "amr" {
                verified.methods.insert(value.to_owned());
            } else {
                verified.claims.insert(name.to_owned(), vec![value.to_owned()]);
            }
        }
        Ok(verified)
    }

    fn sign_out(&self, _: Instant) -> Option<String> {
        self.fault().ok().map(|()| format!("{}/end", self.terms.issuer))
    }
}

struct World {
    staff: Staff,
    region: Arc<Fake>,
}

/// A browser on its way: the cookie and the state that it has.
#[derive(Debug, Clone)]
struct Away {
    cookie: String,
    state: String,
}

fn world() -> World {
    let (region, other) = (provider("region"), provider("other"));
    let staff = Staff::with(vec![region.clone(), other]);
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    World { staff, region }
}

fn cookie<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let all = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    all.filter_map(|text| text.strip_prefix(&format!("{name}="))).next()
}

fn away(answer: &Answer) -> Away {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let set = cookie(answer, "gongxin-journey").unwrap();
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{set}");
    let text = answer.text();
    let state = text.split_once("state=").unwrap().1.split_once('.').unwrap().0.to_owned();
    Away { cookie: set.split(';').next().unwrap().to_owned(), state }
}

impl World {
    fn leave(&self, next: &str) -> Away {
        let body = form(&[("next", next)]);
        away(&self.staff.send("POST", "/sign-in/with/region", None, &[], &body))
    }

    fn back(&self, cookie: &str, state: &str, code: &str) -> Answer {
        self.back_at("region", cookie, state, code)
    }

    fn back_at(&self, provider: &str, cookie: &str, state: &str, code: &str) -> Answer {
        let code = code.replace(';', "%3B").replace('=', "%3D");
        let path = format!("/sign-in/return/{provider}?code={code}&state={state}");
        let cookie = format!("gongxin-journey={cookie}");
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
        self.staff.send("GET", &path, None, &headers, "")
    }

    fn enter(&self, code: &str) -> Answer {
        let Away { cookie, state } = self.leave("");
        self.back(&cookie, &state, code)
    }

    /// Where an answer goes on by itself, and the session that it gives.
    fn entered(&self, answer: &Answer) -> (String, Session) {
        assert_eq!(answer.status, 200, "{}", answer.text());
        let set = cookie(answer, "gongxin").unwrap();
        assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{set}");
        let token = set.split(';').next().unwrap().to_owned();
        let signed = self.staff.office.signed(&token, "").unwrap().unwrap();
        let text = answer.text();
        let on = text.split_once("content=\"0; url=").unwrap().1.split_once('"').unwrap().0;
        (on.replace("&#x2f;", "/"), Session { token, word: signed.form_word().to_owned() })
    }

    fn bind(&self, id: &str, subject: &str) -> Result<(), OfficeError> {
        let key = InstanceKey::new([7; 32]);
        let office = &self.staff.office;
        let permit = office.permit_at_machine::<AccountBind>(&key, "op", Scope::Platform)?;
        office.bind_account(&permit, id, ("https://region.example", subject))?;
        let permit = office.permit_at_machine::<AccountLock>(&key, "op", Scope::Platform)?;
        office.lock_account(&permit, id, false)
    }

    fn bound(&self, login: &str, roles: &[&str], subject: &str) -> String {
        let id = self.staff.account(login, roles);
        self.bind(&id, subject).unwrap();
        id
    }

    fn acts(&self) -> Vec<String> {
        let key = InstanceKey::new([7; 32]);
        let office = &self.staff.office;
        let permit = office.permit_at_machine::<AuditRead>(&key, "op", Scope::Platform).unwrap();
        let page = office.audit(&permit, &AuditAsk::default(), 200).unwrap();
        let text = |row: gongxin_app::accounts::AuditRow| {
            format!("{} {} {} {}", row.act.act, row.act.about, row.act.outcome, row.act.detail)
        };
        page.rows.into_iter().map(text).collect()
    }
}

fn refused(answer: &Answer, words: &str) {
    assert!(cookie(answer, "gongxin").is_none(), "{words}");
    assert!(matches!(answer.status.as_u16(), 422 | 503), "{words}: {}", answer.status);
    assert!(answer.text().contains(words), "{words}: {}", answer.text());
}

const STATE: &str = "不是从本浏览器开始的";

#[test]
fn a_bound_account_signs_in_and_out_and_every_step_is_an_act() {
    let world = world();
    let id = world.bound("officer-1", &[&format!("officer:{MARKET}")], "officer-there");
    let (on, session) = world.entered(&world.enter("officer-there"));
    assert_eq!(on, "/console");
    assert_eq!(world.staff.get("/console", Some(&session)).status, 200);
    let out = world.staff.post("/sign-out", &session, &[]);
    assert!(
        out.text().contains("https://region.example/end") || out.text().contains("region.example")
    );
    assert_eq!(world.staff.get("/console", Some(&session)).status, 303);
    refused(&world.enter("forged"), "没有确认您的身份");
    refused(&world.enter("stranger"), "没有绑定本平台的账号");
    let acts = world.acts().join("\n");
    for act in [
        format!("account.bind {id} done https://region.example"),
        format!("sign-in {id} done whole by region"),
        format!("sign-out {id} done"),
        "sign-in.identity  refused region: token".to_owned(),
        "sign-in.identity  refused region: bound to no account".to_owned(),
    ] {
        assert!(acts.contains(&act), "{act}\n{acts}");
    }
}

#[test]
fn of_who_somebody_is_nothing_is_kept_but_a_keyed_digest() {
    let world = world();
    world.bound("officer-1", &[], "a-subject-to-be-found");
    world.entered(&world.enter("a-subject-to-be-found;uscc=x;name=白雪莲"));
    for file in std::fs::read_dir(world.staff.directory.path()).unwrap() {
        let file = file.unwrap().path();
        let Ok(bytes) = std::fs::read(&file) else { continue };
        for secret in ["a-subject-to-be-found", "白雪莲"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {}", file.display());
        }
    }
}

/// Login CSRF: an attacker's code in somebody else's browser; and states that are nobody's.
#[test]
fn who_comes_back_in_another_browser_comes_nowhere() {
    let world = world();
    world.bound("officer-1", &[], "attacker");
    let (attacker, victim) = (world.leave(""), world.leave(""));
    refused(&world.back("", &attacker.state, "attacker"), STATE);
    refused(&world.back(&victim.cookie, &attacker.state, "attacker"), STATE);
    refused(&world.back(&attacker.state, &attacker.state, "attacker"), STATE);
    for state in ["", "x", &victim.cookie, &"x".repeat(3000)] {
        refused(&world.back(&victim.cookie, state, "attacker"), STATE);
    }
    assert_eq!(world.region.asked.load(Ordering::Relaxed), 0, "the provider is not asked");
    // What was tried took nothing from whom it was tried on.
    world.entered(&world.back(&attacker.cookie, &attacker.state, "attacker"));
}

#[test]
fn a_journey_is_taken_once_in_time_and_by_its_own_provider() {
    let world = world();
    world.bound("officer-1", &[], "officer");
    let Away { cookie, state } = world.leave("");
    world.entered(&world.back(&cookie, &state, "officer"));
    refused(&world.back(&cookie, &state, "officer"), STATE);
    assert_eq!(world.region.asked.load(Ordering::Relaxed), 1, "a code is not asked about twice");
    let Away { cookie, state } = world.leave("");
    refused(&world.back_at("other", &cookie, &state, "officer"), STATE);
    let Away { cookie, state } = world.leave("");
    world.staff.pass(11);
    refused(&world.back(&cookie, &state, "officer"), STATE);
    assert_eq!(world.staff.get("/sign-in/return/none?code=x", None).status, 404);
    // An error of the provider's is a word at most.
    let Away { cookie, state } = world.leave("");
    let path = format!("/sign-in/return/region?error=%3Cscript%3E&state={state}");
    let headers = [("cookie", format!("gongxin-journey={cookie}"))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answer = world.staff.send("GET", &path, None, &headers, "");
    refused(&answer, "没有确认您的身份");
    assert!(!answer.text().contains("script>alert") && !world.acts().join("").contains("<script"));
}

#[test]
fn nobody_is_sent_anywhere_else_nor_keeps_a_planted_session() {
    let world = world();
    world.bound("officer-1", &[], "officer");
    for (next, expected) in [
        ("/console/account", "/console/account"),
        ("//evil.example", "/console"),
        ("https://evil.example/console", "/console"),
        ("/search", "/console"),
    ] {
        let Away { cookie, state } = world.leave(next);
        let (on, _) = world.entered(&world.back(&cookie, &state, "officer"));
        assert_eq!(on, expected, "{next}");
    }
    let Away { cookie: journey, state } = world.leave("");
    let planted = "planted0000000000000000000000000000000000";
    let path = format!("/sign-in/return/region?code=officer&state={state}");
    let headers = [("cookie", format!("gongxin={planted}; gongxin-journey={journey}"))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let (_, session) = world.entered(&world.staff.send("GET", &path, None, &headers, ""));
    assert_ne!(session.token, planted);
    // Nobody is sent away by another site.
    let foreign = [("sec-fetch-site", "cross-site")];
    let answer = world.staff.send("POST", "/sign-in/with/region", None, &foreign, "");
    assert_eq!((answer.status.as_u16(), cookie(&answer, "gongxin-journey")), (403, None));
    let answer = world.staff.send("POST", "/sign-in/with/none", None, &[], "");
    assert_eq!(answer.status, 404);
}

#[test]
fn a_locked_account_and_one_that_waits_are_not_let_in() {
    let world = world();
    let id = world.bound("officer-1", &[], "officer");
    for _ in 0..5 {
        let body = form(&[("login", "officer-1"), ("password", "wrong")]);
        world.staff.send("POST", "/sign-in", None, &[], &body);
    }
    refused(&world.enter("officer"), "尝试次数过多");
    world.staff.pass(2);
    world.entered(&world.enter("officer"));
    world.staff.lock(&id);
    refused(&world.enter("officer"), "该账号不能登录");
    // A password that is too old is asked for all the same.
    let old = world.bound("officer-2", &[], "old");
    world.staff.pass(181 * 24 * 60);
    let (on, session) = world.entered(&world.enter("old"));
    assert_eq!(on, "/console/account/password");
    assert_eq!(world.staff.get("/my", Some(&session)).status, 303, "{old}");
}

#[test]
fn a_claim_gives_what_was_written_down_for_the_length_of_a_session() {
    let world = world();
    world.staff.hand_in("penalty", MARKET, &three_penalties());
    // Nobody becomes anything by what is not sound, not here, or not written down.
    for claims in ["uscc=91150000720180740X", "uscc=91150000MA0000000A", "org=tax", "role=system"] {
        refused(&world.enter(&format!("nobody;{claims}")), "没有绑定本平台的账号");
    }
    let firm = format!("person;uscc={FIRM}");
    let (on, first) = world.entered(&world.enter(&firm));
    assert_eq!(on, "/my");
    let shown = world.staff.get("/my/records", Some(&first));
    assert_eq!(shown.status, 200);
    assert!(shown.text().replace("<span>", "").replace("</span>", "").contains(FIRM));
    // The account has no role of its own, no password, and is the same the next time.
    let id = world.staff.office.signed(&first.token, "").unwrap().unwrap().id().to_owned();
    let state = world.staff.state(&id);
    assert!(state.roles.is_empty() && !state.has_password && state.login.starts_with("id-"));
    let (on, second) = world.entered(&world.enter("person"));
    assert_eq!(on, "/console");
    assert_eq!(world.staff.get("/my/records", Some(&second)).status, 404);
    let again = world.staff.office.signed(&second.token, "").unwrap().unwrap();
    assert_eq!(again.id(), id);
    // A body's role by its claim alone where that is written down.
    let (_, clerk) = world.entered(&world.enter("clerk-there;org=market;amr=otp"));
    assert_eq!(world.staff.get("/console/intake", Some(&clerk)).status, 200);
    // An administrator gets none.
    world.bound("sysadmin", &["system"], "admin");
    let (_, admin) = world.entered(&world.enter(&format!("admin;org=market;uscc={FIRM};amr=otp")));
    assert_eq!(world.staff.get("/console/intake", Some(&admin)).status, 404);
    assert_eq!(world.staff.get("/console/accounts", Some(&admin)).status, 200);
}

#[test]
fn a_second_factor_is_asked_for_unless_the_provider_vouches_for_one() {
    let world = world();
    world.bound("steward-1", &["steward"], "steward");
    let (on, _) = world.entered(&world.enter("steward"));
    assert_eq!(on, "/console/account/factor", "one must be set up");
    let (on, _) = world.entered(&world.enter("steward;amr=otp"));
    assert_eq!(on, "/console");
    world.staff.session("steward-1");
    let (on, half) = world.entered(&world.enter("steward;amr=pwd"));
    assert_eq!(on, "/sign-in/code");
    assert_eq!(world.staff.get("/console", Some(&half)).header("location"), "/sign-in/code");
    let (on, _) = world.entered(&world.enter("steward;amr=otp"));
    assert_eq!(on, "/console");
}

#[test]
fn one_binds_ones_own_account_with_its_password_and_in_its_session() {
    let world = world();
    let clerk = world.staff.session("clerk-1");
    let place = "/console/account/identities";
    let wrong = [("provider", "region"), ("present", "wrong")];
    assert_eq!(world.staff.post(place, &clerk, &wrong).status, 422);
    let right = [("provider", "region"), ("present", PASSWORD)];
    let Away { cookie: journey, state } = away(&world.staff.post(place, &clerk, &right));
    let bound = world.back(&journey, &state, "mine");
    assert_eq!((bound.status.as_u16(), cookie(&bound, "gongxin")), (200, None));
    let (on, _) = world.entered(&world.enter("mine"));
    assert_eq!(on, "/console");
    // Another's identity is not taken over, nor a session that is over bound to.
    world.staff.account("clerk-2", &[]);
    let other = world.staff.session("clerk-2");
    let Away { cookie: journey, state } = away(&world.staff.post(place, &other, &right));
    refused(&world.back(&journey, &state, "mine"), "已绑定其他账号");
    let Away { cookie: journey, state } = away(&world.staff.post(place, &other, &right));
    world.staff.post("/sign-out", &other, &[]);
    refused(&world.back(&journey, &state, "theirs"), "登录已结束");
    refused(&world.enter("theirs"), "没有绑定本平台的账号");
    // Unbound it opens nothing any more; another's form unbinds nothing.
    let id = world.staff.state(clerk_id(&world).as_str()).identities[0].id.clone();
    let other = world.staff.session("clerk-2");
    let remove = "/console/account/identities/remove";
    assert_eq!(world.staff.post(remove, &other, &[("identity", &id)]).status, 404);
    assert_eq!(world.staff.post(remove, &clerk, &[("identity", &id)]).status, 303);
    refused(&world.enter("mine"), "没有绑定本平台的账号");
}

fn clerk_id(world: &World) -> String {
    let session = world.staff.session("clerk-1");
    world.staff.office.signed(&session.token, "").unwrap().unwrap().id().to_owned()
}

/// Two administrators together: who binds does not let in, and who lets in does not bind.
#[test]
fn an_account_that_another_bound_is_locked_until_a_second_person_looked() {
    let world = world();
    let target = world.staff.account("target", &[]);
    world.staff.account("sysadmin", &["system"]);
    let admin = world.staff.session("sysadmin");
    let place = format!("/console/accounts/{target}/identities");
    let fields = [("issuer", "https://region.example"), ("subject", "admin-there")];
    assert_eq!(world.staff.post(&place, &admin, &fields).status, 303);
    assert_eq!(world.staff.state(&target).state, "locked");
    refused(&world.enter("admin-there"), "该账号不能登录");
    assert_eq!(world.staff.post(&place, &admin, &fields).status, 422, "bound already");
    let wrong = [("issuer", "https://region.example"), ("subject", "")];
    assert_eq!(world.staff.post(&place, &admin, &wrong).status, 422);
    let own = world.staff.office.signed(&admin.token, "").unwrap().unwrap().id().to_owned();
    let place = format!("/console/accounts/{own}/identities");
    assert_eq!(world.staff.post(&place, &admin, &fields).status, 422, "nobody binds themselves so");
}

#[test]
fn a_provider_that_is_down_is_said_to_be_and_pages_are_well_made() {
    let world = world();
    let target = world.bound("target", &[], "bound-there");
    world.staff.account("sysadmin", &["system"]);
    let (clerk, admin) = (world.staff.session("clerk-1"), world.staff.session("sysadmin"));
    for (prefix, lang) in [("", "zh-Hans-CN"), ("/en", "en")] {
        for (path, session) in [
            ("/sign-in".to_owned(), None),
            ("/console/account".to_owned(), Some(&clerk)),
            (format!("/console/accounts/{target}"), Some(&admin)),
        ] {
            let answer = world.staff.get(&format!("{prefix}{path}"), session);
            assert_eq!(answer.status, 200);
            check(&path, lang, &answer.text());
        }
        let path = format!("{prefix}/sign-in/with/region");
        let left = world.staff.send("POST", &path, None, &[], "next=%2Fconsole");
        check(&path, lang, &left.text());
        let Away { cookie, state } = away(&left);
        let refused = world.back(&cookie, &state, "stranger");
        check("refused", lang, &refused.text());
    }
    *world.region.is_down.lock().unwrap() = true;
    let answer = world.staff.send("POST", "/sign-in/with/region", None, &[], "");
    refused(&answer, "暂时没有回应");
    assert_eq!(answer.status, 503);
    let clerk_enters = form(&[("login", "clerk-1"), ("password", PASSWORD)]);
    assert_eq!(world.staff.send("POST", "/sign-in", None, &[], &clerk_enters).status, 303);
}

//! What an attacker tries, and what comes of it.

use crate::client::{Answer, counter};
use crate::samples::SampleDesk;
use crate::staff::{MARKET, PASSWORD, Session, Staff, form};

fn sign_in(staff: &Staff, login: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let body = form(&[("login", login), ("password", password), ("for", "department")]);
    staff.send("POST", "/sign-in", None, headers, &body)
}

fn cookie(answer: &Answer) -> &str {
    answer.header("set-cookie")
}

fn token(answer: &Answer) -> String {
    let value = cookie(answer).split(';').next().unwrap();
    value.split_once('=').unwrap().1.to_owned()
}

fn clerk() -> Staff {
    let staff = Staff::new();
    staff.account("clerk-1", &[&format!("clerk:{MARKET}")]);
    staff
}

#[test]
fn a_cookie_is_the_hosts_alone_and_readers_get_none() {
    let staff = clerk();
    let answer = sign_in(&staff, "clerk-1", PASSWORD, &[]);
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/console"));
    let plain = cookie(&answer);
    assert!(
        plain.starts_with("gongxin=") && plain.ends_with("; Path=/; HttpOnly; SameSite=Strict")
    );
    let secure = sign_in(&staff, "CLERK-1", PASSWORD, &[("x-forwarded-proto", "https")]);
    let secure = cookie(&secure);
    assert!(secure.starts_with("__Host-gongxin=") && secure.ends_with("; SameSite=Strict; Secure"));
    for address in ["/", "/sign-in", "/search?q=x", "/help", "/activate"] {
        assert_eq!(cookie(&staff.get(address, None)), "", "{address}");
    }
}

#[test]
fn what_is_private_is_kept_by_nobody_and_framed_by_nobody() {
    let staff = clerk();
    let session = staff.session("clerk-1");
    for address in ["/console", "/console/account", "/sign-in", "/activate", "/console/nothing"] {
        let answer = staff.get(address, Some(&session));
        assert_eq!(answer.header("cache-control"), "no-store", "{address}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{address}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-robots-tag"), "noindex, noarchive", "{address}");
        assert_eq!(answer.header("etag"), "", "{address}");
    }
}

#[test]
fn a_forged_an_ended_and_an_old_session_open_nothing() {
    let staff = clerk();
    let session = staff.session("clerk-1");
    let opens = |session: &Session| staff.get("/console", Some(session)).status == 200;
    assert!(opens(&session));
    let mut forged = session.clone();
    forged.token.replace_range(..1, if session.token.starts_with('0') { "1" } else { "0" });
    assert!(!opens(&forged));
    for token in ["", "'", "0", &"0".repeat(79), &"x".repeat(5_000)] {
        assert!(!opens(&Session { token: token.to_owned(), word: String::new() }), "{token}");
    }
    // Rested too long, and lasted too long.
    staff.pass(31);
    assert!(!opens(&session));
    let session = staff.session("clerk-1");
    for _ in 0..24 {
        staff.pass(25);
        staff.get("/console", Some(&session));
    }
    assert!(!opens(&session));
    // Signed out it is nobody's, played again or not.
    let session = staff.session("clerk-1");
    assert_eq!(staff.post("/sign-out", &session, &[]).status, 303);
    assert!(!opens(&session));
    // So is every session of an account that was locked.
    let id = staff.account("clerk-2", &[&format!("clerk:{MARKET}")]);
    let session = staff.session("clerk-2");
    assert!(opens(&session));
    staff.lock(&id);
    assert!(!opens(&session));
    assert_eq!(sign_in(&staff, "clerk-2", PASSWORD, &[]).status, 422);
}

#[test]
fn a_session_that_was_there_before_is_never_taken_over() {
    let staff = clerk();
    let planted =
        Session { token: "planted0000000000000000000000000000000000".into(), word: String::new() };
    let body = form(&[("login", "clerk-1"), ("password", PASSWORD)]);
    let answer = staff.send("POST", "/sign-in", Some(&planted), &[], &body);
    assert_eq!(answer.status, 303);
    assert_ne!(token(&answer), planted.token);
    assert_eq!(staff.get("/console", Some(&planted)).status, 303);
    // A change of the password makes another session of it and ends all others.
    let (here, there) = (staff.session("clerk-1"), staff.session("clerk-1"));
    let new = "eight blue herds";
    let fields = [("present", PASSWORD), ("new", new), ("again", new)];
    let changed = staff.post("/console/account/password", &here, &fields);
    assert_eq!(changed.status, 303, "{}", changed.text());
    assert_ne!(token(&changed), here.token);
    for ended in [&here, &there] {
        assert_eq!(staff.get("/console", Some(ended)).status, 303);
    }
}

#[test]
fn a_form_of_another_session_or_site_does_nothing() {
    let staff = clerk();
    staff.account("clerk-2", &[&format!("clerk:{MARKET}")]);
    let (one, other) = (staff.session("clerk-1"), staff.session("clerk-2"));
    let key = [("name", "k"), ("action", "body.see"), ("days", "1")];
    let send = |word: Option<&str>, headers: &[(&str, &str)]| {
        let mut fields = key.to_vec();
        fields.extend(word.map(|word| ("word", word)));
        staff.send("POST", "/console/account/keys", Some(&one), headers, &form(&fields)).status
    };
    assert_eq!(send(None, &[]), 403);
    assert_eq!(send(Some(""), &[]), 403);
    assert_eq!(send(Some(&other.word), &[]), 403);
    assert_eq!(send(Some(&one.word), &[("sec-fetch-site", "cross-site")]), 403);
    assert_eq!(send(Some(&one.word), &[("origin", "https://evil.example")]), 403);
    assert_eq!(send(Some(&one.word), &[("sec-fetch-site", "same-origin")]), 200);
    // Nobody is signed in by another site either.
    let answer = sign_in(&staff, "clerk-1", PASSWORD, &[("sec-fetch-site", "cross-site")]);
    assert_eq!((answer.status.as_u16(), cookie(&answer)), (403, ""));
    assert_eq!(staff.send("POST", "/sign-out", Some(&one), &[], "").status, 403);
    assert_eq!(staff.get("/console", Some(&one)).status, 200);
}

#[test]
fn a_field_that_a_form_does_not_have_is_refused() {
    let staff = clerk();
    staff.account("secadmin", &["security"]);
    staff.account("sysadmin", &["system"]);
    let target = staff.account("target", &[]);
    let [clerk, security, system] =
        ["clerk-1", "secadmin", "sysadmin"].map(|login| staff.session(login));
    for (session, path, fields) in [
        (
            &clerk,
            "/console/account/password".to_owned(),
            vec![("present", "x"), ("roles", "steward")],
        ),
        (
            &system,
            "/console/accounts".to_owned(),
            vec![("login", "x-y"), ("post", "x"), ("roles", "steward")],
        ),
        (
            &security,
            format!("/console/accounts/{target}/lock"),
            vec![("lock", "no"), ("state", "active")],
        ),
        (
            &security,
            format!("/console/accounts/{target}/roles"),
            vec![("roles", "clerk"), ("account", "account-1")],
        ),
    ] {
        assert_eq!(staff.post(&path, session, &fields).status, 403, "{path}");
    }
    let body = form(&[("login", "clerk-1"), ("password", PASSWORD), ("stage", "whole")]);
    assert_eq!(staff.send("POST", "/sign-in", None, &[], &body).status, 403);
    let large = form(&[("login", &"x".repeat(70_000))]);
    assert_eq!(staff.send("POST", "/sign-in", None, &[], &large).status, 403);
    assert_eq!(
        staff.send("POST", "/sign-in", None, &[], "login=%ff\u{0}&password=%00").status,
        422
    );
}

#[test]
fn who_signs_in_goes_on_at_own_pages_only() {
    let staff = clerk();
    for (next, expected) in [
        ("/console/account", "/console/account"),
        ("/en/console/account?x=1", "/en/console/account?x=1"),
        ("https://evil.example/console", "/console"),
        ("//evil.example/console", "/console"),
        ("/\\evil.example", "/console"),
        ("/console\\..\\evil", "/console"),
        ("/console//evil.example", "/console"),
        ("/consolevil", "/console"),
        ("/search", "/console"),
        ("/console\r\nset-cookie: x=1", "/console"),
        ("javascript:alert(1)", "/console"),
    ] {
        let body = form(&[("login", "clerk-1"), ("password", PASSWORD), ("next", next)]);
        let answer = staff.send("POST", "/sign-in", None, &[], &body);
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, expected), "{next}");
    }
}

/// An unknown login, a wrong password, a locked account: the same bytes, the same count, the same wait.
#[test]
fn nobody_learns_whether_an_account_exists() {
    let staff = clerk();
    let locked = staff.account("locked-1", &[]);
    staff.lock(&locked);
    let without =
        |answer: &Answer, login: &str| (answer.status, answer.text().replace(login, "LOGIN"));
    for attempt in 1..=6 {
        let tries =
            [("clerk-1", "wrong password"), ("nobody-1", "wrong password"), ("locked-1", PASSWORD)];
        let answers =
            tries.map(|(login, password)| without(&sign_in(&staff, login, password, &[]), login));
        assert_eq!(answers[0], answers[1], "attempt {attempt}");
        assert_eq!(answers[0], answers[2], "attempt {attempt}");
        assert_eq!(answers[0].0, 422);
        assert_eq!(answers[0].1.contains("尝试次数过多"), attempt >= 5, "attempt {attempt}");
    }
    // The right password waits like any other, and then opens.
    assert_eq!(sign_in(&staff, "clerk-1", PASSWORD, &[]).status, 422);
    staff.pass(2);
    assert_eq!(sign_in(&staff, "clerk-1", PASSWORD, &[]).status, 303);
}

#[test]
fn the_second_factor_is_asked_for_counted_and_taken_once() {
    let staff = Staff::new();
    staff.account("steward-1", &["steward"]);
    // A steward without one must set it up first, and can do nothing else.
    let answer = sign_in(&staff, "steward-1", PASSWORD, &[]);
    assert_eq!(answer.header("location"), "/console/account/factor");
    let word =
        |token: &str| staff.office.signed(token, "").unwrap().unwrap().form_word().to_owned();
    let half = Session { word: word(&token(&answer)), token: token(&answer) };
    assert_eq!(staff.get("/console", Some(&half)).header("location"), "/console/account/factor");
    let page = staff.get("/console/account/factor", Some(&half)).text();
    let (_, secret) = page.split_once("class=\"code secret\">").unwrap();
    let (secret, _) = secret.split_once("</p>").unwrap();
    let secret: String = secret.split("<span>").skip(1).map(|group| &group[..4]).collect();
    let code = staff.code(&secret);
    let shown = staff.post("/console/account/factor", &half, &[("code", &code)]);
    assert_eq!(shown.status, 200, "{}", shown.text());
    let recovery = shown.text();
    let recovery = recovery.split("<li class=\"code\">").nth(1).unwrap()[..19].to_owned();
    // From now on the password alone opens nothing.
    staff.pass(1);
    let enter = || {
        let answer = sign_in(&staff, "steward-1", PASSWORD, &[]);
        assert_eq!(answer.header("location"), "/sign-in/code");
        Session { word: word(&token(&answer)), token: token(&answer) }
    };
    let half = enter();
    assert_eq!(staff.get("/console", Some(&half)).header("location"), "/sign-in/code");
    assert_eq!(staff.post("/sign-in/code", &half, &[("code", "000000")]).status, 422);
    let code = staff.code(&secret);
    assert_eq!(staff.post("/sign-in/code", &half, &[("code", &code)]).status, 303);
    // The code, and the half session, were taken once.
    assert_eq!(
        staff.post("/sign-in/code", &half, &[("code", &code)]).header("location"),
        "/sign-in"
    );
    let half = enter();
    assert_eq!(staff.post("/sign-in/code", &half, &[("code", &code)]).status, 422);
    assert_eq!(staff.post("/sign-in/code", &half, &[("code", &recovery)]).status, 303);
    let half = enter();
    assert_eq!(staff.post("/sign-in/code", &half, &[("code", &recovery)]).status, 422);
    // Guesses are counted, also over several half sessions.
    for _ in 0..3 {
        staff.post("/sign-in/code", &half, &[("code", "000000")]);
    }
    staff.pass(1);
    let code = staff.code(&secret);
    let waits = staff.post("/sign-in/code", &half, &[("code", &code)]);
    assert_eq!(waits.status, 303, "a minute was waited");
}

#[test]
fn without_an_office_nothing_of_it_is_there() {
    let answer = crate::client::ask_at(counter(SampleDesk::default()), "GET", "/sign-in", &[]);
    assert_eq!(answer.status, 404);
    assert!(!answer.text().contains("/sign-in"));
}

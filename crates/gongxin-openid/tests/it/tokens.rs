//! What is taken of a provider, and what is not.

use gongxin_model::Instant;
use gongxin_model::openid::{FactorTerms, IdentityProvider as _, ProviderFault};
use serde_json::{Value, json};

use crate::provider::{Fake, ISSUER, NOW, SECRET, Signed, words};

const SOUND: Signed = Signed::By(0, 0);

#[test]
fn a_sound_token_says_who_it_is_and_nothing_of_a_person() {
    let fake = Fake::new();
    let verified = fake.verify(Some(ISSUER)).unwrap();
    assert_eq!((verified.issuer.as_str(), verified.subject.as_str()), (ISSUER, "person-1"));
    assert_eq!(verified.claims.len(), 1, "only what the terms name");
    assert_eq!(verified.claims["uscc"], ["91150000720180740Y"]);
    assert!(verified.has_factor(&fake.provider.terms().second_factor));
    assert!(!verified.has_factor(&FactorTerms::default()));
    assert!(!format!("{verified:?}").contains("person-1"));
    let asked = fake.answers.lock().unwrap().asked.join("\n");
    let sent = format!("code_verifier={}", words().verifier);
    assert!(asked.contains(&sent) && asked.contains("code=the-code"), "{asked}");
}

#[test]
fn who_leaves_takes_state_nonce_and_challenge_along() {
    let fake = Fake::new();
    let address = fake.provider.leave(&words(), Instant(NOW * 1_000_000)).unwrap();
    for part in [
        "https://sso.example/authorize?response_type=code&client_id=gongxin",
        "state=the-state",
        "nonce=the-nonce",
        "code_challenge_method=S256",
        "scope=openid+credit",
        "redirect_uri=https%3A%2F%2Fcredit.example%2Fsign-in%2Freturn%2Fregion",
    ] {
        assert!(address.contains(part), "{part}: {address}");
    }
    assert!(!address.contains(&words().verifier) && !address.contains(SECRET));
}

/// Every one is signed by the provider's own key, unless it says otherwise.
#[test]
fn a_token_that_does_not_hold_is_refused() {
    let set = |name: &'static str, value: Value| move |claims: &mut Value| claims[name] = value;
    let same = |_: &mut Value| {};
    let forged: Vec<(&str, Fake)> = vec![
        ("not signed", Fake::new().token(Signed::None, same)),
        ("signed with the secret", Fake::new().token(Signed::Secret, same)),
        ("signed with the public key", Fake::new().token(Signed::PublicKey, same)),
        ("signed by another key of that name", Fake::new().token(Signed::By(1, 0), same)),
        ("signed by a key that is not shown", Fake::new().token(Signed::By(1, 1), same)),
        ("another issuer", Fake::new().token(SOUND, set("iss", json!("https://evil.example")))),
        ("another audience", Fake::new().token(SOUND, set("aud", json!("other")))),
        ("two audiences", Fake::new().token(SOUND, set("aud", json!(["gongxin", "other"])))),
        ("another party", Fake::new().token(SOUND, set("azp", json!("other")))),
        ("another nonce", Fake::new().token(SOUND, set("nonce", json!("old-nonce")))),
        ("no nonce", Fake::new().token(SOUND, set("nonce", Value::Null))),
        ("over", Fake::new().token(SOUND, set("exp", json!(NOW - 61)))),
        ("made long ago", Fake::new().token(SOUND, set("iat", json!(NOW - 700)))),
        ("made in the future", Fake::new().token(SOUND, set("iat", json!(NOW + 61)))),
        ("no subject", Fake::new().token(SOUND, set("sub", json!("")))),
        ("a long subject", Fake::new().token(SOUND, set("sub", json!("x".repeat(256))))),
    ];
    for (what, fake) in forged {
        let fault = fake.verify(None).expect_err(what);
        assert!(matches!(fault, ProviderFault::Token(_)), "{what}: {fault:?}");
        assert!(!fault.to_string().contains("person-1"), "{what}: {fault}");
    }
    // Clocks differ, within bounds.
    for (name, value) in [("exp", NOW - 59), ("iat", NOW + 59), ("iat", NOW - 650)] {
        assert!(Fake::new().token(SOUND, set(name, json!(value))).verify(None).is_ok(), "{name}");
    }
}

#[test]
fn a_key_that_was_replaced_counts_at_once() {
    let fake = Fake::new();
    assert!(fake.verify(None).is_ok());
    let fake = fake.with(|answers| answers.shown = 1);
    assert!(fake.verify(None).is_err(), "a withdrawn key");
    assert!(fake.token(Signed::By(1, 1), |_| {}).verify(None).is_ok(), "the new one");
}

#[test]
fn issuers_are_not_mixed_up() {
    assert_eq!(Fake::new().verify(Some("https://evil.example")), Err(ProviderFault::Issuer));
    let must = |fake: Fake| {
        fake.with(|answers| {
            answers.announced["authorization_response_iss_parameter_supported"] = json!(true);
        })
    };
    assert_eq!(must(Fake::new()).verify(None), Err(ProviderFault::Issuer));
    assert!(must(Fake::new()).verify(Some(ISSUER)).is_ok());
    // What another issuer's document announces is none of this one's.
    let other =
        Fake::new().with(|answers| answers.announced["issuer"] = json!("https://evil.example"));
    assert!(matches!(other.verify(None), Err(ProviderFault::Down { .. })));
}

#[test]
fn a_provider_that_answers_wrongly_is_down_and_tells_nothing() {
    let refused = Fake::new().with(|answers| answers.token = json!({ "error": "invalid_grant" }));
    assert!(matches!(refused.verify(None), Err(ProviderFault::Code(_))));
    let without = Fake::new().with(|answers| {
        answers.token.as_object_mut().unwrap().remove("id_token");
    });
    assert!(matches!(without.verify(None), Err(ProviderFault::Token(_))));
    for (name, value) in [
        ("token_endpoint", "http://sso.example/token"),
        ("jwks_uri", "http://sso.example/keys"),
        ("jwks_uri", "file:///etc/passwd"),
        ("token_endpoint", "https://nowhere.example/"),
    ] {
        let fake = Fake::new().with(|answers| answers.announced[name] = json!(value));
        let fault = fake.verify(None).unwrap_err();
        assert!(matches!(fault, ProviderFault::Down { .. }), "{value}: {fault:?}");
        assert!(!fault.to_string().contains(SECRET));
    }
    let plain = Fake::new().with(|answers| {
        answers.announced["authorization_endpoint"] = json!("http://sso.example/authorize");
    });
    assert!(plain.provider.leave(&words(), Instant(NOW * 1_000_000)).is_err());
}

#[test]
fn a_session_is_ended_where_the_provider_announces_a_place() {
    let now = Instant(NOW * 1_000_000);
    assert_eq!(
        Fake::new().provider.sign_out(now).as_deref(),
        Some(
            "https://sso.example/end?x=1&client_id=gongxin&post_logout_redirect_uri=https%3A%2F%2Fcredit.example%2Fsign-in"
        )
    );
    let without = Fake::new().with(|answers| {
        answers.announced.as_object_mut().unwrap().remove("end_session_endpoint");
    });
    assert_eq!(without.provider.sign_out(now), None);
}

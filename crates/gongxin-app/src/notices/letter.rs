//! What stands in a letter: that there is something, and where to sign in. No name, no content, no reason.

use gongxin_model::Instant;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

use crate::OfficeError;

/// What the type of a message to a webhook is.
const TYPE: &str = "notice.created";

#[derive(Debug, serde::Deserialize)]
struct Words {
    subject: String,
    text: String,
}

#[derive(Debug, serde::Deserialize)]
struct Letters {
    notice: Words,
    code: Words,
}

/// The words of mails, in both languages: nobody knows which one an account reads.
fn words() -> Result<Letters, OfficeError> {
    toml::from_str(include_str!("../../locales/mail.toml"))
        .map_err(|_| OfficeError::Usage("the words of mails cannot be read".to_owned()))
}

fn filled(words: &Words, parts: &[(&str, &str)]) -> (String, String) {
    let fill = |text: &str| {
        parts.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    };
    (fill(&words.subject), fill(&words.text))
}

/// Subject and text of a mail about a notice.
pub(super) fn notice(site: &str, no: i64) -> (String, String) {
    let address = address(site, no);
    words().map(|all| filled(&all.notice, &[("address", &address)])).unwrap_or_default()
}

/// Subject and text of the mail that confirms an address.
pub(super) fn code(site: &str, code: &str, hours: i64) -> (String, String) {
    let hours = hours.to_string();
    let parts = [("code", code), ("site", site), ("hours", hours.as_str())];
    words().map(|all| filled(&all.code, &parts)).unwrap_or_default()
}

/// The permanent address of a notice.
fn address(site: &str, no: i64) -> String {
    format!("{}/console/inbox/{no}", site.trim_end_matches('/'))
}

/// The body of a message to a webhook.
pub(super) fn hook(site: &str, no: i64, at: Instant) -> String {
    json!({
        "type": TYPE,
        "timestamp": at.to_string(),
        "data": { "notice": no, "address": address(site, no) },
    })
    .to_string()
}

/// A secret as its holder keeps it, by Standard Webhooks.
pub(super) fn secret_text(secret: &[u8]) -> String {
    format!("whsec_{}", base64(secret))
}

/// The signature over id, time and body.
pub(super) fn signature(secret: &[u8], (id, timestamp): (&str, i64), body: &str) -> String {
    // A key of HMAC may have any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", base64(&mac.finalize().into_bytes()))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_name_nobody_and_lead_to_the_inbox() {
        let (subject, text) = notice("https://credit.example/", 12);
        assert!(!subject.is_empty() && subject.lines().count() == 1);
        assert!(text.contains("https://credit.example/console/inbox/12"), "{text}");
        let (subject, text) = code("https://credit.example", "abcd-efgh", 24);
        assert!(!subject.contains("abcd") && text.contains("abcd-efgh") && text.contains("24"));
        for letter in [&subject, &text] {
            assert!(!letter.contains('{'), "{letter}");
        }
    }

    /// The example of the Standard Webhooks specification, 1.0.0.
    #[test]
    fn signatures_are_those_of_the_standard() {
        use base64::Engine as _;
        let secret = base64::engine::general_purpose::STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .unwrap();
        let body = r#"{"test": 2432232314}"#;
        let made = signature(&secret, ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330), body);
        assert_eq!(made, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(secret_text(&secret), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }
}

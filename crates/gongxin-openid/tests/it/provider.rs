//! A provider inside the test, for what no certified one can be brought to do.

use std::sync::{Arc, Mutex};

use gongxin_model::Instant;
use gongxin_model::openid::{Back, IdentityProvider as _, JourneyWords, ProviderFault, Verified};
use gongxin_openid::{Ask, AskFault, HttpRequest, HttpResponse, OpenId, Settings};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://sso.example";
pub(crate) const SECRET: &str = "a secret of both sides, at least thirty-two bytes";
pub(crate) const NOW: i64 = 1_790_000_000;
const SETTINGS: &str = r#"
    site = "https://credit.example"
    [[providers]]
    id = "region"
    issuer = "https://sso.example"
    client_id = "gongxin"
    scopes = ["credit"]
    name = { zh = "统一身份认证", en = "Unified identity" }
    [providers.second_factor]
    amr = ["otp"]
    [providers.grants]
    organisation = "uscc"
    "#;
const KEYS: [&str; 2] = [
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIKzSmWujXE30X4klHaja33WBnloL06L30vnVtejknfux\n-----END PRIVATE KEY-----\n",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINthETfc3C1z/NVwdGTXOIValrdI1WWDzPzyN4r8yjae\n-----END PRIVATE KEY-----\n",
];

/// How a token is signed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signed {
    /// By the key of this place, under the name of that of the other.
    By(usize, usize),
    /// By the secret that both sides have.
    Secret,
    /// By the provider's public key as if it were such a secret.
    PublicKey,
    /// Not at all.
    None,
}

/// What the provider answers.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    pub(crate) announced: Value,
    /// The place of the key that it shows.
    pub(crate) shown: usize,
    pub(crate) token: Value,
    pub(crate) asked: Vec<String>,
}

pub(crate) struct Fake {
    pub(crate) provider: OpenId,
    pub(crate) answers: Arc<Mutex<Answers>>,
}

pub(crate) fn words() -> JourneyWords {
    JourneyWords {
        state: "the-state".to_owned(),
        nonce: "the-nonce".to_owned(),
        verifier: "v".repeat(52),
    }
}

/// The claims of a sound token.
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "person-1", "aud": "gongxin", "exp": NOW + 300, "iat": NOW - 2,
        "nonce": "the-nonce", "amr": ["pwd", "otp"], "acr": "high",
        "uscc": "91150000720180740Y", "name": "白雪莲", "phone_number": "13800000000",
    })
}

pub(crate) fn token(claims: &Value, signed: Signed) -> String {
    let (algorithm, key) = match signed {
        Signed::By(_, named) => ("EdDSA", format!("key-{named}")),
        Signed::Secret | Signed::PublicKey => ("HS256", "key-0".to_owned()),
        Signed::None => ("none", "key-0".to_owned()),
    };
    let header = json!({ "alg": algorithm, "kid": key, "typ": "JWT" });
    let text = format!("{}.{}", encoded(&header), encoded(claims));
    let hmac = |secret: &[u8]| {
        let algorithm = CoreJwsSigningAlgorithm::HmacSha256;
        CoreHmacKey::new(secret).sign(&algorithm, text.as_bytes()).unwrap()
    };
    let signature = match signed {
        Signed::By(by, _) => {
            key_of(by).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes()).unwrap()
        }
        Signed::Secret => hmac(SECRET.as_bytes()),
        Signed::PublicKey => hmac(public(0).to_string().as_bytes()),
        Signed::None => Vec::new(),
    };
    format!("{text}.{}", base64url(&signature))
}

fn key_of(place: usize) -> CoreEdDsaPrivateSigningKey {
    let id = JsonWebKeyId::new(format!("key-{place}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(KEYS[place], Some(id)).unwrap()
}

fn public(place: usize) -> Value {
    serde_json::to_value(key_of(place).as_verification_key()).unwrap()
}

fn encoded(value: &Value) -> String {
    base64url(value.to_string().as_bytes())
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let held = chunk.iter().fold(0_u32, |held, byte| held << 8 | u32::from(*byte));
        let held = held << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(LETTERS[(held >> (18 - 6 * place)) as usize & 63]));
        }
    }
    text
}

fn answered(answers: &Mutex<Answers>, request: &HttpRequest) -> Result<HttpResponse, AskFault> {
    let mut answers = answers.lock().unwrap();
    let address = request.uri().to_string();
    answers.asked.push(format!("{address} {}", String::from_utf8_lossy(request.body())));
    let body = match address.strip_prefix(ISSUER) {
        Some("/.well-known/openid-configuration") => answers.announced.clone(),
        Some("/keys") => json!({ "keys": [public(answers.shown)] }),
        Some("/token") => answers.token.clone(),
        _ => return Err(AskFault(format!("nothing is at {address}"))),
    };
    let status = if body.get("error").is_some() { 400 } else { 200 };
    let answer = openidconnect::http::Response::builder().status(status);
    let answer = answer.header("content-type", "application/json");
    Ok(answer.body(body.to_string().into_bytes()).unwrap())
}

impl Fake {
    pub(crate) fn new() -> Self {
        let announced = json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"),
            "jwks_uri": format!("{ISSUER}/keys"),
            "end_session_endpoint": format!("{ISSUER}/end?x=1"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        });
        let token = json!({
            "access_token": "a", "token_type": "Bearer", "id_token": token(&claims(), Signed::By(0, 0)),
        });
        let answers = Answers { announced, shown: 0, token, asked: Vec::new() };
        let answers = Arc::new(Mutex::new(answers));
        let of = Arc::clone(&answers);
        let ask: Ask = Box::new(move |request| answered(&of, &request));
        let settings = Settings::parse(SETTINGS).unwrap();
        let one = settings.providers.into_iter().next().unwrap();
        let provider = OpenId::new(one, &settings.site, Some(SECRET.to_owned()), ask).unwrap();
        Self { provider, answers }
    }

    /// Alters what it answers.
    pub(crate) fn with(self, alter: impl FnOnce(&mut Answers)) -> Self {
        alter(&mut self.answers.lock().unwrap());
        self
    }

    /// Alters its token, and signs it so.
    pub(crate) fn token(self, signed: Signed, alter: impl FnOnce(&mut Value)) -> Self {
        let mut claims = claims();
        alter(&mut claims);
        let made = token(&claims, signed);
        self.with(|answers| answers.token["id_token"] = json!(made))
    }

    pub(crate) fn verify(&self, issuer: Option<&str>) -> Result<Verified, ProviderFault> {
        let back = Back { code: "the-code", issuer, words: &words() };
        self.provider.verify(&back, Instant(NOW * 1_000_000))
    }
}

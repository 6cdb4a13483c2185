//! Behind the counter: a real office over a file, asked through the counter.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use gongxin_app::accounts::{Activation, Entered, RoleGrant, SignInAsk};
use gongxin_app::circumstance::{Chance, Clock, Draw};
use gongxin_app::gate::{AccountAdd, AccountList, AccountLock, AccountRoles, Scope};
use gongxin_app::public::{NameScan, OfficeDesk};
use gongxin_app::transport::HookRules;
use gongxin_app::{
    AdoptAsk, Circumstances, HandIn, Input, InstanceKey, NewSource, Office, Receipt, Spool,
    StoreUrl, packs,
};
use gongxin_model::Instant;
use gongxin_model::finding::Language;
use gongxin_model::openid::IdentityProvider;
use gongxin_web::{Channels, Settings, staffed_with};
use tower::ServiceExt as _;

use crate::client::Answer;

pub(crate) const PASSWORD: &str = "seven green herds";
pub(crate) const MARKET: &str = "150000-market";
/// The columns of penalties that the tests hand in.
pub(crate) const PENALTIES: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,数据来源单位";

/// A penalty as a line: the name, the category, the code, the number of its document.
pub(crate) fn penalty(name: &str, category: &str, code: &str, number: u32) -> String {
    format!(
        "{name},{category},{code},演市监罚〔2026〕{number}号,虚假宣传,虚假宣传,《中华人民共和国广告法》第五十五条,罚款,处以罚款,2.5,2026-11-20,2099-12-31,演练市场监督管理局,演练市场监督管理局"
    )
}

/// A file with a row that is held, one about a person that is refused, and one that is accepted.
pub(crate) fn three_penalties() -> String {
    [
        PENALTIES.to_owned(),
        penalty("演练北方牧业有限公司", "法人及非法人组织", "", 1),
        penalty("白雪莲", "自然人", "", 2),
        penalty("演练州云禾商贸有限公司", "法人及非法人组织", "91150000720180740Y", 3),
    ]
    .join("\r\n")
}

pub(crate) const MARKET_EAST: &str = "150102-market-east";

#[derive(Debug)]
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }
}

#[derive(Debug)]
struct Counted(AtomicU64);

impl Chance for Counted {
    fn draw(&self, _: Draw) -> [u8; 16] {
        // Never the same twice, and every byte of it moves.
        let nth = u128::from(self.0.fetch_add(1, Ordering::Relaxed));
        (nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes()
    }
}

/// An office with accounts, and the counter before it.
pub(crate) struct Staff {
    pub(crate) office: Arc<Office>,
    pub(crate) router: Router,
    clock: Arc<SetClock>,
    spool: Arc<Spool>,
    pub(crate) directory: tempfile::TempDir,
}

impl Staff {
    pub(crate) fn new() -> Self {
        Self::with(Vec::new())
    }

    /// The same, where other platforms may say who somebody is.
    pub(crate) fn with(providers: Vec<Arc<dyn IdentityProvider>>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let start: Instant = "2026-11-24T10:00:00+08:00".parse().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(start.0)));
        let office = Office::open_or_found(&Circumstances {
            url: StoreUrl::Sqlite(directory.path().join("store.db")),
            key: InstanceKey::new([7; 32]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            chance: Arc::new(Counted(AtomicU64::new(0))),
            journal: None,
        });
        let office = Arc::new(office.unwrap().with_cheap_passwords());
        let files = packs::gather(false, &[]).unwrap();
        let accept = ["all".to_owned()];
        let ask = AdoptAsk { files: &files, accept: &accept, actor: "steward", dry_run: false };
        office.adopt(&ask, &mut |_| ()).unwrap();
        office
            .add_source(&NewSource {
                code: MARKET_EAST,
                name: "东分局",
                uscc: None,
                region: "150000",
                sector: "market",
                supplies: &["penalty".to_owned()],
                peer: false,
                follows: None,
                under: Some(MARKET),
                actor: "steward",
            })
            .unwrap();
        let desk = Arc::new(OfficeDesk::new(Arc::clone(&office), Arc::new(NameScan::default())));
        let channels = Channels { mail: true, webhooks: Some(HookRules::default()) };
        let settings = Settings { instance: "t".into(), channels, ..Settings::default() };
        let spool = Arc::new(Spool::at(&directory.path().join("spool"), None).unwrap());
        let behind = (Arc::clone(&office), Arc::clone(&spool));
        let router = staffed_with(desk, behind, providers, settings).unwrap();
        Self { office, router, clock, spool, directory }
    }

    /// Hands a text in at the machine.
    pub(crate) fn hand_in(&self, catalogue: &str, source: &str, text: &str) -> Receipt {
        let stop = AtomicBool::new(false);
        let scope = Scope::Body(source.to_owned());
        let permit = self.office.permit_at_machine(&InstanceKey::new([7; 32]), "clerk", scope);
        let ask = HandIn {
            catalogue,
            permit: &permit.unwrap(),
            mapping: None,
            dry_run: false,
            language: Language::Chinese,
            child: None,
            stop: &stop,
        };
        let input = Input::Pipe(Box::new(std::io::Cursor::new(text.as_bytes().to_vec())));
        self.office.hand_in(&ask, "文件.csv", input, &mut |_| ()).unwrap()
    }

    /// Sends a form with files: each a name and its bytes.
    pub(crate) fn send_files(
        &self,
        path: &str,
        session: &Session,
        (fields, files): (&[(&str, &str)], &[(&str, &[u8])]),
    ) -> Answer {
        let pieces: Vec<_> = files.iter().map(|(name, bytes)| ("file", *name, *bytes)).collect();
        let answer = self.send_pieces(path, session, (fields, &pieces));
        self.spool.wait();
        answer
    }

    /// Sends a form with files: each a field, a name and its bytes.
    pub(crate) fn send_pieces(
        &self,
        path: &str,
        session: &Session,
        (fields, files): (&[(&str, &str)], &[(&str, &str, &[u8])]),
    ) -> Answer {
        let mut body = Vec::new();
        let word = [("word", session.word.as_str())];
        for (name, value) in word.iter().chain(fields) {
            let head = format!("--cut\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--cut\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n"
            );
            body.extend_from_slice(format!("{head}content-type: text/csv\r\n\r\n").as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--cut--\r\n");
        let kind = [("content-type", "multipart/form-data; boundary=cut")];
        self.send_bytes("POST", path, Some(session), &kind, body)
    }

    /// Waits until what was sent is taken in.
    pub(crate) fn settled(&self) {
        self.spool.wait();
    }

    pub(crate) fn pass(&self, minutes: i64) {
        self.clock.0.fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }

    /// An account with a password and these roles; gives its id.
    pub(crate) fn account(&self, login: &str, roles: &[&str]) -> String {
        let key = InstanceKey::new([7; 32]);
        let office = &self.office;
        let permit = office.permit_at_machine::<AccountAdd>(&key, "operator", Scope::Platform);
        let (id, code) = office.add_account(&permit.unwrap(), login, "演练岗位").unwrap();
        let permit = office.permit_at_machine::<AccountRoles>(&key, "operator", Scope::Platform);
        let grants: Vec<RoleGrant> = roles.iter().map(|role| RoleGrant::read(role)).collect();
        office.set_roles(&permit.unwrap(), &id, &grants).unwrap();
        let ask = Activation { login, code: &code, password: PASSWORD, device: "", origin: "test" };
        assert!(matches!(office.activate(&ask), Ok(Ok(Entered::As { .. }))));
        id
    }

    pub(crate) fn lock(&self, id: &str) {
        let key = InstanceKey::new([7; 32]);
        let permit = self.office.permit_at_machine::<AccountLock>(&key, "op", Scope::Platform);
        self.office.lock_account(&permit.unwrap(), id, true).unwrap();
    }

    pub(crate) fn state(&self, id: &str) -> gongxin_app::accounts::AccountItem {
        let key = InstanceKey::new([7; 32]);
        let permit = self.office.permit_at_machine::<AccountList>(&key, "op", Scope::Platform);
        let all = self.office.accounts(&permit.unwrap()).unwrap();
        all.into_iter().find(|one| one.id == id).unwrap()
    }

    /// A session of an account with nothing left to be done: a second factor is set up where it must.
    pub(crate) fn session(&self, login: &str) -> Session {
        let ask = SignInAsk { login, password: PASSWORD, device: "", origin: "test" };
        let Ok(Entered::As { token, .. }) = self.office.sign_in(&ask) else {
            panic!("{login} does not enter");
        };
        let token = self.enrolled(&token);
        let signed = self.office.signed(&token, "test").unwrap().unwrap();
        Session { token, word: signed.form_word().to_owned() }
    }

    fn enrolled(&self, token: &str) -> String {
        let signed = self.office.signed(token, "test").unwrap().unwrap();
        if signed.is_whole() {
            return token.to_owned();
        }
        let secret = self.office.offer_factor(&signed).unwrap().unwrap();
        let code = gongxin_app::accounts::code_at(&secret, self.clock.now());
        match self.office.confirm_factor(&signed, &code, "").unwrap() {
            Ok((Entered::As { token, .. }, _)) => token,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn code(&self, secret: &str) -> String {
        gongxin_app::accounts::code_at(secret, self.clock.now())
    }

    pub(crate) fn get(&self, path: &str, session: Option<&Session>) -> Answer {
        self.send("GET", path, session, &[], "")
    }

    /// Sends a form with the session's word.
    pub(crate) fn post(&self, path: &str, session: &Session, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("word", &session.word));
        self.send("POST", path, Some(session), &[], &form(&fields))
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        session: Option<&Session>,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        self.send_bytes(method, path, session, headers, body.as_bytes().to_vec())
    }

    pub(crate) fn send_bytes(
        &self,
        method: &str,
        path: &str,
        session: Option<&Session>,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost");
        if let Some(session) = session {
            request = request.header("cookie", format!("gongxin={}", session.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = to_bytes(body, 10_000_000).await.unwrap().to_vec();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) word: String,
}

/// Fields as a form sends them.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let one = |(name, value): &(&str, &str)| {
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}")
    };
    fields.iter().map(one).collect::<Vec<_>>().join("&")
}

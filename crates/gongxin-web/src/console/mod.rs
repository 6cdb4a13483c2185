//! Behind the counter: signing in, the console, one's own account, administrators, the chain of acts.
//!
//! A handler asks who is there, asks the gate, calls one use case, renders. What one may not see is
//! answered like what there is not.

mod account;
mod accounts;
mod audit;
mod batches;
mod caller;
mod case_page;
mod cases;
mod check;
mod enter;
mod file;

mod held;
mod identities;
mod inbox;
mod intake;
mod new_case;
mod outbox;
mod outside;
mod own;
mod papers;
mod parcels;
mod quality;
mod quality_book;
mod records;
mod review;
mod start;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use gongxin_app::accounts::{Signed, Stage};
use gongxin_app::gate::{
    AccountList, AuditRead, BodySee, CheckMake, HandInMake, HeldJudge, OrganisationSee,
    OutboxManage, OwnKeys, Permit, Scope,
};
use gongxin_app::public::shown::{View, Words};
use gongxin_app::{Office, OfficeError};
use gongxin_model::finding::Language;
use serde::Serialize;

pub(crate) use caller::{Caller, Sending};
pub(crate) use intake::Streaming;
pub(crate) use parcels::take;
pub(crate) use quality::month_of;

use crate::answer::{self, Robots};
use crate::counter::{Counter, Trouble};
use crate::limits;
use crate::page::Chrome;
use crate::visit::Visit;

/// The pages of a language.
pub(crate) fn routes(prefix: &str) -> Router<Counter> {
    let at = |path: &str| format!("{prefix}{path}");
    let behind = guarded()
        .into_iter()
        .fold(Router::new(), |router, one| router.route(&at(one.path), one.handlers));
    behind
        .route(&at("/sign-in"), get(enter::show).post(enter::sign_in))
        .route(&at("/sign-in/with/{provider}"), post(outside::leave))
        .route(&at("/sign-in/return/{provider}"), get(outside::back))
        .route(&at("/sign-in/code"), get(enter::show_code).post(enter::code))
        .route(&at("/activate"), get(enter::show_activation).post(enter::activate))
        .route(&at("/sign-out"), post(enter::sign_out))
        // Whatever else: who is not signed in learns nothing of what there is.
        .route(&at("/console/{*rest}"), get(start::nothing))
        .route(&at("/my/{*rest}"), get(start::nothing))
        .layer(DefaultBodyLimit::max(limits::FORM_BYTES))
}

/// A path that is answered with rights alone.
struct Guarded {
    path: &'static str,
    methods: &'static [&'static str],
    handlers: MethodRouter<Counter>,
}

/// All of them: the router has no other, and the test of endpoints walks each.
fn guarded() -> Vec<Guarded> {
    [accounts_and_cases(), desk(), inboxes(), weighing()].into_iter().flatten().collect()
}

fn accounts_and_cases() -> Vec<Guarded> {
    vec![
        seen("/my", get(start::mine)),
        seen("/my/records", get(own::records)),
        seen("/my/records/{record}", get(own::record)),
        seen("/my/reads", get(own::reads)),
        seen("/console", get(start::console)),
        both("/console/file", get(file::show).post(file::read)),
        seen("/console/account", get(account::show)),
        both("/console/account/password", get(account::show_password).post(account::password)),
        both("/console/account/factor", get(account::show_factor).post(account::factor)),
        sent("/console/account/recovery", post(account::recovery)),
        sent("/console/account/sessions", post(account::end_session)),
        sent("/console/account/keys", post(account::make_key)),
        sent("/console/account/keys/revoke", post(account::revoke_key)),
        sent("/console/account/identities", post(identities::bind)),
        sent("/console/account/identities/remove", post(identities::unbind)),
        both("/console/accounts", get(accounts::list).post(accounts::add)),
        seen("/console/accounts/{id}", get(accounts::one)),
        sent("/console/accounts/{id}/roles", post(accounts::roles)),
        sent("/console/accounts/{id}/lock", post(accounts::lock)),
        sent("/console/accounts/{id}/reset", post(accounts::reset)),
        sent("/console/accounts/{id}/identities", post(identities::bind_other)),
        sent("/console/accounts/{id}/identities/remove", post(identities::unbind_other)),
        seen("/console/audit", get(audit::show)),
        sent("/console/audit/export", post(audit::export)),
        seen("/console/reads", get(file::reads)),
        seen("/my/cases", get(cases::mine)),
        both(
            "/my/cases/new/objection",
            with_papers(get(new_case::show_objection).post(new_case::objection)),
        ),
        both(
            "/my/cases/new/repair",
            with_papers(get(new_case::show_repair).post(new_case::repair)),
        ),
        both("/my/cases/new/reply", with_papers(get(new_case::show_reply).post(new_case::reply))),
        both("/my/cases/{no}", with_papers(get(cases::my_one).post(cases::my_step))),
        seen("/console/cases", get(cases::theirs)),
        both("/console/cases/{no}", with_papers(get(cases::one).post(cases::their_step))),
    ]
}

fn desk() -> Vec<Guarded> {
    vec![
        both(
            "/console/intake",
            get(intake::show).post(intake::send).layer(DefaultBodyLimit::disable()),
        ),
        seen("/console/intake/running", get(parcels::show)),
        sent("/console/intake/running/{parcel}/catalogue", post(parcels::choose)),
        sent("/console/intake/running/{parcel}/resume", post(parcels::resume)),
        seen("/console/intake/templates/{body}/{catalogue}", get(intake::template)),
        seen("/console/batches", get(batches::list)),
        seen("/console/batches/{batch}", get(batches::one)),
        seen("/console/batches/{batch}/receipt/{form}", get(batches::receipt)),
        both("/console/batches/{batch}/withdraw", get(batches::ask).post(batches::withdraw)),
        both(
            "/console/batches/{batch}/rows/{row}",
            get(records::row)
                .post(records::correct)
                .layer(DefaultBodyLimit::max(limits::ENTRY_BYTES)),
        ),
        both(
            "/console/records/new/{catalogue}",
            get(records::new)
                .post(records::enter)
                .layer(DefaultBodyLimit::max(limits::ENTRY_BYTES)),
        ),
        seen("/console/held", get(held::list)),
    ]
}

fn inboxes() -> Vec<Guarded> {
    vec![
        both("/my/inbox", get(inbox::list).post(inbox::read_all)),
        seen("/my/inbox/{notice}", get(inbox::one)),
        both("/console/inbox", get(inbox::list).post(inbox::read_all)),
        both("/console/inbox/settings", get(inbox::show_settings).post(inbox::choose)),
        sent("/console/inbox/address", post(inbox::ask_address)),
        sent("/console/inbox/address/confirm", post(inbox::confirm_address)),
        sent("/console/inbox/address/remove", post(inbox::remove_address)),
        sent("/console/inbox/webhooks", post(inbox::make_webhook)),
        sent("/console/inbox/webhooks/end", post(inbox::end_webhook)),
        seen("/console/inbox/{notice}", get(inbox::one)),
        both("/console/outbox", get(outbox::show).post(outbox::retry)),
    ]
}

fn weighing() -> Vec<Guarded> {
    vec![
        seen("/console/review", get(review::begin)),
        both("/console/review/{held}", get(review::show).post(review::judge)),
        seen("/console/quality", get(quality::present)),
        seen("/console/quality/{month}", get(quality::show)),
        seen("/console/quality/{month}/workbook", get(quality_book::workbook)),
        both(
            "/console/check",
            get(check::show)
                .post(check::send)
                .layer(DefaultBodyLimit::max(limits::CHECK_FORM_BYTES)),
        ),
    ]
}

/// The handlers of a form that papers may come with.
fn with_papers(handlers: MethodRouter<Counter>) -> MethodRouter<Counter> {
    handlers.layer(DefaultBodyLimit::max(limits::PAPERS_BYTES))
}

fn seen(path: &'static str, handlers: MethodRouter<Counter>) -> Guarded {
    Guarded { path, methods: &["GET"], handlers }
}

fn sent(path: &'static str, handlers: MethodRouter<Counter>) -> Guarded {
    Guarded { path, methods: &["POST"], handlers }
}

fn both(path: &'static str, handlers: MethodRouter<Counter>) -> Guarded {
    Guarded { path, methods: &["GET", "POST"], handlers }
}

/// Method and path of everything that is answered with rights alone.
#[doc(hidden)]
#[must_use]
pub fn endpoints() -> Vec<(&'static str, &'static str)> {
    let pages = guarded();
    let pages = pages.iter().flat_map(|one| one.methods.iter().map(|method| (*method, one.path)));
    let by_key = [
        ("GET", crate::api::own::HAND_INS),
        ("POST", crate::api::own::HAND_INS),
        ("GET", crate::api::own_files::BATCH),
        ("GET", crate::api::own_files::FINDINGS),
        ("GET", crate::api::own_files::PARCEL),
        ("POST", crate::api::own_file::FILES),
        ("GET", crate::api::own_quality::QUALITY),
        ("POST", crate::api::own_checks::CHECKS),
        ("GET", crate::api::own_cases::CASES),
        ("POST", crate::api::own_cases::CASES),
        ("GET", crate::api::own_cases::CASE),
        ("POST", crate::api::own_cases::STEPS),
    ];
    pages.chain(by_key).collect()
}

/// Why a handler stops before its end.
pub(crate) enum Stop {
    /// Another answer instead: where to go first.
    Answer(Response),
    /// Trouble.
    Trouble(Trouble),
}

impl<T: Into<Trouble>> From<T> for Stop {
    fn from(trouble: T) -> Self {
        Self::Trouble(trouble.into())
    }
}

/// What a handler comes to.
pub(crate) type Answer = Result<Response, Stop>;

/// What every page behind the counter has around its own content, beside the site's.
#[derive(Debug, Serialize)]
pub(crate) struct Desk {
    /// The word that every form carries.
    word: String,
    login: String,
    post: String,
    id: String,
    roles: Vec<String>,
    /// The pages that the account may see: the last part of the key of each one's words, and its address.
    sections: Vec<(&'static str, String)>,
    /// Notices that were not read, up to a hundred.
    unread: i64,
    sign_out: String,
    /// Minutes of rest after which the session ends.
    idle_minutes: i64,
}

impl Counter {
    /// Asks the office one question away from the threads that serve.
    pub(crate) async fn office<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Office) -> Result<T, OfficeError> + Send + 'static,
    ) -> Result<T, Trouble> {
        let Some(office) = self.staff() else {
            return Err(Trouble::Never);
        };
        let turn = self.turn().await?;
        let asked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            question(&office)
        });
        asked.await.map_err(|_| Trouble::Lost)?.map_err(Trouble::from)
    }

    /// The answer, or a calm page about why there is none.
    pub(crate) fn end(&self, visit: &Visit, answer: Answer) -> Response {
        match answer {
            Ok(response) | Err(Stop::Answer(response)) => response,
            Err(Stop::Trouble(trouble)) => answer::unkept(self.settle(visit, Err(trouble))),
        }
    }

    /// Who is there; whoever is not is sent to sign in, and back.
    pub(crate) async fn holder(&self, caller: &Caller) -> Result<Signed, Stop> {
        let signed = self.signed(caller).await?;
        let back = || crate::parameters::query(&[("next", Some(&caller.target))]);
        match signed {
            Some(signed) if signed.stage() == Stage::Factor => {
                Err(Stop::Answer(see(caller, "/sign-in/code")))
            }
            Some(signed) => Ok(signed),
            None => Err(Stop::Answer(see(caller, &format!("/sign-in{}", back())))),
        }
    }

    /// Who is there and has nothing left to be done before.
    pub(crate) async fn whole(&self, caller: &Caller) -> Result<Signed, Stop> {
        let signed = self.holder(caller).await?;
        match signed.stage() {
            Stage::Whole => Ok(signed),
            stage => Err(Stop::Answer(see(caller, place_of(stage)))),
        }
    }

    /// Who is there and sent a form of their own session.
    pub(crate) async fn sender(&self, caller: &Caller) -> Result<Signed, Stop> {
        let signed = self.whole(caller).await?;
        caller.check_word(&signed)?;
        Ok(signed)
    }

    pub(crate) async fn signed(&self, caller: &Caller) -> Result<Option<Signed>, Trouble> {
        let Some(token) = caller.token.clone() else {
            // Without an office nothing here is there at all.
            return self.staff().map(|_| None).ok_or(Trouble::Never);
        };
        let origin = caller.origin.clone();
        self.office(move |office| office.signed(&token, &origin)).await
    }

    /// What is around a page.
    pub(crate) async fn chrome(&self, visit: &Visit) -> Result<Chrome, Trouble> {
        let asked = self.ask(View::default(), |_| Ok(())).await?;
        let chrome = Chrome::new(self, visit, asked.platform, View::default(), Robots::Hidden);
        Ok(Chrome { desk_style: Some(self.assets().desk_style.clone()), ..chrome })
    }

    /// What is around a page of who is there.
    pub(crate) async fn desk_of(&self, caller: &Caller, signed: &Signed) -> Result<Desk, Trouble> {
        let at = |path: &str| caller.at(path);
        let who = signed.clone();
        let (open, unread, idle_minutes) = self
            .office(move |office| {
                let whole = who.is_whole();
                let open = if whole { open_to(office, &who)? } else { Vec::new() };
                let unread = if whole { office.unread_notices(&who)? } else { 0 };
                Ok((open, unread, office.sign_in_policy().idle_minutes()))
            })
            .await?;
        let mut sections = vec![("start", at(start_of(signed)))];
        sections.extend(open.into_iter().map(|(name, path)| (name, at(path))));
        sections.push(("account", at("/console/account")));
        Ok(Desk {
            word: signed.form_word().to_owned(),
            login: signed.login().to_owned(),
            post: signed.post().to_owned(),
            id: signed.id().to_owned(),
            roles: signed.roles().iter().map(|held| held.role.clone()).collect(),
            sections,
            unread,
            sign_out: at("/sign-out"),
            idle_minutes,
        })
    }
}

/// The sections that are open to an account, beside those that every account has.
fn open_to(
    office: &Office,
    who: &Signed,
) -> Result<Vec<(&'static str, &'static str)>, OfficeError> {
    let mut open = vec![("inbox", inbox::place(who))];
    if !office.bodies_of::<HandInMake>(who)?.is_empty() {
        open.push(("intake", "/console/intake"));
    }
    if !office.bodies_of::<BodySee>(who)?.is_empty() {
        open.extend([("batches", "/console/batches"), ("quality", "/console/quality")]);
    }
    if !office.bodies_of::<HeldJudge>(who)?.is_empty() {
        open.extend([("held", "/console/held"), ("review", "/console/review")]);
    }
    if !office.bodies_of::<CheckMake>(who)?.is_empty() {
        open.push(("check", "/console/check"));
    }
    open.extend(cases::place(office, who).map(|path| ("cases", path)));
    let is_of = |held: &gongxin_app::accounts::RoleRow| {
        office.permit::<OrganisationSee>(who, Scope::Organisation(held.scope.clone())).is_ok()
    };
    if who.roles().iter().any(is_of) {
        open.extend([("records", "/my/records"), ("own_reads", "/my/reads")]);
    }
    if !office.reads_for(who)?.is_empty() {
        open.push(("file", "/console/file"));
    }
    if office.permit::<AccountList>(who, Scope::Platform).is_ok() {
        open.push(("accounts", "/console/accounts"));
    }
    if office.permit::<AuditRead>(who, Scope::Platform).is_ok() {
        open.extend([("audit", "/console/audit"), ("reads", "/console/reads")]);
    }
    if office.permit::<OutboxManage>(who, Scope::Platform).is_ok() {
        open.push(("outbox", "/console/outbox"));
    }
    Ok(open)
}

/// Words of a pack, for a template.
fn words(text: gongxin_app::Text) -> Words {
    Words { zh: text.zh, en: Some(text.en) }
}

/// A body to choose.
#[derive(Debug, Clone, Serialize)]
struct BodyChoice {
    code: String,
    name: Words,
    is_chosen: bool,
}

/// The bodies of permits as one chooses among them.
fn body_choices<A: gongxin_app::gate::Action>(
    office: &Office,
    permits: &[Permit<A>],
    chosen: &str,
) -> Result<Vec<BodyChoice>, OfficeError> {
    let rules = office.rules()?;
    let choice = |code: &str| BodyChoice {
        code: code.to_owned(),
        name: rules.rulebook.sources.get(code).map_or_else(
            || Words { zh: code.to_owned(), en: None },
            |source| words(source.name.clone()),
        ),
        is_chosen: code == chosen,
    };
    Ok(permits.iter().filter_map(Permit::body).map(choice).collect())
}

/// A reason that was typed: none where it is blank or too long.
fn reason(caller: &Caller) -> Option<String> {
    let typed = caller.field("reason");
    let fits = !typed.is_empty() && typed.chars().count() <= limits::REASON_CHARACTERS;
    fits.then(|| typed.to_owned())
}

/// Where what is left to be done is done.
fn place_of(stage: Stage) -> &'static str {
    match stage {
        Stage::Factor => "/sign-in/code",
        Stage::Password => "/console/account/password",
        Stage::Enrol => "/console/account/factor",
        Stage::Whole => "/console",
    }
}

/// The first page of an account.
fn start_of(signed: &Signed) -> &'static str {
    let is_firm = |role: &str| matches!(role, "representative" | "agency");
    let roles = signed.roles();
    if !roles.is_empty() && roles.iter().all(|held| is_firm(&held.role)) {
        "/my"
    } else {
        "/console"
    }
}

/// Goes on at a page of ours, by GET.
fn see(caller: &Caller, path: &str) -> Response {
    answer::see_other(&caller.at(path))
}

/// The prefix of addresses in a language.
const fn prefix(language: Language) -> &'static str {
    match language {
        Language::Chinese => "",
        Language::English => "/en",
    }
}

/// True where the account may make keys.
fn may_have_keys(office: &Office, signed: &Signed) -> bool {
    office.permit::<OwnKeys>(signed, Scope::Account(signed.number())).is_ok()
}

//! Notices: each thing gives each account whom it concerns one notice, wherever a courier dies; what goes
//! over a channel goes again under the same id, says nothing of what it is about, and never holds up an
//! act.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gongxin_app::accounts::{Activation, Entered, RoleGrant, SignInAsk, Signed, code_at};
use gongxin_app::cases::{CaseAct, NewCase, Step, Verdict};
use gongxin_app::circumstance::Clock as _;
use gongxin_app::gate::{
    AccountAdd, AccountLock, AccountRoles, OutboxManage, OwnWebhooks, Permit, Scope,
};
use gongxin_app::notices::{
    Carried, Carrier, Carriers, Channel, Delivered, Fault, InboxThing, Letter, NoticeFault,
    NoticeKind, Stage,
};
use gongxin_app::transport::HookRules;
use gongxin_app::{MoveAsk, Office, OfficeError};
use gongxin_store::desk::Damage;
use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};

use crate::rows::{ENVIRONMENT, MARKET, Penalty, code, penalties};
use crate::world::World;

engine_test! {
    a_case_tells_whom_it_waits_for_and_whose_it_is
    records_and_hand_ins_tell_their_own_and_nobody_else
    the_calendar_tells_once
    an_account_is_told_of_itself_and_administrators_of_locks
    a_courier_that_dies_anywhere_tells_each_thing_once
    two_couriers_tell_and_send_once
    what_fails_is_tried_again_with_growing_waits_and_then_shown
    a_courier_that_dies_after_sending_sends_again_under_the_same_id
    letters_say_nothing_of_what_they_are_about
    what_one_may_no_longer_see_shows_nothing
    an_address_is_confirmed_by_a_code_once
    each_account_chooses_and_looks_after_its_own_alone
    what_came_before_there_were_notices_is_told_to_nobody
    notices_move_and_come_back
}

const PASSWORD: &str = "seven green herds";
const HOOK: &str = "https://systems.example.gov.cn/hook";

fn account(world: &World, login: &str, roles: &[&str]) -> String {
    let office = &world.office;
    let permit = world.whole::<AccountAdd>("operator");
    let (id, code) = office.add_account(&permit, login, "岗位").unwrap();
    let grants: Vec<RoleGrant> = roles.iter().map(|role| RoleGrant::read(role)).collect();
    office.set_roles(&world.whole::<AccountRoles>("operator"), &id, &grants).unwrap();
    let ask = Activation { login, code: &code, password: PASSWORD, device: "", origin: "test" };
    assert!(matches!(office.activate(&ask), Ok(Ok(Entered::As { .. }))));
    id
}

fn signed(world: &World, login: &str) -> Signed {
    let office = &world.office;
    let ask = SignInAsk { login, password: PASSWORD, device: "", origin: "test" };
    let Ok(Entered::As { token, .. }) = office.sign_in(&ask) else { panic!("{login}") };
    let signed = office.signed(&token, "test").unwrap().unwrap();
    if signed.is_whole() {
        return signed;
    }
    let secret = office.offer_factor(&signed).unwrap().unwrap();
    let code = code_at(&secret, world.clock.now());
    match office.confirm_factor(&signed, &code, "").unwrap() {
        Ok((Entered::As { token, .. }, _)) => office.signed(&token, "test").unwrap().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// Two organisations with their people, and those of a body and the platform.
struct Cast {
    world: World,
    firm: Signed,
    other: Signed,
    clerk: Signed,
    officer: Signed,
    steward: Signed,
}

fn cast(place: &Place) -> Cast {
    let world = World::registered(place, 2);
    // Who gets a role is told of what happens from then on.
    pass(&world, 1);
    account(&world, "firm-1", &[&format!("representative:{}", code(1))]);
    account(&world, "firm-2", &[&format!("representative:{}", code(2))]);
    account(&world, "clerk-1", &[&format!("clerk:{ENVIRONMENT}")]);
    account(&world, "officer-1", &[&format!("officer:{ENVIRONMENT}")]);
    account(&world, "steward-1", &["steward"]);
    let [firm, other, clerk, officer, steward] =
        ["firm-1", "firm-2", "clerk-1", "officer-1", "steward-1"].map(|one| signed(&world, one));
    gather(&world.office);
    Cast { world, firm, other, clerk, officer, steward }
}

fn gather(office: &Office) {
    office.gather_notices(&|_| true).unwrap();
}

/// The kinds of an inbox, the oldest first, without those about the account itself.
fn kinds(office: &Office, who: &Signed) -> Vec<&'static str> {
    let page = office.inbox(who, (None, 200)).unwrap();
    let kinds =
        page.items.into_iter().rev().map(|one| one.shown.map_or("", |shown| shown.0.word()));
    kinds.filter(|kind| *kind != "account.changed").collect()
}

fn last(office: &Office, who: &Signed) -> Option<(NoticeKind, InboxThing)> {
    let page = office.inbox(who, (None, 1)).unwrap();
    page.items.into_iter().next().and_then(|one| one.shown)
}

fn punish(world: &World, number: u32, document: u32) {
    let rows = [Penalty::of(number, document)];
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    assert_eq!(receipt.accepted, 1, "{:?}", receipt.findings);
}

fn objected(world: &World, by: &Signed) -> String {
    let record = world.id(&code(1), "penalty");
    let new = NewCase {
        procedure: "objection-content",
        record: Some(record),
        code: None,
        body: None,
        text: "罚款金额有误",
        claim: None,
        papers: &[],
        sent: &[],
        authority: None,
    };
    let permit = world.office.permit(by, Scope::Organisation(code(1))).unwrap();
    world.office.open_case(&permit, &new).unwrap().number
}

fn step(world: &World, case: &str, act: &CaseAct<'_>, account: &str, scope: Scope) {
    world.office.take_step(&world.permit(&(account, scope)), case, act).unwrap();
}

fn reasoned(step: Step, verdict: Option<Verdict>) -> CaseAct<'static> {
    CaseAct { reason: Some("与决定书核对"), verdict, ..CaseAct::of(step) }
}

fn a_case_tells_whom_it_waits_for_and_whose_it_is(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, other, officer, steward, clerk } = &cast;
    let office = &world.office;
    punish(world, 1, 1);
    let case = objected(world, firm);
    gather(office);
    // Who did it is not told; forwarding and accepting are the platform's and the authority's.
    assert_eq!(kinds(office, firm), ["record.new", "record.disputed"]);
    assert_eq!(kinds(office, steward), ["case.waits"]);
    assert_eq!(kinds(office, officer), ["case.waits"]);
    assert_eq!(kinds(office, other), Vec::<&str>::new());
    let Some((NoticeKind::CaseWaits, InboxThing::Case { number, is_own, .. })) =
        last(office, officer)
    else {
        panic!("{:?}", last(office, officer));
    };
    assert_eq!((number, is_own), (case.clone(), false));
    let body = || Scope::Body(ENVIRONMENT.to_owned());
    step(world, &case, &CaseAct::of(Step::Accept), officer.id(), body());
    gather(office);
    assert_eq!(kinds(office, firm).last(), Some(&"case.moved"));
    assert_eq!(kinds(office, officer).len(), 1, "who took it knows");
    let found = reasoned(Step::Propose, Some(Verdict::Dismissed));
    step(world, &case, &found, officer.id(), body());
    let found = reasoned(Step::Decide, Some(Verdict::Dismissed));
    step(world, &case, &found, "account-99", body());
    gather(office);
    let told = kinds(office, firm);
    assert_eq!(told[told.len() - 3..], ["case.moved", "case.decided", "record.answered"]);
    let page = office.inbox(firm, (None, 9)).unwrap();
    let own = page.items.iter().filter_map(|one| one.shown.as_ref());
    let own: Vec<_> = own.filter(|(kind, _)| *kind == NoticeKind::CaseDecided).collect();
    assert!(matches!(own[..], [(_, InboxThing::Case { is_own: true, .. })]), "{own:?}");
    // The authority decided about its own record: its clerk need not be told.
    assert_eq!(kinds(office, clerk), ["batch.done"]);
    assert_eq!(office.gather_notices(&|_| true).unwrap(), Default::default());
}

fn records_and_hand_ins_tell_their_own_and_nobody_else(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, other, clerk, .. } = &cast;
    let office = &world.office;
    punish(world, 1, 1);
    let rows = [Penalty { fine: "9".into(), ..Penalty::of(1, 1) }];
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    gather(office);
    assert_eq!(kinds(office, firm), ["record.new", "record.corrected"]);
    assert_eq!(kinds(office, other), Vec::<&str>::new());
    assert_eq!(kinds(office, clerk), ["batch.done", "batch.done"]);
    let page = office.inbox(clerk, (None, 5)).unwrap();
    let item = office.inbox_item(clerk, page.items[0].no).unwrap();
    let Some((_, InboxThing::Batch { counts: Some(counts), .. })) = item.shown else {
        panic!("{item:?}");
    };
    assert_eq!((counts.accepted, counts.corrected), (1, 1));
    assert_eq!(office.unread_notices(clerk).unwrap(), 1, "what was opened is read");
    // Another's notice is not there.
    let foreign = office.inbox_item(firm, page.items[0].no);
    assert!(matches!(foreign, Err(OfficeError::Refused(_))), "{foreign:?}");
    assert_eq!(office.see_notices(firm, i64::MAX).unwrap(), 2);
    assert_eq!(office.unread_notices(firm).unwrap(), 0);
    // A body without a clerk of its own: those above are told.
    let held = Penalty { code: String::new(), ..Penalty::of(2, 7) };
    let receipt = world.hand_in("penalty", ENVIRONMENT, &penalties(&[held]));
    assert_eq!(receipt.held, 1, "{:?}", receipt.findings);
    world.next_day();
    gather(office);
    assert_eq!(kinds(office, clerk).last(), Some(&"held.waits"));
    world.next_day();
    gather(office);
    let waits = kinds(office, clerk).into_iter().filter(|kind| *kind == "held.waits").count();
    assert!(waits <= 2, "not every day: {waits}");
}

fn the_calendar_tells_once(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, officer, steward, .. } = &cast;
    let office = &world.office;
    punish(world, 1, 1);
    objected(world, firm);
    gather(office);
    for day in ["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-30"] {
        world.clock.set(&format!("{day}T10:00:00+08:00"));
        office.tick_cases().unwrap();
        gather(office);
        gather(office);
    }
    for (who, told) in [
        (officer, ["case.waits", "case.near", "case.overdue"]),
        (steward, ["case.waits", "case.near", "case.overdue"]),
    ] {
        assert_eq!(kinds(office, who), told);
    }
    // What ends by the calendar has no entry.
    let ended = |told: &[&str]| told.iter().filter(|kind| **kind == "record.ended").count();
    assert_eq!(ended(&kinds(office, firm)), 0);
    world.clock.set("2099-01-01T10:00:00+08:00");
    gather(office);
    gather(office);
    let login = SignInAsk { login: "firm-1", password: PASSWORD, device: "", origin: "test" };
    assert!(matches!(office.sign_in(&login), Ok(Entered::As { .. })));
    assert_eq!(ended(&kinds(office, firm)), 1, "{:?}", kinds(office, firm));
}

fn an_account_is_told_of_itself_and_administrators_of_locks(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, .. } = &cast;
    let office = &world.office;
    account(world, "secadmin", &["security"]);
    let secadmin = signed(world, "secadmin");
    let new = "eight green herds";
    assert!(office.change_password(firm, PASSWORD, new).unwrap().is_ok());
    office.lock_account(&world.whole::<AccountLock>("operator"), "account-2", true).unwrap();
    gather(office);
    let Some((NoticeKind::AccountChanged, InboxThing::Act { act })) = last(office, firm) else {
        panic!("{:?}", last(office, firm));
    };
    assert_eq!(act, "own.password");
    let Some((NoticeKind::AccountLocked, InboxThing::Account { login, .. })) =
        last(office, &secadmin)
    else {
        panic!("{:?}", last(office, &secadmin));
    };
    assert_eq!(login, "firm-2");
    // A locked account is told of nothing more.
    let before = office.desk().read(|reader| reader.notices_of(2, None, 50)).unwrap().len();
    punish(world, 2, 3);
    gather(office);
    assert_eq!(office.desk().read(|reader| reader.notices_of(2, None, 50)).unwrap().len(), before);
}

/// Everything that accounts were told, whatever its number.
fn told(office: &Office) -> BTreeSet<(i64, String, String, String)> {
    let rows = office.desk().read(|reader| {
        let mut rows = Vec::new();
        for account in reader.accounts()? {
            rows.extend(reader.notices_of(account.no, None, 10_000)?);
        }
        Ok::<_, gongxin_store::StoreError>(rows)
    });
    let rows = rows.unwrap();
    let count = rows.len();
    let all: BTreeSet<_> =
        rows.into_iter().map(|row| (row.account, row.thing, row.kind, row.about)).collect();
    assert_eq!(all.len(), count, "no thing is told twice");
    all
}

/// The same course of things for two couriers to be compared.
fn course(world: &World, firm: &Signed) {
    for document in 1..=3 {
        punish(world, 1, document);
    }
    let rows = [Penalty { fine: "9".into(), ..Penalty::of(1, 1) }];
    world.hand_in("penalty", ENVIRONMENT, &penalties(&rows));
    punish(world, 2, 9);
    let permit = world.office.permit(firm, Scope::Organisation(code(1))).unwrap();
    let record = world.file_of(&code(1)).into_iter().find(|one| one.catalogue == "penalty");
    let new = NewCase {
        procedure: "objection-content",
        record: Some(record.unwrap().id.parse().unwrap()),
        code: None,
        body: None,
        text: "有误",
        claim: None,
        papers: &[],
        sent: &[],
        authority: None,
    };
    world.office.open_case(&permit, &new).unwrap();
}

fn a_courier_that_dies_anywhere_tells_each_thing_once(place: &Place) {
    let whole = {
        let place = Place::new(Engine::Sqlite);
        let cast = cast(&place);
        course(&cast.world, &cast.firm);
        gather(&cast.world.office);
        told(&cast.world.office)
    };
    assert!(whole.len() > 10, "{whole:?}");
    let cast = cast(place);
    let Cast { world, firm, clerk, .. } = &cast;
    reachable(world, clerk);
    let outbox = || {
        let page = world.office.outbox(&world.whole::<OutboxManage>("op"), None, (None, 1_000));
        page.unwrap().items
    };
    let before = outbox().len();
    course(world, firm);
    let sent = Recorder::new(|_| Carried::Taken);
    let carriers = sent.carriers();
    // It dies after one stage, after two, three, four, and so again, each time begun anew, until
    // nothing is left to be done.
    let mut died = BTreeSet::new();
    for death in 0..200 {
        let passed = AtomicUsize::new(0);
        let at = Mutex::new(None);
        let go_on = |stage: Stage| {
            *at.lock().unwrap() = Some(stage);
            passed.fetch_add(1, Ordering::Relaxed) != death % 4
        };
        let gathered = world.office.gather_notices(&go_on);
        let delivered = match gathered {
            Ok(_) => world.office.deliver_notices(&carriers, &["mail", "webhook"], &go_on),
            Err(error) => Err(error),
        };
        match delivered {
            Ok(_) => break,
            Err(OfficeError::Stopped) => pass(world, 11),
            Err(error) => panic!("{error}"),
        }
        died.extend(at.into_inner().unwrap());
    }
    let all = [Stage::Read, Stage::Kept, Stage::Claimed, Stage::Sent, Stage::Settled];
    assert_eq!(died.into_iter().collect::<Vec<_>>(), all);
    // Whatever a dead one had claimed is sent when its lease is over.
    pass(world, 11);
    deliver(&world.office, &carriers);
    let all: BTreeSet<_> = told(&world.office)
        .into_iter()
        .filter(|(_, thing, ..)| !thing.starts_with("act/"))
        .collect();
    let whole: BTreeSet<_> =
        whole.into_iter().filter(|(_, thing, ..)| !thing.starts_with("act/")).collect();
    assert_eq!(all, whole);
    // Each delivery came at least once, always under its one id.
    let items = outbox();
    assert!(items.iter().all(|one| one.state == "sent"), "{items:?}");
    let ids = sent.ids();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), items.len() - before);
    assert!(ids.len() > distinct.len(), "one died between sending and keeping it");
}

fn pass(world: &World, minutes: i64) {
    let later = gongxin_model::Instant(world.clock.now().0 + minutes * 60_000_000);
    world.clock.set(&later.to_string());
}

/// Gives an account an address and a webhook.
fn reachable(world: &World, who: &Signed) {
    let office = &world.office;
    let got = Recorder::new(|_| Carried::Taken);
    assert_eq!(office.ask_address(who, "office@example.gov.cn").unwrap(), Ok(()));
    office.deliver_notices(&got.carriers(), &["code"], &|_| true).unwrap();
    assert_eq!(office.confirm_address(who, &got.code()).unwrap(), Ok(()));
    let permit: Permit<OwnWebhooks> = office.permit(who, Scope::Account(who.number())).unwrap();
    office.make_webhook(&permit, (who, HookRules::default()), HOOK).unwrap().unwrap();
    let all: Vec<_> = NoticeKind::ALL
        .iter()
        .flat_map(|kind| Channel::ALL.map(|channel| (*kind, channel)))
        .collect();
    office.choose_channels(who, &all).unwrap();
    gather(office);
    deliver(office, &got.carriers());
}

/// A carrier that keeps what it was given.
#[derive(Clone)]
struct Recorder {
    letters: Arc<Mutex<Vec<Letter>>>,
    answer: Arc<dyn Fn(usize) -> Carried + Send + Sync>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recorder")
    }
}

impl Carrier for Recorder {
    fn carry(&self, letter: &Letter) -> Carried {
        let mut letters = self.letters.lock().unwrap();
        letters.push(letter.clone());
        (self.answer)(letters.len())
    }
}

impl Recorder {
    fn new(answer: impl Fn(usize) -> Carried + Send + Sync + 'static) -> Self {
        Self { letters: Arc::default(), answer: Arc::new(answer) }
    }

    fn carriers(&self) -> Carriers {
        Carriers {
            site: "https://credit.example".to_owned(),
            mail: Some(Arc::new(self.clone())),
            webhook: Some(Arc::new(self.clone())),
        }
    }

    fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    fn ids(&self) -> Vec<String> {
        let id = |letter: Letter| match letter {
            Letter::Mail { id, .. } | Letter::Hook { id, .. } => id,
        };
        self.letters().into_iter().map(id).collect()
    }

    /// The code that the last mail holds.
    fn code(&self) -> String {
        let Some(Letter::Mail { text, .. }) = self.letters().pop() else { panic!("no mail") };
        let is_code = |line: &&str| line.len() == 19 && line.matches('-').count() == 3;
        text.lines().find(is_code).unwrap_or_else(|| panic!("{text}")).to_owned()
    }
}

fn deliver(office: &Office, carriers: &Carriers) -> Delivered {
    office.deliver_notices(carriers, &["mail", "webhook", "code"], &|_| true).unwrap()
}

fn two_couriers_tell_and_send_once(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, clerk, .. } = &cast;
    reachable(world, clerk);
    course(world, firm);
    let beside: Vec<World> = (0..3).map(|_| world.beside(place)).collect();
    let sent = Recorder::new(|_| Carried::Taken);
    std::thread::scope(|scope| {
        for other in &beside {
            let carriers = sent.carriers();
            scope.spawn(move || {
                gather(&other.office);
                deliver(&other.office, &carriers);
            });
        }
    });
    gather(&world.office);
    deliver(&world.office, &sent.carriers());
    told(&world.office);
    let ids = sent.ids();
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert!(!ids.is_empty() && ids.len() == distinct.len(), "{ids:?}");
}

fn what_fails_is_tried_again_with_growing_waits_and_then_shown(place: &Place) {
    let cast = cast(place);
    let Cast { world, clerk, .. } = &cast;
    let office = &world.office;
    reachable(world, clerk);
    punish(world, 1, 1);
    gather(office);
    let busy = Recorder::new(|_| Carried::Later(Fault::with("busy", 451)));
    let mut waits = Vec::new();
    for _ in 0..8 {
        deliver(office, &busy.carriers());
        let page = office.outbox(&world.whole::<OutboxManage>("op"), Some("waiting"), (None, 50));
        let Some(next) = page.unwrap().items.first().and_then(|one| one.next_at) else { break };
        waits.push((next.0 - world.clock.now().0) / 60_000_000);
        pass(world, waits[waits.len() - 1]);
    }
    assert_eq!(waits, [1, 5, 15, 60, 240, 720, 1440]);
    let permit = world.whole::<OutboxManage>("op");
    let page = office.outbox(&permit, Some("failed"), (None, 50)).unwrap();
    assert_eq!(page.counts.get("failed"), Some(&2), "{page:?}");
    assert!(page.items.iter().all(|one| one.fault.as_deref() == Some("busy 451")), "{page:?}");
    // The notice is in the inbox whatever became of it, and the act was never held up.
    assert!(kinds(office, clerk).contains(&"batch.done"));
    let settings = office.notice_settings(clerk).unwrap();
    assert_eq!(settings.contact.fault.as_deref(), Some("busy 451"));
    assert_eq!(settings.webhooks[0].fault.as_deref(), Some("busy 451"));
    // Begun again it goes under the id that it had.
    assert!(office.retry_deliveries(&permit, Some(9_999)).is_err());
    assert_eq!(office.retry_deliveries(&permit, None).unwrap(), 2);
    let sent = Recorder::new(|_| Carried::Taken);
    assert_eq!(deliver(office, &sent.carriers()).sent, 2);
    let before: BTreeSet<String> = busy.ids().into_iter().collect();
    assert_eq!(sent.ids().into_iter().collect::<BTreeSet<_>>(), before);
    // What can never be taken is given up at once; without a channel it waits.
    punish(world, 1, 2);
    gather(office);
    let never = Recorder::new(|_| Carried::Never(Fault::with("turned-away", 550)));
    let none = Carriers { webhook: None, ..never.carriers() };
    let done = deliver(office, &none);
    assert_eq!((done.failed, done.later), (1, 1), "{done:?}");
}

fn a_courier_that_dies_after_sending_sends_again_under_the_same_id(place: &Place) {
    let cast = cast(place);
    let Cast { world, clerk, .. } = &cast;
    let office = &world.office;
    reachable(world, clerk);
    punish(world, 1, 1);
    gather(office);
    let sent = Recorder::new(|_| Carried::Taken);
    let only = ["webhook"];
    let dead = office.deliver_notices(&sent.carriers(), &only, &|stage| stage != Stage::Sent);
    assert!(matches!(dead, Err(OfficeError::Stopped)), "{dead:?}");
    // Claimed by one that died: nobody else sends it yet.
    let none = office.deliver_notices(&sent.carriers(), &only, &|_| true).unwrap();
    assert_eq!(none, Delivered::default());
    let waiting = office.desk().read(|reader| reader.deliveries(&Default::default(), 9)).unwrap();
    let held = waiting.into_iter().find(|one| one.channel == "webhook").unwrap();
    assert_eq!((held.tries, held.state.as_str()), (1, "waiting"));
    pass(world, 11);
    let again = office.deliver_notices(&sent.carriers(), &only, &|_| true).unwrap();
    assert_eq!(again.sent, 1);
    let ids = sent.ids();
    assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
    // The one that was thought dead comes back and changes nothing.
    let late = gongxin_store::desk::DeliveryRow { state: "failed".into(), ..held };
    let now = world.clock.now();
    let settled = office
        .desk()
        .write::<_, gongxin_store::StoreError>(now, |writer| writer.settle_delivery(&late));
    assert!(!settled.unwrap());
}

fn letters_say_nothing_of_what_they_are_about(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, .. } = &cast;
    let office = &world.office;
    reachable(world, firm);
    punish(world, 1, 1);
    let case = objected(world, firm);
    let body = || Scope::Body(ENVIRONMENT.to_owned());
    step(world, &case, &CaseAct::of(Step::Accept), "account-99", body());
    gather(office);
    let sent = Recorder::new(|_| Carried::Taken);
    deliver(office, &sent.carriers());
    let letters = sent.letters();
    assert!(letters.len() >= 4, "{letters:?}");
    for letter in letters {
        let (text, numbers) = match &letter {
            Letter::Mail { subject, text, to, .. } => {
                assert_eq!(to, "office@example.gov.cn");
                (format!("{subject}\n{text}"), 1)
            }
            Letter::Hook { body, url, signature, timestamp, .. } => {
                assert_eq!(url, HOOK);
                assert_eq!(*timestamp, world.clock.now().0 / 1_000_000);
                assert!(signature.starts_with("v1,"));
                let read: serde_json::Value = serde_json::from_str(body).unwrap();
                assert_eq!(read["type"], "notice.created");
                (body.clone(), 2)
            }
        };
        assert!(text.contains("https://credit.example/console/inbox/"), "{text}");
        for word in [
            code(1).as_str(),
            "演练",
            "罚款",
            "penalty",
            "record",
            "case",
            case.as_str(),
            "异议",
            "处罚",
            "firm-1",
        ] {
            assert!(!text.contains(word), "{word}: {text}");
        }
        let _ = numbers;
    }
}

fn what_one_may_no_longer_see_shows_nothing(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, officer, .. } = &cast;
    let office = &world.office;
    punish(world, 1, 1);
    objected(world, firm);
    gather(office);
    assert!(last(office, officer).is_some());
    // Another body's officer from now on.
    let grants = [RoleGrant::read(&format!("officer:{MARKET}"))];
    let permit = world.whole::<AccountRoles>("operator");
    office.set_roles(&permit, officer.id(), &grants).unwrap();
    let again = signed_again(world, "officer-1", officer);
    assert_eq!(last(office, &again), None);
    let page = office.inbox(&again, (None, 50)).unwrap();
    let item = office.inbox_item(&again, page.items[0].no).unwrap();
    assert_eq!(item.shown, None);
    // Not told again of what came before, though the role is given back.
    let grants = [RoleGrant::read(&format!("officer:{ENVIRONMENT}"))];
    office.set_roles(&permit, officer.id(), &grants).unwrap();
    gather(office);
    let back = signed_again(world, "officer-1", officer);
    assert_eq!(kinds(office, &back), ["case.waits"]);
}

/// Signs in again under a new password: no code is taken twice by a clock that stands still.
fn signed_again(world: &World, login: &str, _: &Signed) -> Signed {
    pass(world, 1);
    let ask = SignInAsk { login, password: PASSWORD, device: "", origin: "test" };
    match world.office.sign_in(&ask).unwrap() {
        Entered::As { token, .. } => world.office.signed(&token, "test").unwrap().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn an_address_is_confirmed_by_a_code_once(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, other, .. } = &cast;
    let office = &world.office;
    let address = |who: &Signed| office.notice_settings(who).unwrap().contact.address;
    for (wrong, fault) in [
        ("nobody", NoticeFault::Address),
        ("a@b.cn, c@d.cn", NoticeFault::Address),
        ("a@b.cn\r\nBcc: x@y.cn", NoticeFault::Address),
        ("13800138000@example.cn", NoticeFault::AddressNumber),
    ] {
        assert_eq!(office.ask_address(firm, wrong).unwrap(), Err(fault), "{wrong}");
    }
    assert_eq!(office.ask_address(firm, "one@example.gov.cn").unwrap(), Ok(()));
    let soon = office.ask_address(firm, "two@example.gov.cn").unwrap();
    assert_eq!(soon, Err(NoticeFault::Soon));
    let got = Recorder::new(|_| Carried::Taken);
    deliver(office, &got.carriers());
    let Some(Letter::Mail { to, .. }) = got.letters().pop() else { panic!() };
    assert_eq!(to, "one@example.gov.cn");
    assert_eq!(address(firm), None, "not before the code came back");
    // Wrong, of another account, too often.
    let right = got.code();
    assert_eq!(office.confirm_address(other, &right).unwrap(), Err(NoticeFault::Code));
    for _ in 0..5 {
        let wrong = office.confirm_address(firm, "0000-0000-0000-0000").unwrap();
        assert_eq!(wrong, Err(NoticeFault::Code));
    }
    assert_eq!(office.confirm_address(firm, &right).unwrap(), Err(NoticeFault::Code));
    // Too late.
    pass(world, 6);
    assert_eq!(office.ask_address(firm, "one@example.gov.cn").unwrap(), Ok(()));
    deliver(office, &got.carriers());
    let late = got.code();
    assert_ne!(late, right);
    pass(world, 24 * 60);
    assert_eq!(office.confirm_address(firm, &late).unwrap(), Err(NoticeFault::Code));
    // In time, once.
    assert_eq!(office.ask_address(firm, "one@example.gov.cn").unwrap(), Ok(()));
    deliver(office, &got.carriers());
    let code = got.code();
    assert_eq!(office.confirm_address(firm, &code.to_uppercase()).unwrap(), Ok(()));
    assert_eq!(address(firm).as_deref(), Some("one@example.gov.cn"));
    assert_eq!(office.confirm_address(firm, &code).unwrap(), Err(NoticeFault::Code));
    // Removed, nothing more goes there; what waits is nobody's.
    punish(world, 1, 1);
    gather(office);
    office.remove_address(firm).unwrap();
    let done = deliver(office, &got.carriers());
    assert_eq!(done.sent, 0, "{done:?}");
    assert_eq!(address(firm), None);
    // Neither the archive nor the chain of acts knows an address.
    let acts = office.desk().read(|reader| reader.audit(&Default::default(), 1_000)).unwrap();
    assert!(acts.iter().all(|row| !row.act.detail.contains('@') && !row.act.about.contains('@')));
    assert!(!world.told().contains("one@example"));
}

fn each_account_chooses_and_looks_after_its_own_alone(place: &Place) {
    let cast = cast(place);
    let Cast { world, firm, other, clerk, steward, .. } = &cast;
    let office = &world.office;
    let permit = |who: &Signed| -> Permit<OwnWebhooks> {
        office.permit(who, Scope::Account(who.number())).unwrap()
    };
    let rules = HookRules::default();
    let secret = office.make_webhook(&permit(firm), (firm, rules), HOOK).unwrap().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    let inside = office.make_webhook(&permit(firm), (firm, rules), "http://127.0.0.1/x");
    assert_eq!(inside.unwrap(), Err(NoticeFault::Url));
    for _ in 0..4 {
        office.make_webhook(&permit(firm), (firm, rules), HOOK).unwrap().unwrap();
    }
    let many = office.make_webhook(&permit(firm), (firm, rules), HOOK).unwrap();
    assert_eq!(many, Err(NoticeFault::Many));
    let own = office.notice_settings(firm).unwrap().webhooks;
    assert_eq!(own.len(), 5);
    let foreign = office.end_webhook(&permit(other), other, own[0].no);
    assert!(matches!(foreign, Err(OfficeError::Refused(_))), "{foreign:?}");
    office.end_webhook(&permit(firm), firm, own[0].no).unwrap();
    assert_eq!(office.notice_settings(firm).unwrap().webhooks.len(), 4);
    // Only the kinds of one's own roles are there to be chosen.
    let kinds = |who: &Signed| -> Vec<NoticeKind> {
        office.notice_settings(who).unwrap().kinds.into_iter().map(|one| one.kind).collect()
    };
    assert!(kinds(clerk).contains(&NoticeKind::BatchDone));
    assert!(!kinds(firm).contains(&NoticeKind::BatchDone));
    assert!(kinds(steward).contains(&NoticeKind::CaseOverdue));
    office.choose_channels(firm, &[(NoticeKind::BatchDone, Channel::Mail)]).unwrap();
    let chosen = office.notice_settings(firm).unwrap().kinds;
    assert!(chosen.iter().all(|one| !one.mail && !one.webhook), "{chosen:?}");
    punish(world, 1, 1);
    gather(office);
    let sent = Recorder::new(|_| Carried::Taken);
    assert_eq!(deliver(office, &sent.carriers()), Delivered::default());
    assert_eq!(self::kinds(office, firm), ["record.new"], "the inbox has it all the same");
}

fn what_came_before_there_were_notices_is_told_to_nobody(place: &Place) {
    let world = World::registered(place, 2);
    account(&world, "firm-1", &[&format!("representative:{}", code(1))]);
    let firm = signed(&world, "firm-1");
    punish(&world, 1, 1);
    pass(&world, 1);
    // An act after it: the desk knows up to when there were none.
    account(&world, "clerk-1", &[]);
    world.office.desk().damage(Damage::Format1).unwrap();
    let again = world.beside(place);
    gather(&again.office);
    assert_eq!(kinds(&again.office, &firm), Vec::<&str>::new());
    pass(&world, 1);
    punish(&again, 1, 2);
    gather(&again.office);
    assert_eq!(kinds(&again.office, &firm), ["record.new"]);
    assert_eq!(again.office.check_audit().unwrap().1, Vec::<String>::new());
}

fn notices_move_and_come_back(place: &Place) {
    let cast = cast(place);
    let Cast { world, clerk, .. } = &cast;
    reachable(world, clerk);
    punish(world, 1, 1);
    gather(&world.office);
    let whole = told(&world.office);
    let backup = place.directory.path().join("a.backup");
    world.office.backup(&backup, &mut |_| ()).unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let other = Place::new(engine);
        Office::restore(&world.circumstances_at(&other), &backup, &mut |_| ()).unwrap();
        let restored = world.beside(&other);
        assert_eq!(told(&restored.office), whole);
        gather(&restored.office);
        assert_eq!(told(&restored.office), whole, "nothing is told again");
        let sent = Recorder::new(|_| Carried::Taken);
        assert_eq!(deliver(&restored.office, &sent.carriers()).sent, 2);
    }
    let there = Place::new(Engine::Sqlite);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let ask = MoveAsk { to: &there.url, leave_open: false, stop: &stop };
    world.office.migrate(&ask, &mut |_, _| ()).unwrap();
    let moved = world.beside(&there);
    assert_eq!(told(&moved.office), whole);
    // Who was left sends nothing more.
    let sent = Recorder::new(|_| Carried::Taken);
    let left = world.office.deliver_notices(&sent.carriers(), &["mail", "webhook"], &|_| true);
    assert!(left.is_err() && sent.letters().is_empty(), "{left:?}");
}

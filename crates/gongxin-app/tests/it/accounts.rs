//! Accounts: what the chain of acts holds, what moves and comes back, who may do what to whom.

use gongxin_app::accounts::{Activation, Entered, RoleGrant, SignInAsk};
use gongxin_app::gate::{
    AccountAdd, AccountLock, AccountReset, AccountRoles, Action, AuditRead, BodySee, Permit, Scope,
};
use gongxin_app::{InstanceKey, MoveAsk, NewSource, Office, OfficeError};
use gongxin_store::desk::Damage;
use gongxin_store::engine_test;
use gongxin_store::testing::{Engine, Place};
use std::sync::atomic::AtomicBool;

use crate::rows::MARKET;
use crate::world::World;

engine_test! {
    every_act_is_in_the_chain_and_a_changed_byte_is_named
    roles_stand_where_they_may
    parents_act_for_their_offices_and_nobody_else
    a_password_runs_out_and_another_must_come
    accounts_move_and_come_back_and_sessions_do_not
}

const PASSWORD: &str = "seven green herds";

fn permit<A: Action>(world: &World) -> Permit<A> {
    let key = InstanceKey::new([7; 32]);
    world.office.permit_at_machine(&key, "operator", Scope::Platform).unwrap()
}

fn account(world: &World, login: &str, roles: &[&str]) -> String {
    let office = &world.office;
    let (id, code) = office.add_account(&permit::<AccountAdd>(world), login, "岗位").unwrap();
    let grants: Vec<RoleGrant> = roles.iter().map(|role| RoleGrant::read(role)).collect();
    office.set_roles(&permit::<AccountRoles>(world), &id, &grants).unwrap();
    let ask = Activation { login, code: &code, password: PASSWORD, device: "", origin: "test" };
    assert!(matches!(office.activate(&ask), Ok(Ok(Entered::As { .. }))));
    id
}

fn enter(office: &Office, login: &str, password: &str) -> Entered {
    let ask = SignInAsk { login, password, device: "", origin: "test" };
    office.sign_in(&ask).unwrap()
}

fn token(office: &Office, login: &str) -> String {
    match enter(office, login, PASSWORD) {
        Entered::As { token, .. } => token,
        other => panic!("{other:?}"),
    }
}

fn acts(world: &World) -> Vec<String> {
    let mut lines = Vec::new();
    let format = gongxin_app::accounts::AuditFormat::JsonLines;
    world.office.export_audit(&permit::<AuditRead>(world), format, &mut lines).unwrap();
    let text = String::from_utf8(lines).unwrap();
    let word = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        format!("{} {}", line["act"].as_str().unwrap(), line["outcome"].as_str().unwrap())
    };
    text.lines().map(word).collect()
}

fn every_act_is_in_the_chain_and_a_changed_byte_is_named(place: &Place) {
    let world = World::new(place);
    let office = &world.office;
    let id = account(&world, "clerk-1", &[&format!("clerk:{MARKET}")]);
    let signed = office.signed(&token(office, "clerk-1"), "test").unwrap().unwrap();
    enter(office, "clerk-1", "wrong");
    office.sign_out(&signed).unwrap();
    office.lock_account(&permit::<AccountLock>(&world), &id, true).unwrap();
    office.reset_account(&permit::<AccountReset>(&world), &id).unwrap();
    assert_eq!(
        acts(&world),
        [
            "rules.adopt done",
            "account.add done",
            "account.roles done",
            "account.activate done",
            "sign-in done",
            "sign-in done",
            "sign-in refused",
            "sign-out done",
            "account.lock done",
            "account.reset done",
            "audit.export done",
        ]
    );
    let (checked, wrong) = office.check_audit().unwrap();
    assert_eq!((checked.rows, checked.first_break, wrong.len()), (11, None, 0));
    // An act that was altered, taken out or cut off at the end is named.
    for (damage, no) in [(Damage::Alter(4), 4), (Damage::Remove(3), 3), (Damage::CutAfter(2), 3)] {
        office.desk().damage(damage).unwrap();
        let (checked, _) = office.check_audit().unwrap();
        assert_eq!(checked.first_break.map(|found| found.no), Some(no), "{damage:?}");
    }
}

fn roles_stand_where_they_may(place: &Place) {
    let world = World::new(place);
    let office = &world.office;
    let id = account(&world, "one", &[]);
    let set = |roles: &[&str]| {
        let grants: Vec<RoleGrant> = roles.iter().map(|role| RoleGrant::read(role)).collect();
        office.set_roles(&permit::<AccountRoles>(&world), &id, &grants)
    };
    let body = format!("clerk:{MARKET}");
    for roles in [
        &["system", "security"][..],
        &["security", "audit"],
        &["audit", "system"],
        &["system", body.as_str()],
        &["audit", "steward"],
        &["clerk"],
        &["clerk:nobody"],
        &["steward:150000-market"],
        &["representative:91150000720180740X"],
        &["king"],
    ] {
        assert!(matches!(set(roles), Err(OfficeError::Account(_))), "{roles:?}");
    }
    for roles in
        [&["system"][..], &[body.as_str(), "steward"], &["representative:91150000720180740Y"], &[]]
    {
        set(roles).unwrap();
    }
    // Nobody does it to their own account, and what there is not is refused.
    for id in ["account-999", "account-x", ""] {
        let refused = office.set_roles(&permit::<AccountRoles>(&world), id, &[]);
        assert!(matches!(refused, Err(OfficeError::Refused(_))), "{id}");
    }
    let key = InstanceKey::new([7; 32]);
    let own = office.permit_at_machine::<AccountLock>(&key, &id, Scope::Platform).unwrap();
    assert!(office.lock_account(&own, &id, true).is_err());
    let foreign = InstanceKey::new([8; 32]);
    assert!(office.permit_at_machine::<AccountLock>(&foreign, "x", Scope::Platform).is_err());
    for login in ["ab", "a b", "13800138000", "用户一号", "x".repeat(33).as_str(), "one"] {
        let made = office.add_account(&permit::<AccountAdd>(&world), login, "岗位");
        assert!(matches!(made, Err(OfficeError::Account(_))), "{login}");
    }
}

fn parents_act_for_their_offices_and_nobody_else(place: &Place) {
    let world = World::new(place);
    let office = &world.office;
    let add = |code: &str, under: &str| {
        let new = NewSource {
            code,
            name: "分局",
            uscc: None,
            region: "150000",
            sector: "market",
            supplies: &[],
            peer: false,
            follows: None,
            under: Some(under),
            deadline_working_days: None,
        };
        office.add_source(&world.whole("steward"), &new)
    };
    add("east", MARKET).unwrap();
    add("east-town", "east").unwrap();
    assert!(add("west", "nobody").is_err());
    account(&world, "above", &[&format!("officer:{MARKET}")]);
    account(&world, "below", &["clerk:east"]);
    let may = |login: &str, code: &str| {
        let signed = office.signed(&token(office, login), "test").unwrap().unwrap();
        office.permit::<BodySee>(&signed, Scope::Body(code.to_owned())).is_ok()
    };
    for (login, code, expected) in [
        ("above", MARKET, true),
        ("above", "east", true),
        ("above", "east-town", true),
        ("above", crate::rows::ENVIRONMENT, false),
        ("above", "nobody", false),
        ("below", "east", true),
        ("below", "east-town", true),
        ("below", MARKET, false),
    ] {
        assert_eq!(may(login, code), expected, "{login} {code}");
    }
}

fn a_password_runs_out_and_another_must_come(place: &Place) {
    let world = World::new(place);
    let office = &world.office;
    account(&world, "firm", &["representative:91150000720180740Y"]);
    let stage = |entered: Entered| match entered {
        Entered::As { token, stage } => (token, stage.word()),
        other => panic!("{other:?}"),
    };
    assert_eq!(stage(enter(office, "firm", PASSWORD)).1, "whole");
    world.clock.set("2027-06-01T10:00:00+08:00");
    let (token, at) = stage(enter(office, "firm", PASSWORD));
    assert_eq!(at, "password");
    let signed = office.signed(&token, "test").unwrap().unwrap();
    let scope = Scope::Organisation("91150000720180740Y".to_owned());
    let refused = office.permit::<gongxin_app::gate::OrganisationSee>(&signed, scope);
    assert!(matches!(refused, Err(OfficeError::Refused(_))));
    for new in [PASSWORD, "short", "firm has a herd", "Password123456"] {
        assert!(office.change_password(&signed, PASSWORD, new).unwrap().is_err(), "{new}");
    }
    let changed = office.change_password(&signed, PASSWORD, "eight blue herds").unwrap().unwrap();
    assert_eq!(stage(changed).1, "whole");
    assert_eq!(enter(office, "firm", PASSWORD), Entered::Refused);
}

fn accounts_move_and_come_back_and_sessions_do_not(place: &Place) {
    let world = World::new(place);
    account(&world, "clerk-1", &[&format!("clerk:{MARKET}")]);
    let session = token(&world.office, "clerk-1");
    let backup = place.directory.path().join("a.backup");
    world.office.backup(&backup, &mut |_| ()).unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        // Back from the file: the account, its roles, its chain; nobody is signed in.
        let other = Place::new(engine);
        let circumstances = world.circumstances_at(&other);
        Office::restore(&circumstances, &backup, &mut |_| ()).unwrap();
        let restored = world.beside(&other);
        assert!(restored.office.signed(&session, "test").unwrap().is_none());
        let before = restored.office.check_audit().unwrap();
        assert_eq!((before.0.first_break, before.1.len()), (None, 0));
        assert_eq!(before.0.rows, world.office.check_audit().unwrap().0.rows);
        token(&restored.office, "clerk-1");
        assert_eq!(restored.office.check_audit().unwrap().0.first_break, None);
    }
    // To another place and on there; the desk that was left takes no more acts.
    let there = Place::new(Engine::Sqlite);
    let stop = AtomicBool::new(false);
    let ask = MoveAsk { to: &there.url, leave_open: false, stop: &stop };
    world.office.migrate(&ask, &mut |_, _| ()).unwrap();
    let moved = world.beside(&there);
    assert!(moved.office.signed(&session, "test").unwrap().is_none());
    token(&moved.office, "clerk-1");
    let ask = SignInAsk { login: "clerk-1", password: PASSWORD, device: "", origin: "test" };
    assert!(world.office.sign_in(&ask).is_err());
    world.office.reopen().unwrap();
    token(&world.office, "clerk-1");
}
